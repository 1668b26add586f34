package geo

import (
	"errors"

	"github.com/peterstace/simplefeatures/geom"
)

// Accept holds a shape that some other reader has found against the rules of [ReadGeoJSON]: degrees
// with longitude first, a boundary that does not cross itself or is repaired as opt says, the
// region of opt. It returns the shape with outer rings anticlockwise and, when it was repaired,
// what was wrong with it.
func Accept(g geom.Geometry, opt Options) (out geom.Geometry, note string, err error) {
	g = g.Force2D()
	if g.IsEmpty() {
		return g, "", errors.New("the shape has no positions; draw it or leave the feature out")
	}
	if g.IsGeometryCollection() {
		return g, "", errors.New("it is a GeometryCollection; make each shape a feature of its own")
	}
	seq := g.DumpCoordinates()
	if most := opt.withDefaults().MaxVertices; seq.Length() > most {
		return g, "", errTooMany
	}
	for i := range seq.Length() {
		xy := seq.GetXY(i)
		if err := checkDegrees([]float64{xy.X, xy.Y}); err != nil {
			return g, "", err
		}
	}
	c := collector{opt: opt}
	out, kept, err := c.accept(g)
	if err != nil && kept {
		return out, err.Error(), nil
	}
	return out, "", err
}
