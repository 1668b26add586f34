package graph

// The dependency of a near node on a source is great and that of a far one small: a node whose neighbour is drawn by
// chance would look far too important. Of each pair of a source and a target, undirected, a node between them therefore
// takes the share 2f(x), where x is its distance from the source over that of the target and f(x) = 3x² - 2x³. As f(x)
// + f(1-x) = 1, the two directions of a pair add up to what they have without, so that the mean over all sources stays;
// its spread falls, for near nodes get next to nothing. Geisberger, Sanders and Schultes, "Better approximation of
// betweenness centrality" (ALENEX 2008), use f(x) = x. A directed pair has one direction only and counts whole.

// drawn is working memory for the dependencies on drawn sources.
type drawn struct {
	even  bool // undirected: both directions of a pair may be drawn
	share []scaledShare
	ends  []int32 // of the nodes reached at each number of ties
}

// scaledShare is what a node hands back to each path that leads to it, over the square and over the cube of the
// distance of the target. Directed, the first alone counts, over nothing.
type scaledShare struct{ square, cube float64 }

func newDrawn(k *skeleton) *drawn {
	return &drawn{even: !k.directed, share: make([]scaledShare, len(k.nodes))}
}

// at is what the distance of a node does to its dependency and to its share.
type at struct{ square, cube, ownSquare, ownCube float64 }

// distance returns the factors at distance x.
func (d *drawn) distance(x float64) at {
	if !d.even {
		return at{square: 1, ownSquare: 1}
	}
	xx := float64(x * x)
	return at{square: 6 * xx, cube: float64(4*xx) * x, ownSquare: 1 / xx, ownCube: 1 / float64(xx*x)}
}

// dependency is that of a node with the given shares behind it, to which paths lead.
func (f at) dependency(s scaledShare, paths float64) float64 {
	return max(0, float64(paths*(float64(f.square*s.square)-float64(f.cube*s.cube))))
}

// with adds the node itself to its shares.
func (f at) with(s scaledShare, own float64) scaledShare {
	return scaledShare{s.square + float64(own*f.ownSquare), s.cube + float64(own*f.ownCube)}
}

// collect adds the scaled dependencies on the i-th source, s, to the first half of sum and their squares to the second.
func (d *drawn) collect(b *byBreadth, i int, s int32, sum []float64) {
	paths, share, squares := b.paths, d.share, sum[len(b.paths):]
	order := d.count(b, i, s)
	end := len(order)
	for level := len(d.ends) - 1; level >= 0; level-- {
		first := 0
		if level > 0 {
			first = int(d.ends[level-1])
		}
		f := d.distance(float64(level + 1))
		for _, v := range order[first:end] {
			x := f.dependency(share[v], paths[v])
			sum[v] += x
			squares[v] += float64(x * x)
			share[v] = f.with(share[v], b.g.weight[v]/paths[v])
		}
		end = first
		steps := b.level(i, level)
		for j := len(steps) - 1; j >= 0; j-- {
			e := steps[j]
			behind, here := share[e.to], &share[e.from]
			here.square += behind.square
			here.cube += behind.cube
		}
	}
	for _, v := range order {
		paths[v], share[v] = 0, scaledShare{}
	}
	paths[s], share[s] = 0, scaledShare{}
}

// count counts paths level by level and notes where the nodes of each level end.
func (d *drawn) count(b *byBreadth, i int, s int32) []int32 {
	b.paths[s] = 1
	d.ends = d.ends[:0]
	t := 0
	for level := 0; len(b.level(i, level)) > 0; level++ {
		t += b.count(b.level(i, level), b.far[t:])
		d.ends = append(d.ends, int32(t))
	}
	return b.far[:t]
}
