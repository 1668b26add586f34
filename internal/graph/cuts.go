package graph

import "slices"

// ArticulationPoints returns the nodes, in order, without which their component would fall apart, without regard to
// direction. Hopcroft and Tarjan, "Efficient algorithms for graph manipulation", Communications of the ACM 16 (1973),
// without recursion.
func ArticulationPoints(g *Graph) []int32 {
	points, _ := cuts(g)
	return points
}

// Bridges returns the ties, as pairs a < b in order, without which their component would fall apart, without regard to
// direction: two nodes with a tie each way are linked once.
func Bridges(g *Graph) [][2]int32 {
	_, bridges := cuts(g)
	return bridges
}

// cuts walks the graph in depth. seen is when a node was met, low the earliest node that it or what was met through it
// is tied to.
func cuts(g *Graph) (points []int32, bridges [][2]int32) {
	n := g.Len()
	rows, heads := g.rows, g.heads
	if g.directed {
		m := join(g)
		rows, heads = m.rows, m.heads
	}
	seen, low, parent, at := make([]int32, n), make([]int32, n), make([]int32, n), slices.Clone(rows[:n])
	point := make([]bool, n)
	clock := int32(0)
	var stack []int32
	for root := range int32(n) {
		if seen[root] > 0 {
			continue
		}
		clock++
		seen[root], low[root], parent[root] = clock, clock, -1
		stack = append(stack[:0], root)
		branches := 0
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			if at[v] < rows[v+1] {
				w := heads[at[v]]
				at[v]++
				if seen[w] == 0 {
					clock++
					seen[w], low[w], parent[w] = clock, clock, v
					stack = append(stack, w)
				} else if w != parent[v] {
					low[v] = min(low[v], seen[w])
				}
				continue
			}
			stack = stack[:len(stack)-1]
			u := parent[v]
			if u < 0 {
				continue
			}
			low[u] = min(low[u], low[v])
			if low[v] > seen[u] {
				bridges = append(bridges, [2]int32{min(u, v), max(u, v)})
			}
			if u == root {
				branches++
			} else if low[v] >= seen[u] {
				point[u] = true
			}
		}
		point[root] = branches > 1
	}
	for v, is := range point {
		if is {
			points = append(points, int32(v))
		}
	}
	slices.SortFunc(bridges, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	return points, bridges
}
