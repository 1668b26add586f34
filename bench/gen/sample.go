package main

import (
	"math"
	"math/rand/v2"
)

// sampler draws indices with given weights in constant time (Walker's alias method).
type sampler struct {
	keep  []float64
	alias []int32
}

func newSampler(weights []float64) *sampler {
	n, sum := len(weights), 0.0
	for _, w := range weights {
		sum += w
	}
	s := &sampler{make([]float64, n), make([]int32, n)}
	var small, large []int32
	for i, w := range weights {
		s.keep[i] = w * float64(n) / sum
		if s.keep[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		l, g := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		s.alias[l] = g
		s.keep[g] -= 1 - s.keep[l]
		if s.keep[g] < 1 {
			large = large[:len(large)-1]
			small = append(small, g)
		}
	}
	for _, i := range append(small, large...) {
		s.keep[i] = 1
	}
	return s
}

func (s *sampler) draw(r *rand.Rand) int {
	i := r.IntN(len(s.keep))
	if r.Float64() < s.keep[i] {
		return i
	}
	return int(s.alias[i])
}

// zipf gives n weights falling as 1/(rank+offset)^power.
func zipf(n int, offset, power float64) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = math.Pow(float64(i)+1+offset, -power)
	}
	return w
}

// drawer draws words of a list, the first most often.
type drawer struct {
	words []string
	s     *sampler
}

func newDrawer(words []string, offset, power float64) drawer {
	return drawer{words, newSampler(zipf(len(words), offset, power))}
}

func (d drawer) draw(r *rand.Rand) string { return d.words[d.s.draw(r)] }
