package shape

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
)

func scattered(n int) geom.Geometry {
	r := rand.New(rand.NewPCG(1, 1))
	var xy []geom.Point
	for range n {
		xy = append(xy, geom.NewPointXY(-1.5+.2*r.Float64(), 53.3+.15*r.Float64()))
	}
	return geom.NewMultiPoint(xy).AsGeometry()
}

// What lies around many places is the union of what lies around each.
func TestBuffer_places(t *testing.T) {
	points := scattered(40)
	got, err := Buffer(points, 900)
	if err != nil {
		t.Fatal(err)
	}
	var circles []geom.Geometry
	for _, p := range points.MustAsMultiPoint().Dump() {
		c, err := Buffer(p.AsGeometry(), 900)
		if err != nil {
			t.Fatal(err)
		}
		circles = append(circles, c)
	}
	want, err := geom.UnionMany(circles)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := got.Area(), want.Area(); math.Abs(a-b) > 1e-6*b {
		t.Errorf("area %g, want %g", a, b)
	}
}

func TestBuffer_many(t *testing.T) {
	for _, c := range []struct {
		n int
		m float64
	}{{300, 2000}, {2000, 500}} {
		if _, err := Buffer(scattered(c.n), c.m); err != nil {
			t.Errorf("%d places, %g m: %v", c.n, c.m, err)
		}
	}
	if _, err := Buffer(scattered(20_000), 100); err == nil {
		t.Error("20,000 places within 100 m of none other are too many")
	}
}
