package mcda

import (
	"fmt"
	"math"
)

// Priorities are weights by pairwise comparison (AHP).
type Priorities struct {
	Weights []float64
	Lambda  float64 // principal eigenvalue, or its estimate; the number of rows when the judgements agree
	Ratio   float64 // consistency ratio: above 0.1 the judgements should be looked at again; NaN above 15 rows
}

// How weights come out of a table of judgements.
const (
	Geometric   = "geometric"   // mean of each row (Crawford & Williams 1985)
	Eigenvector = "eigenvector" // principal eigenvector (Saaty 1980)
)

// randomIndex is the mean consistency index of random tables by their size (Saaty 1980).
var randomIndex = []float64{0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59}

// AHP makes weights of a table in which row i and column j hold how many times as important i is as j. The table
// is square, all its numbers are above 0, and each is the inverse of its opposite, to 2 % so that 0.33 may face 3.
func AHP(table [][]float64, method string) (Priorities, error) {
	n := len(table)
	if n == 0 {
		return Priorities{}, fmt.Errorf("the table of comparisons is empty")
	}
	for i, row := range table {
		if len(row) != n {
			return Priorities{}, fmt.Errorf("row %d of the comparisons has %d numbers; there are %d rows", i+1, len(row), n)
		}
		for j, v := range row {
			if !(v > 0) || math.IsInf(v, 0) {
				return Priorities{}, fmt.Errorf("the comparison of %d with %d is %g: give a number above 0", i+1, j+1, v)
			}
			if j <= i && math.Abs(v*table[j][i]-1) > 0.02 {
				return Priorities{}, fmt.Errorf("%d is %g times %d, and %d is %g times %d: one should be the inverse of the other", i+1, v, j+1, j+1, table[j][i], i+1)
			}
		}
	}
	var p Priorities
	switch method {
	case Geometric:
		p.Weights = rowMeans(table)
	case Eigenvector:
		p.Weights = principal(table)
	default:
		return Priorities{}, fmt.Errorf("method %q is neither %s nor %s", method, Geometric, Eigenvector)
	}
	for i, row := range table {
		p.Lambda += Additive(row, p.Weights) / p.Weights[i] / float64(n)
	}
	switch {
	case n < 3: // two judgements cannot contradict each other
	case n >= len(randomIndex):
		p.Ratio = math.NaN()
	default:
		p.Ratio = (p.Lambda - float64(n)) / float64(n-1) / randomIndex[n]
	}
	return p, nil
}

func rowMeans(table [][]float64) []float64 {
	out := make([]float64, len(table))
	for i, row := range table {
		for _, v := range row {
			out[i] += math.Log(v) / float64(len(row))
		}
		out[i] = math.Exp(out[i])
	}
	return toOne(out)
}

// principal is the eigenvector of the largest eigenvalue by repeated multiplication, which converges for tables
// of positive numbers (Perron).
func principal(table [][]float64) []float64 {
	w := rowMeans(table)
	for range 100_000 {
		next := make([]float64, len(w))
		for i, row := range table {
			next[i] = Additive(row, w)
		}
		toOne(next)
		change := 0.0
		for i := range w {
			change = max(change, math.Abs(next[i]-w[i]))
		}
		if w = next; change < 1e-15 {
			break
		}
	}
	return w
}

func toOne(w []float64) []float64 {
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}
