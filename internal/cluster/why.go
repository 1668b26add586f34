package cluster

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster/atlas"
	"milieu/internal/cluster/concentration"
	"milieu/internal/cluster/density"
	"milieu/internal/cluster/growth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
	"milieu/internal/stat"
)

// Explainers explain lq/AREA/INDUSTRY/YEAR and jobs/AREA/INDUSTRY/YEAR, with the
// settings against (the reference area) and scheme; several industries together are
// joined by Joint, and the industry "all" means the total; and special/AREA/YEAR and industries/AREA/YEAR, the number of industries
// that are surely special and of those large enough to be, with the further
// setting min_jobs; and what density, concentration, atlas and growth explain.
func Explainers() evidence.Explainers {
	all := evidence.Explainers{"lq": whyQuotient, "jobs": whyJobs, "special": whySpecial, "industries": whySpecial}
	for _, of := range []evidence.Explainers{density.Explainers(), concentration.Explainers(), atlas.Explainers(), growth.Explainers()} {
		maps.Copy(all, of)
	}
	return all
}

// CountRef is the reference of the number of industries of a profile: special
// for those that are surely special, industries for those large enough to be.
func (p Profile) CountRef(kind string, minJobs float64) string {
	set := []string{"scheme", p.Scheme, "min_jobs", strconv.FormatFloat(minJobs, 'f', -1, 64)}
	if p.against != "" {
		set = append(set, "against", p.against)
	}
	return evidence.MakeRef(kind, []string{evidence.Slug(p.AreaCode), strconv.Itoa(p.Year)}, set...)
}

func whySpecial(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 2 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/AREA/YEAR", r.Kind)
	}
	year, err := strconv.Atoi(r.Args[1])
	if err != nil {
		return evidence.Chain{}, evidence.BadRef("year %q is not a number", r.Args[1])
	}
	least := 0.0
	if v := r.Set.Get("min_jobs"); v != "" {
		if least, err = strconv.ParseFloat(v, 64); err != nil {
			return evidence.Chain{}, fmt.Errorf("min_jobs %q is not a number", v)
		}
	}
	p, err := Special(ctx, q, Question{Area: r.Args[0], Reference: r.Set.Get("against"), Year: year, Scheme: r.Set.Get("scheme")})
	if err != nil {
		return evidence.Chain{}, err
	}
	list := p.Large(least)
	c := evidence.Chain{Title: fmt.Sprintf("Industries of %s with at least %s jobs, %d", p.Area, number(least), p.Year), How: "industries counted"}
	if r.Kind == "special" {
		list = p.Most(least)
		c.Title = fmt.Sprintf("Industries of %s with at least %s jobs that stand out beyond rounding against %s, %d", p.Area, number(least), p.Reference, p.Year)
		c.How, c.Method = "industries counted whose location quotient has its whole interval above 1", "location quotient"
	}
	c.Value = strconv.Itoa(len(list))
	for _, i := range list {
		c.Steps = append(c.Steps, evidence.Chain{Title: i.Name, Value: withRange(report.NumberFigure(i.Quotient.Value, i.Quotient.Lo, i.Quotient.Hi, 2, "-")), Records: []evidence.Record{i.Record}})
	}
	return c, nil
}

func ask(r evidence.Ref) (Question, string, error) {
	if len(r.Args) != 3 {
		return Question{}, "", evidence.BadRef("write it as %s/AREA/INDUSTRY/YEAR", r.Kind)
	}
	year, err := strconv.Atoi(r.Args[2])
	if err != nil {
		return Question{}, "", evidence.BadRef("year %q is not a number", r.Args[2])
	}
	return Question{Area: r.Args[0], Reference: r.Set.Get("against"), Year: year, Scheme: r.Set.Get("scheme")}, r.Args[1], nil
}

