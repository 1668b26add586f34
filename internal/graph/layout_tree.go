package graph

import (
	"cmp"
	"math"
	"slices"
)

const (
	// leafSize is the number of points up to which a square is not parted.
	leafSize = 8
	// depth bounds the parting: 2^15 squares a side.
	depth = 15
	// opening is the ratio of side to distance above which a square is looked into.
	opening = 1.0
)

// tree is a quadtree over points with masses (Barnes & Hut, Nature 324 (1986)), its squares in the order of a walk
// down first, so that a walk needs no stack.
type tree struct {
	keys   []key
	x, y   []float64 // of the points in the order of keys
	mass   []float64
	square []square
}

type key struct {
	code uint32
	node int32
}

type square struct {
	x, y, mass float64 // centre of mass
	side       float64 // times itself
	next       int32   // the square after this one and all in it
	lo, hi     int32   // points
	leaf       bool
}

// build sorts the points along a Z-curve and makes the squares.
func (t *tree) build(points []Point, mass []float64) {
	n := len(points)
	lo, hi := points[0], points[0]
	for _, p := range points {
		lo = Point{min(lo.X, p.X), min(lo.Y, p.Y)}
		hi = Point{max(hi.X, p.X), max(hi.Y, p.Y)}
	}
	side := max(hi.X-lo.X, hi.Y-lo.Y, 1e-9) * 1.0001
	if len(t.keys) != n {
		t.keys, t.x, t.y, t.mass = make([]key, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
	const cells = 1 << depth
	for v, p := range points {
		t.keys[v] = key{spaced(uint32((p.X-lo.X)/side*cells)) | spaced(uint32((p.Y-lo.Y)/side*cells))<<1, int32(v)}
	}
	slices.SortFunc(t.keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.node, b.node)) })
	for i, k := range t.keys {
		t.x[i], t.y[i], t.mass[i] = points[k.node].X, points[k.node].Y, mass[k.node]
	}
	t.square = t.square[:0]
	t.part(0, int32(n), depth, side)
}

// spaced puts a zero before each of the lower 16 bits.
func spaced(x uint32) uint32 {
	x = (x | x<<8) & 0x00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f
	x = (x | x<<2) & 0x33333333
	return (x | x<<1) & 0x55555555
}

// part makes the square of points lo to hi, which agree in all bits above level.
func (t *tree) part(lo, hi int32, level int, side float64) {
	at := len(t.square)
	s := square{lo: lo, hi: hi, side: side * side, leaf: hi-lo <= leafSize || level == 0}
	for i := lo; i < hi; i++ {
		s.mass += t.mass[i]
		s.x += float64(t.x[i] * t.mass[i])
		s.y += float64(t.y[i] * t.mass[i])
	}
	s.x, s.y = s.x/s.mass, s.y/s.mass
	t.square = append(t.square, s)
	if !s.leaf {
		shift := 2 * (level - 1)
		for i := lo; i < hi; {
			quarter := t.keys[i].code >> shift
			end := i + 1
			for end < hi && t.keys[end].code>>shift == quarter {
				end++
			}
			t.part(i, end, level-1, side/2)
			i = end
		}
	}
	t.square[at].next = int32(len(t.square))
}

// push returns the force on the i-th point of the order: mass times mass over distance, away from each other.
func (t *tree) push(i int) (fx, fy float64) {
	x, y := t.x[i], t.y[i]
	for k := int32(0); int(k) < len(t.square); {
		s := &t.square[k]
		dx, dy := x-s.x, y-s.y
		d2 := float64(dx*dx) + float64(dy*dy)
		if s.side < float64(opening*opening)*d2 && !(s.lo <= int32(i) && int32(i) < s.hi) {
			f := s.mass / d2
			fx += float64(f * dx)
			fy += float64(f * dy)
			k = s.next
			continue
		}
		if s.leaf {
			for j := s.lo; j < s.hi; j++ {
				dx, dy := x-t.x[j], y-t.y[j]
				if d2 := float64(dx*dx) + float64(dy*dy); d2 > 1e-18 {
					f := t.mass[j] / d2
					fx += float64(f * dx)
					fy += float64(f * dy)
				} else if int(j) != i {
					// On one another: parted by their order.
					f := float64(t.mass[j] * math.Copysign(1e3, float64(i)-float64(j)))
					fx += f
				}
			}
		}
		k++
	}
	return fx * t.mass[i], fy * t.mass[i]
}
