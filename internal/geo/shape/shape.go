// Package shape makes areas out of what people draw and bring: a distance around a site, several
// areas joined, thinner boundaries, and the files in which others keep their areas (GeoJSON, KML,
// WKT, shapefiles). It owns the metres of those operations, which are those of the British
// National Grid, and the limits on what is taken. It opens no files and unpacks nothing.
//
// Shapes come and go as WGS84 degrees, longitude first, valid and with outer rings anticlockwise.
package shape

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/proj"
)

// MaxBufferM is the greatest distance, in metres, that [Buffer] takes.
const MaxBufferM = 100_000

// mostBuffered is how many positions a shape may have of which the surroundings are drawn: the
// work grows faster than they do.
const (
	mostBuffered = 20_000
	mostLine     = 2_000 // of lines, which may cross themselves
	mostAround   = 2_000 // single positions
)

// quadSegments is how many straight edges stand for a quarter circle. The edges lie at most
// 1-cos(π/64), or 0.12 %, of the distance inside the circle, and the area of a full circle comes
// out 0.16 % small.
const quadSegments = 16

// densifyDeg is the longest edge, in degrees, that is projected by its ends alone. A line that is
// straight in degrees bends on the grid; over this length by less than a quarter of a metre.
const densifyDeg = 0.02

// Buffer returns all that lies within a distance of a point, line or area: the Minkowski sum with
// a disc, with round caps and joins (the algorithm of the JTS Topology Suite). The distance is
// measured on the British National Grid, whose scale is within 1 in 1,000 of the ground's.
// Distances are above 0 and at most [MaxBufferM]; the shape must lie on the grid.
func Buffer(g geom.Geometry, metres float64) (geom.Geometry, error) {
	if !(metres > 0 && metres <= MaxBufferM) {
		return geom.Geometry{}, fmt.Errorf("a distance of %g metres is not between 0 and %d", metres, MaxBufferM)
	}
	grid, err := toGrid(g)
	if err != nil {
		return geom.Geometry{}, err
	}
	if grid.Dimension() == 0 {
		return around(grid, metres)
	}
	most := mostBuffered
	if grid.Dimension() == 1 {
		most = mostLine
	}
	if n := grid.DumpCoordinates().Length(); n > most {
		return geom.Geometry{}, fmt.Errorf("a distance is drawn around at most %d positions of such a shape, and it has %d; simplify it", most, n)
	}
	out, err := geom.Buffer(grid, metres, geom.BufferQuadSegments(quadSegments))
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("a distance of %g metres around the shape cannot be drawn: %w", metres, err)
	}
	return checked(fromGrid(out))
}

// around is what lies within a distance of single positions of the grid. Positions that are
// nearer to each other than a hundredth of the distance are one; circles are joined from near
// to far, so that what is joined stays simple.
func around(points geom.Geometry, metres float64) (geom.Geometry, error) {
	step := metres / 100
	seen := map[[2]int]bool{}
	var circles []geom.Geometry
	seq := points.DumpCoordinates()
	for i := range seq.Length() {
		xy := seq.GetXY(i)
		cell := [2]int{int(math.Floor(xy.X / step)), int(math.Floor(xy.Y / step))}
		if seen[cell] {
			continue
		}
		seen[cell] = true
		if len(circles) == mostAround {
			return geom.Geometry{}, fmt.Errorf("a distance is drawn around at most %d places; bring fewer, or an area", mostAround)
		}
		c, err := geom.Buffer(xy.AsPoint().AsGeometry(), metres, geom.BufferQuadSegments(quadSegments))
		if err != nil {
			return geom.Geometry{}, fmt.Errorf("a distance of %g metres around the place cannot be drawn: %w", metres, err)
		}
		circles = append(circles, c)
	}
	out, err := joinNear(circles)
	if err != nil {
		return geom.Geometry{}, err
	}
	return checked(fromGrid(out))
}

