package mvt

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"milieu/internal/geo/proj"
)

func mustWKT(t testing.TB, wkt string) geom.Geometry {
	t.Helper()
	g, err := geom.UnmarshalWKT(wkt)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// at is the position in degrees of a place in tile units.
func at(tile Tile, x, y float64) geom.XY {
	n := math.Ldexp(1, tile.Z)
	lon, lat := proj.FromMercator((float64(tile.X)+x/Extent)/n, (float64(tile.Y)+y/Extent)/n)
	return geom.XY{X: lon, Y: lat}
}

// inTile makes a geometry from WKT in tile units.
func inTile(t testing.TB, tile Tile, wkt string) geom.Geometry {
	return mustWKT(t, wkt).TransformXY(func(p geom.XY) geom.XY { return at(tile, p.X, p.Y) })
}

var sheffield = Tile{10, 507, 331}

func TestNewTile(t *testing.T) {
	for _, ok := range []Tile{{0, 0, 0}, {1, 1, 1}, {22, 1<<22 - 1, 0}} {
		if got, err := NewTile(ok.Z, ok.X, ok.Y); err != nil || got != ok {
			t.Errorf("%v: %v", ok, err)
		}
	}
	for _, bad := range []Tile{{-1, 0, 0}, {23, 0, 0}, {0, 1, 0}, {0, 0, 1}, {3, -1, 0}, {3, 0, 8}, {math.MaxInt, 0, 0}} {
		if _, err := NewTile(bad.Z, bad.X, bad.Y); err == nil {
			t.Errorf("%v gave no error", bad)
		}
		if _, err := Encode(bad, nil); err == nil {
			t.Errorf("Encode(%v) gave no error", bad)
		}
	}
}

func TestBounds(t *testing.T) {
	w, s, e, n := (Tile{0, 0, 0}).Bounds()
	if w != -180 || e != 180 || math.Abs(n-proj.MaxMercatorLat) > 1e-9 || math.Abs(s+proj.MaxMercatorLat) > 1e-9 {
		t.Errorf("world: %v %v %v %v", w, s, e, n)
	}
	w, s, e, n = sheffield.Bounds()
	if !(w < -1.47 && e > -1.47 && s < 53.38 && n > 53.38) {
		t.Errorf("Sheffield is not in %v %v %v %v", w, s, e, n)
	}
	bw, bs, be, bn := sheffield.BufferedBounds()
	if !(bw < w && bs < s && be > e && bn > n) {
		t.Error("the buffer is not outside")
	}
}

// The example of the specification, section 4.3.5 (Example Point, Line String, Polygon): the
// same command integers for the same coordinates.
func TestEncode_specificationCommands(t *testing.T) {
	tests := []struct {
		wkt  string
		want []uint64
	}{
		{"POINT(25 17)", []uint64{9, 50, 34}},
		{"MULTIPOINT(5 7,3 2)", []uint64{17, 10, 14, 3, 9}},
		{"LINESTRING(2 2,2 10,10 10)", []uint64{9, 4, 4, 18, 0, 16, 16, 0}},
		{"MULTILINESTRING((2 2,2 10,10 10),(1 1,3 5))", []uint64{9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8}},
		{"POLYGON((3 6,8 12,20 34,3 6))", []uint64{9, 6, 12, 18, 10, 12, 24, 44, 15}},
	}
	for _, tt := range tests {
		tile := Tile{4, 7, 5}
		out, err := Encode(tile, []Layer{{Name: "a", Features: []Feature{{Geometry: inTile(t, tile, tt.wkt)}}}})
		if err != nil {
			t.Fatal(err)
		}
		layers := decode(t, out)
		if diff := cmp.Diff(tt.want, layers[0].features[0].commands); diff != "" {
			t.Errorf("%s: %s", tt.wkt, diff)
		}
	}
}

func TestEncode_attributes(t *testing.T) {
	p := inTile(t, sheffield, "POINT(100 100)")
	features := []Feature{
		{ID: 7, Geometry: p, Attrs: []Attr{{"name", String("é")}, {"n", Int(-3)}, {"m", Int(5)}, {"x", Double(1.5)}, {"ok", Bool(true)}}},
		{Geometry: p, Attrs: []Attr{{"m", Int(5)}, {"m", Int(6)}, {"none", Value{}}, {"nan", Double(math.NaN())}, {"ok", Bool(false)}, {"name", String("é")}}},
	}
	out, err := Encode(sheffield, []Layer{{Name: "points", Features: features}})
	if err != nil {
		t.Fatal(err)
	}
	l := decode(t, out)[0]
	if l.name != "points" || l.version != 2 || l.extent != Extent || len(l.keys) != 5 || len(l.values) != 6 {
		t.Errorf("layer %+v", l)
	}
	want := []map[string]any{
		{"name": "é", "n": int64(-3), "m": int64(5), "x": 1.5, "ok": true},
		{"m": int64(5), "ok": false, "name": "é"},
	}
	for i, f := range l.features {
		if diff := cmp.Diff(want[i], f.attrs); diff != "" {
			t.Error(diff)
		}
	}
	if l.features[0].id != 7 || l.features[1].id != 0 {
		t.Error("ids")
	}
}

func TestEncode_errors(t *testing.T) {
	p := mustWKT(t, "POINT(0 0)")
	tests := []struct {
		want   string
		layers []Layer
	}{
		{"no name", []Layer{{}}},
		{"differ", []Layer{{Name: "a"}, {Name: "a"}}},
		{"collection", []Layer{{Name: "a", Features: []Feature{{Geometry: p}, {Geometry: mustWKT(t, "GEOMETRYCOLLECTION(POINT(0 0))")}}}}},
	}
	for _, tt := range tests {
		if _, err := Encode(Tile{}, tt.layers); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
	out, err := Encode(sheffield, []Layer{{Name: "a", Features: []Feature{{Geometry: p}, {}}}, {Name: "b"}})
	if err != nil || len(out) != 0 {
		t.Errorf("nothing in the tile, but %d bytes, %v", len(out), err)
	}
}

func TestEncode_clipping(t *testing.T) {
	tests := []struct {
		name, wkt string
		want      string
	}{
		{"point outside", "POINT(-65 0)", ""},
		{"point in the buffer", "POINT(-64 4160)", "P(-64 4160)"},
		{"line through", "LINESTRING(-1000 100,5000 100)", "L(-64 100,4160 100)"},
		{"line out and in", "LINESTRING(100 100,100 -1000,200 -1000,200 100)", "L(100 100,100 -64)L(200 -64,200 100)"},
		{"line past the corner", "LINESTRING(-200 0,0 -200)", ""},
		{"repeats", "LINESTRING(10 10,10.2 10.2,20 20,20.1 20)", "L(10 10,20 20)"},
		{"line of one place", "LINESTRING(10 10,10.2 10.2)", ""},
		{"polygon around", "POLYGON((-9000 -9000,9000 -9000,9000 9000,-9000 9000,-9000 -9000))", "R+(4160 -64,4160 4160,-64 4160,-64 -64)"},
		{"hole around", "POLYGON((-9000 -9000,9000 -9000,9000 9000,-9000 9000,-9000 -9000),(-800 -800,8000 -800,8000 8000,-800 8000,-800 -800))", ""},
		{"tiny polygon", "POLYGON((10 10,10.3 10,10.3 10.3,10 10))", ""},
		{"tiny hole", "POLYGON((0 0,100 0,100 100,0 100,0 0),(10 10,10.3 10,10.3 10.3,10 10))", "R+(100 0,100 100,0 100,0 0)"},
		{"anticlockwise with clockwise hole", "POLYGON((0 0,0 100,100 100,100 0,0 0),(10 10,20 10,20 20,10 20,10 10))", "R+(100 0,100 100,0 100,0 0)R-(10 20,20 20,20 10,10 10)"},
		{"half in", "POLYGON((-200 100,200 100,200 200,-200 200,-200 100))", "R+(-64 100,200 100,200 200,-64 200)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := Encode(sheffield, []Layer{{Name: "a", Features: []Feature{{Geometry: inTile(t, sheffield, tt.wkt)}}}})
			if err != nil {
				t.Fatal(err)
			}
			var got string
			for _, l := range decode(t, out) {
				got += l.features[0].shape()
			}
			if canonical(got) != canonical(tt.want) {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestEncode_sameBytes(t *testing.T) {
	layers := randomLayers(1)
	a, err := Encode(sheffield, layers)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if b, err := Encode(sheffield, layers); err != nil || !bytes.Equal(a, b) {
			t.Fatal("the bytes differ")
		}
	}
}

// randomLayers draws points, lines and star polygons with holes about the tile.
func randomLayers(seed uint64) []Layer {
	r := rand.New(rand.NewPCG(seed, 3))
	somewhere := func() (x, y float64) { return r.Float64()*8000 - 2000, r.Float64()*8000 - 2000 }
	ring := func(x, y, radius float64, n int) []float64 {
		var flat []float64
		for i := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
			d := radius * (0.4 + 0.6*r.Float64())
			p := at(sheffield, x+d*cos, y+d*sin)
			flat = append(flat, p.X, p.Y)
		}
		return append(flat, flat[0], flat[1])
	}
	var points, lines, areas Layer
	points.Name, lines.Name, areas.Name = "points", "lines", "areas"
	for i := range 40 {
		x, y := somewhere()
		p := at(sheffield, x, y)
		attrs := []Attr{{"i", Int(int64(i % 7))}, {"name", String(fmt.Sprint("n", i%5))}}
		points.Features = append(points.Features, Feature{ID: uint64(i), Geometry: geom.NewPointXY(p.X, p.Y).AsGeometry(), Attrs: attrs})
		radius := math.Exp(r.Float64() * 9)
		outer := ring(x, y, radius, 3+r.IntN(40))
		lines.Features = append(lines.Features, Feature{Geometry: geom.NewLineStringXY(outer...).AsGeometry(), Attrs: attrs})
		areas.Features = append(areas.Features, Feature{Geometry: geom.NewPolygonXY(outer, ring(x, y, radius*0.1, 12)).AsGeometry(), Attrs: attrs})
	}
	return []Layer{points, lines, areas}
}

func TestEncode_properties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		layers := randomLayers(rapid.Uint64().Draw(rt, "seed"))
		out, err := Encode(sheffield, layers)
		if err != nil {
			rt.Fatal(err)
		}
		checkTile(t, out)
	})
}

// checkTile asks what the specification and this package promise of every tile.
func checkTile(t *testing.T, out []byte) {
	t.Helper()
	for _, l := range decode(t, out) {
		for _, f := range l.features {
			if len(f.parts) == 0 {
				t.Fatal("a feature without geometry")
			}
			outer := false
			for i, part := range f.parts {
				for k, c := range part {
					if c.x < low || c.x > high || c.y < low || c.y > high {
						t.Fatalf("%v is outside the buffer", c)
					}
					if k > 0 && f.kind != kindPoint && c == part[k-1] {
						t.Fatalf("%v twice", c)
					}
				}
				switch f.kind {
				case kindLine:
					if len(part) < 2 {
						t.Fatal("a line of one point")
					}
				case kindPolygon:
					area := surveyor(part)
					outer = outer || area > 0
					if len(part) < 3 || area == 0 || (i == 0 && area < 0) || !outer {
						t.Fatalf("ring %d has area %d", i, area)
					}
				}
			}
		}
	}
}

// What is drawn of a polygon has the area that geom finds for its part in the tile.
func TestEncode_clippedArea(t *testing.T) {
	box := geom.NewEnvelope(geom.XY{X: low, Y: low}, geom.XY{X: high, Y: high}).AsGeometry()
	for seed := range uint64(20) {
		for _, f := range randomLayers(seed)[2].Features {
			local := f.Geometry.TransformXY(func(p geom.XY) geom.XY {
				fr := newFrame(sheffield)
				q := fr.place(p)
				return geom.XY{X: q.x, Y: q.y}
			})
			if local.Validate() != nil {
				continue
			}
			want, err := geom.Intersection(local, box)
			if err != nil {
				continue
			}
			out, err := Encode(sheffield, []Layer{{Name: "a", Features: []Feature{f}}})
			if err != nil {
				t.Fatal(err)
			}
			var got float64
			for _, l := range decode(t, out) {
				for _, part := range l.features[0].parts {
					got += float64(surveyor(part)) / 2
				}
			}
			// Rounding moves a boundary by at most 0.71 units.
			if tolerance := 2 + 0.75*want.Length() + 0.75*want.Boundary().Length(); math.Abs(got-want.Area()) > tolerance {
				t.Errorf("seed %d: area %.0f, want %.0f ± %.0f", seed, got, want.Area(), tolerance)
			}
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x00\x05abcdefghijklmnopqrstuvwxyz"), uint8(10), uint32(507), uint32(331))
	f.Fuzz(func(t *testing.T, in []byte, z uint8, x, y uint32) {
		tile, err := NewTile(int(z), int(x), int(y))
		if err != nil {
			return
		}
		var flat []float64
		for len(in) >= 4 {
			p := at(tile, float64(int16(uint16(in[0])|uint16(in[1])<<8))/4, float64(int16(uint16(in[2])|uint16(in[3])<<8))/4)
			flat = append(flat, p.X, p.Y)
			in = in[4:]
		}
		if len(flat) < 6 {
			return
		}
		// The polygon may cross itself: nothing may break, though its picture is no matter.
		ring := append(flat[:len(flat):len(flat)], flat[0], flat[1])
		features := []Feature{
			{Geometry: geom.NewMultiPointXY(flat...).AsGeometry(), Attrs: []Attr{{string(in), String(string(in))}}},
			{Geometry: geom.NewLineStringXY(flat...).AsGeometry(), Attrs: []Attr{{"n", Int(int64(x) - int64(y))}}},
			{Geometry: geom.NewPolygonXY(ring).AsGeometry(), Attrs: []Attr{{"x", Double(flat[0])}}},
		}
		out, err := Encode(tile, []Layer{{Name: "a", Features: features}})
		if err != nil {
			t.Fatal(err)
		}
		checkTile(t, out)
	})
}

func BenchmarkEncode_points(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	l := Layer{Name: "points"}
	for i := range 10000 {
		p := at(sheffield, r.Float64()*Extent, r.Float64()*Extent)
		l.Features = append(l.Features, Feature{ID: uint64(i), Geometry: geom.NewPointXY(p.X, p.Y).AsGeometry(), Attrs: []Attr{{"class", Int(int64(i % 9))}, {"n", Int(1)}}})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(sheffield, []Layer{l}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode_areas(b *testing.B) {
	layers := randomLayers(1)[2:]
	for b.Loop() {
		if _, err := Encode(sheffield, layers); err != nil {
			b.Fatal(err)
		}
	}
}
