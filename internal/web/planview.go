package web

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/choice"
	"milieu/internal/report"
)

// PlanYear is what the chosen cost in a year by a funder.
type PlanYear struct {
	Year, Funder, Amount string
	First                bool // of its year
}

// PlanRule is a limit of the plan and how it stands.
type PlanRule struct {
	Name, Limit, Actual, Slack string
	Binds                      bool
	Gain                       string // without it
	More                       string // with a tenth more money
}

// PlanOther is another set near the best.
type PlanOther struct {
	Loss, Cost string
	In, Out    []string
}

// planMoved is the address of the plan with an intervention decided the other way.
func planMoved(p portfolio.Plan, id string) string {
	ask := p.Ask
	ask.Take = without(ask.Take, id)
	ask.Leave = without(ask.Leave, id)
	if slices.ContainsFunc(p.Chosen, func(i portfolio.Intervention) bool { return i.ID == id }) {
		ask.Leave = sorted(append(ask.Leave, id))
	} else {
		ask.Take = sorted(append(ask.Take, id))
	}
	return "/plan?" + askQuery(ask)
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(s string) bool { return s == id })
}

func sorted(ids []string) []string {
	slices.Sort(ids)
	return ids
}

// planSet lists what was set by hand.
func planSet(ask portfolio.Ask, all []portfolio.Intervention) []PlanSet {
	names := interventionNamesOf(all)
	var out []PlanSet
	for _, id := range ask.Take {
		a := ask
		a.Take = without(ask.Take, id)
		out = append(out, PlanSet{names[id], "must be in", "/plan?" + askQuery(a)})
	}
	for _, id := range ask.Leave {
		a := ask
		a.Leave = without(ask.Leave, id)
		out = append(out, PlanSet{names[id], "must be out", "/plan?" + askQuery(a)})
	}
	for _, s := range ask.Starts {
		out = append(out, PlanSet{names[s.ID], fmt.Sprintf("begins in %d", s.Year), "/plan?" + askQuery(ask.WithStart(s.ID, 0))})
	}
	return out
}

func planYears(p portfolio.Plan) []PlanYear {
	var out []PlanYear
	last := -1
	for _, l := range p.Spend() {
		row := PlanYear{Year: "no year stated", Funder: l.Funder, Amount: chart.Money(l.AmountP), First: l.Year != last}
		if l.Year != 0 {
			row.Year = portfolio.YearName(l.Year)
		}
		last = l.Year
		out = append(out, row)
	}
	return out
}

// planRules lists the limits of money and shares.
func planRules(p portfolio.Plan) []PlanRule {
	binding := map[string]bool{}
	for _, name := range p.Solution.Binding {
		binding[name] = true
	}
	var out []PlanRule
	for _, r := range p.Solution.Rules {
		money := r.Kind == choice.KindBudget
		if !money && r.Kind != choice.KindShare {
			continue
		}
		write := func(v *float64) string {
			switch {
			case v == nil:
				return ""
			case money:
				return chart.Money(cash.Round(100 * *v))
			}
			return chart.Number(100**v, 1) + " %"
		}
		row := PlanRule{Name: capital(r.Name), Actual: write(r.Actual), Slack: write(r.Slack), Binds: binding[r.Name]}
		switch {
		case r.Most != nil:
			row.Limit = "at most " + write(r.Most)
		default:
			row.Limit = "at least " + write(r.Least)
		}
		row.Gain = gained(p, r.Gain, r.GainLeast, r.GainMost)
		if r.More != nil {
			row.More = gained(p, r.More.Gain, r.More.GainLeast, r.More.GainMost)
		}
		out = append(out, row)
	}
	return out
}

// gained is what the best value gains, or between what.
func gained(p portfolio.Plan, v, least, most *float64) string {
	switch {
	case v != nil && *v == 0:
		return "nothing"
	case v != nil:
		return p.Worth.Show(*v, 2)
	case least != nil && most != nil:
		return p.Worth.Show(*least, 2) + "–" + p.Worth.Show(*most, 2)
	}
	return "not reckoned"
}

func planOthers(p portfolio.Plan) []PlanOther {
	names := interventionNamesOf(p.Options())
	called := func(ids []string) []string {
		var out []string
		for _, id := range ids {
			out = append(out, names[id])
		}
		return out
	}
	var out []PlanOther
	for _, a := range p.Solution.Alternatives {
		out = append(out, PlanOther{Loss: p.Worth.Show(a.Loss, 2), Cost: chart.Money(int64(a.Cost)), In: called(a.In), Out: called(a.Out)})
	}
	return out
}

// conflictRow says a rule that clashes, and what to do about it.
func conflictRow(r choice.RuleName) ConflictRow {
	switch r.Kind {
	case choice.KindBudget:
		if r.Name == "budget" {
			return ConflictRow{capital(r.Words), "Raise the budget."}
		}
		return ConflictRow{capital(r.Words), "Raise this cap, or move beginnings to other years."}
	case choice.KindShare:
		return ConflictRow{capital(r.Words), "Ask for a smaller share, or open regions or stages with interventions that count towards it."}
	case choice.KindTake:
		return ConflictRow{capital(r.Words), "Let it go below, where what was set by hand is listed."}
	case choice.KindLeave:
		return ConflictRow{capital(r.Words), "Let it come in again."}
	case choice.KindNeeds, choice.KindExclude:
		return ConflictRow{capital(r.Words), "It is on record as a relation of the two: see their pages."}
	}
	return ConflictRow{capital(r.Words), "Loosen it."}
}

// sureSays is what the draws come to, in a sentence with figures.
func (p PlanPage) SureSays() report.Text {
	v := p.Sure
	if v.Core.Ref == "" || v.Says != "" {
		return nil
	}
	return report.Say("Over the draws %v are core (chosen in 95 or more of 100 draws), %v borderline and %v exterior (in 5 or fewer). In %v of the draws nothing is worth more than this plan; in %v of 100 it keeps its budgets and shares.", v.Core, v.Border, v.Exterior, v.Best, v.Fits)
}

// Shaky names the chosen interventions that most draws do not choose.
func (p PlanPage) Shaky() []string {
	var out []string
	for _, i := range p.Plan.Chosen {
		if o, ok := p.Sure.Of[i.ID]; ok && o.Share < 0.5 {
			out = append(out, fmt.Sprintf("%s is chosen here, and in only %s %% of the draws: think twice.", i.Name, chart.Number(100*o.Share, 0)))
		}
	}
	return out
}

// InWords joins the names of what comes in.
func (o PlanOther) InWords() string { return strings.Join(o.In, "; ") }

// OutWords joins the names of what goes.
func (o PlanOther) OutWords() string { return strings.Join(o.Out, "; ") }
