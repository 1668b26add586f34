package facts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/report"
)

func sequenceNote(s sequence.Sequence) string {
	out := strings.ToUpper(s.Proof()[:1]) + s.Proof()[1:] + ". Costs are " + s.Prices() + "."
	if s.Added {
		out += " Fewer than two of what the plan chooses wait to begin, so that what has no cost or no evidence is put in time as well."
	}
	if n := len(s.Past); n > 0 {
		out += fmt.Sprintf(" %d whose years on record are over have no place in it.", n)
	}
	return out
}

// mostFunders is how many funders have a column of their own.
const mostFunders = 4

// costTable is what the plan costs by year and funder. Amounts are rounded to a thousand pounds, and totals are those of the rounded
// amounts, so that they add up.
func (f *Facts) costTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	years, funders := spendYears(p), spendFunders(p)
	shownF, rest := funders, []string(nil)
	if len(funders) > mostFunders+1 {
		shownF, rest = funders[:mostFunders], funders[mostFunders:]
	}
	t := &report.Table{Caption: "Cost of the plan by financial year and funder, as it is held against the budget", Header: []string{"Year"}, Numeric: []bool{false}}
	for _, name := range shownF {
		t.Header, t.Numeric = append(t.Header, capital(funderHead(name))), append(t.Numeric, true)
	}
	if rest != nil {
		t.Header, t.Numeric = append(t.Header, "Others"), append(t.Numeric, true)
	}
	t.Header, t.Numeric = append(t.Header, "Together"), append(t.Numeric, true)
	foot := newFoot(f, p, shownF, rest)
	for _, y := range years {
		t.Rows = append(t.Rows, foot.row(y))
	}
	t.Foot = [][]report.Text{foot.last()}
	t.Note = report.Say("Rounded to a thousand pounds; totals are those of the rounded amounts. %v", words(p.MoneyNote()+fixedSums(p), f.ofPlan("cost", "").Ref))
	return append([]report.Block{{Table: t}}, f.assumedCosts(p)...), nil
}

