package milp

import (
	"context"
	"fmt"
	"math"
)

// Solve returns the best choice and what is proved about it. A cancelled
// context or a limit is not an error: the Solution says how far the proof got.
// The error tells what is wrong with the problem or the options.
//
// With the same problem and options the result is the same, unless the context
// ends first.
func Solve(ctx context.Context, p Problem, o Options) (Solution, error) {
	if err := p.Validate(); err != nil {
		return Solution{}, fmt.Errorf("milp: %w", err)
	}
	if err := o.validate(); err != nil {
		return Solution{}, fmt.Errorf("milp: options: %w", err)
	}
	m := newModel(p)
	s := newSearch(m)
	s.maxNodes, s.gap = o.MaxNodes, o.Gap
	s.run(ctx)
	sol := s.solution(p)
	switch {
	case sol.Status == Optimal && o.Alternatives > 0:
		findAlternatives(ctx, p, o, s, &sol)
	case sol.Status == Infeasible && !o.NoConflict:
		findConflict(ctx, p, o, &sol)
	}
	return sol, nil
}

func (s *search) solution(p Problem) Solution {
	sol := Solution{Nodes: s.nodes}
	if s.best == nil {
		sol.Status = Infeasible
		if s.stopped {
			sol.Status = Unknown
			sol.Bound = s.m.reportBound(s.open)
		}
		return sol
	}
	sol.X = s.best
	sol.Objective = s.m.report(s.best)
	sol.Status, sol.Bound = Optimal, sol.Objective
	if b := max(s.open, s.dropped); b >= s.cutoff() {
		sol.Bound = max(sol.Objective, s.m.reportBound(b))
		if sol.Bound > sol.Objective {
			sol.Status = Feasible
			sol.Gap = (sol.Bound - sol.Objective) / max(1e-10, math.Abs(sol.Objective))
		}
	}
	for i := range s.m.exact {
		if s.m.exact[i].at(s.best) == tight {
			sol.Binding = append(sol.Binding, p.rowName(i))
		}
	}
	return sol
}

// findAlternatives searches again with the known solutions forbidden, until
// none of the same value is left or enough are found.
func findAlternatives(ctx context.Context, p Problem, o Options, s *search, sol *Solution) {
	floor := s.bestVal
	if s.m.step == 0 {
		floor -= floatTol * max(1, math.Abs(floor))
	}
	m := newModel(p)
	forbid(m, sol.X)
	for len(sol.Alternatives) < o.Alternatives {
		next := newSearch(m)
		next.maxNodes, next.floor, next.first = o.MaxNodes, floor, true
		next.run(ctx)
		sol.Nodes += next.nodes
		if next.best == nil {
			sol.AlternativesComplete = !next.stopped
			return
		}
		sol.Alternatives = append(sol.Alternatives, next.best)
		forbid(m, next.best)
	}
}

// forbid adds a row that every choice but x meets.
func forbid(m *model, x []bool) {
	r := Row{Sense: AtLeast, RHS: 1}
	for j, on := range x {
		if on {
			r.Terms = append(r.Terms, Term{j, -1})
			r.RHS--
		} else {
			r.Terms = append(r.Terms, Term{j, 1})
		}
	}
	m.addRow(r)
	m.index()
}
