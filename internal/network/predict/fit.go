package predict

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/stat"
)

// Limits of the fit of expected ties.
const (
	mostFitted  = 400_000 // above it pairs are sampled
	fitSample   = 150_000 // pairs without a tie
	fitTies     = 50_000  // pairs with one, where there are more
	fitLeast    = 30      // ties, below which no model is fitted
	folds       = 5
	deciles     = 10
	z95         = 1.959963984540054
	tinyPenalty = 1e-3
)

// Fit is how well the model describes the ties on record.
type Fit struct {
	Nodes, Unplaced int
	Pairs           float64 // all pairs
	Fitted          int     // pairs that it was fitted on: all, or samples of those with a tie and without
	Ties            int
	Rate            float64 // ties over all pairs
	LogLik, NullLik float64 // of the fitted pairs
	McFadden        float64 // 1 - LogLik/NullLik
	AUC, AUCSE      float64 // of pairs that the fit did not see (five folds)
	Calibration     []stat.CalibrationBin
}

// Sampled says that pairs without a tie were sampled.
func (f Fit) Sampled() bool { return float64(f.Fitted) < f.Pairs }

// FitExpected fits the model of expected ties to organisations and the pairs that are tied. It is a logistic regression on all pairs, or, where they are
// more than 400,000, on all ties (50,000 of them at most) and 150,000 other pairs, drawn by chance, with the constant corrected for it (King & Zeng, "Logistic regression in
// rare events data", Political Analysis 9 (2001), prior correction). Standard errors allow for pairs with an organisation in common. A small
// penalty keeps terms finite that all ties have. Pairs of roles with fewer than ten ties are together in the baseline.
func FitExpected(nodes []Trait, tied [][2]int32) (Model, error) {
	d, err := newDesign(nodes, tied)
	if err != nil {
		return Model{}, err
	}
	fit, err := stat.FitLogit(d.x, d.width, d.y, stat.LogitOptions{Ridge: tinyPenalty, Groups: d.groups})
	if err != nil {
		return Model{}, fmt.Errorf("expected ties: %w", err)
	}
	m := Model{Baseline: d.baseline, Fit: Fit{Nodes: len(nodes), Pairs: d.pairs, Fitted: len(d.y), Ties: d.ties, LogLik: fit.LogLik, NullLik: fit.NullLik}}
	for i := range nodes {
		if !nodes[i].Placed {
			m.Fit.Unplaced++
		}
	}
	m.Fit.Rate = float64(d.ties) / d.pairs
	m.Fit.McFadden = 1 - fit.LogLik/fit.NullLik
	for j, k := range append([]string{termConstant}, d.keys...) {
		t := Term{Key: k, Label: "Constant", Coefficient: fit.Coef[j], SE: fit.SE[j]}
		if j > 0 {
			t.Label = d.labels[j-1]
		} else {
			t.Coefficient += math.Log(d.rate)
		}
		t.OddsRatio = math.Exp(t.Coefficient)
		t.Lo, t.Hi = math.Exp(t.Coefficient-float64(z95*t.SE)), math.Exp(t.Coefficient+float64(z95*t.SE))
		m.Terms = append(m.Terms, t)
	}
	if err := d.check(&m.Fit); err != nil {
		return Model{}, err
	}
	return m.ready(), nil
}

// design is the rows and columns of the regression.
type design struct {
	x            []float64
	y            []bool
	groups       [][2]int32
	width        int
	keys, labels []string
	baseline     string
	pairs        float64 // all pairs
	ties         int     // of which tied
	rate         float64 // share of the pairs without a tie that are rows, over the share of those with one
}

func newDesign(nodes []Trait, tied [][2]int32) (design, error) {
	is := map[pairKey]bool{}
	for _, p := range tied {
		if p[0] != p[1] {
			is[keyOf(p[0], p[1])] = true
		}
	}
	n := len(nodes)
	d := design{pairs: float64(n) * float64(n-1) / 2, ties: len(is), rate: 1}
	if len(is) < fitLeast || float64(len(is)) == d.pairs {
		return d, fmt.Errorf("%w: %d pairs of organisations are tied, %d are needed for expected ties", ErrTooFew, len(is), fitLeast)
	}
	d.rows(n, is)
	ties := map[[2]string]int{}
	for k := range is {
		ties[rolesOf(nodes[k.a].Role, nodes[k.b].Role)]++
	}
	column := d.columns(ties)
	d.width = len(d.keys)
	d.x = make([]float64, len(d.y)*d.width)
	for i, g := range d.groups {
		a, b := &nodes[g[0]], &nodes[g[1]]
		row := d.x[i*d.width : (i+1)*d.width]
		fixed(a, b, row)
		if c, ok := column[rolesOf(a.Role, b.Role)]; ok {
			row[c] = 1
		}
	}
	d.dropEmpty()
	return d, nil
}

