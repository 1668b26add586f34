package milp

import "math"

// Numbers of the cuts. A cut must hold for every solution whatever the rounding
// of the arithmetic that made it, so coefficients are lowered, and right-hand
// sides raised, by more than the error can be.
const (
	cutSlack     = 1e-11 // by which, relative to what was added up, a cut is loosened
	slackErr     = 1e-13 // more than rounded can err by, for a fraction of cutMinFrac or more
	cutTiny      = 1e-7  // smaller coefficients are taken out of a cut
	cutRange     = 1e6   // largest ratio of two coefficients of a cut
	cutMinFrac   = 0.02  // least distance of the right-hand side from a whole number
	cutViolation = 1e-4  // least distance of the relaxed solution from a cut
)

// rounding makes cuts by mixed-integer rounding (Marchand & Wolsey 2001) of
// sums of rows, with the errors of the arithmetic on the safe side (Cook, Dash,
// Fukasawa & Goycoolea 2009).
type rounding struct {
	m     *model
	l     *lp
	fixed []bool    // for the whole search
	y     []float64 // multipliers of the rows
	coef  []float64 // of the choices in the sum, then in the cut
	size  []float64 // of what was added up in coef
	used  []int     // rows with a multiplier
	rhs   float64
	err   float64 // size of what was added up in rhs
}

func newRounding(m *model, l *lp, fixed []bool) *rounding {
	return &rounding{m: m, l: l, fixed: fixed, y: make([]float64, len(m.rows)), coef: make([]float64, m.n), size: make([]float64, m.n)}
}

// fromTableau takes the multipliers that make row r of the tableau.
func (g *rounding) fromTableau(r int) {
	g.used = g.used[:0]
	row, b := g.l.t[r], g.l.basic[r]
	big := 0.0
	for i := range g.y {
		v := g.m.n + i
		g.y[i] = 0
		if v == b {
			g.y[i] = 1
		} else if k := g.l.colOf[v]; k >= 0 {
			g.y[i] = row[k]
		}
		big = max(big, math.Abs(g.y[i]))
	}
	for i, y := range g.y {
		if math.Abs(y) <= 1e-9*big {
			g.y[i] = 0
		} else {
			g.used = append(g.used, i)
		}
	}
}

// fromRow takes a single row.
func (g *rounding) fromRow(i int) {
	clear(g.y)
	g.y[i] = 1
	g.used = append(g.used[:0], i)
}

// cut returns the cut of the sum of rows times factor, ok false when it has none
// that is good.
func (g *rounding) cut(factor float64) (c row, ok bool) {
	g.sum(factor)
	f, whole, ok := g.complement()
	if !ok {
		return c, false
	}
	g.roundChoices(f)
	g.rhs, g.err = whole, math.Abs(whole)
	g.uncomplement()
	g.addSlacks(factor, f)
	return g.finish()
}

// sum adds the rows up: coef*x + y*slacks = rhs.
func (g *rounding) sum(factor float64) {
	clear(g.coef)
	clear(g.size)
	g.rhs, g.err = 0, 0
	for _, i := range g.used {
		g.add(&g.m.rows[i], g.y[i]*factor)
	}
}

// add adds y times a row to the sum.
func (g *rounding) add(r *row, y float64) {
	for k, j := range r.idx {
		v := y * r.val[k]
		g.coef[j] += v
		g.size[j] += math.Abs(v)
	}
	g.rhs += y * r.rhs
	g.err += math.Abs(y * r.rhs)
}

// upper reports whether choice j is counted from 1 downwards.
func (g *rounding) upper(j int) bool { return g.l.choice(j) > 0.5 }

