package portfolio_test

import (
	"math"
	"testing"

	"milieu/internal/portfolio"
)

// TestServing adds money up by whom it serves: both counts half, what is part of another or has no cost does not count.
func TestServing(t *testing.T) {
	list := []portfolio.Intervention{{ID: "a", Benefits: "existing", CostP: year(100)}, {ID: "b", Benefits: "both", CostP: year(100)}, {ID: "c", Benefits: "new", CostP: year(200)},
		{ID: "d", Benefits: "existing", CostP: year(50)}, {ID: "e", Benefits: "existing"}, {ID: "f"}}
	s := portfolio.Serving(list, portfolio.Register{Costs: []portfolio.Cost{{Intervention: "f", AmountP: 60}, {Intervention: "f", AmountP: 40}}, Relations: []portfolio.Relation{{From: "d", To: "c", Kind: portfolio.PartOf}, {From: "a", To: "e", Kind: portfolio.PartOf}, {From: "b", To: "a", Kind: portfolio.Needs}}})
	if s.CostP != 500 || math.Abs(s.Share-0.3) > 1e-12 || len(s.Counted) != 4 || len(s.Unstated) != 1 || len(s.Held) != 1 || s.Held[0].ID != "d" {
		t.Errorf("%+v", s)
	}
	if s := portfolio.Serving(nil, portfolio.Register{}); s.CostP != 0 || s.Share != 0 {
		t.Errorf("of nothing: %+v", s)
	}
}

// TestGaps lists what is missing of an empty and of a full register.
func TestGaps(t *testing.T) {
	bare := portfolio.Intervention{ID: "a", Stage: "in-delivery"}
	if n := len(bare.Gaps(portfolio.Register{})); n != 13 {
		t.Errorf("%d gaps of an intervention of which nothing is known", n)
	}
	full := portfolio.Intervention{ID: "a", Stage: "delivered", Problem: "p", ProblemURL: "u", CostP: year(1), Start: year(2026), Grade: "reasoned", EffectType: "x", Lead: "l", Partners: []string{"p"}, Benefits: "both", Horizon: "long"}
	r := portfolio.Register{Costs: make([]portfolio.Cost, 1), Outcomes: make([]portfolio.Outcome, 1), Risks: make([]portfolio.Risk, 1), Relations: make([]portfolio.Relation, 1), Delivery: make([]portfolio.Delivered, 1)}
	if g := full.Gaps(r); g != nil {
		t.Errorf("%+v", g)
	}
	full.ProblemURL = ""
	if g := full.Gaps(r); len(g) != 1 || g[0].Field != "problem_url" || g[0].Table != "interventions" {
		t.Errorf("%+v", g)
	}
}
