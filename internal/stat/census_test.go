package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestCensusQuotient(t *testing.T) {
	tests := []struct {
		k, n, wider, all int
		value, lo, hi, p float64
	}{
		// oracle/stat/census.py.
		{12, 60, 40, 1000, 5.0000000000, 2.9571263307, 7.9454514514, 7.79864673189e-06},
		{0, 30, 5, 100, 0.0000000000, 0.0000000000, 2.2702678635, 0.429277527886},
		{3, 200, 60, 1000, 0.2500000000, 0.0852372966, 0.7194288132, 0.00368543676388},
		{45, 50, 700, 1000, 1.2857142857, 1.1234252652, 1.3664631930, 0.00144572344232},
	}
	for _, tt := range tests {
		q := CensusQuotient(tt.k, tt.n, tt.wider, tt.all, 0.95)
		if !q.Defined || !near(q.Value, tt.value, 1e-9) || !near(q.Lo, tt.lo, 1e-9) || !near(q.Hi, tt.hi, 1e-9) {
			t.Errorf("%d/%d against %d/%d: %+v, want %v [%v, %v]", tt.k, tt.n, tt.wider, tt.all, q, tt.value, tt.lo, tt.hi)
		}
		if p := BinomialTest(tt.k, tt.n, float64(tt.wider)/float64(tt.all)); !near(p/tt.p, 1, 1e-9) {
			t.Errorf("%d/%d against %d/%d: p = %v, want %v", tt.k, tt.n, tt.wider, tt.all, p, tt.p)
		}
	}
	for _, none := range []Quotient{CensusQuotient(0, 0, 3, 10, 0.95), CensusQuotient(2, 5, 0, 10, 0.95), CensusQuotient(0, 5, 0, 0, 0.95)} {
		if none.Defined {
			t.Errorf("%+v is defined", none)
		}
	}
	if p := BinomialTest(0, 0, 0.5); !math.IsNaN(p) {
		t.Errorf("no trial gives p = %v", p)
	}
}

// A p-value is one, symmetric, and small where far from what is expected, for any numbers.
func TestBinomialTest_any(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		v := BinomialTest(k, n, p)
		if !(v >= 0 && v <= 1) {
			t.Fatalf("p-value %v", v)
		}
		if w := BinomialTest(n-k, n, 1-p); math.Abs(v-w) > 1e-6 {
			t.Fatalf("failures counted give %v, successes %v", w, v)
		}
		if d := float64(k) - p*float64(n); d*d > 100*float64(n) && v > 1e-9 { // 20 standard deviations at least
			t.Fatalf("%v is that likely", v)
		}
	})
}

func TestSums(t *testing.T) {
	firms := []struct {
		employees float64
		in        bool
	}{{3, true}, {250, true}, {12, false}, {40, false}, {7, true}, {1, false}, {90, false}, {15, false}, {4, true}, {33, false}}
	var part, area Summed
	for _, f := range firms {
		area = Summed{area.Total + f.employees, area.Squares + f.employees*f.employees}
		if f.in {
			part = Summed{part.Total + f.employees, part.Squares + f.employees*f.employees}
		}
	}
	// oracle/stat/census.py.
	if q := SumQuotient(part, area, 500, 4000, 0.95); !near(q.Value, 4.6417582418, 1e-9) || !near(q.Lo, 1.8821662323, 1e-9) || !near(q.Hi, 11.4474052322, 1e-9) {
		t.Errorf("sum quotient: %+v", q)
	}
	if q := SumQuotient(Summed{}, area, 500, 4000, 0.95); !q.Defined || q.Value != 0 || q.Hi != 0 {
		t.Errorf("sum quotient of nothing: %+v", q)
	}
	if SumQuotient(part, Summed{}, 500, 4000, 0.95).Defined {
		t.Error("a quotient of nothing is defined")
	}
	var before, after Summed
	products := 0.0
	for i, b := range []float64{3, 200, 12, 45, 7, 2, 80} {
		a := []float64{4, 250, 10, 45, 9, 0, 95}[i]
		before, after, products = Summed{before.Total + b, before.Squares + b*b}, Summed{after.Total + a, after.Squares + a*a}, products+a*b
	}
	if q := SumChange(7, before, after, products, 0.95); !near(q.Value, 0.1833810888, 1e-9) || !near(q.Lo, 0.0878425291, 1e-9) || !near(q.Hi, 0.2873102163, 1e-9) {
		t.Errorf("sum change: %+v", q)
	}
	if q := SumChange(7, before, Summed{}, 0, 0.95); q.Value != -1 || q.Lo != -1 || q.Hi != -1 {
		t.Errorf("all gone: %+v", q)
	}
	if SumChange(1, before, after, products, 0.95).Defined {
		t.Error("the change of one unit is defined")
	}
}
