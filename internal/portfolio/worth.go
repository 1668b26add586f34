package portfolio

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"milieu/internal/cash"
	"milieu/internal/chance"
	"milieu/internal/chart"
	"milieu/internal/report"
)

// Value is what an intervention is worth to a plan. Not known is not zero: such an
// intervention is not compared.
type Value struct {
	Known         bool
	Value, Lo, Hi float64
	Why           string // what it rests on, or why it is not known
	Ref           string // where Value comes from
	Claim         string // what of it is only its proposer's claim
}

// Worth is what interventions are worth to a plan, under one measure. Measures are never
// added up.
type Worth struct {
	By      string // as Ask.By
	Label   string // in words: what grows the cluster
	Unit    string // of a value: jobs, £, points or empty
	Means   string // what the sum over a plan counts, and what it does not
	Percent bool   // a value is a share, shown in per cent
	Of      map[string]Value
	// Draws are n values of each intervention that is known; draw k of all belongs together. Nil: nothing can be drawn.
	Draws func(ctx context.Context, n int, seed uint64) (map[string][]float64, error)
	// Overruns are n factors on the cost of each intervention; nil: costs are not drawn.
	Overruns func(ctx context.Context, n int, seed uint64) (map[string][]float64, error)
	Cautions []string // what whoever reads the plan must know
}

// Show is a value for words, with its unit.
func (w Worth) Show(v float64, decimals int) string {
	switch w.Unit {
	case "":
		return chart.Number(v, decimals)
	case unitPounds:
		return chart.Money(cash.Round(100 * v))
	}
	return chart.Number(v, max(0, decimals-1)) + " " + w.Unit
}

// unitPounds is the unit of what is worth money.
const unitPounds = "£"

// Head names values for the head of a column: the unit, which its figures leave out.
func (w Worth) Head() string {
	switch {
	case w.Percent:
		return "Score, %"
	case w.Unit == unitPounds:
		return "Net present social value"
	case w.Unit == "":
		return "Value"
	}
	return strings.ToUpper(w.Unit[:1]) + w.Unit[1:]
}

// Figure is a value as shown under Head, with its range.
func (w Worth) Figure(v Value) report.Figure {
	switch {
	case w.Percent:
		return report.NumberFigure(100*v.Value, 100*v.Lo, 100*v.Hi, 0, v.Ref)
	case w.Unit == unitPounds:
		f := report.MoneyFigure(cash.Round(100*v.Value), v.Ref)
		f.Range = w.Show(v.Lo, 0) + "–" + w.Show(v.Hi, 0)
		return f
	}
	return report.NumberFigure(v.Value, v.Lo, v.Hi, 0, v.Ref)
}

// worthPurpose tells the random numbers of worths from others of the same seed.
const worthPurpose = 0x776f727468

// LensWorth is what interventions are worth under a lens.
func LensWorth(all []Intervention, l Lens) Worth {
	w := Worth{By: string(l), Label: l.Label(), Percent: true, Means: Means(all, l), Of: map[string]Value{}}
	for _, i := range all {
		s := i.Score(l)
		w.Of[i.ID] = Value{Known: s.Known, Value: round6(s.Value), Lo: s.Lo, Hi: s.Hi, Why: s.Basis, Ref: s.Ref}
	}
	w.Draws = func(_ context.Context, n int, seed uint64) (map[string][]float64, error) {
		return lensDraws(all, l, n, seed), nil
	}
	if l == Growth {
		w.Cautions = append(w.Cautions, "A sum of chances is not a size of effect: a programme for two firms counts as much as one for two thousand. Look at the plan by net jobs beside it.")
	} else {
		w.Cautions = append(w.Cautions, "What firms use or ask for is not what would grow the cluster, and large and small programmes count alike.")
	}
	return w
}

// lensDraws draws scores. Interventions that rest on the same evidence share the draw: a
// type of programme works or does not, for all of them.
func lensDraws(all []Intervention, l Lens, n int, seed uint64) map[string][]float64 {
	var keys []string
	dists := map[string]func(u float64) float64{}
	key := func(i Intervention) string { return evidenceKey(i, l) }
	for _, i := range all {
		if k := key(i); i.Score(l).Known && dists[k] == nil {
			keys = append(keys, k)
			dists[k] = scoreDist(i, l)
		}
	}
	slices.Sort(keys)
	s := chance.Stream{Seed: seed, Purpose: worthPurpose}
	drawn := map[string][]float64{}
	for input, k := range keys {
		v := make([]float64, n)
		for d := range v {
			v[d] = dists[k](s.Uniform(d, input))
		}
		drawn[k] = v
	}
	out := map[string][]float64{}
	for _, i := range all {
		if i.Score(l).Known {
			out[i.ID] = drawn[key(i)]
		}
	}
	return out
}

// evidenceKey names what a score rests on.
func evidenceKey(i Intervention, l Lens) string {
	if l == Growth {
		return "effect " + i.EffectType
	}
	s := i.Score(l)
	if s.Asked != nil {
		return fmt.Sprintf("asked %s of %s", s.Basis, i.ID)
	}
	return "use " + s.Basis
}

// scoreDist is the inverse of the distribution of a score: the Beta of its studies or of
// the firms counted; for a survey a normal of the interval, cut to 0 and 1.
func scoreDist(i Intervention, l Lens) func(u float64) float64 {
	s := i.Score(l)
	beta := func(k, n int) func(u float64) float64 {
		d := chance.Dist{Kind: chance.Beta, A: 1 + float64(k), B: 1 + float64(n-k)}
		return d.At
	}
	switch {
	case l == Growth:
		return beta(i.effect.positive+i.local.Positive, i.effect.studies+i.local.Studies)
	case s.Asked == nil && i.firms > 0:
		return beta(i.usersN, i.firms)
	}
	level := s.Confidence
	if level == 0 {
		level = Level
	}
	sd := (s.Hi - s.Lo) / 2 / distuv.UnitNormal.Quantile((1+level)/2)
	return func(u float64) float64 {
		return math.Min(1, math.Max(0, s.Value+sd*distuv.UnitNormal.Quantile(u)))
	}
}
