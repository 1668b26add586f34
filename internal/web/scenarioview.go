package web

import (
	"fmt"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/portfolio/scenario/outcome"
	"milieu/internal/report"
)

// OutcomeView is what settings came to, as pages show it.
type OutcomeView struct {
	outcome.Outcome
	Figures []FigureRow
	Items   []ItemRow
	Years   []YearMoney
	TotalP  string
}

// FigureRow is a figure with what it says; where it is not known Why says why.
type FigureRow struct {
	Label, Why string
	Figure     report.Figure
}

// ItemRow is an intervention that was chosen.
type ItemRow struct{ ID, Name, Path, Cost, Years string }

// YearMoney is money of a funder in a year.
type YearMoney struct{ Year, Funder, Amount string }

// outcomeFigure is a figure of an outcome as shown.
func outcomeFigure(m outcome.Measure) report.Figure {
	f := report.Figure{Text: outcomeNumber(m, m.Value), Ref: m.Ref}
	if m.Unit == "%" {
		f.Unit = "%"
	}
	if m.Ranged {
		f.Range = outcomeNumber(m, m.Lo) + "–" + outcomeNumber(m, m.Hi)
	}
	return f
}

func outcomeNumber(m outcome.Measure, v float64) string {
	if m.Unit == "£" {
		return chart.Money(cash.Round(100 * v))
	}
	return chart.Number(v, m.Decimals)
}

func figureRow(m outcome.Measure) FigureRow {
	row := FigureRow{Label: m.Label, Why: m.Why}
	if m.Unit != "" && m.Unit != "£" && m.Unit != "%" {
		row.Label += ", " + m.Unit
	}
	if m.Known {
		row.Figure = outcomeFigure(m)
	}
	return row
}

func outcomeView(o outcome.Outcome) OutcomeView {
	v := OutcomeView{Outcome: o}
	for _, m := range o.Measures {
		v.Figures = append(v.Figures, figureRow(m))
	}
	total := int64(0)
	for _, i := range o.Chosen {
		v.Items = append(v.Items, itemRow(i))
	}
	for _, s := range o.Spend {
		v.Years = append(v.Years, YearMoney{Year: spendYear(s.Year), Funder: s.Funder, Amount: chart.Money(s.AmountP)})
		total += s.AmountP
	}
	v.TotalP = chart.Money(total)
	return v
}

func itemRow(i outcome.Item) ItemRow {
	row := ItemRow{ID: i.ID, Name: i.Name, Path: interventionPath(i.ID), Cost: moneyKnown(i.Known, i.CostP)}
	switch {
	case i.Start > 0 && i.End > i.Start:
		row.Years = fmt.Sprintf("%s to %s", portfolio.YearName(i.Start), portfolio.YearName(i.End))
	case i.Start > 0:
		row.Years = portfolio.YearName(i.Start)
	}
	return row
}

func spendYear(year int) string {
	if year == 0 {
		return "not known"
	}
	return portfolio.YearName(year)
}

// settingNames are the settings of addresses in words.
var settingNames = map[string]string{"page": "Page", "budget": "Budget, £", "lens": "Lens", "worth": "Worth by", "existing": "Least share for existing businesses", "regions": "Regions", "stages": "Stages", "cap": "Caps (year:funder:pounds)",
	"place": "Least shares by place", "take": "Must be in", "leave": "Must be out", "start": "Moved (intervention:year)", "draws": "Draws", "seed": "Seed", "assume": "Changed parameters", "length": "Length of a period", "from": "From", "years": "Years", "yearly": "Money a year, £", "rate": "Discount rate",
	"include": "Must be in", "now": "Financial year of the plan", "also": "Shown besides the plan", "needs": "What another needs"}

// settingRows are the settings of an address in words.
func settingRows(address string) []Labelled {
	var out []Labelled
	for _, p := range scenario.Pairs(address) {
		out = append(out, Labelled{settingName(p.Key), settingValue(p.Key, p.A)})
	}
	return out
}

func settingName(key string) string {
	if n := settingNames[key]; n != "" {
		return n
	}
	return sentence(key)
}

func settingValue(key, value string) string {
	switch key {
	case "budget", "yearly":
		var n int64
		if _, err := fmt.Sscan(value, &n); err == nil {
			return chart.Money(100 * n)
		}
	case "regions", "stages":
		return strings.ReplaceAll(strings.ReplaceAll(value, ",", ", "), "-", " ")
	case "lens", "worth":
		return map[string]string{"growth": "what grows the cluster", "demand": "what firms use or ask for now", "jobs": "net additional jobs", "npsv": "net present social value"}[value] + otherWorth(value)
	case "existing":
		var v float64
		if _, err := fmt.Sscan(value, &v); err == nil && v <= 1 {
			return strings.TrimSuffix(chart.Number(100*v, 1), ".0") + " %"
		}
	}
	return value
}

func otherWorth(value string) string {
	switch value {
	case "growth", "demand", "jobs", "npsv":
		return ""
	}
	return value
}
