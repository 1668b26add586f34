package graph

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Closeness returns for each node how near the nodes are from which it is reached: (r-1)/(n-1) · (r-1)/Σd, where r is
// the number of nodes that reach it, itself counted, n that of all nodes and d their distances to it. Wasserman and
// Faust, Social Network Analysis (1994), equation 5.22: the form that stays comparable in a graph of several pieces. A
// node that none reaches has 0. Directed, distances run towards the node, as in networkx. Weighted, a tie is 1/weight
// long. It fails only when ctx ends.
func Closeness(ctx context.Context, g *Graph, weighted bool) ([]float64, error) {
	out := make([]float64, g.Len())
	others := float64(g.Len() - 1)
	err := distances(ctx, g, weighted, func(v int, f far) {
		if f.sum > 0 {
			out[v] = float64(f.reached) / f.sum * (float64(f.reached) / others)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("graph: closeness of %d nodes stopped: %w", g.Len(), err)
	}
	return out, nil
}

// Harmonic returns for each node the sum of 1/d over the other nodes that reach it at distance d (Marchiori and Latora,
// "Harmony in the small-world", Physica A 285, 2000; Rochat 2009): nodes that do not reach it add nothing. Directions
// and weights are as in Closeness. It fails only when ctx ends.
func Harmonic(ctx context.Context, g *Graph, weighted bool) ([]float64, error) {
	out := make([]float64, g.Len())
	if err := distances(ctx, g, weighted, func(v int, f far) { out[v] = f.inverse }); err != nil {
		return nil, fmt.Errorf("graph: harmonic centrality of %d nodes stopped: %w", g.Len(), err)
	}
	return out, nil
}

// far sums up the distances of the other nodes that reach a node.
type far struct {
	reached      int
	sum, inverse float64
}

// distances calls set for each node, from several goroutines, each node once.
func distances(ctx context.Context, g *Graph, weighted bool, set func(v int, f far)) error {
	const together = 64
	k := newReversed(g, weighted)
	batches := (g.Len() + together - 1) / together
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), batches) {
		wg.Go(func() {
			w := newWaves(k)
			var byTies *byLength
			if weighted {
				byTies = newByLength(k)
			}
			for b := int(next.Add(1)) - 1; b < batches && ctx.Err() == nil; b = int(next.Add(1)) - 1 {
				from, to := b*together, min(g.Len(), (b+1)*together)
				if !weighted {
					for i, f := range w.from(from, to) {
						set(int(k.nodes[from+i]), f)
					}
					continue
				}
				for s := from; s < to && ctx.Err() == nil; s++ {
					set(int(k.nodes[s]), byTies.all(int32(s)))
				}
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// newReversed renumbers a graph by breadth, ties turned round, without folding.
func newReversed(g *Graph, weighted bool) *skeleton {
	turned := &Graph{names: g.names, rows: g.back, heads: g.tails, weights: g.backw, back: g.rows, tails: g.heads, backw: g.weights, directed: true}
	return newSkeleton(turned, weighted)
}

// all sums up the distances from s.
func (b *byLength) all(s int32) far {
	b.search(s)
	f := far{reached: len(b.order) - 1}
	for _, v := range b.order[1:] {
		f.sum += b.dist[v]
		f.inverse += 1 / b.dist[v]
	}
	b.clean()
	return f
}
