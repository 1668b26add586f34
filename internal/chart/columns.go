package chart

import (
	"fmt"
	"math"
)

// ColumnsSpec is one value a year or a class, in their order.
type ColumnsSpec struct {
	Title, Unit   string // Unit heads the value column and the axis
	Name          string // heading of the labels' column; "" is Name
	Columns       []Column
	Axis          Axis    // nought is always within it
	Width, Height float64 // 0 is 560 by 220
}

// Column is one upright bar with its name below.
type Column struct {
	Label    string
	Value    float64
	Interval Interval
	Mark     Mark
}

// Columns draws upright bars from nought, with intervals where they are known.
func Columns(sp ColumnsSpec) Chart {
	s, x, y := sp.frame()
	step := (x.b - x.a) / float64(max(len(sp.Columns), 1))
	gap := min(step*0.25, 8)
	for i, c := range sp.Columns {
		left := x.a + float64(i)*step
		drawColumn(s, c, left+gap/2, step-gap, y)
	}
	sp.refs(s, x, y)
	sp.names(s, x, step)
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

// frame draws the axis of values; x holds the columns.
func (sp ColumnsSpec) frame() (s *svg, x, y scale) {
	w, h := orSize(sp.Width, 560), orSize(sp.Height, 220)
	s = newSVG(w, h)
	values := []float64{0}
	for _, c := range sp.Columns {
		values = append(values, c.Value)
		if c.Interval.known() {
			values = append(values, c.Interval.Lo, c.Interval.Hi)
		}
	}
	axis := sp.Axis
	if axis.Min < axis.Max {
		axis.Min, axis.Max = min(axis.Min, 0), max(axis.Max, 0)
	}
	lo, hi := axis.span(values)
	left := 14.0
	for _, v := range ticks(lo, hi) {
		left = max(left, wide(Number(v, tickDecimals(lo, hi)), labelSize)+14)
	}
	left = min(left, w/3)
	x, y = scale{0, 1, left, w - 4}, scale{lo, hi, h - 26, 24}
	for _, v := range ticks(lo, hi) {
		s.line(x.a, y.at(v), x.b, y.at(v), paint("line"), 1, "")
		s.text(x.a-6, y.at(v)+4, labelSize, "end", paint("ink-3"), Number(v, tickDecimals(lo, hi)), "")
	}
	s.line(x.a, y.at(0), x.b, y.at(0), paint("line-2"), 1, "")
	s.text(2, 12, labelSize, "start", paint("ink-2"), orText(sp.Unit, sp.Axis.Label), "")
	return s, x, y
}

// refs draws the reference lines over the columns.
func (sp ColumnsSpec) refs(s *svg, x, y scale) {
	for _, r := range sp.Axis.Refs {
		if y.holds(r.At) {
			s.line(x.a, y.at(r.At), x.b, y.at(r.At), paint("ink-2"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.b, y.at(r.At)-4, labelSize, "end", paint("ink-2"), r.Label, halo())
		}
	}
}

func drawColumn(s *svg, c Column, x, w float64, y scale) {
	if !finite(c.Value) {
		s.text(x+w/2, y.at(0)-4, labelSize, "middle", paint("ink-3"), "?", "")
		return
	}
	top, foot := min(y.at(c.Value), y.at(0)), max(y.at(c.Value), y.at(0))
	opacity := ""
	if c.Interval.known() {
		opacity = ` opacity=".55"`
	}
	s.rect(x, top, w, foot-top, c.Mark.paint(), opacity)
	if c.Interval.known() {
		mid, tip := x+w/2, min(w/4, 4)
		lo, hi := y.at(c.Interval.Lo), y.at(c.Interval.Hi)
		s.line(mid, lo, mid, hi, paint("ink"), 1.5, "")
		s.line(mid-tip, lo, mid+tip, lo, paint("ink"), 1.5, "")
		s.line(mid-tip, hi, mid+tip, hi, paint("ink"), 1.5, "")
	}
}

// names writes as many names under the columns as fit, evenly.
func (sp ColumnsSpec) names(s *svg, x scale, step float64) {
	widest := 0.0
	for _, c := range sp.Columns {
		widest = max(widest, wide(c.Label, labelSize))
	}
	every := max(int(math.Ceil((min(widest, 90)+8)/step)), 1)
	for i := 0; i < len(sp.Columns); i += every {
		s.text(x.a+(float64(i)+0.5)*step, s.h-8, labelSize, "middle", paint("ink-3"), clip(sp.Columns[i].Label, labelSize, step*float64(every)), "")
	}
}

func (sp ColumnsSpec) table() Table {
	t := Table{Header: []string{orText(sp.Name, "Name"), orText(sp.Unit, "Value"), "Low", "High"}, Numeric: []bool{false, true, true, true}}
	for _, c := range sp.Columns {
		lo, hi := bounds(c.Interval, sp.Axis.Decimals)
		t.Rows = append(t.Rows, []string{c.Label, Number(c.Value, sp.Axis.Decimals), lo, hi})
	}
	return t
}

func (sp ColumnsSpec) describe() string {
	first, last, most := -1, -1, -1
	for i, c := range sp.Columns {
		if !finite(c.Value) {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		if most < 0 || c.Value > sp.Columns[most].Value {
			most = i
		}
	}
	if first < 0 {
		return "No values."
	}
	say := func(i int) string {
		return fmt.Sprintf("%s, %s", sp.Columns[i].Label, Number(sp.Columns[i].Value, sp.Axis.Decimals))
	}
	return sentences(plural(len(sp.Columns), "value", "values"), "First: "+say(first), "Last: "+say(last), "Largest: "+say(most))
}

// HistogramSpec is how often values fall between edges.
type HistogramSpec struct {
	Title         string
	X             Axis   // what is counted; its Decimals are those of the edges, its Refs stand upright
	Unit          string // what the counts are, such as "Firms"
	Edges         []float64
	Counts        []int // one fewer than edges
	Width, Height float64
}

// Histogram draws adjoining columns whose widths are those of the bins. Heights are counts, so bins should be of one
// width.
func Histogram(h HistogramSpec) Chart {
	cs := ColumnsSpec{Title: h.Title, Unit: orText(h.Unit, "Count"), Name: orText(h.X.Label, "Between"), Width: h.Width, Height: h.Height}
	n := min(len(h.Counts), len(h.Edges)-1)
	for i := range max(n, 0) {
		cs.Columns = append(cs.Columns, Column{Label: Number(h.Edges[i], h.X.Decimals) + " to " + Number(h.Edges[i+1], h.X.Decimals), Value: float64(h.Counts[i])})
	}
	s, x, y := cs.frame()
	c := Chart{Title: h.Title, Desc: cs.describe(), Table: cs.table()}
	if n < 1 || !finite(h.Edges[0]) || !finite(h.Edges[n]) || h.Edges[n] <= h.Edges[0] {
		c.SVG = s.done("chart", c.Title, c.Desc)
		return c
	}
	x.min, x.max = h.Edges[0], h.Edges[n]
	for i := range n {
		a, b := x.at(h.Edges[i]), x.at(h.Edges[i+1])
		drawColumn(s, cs.Columns[i], a, max(b-a-1, 0.5), y)
	}
	for _, v := range ticks(x.min, x.max) {
		s.text(x.at(v), s.h-8, labelSize, "middle", paint("ink-3"), Number(v, tickDecimals(x.min, x.max)), "")
	}
	for _, r := range h.X.Refs {
		if x.holds(r.At) {
			s.line(x.at(r.At), y.a, x.at(r.At), y.b, paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.at(r.At)+3, y.b+9, labelSize, "start", paint("ink-3"), r.Label, "")
		}
	}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}
