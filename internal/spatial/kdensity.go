package spatial

import (
	"fmt"
	"math"
	"slices"
)

// KdQuestion asks for the K-density of the points of reference.
type KdQuestion struct {
	Points
	Reference []bool
	// Radii, each at least 0. Pairs farther apart than twice the largest take no
	// part in the bandwidth.
	Radii []float64
	// Weighted weighs a pair by the product of its weights.
	Weighted bool
	// Bandwidth; 0 is Silverman's rule (nrd0) on the distances up to twice the
	// largest radius.
	Bandwidth   float64
	Simulations int
	Seed        uint64
	Level       float64 // 0 is 0.95
	// Exact evaluates the kernel at each pair however many there are.
	Exact bool
}

// Kd is the K-density of Duranton and Overman (2005) at each radius: the density
// of the distances between pairs of points of reference of which at least one is
// inside the study area. It is estimated with a Gaussian kernel, reflected at 0,
// over all pairs: at radius r, the sum over pairs of w (phi((r-d)/h) +
// phi((r+d)/h)) / (h sum w). Its envelopes come from as many points drawn at
// random, without replacement, from all points ("existing sites"), with their
// weights; each draw has its own bandwidth unless one is given.
type Kd struct {
	Curve
	Bandwidth float64
	Pairs     int
	ZeroPairs int // unordered, among Pairs
	// BinError bounds the absolute error from counting distances on a narrow grid
	// (linear binning, as R's density), 0 where the kernel was evaluated at each
	// pair. The bandwidth is then from quartiles right to half a step of the grid.
	BinError float64
}

// maxExactPairs is how many pairs are evaluated one by one; beyond it distances are
// counted on a grid of kdBins steps up to twice the largest radius.
const (
	maxExactPairs = 20_000
	kdBins        = 1 << 13
)

// KDensity computes K_d and, with simulations, its envelopes.
func KDensity(q KdQuestion) (Kd, error) {
	if err := q.check(); err != nil {
		return Kd{}, err
	}
	if len(q.Reference) != q.Len() {
		panic("spatial: the lists of types have unequal lengths")
	}
	radii, back, err := rising(q.Radii)
	if err != nil {
		return Kd{}, err
	}
	if radii[len(radii)-1] == 0 {
		return Kd{}, fmt.Errorf("the largest radius is 0: K-density needs a range of distances")
	}
	refs := numbers(q.Len(), q.Reference)
	own := q.density(refs, radii)
	k := Kd{Bandwidth: own.h, Pairs: own.pairs, ZeroPairs: own.zero, BinError: own.binError}
	k.Value = own.value
	if q.Simulations > 0 {
		sims := make([][]float64, q.Simulations)
		parallel(len(sims), func(s int) {
			// Which points are inside moves with the draw: a drawn site is inside
			// where it stands.
			sims[s] = q.density(source(q.Seed, s).Perm(q.Len())[:len(refs)], radii).value
		})
		k.envelope(radii, sims, q.Level)
	}
	k.Curve = k.reorder(back)
	k.Radii = slices.Clone(q.Radii)
	return k, nil
}

// kdResult is one density.
type kdResult struct {
	value       []float64
	h, binError float64
	pairs, zero int
}

// density of the distances between the points of the list. Pairs of no weight, or
// distances without spread, leave it undefined.
func (q KdQuestion) density(refs []int, radii []float64) kdResult {
	d := q.distances(refs, 2*radii[len(radii)-1])
	out := kdResult{value: blank(len(radii)), pairs: d.pairs, zero: d.zero, h: q.Bandwidth}
	if out.h == 0 {
		out.h = d.bandwidth()
	}
	if !(out.h > 0) || !(d.total > 0) {
		return out
	}
	if d.width > 0 {
		// Sharing a distance between two grid points interpolates the kernel
		// linearly between them: off by at most width^2/8 times its largest second
		// derivative, 1/(sqrt(2 pi) h^3), twice for the reflection.
		out.binError = d.width * d.width / 4 / (math.Sqrt(2*math.Pi) * out.h * out.h * out.h)
	}
	for k, r := range radii {
		out.value[k] = d.at(r, out.h)
	}
	return out
}

