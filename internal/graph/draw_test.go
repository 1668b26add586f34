package graph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

func drawingOf(t testing.TB, g *Graph, o LayoutOptions) Drawing {
	t.Helper()
	d, err := Draw(context.Background(), g, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// grouped is 600 nodes in 6 groups, with some pairs and single nodes beside them.
func grouped(t testing.TB, directed bool) (g *Graph, group []int) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	o := Options{Directed: directed}
	for v := range 640 {
		o.Nodes = append(o.Nodes, fmt.Sprintf("n%03d", v))
		group = append(group, v/100)
	}
	var edges []Edge
	for v := range 600 {
		edges = append(edges, Edge{o.Nodes[v], o.Nodes[r.IntN(600)], 1})
		for range 4 {
			edges = append(edges, Edge{o.Nodes[v], o.Nodes[v/100*100+r.IntN(100)], 1})
		}
	}
	for v := 600; v < 620; v += 2 {
		edges = append(edges, Edge{o.Nodes[v], o.Nodes[v+1], 1})
	}
	g, err := New(edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return g, group
}

// TestDraw_forces asks what a reader needs of a component drawn by forces: inside the square, no nodes on one another,
// groups apart, what is no part of it outside it.
func TestDraw_forces(t *testing.T) {
	for _, directed := range []bool{false, true} {
		g, group := grouped(t, directed)
		d := drawingOf(t, g, LayoutOptions{Seed: 1})
		checkDrawing(t, d)
		var inside, between float64
		var insides, betweens int
		for v := range 600 {
			for w := range v {
				if x := distance(d.At[v], d.At[w]); group[v] == group[w] {
					inside += x
					insides++
				} else {
					between += x
					betweens++
				}
			}
		}
		if ratio := between / float64(betweens) / (inside / float64(insides)); ratio < 3 {
			t.Errorf("directed %v: nodes of other groups are only %.2f times as far as those of the same", directed, ratio)
		}
	}
}

func distance(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

func checkDrawing(t *testing.T, d Drawing) {
	t.Helper()
	for v, p := range d.At {
		if d.Radius[v] == 0 && p == (Point{-1, -1}) {
			continue
		}
		if !(p.X >= 0 && p.X <= 1 && p.Y >= 0 && p.Y <= 1) || !(d.Radius[v] > 0) {
			t.Fatalf("node %d is at %v, of radius %v", v, p, d.Radius[v])
		}
		for w := range v {
			if d.Radius[w] > 0 && distance(p, d.At[w]) < d.Radius[v]+d.Radius[w] {
				t.Errorf("nodes %d and %d touch: %v apart", v, w, distance(p, d.At[w]))
			}
		}
	}
}

func TestDraw_bits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	g, _ := grouped(t, false)
	runtime.GOMAXPROCS(1)
	one := drawingOf(t, g, LayoutOptions{Seed: 4, Iterations: 20})
	runtime.GOMAXPROCS(3)
	if !slices.Equal(one.At, drawingOf(t, g, LayoutOptions{Seed: 4, Iterations: 20}).At) {
		t.Error("three processors draw another picture than one")
	}
}

// TestDraw_limit: above the limit the best tied are drawn, and the rest counted.
func TestDraw_limit(t *testing.T) {
	g := link(t, Options{Nodes: []string{"x", "y"}}, "a-b", "a-c", "a-d", "b-c", "d-e")
	if best := BestTied(g, 3); !slices.Equal(best, []int{0, 1, 2}) {
		t.Errorf("the best tied are %v", best)
	}
	if best := BestTied(g, 99); len(best) != g.Len() {
		t.Errorf("%d of all", len(best))
	}
	d := drawingOf(t, g, LayoutOptions{Limit: 4, Radius: []float64{.1, .1, .1, .1, .1, .1, .1}})
	if d.Left != 3 || d.At[4] != (Point{-1, -1}) || d.At[5] != (Point{-1, -1}) || d.Radius[6] != 0 {
		t.Errorf("%+v", d)
	}
	checkDrawing(t, d)
}

// TestDraw_radius: large nodes are moved apart, and made smaller where the square has no room.
func TestDraw_radius(t *testing.T) {
	g := district(t)
	for _, r := range []float64{0.004, 0.05} {
		radius := make([]float64, g.Len())
		for v := range radius {
			radius[v] = r
		}
		d := drawingOf(t, g, LayoutOptions{Radius: radius})
		checkDrawing(t, d)
		if d.Radius[0] > r || r < 0.01 && d.Radius[0] < 0.7*r {
			t.Errorf("radius %v became %v", r, d.Radius[0])
		}
	}
}

func TestDraw_edges(t *testing.T) {
	for _, nodes := range [][]string{nil, {"a"}, {"a", "b", "c"}} {
		g, err := New(nil, Options{Nodes: nodes})
		if err != nil {
			t.Fatal(err)
		}
		d := drawingOf(t, g, LayoutOptions{})
		if len(d.At) != len(nodes) {
			t.Errorf("%d points for %d nodes", len(d.At), len(nodes))
		}
		checkDrawing(t, d)
	}
	g, _ := grouped(t, false)
	for _, o := range []LayoutOptions{{Limit: -1}, {Radius: []float64{1}}} {
		if _, err := Draw(context.Background(), g, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	if len(Layout(g, LayoutOptions{Limit: -1, Radius: []float64{1}, Iterations: 1})) != g.Len() {
		t.Error("Layout took options that do not fit for orders")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Draw(ctx, g, LayoutOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}
