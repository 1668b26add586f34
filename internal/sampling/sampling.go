// Package sampling draws firms from a frame, weighs their answers and says how sure a result is. It owns sizes of samples
// and their allocation to strata, the draw, design weights, raking, shares, means, totals and ratios with intervals that
// respect weights, strata, clusters and the finite population, worst-case bounds and response rates. It knows no
// questionnaire, hides no small cell and reads nothing.
//
// The variance is that of with-replacement primary units in strata with the finite population correction of the first
// stage, linearised (Binder 1983; Särndal, Swensson & Wretman 1992), which is what R's package survey (Lumley 2004) reckons;
// oracle/survey holds the two against each other. Who did not answer is treated as drawn out by chance within the stratum:
// nothing here can know that, and WorstCase says what hangs on it.
package sampling

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// confidence is the level of all intervals where none is asked for.
const usual = 0.95

// orUsual gives a level between 0 and 1, the usual one for 0.
func orUsual(confidence float64) (float64, error) {
	switch {
	case confidence == 0:
		return usual, nil
	case confidence > 0 && confidence < 1:
		return confidence, nil
	}
	return 0, fmt.Errorf("confidence %v is not between 0 and 1", confidence)
}

func normal(confidence float64) float64 { return distuv.UnitNormal.Quantile(0.5 + confidence/2) }

// student is the quantile of Student's t for a two-sided interval. With no degree of freedom left it is that of one.
func student(confidence float64, df int) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(max(1, df))}.Quantile(0.5 + confidence/2)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
