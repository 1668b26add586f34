package result

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/disclosure"
	"milieu/internal/survey"
)

// attack is an intruder who has the published table, the register (which firms are in which groups) and the questionnaire, and
// puts all of it into one system: for each question the unknown numbers of answers by every combination of groups that the
// register knows and every outcome, and one equation for each figure in the table. It takes each share for the count behind it,
// and each mean for the exact sum. It reads nothing but the table, and shares no code with what protects it.
type attack struct {
	disclosure.Problem
	in      Input
	groups  []string            // breakdowns
	combos  []map[string]string // of groups, as the register has them; with arrival
	all     []int               // answers of each combination
	asked   map[string][]int    // by question: who was asked of each combination
	chosen  map[string]map[string][]int
	merged  map[string]map[string]string // of each breakdown: the groups of the table
	joined  map[string]string            // of each breakdown: the label of what stands together
	hidden  []bool
	targets int // small numbers that are left out of the table
}

const nowhere = "-"

func newAttack(in Input, table [][]string) *attack {
	strata := slices.ContainsFunc(table, func(row []string) bool { return len(row) > 0 && row[4] == byStratum })
	a := &attack{in: in, asked: map[string][]int{}, chosen: map[string]map[string][]int{}, merged: map[string]map[string]string{}, joined: map[string]string{}}
	for _, row := range table[1:] {
		breakdown := row[4]
		if breakdown != "" && breakdown != byStratum && row[2] == "" {
			if a.merged[breakdown] == nil {
				a.merged[breakdown] = map[string]string{}
				a.groups = append(a.groups, breakdown)
			}
			a.merged[breakdown][row[5]] = row[5]
			if row[5] == Together {
				a.joined[breakdown] = row[8] + ";"
			}
		}
	}
	seen := map[string]bool{}
	arrivals := []string{nowhere}
	if a.merged[Arrival] != nil {
		newest, _ := in.Newest()
		q, _ := newest.Find("came")
		for _, o := range q.Options {
			arrivals = append(arrivals, o.ID)
		}
	}
	for _, c := range in.Cells {
		for _, arrival := range arrivals {
			m := map[string]string{Arrival: arrival}
			if strata {
				m[byStratum] = c.Stratum
			}
			for _, g := range a.groups {
				if g != Arrival {
					m[g] = c.Groups[g]
				}
			}
			if k := fmt.Sprint(m); !seen[k] {
				seen[k] = true
				a.combos = append(a.combos, m)
			}
		}
	}
	a.all = a.atoms("answers")
	return a
}

// atoms are an unknown number for each combination.
func (a *attack) atoms(name string) []int {
	out := make([]int, len(a.combos))
	for i := range a.combos {
		out[i] = a.Add(disclosure.Cell{Name: fmt.Sprintf("%s %d", name, i), Kind: disclosure.Inner})
		a.hidden = append(a.hidden, false)
	}
	return out
}

// group is the group of the table that the combination is in: those that are not in the table by themselves stand together.
func (a *attack) group(breakdown string, combo map[string]string) string {
	key := combo[breakdown]
	if breakdown == byStratum || a.merged[breakdown][key] != "" || breakdown == Arrival && key == nowhere {
		return key
	}
	return Together
}

// figure adds what the table says of these atoms in the group, or that it hides it.
func (a *attack) figure(name string, atoms []int, coefs []int64, breakdown, group string, value int64, hidden bool) {
	c := disclosure.Cell{Name: name + " in " + breakdown + " " + group, Value: value, Kind: disclosure.Table}
	i := a.Add(c)
	a.hidden = append(a.hidden, hidden)
	r := disclosure.Relation{{Cell: i, Coef: -1}}
	for k, atom := range atoms {
		combo := a.combos[k%len(a.combos)]
		if breakdown == "" || a.group(breakdown, combo) == group {
			r = append(r, disclosure.Term{Cell: atom, Coef: coefs[k/len(a.combos)]})
		}
	}
	a.Relations = append(a.Relations, r)
}

