package graph

import "math"

// Degree returns each node's number of distinct neighbours; when directed, of ties out and in together (as
// networkx's DiGraph.degree counts).
func Degree(g *Graph) []int {
	d := make([]int, g.Len())
	for v := range d {
		d[v] = int(g.rows[v+1] - g.rows[v])
		if g.directed {
			d[v] += int(g.back[v+1] - g.back[v])
		}
	}
	return d
}

// Strength returns each node's sum of weights; when directed, of ties out and in together.
func Strength(g *Graph) []float64 {
	s := make([]float64, g.Len())
	for v := range s {
		nodes, weights := g.Neighbours(v)
		for i, w := range weights {
			s[v] += w
			if g.directed {
				s[nodes[i]] += w
			}
		}
	}
	return s
}

// Density returns the share of all possible ties that exist; 0 of fewer than two nodes.
func Density(g *Graph) float64 {
	n := float64(g.Len())
	if n < 2 {
		return 0
	}
	possible := n * (n - 1)
	if !g.directed {
		possible /= 2
	}
	return float64(g.Edges()) / possible
}

// Assortativity returns the correlation of the degrees at the two ends of a tie (Newman, "Mixing patterns in
// networks", Physical Review E 67, 2003): above 0 where nodes of many ties are tied to such, below 0 where hubs are tied
// to nodes of few. Directed, it is of the ties out of the near end and into the far end. NaN where the ends do not
// vary. As in networkx.
func Assortativity(g *Graph) float64 {
	var n, sx, sy, sxx, syy, sxy float64
	for v := range g.Len() {
		x := float64(g.rows[v+1] - g.rows[v])
		for _, w := range g.heads[g.rows[v]:g.rows[v+1]] {
			y := float64(g.back[w+1] - g.back[w])
			n++
			sx += x
			sy += y
			sxx += float64(x * x)
			syy += float64(y * y)
			sxy += float64(x * y)
		}
	}
	// Sums of whole numbers are exact: no variation gives exactly 0.
	vx, vy := float64(n*sxx)-float64(sx*sx), float64(n*syy)-float64(sy*sy)
	if n == 0 || vx <= 0 || vy <= 0 {
		return math.NaN()
	}
	return (float64(n*sxy) - float64(sx*sy)) / math.Sqrt(vx) / math.Sqrt(vy)
}
