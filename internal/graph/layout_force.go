package graph

import (
	"math"
	"runtime"
)

// forces is one level of a component and the state of ForceAtlas2 on it.
type forces struct {
	l         *level
	mass      []float64
	at        []Point
	force     []Point
	before    []Point
	t         tree
	speed     float64
	efficient float64
}

const (
	// gravity draws every node to the middle, in units of its mass.
	gravity = 0.5
	// jitter is how much swing is borne before the speed falls.
	jitter = 1.0
)

func newForces(l *level, mass []float64, at []Point) *forces {
	n := len(at)
	return &forces{l: l, mass: mass, at: at, force: make([]Point, n), before: make([]Point, n), speed: 1, efficient: 1}
}

// step moves all nodes once. Nodes are worked on in blocks side by side, each by itself.
func (f *forces) step() {
	n := len(f.at)
	f.force, f.before = f.before, f.force
	f.t.build(f.at, f.mass)
	blocks := min(n, 4*runtime.GOMAXPROCS(0))
	_ = sideBySide(blocks, func(b int) error {
		for i := b * n / blocks; i < (b+1)*n/blocks; i++ {
			f.sum(i)
		}
		return nil
	})
	f.advance()
}

// sum adds the forces on the i-th node of the tree's order.
func (f *forces) sum(i int) {
	v := f.t.keys[i].node
	p := f.at[v]
	fx, fy := f.t.push(i)
	if d := math.Sqrt(float64(p.X*p.X) + float64(p.Y*p.Y)); d > 0 {
		g := gravity * f.mass[v] / d
		fx -= float64(g * p.X)
		fy -= float64(g * p.Y)
	}
	for k := f.l.rows[v]; k < f.l.rows[v+1]; k++ {
		q, w := f.at[f.l.heads[k]], f.l.weights[k]
		dx, dy := q.X-p.X, q.Y-p.Y
		// Attraction is the square root of the distance: between ForceAtlas2's distance, which mixes communities, and
		// LinLog's constant, which draws each together to a point.
		w /= math.Sqrt(length(dx, dy) + 1e-9)
		fx += float64(w * dx)
		fy += float64(w * dy)
	}
	f.force[v] = Point{fx, fy}
}

// advance moves each node by its force times a speed that falls where the force swings to and fro, and sets the common
// speed by how much of all movement is swing (Jacomy et al. 2014).
func (f *forces) advance() {
	n := float64(len(f.at))
	swing, traction := 0.0, 0.0
	for v, m := range f.mass {
		a, b := f.force[v], f.before[v]
		swing += float64(m * length(a.X-b.X, a.Y-b.Y))
		traction += float64(m * length(a.X+b.X, a.Y+b.Y) / 2)
	}
	if traction == 0 {
		return
	}
	if swing == 0 {
		swing = 1e-12 * traction
	}
	best := 0.05 * math.Sqrt(n)
	tolerance := jitter * max(math.Sqrt(best), min(10, best*traction/(n*n)))
	if swing/traction > 2 {
		if f.efficient > 0.05 {
			f.efficient *= 0.5
		}
		tolerance = max(tolerance, jitter)
	}
	target := tolerance * f.efficient * traction / swing
	if swing > tolerance*traction {
		if f.efficient > 0.05 {
			f.efficient *= 0.7
		}
	} else if f.speed < 1000 {
		f.efficient *= 1.3
	}
	f.speed += min(target-f.speed, 0.5*f.speed)
	for v := range f.at {
		a, b := f.force[v], f.before[v]
		own := float64(f.mass[v] * length(a.X-b.X, a.Y-b.Y))
		move := f.speed / (1 + math.Sqrt(float64(f.speed*own)))
		f.at[v].X += float64(move * a.X)
		f.at[v].Y += float64(move * a.Y)
	}
}

func length(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }
