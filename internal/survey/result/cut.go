package result

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"milieu/internal/disclosure"
	"milieu/internal/survey"
)

// cut puts each answer into one of the groups that tables are broken down by. Groups that are too small to be shown stand
// together as the last. What a cut publishes of itself, how many answers each group has, is protected.
type cut struct {
	Breakdown
	of   []int // group of each answer; -1: in none, as those who did not say
	rest bool  // some are in none
}

// secret says of each row of a grid of this cut, groups first and then those in none, whether it is never published.
func (c cut) secret() []bool {
	out := make([]bool, len(c.Groups))
	if c.rest {
		out = append(out, true)
	}
	return out
}

// row is the row of a grid that an answer stands in.
func (c cut) row(answer int) int {
	if c.of[answer] < 0 {
		return len(c.Groups)
	}
	return c.of[answer]
}

// part is a category of a grouping, or a stratum, with its answers.
type part struct {
	key, label    string
	frame, drawn  int
	answers       int
	hidden, force bool
	cell          int
}

// division is a grouping, or the strata, of all answers.
type division struct {
	key, label string
	parts      []part
	dropped    bool // it cannot be protected and is not published at all
	of         func(Cell) string
}

// divisions are the strata and the groupings that are known of all answers, with their answers.
func (s sample) divisions() []division {
	strata := division{label: strataMargin, of: func(c Cell) string { return c.Stratum }}
	answers := map[string]int{}
	for _, r := range s.rows {
		answers[r.Stratum]++
	}
	for _, key := range s.strataKeys() {
		strata.parts = append(strata.parts, part{key: key, label: s.in.stratumLabel(key), frame: s.firms[key], drawn: s.in.drawn(key, s.firms[key]), answers: answers[key]})
	}
	out := []division{strata}
	for _, g := range s.in.Groupings {
		if !slices.Contains(s.margins, g.Key) {
			continue
		}
		d := division{key: g.Key, label: g.Label, of: func(c Cell) string { return c.Groups[g.Key] }}
		firms, answers := map[string]int{}, map[string]int{}
		for _, c := range s.in.Cells {
			firms[c.Groups[g.Key]] += c.Firms
		}
		for _, r := range s.rows {
			answers[r.Groups[g.Key]]++
		}
		for _, c := range g.Categories {
			if firms[c.Key] > 0 {
				d.parts = append(d.parts, part{key: c.Key, label: c.Label, frame: firms[c.Key], answers: answers[c.Key]})
			}
			delete(firms, c.Key)
		}
		for _, key := range slices.Sorted(maps.Keys(firms)) { // categories that the grouping does not list
			d.parts = append(d.parts, part{key: key, label: key, frame: firms[key], answers: answers[key]})
		}
		out = append(out, d)
	}
	return out
}

// protectDivisions hides how many answers small parts have, and what would give that away, until those that are hidden in a
// division are enough together.
func (s sample) protectDivisions(ds []division) error {
	for range 100 {
		p := s.divisionProblem(ds)
		pattern, err := s.rule.protect(p)
		if err != nil {
			return fmt.Errorf("survey %s: protect the numbers of answers: %w", s.in.SurveyID, err)
		}
		changed := false
		for i := range ds {
			d := &ds[i]
			for k := range d.parts {
				d.parts[k].hidden = pattern.Hidden[d.parts[k].cell]
				if slices.Contains(pattern.Open, d.parts[k].cell) && !d.dropped {
					d.dropped, changed = true, true
				}
			}
		}
		for i := range ds {
			changed = !changed && ds[i].widen(s.rule) || changed
		}
		if !changed {
			return nil
		}
	}
	return fmt.Errorf("survey %s: protecting the numbers of answers came to no end", s.in.SurveyID)
}

// widen marks one more part to be hidden where those that are hidden are too few answers together.
func (d *division) widen(r rule) bool {
	sum, n, next := 0, 0, -1
	for k, p := range d.parts {
		switch {
		case p.hidden:
			sum, n = sum+p.answers, n+1
		case p.answers > 0 && (next < 0 || p.answers < d.parts[next].answers):
			next = k
		}
	}
	least := r.threshold
	if d.key != "" {
		least *= groupFactor
	}
	if d.dropped || n == 0 || n > 1 && sum >= least {
		return false
	}
	if next < 0 {
		d.dropped = true
		return true
	}
	d.parts[next].force = true
	return true
}

func (s sample) divisionProblem(ds []division) disclosure.Problem {
	var p disclosure.Problem
	all := p.Add(disclosure.Cell{Name: "answers", Value: int64(len(s.rows)), Kind: disclosure.Public})
	for i := range ds {
		var cells []int
		for k := range ds[i].parts {
			part := &ds[i].parts[k]
			c := disclosure.Cell{Name: ds[i].label + ": " + part.label, Value: int64(part.answers), Cost: cost(int64(part.answers))}
			switch {
			case ds[i].dropped:
				c.Kind, c.Sensitive = disclosure.Secret, s.rule.small(part.answers)
			case part.answers == 0:
				c.Kind = disclosure.Public // the weighting says which groups have none
			default:
				// Tables of a group of few answers would be hidden nearly whole: it stands with others.
				c.Sensitive = part.force || s.rule.small(part.answers) || ds[i].key != "" && part.answers < groupFactor*s.rule.threshold
			}
			part.cell = p.Add(c)
			cells = append(cells, part.cell)
		}
		p.Total(all, cells...)
	}
	for i := range ds {
		for k := range i {
			s.tie(&p, ds[k], ds[i])
		}
	}
	return p
}

