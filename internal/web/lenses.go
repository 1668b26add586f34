package web

import (
	"fmt"

	"milieu/internal/chart"
	"milieu/internal/portfolio"
)

// lensScatter draws the interventions that have a score under both lenses.
func lensScatter(all []portfolio.Intervention, width, height float64) chart.Chart {
	return portfolio.Scatter(all, width, height)
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
