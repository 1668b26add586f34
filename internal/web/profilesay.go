package web

import (
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/profile"
	"milieu/internal/report"
)

// sayProfile writes the first sentence of an area's page, and the counts beside its outline.
func (p *AreaPage) sayProfile(a foundArea) {
	x, ref := p.Profile.Answer, a.profileRef()
	p.Row.Density = ""
	if x.Km2 > 0 {
		density := float64(x.Organisations) / x.Km2
		p.Row.Density = chart.Number(density, decimalsFor(density))
	}
	if x.Organisations == 0 {
		p.Sentence = report.Say("No organisation on record is here by this way of counting.")
		return
	}
	size := ""
	if p.Row.Km2 != "" {
		size = " on " + p.Row.Km2 + " km²"
	}
	verb := " organisations are here"
	if x.Organisations == 1 {
		verb = " organisation is here"
	}
	t := report.Say("%v"+verb+"%v.", report.CountFigure(int64(x.Organisations), profile.Ref(ref, x.Question, "", "organisations")), size)
	if x.Known > 0 {
		t = append(t, report.Say(" %v of them state employees in their accounts, %v in all; what they employ elsewhere is in that number too.",
			chart.Number(float64(x.Known), 0), report.CountFigure(x.Employees, profile.Ref(ref, x.Question, "", "employees")))...)
	}
	if x.Approximate > 0 {
		t = append(t, report.Say(" %v of their sites were placed by hand and may lie outside.", chart.Number(float64(x.Approximate), 0))...)
	}
	p.Sentence = t
}

// table is the whole profile for a spreadsheet.
func (v *ProfileView) table() [][]string {
	x := v.Answer
	count := func(n int) string { return strconv.Itoa(n) }
	rows := [][]string{{"organisations", "", "", count(x.Organisations), "", "", ""}, {"sites", "", "", count(x.Sites), "", "", ""}, {"sites_placed_by_hand", "", "", count(x.Approximate), "", "", ""},
		{"organisations_with_employees_known", "", "", count(x.Known), "", "", ""}, {"employees_known", "", "", strconv.FormatInt(x.Employees, 10), "", "", ""},
		{"km2", "", "", strconv.FormatFloat(x.Km2, 'f', -1, 64), "", "", ""}, {"basis", "", string(x.Question.Basis), "", "", "", ""}}
	for _, part := range []struct {
		name   string
		counts []profile.Count
	}{{"organisations_by_sector", x.Sectors}, {"organisations_by_section", x.Sections}, {"organisations_by_division", x.Divisions}, {"organisations_by_industry", x.Industries}} {
		for _, c := range part.counts {
			rows = append(rows, []string{part.name, c.Code, c.Name, count(c.Organisations), "", "", ""})
		}
	}
	for _, y := range x.Founded {
		rows = append(rows, []string{"founded", count(y.Year), "", count(y.Organisations), "", "", ""})
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
	for _, q := range v.quotientsAll {
		row := []string{"quotient_against_" + v.AgainstName, q.Code, q.Name, "", "", "", orText(verdicts[q.Verdict], "too few to rank")}
		if q.LQ.Defined {
			row[3], row[4], row[5] = number(q.LQ.Value), number(q.LQ.Lo), number(q.LQ.Hi)
		}
		rows = append(rows, row)
	}
	return rows
}
