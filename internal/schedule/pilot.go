package schedule

import (
	"fmt"
	"math"
	"slices"
)

// Pilot is the choice between scaling a scheme up now, trying it out first, and leaving
// it. The scheme works or does not; a pilot says one of the two and may be wrong.
type Pilot struct {
	Chance    float64 // that the scheme works, by what is known before; the mean of a Beta distribution is all that counts for one decision
	Value     float64 // what the scheme is worth when it works, at its beginning; nothing when it does not
	Cost      float64 // of the scheme, sunk whether it works or not, at its beginning
	PilotCost float64 // of the pilot, paid now
	Delay     float64 // periods by which trying out puts the scheme off
	Discount  float64 // a period
	// Sensitivity is the chance that the pilot of a scheme that works says so,
	// Specificity the chance that the pilot of one that does not says that.
	Sensitivity, Specificity float64
}

// Step is what to do.
type Step string

// The steps.
const (
	ScaleNow   Step = "scale now"
	PilotFirst Step = "pilot first"
	LeaveIt    Step = "leave it"
)

// Waiting is what the decision tree comes to, in the unit of the values and costs.
type Waiting struct {
	Best       Step
	Now, First float64 // expected: scaling now; the pilot and then what is best after it
	// Worth is the value of waiting: First less the better of scaling now and leaving it.
	Worth float64
	// Perfect is the expected value of perfect information without cost or delay: no
	// pilot, however good, can be worth more than this before its cost.
	Perfect                float64
	Positive               float64 // chance that the pilot says it works
	IfPositive, IfNegative float64 // chance that the scheme works after each answer; NaN where the answer cannot come
	ScaleIfNegative        bool    // the pilot's answer would change nothing: it would be scaled up anyhow
	// Chances are the chances, and Values the values of a scheme that works, for which
	// the pilot is the best step, all else as given.
	Chances, Values []Range
}

// Range is from Lo to Hi; Hi may be infinite.
type Range struct{ Lo, Hi float64 }

// Validate says what is wrong.
func (p Pilot) Validate() error {
	for _, c := range []struct {
		name string
		v    float64
	}{{"chance", p.Chance}, {"sensitivity", p.Sensitivity}, {"specificity", p.Specificity}} {
		if !(c.v >= 0 && c.v <= 1) {
			return fmt.Errorf("the %s is %g; give a share from 0 to 1", c.name, c.v)
		}
	}
	for _, c := range []struct {
		name string
		v    float64
	}{{"value", p.Value}, {"cost", p.Cost}, {"pilot's cost", p.PilotCost}, {"delay", p.Delay}} {
		if !(c.v >= 0 && c.v < 1e18) {
			return fmt.Errorf("the %s is %g; give a number of 0 or more", c.name, c.v)
		}
	}
	if p.Sensitivity+p.Specificity < 1 {
		return fmt.Errorf("a pilot with sensitivity %g and specificity %g says the opposite of what is true more often than not; swap its answers", p.Sensitivity, p.Specificity)
	}
	if !(p.Discount > -1 && p.Discount < 10) {
		return fmt.Errorf("the discount is %g a period; give a share such as 0.035", p.Discount)
	}
	return nil
}

// now is the expected worth of scaling up now.
func (p Pilot) now() float64 { return p.Chance*p.Value - p.Cost }

// branches are the expected worths, times their chances, of scaling after a positive
// and after a negative answer.
func (p Pilot) branches() (positive, negative float64) {
	hit, miss := p.Chance*p.Sensitivity, p.Chance*(1-p.Sensitivity)
	wrong, right := (1-p.Chance)*(1-p.Specificity), (1-p.Chance)*p.Specificity
	return hit*p.Value - (hit+wrong)*p.Cost, miss*p.Value - (miss+right)*p.Cost
}

// first is the expected worth of the pilot and then the best.
func (p Pilot) first() float64 {
	yes, no := p.branches()
	return (max(0, yes)+max(0, no))*math.Pow(1+p.Discount, -p.Delay) - p.PilotCost
}

// rounding is the share of the amounts below which a difference is one of rounding.
const rounding = 1e-12

// gain is the value of waiting; a tie is none.
func (p Pilot) gain() float64 {
	g := p.first() - max(0, p.now())
	if math.Abs(g) <= rounding*(p.Value+p.Cost+p.PilotCost) {
		return 0
	}
	return g
}

