package graph

import "math"

// step is a tie of a shortest path, in the direction away from the source.
type step struct{ from, to int32 }

// share is what a node hands back to each path that leads to it: what lies behind it and its own weight, each over
// the number of its paths. They are kept apart so that a node with nothing behind it has exactly 0.
type share struct{ behind, own float64 }

// counter counts the paths of one source after another and sums the shares of the nodes between, given the steps of the
// shortest paths in an order in which all steps to a node come before those from it.
type counter struct {
	g     *skeleton
	paths []float64 // all 0 between sources
	share []share   // nothing behind between sources
	far   []int32   // room for the nodes reached
}

func newCounter(g *skeleton) counter {
	n := len(g.nodes)
	return counter{g: g, paths: make([]float64, n), share: make([]share, n), far: make([]int32, n+1)}
}

// count counts the shortest paths along steps, whose source has one, and lists the nodes reached, the nearest first;
// it returns their number.
func (b *counter) count(steps []step, order []int32) int {
	paths := b.paths
	t := 0
	for _, e := range steps {
		p := paths[e.to]
		order[t] = e.to
		t += int((math.Float64bits(p) - 1) >> 63) // 1 where p is 0
		paths[e.to] = p + paths[e.from]
	}
	return t
}

// collect goes back along the steps of source s and sums the shares; it leaves the memory clean.
func (b *counter) collect(s int32, steps []step, times float64, sum []float64) {
	paths, shares, weight := b.paths, b.share, b.g.weight
	paths[s] = 1
	order := b.far[:b.count(steps, b.far)]
	for _, v := range order {
		shares[v].own = weight[v] / paths[v]
	}
	for i := len(steps) - 1; i >= 0; i-- {
		e := steps[i]
		x := shares[e.to]
		shares[e.from].behind += x.behind + x.own
	}
	for _, v := range order {
		sum[v] += float64(times * float64(paths[v]*shares[v].behind))
		paths[v], shares[v].behind = 0, 0
	}
	paths[s], shares[s].behind = 0, 0
}
