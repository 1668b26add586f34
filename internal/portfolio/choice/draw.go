package choice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"milieu/internal/cash"
	"milieu/internal/chance"
	"milieu/internal/milp"
)

// Classes of options by how often they are chosen over the draws (after Liesiö, Mild & Salo 2007).
const (
	Core       = "core"       // chosen in at least CoreShare of the draws
	Borderline = "borderline" // chosen in some
	Exterior   = "exterior"   // chosen in at most ExteriorShare
)

// The shares of draws from which an option is core, and up to which it is exterior.
const (
	CoreShare     = 0.95
	ExteriorShare = 0.05
)

// MostDraws is the largest number of draws.
const MostDraws = 100000

// drawPurpose tells the random numbers of draws of a portfolio from others of the same seed.
const drawPurpose = 0x706f7274666f6c69

// DrawOptions says how to draw.
type DrawOptions struct {
	N        int    // where the problem lists no draws
	Seed     uint64 // of the draws that are made
	MaxNodes int    // of each search; 0: no limit
	Progress func(done, total int)
}

// DrawResult is what became of the options over the draws.
type DrawResult struct {
	N          int    `json:"n"`
	Done       int    `json:"done"` // fewer than n when time ran out
	Seed       uint64 `json:"seed"`
	Infeasible int    `json:"infeasible"` // draws in which no choice met the rules; not in the shares
	Unproven   int    `json:"unproven"`   // draws whose choice is not proven the best
	Says       string `json:"says"`
	// Options are in the order of the problem.
	Options []OptionDraws `json:"options"`
	// Value is the best value over the draws.
	Value Spread `json:"value"`
	// Base is how the choice of the problem without draws does in them.
	Base *BaseDraws `json:"base,omitempty"`
}

// OptionDraws is how often an option was chosen.
type OptionDraws struct {
	ID    string  `json:"id"`
	Share float64 `json:"share"` // the core index: of the draws that have a choice
	Class string  `json:"class"`
}

// Spread is a mean and the middle 90 % of draws.
type Spread struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// BaseDraws is how a fixed choice does over the draws.
type BaseDraws struct {
	Best     float64 `json:"best"`     // share of the draws in which it is proven that nothing is worth more
	Feasible float64 `json:"feasible"` // share in which it meets the rules
	Value    Spread  `json:"value"`
	Regret   Spread  `json:"regret"` // how much less than the best of the draw, where it meets the rules
}

// Draws solves a problem once a draw. The draws are those of the problem; where it has
// none, n are made from the ends of values and costs: triangular, with the value or the
// cost as the most likely, options of the same DrawnWith together. base is the choice to
// follow, or nil.
func Draws(ctx context.Context, p Problem, base []string, o DrawOptions) (DrawResult, error) {
	if err := p.Validate(); err != nil {
		return DrawResult{}, err
	}
	d, err := newDrawer(p, o)
	if err != nil {
		return DrawResult{}, err
	}
	d.base = d.m.choice(base)
	return d.run(ctx)
}

// choice are the variables of a list of options, with the synergies that they earn.
func (m *model) choice(ids []string) []bool {
	if ids == nil {
		return nil
	}
	x := make([]bool, len(m.value))
	for _, id := range ids {
		if j, ok := m.at[id]; ok {
			x[j] = true
		}
	}
	for k, y := range m.p.Synergies {
		x[len(m.p.Options)+k] = !slices.ContainsFunc(y.Options, func(id string) bool { return !x[m.at[id]] })
	}
	return x
}

type drawer struct {
	p    Problem
	o    DrawOptions
	m    *model
	rows milp.Problem // with the costs of the problem
	n    int
	at   func(i int) Draw
	base []bool
	out  []outcome
}

// outcome is one draw.
type outcome struct {
	done, proven bool
	x            []bool // nil: infeasible, or nothing found
	infeasible   bool
	best, base   float64
	baseFits     bool
}

func newDrawer(p Problem, o DrawOptions) (*drawer, error) {
	d := &drawer{p: p, o: o, m: newModel(p)}
	d.rows = d.m.problem(nil)
	if len(p.Draws) > 0 {
		d.n = len(p.Draws)
		d.at = func(i int) Draw { return p.Draws[i] }
		return d, nil
	}
	uncertain := slices.ContainsFunc(p.Options, func(o Option) bool { return o.ValueLow != nil || o.CostLow != nil })
	switch {
	case !uncertain:
		return nil, errors.New("nothing can be drawn: give draws, or value_low and value_high or cost_low and cost_high of options")
	case o.N < 1 || o.N > MostDraws:
		return nil, fmt.Errorf("the number of draws is %d: give 1 to %d", o.N, MostDraws)
	}
	d.n = o.N
	d.at = d.make
	return d, nil
}

