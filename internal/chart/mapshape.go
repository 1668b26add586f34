package chart

import (
	"math"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/mesh"
	"milieu/internal/geo/proj"
)

// Shapes of a map are drawn on whole units of half a pixel. Lines that two areas share fall on the same units and are
// thinned once, so that neighbours stay joined.
const mapUnits = 2.0

// plan places degrees in a picture: metres on the ground, then units.
type plan struct {
	grid         bool    // British National Grid; else equal steps of longitude and latitude, true at the middle
	cos          float64 // of the middle latitude
	scale        float64 // units a metre
	x0, y0       float64 // metres of the picture's left and upper edge
	width, depth float64 // pixels
}

// newPlan fits all shapes and points into a width and a height in pixels.
func newPlan(shapes []geom.Geometry, points []MapPoint, width, height float64) (plan, bool) {
	box := geom.Envelope{}
	for _, g := range shapes {
		box = box.ExpandToIncludeEnvelope(g.Envelope())
	}
	for _, p := range points {
		if finite(p.Lon) && finite(p.Lat) {
			box = box.ExpandToIncludeXY(geom.XY{X: p.Lon, Y: p.Lat})
		}
	}
	lo, hi, ok := box.MinMaxXYs()
	if !ok || !finite(lo.X) || !finite(lo.Y) || !finite(hi.X) || !finite(hi.Y) {
		return plan{}, false
	}
	p := plan{grid: lo.X > -12 && hi.X < 5 && lo.Y > 48 && hi.Y < 63, cos: math.Cos((lo.Y + hi.Y) / 2 * math.Pi / 180)}
	x1, y1 := math.Inf(-1), math.Inf(-1)
	p.x0, p.y0 = math.Inf(1), math.Inf(-1)
	bottom := math.Inf(1)
	grow := func(at geom.XY) {
		x, y := p.metres(at)
		p.x0, x1 = min(p.x0, x), max(x1, x)
		y1, bottom = max(y1, y), min(bottom, y)
	}
	for _, g := range shapes {
		seq := g.DumpCoordinates()
		for i := range seq.Length() {
			grow(seq.GetXY(i))
		}
	}
	for _, at := range points {
		if finite(at.Lon) && finite(at.Lat) {
			grow(geom.XY{X: at.Lon, Y: at.Lat})
		}
	}
	const edge = 8.0
	wide, high := max(x1-p.x0, 100), max(y1-bottom, 100)
	pixel := min((width-2*edge)/wide, (height-2*edge)/high)
	p.scale = pixel * mapUnits
	p.width, p.depth = width, high*pixel+2*edge
	p.x0 -= (width/pixel - wide) / 2
	p.y0 = y1 + edge/pixel
	return p, true
}

// metres is a position on the ground, north upwards.
func (p plan) metres(at geom.XY) (x, y float64) {
	if p.grid {
		return proj.ToGrid(at.X, at.Y)
	}
	const degree = 111_320.0
	return at.X * degree * p.cos, at.Y * degree
}

// unit is a position in the picture, in units.
func (p plan) unit(at geom.XY) mesh.Unit {
	x, y := p.metres(at)
	return mesh.Unit{X: int32(math.Round((x - p.x0) * p.scale)), Y: int32(math.Round((p.y0 - y) * p.scale))}
}

// pixel is a position in the picture, in pixels.
func (p plan) pixel(lon, lat float64) (x, y float64) {
	mx, my := p.metres(geom.XY{X: lon, Y: lat})
	return (mx - p.x0) * p.scale / mapUnits, (p.y0 - my) * p.scale / mapUnits
}

// outlines projects shapes and drops what is too small to be seen, but for the largest ring of each.
func (p plan) outlines(shapes []geom.Geometry) []mesh.Outline {
	out := make([]mesh.Outline, len(shapes))
	for i, g := range shapes {
		var rings mesh.Outline
		largest, most := []mesh.Unit(nil), -1.0
		for _, part := range g.Dump() {
			poly, ok := part.AsPolygon()
			if !ok {
				continue
			}
			for _, r := range poly.DumpRings() {
				ring := p.ring(r.Coordinates())
				size := mesh.Extent(ring)
				if size > most {
					largest, most = ring, size
				}
				if len(ring) >= 3 && size >= 2*mapUnits {
					rings = append(rings, ring)
				}
			}
		}
		if len(rings) == 0 && len(largest) > 0 {
			rings = mesh.Outline{largest}
		}
		out[i] = rings
	}
	return out
}

func (p plan) ring(seq geom.Sequence) []mesh.Unit {
	all := make([]mesh.Unit, seq.Length())
	for i := range all {
		all[i] = p.unit(seq.GetXY(i))
	}
	return mesh.Ring(all)
}

// pathOf writes an outline with relative steps.
func pathOf(o mesh.Outline) string {
	var b strings.Builder
	at := mesh.Unit{}
	for _, ring := range o {
		if len(ring) < 2 {
			continue
		}
		first := true
		for i, u := range ring {
			if i == 0 {
				b.WriteString("M" + strconv.Itoa(int(u.X)) + " " + strconv.Itoa(int(u.Y)))
				at = u
				continue
			}
			if u == at {
				continue
			}
			if first {
				b.WriteByte('l')
			} else if u.X >= at.X {
				b.WriteByte(' ')
			}
			first = false
			b.WriteString(strconv.Itoa(int(u.X - at.X)))
			if u.Y >= at.Y {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(int(u.Y - at.Y)))
			at = u
		}
		b.WriteByte('z')
	}
	return b.String()
}
