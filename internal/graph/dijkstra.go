package graph

import (
	"context"
	"math"
)

// sameLength is the relative difference under which two paths count as equally long: lengths are sums of 1/weight,
// and paths of the same ties in another order must not differ by rounding.
const sameLength = 1e-12

// byLength is the working memory of one goroutine for paths by the length of their ties.
type byLength struct {
	counter
	order []int32 // nodes by distance
	place []int32 // of each node in order, one more; 0 where not settled
	dist  []float64
	heap  []reached
	steps []step  // of shortest paths, by the place of the near end
	ends  []int32 // of the steps of each place
	drawn *drawn  // not nil where the sources are a sample
}

func newByLength(g *skeleton) *byLength {
	n := len(g.nodes)
	b := &byLength{counter: newCounter(g), dist: make([]float64, n), place: make([]int32, n)}
	for v := range b.dist {
		b.dist[v] = math.Inf(1)
	}
	return b
}

// from adds the dependencies of sources to sum, each as often as times says, until ctx ends.
func (b *byLength) from(ctx context.Context, sources []int32, times, sum []float64) {
	for i, s := range sources {
		if ctx.Err() != nil {
			return
		}
		b.search(s)
		b.list()
		if b.drawn != nil {
			b.draw(s, sum)
		} else {
			b.collect(s, b.steps, times[i], sum)
		}
		b.clean()
	}
}

// draw adds the scaled dependencies on source s and their squares.
func (b *byLength) draw(s int32, sum []float64) {
	d, squares := b.drawn, sum[len(b.dist):]
	b.paths[s] = 1
	b.count(b.steps, b.far)
	for i := len(b.order) - 1; i > 0; i-- {
		v, share := b.order[i], scaledShare{}
		for _, e := range b.steps[b.ends[i-1]:b.ends[i]] {
			share.square += d.share[e.to].square
			share.cube += d.share[e.to].cube
		}
		f := d.distance(b.dist[v])
		x := f.dependency(share, b.paths[v])
		d.share[v] = f.with(share, b.g.weight[v]/b.paths[v])
		sum[v] += x
		squares[v] += float64(x * x)
	}
	for _, v := range b.order {
		b.paths[v] = 0
	}
}

// search settles the nodes by distance. A node that is reached anew on a shorter way is put on the heap again, and what
// is left of it there passed over (lazy deletion).
func (b *byLength) search(s int32) {
	g, dist, place := b.g, b.dist, b.place
	b.order, b.heap = b.order[:0], append(b.heap[:0], reached{0, s})
	dist[s] = 0
	for len(b.heap) > 0 {
		v := b.pop()
		if place[v] > 0 {
			continue
		}
		b.order = append(b.order, v)
		place[v] = int32(len(b.order))
		near := dist[v]
		lengths := g.lengths[g.rows[v]:g.rows[v+1]]
		for i, w := range g.heads[g.rows[v]:g.rows[v+1]] {
			if d := near + lengths[i]; d < dist[w] {
				dist[w] = d
				b.push(reached{d, w})
			}
		}
	}
}

// list finds the steps of the shortest paths to the settled nodes. All ties have a length above zero, so that the near
// end of a step was settled first.
func (b *byLength) list() {
	g := b.g
	b.steps, b.ends = b.steps[:0], b.ends[:0]
	for i, v := range b.order {
		near := b.dist[v]
		lengths := g.lengths[g.rows[v]:g.rows[v+1]]
		for j, w := range g.heads[g.rows[v]:g.rows[v+1]] {
			if far := b.dist[w]; near+lengths[j] <= far+float64(sameLength*far) && int(b.place[w]) > i+1 {
				b.steps = append(b.steps, step{v, w})
			}
		}
		b.ends = append(b.ends, int32(len(b.steps)))
	}
}

// clean forgets the last search.
func (b *byLength) clean() {
	for _, v := range b.order {
		b.dist[v], b.place[v] = math.Inf(1), 0
	}
}

// reached is a node on the heap, at the distance at which it was put there.
type reached struct {
	dist float64
	node int32
}

// push puts a node on the heap, in which every place has four below it.
func (b *byLength) push(r reached) {
	b.heap = append(b.heap, r)
	h, i := b.heap, len(b.heap)-1
	for i > 0 {
		up := (i - 1) / 4
		if h[up].dist <= r.dist {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = r
}

// pop takes the nearest node off the heap.
func (b *byLength) pop() int32 {
	h := b.heap
	top, last := h[0].node, h[len(h)-1]
	h = h[:len(h)-1]
	b.heap = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		least := 4*i + 1
		if least >= len(h) {
			break
		}
		for c := least + 1; c < min(4*i+5, len(h)); c++ {
			if h[c].dist < h[least].dist {
				least = c
			}
		}
		if h[least].dist >= last.dist {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
	return top
}
