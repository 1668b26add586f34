package predict

import (
	"cmp"
	"math"
	"slices"

	"milieu/internal/stat"
)

// Likely is a pair with the probability that it ties in the two years after the time of the past.
type Likely struct {
	A, B        int32
	Probability float64
}

// Top are the most likely pairs, at most most; pairs that tie by number.
func (m Predictor) Top(p *Past, most int) []Likely {
	var out []Likely
	for _, k := range p.pairs(m.For, nil).pairs {
		out = append(out, Likely{k.a, k.b, stat.Logistic(m.Score(p, k.a, k.b))})
	}
	slices.SortFunc(out, func(x, y Likely) int {
		return cmp.Or(cmp.Compare(y.Probability, x.Probability), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return slices.Clone(out[:min(len(out), most)])
}

func expInterval(v, se float64) (lo, hi float64) {
	return math.Exp(v - float64(z95*se)), math.Exp(v + float64(z95*se))
}
