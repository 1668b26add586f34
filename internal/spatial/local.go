package spatial

import (
	"math"
	"math/rand/v2"
)

// Quadrant is where a place and its neighbours stand against the mean.
type Quadrant int

// The quadrants of the Moran scatter plot; None where there is no neighbour or no
// variation.
const (
	None Quadrant = iota
	HighHigh
	LowLow
	HighLow // high among low
	LowHigh // low among high
)

func (q Quadrant) String() string {
	return [...]string{"", "high-high", "low-low", "high-low", "low-high"}[q]
}

// LocalMoran is the local Moran I of one place (Anselin 1995), z_i/m2 sum w_ij z_j
// with m2 = z'z/n, so that the mean over the places is S0/n times the global I
// (esda divides by z'z/(n-1)).
type LocalMoran struct {
	I        float64
	Quadrant Quadrant
	// P is the two-sided p of the conditional permutation: twice (larger+1)/(R+1)
	// of the side with fewer simulations at least as far out, at most 1. esda's
	// p_sim is that one side. Not a number for islands.
	P float64
}

// LocalMorans computes the local Moran of each place, with r conditional
// permutations: the place keeps its value, the others are shuffled over its
// neighbours. No table of simulations is kept. It panics where y has another
// length than w.
func LocalMorans(y []float64, w Weights, r int, seed uint64) []LocalMoran {
	w.fit(y)
	s := spreadOf(y)
	out := make([]LocalMoran, w.n)
	parallel(blocks(w.n), func(b int) {
		p := permuter{others: make([]int32, max(w.n-1, 0))}
		for i := b * block; i < min((b+1)*block, w.n); i++ {
			out[i] = s.local(i, w, r, seed, &p)
		}
	})
	return out
}

func (s spread) local(i int, w Weights, r int, seed uint64, p *permuter) LocalMoran {
	to, ws := w.Row(i)
	if !s.usable || w.Neighbours(i) == 0 {
		return LocalMoran{I: math.NaN(), P: math.NaN()}
	}
	var lag float64
	for k, j := range to {
		lag += ws[k] * s.z[j]
	}
	m := LocalMoran{I: s.z[i] * lag * s.n / s.sum2, Quadrant: quadrant(s.z[i], lag), P: math.NaN()}
	if r > 0 {
		larger, smaller := p.count(i, s.z, to, ws, lag, r, source(seed, i))
		m.P = min(1, 2*float64(min(larger, smaller)+1)/float64(r+1))
	}
	return m
}

func quadrant(z, lag float64) Quadrant {
	switch {
	case z > 0 && lag > 0:
		return HighHigh
	case z <= 0 && lag <= 0:
		return LowLow
	case z > 0:
		return HighLow
	}
	return LowHigh
}

// permuter draws neighbours from the other places.
type permuter struct{ others []int32 }

// count draws r sets of neighbours and counts those whose lag is at least, and at
// most, the one observed. The value of the place itself is fixed, so comparing lags
// compares the local Moran (with the order turned where its own deviation is below
// 0, which the smaller of the two counts does not feel). A weight on the place itself stays.
func (p *permuter) count(i int, z []float64, to []int32, ws []float64, lag float64, r int, rnd *rand.Rand) (larger, smaller int) {
	for k := range p.others {
		p.others[k] = int32(k)
		if k >= i {
			p.others[k]++
		}
	}
	tolerance := 1e-12 * math.Abs(lag)
	for range r {
		var l float64
		used := 0
		for k, j := range to {
			if int(j) == i {
				l += ws[k] * z[i]
				continue
			}
			at := used + rnd.IntN(len(p.others)-used)
			p.others[used], p.others[at] = p.others[at], p.others[used]
			l += ws[k] * z[p.others[used]]
			used++
		}
		if l >= lag-tolerance {
			larger++
		}
		if l <= lag+tolerance {
			smaller++
		}
	}
	return larger, smaller
}
