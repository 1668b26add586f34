package workshop

import (
	"context"
	"fmt"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/chance"
	"milieu/internal/mcda"
)

// Interval is a value in points from 0 (as bad as all worst anchors) to 100 (as good as all best) with a 90 % range.
type Interval struct{ Value, Lo, Hi float64 }

// Worth is what options are worth to one stakeholder, under that stakeholder's name. An intervention that is not an
// option of the workshop is not in Values: it has no worth here, which is not a worth of 0.
type Worth struct {
	Workshop, Question, Stakeholder, Name string
	Values                                map[string]Interval // by intervention
	Unknown                               []string            // what was not known, in sentences
	options                               []string
	problem                               mcda.Problem
}

// WorthKey is how a worth is named in an address: w:WORKSHOP:STAKEHOLDER.
func WorthKey(workshop, stakeholder string) string { return "w:" + workshop + ":" + stakeholder }

// Choice is a stakeholder whose worth a plan can be made of.
type Choice struct{ Key, Label string }

// WorthChoices are the stakeholders of all workshops that are there, by question and name.
func (b Book) WorthChoices(ctx context.Context, a auth.Actor) ([]Choice, error) {
	all, err := b.List(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, s := range all {
		if s.Deleted != "" || s.Stakeholders == 0 {
			continue
		}
		w, err := b.Get(ctx, a, s.ID)
		if err != nil {
			return nil, err
		}
		for _, x := range w.Weights {
			out = append(out, Choice{WorthKey(w.ID, x.ID), fmt.Sprintf("%s: weights of %s", w.Setup.Question, x.Name)})
		}
	}
	return out, nil
}

// Worth reckons what options are worth to a stakeholder. Errors are ErrNotFound, auth.ErrDenied, or of the store.
func (b Book) Worth(ctx context.Context, a auth.Actor, f Facts, workshop, stakeholder string) (Worth, error) {
	w, err := b.Get(ctx, a, workshop)
	if err != nil {
		return Worth{}, err
	}
	k := slices.IndexFunc(w.Weights, func(x Weights) bool { return x.ID == stakeholder })
	if k < 0 || w.Deleted != "" {
		return Worth{}, ErrNotFound
	}
	return WorthOf(ctx, w, w.Weights[k], f)
}

// WorthOf reckons what options of a workshop are worth to a stakeholder of it.
func WorthOf(ctx context.Context, w Workshop, s Weights, f Facts) (Worth, error) {
	out := Worth{Workshop: w.ID, Question: w.Setup.Question, Stakeholder: s.ID, Name: s.Name, Values: map[string]Interval{}}
	p, cells, err := w.Setup.Problem(f)
	if err != nil || len(cells) == 0 || len(w.Setup.Criteria) == 0 {
		return out, err
	}
	set, missing := s.set(w.Setup)
	p.Weights = set
	for _, c := range missing {
		out.Unknown = append(out.Unknown, fmt.Sprintf("%s has no points for %s: it may be worth anything up to their most wanted step.", s.Name, c.Name))
	}
	out.problem = p
	draws, err := out.draws(ctx, 2000, Seed)
	if err != nil {
		return out, err
	}
	shares := s.Shares(w.Setup)
	middle := central(values(p, cells))
	for i, o := range w.Setup.Options {
		out.options = append(out.options, o.ID)
		sum := chance.Summarise(draws[i], Level)
		x := Interval{100 * sum.P50, 100 * sum.Low, 100 * sum.High}
		if shares != nil {
			x.Value = 100 * mcda.Additive(middle[i], shares)
		}
		x.Lo, x.Hi = min(x.Lo, x.Value), max(x.Hi, x.Value)
		out.Values[o.ID] = x
		for j, c := range w.Setup.Criteria {
			if !cells[i][j].Known {
				out.Unknown = append(out.Unknown, fmt.Sprintf("%s of %s is not known: it counts as the middle, and its range as the whole scale.", c.Name, o.Name))
			}
		}
	}
	return out, nil
}

func (w Worth) draws(ctx context.Context, n int, seed uint64) ([][]float64, error) {
	return mcda.Totals(ctx, w.problem, mcda.Options{Draws: n, Seed: seed})
}

// Draws are n draws of the worth in points, by option. In draw i all options have the weights of that draw; it is the
// same whatever n is. Nil where there is nothing to draw.
func (w Worth) Draws(n int, seed uint64) map[string][]float64 {
	if len(w.options) == 0 || n < 1 {
		return nil
	}
	all, err := w.draws(context.Background(), n, seed)
	if err != nil {
		return nil // the problem has been drawn from before, and no context ends
	}
	out := map[string][]float64{}
	for i, id := range w.options {
		for d := range all[i] {
			all[i][d] *= 100
		}
		out[id] = all[i]
	}
	return out
}
