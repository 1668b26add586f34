package spatial

import "math"

// EmpiricalBayes smooths rates events/base towards the rate of all places, the more
// the smaller the base (Marshall 1991, global form): with m the overall rate and s2
// the spread of rates beyond chance, the weight of a place's own rate is
// s2/(s2 + m/base). A place without base gets the overall rate. It panics where the
// lists have unequal lengths.
func EmpiricalBayes(events, base []float64) []float64 {
	if len(events) != len(base) {
		panic("spatial: events and base have unequal lengths")
	}
	var e, b float64
	for i := range events {
		e += events[i]
		b += base[i]
	}
	out := make([]float64, len(events))
	if b == 0 {
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	m := e / b
	var spread float64
	for i := range events {
		if base[i] > 0 {
			d := events[i]/base[i] - m
			spread += base[i] * d * d
		}
	}
	s2 := max(0, spread/b-m/(b/float64(len(base))))
	for i := range events {
		if base[i] == 0 || s2 == 0 {
			out[i] = m
			continue
		}
		own := s2 / (s2 + m/base[i])
		out[i] = own*events[i]/base[i] + (1-own)*m
	}
	return out
}
