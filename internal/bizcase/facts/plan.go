package facts

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// ofPlan is a figure of the plan, which the settings of its question find again.
func (f *Facts) ofPlan(what, text string) report.Figure {
	return report.Figure{Text: text, Ref: evidence.MakeRef("plan", []string{what}, f.s.Ask.Settings()...)}
}

func (f *Facts) planCount(what string, n int) report.Figure {
	return f.ofPlan(what, chart.Number(float64(n), 0))
}

func (f *Facts) planMoney(what string, pence int64) report.Figure {
	return f.ofPlan(what, chart.Money(pence))
}

func (f *Facts) costOf(p portfolio.Plan, id string) report.Figure {
	return f.planMoney("cost-of-"+id, p.CostOf(id))
}

// noPlan is why there are no figures of a plan; empty where it holds something.
func noPlan(p portfolio.Plan, all []portfolio.Intervention) string {
	switch {
	case len(p.Conflict) > 0:
		return "no set of interventions meets these rules together: loosen one of them on the plan page"
	case len(all) == 0:
		return "no interventions are on record: add a table of them and build again"
	case len(p.Chosen) == 0 && p.Stopped:
		return "no plan was found in the time given"
	case len(p.Chosen) == 0:
		return "no plan has been found: none of the options fits the budget, or none is worth its cost. " + p.Empty()
	}
	return ""
}

func (f *Facts) planList(ctx context.Context) ([]entry, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	out := []entry{
		known(f.planMoney("budget", p.BudgetP), "the budget of the plan", "plan", "budget"),
		known(f.planCount("options", len(p.Chosen)+len(p.Left)), "interventions that were compared: open to choice, with a cost and evidence", "plan", "options"),
		known(f.planCount("unvalued", len(p.Unvalued)), "interventions open to choice that could not be compared", "plan", "unvalued"),
		known(f.planCount("over", len(p.Over)), "interventions that are over by their years on record", "plan", "over"),
		known(f.planCount("left", len(p.Left)), "interventions that were compared and are not in the plan", "plan", "left"),
		known(words(p.Worth.Label, f.ofPlan("value", "").Ref), "by what the plan is the best", "plan", "worth"),
	}
	out = append(out, f.lackList(p)...)
	if why := noPlan(p, in.All); why != "" {
		for _, w := range []string{"cost", "count", "value", "existing", "short", "long", "committed"} {
			out = append(out, unknown(why, "the plan: "+w, "plan", w))
		}
		return out, nil
	}
	share := f.ofPlan("existing", chart.Number(100*p.Existing, 0))
	share.Unit = "%"
	out = append(out,
		known(f.planMoney("cost", p.CostP), "cost of the plan: "+p.Counting.Label()+", as it is held against the budget", "plan", "cost"),
		known(f.planCount("count", len(p.Chosen)), "interventions in the plan", "plan", "count"),
		known(f.planValue(p), "what the plan is worth, by "+p.Worth.Label, "plan", "value"),
		known(share, "share of the plan's money that serves businesses already here", "plan", "existing"),
		known(f.planCount("short", len(p.Horizon("short"))), "chosen interventions with a short horizon", "plan", "short"),
		known(f.planCount("long", len(p.Horizon("long"))), "chosen interventions with a long horizon", "plan", "long"),
		known(f.planCount("committed", p.Committed()), "chosen interventions that are approved or in delivery already", "plan", "committed"))
	for _, i := range p.Options() {
		out = append(out, known(f.costOf(p, i.ID), i.Name+": cost as it is held against the budget", "plan", "cost-of", i.ID))
	}
	return out, nil
}

// planValue is what the plan is worth with its range.
func (f *Facts) planValue(p portfolio.Plan) report.Figure {
	write := func(v float64) string { return chart.Number(v, 0) }
	switch p.Worth.Unit {
	case "":
		write = func(v float64) string { return chart.Number(v, 1) }
	case "£":
		write = func(v float64) string { return chart.Money(cash.Round(100 * v)) }
	}
	fig := f.ofPlan("value", write(p.Value))
	fig.Range = write(p.Lo) + "–" + write(p.Hi)
	if p.Worth.Unit != "£" {
		fig.Unit = p.Worth.Unit
	}
	return fig
}

// lackList counts what is missing of proposals that could not be compared.
func (f *Facts) lackList(p portfolio.Plan) []entry {
	var out []entry
	for _, l := range append([]portfolio.Lack{{Key: portfolio.LackAny, Words: "a cost, a quantity or a study is missing"}}, portfolio.Lacks...) {
		out = append(out, known(f.planCount(portfolio.LackRef(l.Key), len(p.Lacking(l.Key))), "proposals not under way that could not be compared, of which "+l.Words, "lacking", l.Key))
	}
	return out
}

