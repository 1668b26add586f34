package milp

import (
	"math"
	"slices"
)

// reduced returns the model with choices fixed: fixed[j] is 0 or 1, or below 0
// where choice j stays free. Rows that can no longer be broken are left out. Values
// and bounds of the smaller model are those of the whole one.
func (m *model) reduced(fixed []int8) *model {
	r := &model{parent: m, base: make([]bool, m.n), scale: m.scale, step: m.step, offset: m.offset}
	at := make([]int, m.n)
	for j, v := range fixed {
		at[j] = -1
		switch {
		case v < 0:
			at[j] = r.n
			r.kept = append(r.kept, j)
			r.cost = append(r.cost, m.cost[j])
			r.n++
		case v == 1:
			r.base[j] = true
			r.offset += m.cost[j]
		}
	}
	for i := range m.exact {
		e := m.exact[i].reduced(fixed, at)
		if e.equal || !e.idle() {
			r.exact = append(r.exact, e)
			r.relax(&e)
		}
	}
	for _, c := range m.rows[len(m.exact):] {
		if c, ok := c.reduced(fixed, at); ok {
			r.rows = append(r.rows, c)
		}
	}
	r.index()
	return r
}

// reduced returns the row over the choices that stay free, numbered by at.
func (e *exactRow) reduced(fixed []int8, at []int) exactRow {
	r := exactRow{rhsNum: e.rhsNum, whole: e.whole, rhs: e.rhs, equal: e.equal}
	for k, j := range e.idx {
		switch fixed[j] {
		case 0:
		case 1:
			r.rhsNum -= e.num[k]
			r.rhs -= e.val[k]
		default:
			r.idx, r.num, r.val = append(r.idx, at[j]), append(r.num, e.num[k]), append(r.val, e.val[k])
		}
	}
	return r
}

// idle reports whether no choice breaks the row.
func (e *exactRow) idle() bool {
	if !e.whole {
		most, size := 0.0, math.Abs(e.rhs)
		for _, v := range e.val {
			most += max(0, v)
			size += math.Abs(v)
		}
		return most <= e.rhs-floatTol*size
	}
	var most int64
	for _, v := range e.num {
		most += max(0, v)
	}
	return most <= e.rhsNum
}

// reduced returns a cut over the choices that stay free, ok false when nothing
// breaks it.
func (r row) reduced(fixed []int8, at []int) (out row, ok bool) {
	out = row{rhs: r.rhs, unit: r.unit}
	most, size := 0.0, math.Abs(r.rhs)
	for k, j := range r.idx {
		v := r.val[k]
		size += math.Abs(v)
		switch fixed[j] {
		case 0:
		case 1:
			out.rhs -= v
		default:
			out.idx, out.val = append(out.idx, at[j]), append(out.val, v)
			most += max(0, v)
		}
	}
	if out.unit == 0 {
		out.rhs += roundoff * size
	}
	if len(out.idx) == 0 || most <= out.rhs {
		return out, false
	}
	scaleRow(&out)
	return out, true
}

// expand returns a choice of the smaller model as one of its parent.
func (m *model) expand(x []bool) []bool {
	out := slices.Clone(m.base)
	for k, j := range m.kept {
		out[j] = x[k]
	}
	return out
}

// whole returns a choice as one of the problem that was given.
func (m *model) whole(x []bool) []bool {
	for ; m.parent != nil; m = m.parent {
		x = m.expand(x)
	}
	return x
}
