// Package worth says what interventions are worth to a plan: under a lens, by what an
// appraisal makes of them (net jobs, net present social value), or by the weights of a
// named stakeholder of a workshop. It owns the choice between these, the question of a
// plan with everything it is made of, and the explainers of figures of a plan. It does not
// search: package portfolio does, and no two measures are ever added.
package worth

import (
	"context"
	"errors"
	"fmt"
	"math"

	"milieu/internal/auth"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/workshop"
)

// Input is where what interventions are worth is read from.
type Input struct {
	DB lake.Querier // the release
	// Params are the parameters of an appraisal; nil: no plan by net jobs or social value can be made, and costs are not drawn.
	Params func() (parameter.Set, error)
	// Workshop is what the options of a workshop are worth to a stakeholder, for whoever asks; nil: nobody may see it.
	Workshop func(ctx context.Context, f workshop.Facts, id, stakeholder string) (workshop.Worth, error)
}

// Plan reads what a plan is made of: interventions, register and what they are worth
// under the ask.
func (in Input) Plan(ctx context.Context, ask portfolio.Ask) (portfolio.Input, error) {
	all, err := portfolio.Interventions(ctx, in.DB)
	if err != nil {
		return portfolio.Input{}, err
	}
	reg, err := portfolio.ReadRegister(ctx, in.DB)
	if err != nil {
		return portfolio.Input{}, err
	}
	a, err := in.appraiser(all, reg, ask)
	if err != nil {
		return portfolio.Input{}, err
	}
	w, err := in.of(ctx, a)
	if err != nil {
		return portfolio.Input{}, err
	}
	c, err := a.counting(ctx)
	return portfolio.Input{All: all, Register: reg, Worth: w, Counting: c}, err
}

// For is what interventions are worth under an ask. The error is a portfolio.FieldError
// where the ask names a measure that there is not, or that whoever asks may not see.
func (in Input) For(ctx context.Context, all []portfolio.Intervention, reg portfolio.Register, ask portfolio.Ask) (portfolio.Worth, error) {
	a, err := in.appraiser(all, reg, ask)
	if err != nil {
		return portfolio.Worth{}, err
	}
	return in.of(ctx, a)
}

// appraiser reads the parameters, where there are some.
func (in Input) appraiser(all []portfolio.Intervention, reg portfolio.Register, ask portfolio.Ask) (appraiser, error) {
	a := appraiser{all: all, reg: reg, ask: ask}
	if in.Params == nil {
		return a, nil
	}
	set, err := in.Params()
	a.set = &set
	return a, err
}

func (in Input) of(ctx context.Context, a appraiser) (portfolio.Worth, error) {
	w, err := in.measure(ctx, a)
	if err == nil && a.set != nil {
		w.Overruns = a.overruns
	}
	return w, err
}

func (in Input) measure(ctx context.Context, a appraiser) (portfolio.Worth, error) {
	id, who, weighed := a.ask.Workshop()
	switch {
	case weighed && in.Workshop == nil:
		return portfolio.Worth{}, bad("A plan by somebody’s weights is made in the browser, by people who have signed in.")
	case weighed:
		w, err := in.Workshop(ctx, workshop.FactsOf(a.all, a.reg), id, who)
		switch {
		case errors.Is(err, workshop.ErrNotFound):
			return portfolio.Worth{}, bad("There is no workshop %q with the weights %q.", id, who)
		case errors.Is(err, auth.ErrDenied):
			return portfolio.Worth{}, bad("A plan by somebody’s weights is for people who have signed in and may see weights.")
		case err != nil:
			return portfolio.Worth{}, err
		}
		return a.weighed(w), nil
	case a.ask.Worth == "":
		return portfolio.LensWorth(a.all, a.ask.Lens), nil
	case a.set == nil:
		return portfolio.Worth{}, bad("A plan by %q needs the parameters of an appraisal, which are not read here.", a.ask.Worth)
	}
	return a.appraised(ctx)
}

func bad(format string, args ...any) error {
	return portfolio.FieldError{Field: "worth", Message: fmt.Sprintf(format, args...)}
}

