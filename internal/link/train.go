package link

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/link/em"
)

const (
	trainRecords = 40_000    // records of a table from which random pairs are drawn
	trainPairs   = 1_000_000 // pairs of a step
	fewPairs     = 0.5       // a level with fewer expected pairs is unseen
)

// trainer estimates a model's numbers.
type trainer struct {
	c      *corpus
	o      Options
	m      Model
	params em.Params
	report Training
	random em.Counts // patterns of random pairs
	empty  []bool    // fields without any value
	fits   []em.Fit
	outs   [][]bool
}

// Train estimates the model's numbers from the tables: u from random pairs, m by
// expectation-maximisation over blocked pairs with the blocked columns left out,
// the expected number of matches from the pairs that the blocks give. What the data
// hold no example of keeps its number and is reported.
func Train(ctx context.Context, m Model, tables []*Table, o Options) (Model, Training, error) {
	c, err := newCorpus(m, tables)
	if err != nil {
		return m, Training{}, err
	}
	space := &workspace{}
	t := &trainer{c: c, o: o, m: m.clone(), params: m.params(c.prior())}
	err = t.train(ctx, space)
	return t.m, t.report, errors.Join(err, space.close())
}

// params are the numbers of the model for the fit.
func (m Model) params(prior float64) em.Params {
	p := em.Params{Prior: prior}
	for _, c := range m.comparisons {
		var ms, us []float64
		for _, l := range c.levels {
			ms, us = append(ms, l.m), append(us, l.u)
		}
		p.M, p.U = append(p.M, ms), append(p.U, us)
	}
	return p
}

func (t *trainer) train(ctx context.Context, space *workspace) error {
	if err := t.drawRandom(ctx); err != nil {
		return err
	}
	t.setU(nil)
	rules := t.c.m.trains
	if len(rules) == 0 {
		rules = t.c.m.blocks
	}
	var counted []em.Counts
	for _, r := range rules {
		n, err := t.countBlocked(ctx, []blockRule{r}, space)
		if err != nil {
			return err
		}
		counted = append(counted, n.patterns)
	}
	all, err := t.countBlocked(ctx, t.c.m.blocks, space)
	if err != nil {
		return err
	}
	// Random pairs hold a few matches. With the first m and prior they are taken out of u,
	// and m and prior are estimated again.
	for round := range 3 {
		t.fitM(rules, counted)
		t.fitPrior(all)
		if round < 2 {
			t.setU(&t.params)
		}
	}
	t.finish()
	return nil
}

// drawRandom counts the patterns of random pairs of records.
func (t *trainer) drawRandom(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(t.o.Seed, 0x6d696c696575))
	var recs []uint32
	for i, table := range t.c.tables {
		rows := rng.Perm(table.Len())
		rows = rows[:min(len(rows), trainRecords)]
		slices.Sort(rows)
		for _, r := range rows {
			recs = append(recs, uint32(t.c.starts[i]+r))
		}
	}
	v, err := readValues(ctx, t.c, recs, t.o.workers())
	if err != nil {
		return err
	}
	t.empty = make([]bool, len(v.fields))
	for i := range v.fields {
		t.empty[i] = len(v.fields[i].hashes) == 0
	}
	s := newScorer(t.m, v, 0.5, 0.5)
	sc := s.scratch()
	t.random = em.Counts{}
	count := func(a, b uint32) {
		if v.tables[a] != v.tables[b] || !t.c.tables[v.tables[a]].unique {
			t.random.Add(s.pattern(sc, a, b), 1)
			t.report.RandomPairs++
		}
	}
	n := uint32(len(recs))
	if int64(n)*int64(n-min(n, 1))/2 <= trainPairs {
		for a := range n {
			for b := a + 1; b < n; b++ {
				count(a, b)
			}
		}
	} else {
		for range 4 * trainPairs {
			if t.report.RandomPairs == trainPairs {
				break
			}
			if a, b := rng.Uint32N(n), rng.Uint32N(n); a != b {
				count(min(a, b), max(a, b))
			}
		}
	}
	if t.report.RandomPairs == 0 {
		return fmt.Errorf("link: there are no two records to train with; give tables that are not empty")
	}
	return ctx.Err()
}

