package sampling

import "math"

// Change is after less before, for two samples that are independent, such as two waves of which each drew its firms anew. The
// interval comes from both intervals (MOVER: Zou & Donner 2008; for shares Newcombe 1998), at their confidence, so that it
// holds for shares near 0 and 1 as well. Where many of the same firms answered in both it is on the wide side.
func Change(before, after Estimate) Estimate {
	e := Estimate{
		Value: after.Value - before.Value, SE: math.Hypot(before.SE, after.SE),
		N: before.N + after.N, Weight: after.Weight, DF: before.DF + after.DF,
		DesignEffect: math.NaN(), Effective: before.Effective + after.Effective, Method: Mover,
	}
	e.Lo = e.Value - math.Hypot(after.Value-after.Lo, before.Hi-before.Value)
	e.Hi = e.Value + math.Hypot(after.Hi-after.Value, before.Value-before.Lo)
	if before.Method == None || after.Method == None {
		// The widest that the two leave: all of 0 to 1 for shares.
		e.Lo, e.Hi, e.Method = after.Lo-before.Hi, after.Hi-before.Lo, None
	}
	return e
}
