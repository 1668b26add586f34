package link

import (
	"math"
	"slices"

	"milieu/internal/link/name"
)

// scorer compares pairs of records. It is read by all workers; each has its own
// scratch.
type scorer struct {
	m        Model
	v        *values
	lex      *name.Lexicon
	measures []measure
	comps    []compiled
	order    []int     // comparisons, the cheap first
	rest     []float64 // most that the comparisons from here on in order can add
	prior    float64   // in log2
	keep     float64   // least weight of a pair that is given out
}

type compiled struct {
	levels  []compiledLevel
	missing []int
	most    float64
	names   int  // the field of names whose information bounds the weight, -1
	dead    bool // no record has what it needs: it says nothing of any pair
	cost    int
}

type compiledLevel struct {
	terms  []compiledTerm
	weight float64
	// tf: base + damp * -log2(max(share, least)) in the place of weight.
	silent bool
	tf     bool
	field  int
	bits   int // the measure whose information counts, for names; -1
	base   float64
	damp   float64
	least  float64
	steady float64 // records with the share u that are counted in
	u      float64
}

type compiledTerm struct {
	measure  int
	distance bool
	limit    float64
}

// scratch is what one worker needs to compare a pair.
type scratch struct {
	stamp  []uint32
	now    uint32
	vals   []float64
	bits   []float64
	levels []int8
	parts  []float64
}

const (
	mostBits  = 40        // information that the names of one pair can carry, at most
	leastTF   = 1e-9      // smallest share of a value, unless the model says another
	mostPart  = 60        // no comparison adds or takes more
	evenLimit = 1 - 1e-15 // probabilities up to it have a weight
)

func newScorer(m Model, v *values, prior float64, keep float64) *scorer {
	s := &scorer{m: m, v: v, lex: name.Shipped(), prior: logit(prior), keep: logit(keep)}
	for _, c := range m.comparisons {
		s.comps = append(s.comps, s.compile(c))
	}
	s.bury()
	s.order = make([]int, len(s.comps))
	for i := range s.order {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return s.comps[a].cost - s.comps[b].cost })
	s.rest = make([]float64, len(s.comps)+1)
	for i := len(s.order) - 1; i >= 0; i-- {
		s.rest[i] = s.rest[i+1] + max(0, s.comps[s.order[i]].most)
	}
	return s
}

// bury marks the comparisons for which no record has values: columns of the model
// that the tables lack.
func (s *scorer) bury() {
	none := func(f int) bool { return len(s.v.fields[f].hashes) == 0 }
	for i := range s.comps {
		c := &s.comps[i]
		c.dead = slices.ContainsFunc(c.missing, none)
		for _, l := range c.levels[:len(c.levels)-1] {
			needs := slices.ContainsFunc(l.terms, func(t compiledTerm) bool {
				ms := s.measures[t.measure]
				return none(ms.f) && (ms.g < 0 || !ms.either || none(ms.g))
			})
			c.dead = c.dead && needs
		}
		if c.dead {
			c.most, c.cost = 0, 0
		}
	}
}

func (s *scorer) scratch() *scratch {
	return &scratch{stamp: make([]uint32, len(s.measures)), vals: make([]float64, len(s.measures)), bits: make([]float64, len(s.measures)),
		levels: make([]int8, len(s.comps)), parts: make([]float64, len(s.comps))}
}

func (s *scorer) compile(c comparison) compiled {
	out := compiled{missing: c.missing, most: math.Inf(-1), names: -1}
	for _, l := range c.levels {
		cl := compiledLevel{weight: bounded(math.Log2(l.m / l.u)), silent: l.silent, tf: l.tf, field: l.tfField, bits: -1}
		for _, t := range l.terms {
			k := tests[t.test]
			at := s.measure(t)
			cl.terms = append(cl.terms, compiledTerm{at, k.distance, t.limit})
			out.cost += k.cost
			if t.test == "name" && l.tf {
				cl.bits, out.names = at, l.tfField
			}
		}
		if l.silent {
			cl.weight = 0
		}
		most := cl.weight
		if l.tf {
			cl.damp, cl.least, cl.steady, cl.u = l.damp, l.least, l.steady, l.u
			if cl.least == 0 {
				cl.least = leastTF
			}
			cl.base = math.Log2(l.m) - (1-l.damp)*math.Log2(l.u)
			most = bounded(cl.base - cl.damp*math.Log2(s.rarest(&cl)))
		}
		out.most = max(out.most, most)
		out.levels = append(out.levels, cl)
	}
	return out
}

