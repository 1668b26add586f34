package shape

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
)

// Limits on what is brought as a file.
const (
	MostBytes    = 20 << 20 // of text or shapefile
	mostShapes   = 5_000
	mostVertices = 400_000
)

// options are the rules for what people bring: small faults of a boundary are dissolved, as those
// of official files are.
func options() geo.Options {
	return geo.Options{Repair: true, MaxBytes: MostBytes, MaxFeatures: mostShapes, MaxVertices: mostVertices}
}

// Read reads shapes from the text of a file whatever its name: GeoJSON, TopoJSON, KML or WKT, told
// apart by how the text begins. The notes say, in words, what was repaired and what was left out.
// It is an error when the text is none of these or no shape in it can be used.
func Read(data []byte) (shapes []geo.Feature, notes []string, err error) {
	if len(data) > MostBytes {
		return nil, nil, fmt.Errorf("the file is larger than %d MiB; simplify the shapes or split the file", MostBytes>>20)
	}
	head := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case len(head) == 0:
		return nil, nil, errors.New("the file is empty")
	case head[0] == '{' || head[0] == '[':
		return readJSON(data)
	case head[0] == '<':
		shapes, notes, err = readKML(head)
	case startsWKT(head):
		shapes, notes, err = readWKT(string(head))
	case len(head) > 4 && bytes.HasPrefix(data, shapefileMagic):
		return nil, nil, errors.New("this is a .shp file without its .prj, which says where its coordinates are; bring both in one ZIP")
	default:
		return nil, nil, errors.New("this is neither GeoJSON, KML, WKT nor a ZIP with a shapefile; save the area as one of these")
	}
	return some(shapes, notes, err)
}

// some wants at least one shape, or says what was wrong with the first.
func some(shapes []geo.Feature, notes []string, err error) ([]geo.Feature, []string, error) {
	if err != nil {
		return nil, nil, err
	}
	if len(shapes) == 0 {
		if len(notes) > 0 {
			return nil, nil, fmt.Errorf("no shape in the file can be used: %s", notes[0])
		}
		return nil, nil, errors.New("the file holds no shape")
	}
	return shapes, notes, nil
}

func readJSON(data []byte) ([]geo.Feature, []string, error) {
	read := geo.ReadGeoJSON
	shapes, problems, err := read(bytes.NewReader(data), options())
	if err != nil && bytes.Contains(data, []byte(`"Topology"`)) {
		shapes, problems, err = geo.ReadTopoJSON(bytes.NewReader(data), "", options())
	}
	var notes []string
	for _, p := range problems {
		notes = append(notes, p.String())
	}
	return some(shapes, notes, err)
}

// take applies the rules to one shape and adds it or the reason why not.
func take(shapes []geo.Feature, notes []string, name string, line int, g geom.Geometry) ([]geo.Feature, []string) {
	called := fmt.Sprintf("shape %d", line)
	if name != "" {
		called += " (" + name + ")"
	}
	g, note, err := geo.Accept(g, options())
	if err != nil {
		return shapes, append(notes, called+": "+err.Error())
	}
	if note != "" {
		notes = append(notes, called+": "+note)
	}
	props := map[string]string{}
	if name != "" {
		props["name"] = name
	}
	return append(shapes, geo.Feature{Properties: props, Geometry: g, Line: line}), notes
}

var wktWords = []string{"POLYGON", "MULTIPOLYGON", "POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "SRID="}

func startsWKT(head []byte) bool {
	upper := strings.ToUpper(string(head[:min(len(head), 20)]))
	for _, w := range wktWords {
		if strings.HasPrefix(upper, w) {
			return true
		}
	}
	return false
}

// readWKT reads one well-known text (OGC 06-103r4), with or without an SRID before it.
func readWKT(text string) ([]geo.Feature, []string, error) {
	onGrid := false
	if srid, rest, ok := strings.Cut(text, ";"); ok && strings.HasPrefix(strings.ToUpper(srid), "SRID=") {
		switch strings.TrimSpace(srid[5:]) {
		case "4326":
		case "27700":
			onGrid = true
		default:
			return nil, nil, fmt.Errorf("%s is a coordinate system that is not known here; save the shape in EPSG:4326 or EPSG:27700", srid)
		}
		text = strings.TrimSpace(rest)
	}
	// A hostile text nests brackets without end; a shape nests three.
	if strings.Contains(strings.ToUpper(text), "COLLECTION") {
		return nil, nil, errors.New("it is a GEOMETRYCOLLECTION; make it a POLYGON or MULTIPOLYGON")
	}
	if strings.Count(text, ",") > mostVertices {
		return nil, nil, fmt.Errorf("the shape has more than %d positions; simplify it", mostVertices)
	}
	g, err := geom.UnmarshalWKT(strings.ToUpper(text), geom.NoValidate{})
	if err != nil {
		return nil, nil, fmt.Errorf("this is not well-known text: %w", err)
	}
	if onGrid {
		g = fromGrid(g)
	}
	shapes, notes := take(nil, nil, "", 1, g)
	return shapes, notes, nil
}