// question adds all unknowns and figures of a question. truth is what a mean's sum is, which the table does not say so exactly.
func (a *attack) question(q survey.Question, table [][]string, s sample) {
	ones := func(n int) []int64 { return slices.Repeat([]int64{1}, n) }
	parts := map[string][]int{}
	answered := a.atoms(q.ID + " answered")
	all := [][]int{answered}
	for _, s := range withoutAnswer {
		parts["state "+string(s)] = a.atoms(q.ID + " " + string(s))
		all = append(all, parts["state "+string(s)])
	}
	asked := a.atoms(q.ID + " asked")
	for i := range a.combos {
		var of, who []int
		for k, v := range all {
			of = append(of, v[i])
			if k < len(all)-1 {
				who = append(who, v[i])
			}
		}
		a.Total(a.all[i], of...)
		a.Total(asked[i], who...)
	}
	a.asked[q.ID] = asked
	parts[Answered+" "] = answered
	coefs := map[string][]int64{}
	a.chosen[q.ID] = map[string][]int{}
	options := slices.Clone(q.Options)
	if q.Other {
		options = append(options, survey.Option{ID: survey.OtherOption})
	}
	if q.Kind == survey.Scale {
		for v := q.Min; v <= q.Max; v++ {
			options = append(options, survey.Option{ID: strconv.Itoa(int(v))})
		}
	}
	var sum [][]int
	for k, o := range options {
		chosen := a.atoms(q.ID + " " + o.ID)
		parts[Share+" "+o.ID], a.chosen[q.ID][o.ID] = chosen, chosen
		switch q.Kind {
		case survey.Single, survey.Scale:
			sum = append(sum, chosen)
			parts[Mean+" "] = append(parts[Mean+" "], chosen...)
			coefs[Mean+" "] = append(coefs[Mean+" "], int64(k)+int64(q.Min))
		case survey.Budget:
			parts[Points+" "+o.ID] = chosen
			sum = append(sum, chosen)
		case survey.Multi, survey.Rank:
			not := a.atoms(q.ID + " not " + o.ID)
			for i := range a.combos {
				a.Total(answered[i], chosen[i], not[i])
			}
			if q.Kind == survey.Rank {
				first, later := a.atoms(q.ID+" first "+o.ID), a.atoms(q.ID+" later "+o.ID)
				parts[First+" "+o.ID] = first
				sum = append(sum, first)
				for i := range a.combos {
					a.Total(chosen[i], first[i], later[i])
				}
			}
		}
	}
	for i := range a.combos {
		r := disclosure.Relation{{Cell: answered[i], Coef: -1}}
		if q.Kind == survey.Budget {
			r[0].Coef = -100
		}
		for _, v := range sum {
			r = append(r, disclosure.Term{Cell: v[i], Coef: 1})
		}
		if len(sum) > 0 {
			a.Relations = append(a.Relations, r)
		}
	}
	if q.Kind == survey.Number {
		parts[Mean+" "] = a.atoms(q.ID + " sum")
	}
	a.route(q)
	there := map[string]bool{}
	for _, row := range table[1:] {
		if row[2] != q.ID {
			continue
		}
		there[row[4]+"\n"+row[5]+"\n"+row[6]+" "+row[7]] = true
		key := row[6] + " " + row[7]
		c := coefs[key]
		if c == nil {
			c = ones(1)
		}
		value := int64(0)
		switch {
		case row[18] == "1":
		case row[6] == Answered || row[6] == State:
			value, _ = strconv.ParseInt(row[13], 10, 64)
		case row[6] == Mean:
			value = s.truth(a, q, row[4], row[5], Points, row[7])
		default:
			value = s.truth(a, q, row[4], row[5], row[6], row[7])
		}
		a.figure(q.ID+" "+key, parts[key], c, row[4], row[5], value, row[18] == "1")
	}
	a.leftOut(q, parts, there, s)
}

// leftOut adds, as hidden, small numbers of answers that the table does not even name: of shares that are left out, of breakdowns
// that are, and of those who are in no group.
func (a *attack) leftOut(q survey.Question, parts map[string][]int, there map[string]bool, s sample) {
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		measure, option, _ := strings.Cut(key, " ")
		if measure != Share && measure != First || q.Kind == survey.Budget {
			continue
		}
		for _, b := range append([]string{""}, a.groups...) {
			groups := slices.Sorted(maps.Keys(a.merged[b]))
			if b == Arrival {
				groups = append(groups, nowhere)
			} else if b == "" {
				groups = []string{""}
			}
			for _, g := range groups {
				if there[b+"\n"+g+"\n"+key] {
					continue
				}
				if n := s.truth(a, q, b, g, measure, option); s.rule.small(int(n)) {
					a.figure(q.ID+" "+key+" left out", parts[key], []int64{1}, b, g, n, true)
					a.targets++
				}
			}
		}
	}
}

