package portfolio

import (
	"slices"

	"milieu/internal/chart"
	"milieu/internal/evidence"
)

// rowsOf are the rows of the register behind parts of a cost, each once.
func rowsOf(parts []YearPart) []Cost {
	var out []Cost
	for _, k := range parts {
		if k.Row.ID != "" && !slices.ContainsFunc(out, func(c Cost) bool { return c.ID == k.Row.ID }) {
			out = append(out, k.Row)
		}
	}
	return out
}

// costSteps are what the cost of an option was made from: its rows of the register, and what its own row states beyond them.
func (p Plan) costSteps(i Intervention) []evidence.Chain {
	ph, _ := p.phasing(i.ID)
	var out []evidence.Chain
	rest := ph.StatedP
	for _, c := range ph.Rows {
		out = append(out, c.chain())
		rest -= c.AmountP
	}
	if rest <= 0 || !i.CostP.Valid {
		return out
	}
	s := evidence.Chain{Title: "As stated", Value: "£" + chart.Number(float64(i.CostP.Int64)/100, 0), Records: []evidence.Record{i.Record}, URL: i.SourceURL}
	if len(out) > 0 {
		s.Title, s.How = "Total as stated", "of which "+chart.Money(rest)+" stands in no row of the table costs"
	}
	return append(out, s)
}
