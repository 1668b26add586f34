package sampling

import (
	"fmt"
	"math"
)

// Estimate is what the answers say of the frame, and how sure it is.
type Estimate struct {
	Value, SE, Lo, Hi float64
	N                 int     // answers it rests on
	Weight            float64 // firms of the frame that they stand for
	DF                int     // sampling units less strata, among those answers
	DesignEffect      float64 // variance over that of a simple random sample of N without replacement (R's deff); NaN where that is 0
	Effective         float64 // N / DesignEffect; Kish's where that cannot be told
	Method            string  // of the interval: Wald, Logit, KornGraubard, Mover or None
}

// Intervals.
const (
	Wald         = "wald"          // value ± t·SE
	Logit        = "logit"         // the same on the scale of log odds; for shares
	KornGraubard = "korn-graubard" // Clopper & Pearson's with the effective number of answers (Korn & Graubard 1998); for shares
	Mover        = "mover"         // of a difference, from two intervals (Zou & Donner 2008)
	None         = "none"          // nothing is known: the interval holds all that could be
)

// How says which interval is wanted.
type How struct {
	Confidence float64 // 0 is 0.95
	Interval   string  // Wald, Logit or KornGraubard; empty: Wald, and of shares Logit, or where yes or no has less than 10 effective answers KornGraubard with no more answers than there are
}

// settled fills in the level and says what cannot be.
func (h How) settled(share bool) (How, error) {
	var err error
	if h.Confidence, err = orUsual(h.Confidence); err != nil {
		return h, err
	}
	switch {
	case h.Interval == "" || h.Interval == Wald:
	case h.Interval != Logit && h.Interval != KornGraubard:
		return h, fmt.Errorf("there is no interval %q; there are %s, %s and %s", h.Interval, Wald, Logit, KornGraubard)
	case !share:
		return h, fmt.Errorf("interval %q is for shares; leave it out or ask for %s", h.Interval, Wald)
	}
	return h, nil
}

// Share is the weighted share of yes among the answers that are in; nil is all. Nothing is known from no answer: Value is
// NaN and the interval 0 to 1.
func (d Design) Share(yes, in []bool, how How) (Estimate, error) {
	how, err := how.settled(true)
	if err != nil {
		return Estimate{}, err
	}
	if len(yes) != d.N() {
		return Estimate{}, fmt.Errorf("%d values are given for %d answers", len(yes), d.N())
	}
	y := make([]float64, len(yes))
	for i, v := range yes {
		if v {
			y[i] = 1
		}
	}
	e, err := d.ratio(y, nil, in)
	if err != nil {
		return Estimate{}, err
	}
	d.shareInterval(&e, in, how)
	return e, nil
}

// Mean is the weighted mean of y over the answers that are in; nil is all. Of fewer than two answers the interval is without
// ends. Values of answers that are not in are not read.
func (d Design) Mean(y []float64, in []bool, how How) (Estimate, error) {
	return d.wald(how, func() (Estimate, error) { return d.ratio(y, nil, in) })
}

// Ratio is the weighted sum of y over that of x, both over the answers that are in; nil is all.
func (d Design) Ratio(y, x []float64, in []bool, how How) (Estimate, error) {
	return d.wald(how, func() (Estimate, error) {
		if len(x) != d.N() {
			return Estimate{}, fmt.Errorf("%d values to divide by are given for %d answers", len(x), d.N())
		}
		return d.ratio(y, x, in)
	})
}

// Total is the weighted sum of y over the answers that are in; nil is all: an estimate of the sum over the firms of the frame.
func (d Design) Total(y []float64, in []bool, how How) (Estimate, error) {
	return d.wald(how, func() (Estimate, error) { return d.total(y, in) })
}

// Compare is the mean of y among the answers in a less that among those in b, of one sample: what the two have in common is
// counted. Answers may be in both. Where only one or none are in either, the interval is without ends.
func (d Design) Compare(y []float64, a, b []bool, how How) (Estimate, error) {
	return d.wald(how, func() (Estimate, error) { return d.compare(y, a, b) })
}

// wald puts an interval about what f gives.
func (d Design) wald(how How, f func() (Estimate, error)) (Estimate, error) {
	how, err := how.settled(false)
	if err != nil {
		return Estimate{}, err
	}
	e, err := f()
	if err != nil {
		return Estimate{}, err
	}
	half := student(how.Confidence, e.DF) * e.SE
	e.Lo, e.Hi, e.Method = e.Value-half, e.Value+half, Wald
	if !d.sure(e) {
		e.Lo, e.Hi, e.Method = math.Inf(-1), math.Inf(1), None
	}
	return e, nil
}

// sure says that something can be told of the spread: two answers or more, or all of the frame.
func (d Design) sure(e Estimate) bool {
	return finite(e.Value) && (e.N > 1 || e.N == 1 && d.counted(nil))
}

// counted says that all units of the strata with answers that are in have answered.
func (d Design) counted(in []bool) bool {
	for _, s := range d.strata {
		if s.left() < 1e-12 {
			continue
		}
		for _, i := range s.rows {
			if in == nil || in[i] {
				return false
			}
		}
	}
	return (in != nil || len(d.missing) == 0) && d.N() > 0
}

