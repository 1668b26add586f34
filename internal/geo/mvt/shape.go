package mvt

import (
	"errors"
	"math"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/proj"
)

// Kinds of geometry and drawing commands of the specification, section 4.3.
const (
	kindPoint, kindLine, kindPolygon   = 1, 2, 3
	commandMove, commandTo, commandEnd = 1, 2, 7
)

// frame places positions in a tile: units of the tile, y downwards, before rounding.
type frame struct {
	scale, left, top float64
	x, y             int64 // the cursor: coordinates are written as steps
}

type xy struct{ x, y float64 }

type cell struct{ x, y int64 }

const (
	low  = -Buffer
	high = Extent + Buffer
)

func newFrame(t Tile) frame {
	n := math.Ldexp(1, t.Z)
	return frame{scale: n * Extent, left: float64(t.X) * Extent, top: float64(t.Y) * Extent}
}

func (f *frame) place(p geom.XY) xy {
	x, y := proj.Mercator(p.X, p.Y)
	return xy{x*f.scale - f.left, y*f.scale - f.top}
}

func (f *frame) placeAll(seq geom.Sequence) []xy {
	out := make([]xy, seq.Length())
	for i := range out {
		out[i] = f.place(seq.GetXY(i))
	}
	return out
}

// misses says whether a shape lies wholly outside the tile, so that it need not be projected.
func (f *frame) misses(g geom.Geometry) bool {
	lo, hi, ok := g.Envelope().MinMaxXYs()
	if !ok {
		return true
	}
	nw, se := f.place(geom.XY{X: lo.X, Y: hi.Y}), f.place(geom.XY{X: hi.X, Y: lo.Y})
	return nw.x > high || nw.y > high || se.x < low || se.y < low
}

// shape writes the drawing commands of what a geometry has in the tile, possibly nothing.
func (f *frame) shape(out *buffer, g geom.Geometry) (kind uint64, err error) {
	if g.IsEmpty() {
		return 0, nil
	}
	if g.IsGeometryCollection() {
		return 0, errors.New("a geometry collection can not be drawn; make each shape a feature of its own")
	}
	kind = uint64(g.Dimension()) + 1
	if kind != kindPoint && f.misses(g) {
		return kind, nil
	}
	f.x, f.y = 0, 0
	switch kind {
	case kindPoint:
		f.points(out, g)
	case kindLine:
		for _, part := range g.Dump() {
			if l, ok := part.AsLineString(); ok {
				f.line(out, f.placeAll(l.Coordinates()))
			}
		}
	case kindPolygon:
		for _, part := range g.Dump() {
			if p, ok := part.AsPolygon(); ok {
				f.polygon(out, p)
			}
		}
	}
	return kind, nil
}

func (f *frame) points(out *buffer, g geom.Geometry) {
	var one [1]cell
	cells := one[:0]
	if p, ok := g.AsPoint(); ok { // nearly every point layer: no list is needed
		if at, ok := p.XY(); ok {
			cells = f.appendIn(cells, at)
		}
		f.pointCommand(out, cells)
		return
	}
	seq := g.DumpCoordinates()
	for i := range seq.Length() {
		cells = f.appendIn(cells, seq.GetXY(i))
	}
	f.pointCommand(out, cells)
}

func (f *frame) appendIn(cells []cell, at geom.XY) []cell {
	if p := f.place(at); p.x >= low && p.x <= high && p.y >= low && p.y <= high {
		return append(cells, p.round())
	}
	return cells
}

func (f *frame) pointCommand(out *buffer, points []cell) {
	if len(points) > 0 {
		f.command(out, commandMove, points)
	}
}

// command writes a command with its count and the steps to each cell.
func (f *frame) command(out *buffer, id uint64, cells []cell) {
	out.varint(uint64(len(cells))<<3 | id)
	for _, c := range cells {
		out.varint(zigzag(c.x - f.x))
		out.varint(zigzag(c.y - f.y))
		f.x, f.y = c.x, c.y
	}
}

// line writes the parts of a line that are in the tile.
func (f *frame) line(out *buffer, points []xy) {
	var part []cell
	flush := func() {
		if len(part) >= 2 {
			f.command(out, commandMove, part[:1])
			f.command(out, commandTo, part[1:])
		}
		part = part[:0]
	}
	for i := 0; i+1 < len(points); i++ {
		a, b, ok := clipSegment(points[i], points[i+1])
		if !ok {
			flush()
			continue
		}
		if a != points[i] { // it came in from outside
			flush()
		}
		part = appendCell(part, a.round())
		part = appendCell(part, b.round())
		if b != points[i+1] { // it goes out
			flush()
		}
	}
	flush()
}

// polygon writes the rings of a polygon that are in the tile: the outer ring clockwise on the
// screen, holes the other way, as the specification asks.
func (f *frame) polygon(out *buffer, p geom.Polygon) {
	var rings [][]cell
	for i, ring := range p.DumpRings() {
		cells := f.ring(ring, i == 0)
		switch {
		case cells == nil && i == 0:
			return // the holes go with it
		case cells == nil:
			continue
		case i > 0 && -surveyor(cells) >= surveyor(rings[0]):
			return // the tile lies in the hole
		}
		rings = append(rings, cells)
	}
	for _, cells := range rings {
		f.command(out, commandMove, cells[:1])
		f.command(out, commandTo, cells[1:])
		out.varint(1<<3 | commandEnd)
	}
}

// ring returns a ring clipped and rounded, without the repeated last point, or nil when it
// encloses less than one square unit.
func (f *frame) ring(ring geom.LineString, outer bool) []cell {
	var cells []cell
	for _, p := range clipRing(f.placeAll(ring.Coordinates())) {
		cells = appendCell(cells, p.round())
	}
	cells = tidy(cells)
	if len(cells) < 3 {
		return nil
	}
	area2 := surveyor(cells)
	if area2 > -2 && area2 < 2 {
		return nil
	}
	// With y downwards a positive area is clockwise on the screen.
	if (area2 > 0) != outer {
		for i, j := 0, len(cells)-1; i < j; i, j = i+1, j-1 {
			cells[i], cells[j] = cells[j], cells[i]
		}
	}
	return cells
}

// surveyor is twice the signed area of a closed ring.
func surveyor(cells []cell) int64 {
	var sum int64
	last := cells[len(cells)-1]
	for _, c := range cells {
		sum += last.x*c.y - c.x*last.y
		last = c
	}
	return sum
}

func (p xy) round() cell { return cell{int64(math.Round(p.x)), int64(math.Round(p.y))} }

// appendCell leaves out a cell equal to the one before it.
func appendCell(cells []cell, c cell) []cell {
	if n := len(cells); n > 0 && cells[n-1] == c {
		return cells
	}
	return append(cells, c)
}

// tidy drops the closing repeat and the points where clipping or rounding made a ring run out and
// straight back again, or pass through a point on a straight line.
func tidy(cells []cell) []cell {
	for len(cells) > 1 && cells[0] == cells[len(cells)-1] {
		cells = cells[:len(cells)-1]
	}
	for {
		before := len(cells)
		var kept []cell
		for i, c := range cells {
			prev := cells[(i+before-1)%before]
			if len(kept) > 0 {
				prev = kept[len(kept)-1]
			}
			next := cells[(i+1)%before]
			if c == prev || (c.x-prev.x)*(next.y-c.y) == (c.y-prev.y)*(next.x-c.x) {
				continue
			}
			kept = append(kept, c)
		}
		if cells = kept; len(cells) == before || len(cells) < 3 {
			return cells
		}
	}
}
