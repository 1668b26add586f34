package chart

import (
	"fmt"
	"math"
)

// legendKey is one line of a map's legend.
type legendKey struct {
	paint, label string
	n            int
	us           bool // an outline, not a fill
}

// keys lists the classes or kinds with how many areas each has, then what has none.
func (sp MapSpec) keys() []legendKey {
	var out []legendKey
	few, unknownN, rest := 0, 0, 0
	classes := make([]int, sp.Classes.N())
	kinds := make([]int, len(sp.Kinds))
	for _, a := range sp.Areas {
		k := sp.Classes.Of(a.Value)
		switch {
		case a.Few:
			few++
		case len(sp.Kinds) > 0 && a.Kind > 0 && a.Kind <= len(sp.Kinds):
			kinds[a.Kind-1]++
		case len(sp.Kinds) > 0:
			rest++
		case k >= 0:
			classes[k]++
		default:
			unknownN++
		}
	}
	if len(sp.Kinds) > 0 {
		for i, kind := range sp.Kinds {
			out = append(out, legendKey{paint: shade(kind.Shade), label: kind.Label, n: kinds[i]})
		}
		if rest > 0 {
			out = append(out, legendKey{paint: paint("line"), label: "None of these", n: rest})
		}
	} else {
		paints, labels := sp.paints(), sp.Classes.Labels(sp.Decimals)
		for i := range labels {
			out = append(out, legendKey{paint: paints[i], label: labels[i], n: classes[i]})
		}
	}
	if few > 0 {
		out = append(out, legendKey{paint: hatch, label: "Too few to say", n: few})
	}
	if unknownN > 0 && sp.Classes.N() > 0 {
		out = append(out, legendKey{paint: paint("line"), label: "Not known", n: unknownN})
	}
	for _, a := range sp.Areas {
		if a.Us {
			out = append(out, legendKey{paint: paint("ink"), label: a.Label, us: true})
			break
		}
	}
	return out
}

const keyStep = 18.0

// columns is into how many columns the legend is set.
func (sp MapSpec) columns() int { return max(int(orSize(sp.Width, 560)/250), 1) }

func (sp MapSpec) legendHeight(keys []legendKey) float64 {
	h := 8.0
	if len(keys) > 0 {
		rows := (len(keys) + sp.columns() - 1) / sp.columns()
		h += 22 + float64(rows)*keyStep
	}
	if sp.mostSize() > 0 {
		h += 40
	}
	return h
}

// legend stands under the map.
func (sp MapSpec) legend(s *svg, keys []legendKey, top float64) {
	y := top + 16
	if len(keys) > 0 {
		s.text(0, y, 12, "start", paint("ink"), clip(orText(sp.Unit, "Value"), 12, s.w), ` font-weight="600"`)
		rows := (len(keys) + sp.columns() - 1) / sp.columns()
		wide := s.w / float64(sp.columns())
		for i, k := range keys {
			x, at := float64(i/rows)*wide, y+8+float64(i%rows)*keyStep
			if k.us {
				s.rect(x+1, at+1, 16, 10, "none", ` stroke="`+k.paint+`" stroke-width="2"`)
			} else {
				s.rect(x, at, 18, 12, k.paint, "")
			}
			text := k.label
			if !k.us {
				text += " (" + Number(float64(k.n), 0) + ")"
			}
			s.text(x+25, at+10, 12, "start", paint("ink-2"), clip(text, 12, wide-30), "")
		}
		y += 8 + float64(rows)*keyStep
	}
	if most := sp.mostSize(); most > 0 {
		sp.sizeLegend(s, y+8, most)
	}
}

// sizeLegend shows three sizes that are easy to read.
func (sp MapSpec) sizeLegend(s *svg, top, most float64) {
	x := 0.0
	if sp.PointUnit != "" {
		s.text(0, top+16, 12, "start", paint("ink"), sp.PointUnit, ` font-weight="600"`)
		x = wide(sp.PointUnit, 12) + 14
	}
	for _, v := range sizeSteps(most) {
		r := sp.radius(v, most)
		s.circle(x+r, top+12, r, "none", ` stroke="`+paint("ink-3")+`"`)
		label := Number(v, 0)
		s.text(x+2*r+5, top+16, 12, "start", paint("ink-2"), label, "")
		x += 2*r + 5 + wide(label, 12) + 14
	}
}

// sizeSteps are round numbers near the most, a fifth and a twenty-fifth of it.
func sizeSteps(most float64) []float64 {
	var out []float64
	for _, part := range []float64{25, 5, 1} {
		v := roundDown(most / part)
		if n := len(out); v >= 1 && (n == 0 || v > out[n-1]) {
			out = append(out, v)
		}
	}
	return out
}

// roundDown is the largest of 1, 2 or 5 times a power of ten that is not above v.
func roundDown(v float64) float64 {
	if !finite(v) || v <= 0 {
		return 0
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{5, 2} {
		if m*p <= v {
			return m * p
		}
	}
	return p
}

// scaleBar stands at the lower left of the map.
func scaleBar(s *svg, p plan) {
	metre := p.scale / mapUnits
	long := roundDown(90 / metre)
	if long <= 0 {
		return
	}
	unit, v := "km", long/1000
	if long < 1000 {
		unit, v = "m", long
	}
	y := p.depth - 6
	x := max(s.w-long*metre-4, 0)
	fmt.Fprintf(&s.b, `<path d="M%s %sv4h%sv-4" fill="none" stroke="%s"/>`, num(x), num(y-4), num(long*metre), paint("ink-3"))
	s.text(x+long*metre, y-8, labelSize, "end", paint("ink-3"), Number(v, 0)+" "+unit+", north is up", halo())
}

// describe says how many areas there are, which stand at the ends, and how the classes were made.
func (sp MapSpec) describe() string {
	what := "areas"
	if len(sp.Areas) == 1 {
		what = "area"
	}
	parts := []string{"Map of " + Number(float64(len(sp.Areas)), 0) + " " + what}
	if len(sp.Hulls) > 0 {
		parts[0] += fmt.Sprintf(" with %s", plural(len(sp.Hulls), "hull", "hulls"))
	}
	if len(sp.Points) > 0 {
		parts[0] += fmt.Sprintf(" and %s", plural(len(sp.Points), "point", "points"))
	}
	hi, lo := -1, -1
	for i, a := range sp.Areas {
		if !finite(a.Value) || a.Few {
			continue
		}
		if hi < 0 || a.Value > sp.Areas[hi].Value {
			hi = i
		}
		if lo < 0 || a.Value < sp.Areas[lo].Value {
			lo = i
		}
	}
	if hi >= 0 && sp.Classes.N() > 0 && len(sp.Kinds) == 0 {
		parts = append(parts, "Largest: "+sp.Areas[hi].Label+", "+figure(sp.Areas[hi].Value, sp.Areas[hi].Interval, sp.Decimals),
			"Smallest: "+sp.Areas[lo].Label+", "+figure(sp.Areas[lo].Value, sp.Areas[lo].Interval, sp.Decimals))
		if way := sp.Classes.Way(); way != "" {
			parts = append(parts, way)
		}
	}
	for _, k := range sp.keys() {
		if !k.us && len(sp.Kinds) > 0 {
			parts = append(parts, k.label+": "+Number(float64(k.n), 0))
		}
	}
	return sentences(parts...)
}
