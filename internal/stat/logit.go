package stat

import (
	"errors"
	"fmt"
	"math"
)

// LogitOptions say how a logistic regression is fitted.
type LogitOptions struct {
	// Ridge is the penalty on the sum of squared coefficients, the constant left out: Ridge/2 times the sum is taken from
	// the log-likelihood. 0 is maximum likelihood. It is on the scale of the columns as they are given; standardise them first where
	// they have different units.
	Ridge float64
	// Groups, where given, has two numbers per row: the two things (such as organisations) that the row is about. Standard errors then allow
	// for rows that have one of them in common.
	Groups [][2]int32
	Most   int // steps; 0 is 50
}

// Logit is a fitted logistic regression: P(y = 1) = 1 / (1 + exp(-(Coef[0] + Coef[1] x1 + ...))).
type Logit struct {
	Coef []float64 // the constant first
	// SE are standard errors: of the information matrix, or, with groups, robust to rows with a member in common.
	SE       []float64
	LogLik   float64 // at Coef, without the penalty
	NullLik  float64 // of the constant alone
	Rows     int
	Ones     int
	Steps    int
	Separate bool // it had not converged after the last step: some column tells the two kinds of rows apart wholly
}

// ErrNoLogit says that a logistic regression cannot be fitted.
var ErrNoLogit = errors.New("the logistic regression cannot be fitted")

// FitLogit fits a logistic regression by Newton's method (iteratively reweighted least squares; McCullagh & Nelder, Generalized
// Linear Models, 2nd ed. 1989, section 4.4), with steps halved where the likelihood would fall. x has width columns a row, one row after
// the other, without the constant.
//
// With groups the variance is that for dyads (Aronow, Samii & Assenova, "Cluster-robust variance estimation for dyadic data",
// Political Analysis 23 (2015)): H⁻¹ (Σ over members of S S' − Σ over rows of s s') H⁻¹, where s is a row's score and S the sum of the scores
// of a member's rows; a variance that comes out below that of the information matrix is replaced by it.
//
// It fails where all rows are of one kind, columns depend on each other (and Ridge is 0), or values are not finite.
func FitLogit(x []float64, width int, y []bool, o LogitOptions) (Logit, error) {
	n := len(y)
	if len(x) != n*width {
		return Logit{}, fmt.Errorf("%w: %d values are not %d rows of %d columns", ErrNoLogit, len(x), n, width)
	}
	fit := Logit{Rows: n, Coef: make([]float64, width+1)}
	for _, v := range y {
		if v {
			fit.Ones++
		}
	}
	if fit.Ones == 0 || fit.Ones == n {
		return fit, fmt.Errorf("%w: all %d rows are of one kind", ErrNoLogit, n)
	}
	rate := float64(fit.Ones) / float64(n)
	fit.NullLik = float64(fit.Ones)*math.Log(rate) + float64(n-fit.Ones)*math.Log1p(-rate)
	fit.Coef[0] = math.Log(rate / (1 - rate))
	m := logitModel{x: x, width: width, y: y, ridge: o.Ridge}
	info, err := m.climb(&fit, o.Most)
	if err != nil {
		return fit, err
	}
	inverse, ok := invert(info, width+1)
	if !ok {
		return fit, fmt.Errorf("%w: its columns depend on each other", ErrNoLogit)
	}
	fit.LogLik = m.logLik(fit.Coef)
	fit.SE = m.standardErrors(fit.Coef, inverse, o.Groups)
	return fit, nil
}

type logitModel struct {
	x     []float64
	width int
	y     []bool
	ridge float64
}

// climb goes uphill to the highest penalised likelihood and returns the information matrix there.
func (m logitModel) climb(fit *Logit, most int) ([]float64, error) {
	if most == 0 {
		most = 50
	}
	size := m.width + 1
	at := m.penalised(fit.Coef)
	fit.Separate = true
	for fit.Steps = 0; fit.Steps < most; fit.Steps++ {
		gradient, info := m.slope(fit.Coef)
		step, ok := solve(info, gradient, size)
		if !ok {
			return nil, fmt.Errorf("%w: its columns depend on each other, or the two kinds of rows lie apart", ErrNoLogit)
		}
		next, value, moved := m.halve(fit.Coef, step, at)
		if !moved {
			fit.Separate = false
			break
		}
		gain := value - at
		fit.Coef, at = next, value
		if gain < 1e-10*(1+math.Abs(at)) {
			fit.Separate = false
			fit.Steps++
			break
		}
	}
	_, info := m.slope(fit.Coef)
	return info, nil
}

// halve goes as much of a step as makes the likelihood rise.
func (m logitModel) halve(from, step []float64, at float64) (next []float64, value float64, moved bool) {
	scale := 1.0
	for range 30 {
		next = make([]float64, len(from))
		for j := range next {
			next[j] = from[j] + float64(scale*step[j])
		}
		if value = m.penalised(next); value > at {
			return next, value, true
		}
		scale /= 2
	}
	return from, at, false
}

func (m logitModel) linear(coef []float64, row int) float64 {
	v := coef[0]
	for j, x := range m.x[row*m.width : (row+1)*m.width] {
		v += float64(coef[j+1] * x)
	}
	return v
}

// logOnePlusExp is log(1 + exp(v)) without overflow.
func logOnePlusExp(v float64) float64 {
	if v > 0 {
		return v + math.Log1p(math.Exp(-v))
	}
	return math.Log1p(math.Exp(v))
}