// Decide folds the tree back.
func (p Pilot) Decide() (Waiting, error) {
	if err := p.Validate(); err != nil {
		return Waiting{}, fmt.Errorf("pilot: %w", err)
	}
	w := Waiting{Now: p.now(), First: p.first(), Worth: p.gain(), Best: LeaveIt}
	switch {
	case w.Worth > 0:
		w.Best = PilotFirst
	case w.Now > 0:
		w.Best = ScaleNow
	}
	w.Perfect = p.Chance*max(0, p.Value-p.Cost) - max(0, w.Now)
	w.Positive = p.Chance*p.Sensitivity + (1-p.Chance)*(1-p.Specificity)
	w.IfPositive = p.Chance * p.Sensitivity / w.Positive
	w.IfNegative = p.Chance * (1 - p.Sensitivity) / (1 - w.Positive)
	_, no := p.branches()
	w.ScaleIfNegative = no > 0
	at := func(chance float64) Pilot { q := p; q.Chance = chance; return q }
	w.Chances = above(func(x float64) float64 { return at(x).gain() }, append(p.turns(at, 0, 1), 0, 1), false)
	worth := func(value float64) Pilot { q := p; q.Value = value; return q }
	w.Values = above(func(x float64) float64 { return worth(x).gain() }, append(p.turns(worth, 0, p.Cost+1), 0), true)
	return w, nil
}

// Spread is the lowest and the highest value of waiting when the chance lies anywhere from
// lo to hi, all else as given.
func (p Pilot) Spread(lo, hi float64) (Range, error) {
	at := func(chance float64) Pilot { q := p; q.Chance = chance; return q }
	if err := at(lo).Validate(); err != nil {
		return Range{}, fmt.Errorf("pilot: %w", err)
	}
	if err := at(hi).Validate(); err != nil {
		return Range{}, fmt.Errorf("pilot: %w", err)
	}
	out := Range{math.Inf(1), math.Inf(-1)}
	for _, x := range append(p.turns(at, 0, 1), lo, hi) {
		if x >= lo && x <= hi {
			out.Lo, out.Hi = min(out.Lo, at(x).gain()), max(out.Hi, at(x).gain())
		}
	}
	return out, nil
}

// turns are the points at which one of the three choices of the tree turns, which are
// linear in what at sets; two values of it are given.
func (p Pilot) turns(at func(float64) Pilot, a, b float64) []float64 {
	var out []float64
	for _, f := range []func(Pilot) float64{Pilot.now, func(q Pilot) float64 { v, _ := q.branches(); return v }, func(q Pilot) float64 { _, v := q.branches(); return v }} {
		if x, ok := crossing(a, f(at(a)), b, f(at(b))); ok {
			out = append(out, x)
		}
	}
	return out
}

// crossing is where the line through two points is nought.
func crossing(a, fa, b, fb float64) (float64, bool) {
	if fa == fb {
		return 0, false
	}
	return a - fa*(b-a)/(fb-fa), true
}

// above lists where a function that is linear between the points is above nought. The
// points are taken between the least that is not negative and the largest, or without
// an end.
func above(f func(float64) float64, points []float64, endless bool) []Range {
	points = slices.DeleteFunc(points, func(x float64) bool { return !(x >= 0) || math.IsInf(x, 0) || !endless && x > 1 })
	slices.Sort(points)
	points = slices.Compact(points)
	last := points[len(points)-1]
	if endless {
		points = append(points, 2*last+1)
	}
	var out []Range
	for i := 0; i+1 < len(points); i++ {
		a, b := points[i], points[i+1]
		fa, fb := f(a), f(b)
		ray := endless && i+2 == len(points)
		x, ok := crossing(a, fa, b, fb)
		lo, hi := a, b
		if ray {
			hi = math.Inf(1)
		}
		inside := ok && x > a && (x < b || ray)
		switch {
		case fa > 0 && fb <= 0, fa > 0 && ray && inside:
			hi = x
		case fa <= 0 && fb > 0, fa <= 0 && ray && inside:
			lo = x
		case fa <= 0 && fb <= 0:
			continue
		}
		if n := len(out); n > 0 && out[n-1].Hi >= lo {
			out[n-1].Hi = hi
		} else {
			out = append(out, Range{lo, hi})
		}
	}
	return out
}
