package geo

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

func TestAreaKm2(t *testing.T) {
	tests := []struct {
		wkt  string
		want float64
	}{
		// The whole ellipsoid of WGS84 is 510 065 621.724 km² (Moritz, GRS80, to the same figures).
		{"POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))", 510065621.724},
		{"POLYGON((0 0,0 90,180 90,180 0,0 0))", 510065621.724 / 4},
		{"POLYGON((0 0,180 0,180 90,0 90,0 0),(10 10,20 10,20 10,10 10))", 510065621.724 / 4},
		{"LINESTRING(0 0,1 1)", 0},
		{"POLYGON EMPTY", 0},
	}
	for _, tt := range tests {
		g, err := geom.UnmarshalWKT(tt.wkt, geom.NoValidate{})
		if err != nil {
			t.Fatal(err)
		}
		// Simpson's rule over one edge of 180 degrees of latitude is exact here: its longitude
		// does not change.
		if got := AreaKm2(g); math.Abs(got-tt.want) > 0.001 {
			t.Errorf("AreaKm2(%s) = %.4f, want %.4f", tt.wkt, got, tt.want)
		}
	}
}

// The travel-to-work file states each area in square metres, measured before generalising.
func TestAreaKm2_official(t *testing.T) {
	features, _, err := ReadGeoJSON(dataFile(t, "boundaries/ttwa_2011_uk.geojson"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got, want float64
	for _, f := range features {
		stated, err := strconv.ParseFloat(f.Properties["st_areasha"], 64)
		if err != nil {
			t.Fatal(err)
		}
		got, want = got+AreaKm2(f.Geometry), want+stated/1e6
	}
	t.Logf("%d areas: %.0f km² measured, %.0f stated", len(features), got, want)
	if math.Abs(got/want-1) > 0.005 {
		t.Errorf("sum %.0f km², stated %.0f", got, want)
	}
}

func TestInsidePoint(t *testing.T) {
	ring := mustWKT(t, "POLYGON((0 0,4 0,4 4,0 4,0 0),(0.5 0.5,3.5 0.5,3.5 3.5,0.5 3.5,0.5 0.5))")
	areas := append(synthetic(11, 30, 25), ring)
	for i, g := range areas {
		lon, lat, ok := InsidePoint(g)
		if !ok || NewLocator(areas[i:i+1]).Locate(lon, lat) == nil {
			t.Errorf("area %d: %v, %v, %v is not inside", i, lon, lat, ok)
		}
	}
	if _, _, ok := InsidePoint(geom.Geometry{}); ok {
		t.Error("an empty geometry has a point inside")
	}
	if lon, lat, ok := InsidePoint(mustWKT(t, "POINT(1 2)")); !ok || lon != 1 || lat != 2 {
		t.Errorf("inside of a point: %v %v %v", lon, lat, ok)
	}
}

func TestBounds(t *testing.T) {
	b, ok := Bounds(mustWKT(t, "LINESTRING(0 50,1 49)"))
	if want := (Box{0, 49, 1, 50}); !ok || b != want {
		t.Errorf("Bounds = %v, %v", b, ok)
	}
	if !b.Contains(1, 49) || b.Contains(1.1, 49) {
		t.Error("Contains")
	}
	if _, ok := Bounds(geom.Geometry{}); ok {
		t.Error("bounds of nothing")
	}
}

func TestSimplify(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := synthetic(rapid.Uint64().Draw(rt, "seed"), 1, rapid.IntRange(4, 80).Draw(rt, "points"))[0]
		s := Simplify(g, rapid.Float64Range(0, 3).Draw(rt, "tolerance"))
		if err := s.Validate(); err != nil || s.IsEmpty() {
			rt.Fatalf("%s: %v", s.AsText(), err)
		}
		if s.DumpCoordinates().Length() > g.DumpCoordinates().Length() {
			rt.Fatal("more positions than before")
		}
	})
	small := mustWKT(t, "POLYGON((0 0,0.1 0,0.1 0.1,0 0))")
	if s := Simplify(small, 5); s.IsEmpty() {
		t.Error("the only polygon vanished")
	}
	if s := Simplify(mustWKT(t, "LINESTRING(0 0,1 0.001,2 0)"), 0.01); s.AsText() != "LINESTRING(0 0,2 0)" {
		t.Errorf("line: %s", s.AsText())
	}
}

func TestSimplify_districts(t *testing.T) {
	var before, after int
	for _, g := range districts(t) {
		s := Simplify(g, 0.01)
		if s.Validate() != nil || s.IsEmpty() {
			t.Fatal("not valid")
		}
		before, after = before+g.DumpCoordinates().Length(), after+s.DumpCoordinates().Length()
	}
	t.Logf("%d positions become %d", before, after)
}

func TestAppendGeoJSON(t *testing.T) {
	tests := []struct{ wkt, want string }{
		{"POINT(-1.23456789 53.1)", `{"type":"Point","coordinates":[-1.234568,53.1]}`},
		{"POINT(-0.0000000001 0)", `{"type":"Point","coordinates":[0,0]}`},
		{"LINESTRING(0 0,0.0000001 0,1 1)", `{"type":"LineString","coordinates":[[0,0],[1,1]]}`},
		{"LINESTRING(0 0,0.0000001 0)", `null`},
		{"MULTIPOINT(0 0,1 1)", `{"type":"MultiPoint","coordinates":[[0,0],[1,1]]}`},
		{"MULTILINESTRING((0 0,0.0000001 0),(0 0,1 1))", `{"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]}`},
		{"POLYGON((0 0,4 0,4 4,0 0),(2 1,2.0000001 1,2 1.0000001,2 1))", `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}`},
		{"MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((9 9,9.0000001 9,9 9.0000001,9 9)))", `{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]]]}`},
		{"GEOMETRYCOLLECTION(POINT(1 2),POINT EMPTY)", `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`},
		{"POLYGON EMPTY", `null`},
	}
	for _, tt := range tests {
		if got := string(AppendGeoJSON(nil, mustWKT(t, tt.wkt))); got != tt.want {
			t.Errorf("%s = %s, want %s", tt.wkt, got, tt.want)
		}
	}
}

func TestAppendFeatureCollection_roundTrip(t *testing.T) {
	in := []Feature{{Properties: map[string]string{"b": "x\"<é", "a": "1"}, Geometry: mustWKT(t, "POLYGON((0 0,4 0,4 4,0 0))")}}
	text := AppendFeatureCollection(nil, in)
	out, problems, err := ReadGeoJSON(bytes.NewReader(text), Options{})
	if err != nil || len(problems) > 0 || len(out) != 1 || out[0].Properties["b"] != `x"<é` || out[0].Line != 2 {
		t.Fatalf("%s: %v %v %v", text, out, problems, err)
	}
	if again := AppendFeatureCollection(nil, out); !bytes.Equal(again, text) {
		t.Errorf("%s becomes %s", text, again)
	}
	if !strings.Contains(string(text), `{"a":"1","b":`) {
		t.Error("properties are not in order")
	}
}

func BenchmarkReadTopoJSON_districts(b *testing.B) {
	var text bytes.Buffer
	if _, err := text.ReadFrom(dataFile(b, "boundaries/geogALL2022UK.topojson")); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := ReadTopoJSON(bytes.NewReader(text.Bytes()), "LTLA", Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSimplify_districts(b *testing.B) {
	areas := districts(b)
	for b.Loop() {
		for _, g := range areas {
			Simplify(g, 0.01)
		}
	}
}
