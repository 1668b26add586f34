package graph

import (
	"fmt"
	"math"
	"slices"
)

// leastWeight and mostWeight bound a weight, so that neither it, its inverse nor a sum of them leaves the numbers.
const (
	leastWeight = 1e-300
	mostWeight  = 1e300
)

// New builds a graph from named ties. It fails on an empty name and on a weight that is not a number from 1e-300 to
// 1e300, naming the tie by its place in the list, counted from 0.
func New(edges []Edge, o Options) (*Graph, error) {
	number := make(map[string]int32, 2*len(edges)+len(o.Nodes))
	names := make([]string, 0, len(o.Nodes))
	add := func(name string) int32 {
		v, ok := number[name]
		if !ok {
			v = int32(len(names))
			number[name] = v
			names = append(names, name)
		}
		return v
	}
	for i, name := range o.Nodes {
		if name == "" {
			return nil, fmt.Errorf("graph: node %d of the list has no name", i)
		}
		add(name)
	}
	from, to, weights := make([]int32, len(edges)), make([]int32, len(edges)), make([]float64, len(edges))
	for i, e := range edges {
		if e.From == "" || e.To == "" {
			return nil, fmt.Errorf("graph: tie %d from %q to %q: a node needs a name", i, e.From, e.To)
		}
		from[i], to[i], weights[i] = add(e.From), add(e.To), e.Weight
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	place := make([]int32, len(names))
	for i, name := range sorted {
		place[number[name]] = int32(i)
	}
	for i := range from {
		from[i], to[i] = place[from[i]], place[to[i]]
	}
	return Indexed(sorted, from, to, weights, o.Directed)
}

// Indexed builds a graph from ties between numbered nodes: tie i goes from node from[i] to node to[i] with weights[i];
// without weights (nil) every tie has 1. The names are ascending, each once, none empty. The graph keeps the names and
// no other slice. Two counting sorts order the ties, in time linear in nodes and ties. It fails on lists of different
// lengths, on names out of order, on a number that is no node and on a weight that is not a number from 1e-300 to
// 1e300; ties are named by their place, counted from 0.
func Indexed(names []string, from, to []int32, weights []float64, directed bool) (*Graph, error) {
	if err := checkNames(names); err != nil {
		return nil, err
	}
	if len(from) != len(to) || weights != nil && len(weights) != len(from) {
		return nil, fmt.Errorf("graph: %d ties from, %d to and %d weights: give lists of one length", len(from), len(to), len(weights))
	}
	if len(from) > math.MaxInt32/2 {
		return nil, fmt.Errorf("graph: %d ties are more than the %d that a graph can hold", len(from), math.MaxInt32/2)
	}
	loops, err := checkTies(names, from, to, weights)
	if err != nil {
		return nil, err
	}
	g := &Graph{names: names, directed: directed, loops: loops}
	g.fill(from, to, weights)
	return g, nil
}

func checkNames(names []string) error {
	for i, name := range names {
		if name == "" {
			return fmt.Errorf("graph: node %d of the list has no name", i)
		}
		if i > 0 && names[i-1] >= name {
			return fmt.Errorf("graph: node %d, %q, does not follow %q: sort the names and keep each once", i, name, names[i-1])
		}
	}
	return nil
}

// checkTies counts the ties of a node with itself.
func checkTies(names []string, from, to []int32, weights []float64) (loops int, err error) {
	n := uint32(len(names))
	for i, a := range from {
		b := to[i]
		if uint32(a) >= n || uint32(b) >= n {
			return 0, fmt.Errorf("graph: tie %d from node %d to node %d: there are nodes 0 to %d", i, a, b, int(n)-1)
		}
		if a == b {
			loops++
		}
	}
	for i, w := range weights {
		if !(w >= leastWeight && w <= mostWeight) {
			return 0, fmt.Errorf("graph: tie %d from %q to %q has weight %v: give a number above 0 (1e-300 to 1e300), or leave the tie out",
				i, names[from[i]], names[to[i]], w)
		}
	}
	return loops, nil
}

// half is one direction of a tie as its row holds it.
type half struct {
	to int32
	w  float64
}

// fill makes the rows. Ties are dealt to the rows of one end, in the order of the list; reading those rows in order
// and dealing to the other end leaves every row ordered, for the far ends come by in order.
func (g *Graph) fill(from, to []int32, weights []float64) {
	n := len(g.names)
	ends, starts := countEnds(n, from, to, g.directed)
	first := make([]half, ends[n])
	at := slices.Clone(ends[:n])
	for i, a := range from {
		b, w := to[i], 1.0
		if a == b {
			continue
		}
		if weights != nil {
			w = weights[i]
		}
		first[at[b]] = half{a, w}
		at[b]++
		if !g.directed {
			first[at[a]] = half{b, w}
			at[a]++
		}
	}
	g.rows, g.heads, g.weights = deal(ends, first, starts)
	if !g.directed {
		g.edges = len(g.heads) / 2
		g.back, g.tails, g.backw = g.rows, g.heads, g.weights
		return
	}
	g.edges = len(g.heads)
	g.reverse()
}

// countEnds returns where the rows by far end and by near end begin; both are one when undirected.
func countEnds(n int, from, to []int32, directed bool) (ends, starts []int32) {
	ends, starts = make([]int32, n+1), make([]int32, n+1)
	if !directed {
		starts = ends
	}
	for i, a := range from {
		if b := to[i]; a != b {
			starts[a+1]++
			ends[b+1]++
		}
	}
	for v := range n {
		ends[v+1] += ends[v]
		if directed {
			starts[v+1] += starts[v]
		}
	}
	return ends, starts
}

// deal transposes rows of halves and joins parallel ties. The weights of parallel ties are added in ascending order,
// so that their sum does not depend on the order of the list.
func deal(rows []int32, halves []half, starts []int32) (out, heads []int32, weights []float64) {
	n := len(rows) - 1
	heads, weights = make([]int32, len(halves)), make([]float64, len(halves))
	at := slices.Clone(starts[:n])
	for v := range n {
		for _, h := range halves[rows[v]:rows[v+1]] {
			k := at[h.to]
			at[h.to]++
			heads[k], weights[k] = int32(v), h.w
		}
	}
	out = make([]int32, n+1)
	to := int32(0)
	for v := range n {
		for i := starts[v]; i < starts[v+1]; {
			end := i + 1
			for end < starts[v+1] && heads[end] == heads[i] {
				end++
			}
			heads[to], weights[to] = heads[i], sumSorted(weights[i:end])
			to++
			i = end
		}
		out[v+1] = to
	}
	return out, slices.Clip(heads[:to]), slices.Clip(weights[:to])
}

func sumSorted(w []float64) float64 {
	if len(w) > 2 {
		slices.Sort(w)
	}
	sum := 0.0
	for _, x := range w {
		sum += x
	}
	return sum
}

// reverse makes the rows of the reversed graph.
func (g *Graph) reverse() {
	n := len(g.names)
	g.back, g.tails, g.backw = make([]int32, n+1), make([]int32, len(g.heads)), make([]float64, len(g.heads))
	for _, w := range g.heads {
		g.back[w+1]++
	}
	for v := range n {
		g.back[v+1] += g.back[v]
	}
	at := slices.Clone(g.back[:n])
	for v := range n {
		for i := g.rows[v]; i < g.rows[v+1]; i++ {
			k := at[g.heads[i]]
			at[g.heads[i]]++
			g.tails[k], g.backw[k] = int32(v), g.weights[i]
		}
	}
}
