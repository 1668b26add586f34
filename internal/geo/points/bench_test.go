package points

import (
	"math"
	"testing"

	"milieu/internal/geo/proj"
)

// britain is about how many registered companies there are.
const britain = 5_500_000

func BenchmarkBuild(b *testing.B) {
	points := crowd(1, britain)
	for b.Loop() {
		if _, err := Build(points); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQueries(b *testing.B) {
	points := crowd(1, britain)
	x := mustOpen(b, points)
	tile := func(z int, f Filter) func() {
		fx, fy := proj.Mercator(points[0].Lon, points[0].Lat)
		tx, ty := int(math.Ldexp(fx, z)), int(math.Ldexp(fy, z))
		return func() {
			if _, err := x.Tile(z, tx, ty, f, 2000); err != nil {
				b.Fatal(err)
			}
		}
	}
	p := points[0]
	benchmarks := []struct {
		name string
		run  func()
	}{
		{"country", tile(0, Filter{})},
		{"country-filtered", tile(0, Filter{ClassMask: 3, GroupMask: 0xff, FlagsNone: 1})},
		{"country-few-pass", tile(0, Filter{GroupMask: 1 << 20, ClassMask: 1, FlagsNone: 7})},
		{"region-z8", tile(8, Filter{})},
		{"town-z12", tile(12, Filter{})},
		{"street-z16", tile(16, Filter{})},
		{"in-bounds-500", func() { x.InBounds(p.Lon-0.01, p.Lat-0.01, p.Lon+0.01, p.Lat+0.01, Filter{}, 500) }},
		{"near-1km", func() { x.Near(p.Lon, p.Lat, 1000, Filter{}, 100) }},
	}
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			for b.Loop() {
				bm.run()
			}
		})
	}
}
