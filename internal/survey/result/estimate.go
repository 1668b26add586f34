package result

import (
	"fmt"
	"math"
	"slices"

	"milieu/internal/sampling"
	"milieu/internal/survey"
)

// estimate is the item among the answers that are in.
func (s sample) estimate(m measured, in []bool) (sampling.Estimate, error) {
	if m.yes != nil {
		return s.design.Share(m.yes, in, sampling.How{})
	}
	return s.design.Mean(m.y, in, sampling.How{})
}

// item is what is shown of an item among the answers that are in.
func (s sample) item(m measured, d data, in []bool, hidden bool) (Item, error) {
	out := Item{Option: m.option, Label: m.label, Measure: m.measure}
	if hidden {
		out.Hidden = true
		return out, nil
	}
	e, err := s.estimate(m, in)
	if err != nil {
		return out, fmt.Errorf("survey %s, question %s, %s: %w", s.in.SurveyID, d.ID, m.label, err)
	}
	out.Estimate = Estimate{N: e.N, Method: e.Method}
	if e.N == 0 {
		return out, nil
	}
	for i, yes := range m.yes {
		if yes && (in == nil || in[i]) {
			out.count++
		}
	}
	out.Step = m.finest(d.Question)
	out.Value, out.Lower, out.Upper = m.rounded(d.Question, e)
	return out, nil
}

// finest is what figures of the item are rounded to; 0 is two significant digits.
func (m measured) finest(q survey.Question) float64 {
	switch {
	case q.Kind == survey.Number:
		return 0
	case m.yes != nil:
		return max(m.step, 0.01)
	case m.measure == Points:
		return 1
	}
	return 0.1
}

// rounded is an estimate as it is published; the ends of its interval are rounded outwards.
func (m measured) rounded(q survey.Question, e sampling.Estimate) (value, lower, upper float64) {
	lo, hi := bounds(m, q)
	within := func(x float64) float64 { return max(lo, min(hi, x)) }
	step := m.finest(q)
	if step == 0 {
		return significant(within(e.Value), 2), significant(within(e.Lo), 2), significant(within(e.Hi), 2)
	}
	down := math.Floor(within(e.Lo)/step+1e-9) * step
	up := math.Ceil(within(e.Hi)/step-1e-9) * step
	return roundTo(within(e.Value), step), roundTo(within(down), step), roundTo(within(up), step)
}

// bounds are the least and the most that an item can be; without ends for a number that has none.
func bounds(m measured, d survey.Question) (lo, hi float64) {
	switch {
	case m.yes != nil:
		return 0, 1
	case m.measure == Points:
		return 0, 100
	case d.Min < d.Max:
		return d.Min, d.Max
	}
	return math.Inf(-1), math.Inf(1)
}

// rank gives the items that are shown the places that they can have.
func (s sample) rank(items []Item, d data, in []bool) error {
	for _, measure := range []string{Share, First, Points} {
		if measure == Share && d.Kind == survey.Scale {
			continue
		}
		var places []int
		var values [][]float64
		for i := range items {
			if items[i].Measure == measure && !items[i].Hidden && items[i].N > 0 {
				places, values = append(places, i), append(values, d.items[i].values())
			}
		}
		if len(places) < 2 {
			continue
		}
		ranks, err := s.design.Ranks(values, in, 0)
		if err != nil {
			return fmt.Errorf("survey %s, question %s: places: %w", s.in.SurveyID, d.ID, err)
		}
		for k, r := range ranks {
			items[places[k]].RankLow, items[places[k]].RankHigh = r.Best, r.Worst
		}
	}
	return nil
}

// values are what each answer gives the item; of a share, 1 for yes.
func (m measured) values() []float64 {
	if m.yes == nil {
		return m.y
	}
	out := make([]float64, len(m.yes))
	for i, yes := range m.yes {
		if yes {
			out[i] = 1
		}
	}
	return out
}

// worst sets the bounds in which the items of the whole lie, whatever those who did not answer would have said, given the least
// share of a stratum that was heard. A question that was not asked of all has none.
func (s sample) worst(items []Item, d data, heard float64) {
	if len(s.in.Cells) == 0 || slices.ContainsFunc(d.answers, func(a survey.Answer) bool { return a.State == survey.NotAsked }) {
		return
	}
	for i := range items {
		lo, hi := bounds(d.items[i], d.Question)
		if items[i].Hidden || items[i].N == 0 || math.IsInf(lo, 0) || d.Kind == survey.Number {
			continue
		}
		heard := heard * float64(items[i].N) / float64(len(s.rows))
		step := items[i].Step
		items[i].Worst = roundTo(items[i].Value*heard+lo*(1-heard), step)
		items[i].Best = roundTo(items[i].Value*heard+hi*(1-heard), step)
	}
}
