package choice

import (
	"context"
	"fmt"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"sync"

	"milieu/internal/milp"
)

// explain solves again with one thing changed: each option decided the other way, each rule
// left out, each budget larger. The searches do not depend on each other, so that their
// number on different cores does not change the answer.
func (s *solver) explain(ctx context.Context) error {
	var tasks []func() (int, error)
	add := func(f func(ctx context.Context) (int, error)) {
		tasks = append(tasks, func() (int, error) { return f(ctx) })
	}
	for j := range s.m.p.Options {
		add(func(ctx context.Context) (int, error) { return s.turn(ctx, j) })
	}
	for k, r := range s.m.rules {
		if !r.logical() || s.thorough() {
			add(func(ctx context.Context) (int, error) { return s.without(ctx, k) })
		}
		if r.kind == KindBudget && r.most != nil {
			add(func(ctx context.Context) (int, error) { return s.larger(ctx, k) })
		}
	}
	// Letting an option in is a second search of its task.
	s.each = max(quickLeast, quickTotal/max(1, len(tasks)+len(s.m.p.Options)))
	nodes, err := parallel(tasks, s.o.Progress)
	s.out.Nodes += nodes
	if ctx.Err() != nil {
		s.out.Stopped = true
	}
	return err
}

// thorough says whether what each dependency holds back and what money would let an option
// in are reckoned: in a quick explanation of a large problem they are not.
func (s *solver) thorough() bool {
	return s.o.Explain == ExplainFull || len(s.m.p.Options) <= quickOptions
}

