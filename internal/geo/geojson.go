package geo

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// ReadGeoJSON reads a GeoJSON document (RFC 7946): a feature collection, one feature or one bare
// geometry. Heights are dropped. A feature that can not be used becomes a [Problem] and the
// others are kept; a document that is not JSON, is cut, is too large or is not GeoJSON is an
// error with its line and column.
func ReadGeoJSON(r io.Reader, opt Options) ([]Feature, []Problem, error) {
	opt = opt.withDefaults()
	root, text, err := readJSON(r, opt)
	if err != nil {
		return nil, nil, err
	}
	c := &collector{opt: opt, lines: lineCounter{data: text}}
	c.declared(root.member("crs"))
	switch kind := root.member("type").text(); kind {
	case "FeatureCollection":
		list := root.member("features")
		if list.kind() != '[' {
			return nil, nil, fmt.Errorf("line %d: the collection has no list \"features\"; is the file complete?", c.lines.at(list.off))
		}
		for _, f := range list.items() {
			if err := c.add(f, c.geoJSONFeature); err != nil {
				return nil, nil, err
			}
		}
	case "Feature":
		err = c.add(root, c.geoJSONFeature)
	case "Topology":
		err = errors.New("line 1: this is a TopoJSON file, not GeoJSON; read it as TopoJSON")
	default:
		if !slices.Contains(geometryTypes, kind) {
			return nil, nil, fmt.Errorf("line %d: type %q is not GeoJSON; a FeatureCollection is needed", c.lines.at(root.off), kind)
		}
		err = c.add(root, c.geoJSONGeometry)
	}
	if err != nil {
		return nil, nil, err
	}
	return c.features, c.problems, nil
}

var geometryTypes = []string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}

// collector gathers features and problems and counts against the limits.
type collector struct {
	opt      Options
	lines    lineCounter
	index    int
	vertices int
	features []Feature
	problems []Problem
}

// add reads one feature with build and keeps it or its problem. Only a broken limit is an error.
func (c *collector) add(v value, build func(value) (geom.Geometry, error)) error {
	index, line := c.index, c.lines.at(v.off)
	c.index++
	if c.index > c.opt.MaxFeatures {
		return fmt.Errorf("line %d: more than %d features; split the file", line, c.opt.MaxFeatures)
	}
	props := properties(v)
	g, err := build(v)
	if errors.Is(err, errTooMany) {
		return fmt.Errorf("line %d: more than %d positions in the file: %w", line, c.opt.MaxVertices, err)
	}
	problem := Problem{Line: line, Index: index, Name: nameOf(props)}
	if err == nil {
		g, problem.Kept, err = c.accept(g)
	}
	if err != nil {
		problem.Reason = err.Error()
		c.problems = append(c.problems, problem)
	}
	if err != nil && !problem.Kept {
		return nil
	}
	c.features = append(c.features, Feature{Properties: props, Geometry: g, Line: line})
	return nil
}

// accept applies the checks that do not depend on the file's format. It returns the shape to keep,
// if any; a shape may be kept and have an error, when it was repaired.
func (c *collector) accept(g geom.Geometry) (out geom.Geometry, keep bool, err error) {
	if g.IsEmpty() {
		return g, false, errors.New("the shape has no positions; draw it or leave the feature out")
	}
	if c.opt.AreasOnly && g.Dimension() != 2 {
		return g, false, fmt.Errorf("it is a %s, but an area (Polygon or MultiPolygon) is needed", g.Type())
	}
	if err = checkValid(g); err != nil {
		repaired, ok := repair(g)
		if !c.opt.Repair || !ok {
			return g, false, err
		}
		g, err = repaired, fmt.Errorf("%w (repaired here and kept)", err)
	}
	if w := c.opt.Within; w != (Box{}) {
		b, _ := Bounds(g)
		if !b.Overlaps(w) {
			hint := "check the coordinates"
			if (Box{b.South, b.West, b.North, b.East}).Overlaps(w) {
				hint = "longitude and latitude are the wrong way round; longitude must come first"
			}
			return g, false, fmt.Errorf("it lies at %s, outside the region of longitude %g to %g and latitude %g to %g; %s", pair(b.West, b.South), w.West, w.East, w.South, w.North, hint)
		}
	}
	return g.ForceCCW(), true, err
}

// declared notes a coordinate system other than WGS84 named in the old "crs" member.
func (c *collector) declared(crs value) {
	name := crs.member("properties").member("name").text()
	if name == "" || strings.Contains(name, "CRS84") || strings.HasSuffix(name, "EPSG::4326") || strings.HasSuffix(name, "EPSG:4326") {
		return
	}
	c.problems = append(c.problems, Problem{Line: c.lines.at(crs.off), Index: -1, Reason: fmt.Sprintf(
		"the file says its coordinates are in %s; they were read as WGS84 longitude and latitude, save it again in EPSG:4326 to be sure", name)})
}

func (c *collector) geoJSONFeature(v value) (geom.Geometry, error) {
	if v.kind() != '{' {
		return geom.Geometry{}, fmt.Errorf("%s is not a feature", v.brief())
	}
	if kind := v.member("type").text(); kind != "Feature" {
		return geom.Geometry{}, fmt.Errorf("type %q where \"Feature\" is needed", kind)
	}
	g := v.member("geometry")
	if g.isNull() {
		return geom.Geometry{}, errors.New("it has no geometry; draw the shape or leave the feature out")
	}
	return c.geoJSONGeometry(g)
}

