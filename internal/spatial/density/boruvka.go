package density

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
)

// edge joins two slots at a squared mutual reachability distance w; d is their squared distance.
type edge struct {
	w, d float64
	a, b int32 // a < b
}

// compare is the total order in which edges join components: by mutual reachability, of equals the nearer pair, then
// by position in space. A point whose core distance reaches several clusters at once so joins the one of its nearest
// neighbour, whatever the order of the points.
func (e edge) compare(o edge) int {
	switch {
	case e.w < o.w:
		return -1
	case e.w > o.w:
		return 1
	case e.d < o.d:
		return -1
	case e.d > o.d:
		return 1
	case e.a != o.a:
		return int(e.a) - int(o.a)
	}
	return int(e.b) - int(o.b)
}

func newEdge(w, d float64, a, b int32) edge {
	if a > b {
		a, b = b, a
	}
	return edge{w, d, a, b}
}

// spanning finds the minimum spanning tree of mutual reachability by Borůvka's rounds on the kd-tree: every point
// looks for its nearest point in another component, passing over nodes that lie in its own component or farther than
// what its component has found already (March, Ram and Gray 2010, without the second tree).
type spanning struct {
	t    *tree
	core []float64 // squared, by slot
	low  []float64 // least core distance, by node
	comp []int32   // component by slot, numbered from 0 in each round
	same []int32   // component of all slots of a node, or -1
	// found is each slot's best edge as far as it has looked. While its other end lies in another component it stays
	// the best; after that its w is still a lower bound.
	found []edge
	bound []atomic.Uint64 // bits of the least w that a component has found
	n     int             // components
}

// mst returns the n-1 edges of the tree in the order in which they join.
func (t *tree) mst(ctx context.Context, core []float64) ([]edge, error) {
	n := len(core)
	s := &spanning{t: t, core: core, low: make([]float64, len(t.lo)), comp: make([]int32, n), same: make([]int32, len(t.lo)), found: make([]edge, n), bound: make([]atomic.Uint64, n), n: n}
	for i := range s.comp {
		s.comp[i] = int32(i)
		s.found[i] = edge{a: int32(i), b: int32(i)}
	}
	s.lowest()
	sets := newSets(n)
	out := make([]edge, 0, max(0, n-1))
	for s.n > 1 {
		if err := s.round(ctx); err != nil {
			return nil, err
		}
		for _, e := range s.best() {
			if sets.join(e.a, e.b) {
				out = append(out, e)
			}
		}
		s.renumber(sets)
	}
	slices.SortFunc(out, edge.compare)
	return out, nil
}

func (s *spanning) lowest() {
	for node := len(s.low) - 1; node >= 0; node-- {
		if !s.t.leaf(node) {
			s.low[node] = min(s.low[2*node+1], s.low[2*node+2])
			continue
		}
		s.low[node] = math.Inf(1)
		for i := s.t.lo[node]; i < s.t.hi[node]; i++ {
			s.low[node] = min(s.low[node], s.core[i])
		}
	}
}

// round lets every slot look for its best edge. What workers tell each other through bound only spares work: a slot
// is passed over only when it cannot beat what its component has.
func (s *spanning) round(ctx context.Context) error {
	s.uniform()
	inf := math.Float64bits(math.Inf(1))
	for i := range s.n {
		s.bound[i].Store(inf)
	}
	for i := range s.found {
		if s.apart(i) {
			s.tell(s.comp[i], s.found[i].w)
		}
	}
	return eachChunk(ctx, len(s.comp), func() *seeker { return &seeker{s: s} }, func(q *seeker, lo, hi int) {
		for i := lo; i < hi; i++ {
			if !s.apart(i) {
				q.seek(int32(i))
			}
		}
	})
}

// apart says whether a slot's best edge still leads out of its component.
func (s *spanning) apart(i int) bool {
	e := &s.found[i]
	return s.comp[e.a] != s.comp[e.b]
}

func (s *spanning) tell(comp int32, w float64) {
	b := math.Float64bits(w) // of floats from 0 upwards bits have the same order
	for {
		old := s.bound[comp].Load()
		if b >= old || s.bound[comp].CompareAndSwap(old, b) {
			return
		}
	}
}

