package milp

import (
	"context"
	"math"
	"slices"
)

// Tolerances of the relaxation, on rows and objective scaled to [1, 2).
const (
	primalTol = 1e-9  // a basic variable may pass its bound by this
	pivotTol  = 1e-8  // smaller tableau entries are not pivots
	dualTol   = 1e-9  // a reduced cost within this is 0
	dustTol   = 1e-13 // what cancellation leaves of a 0
	driftTol  = 1e-7  // residual of the rows at which the tableau is rebuilt
)

// lpStatus is the outcome of a re-solve.
type lpStatus int

const (
	lpOptimal    lpStatus = iota
	lpInfeasible          // row lp.blocked of the tableau cannot be met
	lpCutoff              // the bound fell to the cutoff
	lpStalled             // too many pivots
	lpCancelled
)

// lp is a linear relaxation with a dense tableau of the nonbasic columns:
//
//	basic[i] = value - sum over columns k of t[i][k]*(nonbasic[k] moved)
//
// Variables 0..n-1 are the choices, n..n+rows-1 the slacks of the rows. The
// last row of the tableau is the objective, to be maximised; it stays dual
// feasible because every choice has two finite bounds.
type lp struct {
	m        *model
	t        [][]float64
	val      []float64 // of the basic variables; val[rows] is the objective
	basic    []int     // variable of each tableau row
	nonbasic []int     // variable of each column
	rowOf    []int     // tableau row of a variable, -1 when nonbasic
	colOf    []int     // column of a variable, -1 when basic
	lo, up   []float64
	x        []float64 // value of each nonbasic variable; stale for basic ones
	blocked  int
	pivots   int // since the tableau was built
	spent    int // pivots in all
	limit    int // pivots of one solve
	breaks   []breakpoint
	nonzero  []int // columns of the pivot row
}

// breakpoint is a column that leaves dual feasibility at a step of the ratio
// test.
type breakpoint struct {
	col   int
	ratio float64
}

func newLP(m *model) *lp {
	rows, n := len(m.rows), m.n
	l := &lp{
		m: m, t: make([][]float64, rows+1), val: make([]float64, rows+1),
		basic: make([]int, rows), nonbasic: make([]int, n),
		rowOf: make([]int, n+rows), colOf: make([]int, n+rows),
		lo: make([]float64, n+rows), up: make([]float64, n+rows), x: make([]float64, n+rows),
	}
	flat := make([]float64, (rows+1)*n)
	for i := range l.t {
		l.t[i] = flat[i*n : (i+1)*n : (i+1)*n]
	}
	for j := range n {
		l.up[j] = 1
		if m.cost[j] > 0 {
			l.x[j] = 1
		}
	}
	for i, r := range m.rows {
		if !r.equal {
			l.up[n+i] = math.Inf(1)
		}
	}
	l.limit = 200 + 20*(rows+n)
	l.reset()
	return l
}

// reset makes the slacks basic, with the choices where l.x has them.
func (l *lp) reset() {
	n, rows := l.m.n, len(l.m.rows)
	for i := range l.t {
		clear(l.t[i])
	}
	l.val[rows] = l.m.offset
	for j := range n {
		l.nonbasic[j], l.colOf[j], l.rowOf[j] = j, j, -1
		l.t[rows][j] = -l.m.cost[j]
		l.val[rows] += l.m.cost[j] * l.x[j]
	}
	for i, r := range l.m.rows {
		l.basic[i], l.rowOf[n+i], l.colOf[n+i] = n+i, i, -1
		l.val[i] = r.rhs
		for k, j := range r.idx {
			l.t[i][j] = r.val[k]
			l.val[i] -= r.val[k] * l.x[j]
		}
	}
	l.pivots = 0
}

// pivot makes the variable of column q basic in row r; the variable that was
// basic there leaves at the value target.
func (l *lp) pivot(r, q int, target float64) {
	row := l.t[r]
	inv := 1 / row[q]
	delta := (l.val[r] - target) * inv
	l.nonzero = l.nonzero[:0]
	for k, v := range row {
		if math.Abs(v) > dustTol {
			row[k] = v * inv
			l.nonzero = append(l.nonzero, k)
		} else {
			row[k] = 0
		}
	}
	sparse := 4*len(l.nonzero) < 3*len(row)
	for i, other := range l.t {
		f := other[q]
		if i == r || f == 0 {
			continue
		}
		l.val[i] -= f * delta
		other[q] = 0
		other = other[:len(row)]
		if sparse {
			for _, k := range l.nonzero {
				other[k] -= f * row[k]
			}
		} else {
			for k, v := range row {
				other[k] -= f * v
			}
		}
		other[q] = -f * inv
	}
	row[q] = inv
	in, out := l.nonbasic[q], l.basic[r]
	l.val[r] = l.x[in] + delta
	l.x[out] = target
	l.basic[r], l.rowOf[in], l.colOf[in] = in, r, -1
	l.nonbasic[q], l.rowOf[out], l.colOf[out] = out, -1, q
	l.pivots++
	l.spent++
}

// move sets the nonbasic variable v to another value.
func (l *lp) move(v int, to float64) {
	d := to - l.x[v]
	if d == 0 {
		return
	}
	k := l.colOf[v]
	for i, row := range l.t {
		if f := row[k]; f != 0 {
			l.val[i] -= f * d
		}
	}
	l.x[v] = to
}

