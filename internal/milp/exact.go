package milp

import (
	"math"
	"strconv"
	"strings"
)

// maxExact is the largest sum of scaled coefficients: whole numbers up to it
// are exact as float64, so the relaxation sees the same rows as the check.
const maxExact = 1 << 53

// maxDecimals bounds the scale of a row: 10^12 leaves 9,000 units of range.
const maxDecimals = 12

// decimal returns whole m and e with x = m * 10^-e, read from the shortest
// decimal that prints x, e >= 0. It fails beyond 2^53 or maxDecimals.
func decimal(x float64) (m int64, e int, ok bool) {
	s := strconv.FormatFloat(x, 'e', -1, 64)
	mant, exp, _ := strings.Cut(s, "e")
	pow, err := strconv.Atoi(exp)
	if err != nil {
		return 0, 0, false
	}
	whole, frac, _ := strings.Cut(mant, ".")
	m, err = strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || m > maxExact || m < -maxExact {
		return 0, 0, false
	}
	if m == 0 {
		return 0, 0, true
	}
	e = len(frac) - pow
	for ; e < 0; e++ {
		if m > maxExact/10 || m < -maxExact/10 {
			return 0, 0, false
		}
		m *= 10
	}
	return m, e, e <= maxDecimals
}

// scaleToWhole returns the numbers times 10^e, with the smallest e that makes
// all of them whole. It fails when the sum of their sizes passes 2^53.
func scaleToWhole(xs []float64) (out []int64, e int, ok bool) {
	out = make([]int64, len(xs))
	exps := make([]int, len(xs))
	for i, x := range xs {
		m, k, ok := decimal(x)
		if !ok {
			return nil, 0, false
		}
		out[i], exps[i] = m, k
		e = max(e, k)
	}
	var sum int64
	for i := range out {
		for k := exps[i]; k < e; k++ {
			if out[i] > maxExact/10 || out[i] < -maxExact/10 {
				return nil, 0, false
			}
			out[i] *= 10
		}
		sum += max(out[i], -out[i])
		if sum > maxExact {
			return nil, 0, false
		}
	}
	return out, e, true
}

// gcdAll returns the greatest common divisor of the sizes, 0 when all are 0.
func gcdAll(xs []int64) int64 {
	var g int64
	for _, x := range xs {
		x = max(x, -x)
		for x != 0 {
			g, x = x, g%x
		}
	}
	return g
}

// floorDiv returns floor(a/b) for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// exactRow is a row as it was given, "<=" or "=", terms merged: in whole
// numbers when whole is true, else in float64.
type exactRow struct {
	idx    []int
	num    []int64
	rhsNum int64
	whole  bool
	val    []float64
	rhs    float64
	equal  bool
}

// slackState says how x stands to a row.
type slackState int

const (
	broken slackState = iota
	tight
	loose
)

func (r *exactRow) at(x []bool) slackState {
	if r.whole {
		var sum int64
		for k, j := range r.idx {
			if x[j] {
				sum += r.num[k]
			}
		}
		switch {
		case sum == r.rhsNum:
			return tight
		case sum < r.rhsNum && !r.equal:
			return loose
		}
		return broken
	}
	sum, size := 0.0, math.Abs(r.rhs)
	for k, j := range r.idx {
		if x[j] {
			sum += r.val[k]
			size += math.Abs(r.val[k])
		}
	}
	switch {
	case math.Abs(sum-r.rhs) <= floatTol*size:
		return tight
	case sum < r.rhs && !r.equal:
		return loose
	}
	return broken
}

// floatTol is the relative tolerance for rows and objectives that are not whole.
const floatTol = 1e-9