// checked holds values and domain against the number of answers.
func (d Design) checked(y []float64, in []bool) error {
	if len(y) != d.N() {
		return fmt.Errorf("%d values are given for %d answers", len(y), d.N())
	}
	if in != nil && len(in) != d.N() {
		return fmt.Errorf("the domain says of %d answers whether they are in; there are %d", len(in), d.N())
	}
	for i, v := range y {
		if (in == nil || in[i]) && !finite(v) {
			return fmt.Errorf("the value of answer %d is %v, which is not a number; leave it out of the domain", i+1, v)
		}
	}
	return nil
}

// ratio is the sum of y over that of x (nil: over the weights) with linearised variance.
func (d Design) ratio(y, x []float64, in []bool) (Estimate, error) {
	if err := d.checked(y, in); err != nil {
		return Estimate{}, err
	}
	if x != nil {
		if err := d.checked(x, in); err != nil {
			return Estimate{}, err
		}
	}
	e, up, down := Estimate{DF: d.freedom(in)}, 0.0, 0.0
	for i, w := range d.weights {
		if in != nil && !in[i] {
			continue
		}
		e.N++
		e.Weight += w
		up += w * y[i]
		if x == nil {
			down += w
		} else {
			down += w * x[i]
		}
	}
	if e.N == 0 || down == 0 {
		e.Value, e.SE, e.DesignEffect, e.Effective = math.NaN(), math.NaN(), math.NaN(), d.Effective(in)
		return e, nil
	}
	e.Value = up / down
	influence := make([]float64, d.N()) // 0 outside the domain
	for i := range influence {
		if in != nil && !in[i] {
			continue
		}
		base := 1.0
		if x != nil {
			base = x[i]
		}
		influence[i] = (y[i] - e.Value*base) / down
	}
	d.finish(&e, influence, in, 0)
	return e, nil
}

func (d Design) total(y []float64, in []bool) (Estimate, error) {
	if err := d.checked(y, in); err != nil {
		return Estimate{}, err
	}
	e, influence := Estimate{DF: d.freedom(in)}, make([]float64, d.N())
	for i, w := range d.weights {
		if in != nil && !in[i] {
			continue
		}
		e.N++
		e.Weight += w
		e.Value += w * y[i]
		influence[i] = y[i]
	}
	d.finish(&e, influence, in, e.Value/float64(max(1, d.units)))
	return e, nil
}

func (d Design) compare(y []float64, a, b []bool) (Estimate, error) {
	if a == nil || b == nil {
		return Estimate{}, fmt.Errorf("a comparison takes two domains; one is nil")
	}
	left, err := d.ratio(y, nil, a)
	if err != nil {
		return Estimate{}, fmt.Errorf("first domain: %w", err)
	}
	right, err := d.ratio(y, nil, b)
	if err != nil {
		return Estimate{}, fmt.Errorf("second domain: %w", err)
	}
	either := make([]bool, d.N())
	influence := make([]float64, d.N())
	for i := range either {
		either[i] = a[i] || b[i]
		if a[i] {
			influence[i] += (y[i] - left.Value) / left.Weight
		}
		if b[i] {
			influence[i] -= (y[i] - right.Value) / right.Weight
		}
	}
	e := Estimate{Value: left.Value - right.Value, DF: d.freedom(either), DesignEffect: math.NaN(), Effective: d.Effective(either)}
	for i, w := range d.weights {
		if either[i] {
			e.N++
			e.Weight += w
		}
	}
	if least := min(left.N, right.N); least < 2 {
		e.N = least // one side says nothing of its spread
	}
	e.SE = math.Sqrt(d.variance(d.weighed(influence), 0))
	return e, nil
}

// weighed are influences times weights.
func (d Design) weighed(influence []float64) []float64 {
	x := make([]float64, len(influence))
	for i, w := range d.weights {
		x[i] = w * influence[i]
	}
	return x
}

// finish reckons standard error and design effect from the influence of each answer: the sum of weights times influences
// has the variance of the result.
func (d Design) finish(e *Estimate, influence []float64, in []bool, middle float64) {
	e.DesignEffect, e.Effective = math.NaN(), d.Effective(in)
	if e.N == 0 {
		return
	}
	v := d.variance(d.weighed(influence), middle)
	e.SE = math.Sqrt(v)
	n, firms := float64(e.N), e.Weight
	if e.N < 2 || firms <= n {
		return
	}
	// The variance of the same total from n of the firms, drawn without replacement: N²·S²·(1-n/N)/n.
	mean, squares := 0.0, 0.0
	for i, w := range d.weights {
		if in == nil || in[i] {
			mean += w * influence[i] / firms
		}
	}
	for i, w := range d.weights {
		if in == nil || in[i] {
			squares += w / firms * (influence[i] - mean) * (influence[i] - mean)
		}
	}
	plain := firms * (firms - n) * squares / (n - 1)
	if plain > 0 {
		e.DesignEffect = v / plain
		if e.DesignEffect > 1e-9 {
			e.Effective = n / e.DesignEffect
		}
	}
}
