// Package spatial measures how values and points lie in space: the M function of
// Marcon and Puech and the K-density of Duranton and Overman with envelopes of
// what chance allows, spatial weights, and global and local autocorrelation
// (Moran, Geary, Getis-Ord). Density clusters are in spatial/density.
//
// Positions are planar, in one unit for both axes (metres of the British National
// Grid); nothing here knows degrees. Random numbers come from a seed that the
// caller gives. Work is shared among goroutines in such a way that the result does
// not depend on their number.
package spatial

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

// Points are positions with weights, by index.
type Points struct {
	X, Y []float64
	// Weight is at least 0; nil is 1 for each point.
	Weight []float64
	// Outside marks points of the buffer around the study area: they are
	// neighbours, never points of reference. nil is none.
	Outside []bool
}

// Len is the number of points.
func (p Points) Len() int { return len(p.X) }

func (p Points) weight(i int) float64 {
	if p.Weight == nil {
		return 1
	}
	return p.Weight[i]
}

func (p Points) inside(i int) bool { return p.Outside == nil || !p.Outside[i] }

// check panics where the lengths differ, which is the caller's mistake, and
// returns an error for data that no method can use.
func (p Points) check() error {
	n := len(p.X)
	if len(p.Y) != n || p.Weight != nil && len(p.Weight) != n || p.Outside != nil && len(p.Outside) != n {
		panic("spatial: the lists of points have unequal lengths")
	}
	for i := range n {
		if !finite(p.X[i]) || !finite(p.Y[i]) {
			return fmt.Errorf("point %d is at (%v, %v): positions are finite numbers", i+1, p.X[i], p.Y[i])
		}
		if w := p.weight(i); !(w >= 0) || math.IsInf(w, 1) {
			return fmt.Errorf("point %d has weight %v: weights are at least 0", i+1, w)
		}
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// square is the squared distance, rounded the same on every machine: without the
// conversions a compiler may fuse the multiplication and the addition.
func square(dx, dy float64) float64 { return float64(dx*dx) + float64(dy*dy) }

// ZeroPairs counts the ordered pairs of a point of reference (inside the study
// area) and another point at exactly the same position.
func ZeroPairs(p Points, reference []bool) int {
	at := map[[2]float64]int{}
	for i := range p.X {
		at[[2]float64{p.X[i], p.Y[i]}]++
	}
	n := 0
	for i := range p.X {
		if reference[i] && p.inside(i) {
			n += at[[2]float64{p.X[i], p.Y[i]}] - 1
		}
	}
	return n
}

// source is the stream of random numbers number k of a seed.
func source(seed uint64, k int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(k))) }

// parallel runs f for 0..n-1 on all processors. What f writes must belong to its
// own number alone, so that the order of the calls does not matter.
func parallel(n int, f func(k int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for k := range n {
			f(k)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= n {
					return
				}
				f(k)
			}
		})
	}
	wg.Wait()
}