func (c *collector) geoJSONGeometry(v value) (geom.Geometry, error) {
	return c.shape(v.member("type").text(), v.member("coordinates"), shapeReader{point: c.position, line: c.positions})
}

// shapeReader reads the two lowest levels of a shape, which is all in which GeoJSON (positions)
// and TopoJSON (positions and arcs) differ.
type shapeReader struct {
	point func(value) ([]float64, error)
	line  func(value) ([]float64, error)
}

// shape builds a geometry of the named type.
func (c *collector) shape(kind string, v value, r shapeReader) (geom.Geometry, error) {
	switch kind {
	case "Point":
		flat, err := r.point(v)
		if err != nil {
			return geom.Geometry{}, err
		}
		return geom.NewPointXY(flat[0], flat[1]).AsGeometry(), checkDegrees(flat)
	case "MultiPoint":
		points, err := list(v, "points", func(v value) (geom.Point, error) {
			flat, err := r.point(v)
			if err != nil {
				return geom.Point{}, err
			}
			return geom.NewPointXY(flat[0], flat[1]), checkDegrees(flat)
		})
		return geom.NewMultiPoint(points).AsGeometry(), err
	case "LineString":
		line, err := lineString(v, r)
		return line.AsGeometry(), err
	case "MultiLineString":
		lines, err := list(v, "lines", func(v value) (geom.LineString, error) { return lineString(v, r) })
		return geom.NewMultiLineString(lines).AsGeometry(), err
	case "Polygon":
		p, err := polygon(v, r)
		return p.AsGeometry(), err
	case "MultiPolygon":
		ps, err := list(v, "polygons", func(v value) (geom.Polygon, error) { return polygon(v, r) })
		return geom.NewMultiPolygon(ps).AsGeometry(), err
	case "GeometryCollection":
		return geom.Geometry{}, errors.New("it is a GeometryCollection; make each shape a feature of its own")
	default:
		return geom.Geometry{}, fmt.Errorf("type %q is not a shape; use one of %s", kind, strings.Join(geometryTypes[:6], ", "))
	}
}

// list reads every element of a list with read and names the failing one, counted from 1.
func list[T any](v value, what string, read func(value) (T, error)) ([]T, error) {
	if v.kind() != '[' {
		return nil, fmt.Errorf("%s where a list of %s is needed", v.brief(), what)
	}
	var out []T
	for _, e := range v.items() {
		t, err := read(e)
		if err != nil {
			return nil, fmt.Errorf("%s %d: %w", strings.TrimSuffix(what, "s"), len(out)+1, err)
		}
		out = append(out, t)
	}
	return out, nil
}

func polygon(v value, r shapeReader) (geom.Polygon, error) {
	rings, err := list(v, "rings", func(v value) (geom.LineString, error) {
		flat, err := r.line(v)
		if err != nil {
			return geom.LineString{}, err
		}
		if err := checkDegrees(flat); err != nil {
			return geom.LineString{}, err
		}
		return geom.NewLineString(geom.NewSequence(flat, geom.DimXY)), checkRing(flat)
	})
	return geom.NewPolygon(rings), err
}

func lineString(v value, r shapeReader) (geom.LineString, error) {
	flat, err := r.line(v)
	if err != nil {
		return geom.LineString{}, err
	}
	if len(flat) < 4 {
		return geom.LineString{}, fmt.Errorf("a line of %d positions; it needs at least 2", len(flat)/2)
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY)), checkDegrees(flat)
}

// position reads [x, y, ...].
func (c *collector) position(v value) ([]float64, error) {
	flat, err := c.appendPosition(nil, v)
	return flat, err
}

// positions reads a list of positions into x,y,x,y...
func (c *collector) positions(v value) ([]float64, error) {
	if v.kind() != '[' {
		return nil, fmt.Errorf("%s where a list of positions is needed", v.brief())
	}
	var flat []float64
	for _, e := range v.items() {
		var err error
		if flat, err = c.appendPosition(flat, e); err != nil {
			return nil, err
		}
	}
	return slices.Clip(flat), nil
}

func (c *collector) appendPosition(flat []float64, v value) ([]float64, error) {
	if c.vertices++; c.vertices > c.opt.MaxVertices {
		return nil, errTooMany
	}
	n := 0
	if v.kind() == '[' {
		for _, e := range v.items() {
			f, err := strconv.ParseFloat(string(e.raw), 64)
			if err != nil {
				break
			}
			flat = append(flat, f)
			if n++; n == 2 {
				return flat, nil
			}
		}
	}
	return nil, fmt.Errorf("%s where a position is needed: two numbers, longitude then latitude", v.brief())
}

// properties reads the members of "properties" as text, and the feature's id.
func properties(v value) map[string]string {
	props := map[string]string{}
	if list := v.member("properties"); list.kind() == '{' {
		for k, p := range list.items() {
			delete(props, k) // a repeated name: the last counts
			if !p.isNull() {
				props[k] = p.text()
			}
		}
	}
	if id := v.member("id"); !id.isNull() {
		if _, taken := props["id"]; !taken {
			props["id"] = id.text()
		}
	}
	return props
}

// nameOf guesses which property is the feature's name: one called name, else the first by
// alphabet that ends like a name as the national statistics files write it (AREANM, ttwa11nm).
func nameOf(props map[string]string) string {
	var best string
	for k := range props {
		lower := strings.ToLower(k)
		if lower == "name" {
			return props[k]
		}
		if (strings.HasSuffix(lower, "name") || strings.HasSuffix(lower, "nm")) && (best == "" || k < best) {
			best = k
		}
	}
	if best == "" {
		return props["id"]
	}
	return props[best]
}