// route adds what the questionnaire says of who is asked: those who chose one of the options. Of several options each may have
// been chosen with another, as an unknown number of times as that is.
func (a *attack) route(q survey.Question) {
	newest, _ := a.in.Newest()
	for _, section := range newest.Sections {
		for _, c := range []survey.Condition{section.ShowIf, q.ShowIf} {
			in := slices.ContainsFunc(section.Questions, func(o survey.Question) bool { return o.ID == q.ID })
			if !in || c.Question == "" || a.chosen[c.Question] == nil {
				continue
			}
			twice := a.atoms(q.ID + " chosen twice")
			for i := range a.combos {
				r := disclosure.Relation{{Cell: a.asked[q.ID][i], Coef: -1}}
				for _, option := range c.Any {
					r = append(r, disclosure.Term{Cell: a.chosen[c.Question][option][i], Coef: 1})
				}
				if len(c.Any) > 1 {
					r = append(r, disclosure.Term{Cell: twice[i], Coef: -1})
				}
				a.Relations = append(a.Relations, r)
			}
		}
	}
}

// response adds how many answered, by group and stratum. A stratum that is not in the table by itself stands with the others.
func (a *attack) response(table [][]string) {
	alone := map[string]bool{}
	for _, row := range table[1:] {
		if row[2] == "" && row[4] == byStratum {
			alone[row[5]] = true
		}
	}
	for _, row := range table[1:] {
		if row[2] != "" || row[4] == byStratum && row[5] == Together {
			continue
		}
		value, _ := strconv.ParseInt(row[13], 10, 64)
		a.figure("answers", a.all, []int64{1}, row[4], row[5], value, row[18] == "1")
	}
	for _, c := range a.in.Cells { // strata that are not shown
		if len(alone) > 0 && !alone[c.Stratum] {
			alone[c.Stratum] = true
			a.figure("answers", a.all, []int64{1}, byStratum, c.Stratum, 0, true)
		}
	}
	for _, g := range a.in.Groupings { // groups that stand with others
		if a.merged[g.Key] == nil {
			continue
		}
		for _, c := range g.Categories {
			if a.merged[g.Key][c.Key] != "" {
				continue
			}
			r := disclosure.Relation{{Cell: a.Add(disclosure.Cell{Name: "answers of " + c.Key, Kind: disclosure.Table}), Coef: -1}}
			// A group that stands nowhere has no answers; the table is silent on it.
			a.hidden = append(a.hidden, strings.Contains(a.joined[g.Key], " "+c.Label+";"))
			for i, combo := range a.combos {
				if combo[g.Key] == c.Key {
					r = append(r, disclosure.Term{Cell: a.all[i], Coef: 1})
				}
			}
			a.Relations = append(a.Relations, r)
		}
	}
}

// truth is the exact sum behind a mean that is shown, or a number of answers.
func (s sample) truth(a *attack, q survey.Question, breakdown, group, measure, option string) int64 {
	sum := 0.0
	came, _ := s.in.Instruments[1].Find("came")
	for i, r := range s.rows {
		combo := map[string]string{Arrival: nowhere}
		maps.Copy(combo, r.Groups)
		if c := s.answer(i, came); len(c.Choices) > 0 {
			combo[Arrival] = c.Choices[0]
		}
		answer := s.answer(i, q)
		if breakdown != "" && a.group(breakdown, combo) != group || answer.State != survey.Answered {
			continue
		}
		said := slices.Contains(answer.Choices, option)
		switch {
		case measure == Share && q.Kind == survey.Scale:
			said = strconv.Itoa(int(answer.Number)) == option
		case measure == First:
			said = answer.Choices[0] == option
		case measure == Points && q.Kind == survey.Budget:
			sum += answer.PointsOf(option)
			continue
		case measure == Points:
			sum += answer.Number
			continue
		}
		if said {
			sum++
		}
	}
	return int64(sum)
}
