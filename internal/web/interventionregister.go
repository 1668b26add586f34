package web

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// CostTable is what an intervention costs by year and funder. Each line is rounded once and shared out over its years,
// so that all sums are those of what is shown.
type CostTable struct {
	Unit    string // "£" or "£ thousand"
	Years   []string
	Rows    []CostLine
	Total   CostLine
	Assumed string
	Picture chart.Chart
	Ref     string
}

// CostLine is one funder.
type CostLine struct {
	Funder string
	Cells  []string
	Sum    string
}

// StatedCost is one cost as its source states it.
type StatedCost struct {
	portfolio.Cost
	Figure report.Figure
	Years  string
	Edit   string
}

// OutcomeRow is one output or outcome as its source states it.
type OutcomeRow struct {
	portfolio.Outcome
	Key    string
	Figure report.Figure
	Counts string // what the quantity counts
	When   string
	Edit   string
}

// RelatedRow is another intervention that this one has to do with.
type RelatedRow struct {
	Says, Name, Path, Reason, By, Ref, Edit string
	Lag                                     string
	SourceURL                               string
}

// RiskRow is one risk.
type RiskRow struct {
	portfolio.Risk
	Ref, Edit string
}

// GapRow is what is missing, with the way to add it.
type GapRow struct {
	portfolio.Gap
	Path string
}

// costTable lays the costs out; it is empty where none is known.
func costTable(i portfolio.Intervention, costs []portfolio.Cost) CostTable {
	ph := portfolio.Phase(i, costs, 0)
	t := CostTable{Unit: "£", Ref: evidence.MakeRef(portfolio.RefCosts, []string{i.ID}), Assumed: capital(strings.Join(ph.Assumed, "; "))}
	if len(ph.Lines) == 0 {
		return t
	}
	var years []int
	at := map[string]map[int]int64{}
	var funders []string
	for _, l := range ph.Lines {
		name := orText(l.Funder, portfolio.NotNamed)
		if at[name] == nil {
			at[name] = map[int]int64{}
			funders = append(funders, name)
		}
		at[name][l.Year] += l.AmountP
		if !slices.Contains(years, l.Year) {
			years = append(years, l.Year)
		}
	}
	sort.Ints(years)
	for _, y := range years {
		t.Years = append(t.Years, yearWords(y))
	}
	t.lines(funders, years, at)
	t.Picture = costColumns(i, ph, years)
	return t
}

// yearWords writes a financial year; 0 is one that nobody states.
func yearWords(y int) string {
	if y == 0 {
		return "no year"
	}
	return portfolio.YearName(y)
}

// lines rounds each funder's sum to the unit and shares it out over the years: the least shown unit is a thousand
// pounds where all sums are whole thousands.
func (t *CostTable) lines(funders []string, years []int, at map[string]map[int]int64) {
	sums := map[string]int64{}
	unit := int64(100_000)
	for _, f := range funders {
		for _, p := range at[f] {
			sums[f] += p
		}
		if sums[f]%100_000 != 0 {
			unit = 100
		}
	}
	if unit == 100_000 {
		t.Unit = "£ thousand"
	}
	columns := make([]int64, len(years))
	all := int64(0)
	sort.SliceStable(funders, func(a, b int) bool { return sums[funders[a]] > sums[funders[b]] })
	for _, f := range funders {
		weights := make([]float64, len(years))
		for k, y := range years {
			weights[k] = float64(at[f][y])
		}
		sum := cash.Round(float64(sums[f]) / float64(unit))
		line := CostLine{Funder: f, Sum: chart.Number(float64(sum), 0)}
		for k, p := range cash.Split(sum, weights) {
			columns[k] += p
			line.Cells = append(line.Cells, orText(nonzero(p), "–"))
		}
		all += sum
		t.Rows = append(t.Rows, line)
	}
	t.Total = CostLine{Funder: "All", Sum: chart.Number(float64(all), 0)}
	for _, p := range columns {
		t.Total.Cells = append(t.Total.Cells, orText(nonzero(p), "–"))
	}
}

func nonzero(v int64) string {
	if v == 0 {
		return ""
	}
	return chart.Number(float64(v), 0)
}

