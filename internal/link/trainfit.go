package link

import (
	"fmt"
	"math"

	"milieu/internal/link/em"
)

// fitM estimates m over the pairs of each rule, and takes the mean of those in which
// a comparison took part, weighted by their matches.
func (t *trainer) fitM(rules []blockRule, counted []em.Counts) {
	t.fits, t.outs, t.report.Passes = nil, nil, nil
	for i, r := range rules {
		out, names := t.leftOut(r)
		pass := TrainedPass{Rule: r.name, Pairs: int64(counted[i].Total()), LeftOut: names}
		if !informative(counted[i], out) {
			pass.Skipped = "most pairs have fewer than two other comparisons with values"
			t.report.Passes = append(t.report.Passes, pass)
			continue
		}
		start := t.params
		start.Prior = 0.1
		f := em.Run(counted[i], start, em.Options{FixU: true, Out: out})
		t.fits, t.outs = append(t.fits, f), append(t.outs, out)
		pass.Iterations, pass.Converged = f.Iterations, f.Converged
		t.report.Passes = append(t.report.Passes, pass)
	}
	for i, c := range t.c.m.comparisons {
		sums := make([]float64, len(c.levels))
		total := 0.0
		for j, f := range t.fits {
			if t.outs[j][i] || f.Matches == nil {
				continue
			}
			for l, n := range f.Matches[i] {
				sums[l] += n
				total += n
			}
		}
		if total < 1 || c.fixed {
			continue
		}
		for l := range c.levels {
			if c.levels[l].silent {
				continue
			}
			t.params.M[i][l] = sums[l] / total
			if sums[l] < fewPairs {
				t.params.M[i][l] = t.unseenShare(c.levels[l], c.levels[l].m, total)
			}
		}
		normalise(t.params.M[i], c)
	}
}

// informative says whether two comparisons or more take part and have values in half
// of the pairs: one alone cannot tell matches from other pairs.
func informative(counts em.Counts, out []bool) bool {
	some, total := 0.0, 0.0
	for _, p := range counts.Patterns() {
		total += counts[p]
		n := 0
		for i := range len(p) {
			if p[i] != em.Missing && !out[i] {
				n++
			}
		}
		if n > 1 {
			some += counts[p]
		}
	}
	return some > 0 && some >= total/2
}

// leftOut says which comparisons read a column on which the rule blocks: among its
// pairs they agree by the choice of the pairs.
func (t *trainer) leftOut(r blockRule) (out []bool, names []string) {
	blocked := map[int]bool{}
	for _, k := range r.keys {
		for _, c := range t.m.fields[k.field].columns {
			blocked[c] = true
		}
	}
	out = make([]bool, len(t.m.comparisons))
	for i, c := range t.m.comparisons {
		for col := range t.m.columnsOf(c) {
			out[i] = out[i] || blocked[col]
		}
		if out[i] {
			names = append(names, c.name)
		}
	}
	return out, names
}

// fitPrior estimates the share of matches among all pairs: those that the blocks
// hold, over all.
func (t *trainer) fitPrior(all blocked) {
	pairs, most := t.c.pairs()
	if pairs == 0 || all.share == 0 {
		return
	}
	prior := t.params.Prior
	patterns := all.patterns.Patterns()
	for range 100 {
		t.params.Prior = prior
		matches := 0.0
		for _, p := range patterns {
			matches += all.patterns[p] * t.params.Chance(p)
		}
		next := min(max(matches/all.share/pairs, 0.1/pairs), 0.5)
		if math.Abs(next-prior) < 1e-4*prior {
			break
		}
		prior = next
	}
	t.m.Matches = prior * pairs / most
}

// finish puts the numbers into the model and names the levels that were not seen.
func (t *trainer) finish() {
	random := t.random.Patterns()
	for i := range t.m.comparisons {
		c := &t.m.comparisons[i]
		for l := range c.levels {
			if c.fixed {
				continue
			}
			if c.levels[l].silent {
				continue
			}
			c.levels[l].m, c.levels[l].u = t.params.M[i][l], t.params.U[i][l]
			matches, others := 0.0, 0.0
			for j, f := range t.fits {
				if !t.outs[j][i] && f.Matches != nil {
					matches += f.Matches[i][l]
				}
			}
			for _, p := range random {
				if p[i] == byte(l) {
					others += t.random[p]
				}
			}
			switch {
			case matches < fewPairs && others < fewPairs:
				t.unseen(c.name, c.levels[l].name, "matches and other pairs")
			case matches < fewPairs:
				t.unseen(c.name, c.levels[l].name, "matches")
			case others < fewPairs:
				t.unseen(c.name, c.levels[l].name, "other pairs")
			}
		}
	}
}

func (t *trainer) unseen(comparison, level, where string) {
	t.report.Unseen = append(t.report.Unseen, fmt.Sprintf("%s: %s (among %s)", comparison, level, where))
}
