package milp

import "math"

// propagateTol is how far, relative to the right-hand side, a row must be
// broken for propagation to act.
const propagateTol = 1e-9

// propagate fixes the choices that single rows force, until nothing more
// follows. It returns false when a row cannot be met.
func (s *search) propagate() bool {
	ok := true
	for len(s.queue) > 0 {
		i := s.queue[len(s.queue)-1]
		s.queue = s.queue[:len(s.queue)-1]
		s.inQ[i] = false
		if ok {
			ok = s.propagateRow(&s.m.rows[i])
		}
	}
	return ok
}

func (s *search) propagateRow(r *row) bool {
	lo, hi := 0.0, 0.0
	for k, j := range r.idx {
		a := r.val[k]
		lo += min(a*s.l.lo[j], a*s.l.up[j])
		hi += max(a*s.l.lo[j], a*s.l.up[j])
	}
	tol := propagateTol * (1 + math.Abs(r.rhs))
	if lo > r.rhs+tol || (r.equal && hi < r.rhs-tol) {
		return false
	}
	for k, j := range r.idx {
		if !s.free(j) {
			continue
		}
		a := r.val[k]
		size := math.Abs(a)
		switch {
		case lo+size > r.rhs+tol:
			s.fix(j, a < 0)
			hi -= size
		case r.equal && hi-size < r.rhs-tol:
			s.fix(j, a > 0)
			lo += size
		}
		if lo > r.rhs+tol || (r.equal && hi < r.rhs-tol) {
			return false
		}
	}
	return true
}
