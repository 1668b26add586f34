package portfolio

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Beside the plan stand none of the interventions, what is committed (also where it cannot be compared), and the sets that come near.
func TestPlan_Ways(t *testing.T) {
	known := Score{Known: true, Value: 0.5, Lo: 0.4, Hi: 0.6}
	better := Score{Known: true, Value: 0.9, Lo: 0.8, Hi: 1}
	p, err := Solve(t.Context(), planInput(nil,
		Intervention{ID: "runs", Name: "Runs", Stage: "in-delivery", CostP: yes(50), Growth: known},
		Intervention{ID: "new", Name: "New", Stage: "proposed", CostP: yes(60), Growth: better, Start: yes(2027), End: yes(2028)},
		Intervention{ID: "unread", Name: "Unread", Stage: "in-delivery", CostP: yes(7)},
		Intervention{ID: "blind", Name: "Blind", Stage: "approved", Growth: known}), Ask{BudgetP: 100, Lens: Growth})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, w := range p.Ways() {
		got[w.Key] = w.IDs()
	}
	if d := cmp.Diff([]string{"runs", "unread", "blind"}, got[WayLeast]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"new"}, got[WayPlan]); d != "" || len(got[WayNone]) != 0 {
		t.Error(d, got)
	}
	if w, ok := p.Way(WayLeast); !ok || w.CostP != 57 || strings.Join(w.Uncosted, "; ") != "Blind" || strings.Join(w.Blind, "; ") != "Unread" {
		t.Errorf("%+v", w)
	}
	for what, want := range map[string]string{WayRef(WayLeast, "count"): "3", WayRef(WayNone, "jobs"): "0", WayRef(WayPlan, "cost"): "£1", "budget": "£1", "left": "1", "committed": "0", "over": "0",
		"first": "2027-28", "last": "2028-29", SpendRef(2027, nil): "£0", SpendRef(-1, new(string)): "£1", SpendRef(2028, new(string)): "£0"} {
		c, err := p.Chain(what)
		if err != nil || c.Value != want || c.Title == "" {
			t.Errorf("plan/%s: %+v, %v; want %s", what, c, err, want)
		}
	}
	for _, what := range []string{"way-none-cost", "way-plan-jobs", SpendRef(1999, nil), "spend-x", "nothing"} {
		if c, err := p.Chain(what); err == nil {
			t.Errorf("plan/%s is explained by %+v", what, c)
		}
	}
}

// What is missing of an intervention is told apart; a quantity that nobody states is missing too.
func TestRegister_LacksOf(t *testing.T) {
	r := Register{Costs: []Cost{{Intervention: "a", AmountP: 5, Status: "committed"}, {Intervention: "a", AmountP: 7, Status: "asked"}}, Outcomes: []Outcome{{Intervention: "a"}}}
	if got := strings.Join(r.LacksOf(Intervention{ID: "a"}), " "); got != "outcome study" {
		t.Errorf("a lacks %s", got)
	}
	if got := strings.Join(r.LacksOf(Intervention{ID: "b", Growth: Score{Known: true}}), " "); got != "cost outcome" {
		t.Errorf("b lacks %s", got)
	}
	if sum, n := r.StatedP([]string{"a"}, "committed"); sum != 5 || n != 1 {
		t.Errorf("%d in %d rows", sum, n)
	}
}
