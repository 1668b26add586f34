package portfolio

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/stat"
)

// Band is a run of the ranking in which no two can be told apart: each interval
// overlaps each other one.
type Band struct {
	First, Last int // places by value, counted from 1
	Groups      []Group
}

// N is how many interventions the band holds.
func (b Band) N() int { return b.Last - b.First + 1 }

// Group is interventions that share a score because they share its evidence.
type Group struct {
	Score Score // of the first; the references of the others differ
	Rank  stat.RankRange
	Items []Intervention // by name
}

// Bands parts the interventions with a known score under the lens, the highest
// value first: a band takes the next one as long as its interval overlaps those
// of all in the band. Neighbouring bands may overlap at their edge, which the
// ranges of ranks show.
func Bands(all []Intervention, l Lens) []Band {
	var bands []Band
	floor := 0.0 // the highest lower end in the band
	place := 0
	for _, g := range groups(ByLens(all, l), l) {
		if n := len(bands); n == 0 || g.Score.Hi < floor {
			bands = append(bands, Band{First: place + 1})
			floor = g.Score.Lo
		}
		b := &bands[len(bands)-1]
		floor = max(floor, g.Score.Lo)
		b.Groups = append(b.Groups, g)
		place += len(g.Items)
		b.Last = place
	}
	return bands
}

// groups joins neighbours of a ranking that share value and basis.
func groups(ranked []Intervention, l Lens) []Group {
	var out []Group
	at := map[string]int{}
	for _, i := range ranked {
		s := i.Score(l)
		if !s.Known {
			continue
		}
		key := fmt.Sprintf("%x|%s", math.Float64bits(s.Value), s.Basis)
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, Group{Score: s, Rank: i.Rank(l)})
		}
		out[k].Items = append(out[k].Items, i)
	}
	return out
}

// Disagreement is interventions with the same evidence under both lenses, and
// where they stand under each among all that have a score under both.
type Disagreement struct {
	Items          []Intervention
	Growth, Demand Score
	GrowthPlace    stat.RankRange // places that the interval allows
	DemandPlace    stat.RankRange
	Gap            float64 // difference of the middle places by value over the number; above 0: higher under growth
	Sure           bool    // the ranges of places do not meet
}

// Disagreements lists where the lenses part, the widest gap first. The gap is of
// places, not of scores: a chance and a share are different things.
func Disagreements(all []Intervention) []Disagreement {
	var both []Intervention
	for _, i := range all {
		if i.Growth.Known && i.Demand.Known {
			both = append(both, i)
		}
	}
	rank(both)
	middle := map[Lens]map[string]float64{Growth: middles(both, Growth), Demand: middles(both, Demand)}
	at := map[string]int{}
	var out []Disagreement
	for _, i := range both {
		key := i.Growth.Basis + "|" + i.Demand.Basis
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			d := Disagreement{Growth: i.Growth, Demand: i.Demand, GrowthPlace: i.GrowthRank, DemandPlace: i.DemandRank,
				Gap: (middle[Demand][i.ID] - middle[Growth][i.ID]) / float64(len(both))}
			d.Sure = d.GrowthPlace.Best > d.DemandPlace.Worst || d.DemandPlace.Best > d.GrowthPlace.Worst
			out = append(out, d)
		}
		out[k].Items = append(out[k].Items, i)
	}
	sort.SliceStable(out, func(a, b int) bool { return math.Abs(out[a].Gap) > math.Abs(out[b].Gap) })
	return out
}

// middles gives each intervention its place by value; equals share the middle of
// their places.
func middles(all []Intervention, l Lens) map[string]float64 {
	out := map[string]float64{}
	for _, i := range all {
		above, same := 0, 0
		for _, j := range all {
			switch v := j.Score(l).Value; {
			case v > i.Score(l).Value:
				above++
			case v == i.Score(l).Value:
				same++
			}
		}
		out[i.ID] = float64(above) + float64(same+1)/2
	}
	return out
}

