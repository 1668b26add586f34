// Package stat measures how places differ by industry, and how sure the
// measure is. It owns location quotients with bounds for rounded counts,
// specialisation, inequality and agglomeration, shift-share, relatedness and
// complexity, survival, and what chance allows: intervals, tests, adjusted
// p-values, resampling, ranges of ranks. It does not read tables, and it does not
// judge: a caller compares the bounds with a threshold.
//
// Formulas, sources and reference values are in doc/METHODS.md, sections 2 to 7
// and 14.
package stat

import (
	"fmt"
	"math"
	"slices"
)

// Interval is a closed range of numbers with Lo <= Hi.
type Interval struct {
	Lo, Hi float64
}

// Contains reports whether x lies in the interval, ends included.
func (iv Interval) Contains(x float64) bool { return iv.Lo <= x && x <= iv.Hi }

// Estimate is a value with the range in which the true value lies:
// 0 <= Lo <= Value <= Hi for counts.
type Estimate struct {
	Value, Lo, Hi float64
}

// Exact returns an Estimate without uncertainty.
func Exact(value float64) Estimate { return Estimate{Value: value, Lo: value, Hi: value} }

func (e Estimate) plus(f Estimate) Estimate {
	return Estimate{Value: e.Value + f.Value, Lo: e.Lo + f.Lo, Hi: e.Hi + f.Hi}
}

// check returns an error that says what is wrong with a count.
func (e Estimate) check() error {
	for _, v := range [...]float64{e.Value, e.Lo, e.Hi} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%v [%v, %v] is not a finite number", e.Value, e.Lo, e.Hi)
		}
	}
	switch {
	case e.Lo < 0:
		return fmt.Errorf("%v [%v, %v] is negative: counts start at 0", e.Value, e.Lo, e.Hi)
	case e.Lo > e.Value || e.Value > e.Hi:
		return fmt.Errorf("%v is outside its own bounds [%v, %v]", e.Value, e.Lo, e.Hi)
	}
	return nil
}

// Quotient is a location quotient and its range. The numbers are 0 and mean
// nothing unless Defined is true.
type Quotient struct {
	Value, Lo, Hi float64
	Defined       bool
}

// Above reports whether the whole range lies above the threshold, so that
// rounding alone cannot explain a value above it.
func (q Quotient) Above(threshold float64) bool { return q.Defined && q.Lo > threshold }

// Below reports whether the whole range lies below the threshold.
func (q Quotient) Below(threshold float64) bool { return q.Defined && q.Hi < threshold }

// LocationQuotient returns (cell/regionTotal)/(industryTotal/total): the share
// of an industry in a region over its share everywhere (Florence 1939; Balassa
// 1965). The range is interval arithmetic with the four counts taken as
// independent, so it is on the wide side.
//
// The quotient is not defined when one of the three totals is 0. When a total
// is above 0 and its lower bound is 0, the upper end comes from cell <=
// regionTotal and cell <= industryTotal instead; when both lower bounds are 0
// nothing limits it and the quotient is not defined. The result never holds
// NaN or an infinity.
func LocationQuotient(cell, regionTotal, industryTotal, total Estimate) Quotient {
	if !(regionTotal.Value > 0 && industryTotal.Value > 0 && total.Value > 0) {
		return Quotient{}
	}
	q := Quotient{
		Value:   ratio(cell.Value, regionTotal.Value, industryTotal.Value, total.Value),
		Lo:      ratio(cell.Lo, regionTotal.Hi, industryTotal.Hi, total.Lo),
		Defined: true,
	}
	switch {
	case regionTotal.Lo > 0 && industryTotal.Lo > 0:
		q.Hi = ratio(cell.Hi, regionTotal.Lo, industryTotal.Lo, total.Hi)
	case regionTotal.Lo > 0 || industryTotal.Lo > 0:
		q.Hi = max(q.Value, total.Hi/max(regionTotal.Lo, industryTotal.Lo))
	default:
		return Quotient{}
	}
	if !finite(q.Value) || !finite(q.Lo) || !finite(q.Hi) {
		return Quotient{}
	}
	return q
}

// ratio is written so that equal inputs give equal outputs whatever the path:
// an exact table has Lo == Value == Hi.
func ratio(cell, regionTotal, industryTotal, total float64) float64 {
	return (cell / regionTotal) / (industryTotal / total)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// RankRange is the best and the worst place, counted from 1, that an item can
// take.
type RankRange struct {
	Best, Worst int
}

// RankRanges returns for each interval the range of its rank when items are
// ranked from high to low: the best place is one more than the number of items
// surely above (their Lo over its Hi), the worst is n less the number surely
// below. The intervals must not hold NaN.
func RankRanges(intervals []Interval) []RankRange {
	n := len(intervals)
	los, his := make([]float64, n), make([]float64, n)
	for i, iv := range intervals {
		los[i], his[i] = iv.Lo, iv.Hi
	}
	slices.Sort(los)
	slices.Sort(his)
	out := make([]RankRange, n)
	for i, iv := range intervals {
		notAbove := upperBound(los, iv.Hi)
		below, _ := slices.BinarySearch(his, iv.Lo)
		out[i] = RankRange{Best: 1 + n - notAbove, Worst: n - below}
	}
	return out
}

// upperBound returns how many of the sorted values are <= x.
func upperBound(sorted []float64, x float64) int {
	i, _ := slices.BinarySearchFunc(sorted, x, func(v, x float64) int {
		if v <= x {
			return -1
		}
		return 1
	})
	return i
}
