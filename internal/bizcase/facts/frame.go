package facts

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/bizcase/workings"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
)

// Frame has what a document says of where it comes from: release, date, sources, assumptions, and the workings of the appraisal.
func (f *Facts) Frame(ctx context.Context) (report.Document, error) {
	ws := f.s.Workspace
	d := report.Document{Title: ws.Case.Title, Subtitle: ws.Summary, Owner: ws.Case.Owner, Release: f.s.Release.ID, Date: f.s.Release.Built.Date()}
	if d.Title == "" {
		d.Title = "The case for " + ws.Name
	}
	for _, s := range f.s.Release.Manifest.Sources {
		if s.ID == evidence.InventedVoices {
			continue // nothing of a case rests on it
		}
		d.Sources = append(d.Sources, report.SourceNote{ID: s.ID, Title: s.Title, Publisher: s.Publisher, Licence: s.Licence, Attribution: stop(s.Attribution), Retrieved: s.Retrieved, URL: s.URL})
	}
	var err error
	if d.Assumptions, err = f.assumptions(ctx); err != nil {
		return d, err
	}
	p, err := f.Plan(ctx)
	if err != nil || len(p.Chosen) == 0 {
		return d, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return d, err
	}
	total, err := f.Total(ctx)
	if err != nil {
		return d, err
	}
	d.Sheets, err = workings.Sheets(res, total)
	return d, err
}

// stop gives a text that stands as a sentence its full stop.
func stop(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// assumptions are the settings of the plan, how money is counted, how the appraisal draws, and the parameters that the figures of the
// chosen interventions rest on.
func (f *Facts) assumptions(ctx context.Context) ([]report.Assumption, error) {
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	out := f.settings(p)
	if len(p.Chosen) == 0 {
		return out, nil
	}
	out = append(out, report.Assumption{Name: "How costs and benefits are reckoned", Value: res.Way(), Ref: totalRef(appraisal.KeyPublic, idsOf(p.Chosen), res.Settings)})
	seen := map[string]bool{}
	for _, i := range p.Chosen {
		item, ok := res.Item(i.ID)
		if !ok {
			continue
		}
		for _, u := range item.Used {
			q, ok := res.Params.Get(u.ID)
			if !ok || seen[u.ID] {
				continue
			}
			seen[u.ID] = true
			out = append(out, parameterAssumption(q, u))
		}
	}
	return append(out, pricesBeyond(res, seen)...), nil
}

// pricesBeyond is by how much prices are taken to grow outside the years of the price index: an appraisal in the money of a year that
// the index does not reach rests on it, and so does each sum of such a year.
func pricesBeyond(res appraisal.Result, seen map[string]bool) []report.Assumption {
	index, _ := res.Params.Deflator()
	q, ok := res.Params.Get(parameter.PriceGrowth)
	if !ok || seen[q.ID] || len(index.Levels) == 0 {
		return nil
	}
	u := appraisal.Used{ID: q.ID, Assumed: q.Assumed, Changed: q.Changed != "", Stale: q.Stale(res.Params.Day())}
	last := index.Levels[0].Year
	for _, l := range index.Levels {
		last = max(last, l.Year)
	}
	u.For = fmt.Sprintf("sums of the years after %d, the last of the index, and prices of %d", last, res.BaseYear)
	if res.BaseYear <= last {
		u.For = fmt.Sprintf("sums of the years after %d, the last of the index", last)
	}
	return []report.Assumption{parameterAssumption(q, u)}
}

func parameterAssumption(q parameter.Parameter, u appraisal.Used) report.Assumption {
	a := report.Assumption{Name: q.Name + " (" + u.For + ")", Value: q.Says(), Ref: parameter.Ref(q.ID)}
	switch {
	case u.Changed:
		a.Value += "; changed for this plan from " + q.Changed
	case u.Assumed:
		a.Value += "; assumed"
	}
	if u.Stale {
		a.Value += "; its day of review has passed"
	}
	return a
}

// settings are those of the plan in words.
func (f *Facts) settings(p portfolio.Plan) []report.Assumption {
	ref := f.ofPlan("value", "").Ref
	var out []report.Assumption
	add := func(name, value string) {
		if value != "" {
			out = append(out, report.Assumption{Name: name, Value: value, Ref: ref})
		}
	}
	out = append(out, report.Assumption{Name: "Budget", Value: chart.Money(p.BudgetP), Ref: f.ofPlan("budget", "").Ref})
	add("What makes one plan better than another", p.Worth.Label+": "+p.Worth.Means)
	if p.MinExisting > 0 {
		add("Least share of the money that is to serve businesses already here", chart.Number(100*p.MinExisting, 0)+" %")
	}
	add("Regions whose interventions are open to choice", orAll(p.Regions))
	add("Stages that are open to choice", orAll(p.Stages))
	if p.Now != 0 {
		add("Financial year in which the plan is made", portfolio.YearName(p.Now))
	}
	add("What is held against the budget", p.MoneyNote())
	for _, s := range []struct{ name, setting string }{{"Caps by year and funder", "cap"}, {"Least shares by place", "place"}, {"Set by hand to be in the plan", "include"}, {"Set by hand to be left out", "leave"}, {"Beginnings that were moved", "start"}, {"Parameters that were changed", "assume"}} {
		add(s.name, strings.Join(p.Query()[s.setting], "; "))
	}
	return out
}

func orAll(list []string) string {
	if len(list) == 0 {
		return "all"
	}
	return strings.ReplaceAll(strings.Join(list, ", "), "-", " ")
}

// assumptionBlocks are the assumptions as a table.
func (f *Facts) assumptionBlocks(ctx context.Context) ([]report.Block, error) {
	list, err := f.assumptions(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "What was assumed, with the values in force", Header: []string{"Assumption", "Value"}, Numeric: []bool{false, false}}
	for _, a := range list {
		t.Rows = append(t.Rows, []report.Text{plain(a.Name), cell(report.Figure{Text: a.Value, Ref: a.Ref, Words: true})})
	}
	return []report.Block{{Table: t}}, nil
}

// plain is a cell of words that are a name: what looks like a number in it is none.
func plain(s string) report.Text {
	if s == "" {
		return report.Text{{Words: "not stated"}}
	}
	return report.Text{{Words: s, Name: true}}
}

// cell is a cell of a figure.
func cell(f report.Figure) report.Text { return report.Text{{Figure: &f}} }

// unknownCell says that a figure is not known.
func unknownCell() report.Text { return report.Text{{Words: "not known"}} }

// orUnknown is a figure or that it is not known.
func orUnknown(f report.Figure, ok bool) report.Text {
	if !ok {
		return unknownCell()
	}
	return cell(f)
}

func gap(what, next, owner string) []report.Block {
	return []report.Block{{Gap: &report.Gap{What: what, Next: next, Owner: owner}}}
}

// owner is who answers for the case.
func (f *Facts) owner() string { return f.s.Workspace.Case.Owner }

func caption(format string, args ...any) string { return fmt.Sprintf(format, args...) }
