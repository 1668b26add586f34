package graph

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// BetweennessOptions say which paths count and on what scale.
type BetweennessOptions struct {
	// Weighted takes 1/weight as the length of a tie; otherwise every tie has length 1.
	Weighted bool
	// Normalised divides by the number of pairs that a node can be between: (n-1)(n-2)/2, or (n-1)(n-2) when directed.
	// Graphs of one or two nodes stay at 0.
	Normalised bool
}

// sourcesPerChunk is fixed, so that sums are made in the same order on any number of processors.
const sourcesPerChunk = 32

// Betweenness returns for each node the sum over pairs of other nodes of the share of their shortest paths that pass
// through it; each unordered pair counts once when undirected. Brandes, "A faster algorithm for betweenness
// centrality", Journal of Mathematical Sociology 25 (2001): O(nm) unweighted, O(nm + n² log n) weighted. The sources
// are worked on side by side, in fixed chunks that are summed in order: the result has the same bits on any number of
// processors. It fails only when ctx ends.
func Betweenness(ctx context.Context, g *Graph, o BetweennessOptions) ([]float64, error) {
	n := g.Len()
	chunks := (n + sourcesPerChunk - 1) / sourcesPerChunk
	workers := min(runtime.GOMAXPROCS(0), chunks)
	total := make([]float64, n)
	done := &reducer{total: total, waiting: map[int][]float64{}, room: make(chan struct{}, 2*workers+1)}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			b := newBrandes(g, o.Weighted)
			for ctx.Err() == nil {
				done.room <- struct{}{}
				c := int(next.Add(1)) - 1
				if c >= chunks {
					<-done.room
					return
				}
				sum := done.buffer()
				for s := c * sourcesPerChunk; s < min(n, (c+1)*sourcesPerChunk) && ctx.Err() == nil; s++ {
					b.from(int32(s), sum)
				}
				done.add(c, sum)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("graph: betweenness of %d nodes stopped: %w", n, err)
	}
	scale := 1.0
	if !g.directed {
		scale = 0.5
	}
	if o.Normalised && n > 2 {
		scale = 1 / (float64(n-1) * float64(n-2))
	}
	for v := range total {
		total[v] *= scale
	}
	return total, nil
}

// reducer adds the sums of the chunks in the order of the chunks.
type reducer struct {
	mu      sync.Mutex
	total   []float64
	next    int
	waiting map[int][]float64
	free    [][]float64
	// room bounds the sums under way or waiting, and with them the memory.
	room chan struct{}
}

// buffer returns a sum of zeros.
func (r *reducer) buffer() []float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.free); n > 0 {
		b := r.free[n-1]
		r.free = r.free[:n-1]
		clear(b)
		return b
	}
	return make([]float64, len(r.total))
}

func (r *reducer) add(chunk int, sum []float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting[chunk] = sum
	for {
		s, ok := r.waiting[r.next]
		if !ok {
			return
		}
		for v, x := range s {
			r.total[v] += x
		}
		delete(r.waiting, r.next)
		r.free = append(r.free, s)
		r.next++
		<-r.room
	}
}

// brandes is the working memory of one goroutine.
type brandes struct {
	g        *Graph
	weighted bool
	order    []int32 // nodes by distance
	dist     []float64
	level    []int32
	next     []int32 // the nodes one step behind each node, in the order of the visit, row by row
	ends     []int32 // of the rows of next
	paths    []float64
	delta    []float64
	lengths  []float64
	heap     distHeap
	preds    [][]int32
}

func newBrandes(g *Graph, weighted bool) *brandes {
	n := g.Len()
	b := &brandes{g: g, weighted: weighted, order: make([]int32, 0, n), paths: make([]float64, n), delta: make([]float64, n)}
	if !weighted {
		b.level = make([]int32, n)
		for v := range b.level {
			b.level[v] = -1
		}
		return b
	}
	b.dist, b.preds = make([]float64, n), make([][]int32, n)
	for v := range b.dist {
		b.dist[v] = -1
	}
	b.heap.at = make([]int32, n)
	b.lengths = make([]float64, len(g.weights))
	for i, w := range g.weights {
		b.lengths[i] = 1 / w
	}
	return b
}

// from adds the dependencies of source s.
func (b *brandes) from(s int32, sum []float64) {
	if b.weighted {
		b.dijkstra(s)
		b.collectWeighted(s, sum)
	} else {
		b.search(s)
		b.collect(s, sum)
	}
}

