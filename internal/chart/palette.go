package chart

import (
	"math"
	"strconv"
)

// The two ramps, in steps of equal lightness (Oklab), from the side that lies near the ground to the far one: q for
// amounts, v for both sides of a middle (4 brown, ground, 4 blue-green). The test of this file measures how far apart
// the classes stay for readers with each kind of colour blindness. Pages define dark values of the same tokens.
var ramps = map[string][9]string{
	"q": {"#e6eac8", "#c4d7ae", "#9dc59c", "#74b291", "#4b9d8a", "#248784", "#03707c", "#07576e", "#14405b"},
	"v": {"#793a00", "#9d632a", "#bf8d61", "#e0ba9a", "#eaedef", "#9fcadb", "#67a3ba", "#2d7c98", "#005775"},
}

// shade is a token such as q5 with its colour.
func shade(token string) string {
	if len(token) == 2 {
		if r, ok := ramps[token[:1]]; ok && token[1] >= '1' && token[1] <= '9' {
			return "var(--" + token + "," + r[token[1]-'1'] + ")"
		}
	}
	if _, ok := colours[token]; ok {
		return paint(token)
	}
	return paint("line")
}

// Sequential gives the paints of k classes (1 to 9) of an amount, from little to much.
func Sequential(k int) []string { return tokens("q", k, 0, 8) }

// Diverging gives the paints of k classes (1 to 9) on both sides of a middle.
func Diverging(k int) []string { return tokens("v", k, 0, 8) }

// Sides gives the paints of classes of which low lie below a middle and high above it: what is nearer to the middle is
// paler on both sides, and nothing has the colour of the middle itself.
func Sides(low, high int) []string {
	return append(tokens("v", low, 0, 3), tokens("v", high, 5, 8)...)
}

// tokens spreads k steps over those from a to b of a ramp.
func tokens(ramp string, k, a, b int) []string {
	out := make([]string, max(k, 0))
	for i := range out {
		at := float64(a+b) / 2
		if k > 1 {
			at = float64(a) + float64(b-a)*float64(i)/float64(k-1)
		}
		out[i] = shade(ramp + strconv.Itoa(int(math.Round(at))+1))
	}
	return out
}
