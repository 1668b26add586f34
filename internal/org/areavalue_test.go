package org

import (
	"math"
	"testing"
)

// The measures of one area from counts: 8 of 40 in the section, against 20 of 200 in all areas.
func TestAreaValue_measure(t *testing.T) {
	for text, want := range map[string][3]float64{
		"organisations": {50, 0, 0},
		"density":       {20, 0, 0},
		"employees":     {900, 0, 0},
		// Wilson 95 % of 8 of 40 is 0.1049998973 to 0.3475730635, by wilson(8, 40, 0.95) of oracle/stat/intervals.py.
		"share:C": {20, 10.4999897254, 34.7573063464},
		"lq:C":    {2, 1.04999897254, 3.47573063464},
	} {
		m, err := ParseAreaMeasure(text)
		if err != nil || m.String() != text || m.Label() == "" || m.How() == "" {
			t.Fatalf("%s: %+v %v", text, m, err)
		}
		v := AreaValue{Km2: 2.5, Organisations: 50, Known: 40, In: 8, Counted: 3, Employees: 900}
		v.measure(m, 200, 20)
		for i, got := range []float64{v.Value, v.Lo, v.Hi} {
			if math.Abs(got-want[i]) > 1e-9*max(1, want[i]) {
				t.Errorf("%s: %v %v %v, want %v", text, v.Value, v.Lo, v.Hi, want)
				break
			}
		}
		if v.Few {
			t.Errorf("%s says too few", text)
		}
	}
}

// One firm in an empty place never makes a high quotient, and what is not known is not nought.
func TestAreaValue_few(t *testing.T) {
	lq, share := AreaMeasure{"lq", "C"}, AreaMeasure{"share", "C"}
	one := AreaValue{Organisations: 1, Known: 1, In: 1}
	one.measure(lq, 200, 20)
	if !one.Few {
		t.Error("one firm gives a quotient")
	}
	one.measure(share, 200, 20)
	if !one.Few {
		t.Error("one firm gives a share")
	}
	none := AreaValue{Organisations: 3}
	for _, m := range []AreaMeasure{lq, {"density", ""}, {"employees", ""}} {
		none.measure(m, 200, 20)
		if !math.IsNaN(none.Value) {
			t.Errorf("%s of nothing known is %v", m, none.Value)
		}
	}
}

func TestParseAreaMeasure_refuses(t *testing.T) {
	for _, text := range []string{"", "size", "lq", "lq:", "lq:Z", "lq:CC", "share:c", "density:C"} {
		if m, err := ParseAreaMeasure(text); err == nil {
			t.Errorf("%q is %+v", text, m)
		}
	}
}
