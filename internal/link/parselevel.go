package link

import (
	"fmt"
	"math"
	"slices"
)

func (b *builder) comparisons(list []comparisonText) {
	if len(list) == 0 {
		b.fail("", "the model has no [[comparison]]: nothing would tell a match from another pair")
	}
	for i, t := range list {
		at := fmt.Sprintf("comparison[%d]", i)
		c := comparison{name: t.Name, fixed: t.Fixed}
		if c.name == "" {
			b.fail(at, "the comparison has no name")
		}
		if slices.ContainsFunc(b.m.comparisons, func(o comparison) bool { return o.name == c.name }) {
			b.fail(at+".name", "comparison %q is there twice", c.name)
		}
		if len(t.Levels) < 2 || len(t.Levels) > maxLevels {
			b.fail(at, "comparison %q has %d levels; it needs 2 to %d, the last with when = \"else\"", c.name, len(t.Levels), maxLevels)
			return
		}
		for j, lt := range t.Levels {
			c.levels = append(c.levels, b.level(fmt.Sprintf("%s.levels[%d]", at, j), lt, j == len(t.Levels)-1))
		}
		b.remainders(at, &c)
		b.missing(at, t.Missing, &c)
		if b.err != nil {
			return
		}
		b.m.comparisons = append(b.m.comparisons, c)
	}
}

func (b *builder) level(at string, t levelText, last bool) level {
	l := level{name: t.Name, tf: t.TF, tfField: -1, damp: 1, silent: t.Silent, hasM: t.M != nil, hasU: t.U != nil}
	var err error
	if l.terms, err = parseWhen(t.When); err != nil {
		b.fail(at+".when", "%v", err)
		return l
	}
	if l.name == "" {
		l.name = t.When
	}
	if last != (len(l.terms) == 0) {
		b.fail(at+".when", "the last level, and only that, has when = \"else\"")
	}
	for _, term := range l.terms {
		b.term(at, term)
	}
	if l.silent {
		if last || t.TF || t.M != nil || t.U != nil {
			b.fail(at, "a silent level says nothing: it is not the last and has no m, u and tf")
		}
		return l
	}
	for _, v := range []struct {
		path string
		from *float64
		to   *float64
	}{{"m", t.M, &l.m}, {"u", t.U, &l.u}} {
		switch {
		case v.from == nil && !last:
			b.fail(at, "the level has no %s; only the last may leave it out", v.path)
		case v.from != nil && !(*v.from > 0 && *v.from < 1):
			b.fail(at+"."+v.path, "%s is %v; it is a chance between 0 and 1, both excluded", v.path, *v.from)
		case v.from != nil:
			*v.to = *v.from
		}
	}
	b.frequency(at, t, &l)
	return l
}

// term checks a condition against the fields that it names.
func (b *builder) term(at string, t term) {
	for _, n := range []string{t.field, t.other} {
		if n == "" {
			continue
		}
		f := b.m.field(n)
		if f < 0 {
			b.fail(at+".when", "there is no field %q; declare it as [[field]]", n)
			return
		}
		k := tests[t.test]
		if !slices.Contains(k.kinds, b.m.fields[f].kind) {
			b.fail(at+".when", "test %s is for fields of kind %v; %s is of kind %s", t.test, k.kinds, n, b.m.fields[f].kind)
		}
		if b.m.fields[f].split != "" && (!k.lists || t.other != "") {
			b.fail(at+".when", "field %s holds several values; they are compared by same or shares", n)
		}
	}
	if t.other != "" && b.m.fields[b.m.field(t.field)].kind != b.m.fields[b.m.field(t.other)].kind {
		b.fail(at+".when", "%s and %s are of different kinds; they cannot be compared crosswise", t.field, t.other)
	}
}

// frequency checks the keys of term frequency.
func (b *builder) frequency(at string, t levelText, l *level) {
	if t.Damp != nil {
		if l.damp = *t.Damp; !(l.damp >= 0 && l.damp <= 1) {
			b.fail(at+".damp", "damp is %v; it is between 0 and 1", l.damp)
		}
	}
	if t.Least != nil {
		if l.least = *t.Least; !(l.least > 0 && l.least < 1) {
			b.fail(at+".least", "least is %v; it is the smallest share of a value that is taken, between 0 and 1", l.least)
		}
	}
	if t.Steady != nil {
		if l.steady = *t.Steady; !(l.steady >= 0 && l.steady <= 1e9) {
			b.fail(at+".steady", "steady is %v; it is a number of records", l.steady)
		}
	}
	if !l.tf {
		if t.Damp != nil || t.Least != nil || t.Steady != nil {
			b.fail(at, "damp, least and steady are for levels with tf = true")
		}
		return
	}
	for _, term := range l.terms {
		f := b.m.field(term.field)
		if f >= 0 && term.other == "" && b.m.fields[f].kind != kindPoint && (b.m.fields[f].split == "" || b.m.fields[f].kind == kindName) {
			l.tfField = f
			return
		}
	}
	b.fail(at+".tf", "tf needs a condition on a field with one value")
}

// remainders fills in the numbers that the last level leaves out.
func (b *builder) remainders(at string, c *comparison) {
	sm, su := 0.0, 0.0
	last := &c.levels[len(c.levels)-1]
	for _, l := range c.levels[:len(c.levels)-1] {
		sm, su = sm+l.m, su+l.u
	}
	for _, v := range []struct {
		path string
		has  bool
		to   *float64
		sum  float64
	}{{"m", last.hasM, &last.m, sm}, {"u", last.hasU, &last.u, su}} {
		if !v.has {
			*v.to = 1 - v.sum
		}
		if total := v.sum + *v.to; math.IsNaN(total) || total > 1.02 || *v.to <= 0 {
			b.fail(at, "the %s of comparison %q add up to %.4g; they are the chances of its levels and add up to 1", v.path, c.name, v.sum+max(*v.to, 0))
			return
		}
	}
}

// missing says which fields must be there for a pair to reach the last level.
func (b *builder) missing(at string, list []string, c *comparison) {
	for j, n := range list {
		f := b.m.field(n)
		if f < 0 {
			b.fail(fmt.Sprintf("%s.missing[%d]", at, j), "there is no field %q; declare it as [[field]]", n)
		}
		c.missing = append(c.missing, f)
	}
	first := slices.IndexFunc(c.levels, func(l level) bool { return !l.silent })
	if len(list) > 0 || first < 0 {
		return
	}
	for _, t := range c.levels[first].terms {
		for _, n := range []string{t.field, t.other} {
			if f := b.m.field(n); f >= 0 && !slices.Contains(c.missing, f) {
				c.missing = append(c.missing, f)
			}
		}
	}
}
