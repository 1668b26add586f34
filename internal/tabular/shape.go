package tabular

import (
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/shape"
)

// area reads the boundary of an area: text of [geo.EncodeShape], GeoJSON or WKT. Several shapes are
// one area. The clean form is the encoded text, which is one line and the same for the same area.
func area(s string) (string, error) {
	if !strings.ContainsAny(s, "{(<") {
		g, err := geo.DecodeShape(s)
		if err != nil {
			return "", err
		}
		return geo.EncodeShape(g)
	}
	found, _, err := shape.Read([]byte(s))
	if err != nil {
		return "", err
	}
	var parts []geom.Geometry
	for _, f := range found {
		parts = append(parts, f.Geometry)
	}
	g, err := shape.Join(parts)
	if err != nil {
		return "", err
	}
	return geo.EncodeShape(g)
}
