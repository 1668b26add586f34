package milp

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Limits of trying choices out before one is split.
const (
	reliable  = 8       // tries after which what a choice costs is taken from memory
	patience  = 8       // candidates in turn that may bring nothing better
	tryPivots = 60      // pivots of a try
	tryWork   = 1 << 29 // entries of the tableau that tries may touch before they are rationed
	leastLoss = 1e-6    // stands for no loss, so that products tell the other side
)

// losses remembers what fixing a choice has cost the relaxation, for each unit of
// its value that was moved.
type losses struct {
	sum   [2][]float64 // to 0, to 1
	count [2][]int
}

func newLosses(n int) *losses {
	h := &losses{}
	for side := range 2 {
		h.sum[side], h.count[side] = make([]float64, n), make([]int, n)
	}
	return h
}

// add remembers that moving choice j by dist to side has cost loss.
func (h *losses) add(j, side int, loss, dist float64) {
	if dist > wholeTol {
		h.sum[side][j] += loss / dist
		h.count[side][j]++
	}
}

// estimate is what moving by dist to side costs by what is remembered.
func (h *losses) estimate(j, side int, dist float64) float64 {
	if h.count[side][j] == 0 {
		return 0
	}
	return dist * h.sum[side][j] / float64(h.count[side][j])
}

func (h *losses) known(j int) int { return min(h.count[0][j], h.count[1][j]) }

// candidate is a choice that could be split.
type candidate struct {
	j     int
	score float64
}

// score weighs two losses: the product tells best which split closes the
// subtree soon (Achterberg 2007).
func score(down, up float64) float64 { return max(down, leastLoss) * max(up, leastLoss) }

// pick returns the choice to split, -1 when all are whole: reliability branching
// (Achterberg, Koch & Martin 2005). Choices of which little is known are tried
// out; one that a try closes on one side is fixed to the other instead, and fixed
// is true.
func (s *search) pick(ctx context.Context) (best int, fixed bool) {
	list := s.candidates()
	best, bestScore, idle := -1, -1.0, 0
	z := s.l.val[len(s.m.rows)]
	saved := false
	try := s.mayTry()
	for _, c := range list {
		if try && s.past.known(c.j) < reliable {
			if !saved {
				s.spare.copyFrom(s.l)
				saved = true
			}
			down, up, closed := s.try(ctx, c.j, z)
			if closed {
				return -1, true
			}
			c.score = score(down, up)
			idle++
		}
		if c.score > bestScore {
			best, bestScore, idle = c.j, c.score, 0
		}
		if idle >= patience {
			break
		}
	}
	return best, false
}

// mayTry rations what is spent on tries: some work for all, then no more than
// what the nodes themselves take.
func (s *search) mayTry() bool {
	size := max(1, len(s.m.rows)*s.m.n)
	return !s.light && s.tried < tryWork/size+(s.l.spent-s.tried)/2
}

// candidates lists the choices that are not whole, the most promising first.
func (s *search) candidates() []candidate {
	list := s.list[:0]
	for r, j := range s.l.basic {
		if j >= s.m.n || !s.free(j) {
			continue
		}
		v := s.l.val[r]
		if math.Abs(v-math.Round(v)) <= wholeTol {
			continue
		}
		down, up := s.penalties(r, v)
		down = max(down, s.past.estimate(j, 0, v))
		up = max(up, s.past.estimate(j, 1, 1-v))
		list = append(list, candidate{j, score(down, up)})
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.j, b.j))
	})
	s.list = list
	return list
}

// try fixes choice j to each side, looks what the relaxation loses within some
// pivots, and goes back. A side that the rows prove to hold nothing better fixes
// the choice to the other.
func (s *search) try(ctx context.Context, j int, z float64) (down, up float64, closed bool) {
	v := s.l.choice(j)
	lost := [2]float64{}
	for side := range 2 {
		shut := s.trySide(ctx, j, side)
		lost[side] = max(0, z-s.l.val[len(s.m.rows)])
		s.l.copyFrom(s.spare)
		if shut {
			s.fix(j, side == 0)
			return 0, 0, true
		}
		dist := v
		if side == 1 {
			dist = 1 - v
		}
		s.past.add(j, side, lost[side], dist)
	}
	return lost[0], lost[1], false
}

// trySide leaves the tableau with choice j fixed to side, and reports whether
// that is proved to be of no use.
func (s *search) trySide(ctx context.Context, j, side int) bool {
	limit, spent := s.l.limit, s.l.spent
	s.l.limit = min(limit, tryPivots)
	s.l.setBounds(j, float64(side), float64(side))
	cut := s.cutoff()
	st := s.l.solve(ctx, cut-dualTol*max(1, math.Abs(cut)))
	s.l.limit = limit
	s.tried += s.l.spent - spent
	switch st {
	case lpInfeasible:
		return s.trial.refutes(s.l)
	case lpCutoff:
		s.trial.fromDuals(s.l)
		return s.trial.bound+s.trial.err < cut
	}
	return false
}

// penalties estimates what the objective loses when the choice that is basic in row r at v
// is set to 0 and to 1: the first step of the dual simplex (Driebeek 1966).
func (s *search) penalties(r int, v float64) (down, up float64) {
	row, obj := s.l.t[r], s.l.t[len(s.m.rows)]
	down, up = math.Inf(1), math.Inf(1)
	for k, w := range s.l.nonbasic {
		a := row[k]
		if math.Abs(a) <= pivotTol || s.l.lo[w] == s.l.up[w] {
			continue
		}
		ratio := math.Abs(obj[k]) / math.Abs(a)
		// Moving w from its bound lowers j when a and the move have one sign.
		if (s.l.x[w] == s.l.lo[w]) == (a > 0) {
			down = min(down, ratio)
		} else {
			up = min(up, ratio)
		}
	}
	// A direction without any column is closed: a large, comparable number.
	return min(down*v, 1e6), min(up*(1-v), 1e6)
}