// rows are all pairs, or ties (a sample where there are very many) and a sample of the others.
func (d *design) rows(n int, is map[pairKey]bool) {
	if d.pairs <= mostFitted {
		for b := range int32(n) {
			for a := range b {
				d.groups, d.y = append(d.groups, [2]int32{a, b}), append(d.y, is[pairKey{a, b}])
			}
		}
		return
	}
	sample := map[pairKey]bool{}
	r := rand.New(rand.NewPCG(61, uint64(n)))
	for range fitSample {
		a, b := int32(r.IntN(n)), int32(r.IntN(n))
		if k := keyOf(a, b); a != b && !is[k] {
			sample[k] = true
		}
	}
	d.rate = float64(len(sample)) / (d.pairs - float64(len(is)))
	ties := sortedKeys(is)
	if len(ties) > fitTies {
		r.Shuffle(len(ties), func(i, j int) { ties[i], ties[j] = ties[j], ties[i] })
		d.rate *= float64(len(ties)) / fitTies
		ties = ties[:fitTies]
	}
	for _, k := range ties {
		d.groups, d.y = append(d.groups, [2]int32{k.a, k.b}), append(d.y, true)
	}
	for _, k := range sortedKeys(sample) {
		d.groups, d.y = append(d.groups, [2]int32{k.a, k.b}), append(d.y, false)
	}
}

// columns names the columns and says which column a pair of roles has.
func (d *design) columns(ties map[[2]string]int) map[[2]string]int {
	for _, f := range fixedTerms {
		d.keys, d.labels = append(d.keys, f.key), append(d.labels, f.label)
	}
	var list [][2]string
	for r := range ties {
		list = append(list, r)
	}
	slices.SortFunc(list, func(x, y [2]string) int {
		return cmp.Or(cmp.Compare(ties[y], ties[x]), cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	})
	column := map[[2]string]int{}
	for i, r := range list {
		if i == 0 {
			d.baseline = rolesText(r)
			continue
		}
		if ties[r] < leastOfRoles {
			break
		}
		column[r] = len(d.keys)
		d.keys, d.labels = append(d.keys, termRoles+r[0]+"/"+r[1]), append(d.labels, rolesText(r))
	}
	return column
}

// rolesText is a pair of roles in words.
func rolesText(r [2]string) string {
	word := func(s string) string {
		if s == "" {
			return "role not known"
		}
		return s
	}
	return word(r[0]) + " and " + word(r[1])
}

// dropEmpty takes out columns that are the same in all rows: what nobody, or everybody, has says nothing.
func (d *design) dropEmpty() {
	var keep []int
	for j := range d.width {
		for i := j; i < len(d.x); i += d.width {
			if d.x[i] != d.x[j] {
				keep = append(keep, j)
				break
			}
		}
	}
	if len(keep) == d.width {
		return
	}
	x := make([]float64, 0, len(d.y)*len(keep))
	for i := range d.y {
		for _, j := range keep {
			x = append(x, d.x[i*d.width+j])
		}
	}
	var keys, labels []string
	for _, j := range keep {
		keys, labels = append(keys, d.keys[j]), append(labels, d.labels[j])
	}
	d.x, d.width, d.keys, d.labels = x, len(keep), keys, labels
}

// check fits again without each fifth of the pairs and holds what is expected of that fifth against what is on record.
func (d *design) check(f *Fit) error {
	fold := make([]int, len(d.y))
	for i, at := range rand.New(rand.NewPCG(5, uint64(len(d.y)))).Perm(len(d.y)) {
		fold[i] = at % folds
	}
	p := make([]float64, len(d.y))
	for k := range folds {
		var x []float64
		var y []bool
		for i, v := range fold {
			if v != k {
				x, y = append(x, d.x[i*d.width:(i+1)*d.width]...), append(y, d.y[i])
			}
		}
		fit, err := stat.FitLogit(x, d.width, y, stat.LogitOptions{Ridge: tinyPenalty})
		if err != nil {
			return fmt.Errorf("expected ties, part %d of %d held out: %w", k+1, folds, err)
		}
		for i, v := range fold {
			if v == k {
				p[i] = fit.Coef[0]
				for j, x := range d.x[i*d.width : (i+1)*d.width] {
					p[i] += float64(fit.Coef[j+1] * x)
				}
				p[i] = stat.Logistic(p[i])
			}
		}
	}
	f.AUC, f.AUCSE = stat.AUC(p, d.y)
	f.Calibration = stat.Calibration(p, d.y, deciles)
	for i := range f.Calibration {
		b := &f.Calibration[i]
		for _, v := range []*float64{&b.Expected, &b.Observed, &b.Lo, &b.Hi} {
			*v = ofAll(*v, d.rate)
		}
	}
	return nil
}

// ofAll is a share of the rows as a share of all pairs: the odds fall as pairs without a tie are put back.
func ofAll(p, rate float64) float64 {
	if rate == 1 || p >= 1 {
		return p
	}
	odds := float64(p/(1-p)) * rate
	return odds / (1 + odds)
}
