package telling

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"milieu/internal/survey/result"
)

// Moves says how many figures moved between two waves, and how many of these chance explains.
type Moves struct {
	Of       int // differences that can be told
	Beyond   int // whose own 95 % interval leaves out no change
	ByChance int // that would be so on average though nothing had changed, rounded up
	Held     int // that remain when all are judged together at 95 % (Bonferroni)
}

// MovesOf counts the differences of all questions that two waves asked alike. An interval is widened for judging all together in
// the ratio of the normal quantiles; where it reaches differently far to both sides, the side of no change counts.
func MovesOf(list []result.Comparison) Moves {
	var m Moves
	var far []float64
	for _, c := range list {
		for _, x := range c.Changes {
			if x.Hidden {
				continue
			}
			m.Of++
			if x.Lower > 0 || x.Upper < 0 {
				m.Beyond++
				far = append(far, farness(x))
			}
		}
	}
	if m.Of == 0 {
		return m
	}
	m.ByChance = int(math.Ceil(float64(m.Of) / 20))
	limit := distuv.UnitNormal.Quantile(1-0.025/float64(m.Of)) / distuv.UnitNormal.Quantile(0.975)
	for _, f := range far {
		if f > limit {
			m.Held++
		}
	}
	return m
}

// farness is how far a difference lies from none, as a multiple of the part of its interval on that side.
func farness(x result.Change) float64 {
	half := x.Difference - x.Lower
	if x.Difference < 0 {
		half = x.Upper - x.Difference
	}
	if half <= 0 {
		return 0 // nothing is known of how far chance reaches
	}
	return math.Abs(x.Difference) / half
}