// weighed is a worth by a stakeholder's weights, in points of 100.
func (a appraiser) weighed(w workshop.Worth) portfolio.Worth {
	out := portfolio.Worth{By: a.ask.Worth, Label: fmt.Sprintf("the weights of %s in “%s”", w.Name, w.Question), Unit: "points", Of: map[string]portfolio.Value{},
		Means: fmt.Sprintf("the sum of the points that the chosen have by the weights of %s; an option that is worst in every criterion has 0, one that is best in all 100. Points are this stakeholder’s, not the place’s", w.Name),
		Draws: func(_ context.Context, n int, seed uint64) (map[string][]float64, error) {
			draws := w.Draws(n, seed)
			if draws == nil {
				return nil, fmt.Errorf("the weights of %s cannot be drawn", w.Name)
			}
			return draws, nil
		}}
	out.Cautions = append(out.Cautions, "Points say how one stakeholder weighs criteria. A plan by them is that stakeholder’s plan; compare it with those of others.")
	out.Cautions = append(out.Cautions, w.Unknown...)
	for _, i := range a.all {
		v, ok := w.Values[i.ID]
		if !ok {
			out.Of[i.ID] = portfolio.Value{Why: "it is not scored in the workshop"}
			continue
		}
		out.Of[i.ID] = portfolio.Value{Known: true, Value: short(v.Value), Lo: v.Lo, Hi: v.Hi, Why: "by the weights of " + w.Name, Ref: workshop.Ref(w.Workshop, i.ID)}
	}
	return out
}

// short is a number to four decimals, so that sums are checked exactly.
func short(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// appraiser is what an appraisal for a plan needs.
type appraiser struct {
	all []portfolio.Intervention
	reg portfolio.Register
	ask portfolio.Ask
	set *parameter.Set
}

func (a appraiser) appraise(ctx context.Context, n int, seed uint64) (appraisal.Result, error) {
	s := appraisal.Of(a.ask)
	if n > 0 {
		s.Draws, s.Seed = n, seed
	}
	return appraisal.Appraise(ctx, appraisal.Make(a.all, a.reg, *a.set), s)
}

// appraised is a worth by net jobs or by net present social value.
func (a appraiser) appraised(ctx context.Context) (portfolio.Worth, error) {
	res, err := a.appraise(ctx, 0, 0)
	if err != nil {
		return portfolio.Worth{}, err
	}
	out := portfolio.Worth{By: a.ask.Worth, Of: map[string]portfolio.Value{}}
	read := appraisal.NetJobs
	if a.ask.Worth == portfolio.WorthJobs {
		out.Label, out.Unit = "net additional jobs", "jobs"
		out.Means = "the number of net additional jobs expected in the area: jobs as stated less deadweight, leakage, displacement and substitution, times the chance that a programme of the type works at all"
		out.Cautions = []string{"Jobs are as the proposers state them; where they call them net they are taken as net, else made net by assumed shares, so that a bold claim wins. Who states no jobs is not compared. A job counts as one whatever it pays and however long it lasts."}
	} else {
		read = appraisal.NPSV
		out.Label, out.Unit = "net present social value", "£"
		out.Means = "the sum of net present social value if every one of them works: benefits with a national value less costs with optimism bias, discounted"
		out.Cautions = []string{"Few outcomes have a national value, and a job has none by default: what has no value in pounds is not compared. The chance that a programme works is not in it."}
	}
	for id, w := range read(res) {
		v := portfolio.Value{Known: w.Known, Value: short(w.Value), Lo: w.Low, Hi: w.High, Why: w.Why, Ref: w.Ref}
		if item, ok := res.Item(id); ok && item.ClaimedNet() && a.ask.Worth == portfolio.WorthJobs {
			v.Claim = "Its jobs are net by its proposer’s own claim, and are taken as net"
		}
		out.Of[id] = v
	}
	out.Draws = func(ctx context.Context, n int, seed uint64) (map[string][]float64, error) {
		res, err := a.appraise(ctx, n, seed)
		if err != nil {
			return nil, err
		}
		draws := map[string][]float64{}
		for id, w := range read(res) {
			if w.Known {
				draws[id] = w.Draws
			}
		}
		return draws, nil
	}
	return out, nil
}

// overruns are factors on the public cost of each intervention: its drawn cost with optimism
// bias against the cost as stated, both present values.
func (a appraiser) overruns(ctx context.Context, n int, seed uint64) (map[string][]float64, error) {
	res, err := a.appraise(ctx, n, seed)
	if err != nil {
		return nil, err
	}
	out := map[string][]float64{}
	for _, i := range a.all {
		item, ok := res.Item(i.ID)
		if !ok {
			continue
		}
		for _, key := range []string{appraisal.KeyPublic, appraisal.KeyCost} {
			draws := res.DrawsOf(i.ID, key)
			gross := item.Measure(key).Gross
			if draws == nil || gross <= 0 {
				continue
			}
			factors := make([]float64, len(draws))
			for k, d := range draws {
				factors[k] = math.Max(0, d/gross)
			}
			out[i.ID] = factors
			break
		}
	}
	return out, nil
}