// Scatter draws the interventions that have a score under both lenses. Those of
// one type share their scores, so a mark stands for a group and grows with its
// number.
func Scatter(all []Intervention, width, height float64) chart.Chart {
	type key struct{ growth, demand string }
	at := map[key]int{}
	var gs []Disagreement
	for _, i := range all {
		if !i.Growth.Known || !i.Demand.Known {
			continue
		}
		k := key{i.EffectType, fmt.Sprintf("%.6f", i.Demand.Value)}
		n, ok := at[k]
		if !ok {
			n = len(gs)
			at[k] = n
			gs = append(gs, Disagreement{Growth: i.Growth, Demand: i.Demand})
		}
		gs[n].Items = append(gs[n].Items, i)
	}
	sort.SliceStable(gs, func(a, b int) bool { return len(gs[a].Items) > len(gs[b].Items) })
	var points []chart.Point
	top := 10.0 // the use of most kinds is far from all firms: the scale ends at the next ten
	for _, g := range gs {
		top = max(top, 10*math.Ceil(10*g.Demand.Hi))
		points = append(points, chart.Point{Label: GroupName(g.Items), X: 100 * g.Growth.Value, Y: 100 * g.Demand.Value, Size: float64(len(g.Items)),
			XRange: chart.Interval{Lo: 100 * g.Growth.Lo, Hi: 100 * g.Growth.Hi}, YRange: chart.Interval{Lo: 100 * g.Demand.Lo, Hi: 100 * g.Demand.Hi}})
	}
	return chart.Scatter(chart.ScatterSpec{Title: "Interventions under two lenses", Points: points, Width: width, Height: height,
		X: chart.Axis{Label: "grows the cluster, %", Min: 0, Max: 100, Refs: []chart.Ref{{At: 50}}},
		Y: chart.Axis{Label: demandAxis(all), Min: 0, Max: top}})
}

// GroupName names interventions of one type: the name of one, or how many of
// which type.
func GroupName(items []Intervention) string {
	if len(items) == 1 {
		return items[0].Name
	}
	return fmt.Sprintf("%d of the type %s", len(items), strings.ReplaceAll(items[0].EffectType, "-", " "))
}

// demandAxis says what the lens of demand counts.
func demandAxis(all []Intervention) string {
	a, heard := Heard(all, Demand)
	switch {
	case !heard:
		return "firms use it now, %"
	case a.Measure == evidence.DemandPoints:
		return "share of a budget that firms would give it, %"
	}
	return "firms that want it, %"
}

// Means says what the value of a plan made of these interventions counts under the lens.
func Means(all []Intervention, l Lens) string {
	if a, heard := Heard(all, l); heard {
		if a.Measure == evidence.DemandPoints {
			return "the share of a budget that firms would give to the chosen interventions together, as they answered in “" + a.Title() + "”; it counts what they want, not effect"
		}
		return "the sum of the shares of firms that want each chosen intervention, as they answered in “" + a.Title() + "”; it counts what they want, not effect"
	}
	if l == Demand {
		return "the sum of the shares of firms on record that already use something of each chosen kind; it counts reach, not effect"
	}
	return "how many of the chosen interventions would be expected to show growth in jobs, if each did as sound studies found for its type; it says nothing of how large the growth is"
}

// MoneyBars draws the cost of the plan against the budget.
func MoneyBars(p Plan, width float64) chart.Chart {
	const m = 100_000_000 // pence in a million pounds
	bars := []chart.Bar{{Label: "Budget", Value: float64(p.BudgetP) / m, Mark: chart.MarkOther}, {Label: "Plan", Value: float64(p.CostP) / m}}
	return chart.Bars(chart.BarsSpec{Title: "Cost against budget", Unit: "£m", Bars: bars, Axis: chart.Axis{Decimals: 1}, Width: width,
		Format: func(v float64) string { return chart.Money(cash.Round(v * m)) }})
}

// CostBars draws the cost of each chosen intervention, the dearest first.
func CostBars(p Plan, width float64) chart.Chart {
	const m = 100_000_000 // pence in a million pounds
	var bars []chart.Bar
	for _, i := range p.Chosen {
		bars = append(bars, chart.Bar{Label: i.Name, Value: float64(p.CostOf(i.ID)) / m})
	}
	return chart.Bars(chart.BarsSpec{Title: "Cost of each chosen intervention", Unit: "£m", Bars: bars, Axis: chart.Axis{Decimals: 1}, Width: width,
		Format: func(v float64) string { return chart.Money(cash.Round(v * m)) }})
}
