package geo

import (
	"errors"
	"fmt"
	"math"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/rtree"
)

// checkDegrees refuses positions that are not longitude and latitude. flat is x,y,x,y...
func checkDegrees(flat []float64) error {
	for i := 0; i < len(flat); i += 2 {
		x, y := flat[i], flat[i+1]
		if math.Abs(x) <= 180 && math.Abs(y) <= 90 {
			continue
		}
		switch {
		case x >= 1000 && x < 700e3 && y >= 1000 && y < 1300e3:
			return fmt.Errorf("position %s is in metres, it seems of the British National Grid, not in degrees; save the file again in WGS84 longitude and latitude (EPSG:4326)", pair(x, y))
		case math.Abs(x) > 360 || math.Abs(y) > 360:
			return fmt.Errorf("position %s is projected, not in degrees; save the file again in WGS84 longitude and latitude (EPSG:4326)", pair(x, y))
		case math.Abs(x) <= 90:
			return fmt.Errorf("latitude %g is outside -90 to 90; longitude must come first, are the two the wrong way round?", y)
		default:
			return fmt.Errorf("position %s is outside longitude -180 to 180 and latitude -90 to 90; correct it", pair(x, y))
		}
	}
	return nil
}

// pair writes a position for a message. Reckoned positions may differ between
// machines in their last digits, which nobody needs.
func pair(x, y float64) string { return fmt.Sprintf("(%.10g, %.10g)", x, y) }

// checkRing refuses what can not be the boundary of an area before geom looks at crossings.
func checkRing(flat []float64) error {
	n := len(flat) / 2
	if n < 4 {
		return fmt.Errorf("has %d positions; it needs at least 4, of which the last repeats the first", n)
	}
	if flat[0] != flat[2*n-2] || flat[1] != flat[2*n-1] {
		return fmt.Errorf("is not closed: it begins at %s and ends at %s; repeat the first position at the end", pair(flat[0], flat[1]), pair(flat[2*n-2], flat[2*n-1]))
	}
	var area, scale float64
	for i := 2; i+3 < len(flat); i += 2 {
		ax, ay := flat[i]-flat[0], flat[i+1]-flat[1]
		bx, by := flat[i+2]-flat[0], flat[i+3]-flat[1]
		area += ax*by - bx*ay
		scale = max(scale, math.Abs(ax), math.Abs(ay), math.Abs(bx), math.Abs(by))
	}
	// A figure of eight can have no net area either; it is reported as a crossing later.
	if scale == 0 || (math.Abs(area) < 1e-15*scale*scale && n == 4) {
		return fmt.Errorf("encloses no area near %s; draw it again or leave it out", pair(flat[0], flat[1]))
	}
	return nil
}

// checkValid applies the rules of simple features and says where an area breaks them.
func checkValid(g geom.Geometry) error {
	err := g.Validate()
	if err == nil {
		return nil
	}
	for _, part := range g.Dump() {
		if p, ok := part.AsPolygon(); ok && p.Validate() != nil {
			if xy, ok := crossing(p); ok {
				return fmt.Errorf("the boundary crosses or touches itself at %s; move the points there, or repair the shape in a map program (\"fix geometries\")", pair(xy.X, xy.Y))
			}
		}
	}
	if g.IsMultiPolygon() {
		return fmt.Errorf("its polygons overlap or share an edge (%w); merge them into one", err)
	}
	return fmt.Errorf("not a valid shape: %w; draw it again", err)
}

// repair dissolves an area's parts and refuses the result when its size has changed by more than
// one part in a hundred: a figure of eight, for instance, is a mistake that only its author can
// put right.
func repair(g geom.Geometry) (geom.Geometry, bool) {
	if g.Dimension() != 2 || Tangled([]geom.Geometry{g}, MostCrossings) {
		return g, false
	}
	fixed, err := geom.Buffer(g, 0)
	if err != nil || fixed.IsEmpty() || fixed.Validate() != nil {
		return g, false
	}
	before, after := g.Area(), fixed.Area()
	return fixed, math.Abs(after-before) <= 0.01*math.Abs(before)
}

