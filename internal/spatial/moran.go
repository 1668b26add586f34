package spatial

import "math"

// Test is a global measure with its moments under two hypotheses of chance:
// normality (the values are drawn from one normal distribution) and randomisation
// (the values are fixed and shuffled over the places). Each p is two-sided, from
// the normal approximation. What is not defined is not a number: without weights,
// without variation of the values, or with too few places for a variance.
type Test struct {
	Value, Expected            float64
	VarianceNorm, ZNorm, PNorm float64
	VarianceRand, ZRand, PRand float64
	Places, Islands            int
}

func (t *Test) test() {
	t.ZNorm, t.PNorm = zp(t.Value, t.Expected, t.VarianceNorm)
	t.ZRand, t.PRand = zp(t.Value, t.Expected, t.VarianceRand)
}

// zp is the standardised value and its two-sided p.
func zp(value, expected, variance float64) (z, p float64) {
	if !(variance > 0) {
		return math.NaN(), math.NaN()
	}
	z = (value - expected) / math.Sqrt(variance)
	return z, math.Erfc(math.Abs(z) / math.Sqrt2)
}

// spread holds the deviations from the mean and their moments.
type spread struct {
	z      []float64
	n      float64
	sum2   float64
	kurt   float64 // m4/m2^2
	usable bool
}

func spreadOf(y []float64) spread {
	s := spread{z: make([]float64, len(y)), n: float64(len(y))}
	m := mean(y)
	var sum4, largest float64
	for i, v := range y {
		d := v - m
		s.z[i] = d
		s.sum2 += d * d
		sum4 += d * d * d * d
		largest = max(largest, math.Abs(v))
	}
	s.kurt = s.n * sum4 / (s.sum2 * s.sum2)
	// Equal values leave only the rounding of their mean.
	s.usable = s.sum2 > s.n*largest*largest*1e-30
	return s
}

// Moran is Moran's I: (n/S0) z'Wz/z'z (Moran 1950), with expectation and variances
// as in Cliff and Ord (1981). It panics where y has another length than w.
func Moran(y []float64, w Weights) Test {
	w.fit(y)
	s, m := spreadOf(y), w.moments()
	t := Test{Places: w.n, Islands: len(w.Islands()), Expected: -1 / (s.n - 1), Value: math.NaN(), VarianceNorm: math.NaN(), VarianceRand: math.NaN()}
	if w.n < 2 {
		t.Expected = math.NaN()
	}
	if s.usable && m.s0 != 0 && w.n >= 2 {
		var sum float64
		for i, l := range w.Lag(s.z) {
			sum += s.z[i] * l
		}
		t.Value = s.n / m.s0 * sum / s.sum2
		n, s02, e2 := s.n, m.s0*m.s0, t.Expected*t.Expected
		t.VarianceNorm = (n*n*m.s1-n*m.s2+3*s02)/(s02*(n*n-1)) - e2
		if w.n > 3 {
			a := n * ((n*n-3*n+3)*m.s1 - n*m.s2 + 3*s02)
			b := s.kurt * ((n*n-n)*m.s1 - 2*n*m.s2 + 6*s02)
			t.VarianceRand = (a-b)/((n-1)*(n-2)*(n-3)*s02) - e2
		}
	}
	t.test()
	return t
}

// Geary is Geary's C: (n-1)/(2 S0) sum w_ij (y_i-y_j)^2 / z'z (Geary 1954); 1 by
// chance, below 1 where neighbours are alike. It panics where y has another length
// than w.
func Geary(y []float64, w Weights) Test {
	w.fit(y)
	s, m := spreadOf(y), w.moments()
	t := Test{Places: w.n, Islands: len(w.Islands()), Expected: 1, Value: math.NaN(), VarianceNorm: math.NaN(), VarianceRand: math.NaN()}
	if s.usable && m.s0 != 0 && w.n >= 2 {
		var sum float64
		for i := range w.n {
			to, ws := w.Row(i)
			for k, j := range to {
				sum += ws[k] * (y[i] - y[j]) * (y[i] - y[j])
			}
		}
		n, s02, k := s.n, m.s0*m.s0, s.kurt
		t.Value = (n - 1) * sum / (2 * m.s0 * s.sum2)
		t.VarianceNorm = ((2*m.s1+m.s2)*(n-1) - 4*s02) / (2 * (n + 1) * s02)
		if w.n > 3 {
			t.VarianceRand = ((n-1)*m.s1*(n*n-3*n+3-(n-1)*k) - (n-1)*m.s2*(n*n+3*n-6-(n*n-n+2)*k)/4 +
				s02*(n*n-3-(n-1)*(n-1)*k)) / (n * (n - 2) * (n - 3) * s02)
		}
	}
	t.test()
	return t
}

func (w Weights) fit(y []float64) {
	if len(y) != w.n {
		panic("spatial: values and weights have unequal lengths")
	}
}
