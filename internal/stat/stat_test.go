package stat

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol }

// The worked example of doc/METHODS.md section 2, in closed form.
func TestLocationQuotient_golden(t *testing.T) {
	tests := []struct {
		r      Rounding
		lo, hi float64
	}{
		{None, 1.1111, 1.1111},
		{PublicRelaxed, 0.9231, 1.3190},
		// METHODS prints 1.5495, which takes the low end of the national total;
		// the upper end needs the high one: 25/11000/(44000/30001000).
		{PublicStrict, 0.7525, 1.5496},
	}
	for _, tt := range tests {
		q := LocationQuotient(tt.r.Estimate(20), tt.r.Estimate(12_000), tt.r.Estimate(45_000), tt.r.Estimate(30_000_000))
		// The printed figures have four decimals.
		if !q.Defined || !near(q.Value, 10.0/9, 1e-12) || !near(q.Lo, tt.lo, 5e-5) || !near(q.Hi, tt.hi, 5e-5) {
			t.Errorf("%v: %+v, want 1.1111 [%v, %v]", tt.r, q, tt.lo, tt.hi)
		}
		if tt.r != None && q.Above(1.1) {
			t.Errorf("%v: rounded figures do not support LQ > 1.1", tt.r)
		}
	}
	// Farhauer and Kroell's example as computed by REAT.
	q := LocationQuotient(Exact(1714), Exact(79006), Exact(879213), Exact(15593224))
	if !near(q.Value, 0.3847623423, 1e-9) || q.Lo != q.Value || q.Hi != q.Value {
		t.Errorf("locq = %+v, want 0.3847623423", q)
	}
}

func TestLocationQuotient_edges(t *testing.T) {
	e := func(v, lo, hi float64) Estimate { return Estimate{v, lo, hi} }
	tests := []struct {
		name            string
		cell, rt, it, t Estimate
		want            Quotient
	}{
		{"no region", Exact(0), Exact(0), Exact(5), Exact(9), Quotient{}},
		{"no industry", Exact(0), Exact(5), Exact(0), Exact(9), Quotient{}},
		{"empty", Exact(0), Exact(0), Exact(0), Exact(0), Quotient{}},
		{"absent industry", Exact(0), Exact(5), Exact(4), Exact(9), Quotient{Defined: true}},
		// cell <= region total <= 10, industry total >= 20: at most 100/20.
		{"region may be empty", e(5, 0, 10), e(5, 0, 10), e(25, 20, 30), e(100, 90, 100), Quotient{Value: 4, Lo: 0, Hi: 5, Defined: true}},
		{"nothing limits it", e(5, 0, 10), e(5, 0, 10), e(5, 0, 10), e(90, 80, 100), Quotient{}},
		{"overflow", Exact(1e308), Exact(1e-300), Exact(1e-300), Exact(1e308), Quotient{}},
	}
	for _, tt := range tests {
		got := LocationQuotient(tt.cell, tt.rt, tt.it, tt.t)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestRankRanges(t *testing.T) {
	got := RankRanges([]Interval{{5, 6}, {1, 2}, {1.5, 5}, {9, 9}, {2, 2}})
	// By hand: {9,9} is surely first; {5,6} meets {1.5,5} at 5, so either may be second.
	want := []RankRange{{2, 3}, {3, 5}, {2, 5}, {1, 1}, {3, 5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := RankRanges(nil); len(got) != 0 {
		t.Errorf("RankRanges(nil) = %v", got)
	}
}

// Against the definition, and the places must hold every ranking by values
// drawn from the intervals.
func TestRankRanges_property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		ivs, values := make([]Interval, n), make([]float64, n)
		for i := range ivs {
			lo := float64(rapid.IntRange(0, 20).Draw(t, "lo"))
			width := float64(rapid.IntRange(0, 8).Draw(t, "width"))
			ivs[i] = Interval{lo, lo + width}
			values[i] = lo + width*rapid.Float64Range(0, 1).Draw(t, "at")
		}
		for i, got := range RankRanges(ivs) {
			want := RankRange{Best: 1, Worst: n}
			above := 0
			for j, iv := range ivs {
				if iv.Lo > ivs[i].Hi {
					want.Best++
				}
				if iv.Hi < ivs[i].Lo {
					want.Worst--
				}
				if values[j] > values[i] {
					above++
				}
			}
			if got != want {
				t.Fatalf("item %d of %v: %v, want %v", i, ivs, got, want)
			}
			if rank := 1 + above; rank < got.Best || rank > got.Worst {
				t.Fatalf("item %d of %v at %v: rank %d outside %v", i, ivs, values, rank, got)
			}
		}
	})
}
