package graph

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Point is a place in the unit square, y downwards or upwards as the reader likes.
type Point struct{ X, Y float64 }

// LayoutOptions steer a layout. The zero value is good for a few hundred nodes.
type LayoutOptions struct {
	Seed uint64
	// Iterations is the number of sweeps over all pairs of nodes; 0 means 300 for small components, falling to 30.
	Iterations int
}

const (
	// maxSweeps and minSweeps bound the sweeps when the caller leaves them open, and sweepPairs their work: 300
	// sweeps straighten a small drawing, 30 are enough for a shape.
	maxSweeps, minSweeps, sweepPairs = 300, 30, 6_000_000
	// maxPairs bounds the pairs of nodes whose distance is drawn: all of them up to 2,800 nodes in a component,
	// above it those with randomly chosen nodes.
	maxPairs = 4_000_000
	// gap is the space around a component, in lengths of a tie.
	gap = 1.0
)

// Layout places the nodes in the unit square so that distances on paper follow distances in the graph (stress, by
// stochastic gradient descent: Zheng, Pawar & Goodman, "Graph Drawing by Stochastic Gradient Descent", IEEE TVCG 25
// (2019)). Each component is drawn by itself at the same scale, turned so that it is wider than high, and the
// components are set in rows, the largest first, so that isolated nodes stay near. Weights and directions are not
// used. The result has one point a node and depends only on the graph and the options.
func Layout(g *Graph, o LayoutOptions) []Point {
	points := make([]Point, g.Len())
	var parts [][]int32
	for v, c := range Components(g) {
		for len(parts) <= c {
			parts = append(parts, nil)
		}
		parts[c] = append(parts[c], int32(v))
	}
	l := &layouter{g: g, points: points, place: make([]int32, g.Len()), r: rand.New(rand.NewPCG(o.Seed, 0)), sweeps: o.Iterations}
	boxes := make([]box, len(parts))
	for i, nodes := range parts {
		l.spread(nodes)
		l.turn(nodes)
		boxes[i] = l.measure(nodes)
	}
	l.pack(parts, boxes)
	return points
}

type layouter struct {
	g      *Graph
	points []Point
	place  []int32 // of a node in its component
	r      *rand.Rand
	sweeps int
}

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
	decay := math.Log(0.1/(far*far)) / float64(max(1, sweeps-1))
	for k := range sweeps {
		step := far * far * math.Exp(decay*float64(k))
		l.r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		for _, p := range pairs {
			l.relax(p, step)
		}
	}
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
	n := len(nodes)
	for i, v := range nodes {
		l.place[v] = int32(i)
	}
	sources := slices.Clone(nodes)
	all := n*(n-1)/2 <= maxPairs
	if !all {
		l.r.Shuffle(n, func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
		sources = sources[:max(1, maxPairs/n)]
		for _, v := range nodes {
			for _, w := range l.g.heads[l.g.rows[v]:l.g.rows[v+1]] {
				pairs = append(pairs, pair{v, w, 1})
			}
		}
	}
	level := make([]int32, n)
	var queue []int32
	for _, s := range sources {
		queue = l.levels(s, level, queue)
		for _, v := range queue[1:] {
			d := level[l.place[v]]
			far = max(far, float64(d))
			if !all || v > s {
				pairs = append(pairs, pair{s, v, float64(d)})
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

// turn moves a component's centre to the origin and its longest extent to the horizontal.
func (l *layouter) turn(nodes []int32) {
	var cx, cy, xx, xy, yy float64
	for _, v := range nodes {
		cx, cy = cx+l.points[v].X, cy+l.points[v].Y
	}
	n := float64(len(nodes))
	for _, v := range nodes {
		p := &l.points[v]
		p.X, p.Y = p.X-cx/n, p.Y-cy/n
		xx, xy, yy = xx+float64(p.X*p.X), xy+float64(p.X*p.Y), yy+float64(p.Y*p.Y)
	}
	sin, cos := math.Sincos(0.5 * math.Atan2(2*xy, xx-yy))
	for _, v := range nodes {
		p := l.points[v]
		l.points[v] = Point{float64(p.X*cos) + float64(p.Y*sin), float64(p.Y*cos) - float64(p.X*sin)}
	}
}

// box is what a component takes up, and where it is put.
type box struct{ x, y, w, h, atX, atY float64 }

func (l *layouter) measure(nodes []int32) box {
	lo, hi := l.points[nodes[0]], l.points[nodes[0]]
	for _, v := range nodes {
		p := l.points[v]
		lo = Point{min(lo.X, p.X), min(lo.Y, p.Y)}
		hi = Point{max(hi.X, p.X), max(hi.Y, p.Y)}
	}
	return box{x: lo.X - gap/2, y: lo.Y - gap/2, w: hi.X - lo.X + gap, h: hi.Y - lo.Y + gap}
}

// pack sets the components in rows, the highest first, and scales the whole to the unit square.
func (l *layouter) pack(parts [][]int32, boxes []box) {
	order := make([]int, len(boxes))
	area, widest := 0.0, 0.0
	for i, b := range boxes {
		order[i] = i
		area += float64(b.w * b.h)
		widest = max(widest, b.w)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(boxes[j].h, boxes[i].h) })
	limit := max(widest, math.Sqrt(area)*1.1)
	var x, y, rowH, width float64
	for _, i := range order {
		b := &boxes[i]
		if x > 0 && x+b.w > limit {
			x, y, rowH = 0, y+rowH, 0
		}
		b.atX, b.atY = x, y
		x += b.w
		rowH, width = max(rowH, b.h), max(width, x)
	}
	side := max(width, y+rowH)
	offX, offY := (side-width)/2, (side-y-rowH)/2
	for i, nodes := range parts {
		b := boxes[i]
		for _, v := range nodes {
			p := &l.points[v]
			p.X = min(1, max(0, (p.X-b.x+b.atX+offX)/side))
			p.Y = min(1, max(0, (p.Y-b.y+b.atY+offY)/side))
		}
	}
}
