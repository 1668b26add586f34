package invent

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/survey"
)

// several takes each option that is liked more than a logistic draw; at least one, the one liked best. An option that goes with
// no other is taken where nothing else would be.
func (g generator) several(f Firm, q survey.Question) []string {
	list := g.liked(f, q)
	var out []string
	for _, l := range list {
		u := g.mind(f, subject(q), "several", l.id).Float64()
		if !l.alone && u < logistic(l.mean-0.4) {
			out = append(out, l.id)
		}
	}
	if len(out) == 0 {
		i := slices.IndexFunc(list, func(l liking) bool { return l.alone })
		return []string{list[max(i, 0)].id}
	}
	if q.Most > 0 && len(out) > q.Most {
		out = out[:q.Most] // the list is in the order of likings
	}
	var ordered []string
	for _, o := range q.Options {
		if slices.Contains(out, o.ID) {
			ordered = append(ordered, o.ID)
		}
	}
	return ordered
}

// ranked are the options liked best, in order; some firms stop early.
func (g generator) ranked(f Firm, q survey.Question) []string {
	list := g.liked(f, q)
	most := len(list)
	if q.Most > 0 {
		most = min(most, q.Most)
	}
	if most > 1 && g.mind(f, subject(q), "stops", q.ID).Float64() < 0.2 {
		most--
	}
	var out []string
	for _, l := range list[:most] {
		out = append(out, l.id)
	}
	return out
}

// chip is the size of the portions in which firms give points.
const chip = 5

// points shares 100 points in portions of five, in proportion to the exponentials of the likings (largest remainders).
func (g generator) points(f Firm, q survey.Question) []survey.Point {
	list := g.liked(f, q)
	top := list[0].with
	weight := map[string]float64{}
	total := 0.0
	for _, l := range list {
		weight[l.id] = math.Exp(1.2 * (l.with - top))
		total += weight[l.id]
	}
	const chips = 100 / chip
	given := map[string]int{}
	left := chips
	for _, l := range list {
		given[l.id] = int(chips * weight[l.id] / total)
		left -= given[l.id]
	}
	rest := func(id string) float64 { w := chips * weight[id] / total; return w - math.Floor(w) }
	slices.SortStableFunc(list, func(a, b liking) int {
		switch x, y := rest(a.id), rest(b.id); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for i := range left {
		given[list[i%len(list)].id]++
	}
	var out []survey.Point
	for _, o := range q.Options {
		if given[o.ID] > 0 {
			out = append(out, survey.Point{Option: o.ID, Points: float64(given[o.ID] * chip)})
		}
	}
	return out
}

// scale is a step between the ends, about a middle that hangs on the firm's groups.
func (g generator) scale(f Firm, q survey.Question, r *rand.Rand) float64 {
	x := logistic(g.mean(f, q, "") + g.m.Spread.Firm*r.NormFloat64())
	return math.Round(q.Min + x*(q.Max-q.Min))
}

func (g generator) number(f Firm, q survey.Question, r *rand.Rand) float64 {
	v := 0.0
	if q.Prefill == "employees" && f.Employees > 0 {
		v = float64(f.Employees)
	} else {
		by := Quantity{Median: 20, Spread: 1}
		if q.Max > q.Min {
			by = Quantity{Median: max((q.Min+q.Max)/4, 1), Spread: 0.8}
		}
		for _, n := range g.m.Number {
			if about(q, n.Question, n.Topic) {
				by = n
			}
		}
		v = math.Round(by.Median * math.Exp(by.Spread*r.NormFloat64()))
	}
	if q.Max > q.Min {
		v = min(max(v, q.Min), q.Max)
	}
	return v
}

// named are up to three organisations that do not exist, and say so.
func named(q survey.Question, r *rand.Rand) []survey.Named {
	n := 1 + r.IntN(3)
	if q.Most > 0 {
		n = min(n, q.Most)
	}
	var out []survey.Named
	for _, i := range r.Perm(20)[:n] {
		out = append(out, survey.Named{Name: fmt.Sprintf("Invented organisation %d", i+1)})
	}
	return out
}

func (g generator) texts(q survey.Question) []string {
	for _, w := range g.m.Words {
		if about(q, w.Question, w.Topic) {
			return w.Text
		}
	}
	return nil
}

func (g generator) words(q survey.Question, r *rand.Rand) string {
	if list := g.texts(q); len(list) > 0 {
		return list[r.IntN(len(list))]
	}
	return InventedWords + "."
}
