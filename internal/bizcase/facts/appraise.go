package facts

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// spanned is a figure of an appraisal with its range.
func spanned(key string, v, low, high float64, ref string) report.Figure {
	f := report.Figure{Text: appraisal.Text(key, v), Ref: ref}
	if r := appraisal.Span(key, low, high); r != f.Text {
		f.Range = r
	}
	return f
}

// totalRef is the reference of a sum over a set.
func totalRef(key string, ids []string, set appraisal.Settings) string {
	return evidence.MakeRef(appraisal.TotalRef, []string{key}, append([]string{"ids", strings.Join(ids, ";")}, set.List()...)...)
}

// sumNames are the figures of a set of interventions by what they are called: the measure and which of its readings.
var sumNames = []struct{ name, key, reading, title string }{
	{"jobs-gross", appraisal.KeyJobs, "gross", "jobs as they are stated, with what would have come anyway"},
	{"jobs-net", appraisal.KeyJobs, "net", "net additional jobs in the area if all of it works"},
	{"jobs-expected", appraisal.KeyJobs, "expected", "net additional jobs with the chance counted that it works, of those whose chance is known"},
	{"public-gross", appraisal.KeyPublic, "gross", "public cost at present value as stated, without optimism bias"},
	{"public-cost", appraisal.KeyPublic, "net", "public cost at present value with optimism bias"},
	{"private-cost", appraisal.KeyPrivate, "net", "private money at present value"},
	{"gva", appraisal.KeyGVA, "net", "output of the jobs in the area, present value; it is no welfare"},
	{"benefits", appraisal.KeyBenefits, "net", "benefits to the country, present value"},
	{"npsv", appraisal.KeyNPSV, "net", "net present social value"},
}

// sumFigure is a reading of a sum; false where it is not known.
func sumFigure(t appraisal.Total, set appraisal.Settings, key, reading string) (report.Figure, bool) {
	s, ref := t.Sum(key), totalRef(key, t.IDs, set)
	switch {
	case s.N == 0 || reading == "expected" && s.Chanced == 0:
		return report.Figure{}, false
	case reading == "gross":
		if s.Claimed > 0 {
			return report.Figure{Text: appraisal.Text(key, s.Gross), Ref: ref, Note: "part of it is stated net"}, true
		}
		return report.Figure{Text: appraisal.Text(key, s.Gross), Ref: ref}, true
	case reading == "expected":
		return spanned(key, s.Expected, s.ExpectedLow, s.ExpectedHigh, ref), true
	}
	return spanned(key, s.Net, s.Low, s.High, ref), true
}

// noMeasure is why a sum is not known.
func noMeasure(key string) string {
	switch key {
	case appraisal.KeyJobs, appraisal.KeyGVA:
		return "none of these interventions states how many jobs it would bring, or no study tells of the chance: add rows to the table of outcomes"
	case appraisal.KeyBenefits, appraisal.KeyNPSV:
		return "no outcome on record has a value to the country in pounds; a job has none by itself"
	}
	return "no such money is on record of these interventions"
}

func (f *Facts) appraisalList(ctx context.Context) ([]entry, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	out, err := f.sumList(ctx, p, in.All, res)
	if err != nil {
		return nil, err
	}
	planned := map[string]bool{}
	for _, i := range append(p.Options(), ofLeft(p.Unvalued)...) {
		planned[i.ID] = true
	}
	for _, i := range in.All {
		for _, e := range f.itemList(p, res, i) {
			e.quiet = !planned[i.ID] || e.why != ""
			out = append(out, e)
		}
	}
	return out, nil
}

func ofLeft(list []portfolio.Left) []portfolio.Intervention {
	var out []portfolio.Intervention
	for _, l := range list {
		out = append(out, l.Intervention)
	}
	return out
}

