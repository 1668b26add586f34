package predict

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"milieu/internal/stat"
)

// Which of the pairs a predictor is for.
type Which int

const (
	New   Which = iota // pairs that are not tied yet: who could be introduced
	Every              // all pairs, those that may tie anew among them
)

// String is the name in tables and addresses.
func (w Which) String() string {
	if w == New {
		return "new"
	}
	return "every"
}

// Limits of what a predictor is learnt from.
const (
	mostRanked   = 1000 // organisations whose pairs are ranked: of more, those that begin something most often
	leastTies    = 20   // positives, below which nothing is learnt
	ridge        = 300  // on standardised features
	leastOfRoles = 10   // pairs of roles with fewer positives have no term of their own
)

// feature is one column.
type feature struct{ Key, Text string }

// Features of pairs by kind of predictor; terms of roles come after them.
var (
	everyFeatures = []feature{
		{"together", "Joint projects, the latest counting most, if both are still active"},
		{"times", "Number of joint projects, if both are still active"},
		{"pace", "How often both begin something"},
		{"alive", "Both are still active"},
	}
	newFeatures = []feature{
		{"pace", "How often both begin something"},
		{"pace_low", "How often the less active of the two does"},
		{"joint_pace", "How often both begin something with others"},
		{"joint_low", "How often the less joining of the two does"},
		{"alive", "Both are still active"},
		{"partners", "Partners in common, those with few partners counting most"},
		{"themes", "How much both do on the same themes"},
		{"likeness", "How alike the two are in what they work on"},
		{"lead", "How often the two lead joint projects"},
	}
)

// fill writes the features of a pair.
func (p *Past) fill(w Which, a, b int32, out []float64) {
	pace := func(h []habit) (sum, low, alive float64) {
		ra, la := h[a].rate()
		rb, lb := h[b].rate()
		x, y := math.Log(float64(ra*la)+0.02), math.Log(float64(rb*lb)+0.02)
		return x + y, min(x, y), float64(la * lb)
	}
	sum, low, alive := pace(p.any)
	still := math.Log(alive + 1e-3)
	if w == Every {
		s := p.between(a, b)
		out[0], out[1] = float64(alive*math.Log1p(4*s.recent)), float64(alive*math.Log1p(float64(s.events)))
		out[2], out[3] = sum, still
		return
	}
	joint, jointLow, _ := pace(p.joint)
	themes, likeness := p.overlap(a, b)
	out[0], out[1], out[2], out[3], out[4] = sum, low, joint, jointLow, still
	out[5], out[6], out[7] = math.Log1p(p.AdamicAdar(a, b)), themes, likeness
	out[8] = math.Log1p(p.lead[a]) + math.Log1p(p.lead[b])
}

// Coefficient is one term of a predictor.
type Coefficient struct {
	Key, Text    string
	Value        float64 // for one standard deviation of the feature
	SE           float64
	Mean, SD     float64
	OddsRatio    float64
	Pair         bool // a pair of roles
	RoleA, RoleB string
}

// Predictor ranks pairs by how likely they tie in the years after a time.
type Predictor struct {
	For      Which
	Constant float64
	Terms    []Coefficient
	Learnt   Learnt
}

// Learnt says what a predictor was learnt from.
type Learnt struct {
	From, To float64 // the years whose ties were to be predicted; the features end at From
	Pairs    int
	Ties     int
}

// ErrTooFew says that there is too little to learn from.
var ErrTooFew = errors.New("too few dated ties to learn from")

// Learn fits a predictor for the years after at: features of the time before at - 2 years, ties of those two years. Nothing of the time from at on
// is looked at.
func Learn(in Input, at float64, w Which) (Predictor, error) {
	from := at - lagYears
	past := PastAt(in, from)
	set := past.pairs(w, in.pairsBetween(from, at))
	p := Predictor{For: w, Learnt: Learnt{From: from, To: at, Pairs: len(set.pairs), Ties: set.ones}}
	if set.ones < leastTies {
		return p, fmt.Errorf("%w: %d pairs tied from %.1f to %.1f, %d are needed", ErrTooFew, set.ones, from, at, leastTies)
	}
	p.Terms = past.terms(w, set)
	width := len(p.Terms)
	x := make([]float64, len(set.pairs)*width)
	for i, k := range set.pairs {
		past.row(p, k.a, k.b, x[i*width:(i+1)*width])
	}
	p.standardise(x)
	fit, err := stat.FitLogit(x, width, set.y, stat.LogitOptions{Ridge: ridge})
	if err != nil {
		return p, fmt.Errorf("learn from the ties from %.1f to %.1f: %w", from, at, err)
	}
	p.Constant = fit.Coef[0]
	for j := range p.Terms {
		p.Terms[j].Value, p.Terms[j].SE, p.Terms[j].OddsRatio = fit.Coef[j+1], fit.SE[j+1], math.Exp(fit.Coef[j+1])
	}
	return p, nil
}

