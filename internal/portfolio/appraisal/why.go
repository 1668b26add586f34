package appraisal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// Kinds of references: appraisal/ID/MEASURE of one intervention, appraised/MEASURE of a set of them.
const (
	RefKind  = "appraisal"
	TotalRef = "appraised"
)

// Explainers explain appraisal/ID/MEASURE (a key of Keys, switch-NAME, or outcome-ID) and appraised/MEASURE with the settings
// draws, seed, assume and start; the set of the latter by ids (joined with semicolons), or by regions and stages. load gives the parameters in force.
func Explainers(load func() (parameter.Set, error)) evidence.Explainers {
	read := func(ctx context.Context, q lake.Querier, r evidence.Ref) (Inputs, Settings, error) {
		set, err := load()
		if err != nil {
			return Inputs{}, Settings{}, err
		}
		s, err := settingsOf(r)
		if err != nil {
			return Inputs{}, s, err
		}
		in, err := Read(ctx, q, set)
		return in, s, err
	}
	return evidence.Explainers{
		RefKind: func(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
			if len(r.Args) != 2 {
				return evidence.Chain{}, evidence.BadRef("write it as appraisal/INTERVENTION/MEASURE, such as appraisal/factory-2050/cost")
			}
			in, s, err := read(ctx, q, r)
			if err != nil {
				return evidence.Chain{}, err
			}
			return explain(ctx, in.Only(r.Args[0]), s, r.Args[0], r.Args[1])
		},
		TotalRef: func(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
			if len(r.Args) != 1 {
				return evidence.Chain{}, evidence.BadRef("write it as appraised/MEASURE, such as appraised/jobs?stages=proposed")
			}
			in, s, err := read(ctx, q, r)
			if err != nil {
				return evidence.Chain{}, err
			}
			return explainTotal(ctx, in, s, r)
		},
	}
}

// Only are the inputs for one intervention; its draws are the same as among all.
func (in Inputs) Only(id string) Inputs {
	out := in
	out.names, out.All = in.named(), nil
	for _, i := range in.All {
		if i.ID == id {
			out.All = append(out.All, i)
		}
	}
	return out
}

// settingsOf reads the settings of a reference.
func settingsOf(r evidence.Ref) (Settings, error) {
	var s Settings
	ask, err := portfolio.ParseAsk(func(name string) string {
		if name == "assume" || name == "start" || name == "seed" {
			return r.Set.Get(name)
		}
		return ""
	}, portfolio.Ask{Lens: portfolio.Growth})
	if err != nil {
		return s, evidence.BadRef("%v", err)
	}
	s = Of(ask)
	if d := r.Set.Get("draws"); d != "" {
		n, err := strconv.Atoi(d)
		if err != nil || n < 2 || n > MostDraws {
			return s, evidence.BadRef("draws is %q; give 2 to %d", d, MostDraws)
		}
		s.Draws = n
	}
	return s, nil
}

func explain(ctx context.Context, in Inputs, s Settings, id, what string) (evidence.Chain, error) {
	res, err := Appraise(ctx, in, s)
	if err != nil {
		return evidence.Chain{}, wrong(err)
	}
	return res.Chain(id, what)
}

// Chain explains a figure of an intervention: a key of Keys, switch-NAME or outcome-ID.
func (r Result) Chain(id, what string) (evidence.Chain, error) {
	item, ok := r.Item(id)
	if !ok {
		return evidence.Chain{}, fmt.Errorf("intervention %q: %w", id, evidence.ErrNoFigure)
	}
	if name, isSwitch := strings.CutPrefix(what, "switch-"); isSwitch {
		for _, w := range item.Switches {
			if w.Ref == name {
				return r.switchChain(item, w), nil
			}
		}
		return evidence.Chain{}, fmt.Errorf("appraisal/%s/%s: %w", id, what, evidence.ErrNoFigure)
	}
	if row, isOutcome := strings.CutPrefix(what, "outcome-"); isOutcome {
		for _, o := range item.Outcomes {
			if o.ID == row {
				return r.outcomeChain(item, o), nil
			}
		}
		return evidence.Chain{}, fmt.Errorf("appraisal/%s/%s: %w", id, what, evidence.ErrNoFigure)
	}
	for _, m := range item.Measures {
		if m.Key == what {
			return r.chain(item, m), nil
		}
	}
	return evidence.Chain{}, fmt.Errorf("appraisal/%s/%s: %w", id, what, evidence.ErrNoFigure)
}

