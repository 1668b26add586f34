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

// ReadTopoJSON reads one object of a TopoJSON topology (specification 1.0), whose shapes share
// their borders as arcs: quantised or not, with arcs run backwards by negative numbers. With an
// empty object name the only object is read; when there are several, the error lists their names.
// Features, problems and errors are as in [ReadGeoJSON].
func ReadTopoJSON(r io.Reader, object string, opt Options) ([]Feature, []Problem, error) {
	opt = opt.withDefaults()
	root, text, err := readJSON(r, opt)
	if err != nil {
		return nil, nil, err
	}
	c := &collector{opt: opt, lines: lineCounter{data: text}}
	if kind := root.member("type").text(); kind != "Topology" {
		return nil, nil, fmt.Errorf("line %d: type %q is not TopoJSON; type \"Topology\" is needed (a FeatureCollection is GeoJSON)", c.lines.at(root.off), kind)
	}
	t := topology{collector: c}
	if err := t.readArcs(root); err != nil {
		return nil, nil, err
	}
	chosen, err := chooseObject(root.member("objects"), object)
	if err != nil {
		return nil, nil, fmt.Errorf("line %d: %w", c.lines.at(root.member("objects").off), err)
	}
	if err := t.addObject(chosen); err != nil {
		return nil, nil, err
	}
	return c.features, c.problems, nil
}

func chooseObject(objects value, name string) (value, error) {
	if objects.kind() != '{' {
		return value{}, errors.New("the topology has no \"objects\"")
	}
	var names []string
	var found value
	for k, v := range objects.items() {
		names = append(names, k)
		if k == name || name == "" {
			found = v
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch {
	case len(names) == 0:
		return value{}, errors.New("the topology has no objects")
	case name == "" && len(names) > 1:
		return value{}, fmt.Errorf("the topology has %d objects, name one: %s", len(names), strings.Join(names, ", "))
	case name != "" && !slices.Contains(names, name):
		return value{}, fmt.Errorf("the topology has no object %q; it has %s", name, strings.Join(names, ", "))
	}
	return found, nil
}

type topology struct {
	*collector
	quantised              bool
	scaleX, scaleY, dx, dy float64
	arcs                   [][]float64
}

// readArcs reads the transform and all arcs, as positions in degrees.
func (t *topology) readArcs(root value) error {
	if tr := root.member("transform"); !tr.isNull() {
		scale, errS := t.position(tr.member("scale"))
		move, errT := t.position(tr.member("translate"))
		if err := errors.Join(errS, errT); err != nil {
			return fmt.Errorf("line %d: transform: %w", t.lines.at(tr.off), err)
		}
		t.quantised = true
		t.scaleX, t.scaleY, t.dx, t.dy = scale[0], scale[1], move[0], move[1]
	}
	arcs := root.member("arcs")
	if arcs.kind() != '[' {
		return fmt.Errorf("line %d: the topology has no list \"arcs\"; is the file complete?", t.lines.at(arcs.off))
	}
	for _, a := range arcs.items() {
		flat, err := t.positions(a)
		if err != nil {
			return fmt.Errorf("line %d: arc %d: %w", t.lines.at(a.off), len(t.arcs), err)
		}
		if t.quantised {
			var x, y float64
			for i := 0; i < len(flat); i += 2 {
				x, y = x+flat[i], y+flat[i+1]
				flat[i], flat[i+1] = x*t.scaleX+t.dx, y*t.scaleY+t.dy
			}
		}
		t.arcs = append(t.arcs, flat)
	}
	return nil
}

// addObject adds an object's features: the members of a collection, however nested, or itself.
func (t *topology) addObject(v value) error {
	if v.member("type").text() != "GeometryCollection" {
		return t.add(v, t.geometry)
	}
	list := v.member("geometries")
	if list.kind() != '[' {
		return fmt.Errorf("line %d: the object has no list \"geometries\"", t.lines.at(v.off))
	}
	for _, g := range list.items() {
		if err := t.addObject(g); err != nil {
			return err
		}
	}
	return nil
}

func (t *topology) geometry(v value) (geom.Geometry, error) {
	if v.kind() != '{' || v.member("type").isNull() {
		return geom.Geometry{}, errors.New("it has no geometry; draw the shape or leave the feature out")
	}
	kind := v.member("type").text()
	part := v.member("arcs")
	if kind == "Point" || kind == "MultiPoint" {
		part = v.member("coordinates")
	}
	return t.shape(kind, part, shapeReader{point: t.point, line: t.stitch})
}

func (t *topology) point(v value) ([]float64, error) {
	flat, err := t.position(v)
	if err == nil && t.quantised {
		flat[0], flat[1] = flat[0]*t.scaleX+t.dx, flat[1]*t.scaleY+t.dy
	}
	return flat, err
}

// stitch joins the arcs whose numbers v lists. ~i (that is, -1-i) is arc i backwards; each arc
// begins where the one before it ends, and that position is written once.
func (t *topology) stitch(v value) ([]float64, error) {
	if v.kind() != '[' {
		return nil, fmt.Errorf("%s where a list of arc numbers is needed", v.brief())
	}
	var flat []float64
	for _, e := range v.items() {
		n, err := strconv.Atoi(string(e.raw))
		if err != nil {
			return nil, fmt.Errorf("%s where an arc number is needed", e.brief())
		}
		i, back := n, false
		if n < 0 {
			i, back = ^n, true
		}
		if i >= len(t.arcs) {
			return nil, fmt.Errorf("arc %d does not exist, the file has %d arcs; it is damaged, get it again", i, len(t.arcs))
		}
		arc := t.arcs[i]
		if t.vertices += len(arc) / 2; t.vertices > t.opt.MaxVertices {
			return nil, errTooMany
		}
		if flat, err = join(flat, arc, back); err != nil {
			return nil, fmt.Errorf("arc %d: %w", n, err)
		}
	}
	return slices.Clip(flat), nil
}

func join(flat, arc []float64, back bool) ([]float64, error) {
	n := len(arc) / 2
	for k := range n {
		i := 2 * k
		if back {
			i = 2 * (n - 1 - k)
		}
		x, y := arc[i], arc[i+1]
		if k == 0 && len(flat) > 0 {
			if px, py := flat[len(flat)-2], flat[len(flat)-1]; px != x || py != y {
				return nil, fmt.Errorf("it begins at %s, but the arc before it ends at %s; the file is damaged, get it again", pair(x, y), pair(px, py))
			}
			continue
		}
		flat = append(flat, x, y)
	}
	return flat, nil
}
