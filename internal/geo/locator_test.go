package geo

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// slow is what Locate must equal: geom's own test of every area.
func slow(areas []geom.Geometry, lon, lat float64) []int {
	var out []int
	for i, g := range areas {
		if geom.Intersects(geom.NewPointXY(lon, lat).AsGeometry(), g) {
			out = append(out, i)
		}
	}
	return out
}

func mustWKT(t testing.TB, wkt string) geom.Geometry {
	t.Helper()
	g, err := geom.UnmarshalWKT(wkt)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestLocate_simple(t *testing.T) {
	areas := []geom.Geometry{
		mustWKT(t, "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 3,1 1))"),
		mustWKT(t, "POLYGON((1 1,3 1,3 3,1 3,1 1))"),
		mustWKT(t, "MULTIPOLYGON(((10 0,11 0,11 1,10 0)),((3.5 3.5,5 3.5,5 5,3.5 5,3.5 3.5)))"),
		mustWKT(t, "POINT(0.5 0.5)"),
		{},
	}
	l := NewLocator(areas)
	tests := []struct {
		lon, lat float64
		want     []int
	}{
		{0.5, 0.5, []int{0}},
		{2, 2, []int{1}},
		{1, 2, []int{0, 1}}, // on the hole's edge
		{0, 0, []int{0}},
		{4, 2, []int{0}},
		{3.75, 3.75, []int{0, 2}},
		{10.75, 0.5, []int{2}},
		{10.25, 0.5, nil},
		{10.5, 0.5, []int{2}}, // on a slanted edge
		{7, 2, nil},
		{-1, 2, nil},
		{100, 100, nil},
		{math.NaN(), 1, nil},
		{1, math.NaN(), nil},
		{math.Inf(1), 1, nil},
	}
	for _, tt := range tests {
		if got := l.Locate(tt.lon, tt.lat); !slices.Equal(got, tt.want) {
			t.Errorf("Locate(%v, %v) = %v, want %v", tt.lon, tt.lat, got, tt.want)
		}
	}
	if got := NewLocator(nil).Locate(0, 0); got != nil {
		t.Errorf("empty locator: %v", got)
	}
}

// star draws a valid ring around a centre: radii differ, angles rise.
func star(r *rand.Rand, x, y, radius float64, n int) []float64 {
	var flat []float64
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		d := radius * (0.4 + 0.6*r.Float64())
		flat = append(flat, x+d*cos, y+d*sin)
	}
	return append(flat, flat[0], flat[1])
}

// synthetic makes overlapping areas with holes and islands in the holes.
func synthetic(seed uint64, n, points int) []geom.Geometry {
	r := rand.New(rand.NewPCG(seed, 1))
	var areas []geom.Geometry
	for range n {
		x, y, radius := r.Float64()*8-6, 50+r.Float64()*8, 0.2+2*r.Float64()
		outer := star(r, x, y, radius, points)
		hole := star(r, x, y, radius*0.35, points)
		island := star(r, x, y, radius*0.12, points/2+3)
		area := geom.NewMultiPolygon([]geom.Polygon{
			geom.NewPolygonXY(outer, hole), geom.NewPolygonXY(island),
		}).AsGeometry()
		if area.Validate() != nil { // a ring of few points may cut the one inside it
			area = geom.NewPolygonXY(outer).AsGeometry()
		}
		areas = append(areas, area)
	}
	return areas
}

// hard draws positions where mistakes would show: on corners, level with corners, a little beside
// edges, and anywhere.
func hard(r *rand.Rand, areas []geom.Geometry) (lon, lat float64) {
	edges := edgesOf(areas[r.IntN(len(areas))])
	if len(edges) == 0 {
		return 0, 0
	}
	e := edges[r.IntN(len(edges))]
	f := r.Float64()
	x, y := e.lo.X+f*(e.hi.X-e.lo.X), e.lo.Y+f*(e.hi.Y-e.lo.Y)
	switch r.IntN(6) {
	case 0:
		return e.lo.X, e.lo.Y
	case 1:
		return e.hi.X + r.NormFloat64()*0.1, e.hi.Y
	case 2:
		return e.hi.X, e.hi.Y + r.NormFloat64()*0.1
	case 3:
		return x, y
	case 4:
		return x + r.NormFloat64()*1e-4, y + r.NormFloat64()*1e-4
	default:
		return x + r.NormFloat64()*0.05, y + r.NormFloat64()*0.05
	}
}

