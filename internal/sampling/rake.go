package sampling

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Margin is a grouping of firms whose totals in the frame are known.
type Margin struct {
	Name   string
	Of     []string           // category of each answer
	Totals map[string]float64 // firms of the frame by category
}

// Residuals says how variances take raking into account.
type Residuals string

const (
	// Regressed takes the residuals of the regression on the margins that is weighted by the weights before raking (Deville &
	// Särndal 1992), the default; R's calibrate with calfun "raking".
	Regressed Residuals = "regressed"
	// Levered divides these residuals by √(1-h), h being the leverage of the answer (MacKinnon & White 1985; Valliant 2002):
	// with few answers to many categories plain residuals are too small, since the regression follows the answers. With many
	// answers it is the same as Regressed.
	Levered Residuals = "levered"
	// Averaged takes away the plain mean of each category in turn, ten times over, as R's rake does. The two differ where
	// weights differ within a category.
	Averaged Residuals = "averaged"
)

// RakeRule says how far weights are fitted and how far they may go.
type RakeRule struct {
	Tolerance       float64   // largest relative difference of a margin that counts as met; 0 is 1e-9
	Rounds          int       // most rounds over all margins; 0 is 500
	Lowest, Highest float64   // bounds of a weight as multiples of the mean weight, as 0.2 and 5; 0 is none
	Residuals       Residuals // empty is Regressed
}

// Raking tells how raking went.
type Raking struct {
	Converged bool
	Rounds    int
	Gap       float64 // largest relative difference of a margin that is left
	Unmet     []Unmet // what cannot be or was not met: by margin as given, then by category
	Bounded   int     // answers whose weight stands at a bound
}

// Unmet is a total of a margin that the weights do not reach.
type Unmet struct {
	Margin, Category string
	Want, Got        float64 // firms
	Why              string  // in a sentence
}

// Rake fits the weights to the margins by iterative proportional fitting (Deming & Stephan 1940), as near to the weights
// before as can be in relative entropy. A category that has firms and no answer cannot be met: it is named, and its total is
// spread over the other categories of its margin in proportion, so that the sum stays. With bounds, weights beyond them are
// put back after each round until both hold (alternating projections, Bregman 1967). Margins that are not reached are named;
// that is no error. It fails on answers in a category without firms, on sums of margins that differ by more than a millionth,
// and on bounds that cannot hold.
func (d Design) Rake(margins []Margin, rule RakeRule) (Design, Raking, error) {
	rule, err := rule.settled()
	if err != nil {
		return d, Raking{}, err
	}
	if len(margins) == 0 || d.N() == 0 {
		return d, Raking{Converged: true}, nil
	}
	targets, told := make([]target, len(margins)), Raking{}
	for k, m := range margins {
		t, lost, err := d.target(m)
		if err != nil {
			return d, Raking{}, err
		}
		if first := targets[0].sum; k > 0 && math.Abs(t.sum-first) > 1e-6*first {
			return d, Raking{}, fmt.Errorf("margin %q sums to %v and margin %q to %v; both are of one frame, so one leaves firms out", margins[0].Name, first, m.Name, t.sum)
		}
		targets[k], told.Unmet = t, append(told.Unmet, lost...)
	}
	out := d
	out.weights = slices.Clone(d.weights)
	told.Rounds, told.Bounded = fit(out.weights, targets, rule)
	told.Gap = gap(out.weights, targets)
	told.Converged = told.Gap <= rule.Tolerance
	if !told.Converged {
		told.Unmet = append(told.Unmet, left(out.weights, targets, rule, told)...)
	}
	order := map[string]int{}
	for k, m := range margins {
		order[m.Name] = k
	}
	slices.SortStableFunc(told.Unmet, func(a, b Unmet) int { return order[a.Margin] - order[b.Margin] })
	out.adjusted = append(slices.Clone(d.adjusted), newCalibration(d.weights, out.weights, targets, rule.Residuals))
	return out, told, nil
}

// settled fills in what is not given and says what cannot be.
func (r RakeRule) settled() (RakeRule, error) {
	if r.Tolerance == 0 {
		r.Tolerance = 1e-9
	}
	if r.Rounds == 0 {
		r.Rounds = 500
	}
	if r.Highest == 0 {
		r.Highest = math.Inf(1)
	}
	if r.Residuals == "" {
		r.Residuals = Regressed
	}
	switch {
	case !(r.Tolerance > 0):
		return r, fmt.Errorf("a tolerance of %v is not above 0", r.Tolerance)
	case r.Rounds < 1:
		return r, fmt.Errorf("%d rounds are none", r.Rounds)
	case !(r.Lowest >= 0 && r.Lowest < 1):
		return r, fmt.Errorf("the lowest weight is %v times the mean; the bound is from 0 to below 1", r.Lowest)
	case !(r.Highest > 1):
		return r, fmt.Errorf("the highest weight is %v times the mean; the bound is above 1", r.Highest)
	case r.Residuals != Regressed && r.Residuals != Averaged && r.Residuals != Levered:
		return r, fmt.Errorf("residuals %q are none of %s, %s and %s", r.Residuals, Regressed, Levered, Averaged)
	}
	return r, nil
}

