package assets

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPath_opens(t *testing.T) {
	for _, name := range Names() {
		rest, ok := strings.CutPrefix(Path(name), Prefix)
		hash, base, cut := strings.Cut(rest, "/")
		if !ok || !cut || base != name || len(hash) != 8 {
			t.Fatalf("Path(%q) = %q", name, Path(name))
		}
		f, err := Open(hash, base)
		if err != nil || len(f.Data) == 0 || f.Type == "" {
			t.Errorf("Open(%q, %q) = %d bytes, type %q, %v", hash, base, len(f.Data), f.Type, err)
		}
	}
}

func TestOpen_unknown(t *testing.T) {
	for _, c := range [][2]string{{"00000000", "app.css"}, {"", "app.css"}, {"00000000", "../assets.go"}, {"x", ""}} {
		if _, err := Open(c[0], c[1]); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q, %q) error = %v, want fs.ErrNotExist", c[0], c[1], err)
		}
	}
}

func TestPath_unknownPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Path of an unknown name did not panic")
		}
	}()
	Path("missing.css")
}

// Built files name other built files by hash; each such name must resolve.
func TestReferences_resolve(t *testing.T) {
	ref := regexp.MustCompile(`\.\./([0-9a-f]{8})/([a-z0-9-]+\.[a-z0-9]+)`)
	for name, want := range map[string]int{"app.css": 2, "map.js": 1} {
		f := index()[name]
		found := ref.FindAllSubmatch(f.Data, -1)
		if len(found) != want {
			t.Errorf("%s names %d files, want %d", name, len(found), want)
		}
		for _, m := range found {
			if _, err := Open(string(m[1]), string(m[2])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The budgets of the design: fonts under 120 KB together, style sheet under 36 KB (two records side by side need what no other page has; maps need two ramps of colours in two themes, legends and layers), script of every page under 8 KB.
func TestSizes(t *testing.T) {
	size := func(names ...string) (n int) {
		for _, name := range names {
			n += len(index()[name].Data)
		}
		return n
	}
	for _, c := range []struct {
		what       string
		got, limit int
	}{
		{"fonts", size("inter.woff2", "source-serif-4.woff2"), 120 << 10},
		{"app.css", size("app.css"), 36 << 10},
		{"app.js", size("app.js"), 8 << 10},
		{"first page's files", size("app.css", "app.js", "theme.js"), 44 << 10},
	} {
		if c.got == 0 || c.got > c.limit {
			t.Errorf("%s: %d bytes, allowed 1 to %d", c.what, c.got, c.limit)
		}
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+):(#[0-9a-f]{6})`)

// themes reads the colour tokens of the source: light, dark by the system, dark by the reader.
func themes(t *testing.T) []map[string]string {
	t.Helper()
	text, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, block := range strings.Split(string(text), "color-scheme:")[1:] {
		if strings.HasPrefix(block, "light") || strings.HasPrefix(block, "dark;") {
			theme := map[string]string{}
			for _, m := range token.FindAllStringSubmatch(block, -1) {
				theme[m[1]] = m[2]
			}
			out = append(out, theme)
		}
	}
	var full []map[string]string
	for _, theme := range out {
		if len(theme) > 0 {
			full = append(full, theme)
		}
	}
	if len(full) != 3 {
		t.Fatalf("found %d themes in tokens.css, want 3", len(full))
	}
	return full
}

func TestTokens_darkTwiceTheSame(t *testing.T) {
	th := themes(t)
	if d := cmp.Diff(th[1], th[2]); d != "" {
		t.Errorf("dark by the system and by the reader differ (-system +reader):\n%s", d)
	}
}

// Thresholds from WCAG 2.2: 1.4.3 text 4.5:1, 1.4.11 boundaries of controls 3:1.
func TestTokens_contrast(t *testing.T) {
	text := []string{"ink", "ink-2", "ink-3", "accent", "warn", "good", "driver", "cultivator", "firm", "funder", "agency", "education", "amenity", "intermediary"}
	for i, th := range themes(t) {
		for _, ground := range []string{"paper", "card", "accent-soft", "warn-soft"} {
			for _, ink := range text {
				if ground == "warn-soft" && ink != "ink" && ink != "warn" && ink != "ink-2" {
					continue
				}
				if r := contrast(t, th[ink], th[ground]); r < 4.5 {
					t.Errorf("theme %d: --%s on --%s is %.2f:1, want 4.5", i, ink, ground, r)
				}
			}
		}
		for _, ink := range []string{"ink", "ink-2", "ink-3", "accent"} {
			if r := contrast(t, th[ink], th["map-ground"]); r < 4.5 {
				t.Errorf("theme %d: --%s on --map-ground is %.2f:1, want 4.5", i, ink, r)
			}
		}
		if r := contrast(t, th["on-accent"], th["accent"]); r < 4.5 {
			t.Errorf("theme %d: --on-accent on --accent is %.2f:1, want 4.5", i, r)
		}
		for _, ground := range []string{"paper", "card"} {
			if r := contrast(t, th["line-3"], th[ground]); r < 3 {
				t.Errorf("theme %d: --line-3 on --%s is %.2f:1, want 3", i, ground, r)
			}
		}
	}
}

// contrast is the ratio of relative luminances as WCAG 2.2 defines it.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) != 7 {
		t.Fatalf("colour token missing or not #rrggbb: %q", hex)
	}
	sum := 0.0
	for i, w := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += w * c
	}
	return sum
}
