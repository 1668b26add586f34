package choice

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
)

// only keeps the rules of a problem at some paths.
func only(p Problem, keep func(path string) bool) Problem {
	q := Problem{Options: slices.Clone(p.Options), Synergies: p.Synergies}
	if p.Budget != nil && keep("budget") {
		q.Budget = p.Budget
	}
	q.Budgets = kept(p.Budgets, "budgets", keep)
	q.Shares = kept(p.Shares, "shares", keep)
	q.Groups = kept(p.Groups, "groups", keep)
	q.Rules = kept(p.Rules, "rules", keep)
	q.Take, q.Leave = kept(p.Take, "take", keep), kept(p.Leave, "leave", keep)
	for j := range q.Options {
		o, path := &q.Options[j], place("options", j)
		o.Needs, o.Excludes = kept(o.Needs, path+".needs", keep), kept(o.Excludes, path+".excludes", keep)
		if !keep(path + ".needs_any") {
			o.NeedsAny = nil
		}
	}
	return q
}

func kept[T any](all []T, name string, keep func(string) bool) []T {
	var out []T
	for k, v := range all {
		if keep(place(name, k)) {
			out = append(out, v)
		}
	}
	return out
}

// What is said of options and rules is what trying every choice says.
func TestSolve_explained(t *testing.T) {
	for k := range 150 {
		p := random(rand.New(rand.NewPCG(uint64(k), 2)), 8)
		s, err := Solve(t.Context(), p, Options{Explain: ExplainFull, Alternatives: 4, NearShare: 0.3, NearLoss: 1})
		if err != nil {
			t.Fatal(err)
		}
		if s.Status == Infeasible {
			checkConflict(t, k, p, s.Conflict)
			continue
		}
		best := solveAll(p)
		for j, o := range s.Options {
			q := p
			if o.Chosen {
				q.Leave = append(slices.Clone(p.Leave), o.ID)
			} else {
				q.Take = append(slices.Clone(p.Take), o.ID)
			}
			with := solveAll(q)
			switch {
			case o.Barred != !with.any:
				t.Errorf("problem %d: %s barred %v, with it feasible %v", k, o.ID, o.Barred, with.any)
			case with.any && (o.Loss == nil || *o.Loss != float(new(big.Rat).Sub(best.best, with.best))):
				t.Errorf("problem %d: %s loses %v, want %v (option %d)", k, o.ID, o.Loss, float(new(big.Rat).Sub(best.best, with.best)), j)
			}
			checkLetIn(t, k, p, best, o)
		}
		for _, r := range s.Rules {
			without := solveAll(only(p, func(path string) bool { return path != r.Path }))
			if r.Gain == nil || *r.Gain != float(new(big.Rat).Sub(without.best, best.best)) {
				t.Errorf("problem %d: without %s the gain is %v, want %v", k, r.Path, r.Gain, float(new(big.Rat).Sub(without.best, best.best)))
			}
		}
		checkOthers(t, k, p, best, s)
	}
}

func checkConflict(t *testing.T, k int, p Problem, conflict []RuleName) {
	t.Helper()
	in := func(path string, but int) bool {
		return slices.IndexFunc(conflict, func(r RuleName) bool {
			return r.Path == path && r.Path != conflict[max(but, 0)].Path || but < 0 && r.Path == path
		}) >= 0
	}
	if solveAll(only(p, func(path string) bool { return in(path, -1) })).any {
		t.Errorf("problem %d: the conflict %v can hold together", k, conflict)
	}
	for i := range conflict {
		if !solveAll(only(p, func(path string) bool { return in(path, i) })).any {
			t.Errorf("problem %d: the conflict does not need %s", k, conflict[i].Path)
		}
	}
}

// checkLetIn tries every choice with an option, budgets put aside, for the cheapest that is worth as much.
func checkLetIn(t *testing.T, k int, p Problem, best oracle, o OptionResult) {
	t.Helper()
	if o.BudgetCost == nil {
		return
	}
	q := p
	q.Budget = nil
	q.Budgets = slices.Clone(p.Budgets)
	for i := range q.Budgets {
		q.Budgets[i].Amount = nil
	}
	free := oracle{p: q, at: q.index()}
	least := Pence(-1)
	for x := range uint32(1) << len(p.Options) {
		if free.has(x, o.ID) && free.meets(x) && free.value(x).Cmp(best.best) >= 0 && (least < 0 || free.costOf(x) < least) {
			least = free.costOf(x)
		}
	}
	if *o.BudgetCost != least || !o.BudgetProven {
		t.Errorf("problem %d: letting %s in costs %v (proven %v), want %v", k, o.ID, *o.BudgetCost, o.BudgetProven, least)
	}
}

