package graph

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// matrices are a graph as full matrices of distances and numbers of shortest paths, by the plainest means.
func matrices(g *Graph, weighted bool) (dist, paths [][]float64) {
	n := g.Len()
	dist, paths = make([][]float64, n), make([][]float64, n)
	for s := range n {
		dist[s], paths[s] = make([]float64, n), make([]float64, n)
		for v := range n {
			dist[s][v] = math.Inf(1)
		}
		dist[s][s], paths[s][s] = 0, 1
		for range n { // Bellman and Ford
			for v := range n {
				nodes, weights := g.Neighbours(v)
				for i, w := range nodes {
					length := 1.0
					if weighted {
						length = 1 / weights[i]
					}
					if d := dist[s][v] + length; d < dist[s][w]*(1-1e-11) {
						dist[s][w] = d
					}
				}
			}
		}
		order := make([]int, n)
		for v := range order {
			order[v] = v
		}
		slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, dist[s][a]-dist[s][b])) })
		for _, v := range order {
			nodes, weights := g.Neighbours(v)
			for i, w := range nodes {
				length := 1.0
				if weighted {
					length = 1 / weights[i]
				}
				if math.Abs(dist[s][v]+length-dist[s][w]) < 1e-9 {
					paths[s][w] += paths[s][v]
				}
			}
		}
	}
	return dist, paths
}

// TestBrute compares betweenness, closeness, harmonic centrality and paths with their definitions.
func TestBrute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, n := random(t)
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, weighted := range []bool{false, true} {
			dist, paths := matrices(g, weighted)
			between, _ := Betweenness(context.Background(), g, BetweennessOptions{Weighted: weighted})
			closeness, _ := Closeness(context.Background(), g, weighted)
			harmonic, _ := Harmonic(context.Background(), g, weighted)
			for v := range n {
				through, far, reached, inverse := 0.0, 0.0, 0.0, 0.0
				for a := range n {
					if a != v && !math.IsInf(dist[a][v], 1) {
						far += dist[a][v]
						reached++
						inverse += 1 / dist[a][v]
					}
					for b := range n {
						if a != v && b != v && a != b && math.Abs(dist[a][v]+dist[v][b]-dist[a][b]) < 1e-9 {
							through += paths[a][v] * paths[v][b] / paths[a][b]
						}
					}
				}
				if !o.Directed {
					through /= 2
				}
				want := 0.0
				if far > 0 {
					want = reached / far * reached / float64(n-1)
				}
				for what, d := range map[string]float64{"betweenness": between[v] - through, "closeness": closeness[v] - want, "harmonic": harmonic[v] - inverse} {
					if !(math.Abs(d) < 1e-9*max(1, through)) {
						t.Fatalf("%s of %d, weighted %v: off by %v", what, v, weighted, d)
					}
				}
			}
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			checkRoutes(t, g, a, b, weighted, dist, paths)
		}
	})
}

func checkRoutes(t *rapid.T, g *Graph, a, b int, weighted bool, dist, paths [][]float64) {
	r := ShortestPaths(g, a, b, weighted, 50)
	if a == b {
		return
	}
	if r.Count != paths[a][b] || r.Count > 0 && math.Abs(r.Length-dist[a][b]) > 1e-9 || math.IsInf(r.Length, 1) != math.IsInf(dist[a][b], 1) {
		t.Fatalf("%d to %d: %v paths of length %v, want %v of %v", a, b, r.Count, r.Length, paths[a][b], dist[a][b])
	}
	if len(r.Paths) != int(min(50, r.Count)) || !slices.IsSortedFunc(r.Paths, slices.Compare[[]int32]) {
		t.Fatalf("%d paths of %v, or not in order", len(r.Paths), r.Count)
	}
	for i, p := range r.Paths {
		length := 0.0
		for j := range len(p) - 1 {
			w := g.Weight(int(p[j]), int(p[j+1]))
			if !weighted && w > 0 {
				w = 1
			}
			length += 1 / w
		}
		if int(p[0]) != a || int(p[len(p)-1]) != b || math.Abs(length-r.Length) > 1e-9 || i > 0 && slices.Equal(p, r.Paths[i-1]) {
			t.Fatalf("path %v from %d to %d has length %v, want %v", p, a, b, length, r.Length)
		}
	}
}

// TestBrute_brokerage counts roles path by path.
func TestBrute_brokerage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, n := random(t)
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		groups := rapid.SliceOfN(rapid.IntRange(-1, 3), n, n).Draw(t, "groups")
		got, err := Brokerage(g, groups)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]Roles, n)
		for b := range n {
			for a := range n {
				for c := range n {
					if a == c || g.Weight(a, b) == 0 || g.Weight(b, c) == 0 || g.Weight(a, c) > 0 || min(groups[a], groups[b], groups[c]) < 0 {
						continue
					}
					switch x, y, z := groups[a], groups[b], groups[c]; {
					case x == y && y == z:
						want[b].Coordinator++
					case y == z:
						want[b].Gatekeeper++
					case x == y:
						want[b].Representative++
					case x == z:
						want[b].Consultant++
					default:
						want[b].Liaison++
					}
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("(-want +got)\n%s", d)
		}
	})
	if _, err := Brokerage(link(t, Options{}, "a-b"), []int{1}); err == nil {
		t.Error("one group for two nodes: no error")
	}
}

