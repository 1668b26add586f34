package choice

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/milp"
)

// Kinds of rules.
const (
	KindBudget  = "budget"
	KindShare   = "share"
	KindGroup   = "group"
	KindNeeds   = "needs"
	KindExclude = "excludes"
	KindRule    = "rule"
	KindTake    = "take"
	KindLeave   = "leave"
)

// rule is one rule of a problem with its rows in the programme.
type rule struct {
	kind, path, name, words string
	sides                   []string // words of each row, where it has two limits
	rows                    []milp.Row
	fix                     *milp.Fix
	budget                  *Budget // of a budget
	share                   *Share  // of a share
	terms                   []milp.Term
	least, most             *float64 // of what the terms add up to
}

// logical rules hold or do not: that they have no slack says nothing.
func (r rule) logical() bool {
	return r.kind == KindNeeds || r.kind == KindExclude || r.kind == KindTake || r.kind == KindLeave
}

// model is a problem as a programme: options first, then a variable for each synergy.
type model struct {
	p      Problem
	at     map[string]int
	rules  []rule
	pairs  []milp.Row // that tie the synergies to their options
	names  []string
	value  []float64
	owner  map[string]int // rule of a row or fix by its name
	taken  map[string]bool
	amount [][]Cost // costs of each option by line
}

func newModel(p Problem) *model {
	amount := make([][]Cost, len(p.Options))
	for j, o := range p.Options {
		amount[j] = o.lines()
	}
	return newModelAt(p, amount)
}

// newModelAt is the model with other costs.
func newModelAt(p Problem, amount [][]Cost) *model {
	m := &model{p: p, at: p.index(), owner: map[string]int{}, taken: map[string]bool{}, amount: amount}
	for _, o := range p.Options {
		m.names = append(m.names, o.ID)
		m.value = append(m.value, o.Value)
	}
	for _, b := range p.budgets() {
		m.addBudget(b)
	}
	for k, s := range p.Shares {
		m.addShare(place("shares", k), s)
	}
	for k, g := range p.Groups {
		m.addGroup(place("groups", k), g)
	}
	for k, r := range p.Rules {
		m.addRule(k, r)
	}
	for j, o := range p.Options {
		m.addTies(place("options", j), j, o)
	}
	for k, id := range p.Take {
		m.addFix(place("take", k), KindTake, id, true)
	}
	for k, id := range p.Leave {
		m.addFix(place("leave", k), KindLeave, id, false)
	}
	for k, s := range p.Synergies {
		m.addSynergy(k, s)
	}
	return m
}

// problem is the programme with the rules for which keep is true; nil keeps all.
func (m *model) problem(keep func(k int, r rule) bool) milp.Problem {
	var rules []rule
	for k, r := range m.rules {
		if keep == nil || keep(k, r) {
			rules = append(rules, r)
		}
	}
	return m.problemOf(rules)
}

// problemOf is the programme with some rules.
func (m *model) problemOf(rules []rule) milp.Problem {
	out := milp.Problem{Names: m.names, Objective: m.value}
	for _, r := range rules {
		out.Rows = append(out.Rows, r.rows...)
		if r.fix != nil {
			out.Fixed = append(out.Fixed, *r.fix)
		}
	}
	out.Rows = append(out.Rows, m.pairs...)
	return out
}

// unique makes the name of a row unlike all others.
func (m *model) unique(name string) string {
	out := name
	for k := 2; m.taken[out]; k++ {
		out = fmt.Sprintf("%s (%d)", name, k)
	}
	m.taken[out] = true
	return out
}

// add adds a rule that a sum of terms lies between two limits.
func (m *model) add(r rule) {
	r.name = m.unique(r.name)
	two := r.least != nil && r.most != nil
	if r.most != nil {
		r.rows = append(r.rows, milp.Row{Name: r.name, Terms: r.terms, Sense: milp.AtMost, RHS: *r.most})
	}
	if r.least != nil {
		name := r.name
		if two {
			name = m.unique(r.name + ", least")
		}
		r.rows = append(r.rows, milp.Row{Name: name, Terms: r.terms, Sense: milp.AtLeast, RHS: *r.least})
	}
	m.keep(r)
}

func (m *model) keep(r rule) {
	for _, row := range r.rows {
		m.owner[row.Name] = len(m.rules)
	}
	if r.fix != nil {
		m.owner[r.fix.Name] = len(m.rules)
	}
	m.rules = append(m.rules, r)
}

func (m *model) addBudget(b pathBudget) {
	r := rule{kind: KindBudget, path: b.path, budget: &b.Budget, name: b.title()}
	for j := range m.p.Options {
		if v := m.spentOn(j, b.Budget); v.Sign() != 0 {
			r.terms = append(r.terms, milp.Term{Var: j, Coef: float(v)})
		}
	}
	if b.Amount != nil {
		v := b.Amount.Pounds()
		r.most = &v
	}
	if b.Least != nil {
		v := b.Least.Pounds()
		r.least = &v
	}
	switch {
	case b.Least == nil:
		r.words = fmt.Sprintf("%s: at most %s%s", r.name, b.Amount, b.scope())
	case b.Amount == nil:
		r.words = fmt.Sprintf("%s: at least %s%s", r.name, b.Least, b.scope())
	default:
		r.words = fmt.Sprintf("%s: from %s to %s%s", r.name, b.Least, b.Amount, b.scope())
		r.sides = []string{fmt.Sprintf("%s: at most %s%s", r.name, b.Amount, b.scope()), fmt.Sprintf("%s: at least %s%s", r.name, b.Least, b.scope())}
	}
	m.add(r)
}

