package disclosure

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

// TestProtect_optimum sets what is hidden beside the least that would do, found by trying every set of cells of small tables.
func TestProtect_optimum(t *testing.T) {
	ours, least, worst := 0.0, 0.0, 1.0
	for seed := range uint64(25) {
		rng := rand.New(rand.NewPCG(seed, 21))
		counts := make([][]int64, 3)
		for i := range counts {
			for range 4 {
				counts[i] = append(counts[i], 2+rng.Int64N(28))
			}
		}
		p := cross(counts, Public)
		for i, c := range p.Cells {
			if c.Kind == Table {
				p.Cells[i].Cost = 1 + float64(c.Value)/20
			}
		}
		got, err := Protect(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Open) > 0 || got.Primary == 0 {
			continue
		}
		best, ok := cheapest(p)
		if !ok {
			t.Fatalf("seed %d: protected, and no set of cells protects it", seed)
		}
		spent := extra(p, got.Hidden)
		if spent < best-1e-9 {
			t.Fatalf("seed %d: hides for %g, and the least is %g", seed, spent, best)
		}
		ours, least = ours+spent, least+best
		if best > 0 {
			worst = max(worst, spent/best)
		}
	}
	t.Logf("hidden to protect others: cost %.1f, the least that would do is %.1f (%.0f %% more); at worst %.2f times", ours, least, 100*(ours/least-1), worst)
	if ours > 1.15*least {
		t.Errorf("hides for %.1f where %.1f would do", ours, least)
	}
}

func extra(p Problem, hidden []bool) float64 {
	sum := 0.0
	for i, c := range p.Cells {
		if hidden[i] && !c.Sensitive {
			sum += c.Cost
		}
	}
	return sum
}

// cheapest is the least cost of hidden cells that protect the sensitive ones and each other.
func cheapest(p Problem) (float64, bool) {
	var open []int
	for i, c := range p.Cells {
		if c.Kind == Table && !c.Sensitive {
			open = append(open, i)
		}
	}
	best, found := 0.0, false
	for set := range uint(1) << len(open) {
		f := newFinder(p)
		for i, c := range p.Cells {
			f.hidden[i] = c.Kind == Table && c.Sensitive
		}
		for k, i := range open {
			f.hidden[i] = set>>k&1 == 1
		}
		if cost := extra(p, f.hidden); found && cost >= best || bits.OnesCount(set) > 6 || !f.safe() {
			continue
		} else {
			best, found = cost, true
		}
	}
	return best, found
}

func (f *finder) safe() bool {
	free := make([]bool, len(f.hidden))
	for i, h := range f.hidden {
		if !h || free[i] {
			continue
		}
		move := f.alternative(i, true)
		if move == nil {
			return false
		}
		for _, m := range move {
			free[m.Cell] = true
		}
	}
	return true
}
