// Package graph measures networks of organisations: it owns the compressed-row graph, centrality, brokerage, cores and
// cuts, communities, scores of pairs that have no tie yet, shortest paths and a drawing layout. It does not know what a
// node or a tie stands for, reads no files and draws nothing.
//
// Nodes are named by strings and numbered by the order of their names, so that no result depends on the order of the
// ties. Conventions: undirected unless asked; parallel ties add their weights; a tie of a node with itself is dropped
// and counted; a weight is a strength, so that the length of a tie is 1/weight.
package graph

import "slices"

// Edge is a tie between two named nodes. Its weight is a strength, from 1e-300 to 1e300.
type Edge struct {
	From, To string
	Weight   float64
}

// Options say how a list of ties is read. The zero value reads an undirected graph.
type Options struct {
	Directed bool
	// Nodes adds nodes that may have no tie; names that also have ties are no fault.
	Nodes []string
}

// Graph is an immutable graph in compressed rows: the neighbours of a node, in order, lie side by side.
type Graph struct {
	names    []string
	rows     []int32 // of node v: heads[rows[v]:rows[v+1]]
	heads    []int32
	weights  []float64
	back     []int32 // rows of the reversed graph; those above when undirected
	tails    []int32
	backw    []float64
	directed bool
	loops    int
	edges    int
}

// Len returns the number of nodes.
func (g *Graph) Len() int { return len(g.names) }

// Edges returns the number of ties after parallel ones were joined and loops dropped.
func (g *Graph) Edges() int { return g.edges }

// Loops returns the number of ties of a node with itself that were dropped.
func (g *Graph) Loops() int { return g.loops }

// Directed reports whether ties have a direction.
func (g *Graph) Directed() bool { return g.directed }

// Name returns the name of node v.
func (g *Graph) Name(v int) string { return g.names[v] }

// Node returns the number of the named node.
func (g *Graph) Node(name string) (v int, ok bool) { return slices.BinarySearch(g.names, name) }

// Neighbours returns the nodes that v has ties to, in order, with their weights. The slices belong to the graph.
func (g *Graph) Neighbours(v int) (nodes []int32, weights []float64) {
	return g.heads[g.rows[v]:g.rows[v+1]], g.weights[g.rows[v]:g.rows[v+1]]
}

// Followers returns the nodes that have ties to v, in order, with their weights; those of Neighbours when undirected.
// The slices belong to the graph.
func (g *Graph) Followers(v int) (nodes []int32, weights []float64) {
	return g.tails[g.back[v]:g.back[v+1]], g.backw[g.back[v]:g.back[v+1]]
}

// Weight returns the weight of the tie from a to b; 0 when there is none.
func (g *Graph) Weight(a, b int) float64 {
	nodes, weights := g.Neighbours(a)
	if i, ok := slices.BinarySearch(nodes, int32(b)); ok {
		return weights[i]
	}
	return 0
}