// TestBrute_scores: Each lists just the pairs without a tie that have a score, with the score of Of, which sums as the
// measure is defined.
func TestBrute_scores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, n := random(t)
		o.Directed = false
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		p := Predictor(rapid.IntRange(0, 4).Draw(t, "measure"))
		weighted := rapid.Bool().Draw(t, "weighted")
		s, err := NewScorer(g, p, weighted)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []Candidate
		for a := range n {
			for b := a + 1; b < n; b++ {
				x := plainScore(g, a, b, p, weighted)
				if y := s.Of(b, a); math.Abs(x-y) > 1e-9*max(1, x) {
					t.Fatalf("measure %d of %d and %d: %v, want %v", p, a, b, y, x)
				}
				if x > 0 && g.Weight(a, b) == 0 {
					want = append(want, Candidate{int32(a), int32(b), x})
				}
			}
		}
		if err := s.Each(context.Background(), func(c Candidate) bool { got = append(got, c); return true }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 1e-9)); d != "" {
			t.Fatalf("(-want +got)\n%s", d)
		}
	})
}

func plainScore(g *Graph, a, b int, p Predictor, weighted bool) float64 {
	value := func(x, y int) float64 {
		if w := g.Weight(x, y); weighted || w == 0 {
			return w
		}
		return 1
	}
	size := func(v int) (s float64) {
		for u := range g.Len() {
			s += value(v, u)
		}
		return s
	}
	score, either := 0.0, 0.0
	for z := range g.Len() {
		x, y := value(a, z), value(b, z)
		either += max(x, y)
		if x == 0 || y == 0 {
			continue
		}
		both, k := 1.0, size(z)
		if weighted {
			both = x + y
		}
		switch {
		case p == CommonNeighbours:
			score += both
		case p == Jaccard:
			score += min(x, y)
		case p == AdamicAdar && weighted:
			score += both / math.Log(1+k)
		case p == AdamicAdar:
			score += both / math.Log(k)
		case p == ResourceAllocation:
			score += both / k
		}
	}
	switch {
	case p == PreferentialAttachment:
		return size(a) * size(b)
	case p == Jaccard && score > 0:
		return score / either
	}
	return score
}

// TestBrute_cuts takes nodes and ties out one by one.
func TestBrute_cuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, n := random(t)
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		pieces := func(skip func(a, b int) bool) int {
			var left []Edge
			for a := range n {
				nodes, _ := g.Neighbours(a)
				for _, b := range nodes {
					if !skip(a, int(b)) {
						left = append(left, Edge{fmt.Sprintf("n%02d", a), fmt.Sprintf("n%02d", b), 1})
					}
				}
			}
			h, err := New(left, o)
			if err != nil {
				t.Fatal(err)
			}
			most := 0
			for _, c := range Components(h) {
				most = max(most, c+1)
			}
			return most
		}
		whole := pieces(func(_, _ int) bool { return false })
		var points []int32
		var bridges [][2]int32
		for v := range n {
			nodes, _ := g.Neighbours(v)
			in, _ := g.Followers(v)
			if len(nodes)+len(in) > 0 && pieces(func(a, b int) bool { return a == v || b == v }) > whole+1 {
				points = append(points, int32(v))
			}
			for w := v + 1; w < n; w++ {
				if (g.Weight(v, w) > 0 || g.Weight(w, v) > 0) && pieces(func(a, b int) bool { return a == v && b == w || a == w && b == v }) > whole {
					bridges = append(bridges, [2]int32{int32(v), int32(w)})
				}
			}
		}
		if d := cmp.Diff(points, ArticulationPoints(g), cmpopts.EquateEmpty()) + cmp.Diff(bridges, Bridges(g), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-want +got)\n%s", d)
		}
	})
}

// TestBrute_pageRank: the values are what one more step of the visitor leaves as it is.
func TestBrute_pageRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges, o, n := random(t)
		g, err := New(edges, o)
		if err != nil {
			t.Fatal(err)
		}
		a := rapid.SampledFrom([]float64{0.1, 0.5, 0.85, 0.99}).Draw(t, "damping")
		weighted := rapid.Bool().Draw(t, "weighted")
		x := PageRank(g, PageRankOptions{Damping: a, Weighted: weighted})
		next := make([]float64, n)
		for v := range n {
			nodes, weights := g.Neighbours(v)
			all := float64(len(nodes))
			if weighted {
				all = sum(weights)
			}
			for i, w := range nodes {
				part := 1 / all
				if weighted {
					part = weights[i] / all
				}
				next[w] += a * x[v] * part
			}
			for w := range n {
				next[w] += (1 - a) * x[v] / float64(n)
				if len(nodes) == 0 {
					next[w] += a * x[v] / float64(n)
				}
			}
		}
		for v := range n {
			if math.Abs(next[v]-x[v]) > 1e-12 {
				t.Fatalf("node %d has %v, a step later %v", v, x[v], next[v])
			}
		}
	})
}
