package chart

import (
	"fmt"
	"strings"
)

// BandSpec is curves against strips of values, such as what chance alone allows at each distance.
type BandSpec struct {
	Title         string
	X, Y          Axis // Y.Refs are lines across; X.Refs lines upright
	Bands         []BandStrip
	Lines         []Series
	Width, Height float64 // 0 is 560 by 280
	PlainX        bool    // writes X without thousands separators, for years
}

// BandStrip is a range of values along X.
type BandStrip struct {
	Label string
	Steps []BandStep // in order of X; one that is not finite parts the strip
	Mark  Mark
}

// BandStep is the range at one X.
type BandStep struct{ X, Lo, Hi float64 }

// Band draws the strips, the reference lines and the curves over them, and says where a curve leaves the first strip.
func Band(sp BandSpec) Chart {
	w, h := orSize(sp.Width, 560), orSize(sp.Height, 280)
	s := newSVG(w, h)
	var xs, ys []float64
	names := 0.0
	for _, b := range sp.Bands {
		for _, st := range b.Steps {
			xs, ys = append(xs, st.X), append(ys, st.Lo, st.Hi)
		}
	}
	for _, l := range sp.Lines {
		names = max(names, wide(l.Label, labelSize))
		for _, st := range l.Steps {
			xs, ys = append(xs, st.X), append(ys, st.Y)
		}
	}
	ax := sp.X
	if ax.Min >= ax.Max {
		ax.Min, ax.Max = ends(xs)
	}
	bottom := ax
	bottom.Refs = nil
	x, y := lineFrame(s, bottom, sp.Y, ys, min(names+10, w*0.3), sp.PlainX)
	for _, b := range sp.Bands {
		drawStrip(s, b, x, y)
	}
	for _, r := range sp.X.Refs {
		if x.holds(r.At) {
			s.line(x.at(r.At), y.a, x.at(r.At), y.b, paint("line-3"), 1, ` stroke-dasharray="4 3"`)
			s.text(x.at(r.At)+3, y.b+9, labelSize, "start", paint("ink-3"), r.Label, "")
		}
	}
	for i := len(sp.Lines) - 1; i >= 0; i-- {
		drawSeries(s, sp.Lines[i], x, y)
	}
	nameSeries(s, sp.Lines, x, y, w)
	if sp.X.Label != "" {
		s.text(x.b, y.a-4, labelSize, "end", paint("ink-3"), sp.X.Label, halo())
	}
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

func drawStrip(s *svg, b BandStrip, x, y scale) {
	var upper, lower []string
	flush := func() {
		if len(upper) > 1 {
			for i := len(lower) - 1; i >= 0; i-- {
				upper = append(upper, lower[i])
			}
			fmt.Fprintf(&s.b, `<path d="M%sz" fill="%s" opacity=".22"><title>%s</title></path>`, strings.Join(upper, "L"), b.Mark.paint(), escape(b.Label))
		}
		upper, lower = nil, nil
	}
	for _, st := range b.Steps {
		if !x.holds(st.X) || !finite(st.Lo) || !finite(st.Hi) {
			flush()
			continue
		}
		upper = append(upper, num(x.at(st.X))+" "+num(y.at(st.Hi)))
		lower = append(lower, num(x.at(st.X))+" "+num(y.at(st.Lo)))
	}
	flush()
}

func (sp BandSpec) table() Table {
	t := Table{Header: []string{"Series", orText(sp.X.Label, "At"), orText(sp.Y.Label, "Value"), "Low", "High"}, Numeric: []bool{false, true, true, true, true}}
	for _, se := range sp.Lines {
		for _, st := range se.Steps {
			lo, hi := bounds(st.Range, sp.Y.Decimals)
			t.Rows = append(t.Rows, []string{se.Label, plainNumber(st.X, sp.X.Decimals, sp.PlainX), Number(st.Y, sp.Y.Decimals), lo, hi})
		}
	}
	for _, b := range sp.Bands {
		for _, st := range b.Steps {
			t.Rows = append(t.Rows, []string{b.Label, plainNumber(st.X, sp.X.Decimals, sp.PlainX), "", Number(st.Lo, sp.Y.Decimals), Number(st.Hi, sp.Y.Decimals)})
		}
	}
	return t
}

// describe says of each curve where it lies above or below the first strip.
func (sp BandSpec) describe() string {
	if len(sp.Lines) == 0 {
		return "No values."
	}
	var parts []string
	for _, se := range sp.Lines {
		parts = append(parts, se.Label+": "+sp.outside(se))
	}
	return sentences(parts...)
}

func (sp BandSpec) outside(se Series) string {
	if len(sp.Bands) == 0 {
		return plural(len(se.Steps), "value", "values")
	}
	b := sp.Bands[0]
	at := map[float64]BandStep{}
	for _, st := range b.Steps {
		at[st.X] = st
	}
	var above, below, all int
	for _, st := range se.Steps {
		r, ok := at[st.X]
		if !ok || !finite(st.Y) || !finite(r.Lo) || !finite(r.Hi) {
			continue
		}
		all++
		if st.Y > r.Hi {
			above++
		}
		if st.Y < r.Lo {
			below++
		}
	}
	if all == 0 {
		return "no values beside " + b.Label
	}
	return fmt.Sprintf("at %d of %d places above %s, at %d below", above, all, b.Label, below)
}