type segment struct {
	a, b    geom.XY
	ring, i int // the i-th of n segments of its ring
	n       int
}

// crossing finds where the boundary of an invalid polygon meets itself: the first true crossing,
// or else the first touch. geom names only the ring's first point.
func crossing(p geom.Polygon) (geom.XY, bool) {
	segs := segments(p)
	items := make([]rtree.BulkItem, len(segs))
	for i, s := range segs {
		items[i] = rtree.BulkItem{Box: segBox(s), RecordID: i}
	}
	tree := rtree.BulkLoad(items)
	var touch geom.XY
	var touched bool
	for i, s := range segs {
		best := len(segs)
		var at geom.XY
		_ = tree.RangeSearch(segBox(s), func(j int) error {
			if j <= i {
				return nil
			}
			xy, proper, ok := meet(s, segs[j])
			if ok && !touched {
				touch, touched = xy, true
			}
			if proper && j < best {
				best, at = j, xy
			}
			return nil
		})
		if best < len(segs) {
			return at, true
		}
	}
	return touch, touched
}

func segBox(s segment) rtree.Box {
	return rtree.Box{MinX: min(s.a.X, s.b.X), MinY: min(s.a.Y, s.b.Y), MaxX: max(s.a.X, s.b.X), MaxY: max(s.a.Y, s.b.Y)}
}

func segments(p geom.Polygon) []segment {
	var segs []segment
	for r, ring := range p.DumpRings() {
		first := len(segs)
		seq := ring.Coordinates()
		for i := 0; i+1 < seq.Length(); i++ {
			if a, b := seq.GetXY(i), seq.GetXY(i+1); a != b {
				segs = append(segs, segment{a: a, b: b, ring: r, i: len(segs) - first})
			}
		}
		for i := first; i < len(segs); i++ {
			segs[i].n = len(segs) - first
		}
	}
	return segs
}

// meet says where two segments meet, and whether they truly cross. Neighbours along a ring share
// a point by right; they meet only when one runs back over the other.
func meet(s, t segment) (at geom.XY, proper, ok bool) {
	if s.ring == t.ring && t.i == s.i+1 {
		return s.b, false, runsBack(s.a, s.b, t.b)
	}
	if s.ring == t.ring && s.i == 0 && t.i == t.n-1 {
		return s.a, false, runsBack(t.a, t.b, s.b)
	}
	c1, c2 := cross(s.a, s.b, t.a), cross(s.a, s.b, t.b)
	c3, c4 := cross(t.a, t.b, s.a), cross(t.a, t.b, s.b)
	if c1*c2 < 0 && c3*c4 < 0 {
		return s.a.Add(s.b.Sub(s.a).Scale(c3 / (c3 - c4))), true, true
	}
	switch {
	case c1 == 0 && onSegment(s, t.a):
		return t.a, false, true
	case c2 == 0 && onSegment(s, t.b):
		return t.b, false, true
	case c3 == 0 && onSegment(t, s.a):
		return s.a, false, true
	case c4 == 0 && onSegment(t, s.b):
		return s.b, false, true
	}
	return geom.XY{}, false, false
}

func runsBack(a, b, c geom.XY) bool {
	return cross(a, b, c) == 0 && a.Sub(b).Dot(c.Sub(b)) > 0
}

func cross(a, b, c geom.XY) float64 { return b.Sub(a).Cross(c.Sub(a)) }

func onSegment(s segment, p geom.XY) bool {
	b := segBox(s)
	return p.X >= b.MinX && p.X <= b.MaxX && p.Y >= b.MinY && p.Y <= b.MaxY
}

// errTooMany ends the reading; every other error concerns one feature.
var errTooMany = errors.New("too many positions; simplify the file or split it")
