package shape

import (
	"math"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"milieu/internal/geo"
	"milieu/internal/geo/proj"
)

func wkt(t testing.TB, text string) geom.Geometry {
	t.Helper()
	g, err := geom.UnmarshalWKT(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestBuffer_oracle compares areas on the grid with GEOS through shapely 2.1: oracle/geo/buffer.py.
// Shapes go to degrees and back, and their long edges are parted there, so a part in 100,000 may differ.
func TestBuffer_oracle(t *testing.T) {
	for _, c := range []struct {
		wkt          string
		metres, want float64
	}{
		{"POINT(435000 387000)", 1500, 7057234.104},
		{"LINESTRING(430000 380000,434000 384000,433000 389000)", 750, 17873044.288},
		{"POLYGON((430000 380000,434000 380000,434000 384000,432000 382000,430000 384000,430000 380000))", 400, 19530051.398},
		{"POLYGON((430000 380000,440000 380000,440000 390000,430000 390000,430000 380000),(433000 383000,437000 383000,437000 387000,433000 387000,433000 383000))", 1200, 149956629.826},
		{"MULTIPOINT((430000 380000),(431000 380000),(445000 380000))", 900, 6782238.039},
	} {
		g, err := Buffer(fromGrid(wkt(t, c.wkt)), c.metres)
		if err != nil {
			t.Fatal(err)
		}
		back, err := projected(g)
		if err != nil {
			t.Fatal(err)
		}
		if got := back.Area(); math.Abs(got/c.want-1) > 2e-4 {
			t.Errorf("%.40s: %.3f m², want %.3f", c.wkt, got, c.want)
		}
	}
}

// TestCircle_distance wants every corner of a circle at its distance, on the ground.
func TestCircle_distance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(-5, 1.5).Draw(t, "lon"), rapid.Float64Range(50.5, 58).Draw(t, "lat")
		m := rapid.Float64Range(50, 20_000).Draw(t, "m")
		g, err := Circle(lon, lat, m)
		if err != nil {
			t.Fatal(err)
		}
		seq := g.DumpCoordinates()
		for i := range seq.Length() {
			xy := seq.GetXY(i)
			// Great circles on a sphere differ from the ellipsoid by up to 0.5 %, the grid by 0.1 %.
			if d := proj.DistanceM(lon, lat, xy.X, xy.Y); math.Abs(d/m-1) > 0.008 {
				t.Fatalf("a corner of the circle of %g m lies at %g m", m, d)
			}
		}
	})
}

func TestBuffer_refuses(t *testing.T) {
	for _, c := range []struct {
		wkt    string
		metres float64
		want   string
	}{
		{"POINT(-1.4 53.4)", 0, "between 0"}, {"POINT(-1.4 53.4)", math.NaN(), "between 0"}, {"POINT(-1.4 53.4)", 2e5, "between 0"},
		{"POINT(12 41)", 100, "outside Great Britain"}, {"POINT EMPTY", 100, "no positions"},
	} {
		if _, err := Buffer(wkt(t, c.wkt), c.metres); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s by %g: %v", c.wkt, c.metres, err)
		}
	}
}

func TestJoin(t *testing.T) {
	a, b := wkt(t, "POLYGON((0 0,1 0,1 1,0 1,0 0))"), wkt(t, "POLYGON((1 0,2 0,2 1,1 1,1 0))")
	g, err := Join([]geom.Geometry{a, b})
	if err != nil || !g.IsPolygon() || g.Area() != 2 {
		t.Fatalf("%v, %v", g.AsText(), err)
	}
	// Area 84.5 km² of the two overlapping shapes: shapely 2.1, oracle/geo/buffer.py, by reckoning 84 + 0.5 too.
	c := fromGrid(wkt(t, "POLYGON((430000 380000,434000 380000,434000 384000,432000 382000,430000 384000,430000 380000))"))
	d := fromGrid(wkt(t, "POLYGON((430000 380000,440000 380000,440000 390000,430000 390000,430000 380000),(433000 383000,437000 383000,437000 387000,433000 387000,433000 383000))"))
	if g, err = Join([]geom.Geometry{c, d}); err != nil {
		t.Fatal(err)
	}
	grid, err := projected(g)
	if err != nil || math.Abs(grid.Area()/84_500_000-1) > 1e-5 {
		t.Errorf("joined: %.1f m², %v", grid.Area(), err)
	}
	for _, bad := range [][]geom.Geometry{nil, {wkt(t, "POINT(1 1)")}} {
		if _, err := Join(bad); err == nil {
			t.Errorf("%v was joined", bad)
		}
	}
}

func TestThin(t *testing.T) {
	g, err := Circle(-1.4, 53.4, 5000)
	if err != nil {
		t.Fatal(err)
	}
	thin := Thin(g, 50)
	if n, m := thin.DumpCoordinates().Length(), g.DumpCoordinates().Length(); n >= m || n < 5 {
		t.Errorf("%d positions became %d", m, n)
	}
	around, err := Buffer(thin, 51)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := geom.Covers(around, g); err != nil || !ok {
		t.Errorf("the thinned circle is further than 50 m from the circle: %v", err)
	}
	if got := Thin(g, 0); got.AsText() != g.AsText() {
		t.Error("a tolerance of nothing changed the shape")
	}
}

func BenchmarkCircle(b *testing.B) {
	for b.Loop() {
		g, err := Circle(-1.4, 53.4, 5000)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := geo.EncodeShape(g); err != nil {
			b.Fatal(err)
		}
	}
}
