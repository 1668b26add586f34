package graph

// Core returns for each node the greatest k for which it lies in a part of the graph where every node has at least k
// ties within the part (Seidman, "Network structure and minimum degree", Social Networks 5, 1983), by the linear algorithm
// of Batagelj and Zaversnik (2003). Directed, ties out and in count together, as in networkx.
func Core(g *Graph) []int {
	n := g.Len()
	core := Degree(g)
	most := 0
	for _, d := range core {
		most = max(most, d)
	}
	first := make([]int, most+2) // first[d]: where the nodes of degree d begin in order
	for _, d := range core {
		first[d+1]++
	}
	for d := range most + 1 {
		first[d+1] += first[d]
	}
	order, place := make([]int32, n), make([]int, n)
	at := append([]int(nil), first...)
	for v, d := range core {
		order[at[d]], place[v] = int32(v), at[d]
		at[d]++
	}
	lower := func(w, than int32) {
		if d := core[w]; d > core[than] {
			// w changes places with the first node of its degree, which then begins one farther.
			u := order[first[d]]
			order[first[d]], order[place[w]] = w, u
			place[u], place[w] = place[w], first[d]
			first[d]++
			core[w]--
		}
	}
	for i := range n {
		v := order[i]
		for _, w := range g.heads[g.rows[v]:g.rows[v+1]] {
			lower(w, v)
		}
		if g.directed {
			for _, w := range g.tails[g.back[v]:g.back[v+1]] {
				lower(w, v)
			}
		}
	}
	return core
}
