package milp

import "math"

// roundoff bounds the relative error of the sums below.
const roundoff = 1e-12

// certificate holds multipliers of the rows and what they prove. Any
// multipliers prove something, provided those of "<=" rows are not negative;
// good ones come from the tableau.
type certificate struct {
	m       *model
	y       []float64 // one a row
	reduced []float64 // objective (or 0) less the rows times y
	size    float64   // of the numbers added up, for the error
	bound   float64
	err     float64
}

func newCertificate(m *model) *certificate {
	return &certificate{m: m, y: make([]float64, len(m.rows)), reduced: make([]float64, m.n)}
}

// fit gives the certificate a multiplier for each of so many rows.
func (c *certificate) fit(rows int) {
	for len(c.y) < rows {
		c.y = append(c.y, 0)
	}
	c.y = c.y[:rows]
}

// fromDuals sets bound so that no choice within the bounds of l that meets the
// rows has a higher objective, whatever the state of the tableau.
func (c *certificate) fromDuals(l *lp) {
	obj := l.t[len(c.m.rows)]
	for i := range c.y {
		c.y[i] = 0
		if k := l.colOf[c.m.n+i]; k >= 0 {
			c.y[i] = obj[k]
		}
	}
	copy(c.reduced, c.m.cost)
	c.size = math.Abs(c.m.offset)
	for _, v := range c.m.cost {
		c.size += math.Abs(v)
	}
	c.evaluate(l)
	c.bound += c.m.offset
}

// refutes reports whether the blocked row of the tableau proves that no choice
// within the bounds of l meets the rows.
func (c *certificate) refutes(l *lp) bool {
	r := l.blocked
	row, b := l.t[r], l.basic[r]
	sign := 1.0
	if l.val[r] > l.up[b] {
		sign = -1
	}
	for i := range c.y {
		v := c.m.n + i
		switch {
		case v == b:
			c.y[i] = sign
		case l.colOf[v] >= 0:
			c.y[i] = sign * row[l.colOf[v]]
		default:
			c.y[i] = 0
		}
	}
	clear(c.reduced)
	c.size = 0
	c.evaluate(l)
	// With a zero objective a bound below 0 leaves no choice.
	return c.bound < -c.err
}

// evaluate sets bound = y*rhs + the largest value of reduced*x within the
// bounds, after taking y times the rows from reduced.
func (c *certificate) evaluate(l *lp) {
	c.bound = 0
	for i, r := range c.m.rows {
		if c.y[i] < 0 && !r.equal {
			c.y[i] = 0
		}
		y := c.y[i]
		if y == 0 {
			continue
		}
		c.bound += y * r.rhs
		ay := math.Abs(y)
		c.size += ay * math.Abs(r.rhs)
		for k, j := range r.idx {
			c.reduced[j] -= y * r.val[k]
			c.size += ay * math.Abs(r.val[k])
		}
	}
	for j, d := range c.reduced {
		if d > 0 {
			c.bound += d * l.up[j]
		} else {
			c.bound += d * l.lo[j]
		}
	}
	c.err = roundoff * c.size
}
