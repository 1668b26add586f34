package density

import (
	"context"
	"math"
)

// CoreDistances returns for every point the least distance within which points of the given total weight lie, the
// point itself counted; +Inf where all points together weigh less. With weights of 1 it is the distance of the
// (minPoints-1)th nearest other point. It fails on a point without a position or a positive weight, on minPoints below
// 1, and when ctx ends.
func CoreDistances(ctx context.Context, p Points, minPoints float64) ([]float64, error) {
	if err := checkLeast("the least number of points", minPoints, 1); err != nil {
		return nil, err
	}
	s, err := p.collapse()
	if err != nil {
		return nil, err
	}
	t := newTree(s.places)
	core, err := t.cores(ctx, minPoints)
	if err != nil {
		return nil, err
	}
	out := make([]float64, p.Len())
	for i, pl := range s.of {
		out[i] = math.Sqrt(core[t.slot[pl]]) * s.unit
	}
	return out, nil
}

// cores is the squared core distance by slot.
func (t *tree) cores(ctx context.Context, least float64) ([]float64, error) {
	core := make([]float64, len(t.x))
	err := eachChunk(ctx, len(core), func() *nearest { return &nearest{t: t, least: least} }, func(q *nearest, lo, hi int) {
		for s := lo; s < hi; s++ {
			core[s] = q.reach(t.x[s], t.y[s])
		}
	})
	return core, err
}

// nearest collects the nearest places of a position until they weigh enough.
type nearest struct {
	t     *tree
	least float64
	x, y  float64
	d, w  []float64 // nearest first
	sum   float64
	bound float64
}

// reach is the squared distance within which enough weight lies.
func (q *nearest) reach(x, y float64) float64 {
	q.x, q.y, q.d, q.w, q.sum, q.bound = x, y, q.d[:0], q.w[:0], 0, math.Inf(1)
	if len(q.t.x) > 0 {
		q.visit(0)
	}
	return q.bound
}

func (q *nearest) visit(node int) {
	if q.t.leaf(node) {
		for s := q.t.lo[node]; s < q.t.hi[node]; s++ {
			if d := q.t.dist2(q.x, q.y, s); d < q.bound {
				q.add(d, q.t.w[s])
			}
		}
		return
	}
	a, b, da, db := q.t.closer(node, q.x, q.y)
	if da < q.bound {
		q.visit(a)
	}
	if db < q.bound {
		q.visit(b)
	}
}

func (q *nearest) add(d, w float64) {
	q.d, q.w = append(q.d, d), append(q.w, w)
	i := len(q.d) - 1
	for ; i > 0 && q.d[i-1] > d; i-- {
		q.d[i], q.w[i] = q.d[i-1], q.w[i-1]
	}
	q.d[i], q.w[i] = d, w
	q.sum += w
	last := len(q.d) - 1
	for q.sum-q.w[last] >= q.least {
		q.sum -= q.w[last]
		last--
	}
	q.d, q.w = q.d[:last+1], q.w[:last+1]
	if q.sum >= q.least {
		q.bound = q.d[last]
	}
}
