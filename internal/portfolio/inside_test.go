package portfolio

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRegister_inside(t *testing.T) {
	part := func(from, to string) Relation { return Relation{From: from, Kind: PartOf, To: to} }
	for what, c := range map[string]struct {
		relations []Relation
		ids       []string
		want      map[string]string
	}{
		"two levels":         {[]Relation{part("a", "b"), part("b", "c")}, []string{"a", "b", "c"}, map[string]string{"a": "b", "b": "c"}},
		"whole not counted":  {[]Relation{part("a", "b")}, []string{"a", "c"}, map[string]string{}},
		"a circle keeps one": {[]Relation{part("a", "b"), part("b", "c"), part("c", "a")}, []string{"a", "b", "c"}, map[string]string{"a": "b", "b": "c"}},
		"of two wholes one":  {[]Relation{part("a", "c"), part("a", "b")}, []string{"c", "b", "a"}, map[string]string{"a": "b"}},
		"beside a circle":    {[]Relation{part("a", "b"), part("b", "a"), part("b", "c")}, []string{"a", "b", "c"}, map[string]string{"a": "b", "b": "c"}},
		"itself, and needs":  {[]Relation{part("a", "a"), {From: "a", Kind: Needs, To: "b"}}, []string{"a", "b"}, map[string]string{}},
	} {
		if d := cmp.Diff(c.want, Register{Relations: c.relations}.Inside(c.ids)); d != "" {
			t.Errorf("%s:\n%s", what, d)
		}
	}
}
