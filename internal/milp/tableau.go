package milp

import (
	"math"
	"slices"
)

// rebuild computes the tableau of the present basis again from the rows.
func (l *lp) rebuild() {
	inBasis := l.basics()
	for j := range l.m.n {
		if r := l.rowOf[j]; r >= 0 {
			l.x[j] = min(max(math.Round(l.val[r]), l.lo[j]), l.up[j])
		}
	}
	l.crash(inBasis)
}

// basics tells which variables are basic.
func (l *lp) basics() []bool {
	in := make([]bool, len(l.rowOf))
	for _, v := range l.basic {
		in[v] = true
	}
	return in
}

// crash makes the tableau of a basis, the nonbasic choices where l.x has them. It
// falls back to other basic variables when the basis is numerically singular,
// which costs pivots later and nothing else.
func (l *lp) crash(inBasis []bool) {
	n := l.m.n
	l.reset()
	for v := range n {
		if !inBasis[v] {
			continue
		}
		best, size := -1, pivotTol
		for i, b := range l.basic {
			if b >= n && !inBasis[b] && math.Abs(l.t[i][v]) > size {
				best, size = i, math.Abs(l.t[i][v])
			}
		}
		if best >= 0 {
			l.pivot(best, l.colOf[v], 0)
		}
	}
	l.pivots = 0
	l.restoreDual()
}

// copyFrom makes l the same as a tableau of the same model, with rows of its own
// where there are more than before.
func (l *lp) copyFrom(o *lp) {
	l.t = l.t[:min(len(l.t), len(o.t))]
	for len(l.t) < len(o.t) {
		l.t = append(l.t, make([]float64, l.m.n))
	}
	for i := range o.t {
		copy(l.t[i], o.t[i])
	}
	l.val = append(l.val[:0], o.val...)
	l.basic = append(l.basic[:0], o.basic...)
	l.nonbasic = append(l.nonbasic[:0], o.nonbasic...)
	l.rowOf = append(l.rowOf[:0], o.rowOf...)
	l.colOf = append(l.colOf[:0], o.colOf...)
	l.lo = append(l.lo[:0], o.lo...)
	l.up = append(l.up[:0], o.up...)
	l.x = append(l.x[:0], o.x...)
	l.pivots = o.pivots // not spent, which goes on
}

// dropRows takes rows out of the tableau, whose slacks must be basic.
func (l *lp) dropRows(keep []bool) {
	n, rows := l.m.n, len(keep)
	number := make([]int, n+rows) // of a variable in what is left
	for j := range n {
		number[j] = j
	}
	left := n
	for i, k := range keep {
		number[n+i] = -1
		if k {
			number[n+i] = left
			l.lo[left], l.up[left], l.x[left] = l.lo[n+i], l.up[n+i], l.x[n+i]
			left++
		}
	}
	l.lo, l.up, l.x = l.lo[:left], l.up[:left], l.x[:left]
	at := 0
	for i, v := range l.basic {
		if number[v] >= 0 {
			l.t[at], l.t[i] = l.t[i], l.t[at]
			l.val[at], l.basic[at] = l.val[i], number[v]
			at++
		}
	}
	l.t[at], l.val[at] = l.t[rows], l.val[rows]
	l.t, l.val, l.basic = l.t[:at+1], l.val[:at+1], l.basic[:at]
	l.rowOf, l.colOf = l.rowOf[:left], l.colOf[:left]
	for v := range left {
		l.rowOf[v], l.colOf[v] = -1, -1
	}
	for i, v := range l.basic {
		l.rowOf[v] = i
	}
	for k, v := range l.nonbasic {
		l.nonbasic[k] = number[v]
		l.colOf[number[v]] = k
	}
}

// addRow adds a row of the model, which must be its last; its slack is basic.
func (l *lp) addRow(r *row) {
	n, at := l.m.n, len(l.basic)
	out := make([]float64, n)
	v := r.rhs
	for k, j := range r.idx {
		a := r.val[k]
		if i := l.rowOf[j]; i >= 0 {
			v -= a * l.val[i]
			for q, t := range l.t[i] {
				out[q] -= a * t
			}
		} else {
			v -= a * l.x[j]
			out[l.colOf[j]] += a
		}
	}
	l.t = slices.Insert(l.t, at, out)
	l.val = slices.Insert(l.val, at, v)
	l.basic = append(l.basic, n+at)
	l.rowOf, l.colOf = append(l.rowOf, at), append(l.colOf, -1)
	up := math.Inf(1)
	if r.equal {
		up = 0
	}
	l.lo, l.up, l.x = append(l.lo, 0), append(l.up, up), append(l.x, 0)
}
