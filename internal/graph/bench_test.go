package graph

import (
	"context"
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
