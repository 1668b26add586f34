package facts_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// A figure of the case says what the page behind its reference says: each number that is listed is among the numbers of its chain's value,
// to the digits that the figure shows.
func TestNames_agreeWithTheirChains(t *testing.T) {
	f := demo(t)
	names, err := f.Names(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for k, n := range names {
		spans := strings.HasPrefix(n.Source, "sequence start") || strings.HasSuffix(n.Source, " years") // shown as financial years
		if n.Kind != "figure" || strings.HasPrefix(n.Source, "parameter") || spans || strings.HasPrefix(n.Source, "intervention") && k%5 != 0 {
			continue
		}
		p, err := f.Proofs(t.Context(), []string{n.Ref})
		if err != nil {
			t.Fatal(err)
		}
		fig, err := f.Figure(t.Context(), fields(n.Source))
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if fig.Text != p[0].Value && !among(fig.Text, p[0].Value) {
			t.Errorf("%s is %s, and its chain %s says %s", n.Source, fig.Text, n.Ref, p[0].Value)
		}
	}
	if seen < 100 {
		t.Errorf("only %d figures were compared", seen)
	}
}

// among says that a number stands among those of a text, to the digits that it has.
func among(number, text string) bool {
	v, step := amount(number)
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ()–;", r) }) {
		if o, _ := amount(strings.TrimRight(w, ",.")); math.Abs(o-v) <= step/2*1.0001 {
			return true
		}
	}
	return false
}

// amount reads £1.2m, 4,000 or 2.3, and says what one in its last digit is.
func amount(s string) (v, step float64) {
	s = strings.ReplaceAll(strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(s, "−", "-"), "£", ""), "£"), ",", "")
	by := 1.0
	for _, u := range []struct {
		end string
		by  float64
	}{{"bn", 1e9}, {"m", 1e6}, {"k", 1e3}} {
		if rest, ok := strings.CutSuffix(s, u.end); ok {
			s, by = rest, u.by
			break
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN(), 0
	}
	step = by
	if at := strings.IndexByte(s, '.'); at >= 0 {
		step = by * math.Pow(10, -float64(len(s)-at-1))
	}
	return n * by, step
}
