package spatial

import (
	"math"
	"slices"
)

// Curve is a measure by distance with what chance allows. Lists have one entry a
// radius; values that are not defined are not numbers. Lo, Hi, GlobalLo, GlobalHi
// and Mean are nil without simulations.
type Curve struct {
	Radii, Value []float64
	// Lo and Hi are the pointwise band: at each single radius, (1-Level)/2 of the
	// simulations lie below and above (quantiles of type 7, as R). Over many radii
	// a curve of pure chance leaves it at some radius far more often.
	Lo, Hi []float64
	// GlobalLo and GlobalHi bound whole curves: a curve of pure chance leaves this
	// band at any radius with probability 1-Level only.
	GlobalLo, GlobalHi []float64
	Mean               []float64 // of the simulations
	// P is the p-value of the whole curve: (1 + simulations at least as far from
	// the mean)/(1 + simulations). Not a number without simulations.
	P           float64
	Simulations int
}

// envelope fills the bands from simulated curves.
//
// The global band is the directional quantile test of Myllymäki, Mrkvička,
// Grabarnik, Seijo and Hahn (2017), section 3: how far a curve is from the mean,
// at each radius in units of the distance from the mean to the 2.5 % and 97.5 %
// quantiles, and then the largest over the radii. Mean and quantiles are of the
// simulations and the observed curve together, which are exchangeable under
// chance, so that the p-value is exact. A radius at which any curve is undefined
// has no band and takes no part.
func (c *Curve) envelope(radii []float64, sims [][]float64, level float64) {
	if level == 0 {
		level = 0.95
	}
	n := len(radii)
	c.Simulations, c.P = len(sims), math.NaN()
	c.Lo, c.Hi, c.Mean = blank(n), blank(n), blank(n)
	c.GlobalLo, c.GlobalHi = blank(n), blank(n)
	frames := make([]frame, n)
	for k := range n {
		at := make([]float64, 0, len(sims)+1)
		for _, s := range sims {
			at = append(at, s[k])
		}
		if slices.ContainsFunc(at, math.IsNaN) {
			continue
		}
		c.Mean[k] = mean(at)
		slices.Sort(at)
		c.Lo[k], c.Hi[k] = quantile(at, (1-level)/2), quantile(at, (1+level)/2)
		if v := c.Value[k]; !math.IsNaN(v) {
			at = append(at, v)
			slices.Sort(at)
			frames[k] = frame{true, mean(at), quantile(at, 0.025), quantile(at, 0.975)}
		}
	}
	c.global(frames, sims, level)
}

// frame is the scale of one radius.
type frame struct {
	known        bool
	mean, lo, hi float64
}

// off is how far v is from the mean, in units of the distance to the quantile on
// its side.
func (f frame) off(v float64) float64 {
	d, unit := v-f.mean, f.hi-f.mean
	if d < 0 {
		d, unit = -d, f.mean-f.lo
	}
	switch {
	case d == 0:
		return 0
	case unit <= 0:
		return math.Inf(1)
	}
	return d / unit
}

func farthest(frames []frame, curve []float64) float64 {
	most := 0.0
	for k, f := range frames {
		if f.known {
			most = max(most, f.off(curve[k]))
		}
	}
	return most
}

func (c *Curve) global(frames []frame, sims [][]float64, level float64) {
	if !slices.ContainsFunc(frames, func(f frame) bool { return f.known }) {
		return
	}
	own, as := farthest(frames, c.Value), 1
	all := []float64{own}
	for _, s := range sims {
		u := farthest(frames, s)
		if u >= own {
			as++
		}
		all = append(all, u)
	}
	c.P = float64(as) / float64(len(sims)+1)
	// The curve is outside exactly where P is at most 1-level: the bound is the
	// largest that fewer than that share of the curves reach or pass.
	slices.SortFunc(all, func(a, b float64) int { return -compare(a, b) })
	// The small addition keeps 0.05*20 from rounding below 1.
	rank := int((1-level)*float64(len(all)) + 1e-9)
	if rank >= len(all) {
		return
	}
	bound := all[rank]
	for k, f := range frames {
		if f.known && !math.IsInf(bound, 1) {
			// Neither measure is ever below 0, so a bound below it says no more than 0.
			c.GlobalLo[k], c.GlobalHi[k] = max(0, f.mean-bound*(f.mean-f.lo)), f.mean+bound*(f.hi-f.mean)
		}
	}
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// reorder gives the curve at the radii asked for.
func (c Curve) reorder(back []int) Curve {
	for _, list := range []*[]float64{&c.Value, &c.Lo, &c.Hi, &c.GlobalLo, &c.GlobalHi, &c.Mean} {
		if *list == nil {
			continue
		}
		out := make([]float64, len(back))
		for k, at := range back {
			out[k] = (*list)[at]
		}
		*list = out
	}
	return c
}

func blank(n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = math.NaN()
	}
	return out
}

func mean(values []float64) float64 {
	var s float64
	for _, v := range values {
		s += v
	}
	return s / float64(len(values))
}

// quantile is the quantile of sorted values by linear interpolation between order
// statistics (type 7 of Hyndman and Fan 1996, the default of R and NumPy).
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	k := int(h)
	if k+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + (h-float64(k))*(sorted[k+1]-sorted[k])
}
