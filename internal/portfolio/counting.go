package portfolio

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
)

// Counting says how money is held against a budget. The zero value counts all of it as
// stated: in the prices of its source, with that of firms and investors.
type Counting struct {
	Base    int                      // financial year of the prices; 0: as stated
	Real    func(year int) float64   // factor from prices of a year to those of Base
	Private func(funder string) bool // money that is not public; nil: nobody knows
	Biased  map[string]float64       // factor on the public cost of an intervention that adds optimism bias
}

// real puts money in prices of a year into those of Base; price 0 is not known.
func (c Counting) real(v float64, price int) float64 {
	if c.Base == 0 || price == 0 {
		return v
	}
	return v * c.Real(price)
}

func (c Counting) isPrivate(funder string) bool { return c.Private != nil && c.Private(funder) }

// Phase is what an intervention costs by year and funder as a plan counts it: public money,
// in prices of Counting.Base. Of what is approved or under way only years from Ask.Now on
// count: the rest is spent or past, whatever is decided. What is only proposed can begin in
// the year after Ask.Now, as in a sequence: money of years before is moved there. Nothing of
// this depends on years where Ask.Now is 0. How money comes to its years and prices is said at LayOut.
func (in Input) Phase(i Intervention, ask Ask) Phasing {
	l := LayOut(i, in.Register.Costs, ask.Now)
	start, isMoved := ask.StartOf(i.ID)
	switch was := l.begins(i); {
	case isMoved || ask.Now == 0 || was == 0:
		return l.phasing(i, start, in.Counting, 0)
	case UnderWay(i):
		return l.phasing(i, 0, in.Counting, ask.Now)
	case was <= ask.Now && Unbegun(i):
		l.Assumed = append(l.Assumed, fmt.Sprintf("it begins in %d: the year on record, %d, has passed", ask.Now+1, was))
		return l.phasing(i, ask.Now+1, in.Counting, 0)
	}
	return l.phasing(i, 0, in.Counting, 0)
}

// CostOf is what an option costs as it is held against the budget.
func (p Plan) CostOf(id string) int64 { return p.Phasings[id].TotalP() }

// BiasedOf is that cost with optimism bias; false where no parameters say it.
func (p Plan) BiasedOf(id string) (int64, bool) {
	f, ok := p.Counting.Biased[id]
	return cash.Round(f * float64(p.CostOf(id))), ok
}

// Beside says what of an option's cost is not held against the budget, in words; empty
// where all of it is, as stated.
func (p Plan) Beside(id string) []string {
	ph := p.Phasings[id]
	var out []string
	if v, ok := p.BiasedOf(id); ok && v != ph.TotalP() {
		out = append(out, "with optimism bias "+chart.Money(v))
	}
	if ph.StatedP != ph.TotalP() {
		out = append(out, "stated "+chart.Money(ph.StatedP))
	}
	if ph.PastP != 0 {
		out = append(out, "already spent or past "+chart.Money(ph.PastP))
	}
	if ph.PrivateP != 0 {
		out = append(out, "private money beside it "+chart.Money(ph.PrivateP))
	}
	return out
}

// MoneyNote says what is held against the budget, and what of the chosen set is not.
func (p Plan) MoneyNote() string {
	var private, past, biased int64
	all := true
	for _, i := range p.Chosen {
		ph := p.Phasings[i.ID]
		private, past = private+ph.PrivateP, past+ph.PastP
		v, ok := p.BiasedOf(i.ID)
		biased, all = biased+v, all && ok
	}
	var s strings.Builder
	if p.Counting.Base == 0 {
		s.WriteString("Costs are held against the budget as stated, in prices of their own years and with private money in them, as no parameters of an appraisal are read")
	} else {
		fmt.Fprintf(&s, "Held against the budget is public money in prices of %d, as stated by the sources, without optimism bias", p.Counting.Base)
	}
	if p.Now != 0 {
		fmt.Fprintf(&s, "; of what is approved or under way only what falls in %d or later", p.Now)
	}
	s.WriteString(".")
	if past > 0 {
		fmt.Fprintf(&s, " %s of the set lies in years that have passed and is not counted: that is read from the years on record, not from reports of spending. "+
			"What is under way stands with its whole worth against the money still to come; what would be lost by stopping it is not known.", chart.Money(past))
	}
	if private > 0 {
		fmt.Fprintf(&s, " %s of private money stands beside it.", chart.Money(private))
	}
	if all && len(p.Chosen) > 0 {
		fmt.Fprintf(&s, " With optimism bias the set costs %s", chart.Money(biased))
		if biased > p.BudgetP {
			fmt.Fprintf(&s, ", %s more than the budget", chart.Money(biased-p.BudgetP))
		}
		s.WriteString(".")
	}
	return s.String()
}

// Empty says why nothing is chosen and what to do; empty where something is.
func (p Plan) Empty() string {
	if len(p.Chosen) > 0 || len(p.Left) == 0 || len(p.Conflict) > 0 || p.Stopped {
		return ""
	}
	least, open := int64(-1), p.CanDo()
	for _, l := range p.Left {
		if c := p.CostOf(l.ID); least < 0 || c < least {
			least = c
		}
	}
	switch {
	case open && p.Worth.Unit == "£":
		return "The best is to do none of them: each that fits costs more than it brings."
	case open:
		return "The best is to do none of them: none that fits is worth more than nothing."
	case least > p.BudgetP:
		return fmt.Sprintf("Raise the budget to at least %s: so much does the cheapest cost.", chart.Money(least))
	}
	return "The caps, shares and relations keep out every one: loosen them, or open more regions or stages."
}

// CanDo says that something could be chosen, at a loss.
func (p Plan) CanDo() bool {
	return slices.ContainsFunc(p.Left, func(l Left) bool { return !l.Barred })
}

// Label names what is held against the budget.
func (c Counting) Label() string {
	if c.Base == 0 {
		return "cost as stated"
	}
	return fmt.Sprintf("public cost, prices of %d", c.Base)
}

// Funders are the names of funders whose money the plan counts, sorted.
func (p Plan) Funders() []string {
	var out []string
	for _, ph := range p.Phasings {
		for _, l := range ph.Lines {
			if l.Funder != "" && !slices.Contains(out, l.Funder) {
				out = append(out, l.Funder)
			}
		}
	}
	slices.Sort(out)
	return out
}

// costChain explains what an option costs as it is held against the budget.
func (p Plan) costChain(id string) (evidence.Chain, error) {
	ph, ok := p.Phasings[id]
	if !ok {
		return evidence.Chain{}, fmt.Errorf("plan/cost-of-%s: it was not compared: %w", id, evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: "Cost of an option as it is held against the budget", Value: chart.Money(ph.TotalP()), Method: "plan under a budget"}
	c.How = strings.Join(append(append([]string{p.MoneyNote()}, p.Beside(id)...), ph.Assumed...), "; ")
	for _, i := range p.Options() {
		if i.ID == id {
			c.Title = i.Name + ": cost as it is held against the budget"
			c.Records, c.URL = []evidence.Record{i.Record}, i.SourceURL
		}
	}
	for _, l := range ph.Lines {
		year := "no year stated"
		if l.Year != 0 {
			year = fmt.Sprint(l.Year)
		}
		c.Steps = append(c.Steps, evidence.Chain{Title: year, Value: chart.Money(l.AmountP), How: l.Funder})
	}
	for _, i := range p.Options() {
		if i.ID == id {
			c.Steps = append(c.Steps, p.costSteps(i)...)
		}
	}
	return c, nil
}
