package chart

import (
	"math"
)

// ForestSpec is values with their intervals on one scale, a row each, such as quotients of industries.
type ForestSpec struct {
	Title, Unit string
	Axis        Axis // Refs stand upright through all rows
	Rows        []ForestRow
	Log         bool // steps of equal ratio: values at or below nought are drawn at the lower end
	Width       float64
}

// ForestRow is one row.
type ForestRow struct {
	Label    string
	Value    float64
	Interval Interval
	Mark     Mark
}

const forestStep = 22.0

// Forest draws a dot for each value with its interval as a line, the scale below, and the figures at the right.
func Forest(sp ForestSpec) Chart {
	w := orSize(sp.Width, 560)
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	rows := float64(len(sp.Rows)) * forestStep
	s := newSVG(w, max(rows, forestStep)+30)
	if len(sp.Rows) == 0 {
		s.text(0, 17, 12, "start", paint("ink-2"), "No values", "")
		c.SVG = s.done("chart", c.Title, c.Desc)
		return c
	}
	x, marks := sp.scale(w)
	for _, v := range marks {
		at := x.at(sp.to(v))
		s.line(at, 0, at, rows+4, paint("line"), 1, "")
		s.text(at, rows+18, labelSize, "middle", paint("ink-3"), Number(v, sp.markDecimals(marks)), "")
	}
	for _, r := range sp.Axis.Refs {
		if v := sp.to(r.At); x.holds(v) {
			s.line(x.at(v), 0, x.at(v), rows+4, paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.at(v), rows+29, labelSize, "middle", paint("ink-2"), r.Label, "")
		}
	}
	for i, r := range sp.Rows {
		sp.draw(s, r, x, (float64(i)+0.5)*forestStep)
	}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

// to is a value on the scale.
func (sp ForestSpec) to(v float64) float64 {
	if !sp.Log {
		return v
	}
	if v <= 0 {
		return math.Inf(-1)
	}
	return math.Log(v)
}

// scale leaves room for names and figures; marks are where the axis is labelled.
func (sp ForestSpec) scale(w float64) (x scale, marks []float64) {
	var values []float64
	names, figures := 0.0, 0.0
	for _, r := range sp.Rows {
		names, figures = max(names, wide(r.Label, 12)), max(figures, wide(figure(r.Value, r.Interval, sp.Axis.Decimals), 12))
		for _, v := range []float64{r.Value, r.Interval.Lo, r.Interval.Hi} {
			if finite(v) && (!sp.Log || v > 0) && (v == r.Value || r.Interval.known()) {
				values = append(values, v)
			}
		}
	}
	left, right := min(names, w*0.42)+14, w-min(figures, w*0.3)-14
	axis := sp.Axis
	if !sp.Log {
		lo, hi := axis.span(values)
		return scale{lo, hi, left, right}, ticks(lo, hi)
	}
	for _, r := range axis.Refs {
		values = append(values, r.At)
	}
	if axis.Min > 0 && axis.Max > axis.Min {
		values = []float64{axis.Min, axis.Max}
	}
	lo, hi := ends(positive(values))
	if lo <= 0 || hi <= lo {
		lo, hi = 0.5, 2
	}
	for p := math.Floor(math.Log10(lo)); p <= math.Ceil(math.Log10(hi)) && len(marks) < 60; p++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, p); v >= lo && v <= hi {
				marks = append(marks, v)
			}
		}
	}
	for len(marks) > 8 {
		var half []float64
		for i := 0; i < len(marks); i += 2 {
			half = append(half, marks[i])
		}
		marks = half
	}
	return scale{math.Log(lo), math.Log(hi), left, right}, marks
}

func positive(values []float64) []float64 {
	var out []float64
	for _, v := range values {
		if v > 0 && finite(v) {
			out = append(out, v)
		}
	}
	return out
}

func (sp ForestSpec) markDecimals(marks []float64) int {
	d := 0
	for _, v := range marks {
		for d < 6 && math.Abs(v*math.Pow10(d)-math.Round(v*math.Pow10(d))) > 1e-6 {
			d++
		}
	}
	return d
}

func (sp ForestSpec) draw(s *svg, r ForestRow, x scale, y float64) {
	sp.name(s, r.Label, y)
	s.text(s.w, y+4, 12, "end", paint("ink-2"), clip(figure(r.Value, r.Interval, sp.Axis.Decimals), 12, s.w*0.3), "")
	if !finite(r.Value) {
		return
	}
	if r.Interval.known() {
		lo, hi := x.at(max(sp.to(r.Interval.Lo), x.min)), x.at(min(sp.to(r.Interval.Hi), x.max))
		s.line(lo, y, hi, y, r.Mark.paint(), 2, ` opacity=".6"`)
	}
	s.circle(x.at(max(sp.to(r.Value), x.min)), y, 4, r.Mark.paint(), "")
}

// name writes the name of a row; one that is too long for a line stands in two smaller ones.
func (sp ForestSpec) name(s *svg, label string, y float64) {
	const small = 10.5
	room := s.w * 0.42
	if wide(label, 12) <= room {
		s.text(0, y+4, 12, "start", paint("ink"), label, "")
		return
	}
	lines := wrap(label, small, room, 2)
	for k, l := range lines {
		s.text(0, y+4+(float64(k)-float64(len(lines)-1)/2)*11, small, "start", paint("ink"), l, "")
	}
}

func (sp ForestSpec) table() Table {
	t := Table{Header: []string{"Name", orText(sp.Unit, "Value"), "Low", "High"}, Numeric: []bool{false, true, true, true}}
	for _, r := range sp.Rows {
		lo, hi := bounds(r.Interval, sp.Axis.Decimals)
		t.Rows = append(t.Rows, []string{r.Label, Number(r.Value, sp.Axis.Decimals), lo, hi})
	}
	return t
}

// describe counts how many intervals lie wholly above and below the first reference.
func (sp ForestSpec) describe() string {
	if len(sp.Rows) == 0 {
		return "No values."
	}
	if len(sp.Axis.Refs) == 0 {
		return sentences(plural(len(sp.Rows), "value", "values"))
	}
	ref := sp.Axis.Refs[0]
	above, below := 0, 0
	for _, r := range sp.Rows {
		if r.Interval.known() && r.Interval.Lo > ref.At {
			above++
		}
		if r.Interval.known() && r.Interval.Hi < ref.At {
			below++
		}
	}
	return sentences(plural(len(sp.Rows), "value", "values"),
		plural(above, "interval lies", "intervals lie")+" wholly above "+orText(ref.Label, Number(ref.At, sp.Axis.Decimals))+", "+plural(below, "wholly below", "wholly below"))
}
