package org

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"milieu/internal/link"
)

// judge says of every pair whether it joins.
func (j *joining) judge() {
	j.places()
	j.rivals()
	c := link.Constraints{Unique: j.place, Large: large}
	for _, scheme := range slices.Sorted(maps.Keys(j.official)) {
		c.Distinct = append(c.Distinct, link.Label{Name: schemeWords(scheme), Of: j.official[scheme]})
	}
	for pair := range j.different {
		c.Different = append(c.Different, pair)
	}
	slices.SortFunc(c.Different, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	for _, s := range j.same {
		if j.known[s.a] && j.known[s.b] {
			c.Same = append(c.Same, [2]string{s.a, s.b})
		}
	}
	edges := j.edges(&c)
	made := link.Cluster(j.everyone(), edges, c)
	j.take(made)
}

// put notes that a record stands in a table, if that holds no duplicates. A number of
// the register is a record of it, whether a source holds it or not.
func (j *joining) put(key, table string) {
	if strings.HasPrefix(key, "GB-COH-") {
		table = registerTable
	}
	if j.unique[table] {
		j.place[key] = table
	}
}

// places notes the tables of all records, and the numbers of companies.
func (j *joining) places() {
	for _, p := range j.pairs {
		j.put(p.a, p.aTable)
		j.put(p.b, p.bTable)
	}
	if j.official["GB-COH"] == nil {
		j.official["GB-COH"] = map[string][]string{}
	}
	for _, key := range j.everyone() {
		if number, ok := strings.CutPrefix(key, "GB-COH-"); ok {
			j.put(key, "")
			j.official["GB-COH"][key] = []string{number}
		}
	}
}

// rivals takes into account that at most one record of a table without duplicates is
// the same as another record: where several of its records fit, the odds of each are
// divided by one and the odds of the others.
func (j *joining) rivals() {
	type seat struct{ key, table string }
	sum := map[seat]float64{}
	count := map[seat]int{}
	odds := func(p scored) float64 {
		if _, never := j.different[[2]string{p.a, p.b}]; never {
			return 0
		}
		return math.Exp2(min(p.weight, 60))
	}
	for _, p := range j.pairs {
		if j.place[p.b] != "" {
			sum[seat{p.a, j.place[p.b]}] += odds(p)
			count[seat{p.a, j.place[p.b]}]++
		}
		if j.place[p.a] != "" {
			sum[seat{p.b, j.place[p.a]}] += odds(p)
			count[seat{p.b, j.place[p.a]}]++
		}
	}
	for i := range j.pairs {
		p := &j.pairs[i]
		others := 0.0
		table := ""
		for _, s := range []seat{{p.a, j.place[p.b]}, {p.b, j.place[p.a]}} {
			if s.table != "" && count[s] > 1 {
				others += max(0, sum[s]-odds(*p))
				table = s.table
			}
		}
		if less := -math.Log2(1 + others); less < -0.005 {
			p.rivals, p.rivalsIn = less, tableWords(table)
			p.weight += less
			p.chance = 1 / (1 + math.Exp2(-p.weight))
		}
	}
}

// tableWords is how a table without duplicates is called.
func tableWords(table string) string {
	switch table {
	case registerTable:
		return "the register"
	case teamTable:
		return "the team's table"
	}
	return "the source " + table
}

// schemeWords is how an official number is called.
func schemeWords(scheme string) string {
	switch scheme {
	case "GB-COH":
		return byNumber
	case "GB-CHC":
		return "charity number"
	case "GB-SC":
		return "Scottish charity number"
	case "GB-NIC":
		return "Northern Irish charity number"
	case "ROR":
		return "ROR identifier"
	case "NO-BRC":
		return "Norwegian organisation number"
	}
	return scheme
}

// edges are the pairs that identifiers join, stronger than any evidence, and those that
// evidence joins. A company number that the team gives joins whatever else is said.
func (j *joining) edges(c *link.Constraints) []link.Edge {
	var edges []link.Edge
	for i := range j.numbers {
		n := &j.numbers[i]
		if id, never := j.different[[2]string{n.a, n.b}]; never {
			n.reason = byDecision + id + " says that they are not the same"
			continue
		}
		n.joined = true
		if n.team && n.by == byNumber {
			c.Same = append(c.Same, [2]string{n.a, n.b})
			continue
		}
		edges = append(edges, link.Edge{A: n.a, B: n.b, Weight: 1000 * float64(n.strength), Probability: 1, By: n.by})
	}
	for _, p := range j.pairs {
		if p.chance >= j.accept {
			edges = append(edges, link.Edge{A: p.a, B: p.b, Weight: p.weight, Probability: p.chance, By: byEvidence})
		}
	}
	return edges
}

func (j *joining) everyone() []string {
	in := map[string]bool{}
	for _, p := range j.pairs {
		in[p.a], in[p.b] = true, true
	}
	for _, n := range j.numbers {
		in[n.a], in[n.b] = true, true
	}
	for _, s := range j.same {
		in[s.a], in[s.b] = true, true
	}
	return slices.Sorted(maps.Keys(in))
}

// take gives the pairs their verdicts.
func (j *joining) take(made link.Clustering) {
	refused := map[by]string{}
	for _, r := range made.Refused {
		refused[by{min(r.A, r.B), max(r.A, r.B), r.By}] = r.Why
	}
	bridges := map[by]bool{}
	j.groups, j.cluster = made.Clusters, map[string]int{}
	for i, g := range made.Clusters {
		for _, key := range g.Records {
			j.cluster[key] = i
		}
		for _, e := range g.Bridges {
			bridges[by{min(e.A, e.B), max(e.A, e.B), e.By}] = true
		}
	}
	joined, decided := map[[2]string]string{}, map[[2]string]bool{}
	for i := range j.numbers {
		n := &j.numbers[i]
		if why, held := refused[by{n.a, n.b, n.by}]; held {
			n.joined, n.reason = false, why
		} else if n.joined {
			joined[[2]string{n.a, n.b}] = n.by
		}
	}
	for _, s := range j.same {
		decided[[2]string{s.a, s.b}] = true
	}
	for i := range j.pairs {
		p := &j.pairs[i]
		why, held := refused[by{p.a, p.b, byEvidence}]
		p.followed = p.chance >= j.accept && !held && j.cluster[p.a] == j.cluster[p.b]
		p.bridge = p.followed && bridges[by{p.a, p.b, byEvidence}]
		pair := [2]string{p.a, p.b}
		j.verdict(p, decided[pair], joined[pair], why)
	}
}

// by is a pair of records and what joins it.
type by struct{ a, b, by string }

// verdict says what comes of a pair: whether a decision joins it, or a number, and why its
// evidence was refused, "" where it was not.
func (j *joining) verdict(p *scored, decided bool, number, refused string) {
	id, never := j.different[[2]string{p.a, p.b}]
	switch {
	case never:
		p.verdict, p.reason = VerdictDifferent, byDecision+id
	case decided:
		p.verdict = VerdictSame
	case j.cluster[p.a] == j.cluster[p.b]:
		p.verdict, p.reason = VerdictJoined, number
		if !p.followed && number == "" {
			p.reason = "joined through other records"
		}
	case refused != "":
		p.verdict, p.reason = VerdictRefused, refused
	case p.chance < j.review && !j.contested(*p):
		p.verdict = VerdictApart
	default:
		p.verdict = VerdictReview
		if p.reason = j.bar(p.a, p.b); p.reason != "" {
			p.verdict = VerdictApart
		}
	}
}

// contested says that the pair would join but for rivals that fit as well. However many
// they are, one of them may be right, so that people are asked and the match counts
// among those that may be missing.
func (j *joining) contested(p scored) bool {
	return p.rivals < 0 && 1/(1+math.Exp2(p.rivals-p.weight)) >= j.accept
}

// bar says which rule keeps the clusters of two records apart, "" where none does.
func (j *joining) bar(a, b string) string {
	one, two := j.groups[j.cluster[a]].Records, j.groups[j.cluster[b]].Records
	if len(one)*len(two) > 10000 {
		return ""
	}
	for _, x := range one {
		for _, y := range two {
			if id, never := j.different[[2]string{min(x, y), max(x, y)}]; never {
				return byDecision + id + " keeps " + x + " and " + y + " apart"
			}
			if t := j.place[x]; t != "" && t == j.place[y] {
				return tableWords(t) + " holds no organisation twice: " + x + " and " + y
			}
		}
	}
	for _, scheme := range slices.Sorted(maps.Keys(j.official)) {
		if v, w := values(j.official[scheme], one), values(j.official[scheme], two); len(v) > 0 && len(w) > 0 && !slices.ContainsFunc(v, func(s string) bool { return slices.Contains(w, s) }) {
			return "another " + schemeWords(scheme) + ": " + v[0] + " and " + w[0]
		}
	}
	return ""
}

// values are what records carry.
func values(of map[string][]string, keys []string) []string {
	var out []string
	for _, k := range keys {
		out = append(out, of[k]...)
	}
	return out
}
