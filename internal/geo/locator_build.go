package geo

import (
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"
)

// The raster has about this many cells for each edge, within the bounds: more makes fewer
// positions fall into mixed cells, but costs four bytes a cell.
const (
	cellsPerEdge = 32
	minCells     = 1 << 10
	maxCells     = 1 << 22
	maxSide      = 1 << 13
)

type builder struct {
	l       *Locator
	areas   [][]edge
	pending []pending
	cover   []span // scratch: columns that each edge of a row covers
	active  []int32
	toggles []float64
}

// pending is an entry whose cell is known but whose place in the locator is not yet.
type pending struct {
	cell int32
	entry
}

func newBuilder(areas []geom.Geometry) *builder {
	l := &Locator{west: math.Inf(1), south: math.Inf(1), east: math.Inf(-1), north: math.Inf(-1)}
	b := &builder{l: l}
	total := 0
	for _, g := range areas {
		edges := edgesOf(g)
		for _, e := range edges {
			l.west, l.east = min(l.west, e.lo.X, e.hi.X), max(l.east, e.lo.X, e.hi.X)
			l.south, l.north = min(l.south, e.lo.Y), max(l.north, e.hi.Y)
		}
		b.areas = append(b.areas, edges)
		total += len(edges)
	}
	n := float64(max(minCells, min(cellsPerEdge*total, maxCells)))
	width, height := l.east-l.west, l.north-l.south
	if total == 0 || !(width > 0 && height > 0) {
		l.west = math.Inf(1) // nothing to find: no position is in the box
		return b
	}
	// Cells about square in degrees; a very long box still gets at least one row and column.
	l.cols = int(max(1, min(maxSide, math.Sqrt(n*width/height))))
	l.rows = max(1, min(maxSide, int(n)/l.cols))
	l.perLon, l.perLat = float64(l.cols)/width, float64(l.rows)/height
	if math.IsInf(l.perLon, 0) || math.IsInf(l.perLat, 0) { // far smaller than an atom: one cell
		l.cols, l.rows, l.perLon, l.perLat = 1, 1, 1, 1
	}
	l.cells = make([]int32, l.cols*l.rows)
	for i := range l.cells {
		l.cells[i] = emptyCell
	}
	return b
}

// edgesOf returns the edges of a geometry's polygons in the order of their rings.
func edgesOf(g geom.Geometry) []edge {
	var edges []edge
	for _, part := range g.Dump() {
		p, ok := part.AsPolygon()
		if !ok {
			continue
		}
		for _, ring := range p.DumpRings() {
			seq := ring.Coordinates()
			for i := 0; i+1 < seq.Length(); i++ {
				a, z := seq.GetXY(i), seq.GetXY(i+1)
				if a == z {
					continue
				}
				if a.Y > z.Y {
					a, z = z, a
				}
				edges = append(edges, edge{a, z})
			}
		}
	}
	return edges
}

// addArea enters one area into every cell it touches, row by row.
func (b *builder) addArea(area int32, edges []edge) {
	if len(edges) == 0 || b.l.cells == nil {
		return
	}
	low, high := b.l.rows, 0
	for _, e := range edges {
		low, high = min(low, b.l.row(e.lo.Y)), max(high, b.l.row(e.hi.Y))
	}
	// Edges sorted into rows by counting: starts[k] is where row low+k's edges begin.
	starts := make([]int32, high-low+2)
	for _, e := range edges {
		for r := b.l.row(e.lo.Y); r <= b.l.row(e.hi.Y); r++ {
			starts[r-low+1]++
		}
	}
	for k := 1; k < len(starts); k++ {
		starts[k] += starts[k-1]
	}
	byRow := make([]int32, starts[len(starts)-1])
	next := slices.Clone(starts)
	for i, e := range edges {
		for r := b.l.row(e.lo.Y); r <= b.l.row(e.hi.Y); r++ {
			byRow[next[r-low]] = int32(i)
			next[r-low]++
		}
	}
	for r := low; r <= high; r++ {
		if row := byRow[starts[r-low]:starts[r-low+1]]; len(row) > 0 {
			b.addRow(area, r, edges, row)
		}
	}
}

