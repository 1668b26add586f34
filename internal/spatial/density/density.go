// Package density finds clusters of weighted points in the plane: DBSCAN at one distance (Ester, Kriegel, Sander and
// Xu 1996) and HDBSCAN* over all distances (Campello, Moulavi and Sander 2013), with the outline of a cluster and its
// stability under subsampling (Hennig 2007).
//
// Distances are Euclidean in the units of the coordinates: project positions before (geo/proj). Points at exactly the
// same position are one point with the sum of their weights and share its cluster. A point counts itself, with its
// weight, towards the least number of points in both methods, as in R's dbscan and in scikit-learn.
//
// Results depend neither on the order of the points, except that clusters of equal size are numbered by their first
// point, nor on the number of processors. doc/METHODS.md has the formulas.
package density

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Noise is the label of a point in no cluster.
const Noise = -1

// Points are positions in the plane with weights. The slices have equal lengths; a nil Weight gives every point 1.
type Points struct{ X, Y, Weight []float64 }

// Len is the number of points.
func (p Points) Len() int { return len(p.X) }

// check panics when the lengths differ and says which point cannot be used.
func (p Points) check() error {
	if len(p.Y) != len(p.X) || p.Weight != nil && len(p.Weight) != len(p.X) {
		panic("density: slices of points have unequal lengths")
	}
	if len(p.X) > math.MaxInt32/4 {
		return fmt.Errorf("density: %d points are too many; the limit is %d", len(p.X), math.MaxInt32/4)
	}
	for i, x := range p.X {
		if s := x + p.Y[i]; s-s != 0 {
			return fmt.Errorf("density: point %d has no finite position", i)
		}
		if p.Weight != nil && !(p.Weight[i] > 0 && p.Weight[i] <= math.MaxFloat64) {
			return fmt.Errorf("density: point %d has weight %v; a weight is above 0", i, p.Weight[i])
		}
	}
	return nil
}

// checkLeast refuses a least number of points that means nothing.
func checkLeast(name string, v, least float64) error {
	if v >= least && v <= math.MaxFloat64 {
		return nil
	}
	return fmt.Errorf("density: %s is %v; it is a number from %v upwards", name, v, least)
}

// place is one distinct position with the weight of all points on it.
type place struct {
	x, y, w float64
	id      int32
}

// before is the order of places in space, which numbers them independently of the order of the points.
func (a place) before(b place) int {
	switch {
	case a.x < b.x:
		return -1
	case a.x > b.x:
		return 1
	case a.y < b.y:
		return -1
	case a.y > b.y:
		return 1
	}
	return 0
}

// scaled is the points with equal positions joined, in the order of space, and for every point the number of its
// place. Coordinates are multiplied by a power of two, which is exact, where their squares would overflow.
type scaled struct {
	places []place
	of     []int32
	unit   float64 // length of one unit of the places, in units of the points
}

func (p Points) collapse() (scaled, error) {
	if err := p.check(); err != nil {
		return scaled{}, err
	}
	s := scaled{places: make([]place, p.Len()), of: make([]int32, p.Len()), unit: 1}
	var far float64
	for i := range p.X {
		far = max(far, math.Abs(p.X[i]), math.Abs(p.Y[i]))
	}
	if far > 1e150 {
		_, exp := math.Frexp(far)
		s.unit = math.Ldexp(1, exp)
	}
	for i := range p.X {
		// Adding 0 makes -0 and 0 the same bits, so that sorting and comparing agree.
		s.places[i] = place{p.X[i]/s.unit + 0, p.Y[i]/s.unit + 0, 1, int32(i)}
		if p.Weight != nil {
			s.places[i].w = p.Weight[i]
		}
	}
	slices.SortFunc(s.places, func(a, b place) int {
		if c := a.before(b); c != 0 {
			return c
		}
		return int(a.id) - int(b.id)
	})
	n := 0
	for _, a := range s.places {
		if n > 0 && s.places[n-1].x == a.x && s.places[n-1].y == a.y {
			s.places[n-1].w += a.w
		} else {
			s.places[n] = a
			n++
		}
		s.of[a.id] = int32(n - 1)
	}
	s.places = s.places[:n]
	for i := range s.places {
		s.places[i].id = int32(i)
	}
	return s, nil
}

// number gives the clusters of a labelling their final numbers: by weight, the heaviest first, then by first point.
// It changes the labels in place and returns, by old label, the new.
func number(label []int, p Points, clusters int) []int {
	weight, first := make([]float64, clusters), make([]int, clusters)
	for i := range first {
		first[i] = -1
	}
	for i, l := range label {
		if l == Noise {
			continue
		}
		if first[l] < 0 {
			first[l] = i
		}
		if p.Weight == nil {
			weight[l]++
		} else {
			weight[l] += p.Weight[i]
		}
	}
	order := make([]int, clusters)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case weight[a] > weight[b]:
			return -1
		case weight[a] < weight[b]:
			return 1
		}
		return first[a] - first[b]
	})
	renamed := make([]int, clusters)
	for to, from := range order {
		renamed[from] = to
	}
	for i, l := range label {
		if l != Noise {
			label[i] = renamed[l]
		}
	}
	return renamed
}

var errStopped = errors.New("density: stopped before the clusters were found")