// parallel runs tasks on all cores and adds up the nodes of their searches.
func parallel(tasks []func() (int, error), progress func(done, total int)) (int, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	next, done, nodes := 0, 0, 0
	failed := make([]error, len(tasks))
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		wg.Go(func() {
			for {
				mu.Lock()
				k := next
				next++
				mu.Unlock()
				if k >= len(tasks) {
					return
				}
				n, err := tasks[k]()
				failed[k] = err
				mu.Lock()
				nodes += n
				done++
				if progress != nil {
					progress(done, len(tasks))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return nodes, err
		}
	}
	return nodes, nil
}

// options are those of a search that explains.
func (s *solver) options(start []bool, words bool) milp.Options {
	o := milp.Options{Start: start, NoConflict: !words}
	if s.o.Explain == ExplainQuick {
		o.MaxNodes = s.each
	}
	return o
}

// between is the loss or gain that a search leaves: exact, or at least and at most.
func between(sol milp.Solution, exactly *big.Rat, best float64, sign float64) (v, least, most *float64) {
	if sol.Status == milp.Optimal {
		f := max(0, float(exactly))
		return &f, nil, nil
	}
	found, bound := sign*(sol.Objective-best), sign*(sol.Bound-best)
	if sol.X == nil {
		low := max(0, bound)
		if sign > 0 { // a gain: what is left open is the most
			zero := 0.0
			return nil, &zero, &low
		}
		return nil, &low, nil
	}
	low, high := max(0, min(found, bound)), max(0, max(found, bound))
	return nil, &low, &high
}

// turn decides one option the other way.
func (s *solver) turn(ctx context.Context, j int) (int, error) {
	p := s.m.problem(nil)
	in := !s.x[j]
	o := &s.out.Options[j]
	name := "decision " + o.ID
	p.Fixed = append(p.Fixed, milp.Fix{Name: name, Var: j, On: in})
	start := slices.Clone(s.x)
	start[j] = in
	sol, err := milp.Solve(ctx, p, s.options(start, true))
	if err != nil {
		return 0, fmt.Errorf("portfolio: %s: %w", o.ID, err)
	}
	switch {
	case sol.Status == milp.Infeasible:
		o.Barred = true
		o.Conflict, _ = s.m.fewRules(ctx, sol.Conflict, &milp.Fix{Name: name, Var: j, On: in}, fewerTries)
		o.Why = s.barred(j, in, o.Conflict)
	case sol.X == nil:
		_, o.LossLeast, _ = between(sol, nil, float(s.best), -1)
		o.Why = "what it would cost was not found within the search's limit"
	default:
		v := s.m.total(sol.X)
		o.Loss, o.LossLeast, o.LossMost = between(sol, v.Sub(s.best, v), float(s.best), -1)
		o.In, o.Out = s.m.differ(s.x, sol.X, j)
		o.Why = s.why(o.Turn, in, o.Value)
	}
	if !in || !s.thorough() || !s.moneyHelps(o.Turn) {
		return sol.Nodes, nil
	}
	nodes, err := s.letIn(ctx, j)
	return sol.Nodes + nodes, err
}

// moneyHelps says whether more money could let an option in without loss: it is out for
// its loss, or for a conflict in which a budget takes part.
func (s *solver) moneyHelps(t Turn) bool {
	if t.Barred {
		return slices.ContainsFunc(t.Conflict, func(r RuleName) bool { return r.Kind == KindBudget })
	}
	return t.Loss == nil || *t.Loss > 0
}

// barred says why a decision cannot be.
func (s *solver) barred(j int, in bool, conflict []RuleName) string {
	if len(conflict) == 1 {
		r := s.m.rules[s.m.owner[conflict[0].Name]]
		switch r.kind {
		case KindTake:
			return "it must be chosen"
		case KindLeave:
			return "it must not be chosen"
		case KindBudget:
			if v := s.m.spentOn(j, *r.budget); in && r.most != nil && v.Cmp(exact(*r.most)) > 0 {
				return fmt.Sprintf("it costs %s%s, more than the %s of %s", pence(v), r.budget.scope(), r.name, pence(exact(*r.most)))
			}
		}
		return fmt.Sprintf("%s it this rule cannot hold: %s", with(in), conflict[0].Words)
	}
	return fmt.Sprintf("%s it these rules cannot hold together: %s", with(in), wordsOf(conflict))
}

// pence is an amount for words, to the penny below.
func pence(pounds *big.Rat) Pence {
	v := new(big.Rat).Mul(pounds, big.NewRat(100, 1))
	return Pence(new(big.Int).Quo(v.Num(), v.Denom()).Int64())
}

func with(in bool) string {
	if in {
		return "with"
	}
	return "without"
}

// why says what a decision the other way would cost.
func (s *solver) why(t Turn, in bool, value float64) string {
	if t.Loss != nil && *t.Loss == 0 {
		switch {
		case in && len(t.In)+len(t.Out) == 0 && value == 0:
			return "it adds nothing"
		case !in && len(t.In)+len(t.Out) == 0:
			return "without it the choice is worth as much"
		}
		return fmt.Sprintf("another choice %s it is worth as much%s", with(in), s.changes(t, ""))
	}
	if t.Loss == nil {
		return fmt.Sprintf("%s it the best value falls by %s to %s%s", with(in), plain(*t.LossLeast), plain(*t.LossMost), s.changes(t, " in the best found"))
	}
	after := new(big.Rat).Sub(s.best, exact(*t.Loss))
	return fmt.Sprintf("%s it the best value falls from %s to %s%s", with(in), plain(float(s.best)), plain(float(after)), s.changes(t, ""))
}

// changes says what else would come and go.
func (s *solver) changes(t Turn, where string) string {
	var out []string
	if len(t.Out) > 0 {
		out = append(out, s.m.labels(t.Out)+" would go")
	}
	if len(t.In) > 0 {
		out = append(out, s.m.labels(t.In)+" would come in")
	}
	if len(out) == 0 {
		return ""
	}
	return ":" + strings.TrimPrefix(where, " ") + " " + strings.Join(out, ", ")
}

func (m *model) labels(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, m.p.Options[m.at[id]].label())
	}
	return few(names)
}

