package main

import (
	"math"
	"math/rand/v2"
	"sort"
)

// zipf draws ranks with chances falling as 1/(rank+offset)^power.
type zipf struct{ sum []float64 }

func newZipf(n int, offset, power float64) zipf {
	z := zipf{make([]float64, n)}
	total := 0.0
	for i := range z.sum {
		total += math.Pow(float64(i)+1+offset, -power)
		z.sum[i] = total
	}
	return z
}

func (z zipf) draw(r *rand.Rand) int {
	return sort.SearchFloat64s(z.sum, r.Float64()*z.sum[len(z.sum)-1])
}

// share is the chance of rank i.
func (z zipf) share(i int) float64 {
	if i == 0 {
		return z.sum[0] / z.sum[len(z.sum)-1]
	}
	return (z.sum[i] - z.sum[i-1]) / z.sum[len(z.sum)-1]
}

// words draws words of a list in which the first are the commonest.
type words struct {
	list []string
	z    zipf
}

func newWords(list []string, offset, power float64) words {
	return words{list, newZipf(len(list), offset, power)}
}

func (w words) draw(r *rand.Rand) string { return w.list[w.z.draw(r)] }
