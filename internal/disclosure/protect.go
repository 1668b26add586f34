package disclosure

import (
	"cmp"
	"slices"
)

// attempts are the ways in which the search is tried; the cheapest pattern is taken. Depth is how much a search that has less left
// to balance is preferred to one that hides less; the order is that in which sensitive cells are protected.
var attempts = []struct {
	depth   float64
	forward bool
}{{1, true}, {0.3, true}}

// Protect hides the sensitive cells and, at little cost, what would give them away. The error tells what is wrong with
// the problem; sensitive cells that could not be protected, because of what is public, are in Pattern.Open. With the
// same problem the pattern is the same.
func Protect(p Problem) (Pattern, error) {
	if err := p.Validate(); err != nil {
		return Pattern{}, err
	}
	var best Pattern
	lowest := 0.0
	for k, a := range attempts {
		t := p.attempt(a.depth, a.forward)
		cost := p.cost(t.Hidden)
		if k == 0 || len(t.Open) < len(best.Open) || len(t.Open) == len(best.Open) && cost < lowest-1e-9 {
			best, lowest = t, cost
		}
		if best.Secondary == 0 {
			break // nothing is hidden that could be shown
		}
	}
	return best, nil
}

// cost is what the hidden cells cost that are not sensitive.
func (p Problem) cost(hidden []bool) float64 {
	sum := 0.0
	for i, c := range p.Cells {
		switch {
		case !hidden[i] || c.Sensitive || c.Given:
		case c.Cost == 0:
			sum++
		default:
			sum += c.Cost
		}
	}
	return sum
}

func (p Problem) attempt(depth float64, forward bool) Pattern {
	f := newFinder(p)
	f.depth = depth
	t := Pattern{Hidden: f.hidden, proof: make([]int, len(p.Cells))}
	var targets []int
	for i, c := range p.Cells {
		t.proof[i] = -1
		if c.Sensitive || c.Given {
			targets = append(targets, i)
			f.hidden[i] = c.Kind == Table
		}
	}
	if !forward {
		slices.Reverse(targets)
	}
	// Cells with much to lose come first: what is hidden for them protects others as well.
	slices.SortStableFunc(targets, func(a, b int) int { return cmp.Compare(p.Cells[b].Cost, p.Cells[a].Cost) })
	for round := range 3 {
		for _, i := range targets {
			given := !p.Cells[i].Sensitive
			if t.proof[i] >= 0 || given && round == 1 || !given && round == 2 {
				continue
			}
			if move := f.alternative(i, round != 1); move != nil {
				t.take(p, move)
			} else if round > 0 {
				t.Open = append(t.Open, i)
			}
		}
	}
	t.showAgain(f)
	slices.Sort(t.Open)
	for i, h := range t.Hidden {
		switch {
		case h && (p.Cells[i].Sensitive || p.Cells[i].Given):
			t.Primary++
		case h:
			t.Secondary++
		}
	}
	return t
}

// take hides what the move changes, and keeps the move as the proof of all cells that it changes.
func (t *Pattern) take(p Problem, move []Term) {
	t.moves = append(t.moves, move)
	for _, m := range move {
		if p.Cells[m.Cell].Kind == Table {
			t.Hidden[m.Cell] = true
		}
		if t.proof[m.Cell] < 0 {
			t.proof[m.Cell] = len(t.moves) - 1
		}
	}
}

// showAgain shows cells that were hidden to protect others where these are protected without them as well, the most
// costly first.
func (t *Pattern) showAgain(f *finder) {
	var extra []int
	for i, h := range t.Hidden {
		if h && !f.p.Cells[i].Sensitive && !f.p.Cells[i].Given {
			extra = append(extra, i)
		}
	}
	slices.SortStableFunc(extra, func(a, b int) int { return cmp.Compare(f.p.Cells[b].Cost, f.p.Cells[a].Cost) })
	for _, i := range extra {
		t.showOne(f, i)
	}
}

func (t *Pattern) showOne(f *finder, cell int) {
	f.hidden[cell] = false
	before := slices.Clone(t.proof)
	moves := len(t.moves)
	t.proof[cell] = -1
	var orphans []int
	for i, k := range t.proof {
		if k >= 0 && changes(t.moves[k], cell) {
			orphans = append(orphans, i)
			t.proof[i] = -1
		}
	}
	for _, i := range orphans {
		c := f.p.Cells[i]
		needs := c.Kind == Table && f.hidden[i] || c.Kind == Secret && c.Sensitive
		if !needs || t.proof[i] >= 0 || slices.Contains(t.Open, i) {
			continue
		}
		move := f.alternative(i, true)
		if move == nil {
			f.hidden[cell] = true
			t.proof, t.moves = before, t.moves[:moves]
			return
		}
		t.take(f.p, move)
	}
}

func changes(move []Term, cell int) bool {
	return slices.ContainsFunc(move, func(m Term) bool { return m.Cell == cell })
}

// Free says of each cell that is not published (hidden, Inner or Secret) whether an alternative for it exists, so that
// nobody can be sure of it; false where none was found, and for cells that are shown.
func (p Problem) Free(t Pattern) []bool {
	f := newFinder(p)
	copy(f.hidden, t.Hidden)
	out := make([]bool, len(p.Cells))
	for i, c := range p.Cells {
		if out[i] || c.Kind == Public || c.Kind == Table && !t.Hidden[i] {
			continue
		}
		for _, m := range f.alternative(i, true) {
			out[m.Cell] = true
		}
	}
	return out
}
