package structure

import (
	"cmp"
	"math"
	"slices"

	"milieu/internal/geo/proj"
	"milieu/internal/graph"
	"milieu/internal/network"
)

// Route is how two organisations are joined by ties of a view.
type Route struct {
	Found bool
	Paths [][]int32 // shortest paths by number of ties, from the one to the other, as nodes of the view
	Total float64   // how many such paths there are; more than Paths where they were cut
}

// Paths finds the shortest paths between two nodes of the view, at most most of them.
func Paths(v *network.View, a, b, most int) Route {
	r := graph.ShortestPaths(v.Graph, a, b, false, most)
	return Route{Found: len(r.Paths) > 0, Paths: r.Paths, Total: float64(r.Count)}
}

// Break is where two parts of the network lie nearest to each other on the ground.
type Break struct {
	Here, There int32 // numbers in the book; -1 where no position is known on one side
	Metres      float64
	Mine, Yours int // organisations of the two parts
}

// mostOfPart is how many of each part are held against each other, the best tied first: parts are either small or hold
// everybody.
const mostOfPart = 1500

// NearestBreak says between which two the parts of a and b come nearest; a and b are numbers of the book, with or without a tie
// in the view.
func NearestBreak(v *network.View, a, b int32) Break {
	mine, yours := part(v, a), part(v, b)
	out := Break{Here: -1, There: -1, Metres: math.Inf(1), Mine: len(mine), Yours: len(yours)}
	for _, x := range placed(v, mine) {
		n := v.Book.Node(int(x))
		for _, y := range placed(v, yours) {
			m := v.Book.Node(int(y))
			if d := proj.DistanceM(n.Lon, n.Lat, m.Lon, m.Lat); d < out.Metres {
				out.Here, out.There, out.Metres = x, y, d
			}
		}
	}
	return out
}

// part is everybody that an organisation has a path to, and itself; numbers of the book.
func part(v *network.View, org int32) []int32 {
	node, ok := slices.BinarySearch(v.Nodes, org)
	if !ok {
		return []int32{org}
	}
	var out []int32
	for n, far := range graphSteps(v.Graph, node, -1) {
		if far >= 0 {
			out = append(out, v.Nodes[n])
		}
	}
	return out
}

// placed are those of a part with a position, the best tied where there are many.
func placed(v *network.View, orgs []int32) []int32 {
	var out []int32
	for _, o := range orgs {
		if v.Book.Node(int(o)).Placed {
			out = append(out, o)
		}
	}
	if len(out) <= mostOfPart {
		return out
	}
	degree := degrees(v)
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(degree[b], degree[a]), cmp.Compare(a, b)) })
	return out[:mostOfPart]
}
