package facts

import (
	"context"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// planned is the plan with what it is made from, or the gap that stands where there is none.
func (f *Facts) planned(ctx context.Context) (portfolio.Plan, portfolio.Input, []report.Block, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return portfolio.Plan{}, in, nil, err
	}
	p, err := f.Plan(ctx)
	if err != nil {
		return p, in, nil, err
	}
	if why := noPlan(p, in.All); why != "" {
		return p, in, gap("There is no plan: "+why, "Ask another question on the plan page.", f.owner()), nil
	}
	return p, in, nil, nil
}

func (f *Facts) lensChart(ctx context.Context) ([]report.Block, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(in.All, func(i portfolio.Intervention) bool { return i.Growth.Known && i.Demand.Known }) {
		return gap("No intervention is known under both lenses, what grows the cluster and what firms want, so the two cannot be shown against each other.", "Name the nearest reviewed type of programme of each, and the ties that show use; ask firms.", f.owner()), nil
	}
	c := portfolio.Scatter(in.All, 640, 400)
	c.Title = "Interventions under the two lenses. Lines are the intervals; a mark stands for all that share their evidence, and grows with their number"
	return []report.Block{{Chart: &c}}, nil
}

func nameCell(i portfolio.Intervention) report.Text {
	return cell(words(i.Name, evidence.MakeRef("intervention", []string{i.ID})))
}

func (f *Facts) chosenTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	t := &report.Table{Caption: "The chosen interventions", Header: []string{"Intervention", "Lead", "Stage", "Serves", "Cost held against the budget", p.Worth.Head()}, Numeric: []bool{false, false, false, false, true, true},
		Note: report.Say("%v Worth means %v.", words(p.MoneyNote(), f.ofPlan("cost", "").Ref), words(p.Worth.Means, f.ofPlan("value", "").Ref))}
	for _, i := range p.Chosen {
		t.Rows = append(t.Rows, []report.Text{nameCell(i), plain(i.Lead), plain(stageWords(i)), plain(i.Benefits), cell(f.costOf(p, i.ID)), cell(p.Worth.Figure(p.ValueOf(i.ID)))})
	}
	t.Foot = [][]report.Text{{report.Say("Together"), {}, {}, {}, cell(f.planMoney("cost", p.CostP)), {}}}
	return append([]report.Block{{Table: t}}, f.doubled(p)...), nil
}

func stageWords(i portfolio.Intervention) string { return strings.ReplaceAll(i.Stage, "-", " ") }

