package mcda

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"milieu/internal/chance"
)

// SwingWeights makes weights of swing points: how much the step from worst to best in each criterion is
// worth to somebody, beside that of the others. The usual scale gives the most wanted step 100.
func SwingWeights(points []float64) ([]float64, error) {
	most := 0.0
	for j, p := range points {
		if !(p >= 0) || math.IsInf(p, 0) {
			return nil, fmt.Errorf("the swing of criterion %d is %g: give a number of at least 0", j+1, p)
		}
		most = max(most, p)
	}
	if most == 0 {
		return nil, errors.New("no criterion has a swing above 0: give the most wanted step 100")
	}
	out, sum := make([]float64, len(points)), 0.0
	for j, p := range points {
		out[j] = p / most
		sum += out[j]
	}
	for j := range out {
		out[j] /= sum
	}
	return out, nil
}

// RankOrderCentroid is the mean of all weights that fall from the first of n criteria to the last
// (Barron & Barrett 1996): w_j = (1/j + … + 1/n)/n.
func RankOrderCentroid(n int) []float64 {
	out, sum := make([]float64, n), 0.0
	for j := n; j >= 1; j-- {
		sum += 1 / float64(j)
		out[j-1] = sum / float64(n)
	}
	return out
}

// WeightSet is what is known of the weights. The zero value knows nothing: every set of weights is as
// likely as any other (uniform on the simplex).
type WeightSet struct {
	// Fixed are the weights where they are known.
	Fixed []float64
	// Lo and Hi are swing points known within bounds: each is uniform between its own, and then they are
	// made weights. Bounds of a criterion may be equal.
	Lo, Hi []float64
	// Chains are orders of importance: in each chain the weight of a criterion is at least that of the next.
	// No criterion stands in two chains; those in none are free. Weights are uniform on what is left.
	Chains [][]int
}

func (w WeightSet) check(m int) error {
	switch {
	case w.Fixed != nil:
		sum := 0.0
		for _, v := range w.Fixed {
			if !(v >= 0) {
				return fmt.Errorf("a weight is %g: weights are at least 0", v)
			}
			sum += v
		}
		if len(w.Fixed) != m || math.Abs(sum-1) > 1e-9 {
			return fmt.Errorf("%d weights with the sum %g for %d criteria: give one each, together 1", len(w.Fixed), sum, m)
		}
	case w.Lo != nil || w.Hi != nil:
		return w.checkSwings(m)
	}
	seen := make([]bool, m)
	for _, c := range w.Chains {
		for _, j := range c {
			if j < 0 || j >= m || seen[j] {
				return fmt.Errorf("criterion %d in an order of importance is unknown or named twice; there are %d", j+1, m)
			}
			seen[j] = true
		}
	}
	return nil
}

func (w WeightSet) checkSwings(m int) error {
	if len(w.Lo) != m || len(w.Hi) != m {
		return fmt.Errorf("swings have %d lower and %d upper bounds for %d criteria", len(w.Lo), len(w.Hi), m)
	}
	for j := range w.Lo {
		if !(w.Lo[j] >= 0 && w.Lo[j] <= w.Hi[j]) || math.IsInf(w.Hi[j], 0) {
			return fmt.Errorf("the swing of criterion %d is between %g and %g: give the lower bound first, at least 0", j+1, w.Lo[j], w.Hi[j])
		}
	}
	if slices.Max(w.Hi) == 0 {
		return errors.New("no criterion has a swing above 0: give the most wanted step 100")
	}
	return nil
}

// draw sets out, of one weight a criterion, to the weights of a draw; gap is room for as many numbers.
func (w WeightSet) draw(s chance.Stream, draw int, out, gap []float64) {
	switch {
	case w.Fixed != nil:
		copy(out, w.Fixed)
	case w.Lo != nil:
		s.Fill(draw, 0, out)
		sum := 0.0
		for j, u := range out {
			out[j] = w.Lo[j] + u*(w.Hi[j]-w.Lo[j])
			sum += out[j]
		}
		for j := range out {
			out[j] /= sum
		}
	default:
		simplex(s, draw, out, gap)
		for _, c := range w.Chains {
			fall(out, c)
		}
	}
}

// simplex draws uniformly from all weights by the gaps between sorted numbers (Rubinstein 1982; Tervonen & Lahdelma 2007).
func simplex(s chance.Stream, draw int, out, gap []float64) {
	m := len(out)
	cuts := gap[:m-1]
	s.Fill(draw, 0, cuts)
	if m > 24 {
		slices.Sort(cuts)
	} else {
		for k := 1; k < len(cuts); k++ {
			v, l := cuts[k], k
			for ; l > 0 && cuts[l-1] > v; l-- {
				cuts[l] = cuts[l-1]
			}
			cuts[l] = v
		}
	}
	last := 0.0
	for j, c := range cuts {
		out[j] = c - last
		last = c
	}
	out[m-1] = 1 - last
}

// fall puts the weights along a chain in falling order. The simplex is the same whatever its corners are
// called, so this is uniform on the part of it that keeps the order.
func fall(w []float64, chain []int) {
	for k := 1; k < len(chain); k++ {
		v, l := w[chain[k]], k
		for ; l > 0 && w[chain[l-1]] < v; l-- {
			w[chain[l]] = w[chain[l-1]]
		}
		w[chain[l]] = v
	}
}
