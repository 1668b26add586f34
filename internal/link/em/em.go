// Package em fits the Fellegi-Sunter model by expectation-maximisation (Winkler 1988)
// to counted patterns of agreement, without a labelled pair. It knows patterns and
// numbers; where they come from is its caller's.
package em

import (
	"maps"
	"math"
	"slices"
)

// Counts are how often each pattern of levels was seen: a byte a comparison, the
// level in it, Missing where a value is missing.
type Counts map[string]float64

// Missing stands in a pattern for a comparison that says nothing.
const Missing = 0xff

// Add counts a pattern; levels are -1 where missing.
func (c Counts) Add(levels []int8, n float64) {
	var buf [64]byte
	key := buf[:0]
	for _, l := range levels {
		key = append(key, byte(l))
	}
	c[string(key)] += n
}

// Patterns are the patterns in order, so that sums over them have the same bits
// every time.
func (c Counts) Patterns() []string { return slices.Sorted(maps.Keys(c)) }

// Total is the number of pairs counted.
func (c Counts) Total() float64 {
	sum := 0.0
	for _, p := range c.Patterns() {
		sum += c[p]
	}
	return sum
}

// Params are the numbers of the model.
type Params struct {
	Prior float64     // share of matches among the pairs counted
	M, U  [][]float64 // by comparison and level
}

// Options say what is held still.
type Options struct {
	FixU, FixM, FixPrior bool
	Out                  []bool // comparisons that are left out; their numbers stay
	Most                 int    // iterations, default 500
	Near                 float64
}

// Fit is the result of a fit.
type Fit struct {
	Params
	Iterations int
	Converged  bool
	// Matches and Others are, by comparison and level, the expected numbers of
	// matches and of other pairs seen there.
	Matches, Others [][]float64
}

const least = 1e-12

// Run fits the parameters, from start, to the patterns. A comparison in which
// nothing is seen keeps its numbers.
func Run(counts Counts, start Params, o Options) Fit {
	if o.Most == 0 {
		o.Most = 500
	}
	if o.Near == 0 {
		o.Near = 1e-7
	}
	patterns := counts.Patterns()
	f := Fit{Params: start.clone()}
	for f.Iterations < o.Most && !f.Converged {
		f.Iterations++
		f.Converged = f.step(counts, patterns, o) < o.Near
	}
	return f
}

// step does one iteration and returns how far the furthest number moved.
func (f *Fit) step(counts Counts, patterns []string, o Options) float64 {
	f.Matches, f.Others = zeros(f.M), zeros(f.M)
	total, matches := 0.0, 0.0
	for _, p := range patterns {
		n := counts[p]
		hit := n * f.chance(p, o.Out)
		total, matches = total+n, matches+hit
		for i := range len(p) {
			if l := p[i]; l != Missing {
				f.Matches[i][l] += hit
				f.Others[i][l] += n - hit
			}
		}
	}
	moved := 0.0
	if !o.FixPrior && total > 0 {
		moved = replace(&f.Prior, min(max(matches/total, least), 1-least))
	}
	for i := range f.M {
		if o.Out != nil && o.Out[i] {
			continue
		}
		if !o.FixM {
			moved = max(moved, shares(f.M[i], f.Matches[i]))
		}
		if !o.FixU {
			moved = max(moved, shares(f.U[i], f.Others[i]))
		}
	}
	return moved
}

// chance is the probability that a pair with the pattern is a match.
func (f *Fit) chance(p string, out []bool) float64 {
	w := math.Log2(f.Prior / (1 - f.Prior))
	for i := range len(p) {
		if l := p[i]; l != Missing && (out == nil || !out[i]) {
			w += math.Log2(max(f.M[i][l], least) / max(f.U[i][l], least))
		}
	}
	return 1 / (1 + math.Exp2(-w))
}

// Chance is the probability that a pair with the pattern is a match.
func (p Params) Chance(pattern string) float64 { return (&Fit{Params: p}).chance(pattern, nil) }

// shares sets to to the shares of from and returns how far the furthest moved.
func shares(to, from []float64) float64 {
	sum, moved := 0.0, 0.0
	for _, n := range from {
		sum += n
	}
	if sum <= 0 {
		return 0
	}
	for l := range to {
		moved = max(moved, replace(&to[l], from[l]/sum))
	}
	return moved
}

func replace(v *float64, by float64) float64 {
	was := *v
	*v = by
	return math.Abs(by - was)
}

func zeros(like [][]float64) [][]float64 {
	out := make([][]float64, len(like))
	for i := range like {
		out[i] = make([]float64, len(like[i]))
	}
	return out
}

func (p Params) clone() Params {
	q := Params{Prior: p.Prior}
	for i := range p.M {
		q.M, q.U = append(q.M, slices.Clone(p.M[i])), append(q.U, slices.Clone(p.U[i]))
	}
	return q
}
