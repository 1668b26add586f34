package choice

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// The largest numbers and amounts; a problem is exact below them.
const (
	mostNumber = 1e12
	mostPounds = 1e12
)

// checker collects what is wrong with the sense of a problem.
type checker struct {
	p     Problem
	at    map[string]int
	wrong Errors
}

// Validate says all that is wrong with a problem, as Errors with paths, or nil.
func (p Problem) Validate() error {
	c := checker{p: p, at: p.index()}
	seen := map[string]int{}
	for j, o := range p.Options {
		path := place("options", j)
		switch first, twice := seen[o.ID]; {
		case strings.TrimSpace(o.ID) == "":
			c.say(path+".id", "an option needs an id")
		case twice:
			c.say(path+".id", "%q is the id of options[%d] too: ids must differ", o.ID, first)
		default:
			seen[o.ID] = j
		}
		c.option(o, path)
	}
	if p.Budget != nil {
		c.money("budget", *p.Budget)
	}
	for k, b := range p.Budgets {
		c.budget(b, place("budgets", k))
	}
	for k, s := range p.Shares {
		c.share(s, place("shares", k))
	}
	for k, g := range p.Groups {
		c.group(g, place("groups", k))
	}
	for k, s := range p.Synergies {
		c.synergy(s, place("synergies", k))
	}
	for k, r := range p.Rules {
		c.rule(r, place("rules", k))
	}
	c.ids(p.Take, "take", "")
	c.ids(p.Leave, "leave", "")
	c.draws()
	if len(c.wrong) > 0 {
		return c.wrong
	}
	return nil
}

