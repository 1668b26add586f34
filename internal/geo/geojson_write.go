package geo

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/peterstace/simplefeatures/geom"
)

// decimals is how many are written of a degree: six are about ten centimetres.
const decimals = 6

// AppendGeoJSON appends a geometry as GeoJSON text, coordinates rounded to six decimals.
// Positions that become equal to the one before are left out, and rings that lose their area with
// them. An empty geometry is null.
func AppendGeoJSON(dst []byte, g geom.Geometry) []byte {
	w := writer{dst}
	if g.IsEmpty() || !w.geometry(g) {
		return append(dst, "null"...)
	}
	return w.buf
}

// AppendFeatureCollection appends features as one GeoJSON collection, a feature to a line, with
// properties in alphabetical order: the same features give the same bytes.
func AppendFeatureCollection(dst []byte, features []Feature) []byte {
	dst = append(dst, `{"type":"FeatureCollection","features":[`...)
	for i, f := range features {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, "\n"+`{"type":"Feature","properties":`...)
		dst = appendProperties(dst, f.Properties)
		dst = append(dst, `,"geometry":`...)
		dst = append(AppendGeoJSON(dst, f.Geometry), '}')
	}
	return append(dst, "\n]}\n"...)
}

func appendProperties(dst []byte, props map[string]string) []byte {
	keys := make([]string, 0, len(props))
	for k := range props {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	dst = append(dst, '{')
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, k), ':')
		dst = appendText(dst, props[k])
	}
	return append(dst, '}')
}

func appendText(dst []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has JSON
	}
	return append(dst, text...)
}

type writer struct{ buf []byte }

// geometry writes g and returns false when rounding left nothing of it.
func (w *writer) geometry(g geom.Geometry) bool {
	if !g.IsGeometryCollection() {
		w.buf = append(w.buf, `{"type":"`+g.Type().String()+`","coordinates":`...)
	}
	ok := true
	switch g.Type() {
	case geom.TypePoint:
		xy, _ := g.MustAsPoint().XY()
		w.position(round(xy))
	case geom.TypeMultiPoint:
		m := g.MustAsMultiPoint()
		w.buf = append(w.buf, '[')
		for i := range m.NumPoints() {
			if xy, ok := m.PointN(i).XY(); ok {
				w.comma()
				w.position(round(xy))
			}
		}
		w.buf = append(w.buf, ']')
	case geom.TypeLineString:
		ok = w.line(g.MustAsLineString().Coordinates(), 2)
	case geom.TypeMultiLineString:
		m := g.MustAsMultiLineString()
		ok = w.list(m.NumLineStrings(), func(i int) bool { return w.line(m.LineStringN(i).Coordinates(), 2) })
	case geom.TypePolygon:
		ok = w.polygon(g.MustAsPolygon())
	case geom.TypeMultiPolygon:
		m := g.MustAsMultiPolygon()
		ok = w.list(m.NumPolygons(), func(i int) bool { return w.polygon(m.PolygonN(i)) })
	case geom.TypeGeometryCollection:
		m := g.MustAsGeometryCollection()
		w.buf = append(w.buf, `{"type":"GeometryCollection","geometries":`...)
		ok = w.list(m.NumGeometries(), func(i int) bool { return !m.GeometryN(i).IsEmpty() && w.geometry(m.GeometryN(i)) })
	}
	w.buf = append(w.buf, '}')
	return ok
}

// comma writes a comma unless a list has just begun.
func (w *writer) comma() {
	if w.buf[len(w.buf)-1] != '[' {
		w.buf = append(w.buf, ',')
	}
}

// list writes n parts, taking back those that came to nothing, and says whether any is left.
func (w *writer) list(n int, part func(int) bool) bool {
	w.buf = append(w.buf, '[')
	left := false
	for i := range n {
		mark := len(w.buf)
		w.comma()
		if part(i) {
			left = true
		} else {
			w.buf = w.buf[:mark]
		}
	}
	w.buf = append(w.buf, ']')
	return left
}

func (w *writer) polygon(p geom.Polygon) bool {
	outer := true
	return w.list(p.NumRings(), func(i int) bool {
		if i == 0 {
			outer = w.line(p.ExteriorRing().Coordinates(), 4)
			return outer
		}
		return outer && w.line(p.InteriorRingN(i-1).Coordinates(), 4)
	})
}

// line writes positions without repeats and says whether at least least of them are left.
func (w *writer) line(seq geom.Sequence, least int) bool {
	w.buf = append(w.buf, '[')
	n := 0
	var last geom.XY
	for i := range seq.Length() {
		xy := round(seq.GetXY(i))
		if n > 0 && xy == last {
			continue
		}
		w.comma()
		w.position(xy)
		last, n = xy, n+1
	}
	w.buf = append(w.buf, ']')
	return n >= least
}

func (w *writer) position(xy geom.XY) {
	w.buf = append(w.buf, '[')
	w.buf = strconv.AppendFloat(w.buf, xy.X, 'f', -1, 64)
	w.buf = append(w.buf, ',')
	w.buf = strconv.AppendFloat(w.buf, xy.Y, 'f', -1, 64)
	w.buf = append(w.buf, ']')
}

func round(xy geom.XY) geom.XY {
	return geom.XY{X: roundTo(xy.X), Y: roundTo(xy.Y)}
}

func roundTo(v float64) float64 {
	p := math.Pow10(decimals)
	return math.Round(v*p)/p + 0 // + 0 turns -0 into 0
}
