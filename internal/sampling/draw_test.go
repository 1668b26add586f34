package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func frameOf(sizes map[string]int) []Unit {
	var out []Unit
	for key, n := range sizes {
		for i := range n {
			out = append(out, Unit{fmt.Sprintf("%s-%05d", key, i), key})
		}
	}
	return out
}

func ids(units []Unit, at []int) []string {
	var out []string
	for _, i := range at {
		out = append(out, units[i].ID)
	}
	slices.Sort(out)
	return out
}

func TestDraw(t *testing.T) {
	units := frameOf(map[string]int{"a": 100, "b": 40, "c": 7})
	draw := func(plan map[string]int, seed uint64) []string {
		t.Helper()
		at, err := Draw(units, plan, seed)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(at) {
			t.Fatalf("positions %v are not in order", at)
		}
		return ids(units, at)
	}
	first := draw(map[string]int{"a": 10, "b": 5, "c": 7}, 7)
	if len(first) != 22 || len(slices.Compact(slices.Clone(first))) != 22 {
		t.Fatalf("%d are drawn, some twice: %v", len(first), first)
	}
	// A reference that must not change: whoever has a seed must be able to draw the same again.
	if got := strings.Join(first[10:15], " "); got != "b-00009 b-00013 b-00016 b-00023 b-00038" {
		t.Errorf("seed 7 draws %s", got)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	if again := draw(map[string]int{"a": 10, "b": 5, "c": 7}, 7); !slices.Equal(first, again) {
		t.Error("another order of the frame draws others")
	}
	more := draw(map[string]int{"a": 25, "b": 5}, 7)
	for _, id := range first {
		if !strings.HasPrefix(id, "c") && !slices.Contains(more, id) {
			t.Errorf("%s is in the smaller draw and not in the larger", id)
		}
	}
	if other := draw(map[string]int{"a": 10, "b": 5, "c": 7}, 8); slices.Equal(first, other) {
		t.Error("another seed draws the same")
	}
	if none := draw(nil, 7); none != nil {
		t.Errorf("no plan draws %v", none)
	}
}

func TestDraw_refuses(t *testing.T) {
	units := frameOf(map[string]int{"a": 3})
	for _, c := range []struct {
		units []Unit
		plan  map[string]int
		says  string
	}{
		{units, map[string]int{"a": 4}, "which has 3"},
		{units, map[string]int{"b": 1}, "which has 0"},
		{units, map[string]int{"a": -1}, "not negative"},
		{append(slices.Clone(units), units[0]), nil, "twice"},
	} {
		if _, err := Draw(c.units, c.plan, 1); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.plan, err, c.says)
		}
	}
}

// TestDraw_even: over 20,000 seeds each firm is drawn as often as each other, and each pair too, within what chance allows
// (chi-square within five standard deviations of its mean).
func TestDraw_even(t *testing.T) {
	units := frameOf(map[string]int{"a": 10})
	const draws, n = 20000, 3
	single, pairs := make([]float64, 10), map[[2]int]float64{}
	for seed := range uint64(draws) {
		at, err := Draw(units, map[string]int{"a": n}, seed)
		if err != nil {
			t.Fatal(err)
		}
		for k, i := range at {
			single[i]++
			for _, j := range at[:k] {
				pairs[[2]int{j, i}]++
			}
		}
	}
	chi := func(counts []float64, want float64) float64 {
		s := 0.0
		for _, c := range counts {
			s += (c - want) * (c - want) / want
		}
		return s
	}
	var of []float64
	for _, c := range pairs {
		of = append(of, c)
	}
	if len(of) != 45 {
		t.Fatalf("%d of 45 pairs come up", len(of))
	}
	if c := chi(single, draws*n/10.0); c > 9+5*math.Sqrt(2*9) {
		t.Errorf("chi-square of firms %v on 9 degrees of freedom", c)
	}
	if c := chi(of, draws*3/45.0); c > 44+5*math.Sqrt(2*44) {
		t.Errorf("chi-square of pairs %v on 44 degrees of freedom", c)
	}
}

// BenchmarkDraw draws 1,200 firms in 24 strata from a frame of 46,611, the register of South Yorkshire, with its allocation.
func BenchmarkDraw(b *testing.B) {
	var units []Unit
	sizes := map[string]int{}
	for i := range 46611 {
		key := fmt.Sprintf("s%02d", i*i%24)
		sizes[key]++
		units = append(units, Unit{fmt.Sprintf("%08d", (i*7919)%100000007), key})
	}
	var strata []Stratum
	for key, n := range sizes {
		strata = append(strata, Stratum{Key: key, Size: n})
	}
	for b.Loop() {
		plan, err := Allocation{Minimum: 20, TakeAll: 25}.Allocate(strata, 1200)
		if err != nil {
			b.Fatal(err)
		}
		at, err := Draw(units, plan, 1)
		if err != nil || len(at) != 1200 {
			b.Fatal(len(at), err)
		}
	}
}
