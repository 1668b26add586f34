package graph

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// SampleOptions say how betweenness is estimated. Epsilon, Relative and Confidence have defaults where they are 0.
type SampleOptions struct {
	// Weighted and Normalised are as in BetweennessOptions.
	Weighted, Normalised bool
	// Seed fixes the draw: the same seed gives the same values.
	Seed uint64
	// Pivots is the number of sources drawn; 0 draws until both Epsilon and Relative are met, or all nodes are drawn.
	Pivots int
	// Epsilon is the greatest error wanted of any value, as a share of the pairs (the normalised scale); 0.05 if 0.
	Epsilon float64
	// Relative is the standard error wanted of the ten highest values, as a share of the value, root mean square of the
	// ten; 0.05 if 0.
	Relative float64
	// Confidence is the probability that all errors are below the bound returned; 0.95 if 0.
	Confidence float64
}

// Sampled is an estimate of betweenness.
type Sampled struct {
	// Values has one value a node, on the scale that was asked for; unbiased.
	Values []float64
	// StdErr is the standard error of each value, 0 where a value is exact: on a tree, or when every node was a pivot.
	StdErr []float64
	// Pivots is the number of sources drawn, of Of.
	Pivots, Of int
	// Epsilon bounds the error of all values at once, with probability Confidence, as a share of the pairs.
	Epsilon, Confidence float64
	// Relative is the standard error of the ten highest values, as a share of the value, root mean square of the ten.
	Relative float64
}

// BetweennessSampled estimates betweenness from the shortest paths of sources drawn at random without replacement
// (Brandes and Pich, "Centrality estimation in large networks", International Journal of Bifurcation and Chaos 17,
// 2007), with the scaling of drawn.go where ties have no direction; strided or chosen pivots would be biased. Pairs on
// hanging trees are exact. The bound on the error holds for all nodes at once: for each the best of
// Hoeffding-Serfling's, the empirical Bernstein-Serfling (Bardenet and Maillard, "Concentration inequalities for sampling
// without replacement", Bernoulli 21, 2015) and an empirical Bernstein inequality, the risk divided over them, the nodes
// and the times that the draw looked whether to go on. Same options, same bits, on any number of processors. It fails
// when ctx ends, on a confidence that is not between 0 and 1 and as Betweenness does.
func BetweennessSampled(ctx context.Context, g *Graph, o SampleOptions) (Sampled, error) {
	o.Epsilon, o.Relative, o.Confidence = orElse(o.Epsilon, 0.05), orElse(o.Relative, 0.05), orElse(o.Confidence, 0.95)
	if !(o.Confidence > 0 && o.Confidence < 1) || !(o.Epsilon > 0) || !(o.Relative > 0) || o.Pivots < 0 {
		return Sampled{}, fmt.Errorf("graph: sample with epsilon %v, relative error %v, confidence %v and %d pivots: "+
			"give errors above 0 and a confidence between 0 and 1", o.Epsilon, o.Relative, o.Confidence, o.Pivots)
	}
	s := newSampler(g, o)
	for {
		want := min(s.n, o.Pivots)
		if o.Pivots == 0 {
			want = min(s.n, max(firstLook, s.drawn+s.drawn/2))
		}
		if err := s.draw(ctx, want); err != nil {
			return Sampled{}, fmt.Errorf("graph: betweenness of %d nodes stopped: %w", g.Len(), err)
		}
		out, err := s.estimate()
		if err != nil || s.drawn >= s.n || o.Pivots > 0 || out.Epsilon <= o.Epsilon && out.Relative <= o.Relative {
			return out, err
		}
	}
}

