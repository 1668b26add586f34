package sampling

import "math"

// calibration is what a raking takes out of a variance: what the margins explain has no variance any more.
type calibration struct {
	before, after []float64 // weights
	targets       []target
	how           Residuals
	factor        [][]float64 // lower Cholesky factor of the cross-products of the margins, weighted by before
	kept          []int       // columns that are not a sum of others, in the order of the factor
	columns       int
	raise         []float64 // factor of each residual; nil: none
}

// newCalibration readies the regression on the margins. Each category is a column; those that others give away are dropped.
func newCalibration(before, after []float64, targets []target, how Residuals) calibration {
	c := calibration{before: before, after: after, targets: targets, how: how}
	if how == Averaged {
		return c
	}
	start := make([]int, len(targets))
	for k, t := range targets {
		start[k] = c.columns
		c.columns += len(t.want)
	}
	cross := make([][]float64, c.columns)
	for i := range cross {
		cross[i] = make([]float64, c.columns)
	}
	for i, w := range before {
		for k, t := range targets {
			for l, u := range targets {
				cross[start[k]+t.of[i]][start[l]+u.of[i]] += w
			}
		}
	}
	c.factorise(cross)
	if how == Levered {
		c.raise = c.levers(start)
	}
	return c
}

// levers are 1/√(1-h) of each answer, where h, its leverage, is how far the regression follows that one answer. The factor
// stays below √10: an answer that is followed wholly shows no residual.
func (c calibration) levers(start []int) []float64 {
	out := make([]float64, len(c.before))
	for i, w := range c.before {
		row, h := make([]float64, c.columns), 0.0
		for k, t := range c.targets {
			row[start[k]+t.of[i]] = w
		}
		beta := c.solve(row)
		for k, t := range c.targets {
			h += beta[start[k]+t.of[i]]
		}
		out[i] = 1 / math.Sqrt(1-min(max(h, 0), 0.9))
	}
	return out
}

// factorise is Cholesky's, row by row; a column of which nothing is left after those before it is dropped.
func (c *calibration) factorise(cross [][]float64) {
	for j := range cross {
		row := make([]float64, len(c.kept)+1)
		rest := cross[j][j]
		for a, k := range c.kept {
			v := cross[j][k]
			for b := range a {
				v -= row[b] * c.factor[a][b]
			}
			row[a] = v / c.factor[a][a]
			rest -= row[a] * row[a]
		}
		if rest <= 1e-9*cross[j][j] {
			continue
		}
		row[len(c.kept)] = math.Sqrt(rest)
		c.factor, c.kept = append(c.factor, row), append(c.kept, j)
	}
}

// clear replaces x, weight times influence, by weight times the residual of the influence on the margins.
func (c calibration) clear(x []float64) {
	if c.how == Averaged {
		c.average(x)
		return
	}
	right := make([]float64, 0, c.columns)
	for _, t := range c.targets {
		sums := make([]float64, len(t.want))
		for i, k := range t.of {
			sums[k] += c.before[i] * x[i] / c.after[i]
		}
		right = append(right, sums...)
	}
	beta := c.solve(right)
	from := 0
	for _, t := range c.targets {
		for i, k := range t.of {
			x[i] -= c.after[i] * beta[from+k]
		}
		from += len(t.want)
	}
	for i, f := range c.raise {
		x[i] *= f
	}
}

// solve gives the coefficients of all columns, 0 for those that were dropped.
func (c calibration) solve(right []float64) []float64 {
	n := len(c.kept)
	y, beta := make([]float64, n), make([]float64, c.columns)
	for i := range n {
		v := right[c.kept[i]]
		for k := range i {
			v -= c.factor[i][k] * y[k]
		}
		y[i] = v / c.factor[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		v := y[i]
		for k := i + 1; k < n; k++ {
			v -= c.factor[k][i] * beta[c.kept[k]]
		}
		beta[c.kept[i]] = v / c.factor[i][i]
	}
	return beta
}

// average takes away the means of categories as R's survey does for rake.
func (c calibration) average(x []float64) {
	for range 10 {
		for _, t := range c.targets {
			sums, n := make([]float64, len(t.want)), make([]float64, len(t.want))
			for i, k := range t.of {
				sums[k] += x[i] / c.after[i]
				n[k]++
			}
			for i, k := range t.of {
				x[i] -= c.after[i] * sums[k] / n[k]
			}
		}
	}
}
