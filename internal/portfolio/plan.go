package portfolio

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/milp"
)

// Ask is the question that a plan answers.
type Ask struct {
	BudgetP     int64
	Lens        Lens
	MinExisting float64  // least share of the money that serves existing businesses
	Regions     []string // empty: all
	Stages      []string // empty: all
}

// Settings are the ask as settings of a reference.
func (a Ask) Settings() []string {
	return []string{"budget", fmt.Sprint(a.BudgetP / 100), "lens", string(a.Lens), "existing", fmt.Sprintf("%g", a.MinExisting),
		"regions", strings.Join(a.Regions, ","), "stages", strings.Join(a.Stages, ",")}
}

// ExistingWeight is how much of an intervention's cost counts as serving
// existing businesses: all, half where it serves both, or none.
func ExistingWeight(benefits string) float64 {
	switch benefits {
	case "existing":
		return 1
	case "both":
		return 0.5
	}
	return 0
}

// Left is an option that the plan leaves out, with the reason.
type Left struct {
	Intervention
	Reason string
	Loss   float64 // how much lower the best value would be with it; means nothing when Barred
	Barred bool    // no set that keeps the rules holds it, or what it displaces is not known
}

// Plan is the best set of interventions for an ask.
type Plan struct {
	Ask
	Chosen      []Intervention // dearest first
	Left        []Left         // costed and valued, but not chosen; the nearest to being chosen first
	Unvalued    []Left         // without a cost or without evidence under the lens
	Closed      int            // not open to choice: done, ended or elsewhere
	CostP       int64
	Value       float64 // sum of the scores: the number of programmes expected to show an effect, or the sum of shares
	Lo, Hi      float64 // sum of the ends of the intervals
	Bound       float64 // proven: no set has a higher value
	Proven      bool
	Alternative bool // another set has the same value
	Only        bool // proven: no other set has the same value
	Existing    float64
	Nodes       int
	Conflict    []string // rules that cannot hold together
	Stopped     bool     // time ran out before everything was proven
}

// costUnit makes budget rows exact: costs are whole thousands of pounds in
// pence, or finer where a cost is.
const costUnit = 100 // pence

// Solve finds the plan: a 0-1 programme that maximises the sum of scores under
// the budget and the share for existing businesses. Each option left out is
// solved for again with that option forced in, which tells what it would cost.
// When ctx ends first the plan says how far the proof got.
func Solve(ctx context.Context, all []Intervention, ask Ask) (Plan, error) {
	p := Plan{Ask: ask}
	if ask.BudgetP < 0 {
		return p, fmt.Errorf("the budget is negative")
	}
	if !(ask.MinExisting >= 0 && ask.MinExisting <= 1) {
		return p, fmt.Errorf("the share for existing businesses is %g; it lies between 0 and 1", ask.MinExisting)
	}
	options := p.sort(all)
	problem := build(options, ask)
	sol, err := milp.Solve(ctx, problem, milp.Options{Alternatives: 1})
	if err != nil {
		return p, err
	}
	p.Nodes, p.Conflict = sol.Nodes, sol.Conflict
	p.Stopped = sol.Status == milp.Unknown
	if sol.X == nil {
		return p, nil
	}
	p.Proven, p.Bound, p.Alternative = sol.Status == milp.Optimal, sol.Bound, len(sol.Alternatives) > 0
	p.Only = p.Proven && !p.Alternative && sol.AlternativesComplete
	for i, in := range sol.X {
		if in {
			p.take(options[i])
		}
	}
	sort.SliceStable(p.Chosen, func(a, b int) bool { return p.Chosen[a].CostP.Int64 > p.Chosen[b].CostP.Int64 })
	return p, p.explainLeft(ctx, options, problem, sol)
}

// Committed counts the chosen interventions that are approved or in delivery
// already: the plan says of them what to keep, not what to start.
func (p Plan) Committed() int {
	n := 0
	for _, i := range p.Chosen {
		if i.Stage == "approved" || i.Stage == "in-delivery" {
			n++
		}
	}
	return n
}

// Options are the interventions that were compared: those chosen, then those left out.
func (p Plan) Options() []Intervention {
	out := append([]Intervention{}, p.Chosen...)
	for _, l := range p.Left {
		out = append(out, l.Intervention)
	}
	return out
}

