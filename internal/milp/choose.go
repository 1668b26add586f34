package milp

import "math"

// pick returns the undecided choice to split: the one whose smaller and larger
// losses have the largest product. It returns -1 when all are whole.
func (s *search) pick() int {
	best, bestScore := -1, -1.0
	for j := range s.m.n {
		r := s.l.rowOf[j]
		if r < 0 || !s.free(j) {
			continue
		}
		v := s.l.val[r]
		if math.Abs(v-math.Round(v)) <= wholeTol {
			continue
		}
		down, up := s.loss(r, v)
		if score := max(down, 1e-6) * max(up, 1e-6); score > bestScore {
			best, bestScore = j, score
		}
	}
	return best
}

// loss estimates what the objective loses when the choice that is basic in row r at v
// is set to 0 and to 1: the first step of the dual simplex (Driebeek 1966).
// Mixing in past losses (pseudo-costs) made the trees of the benchmarks larger.
func (s *search) loss(r int, v float64) (down, up float64) {
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
