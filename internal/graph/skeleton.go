package graph

import "slices"

// skeleton is a graph made ready for many searches: what hangs on it by one tie is folded in, and the nodes that stay
// are numbered as a search by breadth meets them, so that neighbours lie close in memory.
type skeleton struct {
	rows, heads []int32
	lengths     []float64 // of the ties, 1/weight; nil when not weighted
	weight      []float64 // number of nodes of the graph that each node stands for, itself counted
	nodes       []int32   // the node of the graph of each node that stays
	root        []int32   // for each node of the graph, the node that stays and stands for it
	// tree holds for each node of the graph the pairs, each once, whose only path passes through it because one of the
	// two hangs on it. The shares of all other pairs are sums over the nodes that stay.
	tree      []float64
	directed  bool
	mostSteps int // number of ties that the shortest paths from one node can have
}

// newSkeleton folds the trees that hang on an undirected graph (Baglioni and others, "Fast exact computation of
// betweenness centrality in social networks", ASONAM 2012); a directed graph is only renumbered.
func newSkeleton(g *Graph, weighted bool) *skeleton {
	n := g.Len()
	k := &skeleton{directed: g.directed, root: make([]int32, n), tree: make([]float64, n)}
	parent, folded := make([]int32, n), []int32(nil)
	for v := range parent {
		parent[v] = -1
	}
	size := make([]float64, n)
	for v := range size {
		size[v] = 1
	}
	if !g.directed {
		folded = k.fold(g, parent, size)
	}
	k.number(g, parent)
	for i := len(folded) - 1; i >= 0; i-- {
		k.root[folded[i]] = k.root[parent[folded[i]]]
	}
	k.weight = make([]float64, len(k.nodes))
	k.rows = make([]int32, len(k.nodes)+1)
	k.heads = make([]int32, 0, len(g.heads))
	for i, v := range k.nodes {
		k.weight[i] = size[v]
		for j := g.rows[v]; j < g.rows[v+1]; j++ {
			if w := g.heads[j]; parent[w] < 0 {
				k.heads = append(k.heads, k.root[w])
				if weighted {
					k.lengths = append(k.lengths, 1/g.weights[j])
				}
			}
		}
		k.rows[i+1] = int32(len(k.heads))
	}
	k.mostSteps = len(k.heads)
	if !g.directed {
		k.mostSteps /= 2
	}
	return k
}

// fold takes off nodes of one tie until none is left, in the order returned, and counts the pairs of the trees.
func (k *skeleton) fold(g *Graph, parent []int32, size []float64) (folded []int32) {
	n := g.Len()
	degree := make([]int32, n)
	for v := range n {
		degree[v] = g.rows[v+1] - g.rows[v]
		if degree[v] == 1 {
			folded = append(folded, int32(v))
		}
	}
	squares := make([]float64, n)
	kept := folded[:0]
	for i := 0; i < len(folded); i++ {
		u := folded[i]
		if degree[u] == 0 { // the last of its component
			continue
		}
		kept = append(kept, u)
		for _, v := range g.heads[g.rows[u]:g.rows[u+1]] {
			if parent[v] >= 0 {
				continue
			}
			parent[u] = v
			size[v] += size[u]
			squares[v] += float64(size[u] * size[u])
			if degree[v]--; degree[v] == 1 {
				folded = append(folded, v)
			}
		}
	}
	component := Components(g)
	whole := make([]float64, n)
	for _, c := range component {
		whole[c]++
	}
	for v := range n {
		hang := size[v] - 1
		k.tree[v] = (float64(hang*hang)-squares[v])/2 + float64(hang*(whole[component[v]]-size[v]))
	}
	return kept
}

// number gives the nodes that stay their numbers, by breadth.
func (k *skeleton) number(g *Graph, parent []int32) {
	for v := range k.root {
		k.root[v] = -1
	}
	for v := range k.root {
		if k.root[v] >= 0 || parent[v] >= 0 {
			continue
		}
		at := len(k.nodes)
		k.root[v] = int32(at)
		k.nodes = append(k.nodes, int32(v))
		for ; at < len(k.nodes); at++ {
			u := k.nodes[at]
			for _, w := range g.heads[g.rows[u]:g.rows[u+1]] {
				if k.root[w] < 0 && parent[w] < 0 {
					k.root[w] = int32(len(k.nodes))
					k.nodes = append(k.nodes, w)
				}
			}
		}
	}
	k.nodes = slices.Clip(k.nodes)
}
