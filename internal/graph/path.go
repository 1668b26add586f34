package graph

import (
	"math"
	"slices"
)

// Routes are the shortest paths between two nodes.
type Routes struct {
	// Paths are some or all of them, each from the one end to the other; of two, the one is first that is first where
	// they part, by number of node.
	Paths [][]int32
	// Count is how many there are in all, 0 when the nodes are not connected.
	Count float64
	// Length is the number of ties of a path; weighted, the sum of 1/weight. Infinite when not connected.
	Length float64
}

// ShortestPath returns the first of the shortest paths from a to b; nil when there is none. Weighted, a tie is 1/weight
// long.
func ShortestPath(g *Graph, a, b int, weighted bool) []int32 {
	if r := ShortestPaths(g, a, b, weighted, 1); len(r.Paths) > 0 {
		return r.Paths[0]
	}
	return nil
}

// ShortestPaths returns at most limit shortest paths from a to b in the direction of the ties, and how many there are.
// Weighted, a tie is 1/weight long (Opsahl, Agneessens and Skvoretz, Social Networks 32, 2010, with alpha 1), and lengths
// that differ by less than 1e-12 of themselves are equal.
func ShortestPaths(g *Graph, a, b int, weighted bool, limit int) Routes {
	if a == b {
		return Routes{Paths: [][]int32{{int32(a)}}, Count: 1}
	}
	var dist []float64
	if weighted {
		dist = lengthsTo(g, int32(b))
	} else {
		dist = tiesTo(g, int32(a), int32(b))
	}
	r := Routes{Length: math.Inf(1)}
	if dist[a] < 0 {
		return r
	}
	r.Length = dist[a]
	w := &walker{g: g, dist: dist, weighted: weighted, goal: int32(b), count: map[int32]float64{int32(b): 1}}
	r.Count = w.number(int32(a))
	for path := w.first([]int32{int32(a)}); path != nil && len(r.Paths) < limit; path = w.following(path) {
		r.Paths = append(r.Paths, slices.Clone(path))
	}
	return r
}

// tiesTo returns the number of ties to b of all nodes not farther from it than a; -1 of the others.
func tiesTo(g *Graph, a, b int32) []float64 {
	dist := make([]float64, g.Len())
	for v := range dist {
		dist[v] = -1
	}
	dist[b] = 0
	order := []int32{b}
	for i := 0; i < len(order) && (dist[a] < 0 || dist[order[i]] < dist[a]); i++ {
		v := order[i]
		for _, w := range g.tails[g.back[v]:g.back[v+1]] {
			if dist[w] < 0 {
				dist[w] = dist[v] + 1
				order = append(order, w)
			}
		}
	}
	return dist
}

// lengthsTo returns the length of the way to b of all nodes; -1 where there is none.
func lengthsTo(g *Graph, b int32) []float64 {
	k := newReversed(g, true)
	s := newByLength(k)
	s.search(k.root[b])
	dist := make([]float64, g.Len())
	for v := range dist {
		if dist[v] = s.dist[k.root[v]]; math.IsInf(dist[v], 1) {
			dist[v] = -1
		}
	}
	return dist
}

// walker walks down the distances to the goal.
type walker struct {
	g        *Graph
	dist     []float64
	weighted bool
	goal     int32
	count    map[int32]float64
}

// on reports whether the i-th tie of v lies on a shortest path to the goal.
func (w *walker) on(v int32, i int32) bool {
	u := w.g.heads[i]
	if w.dist[u] < 0 || w.dist[u] >= w.dist[v] {
		return false
	}
	if !w.weighted {
		return w.dist[u] == w.dist[v]-1
	}
	d := w.dist[u] + 1/w.g.weights[i]
	return math.Abs(d-w.dist[v]) <= float64(2*sameLength*w.dist[v])
}

// number counts the paths from a to the goal, nearer nodes before those farther.
func (w *walker) number(a int32) float64 {
	met := map[int32]bool{a: true}
	order := []int32{a}
	for i := 0; i < len(order); i++ {
		v := order[i]
		for j := w.g.rows[v]; j < w.g.rows[v+1]; j++ {
			if u := w.g.heads[j]; w.on(v, j) && !met[u] {
				met[u] = true
				order = append(order, u)
			}
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		switch {
		case w.dist[x] < w.dist[y]:
			return -1
		case w.dist[x] > w.dist[y]:
			return 1
		}
		return int(x) - int(y)
	})
	for _, v := range order {
		if v == w.goal {
			continue
		}
		for j := w.g.rows[v]; j < w.g.rows[v+1]; j++ {
			if w.on(v, j) {
				w.count[v] += w.count[w.g.heads[j]]
			}
		}
	}
	return w.count[a]
}

// first goes on from the end of path to the goal by the first way.
func (w *walker) first(path []int32) []int32 {
	for path[len(path)-1] != w.goal {
		next := w.after(path[len(path)-1], -1)
		if next < 0 {
			return nil
		}
		path = append(path, next)
	}
	return path
}

// after returns the first node above last that follows v on a shortest path; -1 when there is none.
func (w *walker) after(v, last int32) int32 {
	for i := w.g.rows[v]; i < w.g.rows[v+1]; i++ {
		if u := w.g.heads[i]; u > last && w.on(v, i) {
			return u
		}
	}
	return -1
}

// following returns the path after path; nil when it was the last.
func (w *walker) following(path []int32) []int32 {
	for end := len(path) - 1; end > 0; end-- {
		if next := w.after(path[end-1], path[end]); next >= 0 {
			return w.first(append(path[:end], next))
		}
	}
	return nil
}