// costColumns draws the cost by year, where there is more than one.
func costColumns(i portfolio.Intervention, ph portfolio.Phasing, years []int) chart.Chart {
	if len(ph.Years()) < 2 {
		return chart.Chart{}
	}
	const m = 100_000_000 // pence in a million pounds
	sum := map[int]float64{}
	for _, l := range ph.Lines {
		sum[l.Year] += float64(l.AmountP) / m
	}
	spec := chart.ColumnsSpec{Title: "Cost of " + i.Name + " by financial year", Unit: "£m", Name: "Financial year", Axis: chart.Axis{Decimals: 1}, Width: 560, Height: 170}
	for _, y := range years {
		spec.Columns = append(spec.Columns, chart.Column{Label: yearWords(y), Value: sum[y]})
	}
	return chart.Columns(spec)
}

func statedCosts(costs []portfolio.Cost) []StatedCost {
	var out []StatedCost
	for _, c := range costs {
		row := StatedCost{Cost: c, Figure: report.MoneyFigure(c.AmountP, evidence.MakeRef(portfolio.RefCost, []string{c.ID})), Years: "not stated", Edit: rowPath("costs", c.ID)}
		row.Funder = orText(c.Funder, portfolio.NotNamed)
		if c.From.Valid {
			row.Years = yearWords(int(c.From.Int64))
			if c.To.Valid && c.To.Int64 > c.From.Int64 {
				row.Years += " to " + yearWords(int(c.To.Int64))
			}
		}
		out = append(out, row)
	}
	return out
}

func outcomeRows(all []portfolio.Outcome) []OutcomeRow {
	var out []OutcomeRow
	for _, o := range all {
		row := OutcomeRow{Outcome: o, Key: outcomeLabel(o.Outcome), Counts: orText(o.Additional, "unknown"), When: spanWords(o), Edit: rowPath("outcomes", o.ID)}
		if o.Quantity.Valid {
			row.Figure = quantity(o)
		}
		out = append(out, row)
	}
	return out
}

// outcomeLabel is the key of an output or outcome as people say it.
func outcomeLabel(key string) string {
	switch key {
	case "gva":
		return "GVA"
	case "floorspace-sqm":
		return "Floor space"
	}
	return capital(words(key))
}

// quantity writes an outcome's number with its range where one is stated; money in words of money.
func quantity(o portfolio.Outcome) report.Figure {
	ref := evidence.MakeRef(portfolio.RefOutcome, []string{o.ID})
	write := func(v float64) string { return strings.TrimSuffix(chart.Number(v, 1), ".0") }
	if o.Unit == "pounds" {
		write = func(v float64) string { return chart.Money(cash.Round(100 * v)) }
	}
	f := report.Figure{Text: write(o.Quantity.Float64), Ref: ref}
	switch {
	case o.Low.Valid && o.High.Valid:
		f.Range = write(o.Low.Float64) + "–" + write(o.High.Float64)
	case o.Low.Valid:
		f.Range = "at least " + write(o.Low.Float64)
	case o.High.Valid:
		f.Range = "up to " + write(o.High.Float64)
	}
	return f
}

// spanWords says when and how often an outcome comes.
func spanWords(o portfolio.Outcome) string {
	var parts []string
	switch {
	case o.From.Valid && o.To.Valid:
		parts = append(parts, fmt.Sprintf("%d to %d", o.From.Int64, o.To.Int64))
	case o.From.Valid:
		parts = append(parts, "from "+strconv.FormatInt(o.From.Int64, 10))
	case o.To.Valid:
		parts = append(parts, "by "+strconv.FormatInt(o.To.Int64, 10))
	}
	if o.Per == "year" {
		parts = append(parts, "a year")
	}
	if o.Per == "total" {
		parts = append(parts, "in all")
	}
	return strings.Join(parts, ", ")
}

// relationWords say what a relation means, read from either end.
var relationWords = map[string][2]string{
	portfolio.Needs:    {"Needs", "Is needed by"},
	portfolio.Excludes: {"Excludes", "Excludes"},
	portfolio.After:    {"Begins after", "Is waited for by"},
	portfolio.Adds:     {"Strengthens", "Is strengthened by"},
	portfolio.PartOf:   {"Is part of", "Holds"},
	portfolio.PilotOf:  {"Is a pilot of", "Is tried out by"},
}