func whyQuotient(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	question, code, err := ask(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	t, err := read(ctx, q, question)
	if err != nil {
		return evidence.Chain{}, err
	}
	cells, widerCells, missing := t.pick(code)
	if missing != "" {
		return evidence.Chain{}, fmt.Errorf("%s has no industry %s in %d: %w", t.area.Name, missing, t.question.Year, evidence.ErrNoFigure)
	}
	own, wider := sum(cells), sum(widerCells)
	lq := stat.LocationQuotient(own, t.ownTotal, wider, t.widerTotal)
	against := t.reference.Name
	if t.all {
		against = "all areas of the table"
	}
	fig := report.NumberFigure(lq.Value, lq.Lo, lq.Hi, 2, "-")
	return evidence.Chain{
		Title: fmt.Sprintf("Location quotient of %s, %s, %d, against %s", named(cells, code), t.area.Name, t.question.Year, against),
		Value: withRange(fig),
		How: fmt.Sprintf("(%s / %s) / (%s / %s) = %s; the interval is what rounding allows (%s)", number(own.Value), number(t.ownTotal.Value),
			number(wider.Value), number(t.widerTotal.Value), chart.Number(lq.Value, 4), t.rounding),
		Method: "location quotient",
		Steps: []evidence.Chain{
			step(fmt.Sprintf("Jobs in %s, %s", short(cells, code), t.area.Name), own, cells, len(cells)),
			step("Jobs in all industries, "+t.area.Name, t.ownTotal, flatten(t.own, t.codes), t.ownCells),
			step(fmt.Sprintf("Jobs in %s, %s", short(cells, code), against), wider, widerCells, len(widerCells)),
			step("Jobs in all industries, "+against, t.widerTotal, flatten(t.wider, t.codes), t.widerCells),
		},
	}, nil
}

func whyJobs(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	question, code, err := ask(r)
	if err != nil {
		return evidence.Chain{}, err
	}
	t, err := read(ctx, q, question)
	if err != nil {
		return evidence.Chain{}, err
	}
	if code == "all" {
		return step(fmt.Sprintf("Jobs in all industries, %s, %d", t.area.Name, t.question.Year), t.ownTotal, flatten(t.own, t.codes), t.ownCells), nil
	}
	cells, _, missing := t.pick(code)
	if missing != "" {
		return evidence.Chain{}, fmt.Errorf("%s has no industry %s in %d: %w", t.area.Name, missing, t.question.Year, evidence.ErrNoFigure)
	}
	return step(fmt.Sprintf("Jobs in %s, %s, %d", named(cells, code), t.area.Name, t.question.Year), sum(cells), cells, len(cells)), nil
}

// named is what an industry is called, with its code; several are called by their codes.
func named(cells []cell, code string) string {
	if strings.Contains(code, Joint) {
		return short(cells, code)
	}
	return fmt.Sprintf("%s (%s)", cells[0].name, code)
}

func short(cells []cell, code string) string {
	if strings.Contains(code, Joint) {
		return "the industries " + strings.ReplaceAll(code, Joint, ", ") + " together"
	}
	return cells[0].name
}

// mostRecords is how many cells of a sum are cited one by one.
const mostRecords = 5

func step(title string, e stat.Estimate, cells []cell, n int) evidence.Chain {
	c := evidence.Chain{Title: title, Value: withRange(report.NumberFigure(e.Value, e.Lo, e.Hi, 0, "-"))}
	if n > 1 {
		c.How = fmt.Sprintf("sum of %d cells of the employment table", n)
	}
	for i, cell := range cells {
		if i == mostRecords {
			c.More = n - mostRecords
			break
		}
		c.Records = append(c.Records, cell.record)
		c.URL = cell.url
	}
	return c
}

func flatten(m map[string][]cell, codes []string) []cell {
	var out []cell
	for _, c := range codes {
		out = append(out, m[c]...)
	}
	return out
}

func number(v float64) string { return chart.Number(v, 0) }

func withRange(f report.Figure) string {
	if f.Range == "" {
		return f.Text
	}
	return f.Text + " (" + f.Range + ")"
}
