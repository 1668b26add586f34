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
	if err := o.validate(len(p.Objective)); err != nil {
		return Solution{}, fmt.Errorf("milp: options: %w", err)
	}
	given := len(p.Rows)
	p = p.withFixes()
	m := newModel(p)
	s := newSearch(m)
	s.maxNodes, s.gap, s.cuts = o.MaxNodes, o.Gap, true
	if o.Start != nil {
		s.start(o.Start)
	}
	s.run(ctx)
	sol := s.solution(p, given)
	switch {
	case sol.Status == Optimal && o.Alternatives > 0:
		findAlternatives(ctx, o, s, &sol)
	case sol.Status == Infeasible && !o.NoConflict:
		findConflict(ctx, p, o, &sol)
	}
	return sol, nil
}

func (s *search) solution(p Problem, given int) Solution {
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
	for i := range s.m.exact[:given] {
		if s.m.exact[i].at(s.best) == tight {
			sol.Binding = append(sol.Binding, p.rowName(i))
		}
	}
	return sol
}
