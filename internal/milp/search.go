package milp

import (
	"context"
	"math"
	"slices"
)

// search is one branch and bound over a model.
type search struct {
	m        *model
	l        *lp
	cert     *certificate
	maxNodes int
	gap      float64
	// floor is the value below which solutions are of no interest.
	floor float64
	// ceiling is proved: no solution has a higher value.
	ceiling float64
	// first stops the search at the first solution.
	first bool
	// pool makes the search look for all good solutions; nil for the best only.
	pool *pool

	best    []bool // nil before the first solution
	bestVal float64
	known   float64 // value of the best solution, here or in the search around
	nodes   int
	dropped float64 // largest bound given up because of gap
	open    float64 // largest bound left when stopped
	nextTry int     // node of the next heuristic
	child   bool    // a search within a heuristic
	cuts    bool    // tighten the rows first
	light   bool    // split without trying out

	cutFrom, cutTo float64 // the relaxation before and after the cuts at the root
	restarted      bool    // the search over what another has left free
	stopped        bool

	trail []int // decisions in force, oldest first
	heap  []*node
	queue []int // rows to propagate
	inQ   []bool

	atRoot []bool // choices that are fixed for the whole search
	past   *losses
	list   []candidate
	spare  *lp          // the tableau while choices are tried out
	trial  *certificate // of a try
	tried  int          // pivots of tries
}

// A decision is j+1 for "choice j is 1" and -(j+1) for "choice j is 0".
func decision(j int, on bool) int {
	if on {
		return j + 1
	}
	return -(j + 1)
}

// choiceOf returns the choice of a decision.
func choiceOf(d int) int { return max(d, -d) - 1 }

// node is a subtree still to be searched: the decisions of path, which siblings
// share, and one more.
type node struct {
	path  []int
	split int // 0 at the root
	bound float64
	// from is the value of the relaxation above, and dist how far the split moved
	// its choice.
	from, dist float64
}

func newSearch(m *model) *search {
	return &search{
		m: m, l: newLP(m), cert: newCertificate(m), floor: math.Inf(-1), known: math.Inf(-1), ceiling: math.Inf(1), dropped: math.Inf(-1),
		open: math.Inf(-1), inQ: make([]bool, len(m.rows)), past: newLosses(m.n),
	}
}

// cutoff is the value that a subtree must be able to reach to be searched.
func (s *search) cutoff() float64 {
	switch {
	case s.pool != nil:
		return s.pool.cutoff(s.m)
	case s.best == nil:
		return s.floor
	}
	return s.m.above(s.bestVal)
}

// above is the least value of a solution that counts as better than v.
func (m *model) above(v float64) float64 {
	if m.step > 0 {
		return v + m.step
	}
	return v + floatTol*max(1, math.Abs(v))
}

// drop reports whether a subtree with this bound, its error included, need not
// be searched.
func (s *search) drop(bound float64) bool {
	if bound < s.cutoff() {
		return true
	}
	if !math.IsInf(s.known, -1) && bound < s.known+s.gap*math.Abs(s.known) {
		s.dropped = max(s.dropped, bound)
		return true
	}
	return false
}

// run searches the whole tree, or until a limit.
func (s *search) run(ctx context.Context) {
	bound := s.m.offset
	for _, c := range s.m.cost {
		bound += max(0, c)
	}
	bound = min(bound, s.ceiling)
	for i := range s.m.rows {
		s.enqueue(i)
	}
	if s.cuts && !s.limited(ctx) {
		alive, ok := s.root(ctx, &bound)
		if !alive && ok {
			return
		}
		if t := s.smaller(bound); ok && t != nil {
			t.run(ctx)
			s.adopt(t)
			return
		}
	}
	s.keepFixed()
	s.spare, s.trial = newLP(s.m), newCertificate(s.m)
	s.push(&node{path: slices.Clone(s.trail), bound: bound})
	s.explore(ctx)
	s.stopped = len(s.heap) > 0
	for _, nd := range s.heap {
		s.open = max(s.open, nd.bound)
	}
}

// explore takes nodes until none is left or a limit.
func (s *search) explore(ctx context.Context) {
	for next := s.take(); next != nil; {
		if s.drop(next.bound) {
			next = s.take()
			continue
		}
		if s.limited(ctx) {
			s.push(next)
			break
		}
		s.enter(next)
		child, ok := s.visit(ctx, next)
		if !ok {
			s.push(next)
			break
		}
		if child == nil {
			child = s.take()
		}
		next = child
	}
}

func (s *search) limited(ctx context.Context) bool {
	return ctx.Err() != nil || (s.maxNodes > 0 && s.nodes >= s.maxNodes) || (s.first && s.best != nil)
}

// enter puts the decisions of a node in force, keeping those that it shares
// with the present ones.
func (s *search) enter(nd *node) {
	same := 0
	for same < min(len(nd.path), len(s.trail)) && nd.path[same] == s.trail[same] {
		same++
	}
	for len(s.trail) > same {
		last := len(s.trail) - 1
		s.l.setBounds(choiceOf(s.trail[last]), 0, 1)
		s.trail = s.trail[:last]
	}
	for _, d := range nd.path[same:] {
		s.fix(choiceOf(d), d > 0)
	}
	if nd.split != 0 {
		s.fix(choiceOf(nd.split), nd.split > 0)
		return
	}
	for i := range s.m.rows {
		s.enqueue(i)
	}
}

func (s *search) free(j int) bool { return s.l.lo[j] != s.l.up[j] }

