package chart

import "math"

// scale maps values to coordinates, linearly; it never leaves the interval between a and b.
type scale struct{ min, max, a, b float64 }

func (s scale) at(v float64) float64 {
	if s.max == s.min {
		return (s.a + s.b) / 2
	}
	// Halving first keeps the difference of the largest numbers finite.
	t := (v/2 - s.min/2) / (s.max/2 - s.min/2)
	return s.a + min(max(t, 0), 1)*(s.b-s.a)
}

func (s scale) holds(v float64) bool { return finite(v) && v >= s.min && v <= s.max }

// span gives the bounds of an axis: its own, or the data's widened to whole ticks.
func (a Axis) span(values []float64) (lo, hi float64) {
	if finite(a.Min) && finite(a.Max) && a.Min < a.Max {
		return a.Min, a.Max
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if finite(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	for _, r := range a.Refs {
		if finite(r.At) {
			lo, hi = min(lo, r.At), max(hi, r.At)
		}
	}
	if lo > hi {
		return 0, 1
	}
	if lo == hi {
		d := max(math.Abs(lo)*0.1, 0.5)
		lo, hi = lo-d, hi+d
	}
	step := niceStep(lo, hi, 4)
	l, h := math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	if !finite(l) || !finite(h) || l >= h {
		return lo, hi
	}
	return l, h
}

// niceStep is a step of 1, 2 or 5 times a power of ten that cuts the span into about count parts.
func niceStep(lo, hi float64, count int) float64 {
	raw := (hi/2 - lo/2) / float64(count) * 2
	if !finite(raw) || raw <= 0 {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if s := m * p; finite(s) && s > 0 && raw <= s*1.0000001 {
			return s
		}
	}
	return raw
}

// ticks lists the whole steps within the bounds, at most nine.
func ticks(lo, hi float64) []float64 {
	step := niceStep(lo, hi, 4)
	first := math.Ceil(lo/step - 1e-9)
	var out []float64
	for i := 0; i < 9; i++ {
		v := (first + float64(i)) * step
		if !finite(v) || v > hi+step*1e-9 {
			break
		}
		out = append(out, v)
	}
	return out
}

// tickDecimals is how many decimals the ticks need, and at least those that the axis asks for.
func tickDecimals(lo, hi float64) int {
	step := niceStep(lo, hi, 4)
	if step >= 1 || step <= 0 {
		return 0
	}
	return min(int(math.Ceil(-math.Log10(step)-1e-9)), 12)
}
