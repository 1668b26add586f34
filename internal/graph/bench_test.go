package graph

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/graph/network"
	"gonum.org/v1/gonum/graph/simple"
)

// BenchmarkBetweenness pairs the package with gonum's network.Betweenness on the planted graph of 1,000 nodes and
// mean degree 8; "gonum/ours" above 1 is how many times longer gonum takes.
func BenchmarkBetweenness(b *testing.B) {
	g := planted(b, 1000)
	peer := simple.NewUndirectedGraph()
	for v := range g.Len() {
		nodes, _ := g.Neighbours(v)
		for _, w := range nodes {
			if int(w) > v {
				peer.SetEdge(simple.Edge{F: simple.Node(v), T: simple.Node(w)})
			}
		}
	}
	start := time.Now()
	theirs := network.Betweenness(peer)
	gonum := time.Since(start)
	var ours []float64
	start = time.Now()
	n := 0
	for b.Loop() {
		ours = between(b, g, BetweennessOptions{})
		n++
	}
	one := time.Since(start) / time.Duration(n)
	for v, x := range ours {
		// gonum counts both directions of an undirected pair.
		if d := theirs[int64(v)]/2 - x; d > 1e-6 || d < -1e-6 {
			b.Fatalf("node %d: %v, gonum %v", v, x, theirs[int64(v)]/2)
		}
	}
	b.ReportMetric(float64(gonum)/float64(one), "gonum/ours")
	b.ReportMetric(float64(g.Edges()), "ties")
}

func BenchmarkBetweenness_weighted(b *testing.B) {
	g := planted(b, 1000)
	for b.Loop() {
		if _, err := Betweenness(context.Background(), g, BetweennessOptions{Weighted: true}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBetweenness_10000(b *testing.B) {
	g := planted(b, 10_000)
	for b.Loop() {
		between(b, g, BetweennessOptions{})
	}
}

func BenchmarkLayout(b *testing.B) {
	g := district(b)
	for b.Loop() {
		Layout(g, LayoutOptions{Seed: 1})
	}
}

func BenchmarkLayout_2000(b *testing.B) {
	g := planted(b, 2000)
	for b.Loop() {
		Layout(g, LayoutOptions{Seed: 1})
	}
}

// large returns 100,000 nodes and about a million ties.
func large(b *testing.B) (names []string, from, to []int32) {
	r := rand.New(rand.NewPCG(1, 2))
	names, from, to = make([]string, 100_000), make([]int32, 1_000_000), make([]int32, 1_000_000)
	for v := range names {
		names[v] = fmt.Sprintf("%06d", v)
	}
	for i := range from {
		x := r.Float64()
		from[i], to[i] = int32(r.IntN(len(names))), int32(x*x*float64(len(names)))
	}
	return names, from, to
}

func BenchmarkIndexed(b *testing.B) {
	names, from, to := large(b)
	for b.Loop() {
		if _, err := Indexed(names, from, to, nil, false); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLarge is one round of each fast measure on 100,000 nodes and a million ties.
func BenchmarkLarge(b *testing.B) {
	names, from, to := large(b)
	g, err := Indexed(names, from, to, nil, false)
	if err != nil {
		b.Fatal(err)
	}
	groups := make([]int, g.Len())
	for v := range groups {
		groups[v] = v % 7
	}
	for name, f := range map[string]func() error{
		"PageRank":     func() error { PageRank(g, PageRankOptions{}); return nil },
		"Constraint":   func() error { Constraint(g, true); return nil },
		"Effective":    func() error { EffectiveSize(g, true); return nil },
		"Clustering":   func() error { Clustering(g, false); return nil },
		"Core":         func() error { Core(g); return nil },
		"Articulation": func() error { ArticulationPoints(g); return nil },
		"Components":   func() error { Components(g); return nil },
		"Eigenvector":  func() error { _, err := Eigenvector(g, false); return err },
		"Brokerage":    func() error { _, err := Brokerage(g, groups); return err },
		"Path":         func() error { ShortestPaths(g, 0, 99_999, false, 10); return nil },
		"Sampled": func() error {
			_, err := BetweennessSampled(context.Background(), g, SampleOptions{Pivots: 64})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCloseness_20000(b *testing.B) {
	g := planted(b, 20_000)
	for b.Loop() {
		if _, err := Closeness(context.Background(), g, false); err != nil {
			b.Fatal(err)
		}
	}
}
