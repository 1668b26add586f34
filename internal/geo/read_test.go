package geo

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"
)

const square = `[[-1,53],[0,53],[0,54],[-1,54],[-1,53]]`

func collection(features ...string) string {
	return "{\"type\":\"FeatureCollection\",\"features\":[\n" + strings.Join(features, ",\n") + "\n]}"
}

func feature(geometry string) string {
	return `{"type":"Feature","properties":{"name":"A"},"geometry":` + geometry + `}`
}

func polygonText(rings string) string { return `{"type":"Polygon","coordinates":[` + rings + `]}` }

func TestReadGeoJSON(t *testing.T) {
	// Clockwise outer ring, a height, an id, escapes, all kinds of property, a repeated name.
	in := "\ufeff\n" + `{"type":"FeatureCollection",
"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},
"features":[
{"type":"Feature","id":7,"properties":{"name":"a \"\u00e9\"","n":1.50,"t":true,"z":null,"l":[1, {"a":"]"}],"r":1,"r":2},
 "geometry":{"coordinates":[[[-1,53,9],[-1,54,9],[0,54,9],[-1,53,9]]],"type":"Polygon"}},
{"type":"Feature","properties":null,"geometry":{"type":"LineString","coordinates":[[0,50],[1,51]]}},
{"type":"Feature","properties":[1],"geometry":{"type":"MultiPoint","coordinates":[[0,50]]}}]}`
	features, problems, err := ReadGeoJSON(strings.NewReader(in), Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	type row struct {
		Props map[string]string
		WKT   string
		Line  int
	}
	var got []row
	for _, f := range features {
		got = append(got, row{f.Properties, f.Geometry.AsText(), f.Line})
	}
	want := []row{
		{map[string]string{"name": `a "é"`, "n": "1.50", "t": "true", "l": `[1, {"a":"]"}]`, "r": "2", "id": "7"},
			"POLYGON((-1 53,0 54,-1 54,-1 53))", 5},
		{map[string]string{}, "LINESTRING(0 50,1 51)", 7},
		{map[string]string{}, "MULTIPOINT((0 50))", 8},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadGeoJSON_bareShapes(t *testing.T) {
	for _, in := range []string{polygonText(square), feature(polygonText(square))} {
		features, problems, err := ReadGeoJSON(strings.NewReader(in), Options{AreasOnly: true})
		if len(features) != 1 || len(problems) > 0 || err != nil {
			t.Errorf("%s: %v, %v, %v", in, features, problems, err)
		}
	}
}

func TestReadGeoJSON_problems(t *testing.T) {
	uk := Options{AreasOnly: true, Within: Box{-9, 49, 2, 61}}
	tests := []struct{ name, feature, reason string }{
		{"bow tie", feature(polygonText(`[[0,50],[1,51],[1,50],[0,51],[0,50]]`)), "crosses or touches itself at (0.5, 50.5)"},
		{"spike", feature(polygonText(`[[0,50],[1,50],[1,51],[1,50.5],[1,52],[0,51],[0,50]]`)), "crosses or touches itself at (1, 51)"},
		{"hole across", feature(polygonText(square + `,[[-0.5,53.5],[0.5,53.5],[0.5,53.6],[-0.5,53.5]]`)), "crosses or touches itself at (0, 53.5)"},
		{"not closed", feature(polygonText(`[[0,50],[1,50],[1,51],[0,51]]`)), "ring 1: is not closed: it begins at (0, 50) and ends at (0, 51)"},
		{"three positions", feature(polygonText(`[[0,50],[1,50],[0,50]]`)), "ring 1: has 3 positions"},
		{"flat", feature(polygonText(`[[0,50],[1,50],[2,50],[0,50]]`)), "encloses no area"},
		{"one place", feature(polygonText(`[[0,50],[0,50],[0,50],[0,50]]`)), "encloses no area"},
		{"no rings", feature(polygonText(``)), "no positions"},
		{"grid metres", feature(polygonText(`[[435000,387000],[436000,387000],[436000,388000],[435000,387000]]`)), "British National Grid"},
		{"web mercator", feature(polygonText(`[[-163000,7040000],[-162000,7040000],[-162000,7050000],[-163000,7040000]]`)), "projected"},
		{"far latitude", feature(polygonText(`[[53,-91],[54,-91],[54,-92],[53,-91]]`)), "wrong way round"},
		{"swapped", feature(polygonText(`[[53,-1],[54,-1],[54,-2],[53,-1]]`)), "wrong way round"},
		{"elsewhere", feature(polygonText(`[[100,0],[101,0],[101,1],[100,0]]`)), "outside the region"},
		{"no geometry", feature(`null`), "no geometry"},
		{"null number", feature(polygonText(`[[null,50],[1,50],[1,51],[null,50]]`)), "two numbers, longitude then latitude"},
		{"text number", feature(polygonText(`[["0","50"],[1,50],[1,51],[0,50]]`)), "two numbers"},
		{"huge number", feature(polygonText(`[[1e999,50],[1,50],[1,51],[0,50]]`)), "two numbers"},
		{"one number", feature(polygonText(`[[0],[1,50],[1,51],[0,50]]`)), "two numbers"},
		{"too shallow", feature(`{"type":"Polygon","coordinates":[[0,50],[1,50]]}`), "needed"},
		{"too deep", feature(`{"type":"Polygon","coordinates":[[` + square + `]]}`), "needed"},
		{"no coordinates", feature(`{"type":"Polygon"}`), "nothing where a list of rings is needed"},
		{"a point", feature(`{"type":"Point","coordinates":[0,50]}`), "an area"},
		{"collection", feature(`{"type":"GeometryCollection","geometries":[]}`), "feature of its own"},
		{"unknown type", feature(`{"type":"Circle","coordinates":[0,50]}`), `"Circle" is not a shape`},
		{"overlapping parts", feature(`{"type":"MultiPolygon","coordinates":[[` + square + `],[[[-0.5,53.5],[0.5,53.5],[0.5,53.6],[-0.5,53.5]]]]}`), "overlap"},
		{"not a feature", `12`, "not a feature"},
		{"a geometry", polygonText(square), `where "Feature" is needed`},
	}
	good := feature(polygonText(square))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			features, problems, err := ReadGeoJSON(strings.NewReader(collection(good, tt.feature, good)), uk)
			if err != nil {
				t.Fatal(err)
			}
			if len(features) != 2 || len(problems) != 1 {
				t.Fatalf("%d features and problems %v, want 2 and 1", len(features), problems)
			}
			p := problems[0]
			if p.Line != 3 || p.Index != 1 || !strings.Contains(p.Reason, tt.reason) {
				t.Errorf("problem %q, want on line 3, feature 2, with %q", p, tt.reason)
			}
			if strings.HasPrefix(tt.feature, `{"type":"Feature"`) && p.Name != "A" {
				t.Errorf("name %q, want A", p.Name)
			}
		})
	}
}

