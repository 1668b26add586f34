package spatial

import (
	"fmt"
	"math"
	"slices"
)

// MQuestion asks for the M function.
type MQuestion struct {
	Points
	// Reference marks the points whose surroundings are looked at, Neighbour
	// those that are looked for; the two may be the same list.
	Reference, Neighbour []bool
	// Radii, each at least 0, in any order.
	Radii []float64
	// Simulations is the number of random labellings; 0 makes no envelope.
	Simulations int
	Seed        uint64
	// Level of the envelopes; 0 is 0.95.
	Level float64
}

// M is the M function of Marcon and Puech (2010) at each radius: the share of the
// neighbour type in the weight around a point of reference, the mean over the
// points of reference, against the same share in the whole (each point itself left
// out of both). 1 is what chance gives; 2 means twice the share.
//
// Neighbours lie at 0 < d <= r: points at exactly the same position are left out,
// and counted in ZeroPairs. A point of reference with no neighbour of any type (or
// only neighbours of weight 0) is left out of both sums at that radius, and
// counted in Alone. Where the sums are empty or 0 the value is not a number.
//
// The whole is all points, those of the buffer included, as in the labellings of
// the envelope: that keeps 1 the value of chance.
type M struct {
	Curve
	References int   // points of reference inside the study area
	Neighbours int   // points of the neighbour type, the buffer's included
	Alone      []int // by radius
	ZeroPairs  int
}

// MFunction computes M and, with simulations, its envelopes by random labelling:
// types are shuffled over the points, positions and weights stay.
func MFunction(q MQuestion) (M, error) {
	if err := q.check(); err != nil {
		return M{}, err
	}
	if len(q.Reference) != q.Len() || len(q.Neighbour) != q.Len() {
		panic("spatial: the lists of types have unequal lengths")
	}
	radii, back, err := rising(q.Radii)
	if err != nil {
		return M{}, err
	}
	f := newMField(q, radii)
	m := M{ZeroPairs: ZeroPairs(q.Points, q.Reference)}
	for i := range q.Len() {
		if q.Reference[i] && q.inside(i) {
			m.References++
		}
		if q.Neighbour[i] {
			m.Neighbours++
		}
	}
	m.Value, m.Alone = f.curve(q.Reference, q.Neighbour)
	if q.Simulations > 0 {
		f.ready(m.References)
		sims := make([][]float64, q.Simulations)
		parallel(len(sims), func(k int) {
			ref, nei := f.shuffled(source(q.Seed, k).Perm(q.Len()))
			sims[k], _ = f.curveAlone(ref, nei)
		})
		m.envelope(radii, sims, q.Level)
	}
	m.Curve = m.reorder(back)
	m.Radii = slices.Clone(q.Radii)
	alone := m.Alone
	m.Alone = nil
	for _, at := range back {
		m.Alone = append(m.Alone, alone[at])
	}
	return m, nil
}

// rising sorts radii and gives, for each radius asked for, its place among the
// sorted, each value once.
func rising(radii []float64) (sorted []float64, back []int, err error) {
	if len(radii) == 0 {
		return nil, nil, fmt.Errorf("give at least one radius")
	}
	for _, r := range radii {
		if !(r >= 0) || math.IsInf(r, 1) {
			return nil, nil, fmt.Errorf("radius %v is not a number of at least 0", r)
		}
	}
	sorted = slices.Clone(radii)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for _, r := range radii {
		k, _ := slices.BinarySearch(sorted, r)
		back = append(back, k)
	}
	return sorted, back, nil
}

// mField is what stays the same in all labellings. Points at one position are
// one in the trees: addresses that many share cost no more than one.
type mField struct {
	q      MQuestion
	bins   bins
	total  float64
	x, y   []float64 // of each position
	at     []int32   // position of each point
	weight []sum2    // of each position, all filled
	// all is the tree of all positions, there once labellings are to come: they
	// then need only a small tree of what is looked for. nil before.
	all *tree
	// around holds the weight of all neighbours, cumulated by radius, of each
	// position, where so many references are to come that most will be needed. nil
	// where it is cheaper to look again.
	around [][]float64
}

func newMField(q MQuestion, radii []float64) *mField {
	f := &mField{q: q, bins: newBins(radii), at: make([]int32, q.Len())}
	number := map[[2]float64]int32{}
	for i := range q.Len() {
		// Adding 0 makes -0 the same position as 0.
		p := [2]float64{q.X[i] + 0, q.Y[i] + 0}
		k, ok := number[p]
		if !ok {
			k = int32(len(f.x))
			number[p] = k
			f.x, f.y, f.weight = append(f.x, p[0]), append(f.y, p[1]), append(f.weight, sum2{})
		}
		f.at[i] = k
		f.weight[k].all += q.weight(i)
		f.total += q.weight(i)
	}
	return f
}

