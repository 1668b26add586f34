package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Median returns the middle value; of an even number the mean of the middle two. It is NaN without values, which are
// not changed.
func Median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	s := slices.Clone(values)
	slices.Sort(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}

// MedianInterval returns the narrowest pair of order statistics, equally far from both ends, that holds the median
// of the population with at least the confidence, whatever its distribution (Thompson 1936; Conover 1999, section
// 3.2). It is false where the values are too few: n values reach 1 - 2^(1-n) at most, so that 90 % takes five and
// 95 % six.
func MedianInterval(values []float64, confidence float64) (Interval, bool) {
	n := len(values)
	if !(confidence > 0 && confidence < 1) || n == 0 {
		return Interval{}, false
	}
	s := slices.Clone(values)
	slices.Sort(s)
	half := distuv.Binomial{N: float64(n), P: 0.5}
	for k := (n + 1) / 2; k >= 1; k-- { // k-th from either end
		if 1-2*half.CDF(float64(k-1)) >= confidence {
			return Interval{Lo: s[k-1], Hi: s[n-k]}, true
		}
	}
	return Interval{}, false
}
