package outcome

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

// OfPlan is what a plan came to.
func OfPlan(p portfolio.Plan) Outcome {
	o := Outcome{Options: len(p.Chosen) + len(p.Left)}
	ref := func(what string) string { return evidence.MakeRef("plan", []string{what}, p.Settings()...) }
	switch {
	case len(p.Conflict) > 0:
		o.Finding = "No set of interventions meets these rules together: " + strings.Join(p.Conflict, "; ")
		return o
	case p.Stopped && p.Chosen == nil:
		o.Finding = "No plan was found in the time that a page may take"
		return o
	}
	o.Finding = fmt.Sprintf("%d of %d interventions for %s of %s", len(p.Chosen), o.Options, chart.Money(p.CostP), chart.Money(p.BudgetP))
	if !p.Proven {
		o.Cautions = append(o.Cautions, "not proven best in the time that a page may take")
	}
	for _, i := range p.Chosen {
		o.Chosen = append(o.Chosen, itemOf(p, i))
	}
	slices.SortFunc(o.Chosen, func(a, b Item) int { return strings.Compare(a.ID, b.ID) })
	for _, l := range p.Spend() {
		o.Spend = append(o.Spend, Spend{l.Year, l.Funder, l.AmountP})
	}
	o.Cautions = append(o.Cautions, p.Notes...)
	o.Cautions = few(o.Cautions)
	o.Measures = []Measure{
		{Key: "count", Label: "Interventions chosen", Known: true, Value: float64(len(p.Chosen)), Ref: ref("count")},
		{Key: "cost", Label: "Cost", Unit: "£", Known: true, Value: float64(p.CostP) / 100, Ref: ref("cost")},
		{Key: "existing", Label: "Share of the money that serves businesses already here", Unit: "%", Known: p.CostP > 0, Value: 100 * p.Existing, Ref: ref("existing")},
		{Key: "value:" + p.By(), Label: "Value: " + p.Worth.Label, Unit: p.Worth.Unit, Why: p.Worth.Means, Known: true, Value: p.Value, Lo: p.Lo, Hi: p.Hi, Ranged: true, Decimals: 2, Ref: ref("value")},
		{Key: "unvalued", Label: "Open to choice, but not compared", Known: true, Value: float64(len(p.Unvalued)), Ref: ref("unvalued")},
	}
	return o
}

// mostCautions is how many cautions are kept.
const mostCautions = 8

// itemOf is a chosen intervention with the years of its money in the plan.
func itemOf(p portfolio.Plan, i portfolio.Intervention) Item {
	ph := p.Phasings[i.ID]
	return Item{ID: i.ID, Name: i.Name, CostP: ph.TotalP(), Known: len(ph.Lines) > 0, Start: ph.Start, End: ph.End}
}
