package graph

import "slices"

// Components returns the component of each node, without regard to direction: 0 is the largest, equals are numbered
// by their smallest node.
func Components(g *Graph) []int {
	label := make([]int, g.Len())
	for v := range label {
		label[v] = -1
	}
	var sizes []int
	var stack []int32
	for v := range label {
		if label[v] >= 0 {
			continue
		}
		c := len(sizes)
		sizes = append(sizes, 0)
		label[v] = c
		stack = append(stack[:0], int32(v))
		for len(stack) > 0 {
			u := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			sizes[c]++
			for _, row := range [2][]int32{g.heads[g.rows[u]:g.rows[u+1]], g.tails[g.back[u]:g.back[u+1]]} {
				for _, w := range row {
					if label[w] < 0 {
						label[w] = c
						stack = append(stack, w)
					}
				}
			}
		}
	}
	order := make([]int, len(sizes))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return sizes[b] - sizes[a] })
	rank := make([]int, len(sizes))
	for i, c := range order {
		rank[c] = i
	}
	for v := range label {
		label[v] = rank[label[v]]
	}
	return label
}
