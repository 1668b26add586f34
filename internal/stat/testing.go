package stat

import (
	"math"
	"slices"
)

// Bonferroni gives adjusted p-values that hold the chance of any false finding
// (Dunn 1961): p times the number of tests, at most 1. A p that is NaN is no test
// and stays NaN.
func Bonferroni(p []float64) []float64 {
	return adjust(p, func(sorted []float64) {
		for i := range sorted {
			sorted[i] = min(1, sorted[i]*float64(len(sorted)))
		}
	})
}

// Holm gives adjusted p-values that hold the chance of any false finding, never
// larger than Bonferroni's (Holm 1979). A p that is NaN is no test and stays NaN.
func Holm(p []float64) []float64 {
	return adjust(p, func(sorted []float64) {
		most := 0.0
		for i, v := range sorted {
			most = max(most, v*float64(len(sorted)-i))
			sorted[i] = min(1, most)
		}
	})
}

// BenjaminiHochberg gives adjusted p-values (q-values) that hold the expected share
// of false findings among those declared, for independent or positively dependent
// tests (Benjamini & Hochberg 1995). A p that is NaN is no test and stays NaN.
func BenjaminiHochberg(p []float64) []float64 {
	return adjust(p, func(sorted []float64) { stepUp(sorted, 1) })
}

// BenjaminiYekutieli is BenjaminiHochberg for tests that depend on each other in any
// way (Benjamini & Yekutieli 2001): larger by the sum of 1/i over the tests.
func BenjaminiYekutieli(p []float64) []float64 {
	return adjust(p, func(sorted []float64) {
		c := 0.0
		for i := range sorted {
			c += 1 / float64(i+1)
		}
		stepUp(sorted, c)
	})
}

// stepUp turns rising p-values into rising q-values in place.
func stepUp(sorted []float64, factor float64) {
	n := float64(len(sorted))
	least := 1.0
	for i := len(sorted) - 1; i >= 0; i-- {
		least = min(least, sorted[i]*factor*n/float64(i+1))
		sorted[i] = least
	}
}

// adjust applies a rule for rising p-values to those that are numbers.
func adjust(p []float64, rule func(sorted []float64)) []float64 {
	out := slices.Clone(p)
	var at []int
	for i, v := range p {
		if !math.IsNaN(v) {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	sorted := make([]float64, len(at))
	for k, i := range at {
		sorted[k] = p[i]
	}
	rule(sorted)
	for k, i := range at {
		out[i] = sorted[k]
	}
	return out
}
