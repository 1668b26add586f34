package disclosure

import (
	"container/heap"
	"encoding/binary"
	"math"
	"slices"
)

// mostSteps is how many tables the search for one alternative looks at before it gives up; mostChanges how many single
// changes an alternative may have.
const (
	mostSteps   = 30_000
	mostChanges = 40
)

// finder looks for alternatives of a problem.
type finder struct {
	p       Problem
	touches [][]Term // by cell: relations (as Term.Cell) with the coefficient
	hidden  []bool
	depth   float64 // see attempts
}

func newFinder(p Problem) *finder {
	f := &finder{p: p, depth: 1, touches: make([][]Term, len(p.Cells)), hidden: make([]bool, len(p.Cells))}
	for i, r := range p.Relations {
		for _, t := range r {
			f.touches[t.Cell] = append(f.touches[t.Cell], Term{i, t.Coef})
		}
	}
	return f
}

// gap is a relation that is out of balance by so much.
type gap struct {
	relation int
	by       int64
}

// step is a table one change away from the one before it.
type step struct {
	before  *step
	cell    int
	change  int64 // +1 or -1
	gaps    []gap // by relation
	cost    float64
	rank    float64
	depth   int
	ordinal int
}

// net is how much the steps up to this one have changed the cell.
func (s *step) net(cell int) int64 {
	sum := int64(0)
	for ; s != nil; s = s.before {
		if s.cell == cell {
			sum += s.change
		}
	}
	return sum
}

// queue gives the step with the least rank first, the older of two.
type queue []*step

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].rank != q[j].rank {
		return q[i].rank < q[j].rank
	}
	return q[i].ordinal < q[j].ordinal
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*step)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// price is what it costs to change the cell: nothing where it is not published, +Inf where everybody knows it or where
// nothing more may be hidden.
func (f *finder) price(cell int, free bool) float64 {
	c := f.p.Cells[cell]
	switch {
	case c.Kind == Public:
		return math.Inf(1)
	case c.Kind != Table || f.hidden[cell]:
		return 0
	case free:
		return math.Inf(1)
	case c.Cost == 0:
		return 1
	}
	return c.Cost
}

// alternative looks for changes of the table that keep all relations and what is shown, and that change the target. With
// free nothing more is hidden for it; without, the cells of the result that are shown are to be hidden. It is nil where
// none was found.
func (f *finder) alternative(target int, free bool) []Term {
	var q queue
	n := 0
	push := func(before *step, cell int, change int64) {
		price := f.price(cell, free)
		if math.IsInf(price, 1) || f.p.Cells[cell].Value+before.net(cell)+change < 0 {
			return
		}
		s := &step{before: before, cell: cell, change: change, depth: 1, ordinal: n}
		if before != nil {
			if before.depth == mostChanges || before.net(cell)*change < 0 {
				return
			}
			s.gaps, s.cost, s.depth = before.gaps, before.cost, before.depth+1
			if before.net(cell) != 0 {
				price = 0 // it is hidden for an earlier change of it
			}
		}
		s.gaps = f.apply(s.gaps, cell, change)
		s.cost += price
		// What is left to balance costs about a cheap cell each: a search that is told so goes deep first.
		s.rank = s.cost + f.depth*float64(len(s.gaps)) + 0.01*float64(s.depth)
		n++
		heap.Push(&q, s)
	}
	push(nil, target, 1)
	push(nil, target, -1)
	seen := map[string]bool{}
	for looked := 0; q.Len() > 0 && looked < mostSteps; looked++ {
		s := heap.Pop(&q).(*step)
		if len(s.gaps) == 0 {
			return s.changes()
		}
		if k := s.key(target); seen[k] {
			continue
		} else {
			seen[k] = true
		}
		g := f.narrowest(s.gaps)
		for _, t := range f.p.Relations[g.relation] {
			change := int64(1)
			if (g.by > 0) == (t.Coef > 0) {
				change = -1
			}
			push(s, t.Cell, change)
		}
	}
	return nil
}

// apply is the gaps after the change of a cell.
func (f *finder) apply(gaps []gap, cell int, change int64) []gap {
	out := slices.Clone(gaps)
	for _, t := range f.touches[cell] {
		i, found := slices.BinarySearchFunc(out, t.Cell, func(g gap, r int) int { return g.relation - r })
		switch {
		case !found:
			out = slices.Insert(out, i, gap{t.Cell, t.Coef * change})
		case out[i].by+t.Coef*change == 0:
			out = slices.Delete(out, i, i+1)
		default:
			out[i].by += t.Coef * change
		}
	}
	return out
}

// narrowest is the gap whose relation has the fewest terms: there is the least to choose from.
func (f *finder) narrowest(gaps []gap) gap {
	best := gaps[0]
	for _, g := range gaps[1:] {
		if len(f.p.Relations[g.relation]) < len(f.p.Relations[best.relation]) {
			best = g
		}
	}
	return best
}

// key is the same for steps that leave the same to be balanced and change the target the same way.
func (s *step) key(target int) string {
	b := make([]byte, 0, 12*len(s.gaps)+2)
	b = binary.AppendVarint(b, s.net(target))
	for _, g := range s.gaps {
		b = binary.AppendVarint(b, int64(g.relation))
		b = binary.AppendVarint(b, g.by)
	}
	return string(b)
}

// changes are the steps put together, by cell.
func (s *step) changes() []Term {
	by := map[int]int64{}
	for ; s != nil; s = s.before {
		by[s.cell] += s.change
	}
	var out []Term
	for cell, change := range by {
		if change != 0 {
			out = append(out, Term{cell, change})
		}
	}
	slices.SortFunc(out, func(a, b Term) int { return a.Cell - b.Cell })
	return out
}
