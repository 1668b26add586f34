package graph

import (
	"fmt"
	"math"
)

// PageRankOptions say how a visitor walks.
type PageRankOptions struct {
	// Damping is the probability of following a tie instead of jumping to any node; 0.85 if 0. It is below 1.
	Damping float64
	// Weighted follows ties in proportion to their weights.
	Weighted bool
}

// PageRank returns for each node the share of time that a visitor spends there who follows ties at random, in their
// direction, and now and then jumps to any node: Brin and Page, "The anatomy of a large-scale hypertextual Web search
// engine" (1998). The values sum to 1. From a node without ties onward the visitor jumps to any node, as in networkx and
// igraph. With uniform jumps that is the same, but for the sum, as letting such a visitor vanish (Gleich, "PageRank
// beyond the Web", SIAM Review 57, 2015), and the linear system that is left is solved by Gauss and Seidel's method to a
// relative change of 1e-12 at every node: undirected, where the system is symmetric but for a scale, with the
// over-relaxation that suits the damping (Young, Iterative Solution of Large Linear Systems, 1971); directed, with all
// values scaled after each sweep so that what comes in is what goes out, for the sum, left alone, would converge last.
// It panics on a damping that is not between 0 and 1.
func PageRank(g *Graph, o PageRankOptions) []float64 {
	a := orElse(o.Damping, 0.85)
	if !(a > 0 && a < 1) {
		panic(fmt.Sprintf("graph: damping %v is not between 0 and 1", a))
	}
	n := g.Len()
	x, y, over := make([]float64, n), make([]float64, n), make([]float64, n)
	for v := range n {
		x[v] = 1
		out := float64(g.rows[v+1] - g.rows[v])
		if o.Weighted {
			_, weights := g.Neighbours(v)
			out = sum(weights)
		}
		if out > 0 {
			over[v] = a / out
			y[v] = over[v]
		}
	}
	weights := g.backw
	if !o.Weighted {
		weights = nil
	}
	relax := 1.0
	if !g.directed {
		relax = 2 / (1 + math.Sqrt(1-float64(a*a)))
	}
	for range int(40/(1-a)) + 10 {
		if sweep(g.back, g.tails, weights, over, x, y, relax) <= 1e-12 {
			break
		}
		if g.directed {
			balance(a, over, x, y)
		}
	}
	total := sum(x)
	for v := range x {
		x[v] /= total
	}
	return x
}

// sweep sets every node in turn from the nodes with ties to it, y being what each hands on a unit of weight, moves it
// relax times as far, and returns the greatest relative change.
func sweep(back, tails []int32, weights, over, x, y []float64, relax float64) float64 {
	most := 0.0
	for v := range x {
		in := 1.0
		row := tails[back[v]:back[v+1]]
		if weights == nil {
			for _, u := range row {
				in += y[u]
			}
		} else {
			for i, w := range weights[back[v]:back[v+1]] {
				in += float64(w * y[row[i]])
			}
		}
		d := in - x[v]
		most = max(most, math.Abs(d/in))
		x[v] += float64(relax * d)
		y[v] = float64(x[v] * over[v])
	}
	return most
}

// balance scales x, and y with it, so that its sum is the n visitors that jump in and what is handed on, the share a of
// all but the nodes without ties onward.
func balance(a float64, over, x, y []float64) {
	all, handed := 0.0, 0.0
	for v, r := range x {
		all += r
		if over[v] > 0 {
			handed += r
		}
	}
	c := float64(len(x)) / (all - float64(a*handed))
	for v := range x {
		x[v] *= c
		y[v] *= c
	}
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}
