package chart

import (
	"fmt"
	"math"
)

// MapLine joins two places. Lines lie under the points and over the areas.
type MapLine struct {
	Label            string
	FromLon, FromLat float64
	ToLon, ToLat     float64
	Strong           bool // drawn darker and heavier
}

// drawLines draws the weak ones first.
func (sp MapSpec) drawLines(s *svg, p plan) {
	for _, strong := range []bool{false, true} {
		colour, width := paint("line-3"), 0.7
		if strong {
			colour, width = paint("ink-2"), 1.4
		}
		first := true
		for _, l := range sp.Lines {
			if l.Strong != strong || !finite(l.FromLon) || !finite(l.FromLat) || !finite(l.ToLon) || !finite(l.ToLat) {
				continue
			}
			if first {
				fmt.Fprintf(&s.b, `<path fill="none" stroke="%s" stroke-width="%s" stroke-opacity=".7" d="`, colour, num(width))
				first = false
			}
			x1, y1 := p.pixel(l.FromLon, l.FromLat)
			x2, y2 := p.pixel(l.ToLon, l.ToLat)
			fmt.Fprintf(&s.b, "M%s %sL%s %s", tenth(x1), tenth(y1), tenth(x2), tenth(y2))
		}
		if !first {
			s.b.WriteString(`"/>`)
		}
	}
}

func tenth(v float64) string { return num(math.Round(v*10) / 10) }

// drawNames writes the names of the first points, in their order, each only where it covers no other.
func (sp MapSpec) drawNames(s *svg, p plan) {
	most := sp.mostSize()
	names := placer{area: box{2, 2, p.width - 2, p.depth - 2}}
	for _, at := range sp.Points[:min(sp.Named, len(sp.Points))] {
		if finite(at.Lon) && finite(at.Lat) {
			x, y := p.pixel(at.Lon, at.Lat)
			r := sp.radius(at.Size, most)
			names.marks = append(names.marks, box{x - r, y - r, x + r, y + r})
		}
	}
	for _, at := range sp.Points[:min(sp.Named, len(sp.Points))] {
		if !finite(at.Lon) || !finite(at.Lat) {
			continue
		}
		x, y := p.pixel(at.Lon, at.Lat)
		name := clip(at.Label, labelSize, p.width/4)
		if tx, ty, ok := names.place(x, y, sp.radius(at.Size, most), labelSize, name); ok {
			s.text(tx, ty, labelSize, "start", paint("ink"), name, halo())
		}
	}
}
