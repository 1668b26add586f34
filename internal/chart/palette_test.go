package chart

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Colour blindness, complete: matrices on linear RGB of Machado, Oliveira and Fernandes, A physiologically-based model
// for simulation of color vision deficiency (2009), severity 1.
var vision = map[string][3][3]float64{
	"full":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

var hexColour = regexp.MustCompile(`#[0-9a-f]{6}`)

// seen is a colour in Oklab (Ottosson, 2020) as a reader with that vision has it.
func seen(t *testing.T, paint string, m [3][3]float64) [3]float64 {
	t.Helper()
	hex := hexColour.FindString(paint)
	var rgb [3]float64
	for i := range rgb {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			rgb[i] = c / 12.92
		} else {
			rgb[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	var s [3]float64
	for i := range s {
		s[i] = min(max(m[i][0]*rgb[0]+m[i][1]*rgb[1]+m[i][2]*rgb[2], 0), 1)
	}
	l := math.Cbrt(0.4122214708*s[0] + 0.5363325363*s[1] + 0.0514459929*s[2])
	n := math.Cbrt(0.2119034982*s[0] + 0.6806995451*s[1] + 0.1073969566*s[2])
	o := math.Cbrt(0.0883024619*s[0] + 0.2817188376*s[1] + 0.6299787005*s[2])
	return [3]float64{0.2104542553*l + 0.7936177850*n - 0.0040720468*o, 1.9779984951*l - 2.4285922050*n + 0.4505937099*o, 0.0259040371*l + 0.7827717662*n - 0.8086757660*o}
}

func apart(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// Neighbours of a map of up to seven classes are at least 0.06 apart in Oklab under every vision (0.02 is about what
// can just be seen side by side), amounts grow darker all the way, or lighter where the ground is dark, and no colour
// of the low side can be taken for one of the high side.
func TestRamps_colourBlind(t *testing.T) {
	const least = 0.06
	for theme, ramp := range themes(t) {
		for name, m := range vision {
			for k := 2; k <= MostClasses; k++ {
				for what, paints := range map[string][]string{"sequential": Sequential(k), "diverging": Diverging(k), "sides": Sides(k/2, k-k/2)} {
					for i := range paints {
						for j := range i {
							a, b := seen(t, ramp(paints[j]), m), seen(t, ramp(paints[i]), m)
							if d := apart(a, b); d < least {
								t.Errorf("%s, %s, %s of %d: classes %d and %d are %.3f apart", theme, name, what, k, j+1, i+1, d)
							}
							if what == "sequential" && (a[0] > b[0]) != (theme == "light") {
								t.Errorf("%s, %s: sequential classes %d and %d do not stand in the order of lightness", theme, name, j+1, i+1)
							}
						}
					}
				}
			}
		}
	}
}

// themes gives the colour of a paint in the light and in the dark theme of the pages' style sheet, whose light tokens
// are those of this package.
func themes(t *testing.T) map[string]func(paint string) string {
	t.Helper()
	css, err := os.ReadFile("../web/assets/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(css), `[data-theme="dark"]{`)
	light, _, _ = strings.Cut(light, "@media")
	in := func(text string) func(string) string {
		return func(paint string) string {
			token := paint[len("var("):strings.Index(paint, ",")]
			_, rest, ok := strings.Cut(text, token+":")
			if !ok {
				t.Fatalf("the style sheet lacks %s", token)
			}
			return rest[:7]
		}
	}
	for _, p := range append(Sequential(9), Diverging(9)...) {
		if got := in(light)(p); got != hexColour.FindString(p) {
			t.Errorf("%s is %s in the style sheet", p, got)
		}
	}
	return map[string]func(string) string{"light": in(light), "dark": in(dark)}
}
