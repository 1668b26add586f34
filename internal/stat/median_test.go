package stat

import (
	"math"
	"testing"
)

func TestMedian(t *testing.T) {
	if got := Median([]float64{3, 1, 2}); got != 2 {
		t.Errorf("odd: %v", got)
	}
	if got := Median([]float64{4, 1, 2, 3}); got != 2.5 {
		t.Errorf("even: %v", got)
	}
	if !math.IsNaN(Median(nil)) {
		t.Error("of nothing: not NaN")
	}
}

// The places are those of the usual table of the sign test: R's qbinom(0.025, n, 0.5) for 95 %.
func TestMedianInterval(t *testing.T) {
	for _, c := range []struct {
		n          int
		confidence float64
		lo, hi     float64
		ok         bool
	}{
		{4, 0.90, 0, 0, false}, {5, 0.90, 1, 5, true}, {5, 0.95, 0, 0, false}, {6, 0.95, 1, 6, true},
		{10, 0.95, 2, 9, true}, {20, 0.95, 6, 15, true}, {10, 0.90, 2, 9, true}, {11, 0.90, 3, 9, true}, {0, 0.9, 0, 0, false},
	} {
		values := make([]float64, c.n)
		for i := range values {
			values[i] = float64((i*7)%c.n + 1) // 7 and n have no common factor: a shuffle of 1..n
		}
		iv, ok := MedianInterval(values, c.confidence)
		if ok != c.ok || iv.Lo != c.lo || iv.Hi != c.hi {
			t.Errorf("n %d at %v: %v %v, want %v %v %v", c.n, c.confidence, iv, ok, c.lo, c.hi, c.ok)
		}
	}
}