func compare(t *testing.T, areas []geom.Geometry, seed uint64, n int) {
	t.Helper()
	l := NewLocator(areas)
	r := rand.New(rand.NewPCG(seed, 2))
	for range n {
		lon, lat := hard(r, areas)
		if got, want := l.Locate(lon, lat), slow(areas, lon, lat); !slices.Equal(got, want) {
			t.Fatalf("Locate(%v, %v) = %v, geom.Intersects says %v", lon, lat, got, want)
		}
	}
}

func TestLocate_equalsIntersects(t *testing.T) {
	compare(t, synthetic(1, 12, 40), 1, 5000)
	compare(t, synthetic(2, 3, 400), 2, 3000)
	compare(t, synthetic(3, 1, 3), 3, 3000)
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		n := rapid.IntRange(1, 6).Draw(rt, "areas")
		points := rapid.IntRange(3, 30).Draw(rt, "points")
		compare(t, synthetic(seed, n, points), seed, 100)
	})
}

// Whole-number corners make many positions fall level with corners and on edges.
func TestLocate_latticeCorners(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 200 {
		var areas []geom.Geometry
		for range 3 {
			var flat []float64
			for range 3 {
				flat = append(flat, float64(r.IntN(9)), float64(r.IntN(9)))
			}
			g := geom.NewPolygonXY(append(flat, flat[0], flat[1])).AsGeometry()
			if g.Validate() == nil {
				areas = append(areas, g)
			}
		}
		l := NewLocator(areas)
		for x := -1.0; x < 10; x += 0.5 {
			for y := -1.0; y < 10; y += 0.5 {
				if got, want := l.Locate(x, y), slow(areas, x, y); !slices.Equal(got, want) {
					t.Fatalf("%v: Locate(%v, %v) = %v, want %v", areas, x, y, got, want)
				}
			}
		}
	}
}

func dataFile(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("MILIEU_TESTDATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("real data not here: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func districts(t testing.TB) []geom.Geometry {
	t.Helper()
	features, problems, err := ReadTopoJSON(dataFile(t, "boundaries/geogALL2022UK.topojson"), "LTLA", Options{AreasOnly: true})
	if err != nil || len(problems) > 0 || len(features) != 374 {
		t.Fatalf("%d districts, %v, %v; want 374", len(features), problems, err)
	}
	var areas []geom.Geometry
	for _, f := range features {
		areas = append(areas, f.Geometry)
	}
	return areas
}

func TestLocate_districts(t *testing.T) { compare(t, districts(t), 5, 2000) }

func TestLocate_concurrent(t *testing.T) {
	areas := synthetic(7, 5, 30)
	l := NewLocator(areas)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 500 {
				l.Locate(hard(r, areas))
			}
		})
	}
	wg.Wait()
}

func BenchmarkNewLocator_districts(b *testing.B) {
	areas := districts(b)
	for b.Loop() {
		NewLocator(areas)
	}
}

// The positions lie anywhere in the United Kingdom's box and, in the second case, all close to a
// border.
func BenchmarkLocateInto_districts(b *testing.B) {
	areas := districts(b)
	l := NewLocator(areas)
	r := rand.New(rand.NewPCG(8, 8))
	land := make([][2]float64, 0, 1<<16)
	near := make([][2]float64, 1<<16)
	for len(land) < cap(land) {
		p := [2]float64{l.west + r.Float64()*(l.east-l.west), l.south + r.Float64()*(l.north-l.south)}
		if l.Locate(p[0], p[1]) != nil {
			land = append(land, p)
		}
	}
	for i := range near {
		near[i][0], near[i][1] = hard(r, areas)
	}
	for name, points := range map[string][][2]float64{"land": land, "borders": near} {
		b.Run(name, func(b *testing.B) {
			var dst []int32
			i := 0
			for b.Loop() {
				p := points[i&(len(points)-1)]
				dst = l.LocateInto(dst[:0], p[0], p[1])
				i++
			}
		})
	}
}
