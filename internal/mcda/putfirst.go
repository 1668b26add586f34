package mcda

import (
	"fmt"
	"math"
)

// Change is the least change of weights that puts an option first.
type Change struct {
	Possible bool      // false: no weights do
	Weights  []float64 // with these it shares the first rank; a step further and it is first alone, if it can be
	Moved    float64   // share of all weight that goes from some criteria to others; 0 when it is first already
}

// PutFirst finds the weights nearest to somebody's with which an option has the highest value. Values are between
// 0 and 1, by option and criterion. Near is how much weight has to move, Σ|w−w₀|/2, which a linear programme makes
// least. Where several are as near, it is one of them.
func PutFirst(values [][]float64, weights []float64, option int) (Change, error) {
	n, m := len(values), len(weights)
	if option < 0 || option >= n {
		return Change{}, fmt.Errorf("there is no option %d of %d", option+1, n)
	}
	if err := (WeightSet{Fixed: weights}).check(m); err != nil {
		return Change{}, err
	}
	t := newTableau(1+m+n-1, 2*m)
	// Variables: the weights, then how far each is above what it was.
	for j := range m {
		t.set(0, j, 1)
		t.set(1+j, j, 1)
		t.set(1+j, m+j, -1)
		t.right(1+j, weights[j])
		t.cost[m+j] = 1
	}
	t.right(0, 1)
	row := 1 + m
	for k := range n {
		if k == option {
			continue
		}
		for j := range m {
			t.set(row, j, values[k][j]-values[option][j])
		}
		row++
	}
	x, ok := t.solve()
	if !ok {
		return Change{}, nil
	}
	c := Change{Possible: true, Weights: x[:m]}
	for j, w := range c.Weights {
		c.Moved += max(0, w-weights[j])
	}
	if c.Moved < 1e-9 {
		c.Moved, c.Weights = 0, append([]float64{}, weights...)
	}
	return c, nil
}

// tableau is a small linear programme: least cost of x ≥ 0 with the first row an equation and the others at most their
// right side, none of which is negative. It is dense and uses Bland's rule, so it always ends.
type tableau struct {
	rows, vars int
	a          [][]float64 // a row: variables, slacks, one artificial variable, right side
	cost       []float64
	basis      []int
}

func newTableau(rows, vars int) *tableau {
	t := &tableau{rows: rows, vars: vars, a: make([][]float64, rows), cost: make([]float64, vars+rows), basis: make([]int, rows)}
	width := vars + rows + 1
	for r := range t.a {
		t.a[r] = make([]float64, width)
		t.a[r][vars+r] = 1 // of the first row the artificial variable
		t.basis[r] = vars + r
	}
	return t
}

func (t *tableau) set(r, j int, v float64) { t.a[r][j] = v }
func (t *tableau) right(r int, v float64)  { t.a[r][t.vars+t.rows] = v }
func (t *tableau) value(r int) float64     { return t.a[r][t.vars+t.rows] }
func (t *tableau) artificial() int         { return t.vars }
func (t *tableau) columns(with bool) (list []int) {
	for j := range t.vars + t.rows {
		if with || j != t.artificial() {
			list = append(list, j)
		}
	}
	return list
}

const lpSmall = 1e-11

// solve drives the artificial variable out and then makes the cost least; false when nothing meets the rows.
func (t *tableau) solve() ([]float64, bool) {
	first := make([]float64, t.vars+t.rows)
	first[t.artificial()] = 1
	t.minimise(first, t.columns(true))
	for r, b := range t.basis {
		if b != t.artificial() {
			continue
		}
		if t.value(r) > 1e-9 {
			return nil, false
		}
		for _, j := range t.columns(false) { // at 0: any other will do in its place
			if math.Abs(t.a[r][j]) > 1e-7 {
				t.pivot(r, j)
				break
			}
		}
	}
	t.minimise(t.cost, t.columns(false))
	x := make([]float64, t.vars)
	for r, b := range t.basis {
		if b < t.vars {
			x[b] = max(0, t.value(r))
		}
	}
	return x, true
}

func (t *tableau) minimise(cost []float64, columns []int) {
	for {
		in := -1
		for _, j := range columns {
			reduced := cost[j]
			for r, b := range t.basis {
				reduced -= cost[b] * t.a[r][j]
			}
			if reduced < -lpSmall {
				in = j
				break
			}
		}
		if in < 0 {
			return
		}
		out, least := -1, math.Inf(1)
		for r := range t.a {
			if t.a[r][in] <= lpSmall {
				continue
			}
			ratio := t.value(r) / t.a[r][in]
			if ratio < least || ratio == least && t.basis[r] < t.basis[out] {
				out, least = r, ratio
			}
		}
		if out < 0 {
			return // cannot be: costs are not negative
		}
		t.pivot(out, in)
	}
}

func (t *tableau) pivot(r, j int) {
	p := t.a[r][j]
	for k := range t.a[r] {
		t.a[r][k] /= p
	}
	for q := range t.a {
		if f := t.a[q][j]; q != r && f != 0 {
			for k := range t.a[q] {
				t.a[q][k] -= f * t.a[r][k]
			}
		}
	}
	t.basis[r] = j
}

// Stretch is between which weights of one criterion an option is first, the others keeping their proportions.
type Stretch struct {
	Possible bool
	From, To float64
}

// FirstBetween moves the weight of one criterion at a time from 0 to 1 and tells where the option has the highest
// value. Where all other weights are 0 they share what is left equally.
func FirstBetween(values [][]float64, weights []float64, option int) []Stretch {
	m := len(weights)
	out := make([]Stretch, m)
	for j := range m {
		from, to := 0.0, 1.0
		for k := range values {
			if k == option {
				continue
			}
			// The lead of the option is straight in the weight t of criterion j.
			at0, at1 := 0.0, values[option][j]-values[k][j]
			for l, share := range others(weights, j) {
				at0 += share * (values[option][l] - values[k][l])
			}
			switch {
			case at0 < -lpSmall && at1 < -lpSmall:
				from, to = 1, 0
			case at0 < -lpSmall && at1 <= lpSmall:
				from = 1
			case at1 < -lpSmall && at0 <= lpSmall:
				to = 0
			case at0 < -lpSmall:
				from = max(from, at0/(at0-at1))
			case at1 < -lpSmall:
				to = min(to, at0/(at0-at1))
			}
		}
		if from <= to {
			out[j] = Stretch{true, from, to}
		}
	}
	return out
}

// others are the shares of the other criteria of what criterion j leaves them.
func others(weights []float64, j int) []float64 {
	out, sum := make([]float64, len(weights)), 0.0
	for l, w := range weights {
		if l != j {
			sum += w
		}
	}
	for l, w := range weights {
		switch {
		case l == j:
		case sum > 0:
			out[l] = w / sum
		default:
			out[l] = 1 / float64(len(weights)-1)
		}
	}
	return out
}