// sort parts the interventions into options and others.
func (p *Plan) sort(all []Intervention) []Intervention {
	var options []Intervention
	for _, i := range all {
		switch {
		case !i.Open(p.Regions, p.Stages):
			p.Closed++
		case !i.CostP.Valid:
			p.Unvalued = append(p.Unvalued, Left{Intervention: i, Reason: "its cost is not known"})
		case !i.Score(p.Lens).Known:
			p.Unvalued = append(p.Unvalued, Left{Intervention: i, Reason: i.Score(p.Lens).Basis})
		default:
			options = append(options, i)
		}
	}
	return options
}

func build(options []Intervention, ask Ask) milp.Problem {
	var m milp.Problem
	budget := milp.Row{Name: "budget", RHS: float64(ask.BudgetP / costUnit)}
	existing := milp.Row{Name: "share for existing businesses", Sense: milp.AtLeast}
	for j, i := range options {
		m.Names = append(m.Names, i.ID)
		m.Objective = append(m.Objective, round6(i.Score(ask.Lens).Value))
		cost := float64(i.CostP.Int64) / costUnit
		budget.Terms = append(budget.Terms, milp.Term{Var: j, Coef: cost})
		if w := ExistingWeight(i.Benefits) - ask.MinExisting; w != 0 {
			existing.Terms = append(existing.Terms, milp.Term{Var: j, Coef: round6(w * cost)})
		}
	}
	m.Rows = append(m.Rows, budget)
	if ask.MinExisting > 0 {
		m.Rows = append(m.Rows, existing)
	}
	return m
}

// round6 keeps coefficients short, so that the solver checks them exactly.
func round6(v float64) float64 {
	const m = 1e6
	if v < 0 {
		return -round6(-v)
	}
	return float64(int64(v*m+0.5)) / m
}

func (p *Plan) take(i Intervention) {
	p.Chosen = append(p.Chosen, i)
	s := i.Score(p.Lens)
	p.Value += s.Value
	p.Lo += s.Lo
	p.Hi += s.Hi
	total := float64(p.CostP) * p.Existing
	p.CostP += i.CostP.Int64
	if p.CostP > 0 {
		p.Existing = (total + ExistingWeight(i.Benefits)*float64(i.CostP.Int64)) / float64(p.CostP)
	}
}

func (p *Plan) explainLeft(ctx context.Context, options []Intervention, problem milp.Problem, best milp.Solution) error {
	for j, i := range options {
		if best.X[j] {
			continue
		}
		l := Left{Intervention: i}
		if i.CostP.Int64 > p.BudgetP {
			l.Reason = fmt.Sprintf("it costs %s, more than the budget of %s", chart.Money(i.CostP.Int64), chart.Money(p.BudgetP))
			l.Barred = true
			p.Left = append(p.Left, l)
			continue
		}
		forced := problem
		forced.Rows = append(append([]milp.Row{}, problem.Rows...), milp.Row{Name: "take it", Terms: []milp.Term{{Var: j, Coef: 1}}, Sense: milp.AtLeast, RHS: 1})
		with, err := milp.Solve(ctx, forced, milp.Options{})
		if err != nil {
			return err
		}
		switch {
		case with.Status == milp.Unknown || with.Status == milp.Feasible:
			p.Stopped = true
			l.Reason = "what it would displace is not reckoned: time ran out"
			l.Barred = true
		case with.X == nil:
			l.Reason = "with it the share for existing businesses cannot be met"
			l.Barred = true
		default:
			l.Loss = max(0, best.Objective-with.Objective)
			l.Reason = p.swap(l.Loss, options, best.X, with.X, j)
		}
		p.Left = append(p.Left, l)
	}
	sort.SliceStable(p.Left, func(a, b int) bool {
		if x, y := p.Left[a], p.Left[b]; x.Barred != y.Barred {
			return y.Barred
		}
		return p.Left[a].Loss < p.Left[b].Loss
	})
	return nil
}

// swap says what would have to go for an option to come in.
func (p *Plan) swap(loss float64, options []Intervention, before, after []bool, in int) string {
	var out []string
	for k := range options {
		if before[k] && !after[k] {
			out = append(out, options[k].Name)
		}
	}
	if loss < 1e-9 {
		return "another set with it is worth just as much"
	}
	const most = 2
	gone := ""
	switch n := len(out); {
	case n > most:
		gone = fmt.Sprintf(" (%s and %d more would go)", strings.Join(out[:most], ", "), n-most)
	case n > 0:
		gone = fmt.Sprintf(" (%s would go)", strings.Join(out, ", "))
	}
	return fmt.Sprintf("with it the best value falls from %s to %s%s", chart.Number(p.Value, 2), chart.Number(p.Value-loss, 2), gone)
}
