package milp

import (
	"context"
	"math"
)

// findConflict reduces the rows of an infeasible problem to a set in which
// every row is needed, by deletion filtering (Chinneck & Dravnieks 1991): leave
// rows out as long as the rest stays impossible.
func findConflict(ctx context.Context, p Problem, o Options, sol *Solution) {
	keep := relaxedConflict(ctx, p)
	minimal := true
	for size := max(1, len(keep)/4); ; size = max(1, size/4) {
		for at := 0; at < len(keep); {
			rest := append([]int(nil), keep[:at]...)
			rest = append(rest, keep[min(at+size, len(keep)):]...)
			impossible, proved, nodes := refuted(ctx, p, o, rest)
			sol.Nodes += nodes
			if impossible {
				keep = rest
				continue
			}
			if !proved && size == 1 {
				minimal = false
			}
			at += size
		}
		if size == 1 {
			break
		}
	}
	for _, i := range keep {
		sol.Conflict = append(sol.Conflict, p.rowName(i))
	}
	sol.ConflictMinimal = minimal
}

// feasibility returns the model of some rows with an objective that only
// guides: distinct values, so that the simplex does not idle.
func feasibility(p Problem, rows []int) *model {
	obj := make([]float64, len(p.Objective))
	for j := range obj {
		obj[j] = -float64(1000 + j*7919%997)
	}
	q := Problem{Objective: obj}
	for _, i := range rows {
		q.Rows = append(q.Rows, p.Rows[i])
	}
	return newModel(q)
}

// refuted reports whether the rows cannot hold together, and whether the
// answer is proved.
func refuted(ctx context.Context, p Problem, o Options, rows []int) (impossible, proved bool, nodes int) {
	s := newSearch(feasibility(p, rows))
	s.maxNodes, s.first = o.MaxNodes, true
	s.run(ctx)
	return s.best == nil && !s.stopped, s.best != nil || !s.stopped, s.nodes
}

// relaxedConflict returns the rows that an infeasible relaxation needs for its
// proof, or all rows when the relaxation has solutions.
func relaxedConflict(ctx context.Context, p Problem) []int {
	all := make([]int, len(p.Rows))
	for i := range all {
		all[i] = i
	}
	m := feasibility(p, all)
	l, c := newLP(m), newCertificate(m)
	if l.solve(ctx, math.Inf(-1)) != lpInfeasible || !c.refutes(l) {
		return all
	}
	var rows []int
	for i, y := range c.y {
		if y != 0 {
			rows = append(rows, i)
		}
	}
	return rows
}
