package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Missing stands for a rating that was not made.
const Missing = -1

// Agreement is how far several people put the same things into the same categories, beyond what chance would bring: 1 is
// always, 0 is as chance would, below 0 is less. Krippendorff (2004) holds 0.8 to be enough and below 0.667 too little.
type Agreement struct {
	Value              float64
	Lo, Hi             float64 // interval; NaN where none was asked for or too few resamples are defined
	Observed, Expected float64 // agreement that there is, and that chance would bring: shares of pairs
	Units, Ratings     int     // what was rated by two or more, and the ratings of these
	Defined            bool    // false: all ratings are of one category or there are none, so that nothing can be told; the numbers mean nothing then
}

// Resampling says how an interval of agreement is made: units are drawn anew with replacement.
type Resampling struct {
	Draws      int // 0: no interval
	Seed       uint64
	Confidence float64 // 0 is 0.95
}

// CohenKappa is the kappa of two coders over the units that both have rated (Cohen 1960). Ratings are categories from 0, or
// Missing; the two lists are of the same units.
func CohenKappa(a, b []int, r Resampling) (Agreement, error) {
	if len(a) != len(b) {
		return Agreement{}, fmt.Errorf("one coder has %d ratings and the other %d; they are of the same units", len(a), len(b))
	}
	var units [][]int
	for i := range a {
		units = append(units, []int{a[i], b[i]})
	}
	return agreement(units, r, func(units [][]int, k int) Agreement {
		first, second, same, n := make([]float64, k), make([]float64, k), 0.0, 0.0
		for _, u := range units {
			first[u[0]]++
			second[u[1]]++
			n++
			if u[0] == u[1] {
				same++
			}
		}
		chance := 0.0
		for c := range first {
			chance += first[c] / n * second[c] / n
		}
		return beyondChance(same/n, chance)
	})
}

// FleissKappa is the kappa of coders of whom the same number has rated each unit (Fleiss 1971): ratings[unit] has the
// categories from 0 that the coders gave. It fails where a rating is missing; KrippendorffAlpha allows that.
func FleissKappa(ratings [][]int, r Resampling) (Agreement, error) {
	for i, u := range ratings {
		if slices.Contains(u, Missing) || len(u) != len(ratings[0]) || len(u) < 2 {
			return Agreement{}, fmt.Errorf("unit %d does not have a rating by each of two or more coders, as Fleiss' kappa needs; Krippendorff's alpha allows what is missing", i+1)
		}
	}
	return agreement(ratings, r, func(units [][]int, k int) Agreement {
		totals, same, n := make([]float64, k), 0.0, 0.0
		for _, u := range units {
			pairs := samePairs(u, k, totals)
			same += pairs / float64(len(u)*(len(u)-1))
			n += float64(len(u))
		}
		chance := 0.0
		for _, t := range totals {
			chance += t / n * t / n
		}
		return beyondChance(same/float64(len(units)), chance)
	})
}

// KrippendorffAlpha is the alpha of any number of coders for categories without order (Krippendorff 1970, 2004): ratings[unit]
// has a category from 0 or Missing of each coder. Units with fewer than two ratings say nothing of agreement and are left out.
func KrippendorffAlpha(ratings [][]int, r Resampling) (Agreement, error) {
	return agreement(ratings, r, func(units [][]int, k int) Agreement {
		totals, same, n := make([]float64, k), 0.0, 0.0
		for _, u := range units {
			same += samePairs(u, k, totals) / float64(len(u)-1)
			n += float64(len(u))
		}
		chance := 0.0
		for _, t := range totals {
			chance += t * (t - 1) / (n * (n - 1))
		}
		return beyondChance(same/n, chance)
	})
}

// samePairs counts the ordered pairs of a unit's ratings that are alike, and adds its ratings to totals.
func samePairs(unit []int, k int, totals []float64) float64 {
	counts, pairs := make([]float64, k), 0.0
	for _, c := range unit {
		pairs += 2 * counts[c]
		counts[c]++
		totals[c]++
	}
	return pairs
}

func beyondChance(observed, chance float64) Agreement {
	a := Agreement{Observed: observed, Expected: chance, Lo: math.NaN(), Hi: math.NaN()}
	if 1-chance > 1e-12 { // false for NaN, which no unit gives
		a.Value, a.Defined = (observed-chance)/(1-chance), true
	}
	return a
}

// agreement leaves out what is missing, measures, and draws units anew for the interval.
func agreement(ratings [][]int, r Resampling, measure func(units [][]int, categories int) Agreement) (Agreement, error) {
	confidence := r.Confidence
	if confidence == 0 {
		confidence = 0.95
	}
	if !(confidence > 0 && confidence < 1) || r.Draws < 0 {
		return Agreement{}, fmt.Errorf("%d draws at a confidence of %v: draws are not negative and a confidence is between 0 and 1", r.Draws, r.Confidence)
	}
	var units [][]int
	k, n := 0, 0
	for i, row := range ratings {
		var u []int
		for _, c := range row {
			if c < Missing {
				return Agreement{}, fmt.Errorf("unit %d has a rating of %d; categories count from 0, and %d is missing", i+1, c, Missing)
			}
			if c != Missing {
				u, k = append(u, c), max(k, c+1)
			}
		}
		if len(u) >= 2 {
			units, n = append(units, u), n+len(u)
		}
	}
	none := Agreement{Lo: math.NaN(), Hi: math.NaN()}
	if len(units) == 0 {
		return none, nil
	}
	a := measure(units, k)
	a.Units, a.Ratings = len(units), n
	if a.Defined && r.Draws > 0 && len(units) > 1 {
		a.Lo, a.Hi = resampledAgreement(units, k, r, confidence, measure)
	}
	return a, nil
}

// resampledAgreement is the percentile interval over units drawn anew. Draws in which all ratings are of one category are
// not defined; where they are more than one in twenty there is no interval.
func resampledAgreement(units [][]int, k int, r Resampling, confidence float64, measure func([][]int, int) Agreement) (lo, hi float64) {
	var values []float64
	drawn := make([][]int, len(units))
	for draw := range r.Draws {
		rng := rand.New(rand.NewPCG(r.Seed, uint64(draw)))
		for i := range drawn {
			drawn[i] = units[rng.IntN(len(units))]
		}
		if a := measure(drawn, k); a.Defined {
			values = append(values, a.Value)
		}
	}
	if len(values) == 0 || 20*(r.Draws-len(values)) > r.Draws {
		return math.NaN(), math.NaN()
	}
	slices.Sort(values)
	tail := (1 - confidence) / 2
	return quantileSorted(values, tail), quantileSorted(values, 1-tail)
}

// quantileSorted is the linear quantile (type 7 of Hyndman & Fan) of sorted values.
func quantileSorted(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
