package disclosure

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"milieu/internal/milp"
)

// Leak is a hidden cell that came out.
type Leak struct {
	Cell  int
	Value int64
	By    string // "algebra" or "bounds"
}

// Attack is what an intruder found.
type Attack struct {
	Leaks     []Leak
	Undecided []int // cells whose bounds the search did not settle
}

// mostNodes limits the search for the bounds of a cell.
const mostNodes = 2_000

// Recover attacks a published table: it tries to work out every cell that is hidden, and every sensitive Secret, from what is
// shown. It never reads the values of cells that are not published, and shares no code with Protect: Gaussian elimination over
// the rationals finds the cells that linear algebra gives, and whole numbers from 0 that agree with everything shown bound
// the others (milp). A cell whose least and largest value are the same has come out. It is made for tests of what is published:
// its time grows steeply with the number of hidden cells.
func Recover(p Problem, hidden []bool) (Attack, error) {
	if len(hidden) != len(p.Cells) {
		return Attack{}, fmt.Errorf("%d cells and %d marks of what is hidden", len(p.Cells), len(hidden))
	}
	s := newSystem(p, hidden)
	out := s.deduce(p, hidden)
	free := make([]bool, len(p.Cells))
	for _, l := range out.Leaks {
		free[l.Cell] = true // it needs no further look
	}
	for i, c := range p.Cells {
		if !wanted(c, hidden[i]) || free[i] {
			continue
		}
		pinned, v, decided, err := s.bound(i, free)
		switch {
		case err != nil:
			return Attack{}, err
		case !decided:
			out.Undecided = append(out.Undecided, i)
		case pinned:
			out.Leaks = append(out.Leaks, Leak{i, v, "bounds"})
		}
	}
	return out, nil
}

// Deduce is the part of Recover that takes little time: Gaussian elimination, and the bounds that follow from one equation after
// the other. It finds no cell that only several equations together bound.
func Deduce(p Problem, hidden []bool) (Attack, error) {
	if len(hidden) != len(p.Cells) {
		return Attack{}, fmt.Errorf("%d cells and %d marks of what is hidden", len(p.Cells), len(hidden))
	}
	return newSystem(p, hidden).deduce(p, hidden), nil
}

// wanted says that an intruder looks for the cell.
func wanted(c Cell, hidden bool) bool {
	return c.Kind == Table && hidden || c.Kind == Secret && c.Sensitive
}

func (s *system) deduce(p Problem, hidden []bool) Attack {
	var out Attack
	known := s.eliminate()
	s.propagate()
	for i, c := range p.Cells {
		if !wanted(c, hidden[i]) {
			continue
		}
		if v, ok := known[i]; ok {
			out.Leaks = append(out.Leaks, Leak{i, v, "algebra"})
		} else if s.lo[i] == s.hi[i] {
			out.Leaks = append(out.Leaks, Leak{i, s.lo[i], "bounds"})
		}
	}
	return out
}

// system is the equations that an intruder has: for each relation the terms whose cells he does not know, and what they sum to.
type system struct {
	terms  [][]Term
	rhs    []int64
	lo, hi []int64 // of each cell
	open   []bool  // not known
}

func newSystem(p Problem, hidden []bool) *system {
	s := &system{lo: make([]int64, len(p.Cells)), hi: make([]int64, len(p.Cells)), open: make([]bool, len(p.Cells))}
	for i, c := range p.Cells {
		s.open[i] = c.Kind == Inner || c.Kind == Secret || c.Kind == Table && hidden[i]
		s.hi[i] = math.MaxInt32
		if !s.open[i] {
			s.lo[i], s.hi[i] = c.Value, c.Value
		}
	}
	for _, r := range p.Relations {
		by := map[int]int64{}
		rhs := int64(0)
		var terms []Term
		for _, t := range r {
			if !s.open[t.Cell] {
				rhs -= t.Coef * s.lo[t.Cell]
				continue
			}
			by[t.Cell] += t.Coef
		}
		for _, t := range r {
			if c := by[t.Cell]; c != 0 {
				terms = append(terms, Term{t.Cell, c})
				delete(by, t.Cell)
			}
		}
		s.terms, s.rhs = append(s.terms, terms), append(s.rhs, rhs)
	}
	return s
}

// eliminate brings the equations into reduced row echelon form and gives the cells that stand alone in theirs.
func (s *system) eliminate() map[int]int64 {
	type row struct {
		at  map[int]*big.Rat
		rhs *big.Rat
	}
	var done []row
	var pivots []int
	less := func(r row, by row, pivot int) {
		k, ok := r.at[pivot]
		if !ok {
			return
		}
		k = new(big.Rat).Quo(k, by.at[pivot])
		for j, c := range by.at {
			was, ok := r.at[j]
			if !ok {
				was = new(big.Rat)
			}
			if now := new(big.Rat).Sub(was, new(big.Rat).Mul(k, c)); now.Sign() == 0 {
				delete(r.at, j)
			} else {
				r.at[j] = now
			}
		}
		r.rhs.Sub(r.rhs, new(big.Rat).Mul(k, by.rhs))
	}
	for i, terms := range s.terms {
		r := row{map[int]*big.Rat{}, new(big.Rat).SetInt64(s.rhs[i])}
		for _, t := range terms {
			r.at[t.Cell] = new(big.Rat).SetInt64(t.Coef)
		}
		for k, d := range done {
			less(r, d, pivots[k])
		}
		if len(r.at) == 0 {
			continue
		}
		pivot := math.MaxInt
		for j := range r.at {
			pivot = min(pivot, j)
		}
		for _, d := range done {
			less(d, r, pivot)
		}
		done, pivots = append(done, r), append(pivots, pivot)
	}
	known := map[int]int64{}
	for k, d := range done {
		if len(d.at) == 1 {
			known[pivots[k]] = new(big.Rat).Quo(d.rhs, d.at[pivots[k]]).Num().Int64()
		}
	}
	return known
}

