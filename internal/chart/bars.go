package chart

import "fmt"

// BarsSpec is a list of values to compare by length, drawn in the order given.
type BarsSpec struct {
	Title  string
	Unit   string // heading of the value column, such as "Jobs" or "£m"
	Bars   []Bar
	Axis   Axis                 // its label is not drawn: the values stand at the bars; nought is always within the scale
	Format func(float64) string // how values are written; nil is Number with Axis.Decimals
	Width  float64              // of the drawing; 0 is 560
}

// Bar is one value with its name.
type Bar struct {
	Label    string
	Value    float64
	Interval Interval
	Mark     Mark
}

const barStep = 26.0

// Bars draws horizontal bars from nought, each with its value and, where it is known, its interval.
func Bars(sp BarsSpec) Chart {
	w := orSize(sp.Width, 560)
	write := sp.Format
	if write == nil {
		write = func(v float64) string { return Number(v, sp.Axis.Decimals) }
	}
	s := newSVG(w, max(float64(len(sp.Bars))*barStep+6, barStep))
	x := sp.scale(w, write)
	if len(sp.Bars) == 0 {
		s.text(0, 17, 12, "start", paint("ink-2"), "No values", "")
	} else {
		for _, r := range sp.Axis.Refs {
			if x.holds(r.At) {
				s.line(x.at(r.At), 0, x.at(r.At), s.h, paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			}
		}
		s.line(x.at(0), 0, x.at(0), s.h, paint("line-2"), 1, "")
	}
	for i, b := range sp.Bars {
		drawBar(s, b, x, float64(i)*barStep+3, write)
	}
	c := Chart{Title: sp.Title, Desc: sp.describe(write), Table: sp.table(write)}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

// scale leaves room for the names at the left and for the longest value at either end.
func (sp BarsSpec) scale(w float64, write func(float64) string) scale {
	values := []float64{0}
	names, figures := 0.0, 0.0
	negative := false
	for _, b := range sp.Bars {
		values = append(values, b.Value)
		if b.Interval.known() {
			values = append(values, b.Interval.Lo, b.Interval.Hi)
		}
		names = max(names, wide(b.Label, 12))
		figures = max(figures, wide(text(b.Value, write), 12))
		negative = negative || b.Value < 0
	}
	axis := sp.Axis
	if axis.Min < axis.Max {
		axis.Min, axis.Max = min(axis.Min, 0), max(axis.Max, 0)
	}
	lo, hi := axis.span(values)
	left := min(names, w*0.42) + 10
	figures = min(figures, w*0.25)
	if negative {
		left += figures
	}
	return scale{lo, hi, left, w - figures - 14}
}

func drawBar(s *svg, b Bar, x scale, y float64, write func(float64) string) {
	s.text(0, y+14, 12, "start", paint("ink"), clip(b.Label, 12, s.w*0.42), "")
	if !finite(b.Value) {
		s.text(x.at(0)+6, y+14, 12, "start", paint("ink-3"), unknown, "")
		return
	}
	from, to := x.at(0), x.at(b.Value)
	opacity := ""
	if b.Interval.known() {
		opacity = ` opacity=".55"`
	}
	s.rect(min(from, to), y+3, max(from, to)-min(from, to), 14, b.Mark.paint(), opacity)
	lo, hi := min(from, to), max(from, to)
	if b.Interval.known() {
		l, h := x.at(b.Interval.Lo), x.at(b.Interval.Hi)
		s.line(l, y+10, h, y+10, paint("ink"), 1.5, "")
		s.line(l, y+7, l, y+13, paint("ink"), 1.5, "")
		s.line(h, y+7, h, y+13, paint("ink"), 1.5, "")
		lo, hi = min(lo, l), max(hi, h)
	}
	if b.Value < 0 {
		s.text(lo-5, y+14, 12, "end", paint("ink"), write(b.Value), "")
		return
	}
	s.text(hi+5, y+14, 12, "start", paint("ink"), write(b.Value), "")
}

func text(v float64, write func(float64) string) string {
	if !finite(v) {
		return unknown
	}
	return write(v)
}

func (sp BarsSpec) table(write func(float64) string) Table {
	t := Table{Header: []string{"Name", orText(sp.Unit, "Value"), "Low", "High"}, Numeric: []bool{false, true, true, true}}
	for _, b := range sp.Bars {
		lo, hi := "", ""
		if b.Interval.known() {
			lo, hi = write(b.Interval.Lo), write(b.Interval.Hi)
		}
		t.Rows = append(t.Rows, []string{b.Label, text(b.Value, write), lo, hi})
	}
	return t
}

func (sp BarsSpec) describe(write func(float64) string) string {
	if len(sp.Bars) == 0 {
		return "No values."
	}
	best, worst := -1, -1
	for i, b := range sp.Bars {
		if !finite(b.Value) {
			continue
		}
		if best < 0 || b.Value > sp.Bars[best].Value {
			best = i
		}
		if worst < 0 || b.Value < sp.Bars[worst].Value {
			worst = i
		}
	}
	if best < 0 {
		return sentences(plural(len(sp.Bars), "value", "values"), "None is known")
	}
	return sentences(plural(len(sp.Bars), "value", "values"),
		fmt.Sprintf("Largest: %s, %s", sp.Bars[best].Label, write(sp.Bars[best].Value)),
		fmt.Sprintf("Smallest: %s, %s", sp.Bars[worst].Label, write(sp.Bars[worst].Value)))
}
