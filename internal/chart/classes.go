package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Classes parts values for a map or a legend: class k holds Bounds[k] < v <= Bounds[k+1], and the first also its lower
// bound. Bounds come from the data, so that a class never promises values that no area has beyond its ends.
type Classes struct {
	Method string    // "natural", "quantiles", "equal" or "given"
	Bounds []float64 // one more than there are classes, rising; none without values
	Counts []int     // values in each class
	Fit    float64   // goodness of variance fit: 1 - squares within classes / squares about the mean; 1 when all are equal
}

// MostClasses is how many classes a reader can tell apart on a map.
const MostClasses = 7

// Classify parts the values that are finite into at most k classes (2 to MostClasses). Inner holds the breaks of the
// method "given" and is not used by others. The error says in words what is wrong with method, k or breaks.
func Classify(method string, values []float64, k int, inner []float64) (Classes, error) {
	if method != "given" && (k < 2 || k > MostClasses) {
		return Classes{}, fmt.Errorf("%d classes: 2 to %d can be told apart on a map", k, MostClasses)
	}
	switch method {
	case "natural":
		return NaturalBreaks(values, k), nil
	case "quantiles":
		return Quantiles(values, k), nil
	case "equal":
		return EqualIntervals(values, k), nil
	case "given":
		if len(inner) < 1 || len(inner) >= MostClasses {
			return Classes{}, fmt.Errorf("%d breaks: give 1 to %d numbers that part the classes", len(inner), MostClasses-1)
		}
		for i, v := range inner {
			if !finite(v) || i > 0 && v <= inner[i-1] {
				return Classes{}, errors.New("the breaks must be numbers that rise, as in 0.5,1,2")
			}
		}
		return GivenBreaks(values, inner), nil
	}
	return Classes{}, fmt.Errorf("%q is not a way to make classes: natural, quantiles, equal or given", method)
}

// Quantiles puts about as many values into each of k classes. Breaks are linear quantiles (type 7 of Hyndman and Fan,
// 1996); breaks that fall together are one, so that fewer classes than k may come out.
func Quantiles(values []float64, k int) Classes {
	v := sorted(values)
	var upper []float64
	for i := 1; i <= k && len(v) > 0; i++ {
		at := float64(len(v)-1) * float64(i) / float64(k)
		lo := int(at)
		q := v[lo]
		if lo+1 < len(v) {
			q += (at - float64(lo)) * (v[lo+1] - v[lo])
		}
		upper = append(upper, q)
	}
	return classes("quantiles", v, upper)
}

// EqualIntervals cuts the span from the least to the largest value into k equal parts; some may be empty.
func EqualIntervals(values []float64, k int) Classes {
	v := sorted(values)
	var upper []float64
	if len(v) > 0 {
		lo, hi := v[0], v[len(v)-1]
		for i := 1; i < k; i++ {
			upper = append(upper, lo+(hi-lo)*float64(i)/float64(k))
		}
		upper = append(upper, hi)
	}
	return classes("equal", v, upper)
}

// GivenBreaks uses the reader's own breaks between classes, which rise. All classes stay, also empty ones, so that one
// set of breaks means the same on every map; the outer ends come from the data where it goes beyond the breaks.
func GivenBreaks(values []float64, inner []float64) Classes {
	v := sorted(values)
	if len(v) == 0 || len(inner) == 0 {
		return classes("given", v, nil)
	}
	c := Classes{Method: "given", Bounds: append([]float64{min(v[0], inner[0])}, inner...)}
	c.Bounds = append(c.Bounds, max(v[len(v)-1], inner[len(inner)-1]))
	c.count(v)
	return c
}

// NaturalBreaks gives the k classes with the least sum of squared distances to their own means (Fisher, On grouping
// for maximum homogeneity, 1958; Jenks, 1977), exactly. The dynamic programme uses that the best cut never moves back
// (divide and conquer), so it takes k·n·log n steps over n different values.
func NaturalBreaks(values []float64, k int) Classes {
	v := sorted(values)
	var at, weight []float64 // different values, and how often each comes
	for _, x := range v {
		if n := len(at); n > 0 && at[n-1] == x {
			weight[n-1]++
			continue
		}
		at, weight = append(at, x), append(weight, 1)
	}
	if len(at) <= k {
		return classes("natural", v, at)
	}
	p := newPartition(at, weight)
	var upper []float64
	for _, end := range p.cuts(k) {
		upper = append(upper, at[end-1])
	}
	return classes("natural", v, upper)
}

// partition holds running sums of the weighted values about their middle, so that the squares of any run are two
// subtractions and lose no digits to a far origin.
type partition struct{ w, s, q []float64 }

func newPartition(at, weight []float64) partition {
	n := len(at)
	p := partition{make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)}
	middle := at[n/2]
	for i, x := range at {
		d := x - middle
		p.w[i+1], p.s[i+1], p.q[i+1] = p.w[i]+weight[i], p.s[i]+weight[i]*d, p.q[i]+weight[i]*d*d
	}
	return p
}

