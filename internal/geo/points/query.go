package points

import (
	"cmp"
	"math"
	"slices"

	"milieu/internal/geo/morton"
	"milieu/internal/geo/proj"
)

// Hit is one point that a query found.
type Hit struct {
	Lon, Lat  float64
	Doc       uint32
	Class     uint8
	Group     uint8
	Flags     uint16
	DistanceM float64 // from the place asked for; 0 when none was
}

// InBounds returns the points that pass the filter in a box of degrees, edges included, in Morton
// order and at most limit of them; more says that there are others. Positions are compared as
// they are stored, to about a centimetre.
func (x *Index) InBounds(west, south, east, north float64, f Filter, limit int) (hits []Hit, more bool) {
	if !(west <= east && south <= north) {
		return nil, false
	}
	s := newSearch(x, west, south, east, north, f)
	s.visit = func(i int, key uint64) bool {
		if len(hits) >= limit {
			more = true
			return false
		}
		hits = append(hits, x.hit(i, key))
		return true
	}
	s.square(0, 0, 0, x.n)
	return hits, more
}

// Foremost returns the points that pass the filter in a box of degrees, edges included, with the
// lowest document numbers, at most limit of them and in that order, and how many pass in all. It
// looks at every point in the box and holds no more than limit.
func (x *Index) Foremost(west, south, east, north float64, f Filter, limit int) (hits []Hit, total int) {
	if !(west <= east && south <= north) {
		return nil, 0
	}
	type entry struct {
		doc uint32
		at  int
	}
	before := func(a, b entry) int { return cmp.Or(cmp.Compare(a.doc, b.doc), cmp.Compare(a.at, b.at)) }
	var best []entry // sorted; a new one that belongs is rare once it is full
	s := newSearch(x, west, south, east, north, f)
	s.visit = func(i int, _ uint64) bool {
		total++
		e := entry{x.doc(i), i}
		if full := len(best) == max(limit, 0); full {
			if len(best) == 0 || before(e, best[len(best)-1]) > 0 {
				return true
			}
			best = best[:len(best)-1]
		}
		at, _ := slices.BinarySearchFunc(best, e, before)
		best = slices.Insert(best, at, e)
		return true
	}
	s.square(0, 0, 0, x.n)
	for _, e := range best {
		hits = append(hits, x.hit(e.at, x.keys.At(e.at)))
	}
	return hits, total
}

// Near returns the points that pass the filter within radiusM metres of a place (great circle),
// the nearest first and then by document, at most limit of them; more says that there are others.
func (x *Index) Near(lon, lat, radiusM float64, f Filter, limit int) (hits []Hit, more bool) {
	if !(radiusM >= 0) || math.IsNaN(lon) || math.IsNaN(lat) {
		return nil, false
	}
	// A degree of latitude is 111.19 km on the sphere of proj.DistanceM; the box is widened by
	// one part in a hundred so that rounding loses nothing.
	dLat := radiusM / 111195 * 1.01
	dLon := 360.0
	if edge := math.Abs(lat) + dLat; edge < 89 {
		dLon = dLat / math.Cos(edge*math.Pi/180)
	}
	s := newSearch(x, lon-dLon, lat-dLat, lon+dLon, lat+dLat, f)
	s.visit = func(i int, key uint64) bool {
		h := x.hit(i, key)
		if h.DistanceM = proj.DistanceM(lon, lat, h.Lon, h.Lat); h.DistanceM <= radiusM {
			hits = append(hits, h)
		}
		return true
	}
	s.square(0, 0, 0, x.n)
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.DistanceM, b.DistanceM), cmp.Compare(a.Doc, b.Doc))
	})
	if more = len(hits) > max(limit, 0); more {
		hits = hits[:max(limit, 0)]
	}
	return hits, more
}

func (x *Index) hit(i int, key uint64) Hit {
	lon, lat := position(key)
	m := x.meta(i)
	return Hit{Lon: lon, Lat: lat, Doc: x.doc(i), Class: m.class(), Group: m.group(), Flags: m.flags()}
}

// search walks the quarters of quarters of the world that meet a box.
type search struct {
	x                        *Index
	pass                     pass
	west, east, north, south uint32 // in steps of the curve's axes, y southwards
	visit                    func(i int, key uint64) bool
}

func newSearch(x *Index, west, south, east, north float64, f Filter) *search {
	nw, se := mortonKey(west, north), mortonKey(east, south)
	return &search{x: x, pass: f.ready(), west: morton.Gather(nw), east: morton.Gather(se), north: morton.Gather(nw >> 1), south: morton.Gather(se >> 1)}
}

// scanBelow is the number of points at which testing each beats dividing further.
const scanBelow = 64

// square visits what lies in the box among points from to to, all in the square with that prefix;
// it returns false when visit wants no more.
func (s *search) square(prefix uint64, depth, from, to int) bool {
	if from >= to {
		return true
	}
	side := uint32(math.MaxUint32 >> depth)
	left, top := morton.Gather(prefix)<<(32-depth), morton.Gather(prefix>>1)<<(32-depth)
	right, bottom := left|side, top|side
	if left > s.east || right < s.west || top > s.south || bottom < s.north {
		return true
	}
	inside := left >= s.west && right <= s.east && top >= s.north && bottom <= s.south
	if inside || to-from < scanBelow || depth == 32 {
		return s.scan(from, to)
	}
	for q := range uint64(4) {
		first, end := s.x.keys.Run(prefix<<2|q, depth+1, from, to)
		if !s.square(prefix<<2|q, depth+1, first, end) {
			return false
		}
	}
	return true
}

func (s *search) scan(from, to int) bool {
	for i := from; i < to; i++ {
		if !s.pass.ok(s.x.meta(i)) {
			continue
		}
		key := s.x.keys.At(i)
		if kx, ky := morton.Gather(key), morton.Gather(key>>1); kx < s.west || kx > s.east || ky < s.north || ky > s.south {
			continue
		}
		if !s.visit(i, key) {
			return false
		}
	}
	return true
}