// fix decides a free choice for the present subtree.
func (s *search) fix(j int, on bool) {
	v := 0.0
	if on {
		v = 1
	}
	s.trail = append(s.trail, decision(j, on))
	s.l.setBounds(j, v, v)
	for _, e := range s.m.cols[j] {
		s.enqueue(e.row)
	}
}

func (s *search) enqueue(i int) {
	if !s.inQ[i] {
		s.inQ[i] = true
		s.queue = append(s.queue, i)
	}
}

// visit solves the relaxation of a node. It returns the child to go on with,
// nil when there is none, and leaves the other on the heap; ok is false when
// cancelled.
func (s *search) visit(ctx context.Context, nd *node) (child *node, ok bool) {
	s.nodes++
	bound := nd.bound
	for cut := s.nodes%cutEvery == 0 && len(s.m.rows)*s.m.n < cutTable && s.cutsPay(); ; {
		if alive, ok := s.work(ctx, nd, &bound); !ok || !alive {
			return nil, ok
		}
		if cut {
			cut = false
			if s.cutHere() {
				continue
			}
		}
		if j, fixed := s.pick(ctx); !fixed {
			return s.branch(j, bound), true
		}
	}
}

// work solves the relaxation of a node, looks for solutions and fixes what can be
// fixed, until nothing more follows. alive is false when the subtree is finished; ok
// is false when cancelled.
func (s *search) work(ctx context.Context, nd *node, bound *float64) (alive, ok bool) {
	for first := true; ; first = false {
		if !s.propagate() {
			return false, true
		}
		if alive, ok := s.relax(ctx, bound); !ok || !alive {
			return false, ok
		}
		if first && nd.split != 0 {
			s.remember(nd)
		}
		if s.nodes >= s.nextTry {
			s.improve(ctx)
			if s.drop(*bound) {
				return false, true
			}
		}
		if !s.fixByReducedCost(*bound) {
			return true, true
		}
	}
}

// remember learns what the split above this node has cost.
func (s *search) remember(nd *node) {
	side := 0
	if nd.split > 0 {
		side = 1
	}
	s.past.add(choiceOf(nd.split), side, max(0, nd.from-s.l.val[len(s.m.rows)]), nd.dist)
}

// relax solves the relaxation and lowers bound to what it proves. alive is
// false when the subtree is finished; ok is false when cancelled.
func (s *search) relax(ctx context.Context, bound *float64) (alive, ok bool) {
	cut := s.cutoff()
	for try := 0; ; try++ {
		if s.l.pivots > 50 && s.nodes%16 == 0 && s.l.residual() > driftTol {
			s.l.rebuild()
		}
		st := s.l.solve(ctx, cut-dualTol*max(1, math.Abs(cut)))
		if st == lpCancelled {
			return false, false
		}
		if st == lpInfeasible && s.cert.refutes(s.l) {
			return false, true
		}
		s.cert.fromDuals(s.l)
		*bound = min(*bound, s.cert.bound+s.cert.err)
		if s.drop(*bound) {
			return false, true
		}
		switch {
		case try == 2:
			return true, true
		case st == lpCutoff:
			cut = math.Inf(-1)
		case st == lpInfeasible:
			// The tableau says so and the rows do not confirm it.
			s.l.rebuild()
		default:
			return true, true
		}
	}
}

// fixByReducedCost fixes the free choices whose other value cannot reach the
// cutoff, and reports whether that changes the relaxation.
func (s *search) fixByReducedCost(bound float64) bool {
	cut := s.cutoff()
	changed := false
	for j, d := range s.cert.reduced {
		if !s.free(j) || !(s.cert.bound+s.cert.err-math.Abs(d) < cut) {
			continue
		}
		on := d > 0
		if v := s.l.choice(j); (v > 0.5) != on || math.Abs(v-math.Round(v)) > wholeTol {
			changed = true
		}
		s.fix(j, on)
	}
	return changed
}

// wholeTol is the distance from 0 or 1 at which a relaxed choice counts as made.
const wholeTol = 1e-7

// branch splits choice j, or when there is none takes the relaxed solution as a
// solution. It returns the nearer child and leaves the other on the heap.
func (s *search) branch(j int, bound float64) *node {
	if j < 0 {
		x := make([]bool, s.m.n)
		for k := range x {
			x[k] = s.l.choice(k) > 0.5
		}
		s.offer(x)
		if s.drop(bound) {
			return nil
		}
		// The relaxation is whole and is either not a solution within the
		// exact rows or below its own bound: go on by hand.
		if j = s.anyFree(); j < 0 {
			return nil
		}
	}
	v, z := s.l.choice(j), s.l.val[len(s.m.rows)]
	up, far := v > 0.5, max(v, 1-v)
	path := slices.Clone(s.trail)
	s.push(&node{path, decision(j, !up), bound, z, far})
	return &node{path, decision(j, up), bound, z, 1 - far}
}

func (s *search) anyFree() int {
	for j := range s.m.n {
		if s.free(j) {
			return j
		}
	}
	return -1
}

// offer takes x as the best solution when it is one and is better.
func (s *search) offer(x []bool) {
	if x == nil || !s.m.meets(x) {
		return
	}
	v := s.m.value(x)
	if s.pool != nil {
		s.pool.add(s.m.whole(x), v)
		return
	}
	if v < s.floor || (s.best != nil && v <= s.bestVal) {
		return
	}
	s.best, s.bestVal, s.known = x, v, v
}
