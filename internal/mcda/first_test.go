package mcda

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milieu/internal/chance"
)

func TestPutFirst(t *testing.T) {
	values := [][]float64{{1, 0}, {0, 1}, {.6, .6}, {.5, .5}}
	mine := []float64{.9, .1}
	c, err := PutFirst(values, mine, 2) // .6 = w₁, so .3 of the weight moves
	if err != nil || !c.Possible {
		t.Fatalf("%+v %v", c, err)
	}
	near(t, "weights", c.Weights, []float64{.6, .4}, 1e-9)
	near(t, "moved", []float64{c.Moved}, []float64{.3}, 1e-9)
	if c, _ := PutFirst(values, mine, 0); !c.Possible || c.Moved != 0 || !slices.Equal(c.Weights, mine) {
		t.Errorf("first already: %+v", c)
	}
	if c, _ := PutFirst(values, mine, 3); c.Possible {
		t.Errorf("dominated and still first: %+v", c)
	}
	if c, _ := PutFirst(values[:1], mine, 0); !c.Possible || c.Moved != 0 {
		t.Errorf("alone: %+v", c)
	}
	if _, err := PutFirst(values, mine, 9); err == nil {
		t.Error("an unknown option was taken")
	}
	if _, err := PutFirst(values, []float64{.9, .2}, 0); err == nil {
		t.Error("weights over 1 were taken")
	}
}

// The change is enough, and a fine net over all weights has none that is nearer.
func TestPutFirst_least(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := drawValues(t, rapid.IntRange(2, 6).Draw(t, "options"), 3)
		mine, err := SwingWeights([]float64{1 + float64(rapid.IntRange(0, 9).Draw(t, "a")), float64(rapid.IntRange(0, 9).Draw(t, "b")), float64(rapid.IntRange(0, 9).Draw(t, "c"))})
		if err != nil {
			t.Fatal(err)
		}
		c, err := PutFirst(values, mine, 0)
		if err != nil {
			t.Fatal(err)
		}
		lead := func(w []float64) float64 {
			least := math.Inf(1)
			for _, v := range values[1:] {
				least = min(least, Additive(values[0], w)-Additive(v, w))
			}
			return least
		}
		if c.Possible && lead(c.Weights) < -1e-8 {
			t.Fatalf("with %v the option lacks %g", c.Weights, lead(c.Weights))
		}
		const fine = 60
		for a := range fine + 1 {
			for b := range fine + 1 - a {
				w := []float64{float64(a) / fine, float64(b) / fine, float64(fine-a-b) / fine}
				moved := 0.0
				for j := range w {
					moved += math.Abs(w[j]-mine[j]) / 2
				}
				if lead(w) >= 0 && (!c.Possible || moved < c.Moved-1e-9) {
					t.Fatalf("%v moves %g and puts it first; found %+v for %v", w, moved, c, values)
				}
			}
		}
	})
}

func TestFirstBetween(t *testing.T) {
	values := [][]float64{{1, 0, 0}, {0, 1, 0}, {.6, .6, 0}, {.1, .1, 0}}
	mine := []float64{.5, .5, 0}
	got := FirstBetween(values, mine, 2)
	// In the first weight t, the others all go to the second: .6 ≥ t and .6 ≥ 1−t.
	near(t, "first", []float64{got[0].From, got[0].To}, []float64{.4, .6}, 1e-12)
	// The third tells nothing apart: any weight but all.
	if !got[2].Possible || got[2].From != 0 || got[2].To != 1 {
		t.Errorf("third %+v", got[2])
	}
	if got := FirstBetween(values, mine, 3); got[0].Possible || got[1].Possible {
		t.Errorf("dominated %+v", got)
	}
	if got := FirstBetween(values, []float64{1, 0, 0}, 0); !got[0].Possible || got[0].To != 1 {
		t.Errorf("all weight on one %+v", got)
	}
}

func TestDominates(t *testing.T) {
	a, b := []float64{.5, .9}, []float64{.5, .4}
	for _, c := range []struct {
		what   string
		lo, hi []float64
		w      WeightSet
		want   bool
	}{
		{"better in one", a, b, WeightSet{}, true},
		{"worse", b, a, WeightSet{}, false},
		{"the same", a, a, WeightSet{}, false},
		{"mixed", []float64{.9, .1}, []float64{.1, .5}, WeightSet{}, false},
		{"mixed, first weighs more", []float64{.9, .1}, []float64{.1, .5}, WeightSet{Chains: [][]int{{0, 1}}}, true},
		{"mixed, second weighs more", []float64{.9, .1}, []float64{.1, .5}, WeightSet{Chains: [][]int{{1, 0}}}, false},
		{"mixed too far", []float64{.4, .1}, []float64{.1, .5}, WeightSet{Chains: [][]int{{0, 1}}}, false},
		{"swings", []float64{.9, .1}, []float64{.1, .5}, WeightSet{Lo: []float64{60, 50}, Hi: []float64{100, 100}}, true},
		{"wide swings", []float64{.9, .1}, []float64{.1, .5}, WeightSet{Lo: []float64{40, 50}, Hi: []float64{100, 100}}, false},
		{"fixed", []float64{.9, .1}, []float64{.1, .5}, WeightSet{Fixed: []float64{.3, .7}}, false},
	} {
		if got := Dominates(c.lo, c.hi, c.w); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	p := certain([][]float64{{.5, .5}, {.4, .3}, {.2, .9}})
	p.Cells[1][0] = chance.Dist{Kind: chance.Uniform, A: .3, B: .6}
	if got := p.Dominated(1); len(got[1]) != 0 {
		t.Errorf("dominated although it may be better: %v", got)
	}
	if p.Cells[1][0].B = .45; len(p.Dominated(1)[1]) != 1 {
		t.Error("not dominated although it cannot be better")
	}
}

// TOPSIS turns when an option is added; the additive value with fixed anchors does not.
func TestReversals(t *testing.T) {
	raw := [][]float64{{1, 9}, {4, 5}, {3, 6}, {100, 1}}
	half, more := []float64{.5, .5}, []bool{false, false}
	of := func(kept []int) [][]float64 {
		var out [][]float64
		for _, i := range kept {
			out = append(out, raw[i])
		}
		return out
	}
	got, err := Reversals(len(raw), func(kept []int) ([]float64, error) { return TOPSIS(of(kept), half, more) })
	if err != nil || len(got) == 0 {
		t.Errorf("no reversal: %v %v", got, err)
	}
	got, err = Reversals(len(raw), func(kept []int) ([]float64, error) {
		var out []float64
		for _, r := range of(kept) {
			out = append(out, r[0]/200+r[1]/20)
		}
		return out, nil
	})
	if err != nil || len(got) != 0 {
		t.Errorf("fixed anchors reversed: %v %v", got, err)
	}
}

func TestSpan(t *testing.T) {
	best, worst := Span([][]float64{{.02, .5, .48}, {.98, .01, .01}}, .9)
	if !slices.Equal(best, []int{2, 1}) || !slices.Equal(worst, []int{3, 1}) {
		t.Errorf("span %v %v", best, worst)
	}
	best, worst = Span([][]float64{{.02, .5, .48}}, 1)
	if best[0] != 1 || worst[0] != 3 {
		t.Errorf("all draws %v %v", best, worst)
	}
	near(t, "holistic", Holistic([][]float64{{.5, .5}}, []float64{1, .25}), []float64{.625}, 1e-12)
}
