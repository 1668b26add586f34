package portfolio

import (
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
)

// Parts of references to the money of a plan: plan/spend-2027, plan/spend-none (no year is stated), plan/funder-NAME, plan/funder- (not
// named), plan/spend-2027-funder-NAME.
const (
	spendIn   = "spend-"
	spendFrom = "funder-"
	NoYear    = "none"
)

// SpendRef is what plan/… is called for the money of a year (0: no year is stated) or of a funder ("": not named), or of both; year
// is below 0 for all years, funder nil for all funders.
func SpendRef(year int, funder *string) string {
	var parts []string
	switch {
	case year == 0:
		parts = append(parts, spendIn+NoYear)
	case year > 0:
		parts = append(parts, spendIn+strconv.Itoa(year))
	}
	if funder != nil {
		parts = append(parts, spendFrom+*funder)
	}
	return strings.Join(parts, "-")
}

// moreChain explains budget, committed, left, over, first, last, the money of years and funders, what lacks something, and ways.
func (p Plan) moreChain(what string) (evidence.Chain, error) {
	c := evidence.Chain{Method: "plan under a budget"}
	switch what {
	case "budget":
		c.Title, c.Value, c.How = "Budget of the plan", "£"+chart.Number(float64(p.BudgetP)/100, 0), "a setting: the workspace's plan.budget_gbp, or what the address of the plan says"
		return c, nil
	case "committed", "left", "over":
		return p.partChain(what), nil
	case "first", "last":
		return p.endChain(what)
	}
	if strings.HasPrefix(what, spendIn) || strings.HasPrefix(what, spendFrom) {
		return p.moneyChain(what)
	}
	if key, ok := strings.CutPrefix(what, lackOf); ok {
		return p.lackChain(key)
	}
	if key, figure, ok := cutWay(what); ok {
		return p.wayChain(key, figure)
	}
	return c, fmt.Errorf("plan/%s: %w", what, evidence.ErrNoFigure)
}

func (p Plan) partChain(what string) evidence.Chain {
	c := evidence.Chain{How: "interventions counted", Method: "plan under a budget"}
	var list []Left
	switch what {
	case "committed":
		c.Title = "Chosen interventions that are approved or in delivery already"
		for _, i := range p.Chosen {
			if UnderWay(i) {
				list = append(list, Left{Intervention: i, Reason: i.Stage})
			}
		}
	case "left":
		c.Title, list = "Interventions that were compared and are not in the plan", p.Left
	default:
		c.Title, list = "Interventions that are over by their years on record", p.Over
	}
	c.Value = strconv.Itoa(len(list))
	for _, l := range list {
		c.Steps = append(c.Steps, evidence.Chain{Title: l.Name, How: l.Reason, Records: []evidence.Record{l.Record}, URL: l.SourceURL, Steps: p.costSteps(l.Intervention)})
	}
	if what == "left" { // why they were left hangs on what the chosen cost
		if cost, err := p.Chain("cost"); err == nil {
			c.Steps = append(c.Steps, cost)
		}
	}
	return c
}

// SpendYears are the first and the last financial year in which the plan spends money; 0 where no year is stated.
func (p Plan) SpendYears() (first, last int) {
	for _, s := range p.Spend() {
		if s.Year != 0 && (first == 0 || s.Year < first) {
			first = s.Year
		}
		last = max(last, s.Year)
	}
	return first, last
}

