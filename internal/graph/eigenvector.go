package graph

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ErrNotConverged says that an iteration did not settle on a value.
var ErrNotConverged = errors.New("did not converge")

// Eigenvector returns the eigenvector centrality of each node (Bonacich, "Factoring and weighting approaches to status
// scores and clique identification", Journal of Mathematical Sociology 2, 1972): as high as its neighbours' together,
// by the eigenvector of the greatest eigenvalue of the matrix of ties, of length 1 and not negative. Directed, a node
// has it from the ties towards it, as in networkx. Where the graph falls into pieces, only those with the greatest
// eigenvalue have values; several such share it as the iteration from equal values does. A graph without ties gives
// equal values. Undirected, it is found by Lanczos' method with restarts, which bipartite graphs do not mislead;
// directed, by powers of the matrix plus the unit matrix. The error is ErrNotConverged where the greatest eigenvalue does
// not stand out from the next, as in a directed graph without circles, whose only eigenvalue is 0.
func Eigenvector(g *Graph, weighted bool) ([]float64, error) {
	n := g.Len()
	x := make([]float64, n)
	for v := range x {
		x[v] = 1 / math.Sqrt(float64(n))
	}
	if g.Edges() == 0 {
		return x, nil
	}
	a := newMatrix(g, weighted)
	ok := false
	if g.directed {
		x, ok = a.power(x)
	} else {
		x, ok = a.lanczos(x)
	}
	if !ok {
		return nil, fmt.Errorf("graph: eigenvector of %d nodes and %d ties: %w: the greatest eigenvalue does not stand out", n, g.Edges(), ErrNotConverged)
	}
	return x, nil
}

// matrix is the matrix of ties, turned so that a product gathers what comes in, over its greatest weight.
type matrix struct {
	rows, heads []int32
	weights     []float64 // nil: all 1
	scale       float64
}

func newMatrix(g *Graph, weighted bool) matrix {
	m := matrix{rows: g.back, heads: g.tails, scale: 1}
	if weighted {
		m.weights = g.backw
		most := 0.0
		for _, w := range m.weights {
			most = max(most, w)
		}
		m.scale = 1 / most
	}
	return m
}

// times sets y to the product with x.
func (m matrix) times(x, y []float64) {
	for v := range y {
		s := 0.0
		row := m.heads[m.rows[v]:m.rows[v+1]]
		if m.weights == nil {
			for _, u := range row {
				s += x[u]
			}
		} else {
			for i, w := range m.weights[m.rows[v]:m.rows[v+1]] {
				s += float64(float64(w*m.scale) * x[row[i]])
			}
		}
		y[v] = s
	}
}

// power iterates x to (A+1)x until the error that the rate of convergence leaves is below 1e-11.
func (m matrix) power(x []float64) ([]float64, bool) {
	y := make([]float64, len(x))
	before := math.Inf(1)
	for range max(1000, min(100_000, 2_000_000_000/(len(m.heads)+len(x)))) {
		m.times(x, y)
		for v := range y {
			y[v] += x[v]
		}
		unit(y)
		change := 0.0
		for v := range y {
			d := y[v] - x[v]
			change += float64(d * d)
		}
		change = math.Sqrt(change)
		x, y = y, x
		if rate := change / before; change < 1e-15 || rate < 1 && change*rate/(1-rate) < 1e-11 && change < 1e-8 {
			return x, true
		}
		before = change
	}
	return x, false
}

// lanczosSteps is the size of the basis between restarts.
const lanczosSteps = 48

// lanczos finds the eigenvector of the greatest eigenvalue of a symmetric matrix, from x.
func (m matrix) lanczos(x []float64) ([]float64, bool) {
	n := len(x)
	steps := min(lanczosSteps, n)
	basis := make([][]float64, steps+1)
	for i := range basis {
		basis[i] = make([]float64, n)
	}
	for range 400 {
		copy(basis[0], x)
		alpha, beta := m.krylov(basis)
		k := len(alpha)
		t := mat.NewSymDense(k, nil)
		for i := range k {
			t.SetSym(i, i, alpha[i])
			if i+1 < k {
				t.SetSym(i, i+1, beta[i])
			}
		}
		var eig mat.EigenSym
		if !eig.Factorize(t, true) {
			return nil, false
		}
		values := eig.Values(nil)
		var vectors mat.Dense
		eig.VectorsTo(&vectors)
		clear(x)
		for i := range k {
			c := vectors.At(i, k-1)
			for v, b := range basis[i] {
				x[v] += float64(c * b)
			}
		}
		top, gap := values[k-1], math.Inf(1)
		if k > 1 {
			gap = top - values[k-2]
		}
		rest := math.Abs(beta[k-1] * vectors.At(k-1, k-1))
		m.positive(x)
		if rest <= 1e-12*gap || rest <= 4e-16*top && gap > 1e-9*top {
			return x, true
		}
	}
	return x, false
}

// krylov fills the basis by Lanczos' recurrence, every vector made orthogonal to all before it, and returns the
// diagonal and the side of the matrix in that basis; the last of the side is what is left over, 0 where the basis holds
// all that the first vector reaches.
func (m matrix) krylov(basis [][]float64) (alpha, beta []float64) {
	for i := range len(basis) - 1 {
		y := basis[i+1]
		m.times(basis[i], y)
		alpha = append(alpha, dot(basis[i], y))
		size := math.Sqrt(dot(y, y))
		for range 2 { // once is not enough in floating point
			for _, b := range basis[:i+1] {
				c := dot(b, y)
				for v := range y {
					y[v] -= float64(c * b[v])
				}
			}
		}
		rest := math.Sqrt(dot(y, y))
		if rest <= 1e-14*size {
			return alpha, append(beta, 0)
		}
		beta = append(beta, rest)
		for v := range y {
			y[v] /= rest
		}
	}
	return alpha, beta
}

// positive turns an eigenvector to where it is not negative. Rounding leaves specks of either sign on far nodes; two
// products smooth them out.
func (m matrix) positive(x []float64) {
	if sum(x) < 0 {
		for v := range x {
			x[v] = -x[v]
		}
	}
	for v := range x {
		x[v] = max(0, x[v])
	}
	y := make([]float64, len(x))
	m.times(x, y)
	for v := range x {
		x[v] += y[v]
	}
	unit(x)
}

func dot(x, y []float64) float64 {
	s := 0.0
	for i, a := range x {
		s += float64(a * y[i])
	}
	return s
}

// unit gives x the length 1.
func unit(x []float64) {
	l := math.Sqrt(dot(x, x))
	for v := range x {
		x[v] /= l
	}
}