// Logistic is 1 / (1 + exp(-v)).
func Logistic(v float64) float64 {
	if v >= 0 {
		return 1 / (1 + math.Exp(-v))
	}
	e := math.Exp(v)
	return e / (1 + e)
}

func (m logitModel) logLik(coef []float64) float64 {
	sum := 0.0
	for i, one := range m.y {
		v := m.linear(coef, i)
		if one {
			v = -v
		}
		sum -= logOnePlusExp(v)
	}
	return sum
}

func (m logitModel) penalised(coef []float64) float64 {
	sum := m.logLik(coef)
	for _, c := range coef[1:] {
		sum -= float64(m.ridge / 2 * float64(c*c))
	}
	return sum
}

// slope is the gradient and the information matrix of the penalised likelihood.
func (m logitModel) slope(coef []float64) (gradient, info []float64) {
	size := m.width + 1
	gradient, info = make([]float64, size), make([]float64, size*size)
	row := make([]float64, size)
	row[0] = 1
	for i, one := range m.y {
		copy(row[1:], m.x[i*m.width:(i+1)*m.width])
		p := Logistic(m.linear(coef, i))
		r, w := -p, float64(p*(1-p))
		if one {
			r = 1 - p
		}
		for a, va := range row {
			if va == 0 {
				continue
			}
			gradient[a] += float64(r * va)
			wa := float64(w * va)
			at := info[a*size : a*size+a+1]
			for b := range at {
				at[b] += float64(wa * row[b])
			}
		}
	}
	for a := range size {
		for b := range a {
			info[b*size+a] = info[a*size+b]
		}
		if a > 0 {
			gradient[a] -= float64(m.ridge * coef[a])
			info[a*size+a] += m.ridge
		}
	}
	return gradient, info
}

// standardErrors are the standard errors.
func (m logitModel) standardErrors(coef, inverse []float64, groups [][2]int32) []float64 {
	size := m.width + 1
	se := make([]float64, size)
	for j := range se {
		se[j] = inverse[j*size+j]
	}
	if len(groups) == len(m.y) {
		meat := m.meat(coef, groups)
		for j := range se {
			v := 0.0
			for a := range size {
				for b := range size {
					v += float64(float64(inverse[j*size+a]*meat[a*size+b]) * inverse[b*size+j])
				}
			}
			se[j] = max(se[j], v)
		}
	}
	for j := range se {
		se[j] = math.Sqrt(se[j])
	}
	return se
}

// meat is the variance of the sum of scores, rows with a member in common together.
func (m logitModel) meat(coef []float64, groups [][2]int32) []float64 {
	size, members := m.width+1, int32(0)
	for _, g := range groups {
		members = max(members, g[0]+1, g[1]+1)
	}
	meat, sums := make([]float64, size*size), make([]float64, int(members)*size)
	score := make([]float64, size)
	for i, one := range m.y {
		r := -Logistic(m.linear(coef, i))
		if one {
			r++
		}
		score[0] = r
		for j, x := range m.x[i*m.width : (i+1)*m.width] {
			score[j+1] = float64(r * x)
		}
		addOuter(meat, score, -1)
		for _, g := range groups[i] {
			for j, s := range score {
				sums[int(g)*size+j] += s
			}
		}
	}
	for g := range int(members) {
		addOuter(meat, sums[g*size:(g+1)*size], 1)
	}
	return meat
}

func addOuter(to, v []float64, sign float64) {
	for a, va := range v {
		if va == 0 {
			continue
		}
		va = float64(va * sign)
		for b, vb := range v {
			to[a*len(v)+b] += float64(va * vb)
		}
	}
}

// solve solves a symmetric system by Cholesky's method; ok is false where the matrix is not positive definite.
func solve(matrix, right []float64, size int) (out []float64, ok bool) {
	l, ok := cholesky(matrix, size)
	if !ok {
		return nil, false
	}
	out = make([]float64, size)
	for i := range size {
		v := right[i]
		for k := range i {
			v -= float64(l[i*size+k] * out[k])
		}
		out[i] = v / l[i*size+i]
	}
	for i := size - 1; i >= 0; i-- {
		v := out[i]
		for k := i + 1; k < size; k++ {
			v -= float64(l[k*size+i] * out[k])
		}
		out[i] = v / l[i*size+i]
	}
	return out, true
}

// cholesky is the lower triangle whose product with its transpose is the matrix.
func cholesky(matrix []float64, size int) ([]float64, bool) {
	l := make([]float64, size*size)
	for i := range size {
		for j := range i + 1 {
			v := matrix[i*size+j]
			for k := range j {
				v -= float64(l[i*size+k] * l[j*size+k])
			}
			if i != j {
				l[i*size+j] = v / l[j*size+j]
				continue
			}
			if !(v > 1e-12*math.Abs(matrix[i*size+i])) || math.IsInf(v, 0) {
				return nil, false
			}
			l[i*size+i] = math.Sqrt(v)
		}
	}
	return l, true
}

// invert inverts a symmetric positive definite matrix.
func invert(matrix []float64, size int) ([]float64, bool) {
	out, unit := make([]float64, size*size), make([]float64, size)
	for j := range size {
		clear(unit)
		unit[j] = 1
		column, ok := solve(matrix, unit, size)
		if !ok {
			return nil, false
		}
		for i, v := range column {
			out[i*size+j] = v
		}
	}
	return out, true
}
