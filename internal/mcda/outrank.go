package mcda

import (
	"fmt"
	"math"
)

// table checks raw values by option and criterion, with a weight each criterion.
func table(raw [][]float64, weights []float64, less []bool) error {
	if len(raw) == 0 || len(weights) == 0 {
		return fmt.Errorf("there are %d options and %d criteria: give at least one of each", len(raw), len(weights))
	}
	if len(less) != len(weights) {
		return fmt.Errorf("%d directions for %d criteria", len(less), len(weights))
	}
	for i, row := range raw {
		if len(row) != len(weights) {
			return fmt.Errorf("option %d has %d values for %d criteria", i+1, len(row), len(weights))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("option %d has no number for criterion %d", i+1, j+1)
			}
		}
	}
	return (WeightSet{Fixed: weights}).check(len(weights))
}

// TOPSIS is the closeness of each option to the best values of all, between 0 and 1 (Hwang & Yoon 1981): values are
// divided by the length of their column, less says of which criteria less is better. It is NaN for all when the options
// are the same. Its ranks can turn when an option is added (see Reversals).
func TOPSIS(raw [][]float64, weights []float64, less []bool) ([]float64, error) {
	if err := table(raw, weights, less); err != nil {
		return nil, err
	}
	toBest, toWorst := make([]float64, len(raw)), make([]float64, len(raw))
	for j, w := range weights {
		length, low, high := 0.0, math.Inf(1), math.Inf(-1)
		for _, row := range raw {
			length = math.Hypot(length, row[j])
			low, high = min(low, row[j]), max(high, row[j])
		}
		if length == 0 {
			continue // all are 0: none is nearer
		}
		if less[j] {
			low, high = high, low
		}
		for i, row := range raw {
			toBest[i] = math.Hypot(toBest[i], w*(row[j]-high)/length)
			toWorst[i] = math.Hypot(toWorst[i], w*(row[j]-low)/length)
		}
	}
	out := make([]float64, len(raw))
	for i := range out {
		out[i] = toWorst[i] / (toWorst[i] + toBest[i])
	}
	return out, nil
}

// Threshold is when a difference counts in PROMETHEE: not at all up to Indifferent, fully from Preferred, straight between
// (shape V with indifference). The zero value is the usual shape: any difference counts fully.
type Threshold struct{ Indifferent, Preferred float64 }

func (t Threshold) preference(d float64) float64 {
	switch {
	case d <= t.Indifferent || d <= 0:
		return 0
	case d >= t.Preferred:
		return 1
	}
	return (d - t.Indifferent) / (t.Preferred - t.Indifferent)
}

// Flows are how far an option is preferred to the others, how far they are to it, and the difference.
type Flows struct{ Plus, Minus, Net float64 }

// Promethee is PROMETHEE II (Brans & Vincke 1985). Thresholds may be nil, which is the usual shape for all criteria.
// Its ranks can turn when an option is added (see Reversals).
func Promethee(raw [][]float64, weights []float64, less []bool, t []Threshold) ([]Flows, error) {
	if err := table(raw, weights, less); err != nil {
		return nil, err
	}
	if t == nil {
		t = make([]Threshold, len(weights))
	}
	if len(t) != len(weights) {
		return nil, fmt.Errorf("%d thresholds for %d criteria", len(t), len(weights))
	}
	for j, h := range t {
		if !(h.Indifferent >= 0 && h.Preferred >= h.Indifferent) {
			return nil, fmt.Errorf("criterion %d: a difference counts from %g and fully from %g; give the smaller first, at least 0", j+1, h.Indifferent, h.Preferred)
		}
	}
	out := make([]Flows, len(raw))
	for i := range raw {
		for k := range raw {
			if i == k {
				continue
			}
			for j, w := range weights {
				d := raw[i][j] - raw[k][j]
				if less[j] {
					d = -d
				}
				p := w * t[j].preference(d) / float64(len(raw)-1)
				out[i].Plus += p
				out[k].Minus += p
			}
		}
	}
	for i := range out {
		out[i].Net = out[i].Plus - out[i].Minus
	}
	return out, nil
}
