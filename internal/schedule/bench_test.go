package schedule

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// programme is what a plan may look like: n interventions over the years, half of them
// waiting for others, with a cap of each year that makes some wait.
func programme(n, years int, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 5))
	p := Problem{Horizon: years, Discount: 0.035, Origin: 2027}
	total := int64(0)
	for i := range n {
		t := Task{ID: fmt.Sprintf("t%d", i), Duration: 1 + r.IntN(4), Value: math.Round(1000*(0.2+0.6*r.Float64())) / 1000}
		for k := range t.Duration {
			a := int64(1+r.IntN(40)) * 100_000
			t.Uses = append(t.Uses, Use{"funder", k, a})
			total += a
		}
		p.Tasks = append(p.Tasks, t)
		if i > 1 && r.IntN(2) == 0 {
			p.Links = append(p.Links, Link{Before: fmt.Sprintf("t%d", r.IntN(i)), After: t.ID, Kind: Kind(r.IntN(2))})
		}
	}
	for t := range years {
		p.Capacities = append(p.Capacities, Capacity{From: t, To: t + 1, Amount: total * 3 / int64(2*years)})
	}
	return p
}

func BenchmarkSolve(b *testing.B) {
	for _, c := range []struct{ n, years int }{{15, 10}, {30, 10}, {30, 20}, {60, 15}} {
		for seed := range uint64(3) {
			b.Run(fmt.Sprintf("tasks=%d/periods=%d/seed=%d", c.n, c.years, seed), func(b *testing.B) {
				p := programme(c.n, c.years, seed)
				var s Solution
				for b.Loop() {
					s, _ = Solve(context.Background(), p, Options{MaxNodes: 20000})
				}
				b.ReportMetric(float64(s.Nodes), "nodes")
				b.ReportMetric(100*(s.Bound-s.Value)/max(s.Value, 1e-9), "gap%")
			})
		}
	}
}
