package choice

import (
	"fmt"
	"math"

	"milieu/internal/chance"
)

// sum adds up the draws.
func (d *drawer) sum() DrawResult {
	out := DrawResult{N: d.n, Seed: d.o.Seed}
	n := len(d.p.Options)
	count := make([]int, n)
	solved := 0
	var best, base, regret []float64
	wins, fitting := 0, 0
	for _, w := range d.out {
		if !w.done {
			continue
		}
		out.Done++
		if w.infeasible {
			out.Infeasible++
		} else if !w.proven {
			out.Unproven++
		}
		base = append(base, w.base)
		if w.baseFits {
			fitting++
		}
		if w.x == nil {
			continue
		}
		solved++
		best = append(best, w.best)
		for j := range n {
			if w.x[j] {
				count[j]++
			}
		}
		if w.baseFits {
			loss := w.best - w.base
			if loss <= 1e-9*math.Abs(w.best) { // sums in another order
				loss = 0
				if w.proven {
					wins++
				}
			}
			regret = append(regret, loss)
		}
	}
	tally := map[string]int{}
	for j, o := range d.p.Options {
		share := 0.0
		if solved > 0 {
			share = float64(count[j]) / float64(solved)
		}
		v := OptionDraws{ID: o.ID, Share: share, Class: classOf(share)}
		tally[v.Class]++
		out.Options = append(out.Options, v)
	}
	out.Value = spread(best)
	if d.base != nil && out.Done > 0 {
		out.Base = &BaseDraws{Best: float64(wins) / float64(out.Done), Feasible: float64(fitting) / float64(out.Done), Value: spread(base), Regret: spread(regret)}
	}
	out.Says = fmt.Sprintf("of %d options %d are core (chosen in at least %s of %d draws), %d borderline and %d exterior (in at most %s)",
		n, tally[Core], percent(CoreShare), solved, tally[Borderline], tally[Exterior], percent(ExteriorShare))
	return out
}

func classOf(share float64) string {
	switch {
	case share >= CoreShare:
		return Core
	case share <= ExteriorShare+1e-12:
		return Exterior
	}
	return Borderline
}

// spread is zero where there are no values: NaN cannot be written as JSON.
func spread(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	s := chance.Summarise(values, 0.9)
	return Spread{s.Mean, s.Low, s.High}
}
