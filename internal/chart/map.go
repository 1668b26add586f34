package chart

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/mesh"
)

// MapSpec is a map of areas: coloured by class of a value, or by kind, or in outline only, with hulls and points over it.
type MapSpec struct {
	Title      string
	Name       string // heading of the areas' column, such as "District"
	Unit       string // what the values are, such as "Organisations per km²"
	Decimals   int
	Areas      []MapArea
	Classes    Classes // none: areas are in outline, unless there are Kinds
	Diverging  bool    // colours part at Centre
	Centre     float64 // the break, or the middle of the class, that is neither low nor high: 1 for quotients
	Kinds      []MapKind
	Borders    []geom.Geometry // drawn over the areas, heavier
	Hulls      []MapHull
	Lines      []MapLine
	Points     []MapPoint
	Named      int     // so many of the first points have their names written where there is room
	PointUnit  string  // what the sizes of the points are, such as "Employees"
	Width      float64 // of the drawing; 0 is 560
	MostHeight float64 // of the map itself; 0 is 600
}

// MapArea is one area. A value that is not finite is not known.
type MapArea struct {
	ID, Label string
	Geometry  geom.Geometry // polygons in degrees
	Value     float64
	Interval  Interval
	Few       bool // hatched: too few cases to say anything, so the class is not shown
	Kind      int  // 1-based number of a kind; 0 is none
	Us        bool // the area that the page is about
}

// MapKind is one kind of areas, such as "High among high". Shade is a step of a ramp ("v1" to "v9", "q1" to "q9") or a
// token of the pages.
type MapKind struct{ Label, Shade string }

// MapHull is the outline of a group of points.
type MapHull struct {
	Label    string
	Geometry geom.Geometry // degrees
	Mark     Mark
}

// MapPoint is one place. The area of its mark is in proportion to Size; where no point has a size, all are dots.
type MapPoint struct {
	Label    string
	Lon, Lat float64
	Size     float64
	Mark     Mark
}

// Map draws the areas, north up, with a legend that states the breaks and how many areas each class has, and a scale
// bar. Great Britain is drawn on the National Grid. Lines are thinned to what the picture can show.
func Map(sp MapSpec) Chart {
	w := orSize(sp.Width, 560)
	shapes := make([]geom.Geometry, 0, len(sp.Areas)+len(sp.Hulls))
	for _, a := range sp.Areas {
		shapes = append(shapes, a.Geometry)
	}
	for _, h := range sp.Hulls {
		shapes = append(shapes, h.Geometry)
	}
	shapes = append(shapes, sp.Borders...)
	c := Chart{Title: sp.Title, Desc: sp.describe(), Table: sp.table()}
	p, ok := newPlan(shapes, sp.Points, w, orSize(sp.MostHeight, 600))
	if !ok {
		s := newSVG(w, 26)
		s.text(0, 17, 12, "start", paint("ink-2"), "No areas", "")
		c.SVG = s.done("chart", c.Title, c.Desc)
		return c
	}
	keys := sp.keys()
	s := newSVG(w, p.depth+sp.legendHeight(keys))
	sp.drawAreas(s, p)
	sp.drawLines(s, p)
	sp.drawPoints(s, p)
	sp.drawNames(s, p)
	scaleBar(s, p)
	sp.legend(s, keys, p.depth)
	c.SVG = s.done("chart", c.Title, c.Desc)
	return c
}

// mapBytes and areaBytes bound what the lines of all areas may take, or of each where there are very many; above that
// they are thinned more.
const mapBytes, areaBytes = 36 << 10, 24

