package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// communityCase is one graph with networkx's modularity and leidenalg's best, made by oracle/graph/community.py.
type communityCase struct {
	Name       string
	Directed   bool
	Nodes      int
	Edges      [][3]float64
	Weighted   bool
	Labels     []int
	Modularity map[string]float64 // of Labels, by "plain|weighted resolution"
	Best       map[string]float64
}

func readJSON[T any](t testing.TB, path string) T {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (c communityCase) graph(t testing.TB) *Graph {
	t.Helper()
	names := make([]string, c.Nodes)
	for v := range names {
		names[v] = fmt.Sprintf("n%04d", v)
	}
	var edges []Edge
	for _, e := range c.Edges {
		edges = append(edges, Edge{names[int(e[0])], names[int(e[1])], e[2]})
	}
	g, err := New(edges, Options{Directed: c.Directed, Nodes: names})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func leidenOf(t testing.TB, g *Graph, o LeidenOptions) Partition {
	t.Helper()
	p, err := Leiden(context.Background(), g, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sizesOf(of []int) []int {
	var sizes []int
	for _, g := range Groups(of) {
		sizes = append(sizes, len(g))
	}
	return sizes
}

// TestLeiden_oracle: modularity is networkx's, and no partition is worse than leidenalg's best of 10 seeds.
func TestLeiden_oracle(t *testing.T) {
	for _, c := range readJSON[[]communityCase](t, "testdata/community.json") {
		g := c.graph(t)
		for key, want := range c.Modularity {
			kind, number, _ := strings.Cut(key, " ")
			var resolution float64
			if _, err := fmt.Sscan(number, &resolution); err != nil {
				t.Fatal(err)
			}
			if got := Modularity(g, c.Labels, resolution, kind == "weighted"); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s, %s: modularity %v, networkx %v", c.Name, key, got, want)
			}
			p := leidenOf(t, g, LeidenOptions{Resolution: resolution, Weighted: kind == "weighted"})
			if p.Quality < c.Best[key]-1e-9 {
				t.Errorf("%s, %s: quality %.12f, leidenalg %.12f", c.Name, key, p.Quality, c.Best[key])
			}
			checkPartition(t, g, p, resolution, kind == "weighted")
		}
	}
}

// checkPartition asks of a partition what its documentation says.
func checkPartition(t interface{ Errorf(string, ...any) }, g *Graph, p Partition, resolution float64, weighted bool) {
	if q := Modularity(g, p.Of, resolution, weighted); math.Abs(q-p.Quality) > 1e-12 {
		t.Errorf("quality %v, of its communities %v", p.Quality, q)
	}
	if q := Modularity(g, p.Of, 1, weighted); math.Abs(q-p.Modularity) > 1e-12 {
		t.Errorf("modularity %v, of its communities %v", p.Modularity, q)
	}
	if again, n := Renumber(p.Of); n != p.N || !slices.Equal(again, p.Of) {
		t.Errorf("communities %v of %d are not numbered by size, then first node", p.Of, p.N)
	}
	var inside []Edge
	var o Options
	for v := range g.Len() {
		o.Nodes = append(o.Nodes, g.Name(v))
		nodes, _ := g.Neighbours(v)
		for _, w := range nodes {
			if p.Of[v] == p.Of[w] {
				inside = append(inside, Edge{g.Name(v), g.Name(int(w)), 1})
			}
		}
	}
	parts, err := New(inside, o)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	if c := Components(parts); slices.Max(append(c, -1))+1 != p.N {
		t.Errorf("%d communities are in %d connected parts", p.N, slices.Max(c)+1)
	}
}

// TestLeiden_karate: the maximum of METHODS 11, from any seed.
func TestLeiden_karate(t *testing.T) {
	for _, c := range readJSON[[]communityCase](t, "testdata/community.json") {
		if c.Name != "karate" {
			continue
		}
		g := c.graph(t)
		for seed := range uint64(100) {
			p := leidenOf(t, g, LeidenOptions{Seed: seed})
			if math.Abs(p.Modularity-0.4197896121) > 5e-11 || !slices.Equal(sizesOf(p.Of), []int{12, 11, 6, 5}) {
				t.Errorf("seed %d: %v in groups of %v", seed, p.Modularity, sizesOf(p.Of))
			}
		}
	}
}

func ringOfCliques(t testing.TB, cliques, size int) *Graph {
	t.Helper()
	name := func(c, i int) string { return fmt.Sprintf("c%03d-%02d", c%cliques, i) }
	var edges []Edge
	for c := range cliques {
		edges = append(edges, Edge{name(c, 0), name(c+1, 1), 1})
		for i := range size {
			for j := range i {
				edges = append(edges, Edge{name(c, i), name(c, j), 1})
			}
		}
	}
	g, err := New(edges, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestLeiden_ring: at resolution 1 the best answer is the wrong one, pairs of cliques (Fortunato & Barthélemy 2007);
// at 2 it is the right one. Values of METHODS 11.
func TestLeiden_ring(t *testing.T) {
	g := ringOfCliques(t, 30, 5)
	if p := leidenOf(t, g, LeidenOptions{}); p.N != 15 || math.Abs(p.Modularity-0.8878788) > 5e-8 {
		t.Errorf("%d groups, %v", p.N, p.Modularity)
	}
	if p := leidenOf(t, g, LeidenOptions{Resolution: 2}); p.N != 30 || math.Abs(p.Modularity-0.8757576) > 5e-8 {
		t.Errorf("%d groups, %v", p.N, p.Modularity)
	}
}

// TestLeiden_bits: the same on any number of goroutines, with weights from one end of the numbers to the other, and
// whatever unit they are in.
func TestLeiden_bits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	g := district(t)
	var first Partition
	for i, procs := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(procs)
		p := leidenOf(t, g, LeidenOptions{Seed: 3})
		if i == 0 {
			first = p
		}
		if !slices.Equal(p.Of, first.Of) || p.Modularity != first.Modularity {
			t.Errorf("%d processors: %v, one processor %v", procs, p.Modularity, first.Modularity)
		}
	}
	edges := func(unit float64) []Edge {
		return []Edge{{"a", "b", unit}, {"b", "c", unit / 2}, {"a", "c", unit}, {"c", "d", unit / 8}, {"d", "e", unit}, {"e", "f", unit}, {"d", "f", unit}}
	}
	for _, unit := range []float64{1, 1e-290, 1e299} {
		g, err := New(edges(unit), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p := leidenOf(t, g, LeidenOptions{Weighted: true}); !slices.Equal(p.Of, []int{0, 0, 0, 1, 1, 1}) || math.Abs(p.Modularity-0.47382716) > 1e-8 {
			t.Errorf("unit %v: %v, %v", unit, p.Of, p.Modularity)
		}
	}
}

func TestLeiden_edges(t *testing.T) {
	empty, err := New(nil, Options{Nodes: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if p := leidenOf(t, empty, LeidenOptions{}); p.N != 2 || p.Modularity != 0 {
		t.Errorf("no ties: %+v", p)
	}
	none, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := leidenOf(t, none, LeidenOptions{}); p.N != 0 || p.Modularity != 0 {
		t.Errorf("no nodes: %+v", p)
	}
	for _, o := range []LeidenOptions{{Resolution: -1}, {Resolution: math.NaN()}, {Resolution: math.Inf(1)}, {Iterations: -1}, {Starts: -1}} {
		if _, err := Leiden(context.Background(), empty, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Leiden(ctx, district(t), LeidenOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

// TestLeiden_any: whatever the graph, a partition is what it says, and moving one node to a neighbour gains nothing.
func TestLeiden_any(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "nodes")
		var o Options
		for v := range n {
			o.Nodes = append(o.Nodes, fmt.Sprintf("n%02d", v))
		}
		o.Directed = rapid.Bool().Draw(t, "directed")
		var edges []Edge
		for range rapid.IntRange(0, 30).Draw(t, "ties") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			edges = append(edges, Edge{o.Nodes[a], o.Nodes[b], rapid.Float64Range(0.01, 100).Draw(t, "w")})
		}
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		weighted := rapid.Bool().Draw(t, "weighted")
		resolution := rapid.SampledFrom([]float64{0.3, 1, 4}).Draw(t, "resolution")
		p, err := Leiden(context.Background(), g, LeidenOptions{Resolution: resolution, Weighted: weighted, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		checkPartition(t, g, p, resolution, weighted)
		for v := range n {
			nodes, _ := g.Neighbours(v)
			for _, w := range nodes {
				moved := slices.Clone(p.Of)
				moved[v] = p.Of[w]
				if q := Modularity(g, moved, resolution, weighted); q > p.Quality+1e-9 {
					t.Fatalf("moving node %d to %d gains %v", v, w, q-p.Quality)
				}
			}
		}
	})
}

// BenchmarkLeiden_20000 takes a graph of 20,000 nodes and 80,000 ties in groups of 1,000.
func BenchmarkLeiden_20000(b *testing.B) {
	g := planted(b, 20_000)
	for b.Loop() {
		leidenOf(b, g, LeidenOptions{})
	}
}

func BenchmarkScanResolution_20000(b *testing.B) {
	g := planted(b, 20_000)
	for b.Loop() {
		scanOf(b, g, ScanOptions{})
	}
}

func BenchmarkDraw_20000(b *testing.B) {
	g := planted(b, 20_000)
	for b.Loop() {
		drawingOf(b, g, LayoutOptions{})
	}
}
