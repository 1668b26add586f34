package shape

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/geo"
)

const square = `{"type":"Polygon","coordinates":[[[-1.4,53.3],[-1.3,53.3],[-1.3,53.4],[-1.4,53.4],[-1.4,53.3]]]}`

const kmlSquare = `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>doc</name><Folder><Placemark><name> Works </name><MultiGeometry>
<Polygon><outerBoundaryIs><LinearRing><coordinates>-1.4,53.3,0 -1.3,53.3,0 -1.3,53.4,0 -1.4,53.4,0 -1.4,53.3,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>-1.37,53.33 -1.33,53.33 -1.33,53.37 -1.37,53.37</coordinates></LinearRing></innerBoundaryIs></Polygon>
</MultiGeometry></Placemark><Placemark><name>Road</name><LineString><coordinates>-1.4,53.3 -1.2,53.5</coordinates></LineString></Placemark></Folder></Document></kml>`

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		n          int
		area       float64 // square degrees, of the first shape
		called     string
	}{
		{"geojson", square, 1, 0.01, ""},
		{"kml", kmlSquare, 2, 0.01 - 0.0016, "Works"},
		{"wkt", "POLYGON((-1.4 53.3,-1.3 53.3,-1.3 53.4,-1.4 53.3))", 1, 0.005, ""},
		{"wkt with heights", "multipolygon z(((-1.4 53.3 1,-1.3 53.3 2,-1.3 53.4 3,-1.4 53.3 1)))", 1, 0.005, ""},
		{"wkt on the grid", "SRID=27700;POLYGON((430000 380000,431000 380000,431000 381000,430000 381000,430000 380000))", 1, 0, ""},
	} {
		shapes, notes, err := Read([]byte(c.text))
		if err != nil || len(shapes) != c.n || len(notes) > 0 {
			t.Errorf("%s: %d shapes, %v, %v", c.name, len(shapes), notes, err)
			continue
		}
		if g := shapes[0].Geometry; c.area > 0 && math.Abs(g.Area()-c.area) > 1e-9 || g.Validate() != nil {
			t.Errorf("%s: %s", c.name, g.AsText())
		}
		if shapes[0].Properties["name"] != c.called {
			t.Errorf("%s: %v", c.name, shapes[0].Properties)
		}
		if c.name == "wkt on the grid" && math.Abs(geo.AreaKm2(shapes[0].Geometry)-1) > 0.001 {
			t.Errorf("a square kilometre of the grid is %g km²", geo.AreaKm2(shapes[0].Geometry))
		}
	}
}

