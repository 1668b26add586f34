package milp

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Limits of the cuts.
const (
	cutRounds  = 40
	cutAlike   = 0.9     // cosine above which two cuts say the same
	cutPatient = 3       // rounds that may bring little
	cutLittle  = 5e-3    // little: this share of what all rounds brought
	cutEvery   = 2       // nodes to one at which cuts are made after the root
	cutFew     = 5       // cuts of such a node
	cutWorth   = 0.2     // of the way to the best solution that the cuts at the root must go for nodes to get any
	cutTable   = 1 << 17 // entries of the tableau from which nodes get none
	cutRoom    = 40      // rows of cuts, beside a quarter of the given rows, at which those that do not bind go
)

// tighten adds cuts to the rows of the relaxation: rules that every solution
// meets and the relaxed solution does not. They may use what is fixed at the root, and
// hold for the whole search.
func (s *search) tighten(ctx context.Context) {
	given := len(s.m.rows)
	if s.m.n == 0 || given == 0 {
		return
	}
	if s.l.solve(ctx, math.Inf(-1)) != lpOptimal {
		return
	}
	start := s.l.val[len(s.m.rows)]
	last, idle := start, 0
	defer func() {
		if !s.restarted {
			s.cutFrom, s.cutTo = start, last
		}
	}()
	for range cutRounds {
		if ctx.Err() != nil {
			break
		}
		found := s.separate(given, true)
		if len(found) == 0 {
			break
		}
		s.addCuts(found)
		if s.l.solve(ctx, math.Inf(-1)) != lpOptimal {
			break
		}
		z := s.l.val[len(s.m.rows)]
		if idle++; last-z > cutLittle*(start-z) {
			idle = 0
		}
		last = z
		if idle >= cutPatient {
			break
		}
		if len(s.m.rows) > 2*given+50 {
			s.purge(given)
		}
	}
	s.purge(given)
}

// purge takes out the cuts that do not bind.
func (s *search) purge(given int) {
	keep := make([]bool, len(s.m.rows))
	kept := s.m.rows[:0]
	for i, r := range s.m.rows {
		if keep[i] = i < given || s.l.rowOf[s.m.n+i] < 0; keep[i] {
			kept = append(kept, r)
		}
	}
	s.m.rows = kept
	s.m.index()
	s.l.dropRows(keep)
	s.inQ, s.queue = s.inQ[:0], s.queue[:0]
	s.fit()
}

// cutHere adds cuts that the relaxed solution of a node breaks. They hold for the
// whole search: what is only fixed here counts as free. It reports whether there
// are new ones.
func (s *search) cutHere() bool {
	given := len(s.m.exact)
	if len(s.m.rows) > given+given/4+cutRoom {
		s.purge(given)
	}
	found := s.separate(given, false)
	found = found[:min(len(found), cutFew)]
	s.addCuts(found)
	return len(found) > 0
}

// cutsPay reports whether the cuts at the root have brought enough for nodes to
// get cuts too. Where they have not, a bare relaxation is searched faster.
func (s *search) cutsPay() bool {
	return s.cuts && (math.IsInf(s.known, -1) || s.cutFrom-s.cutTo >= cutWorth*(s.cutFrom-s.known))
}

// addCuts adds cuts to the model and the tableau.
func (s *search) addCuts(cuts []row) {
	for _, c := range cuts {
		at := len(s.m.rows)
		s.m.rows = append(s.m.rows, c)
		for k, j := range c.idx {
			s.m.cols[j] = append(s.m.cols[j], entry{at, c.val[k]})
		}
		s.l.addRow(&s.m.rows[at])
	}
	s.fit()
}

// fit makes what goes by rows as long as the model has rows.
func (s *search) fit() {
	rows := len(s.m.rows)
	for len(s.inQ) < rows {
		s.inQ = append(s.inQ, false)
	}
	s.cert.fit(rows)
	if s.trial != nil {
		s.trial.fit(rows)
	}
}

// cutFactors are the multiples of a row that are rounded.
var cutFactors = [...]float64{1, 2, 3}

// separate returns cuts that the relaxed solution breaks, the farthest first; single rows
// are rounded too when single is true.
func (s *search) separate(given int, single bool) []row {
	var found []row
	cv := covers{l: s.l, fixed: s.atRoot}
	for i := range s.m.exact {
		if e := &s.m.exact[i]; !e.whole || len(e.idx) < 3 {
			continue
		}
		if c, ok := cv.cut(&s.m.exact[i]); ok {
			found = append(found, c)
		}
	}
	found = append(found, s.roundings(given, single)...)
	slices.SortStableFunc(found, func(a, b row) int { return cmp.Compare(b.score, a.score) })
	return apart(found, s.m.n, 10+given/2)
}

// roundings makes rounding cuts of the rows of fractional choices in the tableau, and of
// single rows.
func (s *search) roundings(given int, single bool) []row {
	var found []row
	g := newRounding(s.m, s.l, s.atRoot)
	for r, b := range s.l.basic {
		if b >= s.m.n || math.Abs(s.l.val[r]-math.Round(s.l.val[r])) < cutMinFrac {
			continue
		}
		g.fromTableau(r)
		for _, factor := range cutFactors {
			if c, ok := g.cut(factor); ok {
				found = append(found, c)
			}
		}
	}
	for i := range given {
		r := &s.m.rows[i]
		if !single || len(r.idx) < 3 {
			continue
		}
		g.fromRow(i)
		tried := map[float64]bool{}
		for k, j := range r.idx {
			v, a := s.l.choice(j), math.Abs(r.val[k])
			if math.Abs(v-math.Round(v)) <= wholeTol || a < 1e-3 || tried[a] || len(tried) > 8 {
				continue
			}
			tried[a] = true
			if c, ok := g.cut(1 / a); ok {
				found = append(found, c)
			}
		}
	}
	return found
}

// apart keeps at most so many cuts, each of them pointing elsewhere than those
// before it.
func apart(cuts []row, n, most int) []row {
	var kept []row
	dense := make([]float64, n)
	for _, c := range cuts {
		if len(kept) == most {
			break
		}
		for k, j := range c.idx {
			dense[j] = c.val[k]
		}
		alike := slices.ContainsFunc(kept, func(o row) bool {
			dot := 0.0
			for k, j := range o.idx {
				dot += o.val[k] * dense[j]
			}
			return dot > cutAlike*norm(o.val)*norm(c.val)
		})
		if !alike {
			kept = append(kept, c)
		}
		for _, j := range c.idx {
			dense[j] = 0
		}
	}
	return kept
}

func norm(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x * x
	}
	return math.Sqrt(sum)
}