// make is draw i of a problem that says between which ends values and costs lie.
func (d *drawer) make(i int) Draw {
	s := chance.Stream{Seed: d.o.Seed, Purpose: drawPurpose}
	w := Draw{Values: map[string]float64{}, Costs: map[string]Pence{}}
	first := map[string]int{}
	for j, o := range d.p.Options {
		input := j
		if k, ok := first[o.DrawnWith]; ok && o.DrawnWith != "" {
			input = k
		} else if o.DrawnWith != "" {
			first[o.DrawnWith] = j
		}
		if o.ValueLow != nil {
			dist := chance.Dist{Kind: chance.Triangular, A: *o.ValueLow, B: o.Value, C: *o.ValueHigh}
			w.Values[o.ID] = dist.At(s.Uniform(i, 2*input))
		}
		if o.CostLow != nil {
			dist := chance.Dist{Kind: chance.Triangular, A: float64(*o.CostLow), B: float64(o.Total()), C: float64(*o.CostHigh)}
			w.Costs[o.ID] = Pence(cash.Round(dist.At(s.Uniform(i, 2*j+1))))
		}
	}
	return w
}

func (d *drawer) run(ctx context.Context) (DrawResult, error) {
	d.out = make([]outcome, d.n)
	var tasks []func() (int, error)
	for i := range d.n {
		tasks = append(tasks, func() (int, error) { return 0, d.one(ctx, i) })
	}
	if _, err := parallel(tasks, d.o.Progress); err != nil {
		return DrawResult{}, err
	}
	return d.sum(), nil
}

// one solves draw i.
func (d *drawer) one(ctx context.Context, i int) error {
	if ctx.Err() != nil {
		return nil
	}
	w := d.at(i)
	p := d.rows
	if len(w.Costs) > 0 {
		p = newModelAt(d.p, d.costs(w)).problem(nil)
	}
	p.Objective = d.values(w)
	sol, err := milp.Solve(ctx, p, milp.Options{Start: d.base, NoConflict: true, MaxNodes: d.o.MaxNodes})
	if err != nil {
		return fmt.Errorf("portfolio: draw %d: %w", i+1, err)
	}
	if ctx.Err() != nil && sol.Status != milp.Optimal && sol.Status != milp.Infeasible {
		return nil
	}
	out := outcome{done: true, x: sol.X, infeasible: sol.Status == milp.Infeasible, proven: sol.Status == milp.Optimal, best: sol.Objective}
	if d.base != nil {
		for j, on := range d.base {
			if on {
				out.base += p.Objective[j]
			}
		}
		out.baseFits = fits(p, d.base)
	}
	d.out[i] = out
	return nil
}

// fits says whether a choice meets all rows and fixes.
func fits(p milp.Problem, x []bool) bool {
	for _, f := range p.Fixed {
		if x[f.Var] != f.On {
			return false
		}
	}
	for _, r := range p.Rows {
		sum := sumOf(r.Terms, x).Cmp(exact(r.RHS))
		if (r.Sense == milp.AtMost && sum > 0) || (r.Sense == milp.AtLeast && sum < 0) || (r.Sense == milp.Equal && sum != 0) {
			return false
		}
	}
	return true
}

// values are the objective of a draw, to seven digits of the largest: short decimals let a
// search end one step below the optimum.
func (d *drawer) values(w Draw) []float64 {
	out := slices.Clone(d.m.value)
	for id, v := range w.Values {
		out[d.m.at[id]] = v
	}
	for k, y := range d.p.Synergies {
		if v, ok := w.Bonus[y.Name]; ok {
			out[len(d.p.Options)+k] = v
		}
	}
	big := 0.0
	for _, v := range out {
		big = max(big, math.Abs(v))
	}
	if big == 0 {
		return out
	}
	unit := math.Pow(10, 6-math.Floor(math.Log10(big)))
	for j, v := range out {
		out[j] = math.Round(v*unit) / unit
	}
	return out
}

// costs are the cost lines of a draw: each line keeps its part, rounded so that they add up
// to the total.
func (d *drawer) costs(w Draw) [][]Cost {
	out := slices.Clone(d.m.amount)
	for id, total := range w.Costs {
		j := d.m.at[id]
		lines := slices.Clone(out[j])
		was := d.m.cost(j)
		switch {
		case len(lines) == 0:
			lines = []Cost{{Amount: total}}
		case was == 0:
			lines[len(lines)-1].Amount = total
		default:
			weights := make([]float64, len(lines))
			for k, l := range lines {
				weights[k] = float64(l.Amount)
			}
			for k, part := range cash.Split(total, weights) {
				lines[k].Amount = part
			}
		}
		out[j] = lines
	}
	return out
}