// wrong turns a fault of the settings into a bad reference.
func wrong(err error) error {
	if f, ok := err.(portfolio.FieldError); ok {
		return evidence.BadRef("%s", f.Message)
	}
	return err
}

// chain explains a measure.
func (r Result) chain(item Item, m Measure) evidence.Chain {
	c := evidence.Chain{Title: Label(m.Key) + ": " + item.Intervention.Name, Method: "appraisal", Value: "not known", How: m.Why}
	if m.Why == NoPublic {
		c.Value = "none on record"
	}
	if m.Known {
		c.Value = fmt.Sprintf("%s (%s), if it works", Text(m.Key, m.Net), Span(m.Key, m.Low, m.High))
		if m.Counted {
			c.Value += fmt.Sprintf("; %s (%s) with the chance counted", Text(m.Key, m.Expected), m.ExpectedSpan())
		}
		if m.HasGross {
			c.Value += "; " + Text(m.Key, m.Gross) + " gross"
		} else {
			c.Value += "; gross is not stated"
		}
		c.How = formula(m.Key) + " " + r.way(item)
	}
	c.Steps = r.steps(item, m.Key)
	return c
}

// Way says for all items how values are discounted and drawn.
func (r Result) Way() string {
	w := fmt.Sprintf("Prices of %d; discounted by the schedule %s, years that have passed neither discounted nor compounded; %d years are looked at. Ranges hold %d %% of %s draws (seed %d).", r.BaseYear, r.Schedule, r.Horizon, int(100*Level), chart.Number(float64(r.Draws), 0), r.Seed)
	if len(r.Changed) > 0 {
		var names []string
		for _, id := range r.Changed {
			p, _ := r.Params.Get(id)
			names = append(names, cmp.Or(p.Name, id))
		}
		w += " Changed for this look: " + strings.Join(names, "; ") + "."
	}
	return w
}

// way says it for one.
func (r Result) way(item Item) string {
	return strings.Replace(r.Way(), "discounted by", fmt.Sprintf("discounted to %d by", item.Year0), 1)
}

// formula is how a measure is reckoned.
func formula(key string) string {
	switch key {
	case KeyCost, KeyPublic, KeyPrivate:
		return "Costs by year in prices of the base year, with optimism bias, each times its discount factor. Gross is without optimism bias."
	case KeyJobs, KeySafeguarded:
		return "Stated jobs × (1 − deadweight) × (1 − leakage) × (1 − displacement) × (1 − substitution) × multiplier; jobs that their source calls net are taken as they are. Gross is as stated."
	case KeyJobYears:
		return "Net additional jobs times the share of them that is there in each year, summed over the years."
	case KeyCostPerJob:
		return "Public cost at present value, divided by net additional jobs at full effect."
	case KeyGVA:
		return "Net additional jobs of each year times the output of a job, each times its discount factor. It is output of the place, not welfare: nothing is taken off for the work and the capital that it needs."
	case KeyBenefits:
		return "Outcomes that have a national value, net of deadweight, leakage, displacement and substitution in the whole country, each year times its discount factor."
	case KeyNPSV:
		return "Benefits to the country less all costs, at present value."
	case KeyBCR:
		return "(Benefits to the country − private costs) ÷ public cost, all at present value: only the net cost to the public purse stands below the line."
	}
	return ""
}

// steps are the costs, outcomes, studies and parameters behind a measure.
func (r Result) steps(item Item, key string) []evidence.Chain {
	out := material(item, key)
	for _, u := range item.Used {
		if p, ok := r.Params.Get(u.ID); ok {
			c := p.Chain(r.Params.Day())
			c.Title += " (" + u.For + ")"
			out = append(out, c)
		}
	}
	return out
}

