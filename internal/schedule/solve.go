package schedule

import (
	"context"
	"fmt"

	"milieu/internal/milp"
)

// Options sets limits. The zero value means: prove everything.
type Options struct {
	// MaxNodes stops each of the searches after so many nodes; 0 means no limit.
	// With it and without an end of the context the result is always the same.
	MaxNodes int
	// NoConflict skips the search for the rules that cannot hold together.
	NoConflict bool
}

// Solution is when each task begins, and what is proved about it.
type Solution struct {
	Status milp.Status // Optimal: the value is proven, Feasible: not; Infeasible; Unknown
	Starts []int       // one a task; nil without a solution
	Value  float64     // Worth of the starts
	Bound  float64     // proven: no schedule is worth more
	End    int         // the period in which nothing runs any more
	// Shortest says it is proven that no schedule of this value ends sooner, and that
	// none of those begins its tasks sooner in sum.
	Shortest bool
	Nodes    int
	// Conflict names rules that cannot hold together when Infeasible.
	Conflict []string
	// ConflictMinimal says that every rule of Conflict is needed.
	ConflictMinimal bool
}

// Solve finds the starts with the highest discounted value; among those the ones that
// end soonest; and among those the ones whose starts come to the least sum. Two sums of
// values that differ by less than a ten-millionth of the largest value count as the
// same. A context that ends or a limit is no error: the Solution says how far the proof
// got. The error tells what is wrong with the problem; a circle is a *CycleError.
func Solve(ctx context.Context, p Problem, o Options) (Solution, error) {
	if err := p.Validate(); err != nil {
		return Solution{}, fmt.Errorf("schedule: %w", err)
	}
	if len(p.Tasks) == 0 {
		return Solution{Status: milp.Optimal, Starts: []int{}, Shortest: true}, nil
	}
	if c := p.impossible(p.windows(p.Horizon)); c != nil {
		return Solution{Status: milp.Infeasible, Conflict: c, ConflictMinimal: true}, nil
	}
	s := solver{ctx: ctx, p: p, o: o}
	if err := s.best(); err != nil {
		return Solution{}, fmt.Errorf("schedule: %w", err)
	}
	if s.out.Starts == nil {
		return s.out, nil
	}
	if err := s.shorten(); err != nil {
		return Solution{}, fmt.Errorf("schedule: %w", err)
	}
	s.out.Value, s.out.End = Worth(p, s.out.Starts), p.end(s.out.Starts)
	s.out.Bound = max(s.out.Bound, s.out.Value)
	return s.out, nil
}

type solver struct {
	ctx  context.Context
	p    Problem
	o    Options
	out  Solution
	time bool // when a task begins changes what it is worth
}

// best finds the highest value, or any schedule where no value depends on time.
func (s *solver) best() error {
	for _, t := range s.p.Tasks {
		s.time = s.time || t.Value != 0 && s.p.Discount != 0
	}
	g := build(s.p, s.p.Horizon)
	if s.time {
		g.value()
	} else {
		g.early()
	}
	sol, err := milp.Solve(s.ctx, g.problem, milp.Options{MaxNodes: s.o.MaxNodes, NoConflict: s.o.NoConflict, Start: g.choice(s.greedy())})
	if err != nil {
		return err
	}
	s.out.Status, s.out.Nodes = sol.Status, sol.Nodes
	s.out.Conflict, s.out.ConflictMinimal = unique(sol.Conflict), sol.ConflictMinimal
	if sol.X == nil {
		return nil
	}
	s.out.Starts = g.starts(sol.X)
	s.out.Bound = sol.Bound
	if !s.time {
		s.out.Status, s.out.Bound = milp.Optimal, Worth(s.p, s.out.Starts)
	}
	return nil
}

// shorten looks for the soonest end that keeps the value, by halving.
func (s *solver) shorten() error {
	if s.out.Status != milp.Optimal {
		return nil
	}
	least := Worth(s.p, s.out.Starts)
	soonest, known := 0, s.p.end(s.out.Starts)
	w := s.p.windows(s.p.Horizon)
	for i, t := range s.p.Tasks {
		soonest = max(soonest, w.lo[i]+t.Duration)
	}
	s.out.Shortest = true
	done := -1 // the end for which the sum of starts is proven least
	for soonest < known {
		mid := (soonest + known) / 2
		status, err := s.within(mid, least)
		if err != nil {
			return err
		}
		switch {
		case status == milp.Infeasible:
			soonest = mid + 1
		case status == milp.Unknown:
			s.out.Shortest = false
			soonest = mid + 1
		default:
			known = s.p.end(s.out.Starts)
			if done = known; status != milp.Optimal || known < mid {
				done = -1
			}
		}
	}
	if done == known {
		return nil
	}
	status, err := s.within(known, least)
	s.out.Shortest = s.out.Shortest && status == milp.Optimal
	return err
}

// within looks for the least sum of starts that ends by a period and keeps the value.
func (s *solver) within(end int, least float64) (milp.Status, error) {
	if s.p.impossible(s.p.windows(end)) != nil {
		return milp.Infeasible, nil
	}
	g := build(s.p, end)
	g.early()
	if s.time {
		g.worthAtLeast(least)
	}
	sol, err := milp.Solve(s.ctx, g.problem, milp.Options{MaxNodes: s.o.MaxNodes, NoConflict: true, Start: g.choice(s.out.Starts)})
	if err != nil {
		return milp.Unknown, err
	}
	s.out.Nodes += sol.Nodes
	if sol.X != nil {
		s.out.Starts = g.starts(sol.X)
	}
	return sol.Status, nil
}
