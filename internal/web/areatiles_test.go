package web

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/geo/mvt"
	"milieu/internal/place"
)

// waved is a made-up set: n by n areas over the middle of Great Britain whose common borders wave.
func waved(n int) []place.Shape {
	const west, south, wide, high, steps = -4.0, 51.0, 4.0, 4.0, 12
	at := func(x, y float64) geom.XY { // the same place always moves the same way
		return geom.XY{X: west + wide*(x+0.15*math.Sin(y*7.3)*math.Sin(x*math.Pi*2))/float64(n), Y: south + high*(y+0.15*math.Sin(x*5.1+y*11))/float64(n)}
	}
	out := make([]place.Shape, 0, n*n)
	for i := range n {
		for j := range n {
			x, y := float64(i), float64(j)
			var ring []float64
			side := func(dx, dy, fx, fy float64) {
				for s := range steps {
					t := float64(s) / steps
					// Places are rounded so that both neighbours reckon with the same number.
					p := at(math.Round((x+fx+dx*t)*1e6)/1e6, math.Round((y+fy+dy*t)*1e6)/1e6)
					ring = append(ring, p.X, p.Y)
				}
			}
			side(1, 0, 0, 0)
			side(0, 1, 1, 0)
			side(-1, 0, 1, 1)
			side(0, -1, 0, 1)
			ring = append(ring, ring[0], ring[1])
			g := geom.NewPolygonXY(ring).AsGeometry()
			box, _ := geo.Bounds(g)
			out = append(out, place.Shape{Area: place.Area{Set: "made", ID: fmt.Sprintf("A%05d", i*n+j), Name: "Area", Box: box}, Geometry: g})
		}
	}
	return out
}

// Thinned areas still meet: at every level the areas together are as large as the square that they fill.
func TestThinAreas_fillTheirSquare(t *testing.T) {
	shapes := waved(12)
	whole := 0.0
	for _, s := range shapes {
		whole += s.Geometry.Area()
	}
	for _, level := range []int{6, 8, 10, 14} {
		thin := thinAreas(shapes, level)
		if len(thin) != len(shapes) {
			t.Errorf("level %d has %d of %d areas", level, len(thin), len(shapes))
		}
		sum, points := 0.0, 0
		for _, a := range thin {
			sum += a.shape.Area()
			points += a.shape.DumpCoordinates().Length()
		}
		if math.Abs(sum/whole-1) > 0.02 {
			t.Errorf("level %d covers %.4f of the whole", level, sum/whole)
		}
		t.Logf("level %d: %d points", level, points)
	}
}

func TestAreaLevel(t *testing.T) {
	for z, want := range map[int]int{0: 4, 4: 4, 5: 6, 6: 6, 11: 12, 13: 14, 14: 14, 18: 14} {
		if got := areaLevel(z); got != want {
			t.Errorf("zoom %d is drawn from level %d, want %d", z, got, want)
		}
	}
	if areaFar(374) != 0 || areaFar(7201) != 6 || areaFar(35672) != 8 {
		t.Error("sets begin at other zooms")
	}
}

// BenchmarkAreaTile draws tiles over a set as large as the lower layer output areas of England and prints the slowest
// in a hundred; the thinning that comes once a level is told apart.
func BenchmarkAreaTile(b *testing.B) {
	for _, n := range []int{19, 84, 188} { // 361, 7,056 and 35,344 areas
		shapes := waved(n)
		b.Run(fmt.Sprint(n*n), func(b *testing.B) {
			var slow []time.Duration
			for _, z := range []int{5, 8, 10, 12, 14} {
				if z < areaFar(n*n) {
					continue
				}
				start := time.Now()
				all := thinAreas(shapes, areaLevel(z))
				b.ReportMetric(float64(time.Since(start).Milliseconds()), fmt.Sprintf("thin-z%d-ms", z))
				for range b.N {
					for k := range 40 {
						x, y := tileNumber(z, -3.9+float64(k%8)*0.5, 51.1+float64(k/8)*0.7)
						start := time.Now()
						tile, err := mvt.NewTile(z, x, y)
						if err != nil {
							b.Fatal(err)
						}
						if _, err := mvt.Encode(tile, []mvt.Layer{{Name: "areas", Features: areaFeatures(tile, all, nil)}}); err != nil {
							b.Fatal(err)
						}
						slow = append(slow, time.Since(start))
					}
				}
			}
			slices.Sort(slow)
			b.ReportMetric(float64(slow[len(slow)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(slow[len(slow)/2].Microseconds())/1000, "p50-ms")
		})
	}
}

func tileNumber(z int, lon, lat float64) (x, y int) {
	n := math.Ldexp(1, z)
	s := math.Sin(lat * math.Pi / 180)
	return int((lon/360 + 0.5) * n), int((0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)) * n)
}