// ready prepares for the labellings, of so many references each.
func (f *mField) ready(references int) {
	n := len(f.x)
	f.all = newTree(f.x, f.y, f.weight, numbers(n, nil))
	if float64(references)*float64(f.q.Simulations) < float64(n) {
		return
	}
	around := make([][]float64, n)
	parallel(blocks(n), func(b int) {
		sums := make([]sum2, len(f.bins.r2))
		for k := b * block; k < min((b+1)*block, n); k++ {
			f.surround(k, f.all, sums)
			around[k] = make([]float64, len(sums))
			for r, s := range sums {
				around[k][r] = s.all
			}
		}
	})
	f.around = around
}

// numbers are those below n that are marked; all for nil.
func numbers(n int, mark []bool) []int {
	var out []int
	for i := range n {
		if mark == nil || mark[i] {
			out = append(out, i)
		}
	}
	return out
}

// block is how many points of reference are added up together. It fixes the order
// of the additions, so that the sum is the same for any number of goroutines.
const block = 256

func blocks(n int) int { return (n + block - 1) / block }

// surround fills out with the weights around a position, cumulated by radius.
func (f *mField) surround(position int, t *tree, out []sum2) {
	clear(out)
	t.add(f.x[position], f.y[position], f.bins, out)
	for k := 1; k < len(out); k++ {
		out[k].all += out[k-1].all
		out[k].own += out[k-1].own
	}
}

func (f *mField) shuffled(perm []int) (ref, nei []bool) {
	ref, nei = make([]bool, len(perm)), make([]bool, len(perm))
	for i, from := range perm {
		ref[i], nei[i] = f.q.Reference[from], f.q.Neighbour[from]
	}
	return ref, nei
}

// mPart is the part of the two sums that some points of reference give.
type mPart struct {
	local, global []float64
	alone         []int
}

// mSums holds what all points of reference share in one labelling.
type mSums struct {
	nei       []bool
	tree      *tree
	neighbour float64 // weight of the neighbour type
}

func (f *mField) sums(nei []bool) mSums {
	s := mSums{nei: nei}
	weight := slices.Clone(f.weight)
	looked := make([]bool, len(f.x))
	for i, is := range nei {
		if is {
			s.neighbour += f.q.weight(i)
			weight[f.at[i]].own += f.q.weight(i)
			looked[f.at[i]] = true
		}
	}
	if f.all == nil {
		looked = nil // all positions: one tree does both
	}
	s.tree = newTree(f.x, f.y, weight, numbers(len(f.x), looked))
	return s
}

func (f *mField) references(ref []bool) []int {
	return slices.DeleteFunc(numbers(f.q.Len(), ref), func(i int) bool { return !f.q.inside(i) })
}

// curve computes M on all processors; curveAlone in the goroutine of the caller.
// Both add in the same order.
func (f *mField) curve(ref, nei []bool) ([]float64, []int) {
	s, refs := f.sums(nei), f.references(ref)
	parts := make([]mPart, blocks(len(refs)))
	parallel(len(parts), func(b int) {
		parts[b] = f.part(refs[b*block:min((b+1)*block, len(refs))], s)
	})
	return f.finish(parts)
}

func (f *mField) curveAlone(ref, nei []bool) ([]float64, []int) {
	s, refs := f.sums(nei), f.references(ref)
	parts := make([]mPart, blocks(len(refs)))
	for b := range parts {
		parts[b] = f.part(refs[b*block:min((b+1)*block, len(refs))], s)
	}
	return f.finish(parts)
}

func (f *mField) part(refs []int, s mSums) mPart {
	nr := len(f.bins.r2)
	p := mPart{make([]float64, nr), make([]float64, nr), make([]int, nr)}
	sums, all := make([]sum2, nr), make([]sum2, nr)
	for _, i := range refs {
		at := int(f.at[i])
		f.surround(at, s.tree, sums)
		switch {
		case f.around != nil:
			for k, v := range f.around[at] {
				sums[k].all = v
			}
		case f.all != nil:
			f.surround(at, f.all, all)
			for k := range sums {
				sums[k].all = all[k].all
			}
		}
		w := f.q.weight(i)
		wanted := s.neighbour
		if s.nei[i] {
			wanted -= w
		}
		share := wanted / (f.total - w)
		for k := range nr {
			if sums[k].all > 0 {
				p.local[k] += sums[k].own / sums[k].all
				p.global[k] += share
			} else {
				p.alone[k]++
			}
		}
	}
	return p
}

func (f *mField) finish(parts []mPart) ([]float64, []int) {
	nr := len(f.bins.r2)
	value, alone := make([]float64, nr), make([]int, nr)
	for k := range nr {
		var local, global float64
		for _, p := range parts {
			local += p.local[k]
			global += p.global[k]
			alone[k] += p.alone[k]
		}
		value[k] = math.NaN()
		if global > 0 {
			value[k] = local / global
		}
	}
	return value, alone
}
