package chart

import (
	"fmt"
	"math"
)

// TornadoSpec is how far a result moves when one input at a time has its low and its high value, drawn in the order given.
type TornadoSpec struct {
	Title  string
	Unit   string // of the result, heading of its columns
	Now    float64
	Bars   []TornadoBar
	Format func(float64) string // how results are written; nil is Number without decimals
	Width  float64              // 0 is 640
}

// TornadoBar is one input: how its low and high value are written, and the result at each.
type TornadoBar struct {
	Label         string
	Low, High     string
	AtLow, AtHigh float64
}

const tornadoStep = 34.0

// Tornado draws for each input a bar from the result at its low value to that at its high one, about the line of the
// result as it is. What the high value does is filled, what the low value does is outlined.
func Tornado(sp TornadoSpec) Chart {
	w := orSize(sp.Width, 640)
	write := sp.Format
	if write == nil {
		write = func(v float64) string { return Number(v, 0) }
	}
	c := Chart{Title: sp.Title, Desc: sp.describe(write), Table: sp.table(write)}
	rows := float64(len(sp.Bars)) * tornadoStep
	s := newSVG(w, max(rows, tornadoStep)+34)
	if len(sp.Bars) == 0 {
		s.text(0, 17, 12, "start", paint("ink-2"), "No values", "")
		c.SVG = s.done("chart", c.Title, c.Desc)
		return c
	}
	x := sp.scale(w, write)
	for i, b := range sp.Bars {
		sp.draw(s, b, x, float64(i)*tornadoStep, write)
	}
	s.line(x.at(sp.Now), 0, x.at(sp.Now), rows+4, paint("ink-2"), 1.5, "")
	s.text(x.at(sp.Now), rows+18, labelSize, "middle", paint("ink-2"), text(sp.Now, write), "")
	s.rect(0, rows+8, 10, 10, paint("accent"), "")
	s.text(14, rows+17, labelSize, "start", paint("ink-3"), "input high", "")
	s.rect(0, rows+22, 9, 9, "none", ` stroke="`+paint("accent")+`"`)
	s.text(14, rows+31, labelSize, "start", paint("ink-3"), "input low", "")
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

// scale leaves room for the inputs at the left and for the results at either end of a bar.
func (sp TornadoSpec) scale(w float64, write func(float64) string) scale {
	lo, hi := sp.Now, sp.Now
	names, figures := 0.0, 0.0
	for _, b := range sp.Bars {
		for _, v := range []float64{b.AtLow, b.AtHigh} {
			if finite(v) {
				lo, hi = min(lo, v), max(hi, v)
				figures = max(figures, wide(write(v), labelSize))
			}
		}
		names = max(names, wide(b.Label, 12), wide(b.span(), labelSize))
	}
	if !finite(lo) || lo == hi {
		lo, hi = lo-1, hi+1
	}
	figures = min(figures, w*0.15) + 8
	return scale{lo, hi, min(names, w*0.42) + 12 + figures, w - figures}
}

// span is the two values of the input.
func (b TornadoBar) span() string { return b.Low + " to " + b.High }

func (sp TornadoSpec) draw(s *svg, b TornadoBar, x scale, y float64, write func(float64) string) {
	s.text(0, y+13, 12, "start", paint("ink"), clip(b.Label, 12, s.w*0.42), "")
	s.text(0, y+27, labelSize, "start", paint("ink-3"), clip(b.span(), labelSize, s.w*0.42), "")
	if !finite(b.AtLow) || !finite(b.AtHigh) || !finite(sp.Now) {
		return
	}
	now := x.at(sp.Now)
	bar := func(v float64, fill, extra string) {
		a := x.at(v)
		s.rect(min(a, now), y+5, math.Abs(a-now), 18, fill, extra)
	}
	bar(b.AtLow, "none", ` stroke="`+paint("accent")+`"`)
	bar(b.AtHigh, paint("accent"), "")
	left, right := min(b.AtLow, b.AtHigh, sp.Now), max(b.AtLow, b.AtHigh, sp.Now)
	if left < sp.Now {
		s.text(x.at(left)-5, y+18, labelSize, "end", paint("ink-2"), write(left), "")
	}
	if right > sp.Now {
		s.text(x.at(right)+5, y+18, labelSize, "start", paint("ink-2"), write(right), "")
	}
}

func (sp TornadoSpec) table(write func(float64) string) Table {
	unit := orText(sp.Unit, "Result")
	t := Table{Header: []string{"Input", "Low", "High", unit + " at low", unit + " at high"}, Numeric: []bool{false, true, true, true, true}}
	for _, b := range sp.Bars {
		t.Rows = append(t.Rows, []string{b.Label, b.Low, b.High, text(b.AtLow, write), text(b.AtHigh, write)})
	}
	return t
}

func (sp TornadoSpec) describe(write func(float64) string) string {
	if len(sp.Bars) == 0 {
		return "No values."
	}
	b := sp.Bars[0]
	return sentences(plural(len(sp.Bars), "input", "inputs"), "The result is "+text(sp.Now, write),
		fmt.Sprintf("It moves most with %s: from %s to %s", b.Label, text(b.AtLow, write), text(b.AtHigh, write)))
}
