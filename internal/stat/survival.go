package stat

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Life is how long one business was watched, and whether it ended then. What did not
// end is censored: it lived at least that long.
type Life struct {
	Time  float64
	Ended bool
}

// Survival is the estimate after a time at which businesses ended.
type Survival struct {
	Time   float64
	AtRisk int // watched just before
	Ended  int
	Share  Estimate // that lives longer
}

// KaplanMeier is the product-limit estimate of survival (Kaplan & Meier 1958), with
// Greenwood's variance (1926) on the scale log(-log), which keeps the interval between 0
// and 1 (Kalbfleisch & Prentice 1980). Where all have ended, or nothing has, the interval
// is not known and is [0, 1] or the value alone at 1. It fails on no lives and on times that are
// negative or not finite.
func KaplanMeier(lives []Life, confidence float64) ([]Survival, error) {
	if len(lives) == 0 {
		return nil, errors.New("there are no lives")
	}
	sorted := slices.Clone(lives)
	for i, l := range sorted {
		if !(l.Time >= 0) || math.IsInf(l.Time, 0) {
			return nil, fmt.Errorf("life %d lasts %v; a time is not negative", i+1, l.Time)
		}
	}
	slices.SortFunc(sorted, func(a, b Life) int { return cmp.Compare(a.Time, b.Time) })
	var out []Survival
	share, greenwood, z := 1.0, 0.0, normal(confidence)
	for i := 0; i < len(sorted); {
		j, ended := i, 0
		for ; j < len(sorted) && sorted[j].Time == sorted[i].Time; j++ {
			if sorted[j].Ended {
				ended++
			}
		}
		if n := len(sorted) - i; ended > 0 {
			share *= 1 - float64(ended)/float64(n)
			greenwood += float64(ended) / (float64(n) * float64(n-ended))
			out = append(out, Survival{sorted[i].Time, n, ended, logLog(share, greenwood, z)})
		}
		i = j
	}
	return out, nil
}

// logLog is the interval of a share of survivors with Greenwood's sum.
func logLog(share, greenwood, z float64) Estimate {
	if share == 0 || math.IsInf(greenwood, 0) {
		return Estimate{Value: share, Lo: 0, Hi: 1}
	}
	theta := math.Log(-math.Log(share))
	half := z * math.Sqrt(greenwood) / math.Abs(math.Log(share))
	return Estimate{Value: share, Lo: math.Exp(-math.Exp(theta + half)), Hi: math.Exp(-math.Exp(theta - half))}
}

// CohortSurvival is the share of a cohort of births that lives after each year, with
// Wilson's interval. It fails where more live than were born, or than lived the year
// before.
func CohortSurvival(births int, alive []int, confidence float64) ([]Estimate, error) {
	if births <= 0 {
		return nil, fmt.Errorf("a cohort of %d births has no survival", births)
	}
	out := make([]Estimate, len(alive))
	before := births
	for i, n := range alive {
		if n < 0 || n > before {
			return nil, fmt.Errorf("%d live after year %d and %d before; a cohort does not grow", n, i+1, before)
		}
		iv := WilsonInterval(n, births, confidence)
		out[i] = Estimate{Value: float64(n) / float64(births), Lo: iv.Lo, Hi: iv.Hi}
		before = n
	}
	return out, nil
}