// tie adds what is known of two divisions of the same firms: parts of the one that are, together, the same firms as parts of the
// other, as the strata that make up a group of sizes.
func (s sample) tie(p *disclosure.Problem, a, b division) {
	root := map[string]string{}
	var find func(string) string
	find = func(k string) string {
		if root[k] == "" || root[k] == k {
			return k
		}
		root[k] = find(root[k])
		return root[k]
	}
	for _, c := range s.in.Cells {
		if x, y := find("a"+a.of(c)), find("b"+b.of(c)); x != y {
			root[x] = y
		}
	}
	together := map[string]disclosure.Relation{}
	for _, part := range a.parts {
		k := find("a" + part.key)
		together[k] = append(together[k], disclosure.Term{Cell: part.cell, Coef: 1})
	}
	for _, part := range b.parts {
		k := find("b" + part.key)
		together[k] = append(together[k], disclosure.Term{Cell: part.cell, Coef: -1})
	}
	if len(together) < 2 {
		return // all of the one is all of the other, which their sums say already
	}
	for _, k := range slices.Sorted(maps.Keys(together)) {
		p.Relations = append(p.Relations, together[k])
	}
}

// response are the strata as they are shown.
func (d division) response() []Response {
	var out []Response
	last := Response{Stratum: Together}
	var labels []string
	add := func(r Response, answers int) Response {
		r.Answers = Count{N: answers}
		if r.Drawn > 0 {
			r.Rate = round(float64(answers)/float64(r.Drawn), 3)
		}
		return r
	}
	answers := 0
	for _, p := range d.parts {
		if !p.hidden && !d.dropped {
			out = append(out, add(Response{Stratum: p.key, Label: p.label, Frame: p.frame, Drawn: p.drawn}, p.answers))
			continue
		}
		last.Frame, last.Drawn, answers = last.Frame+p.frame, last.Drawn+p.drawn, answers+p.answers
		labels = append(labels, p.label)
	}
	if len(labels) > 0 {
		last.Label = "Together: " + strings.Join(labels, "; ")
		out = append(out, add(last, answers))
	}
	return out
}

// cut is the division as tables are broken down by it; false where it tells nothing apart.
func (s sample) cut(d division) (cut, bool) {
	c := cut{Breakdown: Breakdown{Key: d.key, Label: d.label}, of: make([]int, len(s.rows))}
	index := map[string]int{}
	last := Group{Key: Together, Label: "Smaller groups together"}
	var together []string
	for _, p := range d.parts {
		switch {
		case p.hidden:
			last.Members, together = append(last.Members, p.label), append(together, p.key)
			last.Frame, last.Answers.N = last.Frame+p.frame, last.Answers.N+p.answers
		case p.answers > 0:
			index[p.key] = len(c.Groups)
			c.Groups = append(c.Groups, Group{Key: p.key, Label: p.label, Frame: p.frame, Answers: Count{N: p.answers}})
		}
	}
	if len(together) > 0 {
		for _, key := range together {
			index[key] = len(c.Groups)
		}
		c.Groups = append(c.Groups, last)
	}
	for i, r := range s.rows {
		c.of[i] = index[r.Groups[d.key]]
	}
	return c, !d.dropped && len(c.Groups) > 1
}

// arrival is the cut by how firms came to be here; false where nothing asks that, or too few have said it.
func (s sample) arrival(q Question) (cut, bool) {
	c := cut{Breakdown: Breakdown{Key: Arrival, Label: q.Text}, of: make([]int, len(s.rows))}
	index := map[string]int{}
	last := Group{Key: Together, Label: "Smaller groups together"}
	hidden := q.Whole.Base.N
	for _, i := range q.Whole.Items {
		switch {
		case i.Hidden:
			last.Members = append(last.Members, i.Label)
		case i.count > 0:
			index[i.Option] = len(c.Groups)
			c.Groups = append(c.Groups, Group{Key: i.Option, Label: i.Label, Answers: Count{N: i.count}})
			hidden -= i.count
		}
	}
	if len(last.Members) > 0 && hidden >= s.rule.threshold {
		last.Answers.N = hidden
		c.Groups = append(c.Groups, last)
	}
	for i := range s.rows {
		a := s.answer(i, q.Question)
		c.of[i] = -1
		if a.State == survey.Answered && len(a.Choices) > 0 {
			if k, ok := index[a.Choices[0]]; ok {
				c.of[i] = k
			} else if last.Answers.N > 0 {
				c.of[i] = len(c.Groups) - 1
			}
		}
		c.rest = c.rest || c.of[i] < 0
	}
	return c, len(c.Groups) > 1
}
