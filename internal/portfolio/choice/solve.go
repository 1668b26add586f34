package choice

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"sort"

	"milieu/internal/milp"
)

// Explain says how much is reckoned beside the choice.
type Explain int

// How much is explained. The zero value explains nothing.
const (
	ExplainNone  Explain = iota
	ExplainQuick         // short searches: what they leave open is given as a range
	ExplainFull          // to the proof
)

// Limits of quick explanations: nodes of all searches together, the least that each has, and
// those of a search for another choice. Nodes, not seconds: the answer is the same on every machine.
const (
	quickTotal = 40000
	quickLeast = 100
	quickOther = 5000
	// quickOptions is up to how many options a quick explanation says everything.
	quickOptions = 50
)

// Options says what to reckon. The zero value asks for the proven optimum alone.
type Options struct {
	Gap          float64 // relative gap at which a choice is good enough
	MaxNodes     int     // 0: no limit
	Alternatives int     // how many other choices
	NearShare    float64 // alternatives may lose this share of the value
	NearLoss     float64 // and this much of it
	Explain      Explain
	More         float64               // share by which each budget grows for its worth at the margin; 0 is 0.1
	Progress     func(done, total int) // of the explanation; called from one goroutine at a time
}

// Solve finds the best choice. When ctx ends first the solution says how far the proof got;
// that is no error. The error is Errors where the problem is wrong.
func Solve(ctx context.Context, p Problem, o Options) (Solution, error) {
	if err := p.Validate(); err != nil {
		return Solution{}, err
	}
	m := newModel(p)
	s := solver{m: m, o: o}
	return s.solve(ctx)
}

type solver struct {
	m    *model
	o    Options
	x    []bool   // the choice, with the variables of synergies
	best *big.Rat // its value
	each int      // nodes that a search of a quick explanation may take
	out  Solution
}

func (s *solver) solve(ctx context.Context) (Solution, error) {
	s.out = Solution{Title: s.m.p.Title, Chosen: []string{}, Options: []OptionResult{}, Rules: []RuleResult{}, Binding: []string{}, Spend: []Cost{}, Warnings: s.m.warnings()}
	sol, err := milp.Solve(ctx, s.m.problem(nil), milp.Options{Gap: s.o.Gap, MaxNodes: s.o.MaxNodes})
	if err != nil {
		return s.out, fmt.Errorf("portfolio: %w", err)
	}
	s.out.Nodes, s.out.Status = sol.Nodes, sol.Status.String()
	s.out.Proven = sol.Status == milp.Optimal || sol.Status == milp.Infeasible
	s.out.Stopped = ctx.Err() != nil && !s.out.Proven
	if sol.X == nil {
		s.out.Bound = sol.Bound
		s.nothing(ctx, sol)
		return s.out, nil
	}
	s.x, s.best = sol.X, s.m.total(sol.X)
	if sol.Status == milp.Optimal {
		if err := s.others(ctx); err != nil {
			return s.out, err
		}
	}
	s.show(sol)
	if s.o.Explain != ExplainNone && sol.Status == milp.Optimal {
		if err := s.explain(ctx); err != nil {
			return s.out, err
		}
	}
	s.bind()
	s.out.Says = s.says()
	return s.out, nil
}

// nothing tells a problem without a choice.
func (s *solver) nothing(ctx context.Context, sol milp.Solution) {
	for j, o := range s.m.p.Options {
		s.out.Options = append(s.out.Options, OptionResult{ID: o.ID, Name: o.Name, Value: o.Value, Cost: s.m.cost(j)})
	}
	if sol.Status == milp.Infeasible {
		s.out.Conflict, s.out.ConflictMinimal = s.m.fewRules(ctx, sol.Conflict, nil, mostTries)
	}
	switch {
	case sol.Status == milp.Unknown:
		s.out.Says = "The search stopped before a choice was found or proven impossible: give it more time."
	case len(s.out.Conflict) == 1:
		s.out.Says = fmt.Sprintf("Nothing fits: no choice meets this rule: %s.", s.out.Conflict[0].Words)
	default:
		s.out.Says = fmt.Sprintf("Nothing fits: these %d rules cannot hold together: %s.", len(s.out.Conflict), wordsOf(s.out.Conflict))
	}
}

// total is the value of a choice, exactly.
func (m *model) total(x []bool) *big.Rat {
	sum := new(big.Rat)
	for j, on := range x {
		if on {
			sum.Add(sum, exact(m.value[j]))
		}
	}
	return sum
}