// drawAreas writes the areas, then the borders, the area that the page is about, and the hulls.
func (sp MapSpec) drawAreas(s *svg, p plan) {
	shapes := make([]geom.Geometry, len(sp.Areas))
	for i, a := range sp.Areas {
		shapes[i] = a.Geometry
	}
	full := p.outlines(shapes)
	paths := make([]string, len(full))
	for tol := 1.2; tol < 100; tol *= 1.5 {
		size := 0
		for i, o := range mesh.Thin(full, tol) {
			paths[i] = pathOf(o)
			size += len(paths[i])
		}
		if size <= max(mapBytes, areaBytes*len(full)) {
			break
		}
	}
	fills := sp.fills()
	if strings.Contains(strings.Join(fills, ""), hatch) {
		s.b.WriteString(`<defs><pattern id="few" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="` + paint("card") +
			`"/><path d="M0 0v5" stroke="` + paint("line-3") + `" stroke-width="2"/></pattern></defs>`)
	}
	fmt.Fprintf(&s.b, `<g transform="scale(%s)" fill-rule="evenodd" stroke-linejoin="round">`, num(1/mapUnits))
	fmt.Fprintf(&s.b, `<g stroke="%s" stroke-width="%s">`, paint("card"), num(areaLine(len(sp.Areas))*mapUnits))
	sp.writeAreas(s, fills, paths)
	s.b.WriteString("</g>")
	line := func(g geom.Geometry, stroke string, width float64, extra string) {
		if d := lines(p, g); d != "" {
			fmt.Fprintf(&s.b, `<path d="%s" fill="none" stroke="%s" stroke-width="%s"%s/>`, d, stroke, num(width*mapUnits), extra)
		}
	}
	for _, g := range sp.Borders {
		line(g, paint("ink-3"), 1, "")
	}
	for i, a := range sp.Areas {
		if a.Us {
			line(shapes[i], paint("ink"), 2, "")
		}
	}
	for _, h := range sp.Hulls {
		if d := lines(p, h.Geometry); d != "" {
			fmt.Fprintf(&s.b, `<path d="%s" fill="%s" fill-opacity=".14" stroke="%s" stroke-width="%s"><title>%s</title></path>`, d, h.Mark.paint(), h.Mark.paint(), num(1.5*mapUnits), escape(h.Label))
		}
	}
	s.b.WriteString("</g>")
}

// writeAreas writes the areas of one paint together, each with its name and value.
func (sp MapSpec) writeAreas(s *svg, fills, paths []string) {
	done := map[string]bool{}
	for first, fill := range fills {
		if done[fill] {
			continue
		}
		done[fill] = true
		s.b.WriteString(`<g fill="` + fill + `">`)
		for i := first; i < len(fills); i++ {
			if fills[i] != fill || paths[i] == "" {
				continue
			}
			name := sp.Areas[i].Label
			if v := sp.say(sp.Areas[i]); v != "" {
				name += ": " + v
			}
			s.b.WriteString(`<path d="` + paths[i] + `"><title>` + escape(name) + `</title></path>`)
		}
		s.b.WriteString("</g>")
	}
}

// areaLine is the width in pixels of the line between areas: thinner the more there are.
func areaLine(n int) float64 {
	switch {
	case n > 2000:
		return 0.1
	case n > 200:
		return 0.4
	}
	return 0.8
}

// lines is the path of one shape by itself.
func lines(p plan, g geom.Geometry) string {
	return pathOf(mesh.Thin(p.outlines([]geom.Geometry{g}), 1.2)[0])
}

const hatch = "url(#few)"

// fills is the paint of each area.
func (sp MapSpec) fills() []string {
	paints := sp.paints()
	out := make([]string, len(sp.Areas))
	for i, a := range sp.Areas {
		k := sp.Classes.Of(a.Value)
		switch {
		case a.Few:
			out[i] = hatch
		case len(sp.Kinds) > 0 && a.Kind > 0 && a.Kind <= len(sp.Kinds):
			out[i] = shade(sp.Kinds[a.Kind-1].Shade)
		case len(sp.Kinds) == 0 && k >= 0:
			out[i] = paints[k]
		default:
			out[i] = paint("line")
		}
	}
	return out
}

// paints is the paint of each class.
func (sp MapSpec) paints() []string { return sp.Classes.Paints(sp.Diverging, sp.Centre) }

