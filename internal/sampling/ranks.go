package sampling

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"milieu/internal/stat"
)

// Ranks are the places, counted from 1, that each of several values can take when their means over the answers that are in
// are ranked from high to low; options[k] has the value that each answer gives option k. All ranges hold together at the
// confidence (0 is 0.95): every pair is compared by the mean of its differences, answer by answer, so that what the same
// firms say of both is counted, with Holm's (1979) correction for the number of pairs; the best place of an option is one
// more than the number surely above it, the worst the number of options less those surely below (Mogstad, Romano, Shaikh &
// Wilhelm 2024). That is as sure as intervals that do not overlap, and parts more. Fewer than two answers part none.
func (d Design) Ranks(options [][]float64, in []bool, confidence float64) ([]stat.RankRange, error) {
	confidence, err := orUsual(confidence)
	if err != nil {
		return nil, err
	}
	for k, y := range options {
		if err := d.checked(y, in); err != nil {
			return nil, fmt.Errorf("option %d: %w", k+1, err)
		}
	}
	pairs, err := d.pairs(options, in)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.p, b.p), cmp.Compare(a.above, b.above), cmp.Compare(a.below, b.below))
	})
	out := make([]stat.RankRange, len(options))
	for k := range out {
		out[k] = stat.RankRange{Best: 1, Worst: len(options)}
	}
	for i, p := range pairs {
		if p.p > (1-confidence)/float64(len(pairs)-i) {
			break
		}
		out[p.above].Worst--
		out[p.below].Best++
	}
	return out, nil
}

// pair is two options of which one has the higher mean, with the probability of such a difference by chance, of either sign.
type pair struct {
	above, below int
	p            float64
}

func (d Design) pairs(options [][]float64, in []bool) ([]pair, error) {
	var out []pair
	diff := make([]float64, d.N())
	for a := range options {
		for b := a + 1; b < len(options); b++ {
			for i := range diff {
				if in == nil || in[i] {
					diff[i] = options[a][i] - options[b][i]
				}
			}
			e, err := d.ratio(diff, nil, in)
			if err != nil {
				return nil, err
			}
			p := pair{above: a, below: b, p: 1}
			if e.Value < 0 {
				p.above, p.below = b, a
			}
			if d.sure(e) && e.Value != 0 {
				p.p = chance(e)
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// chance is the two-sided probability of a difference as large by chance. Where all answers differ alike no spread shows: the
// sign test's probability, that all of N fall to one side, is the least that can be told.
func chance(e Estimate) float64 {
	alike := 2 * math.Pow(0.5, float64(e.N))
	if e.SE == 0 {
		return alike
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(max(1, e.DF))}
	return max(alike, 2*t.Survival(math.Abs(e.Value)/e.SE))
}