// spentOn is what a budget sees of an option's cost, in pounds.
func (m *model) spentOn(j int, b Budget) *big.Rat {
	var pence int64
	for _, c := range m.amount[j] {
		if b.covers(c) {
			pence += int64(c.Amount)
		}
	}
	v := big.NewRat(pence, 100)
	if b.Tag != "" {
		v.Mul(v, exact(m.p.Options[j].Tags[b.Tag]))
	}
	return v
}

// title is the name of a budget where it has none.
func (b Budget) title() string {
	if b.Name != "" {
		return b.Name
	}
	return "budget" + b.scope()
}

// scope is what a budget is for, in words.
func (b Budget) scope() string {
	s := ""
	switch {
	case b.Year != 0:
		s = fmt.Sprintf(" in %d", b.Year)
	case b.From != 0 && b.To != 0:
		s = fmt.Sprintf(" from %d to %d", b.From, b.To)
	case b.From != 0:
		s = fmt.Sprintf(" from %d on", b.From)
	case b.To != 0:
		s = fmt.Sprintf(" up to %d", b.To)
	}
	if b.Funder != "" {
		s += " by " + b.Funder
	}
	if b.Tag != "" {
		s += " for " + b.Tag
	}
	return s
}

// exact is a float64 as the decimal it prints as.
func exact(v float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return r
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

// addShare adds (share of the tag - limit) x weight, summed over the options, as a rule
// with the limit 0; the weight is the cost in pounds, or 1.
func (m *model) addShare(path string, s Share) {
	r := rule{kind: KindShare, path: path, share: &s, name: s.title()}
	var limits []string
	side := func(limit *float64, sense milp.Sense, words string) {
		if limit == nil {
			return
		}
		row := milp.Row{Name: m.unique(r.name), Sense: sense}
		if len(r.rows) == 0 {
			r.name = row.Name
		}
		for j, o := range m.p.Options {
			v := exact(o.Tags[s.Tag])
			v.Sub(v, exact(*limit)).Mul(v, m.weight(j, s))
			if v.Sign() != 0 {
				row.Terms = append(row.Terms, milp.Term{Var: j, Coef: float(v)})
			}
		}
		limits = append(limits, words+percent(*limit))
		r.rows = append(r.rows, row)
	}
	side(s.Least, milp.AtLeast, "at least ")
	side(s.Most, milp.AtMost, "at most ")
	r.words = fmt.Sprintf("%s: %s", r.name, strings.Join(limits, " and "))
	for _, l := range limits {
		r.sides = append(r.sides, fmt.Sprintf("%s: %s", r.name, l))
	}
	m.keep(r)
}

func (m *model) weight(j int, s Share) *big.Rat {
	if s.Of == OfCount {
		return big.NewRat(1, 1)
	}
	return m.spentOn(j, Budget{Year: s.Year, Funder: s.Funder})
}

func (s Share) title() string {
	if s.Name != "" {
		return s.Name
	}
	of := "cost"
	if s.Of == OfCount {
		of = "count"
	}
	return fmt.Sprintf("share of the %s%s for %s", of, Budget{Year: s.Year, Funder: s.Funder}.scope(), s.Tag)
}

func percent(v float64) string {
	return strconv.FormatFloat(float(new(big.Rat).Mul(exact(v), big.NewRat(100, 1))), 'f', -1, 64) + " %"
}

func (m *model) addGroup(path string, g Group) {
	r := rule{kind: KindGroup, path: path, name: g.Name}
	var names []string
	for j, o := range m.p.Options {
		in := g.Tag != "" && o.Tags[g.Tag] > 0
		for _, id := range g.Options {
			in = in || id == o.ID
		}
		if in {
			r.terms = append(r.terms, milp.Term{Var: j, Coef: 1})
			names = append(names, o.label())
		}
	}
	of := "of " + few(names)
	if g.Tag != "" {
		of = fmt.Sprintf("of the %d options with %s", len(names), g.Tag)
	}
	if r.name == "" {
		r.name = "number " + of
	}
	var limits []string
	if g.Least != nil {
		v := float64(*g.Least)
		r.least = &v
		limits = append(limits, fmt.Sprintf("at least %d", *g.Least))
	}
	if g.Most != nil {
		v := float64(*g.Most)
		r.most = &v
		limits = append(limits, fmt.Sprintf("at most %d", *g.Most))
	}
	r.words = fmt.Sprintf("%s: %s %s", r.name, strings.Join(limits, " and "), of)
	for _, l := range slices.Backward(limits) { // rows begin with the most
		r.sides = append(r.sides, fmt.Sprintf("%s: %s %s", r.name, l, of))
	}
	m.add(r)
}

// few joins names, the first four of many.
func few(names []string) string {
	const most = 4
	switch n := len(names); {
	case n == 0:
		return "none"
	case n == 1:
		return names[0]
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n-most)
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

func (m *model) addRule(k int, s Rule) {
	r := rule{kind: KindRule, path: place("rules", k), name: s.Name, least: s.Least, most: s.Most}
	if r.name == "" {
		r.name = "rule " + strconv.Itoa(k+1)
	}
	for _, id := range sortedKeys(s.Terms) {
		r.terms = append(r.terms, milp.Term{Var: m.at[id], Coef: s.Terms[id]})
	}
	var limits []string
	if s.Least != nil {
		limits = append(limits, "at least "+plain(*s.Least))
	}
	if s.Most != nil {
		limits = append(limits, "at most "+plain(*s.Most))
	}
	r.words = fmt.Sprintf("%s: the sum of its terms is %s", r.name, strings.Join(limits, " and "))
	for _, l := range slices.Backward(limits) {
		r.sides = append(r.sides, fmt.Sprintf("%s: the sum of its terms is %s", r.name, l))
	}
	m.add(r)
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