// set is pairs with whether they tied.
type set struct {
	pairs  []pairKey
	y      []bool
	ones   int
	nodes  int
	narrow bool // not all organisations are in it
}

// pairs are the pairs to learn or judge by: all pairs of the organisations known, or of those at work most where they are many.
func (p *Past) pairs(w Which, tied map[pairKey]bool) set {
	nodes, narrow := p.busiest(mostRanked)
	s := set{nodes: len(nodes), narrow: narrow}
	for j, b := range nodes {
		for _, a := range nodes[:j] {
			if w == New && p.between(a, b).events > 0 {
				continue
			}
			y := tied[pairKey{a, b}]
			s.pairs, s.y = append(s.pairs, pairKey{a, b}), append(s.y, y)
			if y {
				s.ones++
			}
		}
	}
	return s
}

// busiest are the known organisations, ascending, at most most: those that begin something most often. narrow says that some are left out.
func (p *Past) busiest(most int) (nodes []int32, narrow bool) {
	for v, k := range p.known {
		if k {
			nodes = append(nodes, int32(v))
		}
	}
	if len(nodes) <= most {
		return nodes, false
	}
	pace := func(v int32) float64 {
		rate, alive := p.any[v].rate()
		return float64(rate * alive)
	}
	slices.SortFunc(nodes, func(x, y int32) int { return cmp.Or(cmp.Compare(pace(y), pace(x)), cmp.Compare(x, y)) })
	nodes = nodes[:most]
	slices.Sort(nodes)
	return nodes, true
}

// rolesOf is the roles of a pair, the lower first.
func rolesOf(x, y string) [2]string { return [2]string{min(x, y), max(x, y)} }

// terms are the features with those pairs of roles that have enough ties.
func (p *Past) terms(w Which, s set) []Coefficient {
	list := newFeatures
	if w == Every {
		list = everyFeatures
	}
	var out []Coefficient
	for _, f := range list {
		out = append(out, Coefficient{Key: f.Key, Text: f.Text})
	}
	if w == Every || len(p.roles) == 0 {
		return out
	}
	count := map[[2]string]int{}
	for i, k := range s.pairs {
		if s.y[i] {
			count[rolesOf(p.roles[k.a], p.roles[k.b])]++
		}
	}
	var pairs [][2]string
	for r, n := range count {
		if n >= leastOfRoles && r[0] != "" {
			pairs = append(pairs, r)
		}
	}
	slices.SortFunc(pairs, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	for _, r := range pairs {
		out = append(out, Coefficient{Key: "roles " + r[0] + " " + r[1], Text: "One is a " + r[0] + ", the other a " + r[1], Pair: true, RoleA: r[0], RoleB: r[1]})
	}
	return out
}

// row writes the columns of a pair, not standardised.
func (p *Past) row(m Predictor, a, b int32, out []float64) {
	p.fill(m.For, a, b, out)
	var roles [2]string
	if len(p.roles) > 0 {
		roles = rolesOf(p.roles[a], p.roles[b])
	}
	for j, t := range m.Terms {
		if t.Pair {
			out[j] = 0
			if roles == [2]string{t.RoleA, t.RoleB} {
				out[j] = 1
			}
		}
	}
}

// standardise centres and scales the columns and remembers how.
func (m *Predictor) standardise(x []float64) {
	width := len(m.Terms)
	rows := float64(len(x) / width)
	for j := range m.Terms {
		sum, square := 0.0, 0.0
		for i := j; i < len(x); i += width {
			sum += x[i]
		}
		mean := sum / rows
		for i := j; i < len(x); i += width {
			square += float64((x[i] - mean) * (x[i] - mean))
		}
		sd := math.Sqrt(square/rows) + 1e-6
		for i := j; i < len(x); i += width {
			x[i] = (x[i] - mean) / sd
		}
		m.Terms[j].Mean, m.Terms[j].SD = mean, sd
	}
}

// Score is the log-odds that two tie in the two years after the time of the past; it is for the order, and for [stat.Logistic].
func (m Predictor) Score(p *Past, a, b int32) float64 {
	var few [64]float64
	row := few[:]
	if len(m.Terms) > len(few) {
		row = make([]float64, len(m.Terms))
	}
	p.row(m, a, b, row[:len(m.Terms)])
	v := m.Constant
	for j, t := range m.Terms {
		v += float64(t.Value * ((row[j] - t.Mean) / t.SD))
	}
	return v
}
