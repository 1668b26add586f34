package milp

import (
	"fmt"
	"math/rand/v2"
)

// portfolio makes a programme's choice: n options with a value and costs in
// five years, budgets a year, groups with a minimum, needs, exclusions, and
// bonuses for pairs (an option more each). Costs are in pounds.
func portfolio(n int, seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 15))
	var p Problem
	budget := make([]Row, 5)
	for y := range budget {
		budget[y] = Row{Name: fmt.Sprintf("budget %d", 2027+y)}
	}
	spend := make([]float64, 5)
	for j := range n {
		cost := float64(50+rng.IntN(950)) * 1000
		p.Names = append(p.Names, fmt.Sprintf("option %d", j+1))
		// Value is tied to cost, as bids are: the hard kind.
		p.Objective = append(p.Objective, float64(int(cost*(0.8+0.8*rng.Float64())/1000)))
		start, years := rng.IntN(3), 1+rng.IntN(3)
		for y := start; y < start+years; y++ {
			c := float64(int(cost / float64(years)))
			budget[y].Terms = append(budget[y].Terms, Term{j, c})
			spend[y] += c
		}
	}
	for y := range budget {
		budget[y].RHS = float64(int(spend[y] * 0.35))
	}
	p.Rows = append(p.Rows, budget...)
	for g := range 6 {
		r := Row{Name: fmt.Sprintf("group %d", g+1), Sense: AtLeast, RHS: 2}
		for j := g; j < n; j += 6 {
			r.Terms = append(r.Terms, Term{j, 1})
		}
		p.Rows = append(p.Rows, r)
	}
	for k := range n / 5 {
		a, b := rng.IntN(n), rng.IntN(n)
		if a == b {
			continue
		}
		p.Rows = append(p.Rows, Row{Name: fmt.Sprintf("need %d", k+1), Terms: []Term{{a, 1}, {b, -1}}})
		if a, b = rng.IntN(n), rng.IntN(n); a != b {
			p.Rows = append(p.Rows, Row{Name: fmt.Sprintf("exclude %d", k+1), Terms: []Term{{a, 1}, {b, 1}}, RHS: 1})
		}
	}
	for k := range n / 10 {
		a, b := rng.IntN(n), rng.IntN(n)
		if a == b {
			continue
		}
		z := len(p.Objective)
		p.Names = append(p.Names, fmt.Sprintf("pair %d", k+1))
		p.Objective = append(p.Objective, float64(20+rng.IntN(80)))
		p.Rows = append(p.Rows,
			Row{Name: fmt.Sprintf("pair %d first", k+1), Terms: []Term{{z, 1}, {a, -1}}},
			Row{Name: fmt.Sprintf("pair %d second", k+1), Terms: []Term{{z, 1}, {b, -1}}},
			Row{Name: fmt.Sprintf("pair %d both", k+1), Terms: []Term{{z, -1}, {a, 1}, {b, 1}}, RHS: 1})
	}
	return p
}

// knapsack is the dense random kind with rows that all bind.
func knapsack(n, rows int, seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 5))
	p := Problem{Rows: make([]Row, rows)}
	for range n {
		p.Objective = append(p.Objective, float64(1+rng.IntN(1000)))
	}
	for i := range p.Rows {
		sum := 0.0
		for j := range n {
			a := float64(1 + rng.IntN(1000))
			sum += a
			p.Rows[i].Terms = append(p.Rows[i].Terms, Term{j, a})
		}
		p.Rows[i].RHS = float64(int(sum / 3))
	}
	return p
}

// tester is what the checks need of *testing.T, *testing.B and *rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}
