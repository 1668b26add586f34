package stat

import (
	"errors"
	"fmt"
	"math"
)

// Structure says how far the mix of one whole lies from that of another, and which
// parts make it so.
type Structure struct {
	Krugman   float64 // sum of absolute differences of shares, 0 to 2
	Hellinger float64 // sqrt(1 - sum sqrt(p q)), 0 the same to 1 nothing in common
	Cosine    float64 // cosine of the angle between the two lists of shares, 1 the same to 0
	// Apart is what each part adds to the square of Hellinger's distance: (sqrt p -
	// sqrt q)^2 / 2.
	Apart []float64
}

// StructuralDistance compares two lists of counts part by part (Krugman 1991;
// Hellinger 1909). It fails on lists of unequal length, on values that are negative or not
// finite, and on a list that adds up to 0.
func StructuralDistance(a, b []float64) (Structure, error) {
	if len(a) != len(b) {
		return Structure{}, fmt.Errorf("%d parts against %d", len(a), len(b))
	}
	ta, err := sumOfCounts(a)
	if err != nil {
		return Structure{}, err
	}
	tb, err := sumOfCounts(b)
	if err != nil {
		return Structure{}, err
	}
	if ta == 0 || tb == 0 {
		return Structure{}, errors.New("a list adds up to 0, so that it has no shares")
	}
	out := Structure{Apart: make([]float64, len(a))}
	square, pq, pp, qq := 0.0, 0.0, 0.0, 0.0
	for i := range a {
		p, q := a[i]/ta, b[i]/tb
		out.Krugman += math.Abs(p - q)
		d := math.Sqrt(p) - math.Sqrt(q)
		out.Apart[i] = d * d / 2
		square += out.Apart[i]
		pq, pp, qq = pq+p*q, pp+p*p, qq+q*q
	}
	out.Hellinger = math.Sqrt(min(1, square))
	out.Cosine = min(1, pq/math.Sqrt(pp*qq))
	return out, nil
}
