package schedule

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

// Worked by hand: a scheme of 40 that is worth 100 with one chance in two.
func TestPilot(t *testing.T) {
	sure := Pilot{Chance: 0.5, Value: 100, Cost: 40, PilotCost: 5, Sensitivity: 1, Specificity: 1}
	w, err := sure.Decide()
	if err != nil {
		t.Fatal(err)
	}
	// Now 0.5*100-40; first 0.5*(100-40)-5; perfect information 0.5*60-10.
	if w.Now != 10 || w.First != 25 || w.Worth != 15 || w.Perfect != 20 || w.Best != PilotFirst || w.ScaleIfNegative {
		t.Errorf("%+v", w)
	}
	// -5+60p = 0 and -5+60p = 100p-40; -5+0.5(v-40) = 0 and no upper end, since 5 < 0.5*40.
	if len(w.Chances) != 1 || !near(w.Chances[0].Lo, 1.0/12) || !near(w.Chances[0].Hi, 0.875) {
		t.Errorf("chances %v", w.Chances)
	}
	if len(w.Values) != 1 || !near(w.Values[0].Lo, 50) || !math.IsInf(w.Values[0].Hi, 1) {
		t.Errorf("values %v", w.Values)
	}
	fair := sure
	fair.Sensitivity, fair.Specificity, fair.Delay, fair.Discount = 0.8, 0.8, 1, 0.1
	if w, _ = fair.Decide(); !near(w.First, 20/1.1-5) || !near(w.IfPositive, 0.8) || !near(w.IfNegative, 0.2) || !near(w.Positive, 0.5) {
		t.Errorf("%+v", w)
	}
	// Of v: 0.4v-20 after a positive answer only, (0.4v-20)/1.1-5 = 0 and = 0.5v-40.
	if len(w.Values) != 1 || !near(w.Values[0].Lo, 25.5/0.4) || !near(w.Values[0].Hi, (40-5-20/1.1)/(0.5-0.4/1.1)) {
		t.Errorf("values %v", w.Values)
	}
	dear := sure
	dear.PilotCost = 21
	if w, _ = dear.Decide(); w.Best != ScaleNow || w.Worth != -1 {
		t.Errorf("%+v", w)
	}
	bad := sure
	bad.Value = 41
	if w, _ = bad.Decide(); w.Best != LeaveIt {
		t.Errorf("%+v", w)
	}
}

// A pilot is never worth more than perfect information, and the ranges say where it is
// the best step.
func TestPilot_bounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	for range 3000 {
		p := Pilot{Chance: r.Float64(), Value: 200 * r.Float64(), Cost: 100 * r.Float64(), PilotCost: 10 * r.Float64(), Delay: 3 * r.Float64(), Discount: 0.1 * r.Float64(),
			Sensitivity: 0.5 + r.Float64()/2, Specificity: 0.5 + r.Float64()/2}
		w, err := p.Decide()
		if err != nil {
			t.Fatal(err)
		}
		if w.Worth+p.PilotCost > w.Perfect+1e-9 {
			t.Fatalf("%+v: %+v", p, w)
		}
		spread, err := p.Spread(p.Chance/2, (1+p.Chance)/2)
		if err != nil {
			t.Fatal(err)
		}
		for k := range 50 {
			q := p
			q.Chance = p.Chance/2 + 0.5*float64(k)/49
			if g := q.gain(); g < spread.Lo-1e-9 || g > spread.Hi+1e-9 {
				t.Fatalf("%+v: the chance %g gives %g outside %v", p, q.Chance, g, spread)
			}
		}
		in := func(list []Range, x float64) bool {
			for _, g := range list {
				if x > g.Lo && x < g.Hi {
					return true
				}
			}
			return false
		}
		if math.Abs(w.Worth) > 1e-6 && (in(w.Chances, p.Chance) != (w.Worth > 0) || in(w.Values, p.Value) != (w.Worth > 0)) {
			t.Fatalf("%+v: worth %g, chances %v, values %v", p, w.Worth, w.Chances, w.Values)
		}
	}
}

func TestPilot_refused(t *testing.T) {
	ok := Pilot{Chance: 0.5, Value: 1, Cost: 1, Sensitivity: 0.8, Specificity: 0.8}
	for _, f := range []func(*Pilot){func(p *Pilot) { p.Chance = 1.1 }, func(p *Pilot) { p.Value = math.NaN() }, func(p *Pilot) { p.Cost = -1 }, func(p *Pilot) { p.Discount = -1 }, func(p *Pilot) { p.Sensitivity, p.Specificity = 0.4, 0.5 }} {
		p := ok
		f(&p)
		if _, err := p.Decide(); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
}

// A pilot that costs nothing and changes nothing is no gain: what rounding leaves of a tie is not one.
func TestPilot_ties(t *testing.T) {
	w, err := Pilot{Chance: 1, Value: 22, Cost: 9, Sensitivity: 0.89, Specificity: 0.86}.Decide()
	if err != nil || w.Best != ScaleNow || w.Worth != 0 {
		t.Errorf("%+v, %v", w, err)
	}
	w, err = Pilot{Chance: 0.2, Value: 47, Cost: 27, Delay: 3, Sensitivity: 0.93, Specificity: 0.87}.Decide()
	if err != nil || len(w.Chances) != 1 || math.Abs(w.Chances[0].Lo-0.1588) > 1e-4 {
		t.Errorf("chances %v, %v", w.Chances, err)
	}
}
