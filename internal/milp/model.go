package milp

import (
	"math"
	"slices"
)

// row is a row of the relaxation, "<=" or "=", scaled by a power of two so that
// its largest coefficient lies in [1, 2).
type row struct {
	idx   []int
	val   []float64
	rhs   float64
	equal bool
	// unit divides every slack that a solution can leave; 0 when none is known.
	unit float64
	// score is how far a cut lies from the relaxed solution when it is made.
	score float64
}

// entry is a coefficient in a column.
type entry struct {
	row int
	val float64
}

// model is a Problem in the form in which it is solved. Its objective is in
// internal units: the given one times scale.
type model struct {
	n     int
	rows  []row // first those of exact, then cuts
	cols  [][]entry
	exact []exactRow
	cost  []float64
	scale float64
	// step divides every difference of two objective values; 0 when the
	// objective is not whole.
	step float64
	// given is the objective as it came, and given10 its whole form.
	given   []float64
	given10 []int64
	pow10   float64

	// A model with choices fixed has a parent, of which kept names the choices
	// that are left and base the values of the others; their value is in offset.
	parent *model
	kept   []int
	base   []bool
	offset float64
}

func newModel(p Problem) *model {
	m := &model{n: len(p.Objective), given: p.Objective}
	m.setObjective(p.Objective)
	for _, r := range p.Rows {
		m.addRow(r)
	}
	m.index()
	return m
}

func (m *model) setObjective(c []float64) {
	m.cost = slices.Clone(c)
	m.scale, m.pow10, m.step = 1, 1, 0
	if num, e, ok := scaleToWhole(c); ok {
		m.given10 = num
		m.pow10 = math.Pow10(e)
		for j, v := range num {
			m.cost[j] = float64(v)
		}
		m.step = float64(gcdAll(num))
		m.scale = m.pow10
	}
	f := unitScale(m.cost)
	for j := range m.cost {
		m.cost[j] *= f
	}
	m.step *= f
	m.scale *= f
	if m.step == 0 && m.given10 != nil {
		m.step = 1 // all zero: every solution has the same value
	}
}

// unitScale returns the power of two that brings the largest size into [1, 2).
func unitScale(xs []float64) float64 {
	big := 0.0
	for _, x := range xs {
		big = max(big, math.Abs(x))
	}
	if big == 0 {
		return 1
	}
	_, e := math.Frexp(big)
	return math.Ldexp(1, min(1-e, 1000))
}

// addRow merges the terms of a row, turns it to "<=" or "=", and adds it. Call
// index after the last one.
func (m *model) addRow(r Row) {
	sign := 1.0
	if r.Sense == AtLeast {
		sign = -1
	}
	terms := slices.Clone(r.Terms)
	slices.SortStableFunc(terms, func(a, b Term) int { return a.Var - b.Var })
	e := exactRow{rhs: sign * r.RHS, equal: r.Sense == Equal}
	// Scaling before merging lets 0.1 and 0.2 of one variable be 0.3.
	flat := make([]float64, 0, len(terms)+1)
	for _, t := range terms {
		flat = append(flat, sign*t.Coef)
	}
	num, _, whole := scaleToWhole(append(flat, e.rhs))
	e.whole = whole
	for i, t := range terms {
		k := len(e.idx) - 1
		if k < 0 || e.idx[k] != t.Var {
			e.idx, e.val, e.num = append(e.idx, t.Var), append(e.val, 0), append(e.num, 0)
			k++
		}
		e.val[k] += flat[i]
		if whole {
			e.num[k] += num[i]
		}
	}
	if whole {
		e.rhsNum = num[len(num)-1]
	}
	e.dropZeros()
	m.exact = append(m.exact, e)
	m.relax(&e)
}

func (e *exactRow) dropZeros() {
	k := 0
	for i, j := range e.idx {
		if (e.whole && e.num[i] == 0) || (!e.whole && e.val[i] == 0) {
			continue
		}
		e.idx[k], e.val[k], e.num[k] = j, e.val[i], e.num[i]
		k++
	}
	e.idx, e.val, e.num = e.idx[:k], e.val[:k], e.num[:k]
}

// relax adds the row of the relaxation. A whole row is divided by the common
// divisor of its coefficients, and a right-hand side between two multiples
// moves to the lower one, since no choice reaches what lies between.
func (m *model) relax(e *exactRow) {
	r := row{idx: e.idx, val: slices.Clone(e.val), rhs: e.rhs, equal: e.equal}
	if e.whole {
		r.unit = 1
		r.rhs = float64(e.rhsNum)
		for k, v := range e.num {
			r.val[k] = float64(v)
		}
		if g := gcdAll(e.num); g > 1 {
			q := floorDiv(e.rhsNum, g)
			if e.equal && q*g != e.rhsNum {
				// No sum of multiples of g is equal to it: 0 = 1.
				r.idx, r.val, q = nil, nil, 1
			}
			for k := range r.val {
				r.val[k] = float64(e.num[k] / g)
			}
			r.rhs = float64(q)
		}
	}
	scaleRow(&r)
	// A right-hand side out of reach says the same when it is just out of reach,
	// and large numbers only cost digits.
	reach := 1.0
	for _, v := range r.val {
		reach += math.Abs(v)
	}
	if math.Abs(r.rhs) > reach {
		r.rhs, r.unit = math.Copysign(reach, r.rhs), 0
	}
	m.rows = append(m.rows, r)
}

// index fills the columns from the rows.
func (m *model) index() {
	m.cols = make([][]entry, m.n)
	for i, r := range m.rows {
		for k, j := range r.idx {
			m.cols[j] = append(m.cols[j], entry{i, r.val[k]})
		}
	}
}

// meets reports whether x satisfies every row as it was given.
func (m *model) meets(x []bool) bool {
	if m.parent != nil {
		return m.parent.meets(m.expand(x))
	}
	for i := range m.exact {
		if m.exact[i].at(x) == broken {
			return false
		}
	}
	return true
}

// value returns the objective of x in internal units.
func (m *model) value(x []bool) float64 {
	sum := m.offset
	for j, on := range x {
		if on {
			sum += m.cost[j]
		}
	}
	return sum
}

// report returns the objective of x as the caller counts it.
func (m *model) report(x []bool) float64 {
	if m.given10 == nil {
		sum := 0.0
		for j, on := range x {
			if on {
				sum += m.given[j]
			}
		}
		return sum
	}
	var sum int64
	for j, on := range x {
		if on {
			sum += m.given10[j]
		}
	}
	return float64(sum) / m.pow10
}

// reportBound returns a bound in the caller's units, lowered to the nearest
// value that a solution can have.
func (m *model) reportBound(b float64) float64 {
	if m.step > 0 {
		b = math.Floor(b/m.step+1e-6) * m.step
	}
	return b / m.scale
}
