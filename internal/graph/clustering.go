package graph

import "math"

// Clustering returns for each node the share of the pairs of its contacts that are tied to each other (Watts and
// Strogatz, "Collective dynamics of small-world networks", Nature 393, 1998); 0 with fewer than two contacts. Weighted,
// each triangle counts with the geometric mean of its weights over the greatest weight of the graph (Onnela and others,
// Physical Review E 71, 2005). Directed, all eight ways round a triangle count (Fagiolo, Physical Review E 76, 2007). As
// in networkx.
func Clustering(g *Graph, weighted bool) []float64 {
	m := newMutual(g, false)
	if weighted {
		m.weights = roots(g, m)
	}
	out := make([]float64, g.Len())
	m.triangles(func(u, v, w, uv, vw, wu int32) {
		x := float64(float64(m.weights[uv]*m.weights[vw]) * m.weights[wu]) // not fused: same bits on every processor
		out[u] += x
		out[v] += x
		out[w] += x
	})
	for v := range out {
		k := float64(m.rows[v+1] - m.rows[v])
		pairs := k * (k - 1) / 2
		if g.directed {
			k = float64(g.rows[v+1] - g.rows[v] + g.back[v+1] - g.back[v])
			both := k - float64(m.rows[v+1]-m.rows[v])
			pairs = float64(k*(k-1)) - 2*both
		}
		if out[v] > 0 {
			out[v] /= pairs
		}
	}
	return out
}

// roots gives each arc of m the sum of the cube roots of the weights of both ways, over the greatest of the graph.
func roots(g *Graph, m mutual) []float64 {
	most := 0.0
	for _, w := range g.weights {
		most = max(most, w)
	}
	out := make([]float64, len(m.heads))
	for v := range g.Len() {
		for i := m.rows[v]; i < m.rows[v+1]; i++ {
			w := int(m.heads[i])
			out[i] = math.Cbrt(g.Weight(v, w) / most)
			if g.directed {
				out[i] += math.Cbrt(g.Weight(w, v) / most)
			}
		}
	}
	return out
}

// AverageClustering returns the mean of Clustering over all nodes; 0 of none.
func AverageClustering(g *Graph, weighted bool) float64 {
	if g.Len() == 0 {
		return 0
	}
	return sum(Clustering(g, weighted)) / float64(g.Len())
}

// Triangles returns for each node the number of triangles that it is part of, without regard to direction.
func Triangles(g *Graph) []int64 {
	out := make([]int64, g.Len())
	newMutual(g, false).triangles(func(u, v, w, _, _, _ int32) {
		out[u]++
		out[v]++
		out[w]++
	})
	return out
}

// Transitivity returns the share of all pairs of ties that meet in a node whose far ends are tied too (Newman, Watts and
// Strogatz, PNAS 99, 2002), without regard to direction; 0 when no two ties meet.
func Transitivity(g *Graph) float64 {
	m := newMutual(g, false)
	closed, meeting := int64(0), int64(0)
	m.triangles(func(_, _, _, _, _, _ int32) { closed += 3 })
	for v := range g.Len() {
		k := int64(m.rows[v+1] - m.rows[v])
		meeting += k * (k - 1) / 2
	}
	if meeting == 0 {
		return 0
	}
	return float64(closed) / float64(meeting)
}
