package graph

import "math"

const (
	// maxSweeps and minSweeps bound the sweeps when the caller leaves them open, and sweepPairs their work: 300
	// sweeps straighten a small drawing, 30 are enough for a shape.
	maxSweeps, minSweeps, sweepPairs = 300, 30, 6_000_000
)

// pair is two nodes and their distance in ties.
type pair struct {
	a, b int32
	d    float64
}

// spread draws one component around the origin, with ties about one long.
func (l *layouter) spread(nodes []int32) {
	size := math.Sqrt(float64(len(nodes)))
	for _, v := range nodes {
		l.points[v] = Point{size * (l.r.Float64() - 0.5), size * (l.r.Float64() - 0.5)}
	}
	if len(nodes) < 2 {
		l.points[nodes[0]] = Point{}
		return
	}
	pairs, far := l.pairs(nodes)
	// The step falls from the weight of the farthest pair's correction to a tenth of that of a tie.
	sweeps := l.sweeps
	if sweeps <= 0 {
		sweeps = min(maxSweeps, max(minSweeps, sweepPairs/len(pairs)))
	}
	fall := root(0.1/(far*far), max(1, sweeps-1))
	step := far * far
	for range sweeps {
		l.r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		for _, p := range pairs {
			l.relax(p, step)
		}
		step *= fall
	}
}

// root returns the n-th root of a number from 0 to 1 by halving, with products only: exponentials differ in the last
// bit from processor to processor, and the drawing would differ much.
func root(x float64, n int) float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		middle, power := (lo+hi)/2, 1.0
		for range n {
			power *= middle
		}
		if power < x {
			lo = middle
		} else {
			hi = middle
		}
	}
	return hi
}

// relax moves two nodes towards their distance. The products are rounded one by one (no fused operations), so that
// every processor gives the same bits.
func (l *layouter) relax(p pair, step float64) {
	a, b := &l.points[p.a], &l.points[p.b]
	dx, dy := a.X-b.X, a.Y-b.Y
	dist := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	if dist < 1e-9 {
		dx, dy, dist = 1e-9, 0, 1e-9
	}
	mu := min(1, step/float64(p.d*p.d))
	m := float64(mu*(dist-p.d)) / float64(2*dist)
	mx, my := float64(m*dx), float64(m*dy)
	a.X, a.Y, b.X, b.Y = a.X-mx, a.Y-my, b.X+mx, b.Y+my
}

// pairs lists the pairs of nodes with their distances, and the greatest distance.
func (l *layouter) pairs(nodes []int32) (pairs []pair, far float64) {
	for i, v := range nodes {
		l.place[v] = int32(i)
	}
	level := make([]int32, len(nodes))
	var queue []int32
	for _, s := range nodes {
		queue = l.levels(s, level, queue)
		for _, v := range queue[1:] {
			d := float64(level[l.place[v]])
			far = max(far, d)
			if v > s {
				pairs = append(pairs, pair{s, v, d})
			}
		}
	}
	return pairs, far
}

// levels fills in the distance of every node of the component from s, without regard to direction, and returns the
// nodes in the order of the visit.
func (l *layouter) levels(s int32, level, queue []int32) []int32 {
	for i := range level {
		level[i] = -1
	}
	queue = append(queue[:0], s)
	level[l.place[s]] = 0
	g := l.g
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		for _, row := range [2][]int32{g.heads[g.rows[v]:g.rows[v+1]], g.tails[g.back[v]:g.back[v+1]]} {
			for _, w := range row {
				if level[l.place[w]] < 0 {
					level[l.place[w]] = level[l.place[v]] + 1
					queue = append(queue, w)
				}
			}
		}
	}
	return queue
}
