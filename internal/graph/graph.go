// Package graph measures networks of organisations: it owns the compressed-row graph, centrality, components and a
// drawing layout. It does not know what a node or a tie stands for, reads no files and draws nothing.
//
// Nodes are named by strings and numbered by the order of their names, so that no result depends on the order of the
// ties. Conventions: undirected unless asked; parallel ties add their weights; a tie of a node with itself is dropped
// and counted; a weight is a strength, so that the length of a tie is 1/weight.
package graph

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Edge is a tie between two named nodes. Its weight is a strength and above zero.
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
	back     []int32 // rows of the reversed graph, only when directed
	tails    []int32
	directed bool
	loops    int
	edges    int
}

// New builds a graph. It fails on a weight that is not a positive finite number and on an empty name, naming the tie
// by its place in the list, counted from 0.
func New(edges []Edge, o Options) (*Graph, error) {
	g := &Graph{directed: o.Directed}
	names := slices.Clone(o.Nodes)
	for i, e := range edges {
		if e.From == "" || e.To == "" {
			return nil, fmt.Errorf("graph: tie %d from %q to %q: a node needs a name", i, e.From, e.To)
		}
		if !(e.Weight > 0) || math.IsInf(e.Weight, 1) {
			return nil, fmt.Errorf("graph: tie %d from %q to %q has weight %v: give a number above 0, or leave the tie out", i, e.From, e.To, e.Weight)
		}
		names = append(names, e.From, e.To)
	}
	if slices.Contains(o.Nodes, "") {
		return nil, fmt.Errorf("graph: node %d of the list has no name", slices.Index(o.Nodes, ""))
	}
	slices.Sort(names)
	g.names = slices.Compact(names)
	g.fill(edges)
	return g, nil
}

// arc is one direction of a tie.
type arc struct {
	from, to int32
	w        float64
}

// fill makes the rows.
func (g *Graph) fill(edges []Edge) {
	number := make(map[string]int32, len(g.names))
	for i, n := range g.names {
		number[n] = int32(i)
	}
	arcs := make([]arc, 0, 2*len(edges))
	for _, e := range edges {
		a := arc{number[e.From], number[e.To], e.Weight}
		if a.from == a.to {
			g.loops++
			continue
		}
		arcs = append(arcs, a)
		if !g.directed {
			arcs = append(arcs, arc{a.to, a.from, a.w})
		}
	}
	// Weights are part of the order, so that the sum of parallel ties does not depend on the order of the list.
	slices.SortFunc(arcs, func(a, b arc) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.w, b.w))
	})
	out := arcs[:0]
	for _, a := range arcs {
		if n := len(out); n > 0 && out[n-1].from == a.from && out[n-1].to == a.to {
			out[n-1].w += a.w
		} else {
			out = append(out, a)
		}
	}
	g.rows, g.heads = compress(out, len(g.names))
	g.weights = make([]float64, len(out))
	for i, a := range out {
		g.weights[i] = a.w
	}
	g.edges = len(out)
	if !g.directed {
		g.edges /= 2
		g.back, g.tails = g.rows, g.heads
		return
	}
	for i, a := range out {
		out[i] = arc{a.to, a.from, a.w}
	}
	slices.SortFunc(out, func(a, b arc) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	g.back, g.tails = compress(out, len(g.names))
}

// compress turns sorted arcs into rows.
func compress(arcs []arc, nodes int) (rows, heads []int32) {
	rows, heads = make([]int32, nodes+1), make([]int32, len(arcs))
	for i, a := range arcs {
		rows[a.from+1]++
		heads[i] = a.to
	}
	for v := range nodes {
		rows[v+1] += rows[v]
	}
	return rows, heads
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
