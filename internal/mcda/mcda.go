// Package mcda compares options by several criteria: value functions, swing weights, the additive
// value, and what can be said of ranks when weights or values are not known for certain (SMAA:
// stochastic multicriteria acceptability analysis), which options are dominated, and what weights
// would put an option first. AHP, TOPSIS and PROMETHEE II are there for comparison. It takes values
// and gives values: it does not know what options and criteria are, nor whose weights they are.
//
// Options and criteria are places in slices, from 0. A value is a number between 0 (as bad as the
// worst anchor) and 1 (as good as the best); a weight is a share, and the weights of all criteria
// together are 1.
package mcda

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Point is a corner of a value function: the value V, between 0 and 1, of X in the criterion's own unit.
type Point struct{ X, V float64 }

// Function is a value function of a criterion: straight between its points and level outside them.
// Its anchors are fixed, so that adding an option cannot change the values of the others. The zero
// value gives 0 everywhere and tells no options apart.
type Function struct {
	points []Point // rising in X
}

// Linear is the value function that rises straight from the worst to the best, whichever of them
// is the larger number.
func Linear(worst, best float64) (Function, error) {
	if worst == best {
		return Function{}, fmt.Errorf("worst and best are both %g: give two different anchors", worst)
	}
	return Piecewise([]Point{{worst, 0}, {best, 1}})
}

// Piecewise is the value function through the points. One of them has the value 0 and one the value 1,
// and values only rise or only fall with X.
func Piecewise(points []Point) (Function, error) {
	p := slices.Clone(points)
	slices.SortStableFunc(p, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
	if len(p) < 2 {
		return Function{}, errors.New("a value function needs at least two points")
	}
	rises, falls, least, most := false, false, p[0].V, p[0].V
	for k, c := range p {
		if math.IsNaN(c.X) || math.IsInf(c.X, 0) || !(c.V >= 0 && c.V <= 1) {
			return Function{}, fmt.Errorf("the point %g, %g is not usable: give a number and its value between 0 and 1", c.X, c.V)
		}
		least, most = min(least, c.V), max(most, c.V)
		if k == 0 {
			continue
		}
		if c.X == p[k-1].X {
			return Function{}, fmt.Errorf("two points are at %g: give one value for it", c.X)
		}
		rises, falls = rises || c.V > p[k-1].V, falls || c.V < p[k-1].V
	}
	if rises && falls {
		return Function{}, errors.New("the value rises and falls: a criterion is better in one direction; part it in two criteria")
	}
	if least != 0 || most != 1 {
		return Function{}, fmt.Errorf("values reach from %g to %g: the worst anchor has the value 0 and the best 1", least, most)
	}
	return Function{p}, nil
}

// At is the value of x: 0 at or beyond the worst anchor, 1 at or beyond the best.
func (f Function) At(x float64) float64 {
	p := f.points
	if len(p) == 0 {
		return 0
	}
	k, found := slices.BinarySearchFunc(p, x, func(c Point, x float64) int { return cmp.Compare(c.X, x) })
	switch {
	case found:
		return p[k].V
	case k == 0:
		return p[0].V
	case k == len(p):
		return p[k-1].V
	}
	a, b := p[k-1], p[k]
	// Halves keep the differences of very large numbers finite.
	share := (x/2 - a.X/2) / (b.X/2 - a.X/2)
	return min(max(a.V+(b.V-a.V)*share, 0), 1)
}

// Outside says that x lies beyond the anchors, where the value stays at 0 or 1 and no longer tells options apart.
func (f Function) Outside(x float64) bool {
	return len(f.points) > 0 && (x < f.points[0].X || x > f.points[len(f.points)-1].X)
}

// Level says that the function has no points and gives 0 everywhere.
func (f Function) Level() bool { return len(f.points) == 0 }

// Additive is the value of an option all criteria together: the sum of its values times their weights.
func Additive(values, weights []float64) float64 {
	s := 0.0
	for j, v := range values {
		s += weights[j] * v
	}
	return s
}

// Order is the options from the highest value to the lowest; equal ones stay in the order of their places.
func Order(values []float64) []int {
	out := make([]int, len(values))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	return out
}

// Ranks is the rank of each option by value, 1 for the highest. Equal values share the rank, and the
// next one counts all before it: 1, 1, 3.
func Ranks(values []float64) []int {
	out := make([]int, len(values))
	order := Order(values)
	for k, i := range order {
		if out[i] = k + 1; k > 0 && values[i] == values[order[k-1]] {
			out[i] = out[order[k-1]]
		}
	}
	return out
}
