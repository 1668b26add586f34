package survey

import (
	"slices"
	"strings"
)

// Asked says which questions are asked of somebody who has given these answers so far. A condition on a question that was not
// asked does not hold, turned round or not.
func (in Instrument) Asked(a Answers) map[string]bool {
	asked := map[string]bool{}
	for _, s := range in.Sections {
		if !s.ShowIf.holds(a, asked) {
			continue
		}
		for _, q := range s.Questions {
			if q.ShowIf.holds(a, asked) {
				asked[q.ID] = true
			}
		}
	}
	return asked
}

func (c Condition) holds(a Answers, asked map[string]bool) bool {
	if c.Question == "" {
		return true
	}
	if !asked[c.Question] {
		return false
	}
	one := a[c.Question]
	chosen := one.State == Answered && slices.ContainsFunc(c.Any, func(o string) bool { return slices.Contains(one.Choices, o) })
	return chosen != c.Not
}

// Visible are the sections with the questions and notes that are asked after these answers; sections without any are left out.
func (in Instrument) Visible(a Answers) []Section {
	asked := in.Asked(a)
	var out []Section
	for _, s := range in.Sections {
		var qs []Question
		for _, q := range s.Questions {
			if asked[q.ID] {
				qs = append(qs, q)
			}
		}
		if len(qs) > 0 {
			s.Questions = qs
			out = append(out, s)
		}
	}
	return out
}

// Settle gives each question of the instrument an answer: NotAsked to those that were not asked, whatever was answered before the
// way changed, Blank to those that were left empty. Answers to questions that the instrument does not have are left out.
func (in Instrument) Settle(a Answers) Answers {
	asked := in.Asked(a)
	out := Answers{}
	for _, q := range in.Questions() {
		one := a[q.ID]
		switch {
		case !asked[q.ID]:
			one = Answer{State: NotAsked}
		case one.State == "" || one.State == NotAsked:
			one = Answer{State: Blank}
		}
		out[q.ID] = one
	}
	return out
}

// Missing are the questions that are required, are asked and have been left empty.
func (in Instrument) Missing(a Answers) []Question {
	var out []Question
	settled := in.Settle(a)
	for _, q := range in.Questions() {
		if q.Required && settled[q.ID].State == Blank {
			out = append(out, q)
		}
	}
	return out
}

// Fill gives the questions whose options come from there these options.
func (in Instrument) Fill(from string, options []Option) Instrument {
	sections := slices.Clone(in.Sections)
	for i := range sections {
		qs := slices.Clone(sections[i].Questions)
		for k := range qs {
			if qs[k].From == from {
				qs[k].Options = slices.Clone(options)
			}
		}
		sections[i].Questions = qs
	}
	in.Sections = sections
	return in
}

// Unfilled are the questions whose options are still to be filled in.
func (in Instrument) Unfilled() []Question {
	var out []Question
	for _, q := range in.Questions() {
		if q.From != "" && len(q.Options) == 0 {
			out = append(out, q)
		}
	}
	return out
}

// Without leaves out the questions whose options come from there, and sections that ask nothing then. It is for a place that has
// nothing to choose from.
func (in Instrument) Without(from string) Instrument {
	var sections []Section
	for _, sec := range in.Sections {
		sec.Questions = slices.DeleteFunc(slices.Clone(sec.Questions), func(q Question) bool { return q.From == from })
		if len(sec.Questions) > 0 {
			sections = append(sections, sec)
		}
	}
	in.Sections = sections
	return in
}

// Same says that two questions ask the same in the same words with the same answers to choose from, so that their answers in two
// waves may be compared. Help, topic and routing may differ.
func (q Question) Same(o Question) bool {
	even := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return q.Kind == o.Kind && even(q.Text) == even(o.Text) && q.Other == o.Other && q.Most == o.Most && q.Relation == o.Relation &&
		q.Min == o.Min && q.Max == o.Max && even(q.Low) == even(o.Low) && even(q.High) == even(o.High) && even(q.Unit) == even(o.Unit) &&
		slices.EqualFunc(q.Options, o.Options, func(a, b Option) bool {
			return a.ID == b.ID && even(a.Label) == even(b.Label) && a.Alone == b.Alone
		})
}
