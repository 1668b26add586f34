package portfolio

import (
	"context"
	"fmt"
	"math"
	"sort"

	"milieu/internal/portfolio/choice"
)

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
	Reason   string
	Loss     float64 // how much lower the best value would be with it; means nothing when Barred
	LossMost float64 // where the loss is not proven: it lies between Loss and this; else the same
	Open     bool    // the loss was not found: LossMost means nothing
	Barred   bool    // no set that keeps the rules holds it
	LetIn    string  // what more money would let it in without loss
}

// Input is what a plan is made of.
type Input struct {
	All      []Intervention
	Register Register
	Worth    Worth
	Counting Counting
}

// Plan is the best set of interventions for an ask.
type Plan struct {
	Ask
	Worth       Worth
	Counting    Counting
	Chosen      []Intervention // dearest first
	Left        []Left         // costed and valued, but not chosen; the nearest to being chosen first
	Unvalued    []Left         // without a cost or without evidence, or held up by one that is
	Over        []Left         // approved or in delivery, but over by their years on record
	Closed      int            // not open to choice: done, ended or elsewhere
	CostP       int64          // as held against the budget
	Value       float64        // sum of what the chosen are worth, with what they add to each other
	Lo, Hi      float64        // sum of the ends of the intervals
	Bound       float64        // proven: no set has a higher value
	Proven      bool
	Alternative bool // another set has the same value
	Only        bool // proven: no other set has the same value
	Existing    float64
	Nodes       int
	Conflict    []string // names of rules that cannot hold together
	Stopped     bool     // time ran out before everything was proven

	Phasings map[string]Phasing // of every option: its cost by year and funder as it is held against the budget
	Notes    []string           // what relations and costs leave open
	Problem  choice.Problem
	Solution choice.Solution
	lacks    map[string][]string // of what could not be compared: what is missing (Register.LacksOf)
	running  map[string]Phasing  // of what is under way and could not be compared though its cost is on record
}

// Solve finds the plan: the set that is worth most under the budget, the caps by year and
// funder, the shares and what the interventions need and exclude. Each option left out is
// solved for again with that option forced in, which tells what it would cost. When ctx
// ends first the plan says how far the proof got. The error is a FieldError where the ask
// names what there is not.
func Solve(ctx context.Context, in Input, ask Ask) (Plan, error) {
	return solve(ctx, in, ask, choice.Options{Alternatives: 5, NearShare: 0.02, Explain: choice.ExplainQuick})
}

func solve(ctx context.Context, in Input, ask Ask, o choice.Options) (Plan, error) {
	p := Plan{Ask: ask, Worth: in.Worth, Counting: in.Counting}
	if ask.BudgetP < 0 {
		return p, FieldError{"budget", "The budget is negative."}
	}
	if !(ask.MinExisting >= 0 && ask.MinExisting <= 1) {
		return p, FieldError{"existing", fmt.Sprintf("The share for existing businesses is %g; it lies between 0 and 1.", ask.MinExisting)}
	}
	b, err := newBuilder(in, ask)
	if err != nil {
		return p, err
	}
	p.Closed, p.Unvalued, p.Over, p.Phasings = b.closed, b.unvalued, b.over, b.phasings
	p.Problem = b.problem()
	p.Notes = b.notes // relating the options may add some
	p.lacks, p.running = map[string][]string{}, map[string]Phasing{}
	for _, l := range p.Unvalued {
		p.lacks[l.ID] = in.Register.LacksOf(l.Intervention)
		if ph := in.Phase(l.Intervention, ask); UnderWay(l.Intervention) && ph.Known {
			p.running[l.ID] = ph
		}
	}
	if p.Solution, err = choice.Solve(ctx, p.Problem, o); err != nil {
		return p, fmt.Errorf("plan: %w", err)
	}
	p.read(b)
	return p, nil
}

// read fills the plan from its solution.
func (p *Plan) read(b *builder) {
	s := p.Solution
	p.Nodes, p.Stopped = s.Nodes, s.Stopped || s.Status == choice.Unknown
	for _, r := range s.Conflict {
		p.Conflict = append(p.Conflict, r.Name)
	}
	if s.Status == choice.Infeasible || s.Status == choice.Unknown {
		return
	}
	p.Proven, p.Bound, p.Only = s.Proven, s.Bound, s.Only
	p.Alternative = len(s.Alternatives) > 0 && s.Alternatives[0].Loss == 0
	for k, o := range s.Options {
		if o.Chosen {
			p.take(b.options[k])
		}
	}
	p.Value = s.Value
	for _, y := range s.Synergies {
		if y.Earned {
			p.Lo, p.Hi = p.Lo+y.Bonus, p.Hi+y.Bonus
		}
	}
	sort.SliceStable(p.Chosen, func(a, b int) bool { return p.CostOf(p.Chosen[a].ID) > p.CostOf(p.Chosen[b].ID) })
	p.explainLeft(b.options)
}

func (p *Plan) take(i Intervention) {
	p.Chosen = append(p.Chosen, i)
	v := p.Worth.Of[i.ID]
	p.Lo += v.Lo
	p.Hi += v.Hi
	total := float64(p.CostP) * p.Existing
	cost := p.CostOf(i.ID)
	p.CostP += cost
	if p.CostP > 0 {
		p.Existing = (total + ExistingWeight(i.Benefits)*float64(cost)) / float64(p.CostP)
	}
}

// ValueOf is what an intervention is worth to the plan.
func (p Plan) ValueOf(id string) Value { return p.Worth.Of[id] }

// Spend is what the chosen cost by year and funder.
func (p Plan) Spend() []Spend {
	sum := map[Spend]int64{}
	for _, i := range p.Chosen {
		for _, l := range p.Phasings[i.ID].Lines {
			sum[Spend{Year: l.Year, Funder: l.Funder}] += l.AmountP
		}
	}
	var out []Spend
	for k, v := range sum {
		out = append(out, Spend{k.Year, k.Funder, v})
	}
	sortSpend(out)
	return out
}

// Committed counts the chosen interventions that are approved or in delivery
// already: the plan says of them what to keep, not what to start.
func (p Plan) Committed() int {
	n := 0
	for _, i := range p.Chosen {
		if UnderWay(i) {
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

// round6 keeps coefficients short, so that the solver checks them exactly.
func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }
