package cash

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// npsvAt is the golden case's value at a displacement.
func npsvAt(t interface{ Fatal(...any) }, displacement float64) float64 {
	c := golden()
	c.Additionality.Displacement = displacement
	r, err := Appraise(c)
	if err != nil {
		t.Fatal(err)
	}
	return r.Net.NPSV
}

// Net value is linear in displacement: the closed form and the search agree. Net benefits have to be 1.24 m: without
// displacement they are 1,020,370.62 / 0.75 = 1,360,494.16.
func TestSwitch(t *testing.T) {
	want := 1 - 1.24e6/(1_020_370.62/0.75)
	f := func(x float64) float64 { return npsvAt(t, x) }
	got, ok := Line(0, f(0), 1, f(1))
	if !ok {
		t.Fatal("no closed form")
	}
	near(t, "closed form", got, want, 1e-8)
	found, ok := Switch(f, 0.25, 0, 1)
	if !ok {
		t.Fatal("not found")
	}
	near(t, "search", found, got, 1e-12)
	if _, ok := Switch(f, 0.25, 0.2, 1); ok {
		t.Error("a value outside the range switches")
	}
}

func TestSwitch_nearest(t *testing.T) {
	f := func(x float64) float64 { return (x - 1) * (x - 3) }
	for now, want := range map[float64]float64{0: 1, 1.9: 1, 2.2: 3, 5: 3} {
		got, ok := Switch(f, now, 0, 10)
		if !ok {
			t.Fatal("not found")
		}
		near(t, "root", got, want, 1e-9)
	}
	if x, ok := Switch(f, 0, 3, 5); !ok || x != 3 {
		t.Errorf("root at the end: %v %v", x, ok)
	}
	for name, g := range map[string]func(float64) float64{"never": func(float64) float64 { return 1 }, "nan": func(float64) float64 { return math.NaN() }} {
		if x, ok := Switch(g, 0, -1, 1); ok {
			t.Errorf("%s: %v", name, x)
		}
	}
	if _, ok := Switch(f, 0, 1, 0); ok {
		t.Error("an empty range has a root")
	}
	if _, ok := Line(0, 5, 1, 5); ok {
		t.Error("a level line has a root")
	}
}

func TestTornado(t *testing.T) {
	f := func(v []float64) float64 { return 10*v[0] - v[1] + v[2] }
	now, bars := Tornado([]Input{{"a", 1, 2, 3}, {"b", 0, 10, 50}, {"c", 0, 5, 20}}, f)
	near(t, "now", now, 15, 0)
	names := ""
	for _, b := range bars {
		names += b.Name
	}
	if names != "bac" {
		t.Errorf("order %s", names)
	}
	if bars[0].AtLow != 25 || bars[0].AtHigh != -25 || bars[1].AtLow != 5 || bars[1].AtHigh != 25 {
		t.Errorf("bars %+v", bars)
	}
}

func TestTornado_order(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inputs := make([]Input, rapid.IntRange(0, 8).Draw(t, "n"))
		weights := make([]float64, len(inputs))
		for i := range inputs {
			inputs[i] = Input{Low: rapid.Float64Range(-5, 0).Draw(t, "low"), High: rapid.Float64Range(0, 5).Draw(t, "high")}
			weights[i] = rapid.Float64Range(-3, 3).Draw(t, "weight")
		}
		now, bars := Tornado(inputs, func(v []float64) float64 {
			var s float64
			for i := range v {
				s += weights[i] * v[i]
			}
			return s
		})
		if now != 0 {
			t.Fatalf("now %v", now)
		}
		for i := 1; i < len(bars); i++ {
			if bars[i].Swing() > bars[i-1].Swing() {
				t.Fatalf("bar %d is wider than the one before", i)
			}
		}
	})
}