// material are the costs, outcomes and studies behind a measure.
func material(item Item, key string) []evidence.Chain {
	var out []evidence.Chain
	if key != KeyJobs && key != KeySafeguarded && key != KeyJobYears && key != KeyGVA && key != KeyBenefits {
		c := evidence.Chain{Title: "Costs: " + item.Funded}
		seen := map[evidence.Record]bool{}
		sum := 0.0
		for _, y := range item.Costs {
			sum += y.Stated.Pounds()
			if !seen[y.Record] {
				seen[y.Record] = true
				c.Records = append(c.Records, y.Record)
			}
		}
		c.Value = Pounds(sum) + " as stated"
		if assumed := item.Assumed(); len(assumed) > 0 {
			c.How = "assumed: " + strings.Join(assumed, "; ")
		}
		out = append(out, c)
	}
	if key != KeyCost && key != KeyPublic && key != KeyPrivate {
		for _, o := range item.Outcomes {
			if o.Known && o.counted() {
				out = append(out, outcomeStep(o))
			}
		}
		if item.Chance.Known {
			out = append(out, evidence.Chain{Title: "Chance that it works", Value: chart.Number(100*item.Chance.Mean, 0) + " %", How: fmt.Sprintf("mean of Beta(%g, %g); %s", item.Chance.A, item.Chance.B, item.Chance.Why), Method: "two lenses", Records: []evidence.Record{item.Intervention.Record}})
		}
	}
	return out
}

func outcomeStep(o Outcome) evidence.Chain {
	c := evidence.Chain{Title: capital(words(o.Key)), Value: chart.Number(o.Gross, decimals(o.Gross)) + " as stated", Records: []evidence.Record{o.Record}}
	c.How = o.Assumed
	if o.ClaimedNet {
		c.How = join("its source calls it net", c.How)
	}
	return c
}

func (r Result) outcomeChain(item Item, o Outcome) evidence.Chain {
	c := outcomeStep(o)
	c.Title += ": " + item.Intervention.Name
	c.Method = "appraisal"
	if o.counted() {
		c.Value += fmt.Sprintf("; %s net in the area at central values", chart.Number(o.Net, decimals(o.Net)))
	}
	if o.NetUnit.OK {
		c.Value += fmt.Sprintf("; public cost of one%s: %s", o.Yearly(), Pounds(o.NetUnit.Value))
		if !o.ClaimedNet {
			c.Value += " net, " + Pounds(o.GrossUnit.Value) + " gross"
		}
	}
	c.Steps = r.steps(item, KeyCostPerJob)
	return c
}

func (r Result) switchChain(item Item, w Switch) evidence.Chain {
	c := evidence.Chain{Title: "Switching value: " + w.Input + ", for " + item.Intervention.Name, Method: "appraisal", Value: "no value does"}
	c.How = w.Why
	if w.OK {
		c.Value = SwitchText(w.Unit, w.Value)
		if w.HasRange {
			c.Value += " (" + SwitchText(w.Unit, w.Low) + "–" + SwitchText(w.Unit, w.High) + " over the draws)"
		}
		c.How = "The value at which " + w.Test + ", all other inputs at their central values. " + r.way(item)
	}
	c.Steps = r.steps(item, KeyCostPerJob)
	return c
}

func explainTotal(ctx context.Context, in Inputs, s Settings, r evidence.Ref) (evidence.Chain, error) {
	key := r.Args[0]
	now, _ := strconv.Atoi(r.Set.Get("now"))
	ids, _ := in.Choice(split(r.Set.Get("regions")), split(r.Set.Get("stages")), s.Starts, now)
	if named := r.Set.Get("ids"); named != "" {
		ids = strings.FieldsFunc(named, func(c rune) bool { return c == ';' })
	}
	res, err := Appraise(ctx, in, s)
	if err != nil {
		return evidence.Chain{}, wrong(err)
	}
	t, err := res.Total(ids)
	if err != nil {
		return evidence.Chain{}, err
	}
	return res.TotalChain(t, key)
}

