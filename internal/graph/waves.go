package graph

import "math/bits"

// waves searches by breadth from up to 64 nodes at once, one bit a node, and keeps only how many nodes lie at each
// distance (Then and others, "The more the merrier: efficient multi-source graph traversal", PVLDB 8, 2014).
type waves struct {
	g               *skeleton
	seen, now, next []uint64
	active, far     []int32
	touched         []int32 // nodes whose seen is not 0, some more than once
}

func newWaves(g *skeleton) *waves {
	n := len(g.nodes)
	return &waves{g: g, seen: make([]uint64, n), now: make([]uint64, n), next: make([]uint64, n), far: make([]int32, n+1)}
}

// from sums up the distances from the nodes lo to hi-1, at most 64.
func (w *waves) from(lo, hi int) []far {
	out := make([]far, hi-lo)
	wipe(w.seen, &w.touched)
	w.active = w.active[:0]
	for s := lo; s < hi; s++ {
		w.now[s] = 1 << (s - lo)
		w.seen[s] = w.now[s]
		w.active = append(w.active, int32(s))
	}
	w.touched = append(w.touched, w.active...)
	for d := 1; len(w.active) > 0; d++ {
		far := w.reach()
		for _, v := range w.active {
			w.now[v] = 0
		}
		w.now, w.next = w.next, w.now
		w.active = append(w.active[:0], far...)
		w.touched = append(w.touched, far...)
		w.tally(out, d)
	}
	return out
}

// reach moves on by one tie; what it returns is overwritten by the next call.
func (w *waves) reach() []int32 {
	rows, heads, next, far := w.g.rows, w.g.heads, w.next, w.far
	t := 0
	for _, v := range w.active {
		f := w.now[v]
		for _, u := range heads[rows[v]:rows[v+1]] {
			x := next[u]
			far[t] = u
			if x == 0 {
				t++
			}
			next[u] = x | f
		}
	}
	kept := far[:0]
	for _, u := range far[:t] {
		x := next[u] &^ w.seen[u]
		next[u] = x
		w.seen[u] |= x
		if x != 0 {
			kept = append(kept, u)
		}
	}
	return kept
}

// tally counts the nodes just reached, at distance d, for each source: columns of bits are added 64 at a time.
func (w *waves) tally(out []far, d int) {
	var count [64]int32
	var planes [6]uint64 // a counter below 64 for each source, one bit a plane
	flush := func() {
		for p, plane := range planes {
			for x := plane; x != 0; x &= x - 1 {
				count[bits.TrailingZeros64(x)] += 1 << p
			}
			planes[p] = 0
		}
	}
	for i, v := range w.active {
		carry := w.now[v]
		for p := 0; carry != 0 && p < len(planes); p++ {
			planes[p], carry = planes[p]^carry, planes[p]&carry
		}
		if i%63 == 62 {
			flush()
		}
	}
	flush()
	for i := range out {
		if c := count[i]; c > 0 {
			out[i].reached += int(c)
			out[i].sum += float64(float64(c) * float64(d))
			out[i].inverse += float64(float64(c) / float64(d))
		}
	}
}