// Paints gives the paint of each class: from little to much, or, where diverging, classes below the centre from brown
// and those above it to blue-green, with the ground's own paint for a class that holds the centre inside.
func (c Classes) Paints(diverging bool, centre float64) []string {
	if !diverging {
		return Sequential(c.N())
	}
	low, mid := 0, 0
	for i := range c.N() {
		switch {
		case c.Bounds[i+1] <= centre:
			low++
		case c.Bounds[i] < centre:
			mid++
		}
	}
	sides := Sides(low, c.N()-low-mid)
	out := append([]string{}, sides[:low]...)
	for range mid {
		out = append(out, shade("v5"))
	}
	return append(out, sides[low:]...)
}

// say is what an area's value is, in words.
func (sp MapSpec) say(a MapArea) string {
	switch {
	case a.Few:
		return "too few to say"
	case len(sp.Kinds) > 0 && a.Kind > 0 && a.Kind <= len(sp.Kinds):
		return sp.Kinds[a.Kind-1].Label
	case len(sp.Kinds) > 0 || sp.Classes.N() > 0:
		return figure(a.Value, a.Interval, sp.Decimals)
	}
	return ""
}

// drawPoints draws the largest first, so that no small one is hidden.
func (sp MapSpec) drawPoints(s *svg, p plan) {
	most := sp.mostSize()
	order := make([]int, 0, len(sp.Points))
	for i, at := range sp.Points {
		if finite(at.Lon) && finite(at.Lat) && (most == 0 || at.Size > 0 && finite(at.Size)) {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return sp.Points[order[a]].Size > sp.Points[order[b]].Size })
	for _, i := range order {
		at := sp.Points[i]
		x, y := p.pixel(at.Lon, at.Lat)
		fmt.Fprintf(&s.b, `<circle cx="%s" cy="%s" r="%s" fill="%s" fill-opacity=".75" stroke="%s"><title>%s</title></circle>`,
			num(math.Round(x*10)/10), num(math.Round(y*10)/10), num(sp.radius(at.Size, most)), at.Mark.paint(), paint("card"), escape(at.Label))
	}
}

func (sp MapSpec) mostSize() float64 {
	most := 0.0
	for _, at := range sp.Points {
		if finite(at.Size) {
			most = max(most, at.Size)
		}
	}
	return most
}

// radius is that of a mark whose area is in proportion to its size.
func (sp MapSpec) radius(size, most float64) float64 {
	if most == 0 {
		return 2
	}
	const largest = 14.0
	return max(largest*math.Sqrt(max(size, 0)/most), 1)
}

func (sp MapSpec) table() Table {
	t := Table{Header: []string{orText(sp.Name, "Area"), orText(sp.Unit, "Value")}, Numeric: []bool{false, len(sp.Kinds) == 0}}
	between := false
	for _, a := range sp.Areas {
		between = between || a.Interval.known()
	}
	labels := sp.Classes.Labels(sp.Decimals)
	if between {
		t.Header, t.Numeric = append(t.Header, "Low", "High"), append(t.Numeric, true, true)
	}
	classed := len(labels) > 0 && len(sp.Kinds) == 0
	if classed {
		t.Header, t.Numeric = append(t.Header, "Class"), append(t.Numeric, false)
	}
	for _, a := range sp.Areas {
		row := []string{a.Label, Number(a.Value, sp.Decimals)}
		if len(sp.Kinds) > 0 || a.Few {
			row[1] = sp.say(a)
		}
		if between {
			lo, hi := bounds(a.Interval, sp.Decimals)
			row = append(row, lo, hi)
		}
		if classed {
			class := ""
			if k := sp.Classes.Of(a.Value); k >= 0 && !a.Few {
				class = labels[k]
			}
			row = append(row, class)
		}
		t.Rows = append(t.Rows, row)
	}
	for _, h := range sp.Hulls {
		t.Rows = append(t.Rows, padded(len(t.Header), h.Label, "hull"))
	}
	for _, l := range sp.Lines {
		t.Rows = append(t.Rows, padded(len(t.Header), l.Label, "line"))
	}
	for _, at := range sp.Points {
		t.Rows = append(t.Rows, padded(len(t.Header), at.Label, Number(at.Size, 0)))
	}
	return t
}

// padded is a row with empty cells at its end.
func padded(n int, cells ...string) []string { return append(cells, make([]string, n-len(cells))...) }
