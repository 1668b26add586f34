package graph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// is fails when a value differs from one given with so many digits.
func is(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestGolden has the values of METHODS section 11 for Zachary's karate club, from networkx.
func TestGolden(t *testing.T) {
	_, g := known(t, "karate")
	// The oracle orders nodes 0 to 33 by their digits as text.
	node := func(v int) int {
		at := 0
		for u := range 34 {
			if fmt.Sprint(u) < fmt.Sprint(v) {
				at++
			}
		}
		return at
	}
	ctx := context.Background()
	b, err := Betweenness(ctx, g, BetweennessOptions{Normalised: true})
	if err != nil {
		t.Fatal(err)
	}
	is(t, "betweenness of 0", b[node(0)], 0.4376352814, 1e-10)
	is(t, "constraint of 33", Constraint(g, false)[node(33)], 0.156419, 1e-6)
	size := EffectiveSize(g, false)
	is(t, "effective size of 33", size[node(33)], 15.235294, 1e-6)
	is(t, "effective size of 0", size[node(0)], 13.75, 1e-12)
	rank := PageRank(g, PageRankOptions{})
	// networkx stops at an error of 1e-6 a node; its 0.100918 and 0.097002 become these with tol=1e-15.
	is(t, "PageRank of 33", rank[node(33)], 0.1009191823, 1e-10)
	is(t, "PageRank of 0", rank[node(0)], 0.0969972854, 1e-10)
	is(t, "sum of PageRank", sum(rank), 1, 1e-12)
	for p, want := range map[Predictor]float64{AdamicAdar: 2.7110197223, ResourceAllocation: 0.9} {
		s, err := NewScorer(g, p, false)
		if err != nil {
			t.Fatal(err)
		}
		is(t, fmt.Sprintf("predictor %d of 0 and 33", p), s.Of(node(0), node(33)), want, 1e-10)
	}
	if d := cmp.Diff([]int32{int32(node(0))}, ArticulationPoints(g)) + cmp.Diff([][2]int32{{int32(node(0)), int32(node(11))}}, Bridges(g)); d != "" {
		t.Errorf("articulation points and bridges (-want +got)\n%s", d)
	}
	is(t, "transitivity", Transitivity(g), 0.2556818182, 1e-10)
	is(t, "average clustering", AverageClustering(g, false), 0.5706384782, 1e-10)
	is(t, "assortativity", Assortativity(g), -0.4756130977, 1e-10)
}

// TestClosedForm has graphs whose values can be written down.
func TestClosedForm(t *testing.T) {
	star := link(t, Options{}, "c-1", "c-2", "c-3", "c-4", "c-5")
	near(t, "constraint of a star", Constraint(star, false), []float64{1, 1, 1, 1, 1, 0.2})
	near(t, "effective size of a star", EffectiveSize(star, false), []float64{1, 1, 1, 1, 1, 5})
	k4 := link(t, Options{}, "a-b", "a-c", "a-d", "b-c", "b-d", "c-d")
	near(t, "constraint of K4", Constraint(k4, false), []float64{25. / 27, 25. / 27, 25. / 27, 25. / 27})
	s := math.Sqrt(0.5)
	near(t, "eigenvector of a star", vector(t, star), []float64{s / math.Sqrt(5), s / math.Sqrt(5), s / math.Sqrt(5), s / math.Sqrt(5), s / math.Sqrt(5), s})
	// Two pieces: b-c-d has the greater eigenvalue, a pair alone and a node without ties have nothing.
	pieces := link(t, Options{Nodes: []string{"z"}}, "b-c", "c-d", "x-y")
	near(t, "eigenvector of pieces", vector(t, pieces), []float64{0.5, s, 0.5, 0, 0, 0})
	near(t, "closeness of pieces", close(t, pieces), []float64{4. / 15, 2. / 5, 4. / 15, 0.2, 0.2, 0})
	if c := Constraint(pieces, false); !math.IsNaN(c[5]) || !math.IsNaN(EffectiveSize(pieces, true)[5]) {
		t.Errorf("constraint of a node without ties: %v, want none", c[5])
	}
}

func vector(t *testing.T, g *Graph) []float64 {
	t.Helper()
	x, err := Eigenvector(g, false)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func close(t *testing.T, g *Graph) []float64 {
	t.Helper()
	x, err := Closeness(context.Background(), g, false)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestEigenvector_slow: a path of 300 has a gap of 3e-4 between its eigenvalues and the vector sin(πk/301).
func TestEigenvector_slow(t *testing.T) {
	var ties []string
	for i := range 299 {
		ties = append(ties, fmt.Sprintf("%03d-%03d", i, i+1))
	}
	x := vector(t, link(t, Options{}, ties...))
	for v := range x {
		is(t, fmt.Sprint("node ", v), x[v], math.Sqrt(2./301)*math.Sin(math.Pi*float64(v+1)/301), 1e-7)
	}
}

func TestEigenvector_none(t *testing.T) {
	if _, err := Eigenvector(link(t, Options{Directed: true}, "a-b", "b-c"), false); !errors.Is(err, ErrNotConverged) {
		t.Errorf("directed path: %v, want that it does not converge", err)
	}
	g, err := New(nil, Options{Nodes: []string{"a", "b", "c", "d"}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "no ties", vector(t, g), []float64{0.5, 0.5, 0.5, 0.5})
}

// TestPageRank_dangling: of a→b, b hands on to both in equal parts. With x = rank of a: x = 0.075 + 0.85 b/2.
func TestPageRank_dangling(t *testing.T) {
	r := PageRank(link(t, Options{Directed: true}, "a-b"), PageRankOptions{})
	near(t, "a→b", r, []float64{0.5 / 1.425, 0.925 / 1.425})
	if r := PageRank(link(t, Options{}), PageRankOptions{}); len(r) != 0 {
		t.Errorf("no nodes: %v", r)
	}
}

// TestDeep: nothing recurses, so that a path of 100,000 nodes with a circle at its end is no trouble.
func TestDeep(t *testing.T) {
	n := 100_000
	names, from, to := make([]string, n), make([]int32, n), make([]int32, n)
	for i := range n {
		names[i], from[i], to[i] = fmt.Sprintf("%06d", i), int32(i), int32(i+1)
	}
	to[n-1] = int32(n - 3)
	g, err := Indexed(names, from, to, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := len(ArticulationPoints(g)), len(Bridges(g)); a != n-3 || b != n-3 {
		t.Errorf("%d articulation points, %d bridges; want %d of both", a, b, n-3)
	}
	core := Core(g)
	if core[0] != 1 || core[n-4] != 1 || core[n-1] != 2 || Triangles(g)[n-1] != 1 {
		t.Errorf("cores %d, %d and %d, want 1, 1 and 2", core[0], core[n-4], core[n-1])
	}
	b, err := Betweenness(context.Background(), g, BetweennessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := float64(n/2) * float64(n-1-n/2); b[n/2] != want || b[0] != 0 || b[n-1] != 0 {
		t.Errorf("betweenness in the middle %v, want %v", b[n/2], want)
	}
}