// costList is the money of the plan by year and funder.
func (f *Facts) costList(ctx context.Context) ([]entry, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	out := statedList(in.Register)
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	if why := noPlan(p, in.All); why != "" {
		return append(out, unknown(why, "first year of the plan's money", "year", "first"), unknown(why, "last year of the plan's money", "year", "last")), nil
	}
	first, last := p.SpendYears()
	if first == 0 {
		why := "no year is stated for the money of the plan"
		out = append(out, unknown(why, "first year of the plan's money", "year", "first"), unknown(why, "last year of the plan's money", "year", "last"))
	} else {
		out = append(out, known(f.ofPlan("first", portfolio.YearName(first)), "first financial year of the plan's money", "year", "first"), known(f.ofPlan("last", portfolio.YearName(last)), "last financial year of the plan's money", "year", "last"))
	}
	for _, y := range spendYears(p) {
		out = append(out, known(f.spendFigure(p, y, nil), "money of the plan in "+yearWords(y), "cost", yearName(y)))
	}
	out = append(out, statusList(p, in.Register)...)
	for _, name := range spendFunders(p) {
		out = append(out, known(f.spendFigure(p, allYears, &name), "money of the plan from "+funderWords(name), "cost", funderName(name)))
		for _, y := range spendYears(p) {
			if sumSpend(p, y, &name) != 0 {
				out = append(out, known(f.spendFigure(p, y, &name), "money of the plan in "+yearWords(y)+" from "+funderWords(name), "cost", yearName(y), funderName(name)))
			}
		}
	}
	return out, nil
}

// statusList is the money of the chosen by how sure it is, as their sources state it.
func statusList(p portfolio.Plan, r portfolio.Register) []entry {
	ids := idsOf(p.Chosen)
	var out []entry
	for _, status := range portfolio.CostStatuses {
		title := "money of the chosen interventions that is " + status + ", all years together, as their sources state it"
		sum, rows := r.StatedP(ids, status)
		if rows == 0 {
			out = append(out, unknown("no cost of the chosen interventions has that status on record", title, "cost", status))
			continue
		}
		out = append(out, known(report.MoneyFigure(sum, portfolio.StatedRef(status, ids)), title, "cost", status))
	}
	return out
}

// allYears stands for all years where 0 is a year that nobody states.
const allYears = -1

func sumSpend(p portfolio.Plan, year int, funder *string) int64 {
	var sum int64
	for _, s := range p.Spend() {
		if (year == allYears || s.Year == year) && (funder == nil || s.Funder == *funder) {
			sum += s.AmountP
		}
	}
	return sum
}

func (f *Facts) spendFigure(p portfolio.Plan, year int, funder *string) report.Figure {
	return f.planMoney(portfolio.SpendRef(year, funder), sumSpend(p, year, funder))
}

// spendYears are the years of the plan's money, 0 (no year is stated) last.
func spendYears(p portfolio.Plan) []int {
	var out []int
	none := false
	for _, s := range p.Spend() {
		switch {
		case s.Year == 0:
			none = true
		case len(out) == 0 || out[len(out)-1] != s.Year:
			out = append(out, s.Year)
		}
	}
	if none {
		out = append(out, 0)
	}
	return out
}

// spendFunders are the funders of the plan's money: who gives most first, those not named last.
func spendFunders(p portfolio.Plan) []string {
	sum := map[string]int64{}
	for _, s := range p.Spend() {
		sum[s.Funder] += s.AmountP
	}
	return byAmount(sum)
}

func yearWords(y int) string {
	if y == 0 {
		return "years that nobody states"
	}
	return portfolio.YearName(y)
}

func yearName(y int) string {
	if y == 0 {
		return "unstated"
	}
	return strconv.Itoa(y)
}

func funderWords(name string) string {
	if name == "" {
		return "funders that nobody names"
	}
	return name
}

func funderName(name string) string {
	if name == "" {
		return "unnamed"
	}
	return name
}

// statedList are the rows of the register as they stand: what is stated of costs, expected as outcomes, reported of delivery.
func statedList(r portfolio.Register) []entry {
	var out []entry
	quiet := func(e entry) { e.quiet = true; out = append(out, e) }
	for _, c := range r.Costs {
		quiet(known(report.MoneyFigure(c.AmountP, evidence.MakeRef(portfolio.RefCost, []string{c.ID})), "cost of "+c.Intervention+" as stated", "stated", c.ID))
	}
	for _, o := range r.Outcomes {
		if o.Quantity.Valid {
			quiet(known(quantity(o.Quantity.Float64, o.Unit, portfolio.MoneyOutcome(o.Outcome), evidence.MakeRef(portfolio.RefOutcome, []string{o.ID})), o.Outcome+" expected of "+o.Intervention, "expected", o.ID))
		}
	}
	for _, d := range r.Delivery {
		money, ref := d.Kind == "spend" || strings.HasPrefix(d.What, "money") || portfolio.MoneyOutcome(d.What), evidence.MakeRef(portfolio.RefDelivery, []string{d.ID})
		title := fmt.Sprintf("%s %s of %s", d.Kind, d.What, d.Intervention)
		if d.Planned.Valid {
			quiet(known(quantity(d.Planned.Float64, "", money, ref), title+", as planned", "reported", d.ID, "planned"))
		}
		if d.Actual.Valid {
			quiet(known(quantity(d.Actual.Float64, "", money, ref), title+", as reported", "reported", d.ID, "actual"))
		}
	}
	return out
}
