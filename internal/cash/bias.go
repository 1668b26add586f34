package cash

import "fmt"

// Bias is optimism bias as a share of cost (or of duration): what past projects of a type overran
// when nothing was done about it, and when all that contributes to it was managed.
type Bias struct{ Upper, Lower float64 }

// Mitigated is the bias that is left when a share of what contributes to it, 0 to 1, is managed: the
// upper bound less that share of it, but never below the lower bound (Green Book
// supplementary guidance on optimism bias, steps 3 and 4).
func (b Bias) Mitigated(share float64) float64 {
	share = min(max(share, 0), 1)
	return max(b.Upper*(1-share), min(b.Lower, b.Upper))
}

// BiasPart is one type of work in a project of several, with its weight: its share of cost, or of
// duration.
type BiasPart struct {
	Bias   Bias
	Weight float64
}

// CombineBias is the bias of a project of several types of work, weighted by what each has of the
// cost (or of the duration).
func CombineBias(parts []BiasPart) (Bias, error) {
	var sum, upper, lower float64
	for _, p := range parts {
		if !(p.Weight >= 0) {
			return Bias{}, fmt.Errorf("a type of work has the weight %v; weights are shares of cost and not below 0", p.Weight)
		}
		sum += p.Weight
		upper += p.Weight * p.Bias.Upper
		lower += p.Weight * p.Bias.Lower
	}
	if sum == 0 {
		return Bias{}, fmt.Errorf("no type of work has a weight above 0; give at least one its share of cost")
	}
	return Bias{Upper: upper / sum, Lower: lower / sum}, nil
}
