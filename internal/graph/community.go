package graph

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// Partition says which community each node is in.
type Partition struct {
	// Of is the community of each node, numbered from 0 by size, the largest first, equals by their smallest node.
	Of []int
	// N is the number of communities.
	N int
	// Modularity is the value at resolution 1, Quality that at the resolution asked for.
	Modularity, Quality float64
}

// LeidenOptions steer Leiden. The zero value maximises ordinary modularity, every tie counting one.
type LeidenOptions struct {
	// Resolution is γ: higher values give more and smaller communities; 0 means 1.
	Resolution float64
	// Seed chooses the order in which nodes are visited.
	Seed uint64
	// Weighted takes weights as strengths; otherwise every tie counts 1.
	Weighted bool
	// Iterations bounds the passes of each start; 0 means until a pass gains nothing that matters.
	Iterations int
	// Starts is the number of starts from single nodes, of which the best are combined; 0 chooses by size: from 24 for
	// a small graph to 1 for a large one.
	Starts int
}

// Leiden finds communities of high modularity: moves of single nodes with a queue, refinement into well connected
// parts, aggregation, repeated (Traag, Waltman & van Eck, "From Louvain to Leiden: guaranteeing well-connected
// communities", Scientific Reports 9 (2019)). On small graphs several starts are made and what the best of them agree
// on is searched again (Ovelgönne & Geyer-Schulz, "An ensemble learning strategy for graph clustering", 2012). The
// quality is Σ_c (w_c/2m − γ(K_c/2m)²) with w_c twice the weight inside and K_c the strength of community c; of a
// directed graph that of Leicht & Newman, PRL 100 (2008). Every community is connected (without regard to
// direction); a node without ties is a community of its own. The optimum is not guaranteed. The result depends only
// on the graph and the options and has the same bits on any number of processors. It fails on options that are no
// number above zero and when ctx ends.
func Leiden(ctx context.Context, g *Graph, o LeidenOptions) (Partition, error) {
	if o.Resolution == 0 {
		o.Resolution = 1
	}
	if !(o.Resolution > 0) || math.IsInf(o.Resolution, 1) {
		return Partition{}, fmt.Errorf("graph: communities at resolution %v: give a number above 0; 1 is ordinary modularity", o.Resolution)
	}
	if o.Iterations < 0 || o.Starts < 0 {
		return Partition{}, fmt.Errorf("graph: communities with %d iterations and %d starts: give numbers from 0", o.Iterations, o.Starts)
	}
	base := newLevel(g, o.Weighted)
	of, err := search(ctx, base, o)
	if err != nil {
		return Partition{}, fmt.Errorf("graph: communities of %d nodes stopped: %w", g.Len(), err)
	}
	return base.partition(of, o.Resolution), nil
}

// partition numbers communities and reckons their quality.
func (l *level) partition(of []int32, resolution float64) Partition {
	wide := make([]int, len(of))
	for v, c := range of {
		wide[v] = int(c)
	}
	var p Partition
	p.Of, p.N = Renumber(wide)
	p.Modularity = l.quality(of, 1)
	p.Quality = p.Modularity
	if resolution != 1 {
		p.Quality = l.quality(of, resolution)
	}
	return p
}

// Modularity returns the quality that Leiden maximises for any partition: of holds a label of each node, any numbers.
// Newman & Girvan, Physical Review E 69 (2004), with the resolution of Reichardt & Bornholdt (2006). It is 0 for a
// graph without ties, and panics when of is not as long as the graph.
func Modularity(g *Graph, of []int, resolution float64, weighted bool) float64 {
	if len(of) != g.Len() {
		panic(fmt.Sprintf("graph: modularity of %d labels for %d nodes", len(of), g.Len()))
	}
	numbers, _ := Renumber(of)
	narrow := make([]int32, len(numbers))
	for v, c := range numbers {
		narrow[v] = int32(c)
	}
	return newLevel(g, weighted).quality(narrow, resolution)
}

// Renumber turns any labels into numbers from 0 by size, the largest first, equals by their smallest node, and
// returns how many there are.
func Renumber(of []int) (numbers []int, n int) {
	first := make(map[int]int, 16) // label to number by first appearance
	numbers = make([]int, len(of))
	var sizes []int
	for v, label := range of {
		c, ok := first[label]
		if !ok {
			c = len(sizes)
			first[label] = c
			sizes = append(sizes, 0)
		}
		sizes[c]++
		numbers[v] = c
	}
	order := make([]int, len(sizes))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[b], sizes[a]) })
	rank := make([]int, len(sizes))
	for i, c := range order {
		rank[c] = i
	}
	for v := range numbers {
		numbers[v] = rank[numbers[v]]
	}
	return numbers, len(sizes)
}

// Groups lists the nodes of each community, ascending. The numbers of of count from 0 without gaps.
func Groups(of []int) [][]int {
	var groups [][]int
	for v, c := range of {
		for len(groups) <= c {
			groups = append(groups, nil)
		}
		groups[c] = append(groups[c], v)
	}
	return groups
}
