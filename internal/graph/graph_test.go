package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// oracleCase is one graph with networkx's values, made by oracle/graph/oracle.py.
type oracleCase struct {
	Name        string
	Directed    bool
	Nodes       []string
	Edges       [][3]any
	Degree      []int
	Strength    []float64
	Betweenness []float64
	Normalised  []float64
	Weighted    []float64
	Components  []int
}

func (c oracleCase) graph(t testing.TB) *Graph {
	t.Helper()
	var edges []Edge
	for _, e := range c.Edges {
		edges = append(edges, Edge{e[0].(string), e[1].(string), e[2].(float64)})
	}
	g, err := New(edges, Options{Directed: c.Directed, Nodes: c.Nodes})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func oracle(t testing.TB) []oracleCase {
	t.Helper()
	b, err := os.ReadFile("testdata/oracle.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []oracleCase
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// near fails when two lists differ by more than 1e-9, relative above 1.
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-9*max(1, math.Abs(want[i])) {
			t.Errorf("%s of node %d: %v, want %v", what, i, got[i], want[i])
		}
	}
}

func between(t testing.TB, g *Graph, o BetweennessOptions) []float64 {
	t.Helper()
	b, err := Betweenness(context.Background(), g, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOracle(t *testing.T) {
	for _, c := range oracle(t) {
		t.Run(c.Name, func(t *testing.T) {
			g := c.graph(t)
			if d := cmp.Diff(c.Degree, Degree(g)); d != "" {
				t.Errorf("degree (-want +got)\n%s", d)
			}
			near(t, "strength", Strength(g), c.Strength)
			near(t, "betweenness", between(t, g, BetweennessOptions{}), c.Betweenness)
			near(t, "normalised betweenness", between(t, g, BetweennessOptions{Normalised: true}), c.Normalised)
			if c.Weighted != nil {
				near(t, "weighted betweenness", between(t, g, BetweennessOptions{Weighted: true}), c.Weighted)
			}
			if d := cmp.Diff(c.Components, Components(g)); d != "" {
				t.Errorf("components (-want +got)\n%s", d)
			}
		})
	}
}

// link makes ties of weight 1 from "a-b" texts.
func link(t testing.TB, o Options, ties ...string) *Graph {
	t.Helper()
	var edges []Edge
	for _, s := range ties {
		a, b, _ := strings.Cut(s, "-")
		edges = append(edges, Edge{a, b, 1})
	}
	g, err := New(edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestBetweenness_golden has the values of METHODS.md section 11.
func TestBetweenness_golden(t *testing.T) {
	near(t, "path of five", between(t, link(t, Options{}, "a-b", "b-c", "c-d", "d-e"), BetweennessOptions{}), []float64{0, 3, 4, 3, 0})

	var ties []string
	for _, side := range []string{"a", "b"} {
		for i := range 5 {
			for j := range i {
				ties = append(ties, fmt.Sprintf("%s%d-%s%d", side, i, side, j))
			}
		}
		ties = append(ties, side+"0-middle")
	}
	g := link(t, Options{}, ties...)
	middle, _ := g.Node("middle")
	if got := between(t, g, BetweennessOptions{})[middle]; got != 25 {
		t.Errorf("two K5 joined by a node: %v in the middle, want 25", got)
	}
	// A star of n leaves: all n(n-1)/2 pairs pass through the centre.
	star := link(t, Options{}, "c-1", "c-2", "c-3", "c-4")
	near(t, "star", between(t, star, BetweennessOptions{}), []float64{0, 0, 0, 0, 6})
	near(t, "star, normalised", between(t, star, BetweennessOptions{Normalised: true}), []float64{0, 0, 0, 0, 1})

	for _, c := range oracle(t) {
		if c.Name == "karate" {
			if got := between(t, c.graph(t), BetweennessOptions{Normalised: true})[0]; math.Abs(got-0.4376352814) > 1e-10 {
				t.Errorf("karate club, node 0: %v, want 0.4376352814", got)
			}
		}
	}
}

// TestBetweenness_strength: the strong way round (1/4 + 1/4) is shorter than the weak tie (1/1).
func TestBetweenness_strength(t *testing.T) {
	g, err := New([]Edge{{"a", "b", 4}, {"b", "c", 4}, {"a", "c", 1}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "weighted", between(t, g, BetweennessOptions{Weighted: true}), []float64{0, 1, 0})
	near(t, "unweighted", between(t, g, BetweennessOptions{}), []float64{0, 0, 0})
}

func TestNew(t *testing.T) {
	g, err := New([]Edge{{"b", "a", 1}, {"a", "b", 2}, {"b", "b", 5}, {"b", "c", 1}}, Options{Nodes: []string{"d", "a"}})
	if err != nil {
		t.Fatal(err)
	}
	if g.Len() != 4 || g.Edges() != 2 || g.Loops() != 1 || g.Directed() {
		t.Errorf("Len %d, Edges %d, Loops %d, Directed %v; want 4, 2, 1, false", g.Len(), g.Edges(), g.Loops(), g.Directed())
	}
	nodes, weights := g.Neighbours(1)
	if d := cmp.Diff([]int32{0, 2}, nodes) + cmp.Diff([]float64{3, 1}, weights); d != "" || g.Name(1) != "b" {
		t.Errorf("neighbours of %s (-want +got)\n%s", g.Name(1), d)
	}
	if _, ok := g.Node("x"); ok {
		t.Error("node x is found")
	}
	d, err := New([]Edge{{"b", "a", 1}, {"a", "b", 2}}, Options{Directed: true})
	if err != nil {
		t.Fatal(err)
	}
	if d.Edges() != 2 || !d.Directed() {
		t.Errorf("directed: %d ties, want 2", d.Edges())
	}
	empty, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(Layout(empty, LayoutOptions{})) != 0 || len(Components(empty)) != 0 || len(between(t, empty, BetweennessOptions{})) != 0 {
		t.Error("an empty graph has values")
	}
}

func TestNew_errors(t *testing.T) {
	for _, c := range []struct {
		edge Edge
		want string
	}{
		{Edge{"a", "b", 0}, "weight 0"},
		{Edge{"a", "b", -1}, "weight -1"},
		{Edge{"a", "b", math.NaN()}, "weight NaN"},
		{Edge{"a", "b", math.Inf(1)}, "weight +Inf"},
		{Edge{"", "b", 1}, "needs a name"},
	} {
		if _, err := New([]Edge{{"x", "y", 1}, c.edge}, Options{}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "tie 1") {
			t.Errorf("New(%v): %v, want an error with tie 1 and %q", c.edge, err, c.want)
		}
	}
	if _, err := New(nil, Options{Nodes: []string{"a", ""}}); err == nil {
		t.Error("a node without a name: no error")
	}
}

func TestComponents_order(t *testing.T) {
	g := link(t, Options{}, "z-y", "b-a", "m-n", "n-o")
	// a,b and y,z are equal in size: a comes first.
	if d := cmp.Diff([]int{1, 1, 0, 0, 0, 2, 2}, Components(g)); d != "" {
		t.Error(d)
	}
}

// random draws a graph by names n00.. with ties of quarter weights, so that sums are exact.
func random(t *rapid.T) ([]Edge, Options, int) {
	n := rapid.IntRange(1, 40).Draw(t, "nodes")
	o := Options{Directed: rapid.Bool().Draw(t, "directed")}
	for i := range n {
		o.Nodes = append(o.Nodes, fmt.Sprintf("n%02d", i))
	}
	edges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Edge {
		return Edge{rapid.SampledFrom(o.Nodes).Draw(t, "a"), rapid.SampledFrom(o.Nodes).Draw(t, "b"), float64(rapid.IntRange(1, 12).Draw(t, "w")) / 4}
	}), 0, 120).Draw(t, "ties")
	return edges, o, n
}

// TestRelabel: other names in another order permute the values.
func TestRelabel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, n := random(t)
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		to := r.Perm(n)
		rename := map[string]string{}
		for i, name := range o.Nodes {
			rename[name] = fmt.Sprintf("m%02d", to[i])
		}
		o2 := Options{Directed: o.Directed}
		for _, name := range o.Nodes {
			o2.Nodes = append(o2.Nodes, rename[name])
		}
		other := make([]Edge, len(edges))
		for i, e := range edges {
			other[i] = Edge{rename[e.From], rename[e.To], e.Weight}
		}
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		h, err := New(other, o2)
		if err != nil {
			t.Fatal(err)
		}
		if g.Edges() != h.Edges() || g.Loops() != h.Loops() {
			t.Fatalf("%d ties and %d loops became %d and %d", g.Edges(), g.Loops(), h.Edges(), h.Loops())
		}
		for _, b := range []BetweennessOptions{{}, {Weighted: true}, {Normalised: true}} {
			x, _ := Betweenness(context.Background(), g, b)
			y, _ := Betweenness(context.Background(), h, b)
			for v := range n {
				if math.Abs(x[v]-y[to[v]]) > 1e-9*max(1, x[v]) {
					t.Fatalf("%+v: node %d has %v, renamed %v", b, v, x[v], y[to[v]])
				}
			}
		}
		dg, dh, sg, sh := Degree(g), Degree(h), Strength(g), Strength(h)
		for v := range n {
			if dg[v] != dh[to[v]] || sg[v] != sh[to[v]] {
				t.Fatalf("node %d: degree %d, strength %v; renamed %d, %v", v, dg[v], sg[v], dh[to[v]], sh[to[v]])
			}
		}
		cg, ch := Components(g), Components(h)
		for v := range n {
			for w := range n {
				if (cg[v] == cg[w]) != (ch[to[v]] == ch[to[w]]) {
					t.Fatalf("nodes %d and %d are together only under one naming", v, w)
				}
			}
		}
	})
}

// TestOrder: the order of the ties changes no bit.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, _ := random(t)
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		back := slices.Clone(edges)
		slices.Reverse(back)
		h, err := New(back, o)
		if err != nil {
			t.Fatal(err)
		}
		x, _ := Betweenness(context.Background(), g, BetweennessOptions{Weighted: true})
		y, _ := Betweenness(context.Background(), h, BetweennessOptions{Weighted: true})
		if !slices.Equal(x, y) || !slices.Equal(Layout(g, LayoutOptions{Seed: 1, Iterations: 5}), Layout(h, LayoutOptions{Seed: 1, Iterations: 5})) {
			t.Fatal("the order of the ties changed a value")
		}
	})
}

// planted returns n nodes in 20 groups with a mean degree of about 8, three quarters of it inside.
func planted(t testing.TB, n int) *Graph {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var edges []Edge
	for range 4 * n {
		a := r.IntN(n)
		b := r.IntN(n)
		if r.IntN(4) > 0 {
			b = (a + 20*r.IntN(n/20)) % n
		}
		edges = append(edges, Edge{fmt.Sprintf("%06d", a), fmt.Sprintf("%06d", b), 1 + r.Float64()})
	}
	g, err := New(edges, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestBetweenness_processors(t *testing.T) {
	g := planted(t, 400)
	for _, o := range []BetweennessOptions{{}, {Weighted: true}} {
		was := runtime.GOMAXPROCS(1)
		one := between(t, g, o)
		runtime.GOMAXPROCS(7)
		seven := between(t, g, o)
		runtime.GOMAXPROCS(was)
		if !slices.Equal(one, seven) {
			t.Errorf("%+v: the number of processors changed a bit", o)
		}
	}
}

func TestBetweenness_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Betweenness(ctx, planted(t, 200), BetweennessOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}