// sumList is what the chosen come to together.
func (f *Facts) sumList(ctx context.Context, p portfolio.Plan, all []portfolio.Intervention, res appraisal.Result) ([]entry, error) {
	const of = "of the plan: "
	var out []entry
	if why := noPlan(p, all); why != "" {
		for _, n := range sumNames {
			out = append(out, unknown(why, of+n.title, "appraised", n.name))
		}
		return out, nil
	}
	t, err := f.Total(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range sumNames {
		if fig, ok := sumFigure(t, res.Settings, n.key, n.reading); ok {
			out = append(out, known(fig, of+n.title, "appraised", n.name))
			continue
		}
		out = append(out, unknown(noMeasure(n.key), of+n.title, "appraised", n.name))
	}
	jobs := t.Sum(appraisal.KeyJobs)
	out = append(out,
		known(report.CountFigure(int64(jobs.N), totalRef("count", t.IDs, res.Settings)), of+"interventions that state jobs", "appraised", "count"),
		known(report.CountFigure(int64(len(jobs.Without)), totalRef("without", t.IDs, res.Settings)), of+"interventions that state no jobs", "appraised", "without"))
	ref := totalRef(appraisal.KeyCostPerJob, t.IDs, res.Settings)
	if !t.PerJob.OK {
		why := "no intervention of the plan has both a public cost and jobs on record"
		return append(out, unknown(why, of+"public cost for each net job", "appraised", "cost-per-job"), unknown(why, of+"public cost for each job as stated", "appraised", "cost-per-job-gross")), nil
	}
	out = append(out, known(spanned(appraisal.KeyCostPerJob, t.PerJob.Value, t.PerJob.Low, t.PerJob.High, ref), of+"public cost for each net additional job", "appraised", "cost-per-job"))
	if t.PerJob.Gross.OK {
		out = append(out, known(report.Figure{Text: appraisal.Text(appraisal.KeyCostPerJob, t.PerJob.Gross.Value), Ref: ref}, of+"public cost for each job as stated", "appraised", "cost-per-job-gross"))
	}
	return out, nil
}

// itemNames are the readings of one intervention's appraisal.
var itemNames = []struct{ name, key, reading, title string }{
	{"public-gross", appraisal.KeyPublic, "gross", "public cost at present value as stated"},
	{"public-cost", appraisal.KeyPublic, "net", "public cost at present value with optimism bias"},
	{"jobs-gross", appraisal.KeyJobs, "gross", "jobs as stated"},
	{"jobs-net", appraisal.KeyJobs, "net", "net additional jobs in the area if it works"},
	{"jobs-expected", appraisal.KeyJobs, "expected", "net additional jobs with the chance counted"},
	{"cost-per-job-gross", appraisal.KeyCostPerJob, "gross", "public cost for each job as stated"},
	{"cost-per-job", appraisal.KeyCostPerJob, "net", "public cost for each net additional job if it works"},
	{"npsv", appraisal.KeyNPSV, "net", "net present social value"},
	{"bcr", appraisal.KeyBCR, "net", "benefit-cost ratio"},
}

// itemFigure is a reading of a measure of an intervention, or why it is not known.
func itemFigure(res appraisal.Result, item appraisal.Item, key, reading string) (fig report.Figure, why string) {
	m, ref := item.Measure(key), appraisal.Ref(item.Intervention.ID, key, res.Settings)
	switch {
	case !m.Known:
		return fig, m.Why
	case reading == "gross" && !m.HasGross:
		return fig, "only a net claim is stated"
	case reading == "gross":
		return report.Figure{Text: appraisal.Text(key, m.Gross), Ref: ref}, ""
	case reading == "expected" && !m.Counted:
		return fig, item.Chance.Why
	case reading == "expected":
		fig = spanned(key, m.Expected, m.ExpectedLow, m.ExpectedHigh, ref)
		if fig.Range != "" {
			fig.Range = m.ExpectedSpan()
		}
		return fig, ""
	}
	return spanned(key, m.Net, m.Low, m.High, ref), ""
}

// itemList is what is known of one intervention.
func (f *Facts) itemList(p portfolio.Plan, res appraisal.Result, i portfolio.Intervention) []entry {
	ref := evidence.MakeRef("intervention", []string{i.ID})
	at := func(name string) []string { return []string{"intervention", i.ID, name} }
	say := func(name, title, text, missing string) entry {
		if text == "" {
			return unknown(missing, i.Name+": "+title, at(name)...)
		}
		return known(words(text, ref), i.Name+": "+title, at(name)...)
	}
	out := []entry{
		known(words(i.Name, ref), "name of the intervention", at("name")...),
		say("lead", "who leads it", i.Lead, "nobody is named as its lead"),
		say("stage", "its stage", strings.ReplaceAll(i.Stage, "-", " "), "its stage is not stated"),
		say("place", "where", i.Place, "no place is stated"),
	}
	if years := yearsOf(i); years != "" {
		out = append(out, known(report.Figure{Text: years, Ref: ref}, i.Name+": its years on record", at("years")...))
	} else {
		out = append(out, unknown("no year is on record", i.Name+": its years on record", at("years")...))
	}
	if i.CostP.Valid {
		out = append(out, known(i.Cost(), i.Name+": cost as its source states it", at("cost")...))
	} else {
		out = append(out, unknown("no cost is stated", i.Name+": cost as its source states it", at("cost")...))
	}
	if _, ok := p.Phasings[i.ID]; ok {
		out = append(out, known(f.costOf(p, i.ID), i.Name+": cost as it is held against the budget", at("held")...))
	}
	for _, l := range []portfolio.Lens{portfolio.Growth, portfolio.Demand} {
		if s := i.Score(l); s.Known {
			out = append(out, known(s.Figure(), i.Name+": "+l.Label(), at(string(l))...))
		} else {
			out = append(out, unknown(s.Basis, i.Name+": "+l.Label(), at(string(l))...))
		}
	}
	return append(out, measureList(res, i, at)...)
}

func measureList(res appraisal.Result, i portfolio.Intervention, at func(string) []string) []entry {
	var out []entry
	item, ok := res.Item(i.ID)
	if !ok {
		return nil
	}
	for _, n := range itemNames {
		fig, why := itemFigure(res, item, n.key, n.reading)
		if why != "" {
			out = append(out, unknown(why, i.Name+": "+n.title, at(n.name)...))
			continue
		}
		out = append(out, known(fig, i.Name+": "+n.title, at(n.name)...))
	}
	title := i.Name + ": chance that a programme of its type lets jobs grow"
	if c := item.Chance; c.Known {
		fig := report.NumberFigure(100*c.Mean, 100*c.Low, 100*c.High, 0, evidence.MakeRef("growth", []string{i.ID}))
		fig.Unit = "%"
		return append(out, known(fig, title, at("chance")...))
	}
	return append(out, unknown(item.Chance.Why, title, at("chance")...))
}

// yearsOf are the years of an intervention on record; empty where none is.
func yearsOf(i portfolio.Intervention) string {
	switch {
	case i.Start.Valid && i.End.Valid && i.End.Int64 != i.Start.Int64:
		return fmt.Sprintf("%d–%d", i.Start.Int64, i.End.Int64)
	case i.Start.Valid && i.End.Valid:
		return fmt.Sprint(i.Start.Int64)
	case i.Start.Valid:
		return fmt.Sprintf("from %d", i.Start.Int64)
	case i.End.Valid:
		return fmt.Sprintf("to %d", i.End.Int64)
	}
	return ""
}

// optionList compares the ways that are open: none of the interventions, only what is approved or under way, the plan, and sets nearly as good.
func (f *Facts) optionList(ctx context.Context) ([]entry, error) {
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, w := range p.Ways() {
		list, err := f.wayList(ctx, w, res)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// waySums are the readings of a way that the case names.
var waySums = []struct{ name, key, reading string }{{"public-cost", appraisal.KeyPublic, "net"}, {"jobs-gross", appraisal.KeyJobs, "gross"}, {"jobs-net", appraisal.KeyJobs, "net"}, {"jobs-expected", appraisal.KeyJobs, "expected"}}

func (f *Facts) wayList(ctx context.Context, w portfolio.Way, res appraisal.Result) ([]entry, error) {
	at := func(name string) []string { return []string{"option", w.Key, name} }
	out := []entry{known(f.planCount(portfolio.WayRef(w.Key, "count"), len(w.Chosen)), w.Name+": interventions", at("count")...)}
	if len(w.Uncosted) == len(w.Chosen) && len(w.Chosen) > 0 {
		out = append(out, unknown("no cost of it is on record", w.Name+": cost held against the budget", at("cost")...))
	} else {
		cost := f.ofPlan(portfolio.WayRef(w.Key, "cost"), w.CostText())
		if len(w.Uncosted) > 0 {
			cost.Note = fmt.Sprintf("without that of %s of which no cost is on record", chart.Number(float64(len(w.Uncosted)), 0))
		}
		out = append(out, known(cost, w.Name+": cost held against the budget", at("cost")...))
	}
	if w.Key == portfolio.WayNone {
		none := f.ofPlan(portfolio.WayRef(w.Key, "jobs"), "0")
		none.Note = "by definition: net figures are measured against it"
		return append(out, known(none, w.Name+": net additional jobs", at("jobs-net")...), unknown("gross figures are of interventions, and it has none", w.Name+": jobs as stated", at("jobs-gross")...)), nil
	}
	if len(w.Chosen) == 0 {
		for _, s := range waySums {
			out = append(out, unknown("nothing is approved or in delivery", w.Name+": "+appraisal.Label(s.key)+", "+s.reading, at(s.name)...))
		}
		return out, nil
	}
	t, err := f.totalOf(ctx, w.IDs())
	if err != nil {
		return nil, err
	}
	for _, s := range waySums {
		if fig, ok := sumFigure(t, res.Settings, s.key, s.reading); ok {
			out = append(out, known(fig, w.Name+": "+appraisal.Label(s.key)+", "+s.reading, at(s.name)...))
			continue
		}
		out = append(out, unknown(noMeasure(s.key), w.Name+": "+appraisal.Label(s.key)+", "+s.reading, at(s.name)...))
	}
	return out, nil
}
