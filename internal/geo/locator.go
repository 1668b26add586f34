package geo

import (
	"math"

	"github.com/peterstace/simplefeatures/geom"
)

// Locator answers which of a set of areas contain a position. A raster over the areas' bounding
// box knows for most positions at once that they lie wholly inside one area or in none; only
// near a border are the few edges of that raster cell looked at. The answer is the same as
// geom.Intersects gives, boundary included: the same even-odd rule on the same numbers.
//
// A Locator does not change after [NewLocator] and may be used by many goroutines at once.
type Locator struct {
	west, south, east, north float64
	perLon, perLat           float64 // cells per degree
	cols, rows               int
	cells                    []int32 // area, or empty, or ^index into mixed
	mixed                    []span  // of entries, one span a mixed cell
	entries                  []entry
	edges                    []edge
	flips                    []float64
}

const emptyCell = math.MinInt32

type span struct{ from, to int32 }

// entry is what one area has in one cell. A position is inside when base, turned over once for
// each flip at or below its latitude and for each edge that it lies right of, is true. base and
// flips stand for the edges left of the cell: along a chain of edges the even-odd count
// telescopes to the chain's two ends, so hardly any numbers remain of them.
type entry struct {
	area         int32
	base         bool
	edges, flips span
}

// edge runs from its lower to its upper end.
type edge struct{ lo, hi geom.XY }

// NewLocator builds a locator of areas in degrees; their place in the list is their number. What
// is not a polygon contains nothing. Areas may overlap.
func NewLocator(areas []geom.Geometry) *Locator {
	b := newBuilder(areas)
	for i, edges := range b.areas {
		b.addArea(int32(i), edges)
	}
	return b.finish()
}

// Locate returns the numbers of the areas that contain the position, lowest first, and nil when
// there is none. A position on a boundary is inside.
func (l *Locator) Locate(lon, lat float64) []int {
	var few [8]int32
	var out []int
	for _, a := range l.LocateInto(few[:0], lon, lat) {
		out = append(out, int(a))
	}
	return out
}

// LocateInto appends to dst what [Locator.Locate] returns; it allocates only when dst is full.
func (l *Locator) LocateInto(dst []int32, lon, lat float64) []int32 {
	if !(lon >= l.west && lon <= l.east && lat >= l.south && lat <= l.north) {
		return dst
	}
	c := l.cells[l.row(lat)*l.cols+l.col(lon)]
	switch {
	case c >= 0:
		return append(dst, c)
	case c == emptyCell:
		return dst
	}
	s := l.mixed[^c]
	for i := s.from; i < s.to; i++ {
		if e := &l.entries[i]; l.inside(e, lon, lat) {
			dst = append(dst, e.area)
		}
	}
	return dst
}

func (l *Locator) inside(e *entry, lon, lat float64) bool {
	in := e.base
	for _, y := range l.flips[e.flips.from:e.flips.to] {
		if y <= lat {
			in = !in
		}
	}
	edges := l.edges[e.edges.from:e.edges.to]
	for i := range edges {
		lo, hi := edges[i].lo, edges[i].hi
		if lat < lo.Y || lat > hi.Y {
			continue
		}
		// Sign and form of this product follow geom's own test, so that rounding agrees.
		turn := (hi.X-lo.X)*(lat-hi.Y) - (hi.Y-lo.Y)*(lon-hi.X)
		if turn == 0 && lon >= min(lo.X, hi.X) && lon <= max(lo.X, hi.X) {
			return true
		}
		if turn < 0 && lat < hi.Y {
			in = !in
		}
	}
	return in
}

// col and row never fall as their argument rises; this is what the builder relies on, not on the
// exact place of a cell's border.
func (l *Locator) col(lon float64) int { return clamp((lon-l.west)*l.perLon, l.cols) }
func (l *Locator) row(lat float64) int { return clamp((lat-l.south)*l.perLat, l.rows) }

func clamp(v float64, n int) int { return max(0, min(int(v), n-1)) }