// target is a margin made ready: categories by number.
type target struct {
	name   string
	labels []string
	of     []int
	want   []float64
	sum    float64
}

// target makes a margin ready and names the categories that nobody answered in.
func (d Design) target(m Margin) (target, []Unmet, error) {
	if len(m.Of) != d.N() {
		return target{}, nil, fmt.Errorf("margin %q gives %d categories for %d answers", m.Name, len(m.Of), d.N())
	}
	counts := map[string]int{}
	for _, c := range m.Of {
		counts[c]++
	}
	for _, c := range slices.Sorted(maps.Keys(counts)) {
		if m.Totals[c] == 0 {
			return target{}, nil, fmt.Errorf("margin %q: %d answers are in category %q, which has no firm in the frame", m.Name, counts[c], c)
		}
	}
	t, number, reached := target{name: m.Name, of: make([]int, d.N())}, map[string]int{}, 0.0
	var lost []Unmet
	for _, c := range slices.Sorted(maps.Keys(m.Totals)) {
		total := m.Totals[c]
		if !(total >= 0) || !finite(total) {
			return target{}, nil, fmt.Errorf("margin %q: category %q has a total of %v; it is a number of firms", m.Name, c, total)
		}
		t.sum += total
		if counts[c] > 0 {
			number[c] = len(t.labels)
			t.labels, t.want, reached = append(t.labels, c), append(t.want, total), reached+total
		} else if total > 0 {
			lost = append(lost, Unmet{Margin: m.Name, Category: c, Want: total, Why: "Nobody of it answered; the other categories stand for its firms."})
		}
	}
	for i, c := range m.Of {
		t.of[i] = number[c]
	}
	for c := range t.want {
		t.want[c] *= t.sum / reached
	}
	return t, lost, nil
}

// fit rakes w in place and returns the rounds that it took and how many weights stand at a bound.
func fit(w []float64, targets []target, rule RakeRule) (rounds, bounded int) {
	mean := targets[0].sum / float64(len(w))
	for rounds < rule.Rounds {
		rounds++
		for _, t := range targets {
			got := t.sums(w)
			for i, c := range t.of {
				w[i] *= t.want[c] / got[c]
			}
		}
		bounded = 0
		for i := range w {
			if w[i] < rule.Lowest*mean || w[i] > rule.Highest*mean {
				w[i] = min(max(w[i], rule.Lowest*mean), rule.Highest*mean)
				bounded++
			}
		}
		if gap(w, targets) <= rule.Tolerance {
			break
		}
	}
	bounded = 0
	for _, v := range w {
		if v <= rule.Lowest*mean*(1+1e-6) || v >= rule.Highest*mean*(1-1e-6) {
			bounded++
		}
	}
	return rounds, bounded
}

// sums are the weights by category.
func (t target) sums(w []float64) []float64 {
	out := make([]float64, len(t.want))
	for i, c := range t.of {
		out[c] += w[i]
	}
	return out
}

// gap is the largest relative difference of a margin.
func gap(w []float64, targets []target) float64 {
	worst := 0.0
	for _, t := range targets {
		for c, got := range t.sums(w) {
			worst = max(worst, math.Abs(got-t.want[c])/t.want[c])
		}
	}
	return worst
}

// left names what is not reached.
func left(w []float64, targets []target, rule RakeRule, told Raking) []Unmet {
	why := fmt.Sprintf("Not reached in %d rounds: the margins may ask for combinations that nobody answered in.", told.Rounds)
	if told.Bounded > 0 {
		why = fmt.Sprintf("Not reached within the bounds of weights; answers at a bound: %d.", told.Bounded)
	}
	var out []Unmet
	for _, t := range targets {
		for c, got := range t.sums(w) {
			if math.Abs(got-t.want[c]) > rule.Tolerance*t.want[c] {
				out = append(out, Unmet{Margin: t.name, Category: t.labels[c], Want: t.want[c], Got: got, Why: why})
			}
		}
	}
	return out
}