// doubled names the chosen whose cost holds or repeats another row's.
func (f *Facts) doubled(p portfolio.Plan) []report.Block {
	var names []string
	for _, i := range p.Chosen {
		if i.Overlaps() {
			names = append(names, i.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return gap("The cost of these holds that of another row, so the two must not be added: "+strings.Join(names, "; ")+".", "See on the plan page whether both were chosen, and take one out of the table.", f.owner())
}

func (f *Facts) leftTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	if len(p.Left) == 0 {
		return []report.Block{report.Paragraph("All that could be compared is in the plan: nothing was left out.")}, nil
	}
	t := &report.Table{Caption: "What was compared and left out, and why", Header: []string{"Intervention", "Cost held against the budget", "Reason"}, Numeric: []bool{false, true, false}}
	for _, l := range p.Left {
		reason := l.Reason
		if l.LetIn != "" {
			reason += "; " + l.LetIn
		}
		t.Rows = append(t.Rows, []report.Text{nameCell(l.Intervention), cell(f.costOf(p, l.ID)), cell(words(reason, f.ofPlan("left", "").Ref))})
	}
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) unvaluedTable(ctx context.Context) ([]report.Block, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	if len(p.Unvalued) == 0 {
		return []report.Block{report.Paragraph("Everything that is open to choice could be compared.")}, nil
	}
	t := &report.Table{Caption: "What is open to choice and could not be compared", Header: []string{"Intervention", "Lead", "Stage", "What is missing"}, Numeric: make([]bool, 4)}
	for _, l := range p.Unvalued {
		t.Rows = append(t.Rows, []report.Text{nameCell(l.Intervention), plain(l.Lead), plain(stageWords(l.Intervention)), cell(words(lackWords(in.Register.LacksOf(l.Intervention), l.Reason), f.ofPlan("unvalued", "").Ref))})
	}
	return []report.Block{{Table: t}}, nil
}

// lackWords are what is missing; where nothing of that is, the reason of the plan.
func lackWords(lacks []string, reason string) string {
	if len(lacks) == 0 {
		return reason
	}
	return "no " + strings.Join(lacks, ", no ")
}

func (f *Facts) longTable(ctx context.Context) ([]report.Block, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	p, err := f.Plan(ctx)
	if err != nil {
		return nil, err
	}
	all := append(p.Options(), ofLeft(p.Unvalued)...)
	if len(all) == 0 {
		return gap("No intervention is open to choice.", "Add a table of interventions, or open more regions or stages on the plan page.", f.owner()), nil
	}
	chosen := idsOf(p.Chosen)
	t := &report.Table{Caption: "All that is open to choice", Header: []string{"Intervention", "Stage", "Cost as stated", "Grows the cluster, %", "In the plan", "What is missing"}, Numeric: []bool{false, false, true, true, false, false}}
	for _, i := range all {
		growth, in_ := unknownCell(), "no"
		if i.Growth.Known {
			growth = cell(i.Growth.Figure())
		}
		if slices.Contains(chosen, i.ID) {
			in_ = "yes"
		}
		t.Rows = append(t.Rows, []report.Text{nameCell(i), plain(stageWords(i)), orUnknown(i.Cost(), i.CostP.Valid), growth, {{Words: in_}}, cell(words(lackWords(in.Register.LacksOf(i), "nothing of these"), f.ofPlan(portfolio.LackRef(portfolio.LackAny), "").Ref))})
	}
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) optionTable(ctx context.Context) ([]report.Block, error) {
	p, _, none, err := f.planned(ctx)
	if err != nil || none != nil {
		return none, err
	}
	res, err := f.Appraised(ctx)
	if err != nil {
		return nil, err
	}
	t := &report.Table{Caption: "The options considered", Header: []string{"Option", "Interventions", "Cost held against the budget", "Jobs as stated (gross)", "Net jobs if all works", "Net jobs, chance counted", "Interventions that state jobs"},
		Numeric: []bool{false, true, true, true, true, true, true}}
	for _, w := range p.Ways() {
		row, err := f.optionRow(ctx, w, res)
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
	t.Note = report.Say("%v", words(f.optionNote(p), f.ofPlan("value", "").Ref))
	return []report.Block{{Table: t}}, nil
}

func (f *Facts) optionRow(ctx context.Context, w portfolio.Way, res appraisal.Result) ([]report.Text, error) {
	row := []report.Text{plain(w.Name), cell(f.planCount(portfolio.WayRef(w.Key, "count"), len(w.Chosen)))}
	cost := f.ofPlan(portfolio.WayRef(w.Key, "cost"), w.CostText())
	row = append(row, orUnknown(cost, len(w.Chosen) == 0 || len(w.Uncosted) < len(w.Chosen)))
	if n := len(w.Uncosted); n > 0 && n < len(w.Chosen) {
		row[2] = append(row[2], report.Say(" and %v of which it is not known", report.CountFigure(int64(n), cost.Ref))...)
	}
	if w.Key == portfolio.WayNone {
		none := f.ofPlan(portfolio.WayRef(w.Key, "jobs"), "0")
		return append(row, report.Text{{Words: "none"}}, cell(none), cell(none), report.Text{{Words: "none"}}), nil
	}
	if len(w.Chosen) == 0 {
		return append(row, unknownCell(), unknownCell(), unknownCell(), report.Text{{Words: "none"}}), nil
	}
	t, err := f.totalOf(ctx, w.IDs())
	if err != nil {
		return nil, err
	}
	for _, reading := range []string{"gross", "net", "expected"} {
		row = append(row, orUnknown(sumFigure(t, res.Settings, appraisal.KeyJobs, reading)))
	}
	return append(row, cell(report.CountFigure(int64(t.Sum(appraisal.KeyJobs).N), totalRef("count", t.IDs, res.Settings)))), nil
}

// optionNote says what each option stands for and what the table cannot say.
func (f *Facts) optionNote(p portfolio.Plan) string {
	var parts []string
	for _, w := range p.Ways() {
		parts = append(parts, "“"+w.Name+"”: "+strings.ToLower(w.Why[:1])+strings.TrimSuffix(w.Why[1:], ".")+".")
	}
	if least, ok := p.Way(portfolio.WayLeast); ok {
		parts = append(parts, leastNote(p, least)...)
	}
	parts = append(parts, "Jobs are of those interventions that state some; what the others bring is not known, which is not nought.")
	switch {
	case p.Proven && p.Solution.AlternativesComplete && len(p.Solution.Alternatives) == 0:
		parts = append(parts, "No other set of what could be compared comes near the plan, which is proven.")
	case !p.Proven:
		parts = append(parts, "Whether the plan is the best is not proven.")
	}
	return strings.Join(parts, " ")
}

// leastNote says how the do minimum stands to the budget, what of it the plan leaves out, what could not be compared, and what its cost
// does not hold.
func leastNote(p portfolio.Plan, least portfolio.Way) []string {
	var left, out []string
	if least.CostP > p.BudgetP {
		out = append(out, "What is approved or under way comes to more than the budget of the plan.")
	}
	for _, i := range least.Chosen {
		if slices.ContainsFunc(p.Left, func(l portfolio.Left) bool { return l.ID == i.ID }) {
			left = append(left, i.Name)
		}
	}
	if len(left) > 0 {
		out = append(out, "Of what is approved or under way the plan leaves out "+list(left)+".")
	}
	if len(least.Blind) > 0 {
		out = append(out, "The cost of the do minimum holds that of "+list(least.Blind)+", which could not be compared though a cost is on record.")
	}
	if len(least.Uncosted) > 0 {
		out = append(out, "It does not hold that of "+list(least.Uncosted)+", of which no cost is on record.")
	}
	return out
}
