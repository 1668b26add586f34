// Package sample makes problems of the shapes that plans and schedules have, for
// tests and benchmarks of the solver and of what stands on it. The same settings
// make the same problem.
package sample

import (
	"fmt"
	"math"

	"milieu/internal/chance"
	"milieu/internal/milp"
)

// Worth says how the values of options stand to their costs; it decides how
// hard a choice is.
type Worth string

// The kinds of worth. Tied and Offset follow Pisinger (2005), "Where are the
// hard knapsack problems?".
const (
	Free   Worth = "free"   // value and cost have nothing to do with each other
	Tied   Worth = "tied"   // value is cost, a half more or less
	Offset Worth = "offset" // value is cost and a constant: the hard kind
	Equal  Worth = "equal"  // values come from twelve levels, as chances by type of intervention do
)

// Worths are the kinds in order.
var Worths = []Worth{Free, Tied, Offset, Equal}

// Programme is the settings of a portfolio problem. Fields that are 0 leave the
// rule out.
type Programme struct {
	Options, Years, Funders int
	Needs, Excludes, Pairs  int
	Groups                  int     // places, each with a least share of the money
	Existing                float64 // least share of the money for existing businesses
	Budget                  float64 // of all costs, by year and funder
	Worth                   Worth
	Seed                    uint64
}

// dice gives numbers in turn from an addressed stream.
type dice struct {
	stream chance.Stream
	at     int
}

func (d *dice) unit() float64 {
	d.at++
	return d.stream.Uniform(0, d.at)
}

// number is one of 0 to n-1.
func (d *dice) number(n int) int { return int(d.unit() * float64(n)) }

// pair is two different numbers below n, the smaller first.
func (d *dice) pair(n int) (a, b int) {
	a = d.number(n)
	b = (a + 1 + d.number(n-1)) % n
	return min(a, b), max(a, b)
}

// Problem makes the problem. Costs are whole thousands of pounds.
func (s Programme) Problem() milp.Problem {
	d := &dice{stream: chance.Stream{Seed: s.Seed, Purpose: 15}}
	p := milp.Problem{}
	costs := make([]float64, s.Options)
	budget := make([]milp.Row, s.Years*s.Funders)
	spend := make([]float64, len(budget))
	for j := range s.Options {
		cost := 50 + d.number(950)
		costs[j] = float64(cost)
		p.Names = append(p.Names, fmt.Sprintf("option %d", j+1))
		p.Objective = append(p.Objective, s.Worth.of(cost, d))
		start, length, funder := d.number(s.Years), 1+d.number(s.Years), d.number(s.Funders)
		length = min(length, s.Years-start)
		for y := range length {
			c := float64(cost*(y+1)/length - cost*y/length)
			k := (start+y)*s.Funders + funder
			budget[k].Terms = append(budget[k].Terms, milp.Term{Var: j, Coef: c})
			spend[k] += c
		}
	}
	for k := range budget {
		budget[k].Name = fmt.Sprintf("budget %d funder %d", 2027+k/s.Funders, k%s.Funders+1)
		budget[k].RHS = math.Round(spend[k] * s.Budget)
	}
	p.Rows = budget
	s.shares(&p, costs, d)
	s.ties(&p, d)
	return p
}

// of draws the value of an option.
func (w Worth) of(cost int, d *dice) float64 {
	switch w {
	case Tied:
		return math.Round(float64(cost) * (0.5 + d.unit()))
	case Offset:
		return float64(cost + 100)
	case Equal:
		return float64([]int{102, 204, 333, 347, 400, 455, 500, 512, 571, 600, 667, 750}[d.number(12)]) / 1000
	}
	return float64(1 + d.number(1000))
}

// shares adds least shares of the money, written as sums that must not be
// negative.
func (s Programme) shares(p *milp.Problem, costs []float64, d *dice) {
	group := make([]int, len(costs))
	serves := make([]float64, len(costs))
	for j := range costs {
		group[j] = d.number(max(1, s.Groups))
		serves[j] = float64(d.number(3)) / 2
	}
	least := func(name string, share float64, weight func(int) float64) {
		r := milp.Row{Name: name, Sense: milp.AtLeast}
		for j, c := range costs {
			coef := math.Round((weight(j)-share)*c*1000) / 1000
			r.Terms = append(r.Terms, milp.Term{Var: j, Coef: coef})
		}
		p.Rows = append(p.Rows, r)
	}
	for g := range s.Groups {
		least(fmt.Sprintf("share of place %d", g+1), 0.5/float64(s.Groups), func(j int) float64 {
			if group[j] == g {
				return 1
			}
			return 0
		})
	}
	if s.Existing > 0 {
		least("share for existing businesses", s.Existing, func(j int) float64 { return serves[j] })
	}
}

// ties adds what binds two options: needs, exclusions and bonuses.
func (s Programme) ties(p *milp.Problem, d *dice) {
	row := func(name string, rhs float64, terms ...milp.Term) {
		p.Rows = append(p.Rows, milp.Row{Name: name, Terms: terms, RHS: rhs})
	}
	for k := range s.Needs {
		a, b := d.pair(s.Options)
		row(fmt.Sprintf("need %d", k+1), 0, milp.Term{Var: b, Coef: 1}, milp.Term{Var: a, Coef: -1})
	}
	for k := range s.Excludes {
		a, b := d.pair(s.Options)
		row(fmt.Sprintf("exclude %d", k+1), 1, milp.Term{Var: a, Coef: 1}, milp.Term{Var: b, Coef: 1})
	}
	for k := range s.Pairs {
		a, b := d.pair(s.Options)
		z := len(p.Objective)
		p.Names = append(p.Names, fmt.Sprintf("pair %d", k+1))
		p.Objective = append(p.Objective, math.Round(1000*(p.Objective[a]+p.Objective[b])/5)/1000)
		row(fmt.Sprintf("pair %d first", k+1), 0, milp.Term{Var: z, Coef: 1}, milp.Term{Var: a, Coef: -1})
		row(fmt.Sprintf("pair %d second", k+1), 0, milp.Term{Var: z, Coef: 1}, milp.Term{Var: b, Coef: -1})
		row(fmt.Sprintf("pair %d both", k+1), 1, milp.Term{Var: z, Coef: -1}, milp.Term{Var: a, Coef: 1}, milp.Term{Var: b, Coef: 1})
	}
}