// addRow sweeps one row of cells from left to right. Edges whose columns lie left of the cell go
// into base and toggles, those on the cell are its edges, those right of it do not count.
func (b *builder) addRow(area int32, r int, edges []edge, row []int32) {
	bottom, top := b.rowBounds(r)
	b.cover = b.cover[:0]
	for _, i := range row {
		b.cover = append(b.cover, b.columns(edges[i], bottom, top))
	}
	order := make([]int32, len(row))
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(i, j int32) int { return int(b.cover[i].from - b.cover[j].from) })

	base := false
	b.toggles, b.active = b.toggles[:0], b.active[:0]
	at := 0
	for c := b.cover[order[0]].from; ; c++ {
		keep := b.active[:0]
		for _, k := range b.active {
			if b.cover[k].to >= c {
				keep = append(keep, k)
				continue
			}
			e := edges[row[k]]
			base = b.toggle(base, r, e.lo.Y) != b.toggle(false, r, e.hi.Y)
		}
		b.active = keep
		for ; at < len(order) && b.cover[order[at]].from == c; at++ {
			b.active = append(b.active, order[at])
		}
		if len(b.active) == 0 && at == len(order) {
			return // right of every edge all is outside
		}
		b.enter(area, int32(r*b.l.cols)+c, base, edges, row)
	}
}

// toggle counts one end of an edge that lies left: below the row it always turns a position over,
// above it never, and inside the row it depends on the latitude. An end that two left edges
// share counts twice, that is, not at all.
func (b *builder) toggle(base bool, r int, y float64) bool {
	switch own := b.l.row(y); {
	case own < r:
		return !base
	case own > r:
		return base
	}
	if i := slices.Index(b.toggles, y); i >= 0 {
		b.toggles = slices.Delete(b.toggles, i, i+1)
	} else {
		b.toggles = append(b.toggles, y)
	}
	return base
}

// enter notes what the area has in a cell.
func (b *builder) enter(area, cell int32, base bool, edges []edge, row []int32) {
	l := b.l
	if len(b.active) == 0 && len(b.toggles) == 0 {
		if !base {
			return
		}
		if l.cells[cell] == emptyCell {
			l.cells[cell] = area
			return
		}
	}
	e := entry{area: area, base: base}
	e.edges.from, e.flips.from = int32(len(l.edges)), int32(len(l.flips))
	slices.Sort(b.active)
	for _, k := range b.active {
		l.edges = append(l.edges, edges[row[k]])
	}
	l.flips = append(l.flips, b.toggles...)
	e.edges.to, e.flips.to = int32(len(l.edges)), int32(len(l.flips))
	b.pending = append(b.pending, pending{cell, e})
}

// rowBounds returns latitudes a little beyond both borders of a row.
func (b *builder) rowBounds(r int) (bottom, top float64) {
	h := 1 / b.l.perLat
	return b.l.south + (float64(r)-1e-6)*h, b.l.south + (float64(r)+1+1e-6)*h
}

// columns returns the cells of a row that an edge may touch, a little widened, so that a position
// in a cell right of them is right of the edge beyond doubt.
func (b *builder) columns(e edge, bottom, top float64) span {
	x1, x2 := e.lo.X, e.hi.X
	if e.lo.Y < bottom {
		x1 = e.lo.X + (e.hi.X-e.lo.X)*(bottom-e.lo.Y)/(e.hi.Y-e.lo.Y)
	}
	if e.hi.Y > top {
		x2 = e.lo.X + (e.hi.X-e.lo.X)*(top-e.lo.Y)/(e.hi.Y-e.lo.Y)
	}
	pad := 1e-6 / b.l.perLon
	return span{int32(b.l.col(min(x1, x2) - pad)), int32(b.l.col(max(x1, x2) + pad))}
}

// finish gathers the entries of each mixed cell, areas in rising order.
func (b *builder) finish() *Locator {
	l := b.l
	slices.SortStableFunc(b.pending, func(p, q pending) int { return int(p.cell) - int(q.cell) })
	for i := 0; i < len(b.pending); {
		cell := b.pending[i].cell
		s := span{from: int32(len(l.entries))}
		if whole := l.cells[cell]; whole >= 0 {
			l.entries = append(l.entries, entry{area: whole, base: true})
		}
		for ; i < len(b.pending) && b.pending[i].cell == cell; i++ {
			l.entries = append(l.entries, b.pending[i].entry)
		}
		s.to = int32(len(l.entries))
		slices.SortFunc(l.entries[s.from:s.to], func(p, q entry) int { return int(p.area) - int(q.area) })
		l.cells[cell] = ^int32(len(l.mixed))
		l.mixed = append(l.mixed, s)
	}
	l.edges, l.flips = slices.Clip(l.edges), slices.Clip(l.flips)
	return l
}