// complement replaces x by 1-x where that is nearer to 0, loosens the sum by its
// error, and returns the fraction of its right-hand side and what lies below.
func (g *rounding) complement() (frac, whole float64, ok bool) {
	b, err := g.rhs, g.err
	for j, a := range g.coef {
		if g.size[j] == 0 {
			continue
		}
		if g.fixed[j] || g.upper(j) {
			// A fixed choice is counted from its value, where it stays 0.
			at := 1.0
			if g.l.up[j] == 0 {
				at = 0
			}
			b -= a * at
			err += math.Abs(a)
		}
	}
	b += cutSlack * err
	// Tiny coefficients go to the right-hand side or away; the others round down.
	for j, a := range g.coef {
		if g.size[j] == 0 {
			continue
		}
		if g.fixed[j] {
			g.coef[j] = 0
			continue
		}
		if g.upper(j) {
			a = -a
		}
		a -= cutSlack * g.size[j]
		if near := math.Round(a); math.Abs(a-near) < cutTiny && near != 0 && a > near {
			a = near
		}
		if math.Abs(a) < cutTiny {
			if a < 0 {
				b -= a
			}
			a = 0
		}
		g.coef[j] = a
	}
	whole = math.Floor(b)
	frac = b - whole
	return frac, whole, frac >= cutMinFrac && frac <= 1-cutMinFrac && math.Abs(b) < 1e7
}

// roundChoices rounds the coefficients of the choices.
func (g *rounding) roundChoices(frac float64) {
	for j, a := range g.coef {
		if a != 0 {
			v := rounded(a, frac)
			g.coef[j] = v
			g.size[j] = max(1, math.Abs(v))
		} else {
			g.size[j] = 0
		}
	}
}

// rounded is the function of mixed-integer rounding, which rises with a.
func rounded(a, frac float64) float64 {
	whole := math.Floor(a)
	return whole + max(0, a-whole-frac)/(1-frac)
}

// uncomplement brings back the choices as they are.
func (g *rounding) uncomplement() {
	for j, a := range g.coef {
		if a != 0 && g.upper(j) {
			// a(1-x) <= rhs becomes -ax <= rhs-a.
			g.coef[j] = -a
			g.rhs -= a
			g.err += math.Abs(a)
		}
	}
}

// addSlacks adds the rounded slacks, written as right-hand side less row.
func (g *rounding) addSlacks(factor, frac float64) {
	for _, i := range g.used {
		r := &g.m.rows[i]
		y := g.y[i] * factor
		if r.equal {
			continue
		}
		c := min(0, y) / (1 - frac)
		c -= cutSlack * math.Abs(c)
		if r.unit > 0 {
			// The slack is a whole number of units. What rounding errs by grows as
			// units are small, so it comes off before the division.
			a := y * r.unit
			v := rounded(a-cutSlack*math.Abs(a), frac)
			c = max(c, (v-slackErr*(1+math.Abs(v)))/r.unit)
		}
		if c == 0 {
			continue
		}
		// The slack is rhs - row: c*slack on the left takes c*row from it.
		g.add(r, -c)
	}
}

// finish makes the cut of what has been added up.
func (g *rounding) finish() (c row, ok bool) {
	big := 0.0
	for _, a := range g.coef {
		big = max(big, math.Abs(a))
	}
	if big == 0 || big > 1e8 {
		return c, false
	}
	c.rhs = g.rhs + cutSlack*g.err
	act, norm := 0.0, 0.0
	n := 0
	for j, a := range g.coef {
		if g.size[j] == 0 {
			continue
		}
		a -= cutSlack * g.size[j]
		g.coef[j] = 0
		switch {
		case g.fixed[j]:
			c.rhs += 1e-15*math.Abs(a) - a*g.l.lo[j]
		case math.Abs(a) < big/cutRange:
			c.rhs += max(0, -a)
		default:
			g.coef[j] = a
			act += a * g.l.choice(j)
			norm += a * a
			n++
		}
	}
	if n == 0 || act-c.rhs <= cutViolation*math.Sqrt(norm) {
		return c, false
	}
	c.idx, c.val = make([]int, 0, n), make([]float64, 0, n)
	for j, a := range g.coef {
		if a != 0 {
			c.idx, c.val = append(c.idx, j), append(c.val, a)
		}
	}
	return c.scored(act, norm)
}

// scored returns a cut with its score, ok false when it is not violated enough.
// act is its left side in the relaxed solution and norm that of its coefficients,
// squared.
func (r row) scored(act, norm float64) (row, bool) {
	if norm == 0 {
		return r, false
	}
	r.score = (act - r.rhs) / math.Sqrt(norm)
	scaleRow(&r)
	return r, r.score > cutViolation
}

// scaleRow brings the coefficients of a row to [1, 2) by a power of two, which
// loses nothing.
func scaleRow(r *row) {
	f := unitScale(r.val)
	for k := range r.val {
		r.val[k] *= f
	}
	r.rhs *= f
	r.unit *= f
}
