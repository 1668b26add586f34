package delivery

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/stat"
)

// Kinds of references: progress/ID/WHAT of one intervention and delivered/WHAT of all, with the day as setting; prior/TYPE.
const (
	KindOne   = "progress"
	KindAll   = "delivered"
	KindPrior = "prior"
)

// Ref is the reference of a figure of one intervention: what is spend, milestones, light, or output or outcome followed by a key.
func (r Report) Ref(id string, what ...string) string {
	return evidence.MakeRef(KindOne, append([]string{id}, what...), "day", r.Day)
}

// RefAll is the reference of a figure of all, of the regions of the report: spend, lights, or class-cost, class-output,
// class-outcome, which are of every region.
func (r Report) RefAll(what string) string {
	set := []string{"day", r.Day}
	if len(r.Regions) > 0 {
		set = append(set, "regions", strings.Join(r.Regions, ","))
	}
	return evidence.MakeRef(KindAll, []string{what}, set...)
}

// Explainers explain progress/ID/spend|milestones|light|output/KEY|outcome/KEY, delivered/spend|lights|class-KIND, both by the
// setting day, and prior/TYPE: studies of a type of programme before and after the workspace's own.
func Explainers() evidence.Explainers {
	return evidence.Explainers{KindOne: whyOne, KindAll: whyAll, KindPrior: whyPrior}
}

func read(ctx context.Context, q lake.Querier) ([]portfolio.Intervention, portfolio.Register, error) {
	all, err := portfolio.Interventions(ctx, q)
	if err != nil {
		return nil, portfolio.Register{}, err
	}
	r, err := portfolio.ReadRegister(ctx, q)
	return all, r, err
}

func readAt(ctx context.Context, q lake.Querier, ref evidence.Ref) (Report, []Class, error) {
	day, err := time.Parse(Day, ref.Set.Get("day"))
	if err != nil {
		return Report{}, nil, evidence.BadRef("%s needs the setting day, as ?day=2026-11-27", ref.Kind)
	}
	all, r, err := read(ctx, q)
	if err != nil {
		return Report{}, nil, err
	}
	regions := strings.FieldsFunc(ref.Set.Get("regions"), func(c rune) bool { return c == ',' })
	return Reckon(all, r, day).In(regions, r.Relations), ReferenceClasses(all, r), nil
}

