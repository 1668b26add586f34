package schedule

import (
	"fmt"

	"milieu/internal/milp"
)

// grid is the 0-1 programme of a problem within a horizon.
type grid struct {
	p       Problem
	w       window
	first   []int // place of each task's first variable
	problem milp.Problem
}

// build makes the programme: one variable for each start within a task's window.
func build(p Problem, horizon int) grid {
	g := grid{p: p, w: p.windows(horizon), first: make([]int, len(p.Tasks))}
	n := 0
	for i := range p.Tasks {
		g.first[i] = n
		n += max(g.w.hi[i]-g.w.lo[i]+1, 0)
	}
	g.problem.Objective = make([]float64, n)
	for i, t := range p.Tasks {
		row := milp.Row{Name: g.startName(i), Sense: milp.Equal, RHS: 1}
		for s := g.w.lo[i]; s <= g.w.hi[i]; s++ {
			g.problem.Names = append(g.problem.Names, fmt.Sprintf("%s@%d", t.ID, p.period(s)))
			row.Terms = append(row.Terms, milp.Term{Var: g.at(i, s), Coef: 1})
		}
		g.problem.Rows = append(g.problem.Rows, row)
	}
	index := p.index()
	for _, l := range p.Links {
		g.addLink(l, index[l.Before], index[l.After])
	}
	for _, c := range p.Capacities {
		g.addCapacity(c)
	}
	return g
}

// at is the variable of a task's start, which must lie in its window.
func (g grid) at(task, start int) int { return g.first[task] + start - g.w.lo[task] }

// startName says within which bounds a task begins: what a conflict can name of them.
func (g grid) startName(i int) string {
	t := g.p.Tasks[i]
	lo, hi := g.p.period(g.w.lo[i]), g.p.period(g.w.hi[i])
	if t.Fixed.Set {
		return g.p.fixedName(t)
	}
	if lo == hi {
		return fmt.Sprintf("%s begins in %d", t.name(), lo)
	}
	return fmt.Sprintf("%s begins in %d to %d", t.name(), lo, hi)
}

// addLink says for each period: what waits has begun by then only when the other has
// begun early enough.
func (g *grid) addLink(l Link, before, after int) {
	d := l.distance(g.p.Tasks[before])
	name := g.p.linkName(l, g.p.Tasks[before], g.p.Tasks[after])
	for t := g.w.lo[after]; t <= g.w.hi[after] && t-d < g.w.hi[before]; t++ {
		r := milp.Row{Name: name}
		for s := g.w.lo[after]; s <= t; s++ {
			r.Terms = append(r.Terms, milp.Term{Var: g.at(after, s), Coef: 1})
		}
		for s := g.w.lo[before]; s <= t-d; s++ {
			r.Terms = append(r.Terms, milp.Term{Var: g.at(before, s), Coef: -1})
		}
		g.problem.Rows = append(g.problem.Rows, r)
	}
}

// addCapacity adds a row, unless it holds whatever the starts are.
func (g *grid) addCapacity(c Capacity) {
	r := milp.Row{Name: g.p.capacityName(c), RHS: float64(c.Amount)}
	var most int64
	for i, t := range g.p.Tasks {
		var top int64
		for s := g.w.lo[i]; s <= g.w.hi[i]; s++ {
			if a := c.of(t, s); a > 0 {
				r.Terms = append(r.Terms, milp.Term{Var: g.at(i, s), Coef: float64(a)})
				top = max(top, a)
			}
		}
		most += top
	}
	if most > c.Amount {
		g.problem.Rows = append(g.problem.Rows, r)
	}
}

// value sets the objective to the discounted values.
func (g *grid) value() {
	for i, t := range g.p.Tasks {
		for s := g.w.lo[i]; s <= g.w.hi[i]; s++ {
			g.problem.Objective[g.at(i, s)] = g.p.worth(t, s)
		}
	}
}

// early sets the objective to begin early: the least sum of starts.
func (g *grid) early() {
	for i := range g.p.Tasks {
		for s := g.w.lo[i]; s <= g.w.hi[i]; s++ {
			g.problem.Objective[g.at(i, s)] = float64(g.w.lo[i] - s)
		}
	}
}

// worthAtLeast adds the rule that the discounted values come to no less than a sum,
// up to the accuracy to which milp proves it.
func (g *grid) worthAtLeast(least float64) {
	r := milp.Row{Name: "worth no less", Sense: milp.AtLeast}
	size := 0.0
	for i, t := range g.p.Tasks {
		for s := g.w.lo[i]; s <= g.w.hi[i]; s++ {
			v := g.p.worth(t, s)
			r.Terms = append(r.Terms, milp.Term{Var: g.at(i, s), Coef: v})
			size = max(size, v, -v)
		}
	}
	r.RHS = least - valueTol*size
	g.problem.Rows = append(g.problem.Rows, r)
}

// valueTol is how much of the largest single value two sums may differ and count as
// the same.
const valueTol = 1e-7

// choice is the starts as a choice of the variables, nil where they leave the windows.
func (g grid) choice(starts []int) []bool {
	if starts == nil {
		return nil
	}
	x := make([]bool, len(g.problem.Objective))
	for i, s := range starts {
		if s < g.w.lo[i] || s > g.w.hi[i] {
			return nil
		}
		x[g.at(i, s)] = true
	}
	return x
}

// starts reads a choice.
func (g grid) starts(x []bool) []int {
	out := make([]int, len(g.p.Tasks))
	for i := range g.p.Tasks {
		for s := g.w.lo[i]; s <= g.w.hi[i]; s++ {
			if x[g.at(i, s)] {
				out[i] = s
			}
		}
	}
	return out
}
