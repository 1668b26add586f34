package portfolio

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/report"
)

// Explainers explain the rows of the register (registerExplainers), intervention/ID[/cost], growth/ID, demand/ID, invented/ID,
// asked/ID/SURVEY/MEASURE (what a survey came to, of a group by grouping and category), scored/LENS and
// unscored/LENS (how many have evidence under a lens or none). Figures of a plan are explained by package worth,
// for what a plan is worth may come from an appraisal or a workshop.
func Explainers() evidence.Explainers {
	return withRegister(evidence.Explainers{"intervention": whyIntervention, "growth": whyScore, "demand": whyScore, "invented": whyScore, "asked": whyAsked, "scored": whyScored, "unscored": whyScored})
}

func find(ctx context.Context, q lake.Querier, id string) (Intervention, error) {
	all, err := Interventions(ctx, q)
	if err != nil {
		return Intervention{}, err
	}
	for _, i := range all {
		if i.ID == id {
			return i, nil
		}
	}
	return Intervention{}, fmt.Errorf("intervention %q: %w", id, evidence.ErrNoFigure)
}

func whyIntervention(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) == 0 {
		return evidence.Chain{}, evidence.BadRef("write it as intervention/ID or intervention/ID/cost")
	}
	i, err := find(ctx, q, r.Args[0])
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: i.Name, Records: []evidence.Record{i.Record}, URL: i.SourceURL}
	if len(r.Args) > 1 && r.Args[1] == "cost" {
		if !i.CostP.Valid {
			return c, fmt.Errorf("the cost of %s is not known: %w", i.Name, evidence.ErrNoFigure)
		}
		c.Title = "Cost of " + i.Name
		c.Value = "£" + chart.Number(float64(i.CostP.Int64)/100, 0)
		c.How = "as stated by the source, prices of its own year; status: " + i.Status
	}
	return c, nil
}

func whyScore(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/ID", r.Kind)
	}
	i, err := find(ctx, q, r.Args[0])
	if err != nil {
		return evidence.Chain{}, err
	}
	classified := evidence.Chain{Title: fmt.Sprintf("%s is classed by hand: %s", i.Name, i.Basis), How: i.ClassifiedBy, Records: []evidence.Record{i.Record}, URL: i.SourceURL}
	lens := Lens(r.Kind)
	s := i.Score(lens)
	c := evidence.Chain{Title: fmt.Sprintf("%s: %s", i.Name, lens.Label()), Value: "not known", How: s.Basis, Method: "two lenses", Steps: []evidence.Chain{classified}}
	if !s.Known {
		return c, nil
	}
	c.Value = fmt.Sprintf("%s %% (%s–%s, %s interval)", chart.Number(100*s.Value, 0), chart.Number(100*s.Lo, 0), chart.Number(100*s.Hi, 0), s.Interval())
	if s.Asked != nil {
		c.Steps = []evidence.Chain{s.Asked.chain(i.Name)}
		return c, nil
	}
	if lens == Growth {
		return i.growthChain(c), nil
	}
	c.How = fmt.Sprintf("%d / %d with Wilson's interval; %s", i.usersN, i.firms, s.Caution)
	ties, err := tieSteps(ctx, q, i)
	c.Steps = append(c.Steps, ties)
	return c, err
}

// chain is the survey's figure with its line in the release.
func (a Asked) chain(name string) evidence.Chain {
	whom := ""
	if a.Grouping != "" {
		whom = fmt.Sprintf(" (%s: %s)", a.Grouping, a.Category)
	}
	c := evidence.Chain{Title: fmt.Sprintf("%s in the survey “%s”%s", name, a.Title(), whom), Value: fmt.Sprintf("%s %% %s", chart.Number(100*a.Value, 1), a.Says()),
		How:    fmt.Sprintf("%d answers, weighted to the frame; interval %s–%s %% at %s %%. The survey’s page has the frame, the response and the weights", a.Base, chart.Number(100*a.Lo, 1), chart.Number(100*a.Hi, 1), chart.Number(100*a.Level, 0)),
		Method: "survey results", Records: []evidence.Record{a.Record}}
	if a.Invented {
		c.How = evidence.InventedNote + " " + c.How
	}
	return c
}