func TestRead_refuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", " \n", "empty"}, {"prose", "an area", "neither GeoJSON"}, {"html", "<html><body></body></html>", "not KML"},
		{"cut kml", kmlSquare[:400], "cannot be read"}, {"kml of nothing", "<kml></kml>", "no Placemark"},
		{"kml with words", strings.Replace(kmlSquare, "-1.3,53.4,0", "x,y", 1), "not a position"},
		{"entities", `<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaa">]><kml><Placemark>&a;</Placemark></kml>`, "cannot be read"},
		{"deep", "<kml>" + strings.Repeat("<a>", 100), "nested more"},
		{"collections", strings.Repeat("GEOMETRYCOLLECTION(", 1000), "neither"}, {"collections in a polygon", "POLYGON(GEOMETRYCOLLECTION(", "GEOMETRYCOLLECTION"},
		{"eight", "POLYGON((0 0,1 1,1 0,0 1,0 0))", "crosses or touches itself at (0.5, 0.5)"},
		{"metres", "POLYGON((430000 380000,431000 380000,431000 381000,430000 380000))", "British National Grid"},
		{"other system", "SRID=3857;POLYGON((0 0,1 0,1 1,0 0))", "not known here"},
		{"a bare .shp", string(shp([][]float64{{0, 0, 0, 1, 1, 1, 0, 0}})), ".prj"},
	} {
		if _, _, err := Read([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// shp writes a shapefile of one polygon with the given rings.
func shp(rings [][]float64) []byte {
	head := make([]byte, 100)
	copy(head, shapefileMagic)
	binary.LittleEndian.PutUint32(head[28:], 1000)
	binary.LittleEndian.PutUint32(head[32:], shpPolygon)
	rec := make([]byte, 44)
	binary.LittleEndian.PutUint32(rec, shpPolygon)
	points := 0
	for _, r := range rings {
		rec = binary.LittleEndian.AppendUint32(rec, uint32(points))
		points += len(r) / 2
	}
	binary.LittleEndian.PutUint32(rec[36:], uint32(len(rings)))
	binary.LittleEndian.PutUint32(rec[40:], uint32(points))
	for _, r := range rings {
		for _, v := range r {
			rec = binary.LittleEndian.AppendUint64(rec, math.Float64bits(v))
		}
	}
	out := binary.BigEndian.AppendUint32(head, 1)
	return append(binary.BigEndian.AppendUint32(out, uint32(len(rec)/2)), rec...)
}

func TestReadShapefile(t *testing.T) {
	outer := []float64{0, 0, 0, 10, 10, 10, 10, 0, 0, 0}
	hole := []float64{2, 2, 4, 2, 4, 4, 2, 4, 2, 2}
	other := []float64{20, 0, 20, 1, 21, 1, 21, 0, 20, 0}
	shapes, notes, err := ReadShapefile(shp([][]float64{hole, outer, other}), nil)
	if err != nil || len(shapes) != 1 || len(notes) > 0 || shapes[0].Geometry.Area() != 100-4+1 {
		t.Fatalf("%v %v %v", shapes, notes, err)
	}
	good := shp([][]float64{outer})
	for name, c := range map[string]struct {
		data      []byte
		prj, want string
	}{
		"short":        {good[:50], "", "does not begin"},
		"cut":          {good[:len(good)-9], "", "ends in the middle"},
		"cut head":     {append(good[:len(good):len(good)], 1, 2, 3), "", "ends in the head"},
		"another grid": {good, `PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993"]]`, "RGF93_Lambert_93"},
		"many rings":   {with(good, 108+36, 1e6), "", "too short"},
		"bad part":     {with(good, 108+44, 999), "", "not there"},
		"points":       {with(good, 32, 1), "", "not polygons"},
	} {
		if _, _, err := ReadShapefile(c.data, []byte(c.prj)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func with(data []byte, at int, v uint32) []byte {
	out := append([]byte{}, data...)
	binary.LittleEndian.PutUint32(out[at:], v)
	return out
}

// TestReadShapefile_real reads the official ITL3 regions, which are on the National Grid.
func TestReadShapefile_real(t *testing.T) {
	dir := os.Getenv("MILIEU_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	base := filepath.Join(dir, "boundaries", "itl3_2021_BUC", "ITL3_JAN_2021_UK_BUC_V3")
	data, err := os.ReadFile(base + ".shp")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("real data is absent: set MILIEU_TESTDATA")
	}
	if err != nil {
		t.Fatal(err)
	}
	prj, err := os.ReadFile(base + ".prj")
	if err != nil {
		t.Fatal(err)
	}
	shapes, notes, err := ReadShapefile(data, prj)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d shapes; notes %v", len(shapes), notes)
	var km2 float64
	for _, s := range shapes {
		km2 += geo.AreaKm2(s.Geometry)
	}
	// The United Kingdom to mean high water has 244,000 km² (ONS, Standard Area Measurements).
	if len(shapes) != 179 || math.Abs(km2/244_000-1) > 0.01 {
		t.Errorf("%d regions of %.0f km²", len(shapes), km2)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{square, kmlSquare, "POLYGON((-1.4 53.3,-1.3 53.3,-1.3 53.4,-1.4 53.3))", "SRID=27700;POINT(1 1)"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		shapes, _, err := Read(data)
		if err == nil && len(shapes) == 0 {
			t.Fatal("neither a shape nor a fault")
		}
	})
}

func FuzzReadShapefile(f *testing.F) {
	f.Add(shp([][]float64{{0, 0, 0, 1, 1, 1, 0, 0}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		shapes, _, err := ReadShapefile(data, nil)
		for _, s := range shapes {
			if err == nil && s.Geometry.Validate() != nil {
				t.Fatal("an invalid shape was taken")
			}
		}
	})
}
