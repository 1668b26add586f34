// Package cash reckons costs and benefits over years: real prices, discounting by a named
// schedule, optimism bias, additionality, persistence, present values, benefit-cost ratios,
// switching values and tornadoes. It owns the rule by which money is rounded and totals are
// made to add up. It knows no intervention, no file and no rate: rates are data that its
// caller hands over.
//
// Amounts are float64 in the unit of the caller, pounds or pence; shares and rates are
// fractions (0.035, not 3.5). Only [Pence] and [BasisPoints] are whole numbers: they are what is
// stored, stated or shown.
//
// Methods: HM Treasury, The Green Book and its supplementary guidance on discounting and on
// optimism bias; Homes and Communities Agency, Additionality Guide, 4th edition (2014).
package cash

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Pence is an amount of money that is stored, stated or shown.
type Pence int64

// Pounds is the amount in pounds.
func (p Pence) Pounds() float64 { return float64(p) / 100 }

// BasisPoints is a rate or share in hundredths of a percent.
type BasisPoints int64

// Share is the rate as a fraction: 350 basis points are 0.035.
func (b BasisPoints) Share() float64 { return float64(b) / 10_000 }

// Round is the one rounding rule of money: to the nearest whole unit, halves away from zero. It is
// applied once, to what is shown, never between steps. What is no number is 0; what is too
// large for an int64 is the largest there is.
func Round(v float64) int64 {
	switch {
	case v != v:
		return 0
	case v >= math.MaxInt64:
		return math.MaxInt64
	case v <= math.MinInt64:
		return math.MinInt64
	}
	return int64(math.Round(v))
}

// FromPounds is an amount in pounds as pence. It rounds the decimal number that was written:
// 0.285 is 29 pence, although 100 * 0.285 is a little below 28.5 in binary.
func FromPounds(v float64) Pence {
	if v != v || math.Abs(v) >= 1<<50 {
		return Pence(Round(100 * v)) // has no half pence left
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	whole, part, _ := strings.Cut(s, ".")
	hundred, err := strconv.ParseFloat(whole+(part + "00")[:2]+"."+(part + "000")[2:], 64)
	if err != nil {
		return Pence(Round(100 * v))
	}
	return Pence(Round(hundred))
}

// Sum adds with compensation (Neumaier 1974), so that the order of the values and their
// number do not show in the result.
func Sum(values []float64) float64 {
	var sum, lost float64
	for _, v := range values {
		t := sum + v
		if math.Abs(sum) >= math.Abs(v) {
			lost += (sum - t) + v
		} else {
			lost += (v - t) + sum
		}
		sum = t
	}
	if lost != lost { // an infinity among the values
		return sum
	}
	return sum + lost
}

// Split parts a total by weights so that the parts are whole and add up to it: each gets its share
// rounded down, and what is left goes one by one to the largest remainders, the
// earlier of two equal ones first (Hamilton's method). Weights that are negative or no numbers
// count as 0; when none is left the total is parted evenly. A negative total is parted as
// its opposite. Without weights there are no parts.
func Split[N ~int64](total N, weights []float64) []N {
	if len(weights) == 0 {
		return nil
	}
	shares := clean(weights)
	sum := Sum(shares)
	exact := make([]float64, len(shares))
	for i, w := range shares {
		exact[i] = math.Abs(float64(total)) * (w / sum)
	}
	parts := largest(exact, math.Abs(float64(total)))
	out := make([]N, len(parts))
	for i, p := range parts {
		out[i] = N(p)
		if total < 0 {
			out[i] = -N(p)
		}
	}
	return out
}

// clean makes weights usable: finite, not negative, at least one above 0.
func clean(weights []float64) []float64 {
	out := make([]float64, len(weights))
	var most float64
	for i, w := range weights {
		if w > 0 && !math.IsInf(w, 0) {
			out[i] = w
			most = max(most, w)
		}
	}
	for i := range out {
		if most == 0 {
			out[i] = 1
		} else {
			out[i] /= most // so that their sum is finite
		}
	}
	return out
}

// Shown rounds values so that what is shown adds up to the rounded sum of the values: each is
// rounded down, and the largest remainders are rounded up (see [Split]). A value that is no number
// counts as 0.
func Shown(values []float64) []int64 {
	finite := make([]float64, len(values))
	for i, v := range values {
		if v == v && !math.IsInf(v, 0) {
			finite[i] = v
		}
	}
	return largest(finite, float64(Round(Sum(finite))))
}

// largest rounds values to whole numbers with the sum total, which must be whole and
// within len(values) of the sum of the values rounded down.
func largest(values []float64, total float64) []int64 {
	out := make([]int64, len(values))
	order := make([]int, len(values))
	left := int64(total)
	for i, v := range values {
		out[i] = int64(math.Floor(v))
		left -= out[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		ra, rb := values[a]-math.Floor(values[a]), values[b]-math.Floor(values[b])
		switch {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	for k := 0; left > 0 && len(order) > 0; k++ {
		out[order[k%len(order)]]++
		left--
	}
	// Floating point may have lifted a share over the next whole number.
	for k := len(order) - 1; left < 0 && k >= 0; k-- {
		out[order[k]]--
		left++
	}
	return out
}
