package introduce

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
)

// candidate is a pair that was scored.
type candidate struct {
	a, b              int32 // for an organisation a is that one; else a < b
	score             float64
	sharing, parallel float64
}

// Limits of the search over large places. Below wholePlace organisations on
// either side every pair is scored.
const (
	wholePlace  = 1500
	mostThrough = 60  // ties of a go-between through which partners are looked for
	mostHolders = 300 // holders of a word among whom partners are looked for
	mostPicked  = 12  // pairs of one organisation that are scored in full
	mostKept    = 24  // scored pairs of one organisation that the list chooses from
)

// score finds and scores the pairs of a scope, best first.
func (x *Index) score(ctx context.Context, s *scope) ([]candidate, int, error) {
	workers := min(runtime.GOMAXPROCS(0), max(1, len(s.focus)/64))
	found, scored := make([][]candidate, workers), make([]int, workers)
	every := s.org >= 0 || len(s.focus) <= wholePlace && s.count() <= wholePlace
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			k := newSearch(x, s, every)
			// organisation i belongs to worker i mod workers: the result does not
			// depend on who looked at it
			for i := w; i < len(s.focus) && ctx.Err() == nil; i += workers {
				found[w] = append(found[w], k.partners(s.focus[i])...)
			}
			scored[w] = k.scored
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	all, n := slices.Concat(found...), 0
	for _, c := range scored {
		n += c
	}
	slices.SortFunc(all, func(p, q candidate) int {
		return cmp.Or(cmp.Compare(q.score, p.score), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	return all, n, nil
}

func (s *scope) count() int {
	n := 0
	for _, ok := range s.allowed {
		if ok {
			n++
		}
	}
	return n
}

// search holds one worker's scratch space.
type search struct {
	x       *Index
	s       *scope
	every   bool
	sharing []float64 // resource allocation with the organisation at hand
	second  []float64 // of the paths of length two to it, each over the roots of both degrees
	cheap   []float64
	touched []int32
	seen    []bool
	taken   []bool  // tied to the organisation at hand
	all     []int32 // the allowed, when every pair is scored
	grid    *grid
	scored  int
}

func newSearch(x *Index, s *scope, every bool) *search {
	n := len(x.orgs)
	k := &search{x: x, s: s, every: every, sharing: make([]float64, n), second: make([]float64, n), cheap: make([]float64, n), seen: make([]bool, n), taken: make([]bool, n)}
	if every {
		for v, ok := range s.allowed {
			if ok {
				k.all = append(k.all, int32(v))
			}
		}
	} else {
		k.grid = newGrid(x.orgs, s.allowed)
	}
	return k
}

// partners scores the partners of one organisation and returns the best.
func (k *search) partners(a int32) []candidate {
	for _, z := range k.x.tied.of(a) {
		k.taken[z] = true
	}
	k.spread(a)
	list := k.all
	if !k.every {
		list = k.pick(a)
	}
	var out []candidate
	for _, b := range list {
		if !k.wanted(a, b) {
			continue
		}
		k.scored++
		c := candidate{a: a, b: b, sharing: k.sharing[b], parallel: k.parallel(b)}
		m := k.x.measure(a, b, c.sharing, c.parallel, k.s)
		if c, ok := k.judge(c, &m); ok {
			out = append(out, c)
		}
	}
	for _, v := range k.touched {
		k.sharing[v], k.second[v], k.cheap[v], k.seen[v] = 0, 0, 0, false
	}
	k.touched = k.touched[:0]
	for _, z := range k.x.tied.of(a) {
		k.taken[z] = false
	}
	slices.SortFunc(out, func(p, q candidate) int {
		return cmp.Or(cmp.Compare(q.score, p.score), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	if k.s.org < 0 {
		out = out[:min(mostKept, len(out))]
	}
	return out
}

func (k *search) wanted(a, b int32) bool {
	s := k.s
	if a == b || k.taken[b] || !s.allowed[b] || s.org < 0 && s.inFocus[b] && b < a {
		return false
	}
	return len(s.hidden) == 0 || !s.hidden[pairKey(a, b)]
}

// judge adds the points up. A pair without a reason of substance is none.
func (k *search) judge(c candidate, m *strengths) (candidate, bool) {
	ok := false
	for i, v := range m {
		if v == 0 {
			continue
		}
		if substantive[i] > 0 && v >= substantive[i] {
			ok = true
		}
		points := float64(k.s.weight[i] * v)
		if table[i].Against {
			points = -points
		}
		c.score += points
	}
	if len(k.s.theme) > 0 && !k.x.holds(int(c.b), k.s.theme) && m[complementary] < substantive[complementary] && m[needOffer] == 0 {
		ok = false
	}
	if k.s.org < 0 && c.a > c.b {
		c.a, c.b = c.b, c.a
	}
	return c, ok && c.score > 0
}

// spread reckons the resource allocation of an organisation with all that share
// a partner with it: the sum over shared partners of one by their number of ties.
// What one is part of is no partner, and a landlord or funder counts half. Paths of length three go over working ties
// alone: a landlord or a funder in common makes nobody a peer.
func (k *search) spread(a int32) {
	x := k.x
	first := x.tied.vals(a)
	for i, z := range x.tied.of(a) {
		d := x.tied.degree(z)
		if !k.every && d > mostThrough || first[i]&isOutside == 0 || x.orgs[z].Closed != "" {
			continue
		}
		part, root := 1/float64(d), 1/math.Sqrt(float64(d))
		next := x.tied.vals(z)
		for j, b := range x.tied.of(z) {
			if next[j]&isOutside == 0 {
				continue
			}
			k.touch(b)
			if first[i]&next[j]&isWorking == 0 {
				k.sharing[b] += part / 2
				continue
			}
			k.sharing[b] += part
			k.second[b] += root
		}
	}
	for _, b := range k.touched {
		if d := x.tied.degree(b); d > 0 {
			k.second[b] /= math.Sqrt(float64(d))
		}
	}
	k.second[a] = 0
}

// parallel sums the paths of length three to b, each by one over the roots of the
// degrees between: how far those that share partners with the one are tied to b.
func (k *search) parallel(b int32) float64 {
	sum := 0.0
	last := k.x.tied.vals(b)
	for i, w := range k.x.tied.of(b) {
		if last[i]&isWorking != 0 {
			sum += k.second[w]
		}
	}
	return sum
}

func (k *search) touch(b int32) {
	if !k.seen[b] {
		k.seen[b] = true
		k.touched = append(k.touched, b)
	}
}

// pick chooses the partners of one organisation that are worth scoring in full:
// by shared partners, shared words, needs and offers, earlier ties, meetings,
// and the complementary among the nearest.
func (k *search) pick(a int32) []int32 {
	x := k.x
	for _, b := range k.touched {
		k.cheap[b] = float64(1.2 * min(1, k.sharing[b]*3))
	}
	add := func(b int32, points float64) {
		k.touch(b)
		k.cheap[b] += points
	}
	for _, w := range x.have[a] {
		if held := x.words.held[w]; len(held) <= mostHolders {
			for _, b := range held {
				add(b, float64(1.5*x.words.idf[w]))
			}
		}
	}
	for _, w := range x.need[a] {
		if held := x.words.held[w]; len(held) <= 10*mostHolders {
			for _, b := range held {
				add(b, float64(2*x.words.idf[w]))
			}
		}
	}
	for _, b := range x.past.of(a) {
		add(b, 1)
	}
	for _, b := range x.saw.of(a) {
		add(b, 1)
	}
	for _, b := range k.grid.near(x.orgs[a]) {
		power, _, _ := x.mix.best(a, b)
		add(b, 0.3+float64(1.3*power))
	}
	// needs of others are seen from their side: every organisation in focus looks
	return k.best(a)
}

// best is those with the highest cheap scores, at most mostPicked of them.
func (k *search) best(a int32) []int32 {
	list := make([]int32, 0, mostPicked+1)
	before := func(p, q int32) bool { return k.cheap[p] > k.cheap[q] || k.cheap[p] == k.cheap[q] && p < q }
	for _, b := range k.touched {
		if len(list) == mostPicked && !before(b, list[mostPicked-1]) || !k.wanted(a, b) {
			continue
		}
		i := len(list)
		for i > 0 && before(b, list[i-1]) {
			i--
		}
		list = slices.Insert(list, i, b)
		list = list[:min(mostPicked, len(list))]
	}
	return list
}
