// Package mesh thins the boundaries of many areas together, so that neighbours stay joined: points where lines of
// several areas meet stay, and the run between two of them loses the same points on both sides. It works on whole
// units that the caller has placed its shapes on, such as fractions of a pixel, and knows no projection.
package mesh

import "slices"

// Unit is a position.
type Unit struct{ X, Y int32 }

// Outline is the rings of one shape, each closed without repeating its first point.
type Outline [][]Unit

// Extent is half the way around the box of a ring.
func Extent(ring []Unit) float64 {
	if len(ring) == 0 {
		return 0
	}
	lo, hi := ring[0], ring[0]
	for _, u := range ring {
		lo.X, lo.Y, hi.X, hi.Y = min(lo.X, u.X), min(lo.Y, u.Y), max(hi.X, u.X), max(hi.Y, u.Y)
	}
	return float64(hi.X-lo.X) + float64(hi.Y-lo.Y)
}

// Ring makes a ring of positions that come one after the other: repeats are left out, also of the first at the end.
func Ring(positions []Unit) []Unit {
	var ring []Unit
	for _, u := range positions {
		if n := len(ring); n == 0 || ring[n-1] != u {
			ring = append(ring, u)
		}
	}
	for len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	return ring
}

// Thin leaves out points so that no line moves by more than tol units (Douglas and Peucker, 1973). Each shape keeps the
// numbers of its rings; one that would have fewer than three points is nil, but for a shape's only ring, which then
// stays as it is. The result does not share memory that the caller may change.
func Thin(shapes []Outline, tol float64) []Outline {
	meets := junctions(shapes)
	out := make([]Outline, len(shapes))
	for i, rings := range shapes {
		out[i] = make(Outline, len(rings))
		for k, ring := range rings {
			if len(ring) == 0 {
				continue
			}
			if r := thinRing(ring, meets, tol); len(r) >= 3 {
				out[i][k] = r
			} else if len(rings) == 1 {
				out[i][k] = slices.Clone(ring)
			}
		}
	}
	return out
}

// junctions are the points that have another number of different neighbours than two.
func junctions(shapes []Outline) map[Unit]bool {
	next := map[Unit][2]Unit{}
	seen := map[Unit]int{}
	meets := map[Unit]bool{}
	add := func(at, to Unit) {
		n := seen[at]
		pair := next[at]
		for k := range n {
			if pair[k] == to {
				return
			}
		}
		if n == 2 {
			meets[at] = true
			return
		}
		pair[n] = to
		next[at], seen[at] = pair, n+1
	}
	for _, rings := range shapes {
		for _, ring := range rings {
			for i, u := range ring {
				v := ring[(i+1)%len(ring)]
				if u != v {
					add(u, v)
					add(v, u)
				}
			}
		}
	}
	return meets
}

func thinRing(ring []Unit, meets map[Unit]bool, tol float64) []Unit {
	start := slices.IndexFunc(ring, func(u Unit) bool { return meets[u] })
	if start < 0 { // an island: begin at its least point, and at the point farthest from there
		start = 0
		for i, u := range ring {
			if before(u, ring[start]) {
				start = i
			}
		}
	}
	ring = append(slices.Clone(ring[start:]), ring[:start]...)
	ring = append(ring, ring[0])
	var out []Unit
	from := 0
	for i := 1; i < len(ring); i++ {
		if i == len(ring)-1 || meets[ring[i]] {
			out = append(out, thinRun(ring[from:i+1], tol)...)
			from = i
		}
	}
	return out
}

func before(a, b Unit) bool { return a.X < b.X || a.X == b.X && a.Y < b.Y }

// thinRun thins a run in one direction, whichever way it comes, and gives it without its last point.
func thinRun(run []Unit, tol float64) []Unit {
	n := len(run)
	turned := before(run[n-1], run[0]) || run[0] == run[n-1] && n > 2 && before(run[n-2], run[1])
	if turned {
		run = slices.Clone(run)
		slices.Reverse(run)
	}
	keep := make([]bool, n)
	keep[0], keep[n-1] = true, true
	keepFar(run, keep, 0, n-1, tol*tol)
	var out []Unit
	for i, k := range keep {
		if k {
			out = append(out, run[i])
		}
	}
	if turned {
		slices.Reverse(out)
	}
	return out[:len(out)-1]
}

func keepFar(run []Unit, keep []bool, a, b int, tol2 float64) {
	if b-a < 2 {
		return
	}
	far, at := -1.0, 0
	for i := a + 1; i < b; i++ {
		if d := apart2(run[i], run[a], run[b]); d > far {
			far, at = d, i
		}
	}
	if far <= tol2 {
		return
	}
	keep[at] = true
	keepFar(run, keep, a, at, tol2)
	keepFar(run, keep, at, b, tol2)
}

// apart2 is the squared distance of a point from the stretch between two others.
func apart2(u, a, b Unit) float64 {
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	px, py := float64(u.X-a.X), float64(u.Y-a.Y)
	if l := dx*dx + dy*dy; l > 0 {
		t := min(max((px*dx+py*dy)/l, 0), 1)
		px, py = px-t*dx, py-t*dy
	}
	return px*px + py*py
}
