package web

import (
	"fmt"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/portfolio"
)

// lensScatter draws the interventions that have a score under both lenses.
// Those of one type share their scores, so a mark stands for a group and grows
// with its number.
func lensScatter(all []portfolio.Intervention, width, height float64) chart.Chart {
	type group struct {
		at    portfolio.Intervention
		names []string
	}
	groups := map[string]*group{}
	var keys []string
	for _, i := range all {
		if !i.Growth.Known || !i.Demand.Known {
			continue
		}
		k := fmt.Sprintf("%s|%.6f", i.EffectType, i.Demand.Value)
		if groups[k] == nil {
			groups[k] = &group{at: i}
			keys = append(keys, k)
		}
		groups[k].names = append(groups[k].names, i.Name)
	}
	sort.SliceStable(keys, func(a, b int) bool { return len(groups[keys[a]].names) > len(groups[keys[b]].names) })
	var points []chart.Point
	for _, k := range keys {
		g := groups[k]
		label := g.names[0]
		if n := len(g.names); n > 1 {
			label = fmt.Sprintf("%d of the type %s", n, strings.ReplaceAll(g.at.EffectType, "-", " "))
		}
		points = append(points, chart.Point{Label: label, X: 100 * g.at.Growth.Value, Y: 100 * g.at.Demand.Value, Size: float64(len(g.names)),
			XRange: chart.Interval{Lo: 100 * g.at.Growth.Lo, Hi: 100 * g.at.Growth.Hi}, YRange: chart.Interval{Lo: 100 * g.at.Demand.Lo, Hi: 100 * g.at.Demand.Hi}})
	}
	return chart.Scatter(chart.ScatterSpec{Title: "Interventions under two lenses", Points: points, Width: width, Height: height,
		X: chart.Axis{Label: "grows the cluster, %", Min: 0, Max: 100, Refs: []chart.Ref{{At: 50}}},
		Y: chart.Axis{Label: "firms use it now, %", Min: 0, Max: 100}})
}

// lensConflict says in a sentence where the lenses part most: what firms use
// much and no study supports, or that most interventions have no evidence of
// what firms want.
func lensConflict(all []portfolio.Intervention) string {
	noDemand, noGrowth := 0, 0
	for _, i := range all {
		if !i.Demand.Known {
			noDemand++
		}
		if !i.Growth.Known {
			noGrowth++
		}
	}
	return fmt.Sprintf("Of %d interventions, %d have no sound study of their type and %d have nothing on record that shows what firms want. They are not ranked under that lens; they are listed.", len(all), noGrowth, noDemand)
}
