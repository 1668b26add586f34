package tally

import (
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"

	"milieu/internal/geo/morton"
)

// Run is a range of sites in the order of the curve: From <= i < To.
type Run struct{ From, To int }

// All is every site.
func (x *Index) All() []Run {
	if x.n == 0 {
		return nil
	}
	return []Run{{0, x.n}}
}

// Within returns the sites inside the polygons of a geometry in degrees, boundary included, in
// rising order; neighbours are one run. It is the same as asking a [geo.Locator] of the geometry
// for each of them.
func (x *Index) Within(g geom.Geometry) []Run {
	s := search{x: x, locator: geo.NewLocator([]geom.Geometry{g})}
	s.square(0, 0, 0, x.n, edgesOf(g))
	return s.runs
}

// edge is an edge of the boundary in steps, with its box.
type edge struct{ x1, y1, x2, y2, west, south, east, north float64 }

func edgesOf(g geom.Geometry) []edge {
	var out []edge
	for _, part := range g.Dump() {
		p, ok := part.AsPolygon()
		if !ok {
			continue
		}
		for _, ring := range p.DumpRings() {
			seq := ring.Coordinates()
			for i := 0; i+1 < seq.Length(); i++ {
				a, z := seq.GetXY(i), seq.GetXY(i+1)
				e := edge{x1: (a.X + 180) * perDegree, y1: (a.Y + 90) * perDegree, x2: (z.X + 180) * perDegree, y2: (z.Y + 90) * perDegree}
				e.west, e.east, e.south, e.north = min(e.x1, e.x2), max(e.x1, e.x2), min(e.y1, e.y2), max(e.y1, e.y2)
				out = append(out, e)
			}
		}
	}
	return out
}

// search walks the quarters of quarters of the globe that hold sites.
type search struct {
	x       *Index
	locator *geo.Locator
	runs    []Run
	scratch []edge // a stack of the edges that meet each square on the way down
	found   [1]int32
}

// testBelow is the number of sites at which testing each beats dividing further.
const testBelow = 24

// square visits the sites from to to, all in the square with that prefix. Edges are those that may
// meet the square around it.
func (s *search) square(prefix uint64, depth, from, to int, edges []edge) {
	if from >= to {
		return
	}
	if to-from <= testBelow || depth == 32 {
		s.test(from, to)
		return
	}
	side := math.Ldexp(1, 32-depth)
	left, bottom := float64(morton.Gather(prefix))*side, float64(morton.Gather(prefix>>1))*side
	mark := len(s.scratch)
	for _, e := range edges {
		if e.meets(left, bottom, left+side, bottom+side) {
			s.scratch = append(s.scratch, e)
		}
	}
	own := s.scratch[mark:len(s.scratch):len(s.scratch)]
	if len(own) == 0 {
		if s.inside(s.x.keys.At(from)) {
			s.add(from, to)
		}
		return
	}
	for q := range uint64(4) {
		first, end := s.x.keys.Run(prefix<<2|q, depth+1, from, to)
		s.square(prefix<<2|q, depth+1, first, end, own)
		from = end
	}
	s.scratch = s.scratch[:mark]
}

// margin, in steps, is far more than rounding can move an edge or a position: about 2 cm.
const margin = 2.0

// meets says that the edge may come within the margin of the box; it never says no where it does.
func (e *edge) meets(left, bottom, right, top float64) bool {
	left, bottom, right, top = left-margin, bottom-margin, right+margin, top+margin
	if e.west > right || e.east < left || e.south > top || e.north < bottom {
		return false
	}
	// The corners of the box lie on one side of the edge's line, or it meets the box.
	dx, dy := e.x2-e.x1, e.y2-e.y1
	a, b := dx*(bottom-e.y1), dx*(top-e.y1)
	c, d := dy*(left-e.x1), dy*(right-e.x1)
	low, high := min(a, b)-max(c, d), max(a, b)-min(c, d)
	return low <= 0 && high >= 0
}

// test asks for each site from to to whether it lies inside. Many stand at one position.
func (s *search) test(from, to int) {
	var last uint64
	in := false
	for i := from; i < to; i++ {
		if key := s.x.keys.At(i); i == from || key != last {
			last, in = key, s.inside(key)
		}
		if in {
			s.add(i, i+1)
		}
	}
}

func (s *search) inside(key uint64) bool {
	lon, lat := position(key)
	return len(s.locator.LocateInto(s.found[:0], lon, lat)) > 0
}

func (s *search) add(from, to int) {
	if n := len(s.runs); n > 0 && s.runs[n-1].To == from {
		s.runs[n-1].To = to
		return
	}
	s.runs = append(s.runs, Run{from, to})
}

// Merge joins runs of several areas into those of any of them, in rising order.
func Merge(areas ...[]Run) []Run {
	all := slices.Concat(areas...)
	slices.SortFunc(all, func(a, b Run) int { return a.From - b.From })
	var out []Run
	for _, r := range all {
		if n := len(out); n > 0 && r.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, r.To)
			continue
		}
		out = append(out, r)
	}
	return out
}

// Both is the runs of sites that are in both of two areas.
func Both(a, b []Run) []Run {
	var out []Run
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if from, to := max(a[i].From, b[j].From), min(a[i].To, b[j].To); from < to {
			out = append(out, Run{from, to})
		}
		if a[i].To < b[j].To {
			i++
		} else {
			j++
		}
	}
	return out
}
