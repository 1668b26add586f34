package appraisal

import (
	"math"

	"milieu/internal/chance"
)

// summary is the mean, its standard error and the ends of the interval of Level of some draws, as chance.Summarise gives
// them. It selects the four draws that it needs instead of sorting all: an appraisal makes hundreds of summaries.
// Draws that are no numbers are left out; the order of values is changed.
func summary(values []float64) chance.Summary {
	n := 0
	for _, v := range values {
		if v == v && !math.IsInf(v, 0) {
			values[n] = v
			n++
		}
	}
	values = values[:n]
	if n == 0 {
		return chance.Summarise(nil, Level)
	}
	s := chance.Summary{N: n}
	for _, v := range values {
		s.Mean += v / float64(n)
	}
	sum := 0.0
	for _, v := range values {
		sum += (v - s.Mean) * (v - s.Mean)
	}
	if n > 1 {
		s.SD = math.Sqrt(sum / float64(n-1))
	}
	s.Error = s.SD / math.Sqrt(float64(n))
	tail := (1 - Level) / 2
	s.Low, s.High = quantile(values, tail), quantile(values, 1-tail)
	return s
}

// openEnded are the ends of the interval of Level of quotients of which those that are no numbers stand for a gain of nothing: they
// are larger than all others. nothing is the share of them; an end that falls among them is infinite. The order of values is changed.
func openEnded(values []float64) (low, high, nothing float64) {
	if len(values) == 0 {
		return math.NaN(), math.NaN(), 0
	}
	n := 0
	for k, v := range values {
		if v != v {
			values[k], n = math.Inf(1), n+1
		}
	}
	tail := (1 - Level) / 2
	return quantile(values, tail), quantile(values, 1-tail), float64(n) / float64(len(values))
}

// quantile is type 7 of Hyndman & Fan (1996).
func quantile(values []float64, p float64) float64 {
	h := p * float64(len(values)-1)
	k := int(math.Floor(h))
	place(values, k)
	low := values[k]
	if k+1 >= len(values) || h == float64(k) || math.IsInf(low, 1) {
		return low
	}
	next := values[k+1]
	for _, v := range values[k+2:] {
		next = min(next, v)
	}
	return low + (h-float64(k))*(next-low)
}

// place puts the value that would stand at k if all were sorted there, smaller ones before it and larger ones behind
// (Hoare 1961, with the middle of three as pivot).
func place(v []float64, k int) {
	lo, hi := 0, len(v)-1
	for lo < hi {
		mid := lo + (hi-lo)/2
		if v[mid] < v[lo] {
			v[mid], v[lo] = v[lo], v[mid]
		}
		if v[hi] < v[lo] {
			v[hi], v[lo] = v[lo], v[hi]
		}
		if v[hi] < v[mid] {
			v[hi], v[mid] = v[mid], v[hi]
		}
		pivot := v[mid]
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return
		}
	}
}