// joinNear joins shapes by halves, cut across the longer side of where their middles lie.
func joinNear(areas []geom.Geometry) (geom.Geometry, error) {
	if len(areas) == 1 {
		return areas[0], nil
	}
	middle := func(g geom.Geometry) geom.XY {
		xy, _ := g.Envelope().Center().XY()
		return xy
	}
	box := geom.Envelope{}
	for _, g := range areas {
		box = box.ExpandToIncludeXY(middle(g))
	}
	wide := box.Width() >= box.Height()
	slices.SortStableFunc(areas, func(a, b geom.Geometry) int {
		if wide {
			return cmp.Compare(middle(a).X, middle(b).X)
		}
		return cmp.Compare(middle(a).Y, middle(b).Y)
	})
	half := len(areas) / 2
	one, err := joinNear(areas[:half])
	if err != nil {
		return one, err
	}
	two, err := joinNear(areas[half:])
	if err != nil {
		return two, err
	}
	out, err := geom.Union(one, two)
	if err != nil {
		return out, fmt.Errorf("the circles cannot be joined: %w", err)
	}
	return out, nil
}

// Circle returns what lies within a distance in metres of a position.
func Circle(lon, lat, metres float64) (geom.Geometry, error) {
	if !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return geom.Geometry{}, fmt.Errorf("longitude %g and latitude %g are no position", lon, lat)
	}
	return Buffer(geom.NewPointXY(lon, lat).AsGeometry(), metres)
}

// Join returns what lies in any of the areas. Borders that two of them share exactly vanish; a
// gap between two that were drawn apart stays a gap.
func Join(areas []geom.Geometry) (geom.Geometry, error) {
	if len(areas) == 0 {
		return geom.Geometry{}, errors.New("there is no area to join")
	}
	for _, g := range areas {
		if g.Dimension() != 2 || g.IsEmpty() {
			return geom.Geometry{}, fmt.Errorf("a %s is not an area that can be joined", g.Type())
		}
	}
	if len(areas) == 1 {
		return checked(areas[0])
	}
	if geo.Tangled(areas, geo.MostCrossings) {
		return geom.Geometry{}, geo.ErrTangled
	}
	out, err := geom.UnionMany(areas)
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("the areas cannot be joined: %w", err)
	}
	return checked(out)
}

// Thin simplifies a boundary so that no line of it moves by more than a distance in metres
// (Ramer-Douglas-Peucker on the National Grid, see [geo.Simplify]). What cannot be thinned stays
// as it is.
func Thin(g geom.Geometry, metres float64) geom.Geometry {
	grid, err := projected(g)
	if err != nil || !(metres > 0) {
		return g
	}
	out, err := checked(fromGrid(geo.Simplify(grid, metres)))
	if err != nil {
		return g
	}
	return out
}

// checked takes a result that is a valid area.
func checked(g geom.Geometry) (geom.Geometry, error) {
	if g.IsEmpty() || g.Dimension() != 2 {
		return geom.Geometry{}, errors.New("nothing is left of the area")
	}
	if g.Validate() != nil {
		if geo.Tangled([]geom.Geometry{g}, geo.MostCrossings) {
			return geom.Geometry{}, geo.ErrTangled
		}
		fixed, err := geom.Buffer(g, 0)
		if err != nil || fixed.IsEmpty() || fixed.Validate() != nil {
			return geom.Geometry{}, errors.New("the boundary of the result crosses itself; draw the shape more simply")
		}
		g = fixed
	}
	return g.ForceCCW(), nil
}

// toGrid projects to grid metres, with long edges parted so that they bend as they should.
func toGrid(g geom.Geometry) (geom.Geometry, error) {
	if g.Dimension() > 0 {
		g = g.Densify(densifyDeg)
	}
	return projected(g)
}

func projected(g geom.Geometry) (geom.Geometry, error) {
	if g.IsEmpty() {
		return g, errors.New("the shape has no positions")
	}
	var off error
	out := g.TransformXY(func(p geom.XY) geom.XY {
		e, n := proj.ToGrid(p.X, p.Y)
		if !proj.OnGrid(e, n) && off == nil {
			off = fmt.Errorf("longitude %.5g, latitude %.5g is outside Great Britain's grid, on which distances are measured", p.X, p.Y)
		}
		return geom.XY{X: e, Y: n}
	})
	return out, off
}

func fromGrid(g geom.Geometry) geom.Geometry {
	return g.TransformXY(func(p geom.XY) geom.XY {
		lon, lat := proj.FromGrid(p.X, p.Y)
		return geom.XY{X: lon, Y: lat}
	})
}