// search visits the nodes by breadth and counts shortest paths.
func (b *brandes) search(s int32) {
	g, level, paths := b.g, b.level, b.paths
	order, next, ends := append(b.order[:0], s), b.next[:0], b.ends[:0]
	level[s], paths[s] = 0, 1
	for i := 0; i < len(order); i++ {
		v := order[i]
		d, p := level[v]+1, paths[v]
		for _, w := range g.heads[g.rows[v]:g.rows[v+1]] {
			if level[w] < 0 {
				level[w], paths[w] = d, p
				order = append(order, w)
				next = append(next, w)
			} else if level[w] == d {
				paths[w] += p
				next = append(next, w)
			}
		}
		ends = append(ends, int32(len(next)))
	}
	b.order, b.next, b.ends = order, next, ends
}

// collect goes back from the farthest node and sums the shares; it leaves the memory clean.
func (b *brandes) collect(s int32, sum []float64) {
	level, paths, delta, next := b.level, b.paths, b.delta, b.next
	for i := len(b.order) - 1; i >= 0; i-- {
		v, acc, from := b.order[i], 0.0, int32(0)
		if i > 0 {
			from = b.ends[i-1]
		}
		for _, w := range next[from:b.ends[i]] {
			acc += delta[w]
		}
		acc *= paths[v]
		delta[v] = (1 + acc) / paths[v]
		if v != s {
			sum[v] += acc
		}
	}
	for _, v := range b.order {
		level[v] = -1
	}
}

// sameLength is the relative difference under which two paths count as equally long: lengths are sums of 1/weight,
// and paths of the same ties in another order must not differ by rounding.
const sameLength = 1e-12

// dijkstra settles the nodes by distance and counts shortest paths. A node's count is complete when it is settled, for
// all ties have a length above zero.
func (b *brandes) dijkstra(s int32) {
	g := b.g
	b.order = b.order[:0]
	b.dist[s], b.paths[s] = 0, 1
	b.preds[s] = b.preds[s][:0]
	b.heap.push(s, b.dist)
	for len(b.heap.nodes) > 0 {
		v := b.heap.pop(b.dist)
		b.order = append(b.order, v)
		for i := g.rows[v]; i < g.rows[v+1]; i++ {
			w, d := g.heads[i], b.dist[v]+b.lengths[i]
			switch old := b.dist[w]; {
			case old < 0:
				b.dist[w], b.paths[w] = d, b.paths[v]
				b.preds[w] = append(b.preds[w][:0], v)
				b.heap.push(w, b.dist)
			case d < old-float64(sameLength*old) && b.heap.at[w] > 0:
				b.dist[w], b.paths[w] = d, b.paths[v]
				b.preds[w] = append(b.preds[w][:0], v)
				b.heap.up(int(b.heap.at[w])-1, b.dist)
			case d <= old+float64(sameLength*old) && b.heap.at[w] > 0:
				b.paths[w] += b.paths[v]
				b.preds[w] = append(b.preds[w], v)
			}
		}
	}
}

func (b *brandes) collectWeighted(s int32, sum []float64) {
	for i := len(b.order) - 1; i >= 0; i-- {
		w := b.order[i]
		share := (1 + b.delta[w]) / b.paths[w]
		for _, v := range b.preds[w] {
			b.delta[v] += float64(b.paths[v] * share) // not fused: same bits on every processor
		}
		if w != s {
			sum[w] += b.delta[w]
		}
	}
	for _, v := range b.order {
		b.dist[v], b.delta[v] = -1, 0
	}
}

// distHeap is a binary heap of nodes by distance, equals by number; at holds each node's place plus one, 0 when out.
type distHeap struct {
	nodes []int32
	at    []int32
}

func (h *distHeap) less(a, b int32, dist []float64) bool {
	return dist[a] < dist[b] || dist[a] == dist[b] && a < b
}

func (h *distHeap) push(v int32, dist []float64) {
	h.nodes = append(h.nodes, v)
	h.at[v] = int32(len(h.nodes))
	h.up(len(h.nodes)-1, dist)
}

func (h *distHeap) swap(i, j int) {
	h.nodes[i], h.nodes[j] = h.nodes[j], h.nodes[i]
	h.at[h.nodes[i]], h.at[h.nodes[j]] = int32(i+1), int32(j+1)
}

func (h *distHeap) up(i int, dist []float64) {
	for p := (i - 1) / 2; i > 0 && h.less(h.nodes[i], h.nodes[p], dist); i, p = p, (p-1)/2 {
		h.swap(i, p)
	}
}

func (h *distHeap) pop(dist []float64) int32 {
	top, last := h.nodes[0], len(h.nodes)-1
	h.swap(0, last)
	h.nodes = h.nodes[:last]
	h.at[top] = 0
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			return top
		}
		if c+1 < last && h.less(h.nodes[c+1], h.nodes[c], dist) {
			c++
		}
		if !h.less(h.nodes[c], h.nodes[i], dist) {
			return top
		}
		h.swap(i, c)
		i = c
	}
}
