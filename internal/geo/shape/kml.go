package shape

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
)

// mostDepth bounds the nesting of elements.
const mostDepth = 64

// readKML reads the placemarks of a KML document (OGC 12-007r2): their polygons, lines and points,
// alone or in a MultiGeometry. Coordinates are longitude, latitude and a height that is dropped.
func readKML(data []byte) (shapes []geo.Feature, notes []string, err error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	k := &kml{}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("the KML cannot be read: %w", err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(k.path) == 0 && t.Name.Local != "kml" {
				return nil, nil, fmt.Errorf("this is XML of the kind <%s>, not KML", t.Name.Local)
			}
			if len(k.path) >= mostDepth {
				return nil, nil, fmt.Errorf("elements nested more than %d deep; this is not a file of areas", mostDepth)
			}
			k.start(t.Name.Local)
		case xml.CharData:
			k.text.Write(t)
		case xml.EndElement:
			if err := k.end(); err != nil {
				return nil, nil, err
			}
		}
	}
	if !k.seen {
		return nil, nil, errors.New("the KML has no Placemark")
	}
	return k.shapes, k.notes, nil
}

// kml gathers what stands in the placemark that is being read.
type kml struct {
	path     []string
	text     strings.Builder
	seen     bool
	count    int
	vertices int
	name     string
	rings    [][]float64
	polygons []geom.Polygon
	others   []geom.Geometry
	shapes   []geo.Feature
	notes    []string
}

func (k *kml) start(name string) {
	k.path = append(k.path, name)
	k.text.Reset()
	switch name {
	case "Placemark":
		k.seen = true
		k.count++
		k.name, k.polygons, k.others = "", nil, nil
	case "Polygon":
		k.rings = nil
	}
}

func (k *kml) within(name string) bool {
	for _, p := range k.path {
		if p == name {
			return true
		}
	}
	return false
}

func (k *kml) end() error {
	name := k.path[len(k.path)-1]
	k.path = k.path[:len(k.path)-1]
	text := k.text.String()
	k.text.Reset()
	switch {
	case name == "name" && len(k.path) > 0 && k.path[len(k.path)-1] == "Placemark":
		k.name = strings.TrimSpace(text)
	case name == "coordinates" && k.within("Placemark"):
		return k.coordinates(text)
	case name == "Polygon":
		k.polygon()
	case name == "Placemark":
		k.placemark()
	}
	if k.count > mostShapes {
		return fmt.Errorf("more than %d placemarks; split the file", mostShapes)
	}
	return nil
}

func (k *kml) coordinates(text string) error {
	var flat []float64
	for _, tuple := range strings.Fields(text) {
		parts := strings.Split(tuple, ",")
		if len(parts) < 2 {
			return fmt.Errorf("placemark %d: %.40q is not a position such as -1.4,53.4", k.count, tuple)
		}
		for _, p := range parts[:2] {
			v, err := strconv.ParseFloat(p, 64)
			if err != nil || v != v || v > 1e9 || v < -1e9 {
				return fmt.Errorf("placemark %d: %.40q is not a position such as -1.4,53.4", k.count, tuple)
			}
			flat = append(flat, v)
		}
	}
	if k.vertices += len(flat) / 2; k.vertices > mostVertices {
		return fmt.Errorf("more than %d positions in the file; simplify it", mostVertices)
	}
	seq := geom.NewSequence(flat, geom.DimXY)
	switch {
	case k.within("LinearRing") && k.within("Polygon"):
		k.rings = append(k.rings, flat)
	case k.within("LineString") && seq.Length() > 1:
		k.others = append(k.others, geom.NewLineString(seq).AsGeometry())
	case k.within("Point") && seq.Length() > 0:
		k.others = append(k.others, geom.NewPointXY(flat[0], flat[1]).AsGeometry())
	}
	return nil
}

func (k *kml) polygon() {
	var rings []geom.LineString
	for _, flat := range k.rings {
		n := len(flat)
		if n >= 6 && (flat[0] != flat[n-2] || flat[1] != flat[n-1]) {
			flat = append(flat, flat[0], flat[1]) // some programs leave rings open
		}
		rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
	}
	if len(rings) > 0 {
		k.polygons = append(k.polygons, geom.NewPolygon(rings))
	}
}

func (k *kml) placemark() {
	switch {
	case len(k.polygons) == 1:
		k.shapes, k.notes = take(k.shapes, k.notes, k.name, k.count, k.polygons[0].AsGeometry())
	case len(k.polygons) > 1:
		k.shapes, k.notes = take(k.shapes, k.notes, k.name, k.count, geom.NewMultiPolygon(k.polygons).AsGeometry())
	}
	for _, g := range k.others {
		k.shapes, k.notes = take(k.shapes, k.notes, k.name, k.count, g)
	}
}