func relatedRows(id string, relations []portfolio.Relation, names map[string]string) []RelatedRow {
	var out []RelatedRow
	for _, l := range relations {
		end, other := 0, l.To
		if l.From != id {
			end, other = 1, l.From
		}
		row := RelatedRow{Says: relationWords[l.Kind][end], Name: names[other], Path: interventionPath(other), Reason: capital(l.Reason), By: l.ClassifiedBy, SourceURL: l.SourceURL,
			Ref: evidence.MakeRef(portfolio.RefRelation, []string{l.ID}), Edit: rowPath("relations", l.ID)}
		if row.Name == "" {
			row.Name, row.Path = other+" (not in this release)", ""
		}
		if l.Lag > 0 {
			row.Lag = fmt.Sprintf("%s years between", strings.TrimSuffix(chart.Number(l.Lag, 1), ".0"))
		}
		out = append(out, row)
	}
	return out
}

func riskRows(risks []portfolio.Risk) []RiskRow {
	var out []RiskRow
	for _, k := range risks {
		out = append(out, RiskRow{k, evidence.MakeRef(portfolio.RefRisk, []string{k.ID}), rowPath("risks", k.ID)})
	}
	return out
}

// gapRows gives what is missing the way to add it.
func gapRows(i portfolio.Intervention, gaps []portfolio.Gap) []GapRow {
	var out []GapRow
	for _, g := range gaps {
		out = append(out, GapRow{g, addPath(g.Table, i.ID)})
	}
	return out
}

// addPath is the form by which something is added to an intervention: a row of another table, or its own row.
func addPath(table, id string) string {
	switch table {
	case "interventions":
		return rowPath(table, id) + "/edit"
	case "relations":
		return tablePath(table) + "/new?f.from_id=" + url.QueryEscape(id)
	}
	return tablePath(table) + "/new?f.intervention_id=" + url.QueryEscape(id)
}

// registerTablesOf are the tables from which the page of an intervention is made.
var registerTablesOf = []string{"costs", "outcomes", "relations", "risks", "delivery"}

// register puts what is kept of the intervention on its page.
func (p *InterventionPage) register(all portfolio.Register, list []portfolio.Intervention) {
	id := p.I.ID
	reg := all.Of(id)
	names := interventionNamesOf(list)
	p.Grade, p.OwnRow = gradeWords[p.I.Grade], rowPath("interventions", id)
	p.Decides, p.Add = p.Who.Decides, map[string]string{}
	for _, t := range registerTablesOf {
		p.Add[t] = addPath(t, id)
	}
	p.Costs, p.CostRows = costTable(p.I, reg.Costs), statedCosts(reg.Costs)
	p.Outcomes, p.Double = outcomeRows(reg.Outcomes), jobsAndGVA(reg.Outcomes)
	p.Related, p.Risks = relatedRows(id, reg.Relations, names), riskRows(reg.Risks)
	for _, c := range all.Circles() {
		if slices.Contains(c.Interventions, id) {
			p.Circles = append(p.Circles, circleWords(c, names))
		}
	}
	for _, d := range reg.Delivery {
		p.Reports = append(p.Reports, cameRow(d))
	}
	p.Gaps = gapRows(p.I, p.I.Gaps(reg))
	p.Appraisal, p.Followed = "/appraisal/"+url.PathEscape(id), "/delivery/"+url.PathEscape(id)
}

// circleWords names the interventions of a circle, the first again at its end.
func circleWords(c portfolio.Circle, names map[string]string) string {
	var out []string
	for _, id := range append(slices.Clone(c.Interventions), c.Interventions[0]) {
		out = append(out, orText(names[id], id))
	}
	return strings.Join(out, " → ")
}

// jobsAndGVA says that both are stated in numbers: GVA is made by the same people, so both together count twice.
func jobsAndGVA(all []portfolio.Outcome) bool {
	has := map[string]bool{}
	for _, o := range all {
		has[o.Outcome] = has[o.Outcome] || o.Quantity.Valid
	}
	return has["jobs"] && has["gva"]
}