// setBounds changes the bounds of a choice and keeps the tableau dual feasible.
func (l *lp) setBounds(v int, lo, up float64) {
	l.lo[v], l.up[v] = lo, up
	if l.colOf[v] >= 0 {
		l.settle(v)
	}
}

// settle moves a nonbasic variable to the bound that its reduced cost asks for.
func (l *lp) settle(v int) {
	d := -l.t[len(l.m.rows)][l.colOf[v]]
	switch {
	case d > 0 && !math.IsInf(l.up[v], 1):
		l.move(v, l.up[v])
	case d < 0 || l.x[v] < l.lo[v]:
		l.move(v, l.lo[v])
	case l.x[v] > l.up[v]:
		l.move(v, l.up[v])
	}
}

func (l *lp) restoreDual() {
	for _, v := range l.nonbasic {
		l.settle(v)
	}
}

// solve runs the dual simplex until the basis is optimal, a row is blocked, or
// the objective, which only falls, is below cutoff.
func (l *lp) solve(ctx context.Context, cutoff float64) lpStatus {
	rows := len(l.m.rows)
	idle, last := 0, math.Inf(1)
	for it := 0; ; it++ {
		if it%64 == 63 && ctx.Err() != nil {
			return lpCancelled
		}
		z := l.val[rows]
		if z < cutoff {
			return lpCutoff
		}
		if z < last-dualTol {
			idle, last = 0, z
		} else {
			idle++
		}
		// After long without progress the first candidate is taken, which
		// cannot cycle (Bland 1977).
		bland := idle > 50+rows+l.m.n
		r, below := l.leaving(bland)
		if r < 0 {
			return lpOptimal
		}
		if it >= l.limit {
			return lpStalled
		}
		q := l.entering(r, below, bland)
		if q < 0 {
			l.blocked = r
			return lpInfeasible
		}
		target := l.up[l.basic[r]]
		if below {
			target = l.lo[l.basic[r]]
		}
		l.pivot(r, q, target)
	}
}

// leaving picks the basic variable farthest outside its bounds, or with bland
// the one with the lowest number; r is -1 when none is outside.
func (l *lp) leaving(bland bool) (r int, below bool) {
	r = -1
	worst := primalTol
	for i, v := range l.basic {
		under, over := l.lo[v]-l.val[i], l.val[i]-l.up[v]
		far := max(under, over)
		if far <= primalTol {
			continue
		}
		if bland {
			if r < 0 || v < l.basic[r] {
				r, below = i, under > over
			}
		} else if far > worst {
			r, worst, below = i, far, under > over
		}
	}
	return r, below
}

// entering does the ratio test on row r. Columns whose whole range does not
// repair the row are flipped to their other bound on the way (the long step).
// It returns -1 when even all of them do not repair it.
func (l *lp) entering(r int, below, bland bool) int {
	row, obj := l.t[r], l.t[len(l.m.rows)]
	l.breaks = l.breaks[:0]
	for k, v := range l.nonbasic {
		a := row[k]
		if !below {
			a = -a
		}
		// The row is repaired by moving x[v] against the sign of a.
		atLo := l.x[v] == l.lo[v]
		if l.lo[v] == l.up[v] || math.Abs(a) <= pivotTol || atLo != (a < 0) {
			continue
		}
		l.breaks = append(l.breaks, breakpoint{k, math.Abs(obj[k]) / math.Abs(a)})
	}
	slices.SortFunc(l.breaks, func(a, b breakpoint) int {
		if a.ratio != b.ratio {
			if a.ratio < b.ratio {
				return -1
			}
			return 1
		}
		if bland {
			return l.nonbasic[a.col] - l.nonbasic[b.col]
		}
		// Larger entries first among equal ratios: steadier pivots.
		if d := math.Abs(row[b.col]) - math.Abs(row[a.col]); d != 0 {
			return int(math.Copysign(1, d))
		}
		return a.col - b.col
	})
	b := l.basic[r]
	gap := l.val[r] - l.up[b]
	if below {
		gap = l.lo[b] - l.val[r]
	}
	flips := 0
	for _, bp := range l.breaks {
		v := l.nonbasic[bp.col]
		gap -= math.Abs(row[bp.col]) * (l.up[v] - l.lo[v])
		if gap < primalTol || bland {
			break
		}
		flips++
	}
	if flips == len(l.breaks) {
		return -1
	}
	for _, bp := range l.breaks[:flips] {
		v := l.nonbasic[bp.col]
		l.move(v, l.lo[v]+l.up[v]-l.x[v])
	}
	return l.breaks[flips].col
}

// choice returns the value of choice j in the relaxation.
func (l *lp) choice(j int) float64 {
	if r := l.rowOf[j]; r >= 0 {
		return l.val[r]
	}
	return l.x[j]
}

// residual returns by how much the rows disagree with the tableau.
func (l *lp) residual() float64 {
	worst := 0.0
	for i, r := range l.m.rows {
		sum := l.choice(l.m.n+i) - r.rhs
		for k, j := range r.idx {
			sum += r.val[k] * l.choice(j)
		}
		worst = max(worst, math.Abs(sum))
	}
	return worst
}
