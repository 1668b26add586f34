package facts

import (
	"context"
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/cluster/density"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// mostRows is how many industries a table or chart of the case lists.
const mostRows = 8

// noSpecial is the gap where nothing is special, or nothing is known of it.
func (f *Facts) noSpecial(p place) []report.Block {
	if !p.set {
		return gap("What the place is special in is not known: "+p.why+".", "Set focus.area to an area of the table of jobs, and build again.", f.owner())
	}
	return []report.Block{report.Paragraph("No industry of %v that is large enough has a share of jobs that is, whatever rounding hides, above that of %v.", p.Area, p.Reference)}
}

func (f *Facts) specialTable(ctx context.Context) ([]report.Block, error) {
	p, err := f.focus(ctx)
	if err != nil {
		return nil, err
	}
	if len(p.special) == 0 {
		return f.noSpecial(p), nil
	}
	t := &report.Table{Caption: caption("Industries with the highest location quotients, %s against %s, %d", p.Area, p.Reference, p.Year), Header: []string{"Industry", "Jobs", "Location quotient"}, Numeric: []bool{false, true, true},
		Note: report.Say("%v; intervals are what rounding allows.", words("Ordered by the lower end of the interval, of industries with at least "+chart.Number(float64(f.s.Workspace.Focus.MinJobs), 0)+" jobs", p.CountRef("special", float64(f.s.Workspace.Focus.MinJobs))))}
	for _, i := range p.special[:min(mostRows, len(p.special))] {
		t.Rows = append(t.Rows, []report.Text{plain(cluster.ShortName(i.Name)), cell(Jobs(i)), cell(Quotient(i))})
	}
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) specialChart(ctx context.Context) ([]report.Block, error) {
	p, err := f.focus(ctx)
	if err != nil {
		return nil, err
	}
	if len(p.special) == 0 {
		return f.noSpecial(p), nil
	}
	sp := chart.ForestSpec{Title: caption("Location quotients of %s against %s, %d; lines are what rounding allows", p.Area, p.Reference, p.Year), Unit: "Location quotient", Width: 640, Log: true,
		Axis: chart.Axis{Decimals: 1, Refs: []chart.Ref{{At: 1, Label: "the same share"}}}}
	for _, i := range p.special[:min(mostRows, len(p.special))] {
		sp.Rows = append(sp.Rows, chart.ForestRow{Label: cluster.Gist(cluster.ShortName(i.Name)), Value: i.Quotient.Value, Interval: chart.Interval{Lo: i.Quotient.Lo, Hi: i.Quotient.Hi}})
	}
	c := chart.Forest(sp)
	return []report.Block{{Chart: &c}}, nil
}

func (f *Facts) clusterTable(ctx context.Context) ([]report.Block, error) {
	all, err := f.clusters(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "Clusters of firms that are more than chance", Header: []string{"Sector", "Cluster", "Organisations", "Times its share"}, Numeric: []bool{false, false, true, true}}
	for _, c := range all {
		n := 0
		for _, v := range c.firms {
			if !v.Significant || n == 3 {
				continue
			}
			n++
			ref := density.Ref(v.Sector, v.Cluster)
			t.Rows = append(t.Rows, []report.Text{plain(c.run.Label), cell(words(v.Name, ref)), cell(report.CountFigure(int64(v.Organisations), ref)), cell(report.NumberFigure(v.Ratio, v.Lo, v.Hi, 1, ref))})
		}
	}
	if len(t.Rows) == 0 {
		return gap("No cluster of firms is known that is more than chance: too few firms of a sector are on record, or they lie no closer together than all organisations do.", "Add a register of companies to the sources, and build again.", f.owner()), nil
	}
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) brokerTable(ctx context.Context) ([]report.Block, error) {
	list, err := f.brokers(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return gap("No ties are on record in which one organisation stands between others, so nobody can say who holds the place together.", "Add a table of ties, or more rows to it.", f.owner()), nil
	}
	t := &report.Table{Caption: "Organisations through which most shortest paths between others pass", Header: []string{"Organisation", "Tied to", "Pairs whose paths pass through it"}, Numeric: []bool{false, true, true}}
	for _, n := range list[:min(5, len(list))] {
		t.Rows = append(t.Rows, []report.Text{cell(words(n.Name, evidence.MakeRef("org", []string{n.ID}))), cell(degree(n)), cell(between(n))})
	}
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) voiceTable(ctx context.Context) ([]report.Block, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	a, ok := heard(in.All)
	if !ok {
		return gap("No survey of firms is in this release, so nobody knows what firms themselves say: why they are here, what helps them and what stops them.", "Ask them, and set the answers beside what the ties show.", f.owner()), nil
	}
	t := &report.Table{Caption: "What firms ask for, in " + a.Title(), Header: []string{"Intervention", "Firms"}, Numeric: []bool{false, true},
		Note: report.Say("%v", words(portfolio.DemandSource(in.All)+"; what each number is: it "+a.Says(), a.Ref()))}
	for _, i := range portfolio.ByLens(in.All, portfolio.Demand) {
		if i.Demand.Known && i.Demand.Asked != nil && len(t.Rows) < mostRows {
			t.Rows = append(t.Rows, []report.Text{plain(i.Name), cell(i.Demand.Asked.Figure())})
		}
	}
	return []report.Block{{Table: t}}, nil
}

// indicatorTable lists published figures that are neither targets nor of no year.
func (f *Facts) indicatorTable(ctx context.Context) ([]report.Block, error) {
	return f.published(ctx, "Published figures about the place", func(i indicator) bool { return i.Status != statusTarget }, "No published figures about the place are on record.")
}

// targetTable lists what is aimed at.
func (f *Facts) targetTable(ctx context.Context) ([]report.Block, error) {
	out, err := f.published(ctx, "Targets that are published", func(i indicator) bool { return i.Status == statusTarget }, "No target is on record: nobody can say later whether the plan has worked.")
	if err == nil && out[0].Table != nil {
		out[0].Table.Note = report.Say("Targets are as their sources state them; those by our reading are plans or promises that their sources do not call targets. Whether anything brings them about is another question.")
	}
	return out, err
}

func (f *Facts) published(ctx context.Context, title string, want func(indicator) bool, none string) ([]report.Block, error) {
	list, err := f.indicators(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: title, Header: []string{"What", "Where", "Year", "Figure", "Unit"}, Numeric: []bool{false, false, true, true, false}}
	for _, i := range list {
		if !want(i) {
			continue
		}
		year := report.Text{{Words: "not stated"}}
		if i.Year.Valid {
			year = plain(fmt.Sprint(i.Year.Int64))
		}
		fig := i.figure()
		unit := report.Text{{Words: unitWords(fig), Name: true}}
		t.Rows = append(t.Rows, []report.Text{cell(words(i.Name, fig.Ref)), plain(i.Place), year, cell(fig), unit})
	}
	if len(t.Rows) == 0 {
		return gap(none, "Add rows to the table of indicators, with baselines, targets and the pages that state them.", f.owner()), nil
	}
	return []report.Block{{Table: t}}, nil
}

// unitWords is the unit of a figure beside it, with what qualifies it.
func unitWords(f report.Figure) string {
	unit := f.Unit
	if unit == "%" {
		unit = ""
	}
	if f.Note == "" || f.Note == statusTarget {
		return unit
	}
	if unit == "" {
		return f.Note
	}
	return unit + " (" + f.Note + ")"
}
