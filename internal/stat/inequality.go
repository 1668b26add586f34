package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Inequality says how unequally a total is shared. Values are population forms,
// without a correction for small samples. A measure that is not defined is NaN:
// Theil L (mean logarithmic deviation) where a value is 0, all of them where the
// total is 0.
type Inequality struct {
	Gini float64 // half the mean absolute difference over the mean, 0 to 1 - 1/n
	// Hoover is half the sum of absolute differences between shares and equal shares:
	// what would have to move.
	Hoover float64
	HHI    float64 // sum of squared shares, 1/n to 1
	// TheilT is the mean of x/mean * ln(x/mean); TheilL the mean of ln(mean/x).
	TheilT, TheilL float64
	EntropyBits    float64 // -sum share * log2 share
	// AtkinsonHalf and AtkinsonOne are Atkinson's index with aversion 0.5 and 1.
	AtkinsonHalf, AtkinsonOne float64
}

// Inequalities returns the measures of a list of shares of a whole (Gini 1912;
// Hoover 1936; Theil 1967; Atkinson 1970). It fails on no values and on values that
// are negative or not finite.
func Inequalities(values []float64) (Inequality, error) {
	total, err := sumOfCounts(values)
	if err != nil {
		return Inequality{}, err
	}
	nan := math.NaN()
	if total == 0 {
		return Inequality{nan, nan, nan, nan, nan, nan, nan, nan}, nil
	}
	n := float64(len(values))
	out := Inequality{Gini: gini(values, total), AtkinsonHalf: Atkinson(values, 0.5), AtkinsonOne: Atkinson(values, 1)}
	logs := 0.0
	for _, v := range values {
		share := v / total
		out.Hoover += math.Abs(share-1/n) / 2
		out.HHI += share * share
		if v > 0 {
			out.TheilT += share * math.Log(share*n)
			out.EntropyBits -= share * math.Log2(share)
		}
		logs -= math.Log(share * n)
	}
	out.TheilL = logs / n
	if math.IsInf(out.TheilL, 0) {
		out.TheilL = nan
	}
	// Equal shares give 0 in theory, where rounding leaves 1e-17 on either side.
	out.TheilT, out.TheilL, out.EntropyBits = atLeast0(out.TheilT), atLeast0(out.TheilL), atLeast0(out.EntropyBits)
	return out, nil
}

func atLeast0(v float64) float64 {
	if v < 0 || v == 0 {
		return 0
	}
	return v
}

func sumOfCounts(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, errors.New("there are no values")
	}
	total := 0.0
	for i, v := range values {
		if err := Exact(v).check(); err != nil {
			return 0, fmt.Errorf("value %d: %w", i+1, err)
		}
		total += v
	}
	if math.IsInf(total, 0) {
		return 0, errors.New("the values are too large to add: check the units")
	}
	return total, nil
}

// gini is sum (2i - n - 1) x_i / (n total) over sorted values.
func gini(values []float64, total float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n, sum := float64(len(sorted)), 0.0
	for i, v := range sorted {
		sum += (2*float64(i+1) - n - 1) * v
	}
	return atLeast0(sum / (n * total))
}

// Atkinson is Atkinson's index (1970) of values that are not negative, at an aversion
// to inequality above 0: 1 less the equally distributed equivalent over the mean. It
// is 1 where a value is 0 and the aversion at least 1, NaN where the total is 0.
func Atkinson(values []float64, aversion float64) float64 {
	mean, n := 0.0, float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	if !(mean > 0) {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range values {
		if v == 0 && aversion >= 1 {
			return 1
		}
		if aversion == 1 {
			sum += math.Log(v/mean) / n
		} else {
			sum += math.Pow(v/mean, 1-aversion) / n
		}
	}
	if aversion == 1 {
		return atLeast0(1 - math.Exp(sum))
	}
	return atLeast0(1 - math.Pow(sum, 1/(1-aversion)))
}

// NormalisedHHI is an HHI of n shares on the scale from 0 (equal) to 1 (one has all); NaN
// for n below 2.
func NormalisedHHI(hhi float64, n int) float64 {
	if n < 2 {
		return math.NaN()
	}
	return (hhi - 1/float64(n)) / (1 - 1/float64(n))
}

// CorrectedGini is a Gini coefficient times n/(n-1), which one holder of all brings
// to 1; NaN for n below 2.
func CorrectedGini(gini float64, n int) float64 {
	if n < 2 {
		return math.NaN()
	}
	return gini * float64(n) / float64(n-1)
}

// GiniAgainst is twice the area between the diagonal and the curve of cumulated shares
// of values over cumulated shares of a reference, ordered by their ratio: Krugman's
// (1991) locational Gini where values are an industry's jobs by region and the
// reference all jobs. A region without reference and value is left out. It fails on
// lists of unequal length, on negative values, on a value where the reference is 0
// and on totals of 0.
func GiniAgainst(values, reference []float64) (float64, error) {
	if len(values) != len(reference) {
		return 0, fmt.Errorf("%d values and %d of the reference", len(values), len(reference))
	}
	v, err := sumOfCounts(values)
	if err != nil {
		return 0, err
	}
	r, err := sumOfCounts(reference)
	if err != nil {
		return 0, fmt.Errorf("reference: %w", err)
	}
	if v == 0 || r == 0 {
		return 0, errors.New("the total is 0, so that there are no shares")
	}
	var at []int
	for i := range values {
		if reference[i] == 0 && values[i] > 0 {
			return 0, fmt.Errorf("value %d is %v where the reference has 0", i+1, values[i])
		}
		if reference[i] > 0 {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int {
		// Cross-multiplied, so that equal ratios are equal.
		switch x, y := values[a]*reference[b], values[b]*reference[a]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	area, height := 0.0, 0.0
	for _, i := range at {
		area += reference[i] / r * (2*height + values[i]/v)
		height += values[i] / v
	}
	return atLeast0(1 - area), nil
}

// Theil is Theil's T of values in groups, parted into inequality between the groups'
// means and within groups: T = Between + Within (Theil 1967).
type Theil struct{ T, Between, Within float64 }

// TheilBetween parts Theil's T by group, one label a value. It fails as Inequalities
// does, and on labels that are not one a value; all are NaN where the total is 0.
func TheilBetween(values []float64, groups []string) (Theil, error) {
	if len(values) != len(groups) {
		return Theil{}, fmt.Errorf("%d values and %d groups", len(values), len(groups))
	}
	all, err := Inequalities(values)
	if err != nil {
		return Theil{}, err
	}
	total := 0.0
	sums, counts := map[string]float64{}, map[string]float64{}
	var names []string
	for i, v := range values {
		if counts[groups[i]] == 0 {
			names = append(names, groups[i])
		}
		total += v
		sums[groups[i]] += v
		counts[groups[i]]++
	}
	if total == 0 {
		return Theil{math.NaN(), math.NaN(), math.NaN()}, nil
	}
	slices.Sort(names)
	between := 0.0
	for _, g := range names {
		if share := sums[g] / total; share > 0 {
			between += share * math.Log(share*float64(len(values))/counts[g])
		}
	}
	return Theil{T: all.TheilT, Between: atLeast0(between), Within: atLeast0(all.TheilT - between)}, nil
}
