package choice

import (
	"context"
	"fmt"
	"math/big"

	"milieu/internal/milp"
)

// Point is the best value with all budgets a factor of what they are.
type Point struct {
	Factor float64  `json:"factor"`
	Status string   `json:"status"`
	Value  float64  `json:"value"`
	Bound  float64  `json:"bound"`
	Cost   Pence    `json:"cost"`
	Chosen []string `json:"chosen"`
}

// Frontier solves a problem once for each factor, from the first to the last: what a
// larger or smaller budget would be worth. maxNodes bounds each search; 0 is no limit.
func Frontier(ctx context.Context, p Problem, factors []float64, maxNodes int) ([]Point, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	m := newModel(p)
	var out []Point
	var start []bool
	for _, f := range factors {
		if !(f >= 0 && f <= 1000) {
			return nil, fmt.Errorf("the factor %g of the budgets is not between 0 and 1000", f)
		}
		q := m.problem(nil)
		limits := map[string]float64{}
		for _, r := range m.rules {
			if r.kind == KindBudget && r.most != nil {
				limits[r.rows[0].Name] = pence(new(big.Rat).Mul(exact(*r.most), exact(f))).Pounds()
			}
		}
		for i := range q.Rows {
			if v, ok := limits[q.Rows[i].Name]; ok {
				q.Rows[i].RHS = v
			}
		}
		sol, err := milp.Solve(ctx, q, milp.Options{Start: start, NoConflict: true, MaxNodes: maxNodes})
		if err != nil {
			return nil, fmt.Errorf("portfolio: budgets times %g: %w", f, err)
		}
		pt := Point{Factor: f, Status: sol.Status.String(), Bound: sol.Bound, Chosen: []string{}}
		if sol.X != nil {
			start = sol.X
			pt.Value, pt.Cost, pt.Chosen = float(m.total(sol.X)), m.costOf(sol.X), m.ids(sol.X)
			if sol.Status == milp.Optimal {
				pt.Bound = pt.Value
			}
		}
		out = append(out, pt)
	}
	return out, nil
}
