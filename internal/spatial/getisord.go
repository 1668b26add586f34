package spatial

import "math"

// GeneralG is the G of Getis and Ord (1992): sum w_ij y_i y_j / sum over i != j of
// y_i y_j, with its moments under randomisation. Values must be at least 0, for the
// measure to mean that large values lie together; weights are mostly 1 within a
// distance. P is one-sided in the direction of z, as PySAL gives it.
type GeneralG struct {
	Value, Expected, Variance, Z, P float64
}

// GetisOrd computes the global G of Getis and Ord. It panics where y has another length than w.
func GetisOrd(y []float64, w Weights) GeneralG {
	w.fit(y)
	var p [5]float64 // power sums
	for _, v := range y {
		x := 1.0
		for k := 1; k < 5; k++ {
			x *= v
			p[k] += x
		}
	}
	n, m := float64(w.n), w.moments()
	g := GeneralG{Value: math.NaN(), Expected: m.s0 / (n * (n - 1)), Variance: math.NaN()}
	var sum, self float64
	for i := range w.n {
		to, ws := w.Row(i)
		for k, j := range to {
			if int(j) == i {
				self += ws[k]
				continue
			}
			sum += ws[k] * y[i] * y[j]
		}
	}
	if pairs := p[1]*p[1] - p[2]; pairs != 0 && w.n > 3 && self == 0 {
		s02 := m.s0 * m.s0
		b0 := (n*n-3*n+3)*m.s1 - n*m.s2 + 3*s02
		b1 := -((n*n-n)*m.s1 - 2*n*m.s2 + 6*s02)
		b2 := -(2*n*m.s1 - (n+3)*m.s2 + 6*s02)
		b3 := 4*(n-1)*m.s1 - 2*(n+1)*m.s2 + 8*s02
		b4 := m.s1 - m.s2 + s02
		g.Value = sum / pairs
		e2 := (b0*p[2]*p[2] + b1*p[4] + b2*p[1]*p[1]*p[2] + b3*p[1]*p[3] + b4*p[1]*p[1]*p[1]*p[1]) /
			(pairs * pairs * n * (n - 1) * (n - 2) * (n - 3))
		g.Variance = e2 - g.Expected*g.Expected
	}
	var two float64
	g.Z, two = zp(g.Value, g.Expected, g.Variance)
	g.P = two / 2
	return g
}

// LocalG is the local Gi (without the place itself) or Gi* (with it) of Ord and
// Getis (1995) of one place. P is two-sided from the normal approximation.
type LocalG struct {
	G, Expected, Variance, Z, P float64
}

// LocalGOptions choose the form.
type LocalGOptions struct {
	// Star is for Gi*: the weights must hold each place as its own neighbour
	// (Weights.WithSelf); without it they must not.
	Star bool
	// BySum takes for the variance only the sum of the weights of a place, W(n-W),
	// as PySAL's esda does. It is right for weights of 0 and 1. The default uses
	// the sum of squares too (Ord and Getis, equation 14; spdep), which is right
	// for all weights, row-standardised ones too.
	BySum bool
}

// LocalGs computes Gi or Gi* of each place. It panics where y has another length than w.
func LocalGs(y []float64, w Weights, opt LocalGOptions) []LocalG {
	w.fit(y)
	var sum, sum2 float64
	for _, v := range y {
		sum += v
		sum2 += v * v
	}
	out := make([]LocalG, w.n)
	for i, lag := range w.Lag(y) {
		n, rest, rest2 := float64(w.n), sum, sum2
		if !opt.Star {
			n, rest, rest2 = n-1, sum-y[i], sum2-y[i]*y[i]
		}
		m := rest / n
		variance := rest2/n - m*m
		var wi, wi2 float64
		_, ws := w.Row(i)
		for _, v := range ws {
			wi += v
			wi2 += v * v
		}
		if opt.BySum {
			wi2 = wi
		}
		g := &out[i]
		g.G, g.Expected = lag/rest, wi/n
		g.Variance = variance * (n*wi2 - wi*wi) / (n - 1) / (rest * rest)
		if rest == 0 || wi == 0 {
			g.G, g.Variance = math.NaN(), math.NaN()
		}
		g.Z, g.P = zp(g.G, g.Expected, g.Variance)
	}
	return out
}
