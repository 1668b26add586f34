package spatial

import (
	"cmp"
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"
)

// ContiguityOptions say which polygons are neighbours.
type ContiguityOptions struct {
	// Rook asks for a common stretch of border; otherwise a common point of the
	// border is enough (queen).
	Rook bool
	// Near also makes neighbours of polygons of which a corner of the one lies at
	// most this far, in the unit of the positions, from the border of the other:
	// for borders that were thinned each for itself, and for water between.
	Near float64
}

// Contiguity makes neighbours, with weight 1, of polygons whose borders meet: that
// have a corner (queen) or a segment between two corners (rook) in common, as
// polygons of one set of areas do. Shapes that are not areas are islands.
func Contiguity(shapes []geom.Geometry, opt ContiguityOptions) Weights {
	rings := make([][]geom.XY, len(shapes))
	breaks := make([][]int, len(shapes))
	for i, g := range shapes {
		rings[i], breaks[i] = corners(g)
	}
	var links []Link
	if opt.Rook {
		links = meet(segments(rings, breaks))
	} else {
		links = meet(points(rings))
	}
	if opt.Near > 0 {
		links = append(links, nearBy(rings, breaks, opt.Near)...)
	}
	slices.SortFunc(links, func(a, b Link) int { return cmp.Or(cmp.Compare(a.I, b.I), cmp.Compare(a.J, b.J)) })
	w, _ := NewWeights(len(shapes), slices.Compact(links)) // weights are 1
	return w
}

// corners lists the corners of all rings of a shape, and where each ring begins.
func corners(g geom.Geometry) (xy []geom.XY, breaks []int) {
	polygon := func(p geom.Polygon) {
		for _, ring := range p.DumpRings() {
			breaks = append(breaks, len(xy))
			seq := ring.Coordinates()
			for k := range seq.Length() {
				xy = append(xy, seq.GetXY(k))
			}
		}
	}
	switch g.Type() {
	case geom.TypePolygon:
		polygon(g.MustAsPolygon())
	case geom.TypeMultiPolygon:
		m := g.MustAsMultiPolygon()
		for k := range m.NumPolygons() {
			polygon(m.PolygonN(k))
		}
	}
	return xy, append(breaks, len(xy))
}

// place is a corner or a segment with the shape that has it.
type place struct {
	a, b  geom.XY
	shape int
}

func points(rings [][]geom.XY) []place {
	var out []place
	for i, xy := range rings {
		for _, p := range xy {
			out = append(out, place{a: p, shape: i})
		}
	}
	return out
}

func segments(rings [][]geom.XY, breaks [][]int) []place {
	var out []place
	for i, xy := range rings {
		for r := 1; r < len(breaks[i]); r++ {
			for k := breaks[i][r-1] + 1; k < breaks[i][r]; k++ {
				a, b := xy[k-1], xy[k]
				if byXY(b, a) < 0 {
					a, b = b, a
				}
				out = append(out, place{a, b, i})
			}
		}
	}
	return out
}

func byXY(a, b geom.XY) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) }

func byPlace(a, b place) int {
	return cmp.Or(byXY(a.a, b.a), byXY(a.b, b.b), cmp.Compare(a.shape, b.shape))
}

// meet links the shapes that have a place in common.
func meet(all []place) []Link {
	slices.SortFunc(all, byPlace)
	var out []Link
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].a == all[from].a && all[to].b == all[from].b {
			to++
		}
		for _, p := range all[from:to] {
			for _, o := range all[from:to] {
				if p.shape != o.shape {
					out = append(out, Link{p.shape, o.shape, 1})
				}
			}
		}
		from = to
	}
	return out
}

// box is the extent of a shape.
type box struct{ minX, minY, maxX, maxY float64 }

func boxOf(xy []geom.XY) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range xy {
		b.minX, b.maxX = min(b.minX, p.X), max(b.maxX, p.X)
		b.minY, b.maxY = min(b.minY, p.Y), max(b.maxY, p.Y)
	}
	return b
}

func (b box) near(p geom.XY, d float64) bool {
	return p.X >= b.minX-d && p.X <= b.maxX+d && p.Y >= b.minY-d && p.Y <= b.maxY+d
}

func (b box) meets(o box, d float64) bool {
	return b.minX <= o.maxX+d && o.minX <= b.maxX+d && b.minY <= o.maxY+d && o.minY <= b.maxY+d
}

// nearBy links the shapes of which a corner of the one is at most d from the
// border of the other.
func nearBy(rings [][]geom.XY, breaks [][]int, d float64) []Link {
	boxes := make([]box, len(rings))
	order := make([]int, len(rings))
	for i, xy := range rings {
		boxes[i], order[i] = boxOf(xy), i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(boxes[a].minX, boxes[b].minX), cmp.Compare(a, b))
	})
	found := make([][]Link, len(order))
	parallel(len(order), func(k int) {
		i := order[k]
		for _, j := range order[k+1:] {
			if boxes[j].minX > boxes[i].maxX+d {
				break
			}
			if boxes[i].meets(boxes[j], d) && (isClose(rings[i], boxes[j], rings[j], breaks[j], d) || isClose(rings[j], boxes[i], rings[i], breaks[i], d)) {
				found[k] = append(found[k], Link{i, j, 1}, Link{j, i, 1})
			}
		}
	})
	return slices.Concat(found...)
}

// isClose says whether one of the corners is at most d from the border.
func isClose(corners []geom.XY, b box, border []geom.XY, breaks []int, d float64) bool {
	for _, p := range corners {
		if !b.near(p, d) {
			continue
		}
		for r := 1; r < len(breaks); r++ {
			for k := breaks[r-1] + 1; k < breaks[r]; k++ {
				if toSegment(p, border[k-1], border[k]) <= d*d {
					return true
				}
			}
		}
	}
	return false
}

// toSegment is the squared distance of p from the segment between a and b.
func toSegment(p, a, b geom.XY) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(max(((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l, 0), 1)
	}
	return square(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}
