package choice

import (
	"context"
	"slices"

	"milieu/internal/milp"
)

// Limits of the search for few rules that cannot hold together: sets of rules that are tried,
// and nodes of each trial.
const (
	mostTries  = 3000
	tryNodes   = 2000
	fewerTries = 200 // for one option of many
)

// conflict looks for few rules that cannot hold together. A rule with two limits counts as
// two: one of them may do without the other.
type conflict struct {
	m      *model
	rules  []rule
	fix    *milp.Fix // a decision that must hold too; nil: none
	tries  int       // sets that may still be tried
	unsure bool      // of some set it was not settled whether it can hold
}

// clash says that it is proven that some rules cannot hold together.
func (c *conflict) clash(ctx context.Context, rules []int) bool {
	c.tries--
	in := make([]rule, len(rules))
	for k, r := range rules {
		in[k] = c.rules[r]
	}
	p := c.m.problemOf(in)
	p.Objective = make([]float64, len(p.Objective))
	if c.fix != nil {
		p.Fixed = append(p.Fixed, *c.fix)
	}
	sol, err := milp.Solve(ctx, p, milp.Options{NoConflict: true, MaxNodes: tryNodes})
	clash := err == nil && sol.Status == milp.Infeasible
	c.unsure = c.unsure || !clash && sol.X == nil
	return clash
}

// halves are the rules with those of two limits taken apart.
func (m *model) halves() []rule {
	var out []rule
	for _, r := range m.rules {
		if len(r.sides) != len(r.rows) || len(r.rows) < 2 {
			out = append(out, r)
			continue
		}
		for k, row := range r.rows {
			half := r
			half.rows, half.words = []milp.Row{row}, r.sides[k]
			out = append(out, half)
		}
	}
	return out
}

// has says that a row or a fix of the rule has one of the names.
func (r rule) has(names []string) bool {
	for _, row := range r.rows {
		if slices.Contains(names, row.Name) {
			return true
		}
	}
	return r.fix != nil && slices.Contains(names, r.fix.Name)
}

// fewest makes a conflict irreducible: no rule of it can be left out. Then it tries all
// smaller sets as far as the tries last, and returns the first of the smallest.
func (c *conflict) fewest(ctx context.Context, rules []int) (out []int) {
	out = append(out, rules...)
	for k := 0; k < len(out) && len(out) > 1; {
		rest := append(append([]int{}, out[:k]...), out[k+1:]...)
		if c.clash(ctx, rest) {
			out = rest
		} else {
			k++
		}
	}
	for size := 1; size < len(out); size++ {
		found, done := c.choose(ctx, nil, 0, size)
		if found != nil {
			return found
		}
		if !done {
			return out
		}
	}
	return out
}

// choose tries the sets of a size that begin with some rules; done is false when the tries ran out.
func (c *conflict) choose(ctx context.Context, begin []int, from, size int) (found []int, done bool) {
	if size == 0 {
		if c.tries <= 0 || ctx.Err() != nil {
			return nil, false
		}
		if c.clash(ctx, begin) {
			return append([]int{}, begin...), true
		}
		return nil, true
	}
	for k := from; k <= len(c.rules)-size; k++ {
		if found, done = c.choose(ctx, append(begin, k), k+1, size-1); found != nil || !done {
			return found, done
		}
	}
	return nil, true
}

// fewRules are few rules of a conflict of rows; minimal says that it is proven that without
// any one of them the others can hold.
func (m *model) fewRules(ctx context.Context, rows []string, fix *milp.Fix, tries int) (out []RuleName, minimal bool) {
	c := conflict{m: m, rules: m.halves(), fix: fix, tries: tries}
	var rules []int
	for k, r := range c.rules {
		if r.has(rows) {
			rules = append(rules, k)
		}
	}
	for _, k := range c.fewest(ctx, rules) {
		out = append(out, c.rules[k].ruleName())
	}
	return out, !c.unsure
}
