package workings

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// Columns of the sheet of results.
const (
	resID = iota
	resName
	resMeasure
	resUnit
	resGross
	resNet
	resPublished
	resChange
	resLow
	resHigh
	resExpected
	resExpectedLow
	resExpectedHigh
	resRemark
)

// results is the sheet that a reader opens first: each measure as stated and net, now and as published.
func (b *builder) results() (report.Sheet, error) {
	g := newGrid(ResultsName, "Appraisal: what the plan costs and brings",
		"As stated and net are reckoned here, from the sheets of costs, outcomes and parameters. Change a cell on a yellow ground there, and they follow; “As published” stays, and a range that was drawn for other values says that it no longer holds.",
		"As stated: nothing taken away, no optimism bias. Net: additional in the place, costs with optimism bias, if it works. With the chance counted: net times the chance, from studies, that such a programme works.",
		fmt.Sprintf("Low and high hold %.0f %% of %s draws of all that is uncertain; a workbook does not draw again. Money is present value in pounds of %d.", 100*appraisal.Level, chart.Number(float64(b.r.Draws), 0), b.r.BaseYear))
	check := g.add(wrapped("Largest difference from what was published").In(report.Result), report.Cell{}, words("nought until something is changed").In(report.Remark))
	g.header("Id", "Intervention", "Measure", "Unit", "As stated", "Net", "Net, as published", "Change", "Low", "High", "With the chance counted", "Low", "High", "Remark")
	g.Head = len(g.Rows)
	g.Widths = []float64{24, 44, 46, 8, 22, 22, 22, 14, 22, 22, 22, 22, 22, 72}
	if _, err := b.value("appraisal/horizon", "years that are looked at"); err != nil {
		return g.Sheet, err
	}
	first := g.next()
	t := b.total
	at := b.rowsOf(first + len(t.Sums) + 1) // behind the plan together
	for _, s := range t.Sums {
		b.totalRow(g, s, at)
	}
	b.perJob(g, t, at)
	for k := range b.items {
		for _, key := range appraisal.Keys() {
			b.resultRow(g, k, key, at)
		}
	}
	changes := fmt.Sprintf("$%s$%d:$%s$%d", letter(resChange), first, letter(resChange), len(g.Rows))
	g.Rows[check-1][1] = formula(fmt.Sprintf("ROUND(MAX(MAX(%s),-MIN(%s)),2)", changes, changes), 0, report.General).In(report.Result).Called("largest_difference")
	return g.Sheet, nil
}

// format is how values of a measure are shown, and their unit.
func format(key string) (report.CellFormat, string) {
	switch key {
	case appraisal.KeyBCR:
		return "0.000", "ratio"
	case appraisal.KeyJobs, appraisal.KeySafeguarded:
		return report.Tenths, "jobs"
	case appraisal.KeyJobYears:
		return report.Tenths, "years"
	}
	return report.Pence, "£"
}

// Fields of the formulas: as stated, or net.
type side bool

const (
	stated side = false
	net    side = true
)

// resultRow is a measure of an intervention.
func (b *builder) resultRow(g *grid, k int, key string, at map[string]int) {
	w := b.items[k]
	m := w.Measure(key)
	f, unit := format(key)
	cells := make([]report.Cell, resRemark+1)
	cells[resID], cells[resName], cells[resMeasure], cells[resUnit] = words(b.ids[k]), words(w.Intervention.Name), words(appraisal.Label(key)), words(unit)
	if !m.Known {
		cells[resGross], cells[resNet], cells[resRemark] = words("not known"), words("not known"), wrapped(m.Why)
		g.add(cells...)
		return
	}
	row := g.next()
	cells[resGross] = formula(b.measure(k, key, stated, at), m.Gross, f)
	cells[resNet] = formula(b.measure(k, key, net, at), m.Net, f).In(report.Result)
	cells[resPublished] = number(m.Net, f)
	cells[resChange] = change(row, f)
	cells[resLow], cells[resHigh] = held(number(m.Low, f), row), held(number(m.High, f), row)
	if m.Counted {
		cells[resExpected] = formula(b.expected(k, key, at), m.Expected, f).In(report.Result)
		cells[resExpectedLow], cells[resExpectedHigh] = heldExpected(bound(m.ExpectedLow, f), row, m.Expected), heldExpected(bound(m.ExpectedHigh, f), row, m.Expected)
	}
	if !m.HasGross {
		cells[resRemark] = wrapped("Some of it is stated net by its proposer: what it would be gross is not stated.")
	}
	g.add(cells...)
}

// change is how far a row's net has gone from what was published.
func change(row int, f report.CellFormat) report.Cell {
	return formula(fmt.Sprintf("IF(AND(ISNUMBER(%s),ISNUMBER(%s)),%s-%s,0)", cellAt(resNet, row), cellAt(resPublished, row), cellAt(resNet, row), cellAt(resPublished, row)), 0, f)
}

