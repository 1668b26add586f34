package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The table of doc/METHODS.md section 2 (nomisweb.co.uk/articles/1103), one
// row a size band: its ends, then the step of each class.
var stepTable = []struct {
	lo, hi float64
	steps  map[Rounding]float64
}{
	{1, 49, map[Rounding]float64{PublicRelaxed: 5, PublicStrict: 10, EULRelaxed: 5, EULStrict: 5}},
	{50, 249, map[Rounding]float64{PublicRelaxed: 25, PublicStrict: 50, EULRelaxed: 10, EULStrict: 25}},
	{250, 499, map[Rounding]float64{PublicRelaxed: 50, PublicStrict: 100, EULRelaxed: 25, EULStrict: 50}},
	{500, 999, map[Rounding]float64{PublicRelaxed: 100, PublicStrict: 200, EULRelaxed: 50, EULStrict: 100}},
	{1000, 2499, map[Rounding]float64{PublicRelaxed: 250, PublicStrict: 500, EULRelaxed: 125, EULStrict: 250}},
	{2500, 4999, map[Rounding]float64{PublicRelaxed: 500, PublicStrict: 1000, EULRelaxed: 250, EULStrict: 500}},
	{5000, 3e7, map[Rounding]float64{PublicRelaxed: 1000, PublicStrict: 2000, EULRelaxed: 500, EULStrict: 1000}},
}

func TestHalfStep_table(t *testing.T) {
	for _, row := range stepTable {
		for r, step := range row.steps {
			for _, v := range []float64{row.lo, row.hi} {
				if got := r.HalfStep(v); got != step/2 {
					t.Errorf("%v.HalfStep(%v) = %v, want %v", r, v, got, step/2)
				}
			}
		}
		if got := None.HalfStep(row.lo); got != 0 {
			t.Errorf("None.HalfStep(%v) = %v, want 0", row.lo, got)
		}
	}
}

func TestRounding_zeroAndSmall(t *testing.T) {
	tests := []struct {
		r     Rounding
		value float64
		want  Interval
	}{
		{None, 0, Interval{0, 0}},
		{PublicRelaxed, 0, Interval{0, 2.5}},
		{PublicStrict, 0, Interval{0, 5}},
		{PublicStrict, 3, Interval{0, 8}},
		{EULRelaxed, 5, Interval{2.5, 7.5}},
	}
	for _, tt := range tests {
		if got := tt.r.Interval(tt.value); got != tt.want {
			t.Errorf("%v.Interval(%v) = %v, want %v", tt.r, tt.value, got, tt.want)
		}
	}
}

func TestParseRounding(t *testing.T) {
	for r := None; r <= EULStrict; r++ {
		got, err := ParseRounding(r.String())
		if err != nil || got != r {
			t.Errorf("ParseRounding(%q) = %v, %v", r.String(), got, err)
		}
	}
	for _, bad := range []string{"", "None", "public", "eul_relaxed"} {
		if _, err := ParseRounding(bad); err == nil {
			t.Errorf("ParseRounding(%q): no error", bad)
		}
	}
	if got := Rounding(9).String(); got != "Rounding(9)" {
		t.Errorf("String of an unknown class = %q", got)
	}
}

// A count that an office rounds to the nearest step of its band lies in the
// interval of the published value.
func TestRounding_coversTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rounding(rapid.IntRange(int(PublicRelaxed), int(EULStrict)).Draw(t, "class"))
		truth := float64(rapid.IntRange(0, 20_000).Draw(t, "truth"))
		step := 2 * r.HalfStep(truth)
		published := math.Round(truth/step) * step
		if !r.Interval(published).Contains(truth) {
			t.Fatalf("%v: %v published as %v, interval %v", r, truth, published, r.Interval(published))
		}
	})
}

func FuzzParseRounding(f *testing.F) {
	f.Add("none")
	f.Add("eul-strict")
	f.Add("")
	f.Fuzz(func(t *testing.T, name string) {
		if r, err := ParseRounding(name); err == nil && r.String() != name {
			t.Errorf("%q parsed as %v", name, r)
		}
	})
}