func funderHead(name string) string {
	if name == "" {
		return "not named"
	}
	return name
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// footer makes the rows of the table of costs and adds them up.
type footer struct {
	f       *Facts
	p       portfolio.Plan
	funders []string
	rest    []string
	sums    []int64 // thousands of pounds by column
}

func newFoot(f *Facts, p portfolio.Plan, funders, rest []string) *footer {
	n := len(funders) + 1
	if rest != nil {
		n++
	}
	return &footer{f, p, funders, rest, make([]int64, n)}
}

// fixedSums warns that money of an earlier year's prices stands raised.
func fixedSums(p portfolio.Plan) string {
	if p.Counting.Base == 0 {
		return ""
	}
	return fmt.Sprintf(" Sums of earlier years stand raised to prices of %d; a funder who promised a fixed sum has promised what its source states, and no more.", p.Counting.Base)
}

// thousand is an amount in thousands of pounds.
func thousand(pence int64) int64 { return cash.Round(float64(pence) / 100_000) }

func thousandText(k int64) string { return "£" + chart.Number(float64(k), 0) + "k" }

func (w *footer) row(year int) []report.Text {
	name := capital(yearWords(year))
	if year == 0 {
		name = "No year stated"
	}
	out := []report.Text{plain(name)}
	var sum int64
	put := func(col int, k int64, ref string) {
		w.sums[col] += k
		sum += k
		if k == 0 {
			out = append(out, report.Text{{Words: "–"}})
			return
		}
		out = append(out, cell(w.f.ofPlan(ref, thousandText(k))))
	}
	for c, name := range w.funders {
		put(c, thousand(sumSpend(w.p, year, &name)), portfolio.SpendRef(year, &name))
	}
	if w.rest != nil {
		var k int64
		for _, name := range w.rest {
			k += thousand(sumSpend(w.p, year, &name))
		}
		put(len(w.funders), k, portfolio.SpendRef(year, nil))
	}
	w.sums[len(w.sums)-1] += sum
	return append(out, cell(w.f.ofPlan(portfolio.SpendRef(year, nil), thousandText(sum))))
}

func (w *footer) last() []report.Text {
	out := []report.Text{report.Say("Together")}
	for c, name := range w.funders {
		out = append(out, cell(w.f.ofPlan(portfolio.SpendRef(allYears, &name), thousandText(w.sums[c]))))
	}
	if w.rest != nil {
		out = append(out, cell(w.f.ofPlan("cost", thousandText(w.sums[len(w.funders)]))))
	}
	return append(out, cell(w.f.ofPlan("cost", thousandText(w.sums[len(w.sums)-1]))))
}

// assumedCosts is the gap of what no source says of the costs.
func (f *Facts) assumedCosts(p portfolio.Plan) []report.Block {
	var what []string
	leads := map[string]bool{}
	var who []string
	for _, i := range p.Chosen {
		ph := p.Phasings[i.ID]
		if len(ph.Assumed) == 0 {
			continue
		}
		what = append(what, i.Name+": "+strings.Join(ph.Assumed, "; "))
		if i.Lead != "" && !leads[i.Lead] {
			leads[i.Lead] = true
			who = append(who, i.Lead)
		}
	}
	if len(what) == 0 {
		return nil
	}
	return gap("The years or the funders of some costs are assumed, since no source states them. "+strings.Join(what, ". ")+".", "Ask each lead for a profile by year and funder.", strings.Join(who, "; "))
}

func (f *Facts) costChart(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	sp := chart.ColumnsSpec{Title: "Cost of the plan by financial year, £m, as it is held against the budget", Unit: "£m", Name: "Year", Axis: chart.Axis{Decimals: 1}, Width: 640}
	for _, y := range spendYears(p) {
		label := "no year"
		if y != 0 {
			label = portfolio.YearName(y)
		}
		sp.Columns = append(sp.Columns, chart.Column{Label: label, Value: float64(sumSpend(p, y, nil)) / 1e8})
	}
	c := chart.Columns(sp)
	return []report.Block{{Chart: &c}}, nil
}

func (f *Facts) fundingChart(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	sp := chart.BarsSpec{Title: "Cost of the plan by funder, as it is held against the budget", Unit: "£m", Width: 640, Format: func(v float64) string { return chart.Money(cash.Round(v * 1e8)) }}
	for _, name := range spendFunders(p) {
		sp.Bars = append(sp.Bars, chart.Bar{Label: capital(funderHead(name)), Value: float64(sumSpend(p, allYears, &name)) / 1e8})
	}
	c := chart.Bars(sp)
	return []report.Block{{Chart: &c}}, nil
}

// fundingTable lists the money of the chosen as its sources state it: who pays, when, and whether it is committed.
func (f *Facts) fundingTable(ctx context.Context) ([]report.Block, error) {
	p, in, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	t := &report.Table{Caption: "Who pays, as the sources state it: whole amounts in prices of their own years, money that is spent or private among them", Header: []string{"Intervention", "Funder", "Years", "Amount", "Status"}, Numeric: []bool{false, false, false, true, false}}
	var open []portfolio.Intervention
	for _, i := range p.Chosen {
		rows := in.Register.Of(i.ID).Costs
		var sum int64
		for _, c := range rows {
			sum += c.AmountP
			t.Rows = append(t.Rows, []report.Text{nameCell(i), plain(c.Funder), plain(costYears(c)), cell(report.MoneyFigure(c.AmountP, evidence.MakeRef(portfolio.RefCost, []string{c.ID}))), plain(c.Status)})
		}
		if i.CostP.Valid && sum < i.CostP.Int64 {
			fig := i.Cost()
			what := "the stated total"
			if len(rows) > 0 {
				what = "the stated total, of which only the rows above name a funder"
			}
			t.Rows = append(t.Rows, []report.Text{nameCell(i), plain("not named: " + what), plain(yearsOf(i)), cell(fig), plain("")})
		}
		if !slices.ContainsFunc(rows, func(c portfolio.Cost) bool { return c.Status == "committed" || c.Status == "spent" }) {
			open = append(open, i)
		}
	}
	return append([]report.Block{{Table: t}}, f.owed(open, "No commitment of a funder is on record for %s.", "Ask each funder what is committed, for which years, in writing.")...), nil
}

// owed are gaps of interventions, one for each lead that owes what is missing; what nobody leads the owner of the case owes. The
// pattern has a place for their names.
func (f *Facts) owed(of []portfolio.Intervention, pattern, next string) []report.Block {
	var leads []string
	names := map[string][]string{}
	for _, i := range of {
		lead := i.Lead
		if lead == "" {
			lead = f.owner()
		}
		if names[lead] == nil {
			leads = append(leads, lead)
		}
		names[lead] = append(names[lead], i.Name)
	}
	var out []report.Block
	for _, lead := range leads {
		out = append(out, gap(fmt.Sprintf(pattern, list(names[lead])), next, lead)...)
	}
	return out
}

func costYears(c portfolio.Cost) string {
	if !c.From.Valid {
		return ""
	}
	return portfolio.SpanWords(c.From, c.To)
}

// appraisalTable is what each chosen intervention costs and brings: gross beside net, with ranges, and together.
func (f *Facts) appraisalTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	total, err := f.Total(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "What the chosen interventions cost the public purse and bring, gross beside net; ranges hold nine tenths of the draws",
		Header:  []string{"Intervention", "Public cost, gross", "Public cost, net", "Jobs, gross", "Jobs, net if it works", "Jobs, chance counted", "Cost for each job, gross", "Cost for each net job"},
		Numeric: []bool{false, true, true, true, true, true, true, true}}
	cells := []struct{ key, reading string }{{appraisal.KeyPublic, "gross"}, {appraisal.KeyPublic, "net"}, {appraisal.KeyJobs, "gross"}, {appraisal.KeyJobs, "net"}, {appraisal.KeyJobs, "expected"}, {appraisal.KeyCostPerJob, "gross"}, {appraisal.KeyCostPerJob, "net"}}
	var without []portfolio.Intervention
	for _, i := range p.Chosen {
		item, _ := res.Item(i.ID)
		row := []report.Text{nameCell(i)}
		for _, c := range cells {
			fig, why := itemFigure(res, item, c.key, c.reading)
			row = append(row, orUnknown(fig, why == ""))
		}
		if !item.Measure(appraisal.KeyJobs).Known {
			without = append(without, i)
		}
		t.Rows = append(t.Rows, row)
	}
	foot := []report.Text{report.Say("Together")}
	for _, c := range cells[:5] {
		foot = append(foot, orUnknown(sumFigure(total, res.Settings, c.key, c.reading)))
	}
	per := totalRef(appraisal.KeyCostPerJob, total.IDs, res.Settings)
	foot = append(foot, orUnknown(report.Figure{Text: appraisal.Text(appraisal.KeyCostPerJob, total.PerJob.Gross.Value), Ref: per}, total.PerJob.Gross.OK),
		orUnknown(spanned(appraisal.KeyCostPerJob, total.PerJob.Value, total.PerJob.Low, total.PerJob.High, per), total.PerJob.OK))
	t.Foot = [][]report.Text{foot}
	t.Note = report.Say("%v", words(res.Way()+" Sums are draw by draw, of those that are known; the cost for each job is of those that have both.", totalRef(appraisal.KeyPublic, total.IDs, res.Settings)))
	return append([]report.Block{{Table: t}}, f.owed(without, "How many jobs %s would bring is not on record as a quantity, so that what it brings cannot be appraised.", "Ask the lead what it is expected to bring, by when, and what would come anyway.")...), nil
}

// appraisalChart sets jobs as stated beside net ones.
func (f *Facts) appraisalChart(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	sp := chart.BarsSpec{Title: "Jobs as stated (grey) and net additional jobs if it works, with their range", Unit: "Jobs", Width: 680}
	for _, i := range p.Chosen {
		item, _ := res.Item(i.ID)
		m := item.Measure(appraisal.KeyJobs)
		if !m.Known {
			continue
		}
		if m.HasGross {
			sp.Bars = append(sp.Bars, chart.Bar{Label: i.Name + ": as stated", Value: m.Gross, Mark: chart.MarkOther})
		}
		sp.Bars = append(sp.Bars, chart.Bar{Label: i.Name + ": net", Value: m.Net, Interval: chart.Interval{Lo: m.Low, Hi: m.High}})
	}
	if len(sp.Bars) == 0 {
		return gap("No chosen intervention states how many jobs it would bring, so gross and net cannot be shown.", "Add rows to the table of outcomes.", f.owner()), nil
	}
	c := chart.Bars(sp)
	return []report.Block{{Chart: &c}}, nil
}
