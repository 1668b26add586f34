package density

import (
	"context"
	"math"
)

// Options of HDBSCAN. Only MinPoints must be given.
type Options struct {
	// MinPoints is the weight within the core distance, the point itself counted; from 2 upwards.
	MinPoints float64
	// MinWeight is the least weight of a cluster; MinPoints when zero.
	MinWeight float64
	// MaxWeight, when not zero, keeps a heavier cluster that has parts from being chosen, so that its parts are.
	MaxWeight float64
	// MinDistance, when not zero, joins clusters that are apart only at smaller distances.
	MinDistance float64
}

// Cluster is one cluster of HDBSCAN.
type Cluster struct {
	// Points is their number, Weight their weight, First the first of them.
	Points int
	Weight float64
	First  int
	// Distance is the mutual reachability distance at which the cluster parts from its neighbours.
	Distance float64
	// Stability is the excess of mass: the sum over the weight of the cluster of 1/distance at which it leaves less
	// 1/Distance. It is +Inf where points of enough weight lie on one place.
	Stability float64
	// Persistence is the stability as a share of what it would be if all weight stayed to the greatest density: 0 to 1.
	Persistence float64
}

// Result is what HDBSCAN finds. Label, Probability and Outlier are by point, Clusters by label.
type Result struct {
	// Label is the cluster of each point, or Noise.
	Label []int
	// Probability is how far into its cluster a point stays: the density at which it leaves as a share of the
	// greatest of the cluster; 0 for noise.
	Probability []float64
	// Outlier is the global-local outlier score (GLOSH; Campello and others 2015): 0 in the densest part of the
	// surroundings, towards 1 far from it.
	Outlier  []float64
	Clusters []Cluster
}

// HDBSCAN finds clusters over all distances (Campello, Moulavi and Sander 2013): the minimum spanning tree of mutual
// reachability distances, the tree of components condensed to those of at least MinWeight, and of these the set with
// the greatest excess of mass; the root, all points together, is never a cluster. Components that join at equal
// distances join at once; a point that several clusters reach at once goes to the one of its nearest neighbour.
//
// A place with points of at least MinPoints has core distance 0, and one with at least MinWeight is a cluster of
// infinite stability, as with R's dbscan and scikit-learn: whoever means addresses rather than the people at them gives
// one point for each position, or caps its weight.
//
// It fails on a point without a position or a positive weight, on options out of range, and when ctx ends.
func HDBSCAN(ctx context.Context, p Points, o Options) (Result, error) {
	if o.MinWeight == 0 {
		o.MinWeight = o.MinPoints
	}
	if err := checkLeast("the least number of points", o.MinPoints, 2); err != nil {
		return Result{}, err
	}
	if err := checkLeast("the least weight of a cluster", o.MinWeight, 2); err != nil {
		return Result{}, err
	}
	s, err := p.collapse()
	if err != nil {
		return Result{}, err
	}
	r := Result{Label: make([]int, p.Len()), Probability: make([]float64, p.Len()), Outlier: make([]float64, p.Len())}
	for i := range r.Label {
		r.Label[i] = Noise
	}
	if len(s.places) < 2 {
		return r, ctx.Err()
	}
	t := newTree(s.places)
	core, err := t.cores(ctx, o.MinPoints)
	if err != nil {
		return Result{}, err
	}
	if math.IsInf(core[0], 1) { // all together weigh too little
		return r, nil
	}
	edges, err := t.mst(ctx, core)
	if err != nil {
		return Result{}, err
	}
	c := newDendrogram(t, core, edges, s.unit, o.MinWeight).condense()
	r.fill(p, s, t, c, c.choose(o))
	return r, nil
}

// fill carries what the branches say to the points.
func (r *Result) fill(p Points, s scaled, t *tree, c condensed, chosen []bool) {
	label, branches := make([]int, len(c.branches)), []int{}
	for i := range c.branches {
		label[i] = Noise
		if chosen[i] {
			label[i] = len(branches)
			branches = append(branches, i)
		} else if i > 0 {
			label[i] = label[c.branches[i].parent]
		}
	}
	for i, pl := range s.of {
		slot := t.slot[pl]
		b := &c.branches[c.of[slot]]
		r.Label[i] = label[c.of[slot]]
		r.Outlier[i] = 1 - ratio(c.density[slot], b.densest)
		if l := r.Label[i]; l != Noise {
			r.Probability[i] = ratio(c.density[slot], c.branches[branches[l]].densest)
		}
	}
	r.Clusters = make([]Cluster, len(branches))
	for old, l := range number(r.Label, p, len(branches)) {
		b := &c.branches[branches[old]]
		k := &r.Clusters[l]
		k.First, k.Distance, k.Stability, k.Persistence = -1, 1/b.birth, b.stability, 1
		if share := b.stability / (b.weight * (b.densest - b.birth)); share < 1 {
			k.Persistence = share
		}
	}
	for i, l := range r.Label {
		if l == Noise {
			continue
		}
		k := &r.Clusters[l]
		if k.First < 0 {
			k.First = i
		}
		k.Points++
		if p.Weight == nil {
			k.Weight++
		} else {
			k.Weight += p.Weight[i]
		}
	}
}

// ratio is a/b for densities of which a is at most b and either may be infinite.
func ratio(a, b float64) float64 {
	if a >= b {
		return 1
	}
	return a / b
}
