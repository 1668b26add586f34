// Package choice chooses a portfolio: which of a set of options to take so that their value
// is largest under budgets by year and funder, shares, groups, dependencies, exclusions
// and synergies. It owns the problem and the solution as values and as JSON, the proof in
// words (bound, binding rules, why an option is out, what it would take to let it in, which
// rules cannot hold together) and how often each option is chosen when values and costs
// are drawn. It does not know what an option is and reads no file; the search is the kernel
// milp.
//
// Money is exact to the penny: Pence in Go, pounds with up to two decimals in JSON.
package choice

import (
	"strconv"
	"strings"
)

// Pence is an amount of money.
type Pence int64

// Pounds is the amount in pounds, the float64 nearest to it.
func (p Pence) Pounds() float64 { return float64(p) / 100 }

// String is the amount as people read it: £1,250,000 or £99.50.
func (p Pence) String() string {
	sign, v := "", int64(p)
	if v < 0 {
		sign, v = "-", -v
	}
	digits := strconv.FormatInt(v/100, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if v%100 != 0 {
		b.WriteString("." + strconv.FormatInt(v%100+100, 10)[1:])
	}
	return sign + "£" + b.String()
}

// MarshalJSON writes pounds.
func (p Pence) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, p.Pounds(), 'f', -1, 64), nil
}

// Problem is what to choose from and the rules.
type Problem struct {
	Title     string    `json:"title,omitempty"`
	Unit      string    `json:"unit,omitempty"` // of values, for words: "jobs"
	Options   []Option  `json:"options"`
	Budget    *Pence    `json:"budget,omitempty"` // the most that all options may cost together; short for a budget without year and funder
	Budgets   []Budget  `json:"budgets,omitempty"`
	Shares    []Share   `json:"shares,omitempty"`
	Groups    []Group   `json:"groups,omitempty"`
	Synergies []Synergy `json:"synergies,omitempty"`
	Rules     []Rule    `json:"rules,omitempty"`
	Take      []string  `json:"take,omitempty"`
	Leave     []string  `json:"leave,omitempty"`
	Draws     []Draw    `json:"draws,omitempty"`
}

// Option is something that is taken whole or not at all.
type Option struct {
	ID        string             `json:"id"`
	Name      string             `json:"name,omitempty"`
	Value     float64            `json:"value"` // may be negative: an option that others need may have no value of its own
	ValueLow  *float64           `json:"value_low,omitempty"`
	ValueHigh *float64           `json:"value_high,omitempty"`
	Cost      *Pence             `json:"cost,omitempty"`  // without year and funder; short for one line in Costs
	Costs     []Cost             `json:"costs,omitempty"` // by year and funder
	CostLow   *Pence             `json:"cost_low,omitempty"`
	CostHigh  *Pence             `json:"cost_high,omitempty"`
	DrawnWith string             `json:"drawn_with,omitempty"` // options with the same key share the draw of their value
	Tags      map[string]float64 `json:"tags,omitempty"`       // share of the option that has the tag, 0 to 1
	Needs     []string           `json:"needs,omitempty"`      // all of them must be chosen with it
	NeedsAny  []string           `json:"needs_any,omitempty"`  // at least one of them must be chosen with it
	Excludes  []string           `json:"excludes,omitempty"`   // none of them may be chosen with it
}

// Total is what the option costs in all.
func (o Option) Total() Pence {
	if o.Cost != nil {
		return *o.Cost
	}
	var t Pence
	for _, c := range o.Costs {
		t += c.Amount
	}
	return t
}

// lines are the costs of an option however they were given.
func (o Option) lines() []Cost {
	if o.Cost != nil {
		return []Cost{{Amount: *o.Cost}}
	}
	return o.Costs
}

// label is the name of the option for words.
func (o Option) label() string {
	if o.Name != "" {
		return o.Name
	}
	return o.ID
}

// Cost is money of one year and funder. Year 0 and an empty funder are not known: only
// budgets without year or funder see them.
type Cost struct {
	Year   int    `json:"year,omitempty"`
	Funder string `json:"funder,omitempty"`
	Amount Pence  `json:"amount"`
}

// Budget limits what is spent: in a year, from one year to another, or in all; by a funder
// or by all; on options with a tag (as far as they have it) or on all.
type Budget struct {
	Name   string `json:"name,omitempty"`
	Amount *Pence `json:"amount,omitempty"` // the most
	Least  *Pence `json:"least,omitempty"`  // the least, for money that must be spent
	Year   int    `json:"year,omitempty"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to,omitempty"`
	Funder string `json:"funder,omitempty"`
	Tag    string `json:"tag,omitempty"`
}

// covers says whether a cost line counts.
func (b Budget) covers(c Cost) bool {
	return (b.Year == 0 || c.Year == b.Year) && (b.From == 0 || c.Year >= b.From) && (b.To == 0 || (c.Year != 0 && c.Year <= b.To)) &&
		(b.Funder == "" || c.Funder == b.Funder)
}

// What a share is of.
const (
	OfCost  = "cost"
	OfCount = "count"
)

// Share sets how much of the cost, or of the number, of what is chosen must or may have a
// tag. An empty choice meets every share.
type Share struct {
	Name   string   `json:"name,omitempty"`
	Tag    string   `json:"tag"`
	Of     string   `json:"of,omitempty"` // cost (where it is empty) or count
	Least  *float64 `json:"least,omitempty"`
	Most   *float64 `json:"most,omitempty"`
	Year   int      `json:"year,omitempty"` // of cost: only this year's
	Funder string   `json:"funder,omitempty"`
}

// Group sets how many of some options must or may be chosen.
type Group struct {
	Name    string   `json:"name,omitempty"`
	Options []string `json:"options,omitempty"`
	Tag     string   `json:"tag,omitempty"` // instead of Options: all with a share of the tag above 0
	Least   *int     `json:"least,omitempty"`
	Most    *int     `json:"most,omitempty"`
}

// Synergy is value that is there only when all of its options are chosen; a negative bonus
// is value that they have in common and that would be counted twice.
type Synergy struct {
	Name    string   `json:"name,omitempty"`
	Options []string `json:"options"`
	Bonus   float64  `json:"bonus"`
}

// Rule is any other linear rule: the sum of the terms of the chosen lies between Least and
// Most.
type Rule struct {
	Name  string             `json:"name,omitempty"`
	Terms map[string]float64 `json:"terms"`
	Least *float64           `json:"least,omitempty"`
	Most  *float64           `json:"most,omitempty"`
}

// Draw is one way things may turn out. What it does not name keeps its value and its cost.
type Draw struct {
	Values map[string]float64 `json:"values,omitempty"`
	Costs  map[string]Pence   `json:"costs,omitempty"` // in all; years and funders keep their parts
	Bonus  map[string]float64 `json:"bonus,omitempty"` // by the name of a synergy
}

// index is the place of each option.
func (p Problem) index() map[string]int {
	at := make(map[string]int, len(p.Options))
	for j, o := range p.Options {
		at[o.ID] = j
	}
	return at
}

// budgets are all budgets, the short form first.
func (p Problem) budgets() []pathBudget {
	var out []pathBudget
	if p.Budget != nil {
		out = append(out, pathBudget{"budget", Budget{Amount: p.Budget}})
	}
	for k, b := range p.Budgets {
		out = append(out, pathBudget{place("budgets", k), b})
	}
	return out
}

type pathBudget struct {
	path string
	Budget
}

// place is the path of an element of a list.
func place(list string, k int) string { return list + "[" + strconv.Itoa(k) + "]" }