func TestReadGeoJSON_repair(t *testing.T) {
	// A square with a pinch: the boundary passes (1, 50) twice, as in generalised boundaries.
	pinch := feature(polygonText(`[[0,50],[1,50],[2,50],[2,51],[1,50],[0,51],[0,50]]`))
	bowTie := feature(polygonText(`[[0,50],[1,51],[1,50],[0,51],[0,50]]`))
	features, problems, err := ReadGeoJSON(strings.NewReader(collection(pinch, bowTie)), Options{Repair: true})
	if err != nil || len(features) != 1 || len(problems) != 2 {
		t.Fatalf("%v, %v, %v", features, problems, err)
	}
	if !problems[0].Kept || problems[1].Kept {
		t.Errorf("kept: %v", problems)
	}
	if g := features[0].Geometry; g.Validate() != nil || g.Area() != 1 {
		t.Errorf("repaired to %s", g.AsText())
	}
}

func TestReadGeoJSON_declaredCRS(t *testing.T) {
	in := `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}},"features":[]}`
	_, problems, err := ReadGeoJSON(strings.NewReader(in), Options{})
	if err != nil || len(problems) != 1 || problems[0].Index != -1 || !strings.Contains(problems[0].String(), "27700") {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestReadGeoJSON_errors(t *testing.T) {
	whole := collection(feature(polygonText(square)))
	tests := []struct{ name, in, want string }{
		{"empty", " \n", "empty"},
		{"not JSON", "<html>", "line 1, column 1: not JSON"},
		{"cut", whole[:80], "line 2, column"},
		{"cut says so", whole[:80], "it was cut"},
		{"two values", whole + "\nx", "line 4, column 1: not JSON"},
		{"comma", "{\"type\":\n\"FeatureCollection\",}", "line 2, column 21"},
		{"deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), "nested"},
		{"no features", `{"type":"FeatureCollection"}`, "features"},
		{"list", `[1,2]`, "is not GeoJSON"},
		{"number", `1`, "is not GeoJSON"},
		{"topology", `{"type":"Topology"}`, "TopoJSON"},
	}
	for _, tt := range tests {
		if _, _, err := ReadGeoJSON(strings.NewReader(tt.in), Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in it", tt.name, err, tt.want)
		}
	}
	limits := []Options{{MaxBytes: 50}, {MaxFeatures: 1}, {MaxVertices: 6}}
	for _, opt := range limits {
		if _, _, err := ReadGeoJSON(strings.NewReader(collection(feature(polygonText(square)), feature(polygonText(square)))), opt); err == nil {
			t.Errorf("%+v gave no error", opt)
		}
	}
}

// Two squares side by side share arc 0; arc 2 runs backwards. Quantised to 0.1 degree.
const topo = `{"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[-1,53]},
"arcs":[[[10,0],[0,10]],[[10,10],[-10,0],[0,-10],[10,0]],[[10,10],[10,0],[0,-10],[-10,0]],[[0,0],[5,5]]],
"objects":{"areas":{"type":"GeometryCollection","geometries":[
{"type":"Polygon","arcs":[[0,1]],"properties":{"AREANM":"West","AREACD":"W"}},
{"type":"MultiPolygon","arcs":[[[-1,-3]]],"id":"E"},
{"type":null,"properties":{"AREANM":"Nowhere"}},
{"type":"Polygon","arcs":[[9]]},
{"type":"Polygon","arcs":[[0,3]]},
{"type":"Polygon","arcs":[[0,"1"]]},
{"type":"Polygon","arcs":[[0]]},
{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[5,5]}]},
{"type":"LineString","arcs":[3]}]},
"other":{"type":"Point","coordinates":[0,0]}}}`

func TestReadTopoJSON(t *testing.T) {
	features, problems, err := ReadTopoJSON(strings.NewReader(topo), "areas", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range features {
		got = append(got, f.Geometry.AsText())
	}
	want := []string{
		"POLYGON((0 53,0 54,-1 54,-1 53,0 53))",
		"MULTIPOLYGON(((0 54,0 53,1 53,1 54,0 54)))",
		"POINT(-0.5 53.5)",
		"LINESTRING(-1 53,-0.5 53.5)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	reasons := []string{"no geometry", "arc 9 does not exist", "begins at", "arc number is needed", "2 positions"}
	if len(problems) != len(reasons) {
		t.Fatalf("problems %v", problems)
	}
	for i, p := range problems {
		if p.Line != 6+i || p.Index != 2+i || !strings.Contains(p.Reason, reasons[i]) {
			t.Errorf("problem %v, want line %d, %q", p, 6+i, reasons[i])
		}
	}
	if problems[0].Name != "Nowhere" {
		t.Errorf("name %q", problems[0].Name)
	}
}

func TestReadTopoJSON_errors(t *testing.T) {
	tests := []struct{ name, in, object, want string }{
		{"which object", topo, "", "areas, other"},
		{"no such object", topo, "wards", "areas, other"},
		{"GeoJSON", collection(), "", "not TopoJSON"},
		{"no arcs", `{"type":"Topology","objects":{}}`, "", "arcs"},
		{"no objects", `{"type":"Topology","arcs":[]}`, "", "objects"},
		{"empty objects", `{"type":"Topology","arcs":[],"objects":{}}`, "", "no objects"},
		{"bad arc", `{"type":"Topology","arcs":[[[0,0]],[["a",0]]],"objects":{}}`, "", "arc 1: [\"a\",0]"},
		{"bad transform", `{"type":"Topology","transform":{"scale":[1]},"arcs":[],"objects":{}}`, "", "transform"},
		{"cut", topo[:200], "", "cut"},
		{"no list", `{"type":"Topology","arcs":[],"objects":{"a":{"type":"GeometryCollection"}}}`, "", "geometries"},
	}
	for _, tt := range tests {
		_, _, err := ReadTopoJSON(strings.NewReader(tt.in), tt.object, Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in it", tt.name, err, tt.want)
		}
	}
	// A small file can name a large arc many times; the limit on positions counts each time.
	if _, _, err := ReadTopoJSON(strings.NewReader(topo), "areas", Options{MaxVertices: 13}); err == nil {
		t.Error("MaxVertices 13 gave no error")
	}
}

// Every official boundary file here must be read, apart from four areas whose generalised
// outlines touch themselves and which Repair keeps.
func TestRead_officialFiles(t *testing.T) {
	tests := []struct {
		name, object   string
		want, problems int
	}{
		{"boundaries/geogALL2022UK.topojson", "LTLA", 374, 0},
		{"boundaries/geogALL2022UK.topojson", "ITL3", 179, 0},
		{"boundaries/geogALL2022UK.topojson", "CAUTH", 10, 1},
		{"boundaries/lep_2020_england_BUC.geojson", "", 38, 0},
		{"boundaries/scotland_las_regions_2023.geojson", "", 38, 0},
		{"boundaries/ttwa_2011_uk.geojson", "", 228, 3},
	}
	for _, tt := range tests {
		f := dataFile(t, tt.name)
		opt := Options{AreasOnly: true, Repair: true, Within: Box{-9, 49, 3, 61.5}}
		var features []Feature
		var problems []Problem
		var err error
		if strings.HasSuffix(tt.name, ".topojson") {
			features, problems, err = ReadTopoJSON(f, tt.object, opt)
		} else {
			features, problems, err = ReadGeoJSON(f, opt)
		}
		if err != nil || len(features) != tt.want || len(problems) != tt.problems {
			t.Errorf("%s %s: %d features, problems %v, error %v; want %d and %d", tt.name, tt.object, len(features), problems, err, tt.want, tt.problems)
		}
	}
}

func FuzzReadGeoJSON(f *testing.F) {
	f.Add([]byte(collection(feature(polygonText(square)))))
	f.Add([]byte(feature(`{"type":"MultiPoint","coordinates":[[0,1]]}`)))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1e-320,1],[1,0],[0,0]]]}}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		features, _, err := ReadGeoJSON(bytes.NewReader(in), Options{Repair: true, MaxVertices: 2000})
		if err == nil {
			checkFeatures(t, features)
		}
	})
}

func FuzzReadTopoJSON(f *testing.F) {
	f.Add([]byte(topo), "areas")
	f.Add([]byte(topo), "")
	f.Fuzz(func(t *testing.T, in []byte, object string) {
		features, _, err := ReadTopoJSON(bytes.NewReader(in), object, Options{Repair: true, MaxVertices: 2000})
		if err == nil {
			checkFeatures(t, features)
		}
	})
}

// checkFeatures asks of whatever was read that it is valid and can be written and read again.
func checkFeatures(t *testing.T, features []Feature) {
	t.Helper()
	for _, f := range features {
		if err := f.Geometry.Validate(); err != nil {
			t.Fatalf("kept an invalid shape: %v", err)
		}
		if f.Line < 1 {
			t.Fatalf("line %d", f.Line)
		}
		Simplify(f.Geometry, 0.01)
		NewLocator([]geom.Geometry{f.Geometry}).Locate(0, 0)
	}
	text := AppendFeatureCollection(nil, features)
	if _, _, err := ReadGeoJSON(bytes.NewReader(text), Options{}); err != nil {
		t.Fatalf("can not read back %s: %v", text, err)
	}
}
