package graph

import "math"

// Constraint returns for each node how far its contacts are invested in each other, so that it can play none against
// another: c_i = Σ_j (p_ij + Σ_q p_iq·p_qj)² over its contacts j, where p_ij is the share of the tie with j, both ways
// together, in all that i invests. Burt, Structural Holes (1992), chapter 2. A single contact gives 1; a node without
// ties has no constraint: NaN. Directed, a contact is one with a tie either way. As in networkx and igraph.
func Constraint(g *Graph, weighted bool) []float64 {
	m := newMutual(g, weighted)
	n := g.Len()
	p, around := make([]float64, len(m.heads)), make([]float64, len(m.heads))
	for v := range n {
		row := m.weights[m.rows[v]:m.rows[v+1]]
		all := sum(row)
		for i, w := range row {
			p[int(m.rows[v])+i] = w / all
		}
	}
	turn := m.turn
	m.triangles(func(_, _, _, uv, vw, wu int32) {
		vu, wv, uw := turn[uv], turn[vw], turn[wu]
		around[uv] += float64(p[uw] * p[wv])
		around[vu] += float64(p[vw] * p[wu])
		around[uw] += float64(p[uv] * p[vw])
		around[wu] += float64(p[wv] * p[vu])
		around[vw] += float64(p[vu] * p[uw])
		around[wv] += float64(p[wu] * p[uv])
	})
	out := make([]float64, n)
	for v := range n {
		if m.rows[v] == m.rows[v+1] {
			out[v] = math.NaN()
		}
		for i := m.rows[v]; i < m.rows[v+1]; i++ {
			x := p[i] + around[i]
			out[v] += float64(x * x)
		}
	}
	return out
}

// EffectiveSize returns for each node the number of its contacts less what they repeat of each other: Σ_j (1 - Σ_q
// p_iq·m_jq) over its contacts j, where p_iq is the share of q in what i invests and m_jq the tie of j and q over the
// strongest tie of j, both ways together. Burt, Structural Holes (1992), chapter 2; without weights it is n - 2t/n for n
// contacts with t ties among them (Borgatti, "Structural holes: unpacking Burt's redundancy measures", Connections 20,
// 1997). A node without ties has none: NaN. Directed, a contact is one with a tie either way. As in networkx.
func EffectiveSize(g *Graph, weighted bool) []float64 {
	m := newMutual(g, weighted)
	n := g.Len()
	all, most, repeated := make([]float64, n), make([]float64, n), make([]float64, n)
	for v := range n {
		for _, w := range m.weights[m.rows[v]:m.rows[v+1]] {
			all[v] += w
			most[v] = max(most[v], w)
		}
	}
	// The repeated part of ego i with contacts j and q, from both sides.
	part := func(i, j, q int32, ij, iq, jq float64) {
		repeated[i] += float64(iq/all[i]*(jq/most[j])) + float64(ij/all[i]*(jq/most[q]))
	}
	m.triangles(func(u, v, w, uv, vw, wu int32) {
		a, b, c := m.weights[uv], m.weights[vw], m.weights[wu]
		part(u, v, w, a, c, b)
		part(v, w, u, b, a, c)
		part(w, u, v, c, b, a)
	})
	out := make([]float64, n)
	for v := range n {
		out[v] = float64(m.rows[v+1]-m.rows[v]) - repeated[v]
		if m.rows[v] == m.rows[v+1] {
			out[v] = math.NaN()
		}
	}
	return out
}