// setU takes u from the random pairs, each counted as far as it is no match.
func (t *trainer) setU(p *em.Params) {
	seen := make([][]float64, len(t.params.U))
	for i := range seen {
		seen[i] = make([]float64, len(t.params.U[i]))
	}
	for _, pattern := range t.random.Patterns() {
		n := t.random[pattern]
		if p != nil {
			n *= 1 - p.Chance(pattern)
		}
		for i := range len(pattern) {
			if l := pattern[i]; l != em.Missing {
				seen[i][l] += n
			}
		}
	}
	for i, c := range t.c.m.comparisons {
		total := 0.0
		for _, n := range seen[i] {
			total += n
		}
		if total == 0 || c.fixed {
			continue
		}
		for l := range c.levels {
			if c.levels[l].silent {
				continue
			}
			u := seen[i][l] / total
			if seen[i][l] < fewPairs {
				u = t.unseenShare(c.levels[l], c.levels[l].u, total)
			}
			t.params.U[i][l] = u
		}
		normalise(t.params.U[i], c)
	}
}

// unseenShare is the chance that is taken for a level of which there is no example: the
// model's, but no more than what would have been seen; all of it where the
// tables lack what the level looks at.
func (t *trainer) unseenShare(l level, was, total float64) float64 {
	for _, term := range l.terms {
		if t.empty[t.m.field(term.field)] {
			return was
		}
	}
	return min(was, fewPairs/total)
}

// normalise makes the chances of a comparison's levels add up to one.
func normalise(p []float64, c comparison) {
	sum := 0.0
	for i, v := range p {
		if !c.levels[i].silent {
			sum += v
		}
	}
	for i := range p {
		p[i] = min(max(p[i]/sum, leastChance), 1-leastChance)
	}
}

// blocked are patterns of pairs that rules find, and what share of those pairs they are.
type blocked struct {
	patterns em.Counts
	share    float64
}

// countBlocked counts the patterns of the pairs of rules: of all, or of as many
// blocks, in the order of a hash, as give enough.
func (t *trainer) countBlocked(ctx context.Context, rules []blockRule, space *workspace) (blocked, error) {
	quiet := t.o
	quiet.Progress = nil
	x, err := buildIndex(ctx, t.c, rules, quiet, t.o.memory()/2, space)
	if err != nil {
		return blocked{}, err
	}
	// Blocks are taken by a hash of their key, so that they are a fair sample.
	limit := uint64(math.MaxUint64)
	if x.pairs > trainPairs {
		limit = uint64(float64(trainPairs) / float64(x.pairs) * math.MaxUint64)
	}
	taken := func(b int) bool { return mix(x.hashes[b], wyp2) <= limit }
	need := make([]bool, len(x.recs))
	for b := range x.hashes {
		if taken(b) {
			for _, p := range x.of(uint32(b)) {
				need[p] = true
			}
		}
	}
	var recs []uint32
	place := make([]uint32, len(x.recs))
	for p, r := range x.recs {
		if need[p] {
			place[p] = uint32(len(recs))
			recs = append(recs, r)
		}
	}
	v, err := readValues(ctx, t.c, recs, t.o.workers())
	if err != nil {
		return blocked{}, err
	}
	s := newScorer(t.m, v, 0.5, 0.5)
	sc := s.scratch()
	out := blocked{em.Counts{}, float64(limit) / math.MaxUint64}
	for b := range x.hashes {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if taken(b) {
			t.countBlock(x, uint32(b), v, place, s, sc, out.patterns)
		}
	}
	return out, nil
}

func (t *trainer) countBlock(x *index, b uint32, v *values, place []uint32, s *scorer, sc *scratch, to em.Counts) {
	members := x.of(b)
	for i, p := range members {
		for _, q := range members[i+1:] {
			pp, pq := place[p], place[q]
			if v.tables[pp] == v.tables[pq] && t.c.tables[v.tables[pp]].unique {
				continue
			}
			if first, _ := x.first(p, q); first == b {
				to.Add(s.pattern(sc, pp, pq), 1)
			}
		}
	}
}
