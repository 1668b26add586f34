package stat

import (
	"math"
	"testing"
)

// R 4.2: p.adjust(c(.01,.04,.03,.005,.2,.9), method).
func TestAdjust(t *testing.T) {
	p := []float64{0.01, 0.04, 0.03, 0.005, 0.2, 0.9}
	for _, c := range []struct {
		name string
		f    func([]float64) []float64
		want []float64
	}{
		{"bonferroni", Bonferroni, []float64{0.06, 0.24, 0.18, 0.03, 1, 1}},
		{"holm", Holm, []float64{0.05, 0.12, 0.12, 0.03, 0.4, 0.9}},
		{"BH", BenjaminiHochberg, []float64{0.03, 0.06, 0.06, 0.03, 0.24, 0.9}},
		{"BY", BenjaminiYekutieli, []float64{0.0735, 0.147, 0.147, 0.0735, 0.588, 1}},
	} {
		got := c.f(p)
		for i := range p {
			if math.Abs(got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// What is no test does not count among the tests.
func TestAdjust_none(t *testing.T) {
	got := BenjaminiHochberg([]float64{math.NaN(), 0.04, 0.01})
	if !math.IsNaN(got[0]) || math.Abs(got[1]-0.04) > 1e-12 || math.Abs(got[2]-0.02) > 1e-12 {
		t.Errorf("%v", got)
	}
	if got := Holm(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