func (p Plan) endChain(what string) (evidence.Chain, error) {
	first, last := p.SpendYears()
	year, title := first, "First financial year in which the plan spends money"
	if what == "last" {
		year, title = last, "Last financial year in which the plan spends money"
	}
	if year == 0 {
		return evidence.Chain{}, fmt.Errorf("plan/%s: no year is stated: %w", what, evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: title, Value: YearName(year), How: "from the years of the costs as they are held against the budget", Method: "plan under a budget"}
	c.Steps = p.moneySteps(func(s Spend) bool { return s.Year == year })
	return c, nil
}

// moneyChain explains the money of a year, of a funder or of both.
func (p Plan) moneyChain(what string) (evidence.Chain, error) {
	rest, funder, byFunder := what, "", false
	if at := strings.Index(what, spendFrom); at == 0 || at > 0 && what[at-1] == '-' {
		rest, funder, byFunder = strings.TrimSuffix(what[:at], "-"), what[at+len(spendFrom):], true
	}
	year, byYear := 0, false
	if y, ok := strings.CutPrefix(rest, spendIn); ok {
		byYear = true
		if y != NoYear {
			var err error
			if year, err = strconv.Atoi(y); err != nil {
				return evidence.Chain{}, evidence.BadRef("plan/%s: %q is not a year", what, y)
			}
		}
	}
	keep := func(s Spend) bool { return (!byYear || s.Year == year) && (!byFunder || s.Funder == funder) }
	sum, found := int64(0), false
	for _, s := range p.Spend() {
		if keep(s) {
			sum, found = sum+s.AmountP, true
		}
	}
	if !found {
		return evidence.Chain{}, fmt.Errorf("plan/%s: the plan has no such money: %w", what, evidence.ErrNoFigure)
	}
	title := "Money of the plan"
	switch {
	case byYear && year == 0:
		title += " for which no year is stated"
	case byYear:
		title += " in " + YearName(year)
	}
	switch {
	case byFunder && funder == "":
		title += " for which no funder is named"
	case byFunder:
		title += " from " + funder
	}
	return evidence.Chain{Title: title, Value: chart.Money(sum), How: "sum over the chosen interventions. " + p.MoneyNote(), Method: "plan under a budget", Steps: p.moneySteps(keep)}, nil
}

// moneySteps are the chosen interventions with their money that is wanted.
func (p Plan) moneySteps(want func(Spend) bool) []evidence.Chain {
	var out []evidence.Chain
	for _, i := range p.Chosen {
		sum, found := int64(0), false
		for _, s := range p.Phasings[i.ID].Lines {
			if want(s) {
				sum, found = sum+s.AmountP, true
			}
		}
		if found {
			out = append(out, evidence.Chain{Title: i.Name, Value: chart.Money(sum), How: strings.Join(p.Phasings[i.ID].Assumed, "; "), Records: []evidence.Record{i.Record}, URL: i.SourceURL, Steps: p.costSteps(i)})
		}
	}
	return out
}

// WayRef is what plan/… is called for a figure of a way: count or cost, and of business as usual jobs, which are none by definition.
func WayRef(key, figure string) string { return "way-" + key + "-" + figure }

func cutWay(what string) (key, figure string, ok bool) {
	rest, ok := strings.CutPrefix(what, "way-")
	at := strings.LastIndex(rest, "-")
	if !ok || at < 0 {
		return "", "", false
	}
	return rest[:at], rest[at+1:], true
}

func (p Plan) wayChain(key, figure string) (evidence.Chain, error) {
	w, ok := p.Way(key)
	if key == WayNone && figure == "jobs" {
		return evidence.Chain{Title: "Net additional jobs: " + w.Name, Value: "0", How: "by definition: net figures are measured against it. What would come anyway is not an effect of anybody's plan.", Method: "appraisal"}, nil
	}
	if !ok || figure != "count" && figure != "cost" {
		return evidence.Chain{}, fmt.Errorf("plan/%s: %w", WayRef(key, figure), evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: w.Name, Value: strconv.Itoa(len(w.Chosen)), How: w.Why, Method: "plan under a budget"}
	if figure == "cost" {
		c.Title, c.Value = "Cost: "+w.Name, w.CostText()
		c.How = p.wayHow(w)
	}
	for _, i := range w.Chosen {
		v, how := "not known", "no cost is on record"
		if ph, ok := p.phasing(i.ID); ok {
			v, how = chart.Money(ph.TotalP()), strings.Join(ph.Assumed, "; ")
			if ph.PastP > 0 {
				how = said("already spent or past: "+chart.Money(ph.PastP), how)
			}
		}
		step := evidence.Chain{Title: i.Name, Value: v, How: said(i.Stage, how), Records: []evidence.Record{i.Record}, URL: i.SourceURL}
		if figure == "cost" {
			step.Steps = p.costSteps(i)
		}
		c.Steps = append(c.Steps, step)
	}
	return c, nil
}

// wayHow says how the cost of a way came about and what is not in it.
func (p Plan) wayHow(w Way) string {
	how := "sum of the costs on record, each by the rule by which costs are held against the budget: " + p.Counting.Label()
	if p.Now != 0 {
		how += fmt.Sprintf(", of what is under way only what falls in %d or later", p.Now)
	}
	how += ". " + w.Why
	if n := len(w.Blind); n > 0 {
		how += fmt.Sprintf(" In it is the cost of %d that could not be compared though a cost is on record: %s.", n, strings.Join(w.Blind, "; "))
	}
	if n := len(w.Uncosted); n > 0 {
		how += fmt.Sprintf(" Not in it, since no cost is on record: %s.", strings.Join(w.Uncosted, "; "))
	}
	return how
}
