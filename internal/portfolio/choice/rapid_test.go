package choice

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawn is a random problem of up to 9 options with every kind of rule.
func drawn(t *rapid.T) Problem {
	return random(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3)), 9)
}

func solved(t *rapid.T, p Problem) Solution {
	s, err := Solve(t.Context(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// worse says that the second solution is not at least as good.
func worse(a, b Solution) bool {
	return a.Status == Optimal && (b.Status != Optimal || b.Value < a.Value)
}

func TestSolve_moreMoneyIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		before := solved(t, p)
		more := Pence(rapid.IntRange(0, 5000).Draw(t, "more"))
		if p.Budget != nil {
			p.Budget = ptr(*p.Budget + more)
		}
		p.Budgets = slices.Clone(p.Budgets)
		for k := range p.Budgets {
			if p.Budgets[k].Amount != nil {
				p.Budgets[k].Amount = ptr(*p.Budgets[k].Amount + more)
			}
		}
		if after := solved(t, p); worse(before, after) {
			t.Fatalf("%s more made %v of %v", more, after.Value, before.Value)
		}
	})
}

// Money in another unit changes nothing; values in another unit scale the value.
func TestSolve_scales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		before := solved(t, p)
		by := Pence(rapid.IntRange(2, 1000).Draw(t, "by"))
		q := scaled(p, by)
		after := solved(t, q)
		if before.Status != after.Status || after.Value != before.Value || after.Cost != by*before.Cost {
			t.Fatalf("pounds times %d: %s %v for %v, was %s %v for %v", by, after.Status, after.Value, after.Cost, before.Status, before.Value, before.Cost)
		}
		for j := range p.Options {
			p.Options[j].Value *= 8
		}
		for k := range p.Synergies {
			p.Synergies[k].Bonus *= 8
		}
		if after = solved(t, p); before.Status == Optimal && after.Value != 8*before.Value {
			t.Fatalf("values times 8: %v, was %v", after.Value, before.Value)
		}
	})
}

func scaled(p Problem, by Pence) Problem {
	q := p
	q.Options = slices.Clone(p.Options)
	for j := range q.Options {
		o := &q.Options[j]
		if o.Cost != nil {
			o.Cost = ptr(*o.Cost * by)
		}
		o.Costs = slices.Clone(o.Costs)
		for k := range o.Costs {
			o.Costs[k].Amount *= by
		}
	}
	if p.Budget != nil {
		q.Budget = ptr(*p.Budget * by)
	}
	q.Budgets = slices.Clone(p.Budgets)
	for k := range q.Budgets {
		b := &q.Budgets[k]
		if b.Amount != nil {
			b.Amount = ptr(*b.Amount * by)
		}
		if b.Least != nil {
			b.Least = ptr(*b.Least * by)
		}
	}
	return q
}

// The order of the options decides nothing but which of equals is taken.
func TestSolve_relabelled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		before := solved(t, p)
		q := p
		q.Options = rapid.Permutation(p.Options).Draw(t, "order")
		after := solved(t, q)
		if before.Status != after.Status || before.Value != after.Value || before.Cost != after.Cost {
			t.Fatalf("%s %v for %v, was %s %v for %v", after.Status, after.Value, after.Cost, before.Status, before.Value, before.Cost)
		}
		if before.Only {
			a, b := slices.Clone(before.Chosen), slices.Clone(after.Chosen)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Fatalf("the only best choice is %v, and %v", a, b)
			}
		}
	})
}

// Of two options that all rules treat alike, the one that is worth no more and costs no
// less is never chosen without the other.
func TestSolve_dominated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		j := rapid.IntRange(0, len(p.Options)-1).Draw(t, "option")
		twin := p.Options[j]
		twin.ID = "twin"
		twin.Value -= float64(rapid.IntRange(0, 3).Draw(t, "less"))
		dearer := Pence(rapid.IntRange(0, 300).Draw(t, "dearer"))
		if twin.Value == p.Options[j].Value && dearer == 0 {
			dearer = 1
		}
		// Without rules that tell them apart, or that want money to be spent.
		p = only(p, func(path string) bool {
			return path == "budget" || path == "budgets[0]" || path == "budgets[1]" || path == "budgets[2]"
		})
		for k := range p.Budgets {
			p.Budgets[k].Least = nil
			if p.Budgets[k].Amount == nil {
				p.Budgets[k].Amount = ptr(Pence(1 << 40))
			}
		}
		p.Synergies = nil
		twin.Needs, twin.NeedsAny, twin.Excludes = nil, nil, nil
		if twin.Cost != nil {
			twin.Cost = ptr(*twin.Cost + dearer)
		} else {
			twin.Costs = append(slices.Clone(twin.Costs), Cost{Year: 2026, Amount: dearer})
		}
		p.Options = append(p.Options, twin)
		s := solved(t, p)
		has := func(id string) bool { return slices.Contains(s.Chosen, id) }
		if has("twin") && !has(p.Options[j].ID) {
			t.Fatal(fmt.Sprint("the dominated twin was chosen: ", s.Chosen))
		}
	})
}
