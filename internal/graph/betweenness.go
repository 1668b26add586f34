package graph

import (
	"context"
	"fmt"
	"math"
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

// scale turns a sum over ordered pairs of g into a value.
func (o BetweennessOptions) scale(g *Graph) float64 {
	switch n := float64(g.Len()); {
	case o.Normalised && n > 2:
		return 1 / ((n - 1) * (n - 2))
	case g.directed:
		return 1
	}
	return 0.5
}

// Betweenness returns for each node the sum over pairs of other nodes of the share of their shortest paths that pass
// through it; each unordered pair counts once when undirected. Brandes, "A faster algorithm for betweenness
// centrality", Journal of Mathematical Sociology 25 (2001): O(nm) unweighted, O(nm + n² log n) weighted; trees that
// hang on the rest by one tie are reckoned in closed form. Weighted paths whose lengths differ by less than 1e-12 of
// themselves count as equally long. The sources are worked on side by side, in fixed chunks that are summed in order:
// the result has the same bits on any number of processors. It fails when ctx ends and when two nodes have more
// shortest paths between them than a floating point number can count.
func Betweenness(ctx context.Context, g *Graph, o BetweennessOptions) ([]float64, error) {
	k := newSkeleton(g, o.Weighted)
	sum := make([]float64, len(k.nodes))
	source := func(i int) (int32, float64) { return int32(i), k.weight[i] }
	if err := dependencies(ctx, k, len(k.nodes), source, func(_ int, part []float64) {
		for v, x := range part {
			sum[v] += x
		}
	}, false); err != nil {
		return nil, fmt.Errorf("graph: betweenness of %d nodes stopped: %w", g.Len(), err)
	}
	return k.values(g, sum, o.scale(g))
}

// values adds the pairs of the trees to sums over ordered pairs and scales both.
func (k *skeleton) values(g *Graph, sum []float64, scale float64) ([]float64, error) {
	out := make([]float64, len(k.root))
	for v, pairs := range k.tree {
		out[v] = float64(2 * scale * pairs)
	}
	for i, v := range k.nodes {
		out[v] += float64(scale * sum[i])
		if math.IsNaN(out[v]) || math.IsInf(out[v], 0) {
			return nil, fmt.Errorf("graph: betweenness of %q: more shortest paths than a number can count", g.Name(int(v)))
		}
	}
	return out, nil
}

// chunk is how many of a number of sources are summed together. It is fixed by that number, so that sums are made in
// the same order on any number of processors; at most 256 chunks keep the adding up short.
func chunk(count int) int {
	const most = 256
	return mostSources * max(1, (count+most*mostSources-1)/(most*mostSources))
}

// dependencies hands to add, chunk by chunk in order, the sums of the dependencies of the nodes that stay on count
// sources; source(i) is the i-th and how many times it counts. Of a sample they are scaled
// as drawn says, and the sums of their squares follow.
func dependencies(ctx context.Context, k *skeleton, count int, source func(i int) (int32, float64),
	add func(chunk int, part []float64), sample bool) error {
	per := chunk(count)
	chunks := (count + per - 1) / per
	workers := min(runtime.GOMAXPROCS(0), chunks)
	size := len(k.nodes)
	if sample {
		size *= 2
	}
	done := &reducer{size: size, take: add, waiting: map[int][]float64{}, room: make(chan struct{}, 2*workers+1)}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			from := k.searcher(sample)
			sources, times := make([]int32, 0, per), make([]float64, 0, per)
			for ctx.Err() == nil {
				done.room <- struct{}{}
				c := int(next.Add(1)) - 1
				if c >= chunks {
					<-done.room
					return
				}
				sum := done.buffer()
				sources, times = sources[:0], times[:0]
				for i := c * per; i < min(count, (c+1)*per); i++ {
					if s, t := source(i); k.rows[s] < k.rows[s+1] {
						sources, times = append(sources, s), append(times, t)
					}
				}
				from(ctx, sources, times, sum)
				done.add(c, sum)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// searcher returns what adds the dependencies of sources, with memory of its own.
func (k *skeleton) searcher(sample bool) func(ctx context.Context, sources []int32, times, sum []float64) {
	if k.lengths != nil {
		b := newByLength(k)
		if sample {
			b.drawn = newDrawn(k)
		}
		return b.from
	}
	b := newByBreadth(k)
	if sample {
		b.drawn = newDrawn(k)
	}
	return b.from
}