// TotalChain explains a measure of a sum over interventions, with the key "count" how many of them can be appraised, or with "without" how many state no jobs.
func (r Result) TotalChain(t Total, key string) (evidence.Chain, error) {
	c := evidence.Chain{Title: Label(key) + ": sum over interventions", Method: "appraisal"}
	switch sum := t.Sum(key); {
	case key == "count":
		c.Title, c.Value = "Interventions that can be appraised", strconv.Itoa(t.Sum(KeyJobs).N)
		c.How = "interventions of the set with jobs on record, counted"
		key = KeyJobs
	case key == "without":
		return r.withoutChain(t), nil
	case key == KeyCostPerJob && t.PerJob.OK:
		c.Value = fmt.Sprintf("%s (%s)", Pounds(t.PerJob.Value), Span(key, t.PerJob.Low, t.PerJob.High))
		if t.PerJob.Gross.OK {
			c.Value += "; " + Pounds(t.PerJob.Gross.Value) + " gross"
		}
		c.How = fmt.Sprintf("public cost divided by net jobs, over the %d interventions that have both on record; range over draws that they share", t.PerJob.N)
	case sum.N > 0:
		c.Value = fmt.Sprintf("%s (%s) if all work; %s gross", Text(key, sum.Net), Span(key, sum.Low, sum.High), Text(key, sum.Gross))
		if sum.Chanced > 0 {
			c.Value += fmt.Sprintf("; %s (%s) with the chance counted, of the %d whose chance is known", Text(key, sum.Expected), Span(key, sum.ExpectedLow, sum.ExpectedHigh), sum.Chanced)
		}
		c.How = fmt.Sprintf("sum over %d interventions, draw by draw, so that what they share does not cancel out; %d are not in it, since what it needs is not on record", sum.N, len(sum.Without))
	default:
		return c, fmt.Errorf("appraised/%s: %w", key, evidence.ErrNoFigure)
	}
	left := t.Sum(key).Held
	for _, h := range t.Twice {
		if slices.Contains(left, h.Part) {
			c.How += fmt.Sprintf("; %s is left out, since its cost is in that of %s", r.names[h.Part], r.names[h.Whole])
		}
	}
	for _, id := range t.IDs {
		item, _ := r.Item(id)
		if m := item.Measure(key); m.Known && !slices.Contains(left, id) {
			c.Steps = append(c.Steps, evidence.Chain{Title: item.Intervention.Name, Value: Text(key, m.Net), Records: []evidence.Record{item.Intervention.Record}, Steps: material(item, key)})
		}
	}
	return c, nil
}

// withoutChain counts the interventions of a set that state no jobs.
func (r Result) withoutChain(t Total) evidence.Chain {
	without := t.Sum(KeyJobs).Without
	c := evidence.Chain{Title: "Interventions of the set that state no jobs", Value: strconv.Itoa(len(without)), How: "interventions of the set without jobs on record, counted: what they bring is not known, which is not nought", Method: "appraisal"}
	for _, id := range without {
		item, _ := r.Item(id)
		c.Steps = append(c.Steps, evidence.Chain{Title: item.Intervention.Name, How: item.Measure(KeyJobs).Why, Records: []evidence.Record{item.Intervention.Record}})
	}
	return c
}

// Choice are the ids of the interventions in some regions and at some stages; empty lists take all. Those that are over by their
// years on record in the financial year now stand apart, as in a plan, unless their beginning is moved; where now is 0 none is.
func (in Inputs) Choice(regions, stages []string, starts []portfolio.Start, now int) (ids []string, over []portfolio.Left) {
	for _, i := range in.All {
		if !i.Open(regions, stages) {
			continue
		}
		moved := slices.ContainsFunc(starts, func(s portfolio.Start) bool { return s.ID == i.ID })
		if why := in.Register.Over(i, now); why != "" && !moved {
			over = append(over, portfolio.Left{Intervention: i, Reason: why})
			continue
		}
		ids = append(ids, i.ID)
	}
	return ids, over
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
