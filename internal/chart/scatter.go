package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
)

// ScatterSpec is a set of points under two measures.
type ScatterSpec struct {
	Title         string
	X, Y          Axis
	Points        []Point // the most important first: names are placed in this order
	Width, Height float64 // of the drawing; 0 is 560 by 400
}

// Point is one thing under two measures, with an interval in each direction where it is known.
type Point struct {
	Label          string
	X, Y           float64
	XRange, YRange Interval
	Size           float64 // area of the mark is in proportion; 0 is the usual size
	Mark           Mark
	Quiet          bool // drawn, but not named in the picture
}

const labelSize = 11.0

// Scatter draws points with whiskers, reference lines and names that keep off each other.
func Scatter(sp ScatterSpec) Chart {
	w, h := orSize(sp.Width, 560), orSize(sp.Height, 400)
	s := newSVG(w, h)
	xs, ys := sp.values()
	x, y := frame(s, sp.X, sp.Y, xs, ys)
	p := placer{area: box{2, 2, w - 2, h - 2}}
	largest := 0.0
	for _, pt := range sp.Points {
		if finite(pt.Size) {
			largest = max(largest, pt.Size)
		}
	}
	radius := func(pt Point) float64 {
		if largest <= 0 || !finite(pt.Size) || pt.Size <= 0 {
			return 4.5
		}
		return 3 + 9*math.Sqrt(pt.Size/largest)
	}
	order := drawable(sp.Points, x, y)
	for _, i := range order {
		whiskers(s, sp.Points[i], x, y)
	}
	stacked := slices.Clone(order)
	slices.Reverse(stacked) // small over large, so that none hides; among equals the most important on top
	slices.SortStableFunc(stacked, func(i, j int) int { return cmp.Compare(radius(sp.Points[j]), radius(sp.Points[i])) })
	for _, i := range stacked {
		pt := sp.Points[i]
		cx, cy, r := x.at(pt.X), y.at(pt.Y), radius(pt)
		s.circle(cx, cy, r, pt.Mark.paint(), ` stroke="`+paint("card")+`"`)
		p.marks = append(p.marks, box{cx - r, cy - r, cx + r, cy + r})
	}
	for _, i := range order {
		pt := sp.Points[i]
		if pt.Quiet || pt.Label == "" {
			continue
		}
		text := clip(pt.Label, labelSize, w/3)
		if tx, ty, ok := p.place(x.at(pt.X), y.at(pt.Y), radius(pt), labelSize, text); ok {
			s.text(tx, ty, labelSize, "start", paint("ink"), text, halo())
		}
	}
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

func (sp ScatterSpec) values() (xs, ys []float64) {
	for _, pt := range sp.Points {
		xs, ys = append(xs, pt.X), append(ys, pt.Y)
		if pt.XRange.known() {
			xs = append(xs, pt.XRange.Lo, pt.XRange.Hi)
		}
		if pt.YRange.known() {
			ys = append(ys, pt.YRange.Lo, pt.YRange.Hi)
		}
	}
	return xs, ys
}

// drawable lists the points within both scales.
func drawable(points []Point, x, y scale) []int {
	var out []int
	for i, pt := range points {
		if x.holds(pt.X) && y.holds(pt.Y) {
			out = append(out, i)
		}
	}
	return out
}

func whiskers(s *svg, pt Point, x, y scale) {
	if pt.XRange.known() {
		s.line(x.at(pt.XRange.Lo), y.at(pt.Y), x.at(pt.XRange.Hi), y.at(pt.Y), pt.Mark.paint(), 1.5, ` opacity=".45"`)
	}
	if pt.YRange.known() {
		s.line(x.at(pt.X), y.at(pt.YRange.Lo), x.at(pt.X), y.at(pt.YRange.Hi), pt.Mark.paint(), 1.5, ` opacity=".45"`)
	}
}

// frame draws axes, ticks and reference lines, and gives the two scales.
func frame(s *svg, ax, ay Axis, xs, ys []float64) (x, y scale) {
	x0, x1 := ax.span(xs)
	y0, y1 := ay.span(ys)
	left := 14.0
	for _, v := range ticks(y0, y1) {
		left = max(left, wide(Number(v, tickDecimals(y0, y1)), labelSize)+14)
	}
	left = min(left, s.w/3)
	x = scale{x0, x1, left, s.w - 14}
	y = scale{y0, y1, s.h - 40, 26}
	for _, v := range ticks(y0, y1) {
		s.line(x.a, y.at(v), x.b, y.at(v), paint("line"), 1, "")
		s.text(x.a-6, y.at(v)+4, labelSize, "end", paint("ink-3"), Number(v, tickDecimals(y0, y1)), "")
	}
	for _, v := range ticks(x0, x1) {
		s.text(x.at(v), y.a+16, labelSize, "middle", paint("ink-3"), Number(v, tickDecimals(x0, x1)), "")
	}
	s.line(x.a, y.a, x.b, y.a, paint("line-2"), 1, "")
	for _, r := range ax.Refs {
		if x.holds(r.At) {
			s.line(x.at(r.At), y.b, x.at(r.At), y.a, paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.at(r.At)+4, y.b+10, labelSize, "start", paint("ink-3"), r.Label, "")
		}
	}
	for _, r := range ay.Refs {
		if y.holds(r.At) {
			s.line(x.a, y.at(r.At), x.b, y.at(r.At), paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.b, y.at(r.At)-4, labelSize, "end", paint("ink-3"), r.Label, "")
		}
	}
	if ax.Label != "" {
		s.text(x.b, s.h-6, labelSize, "end", paint("ink-2"), ax.Label+" →", "")
	}
	if ay.Label != "" {
		s.text(2, 12, labelSize, "start", paint("ink-2"), ay.Label+" ↑", "")
	}
	return x, y
}

func (sp ScatterSpec) table() Table {
	t := Table{
		Header:  []string{"Name", orText(sp.X.Label, "Across"), "Low", "High", orText(sp.Y.Label, "Up"), "Low", "High"},
		Numeric: []bool{false, true, true, true, true, true, true},
	}
	for _, pt := range sp.Points {
		xl, xh := bounds(pt.XRange, sp.X.Decimals)
		yl, yh := bounds(pt.YRange, sp.Y.Decimals)
		t.Rows = append(t.Rows, []string{pt.Label, Number(pt.X, sp.X.Decimals), xl, xh, Number(pt.Y, sp.Y.Decimals), yl, yh})
	}
	return t
}

// describe names the count and the ends of both measures.
func (sp ScatterSpec) describe() string {
	n := len(sp.Points)
	if n == 0 {
		return "No points."
	}
	ends := func(axis Axis, value func(Point) float64, fallback string) string {
		known := make([]Point, 0, n)
		for _, pt := range sp.Points {
			if finite(value(pt)) {
				known = append(known, pt)
			}
		}
		if len(known) == 0 {
			return ""
		}
		sort.SliceStable(known, func(i, j int) bool { return value(known[i]) < value(known[j]) })
		lo, hi := known[0], known[len(known)-1]
		return fmt.Sprintf("%s runs from %s (%s) to %s (%s)", orText(axis.Label, fallback), Number(value(lo), axis.Decimals), lo.Label, Number(value(hi), axis.Decimals), hi.Label)
	}
	return sentences(plural(n, "point", "points"),
		ends(sp.X, func(p Point) float64 { return p.X }, "Across"),
		ends(sp.Y, func(p Point) float64 { return p.Y }, "Up"))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(float64(n), 0) + " " + many
}

func orSize(v, fallback float64) float64 {
	if !finite(v) || v < 40 || v > 1e5 {
		return fallback
	}
	return v
}

func orText(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
