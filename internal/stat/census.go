package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// CensusQuotient is the location quotient of k of n organisations of an area against
// wider of all in a reference that is counted in full: their share over the
// reference's share. The interval is Wilson's of the area's share, at a confidence such as
// 0.95, over the reference's share: what chance alone would allow. It is not defined
// when n, wider or all is 0. It panics unless 0 <= k <= n and 0 <= wider <= all.
func CensusQuotient(k, n, wider, all int, confidence float64) Quotient {
	if wider < 0 || wider > all {
		panic(fmt.Sprintf("stat: %d of %d in the reference", wider, all))
	}
	iv := WilsonInterval(k, n, confidence)
	if n == 0 || wider == 0 {
		return Quotient{}
	}
	share := float64(wider) / float64(all)
	return Quotient{Value: float64(k) / float64(n) / share, Lo: iv.Lo / share, Hi: iv.Hi / share, Defined: true}
}

// BinomialTest is the two-sided p-value of k successes in n trials when each succeeds with
// probability p: twice the smaller tail, at most 1 (the tails by the incomplete beta
// function, exact for any n). It is NaN when n is 0 or p is not a probability. It
// panics unless 0 <= k <= n.
func BinomialTest(k, n int, p float64) float64 {
	checkShare(k, n, 0.5)
	if n == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	return min(1, 2*min(atLeast(k, n, p), atLeast(n-k, n, 1-p)))
}

// atLeast is the probability of k or more successes.
func atLeast(k, n int, p float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n:
		return 0
	case p == 0 || p == 1:
		return p
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}

// Summed is a sum over units, such as the employees of organisations, with the sum of
// the squares, which says how few of them it hangs on.
type Summed struct {
	Total, Squares float64
}

// SumQuotient is the location quotient of a part of an area's sum against the same part of
// a reference that is counted in full, such as of employees. Its interval says how far
// the share would move if the area had drawn its organisations by chance: linearised
// variance of a ratio of sums over a Poisson number of units (Särndal, Swensson &
// Wretman 1992, section 5.6), on the logarithm so that it stays above 0. It is not
// defined when a sum but the part is 0; a part of 0 has no interval (both ends 0).
func SumQuotient(part, area Summed, wider, all, confidence float64) Quotient {
	if !(area.Total > 0 && wider > 0 && all > 0) {
		return Quotient{}
	}
	share := part.Total / area.Total
	q := Quotient{Value: share / (wider / all), Defined: true}
	if part.Total <= 0 {
		return q
	}
	variance := ((1-2*share)*part.Squares + share*share*area.Squares) / (area.Total * area.Total)
	half := normal(confidence) * math.Sqrt(max(0, variance)) / share
	q.Lo, q.Hi = q.Value*math.Exp(-half), q.Value*math.Exp(half)
	return q
}

// SumChange is the relative change from one sum to another over the same n units, after/before
// - 1, with its interval when the units are taken as drawn by chance: linearised
// variance of a ratio (Cochran 1977, section 6.3), on the logarithm. Products is the sum of
// the products of the two numbers of each unit. It is not defined when before is 0 or n
// below 2.
func SumChange(n int, before, after Summed, products, confidence float64) Quotient {
	if n < 2 || !(before.Total > 0) {
		return Quotient{}
	}
	r := after.Total / before.Total
	q := Quotient{Value: r - 1, Lo: -1, Hi: r - 1, Defined: true}
	if r == 0 {
		return q
	}
	nf := float64(n)
	residual := max(0, after.Squares-2*r*products+r*r*before.Squares)
	half := normal(confidence) * math.Sqrt(residual*nf/(nf-1)) / before.Total / r
	q.Lo, q.Hi = r*math.Exp(-half)-1, r*math.Exp(half)-1
	return q
}

func normal(confidence float64) float64 { return distuv.UnitNormal.Quantile(0.5 + confidence/2) }
