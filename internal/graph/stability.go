package graph

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// StabilityOptions steer Stabilities.
type StabilityOptions struct {
	// Leiden is how the communities were found: resolution, weights, seed.
	Leiden LeidenOptions
	// Runs is the number of searches; 0 means 20.
	Runs int
	// Omit is the share of ties left out at random in each run; 0 means a tenth, below 0 none, so that only the start of
	// the search differs.
	Omit float64
	// Pairs are nodes of which to know how often they are in one community.
	Pairs [][2]int
}

// Stability says how far communities are found again when a part of the ties is not on record.
type Stability struct {
	// Community is the mean over runs of the best Jaccard similarity of each community with one of the run's: from 0.75
	// it is stable, 0.6 to 0.75 a pattern whose edge is doubtful, below 0.5 dissolved (Hennig, "Cluster-wise assessment
	// of cluster stability", Computational Statistics & Data Analysis 52 (2007)).
	Community []float64
	// Dissolved is the share of runs in which the best is 0.5 or less.
	Dissolved []float64
	// Node is the mean over runs of the share of the other nodes of its community that a node is still together with; 1
	// for a community of one.
	Node []float64
	// Pair is the share of runs in which each pair asked for is in one community.
	Pair []float64
	// AMI is the mean agreement of the runs with the partition.
	AMI  float64
	Runs int
}

// Stabilities searches again, each run with some ties left out, and compares what it finds with the partition given.
// The result depends only on its arguments. It fails on options out of range and when ctx ends, and panics on a
// partition of another number of nodes or a pair that is no pair of nodes.
func Stabilities(ctx context.Context, g *Graph, p Partition, o StabilityOptions) (Stability, error) {
	if len(p.Of) != g.Len() {
		panic(fmt.Sprintf("graph: stability of a partition of %d nodes in a graph of %d", len(p.Of), g.Len()))
	}
	if o.Runs == 0 {
		o.Runs = 20
	}
	if o.Omit == 0 {
		o.Omit = 0.1
	}
	if o.Runs < 0 || !(o.Omit < 1) {
		return Stability{}, fmt.Errorf("graph: stability over %d runs with %v of the ties left out: give a number of runs above 0 and a share below 1", o.Runs, o.Omit)
	}
	if o.Leiden.Starts == 0 {
		o.Leiden.Starts = max(1, min(4, 4*smallWork/(g.Len()+len(g.heads)+1)))
	}
	of, n := Renumber(p.Of)
	runs := make([]Stability, o.Runs)
	err := sideBySide(o.Runs, func(i int) error {
		run := o.Leiden
		run.Seed += uint64(i) + 1
		less := g
		if o.Omit > 0 {
			var err error
			if less, err = thin(g, o.Omit, rand.New(rand.NewPCG(run.Seed, 1<<32))); err != nil {
				return err
			}
		}
		found, err := Leiden(ctx, less, run)
		if err == nil {
			runs[i] = again(of, n, found, o.Pairs)
		}
		return err
	})
	if err != nil {
		return Stability{}, fmt.Errorf("graph: stability of %d communities: %w", n, err)
	}
	return meanStability(runs), nil
}

// again compares one run with the partition.
func again(of []int, n int, found Partition, pairs [][2]int) Stability {
	t := newTable(of, n, found.Of, found.N)
	s := Stability{Community: make([]float64, n), Dissolved: make([]float64, n), Node: make([]float64, len(of)), Pair: make([]float64, len(pairs)), AMI: t.agreement().AMI}
	for i, p := range pairs {
		if found.Of[p[0]] == found.Of[p[1]] {
			s.Pair[i] = 1
		}
	}
	together := make(map[[2]int]int, len(t.shared))
	for _, c := range t.shared {
		s.Community[c.i] = max(s.Community[c.i], float64(c.n)/float64(t.a[c.i]+t.b[c.j]-c.n))
		together[[2]int{c.i, c.j}] = c.n
	}
	for c, jaccard := range s.Community {
		if jaccard <= 0.5 {
			s.Dissolved[c] = 1
		}
	}
	for v, c := range of {
		s.Node[v] = 1
		if t.a[c] > 1 {
			s.Node[v] = float64(together[[2]int{c, found.Of[v]}]-1) / float64(t.a[c]-1)
		}
	}
	return s
}

func meanStability(runs []Stability) Stability {
	s := runs[0]
	for _, r := range runs[1:] {
		addTo(s.Community, r.Community)
		addTo(s.Dissolved, r.Dissolved)
		addTo(s.Node, r.Node)
		addTo(s.Pair, r.Pair)
		s.AMI += r.AMI
	}
	for _, list := range [][]float64{s.Community, s.Dissolved, s.Node, s.Pair} {
		for i := range list {
			list[i] /= float64(len(runs))
		}
	}
	s.AMI /= float64(len(runs))
	s.Runs = len(runs)
	return s
}

func addTo(sum, x []float64) {
	for i := range x {
		sum[i] += x[i]
	}
}

// thin returns the graph without a share of its ties, each left out by itself.
func thin(g *Graph, share float64, r *rand.Rand) (*Graph, error) {
	var from, to []int32
	var weights []float64
	for v := range int32(g.Len()) {
		for i := g.rows[v]; i < g.rows[v+1]; i++ {
			if w := g.heads[i]; (g.directed || v < w) && r.Float64() >= share {
				from, to, weights = append(from, v), append(to, w), append(weights, g.weights[i])
			}
		}
	}
	return Indexed(g.names, from, to, weights, g.directed)
}
