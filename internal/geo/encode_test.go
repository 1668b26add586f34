package geo

import (
	"math"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// TestEncodeShape_known pins the text, since addresses that people have kept hold it.
func TestEncodeShape_known(t *testing.T) {
	for _, c := range []struct{ wkt, want string }{
		// By hand: version 1, one polygon, one ring, three positions (B B B D), no step (A A), two
		// steps east (zigzag 4, E A), two back and one north (zigzag 3 and 2, D C).
		{"POLYGON((0 0,0.00002 0,0 0.00001,0 0))", "BBBDAAEADC"},
		{"MULTIPOLYGON(((0 0,0.00001 0,0 0.00001,0 0)),((1 1,1.00001 1,1 1.00001,1 1)))", "BCBDAACABCBDgqjG-pjGCABC"},
	} {
		got, err := EncodeShape(mustWKT(t, c.wkt))
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.wkt, got, c.want)
		}
		back, err := DecodeShape(got)
		if err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if eq, err := geom.Equals(back, mustWKT(t, c.wkt)); err != nil || !eq {
			t.Errorf("%s came back as %s", c.wkt, back.AsText())
		}
	}
}

// ring draws a ring around a middle that does not cross itself: distances at rising angles.
func ring(t *rapid.T, lon, lat, size float64) []float64 {
	n := rapid.IntRange(3, 40).Draw(t, "n")
	var flat []float64
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		r := size * rapid.Float64Range(0.2, 1).Draw(t, "r")
		flat = append(flat, lon+r*math.Cos(a), lat+r*math.Sin(a))
	}
	return append(flat, flat[0], flat[1])
}

func TestEncodeShape_roundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(-8, 2).Draw(t, "lon"), rapid.Float64Range(50, 60).Draw(t, "lat")
		size := math.Exp(rapid.Float64Range(math.Log(1e-4), math.Log(1)).Draw(t, "size"))
		var parts []geom.Polygon
		for i := range rapid.IntRange(1, 3).Draw(t, "parts") {
			flat := ring(t, lon+2.5*size*float64(i), lat, size)
			parts = append(parts, geom.NewPolygon([]geom.LineString{geom.NewLineString(geom.NewSequence(flat, geom.DimXY))}))
		}
		g := geom.NewMultiPolygon(parts).AsGeometry()
		text, err := EncodeShape(g)
		if err != nil {
			if size > 1e-3 {
				t.Fatalf("%v of %s", err, g.AsText())
			}
			return
		}
		back, err := DecodeShape(text)
		if err != nil {
			t.Fatalf("%v: %q", err, text)
		}
		if again, err := EncodeShape(back); err != nil || again != text {
			t.Fatalf("encoded again: %q, %v; want %q", again, err, text)
		}
		// No boundary moves by more than half a step a coordinate, but for the dissolving of what
		// then crosses itself.
		if d := math.Abs(back.Area() - g.Area()); d > 2*ShapeGrid*(g.Boundary().Length()+ShapeGrid) {
			t.Fatalf("area %g became %g", g.Area(), back.Area())
		}
	})
}

func TestEncodeShape_refuses(t *testing.T) {
	for _, wkt := range []string{"POINT(1 2)", "LINESTRING(0 0,1 1)", "POLYGON EMPTY", "GEOMETRYCOLLECTION(POLYGON((0 0,1 0,0 1,0 0)))", "POLYGON((0 0,0.000001 0,0 0.000001,0 0))"} {
		if text, err := EncodeShape(mustWKT(t, wkt)); err == nil {
			t.Errorf("%s was encoded as %q", wkt, text)
		}
	}
}

func TestDecodeShape_refuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "cut"}, {"B", "cut"}, {"CBBDAAEADC", "form"}, {"BBBDAAEAD", "cut"}, {"BBBDAAEADCA", "more characters"}, {"BBBDAA EADC", "character 7"},
		{"BBBCAAEA", "has not"}, {"BBBDAAAAAA", "encloses no area"}, {"BB__________AAA", "has not"}, {"BBBDAA______HADC", "leaves the world"},
		{"B" + strings.Repeat("A", MaxShapeText), "more than"}, {"BBA", "has not"},
	} {
		_, err := DecodeShape(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.20q: %v, want %q", c.text, err, c.want)
		}
	}
	// A figure of eight is refused with the place where it crosses.
	eight := appendDigits(nil, 1)
	for _, v := range []uint64{1, 1, 4, 0, 0, zigzag(10), zigzag(10), 0, zigzag(-10), zigzag(-10), zigzag(10)} {
		eight = appendDigits(eight, v)
	}
	if _, err := DecodeShape(string(eight)); err == nil || !strings.Contains(err.Error(), "crosses or touches itself at (5e-05, 5e-05)") {
		t.Errorf("a figure of eight: %v", err)
	}
}

func FuzzDecodeShape(f *testing.F) {
	for _, s := range []string{"BBBDAAEADC", "BCBDAACABCBDgqjG-pjGCABC", "BB__________AAA", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := DecodeShape(text)
		if err != nil {
			return
		}
		again, err := EncodeShape(g)
		if err != nil {
			return // a valid shape of slivers may dissolve into nothing
		}
		if _, err := DecodeShape(again); err != nil {
			t.Fatalf("%q was encoded as %q, which cannot be read: %v", text, again, err)
		}
	})
}