// squares is the sum of squares of values from..to-1 about their mean.
func (p partition) squares(from, to int) float64 {
	s := p.s[to] - p.s[from]
	return max(p.q[to]-p.q[from]-s*s/(p.w[to]-p.w[from]), 0)
}

// cuts gives the end of each of the k best runs.
func (p partition) cuts(k int) []int {
	n := len(p.w) - 1
	cost := make([]float64, n+1)
	for i := 1; i <= n; i++ {
		cost[i] = p.squares(0, i)
	}
	from := make([][]int, k) // from[c][i]: where the last of c+1 runs over the first i values begins
	for c := 1; c < k; c++ {
		next := make([]float64, n+1)
		from[c] = make([]int, n+1)
		p.layer(cost, next, from[c], c+1, n, c, n-1)
		cost = next
	}
	ends := make([]int, k)
	for c, end := k-1, n; c >= 0; c-- {
		ends[c] = end
		if c > 0 {
			end = from[c][end]
		}
	}
	return ends
}

// layer fills next[lo..hi] from cost; the best cut of each lies between a and b.
func (p partition) layer(cost, next []float64, from []int, lo, hi, a, b int) {
	if lo > hi {
		return
	}
	mid := (lo + hi) / 2
	best, at := math.Inf(1), a
	for j := a; j <= min(b, mid-1); j++ {
		if v := cost[j] + p.squares(j, mid); v < best {
			best, at = v, j
		}
	}
	next[mid], from[mid] = best, at
	p.layer(cost, next, from, lo, mid-1, a, at)
	p.layer(cost, next, from, mid+1, hi, at, b)
}

// classes counts the sorted values v under their upper bounds; bounds that fall together are one.
func classes(method string, v, upper []float64) Classes {
	c := Classes{Method: method, Fit: 1}
	if len(v) == 0 {
		return c
	}
	c.Bounds = []float64{v[0]}
	for i, u := range upper {
		if i == 0 || u > c.Bounds[len(c.Bounds)-1] { // the first class may be one value alone
			c.Bounds = append(c.Bounds, u)
		}
	}
	if len(upper) == 0 {
		c.Bounds = append(c.Bounds, v[len(v)-1])
	}
	c.count(v)
	return c
}

// count fills in how many of the sorted values each class holds, and the fit.
func (c *Classes) count(v []float64) {
	c.Counts, c.Fit = make([]int, len(c.Bounds)-1), 1
	from, within := 0, 0.0
	for i := range c.Counts {
		to := sort.Search(len(v), func(j int) bool { return v[j] > c.Bounds[i+1] })
		c.Counts[i] = to - from
		within += squaresAboutMean(v[from:to])
		from = to
	}
	if all := squaresAboutMean(v); all > 0 {
		c.Fit = 1 - within/all
	}
}

func squaresAboutMean(v []float64) float64 {
	mean, sum := 0.0, 0.0
	for i, x := range v {
		d := x - mean
		mean += d / float64(i+1)
		sum += d * (x - mean) // Welford
	}
	return sum
}

func sorted(values []float64) []float64 {
	v := make([]float64, 0, len(values))
	for _, x := range values {
		if finite(x) {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	return v
}

// N is the number of classes.
func (c Classes) N() int { return len(c.Counts) }

// Of is the class of a value, -1 for one that is not finite or lies outside all classes.
func (c Classes) Of(v float64) int {
	if len(c.Bounds) < 2 || !finite(v) || v < c.Bounds[0] || v > c.Bounds[len(c.Bounds)-1] {
		return -1
	}
	return max(sort.SearchFloat64s(c.Bounds[1:], v), 0)
}

// Labels writes the bounds of each class, as in "0.5 to 1.2", with as many more decimals (up to three) as it takes to
// tell them apart.
func (c Classes) Labels(decimals int) []string {
	for d := decimals; ; d++ {
		texts := make([]string, len(c.Bounds))
		same := false
		for i, b := range c.Bounds {
			texts[i] = Number(b, d)
			same = same || i > 0 && b > c.Bounds[i-1] && texts[i] == texts[i-1]
		}
		if same && d < decimals+3 {
			continue
		}
		out := make([]string, c.N())
		for i := range out {
			if c.Method == "given" && (i == 0 || i == len(out)-1) { // the data ends where it ends; the class does not
				out[i] = "up to " + texts[1]
				if i > 0 {
					out[i] = "over " + texts[i]
				}
				continue
			}
			out[i] = texts[i] + " to " + texts[i+1]
			if texts[i] == texts[i+1] {
				out[i] = texts[i]
			}
		}
		return out
	}
}

// Way says in words how the classes were made.
func (c Classes) Way() string {
	switch c.Method {
	case "natural":
		return "Natural breaks: classes whose values differ least within (Fisher and Jenks)"
	case "quantiles":
		return "Quantiles: about as many areas in each class"
	case "equal":
		return "Equal intervals"
	case "given":
		return "Breaks as given"
	}
	return ""
}
