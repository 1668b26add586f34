package milp

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// subNodes bounds the search within a heuristic.
const subNodes = 200

// improve looks for a better solution near the present relaxation: by rounding,
// and by a small search with every choice fixed in which the best solution and
// the relaxation agree (RINS: Danna, Rothberg & Le Pape 2005). It is tried at
// nodes ever farther apart.
func (s *search) improve(ctx context.Context) {
	s.nextTry = s.nodes + max(50, s.nodes/2)
	if s.pool != nil {
		return
	}
	s.offer(s.rounded())
	if s.best == nil || s.child || s.first {
		return
	}
	fixed, agreed := make([]int8, s.m.n), 0
	for j, on := range s.best {
		fixed[j] = -1
		if v := s.l.choice(j); on == (v > 0.5) && math.Abs(v-math.Round(v)) <= wholeTol {
			fixed[j] = 0
			if on {
				fixed[j] = 1
			}
			agreed++
		}
	}
	if agreed >= s.m.n/3 {
		s.within(ctx, fixed)
	}
}

// coreShares are the shares of the choices that core leaves free in turn.
var coreShares = []float64{0.25, 0.4}

// core searches among the choices that the relaxation is least sure of, by their
// reduced costs, with all others as it has them (Balas & Zemel 1980).
func (s *search) core(ctx context.Context) {
	order := make([]int, s.m.n)
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(s.cert.reduced[a]), math.Abs(s.cert.reduced[b]))
	})
	for _, share := range coreShares {
		fixed := make([]int8, s.m.n)
		for i, j := range order {
			v := s.l.choice(j)
			fixed[j] = -1
			if float64(i) >= share*float64(s.m.n) && math.Abs(v-math.Round(v)) <= wholeTol {
				fixed[j] = int8(math.Round(v))
			}
		}
		s.within(ctx, fixed)
	}
}

// within searches a little among the choices that are not fixed.
func (s *search) within(ctx context.Context, fixed []int8) {
	limit := subNodes
	if s.maxNodes > 0 {
		limit = min(limit, s.maxNodes-s.nodes)
	}
	if limit <= 0 {
		return
	}
	sub := newSearch(s.m.reduced(fixed))
	sub.child, sub.light, sub.maxNodes, sub.floor = true, true, limit, s.cutoff()
	sub.run(ctx)
	s.nodes += sub.nodes
	if sub.best != nil {
		s.offer(sub.m.expand(sub.best))
	}
}

// tryout is a full choice with the left sides of the rows.
type tryout struct {
	m   *model
	x   []bool
	act []float64
}

func (t *tryout) flip(j int) {
	sign := 1.0
	if t.x[j] {
		sign = -1
	}
	t.x[j] = !t.x[j]
	for _, e := range t.m.cols[j] {
		t.act[e.row] += sign * e.val
	}
}

// excess is how far a row is broken at the left side act.
func (r *row) excess(act float64) float64 {
	d := act - r.rhs
	if r.equal {
		d = math.Abs(d)
	}
	if d <= propagateTol*(1+math.Abs(r.rhs)) {
		return 0
	}
	return d
}

// change returns by how much flipping j changes the total excess.
func (t *tryout) change(j int) float64 {
	sign := 1.0
	if t.x[j] {
		sign = -1
	}
	sum := 0.0
	for _, e := range t.m.cols[j] {
		r := &t.m.rows[e.row]
		sum += r.excess(t.act[e.row]+sign*e.val) - r.excess(t.act[e.row])
	}
	return sum
}

// gain returns what flipping j adds to the objective.
func (t *tryout) gain(j int) float64 {
	if t.x[j] {
		return -t.m.cost[j]
	}
	return t.m.cost[j]
}

// start offers a solution known from before, repaired where it breaks a row.
func (s *search) start(x []bool) {
	if s.m.meets(x) {
		s.offer(slices.Clone(x))
		return
	}
	s.offer(s.nearTo(func(j int) float64 {
		if x[j] {
			return 1
		}
		return 0
	}))
}

// rounded makes a solution near the relaxed one, or nil.
func (s *search) rounded() []bool { return s.nearTo(s.l.choice) }

// nearTo makes a solution near the values of at: round, repair the broken rows
// one flip at a time, then add, and at the root exchange, while the objective rises. It returns
// nil when the repair fails.
func (s *search) nearTo(at func(j int) float64) []bool {
	t := &tryout{m: s.m, x: make([]bool, s.m.n), act: make([]float64, len(s.m.rows))}
	order := make([]int, s.m.n)
	for j := range order {
		order[j] = j
		if at(j) > 0.5 {
			t.flip(j)
		}
	}
	if !s.repair(t) {
		return nil
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(at(b), at(a)), cmp.Compare(s.m.cost[b], s.m.cost[a]))
	})
	for _, j := range order {
		if t.gain(j) > 0 && t.change(j) <= 0 {
			t.flip(j)
		}
	}
	if s.nodes <= 1 {
		t.swap(order)
	}
	return t.x
}

// repair flips the free choice that takes away most excess, among equals the one
// that costs least, until no excess is left.
func (s *search) repair(t *tryout) bool {
	for range 2*s.m.n + 1 {
		total := 0.0
		for i := range s.m.rows {
			total += s.m.rows[i].excess(t.act[i])
		}
		if total == 0 {
			return true
		}
		best, bestChange, bestGain := -1, 0.0, 0.0
		for j := range s.m.n {
			if !s.free(j) {
				continue
			}
			c := t.change(j)
			if c >= 0 {
				continue
			}
			g := t.gain(j)
			if best < 0 || c < bestChange-propagateTol || (c < bestChange+propagateTol && g > bestGain) {
				best, bestChange, bestGain = j, c, g
			}
		}
		if best < 0 {
			return false
		}
		t.flip(best)
	}
	return false
}

// swapLimit bounds the pairs that swap looks at, which it does twice.
const swapLimit = 1 << 17

// swap exchanges one choice against another while that raises the objective.
func (t *tryout) swap(order []int) {
	looked := 0
	for again := true; again; {
		again = false
		for _, i := range order {
			for _, j := range order {
				if looked++; looked > swapLimit {
					return
				}
				if i == j || t.gain(i)+t.gain(j) <= propagateTol {
					continue
				}
				t.flip(i)
				if t.change(j) <= 0 && t.fits(i, j) {
					t.flip(j)
					again = true
				} else {
					t.flip(i)
				}
			}
		}
	}
}

// fits reports whether flipping j leaves no row of i or j broken.
func (t *tryout) fits(i, j int) bool {
	t.flip(j)
	ok := true
	for _, k := range [2]int{i, j} {
		for _, e := range t.m.cols[k] {
			if t.m.rows[e.row].excess(t.act[e.row]) > 0 {
				ok = false
			}
		}
	}
	t.flip(j)
	return ok
}
