package chance

import (
	"math"
	"slices"
)

// Summary says how the values of many draws lie.
type Summary struct {
	N                  int
	Mean, SD           float64
	Low, P10, P50, P90 float64 // Low and High are the ends of the interval that was asked for
	High               float64
	Above              float64 // share of the draws above 0
	Error              float64 // standard error of the mean
}

// Summarise describes draws; level is the share of them that lies between Low and High.
// The values are not changed. Without values all is NaN.
func Summarise(values []float64, level float64) Summary {
	s := Summary{N: len(values)}
	if s.N == 0 {
		nan := math.NaN()
		return Summary{Mean: nan, SD: nan, Low: nan, P10: nan, P50: nan, P90: nan, High: nan, Above: nan, Error: nan}
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	above := 0
	for _, v := range sorted {
		s.Mean += v / float64(s.N)
		if v > 0 {
			above++
		}
	}
	sum := 0.0
	for _, v := range sorted {
		sum += (v - s.Mean) * (v - s.Mean)
	}
	if s.N > 1 {
		s.SD = math.Sqrt(sum / float64(s.N-1))
	}
	s.Error = s.SD / math.Sqrt(float64(s.N))
	s.Above = float64(above) / float64(s.N)
	tail := (1 - level) / 2
	s.Low, s.P10, s.P50, s.P90, s.High = quantile(sorted, tail), quantile(sorted, 0.1), quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 1-tail)
	return s
}

// quantile is type 7 of Hyndman & Fan (1996), the default of R and numpy.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	k := int(math.Floor(h))
	if k+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + (h-float64(k))*(sorted[k+1]-sorted[k])
}
