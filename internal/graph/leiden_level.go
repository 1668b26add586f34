package graph

import (
	"math"
	"slices"
)

// level is a graph as Leiden sees it: symmetric arcs, with strengths and the weight inside nodes that stand for many.
type level struct {
	rows    []int32
	heads   []int32
	weights []float64
	// loop is the weight of arcs inside each node, both directions.
	loop []float64
	// out and in are strengths; one slice when undirected.
	out, in  []float64
	directed bool
	// total is the sum of out, arcs the sum of all symmetric weights.
	total, arcs float64
}

func (l *level) len() int { return len(l.rows) - 1 }

// newLevel makes the first level. A directed tie becomes an arc at both its ends.
func newLevel(g *Graph, weighted bool) *level {
	n := g.Len()
	l := &level{rows: g.rows, heads: g.heads, weights: strengthsOf(g.weights, weighted), directed: g.directed}
	l.out, l.loop = make([]float64, n), make([]float64, n)
	l.in = l.out
	if l.directed {
		l.in = make([]float64, n)
	}
	for v := range n {
		for i := g.rows[v]; i < g.rows[v+1]; i++ {
			l.out[v] += l.weights[i]
			if l.directed {
				l.in[g.heads[i]] += l.weights[i]
			}
		}
		l.total += l.out[v]
	}
	l.arcs = l.total
	if l.directed {
		l.arcs *= 2
		l.symmetric(g, strengthsOf(g.backw, weighted))
	}
	return l
}

// strengthsOf returns the weights over the power of two next to the greatest, so that products of sums stay within the
// numbers and nothing is rounded; or ones.
func strengthsOf(weights []float64, weighted bool) []float64 {
	out := make([]float64, len(weights))
	most := 0.0
	for _, w := range weights {
		most = max(most, w)
	}
	_, exponent := math.Frexp(most)
	for i, w := range weights {
		out[i] = 1
		if weighted {
			out[i] = math.Ldexp(w, -exponent)
		}
	}
	return out
}

// symmetric joins the rows of a directed graph and of its reverse; both are in order.
func (l *level) symmetric(g *Graph, back []float64) {
	n := g.Len()
	rows, heads, weights := make([]int32, 1, n+1), make([]int32, 0, 2*len(g.heads)), make([]float64, 0, 2*len(g.heads))
	for v := range n {
		i, iEnd, j, jEnd := g.rows[v], g.rows[v+1], g.back[v], g.back[v+1]
		for i < iEnd || j < jEnd {
			switch {
			case j == jEnd || i < iEnd && g.heads[i] < g.tails[j]:
				heads, weights = append(heads, g.heads[i]), append(weights, l.weights[i])
				i++
			case i == iEnd || g.tails[j] < g.heads[i]:
				heads, weights = append(heads, g.tails[j]), append(weights, back[j])
				j++
			default:
				heads, weights = append(heads, g.heads[i]), append(weights, l.weights[i]+back[j])
				i, j = i+1, j+1
			}
		}
		rows = append(rows, int32(len(heads)))
	}
	l.rows, l.heads, l.weights = rows, heads, weights
}

// quality returns the modularity of communities numbered below the number of nodes.
func (l *level) quality(of []int32, resolution float64) float64 {
	if l.total == 0 {
		return 0
	}
	n := l.len()
	inside, out, in := make([]float64, n), make([]float64, n), make([]float64, n)
	for v := range n {
		c := of[v]
		out[c] += l.out[v]
		in[c] += l.in[v]
		inside[c] += l.loop[v]
		for i := l.rows[v]; i < l.rows[v+1]; i++ {
			if of[l.heads[i]] == c {
				inside[c] += l.weights[i]
			}
		}
	}
	sum := 0.0
	for c := range n {
		sum += inside[c]/l.arcs - float64(resolution*float64(float64(out[c]/l.total)*float64(in[c]/l.total)))
	}
	return sum
}

// aggregate makes each of the k communities one node.
func (s *leiden) aggregate(l *level, of []int32, k int) *level {
	a := &level{directed: l.directed, total: l.total, arcs: l.arcs, rows: make([]int32, 1, k+1), loop: make([]float64, k), out: make([]float64, k)}
	a.in = a.out
	if l.directed {
		a.in = make([]float64, k)
	}
	start, members := s.members(of, k)
	near, heads, weights := s.near, s.heads[:0], s.weights[:0]
	for c := range int32(k) {
		touched := s.touched[:0]
		for _, v := range members[start[c]:start[c+1]] {
			a.out[c] += l.out[v]
			if l.directed {
				a.in[c] += l.in[v]
			}
			a.loop[c] += l.loop[v]
			for i := l.rows[v]; i < l.rows[v+1]; i++ {
				d := of[l.heads[i]]
				if d == c {
					a.loop[c] += l.weights[i]
					continue
				}
				if near[d] == 0 {
					touched = append(touched, d)
				}
				near[d] += l.weights[i]
			}
		}
		for _, d := range touched {
			heads, weights = append(heads, d), append(weights, near[d])
			near[d] = 0
		}
		s.touched = touched
		a.rows = append(a.rows, int32(len(heads)))
	}
	s.heads, s.weights = heads, weights
	a.heads, a.weights = slices.Clone(heads), slices.Clone(weights)
	return a
}

// members lists the nodes of each community: those of c are members[start[c]:start[c+1]].
func (s *leiden) members(of []int32, k int) (start, members []int32) {
	start, members = make([]int32, k+1), make([]int32, len(of))
	for _, c := range of {
		start[c+1]++
	}
	for c := range k {
		start[c+1] += start[c]
	}
	at := append([]int32(nil), start[:k]...)
	for v, c := range of {
		members[at[c]] = int32(v)
		at[c]++
	}
	return start, members
}
