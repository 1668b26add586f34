package chart

import (
	"fmt"
	"strings"
)

// LineSpec is a small set of series over one measure, mostly years.
type LineSpec struct {
	Title         string
	X, Y          Axis
	Series        []Series // the most important first
	Width, Height float64  // of the drawing; 0 is 560 by 280
	PlainX        bool     // writes X without thousands separators, for years
}

// Series is one line. A step whose Y is not finite leaves a gap.
type Series struct {
	Label string
	Mark  Mark
	Steps []Step // in order of X
}

// Step is one value of a series.
type Step struct {
	X, Y  float64
	Range Interval // of Y
}

// Line draws the series with their interval bands and names each at its last value.
func Line(sp LineSpec) Chart {
	w, h := orSize(sp.Width, 560), orSize(sp.Height, 280)
	s := newSVG(w, h)
	var xs, ys []float64
	names := 0.0
	for _, se := range sp.Series {
		names = max(names, wide(se.Label, labelSize))
		for _, st := range se.Steps {
			xs, ys = append(xs, st.X), append(ys, st.Y)
			if st.Range.known() {
				ys = append(ys, st.Range.Lo, st.Range.Hi)
			}
		}
	}
	ax := sp.X
	if ax.Min >= ax.Max { // the line should fill its width: no rounding to whole ticks
		ax.Min, ax.Max = ends(xs)
	}
	x, y := lineFrame(s, ax, sp.Y, ys, min(names+10, w*0.3), sp.PlainX)
	for i := len(sp.Series) - 1; i >= 0; i-- {
		drawSeries(s, sp.Series[i], x, y)
	}
	nameSeries(s, sp.Series, x, y, w)
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

func ends(values []float64) (lo, hi float64) {
	first := true
	for _, v := range values {
		if !finite(v) {
			continue
		}
		if first {
			lo, hi, first = v, v, false
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}

func lineFrame(s *svg, ax, ay Axis, ys []float64, right float64, plain bool) (x, y scale) {
	y0, y1 := ay.span(ys)
	x0, x1 := ax.span(nil)
	if ax.Min == ax.Max && finite(ax.Min) {
		x0, x1 = ax.Min-1, ax.Max+1
	}
	left := 14.0
	for _, v := range ticks(y0, y1) {
		left = max(left, wide(Number(v, tickDecimals(y0, y1)), labelSize)+14)
	}
	left = min(left, s.w/3)
	x, y = scale{x0, x1, left, s.w - right}, scale{y0, y1, s.h - 26, 24}
	for _, v := range ticks(y0, y1) {
		s.line(x.a, y.at(v), x.b, y.at(v), paint("line"), 1, "")
		s.text(x.a-6, y.at(v)+4, labelSize, "end", paint("ink-3"), Number(v, tickDecimals(y0, y1)), "")
	}
	for _, v := range ticks(x0, x1) {
		s.text(x.at(v), s.h-8, labelSize, "middle", paint("ink-3"), plainNumber(v, tickDecimals(x0, x1), plain), "")
	}
	for _, r := range ay.Refs {
		if y.holds(r.At) {
			s.line(x.a, y.at(r.At), x.b, y.at(r.At), paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.a+2, y.at(r.At)-4, labelSize, "start", paint("ink-3"), r.Label, "")
		}
	}
	if ay.Label != "" {
		s.text(2, 12, labelSize, "start", paint("ink-2"), ay.Label, "")
	}
	return x, y
}

func plainNumber(v float64, decimals int, plain bool) string {
	if plain {
		return strings.ReplaceAll(Number(v, decimals), ",", "")
	}
	return Number(v, decimals)
}

// drawSeries draws each unbroken run of values: its band, its line, and a dot for a run of one.
func drawSeries(s *svg, se Series, x, y scale) {
	var run []Step
	flush := func() {
		if len(run) > 0 {
			drawRun(s, run, se.Mark, x, y)
		}
		run = nil
	}
	for _, st := range se.Steps {
		if !x.holds(st.X) || !finite(st.Y) {
			flush()
			continue
		}
		run = append(run, st)
	}
	flush()
}

func drawRun(s *svg, run []Step, mark Mark, x, y scale) {
	var upper, lower, line strings.Builder
	banded := true
	for i, st := range run {
		fmt.Fprintf(&line, "%s%s %s", letter(i), num(x.at(st.X)), num(y.at(st.Y)))
		banded = banded && st.Range.known()
	}
	if banded && len(run) > 1 {
		for i, st := range run {
			fmt.Fprintf(&upper, "%s%s %s", letter(i), num(x.at(st.X)), num(y.at(st.Range.Hi)))
			back := run[len(run)-1-i]
			fmt.Fprintf(&lower, "L%s %s", num(x.at(back.X)), num(y.at(back.Range.Lo)))
		}
		fmt.Fprintf(&s.b, `<path d="%s%sz" fill="%s" opacity=".16"/>`, upper.String(), lower.String(), mark.paint())
	}
	if len(run) == 1 {
		s.circle(x.at(run[0].X), y.at(run[0].Y), 3, mark.paint(), "")
		return
	}
	fmt.Fprintf(&s.b, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round"/>`, line.String(), mark.paint())
}

func letter(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// nameSeries writes each name beside its last value, moved down as far as the names above need.
func nameSeries(s *svg, series []Series, x, y scale, w float64) {
	var taken []box
	for _, se := range series {
		for i := len(se.Steps) - 1; i >= 0; i-- {
			st := se.Steps[i]
			if !x.holds(st.X) || !finite(st.Y) {
				continue
			}
			name := clip(se.Label, labelSize, w*0.3-10)
			at := y.at(st.Y) + 4
			b := box{x.b + 6, at - 10, s.w, at + 3}
			for range series {
				if !hit(b, taken) {
					break
				}
				b.y0, b.y1, at = b.y0+13, b.y1+13, at+13
			}
			taken = append(taken, b)
			s.text(x.b+6, min(at, s.h-2), labelSize, "start", paint("ink"), name, "")
			break
		}
	}
}

func (sp LineSpec) table() Table {
	t := Table{Header: []string{"Series", orText(sp.X.Label, "At"), orText(sp.Y.Label, "Value"), "Low", "High"}, Numeric: []bool{false, true, true, true, true}}
	for _, se := range sp.Series {
		for _, st := range se.Steps {
			lo, hi := bounds(st.Range, sp.Y.Decimals)
			t.Rows = append(t.Rows, []string{se.Label, plainNumber(st.X, sp.X.Decimals, sp.PlainX), Number(st.Y, sp.Y.Decimals), lo, hi})
		}
	}
	return t
}

func (sp LineSpec) describe() string {
	var parts []string
	for _, se := range sp.Series {
		var known []Step
		for _, st := range se.Steps {
			if finite(st.X) && finite(st.Y) {
				known = append(known, st)
			}
		}
		if len(known) == 0 {
			parts = append(parts, se.Label+": no values")
			continue
		}
		a, b := known[0], known[len(known)-1]
		parts = append(parts, fmt.Sprintf("%s: %s in %s, %s in %s", se.Label, Number(a.Y, sp.Y.Decimals), plainNumber(a.X, sp.X.Decimals, sp.PlainX),
			figure(b.Y, b.Range, sp.Y.Decimals), plainNumber(b.X, sp.X.Decimals, sp.PlainX)))
	}
	if len(parts) == 0 {
		return "No values."
	}
	return sentences(parts...)
}

// Sparkline draws one series the size of a word, with a dot at its last known value.
func Sparkline(title string, values []float64, decimals int) Chart {
	const w, h = 100.0, 20.0
	s := newSVG(w, h)
	lo, hi := ends(values)
	y := scale{lo, hi, h - 4, 4}
	x := scale{0, float64(max(len(values)-1, 1)), 2, w - 5}
	se := Series{Mark: MarkOther}
	last, rows := -1, make([][]string, 0, len(values))
	for i, v := range values {
		se.Steps = append(se.Steps, Step{X: float64(i), Y: v})
		rows = append(rows, []string{Number(float64(i+1), 0), Number(v, decimals)})
		if finite(v) {
			last = i
		}
	}
	drawSeries(s, se, x, y)
	desc := "No values."
	if last >= 0 {
		s.circle(x.at(float64(last)), y.at(values[last]), 3, paint("accent"), "")
		desc = sentences("Between "+Number(lo, decimals)+" and "+Number(hi, decimals), "Last: "+Number(values[last], decimals))
	}
	c := Chart{Title: title, Desc: desc, Table: Table{Header: []string{"Step", "Value"}, Rows: rows, Numeric: []bool{true, true}}}
	c.SVG = s.done("range", c.Title, c.Desc)
	return c
}
