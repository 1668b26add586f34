package tabular

import "testing"

// A word for nothing is no value in a column of numbers, dates or postcodes, and a
// text like any other elsewhere.
func TestNormalise_nothing(t *testing.T) {
	for _, k := range []Kind{Integer, Number, Year, Date, Postcode, Money, Percent} {
		for _, in := range []string{"N/A", "n/a", "-", "–", "#N/A", "not available"} {
			if got, err := normalise(&Column{Kind: k}, in, ""); err != nil || got != "" {
				t.Errorf("%s: %q is %q, %v; want no value", k, in, got, err)
			}
		}
		for _, in := range []string{"nil", "n/k", "--x", "…"} {
			if got, err := normalise(&Column{Kind: k}, in, ""); err == nil {
				t.Errorf("%s: %q is %q; want an error", k, in, got)
			}
		}
	}
	for k, want := range map[Kind]string{Text: "n/a", Code: "N/A", "": "n/a"} {
		if got, err := normalise(&Column{Kind: k}, "n/a", ""); err != nil || got != want {
			t.Errorf("%s: n/a is %q, %v; want %q", k, got, err, want)
		}
	}
}
