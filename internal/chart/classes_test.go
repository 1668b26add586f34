package chart

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// The expected classes are those of mapclassify (PySAL), written by oracle/chart/classes.py; for calemp they are also
// the ones that its documentation prints.
func TestClasses_asMapclassify(t *testing.T) {
	text, err := os.ReadFile("testdata/classes.json")
	if err != nil {
		t.Fatal(err)
	}
	var oracle struct {
		Inputs map[string][]float64
		Cases  []struct {
			Input, Method string
			K             int
			Upper         []float64
			Counts        []int
		}
	}
	if err := json.Unmarshal(text, &oracle); err != nil {
		t.Fatal(err)
	}
	if len(oracle.Cases) < 50 {
		t.Fatalf("%d cases; write them again", len(oracle.Cases))
	}
	for _, want := range oracle.Cases {
		values := oracle.Inputs[want.Input]
		got, err := Classify(want.Method, values, want.K, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := within(values, got.Bounds[1:]), within(values, want.Upper); want.Method == "natural" && a > b*(1+1e-9) {
			t.Errorf("%s, %d natural classes: squares within are %g, mapclassify has %g", want.Input, want.K, a, b)
		}
		if want.Input == "far" && want.Method == "natural" {
			continue // mapclassify sums squares about nought and loses the digits: its cuts are worse, as compared above
		}
		if len(got.Counts) != len(want.Counts) {
			t.Errorf("%s %s %d: %d classes, want %d", want.Input, want.Method, want.K, len(got.Counts), len(want.Counts))
			continue
		}
		for i := range want.Counts {
			if got.Counts[i] != want.Counts[i] || math.Abs(got.Bounds[i+1]-want.Upper[i]) > 1e-9*max(1, math.Abs(want.Upper[i])) {
				t.Errorf("%s %s %d: bounds %v with %v, want %v with %v", want.Input, want.Method, want.K, got.Bounds, got.Counts, want.Upper, want.Counts)
				break
			}
		}
	}
}

// within is the sum of squares about the means of the classes.
func within(values, upper []float64) float64 {
	by := make([][]float64, len(upper))
	for _, v := range values {
		for i, u := range upper {
			if v <= u {
				by[i] = append(by[i], v)
				break
			}
		}
	}
	sum := 0.0
	for _, v := range by {
		sum += squaresAboutMean(v)
	}
	return sum
}

// No other cut of a few values is better than the natural one: all are tried.
func TestNaturalBreaks_best(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := sorted(rapid.SliceOfN(rapid.Map(rapid.IntRange(-20, 20), func(n int) float64 { return float64(n) / 2 }), 1, 9).Draw(t, "values"))
		k := rapid.IntRange(2, 4).Draw(t, "k")
		got := within(values, NaturalBreaks(values, k).Bounds[1:])
		if best := bestSquares(values, k); got > best+1e-9 {
			t.Fatalf("squares within are %g, the best are %g", got, best)
		}
	})
}

func bestSquares(v []float64, k int) float64 {
	if k == 1 || len(v) < 2 {
		return squaresAboutMean(v)
	}
	best := squaresAboutMean(v)
	for i := 1; i < len(v); i++ {
		best = min(best, squaresAboutMean(v[:i])+bestSquares(v[i:], k-1))
	}
	return best
}

// Every finite value is in exactly the class whose bounds hold it, and the counts are those of the classes.
func TestClasses_hold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Just(math.NaN()), rapid.SampledFrom([]float64{0, 1, 2, 3}))).Draw(t, "values")
		method := rapid.SampledFrom([]string{"natural", "quantiles", "equal", "given"}).Draw(t, "method")
		c, err := Classify(method, values, rapid.IntRange(2, MostClasses).Draw(t, "k"), []float64{-3, 0.5, 100})
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]int, c.N())
		for _, v := range values {
			k := c.Of(v)
			if !finite(v) {
				if k != -1 {
					t.Fatalf("%v is in class %d", v, k)
				}
				continue
			}
			if k < 0 || v > c.Bounds[k+1] || k > 0 && v <= c.Bounds[k] {
				t.Fatalf("%v is in class %d of %v", v, k, c.Bounds)
			}
			counts[k]++
		}
		for i := range counts {
			if counts[i] != c.Counts[i] {
				t.Fatalf("counts %v, of the values %v", c.Counts, counts)
			}
		}
		if len(c.Labels(0)) != c.N() || len(c.Paints(true, 0.5)) != c.N() || c.Fit < -1e-9 || c.Fit > 1 {
			t.Fatalf("labels %v, fit %v", c.Labels(0), c.Fit)
		}
	})
}

func TestClassify_refuses(t *testing.T) {
	for _, c := range []struct {
		method string
		k      int
		inner  []float64
	}{{"natural", 1, nil}, {"natural", 8, nil}, {"given", 5, nil}, {"given", 5, []float64{2, 1}}, {"given", 5, []float64{math.NaN()}}, {"pretty", 5, nil}} {
		if _, err := Classify(c.method, []float64{1, 2, 3}, c.k, c.inner); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

func BenchmarkNaturalBreaks(b *testing.B) {
	values := make([]float64, 35_000)
	for i := range values {
		values[i] = math.Mod(float64(i)*math.Phi*1000, 7919) / 3
	}
	for b.Loop() {
		NaturalBreaks(values, 5)
	}
}