func whyOne(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	if len(ref.Args) < 2 {
		return evidence.Chain{}, evidence.BadRef("write it as progress/ID/spend, /milestones, /light, /output/KEY or /outcome/KEY")
	}
	rep, _, err := readAt(ctx, q, ref)
	if err != nil {
		return evidence.Chain{}, err
	}
	s, ok := rep.Of(ref.Args[0])
	if !ok {
		return evidence.Chain{}, fmt.Errorf("progress of %s: %w", ref.Args[0], evidence.ErrNoFigure)
	}
	switch ref.Args[1] {
	case "spend":
		return spendChain("Spend of "+s.Name, Sum(s.Spend, 0), s.Spend), nil
	case "milestones":
		return s.milestoneChain(), nil
	case "light":
		return evidence.Chain{Title: "How " + s.Name + " stands", Value: s.Word(), How: strings.Join(s.Reasons, "; ") + ". " + Rule(), Method: method, Records: []evidence.Record{s.Record}}, nil
	}
	for _, r := range s.Results {
		if len(ref.Args) == 3 && r.Kind == ref.Args[1] && r.Key == ref.Args[2] {
			return r.chain(s.Name), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("%s of %s: %w", strings.Join(ref.Args[1:], " "), s.Name, evidence.ErrNoFigure)
}

const method = "delivery"

func spendChain(title string, t Total, rows []Spend) evidence.Chain {
	c := evidence.Chain{Title: title, Value: "nothing can be compared yet", Method: method,
		How: fmt.Sprintf("spent %s in %d rows by year and funder, planned %s in %d. Compared is what a report states together, plan and outturn of the same thing; where no report states a plan, all that a funder spent up to the last year with an outturn against all that was planned up to that year. Where spend was reported, costs marked as spent are left out, so that nothing counts twice", chart.Money(t.ActualP), t.Actual, chart.Money(t.PlannedP), t.Planned)}
	if ratio, ok := t.Ratio(); ok {
		c.Value = fmt.Sprintf("%s of %s, %s %%", chart.Money(t.LikeActualP), chart.Money(t.LikePlannedP), chart.Number(100*ratio, 0))
	}
	for _, s := range rows {
		step := evidence.Chain{Title: yearWords(s.Year) + ", " + cmp.Or(s.Funder, "funder not stated"), Value: moneyOr(s.Actual.Valid, s.Actual.Int64) + " of " + moneyOr(s.Planned.Valid, s.Planned.Int64)}
		switch {
		case s.Reported:
			step.How = "planned as the report states it"
		case s.Spread:
			step.How = "planned from the costs on record, an amount of several years spread evenly, which is assumed"
		case s.Planned.Valid:
			step.How = "planned from the costs on record"
		}
		step.Records = unique(append(slices.Clone(s.Records), s.Actuals...))
		c.Steps = append(c.Steps, step)
	}
	return c
}

func unique(records []evidence.Record) []evidence.Record {
	var out []evidence.Record
	for _, r := range records {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func yearWords(year int) string {
	if year == 0 {
		return "year not known"
	}
	return portfolio.YearName(year)
}

func moneyOr(known bool, p int64) string {
	if !known {
		return "not known"
	}
	return chart.Money(p)
}

func (s Status) milestoneChain() evidence.Chain {
	n := Count(s.Milestones)
	c := evidence.Chain{Title: "Milestones of " + s.Name, Value: fmt.Sprintf("%d of %d reached, %d overdue", n.Reached, len(s.Milestones), n.Overdue), Method: method, How: "rows of the table delivery of the kind milestone; of rows of one name the latest"}
	for _, m := range s.Milestones {
		c.Steps = append(c.Steps, evidence.Chain{Title: m.Name, Value: m.Says(), How: fmt.Sprintf("planned %s, reached %s", cmp.Or(m.Planned, "no day"), cmp.Or(m.Actual, "not yet")), Records: []evidence.Record{m.Record}})
	}
	return c
}

func (r Result) chain(name string) evidence.Chain {
	c := evidence.Chain{Title: fmt.Sprintf("%s of %s: %s", r.Kind, name, r.Key), Value: "not known", Method: method, How: "realised is what was counted, which is gross: what would have come anyway is in it"}
	if share, ok := r.Share(); ok {
		c.Value = fmt.Sprintf("%s of %s, %s %%", r.Amount(r.Actual), r.Amount(r.Forecast), chart.Number(100*share, 0))
	} else if r.Known {
		c.Value = r.Amount(r.Actual) + ", without a forecast"
	}
	if len(r.Records) > 0 {
		c.Steps = append(c.Steps, evidence.Chain{Title: "forecast", Value: r.known(r.Foreseen, r.Forecast), How: "stated as " + cmp.Or(strings.Join(r.Basis, " and "), "a plan in the report"), Records: r.Records})
	}
	if len(r.Actuals) > 0 {
		c.Steps = append(c.Steps, evidence.Chain{Title: "realised, as reported" + on(r.When), Value: r.known(r.Known, r.Actual), Records: r.Actuals})
	}
	return c
}

func (r Result) known(ok bool, v float64) string {
	if !ok {
		return "not known"
	}
	return r.Amount(v)
}

func whyAll(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	if len(ref.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as delivered/spend, delivered/lights or delivered/class-cost")
	}
	rep, classes, err := readAt(ctx, q, ref)
	if err != nil {
		return evidence.Chain{}, err
	}
	switch ref.Args[0] {
	case "spend":
		c := spendChain("Spend of all that is followed", rep.TotalAll(0), rep.SpendAll())
		if len(rep.Within) > 0 {
			c.How += fmt.Sprintf("; left out because their cost lies within another's: %s", strings.Join(rep.Within, ", "))
		}
		return c, nil
	case "lights":
		return rep.lightChain(), nil
	}
	for _, c := range classes {
		if ref.Args[0] == "class-"+c.Kind {
			return c.chain(), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("delivered/%s: %w", ref.Args[0], evidence.ErrNoFigure)
}

func (r Report) lightChain() evidence.Chain {
	c := evidence.Chain{Title: "How interventions stand on " + r.Day, Value: strconv.Itoa(len(r.All)) + " are followed", How: Rule(), Method: method}
	for _, s := range r.All {
		c.Steps = append(c.Steps, evidence.Chain{Title: s.Name, Value: s.Word(), How: strings.Join(s.Reasons, "; "), Records: []evidence.Record{s.Record}})
	}
	return c
}

func (c Class) chain() evidence.Chain {
	out := evidence.Chain{Title: "Reference class: " + c.Kind, Value: "not known", Method: method,
		How: c.Says() + ". Only what was reported is in it: schemes that went badly may have been reported less."}
	if c.Of > 0 {
		out.Value = chart.Number(c.Median, 2)
	}
	for _, e := range c.Cases {
		title := e.Name
		if e.What != "" {
			title += ": " + e.What
		}
		out.Steps = append(out.Steps, evidence.Chain{Title: title, Value: chart.Number(e.Ratio, 2), How: fmt.Sprintf("%s of %s", quantity(e.Actual), quantity(e.Planned)), Records: unique(append(slices.Clone(e.Records), e.Actuals...))})
	}
	for _, l := range c.LeftOut {
		out.Steps = append(out.Steps, evidence.Chain{Title: "left out: " + l})
	}
	return out
}

func whyPrior(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	if len(ref.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as prior/TYPE")
	}
	all, r, err := read(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	for _, p := range portfolio.Priors(r, all) {
		if p.EffectType == ref.Args[0] {
			return priorChain(p, all), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("type of programme %q: %w", ref.Args[0], evidence.ErrNoFigure)
}

func priorChain(p portfolio.Prior, all []portfolio.Intervention) evidence.Chain {
	c := evidence.Chain{Title: "Chance that a programme of the type “" + p.Label + "” shows an effect on jobs", Value: "not known: no study", Method: "two lenses",
		How: fmt.Sprintf("Beta(1 + positive, 1 + others) of %d of %d studies of the review and %d of %d of the workspace's own with a comparison group, each with the weight of one study", p.Positive, p.Studies, p.Local.Positive, p.Local.Studies)}
	if p.Known() {
		mean, lo, hi := stat.BetaInterval(p.Positive+p.Local.Positive, p.Studies+p.Local.Studies, portfolio.Level)
		c.Value = fmt.Sprintf("%s %% (%s–%s)", chart.Number(100*mean, 0), chart.Number(100*lo, 0), chart.Number(100*hi, 0))
	}
	for _, i := range all {
		if i.EffectType == p.EffectType && p.Reviewed {
			record, url := i.ReviewRecord()
			c.Steps = append(c.Steps, evidence.Chain{Title: "studies of the review", Value: fmt.Sprintf("%d of %d", p.Positive, p.Studies), Records: []evidence.Record{record}, URL: url})
			break
		}
	}
	for _, d := range p.Local.Counted {
		c.Steps = append(c.Steps, evidence.Chain{Title: "own evaluation of " + d.Intervention, Value: d.Finding, How: "design: " + d.Design + on(d.Day), Records: []evidence.Record{d.Record}, URL: d.SourceURL})
	}
	for _, d := range p.Local.Left {
		c.Steps = append(c.Steps, evidence.Chain{Title: "not counted: evaluation of " + d.Intervention, Value: d.Finding, How: d.Reason, Records: []evidence.Record{d.Record}, URL: d.SourceURL})
	}
	return c
}

func on(day string) string {
	if day == "" {
		return ""
	}
	return " on " + day
}