func whyAsked(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 3 {
		return evidence.Chain{}, evidence.BadRef("write it as asked/INTERVENTION/SURVEY/MEASURE")
	}
	i, err := find(ctx, q, r.Args[0])
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, a := range i.Asked {
		if a.SurveyID == r.Args[1] && a.Measure == r.Args[2] && a.Grouping == r.Set.Get("grouping") && a.Category == r.Set.Get("category") {
			return a.chain(i.Name), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("%s in survey %s: %w", i.Name, r.Args[1], evidence.ErrNoFigure)
}

func whyScored(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/LENS", r.Kind)
	}
	lens := Lens(r.Args[0])
	if lens != Invented {
		var err error
		if lens, err = ParseLens(r.Args[0]); err != nil {
			return evidence.Chain{}, err
		}
	}
	all, err := Interventions(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	c := evidence.Chain{Title: "Interventions with evidence of " + lens.Label(), How: "interventions counted", Method: "two lenses"}
	if r.Kind == "unscored" {
		c.Title = "Interventions without evidence of " + lens.Label()
	}
	n := 0
	for _, i := range all {
		if i.Score(lens).Known == (r.Kind == "scored") {
			n++
			c.Records = append(c.Records, i.Record)
		}
	}
	c.Value = strconv.Itoa(n)
	return c, nil
}

// tieSteps cites the ties that show use.
func tieSteps(ctx context.Context, q lake.Querier, i Intervention) (evidence.Chain, error) {
	c := evidence.Chain{Title: fmt.Sprintf("Ties of firms on record (%s)", kindWords(i.DemandKinds)), Value: fmt.Sprintf("%d ties of %d firms", len(i.users), i.usersN)}
	var err error
	c.Records, err = evidence.Records(ctx, q, "select source, file, line from tie where list_contains(string_split($1, ','), tie_id) order by source, file, line", strings.Join(i.users, ","))
	return c, err
}

// Chain explains a figure of the plan: cost, cost-of-ID, value, count, existing, options, unvalued, short, long and what
// SpendRef, WayRef and moreChain name.
func (p Plan) Chain(what string) (evidence.Chain, error) {
	c := evidence.Chain{Method: "plan under a budget"}
	proof := "proven: no set of the options has a higher value"
	if !p.Proven {
		proof = fmt.Sprintf("not proven: no set can be worth more than %s", chart.Number(p.Bound, 3))
	}
	if id, ok := strings.CutPrefix(what, "cost-of-"); ok {
		return p.costChain(id)
	}
	switch what {
	case "cost":
		c.Title, c.Value = "Cost of the plan", "£"+chart.Number(float64(p.CostP)/100, 0)
		c.How = fmt.Sprintf("sum of the costs of %d interventions. %s", len(p.Chosen), p.MoneyNote())
	case "value":
		c.Title = "Value of the plan: " + p.Worth.Label
		c.Value = withRange(report.NumberFigure(p.Value, p.Lo, p.Hi, 2, "-"))
		c.How = fmt.Sprintf("sum of what %d interventions are worth, with what they add to each other; %s. Value is %s", len(p.Chosen), proof, p.Worth.Means)
	case "count":
		c.Title, c.Value, c.How = "Interventions in the plan", fmt.Sprint(len(p.Chosen)), proof
	case "existing":
		c.Title, c.Value = "Share of the plan's money that serves existing businesses", chart.Number(100*p.Existing, 0)+" %"
		c.How = "cost-weighted; an intervention for both existing and new businesses counts half"
	case "options", "unvalued", "short", "long":
		return p.countChain(what), nil
	default:
		return p.moreChain(what)
	}
	for _, i := range p.Chosen {
		v := p.ValueOf(i.ID)
		how := fmt.Sprintf("worth %s; benefits %s", p.Worth.Show(v.Value, 3), i.Benefits)
		if p.Worth.Percent {
			how = fmt.Sprintf("score %s; benefits %s", chart.Number(v.Value, 3), i.Benefits)
		}
		if beside := p.Beside(i.ID); len(beside) > 0 {
			how += "; " + strings.Join(beside, "; ")
		}
		c.Steps = append(c.Steps, evidence.Chain{Title: i.Name, Value: "£" + chart.Number(float64(p.CostOf(i.ID))/100, 0), How: how, Records: []evidence.Record{i.Record}, URL: i.SourceURL,
			Steps: p.costSteps(i)})
	}
	return c, nil
}

// countChain explains how many interventions of a kind the plan dealt with.
func (p Plan) countChain(what string) evidence.Chain {
	var list []Left
	c := evidence.Chain{How: "interventions counted", Method: "plan under a budget"}
	switch what {
	case "options":
		c.Title = "Interventions that were compared: open to choice, with a cost and evidence"
		for _, i := range p.Chosen {
			list = append(list, Left{Intervention: i, Reason: "chosen"})
		}
		list = append(list, p.Left...)
	case "unvalued":
		c.Title, list = "Interventions open to choice that could not be compared", p.Unvalued
	default:
		c.Title = "Chosen interventions with a " + what + " horizon"
		for _, i := range p.Horizon(what) {
			list = append(list, Left{Intervention: i, Reason: "horizon: " + i.Horizon})
		}
	}
	c.Value = strconv.Itoa(len(list))
	for _, l := range list {
		c.Steps = append(c.Steps, evidence.Chain{Title: l.Name, How: l.Reason, Records: []evidence.Record{l.Record}, URL: l.SourceURL})
	}
	return c
}

// Horizon is the chosen interventions with a short horizon, or the others.
func (p Plan) Horizon(what string) []Intervention {
	var out []Intervention
	for _, i := range p.Chosen {
		if (i.Horizon == "short") == (what == "short") {
			out = append(out, i)
		}
	}
	return out
}

func withRange(f report.Figure) string {
	if f.Range == "" {
		return f.Text
	}
	return f.Text + " (" + f.Range + ")"
}
