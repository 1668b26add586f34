package graph

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestIndexed(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	g, err := Indexed(names, []int32{1, 0, 1, 1}, []int32{0, 1, 1, 2}, []float64{1, 2, 5, 1}, false)
	if err != nil {
		t.Fatal(err)
	}
	nodes, weights := g.Neighbours(1)
	if d := gocmp.Diff([]int32{0, 2}, nodes) + gocmp.Diff([]float64{3, 1}, weights); d != "" || g.Edges() != 2 || g.Loops() != 1 || g.Len() != 4 {
		t.Errorf("%d ties and %d loops of %d nodes (-want +got)\n%s", g.Edges(), g.Loops(), g.Len(), d)
	}
	d, err := Indexed(names, []int32{2, 0, 2}, []int32{0, 1, 1}, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	in, _ := d.Followers(1)
	if !slices.Equal(in, []int32{0, 2}) || d.Weight(2, 0) != 1 || d.Weight(0, 2) != 0 || d.Edges() != 3 {
		t.Errorf("ties into b from %v, weights %v and %v", in, d.Weight(2, 0), d.Weight(0, 2))
	}
}

func TestIndexed_errors(t *testing.T) {
	ab := []string{"a", "b"}
	for _, c := range []struct {
		names    []string
		from, to []int32
		weights  []float64
		want     string
	}{
		{[]string{"b", "a"}, nil, nil, nil, `node 1, "a", does not follow "b"`},
		{[]string{"a", "a"}, nil, nil, nil, `node 1, "a", does not follow "a"`},
		{[]string{""}, nil, nil, nil, "node 0 of the list has no name"},
		{ab, []int32{0}, nil, nil, "1 ties from, 0 to"},
		{ab, []int32{0}, []int32{1}, []float64{1, 2}, "and 2 weights"},
		{ab, []int32{0, 0}, []int32{1, 2}, nil, "tie 1 from node 0 to node 2"},
		{ab, []int32{-1}, []int32{1}, nil, "tie 0 from node -1"},
		{ab, []int32{0}, []int32{1}, []float64{math.NaN()}, `tie 0 from "a" to "b" has weight NaN`},
		{ab, []int32{0, 0}, []int32{1, 1}, []float64{1, 1e-320}, "tie 1"},
		{ab, []int32{0}, []int32{0}, []float64{math.Inf(1)}, "weight +Inf"},
	} {
		if _, err := Indexed(c.names, c.from, c.to, c.weights, false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want an error with %q", c, err, c.want)
		}
	}
}

// plainRows are the rows of a graph by sorting all ties.
func plainRows(n int, from, to []int32, w []float64, directed bool) [][]half {
	type arc struct {
		a, b int32
		w    float64
	}
	var arcs []arc
	for i := range from {
		if from[i] != to[i] {
			arcs = append(arcs, arc{from[i], to[i], w[i]})
			if !directed {
				arcs = append(arcs, arc{to[i], from[i], w[i]})
			}
		}
	}
	slices.SortFunc(arcs, func(x, y arc) int {
		return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.w, y.w))
	})
	rows := make([][]half, n)
	for _, a := range arcs {
		if r := rows[a.a]; len(r) > 0 && r[len(r)-1].to == a.b {
			r[len(r)-1].w += a.w
		} else {
			rows[a.a] = append(r, half{a.b, a.w})
		}
	}
	return rows
}

// TestIndexed_rows: the rows are those of a plain sort, to the bit, and do not depend on the order of the ties.
func TestIndexed_rows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "nodes")
		m := rapid.IntRange(0, 60).Draw(t, "ties")
		directed := rapid.Bool().Draw(t, "directed")
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("%02d", i)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		from, to, w := make([]int32, m), make([]int32, m), make([]float64, m)
		for i := range m {
			from[i], to[i], w[i] = int32(r.IntN(n)), int32(r.IntN(n)), r.ExpFloat64()+1e-9
		}
		want := plainRows(n, from, to, w, directed)
		for range 2 {
			g, err := Indexed(names, from, to, w, directed)
			if err != nil {
				t.Fatal(err)
			}
			for v := range n {
				nodes, weights := g.Neighbours(v)
				if len(nodes) != len(want[v]) {
					t.Fatalf("row %d has %d nodes, want %d", v, len(nodes), len(want[v]))
				}
				for i, h := range want[v] {
					if nodes[i] != h.to || weights[i] != h.w {
						t.Fatalf("row %d: %d with %v, want %d with %v", v, nodes[i], weights[i], h.to, h.w)
					}
					in, iw := g.Followers(int(h.to))
					j, ok := slices.BinarySearch(in, int32(v))
					if !ok || iw[j] != h.w {
						t.Fatalf("tie from %d to %d is not found from its end", v, h.to)
					}
				}
			}
			r.Shuffle(m, func(i, j int) {
				from[i], from[j] = from[j], from[i]
				to[i], to[j] = to[j], to[i]
				w[i], w[j] = w[j], w[i]
			})
		}
	})
}

// FuzzNew reads any text as ties: New must build a graph that holds together, or say what is wrong.
func FuzzNew(f *testing.F) {
	f.Add("a b\nb c\n", 1.0, false)
	f.Add("a a\n\nx", 0.5, true)
	f.Add("é \x00\n \n", 1e301, true)
	f.Fuzz(func(t *testing.T, text string, weight float64, directed bool) {
		var edges []Edge
		for line := range strings.Lines(text) {
			a, b, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			edges = append(edges, Edge{a, b, weight})
		}
		g, err := New(edges, Options{Directed: directed})
		if err != nil {
			return
		}
		ties := 0
		for v := range g.Len() {
			nodes, weights := g.Neighbours(v)
			ties += len(nodes)
			for i, w := range nodes {
				if int(w) == v || i > 0 && nodes[i-1] >= w || !(weights[i] > 0) || !directed && g.Weight(int(w), v) != weights[i] {
					t.Fatalf("row %d of %q: %v with %v", v, text, nodes, weights)
				}
			}
			if u, ok := g.Node(g.Name(v)); !ok || u != v {
				t.Fatalf("node %d of %q is not found by its name", v, text)
			}
		}
		if !directed {
			ties /= 2
		}
		if ties != g.Edges() {
			t.Fatalf("%q: rows hold %d ties, the graph says %d", text, ties, g.Edges())
		}
		for v, x := range PageRank(g, PageRankOptions{Weighted: true}) {
			if !(x > 0 && x <= 1) {
				t.Fatalf("PageRank %v of node %d of %q", x, v, text)
			}
		}
	})
}