// propagate narrows the bounds of cells by each equation until nothing changes.
func (s *system) propagate() {
	for changed, rounds := true, 0; changed && rounds < 1000; rounds++ {
		changed = false
		for i, terms := range s.terms {
			changed = s.narrow(terms, s.rhs[i]) || changed
		}
	}
}

func (s *system) narrow(terms []Term, rhs int64) bool {
	var lo, hi int64
	for _, t := range terms {
		l, h := s.span(t)
		lo, hi = lo+l, hi+h
	}
	changed := false
	for _, t := range terms {
		l, h := s.span(t)
		least, most := rhs-(hi-h), rhs-(lo-l) // of the term
		if t.Coef < 0 {
			least, most = -most, -least
		}
		k := max(t.Coef, -t.Coef)
		if least = ceilDiv(least, k); least > s.lo[t.Cell] {
			s.lo[t.Cell], changed = least, true
		}
		if most = -ceilDiv(-most, k); most < s.hi[t.Cell] {
			s.hi[t.Cell], changed = most, true
		}
	}
	return changed
}

func (s *system) span(t Term) (lo, hi int64) {
	lo, hi = t.Coef*s.lo[t.Cell], t.Coef*s.hi[t.Cell]
	if t.Coef < 0 {
		lo, hi = hi, lo
	}
	return lo, hi
}

func ceilDiv(a, b int64) int64 {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}

// bound finds the least and the largest value that a cell can have. Cells that differ between the two tables that it finds
// are marked free.
func (s *system) bound(cell int, free []bool) (pinned bool, value int64, decided bool, err error) {
	var ends [2][]int64
	for k, sign := range []float64{1, -1} {
		x, found, err := s.extreme(cell, sign)
		if err != nil || !found {
			return false, 0, false, err
		}
		ends[k] = x
	}
	for i := range free {
		free[i] = free[i] || s.open[i] && ends[0][i] != ends[1][i]
	}
	return ends[0][cell] == ends[1][cell], ends[0][cell], true, nil
}

// extreme is the table that agrees with everything shown and has the largest (sign 1) or least (-1) value in the cell. Whole
// numbers are written with one 0-1 variable a binary digit.
func (s *system) extreme(cell int, sign float64) ([]int64, bool, error) {
	var p milp.Problem
	digits := make([][]int, len(s.open)) // variables of each cell, lowest digit first
	for _, i := range s.around(cell) {
		wide := s.hi[i] - s.lo[i]
		var row milp.Row
		for bit := int64(1); bit <= wide; bit *= 2 {
			digits[i] = append(digits[i], len(p.Objective))
			row.Terms = append(row.Terms, milp.Term{Var: len(p.Objective), Coef: float64(bit)})
			objective := 0.0
			if i == cell {
				objective = sign * float64(bit)
			}
			p.Objective = append(p.Objective, objective)
		}
		row.RHS = float64(wide)
		p.Rows = append(p.Rows, row)
	}
	for k, terms := range s.terms {
		row := milp.Row{Sense: milp.Equal, RHS: float64(s.rhs[k])}
		for _, t := range terms {
			row.RHS -= float64(t.Coef * s.lo[t.Cell])
			for b, v := range digits[t.Cell] {
				row.Terms = append(row.Terms, milp.Term{Var: v, Coef: float64(t.Coef) * math.Ldexp(1, b)})
			}
		}
		if len(row.Terms) > 0 {
			p.Rows = append(p.Rows, row)
		}
	}
	sol, err := milp.Solve(context.Background(), p, milp.Options{MaxNodes: mostNodes, NoConflict: true})
	if err != nil {
		return nil, false, fmt.Errorf("bounds of a hidden cell: %w", err)
	}
	if sol.Status != milp.Optimal {
		return nil, false, nil
	}
	x := append([]int64(nil), s.lo...)
	for i, vs := range digits {
		for b, v := range vs {
			if sol.X[v] {
				x[i] += 1 << b
			}
		}
	}
	return x, true, nil
}

// around are the cells that equations join to this one, over any number of them: the others do not matter to it.
func (s *system) around(cell int) []int {
	in := make([]bool, len(s.open))
	in[cell] = true
	for changed := true; changed; {
		changed = false
		for _, terms := range s.terms {
			some, all := false, true
			for _, t := range terms {
				fixed := s.lo[t.Cell] == s.hi[t.Cell]
				some = some || in[t.Cell] && !fixed
				all = all && (in[t.Cell] || fixed)
			}
			if some && !all {
				for _, t := range terms {
					if s.lo[t.Cell] < s.hi[t.Cell] {
						in[t.Cell] = true
					}
				}
				changed = true
			}
		}
	}
	var out []int
	for i, yes := range in {
		if yes && s.lo[i] < s.hi[i] {
			out = append(out, i)
		}
	}
	return out
}
