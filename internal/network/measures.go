package network

import (
	"context"
	"fmt"
	"sync"

	"milieu/internal/graph"
)

// Seeds are fixed: the same ties give the same picture, communities and samples.
const (
	layoutSeed    = 1
	communitySeed = 1
	sampleSeed    = 1
)

// exactWork is up to how many nodes times ties betweenness is reckoned from all sources (about a minute on two processors at
// the most); beyond it from a sample.
const exactWork = 4e9

// Measures are what is quickly reckoned of a view, by node of the view.
type Measures struct {
	Degree    []int
	Strength  []float64
	Component []int // 0 is the largest
	Core      []int // largest k so that it is in a part where each has k ties
	// Constraint is Burt's, on weights; lower means more holes to bridge. Each node of a view has a tie.
	Constraint, EffectiveSize []float64
	PageRank                  []float64
	Articulation              []bool // without it a component falls apart
	Components                int
	Density                   float64 // share of possible pairs that are tied
}

// Quick reckons what takes a fraction of a second on a million ties: all exact.
func (v *View) Quick() Measures {
	g := v.Graph
	m := Measures{Articulation: make([]bool, g.Len()), Density: graph.Density(g)}
	var wg sync.WaitGroup
	wg.Go(func() {
		m.PageRank = graph.PageRank(g, graph.PageRankOptions{Weighted: true})
		m.Core, m.Component = graph.Core(g), graph.Components(g)
	})
	wg.Go(func() {
		m.Constraint, m.EffectiveSize = graph.Constraint(g, true), graph.EffectiveSize(g, true)
		m.Degree, m.Strength = graph.Degree(g), graph.Strength(g)
		for _, v := range graph.ArticulationPoints(g) {
			m.Articulation[v] = true
		}
	})
	wg.Wait()
	for _, c := range m.Component {
		m.Components = max(m.Components, c+1)
	}
	return m
}

// SlowMeasures are what takes seconds on large networks, by node of the view.
type SlowMeasures struct {
	Betweenness []float64 // unordered pairs of others on whose shortest paths it lies, not weighted
	Exact       bool
	Bound       float64 // of sampled betweenness: with 95 % all values at once are within so many pairs
	Community   graph.Partition
}

// Slow reckons betweenness and communities. It fails only when ctx ends.
func (v *View) Slow(ctx context.Context) (SlowMeasures, error) {
	var m SlowMeasures
	var err error
	if m.Community, err = graph.Leiden(ctx, v.Graph, graph.LeidenOptions{Seed: communitySeed, Weighted: true}); err != nil {
		return m, fmt.Errorf("network: communities: %w", err)
	}
	n := float64(v.Graph.Len())
	if m.Exact = n*float64(v.Graph.Edges()) <= exactWork; m.Exact {
		if m.Betweenness, err = graph.Betweenness(ctx, v.Graph, graph.BetweennessOptions{}); err != nil {
			return m, fmt.Errorf("network: %w", err)
		}
		return m, nil
	}
	s, err := graph.BetweennessSampled(ctx, v.Graph, graph.SampleOptions{Seed: sampleSeed})
	if err != nil {
		return m, fmt.Errorf("network: %w", err)
	}
	m.Betweenness, m.Bound = s.Values, s.Epsilon*(n-1)*(n-2)/2
	return m, nil
}
