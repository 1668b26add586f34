package link

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Explain compares two records and says of each comparison what it adds. The
// numbers are those that Run gives for the same tables and options.
func Explain(ctx context.Context, m Model, tables []*Table, o Options, left, right Ref) (Pair, error) {
	if err := o.check(m); err != nil {
		return Pair{}, err
	}
	if o.Train {
		trained, _, err := Train(ctx, m, tables, o)
		if err != nil {
			return Pair{}, err
		}
		m = trained
	}
	c, err := newCorpus(m, tables)
	if err != nil {
		return Pair{}, err
	}
	for _, r := range []Ref{left, right} {
		if r.Table < 0 || r.Table >= len(tables) || r.Row < 0 || r.Row >= tables[r.Table].Len() {
			return Pair{}, fmt.Errorf("link: there is no record %d in table %d", r.Row, r.Table)
		}
	}
	a, b := uint32(c.starts[left.Table]+left.Row), uint32(c.starts[right.Table]+right.Row)
	recs := []uint32{a, b}
	slices.Sort(recs)
	recs = slices.Compact(recs)
	v, err := readValues(ctx, c, recs, o.workers())
	if err != nil {
		return Pair{}, err
	}
	s := newScorer(m, v, c.prior(), 0)
	at := func(r uint32) uint32 { return uint32(slices.Index(recs, r)) }
	if left.Table > right.Table || left.Table == right.Table && tables[left.Table].ID(left.Row) > tables[right.Table].ID(right.Row) {
		left, right, a, b = right, left, b, a
	}
	p := Pair{Left: left, Right: right, Parts: s.explain(at(a), at(b))}
	sc := s.scratch()
	p.Levels = slices.Clone(s.pattern(sc, at(a), at(b)))
	for _, part := range p.Parts {
		p.Weight += part.Weight
	}
	p.Probability = Probability(p.Weight)
	p.Match = p.Weight >= logit(o.Threshold)
	return p, nil
}

// explain gives the parts of a pair's weight; left is a. They add up, in order, to
// the weight that score gives.
func (s *scorer) explain(a, b uint32) []Part {
	parts := []Part{{Name: "prior", Detail: fmt.Sprintf("one pair in %s is a match", round(1+math.Exp2(-s.prior))), Weight: s.prior}}
	sc := s.scratch()
	sc.start()
	for i := range s.comps {
		c := &s.comps[i]
		level, w := s.compare(sc, c, a, b)
		p := Part{Name: s.m.comparisons[i].name, Weight: w}
		if level < 0 {
			p.Detail = "not known of both"
		} else {
			p.Detail = s.detail(sc, i, level, a, b)
		}
		parts = append(parts, p)
	}
	return parts
}

// detail says in words which level held and what stood there.
func (s *scorer) detail(sc *scratch, comp, level int, a, b uint32) string {
	l := s.m.comparisons[comp].levels[level]
	text := l.name
	if len(l.terms) == 0 && l.name == "else" {
		text = "differs"
	}
	fields := s.m.comparisons[comp].missing
	if len(l.terms) > 0 {
		fields = nil
		for _, t := range l.terms {
			for _, n := range []string{t.field, t.other} {
				if f := s.m.field(n); f >= 0 && !slices.Contains(fields, f) {
					fields = append(fields, f)
				}
			}
		}
	}
	var stand []string
	for _, f := range fields {
		stand = append(stand, s.stand(f, a, b))
	}
	text += ": " + strings.Join(stand, "; ")
	if l.tf {
		share := math.Exp2(s.rarity(sc, &s.comps[comp].levels[level], a, b))
		text += fmt.Sprintf(" (one in %s)", round(1/share))
	}
	return text
}

// stand shows the values of a field in two records.
func (s *scorer) stand(f int, a, b uint32) string {
	col := &s.v.fields[f]
	x, y := s.v.at(f, a), s.v.at(f, b)
	if x > 0 && y > 0 && s.m.fields[f].kind == kindName {
		return s.standNames(col, x, y)
	}
	show := func(x uint32) string {
		if x == 0 {
			return "nothing"
		}
		t := col.text.at(int(x - 1))
		if s.m.fields[f].split != "" {
			t = strings.Join(strings.FieldsFunc(t, func(r rune) bool { return r == 0 }), " | ")
		}
		return t
	}
	if x == y {
		return show(x)
	}
	return show(x) + " / " + show(y)
}

// standNames says why the best pair of names is as alike as it is.
func (s *scorer) standNames(col *column, x, y uint32) string {
	best, bi, bj := -1.0, uint32(0), uint32(0)
	bits := 0.0
	for _, i := range col.items.at(x - 1) {
		for _, j := range col.items.at(y - 1) {
			r := s.lex.Compare(&col.names[i], &col.names[j])
			if r.Score > best || r.Score == best && r.Bits > bits {
				best, bits, bi, bj = r.Score, r.Bits, i, j
			}
		}
	}
	text := col.nameText.at(int(bi))
	if bi != bj {
		text += " / " + col.nameText.at(int(bj))
	}
	if why := s.lex.Explain(&col.names[bi], &col.names[bj]).Why; why != "" {
		text += ": " + why
	}
	return text
}

// round writes a number with two digits that say something.
func round(v float64) string {
	if v < 10 {
		return fmt.Sprintf("%.2g", v)
	}
	p := math.Pow(10, math.Floor(math.Log10(v))-1)
	n := int64(math.Round(v/p) * p)
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
