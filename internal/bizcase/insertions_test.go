package bizcase

import (
	"slices"
	"testing"
)

// TestContent_Insertions finds what stands between braces in every text of a case, in lists and headings too.
func TestContent_Insertions(t *testing.T) {
	c := Content{Vision: "{{ voice a b c }}", Goals: []Goal{{Baseline: "{{a}}", Target: "{{b}}", Evidence: "{{c}}"}}, Logic: []Step{{Text: "{{d}}", Assumes: "{{e}}"}},
		Messages: []Message{{Text: "{{f}}", Evidence: "{{g}}"}}, Claims: []Claim{{Text: "{{h}}", For: "{{i}}", Against: "{{j}}"}},
		Sections: []Section{{Text: "### {{k}}\n\n- {{l}}\n- {{m}}\n\n1. {{n}}\n\n**{{o}}**\n\n{{table p}}"}}}
	var got []string
	for _, in := range c.Insertions() {
		got = append(got, in.Source)
	}
	if want := []string{"voice a b c", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "table p"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
