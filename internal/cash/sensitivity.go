package cash

import (
	"math"
	"slices"
)

// Line is where a straight line through two points is zero: the switching value of an input on which the
// result depends linearly. ok is false when the line is level: no value of the input switches the result.
func Line(x0, f0, x1, f1 float64) (x float64, ok bool) {
	if f0 == 0 {
		return x0, true
	}
	if f1 == f0 || x1 == x0 {
		return 0, false
	}
	x = x0 - f0*(x1-x0)/(f1-f0)
	return x, x == x && !math.IsInf(x, 0)
}

// steps parts the range that Switch looks through; a function that crosses zero twice within one part
// is not seen to cross it.
const steps = 256

// Switch is the switching value of an input: the value nearest to now, between low and high, at
// which f (the net present social value, as a rule) is zero. f must be continuous. ok is
// false when no value in the range does.
func Switch(f func(x float64) float64, now, low, high float64) (x float64, ok bool) {
	if !(low <= high) || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return 0, false
	}
	best := math.Inf(1)
	take := func(root float64) {
		if d := math.Abs(root - now); d < best {
			best, x, ok = d, root, true
		}
	}
	a, fa := low, f(low)
	if fa == 0 {
		take(a)
	}
	for i := 1; i <= steps; i++ {
		b := low + (high-low)*float64(i)/steps
		if i == steps {
			b = high
		}
		fb := f(b)
		switch {
		case fb == 0:
			take(b)
		case fa != 0 && (fa < 0) != (fb < 0) && fa == fa && fb == fb:
			take(bisect(f, a, b, fa))
		}
		a, fa = b, fb
	}
	return x, ok
}

// bisect halves the range until its ends are neighbours among the numbers that there are.
func bisect(f func(float64) float64, a, b, fa float64) float64 {
	for range 200 {
		m := a + (b-a)/2
		if m == a || m == b {
			break
		}
		fm := f(m)
		if fm == 0 {
			return m
		}
		if (fm < 0) == (fa < 0) {
			a = m
		} else {
			b = m
		}
	}
	return a + (b-a)/2
}

// Input is an uncertain input of a calculation with its low and high value.
type Input struct {
	Name           string
	Low, Now, High float64
}

// Bar is what a result is when one input has its low or its high value and all others are as they are.
type Bar struct {
	Input
	AtLow, AtHigh float64
}

// Swing is how far the result moves between the two ends.
func (b Bar) Swing() float64 { return math.Abs(b.AtHigh - b.AtLow) }

// Tornado moves one input at a time. The bars stand in the order of their swing, the widest first;
// among equals in the order of the inputs. f is given the values in the order of the inputs
// and must not keep them.
func Tornado(inputs []Input, f func(values []float64) float64) (now float64, bars []Bar) {
	values := make([]float64, len(inputs))
	for i, in := range inputs {
		values[i] = in.Now
	}
	now = f(values)
	bars = make([]Bar, len(inputs))
	for i, in := range inputs {
		bars[i].Input = in
		values[i] = in.Low
		bars[i].AtLow = f(values)
		values[i] = in.High
		bars[i].AtHigh = f(values)
		values[i] = in.Now
	}
	slices.SortStableFunc(bars, func(a, b Bar) int {
		switch {
		case a.Swing() > b.Swing():
			return -1
		case a.Swing() < b.Swing():
			return 1
		}
		return 0
	})
	return now, bars
}