// costSum adds the present values of an intervention's costs in a purse.
func (b *builder) costSum(id, purse string, s side) string {
	col := costGross
	if s == net {
		col = costNet
	}
	r := b.costRows
	return fmt.Sprintf("SUMIFS(%s,%s,%s,%s,%s)", r.span(CostsName, col), r.span(CostsName, costID), quote(id), r.span(CostsName, costPurse), quote(purse))
}

// outSum adds a column of an intervention's outcomes that count in a way; in any way where it is empty.
func (b *builder) outSum(id, counts string, col int) string {
	r := b.outRows
	out := fmt.Sprintf("SUMIFS(%s,%s,%s", r.span(OutcomesName, col), r.span(OutcomesName, outID), quote(id))
	if counts != "" {
		out += fmt.Sprintf(",%s,%s", r.span(OutcomesName, outCounts), quote(counts))
	}
	return out + ")"
}

// quote is words as formulas have them.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// either picks the column of a side.
func either(s side, gross, netCol int) int {
	if s == net {
		return netCol
	}
	return gross
}

// measure is the formula of a measure of an intervention.
func (b *builder) measure(k int, key string, s side, at map[string]int) string {
	id := b.ids[k]
	col := either(s, resGross, resNet)
	other := func(key string) string { return cellAt(col, at[id+" "+key]) }
	costs := func(purse string) string { return b.costSum(id, purse, s) }
	benefits := b.outSum(id, "", either(s, outGrossWorth, outNetWorth))
	switch key {
	case appraisal.KeyCost:
		return costs(public) + "+" + costs(private)
	case appraisal.KeyPublic:
		return costs(public)
	case appraisal.KeyPrivate:
		return costs(private)
	case appraisal.KeyJobs:
		return b.outSum(id, appraisal.FlowJobs, either(s, outQuantity, outNet))
	case appraisal.KeySafeguarded:
		return b.outSum(id, appraisal.FlowSafeguarded, either(s, outQuantity, outNet))
	case appraisal.KeyJobYears:
		return b.outSum(id, appraisal.FlowJobs, either(s, outGrossYears, outNetYears))
	case appraisal.KeyCostPerJob:
		return over(other(appraisal.KeyPublic), other(appraisal.KeyJobs))
	case appraisal.KeyGVA:
		return b.outSum(id, appraisal.FlowJobs, either(s, outGrossGVA, outNetGVA))
	case appraisal.KeyBenefits:
		return benefits
	case appraisal.KeyNPSV:
		return fmt.Sprintf("%s-%s-%s", benefits, costs(private), costs(public))
	}
	return over(fmt.Sprintf("(%s-%s)", benefits, costs(private)), costs(public)) // the benefit-cost ratio
}

// over is a quotient that there is only where something stands below the line.
func over(above, below string) string {
	return fmt.Sprintf("IF(%s>0,%s/%s,\"nothing is left below the line\")", below, above, below)
}

// expected is the formula of a measure with the chance counted. It counts for benefits only where jobs have a national value, and for
// these.
func (b *builder) expected(k int, key string, at map[string]int) string {
	id, chance := b.ids[k], b.chance(k)
	own := cellAt(resNet, at[id+" "+key])
	benefits := fmt.Sprintf("(%s-(1-%s)*%s)", b.outSum(id, "", outNetWorth), chance, b.outSum(id, appraisal.FlowJobs, outNetWorth))
	switch key {
	case appraisal.KeyCostPerJob:
		return over(cellAt(resNet, at[id+" "+appraisal.KeyPublic]), "("+cellAt(resNet, at[id+" "+appraisal.KeyJobs])+"*"+chance+")")
	case appraisal.KeyBenefits:
		return benefits
	case appraisal.KeyNPSV:
		return fmt.Sprintf("%s-%s-%s", benefits, b.costSum(id, private, net), b.costSum(id, public, net))
	case appraisal.KeyBCR:
		return over(fmt.Sprintf("(%s-%s)", benefits, b.costSum(id, private, net)), b.costSum(id, public, net))
	}
	return own + "*" + chance
}

// rowsOf says in which row each measure of each intervention stands, the first of them in row first; formulas may call rows that come
// later.
func (b *builder) rowsOf(first int) map[string]int {
	at := map[string]int{}
	for _, id := range b.ids {
		for _, key := range appraisal.Keys() {
			at[id+" "+key] = first
			first++
		}
	}
	return at
}

// terms adds cells of a column, of those interventions that take says.
func (b *builder) terms(col int, key string, at map[string]int, take func(k int) bool) string {
	var cells []string
	for k, id := range b.ids {
		if take(k) {
			cells = append(cells, cellAt(col, at[id+" "+key]))
		}
	}
	if len(cells) == 0 {
		return "0"
	}
	return strings.Join(cells, "+")
}

