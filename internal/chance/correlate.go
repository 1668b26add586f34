package chance

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Joint is inputs that are drawn together: each with its own distribution, tied by
// the correlation of the normal scores behind them (a Gaussian copula).
type Joint struct {
	dists []Dist
	root  *mat.TriDense // lower Cholesky factor; nil where nothing is correlated
}

// Pair is a correlation of two inputs, by their places.
type Pair struct {
	I, J int
	R    float64 // of the normal scores, between -1 and 1
}

// NewJoint makes the joint distribution. It refuses correlations that cannot hold together.
func NewJoint(dists []Dist, pairs []Pair) (Joint, error) {
	for k, d := range dists {
		if err := d.Validate(); err != nil {
			return Joint{}, fmt.Errorf("input %d: %w", k+1, err)
		}
	}
	j := Joint{dists: dists}
	if len(pairs) == 0 || len(dists) == 0 {
		return j, nil
	}
	n := len(dists)
	m := mat.NewSymDense(n, nil)
	for k := range n {
		m.SetSym(k, k, 1)
	}
	for _, p := range pairs {
		if p.I < 0 || p.J < 0 || p.I >= n || p.J >= n || p.I == p.J {
			return Joint{}, fmt.Errorf("a correlation is of inputs %d and %d; there are %d inputs", p.I+1, p.J+1, n)
		}
		if !(math.Abs(p.R) < 1) {
			return Joint{}, fmt.Errorf("the correlation of inputs %d and %d is %g; give more than -1 and less than 1", p.I+1, p.J+1, p.R)
		}
		m.SetSym(p.I, p.J, p.R)
	}
	var c mat.Cholesky
	if !c.Factorize(m) {
		return Joint{}, errors.New("these correlations cannot hold together: make some of them smaller")
	}
	j.root = mat.NewTriDense(n, mat.Lower, nil)
	c.LTo(j.root)
	return j, nil
}

// Len is how many inputs there are.
func (j Joint) Len() int { return len(j.dists) }

// Draw sets out, of length Len, to the inputs' values in a draw. The numbers of an input
// depend on its place, not on how many inputs follow it.
func (j Joint) Draw(s Stream, draw int, out []float64) {
	if j.root == nil {
		for k, d := range j.dists {
			out[k] = d.At(s.Uniform(draw, k))
		}
		return
	}
	z := make([]float64, len(j.dists))
	for k := range j.dists {
		z[k] = distuv.UnitNormal.Quantile(s.Uniform(draw, k))
	}
	for k, d := range j.dists {
		sum := 0.0
		for l := 0; l <= k; l++ {
			sum += j.root.At(k, l) * z[l]
		}
		out[k] = d.At(inside(distuv.UnitNormal.CDF(sum)))
	}
}

// inside keeps a share strictly between 0 and 1.
func inside(u float64) float64 {
	const least = 1.0 / (1 << 54)
	return min(max(u, least), 1-1.0/(1<<53))
}
