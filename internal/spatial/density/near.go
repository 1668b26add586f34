package density

import (
	"context"
	"math"
)

// Nearest returns for each of the positions x, y the number of the nearest point at most within away, or -1. Of points
// on one place it is the first; of places equally near the lower by x, then y. It fails on a point without a position, on
// within below 0, and when ctx ends.
func Nearest(ctx context.Context, p Points, x, y []float64, within float64) ([]int, error) {
	if len(x) != len(y) {
		panic("density: slices of positions have unequal lengths")
	}
	if err := checkLeast("the distance of the nearest point", within, 0); err != nil {
		return nil, err
	}
	s, err := p.collapse()
	if err != nil {
		return nil, err
	}
	out := make([]int, len(x))
	for i := range out {
		out[i] = -1
	}
	if len(s.places) == 0 {
		return out, ctx.Err()
	}
	t := newTree(s.places)
	first := make([]int, len(s.places)) // point by place
	for i := len(s.of) - 1; i >= 0; i-- {
		first[s.of[i]] = i
	}
	place := make([]int32, len(s.places)) // by slot
	for pl, slot := range t.slot {
		place[slot] = int32(pl)
	}
	far := float64(within/s.unit) * float64(within/s.unit)
	err = eachChunk(ctx, len(x), func() *closest { return &closest{t: t, place: place} }, func(q *closest, lo, hi int) {
		for i := lo; i < hi; i++ {
			q.x, q.y, q.d, q.at = x[i]/s.unit, y[i]/s.unit, far, -1
			if q.x-q.x == 0 && q.y-q.y == 0 {
				q.visit(0, 0)
			}
			if q.at >= 0 {
				out[i] = first[q.at]
			}
		}
	})
	return out, err
}

// closest looks for the nearest place of a position.
type closest struct {
	t     *tree
	place []int32
	x, y  float64
	d     float64
	at    int32
}

func (q *closest) visit(node int, d float64) {
	if d > q.d || math.IsNaN(d) {
		return
	}
	if !q.t.leaf(node) {
		a, b, da, db := q.t.closer(node, q.x, q.y)
		q.visit(a, da)
		q.visit(b, db)
		return
	}
	for s := q.t.lo[node]; s < q.t.hi[node]; s++ {
		if d := q.t.dist2(q.x, q.y, s); d < q.d || d == q.d && (q.at < 0 || q.place[s] < q.at) {
			q.d, q.at = d, q.place[s]
		}
	}
}
