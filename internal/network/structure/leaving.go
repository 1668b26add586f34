package structure

import (
	"math/rand/v2"
	"slices"
	"sort"

	"milieu/internal/graph"
	"milieu/internal/network"
)

// Shape is a network as a whole.
type Shape struct {
	Organisations, Pairs int
	Components           int
	Largest              int     // organisations of the largest component
	Joined               float64 // pairs of organisations with a path
	Density              float64 // share of possible pairs that are tied
	Distance             float64 // mean steps between those with a path
	Sources              int     // organisations that the mean distance was reckoned from; fewer than all is a sample
}

// Leaving is what happens when one organisation goes and its ties with it.
type Leaving struct {
	Org           int32 // number in the book
	Degree        int
	Before, After Shape
	// CutOff are those that were joined to the largest part of what was its component and are not any more, the
	// smallest pieces first; numbers of the book.
	CutOff []int32
	Pieces int // pieces beyond the largest that its component falls into
	// Lost is pairs of others that had a path and have none any more.
	Lost float64
	// Longer is how many of the pairs that stay joined have a longer way, as a share, by the same sources; Steps is the
	// mean of what is added to all that stay joined.
	Longer, Steps float64
}

// distanceSources is from how many organisations distances are reckoned in large networks.
const distanceSources = 256

// leavingSeed draws them.
const leavingSeed = 7

// Leave takes an organisation of the view out. Node is its number in the view.
func Leave(v *network.View, node int) Leaving {
	g := v.Graph
	l := Leaving{Org: v.Nodes[node]}
	mine, _ := g.Neighbours(node)
	l.Degree = len(mine)
	before, sources := components(g, -1), pick(g.Len(), node)
	after := components(g, node)
	l.Before, l.After = shapeOf(g, before, -1), shapeOf(g, after, node)
	l.CutOff, l.Pieces = cutOff(v, before, after, node)
	l.Lost = l.Before.Joined - float64(sizeOf(before, before[node])-1) - l.After.Joined
	var sumB, sumA, nB, nA, longer, added float64
	for _, s := range sources {
		b, a := graphSteps(g, s, -1), graphSteps(g, s, node)
		for t := range b {
			if t == s || t == node || b[t] < 0 {
				continue
			}
			sumB, nB = sumB+float64(b[t]), nB+1
			if a[t] < 0 {
				continue
			}
			sumA, nA = sumA+float64(a[t]), nA+1
			if a[t] > b[t] {
				longer, added = longer+1, added+float64(a[t]-b[t])
			}
		}
	}
	l.Before.Sources, l.After.Sources = len(sources), len(sources)
	if nB > 0 {
		l.Before.Distance = sumB / nB
	}
	if nA > 0 {
		l.After.Distance, l.Longer, l.Steps = sumA/nA, longer/nA, added/nA
	}
	return l
}

// pick is who distances are reckoned from: everybody else, or a sample of them.
func pick(n, without int) []int {
	out := make([]int, 0, n)
	for v := range n {
		if v != without {
			out = append(out, v)
		}
	}
	if len(out) > 4*distanceSources {
		rng := rand.New(rand.NewPCG(leavingSeed, uint64(n)))
		rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		out = out[:distanceSources]
		slices.Sort(out)
	}
	return out
}

// components labels nodes by the smallest node of their component, without one of them (-1: all stay), whose label is -1.
func components(g *graph.Graph, without int) []int {
	label := make([]int, g.Len())
	for v := range label {
		label[v] = -1
	}
	var queue []int32
	for v := range label {
		if label[v] >= 0 || v == without {
			continue
		}
		label[v] = v
		queue = append(queue[:0], int32(v))
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			next, _ := g.Neighbours(int(u))
			for _, w := range next {
				if label[w] < 0 && int(w) != without {
					label[w] = v
					queue = append(queue, w)
				}
			}
		}
	}
	return label
}

// sizeOf counts the nodes of a label.
func sizeOf(label []int, c int) int {
	n := 0
	for _, v := range label {
		if v == c {
			n++
		}
	}
	return n
}

func shapeOf(g *graph.Graph, label []int, without int) Shape {
	size := map[int]int{}
	for _, c := range label {
		if c >= 0 {
			size[c]++
		}
	}
	s := Shape{Organisations: g.Len(), Pairs: g.Edges(), Components: len(size)}
	if without >= 0 {
		mine, _ := g.Neighbours(without)
		s.Organisations, s.Pairs = s.Organisations-1, s.Pairs-len(mine)
	}
	for _, n := range size {
		s.Largest = max(s.Largest, n)
		s.Joined += float64(n) * float64(n-1) / 2
	}
	if n := float64(s.Organisations); n > 1 {
		s.Density = float64(s.Pairs) / (n * (n - 1) / 2)
	}
	return s
}

// cutOff finds the pieces of what was the node's component, but for the largest.
func cutOff(v *network.View, before, after []int, node int) (out []int32, pieces int) {
	members := map[int][]int32{}
	for n, c := range before {
		if c == before[node] && n != node {
			members[after[n]] = append(members[after[n]], v.Nodes[n])
		}
	}
	labels := make([]int, 0, len(members))
	for c := range members {
		labels = append(labels, c)
	}
	sort.Slice(labels, func(i, j int) bool {
		a, b := labels[i], labels[j]
		if len(members[a]) != len(members[b]) {
			return len(members[a]) < len(members[b])
		}
		return a > b
	})
	if len(labels) == 0 {
		return nil, 0
	}
	for _, c := range labels[:len(labels)-1] {
		out = append(out, members[c]...)
	}
	return out, len(labels) - 1
}

// graphSteps is the steps from a node to each, -1 where there is no path; without one node (-1: all stay).
func graphSteps(g *graph.Graph, from, without int) []int32 {
	far := make([]int32, g.Len())
	for v := range far {
		far[v] = -1
	}
	far[from] = 0
	queue := []int32{int32(from)}
	for len(queue) > 0 {
		u := queue[0]
		queue = queue[1:]
		next, _ := g.Neighbours(int(u))
		for _, w := range next {
			if far[w] < 0 && int(w) != without {
				far[w] = far[u] + 1
				queue = append(queue, w)
			}
		}
	}
	return far
}

// CutOff counts who is cut off from the largest part of its component when a node of the view goes.
func CutOff(v *network.View, node int) int {
	out, _ := cutOff(v, components(v.Graph, -1), components(v.Graph, node), node)
	return len(out)
}