// letIn finds the cheapest choice with an option that is worth as much as the best, budgets
// put aside, and what more the budgets would have to hold for it.
func (s *solver) letIn(ctx context.Context, j int) (int, error) {
	o := &s.out.Options[j]
	p := s.m.problem(nil)
	p.Rows = nil
	for _, r := range s.m.rules {
		for _, row := range r.rows {
			if r.kind != KindBudget || row.Sense != milp.AtMost {
				p.Rows = append(p.Rows, row)
			}
		}
	}
	p.Rows = append(append(p.Rows, s.m.pairs...), s.m.worthAtLeast(s.best))
	p.Fixed = append(p.Fixed, milp.Fix{Name: "decision " + o.ID, Var: j, On: true})
	p.Objective = s.m.costs()
	start := slices.Clone(s.x)
	start[j] = true
	sol, err := milp.Solve(ctx, p, s.options(start, false))
	if err != nil {
		return 0, fmt.Errorf("portfolio: budget for %s: %w", o.ID, err)
	}
	if sol.X == nil {
		return sol.Nodes, nil
	}
	cost := s.m.costOf(sol.X)
	o.BudgetCost, o.BudgetProven = &cost, sol.Status == milp.Optimal
	for _, r := range s.m.rules {
		if r.kind != KindBudget || r.most == nil {
			continue
		}
		over := sumOf(r.terms, sol.X)
		if over.Sub(over, exact(*r.most)).Sign() > 0 {
			o.Budget = append(o.Budget, BudgetMore{r.path, r.name, penceUp(over)})
		}
	}
	return sol.Nodes, nil
}

// penceUp is an amount to the penny above.
func penceUp(pounds *big.Rat) Pence {
	v := new(big.Rat).Mul(pounds, big.NewRat(-100, 1))
	return Pence(-new(big.Int).Div(v.Num(), v.Denom()).Int64())
}

// without leaves a rule out.
func (s *solver) without(ctx context.Context, k int) (int, error) {
	r := &s.out.Rules[k]
	p := s.m.problem(func(i int, _ rule) bool { return i != k })
	sol, err := milp.Solve(ctx, p, s.options(s.x, false))
	if err != nil {
		return 0, fmt.Errorf("portfolio: without %s: %w", r.Name, err)
	}
	if sol.X != nil {
		v := s.m.total(sol.X)
		r.Gain, r.GainLeast, r.GainMost = between(sol, v.Sub(v, s.best), float(s.best), 1)
	} else {
		_, r.GainLeast, r.GainMost = between(sol, nil, float(s.best), 1)
	}
	return sol.Nodes, nil
}

// larger makes a budget larger by the share that was asked for, to the penny.
func (s *solver) larger(ctx context.Context, k int) (int, error) {
	r := s.m.rules[k]
	share := s.o.More
	if share == 0 {
		share = 0.1
	}
	by := pence(new(big.Rat).Mul(exact(*r.most), exact(share)))
	if by <= 0 {
		return 0, nil
	}
	p := s.m.problem(nil)
	p.Rows = slices.Clone(p.Rows)
	for i := range p.Rows {
		if p.Rows[i].Name == r.rows[0].Name {
			p.Rows[i].RHS = float(new(big.Rat).Add(exact(*r.most), big.NewRat(int64(by), 100)))
		}
	}
	sol, err := milp.Solve(ctx, p, s.options(s.x, false))
	if err != nil || sol.X == nil {
		return sol.Nodes, err
	}
	v := s.m.total(sol.X)
	m := &More{By: by, Value: float(v)}
	m.Gain, m.GainLeast, m.GainMost = between(sol, new(big.Rat).Sub(v, s.best), float(s.best), 1)
	if m.Gain != nil {
		per := float(new(big.Rat).Quo(exact(*m.Gain), big.NewRat(int64(by), 100)))
		m.PerPound = &per
	}
	m.In, m.Out = s.m.differ(s.x, sol.X, -1)
	s.out.Rules[k].More = m
	return sol.Nodes, nil
}