func orElse(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

// firstLook is the number of pivots after which a draw first looks whether to go on; later it looks when there
// are half as many more.
const firstLook = 200

// sampler is a draw under way.
type sampler struct {
	g     *Graph
	o     SampleOptions
	k     *skeleton
	n     int
	order []int32 // nodes in the order of the draw
	drawn int
	// sums and squares of the dependencies, by node that stays.
	sums, squares []float64
	looks         float64
	reach         float64 // nodes that a dependency can count at most
}

func newSampler(g *Graph, o SampleOptions) *sampler {
	s := &sampler{g: g, o: o, k: newSkeleton(g, o.Weighted), n: g.Len(), looks: 1}
	s.sums, s.squares = make([]float64, len(s.k.nodes)), make([]float64, len(s.k.nodes))
	r := rand.New(rand.NewPCG(o.Seed, 0))
	for _, v := range r.Perm(s.n) {
		s.order = append(s.order, int32(v))
	}
	if o.Pivots == 0 {
		for n := firstLook; n < s.n; n += n / 2 {
			s.looks++
		}
	}
	size := make([]float64, s.n)
	for _, c := range Components(g) {
		size[c]++
		s.reach = max(s.reach, size[c]-2)
	}
	if !g.directed {
		s.reach *= 2 // as drawn scales them
	}
	return s
}

// draw takes pivots until there are want.
func (s *sampler) draw(ctx context.Context, want int) error {
	start, n := s.drawn, len(s.sums)
	s.drawn = want
	// Sources that lie close are searched from together.
	slices.SortFunc(s.order[start:want], func(a, b int32) int { return int(s.k.root[a]) - int(s.k.root[b]) })
	source := func(i int) (int32, float64) { return s.k.root[s.order[start+i]], 1 }
	return dependencies(ctx, s.k, want-start, source, func(_ int, part []float64) {
		for v := range n {
			s.sums[v] += part[v]
			s.squares[v] += part[n+v]
		}
	}, true)
}

// estimate scales what was drawn to all sources and bounds the error.
func (s *sampler) estimate() (Sampled, error) {
	out := Sampled{Pivots: s.drawn, Of: s.n, Confidence: s.o.Confidence, StdErr: make([]float64, s.n)}
	n, k := float64(s.n), float64(s.drawn)
	scale := BetweennessOptions{Normalised: s.o.Normalised}.scale(s.g)
	sums := make([]float64, len(s.sums))
	if s.drawn > 0 {
		for v, x := range s.sums {
			sums[v] = x * n / k
		}
	}
	var err error
	if out.Values, err = s.k.values(s.g, sums, scale); err != nil || s.drawn >= s.n {
		return out, err
	}
	for v, node := range s.k.nodes {
		mean := s.sums[v] / k
		variance := max(0, s.squares[v]/k-float64(mean*mean))
		out.StdErr[node] = float64(scale*n) * math.Sqrt(variance/max(1, k-1)*(1-k/n))
		out.Epsilon = max(out.Epsilon, s.bound(math.Sqrt(variance)))
	}
	out.Epsilon = min(1, out.Epsilon*n/max(1, (n-1)*(n-2)))
	out.Relative = relative(out.Values, out.StdErr)
	return out, nil
}

// bound is the greatest error of the mean of dependencies with the given deviation, at the confidence asked for.
func (s *sampler) bound(deviation float64) float64 {
	n, k := float64(s.n), float64(s.drawn)
	left := min(1-(k-1)/n, (1-k/n)*(1+1/k)) // what sampling without replacement leaves of the variance
	risk := (1 - s.o.Confidence) / (3 * n * s.looks)
	hoeffding := s.reach * math.Sqrt(left*math.Log(2/risk)/(2*k))
	log := math.Log(10 / risk)
	serfling := float64(deviation*math.Sqrt(2*left*log/k)) + float64((7.0/3+3/math.Sqrt2)*s.reach*log)/k
	// Bernstein's inequality for the mean, which holds a fortiori without replacement (Hoeffding 1963, section 6), with
	// the deviation that the sample's own allows: its lower tail, by Bernstein for squares, and Hoeffding for the mean.
	log = math.Log(5 / risk)
	above := deviation + float64((1/math.Sqrt2+1)*s.reach*math.Sqrt(log/k))
	bernstein := float64(above*math.Sqrt(2*log/k)) + float64(s.reach*log)/(3*k)
	return min(hoeffding, serfling, bernstein)
}

// relative is the root mean square of the standard errors of the ten highest values, as shares of the value.
func relative(values, errors []float64) float64 {
	order := make([]int, len(values))
	for v := range order {
		order[v] = v
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	squares, n := 0.0, 0.0
	for _, v := range order[:min(10, len(order))] {
		if values[v] > 0 {
			r := errors[v] / values[v]
			squares += float64(r * r)
			n++
		}
	}
	return math.Sqrt(squares / max(1, n))
}
