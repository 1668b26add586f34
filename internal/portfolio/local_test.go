package portfolio

import (
	"database/sql"
	"testing"
)

func evaluation(id, of, day, design, finding string) Delivered {
	return Delivered{ID: id, Intervention: of, Kind: KindEvaluation, Day: day, Design: design, Finding: finding}
}

// Only evaluations with a comparison group count, one for each intervention, and what does not count is listed with why.
func TestLocalEvidence(t *testing.T) {
	all := []Intervention{{ID: "a", EffectType: "advice"}, {ID: "b", EffectType: "advice"}, {ID: "c"}}
	r := Register{Delivery: []Delivered{
		evaluation("1", "a", "2024-03-01", "controlled", "positive"),
		evaluation("2", "a", "2025-03-01", "controlled", "none"),
		evaluation("3", "b", "2025-03-01", "controlled", "positive"),
		evaluation("4", "b", "2026-03-01", "compared", "positive"),
		evaluation("5", "b", "", "controlled", ""),
		evaluation("6", "c", "2025-03-01", "controlled", "positive"),
		evaluation("7", "nobody", "2025-03-01", "controlled", "positive"),
		{ID: "8", Intervention: "a", Kind: KindSpend},
	}}
	got := LocalEvidence(r, all)
	e := got["advice"]
	if e.Positive != 1 || e.Studies != 2 || len(e.Counted) != 2 || e.Counted[0].ID != "2" || e.Counted[1].ID != "3" {
		t.Errorf("counted %+v", e)
	}
	if len(e.Left) != 3 || len(got[""].Left) != 2 || got[""].Studies != 0 {
		t.Errorf("left out %+v and %+v", e.Left, got[""].Left)
	}
	for _, l := range append(e.Left, got[""].Left...) {
		if l.Reason == "" {
			t.Errorf("%s is left out without a reason", l.ID)
		}
	}
	priors := Priors(r, all)
	if len(priors) != 1 || priors[0].Reviewed || !priors[0].Known() {
		t.Fatalf("priors %+v", priors)
	}
	if a, b := priors[0].Before(); a != 1 || b != 1 {
		t.Errorf("before: Beta(%v, %v), want (1, 1)", a, b)
	}
	if a, b := priors[0].After(); a != 2 || b != 2 {
		t.Errorf("after: Beta(%v, %v), want (2, 2)", a, b)
	}
}

// A type that nobody studied has no chance, which is not one of one half.
func TestPriors_unknown(t *testing.T) {
	p := Priors(Register{}, []Intervention{{ID: "a", EffectType: "parks"}})
	if len(p) != 1 || p[0].Known() {
		t.Errorf("%+v", p)
	}
}

func TestDelivered_When(t *testing.T) {
	if w := (Delivered{Year: sql.NullInt64{Int64: 2025, Valid: true}}).When(); w != "2026-03-31" {
		t.Errorf("of a financial year: %q", w)
	}
	if w := (Delivered{}).When(); w != "" {
		t.Errorf("of nothing: %q", w)
	}
}