// checkOthers: the alternatives are the next best choices, all of them where that is said.
func checkOthers(t *testing.T, k int, p Problem, best oracle, s Solution) {
	t.Helper()
	floor := new(big.Rat).Abs(best.best)
	floor.Mul(floor, exact(0.3)).Add(floor, exact(1))
	floor.Sub(best.best, floor)
	var values []float64
	for x := range uint32(1) << len(p.Options) {
		if best.meets(x) && best.value(x).Cmp(floor) >= 0 {
			values = append(values, float(best.value(x)))
		}
	}
	sort.Sort(sort.Reverse(sort.Float64Slice(values)))
	values = values[1:]
	if s.AlternativesComplete != (len(values) <= 4) && len(values) != 4 { // that four are all is not looked for
		t.Errorf("problem %d: complete %v, there are %d", k, s.AlternativesComplete, len(values))
	}
	values = values[:min(4, len(values))]
	var got []float64
	for _, a := range s.Alternatives {
		got = append(got, a.Value)
	}
	if !slices.Equal(got, values) {
		t.Errorf("problem %d: alternatives %v, want %v", k, got, values)
	}
}

func TestSolve_words(t *testing.T) {
	p, err := Parse([]byte(Example))
	if err != nil {
		t.Fatal(err)
	}
	p.Take = []string{"tram"}
	s, err := Solve(t.Context(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Status != Infeasible || !strings.Contains(s.Says, "these 2 rules cannot hold together: share of the cost for existing: at least 50 %; Tram stop must be chosen") {
		t.Errorf("%s: %s", s.Status, s.Says)
	}
	if s.Chosen == nil || s.Binding == nil || s.Rules == nil {
		t.Error("lists of an infeasible problem are null")
	}
}

// By hand: two options that rest on the same evidence rise and fall together, and one that
// is always better is core.
func TestDraws(t *testing.T) {
	p := Problem{Budget: ptr(Pence(200)), Options: []Option{
		{ID: "sure", Value: 10, Cost: ptr(Pence(100)), ValueLow: ptr(9.0), ValueHigh: ptr(11.0)},
		{ID: "a", Value: 5, Cost: ptr(Pence(100)), ValueLow: ptr(1.0), ValueHigh: ptr(9.0), DrawnWith: "type"},
		{ID: "b", Value: 4, Cost: ptr(Pence(100)), ValueLow: ptr(0.0), ValueHigh: ptr(8.0), DrawnWith: "type"},
		{ID: "never", Value: 0, Cost: ptr(Pence(300))}}}
	got, err := Draws(t.Context(), p, []string{"sure", "a"}, DrawOptions{N: 300, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"sure 1 core", "a 1 core", "b 0 exterior", "never 0 exterior"}
	var have []string
	for _, o := range got.Options {
		have = append(have, fmt.Sprintf("%s %g %s", o.ID, o.Share, o.Class))
	}
	if !slices.Equal(have, want) || got.Base.Best != 1 || got.Base.Feasible != 1 || got.Base.Regret.Mean != 0 {
		t.Errorf("%v, base %+v", have, got.Base)
	}
	// With draws of their own b is sometimes the better.
	p.Options[2].DrawnWith = ""
	if got, err = Draws(t.Context(), p, nil, DrawOptions{N: 300, Seed: 1}); err != nil || got.Options[2].Class != Borderline {
		t.Errorf("%+v, %v", got.Options, err)
	}
	// Listed draws: b is worth most in the second, and in the third nothing is affordable that must be taken.
	p.Take = []string{"sure"}
	p.Draws = []Draw{{}, {Values: map[string]float64{"b": 9}}, {Costs: map[string]Pence{"sure": 201}}, {Costs: map[string]Pence{"a": 101}}}
	if got, err = Draws(t.Context(), p, []string{"sure", "a"}, DrawOptions{}); err != nil || got.Infeasible != 1 || got.Options[2].Share != 2.0/3 || got.Base.Feasible != 0.5 {
		t.Errorf("%+v, base %+v, %v", got, got.Base, err)
	}
}

func TestFrontier(t *testing.T) {
	p := Problem{Budget: ptr(Pence(100)), Options: []Option{{ID: "a", Value: 2, Cost: ptr(Pence(60))}, {ID: "b", Value: 1.5, Cost: ptr(Pence(50))}}}
	got, err := Frontier(t.Context(), p, []float64{0, 0.5, 1, 1.1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0, 1.5, 2, 3.5} {
		if got[k].Value != want || got[k].Status != Optimal {
			t.Errorf("factor %g: %+v, want %g", got[k].Factor, got[k], want)
		}
	}
}
