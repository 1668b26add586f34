package tally

import (
	"math/rand/v2"
	"testing"
)

// britain is about how many registered companies there are.
const britain = 5_500_000

func BenchmarkSum(b *testing.B) {
	x := mustOpen(b, crowd(1, britain))
	r := rand.New(rand.NewPCG(3, 3))
	at := x.Site(x.Len() / 2)
	region, town := star(r, at.Lon, at.Lat, 1, 200), star(r, at.Lon, at.Lat, 0.1, 200)
	for _, workers := range []int{1, 2} {
		name := map[int]string{1: "one", 2: "two"}[workers]
		b.Run("nation-"+name, func(b *testing.B) {
			for b.Loop() {
				x.Sum(x.All(), Rule{}, 700, workers)
			}
		})
		b.Run("region-"+name, func(b *testing.B) {
			for b.Loop() {
				x.Sum(x.Within(region), Rule{}, 700, workers)
			}
		})
	}
	b.Run("town", func(b *testing.B) {
		for b.Loop() {
			x.Sum(x.Within(town), Rule{}, 700, 1)
		}
	})
}
