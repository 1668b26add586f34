package milp

import "context"

// root tightens the rows and does all that can be done before the first split.
// alive is false when nothing is left to search; ok is false when cancelled.
func (s *search) root(ctx context.Context, bound *float64) (alive, ok bool) {
	if !s.propagate() {
		return false, true
	}
	s.keepFixed()
	s.tighten(ctx)
	s.nodes++
	if alive, ok := s.work(ctx, &node{}, bound); !alive || !ok {
		return alive, ok
	}
	if s.pool == nil && !s.first {
		s.core(ctx)
	}
	return s.work(ctx, &node{}, bound)
}

// keepFixed notes what is fixed for the whole search.
func (s *search) keepFixed() {
	s.atRoot = make([]bool, s.m.n)
	for j := range s.atRoot {
		s.atRoot[j] = !s.free(j)
	}
}

// restartShare is the share of choices fixed at the root from which the rest is
// searched as a problem of its own, with smaller tables and new cuts.
const restartShare = 0.1

// smaller returns the search over what the root has left free, nil when that is
// nearly all.
func (s *search) smaller(bound float64) *search {
	if float64(len(s.trail)) < restartShare*float64(s.m.n) || len(s.trail) == 0 {
		return nil
	}
	fixed := make([]int8, s.m.n)
	for j := range fixed {
		fixed[j] = -1
		if !s.free(j) {
			fixed[j] = int8(s.l.lo[j])
		}
	}
	t := newSearch(s.m.reduced(fixed))
	t.cuts, t.light, t.child, t.gap, t.pool, t.first = s.cuts, s.light, s.child, s.gap, s.pool, s.first
	t.restarted, t.cutFrom, t.cutTo = true, s.cutFrom, s.cutTo
	t.floor, t.known, t.ceiling = s.cutoff(), s.known, bound
	if s.maxNodes > 0 {
		t.maxNodes = max(1, s.maxNodes-s.nodes)
	}
	return t
}

// adopt takes over what the search of the smaller problem has found.
func (s *search) adopt(t *search) {
	s.nodes += t.nodes
	s.stopped, s.open, s.dropped = t.stopped, max(s.open, t.open), max(s.dropped, t.dropped)
	if t.best != nil {
		s.best, s.bestVal, s.known = t.m.expand(t.best), t.bestVal, t.bestVal
	}
}
