package stat

import (
	"math"
	"testing"
)

// A table says the same in other units, however large or small the figures are.
func TestPresent_scale(t *testing.T) {
	cells := []Cell{{"R1", "I1", 44}, {"R1", "I2", 63}, {"R2", "I1", 48}, {"R2", "I2", 42}, {"R2", "I3", 10}, {"R3", "I3", 96}, {"R3", "I2", 54}}
	want := map[[2]int]bool{}
	for _, scale := range []float64{1, 1e200, 1e-200} {
		scaled := make([]Cell, len(cells))
		for i, c := range cells {
			scaled[i] = Cell{c.Region, c.Industry, c.Value * scale}
		}
		table, err := NewTable(scaled, None)
		if err != nil {
			t.Fatal(err)
		}
		p := table.Present(ByQuotient)
		for r := range p.Regions {
			for i := range p.Industries {
				if scale == 1 {
					want[[2]int{r, i}] = p.Has(r, i)
				} else if p.Has(r, i) != want[[2]int{r, i}] {
					t.Errorf("times %v: %s %s is %v", scale, p.Regions[r], p.Industries[i], p.Has(r, i))
				}
			}
		}
	}
}

func TestShiftShare_large(t *testing.T) {
	s, err := ShiftShare([]Growth{{"a", "i", 1e200, 1e200}, {"a", "j", 1e200, 3e200}, {"b", "i", 1e200, 2e200}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Regions {
		for _, v := range []float64{r.Change, r.National, r.Mix, r.Regional, r.Competitive, r.Allocation} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%+v", r)
			}
		}
	}
}

// Two regions with values +1 and -1: the richer one first.
func TestComplexity_two(t *testing.T) {
	table, err := NewTable([]Cell{{"a", "i", 3}, {"a", "j", 3}, {"a", "k", 1}, {"b", "i", 1}}, None)
	if err != nil {
		t.Fatal(err)
	}
	c, err := table.Present(ByValue).Complexity()
	if err != nil || math.Abs(c.Region[0]-1) > 1e-9 || math.Abs(c.Region[1]+1) > 1e-9 {
		t.Errorf("%v %v", c.Region, err)
	}
}
