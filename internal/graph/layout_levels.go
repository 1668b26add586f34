package graph

import (
	"math"
	"math/rand/v2"
)

const (
	// fewest is the number of parts at which coarsening ends.
	fewest = 40
	// stepsTop, stepsBetween and stepsLast are the steps on the coarsest graph, those between and the component itself.
	stepsTop, stepsBetween, stepsLast = 400, 100, 200
)

// stage is a component seen coarsely: the part of the next stage that each node is in.
type stage struct {
	l    *level
	mass []float64
	up   []int32
}

// push draws one component by forces, from coarse to fine, around the origin, with about one node a unit of area.
func (l *layouter) push(nodes []int32) error {
	stages, err := l.coarsen(l.component(nodes))
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(l.seed, uint64(nodes[0])))
	at := scatter(len(stages[len(stages)-1].mass), r)
	for i := len(stages) - 1; i >= 0; i-- {
		s := stages[i]
		steps := stepsBetween
		switch {
		case i == 0:
			steps = stepsLast
		case i == len(stages)-1:
			steps = stepsTop
		}
		if l.sweeps > 0 {
			steps = min(steps, 2*l.sweeps)
		}
		f := newForces(s.l, s.mass, at)
		for range steps {
			if err := l.ctx.Err(); err != nil {
				return err
			}
			f.step()
		}
		if i > 0 {
			at = unfold(stages[i-1], s, at, r)
		}
	}
	l.settle(nodes, at)
	return nil
}

// component returns a component as a level.
func (l *layouter) component(nodes []int32) *level {
	for i, v := range nodes {
		l.place[v] = int32(i)
	}
	c := &level{rows: make([]int32, 1, len(nodes)+1), loop: make([]float64, len(nodes)), out: make([]float64, len(nodes))}
	c.in = c.out
	g := l.g
	for i, v := range nodes {
		rows := [][]int32{g.heads[g.rows[v]:g.rows[v+1]]}
		if g.directed {
			rows = append(rows, g.tails[g.back[v]:g.back[v+1]])
		}
		for _, row := range rows {
			for _, w := range row {
				c.heads, c.weights = append(c.heads, l.place[w]), append(c.weights, 1)
				c.out[i]++
				c.total++
			}
		}
		c.rows = append(c.rows, int32(len(c.heads)))
	}
	c.arcs = c.total
	return c
}

// coarsen joins nodes into the well connected parts of Leiden's first step, again and again.
func (l *layouter) coarsen(c *level) ([]stage, error) {
	mass := make([]float64, c.len())
	for v := range mass {
		mass[v] = c.out[v] + 1
	}
	stages := []stage{{l: c, mass: mass}}
	s := newLeiden(l.ctx, c, 1, l.seed, 1)
	for c.len() > fewest {
		comm := identity(c.len())
		k, err := s.move(c, comm)
		if err != nil {
			return nil, err
		}
		up, parts, err := s.refine(c, comm, k)
		if err != nil {
			return nil, err
		}
		if 10*parts > 9*c.len() {
			break
		}
		stages[len(stages)-1].up = up
		c = s.aggregate(c, up, parts)
		coarse := make([]float64, parts)
		for v, p := range up {
			coarse[p] += mass[v]
		}
		mass = coarse
		stages = append(stages, stage{l: c, mass: mass})
	}
	return stages, nil
}

// scatter places nodes in a disc by chance.
func scatter(n int, r *rand.Rand) []Point {
	at := make([]Point, n)
	for i := range at {
		at[i] = inDisc(r, 10*math.Sqrt(float64(n)))
	}
	return at
}

func inDisc(r *rand.Rand, radius float64) Point {
	for {
		x, y := float64(2*r.Float64())-1, float64(2*r.Float64())-1
		if float64(x*x)+float64(y*y) <= 1 {
			return Point{radius * x, radius * y}
		}
	}
}

// unfold places the nodes of a finer stage around their part, in a disc of the share of the drawing that the part's
// mass has.
func unfold(fine, coarse stage, at []Point, r *rand.Rand) []Point {
	total, spread := 0.0, 0.0
	for p, m := range coarse.mass {
		total += m
		spread += float64(m * (float64(at[p].X*at[p].X) + float64(at[p].Y*at[p].Y)))
	}
	radius := math.Sqrt(2 * spread / total) // of a disc with this spread
	out := make([]Point, len(fine.mass))
	for v, p := range fine.up {
		d := inDisc(r, 0.7*radius*math.Sqrt(coarse.mass[p]/total))
		out[v] = Point{at[p].X + d.X, at[p].Y + d.Y}
	}
	return out
}

// settle scales a component to about one node a unit of area.
func (l *layouter) settle(nodes []int32, at []Point) {
	n := float64(len(at))
	var cx, cy, spread float64
	for _, p := range at {
		cx, cy = cx+p.X/n, cy+p.Y/n
	}
	for _, p := range at {
		x, y := p.X-cx, p.Y-cy
		spread += (float64(x*x) + float64(y*y)) / n
	}
	scale := math.Sqrt(n / (2 * math.Pi * max(spread, 1e-18)))
	for i, v := range nodes {
		l.points[v] = Point{scale * (at[i].X - cx), scale * (at[i].Y - cy)}
	}
}