func (c *checker) say(path, format string, args ...any) {
	c.wrong = append(c.wrong, Wrong{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) finite(path string, v float64) {
	if !(math.Abs(v) <= mostNumber) {
		c.say(path, "%g is not a number up to %g", v, mostNumber)
	}
}

func (c *checker) money(path string, v Pence) {
	if v < 0 {
		c.say(path, "%s is below nothing: amounts are 0 or more", v)
	}
	if v > mostPounds*100 {
		c.say(path, "%s is too much: amounts go up to %.0f pounds", v, mostPounds)
	}
}

func (c *checker) year(path string, v int) {
	if v < 0 || v > 9999 {
		c.say(path, "%d is not a year", v)
	}
}

func (c *checker) option(o Option, path string) {
	c.finite(path+".value", o.Value)
	if o.Cost != nil && o.Costs != nil {
		c.say(path+".costs", "the option has cost and costs: give one of them")
	}
	if o.Cost != nil {
		c.money(path+".cost", *o.Cost)
	}
	for k, l := range o.Costs {
		c.money(place(path+".costs", k)+".amount", l.Amount)
		c.year(place(path+".costs", k)+".year", l.Year)
	}
	c.span(o, path)
	for _, t := range sortedKeys(o.Tags) {
		if v := o.Tags[t]; !(v >= 0 && v <= 1) {
			c.say(path+".tags."+t, "%g is not a share: give 0 to 1", v)
		}
	}
	c.ids(o.Needs, path+".needs", o.ID)
	c.ids(o.NeedsAny, path+".needs_any", o.ID)
	c.ids(o.Excludes, path+".excludes", o.ID)
	if o.NeedsAny != nil && len(o.NeedsAny) == 0 {
		c.say(path+".needs_any", "none is named: name at least one option, or leave the field out")
	}
}

// span checks the ends between which value and cost are drawn.
func (c *checker) span(o Option, path string) {
	switch {
	case (o.ValueLow == nil) != (o.ValueHigh == nil):
		c.say(path, "value_low and value_high belong together: give both or none")
	case o.ValueLow != nil && !(*o.ValueLow <= o.Value && o.Value <= *o.ValueHigh):
		c.say(path+".value", "%g does not lie between value_low %g and value_high %g", o.Value, *o.ValueLow, *o.ValueHigh)
	case o.ValueLow != nil:
		c.finite(path+".value_low", *o.ValueLow)
		c.finite(path+".value_high", *o.ValueHigh)
	}
	switch {
	case (o.CostLow == nil) != (o.CostHigh == nil):
		c.say(path, "cost_low and cost_high belong together: give both or none")
	case o.CostLow == nil:
	case *o.CostLow < 0:
		c.money(path+".cost_low", *o.CostLow)
	case !(*o.CostLow <= o.Total() && o.Total() <= *o.CostHigh):
		c.say(path, "the cost %s does not lie between cost_low %s and cost_high %s", o.Total(), *o.CostLow, *o.CostHigh)
	case o.Total() == 0 && *o.CostHigh > 0:
		c.say(path+".cost_high", "an option that costs nothing cannot have its cost drawn: give the cost that is likely")
	default:
		c.money(path+".cost_high", *o.CostHigh)
	}
}

func sortedKeys[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// ids checks a list of options; self may not be among them.
func (c *checker) ids(ids []string, path, self string) {
	for k, id := range ids {
		switch _, ok := c.at[id]; {
		case !ok:
			c.say(place(path, k), "there is no option %q", id)
		case id == self && self != "":
			c.say(place(path, k), "an option cannot be on its own list")
		case slices.Contains(ids[:k], id):
			c.say(place(path, k), "%q is named twice", id)
		}
	}
}

func (c *checker) budget(b Budget, path string) {
	switch {
	case b.Amount == nil && b.Least == nil:
		c.say(path, "the budget has no amount: give amount (the most), least, or both")
	case b.Amount != nil && b.Least != nil && *b.Least > *b.Amount:
		c.say(path+".least", "the least %s is more than the amount %s", *b.Least, *b.Amount)
	}
	if b.Amount != nil {
		c.money(path+".amount", *b.Amount)
	}
	if b.Least != nil {
		c.money(path+".least", *b.Least)
	}
	c.year(path+".year", b.Year)
	c.year(path+".from", b.From)
	c.year(path+".to", b.To)
	switch {
	case b.Year != 0 && (b.From != 0 || b.To != 0):
		c.say(path+".year", "a budget has a year, or from and to: not both")
	case b.From != 0 && b.To != 0 && b.From > b.To:
		c.say(path+".from", "%d is after %d", b.From, b.To)
	}
}

func (c *checker) share(s Share, path string) {
	if s.Tag == "" {
		c.say(path+".tag", "the share names no tag")
	}
	if s.Of != "" && s.Of != OfCost && s.Of != OfCount {
		c.say(path+".of", "a share is of %q or of %q, not of %q", OfCost, OfCount, s.Of)
	}
	if s.Of == OfCount && (s.Year != 0 || s.Funder != "") {
		c.say(path+".of", "a share of the count has no year and no funder")
	}
	if s.Least == nil && s.Most == nil {
		c.say(path, "the share has no limit: give least, most, or both")
	}
	c.limits(path, s.Least, s.Most, func(path string, v float64) {
		if !(v >= 0 && v <= 1) {
			c.say(path, "%g is not a share: give 0 to 1, such as 0.5 for half", v)
		}
	})
	c.year(path+".year", s.Year)
}

// limits checks a least and a most, of which one at least must be there.
func (c *checker) limits(path string, least, most *float64, each func(path string, v float64)) {
	if least != nil {
		each(path+".least", *least)
	}
	if most != nil {
		each(path+".most", *most)
	}
	if least != nil && most != nil && *least > *most {
		c.say(path+".least", "the least %g is more than the most %g", *least, *most)
	}
}

func (c *checker) group(g Group, path string) {
	switch {
	case (g.Options == nil) == (g.Tag == ""):
		c.say(path, "a group names options or a tag: give one of them")
	case g.Tag == "" && len(g.Options) == 0:
		c.say(path+".options", "the group is empty")
	}
	c.ids(g.Options, path+".options", "")
	if g.Least == nil && g.Most == nil {
		c.say(path, "the group has no limit: give least, most, or both")
	}
	if g.Least != nil && *g.Least < 0 {
		c.say(path+".least", "%d is not a number of options", *g.Least)
	}
	if g.Most != nil && *g.Most < 0 {
		c.say(path+".most", "%d is not a number of options", *g.Most)
	}
	if g.Least != nil && g.Most != nil && *g.Least > *g.Most {
		c.say(path+".least", "the least %d is more than the most %d", *g.Least, *g.Most)
	}
}

func (c *checker) synergy(s Synergy, path string) {
	c.finite(path+".bonus", s.Bonus)
	c.ids(s.Options, path+".options", "")
	if len(s.Options) < 2 {
		c.say(path+".options", "a synergy is of two options or more")
	}
}

func (c *checker) rule(r Rule, path string) {
	if len(r.Terms) == 0 {
		c.say(path+".terms", "the rule has no terms: give an object of option ids with numbers")
	}
	for _, id := range sortedKeys(r.Terms) {
		if _, ok := c.at[id]; !ok {
			c.say(path+".terms."+id, "there is no option %q", id)
		}
		c.finite(path+".terms."+id, r.Terms[id])
	}
	if r.Least == nil && r.Most == nil {
		c.say(path, "the rule has no limit: give least, most, or both")
	}
	c.limits(path, r.Least, r.Most, c.finite)
}

func (c *checker) draws() {
	bonus := map[string]bool{}
	for _, s := range c.p.Synergies {
		if s.Name != "" {
			bonus[s.Name] = true
		}
	}
	for k, w := range c.p.Draws {
		path := place("draws", k)
		for _, id := range sortedKeys(w.Values) {
			if _, ok := c.at[id]; !ok {
				c.say(path+".values."+id, "there is no option %q", id)
			}
			c.finite(path+".values."+id, w.Values[id])
		}
		for _, id := range sortedKeys(w.Costs) {
			j, ok := c.at[id]
			switch {
			case !ok:
				c.say(path+".costs."+id, "there is no option %q", id)
			case c.p.Options[j].Total() == 0 && w.Costs[id] > 0 && len(c.p.Options[j].Costs) > 1:
				c.say(path+".costs."+id, "the option costs nothing in several years: how the drawn cost parts is not known")
			}
			c.money(path+".costs."+id, w.Costs[id])
		}
		for _, name := range sortedKeys(w.Bonus) {
			if !bonus[name] {
				c.say(path+".bonus."+name, "no synergy has the name %q", name)
			}
			c.finite(path+".bonus."+name, w.Bonus[name])
		}
	}
}
