package density

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// blobs is n points in normal clusters of many sizes over a tenth of noise.
func blobs(n int, seed uint64) Points {
	r := rand.New(rand.NewPCG(seed, 1))
	p := Points{X: make([]float64, n), Y: make([]float64, n)}
	centres := max(3, n/500)
	side := 1000 * float64(centres)
	cx, cy, sd := make([]float64, centres), make([]float64, centres), make([]float64, centres)
	for i := range centres {
		cx[i], cy[i], sd[i] = r.Float64()*side, r.Float64()*side, 50+r.Float64()*500
	}
	for i := range n {
		if i%10 == 0 {
			p.X[i], p.Y[i] = r.Float64()*side, r.Float64()*side
			continue
		}
		c := r.IntN(centres)
		p.X[i], p.Y[i] = cx[c]+r.NormFloat64()*sd[c], cy[c]+r.NormFloat64()*sd[c]
	}
	return p
}

func BenchmarkHDBSCAN(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		p := blobs(n, 1)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := HDBSCAN(b.Context(), p, Options{MinPoints: 10}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDBSCAN(b *testing.B) {
	for _, n := range []int{10_000, 200_000} {
		p := blobs(n, 1)
		for _, eps := range []float64{50, 500} {
			b.Run(fmt.Sprintf("%d/eps%v", n, eps), func(b *testing.B) {
				for b.Loop() {
					if _, err := DBSCAN(b.Context(), p, eps, 10); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// Inputs that are hard for trees of nearest neighbours: all distances tie, or all points lie on a line.
func BenchmarkHDBSCAN_ties(b *testing.B) {
	const n = 250_000
	i := 0
	for name, p := range map[string]Points{
		"lattice": fill(n, func() (float64, float64) { i++; return float64(i % 500), float64(i / 500) }),
		"line":    fill(n, func() (float64, float64) { i++; return float64(i), 0 }),
		"few":     fill(n, func() (float64, float64) { i++; return float64(i % 7), float64(i % 11) }),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := HDBSCAN(b.Context(), p, Options{MinPoints: 10}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
