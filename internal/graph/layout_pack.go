package graph

import (
	"cmp"
	"math"
	"slices"
)

const (
	// gap is the space around a component, in lengths of a tie; alone is that of a node without ties.
	gap, alone = 1.0, 0.6
)

// turn moves a component's centre to the origin and its longest extent to the horizontal.
func (l *layouter) turn(nodes []int32) {
	var cx, cy, xx, xy, yy float64
	for _, v := range nodes {
		cx, cy = cx+l.points[v].X, cy+l.points[v].Y
	}
	n := float64(len(nodes))
	for _, v := range nodes {
		p := &l.points[v]
		p.X, p.Y = p.X-cx/n, p.Y-cy/n
		xx, xy, yy = xx+float64(p.X*p.X), xy+float64(p.X*p.Y), yy+float64(p.Y*p.Y)
	}
	sin, cos := halfTurn(xx-yy, 2*xy)
	for _, v := range nodes {
		p := l.points[v]
		l.points[v] = Point{float64(p.X*cos) + float64(p.Y*sin), float64(p.Y*cos) - float64(p.X*sin)}
	}
}

// halfTurn returns sine and cosine of half the angle of a direction, by roots only, which every processor rounds alike.
func halfTurn(x, y float64) (sin, cos float64) {
	h := length(x, y)
	if h == 0 {
		return 0, 1
	}
	sin, cos = math.Sqrt(max(0, (1-x/h)/2)), math.Sqrt(max(0, (1+x/h)/2))
	return math.Copysign(sin, y), cos
}

// box is what a component takes up, and where it is put.
type box struct{ x, y, w, h, atX, atY float64 }

func (l *layouter) measure(nodes []int32) box {
	lo, hi := l.points[nodes[0]], l.points[nodes[0]]
	for _, v := range nodes {
		p := l.points[v]
		lo = Point{min(lo.X, p.X), min(lo.Y, p.Y)}
		hi = Point{max(hi.X, p.X), max(hi.Y, p.Y)}
	}
	space := gap
	if len(nodes) == 1 {
		space = alone
	}
	return box{x: lo.X - space/2, y: lo.Y - space/2, w: hi.X - lo.X + space, h: hi.Y - lo.Y + space}
}

// pack sets the components in rows, the highest first, and scales the whole to the unit square.
func (l *layouter) pack(parts [][]int32, boxes []box) {
	order := make([]int, len(boxes))
	area, widest := 0.0, 0.0
	for i, b := range boxes {
		order[i] = i
		area += float64(b.w * b.h)
		widest = max(widest, b.w)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(boxes[j].h, boxes[i].h) })
	limit := max(widest, math.Sqrt(area)*1.1)
	var x, y, rowH, width float64
	for _, i := range order {
		b := &boxes[i]
		if x > 0 && x+b.w > limit {
			x, y, rowH = 0, y+rowH, 0
		}
		b.atX, b.atY = x, y
		x += b.w
		rowH, width = max(rowH, b.h), max(width, x)
	}
	side := max(width, y+rowH)
	offX, offY := (side-width)/2, (side-y-rowH)/2
	for i, nodes := range parts {
		b := boxes[i]
		for _, v := range nodes {
			p := &l.points[v]
			p.X = min(1, max(0, (p.X-b.x+b.atX+offX)/side))
			p.Y = min(1, max(0, (p.Y-b.y+b.atY+offY)/side))
		}
	}
}
