package cash

import (
	"fmt"
	"math"
)

// Additionality is what is left of a gross effect: Deadweight would have come about anyway, Leakage goes
// to people outside the area, Displacement is taken from others in it, Substitution is one
// activity swapped for another; Multiplier (1 when there is none) is what suppliers and
// earnings add. The four are shares, 0 to 1.
type Additionality struct {
	Deadweight, Leakage, Displacement, Substitution, Multiplier float64
}

// Whole is the additionality that takes nothing away and adds nothing.
func Whole() Additionality { return Additionality{Multiplier: 1} }

// Check says what is wrong: a share outside 0 to 1, a multiplier below 0.
func (a Additionality) Check() error {
	for _, s := range []struct {
		name  string
		share float64
	}{{"deadweight", a.Deadweight}, {"leakage", a.Leakage}, {"displacement", a.Displacement}, {"substitution", a.Substitution}} {
		if !(s.share >= 0 && s.share <= 1) {
			return fmt.Errorf("%s is %v; it is a share between 0 and 1", s.name, s.share)
		}
	}
	if !(a.Multiplier >= 0) || math.IsInf(a.Multiplier, 0) {
		return fmt.Errorf("the multiplier is %v; it is 1 when there is none, and not below 0", a.Multiplier)
	}
	return nil
}

// Factor is what a gross effect is multiplied with to be net (Homes and Communities Agency,
// Additionality Guide, 4th edition 2014).
func (a Additionality) Factor() float64 {
	return (1 - a.Deadweight) * (1 - a.Leakage) * (1 - a.Displacement) * (1 - a.Substitution) * a.Multiplier
}

// Impact is a gross effect with its additionality.
type Impact struct {
	Gross float64
	Additionality
}

// Net is the effect that is additional.
func (i Impact) Net() float64 { return i.Gross * i.Factor() }

// NetAdditional is the net effect of an intervention against the reference case, in which something
// would have happened too: the difference of the two net effects. Where the reference case is
// reckoned in this way, deadweight is in it and not in the intervention's shares as well.
func NetAdditional(with, reference Impact) float64 { return with.Net() - reference.Net() }

// Persistence is how an effect comes and goes, in years from the start of delivery: none for Delay
// years, rising evenly for RampUp years, whole for Full years, then losing the share Decay of what is
// left each year (1: all at once).
type Persistence struct {
	Delay, RampUp, Full int
	Decay               float64
}

// At is the share of the full effect in year t after the start, which is year 0.
func (p Persistence) At(t int) float64 {
	t -= p.Delay
	switch {
	case t < 0:
		return 0
	case t < p.RampUp:
		return float64(t+1) / float64(p.RampUp+1)
	case t < p.RampUp+p.Full:
		return 1
	}
	return math.Pow(min(max(1-p.Decay, 0), 1), float64(t-p.RampUp-p.Full+1))
}

// Profile is the shares of the years 0 to n-1.
func (p Persistence) Profile(n int) []float64 {
	out := make([]float64, max(n, 0))
	for t := range out {
		out[t] = p.At(t)
	}
	return out
}
