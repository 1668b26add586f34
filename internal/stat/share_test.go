package stat

import (
	"testing"

	"pgregory.net/rapid"
)

// Every row of doc/METHODS.md section 14 (whatworksgrowth.org "Three years
// on"), 90 % intervals, printed with two decimals. Two upper ends there (6/11
// and 5/11) are one unit of the last decimal too high, hence the tolerance; the
// exact ends are from the oracle.
func TestBetaInterval_whatWorks(t *testing.T) {
	tests := []struct {
		name               string
		k, n               int
		mean, lo, hi       float64
		oracleLo, oracleHi float64 // oracle/stat/intervals.py
	}{
		{"apprenticeships", 7, 9, .727, .49, .91, 0.4930986989, 0.9127355661},
		{"innovation support", 6, 10, .583, .35, .80, 0.3498115346, 0.8004238501},
		{"enterprise zones", 15, 27, .552, .40, .70, 0.4000443721, 0.6992751397},
		{"access to finance", 6, 11, .538, .32, .76, 0.3152377907, 0.7547001987},
		{"employment training", 33, 65, .507, .41, .61, 0.4075136431, 0.6071564228},
		{"broadband", 5, 10, .500, .27, .73, 0.2712499141, 0.7287500859},
		{"business advice", 8, 17, .474, .29, .66, 0.2912010755, 0.6594019352},
		{"EU funds", 5, 11, .462, .25, .69, 0.2452998013, 0.6847622093},
		{"transport", 2, 6, .375, .13, .66, 0.1287563928, 0.6587385638},
		{"estate renewal", 1, 5, .286, .06, .58, 0.0628498917, 0.5818034093},
		{"sports and culture", 4, 16, .278, .12, .46, 0.1237709148, 0.4605493599},
		{"public realm", 0, 0, .5, .05, .95, 0.0500000000, 0.9500000000}, // the uniform prior, closed form
	}
	for _, tt := range tests {
		mean, lo, hi := BetaInterval(tt.k, tt.n, 0.9)
		if !near(mean, tt.mean, 5.01e-4) || !near(lo, tt.lo, 6e-3) || !near(hi, tt.hi, 6e-3) {
			t.Errorf("%s %d/%d: %.4f [%.4f, %.4f], want %v [%v, %v]", tt.name, tt.k, tt.n, mean, lo, hi, tt.mean, tt.lo, tt.hi)
		}
		if !near(lo, tt.oracleLo, 1e-9) || !near(hi, tt.oracleHi, 1e-9) {
			t.Errorf("%s %d/%d: [%.10f, %.10f], oracle [%v, %v]", tt.name, tt.k, tt.n, lo, hi, tt.oracleLo, tt.oracleHi)
		}
	}
}

func TestWilsonInterval(t *testing.T) {
	tests := []struct {
		k, n   int
		level  float64
		lo, hi float64
	}{
		// oracle/stat/intervals.py.
		{7, 9, .95, 0.4525889691, 0.9367748929},
		{0, 10, .95, 0, 0.2775327999},
		{10, 10, .95, 0.7224672001, 1},
		{15, 27, .90, 0.4004483645, 0.7005428866},
		{0, 0, .95, 0, 1},
	}
	for _, tt := range tests {
		got := WilsonInterval(tt.k, tt.n, tt.level)
		if !near(got.Lo, tt.lo, 1e-9) || !near(got.Hi, tt.hi, 1e-9) {
			t.Errorf("%d/%d at %v: %.10f, want [%v, %v]", tt.k, tt.n, tt.level, got, tt.lo, tt.hi)
		}
	}
}

func TestShareIntervals_property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		level := rapid.Float64Range(0.01, 0.99).Draw(t, "level")
		a, b := WilsonInterval(k, n, level), WilsonInterval(n-k, n, level)
		if !near(a.Lo, 1-b.Hi, 1e-12) || !near(a.Hi, 1-b.Lo, 1e-12) {
			t.Fatalf("failures must mirror successes: %v %v", a, b)
		}
		if n > 0 && !a.Contains(float64(k)/float64(n)) {
			t.Fatalf("%v does not hold %d/%d", a, k, n)
		}
		mean, lo, hi := BetaInterval(k, n, level)
		if !(0 <= lo && lo < hi && hi <= 1) || !near(mean, float64(k+1)/float64(n+2), 1e-12) {
			t.Fatalf("Beta %d/%d: %v [%v, %v]", k, n, mean, lo, hi)
		}
	})
}

func TestShareIntervals_panic(t *testing.T) {
	for _, f := range []func(){
		func() { WilsonInterval(3, 2, .9) },
		func() { WilsonInterval(-1, 2, .9) },
		func() { BetaInterval(1, 2, 1) },
		func() { Rounding(-1).HalfStep(3) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		}()
	}
}