// distances holds the distances of pairs, sorted, with their weights: one by one,
// or as the points of a grid.
type distances struct {
	d, w    []float64
	count   []int // pairs nearest to each, for the bandwidth
	total   float64
	limit   float64
	width   float64 // of a step of the grid; 0 without one
	pairs   int
	zero    int
	n       int // pairs up to the limit
	sum, sq float64
}

func (q KdQuestion) distances(refs []int, limit float64) distances {
	refs = slices.Clone(refs)
	slices.Sort(refs)
	d := distances{limit: limit}
	if n := len(refs); n*(n-1)/2 > maxExactPairs && !q.Exact {
		d.width = limit / kdBins
		d.d, d.w, d.count = make([]float64, kdBins+1), make([]float64, kdBins+1), make([]int, kdBins+1)
		for k := range d.d {
			d.d[k] = float64(k) * d.width
		}
	}
	for a, i := range refs {
		for _, j := range refs[a+1:] {
			if q.inside(i) || q.inside(j) {
				w := 1.0
				if q.Weighted {
					w = q.weight(i) * q.weight(j)
				}
				d.add(math.Sqrt(square(q.X[i]-q.X[j], q.Y[i]-q.Y[j])), w)
			}
		}
	}
	if d.width == 0 {
		d.sort()
	}
	return d
}

func (d *distances) add(dist, w float64) {
	d.pairs++
	d.total += w
	if dist == 0 {
		d.zero++
	}
	if dist > d.limit {
		return
	}
	d.n++
	d.sum += dist
	d.sq += dist * dist
	if d.width == 0 {
		d.d, d.w, d.count = append(d.d, dist), append(d.w, w), append(d.count, 1)
		return
	}
	at := dist / d.width
	k := min(int(at), kdBins-1)
	above := at - float64(k)
	d.w[k] += w * (1 - above)
	d.w[k+1] += w * above
	if above >= 0.5 {
		k++
	}
	d.count[k]++
}

func (d *distances) sort() {
	order := make([]int, len(d.d))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(d.d[a], d.d[b]) })
	dist, w := make([]float64, len(order)), make([]float64, len(order))
	for k, at := range order {
		dist[k], w[k] = d.d[at], d.w[at]
	}
	d.d, d.w = dist, w
}

// bandwidth is Silverman's rule of thumb, 0.9 min(sd, IQR/1.34) n^(-1/5), on the
// distances up to the limit, with the rules of R's bw.nrd0 where one of the two is
// 0. Weights take no part.
func (d *distances) bandwidth() float64 {
	if d.n < 2 {
		return math.NaN()
	}
	n := float64(d.n)
	m := d.sum / n
	ss := d.sq - n*m*m
	if d.width == 0 { // without the cancellation, where that is possible
		ss = 0
		for _, dist := range d.d {
			ss += (dist - m) * (dist - m)
		}
	}
	sd := math.Sqrt(max(ss, 0) / (n - 1))
	lo := min(sd, (d.quantile(0.75)-d.quantile(0.25))/1.34)
	if lo == 0 {
		lo = sd
	}
	if lo == 0 && len(d.d) > 0 {
		lo = d.d[0]
	}
	if lo == 0 {
		lo = 1
	}
	return 0.9 * lo * math.Pow(n, -0.2)
}

// quantile of type 7 of the counted distances.
func (d *distances) quantile(p float64) float64 {
	h := p * float64(d.n-1)
	k := int(h)
	lo, hi := d.order(k), d.order(min(k+1, d.n-1))
	return lo + (h-float64(k))*(hi-lo)
}

// order is the k-th smallest distance, from 0.
func (d *distances) order(k int) float64 {
	if d.width == 0 {
		return d.d[k]
	}
	for b, c := range d.count {
		if k < c {
			return d.d[b]
		}
		k -= c
	}
	return d.d[len(d.d)-1]
}

// reach is how many bandwidths away a pair still counts: the kernel there is
// 1e-17 of its middle.
const reach = 9

func (d *distances) at(r, h float64) float64 {
	from, _ := slices.BinarySearch(d.d, r-reach*h)
	var s float64
	for k := from; k < len(d.d) && d.d[k] <= r+reach*h; k++ {
		if d.w[k] != 0 {
			s += d.w[k] * (gauss((r-d.d[k])/h) + gauss((r+d.d[k])/h))
		}
	}
	return s / (h * d.total)
}

func gauss(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }
