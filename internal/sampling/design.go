package sampling

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Sampled is how answers came about: a row an answer, all slices of one length.
type Sampled struct {
	Strata   []string           // of each answer; nil: all in one stratum, named ""
	Sizes    map[string]float64 // sampling units in the frame by stratum: firms, or clusters where Clusters is given
	Clusters []string           // drawn together; nil: each answer was drawn by itself
	Weights  []float64          // firms that each answer stands for; nil: Sizes over the answers of the stratum
}

// Design is a sample with what is needed to weigh it and to reckon variances. It does not change: Rake returns another.
type Design struct {
	weights  []float64
	strata   []drawn       // sorted by key
	unit     []int         // of each answer, its sampling unit, numbered over all strata
	units    int           // sampling units
	missing  []string      // strata with firms and no answer
	adjusted []calibration // in the order in which weights were raked
}

// drawn is a stratum with answers.
type drawn struct {
	key   string
	rows  []int
	units []int   // its sampling units, ascending
	size  float64 // sampling units in the frame; 0 is not known, and without correction
}

// left is the finite population correction: the part of the stratum that was not drawn.
func (s drawn) left() float64 {
	if s.size == 0 {
		return 1
	}
	return 1 - float64(len(s.units))/s.size
}

// NewDesign makes a design. It fails where a stratum has more sampling units than its size, where a stratum has neither size
// nor weights, and where a weight is not above 0.
func NewDesign(s Sampled) (Design, error) {
	n, err := s.rows()
	if err != nil {
		return Design{}, err
	}
	byKey, d := map[string]*drawn{}, Design{unit: make([]int, n)}
	numbers := map[[2]string]int{}
	for i := range n {
		key := at(s.Strata, i)
		if byKey[key] == nil {
			byKey[key] = &drawn{key: key, size: s.Sizes[key]}
		}
		st, label := byKey[key], fmt.Sprint(i)
		if s.Clusters != nil {
			label = s.Clusters[i]
		}
		u, known := numbers[[2]string{key, label}]
		if !known {
			u = len(numbers)
			numbers[[2]string{key, label}] = u
			st.units = append(st.units, u)
		}
		st.rows, d.unit[i] = append(st.rows, i), u
	}
	d.units = len(numbers)
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		d.strata = append(d.strata, *byKey[key])
	}
	for _, key := range slices.Sorted(maps.Keys(s.Sizes)) {
		if size := s.Sizes[key]; !(size >= 0) || !finite(size) {
			return Design{}, fmt.Errorf("stratum %q has a size of %v; it is a number of firms", key, size)
		} else if byKey[key] == nil && size > 0 {
			d.missing = append(d.missing, key)
		}
	}
	if err := d.checkSizes(s.Clusters != nil); err != nil {
		return Design{}, err
	}
	d.weights, err = d.first(s.Weights, n)
	return d, err
}

// rows is how many answers there are.
func (s Sampled) rows() (int, error) {
	n := max(len(s.Strata), len(s.Clusters), len(s.Weights))
	wrong := func(name string, k int) (int, error) {
		return 0, fmt.Errorf("%d %s are given for %d answers", k, name, n)
	}
	switch {
	case s.Strata != nil && len(s.Strata) != n:
		return wrong("strata", len(s.Strata))
	case s.Clusters != nil && len(s.Clusters) != n:
		return wrong("clusters", len(s.Clusters))
	case s.Weights != nil && len(s.Weights) != n:
		return wrong("weights", len(s.Weights))
	}
	return n, nil
}

func at(s []string, i int) string {
	if s == nil {
		return ""
	}
	return s[i]
}

// checkSizes holds what was drawn against the frame.
func (d Design) checkSizes(clusters bool) error {
	what := "answers"
	if clusters {
		what = "clusters"
	}
	for _, s := range d.strata {
		if s.size > 0 && float64(len(s.units)) > s.size {
			return fmt.Errorf("stratum %q has %d %s and the frame has %v; the answers or the frame are of another survey", s.key, len(s.units), what, s.size)
		}
	}
	return nil
}

// first are the design weights.
func (d Design) first(given []float64, n int) ([]float64, error) {
	if given != nil {
		for i, w := range given {
			if !(w > 0) || !finite(w) {
				return nil, fmt.Errorf("the weight of answer %d is %v; it is above 0", i+1, w)
			}
		}
		return slices.Clone(given), nil
	}
	out := make([]float64, n)
	for _, s := range d.strata {
		if s.size == 0 {
			return nil, fmt.Errorf("stratum %q has %d answers, no size in the frame and no weights; give one of them", s.key, len(s.rows))
		}
		for _, i := range s.rows {
			out[i] = s.size / float64(len(s.units))
		}
	}
	return out, nil
}

// N is the number of answers.
func (d Design) N() int { return len(d.weights) }

// Weights are the firms of the frame that each answer stands for.
func (d Design) Weights() []float64 { return slices.Clone(d.weights) }

// Missing names the strata that have firms and no answer. Results say nothing of them, unless the answers are raked to
// margins, when those of other strata stand for them.
func (d Design) Missing() []string { return slices.Clone(d.missing) }

// Single names the strata of several units from which one answered. One unit shows no variance: its distance from the mean
// of all units is taken instead, which is on the wide side (option "adjust" of R's survey).
func (d Design) Single() []string {
	var out []string
	for _, s := range d.strata {
		if len(s.units) == 1 && s.size != 1 {
			out = append(out, s.key)
		}
	}
	return out
}

// Kish is the design effect of unequal weights, 1 + cv² (Kish 1965, section 11.7), among the answers that are in; nil is all.
// It is 1 where there are none.
func (d Design) Kish(in []bool) float64 {
	sum, squares, n := d.moments(in)
	if n == 0 {
		return 1
	}
	return float64(n) * squares / (sum * sum)
}

// Effective is the number of answers with equal weights that are worth as much (Kish 1965): the square of the sum of weights
// over the sum of their squares.
func (d Design) Effective(in []bool) float64 {
	sum, squares, n := d.moments(in)
	if n == 0 {
		return 0
	}
	return sum * sum / squares
}

func (d Design) moments(in []bool) (sum, squares float64, n int) {
	for i, w := range d.weights {
		if in == nil || in[i] {
			sum, squares, n = sum+w, squares+w*w, n+1
		}
	}
	return sum, squares, n
}

// freedom is the number of sampling units less that of strata with answers that are in.
func (d Design) freedom(in []bool) int {
	df, seen := 0, make([]bool, d.units)
	for _, s := range d.strata {
		answered := false
		for _, i := range s.rows {
			if in != nil && !in[i] {
				continue
			}
			answered = true
			if !seen[d.unit[i]] {
				seen[d.unit[i]] = true
				df++
			}
		}
		if answered {
			df--
		}
	}
	return df
}

// variance is that of the sum of x, each the weight of an answer times its influence on the result. A stratum of which one
// unit of several answered has that unit's distance from middle, the mean of all units: 0 for means and ratios.
func (d Design) variance(x []float64, middle float64) float64 {
	x = slices.Clone(x)
	for _, c := range d.adjusted {
		c.clear(x)
	}
	totals := make([]float64, d.units)
	for i, v := range x {
		totals[d.unit[i]] += v
	}
	out := 0.0
	for _, s := range d.strata {
		left := s.left()
		if left < 1e-12 {
			continue // all were asked
		}
		n, mean := float64(len(s.units)), 0.0
		if n == 1 {
			dev := totals[s.units[0]] - middle
			out += left * dev * dev
			continue
		}
		for _, u := range s.units {
			mean += totals[u] / n
		}
		squares := 0.0
		for _, u := range s.units {
			dev := totals[u] - mean
			squares += dev * dev
		}
		out += left * n / (n - 1) * squares
	}
	return math.Max(0, out)
}