// rarest is the smallest share that can take the place of u in a level.
func (s *scorer) rarest(l *compiledLevel) float64 {
	col := &s.v.fields[l.field]
	if len(col.share) == 0 {
		return l.least
	}
	share := slices.Min(col.share)
	if l.steady > 0 {
		share = (share*col.total + l.steady*l.u) / (col.total + l.steady)
	}
	return max(l.least, share)
}

func bounded(w float64) float64 { return max(-mostPart, min(mostPart, w)) }

// measure returns the number of the measure of a term.
func (s *scorer) measure(t term) int {
	ms := measure{test: t.test, f: s.m.field(t.field), g: -1, either: t.either}
	if t.other != "" {
		ms.g = s.m.field(t.other)
	}
	switch t.test {
	case "sector", "district", "area":
		ms.test = "sector" // one depth serves all three
	}
	for i, o := range s.measures {
		if o.test == ms.test && o.f == ms.f && o.g == ms.g && o.either == ms.either {
			return i
		}
	}
	ms.like = measures[ms.test]
	s.measures = append(s.measures, ms)
	return len(s.measures) - 1
}

// take returns a measure of a pair; NaN where a value is missing.
func (s *scorer) take(sc *scratch, i int, a, b uint32) float64 {
	if sc.stamp[i] == sc.now {
		return sc.vals[i]
	}
	ms := &s.measures[i]
	col := &s.v.fields[ms.f]
	x, y := s.v.at(ms.f, a), s.v.at(ms.f, b)
	var v float64
	switch {
	case ms.g >= 0:
		other := &s.v.fields[ms.g]
		v = ms.crossLike(col, other, x, s.v.at(ms.g, a), y, s.v.at(ms.g, b))
	case ms.test == "known":
		v = truth(x != 0 && y != 0)
	case x == 0 || y == 0:
		v = math.NaN()
	case ms.test == "name":
		i1, one := s.v.oneName(ms.f, a)
		j1, other := s.v.oneName(ms.f, b)
		if one && other { // the usual case, without a look at the lists
			v, sc.bits[i] = oneNameLike(s.lex, col, i1, j1)
		} else {
			v, sc.bits[i] = nameLike(s.lex, col, x, y)
		}
	case ms.test == "same":
		v = sameValue(col, x, y)
	default:
		v = ms.like(col, x, y)
	}
	sc.stamp[i], sc.vals[i] = sc.now, v
	return v
}

// start makes the scratch ready for a pair.
func (sc *scratch) start() {
	sc.now++
	if sc.now == 0 {
		clear(sc.stamp)
		sc.now = 1
	}
}

// compare finds the level of a comparison, -1 where a value is missing, and its
// weight.
func (s *scorer) compare(sc *scratch, c *compiled, a, b uint32) (int, float64) {
	last := len(c.levels) - 1
	if c.dead {
		return -1, 0
	}
levels:
	for i := range last {
		l := &c.levels[i]
		for _, t := range l.terms {
			v := s.take(sc, t.measure, a, b)
			if t.distance && !(v <= t.limit) || !t.distance && !(v >= t.limit) {
				continue levels
			}
		}
		if l.silent {
			return -1, 0
		}
		return i, s.weight(sc, l, a, b)
	}
	for _, f := range c.missing {
		if s.v.at(f, a) == 0 || s.v.at(f, b) == 0 {
			return -1, 0
		}
	}
	return last, c.levels[last].weight
}

// weight is log2(m/u) of a level; with term frequency, u gives way to the share of
// the value: the larger of the two when they differ.
func (s *scorer) weight(sc *scratch, l *compiledLevel, a, b uint32) float64 {
	if !l.tf {
		return l.weight
	}
	return bounded(l.base - l.damp*s.rarity(sc, l, a, b))
}

