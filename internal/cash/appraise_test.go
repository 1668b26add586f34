package cash

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Golden values of the supplementary guidance's worked example: 30 % non-standard and 70 % standard building.
func TestCombineBias(t *testing.T) {
	got, err := CombineBias([]BiasPart{{Bias{0.51, 0.04}, 30}, {Bias{0.24, 0.02}, 70}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "capital", got.Upper, 0.321, 1e-12)
	near(t, "capital, lower", got.Lower, 0.026, 1e-12)
	got, err = CombineBias([]BiasPart{{Bias{0.39, 0.02}, 0.3}, {Bias{0.04, 0.01}, 0.7}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "duration", got.Upper, 0.145, 1e-12)
	for _, parts := range [][]BiasPart{nil, {{Bias{1, 0}, 0}}, {{Bias{1, 0}, -1}, {Bias{1, 0}, 2}}} {
		if _, err := CombineBias(parts); err == nil {
			t.Errorf("%v are combined", parts)
		}
	}
}

func TestMitigated(t *testing.T) {
	b := Bias{Upper: 0.24, Lower: 0.02}
	for _, c := range []struct{ share, want float64 }{{0, 0.24}, {0.5, 0.12}, {1, 0.02}, {0.95, 0.02}, {-1, 0.24}, {2, 0.02}} {
		near(t, "bias left", b.Mitigated(c.share), c.want, 1e-12)
	}
}

// Golden value of METHODS section 13: 500 with the intervention, 150 without.
func TestNetAdditional(t *testing.T) {
	a := Additionality{Leakage: 0.1, Displacement: 0.25, Multiplier: 1.25}
	near(t, "net additional", NetAdditional(Impact{500, a}, Impact{150, a}), 295.3125, 1e-9)
	near(t, "factor", Additionality{0.3, 0.1, 0.25, 0, 1.25}.Factor(), 0.590625, 1e-12)
	near(t, "whole", Whole().Factor(), 1, 0)
	for _, a := range []Additionality{{Deadweight: 1.1, Multiplier: 1}, {Leakage: -0.1}, {Substitution: math.NaN()}, {Multiplier: -1}, {Multiplier: math.Inf(1)}} {
		if a.Check() == nil {
			t.Errorf("%+v is taken", a)
		}
	}
}

func TestPersistence(t *testing.T) {
	p := Persistence{Delay: 1, RampUp: 2, Full: 2, Decay: 0.5}
	want := []float64{0, 1.0 / 3, 2.0 / 3, 1, 1, 0.5, 0.25}
	for i, got := range p.Profile(7) {
		near(t, "share", got, want[i], 1e-12)
	}
	if got := (Persistence{Full: 1, Decay: 1}).At(1); got != 0 {
		t.Errorf("after the end: %v", got)
	}
	if got := (Persistence{}).At(3); got != 1 {
		t.Errorf("without decay: %v", got)
	}
	if got := p.At(-1); got != 0 {
		t.Errorf("before the start: %v", got)
	}
}

// golden is the end-to-end case of METHODS section 13.
func golden() Case {
	c := Case{Schedule: greenBook, Costs: []Flow{{0, 1e6}}, Bias: 0.24, Additionality: Additionality{0.3, 0.1, 0.25, 0, 1.25}}
	for y := 1; y <= 15; y++ {
		c.Benefits = append(c.Benefits, Flow{y, 150_000})
	}
	return c
}

func TestAppraise(t *testing.T) {
	r, err := Appraise(golden())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "gross costs", r.Gross.Costs, 1e6, 1e-6)
	near(t, "net costs", r.Net.Costs, 1.24e6, 1e-6)
	near(t, "gross benefits", r.Gross.Benefits, 1_727_611.63, 0.005)
	near(t, "net benefits", r.Net.Benefits, 1_020_370.62, 0.005)
	near(t, "net present social value", r.Net.NPSV, -219_629.38, 0.005)
	near(t, "ratio", r.Net.BCR.Value, 0.822880, 5e-7)
	near(t, "gross ratio", r.Gross.BCR.Value, 1.72761163, 5e-9)
	near(t, "gross benefits on corrected costs", r.Gross.Benefits/r.Net.Costs, 1.39, 0.005)
}

func TestAppraise_noCosts(t *testing.T) {
	for _, costs := range [][]Flow{nil, {{0, 0}}, {{0, -5}}, {{0, 5}, {0, -5}}} {
		r, err := Appraise(Case{Schedule: greenBook, Costs: costs, Benefits: []Flow{{1, 10}}, Additionality: Whole()})
		if err != nil || r.Gross.BCR.OK || r.Net.BCR.OK || r.Gross.BCR.Value != 0 {
			t.Errorf("costs %v: %+v, %v", costs, r, err)
		}
	}
	r, err := Appraise(Case{Costs: []Flow{{0, 5}}, Additionality: Whole()})
	if err != nil || !r.Gross.BCR.OK || r.Gross.BCR.Value != 0 || r.Gross.NPSV != -5 {
		t.Errorf("without benefits: %+v, %v", r, err)
	}
}

func TestAppraise_refuses(t *testing.T) {
	for name, change := range map[string]func(*Case){
		"year":     func(c *Case) { c.Base = 1 },
		"bias":     func(c *Case) { c.Bias = -0.1 },
		"shares":   func(c *Case) { c.Additionality.Leakage = 2 },
		"schedule": func(c *Case) { c.Schedule = Flat(-2) },
		"size":     func(c *Case) { c.Costs = []Flow{{0, 1e308}, {0, 1e308}} },
	} {
		c := golden()
		change(&c)
		if _, err := Appraise(c); err == nil {
			t.Errorf("a wrong %s is taken", name)
		}
	}
}

// A scale of money scales all values and leaves the ratio; an order of the flows changes nothing.
func TestAppraise_scales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flows := rapid.Custom(func(t *rapid.T) Flow {
			return Flow{rapid.IntRange(0, 60).Draw(t, "year"), rapid.Float64Range(1, 1e8).Draw(t, "amount")}
		})
		c := Case{Schedule: greenBook, Costs: rapid.SliceOfN(flows, 1, 8).Draw(t, "costs"), Benefits: rapid.SliceOfN(flows, 0, 8).Draw(t, "benefits"),
			Bias: rapid.Float64Range(0, 2).Draw(t, "bias"), Additionality: Additionality{Deadweight: rapid.Float64Range(0, 1).Draw(t, "deadweight"), Multiplier: 1.2}}
		a, err := Appraise(c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.Costs {
			c.Costs[i].Amount *= 7
		}
		for i := range c.Benefits {
			c.Benefits[i].Amount *= 7
		}
		for i, j := 0, len(c.Benefits)-1; i < j; i, j = i+1, j-1 {
			c.Benefits[i], c.Benefits[j] = c.Benefits[j], c.Benefits[i]
		}
		b, err := Appraise(c)
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(b.Net.NPSV - 7*a.Net.NPSV); d > 1e-9*(math.Abs(b.Net.Costs)+math.Abs(b.Net.Benefits)) {
			t.Fatalf("value %v, scaled %v", a.Net.NPSV, b.Net.NPSV)
		}
		if math.Abs(a.Net.BCR.Value-b.Net.BCR.Value) > 1e-9*a.Net.BCR.Value+1e-12 {
			t.Fatalf("ratio %v, scaled %v", a.Net.BCR.Value, b.Net.BCR.Value)
		}
		if a.Net.NPSV > a.Gross.NPSV+1e-6 && c.Additionality.Factor() <= 1 {
			t.Fatalf("net %v above gross %v", a.Net.NPSV, a.Gross.NPSV)
		}
	})
}
