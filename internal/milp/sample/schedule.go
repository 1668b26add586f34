package sample

import (
	"fmt"
	"math"

	"milieu/internal/chance"
	"milieu/internal/milp"
)

// Schedule is the settings of a scheduling problem by periods: when each task
// starts.
type Schedule struct {
	Tasks, Periods, Resources int
	After                     int     // pairs of which one follows the other
	Capacity                  float64 // of what all tasks would use if spread evenly
	Optional                  bool    // tasks may be left out
	Seed                      uint64
}

// task is what is drawn of a task.
type task struct {
	duration, use, resource int
	value                   float64
	first                   int // number of the variable of its first start
}

// Problem makes the problem: a variable for each task and start, one start a
// task, precedence in the form that is tight (Pritsker, Watters & Wolfe 1969,
// disaggregated by Christofides, Alvarez-Valdes & Tamarit 1987), and capacity by
// period.
func (s Schedule) Problem() milp.Problem {
	d := &dice{stream: chance.Stream{Seed: s.Seed, Purpose: 16}}
	p := milp.Problem{}
	tasks := make([]task, s.Tasks)
	load := make([]float64, s.Resources)
	for i := range tasks {
		t := task{duration: 1 + d.number(4), use: 1 + d.number(9), resource: d.number(s.Resources), value: float64(100 + d.number(900)), first: len(p.Objective)}
		tasks[i] = t
		load[t.resource] += float64(t.use * t.duration)
		one := milp.Row{Name: fmt.Sprintf("task %d once", i+1), Sense: milp.Equal, RHS: 1}
		if s.Optional {
			one.Sense = milp.AtMost
		}
		for at := range s.starts(t) {
			one.Terms = append(one.Terms, milp.Term{Var: len(p.Objective), Coef: 1})
			p.Names = append(p.Names, fmt.Sprintf("task %d at %d", i+1, at+1))
			p.Objective = append(p.Objective, math.Round(t.value*math.Pow(1.035, -float64(at))*1000)/1000)
		}
		p.Rows = append(p.Rows, one)
	}
	s.precedence(&p, tasks, d)
	s.capacity(&p, tasks, load)
	return p
}

// starts is how many periods a task can start in.
func (s Schedule) starts(t task) int { return s.Periods - t.duration + 1 }

func (s Schedule) precedence(p *milp.Problem, tasks []task, d *dice) {
	for k := range s.After {
		a, b := d.pair(s.Tasks)
		before, after := tasks[a], tasks[b]
		for at := range s.starts(after) {
			r := milp.Row{Name: fmt.Sprintf("order %d at %d", k+1, at+1)}
			for u := range at + 1 {
				r.Terms = append(r.Terms, milp.Term{Var: after.first + u, Coef: 1})
			}
			for u := 0; u <= at-before.duration && u < s.starts(before); u++ {
				r.Terms = append(r.Terms, milp.Term{Var: before.first + u, Coef: -1})
			}
			p.Rows = append(p.Rows, r)
		}
	}
}

func (s Schedule) capacity(p *milp.Problem, tasks []task, load []float64) {
	for r := range s.Resources {
		most := 9.0 // one task always fits
		most = max(most, math.Ceil(load[r]/float64(s.Periods)*s.Capacity))
		for at := range s.Periods {
			row := milp.Row{Name: fmt.Sprintf("capacity %d at %d", r+1, at+1), RHS: most}
			for _, t := range tasks {
				if t.resource != r {
					continue
				}
				for u := max(0, at-t.duration+1); u <= at && u < s.starts(t); u++ {
					row.Terms = append(row.Terms, milp.Term{Var: t.first + u, Coef: float64(t.use)})
				}
			}
			p.Rows = append(p.Rows, row)
		}
	}
}
