package graph

import (
	"math"
	"slices"
)

const (
	// apartSweeps bounds the sweeps of moving apart.
	apartSweeps = 100
	// room is the distance of two nodes that touch, in sums of their radii.
	room = 1.4
	// mostCells bounds the cells of the grid, by side.
	mostCells = 1000
)

// apart moves nodes that overlap away from each other, half each, until none do, scales the whole back into the square
// and returns the radii at that scale. Where so many lie on one another that the sweeps do not part them, the rest
// stays.
func apart(at []Point, radius []float64) []float64 {
	if len(at) < 2 || !(slices.Max(radius) > 0) {
		return radius
	}
	s := spacer{at: at, radius: radius, cell: make([]int32, len(at)), order: make([]int32, len(at))}
	for range apartSweeps {
		s.sort()
		if !s.sweep() {
			break
		}
	}
	side := fit(at)
	scaled := make([]float64, len(radius))
	for v, r := range radius {
		scaled[v] = r / side
	}
	return scaled
}

// spacer is a grid over points, with cells at least as wide as two nodes that touch.
type spacer struct {
	at     []Point
	radius []float64
	side   int32 // cells a side
	cell   []int32
	start  []int32 // of each cell's points in order
	order  []int32
}

// sort deals the points to the cells.
func (s *spacer) sort() {
	lo, hi := bounds(s.at)
	wide := max(2*room*slices.Max(s.radius), max(hi.X-lo.X, hi.Y-lo.Y)/mostCells, 1e-12)
	s.side = int32(max(hi.X-lo.X, hi.Y-lo.Y)/wide) + 1
	s.start = slices.Grow(s.start[:0], int(s.side*s.side)+1)[:s.side*s.side+1]
	clear(s.start)
	for v, p := range s.at {
		s.cell[v] = int32((p.Y-lo.Y)/wide)*s.side + int32((p.X-lo.X)/wide)
		s.start[s.cell[v]+1]++
	}
	for c := range s.side * s.side {
		s.start[c+1] += s.start[c]
	}
	next := slices.Clone(s.start)
	for v, c := range s.cell {
		s.order[next[c]] = int32(v)
		next[c]++
	}
}

// sweep goes over all near pairs once and reports whether any overlapped.
func (s *spacer) sweep() bool {
	moved := false
	for v, c := range s.cell {
		x, y := c%s.side, c/s.side
		for row := max(0, y-1); row <= min(s.side-1, y+1); row++ {
			from, to := s.start[row*s.side+max(0, x-1)], s.start[row*s.side+min(s.side-1, x+1)+1]
			for _, w := range s.order[from:to] {
				if int(w) > v && s.part(v, int(w)) {
					moved = true
				}
			}
		}
	}
	return moved
}

// part moves two nodes to their distance, if they are nearer, and reports whether they were.
func (s *spacer) part(v, w int) bool {
	a, b, least := &s.at[v], &s.at[w], room*(s.radius[v]+s.radius[w])
	dx, dy := b.X-a.X, b.Y-a.Y
	if dx > least || dx < -least || dy > least || dy < -least {
		return false
	}
	d := length(dx, dy)
	if d >= least*0.99 {
		return false
	}
	push := (least - d) / 2
	if d < 1e-9 { // on one another: each pair its own direction
		dx = float64((v*31+w*17)%201)/100 - 1
		dy = math.Sqrt(1 - float64(dx*dx))
	} else {
		push /= d
	}
	a.X, a.Y = a.X-float64(push*dx), a.Y-float64(push*dy)
	b.X, b.Y = b.X+float64(push*dx), b.Y+float64(push*dy)
	return true
}

func bounds(at []Point) (lo, hi Point) {
	lo, hi = at[0], at[0]
	for _, p := range at {
		lo = Point{min(lo.X, p.X), min(lo.Y, p.Y)}
		hi = Point{max(hi.X, p.X), max(hi.Y, p.Y)}
	}
	return lo, hi
}

// fit scales points into the unit square when some lie outside, and returns the side that became one.
func fit(at []Point) (side float64) {
	lo, hi := bounds(at)
	lo, hi = Point{min(0, lo.X), min(0, lo.Y)}, Point{max(1, hi.X), max(1, hi.Y)}
	side = max(hi.X-lo.X, hi.Y-lo.Y)
	for i, p := range at {
		at[i] = Point{min(1, max(0, (p.X-lo.X)/side)), min(1, max(0, (p.Y-lo.Y)/side))}
	}
	return side
}
