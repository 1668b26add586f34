package outcome

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	a := Outcome{Chosen: []Item{{ID: "a", Name: "A", CostP: 1, Known: true, Start: 2026}, {ID: "b", Name: "B"}},
		Spend:    []Spend{{Year: 2026, Funder: "F", AmountP: 3}, {Year: 2026, Funder: "F", AmountP: 4}},
		Measures: []Measure{{Key: "value", Known: true, Value: 3, Lo: 2, Hi: 4, Ranged: true}, {Key: "gone", Label: "Gone"}}}
	b := Outcome{Chosen: []Item{{ID: "a", Name: "A", CostP: 2, Known: true, Start: 2027}, {ID: "c", Name: "C"}},
		Spend:    []Spend{{Year: 2027, Funder: "G", AmountP: 5}},
		Measures: []Measure{{Key: "value", Known: true, Value: 5, Lo: 3.5, Hi: 6, Ranged: true}, {Key: "new", Label: "New"}}}
	d := Compare(a, b)
	if len(d.OnlyA) != 1 || d.OnlyA[0].ID != "b" || len(d.OnlyB) != 1 || d.OnlyB[0].ID != "c" || len(d.Both) != 1 {
		t.Errorf("in and out: %+v", d)
	}
	if diff := cmp.Diff([]SpendPair{{2026, "F", 7, 0}, {2027, "G", 0, 5}}, d.Spend); diff != "" {
		t.Errorf("spend (-want +got)\n%s", diff)
	}
	if len(d.Dearer) != 1 || len(d.Moved) != 1 || d.Moved[0].B != 2027 {
		t.Errorf("dearer %+v, moved %+v", d.Dearer, d.Moved)
	}
	if len(d.Measures) != 3 || !d.Measures[0].Overlaps || d.Measures[1].HasB || d.Measures[2].HasA {
		t.Errorf("measures %+v", d.Measures)
	}
	if d.Same() || !Compare(a, a).Same() || !Compare(Outcome{}, Outcome{}).Same() {
		t.Error("what is the same and what is not")
	}
}

// A cost of all years and one of some stand under one key, but are different things.
func TestMeasurePair_Unlike(t *testing.T) {
	a := Outcome{Measures: []Measure{{Key: "cost", Label: "Cost", Unit: "£", Known: true, Value: 9}}}
	b := Outcome{Measures: []Measure{{Key: "cost", Label: "Cost in the years looked at", Unit: "£", Known: true, Value: 7, Why: "only years from 2027-28"}}}
	if says := Compare(a, b).Measures[0].Unlike(); says != "different things: the first is “Cost”, the second is “Cost in the years looked at” (only years from 2027-28)" {
		t.Error(says)
	}
	if says := Compare(a, a).Measures[0].Unlike(); says != "" {
		t.Error(says)
	}
}