func (b *builder) totalRow(g *grid, s appraisal.Sum, at map[string]int) {
	f, unit := format(s.Key)
	cells := make([]report.Cell, resRemark+1)
	cells[resName], cells[resMeasure], cells[resUnit] = words("The plan together").In(report.Total), words(appraisal.Label(s.Key)).In(report.Total), words(unit).In(report.Total)
	cells[resRemark] = wrapped(b.remark(s))
	if s.N == 0 {
		cells[resGross], cells[resNet] = words("not known").In(report.Total), words("not known").In(report.Total)
		g.add(cells...)
		return
	}
	in := func(k int) bool {
		return b.items[k].Measure(s.Key).Known && !slices.Contains(s.Held, b.ids[k])
	}
	row := g.next()
	cells[resGross] = formula(b.terms(resGross, s.Key, at, in), s.Gross, f).In(report.Total)
	cells[resNet] = formula(b.terms(resNet, s.Key, at, in), s.Net, f).In(report.Total)
	cells[resPublished] = number(s.Net, f).In(report.Total)
	cells[resChange] = change(row, f).In(report.Total)
	cells[resLow], cells[resHigh] = held(number(s.Low, f), row).In(report.Total), held(number(s.High, f), row).In(report.Total)
	if s.Chanced > 0 {
		counted := func(k int) bool { return in(k) && b.items[k].Measure(s.Key).Counted }
		cells[resExpected] = formula(b.terms(resExpected, s.Key, at, counted), s.Expected, f).In(report.Total)
		cells[resExpectedLow], cells[resExpectedHigh] = heldExpected(number(s.ExpectedLow, f), row, s.Expected).In(report.Total), heldExpected(number(s.ExpectedHigh, f), row, s.Expected).In(report.Total)
	}
	g.add(cells...)
}

// remark says what a sum does not hold.
func (b *builder) remark(s appraisal.Sum) string {
	var out []string
	if len(s.Without) > 0 {
		out = append(out, "Not known of, and not in it: "+strings.Join(b.called(s.Without), ", ")+".")
	}
	if len(s.Held) > 0 {
		out = append(out, "Held by the cost of another, and not counted twice: "+strings.Join(b.called(s.Held), ", ")+".")
	}
	if s.Claimed != 0 {
		out = append(out, "As stated, part of it is net by its proposers’ account.")
	}
	if s.Chanced > 0 && s.Chanced < s.N {
		out = append(out, fmt.Sprintf("The chance is known of %d of %d.", s.Chanced, s.N))
	}
	return strings.Join(out, " ")
}

func (b *builder) called(ids []string) []string {
	out := make([]string, len(ids))
	for k, id := range ids {
		out[k] = id
		if n := slices.Index(b.ids, id); n >= 0 {
			out[k] = b.items[n].Intervention.Name
		}
	}
	return out
}

// perJob is the public cost of those that have a public cost and jobs on record, for each of their jobs.
func (b *builder) perJob(g *grid, t appraisal.Total, at map[string]int) {
	f, unit := format(appraisal.KeyCostPerJob)
	cells := make([]report.Cell, resRemark+1)
	cells[resName], cells[resMeasure], cells[resUnit] = words("The plan together").In(report.Total), words(appraisal.Label(appraisal.KeyCostPerJob)).In(report.Total), words(unit).In(report.Total)
	if !t.PerJob.OK {
		cells[resGross], cells[resNet], cells[resRemark] = words("not known").In(report.Total), words("not known").In(report.Total), wrapped("None of the plan has both a public cost and jobs on record, or no job is left.")
		g.add(cells...)
		return
	}
	both := func(k int) bool {
		return b.items[k].Measure(appraisal.KeyPublic).Known && b.items[k].Measure(appraisal.KeyJobs).Known
	}
	in := func(k int) bool {
		for _, h := range t.Twice {
			if whole := slices.Index(b.ids, h.Whole); h.Part == b.ids[k] && whole >= 0 && both(whole) {
				return false
			}
		}
		return both(k)
	}
	gross := func(k int) bool { return in(k) && b.items[k].Measure(appraisal.KeyJobs).HasGross }
	row := g.next()
	ratio := func(col int, of func(int) bool) string {
		return over("("+b.terms(col, appraisal.KeyPublic, at, of)+")", "("+b.terms(col, appraisal.KeyJobs, at, of)+")")
	}
	cells[resGross] = words("not stated").In(report.Total)
	if t.PerJob.Gross.OK {
		cells[resGross] = formula(ratio(resGross, gross), t.PerJob.Gross.Value, f).In(report.Total)
	}
	cells[resNet], cells[resPublished] = formula(ratio(resNet, in), t.PerJob.Value, f).In(report.Total), number(t.PerJob.Value, f).In(report.Total)
	cells[resChange] = change(row, f).In(report.Total)
	cells[resLow], cells[resHigh] = held(bound(t.PerJob.Low, f), row).In(report.Total), held(bound(t.PerJob.High, f), row).In(report.Total)
	cells[resRemark] = wrapped(fmt.Sprintf("Of the %d that have both a public cost and jobs on record.", t.PerJob.N))
	g.add(cells...)
}

// bound is an end of a range, which may be open.
func bound(v float64, f report.CellFormat) report.Cell {
	if math.IsInf(v, 1) {
		return words("no upper end")
	}
	return number(v, f)
}
