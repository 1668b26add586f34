package cash

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want int64
	}{{0.5, 1}, {-0.5, -1}, {1.5, 2}, {2.5, 3}, {2.4999, 2}, {-2.5, -3}, {0, 0}, {math.NaN(), 0}, {math.Inf(1), math.MaxInt64}, {-1e30, math.MinInt64}} {
		if got := Round(c.v); got != c.want {
			t.Errorf("Round(%v) = %d, want %d", c.v, got, c.want)
		}
	}
}

// Pounds are rounded as they were written in decimal: the binary number of 0.285 is below it.
func TestFromPounds(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want Pence
	}{{0.285, 29}, {1.005, 101}, {-1.005, -101}, {12, 1200}, {0.1, 10}, {1e-9, 0}, {315000, 31_500_000}, {1234567.895, 123456790}, {-0.004, 0}, {1e14, 1e16}} {
		if got := FromPounds(c.v); got != c.want {
			t.Errorf("FromPounds(%v) = %d, want %d", c.v, got, c.want)
		}
	}
	if got := Pence(12345).Pounds(); got != 123.45 {
		t.Errorf("Pounds = %v", got)
	}
	if got := BasisPoints(350).Share(); got != 0.035 {
		t.Errorf("Share = %v", got)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		total   Pence
		weights []float64
		want    []Pence
	}{
		{100, []float64{1, 1, 1}, []Pence{34, 33, 33}},
		{-100, []float64{1, 1, 1}, []Pence{-34, -33, -33}},
		{10, []float64{0, 0}, []Pence{5, 5}},
		{5, []float64{0, 0}, []Pence{3, 2}},
		{7, []float64{-1, 2, math.NaN()}, []Pence{0, 7, 0}},
		{100, []float64{0.7, 0.2, 0.1}, []Pence{70, 20, 10}},
		{3, []float64{1e308, 1e308, 1e308}, []Pence{1, 1, 1}},
		{9, nil, nil},
	} {
		if got := Split(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("Split(%d, %v) = %v, want %v", c.total, c.weights, got, c.want)
		}
	}
}

func TestSplit_addsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-1e14, 1e14).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 1, 30).Draw(t, "weights")
		parts := Split(total, weights)
		var sum int64
		for i, p := range parts {
			sum += p
			if s := Sum(weights); s > 0 && math.Abs(float64(p)-float64(total)*weights[i]/s) > 1.01 {
				t.Fatalf("part %d is %d, its share %v", i, p, float64(total)*weights[i]/s)
			}
		}
		if sum != total {
			t.Fatalf("parts %v add up to %d, not %d", parts, sum, total)
		}
	})
}

func TestShown_addsUp(t *testing.T) {
	if got, want := Shown([]float64{0.4, 0.4, 0.4}), []int64{1, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("Shown = %v, want %v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e12, 1e12), 0, 30).Draw(t, "values")
		var sum int64
		for i, s := range Shown(values) {
			sum += s
			if math.Abs(float64(s)-values[i]) >= 1.01 {
				t.Fatalf("%v is shown as %d", values[i], s)
			}
		}
		if want := Round(Sum(values)); sum != want {
			t.Fatalf("shown values of %v add up to %d, not %d", values, sum, want)
		}
	})
}

func TestSum(t *testing.T) {
	if got := Sum([]float64{1e16, 1, -1e16}); got != 1 {
		t.Errorf("Sum = %v, want 1", got)
	}
	if got := Sum([]float64{math.Inf(1), 1}); !math.IsInf(got, 1) {
		t.Errorf("Sum = %v", got)
	}
	if got := Sum(nil); got != 0 {
		t.Errorf("Sum = %v", got)
	}
}
