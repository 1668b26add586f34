package web

import (
	"fmt"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

// evaluationWords say what the design and the finding of an evaluation are.
var (
	designWords  = map[string]string{"controlled": "with a comparison group", "compared": "before and after, without a comparison group", "monitored": "only counted"}
	findingWords = map[string]string{"positive": "jobs grew because of it", "none": "no effect on jobs was found", "negative": "jobs fell because of it"}
)

// cameRow is a report in words.
func cameRow(d portfolio.Delivered) CameRow {
	row := CameRow{Delivered: d, Ref: evidence.MakeRef(portfolio.RefDelivery, []string{d.ID}), Edit: rowPath("delivery", d.ID), When: capital(d.WhenSays())}
	if d.What != "" {
		row.What = capital(words(d.What))
	}
	switch d.Kind {
	case portfolio.KindSpend:
		row.What, row.Says = strings.TrimSuffix("Spend, "+d.Funder, ", "), spentWords(d)
		if d.Day == "" {
			row.When = "" // the year stands in the words
		}
	case portfolio.KindEvaluation:
		row.What = orText(row.What, "Evaluation")
		row.Says = fmt.Sprintf("Design: %s; finding: %s", orText(designWords[d.Design], "not stated"), orText(findingWords[d.Finding], "not stated"))
	default:
		row.Says = cameWords(d)
	}
	return row
}

// spentWords say what was spent of what was planned, in which financial year or until which day.
func spentWords(d portfolio.Delivered) string {
	pounds := func(v float64) string { return chart.Money(cash.Round(100 * v)) }
	when := ""
	if d.Year.Valid {
		when = " in " + yearWords(int(d.Year.Int64))
	}
	switch {
	case d.Actual.Valid && d.Planned.Valid:
		return fmt.Sprintf("Spent%s: %s of %s planned", when, pounds(d.Actual.Float64), pounds(d.Planned.Float64))
	case d.Actual.Valid:
		return fmt.Sprintf("Spent%s: %s; what was planned is not stated here", when, pounds(d.Actual.Float64))
	case d.Planned.Valid:
		return fmt.Sprintf("Planned%s: %s; what was spent is not stated", when, pounds(d.Planned.Float64))
	}
	return "No amount is stated"
}

// cameWords say what was planned and what came of it.
func cameWords(d portfolio.Delivered) string {
	write := func(v float64) string { return strings.TrimSuffix(chart.Number(v, 1), ".0") }
	var parts []string
	for _, f := range []struct {
		known bool
		says  string
	}{
		{d.Planned.Valid, "planned " + write(d.Planned.Float64)}, {d.Actual.Valid, "came to " + write(d.Actual.Float64)},
		{d.PlannedDay != "", "planned for " + d.PlannedDay}, {d.ActualDay != "", "done " + d.ActualDay},
	} {
		if f.known {
			parts = append(parts, f.says)
		}
	}
	return capital(strings.Join(parts, "; "))
}
