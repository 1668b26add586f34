package milp

import (
	"fmt"
	"testing"
)

func benchmarkSolve(b *testing.B, p Problem, gap float64) {
	b.Helper()
	var sol Solution
	for b.Loop() {
		sol = mustSolve(b, p, Options{Gap: gap})
	}
	b.ReportMetric(float64(sol.Nodes), "nodes")
	b.ReportMetric(100*sol.Gap, "gap%")
}

// Two hundred options with value tied to cost are proved to 0.5 % here: the
// last tenths of a percent take minutes.
func BenchmarkPortfolio(b *testing.B) {
	for _, size := range []struct {
		n   int
		gap float64
	}{{30, 0}, {100, 0}, {200, 0.005}} {
		for seed := range uint64(3) {
			b.Run(fmt.Sprintf("n=%d/seed=%d", size.n, seed), func(b *testing.B) {
				benchmarkSolve(b, portfolio(size.n, seed), size.gap)
			})
		}
	}
}

func BenchmarkKnapsack(b *testing.B) {
	for seed := range uint64(3) {
		b.Run(fmt.Sprintf("60x5/seed=%d", seed), func(b *testing.B) { benchmarkSolve(b, knapsack(60, 5, seed), 0) })
	}
}