// cost is what an option costs in the model: drawn costs differ from those of the problem.
func (m *model) cost(j int) Pence {
	var t Pence
	for _, c := range m.amount[j] {
		t += c.Amount
	}
	return t
}

func (m *model) costOf(x []bool) Pence {
	var t Pence
	for j := range m.p.Options {
		if x[j] {
			t += m.cost(j)
		}
	}
	return t
}

// otherNodes bounds a search for another choice; 0 is no limit.
func (s *solver) otherNodes() int {
	if s.o.Explain == ExplainFull {
		return s.o.MaxNodes
	}
	return quickOther
}

// others finds the next best choices and, where one is worth as much as the best, takes
// the cheapest of these: of two options with the same value the dearer is never preferred.
func (s *solver) others(ctx context.Context) error {
	floor := s.floor()
	known := [][]bool{s.x}
	complete := false
	for {
		x, bound, err := s.next(ctx, known)
		if err != nil {
			return err
		}
		complete = bound == nil || bound.Cmp(floor) < 0
		if len(known) == 1 {
			s.out.Only = bound == nil || bound.Cmp(s.best) < 0
		}
		if x == nil || s.m.total(x).Cmp(floor) < 0 {
			break
		}
		known = append(known, x)
		if len(known) > max(1, s.o.Alternatives) {
			complete = false
			break
		}
	}
	s.out.Cheapest = s.out.Only
	if !s.out.Only {
		if err := s.cheapest(ctx); err != nil {
			return err
		}
	}
	s.list(known, complete)
	return nil
}

// floor is the value from which another choice is near.
func (s *solver) floor() *big.Rat {
	v := new(big.Rat).Abs(s.best)
	v.Mul(v, exact(s.o.NearShare)).Add(v, exact(s.o.NearLoss))
	return v.Sub(s.best, v)
}

// next is the best choice but for those known, as far as it is found; bound is what none
// can be worth more than, nil where there is none.
func (s *solver) next(ctx context.Context, known [][]bool) (x []bool, bound *big.Rat, err error) {
	p := s.m.problem(nil)
	for _, k := range known {
		p.Rows = append(p.Rows, s.m.otherThan(k))
	}
	sol, err := milp.Solve(ctx, p, milp.Options{NoConflict: true, MaxNodes: s.otherNodes()})
	if err != nil {
		return nil, nil, fmt.Errorf("portfolio: alternatives: %w", err)
	}
	s.out.Nodes += sol.Nodes
	switch {
	case sol.Status == milp.Infeasible:
		return nil, nil, nil
	case sol.Status == milp.Optimal:
		return sol.X, s.m.total(sol.X), nil
	}
	return sol.X, exact(sol.Bound), nil
}

// otherThan is the rule that at least one option is decided otherwise.
func (m *model) otherThan(x []bool) milp.Row {
	r := milp.Row{Name: "another choice", Sense: milp.AtLeast, RHS: 1}
	for j := range m.p.Options {
		if x[j] {
			r.Terms = append(r.Terms, milp.Term{Var: j, Coef: -1})
			r.RHS--
		} else {
			r.Terms = append(r.Terms, milp.Term{Var: j, Coef: 1})
		}
	}
	return r
}

// cheapest finds the cheapest of the choices that are worth as much as the best.
func (s *solver) cheapest(ctx context.Context) error {
	p := s.m.problem(nil)
	p.Objective = s.m.costs()
	p.Rows = append(p.Rows, s.m.worthAtLeast(s.best))
	sol, err := milp.Solve(ctx, p, milp.Options{Start: s.x, NoConflict: true, MaxNodes: s.otherNodes()})
	if err != nil {
		return fmt.Errorf("portfolio: cheapest: %w", err)
	}
	s.out.Nodes += sol.Nodes
	// A value row with long decimals holds to a tolerance only: the value must not be less.
	if sol.X != nil && s.m.total(sol.X).Cmp(s.best) >= 0 && s.m.costOf(sol.X) <= s.m.costOf(s.x) {
		s.x = sol.X
		s.out.Cheapest = sol.Status == milp.Optimal
	}
	return nil
}

// costs are the costs of the options as an objective: less is better.
func (m *model) costs() []float64 {
	out := make([]float64, len(m.value))
	for j := range m.p.Options {
		out[j] = -m.cost(j).Pounds()
	}
	return out
}