func (s *spanning) uniform() {
	for node := len(s.same) - 1; node >= 0; node-- {
		if !s.t.leaf(node) {
			s.same[node] = s.same[2*node+1]
			if s.same[node] != s.same[2*node+2] {
				s.same[node] = -1
			}
			continue
		}
		lo, hi := s.t.lo[node], s.t.hi[node]
		s.same[node] = s.comp[lo]
		for i := lo + 1; i < hi; i++ {
			if s.comp[i] != s.same[node] {
				s.same[node] = -1
				break
			}
		}
	}
}

// best is the first edge, by the total order, out of every component.
func (s *spanning) best() []edge {
	out := make([]edge, s.n)
	has := make([]bool, s.n)
	for i := range s.found {
		if !s.apart(i) {
			continue
		}
		if c := s.comp[i]; !has[c] || s.found[i].compare(out[c]) < 0 {
			out[c], has[c] = s.found[i], true
		}
	}
	return out
}

func (s *spanning) renumber(u *sets) {
	number := make([]int32, len(s.comp))
	s.n = 0
	for i := range s.comp {
		if u.find(int32(i)) == int32(i) {
			number[i] = int32(s.n)
			s.n++
		}
	}
	for i := range s.comp {
		s.comp[i] = number[u.find(int32(i))]
	}
}

// seeker looks for the best edge of one slot.
type seeker struct {
	s     *spanning
	i     int32
	x, y  float64
	core  float64
	comp  int32
	limit float64 // nothing above it is of use to the component
	best  edge
}

func (q *seeker) seek(i int32) {
	s := q.s
	q.i, q.x, q.y, q.core, q.comp = i, s.t.x[i], s.t.y[i], s.core[i], s.comp[i]
	q.limit = math.Float64frombits(s.bound[q.comp].Load())
	if max(q.core, s.found[i].w) > q.limit {
		return
	}
	none := edge{math.Inf(1), math.Inf(1), i, i}
	q.best = none
	q.visit(0, 0)
	if q.best != none {
		s.found[i] = q.best
		s.tell(q.comp, q.best.w)
	}
}

// visit looks at a node whose squared distance from the slot is d at least.
func (q *seeker) visit(node int, d float64) {
	s := q.s
	if s.same[node] == q.comp || q.worse(max(d, q.core, s.low[node]), d) {
		return
	}
	if !s.t.leaf(node) {
		a, b, da, db := s.t.closer(node, q.x, q.y)
		q.visit(a, da)
		q.visit(b, db)
		return
	}
	for j := s.t.lo[node]; j < s.t.hi[node]; j++ {
		if s.comp[j] == q.comp {
			continue
		}
		d := s.t.dist2(q.x, q.y, j)
		w := max(d, q.core, s.core[j])
		if q.worse(w, d) {
			continue
		}
		if e := newEdge(w, d, q.i, j); q.best.a == q.best.b || e.compare(q.best) < 0 {
			q.best = e
		}
	}
}

// worse says that an edge of at least w and d is no use.
func (q *seeker) worse(w, d float64) bool {
	return w > q.limit || w > q.best.w || w == q.best.w && d > q.best.d
}

// sets is a forest of disjoint sets with path halving and union by size.
type sets struct{ up, size []int32 }

func newSets(n int) *sets {
	s := &sets{make([]int32, n), make([]int32, n)}
	for i := range s.up {
		s.up[i], s.size[i] = int32(i), 1
	}
	return s
}

func (s *sets) find(i int32) int32 {
	for s.up[i] != i {
		s.up[i] = s.up[s.up[i]]
		i = s.up[i]
	}
	return i
}

// join makes the two sets one and says whether they were two.
func (s *sets) join(a, b int32) bool {
	a, b = s.find(a), s.find(b)
	if a == b {
		return false
	}
	if s.size[a] < s.size[b] {
		a, b = b, a
	}
	s.up[b] = a
	s.size[a] += s.size[b]
	return true
}
