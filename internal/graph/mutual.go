package graph

import "slices"

// mutual is a graph without regard to direction, in compressed rows: a and b are linked when there is a tie either
// way, with the sum of the weights of both ways. Arc i has the opposite arc turn[i].
type mutual struct {
	rows, heads, turn []int32
	weights           []float64
}

// newMutual joins the directions of a graph. Undirected, rows and weights are the graph's own.
func newMutual(g *Graph, weighted bool) mutual {
	m := mutual{rows: g.rows, heads: g.heads, weights: g.weights}
	if g.directed {
		m = join(g)
	}
	if !weighted && !g.directed {
		m.weights = make([]float64, len(m.heads))
		for i := range m.weights {
			m.weights[i] = 1
		}
	}
	if !weighted && g.directed {
		for v := range g.Len() {
			for i := m.rows[v]; i < m.rows[v+1]; i++ {
				w := int(m.heads[i])
				m.weights[i] = ties(g, v, w) + ties(g, w, v)
			}
		}
	}
	m.turn = make([]int32, len(m.heads))
	at := slices.Clone(m.rows[:g.Len()])
	for v := range g.Len() {
		for i := m.rows[v]; i < m.rows[v+1]; i++ {
			w := m.heads[i]
			m.turn[i] = at[w]
			at[w]++
		}
	}
	return m
}

// ties is 1 where there is a tie from v to w, else 0.
func ties(g *Graph, v, w int) float64 {
	if g.Weight(v, w) > 0 {
		return 1
	}
	return 0
}

// join merges the rows out and in of a directed graph.
func join(g *Graph) mutual {
	m := mutual{rows: make([]int32, g.Len()+1)}
	for v := range g.Len() {
		out, ow := g.Neighbours(v)
		in, iw := g.Followers(v)
		for len(out) > 0 || len(in) > 0 {
			switch {
			case len(in) == 0 || len(out) > 0 && out[0] < in[0]:
				m.heads, m.weights = append(m.heads, out[0]), append(m.weights, ow[0])
				out, ow = out[1:], ow[1:]
			case len(out) == 0 || in[0] < out[0]:
				m.heads, m.weights = append(m.heads, in[0]), append(m.weights, iw[0])
				in, iw = in[1:], iw[1:]
			default:
				// The sum is of the smaller and the greater end, in this order, so that both ends have the same bits.
				a, b := ow[0], iw[0]
				if out[0] < int32(v) {
					a, b = b, a
				}
				m.heads, m.weights = append(m.heads, out[0]), append(m.weights, a+b)
				out, ow, in, iw = out[1:], ow[1:], in[1:], iw[1:]
			}
		}
		m.rows[v+1] = int32(len(m.heads))
	}
	return m
}

// triangles calls f for each three linked nodes u, v, w, once, with the arcs from u to v, from v to w and from w to u.
// Ties are looked at from the end of fewer neighbours (Chiba and Nishizeki, "Arboricity and subgraph listing
// algorithms", SIAM Journal on Computing 14, 1985), which takes at most m√m steps whatever the hubs.
func (m mutual) triangles(f func(u, v, w, uv, vw, wu int32)) {
	n := len(m.rows) - 1
	degree := func(v int32) int32 { return m.rows[v+1] - m.rows[v] }
	up, arcs, rows := make([]int32, 0, len(m.heads)/2), make([]int32, 0, len(m.heads)/2), make([]int32, n+1)
	for v := range int32(n) {
		for i := m.rows[v]; i < m.rows[v+1]; i++ {
			w := m.heads[i]
			if d, e := degree(v), degree(w); d < e || d == e && v < w {
				up, arcs = append(up, w), append(arcs, i)
			}
		}
		rows[v+1] = int32(len(up))
	}
	mark := make([]int32, n) // one more than the arc from u
	for u := range int32(n) {
		for i := rows[u]; i < rows[u+1]; i++ {
			mark[up[i]] = arcs[i] + 1
		}
		for i := rows[u]; i < rows[u+1]; i++ {
			v := up[i]
			for j := rows[v]; j < rows[v+1]; j++ {
				if w := up[j]; mark[w] > 0 {
					f(u, v, w, arcs[i], arcs[j], m.turn[mark[w]-1])
				}
			}
		}
		for i := rows[u]; i < rows[u+1]; i++ {
			mark[up[i]] = 0
		}
	}
}