// worthAtLeast is the rule that a choice is worth a value or more.
func (m *model) worthAtLeast(v *big.Rat) milp.Row {
	row := milp.Row{Name: "value of the best", Sense: milp.AtLeast, RHS: float(v)}
	for j, c := range m.value {
		if c != 0 {
			row.Terms = append(row.Terms, milp.Term{Var: j, Coef: c})
		}
	}
	return row
}

// list fills the alternatives from the choices that were found: all but the one taken, best
// first, then cheapest.
func (s *solver) list(pool [][]bool, complete bool) {
	n := len(s.m.p.Options)
	found := false
	var rest [][]bool
	for _, x := range pool {
		if slices.Equal(x[:n], s.x[:n]) {
			found = true
			continue
		}
		rest = append(rest, x)
	}
	if len(rest) > s.o.Alternatives {
		rest, complete = rest[:s.o.Alternatives], false
	}
	s.out.AlternativesComplete = complete && found
	for _, x := range rest {
		v := s.m.total(x)
		a := Alternative{Value: float(v), Loss: float(new(big.Rat).Sub(s.best, v)), Cost: s.m.costOf(x), Chosen: s.m.ids(x)}
		a.In, a.Out = s.m.differ(s.x, x, -1)
		s.out.Alternatives = append(s.out.Alternatives, a)
	}
	sort.SliceStable(s.out.Alternatives, func(i, j int) bool {
		x, y := s.out.Alternatives[i], s.out.Alternatives[j]
		if x.Value != y.Value {
			return x.Value > y.Value
		}
		return x.Cost < y.Cost
	})
}

// ids are the options of a choice.
func (m *model) ids(x []bool) []string {
	out := []string{}
	for j, o := range m.p.Options {
		if x[j] {
			out = append(out, o.ID)
		}
	}
	return out
}

// differ lists what another choice has more and less, but for one option.
func (m *model) differ(x, y []bool, but int) (in, out []string) {
	in, out = []string{}, []string{}
	for j, o := range m.p.Options {
		switch {
		case j == but || x[j] == y[j]:
		case y[j]:
			in = append(in, o.ID)
		default:
			out = append(out, o.ID)
		}
	}
	return in, out
}

// show fills the solution from the choice.
func (s *solver) show(sol milp.Solution) {
	s.out.Value = float(s.best)
	s.out.Bound, s.out.Gap = sol.Bound, sol.Gap
	if s.out.Proven {
		s.out.Bound, s.out.Gap = s.out.Value, 0
	}
	s.out.Chosen, s.out.Cost = s.m.ids(s.x), s.m.costOf(s.x)
	for j, o := range s.m.p.Options {
		s.out.Options = append(s.out.Options, OptionResult{ID: o.ID, Name: o.Name, Chosen: s.x[j], Value: o.Value, Cost: s.m.cost(j)})
	}
	for k, y := range s.m.p.Synergies {
		s.out.Synergies = append(s.out.Synergies, SynergyResult{y.Name, y.Options, s.m.value[len(s.m.p.Options)+k], s.x[len(s.m.p.Options)+k]})
	}
	s.out.Spend = s.m.spend(s.x)
	for _, r := range s.m.rules {
		s.out.Rules = append(s.out.Rules, s.m.stand(r, s.x))
	}
}

// spend is what a choice costs by year and funder.
func (m *model) spend(x []bool) []Cost {
	type key struct {
		year   int
		funder string
	}
	sum := map[key]Pence{}
	for j := range m.p.Options {
		if x[j] {
			for _, c := range m.amount[j] {
				sum[key{c.Year, c.Funder}] += c.Amount
			}
		}
	}
	out := []Cost{}
	for k, v := range sum {
		out = append(out, Cost{k.year, k.funder, v})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Year != out[j].Year {
			return out[i].Year < out[j].Year
		}
		return out[i].Funder < out[j].Funder
	})
	return out
}

// bind names the rules that have no slack, or hold the value back.
func (s *solver) bind() {
	for k, r := range s.m.rules {
		v := s.out.Rules[k]
		holds := (v.Gain != nil && *v.Gain > 0) || (v.GainLeast != nil && *v.GainLeast > 0)
		if holds || (v.Tight && !r.logical()) {
			s.out.Binding = append(s.out.Binding, r.name)
		}
	}
}
