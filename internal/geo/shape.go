package geo

import (
	"math"

	"github.com/peterstace/simplefeatures/geom"
)

// Bounds returns the smallest box around a geometry, and false when it is empty.
func Bounds(g geom.Geometry) (Box, bool) {
	lo, hi, ok := g.Envelope().MinMaxXYs()
	return Box{lo.X, lo.Y, hi.X, hi.Y}, ok
}

// AreaKm2 returns the area of a geometry's polygons on the WGS84 ellipsoid, in square kilometres;
// points and lines have none. Edges are taken straight in longitude and latitude, which is how
// official boundaries are drawn and differs from the geodesic by far less than their detail. The
// area is the boundary integral of the authalic function (Snyder, Map Projections, 1987,
// equation 3-12), by Simpson's rule on each edge.
func AreaKm2(g geom.Geometry) float64 {
	var sum float64
	for _, part := range g.Dump() {
		p, ok := part.AsPolygon()
		if !ok {
			continue
		}
		for i, ring := range p.DumpRings() {
			a := math.Abs(ringArea(ring.Coordinates()))
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	return sum / 1e6
}

// ringArea is the signed area of a ring in square metres.
func ringArea(seq geom.Sequence) float64 {
	const a, f = 6378137.0, 1 / 298.257223563
	var sum float64
	for i := 0; i+1 < seq.Length(); i++ {
		p, q := seq.GetXY(i), seq.GetXY(i+1)
		mean := (authalic(p.Y) + 4*authalic((p.Y+q.Y)/2) + authalic(q.Y)) / 6
		sum += (q.X - p.X) * mean
	}
	return -sum * math.Pi / 180 * a * a * (1 - f) * (1 - f) / 2
}

// authalic is Snyder's q divided by 1-e²: twice the area between the equator and a latitude, for
// one radian of longitude, in units of the squared polar radius.
func authalic(lat float64) float64 {
	const f = 1 / 298.257223563
	e := math.Sqrt(f * (2 - f))
	s := math.Sin(lat * math.Pi / 180)
	return s/(1-e*e*s*s) + math.Atanh(e*s)/e
}

// InsidePoint returns a position inside a geometry, for its label: in the largest polygon when
// there are several. It is false for an empty geometry.
func InsidePoint(g geom.Geometry) (lon, lat float64, ok bool) {
	best, bestArea := g, -1.0
	if g.Dimension() == 2 {
		for _, part := range g.Dump() {
			if a := part.Area(); part.IsPolygon() && a > bestArea {
				best, bestArea = part, a
			}
		}
	}
	xy, ok := best.PointOnSurface().XY()
	return xy.X, xy.Y, ok
}

// Simplify thins a geometry for display: no line moves by more than toleranceDeg degrees
// (Ramer-Douglas-Peucker). The result is always valid: a polygon that would cross itself is
// thinned less, and one that would vanish is dropped unless it is the only one left. Borders that
// two areas share are thinned apart and may show slivers. A tolerance of zero or less changes
// nothing.
func Simplify(g geom.Geometry, toleranceDeg float64) geom.Geometry {
	if !(toleranceDeg > 0) || g.IsEmpty() {
		return g
	}
	if g.Dimension() != 2 {
		if s, err := g.Simplify(toleranceDeg); err == nil && !s.IsEmpty() {
			return s
		}
		return g
	}
	// Each part is valid by itself, but parts may come to overlap; then all are thinned less.
	for tol := toleranceDeg; tol > toleranceDeg/100; tol /= 2 {
		if s, ok := simplifyParts(g, tol); ok {
			return s
		}
	}
	return g
}

func simplifyParts(g geom.Geometry, tol float64) (geom.Geometry, bool) {
	var kept []geom.Polygon
	var largest geom.Polygon
	for _, part := range g.Dump() {
		p, ok := part.AsPolygon()
		if !ok {
			return g, false // a mixed collection: leave it
		}
		if p.Area() > largest.Area() {
			largest = p
		}
		if s := simplifyPolygon(p, tol); !s.IsEmpty() {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		kept = append(kept, largest)
	}
	if len(kept) == 1 {
		return kept[0].AsGeometry().ForceCCW(), true
	}
	m := geom.NewMultiPolygon(kept)
	return m.AsGeometry().ForceCCW(), m.Validate() == nil
}

func simplifyPolygon(p geom.Polygon, tol float64) geom.Polygon {
	for t := tol; t > tol/100; t /= 2 {
		if s, err := p.Simplify(t); err == nil {
			return s
		}
	}
	return p
}
