package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// district returns 180 nodes and 226 ties: a heavy-tailed component, some small ones and isolated nodes.
func district(t testing.TB) *Graph {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	var edges []Edge
	var o Options
	for i := range 180 {
		o.Nodes = append(o.Nodes, fmt.Sprintf("n%03d", i))
	}
	seen := map[[2]int]bool{}
	add := func(a, b int) {
		if k := [2]int{min(a, b), max(a, b)}; a != b && !seen[k] {
			seen[k] = true
			edges = append(edges, Edge{o.Nodes[a], o.Nodes[b], 1})
		}
	}
	for i := 1; i < 140; i++ {
		add(i, int(float64(i)*r.Float64()*r.Float64()))
	}
	for i := 140; i < 168; i += 4 {
		add(i, i+1)
		add(i+1, i+2)
		add(i+2, i+3)
	}
	for len(edges) < 226 {
		add(r.IntN(140), r.IntN(140))
	}
	g, err := New(edges, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestLayout asks of the drawing what a reader needs: inside the square, no two nodes on one another, ties much
// shorter than other pairs of the same component, small components near, the same every time.
func TestLayout(t *testing.T) {
	g := district(t)
	p := Layout(g, LayoutOptions{Seed: 1})
	if !slices.Equal(p, Layout(g, LayoutOptions{Seed: 1})) {
		t.Error("the same seed gave another drawing")
	}
	if slices.Equal(p, Layout(g, LayoutOptions{Seed: 2})) {
		t.Error("another seed gave the same drawing")
	}
	c := Components(g)
	var tie, apart float64
	var ties, aparts int
	closest := math.Inf(1)
	for v := range p {
		if !(p[v].X >= 0 && p[v].X <= 1 && p[v].Y >= 0 && p[v].Y <= 1) {
			t.Fatalf("node %d is at %v", v, p[v])
		}
		nodes, _ := g.Neighbours(v)
		for w := range v {
			d := math.Hypot(p[v].X-p[w].X, p[v].Y-p[w].Y)
			closest = min(closest, d)
			if slices.Contains(nodes, int32(w)) {
				tie += d
				ties++
			} else if c[v] == c[w] {
				apart += d
				aparts++
			}
		}
	}
	if ratio := (apart / float64(aparts)) / (tie / float64(ties)); ratio < 2.5 {
		t.Errorf("nodes without a tie are only %.2f times as far apart as those with one", ratio)
	}
	if closest < 0.002 {
		t.Errorf("two nodes are %.5f apart", closest)
	}
}

// TestLayout_path: a path of five is drawn nearly straight, evenly and level.
func TestLayout_path(t *testing.T) {
	p := Layout(link(t, Options{}, "a-b", "b-c", "c-d", "d-e"), LayoutOptions{Seed: 5})
	for i := range 4 {
		if d := math.Abs(p[i+1].X - p[i].X); math.Abs(d-0.2) > 0.02 || math.Abs(p[i+1].Y-p[i].Y) > 0.04 {
			t.Errorf("step %d goes from %v to %v", i, p[i], p[i+1])
		}
	}
}

// TestLayout_large is drawn by forces, from coarse to fine.
func TestLayout_large(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 3,000 nodes")
	}
	g := planted(t, 3000)
	p := Layout(g, LayoutOptions{Seed: 1, Iterations: 3})
	for v := range p {
		if math.IsNaN(p[v].X) || math.IsNaN(p[v].Y) {
			t.Fatalf("node %d is at %v", v, p[v])
		}
	}
}