// rarity is log2 of the share that takes the place of u.
func (s *scorer) rarity(sc *scratch, l *compiledLevel, a, b uint32) float64 {
	col := &s.v.fields[l.field]
	x, y := s.v.at(l.field, a), s.v.at(l.field, b)
	switch {
	case l.bits >= 0:
		return max(-sc.bits[l.bits], math.Log2(l.least))
	case col.names != nil:
		return max(-nameBits(col, x, y), math.Log2(l.least))
	}
	share := max(col.share[x-1], col.share[y-1])
	if l.steady > 0 {
		share = (share*col.total + l.steady*l.u) / (col.total + l.steady)
	}
	return math.Log2(max(share, l.least))
}

// nameBits is the information in the name that two lists share.
func nameBits(col *column, x, y uint32) float64 {
	best := 0.0
	for _, i := range col.items.at(x - 1) {
		for _, j := range col.items.at(y - 1) {
			if i == j {
				best = max(best, col.names[i].Bits())
			}
		}
	}
	return best
}

// bound is the most that a comparison by names can add for a pair: no more
// information agrees than there is in either name.
func (s *scorer) bound(c *compiled, a, b uint32) float64 {
	if s.v.at(c.names, a) == 0 || s.v.at(c.names, b) == 0 {
		return c.most
	}
	bits := min(s.v.nameBits(c.names, a), s.v.nameBits(c.names, b))
	most := math.Inf(-1)
	for i := range c.levels {
		l := &c.levels[i]
		w := l.weight
		if l.tf {
			w = bounded(l.base - l.damp*max(-bits, math.Log2(l.least)))
		}
		most = max(most, w)
	}
	return most
}

// score compares a pair. ok is false when it cannot reach the least weight that is
// given out, which ends the comparison early.
func (s *scorer) score(sc *scratch, a, b uint32) (weight float64, ok bool) {
	sc.start()
	sum := s.prior
	for i, c := range s.order {
		if sum+s.rest[i] < s.keep {
			return 0, false
		}
		if f := s.comps[c].names; f >= 0 && sum+s.bound(&s.comps[c], a, b)+s.rest[i+1] < s.keep {
			return 0, false
		}
		level, w := s.compare(sc, &s.comps[c], a, b)
		sc.levels[c], sc.parts[c] = int8(level), w
		sum += w
	}
	// The sum is taken again in the order of the model, so that it has the bits of
	// the sum of the parts that are shown.
	sum = s.prior
	for _, w := range sc.parts {
		sum += w
	}
	return sum, sum >= s.keep
}

// pattern finds the levels of a pair only, for training.
func (s *scorer) pattern(sc *scratch, a, b uint32) []int8 {
	sc.start()
	for i := range s.comps {
		level, _ := s.compare(sc, &s.comps[i], a, b)
		sc.levels[i] = int8(level)
	}
	return sc.levels
}

// Probability is the chance that a weight in log2 units stands for.
func Probability(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

func logit(p float64) float64 {
	p = max(1e-300, min(evenLimit, p))
	return math.Log2(p / (1 - p))
}

// prior is the chance that two records picked at random are a match: the matches
// that the model expects, over all pairs.
func (c *corpus) prior() float64 {
	pairs, matches := c.pairs()
	if pairs == 0 {
		return 0.5
	}
	return min(0.5, c.m.Matches*matches/pairs)
}

// pairs counts all pairs that could be looked at, and the most matches that there
// are when each record has one. The sizes are rounded (see steps).
func (c *corpus) pairs() (pairs, matches float64) {
	for i, t := range c.tables {
		n := float64(steps(t.Len()))
		for _, o := range c.tables[:i] {
			k := float64(steps(o.Len()))
			pairs, matches = pairs+n*k, matches+min(n, k)
		}
		if !t.unique {
			pairs, matches = pairs+n*max(n-1, 0)/2, matches+n/2
		}
	}
	return pairs, matches
}
