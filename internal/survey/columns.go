package survey

import (
	"slices"
	"strconv"
	"strings"
)

// Column is a column of the answers as a tidy table, one row a response, with its line of the code book.
type Column struct {
	Name     string // id of the question, or QUESTION.OPTION, QUESTION.state, QUESTION.words
	Question string // text of the question
	Kind     string // of the question
	Label    string // of the option, "" for a column of the whole question
	Values   string // what the cells hold
	of       func(Answer) string
}

// Cell is the cell of an answer; empty where the question was not answered, which the column QUESTION.state says apart.
func (c Column) Cell(a Answer) string {
	if a.State != Answered && !strings.HasSuffix(c.Name, ".state") {
		return ""
	}
	return c.of(a)
}

// Of is the id of the question that the column belongs to.
func (c Column) Of() string {
	id, _, _ := strings.Cut(c.Name, ".")
	return id
}

// Columns are the columns of all questions. Each question has a column QUESTION.state, so that not knowing, refusing, not applying,
// leaving empty and not being asked are never read as no.
func (in Instrument) Columns() []Column {
	var out []Column
	for _, q := range in.Questions() {
		out = append(out, q.columns()...)
	}
	return out
}

func (q Question) columns() []Column {
	var out []Column
	add := func(name, label, values string, of func(Answer) string) {
		out = append(out, Column{Name: name, Question: q.Text, Kind: q.Kind, Label: label, Values: values, of: of})
	}
	switch q.Kind {
	case Single:
		add(q.ID, "", q.coded(), func(a Answer) string { return strings.Join(a.Choices, ";") })
	case Multi:
		for _, o := range q.offered() {
			add(q.ID+"."+o.ID, o.Label, "1 chosen, 0 not chosen", func(a Answer) string { return flag(slices.Contains(a.Choices, o.ID)) })
		}
	case Rank:
		for _, o := range q.Options {
			add(q.ID+"."+o.ID, o.Label, "place, 1 is the most important; empty: none was given", func(a Answer) string {
				if i := slices.Index(a.Choices, o.ID); i >= 0 {
					return strconv.Itoa(i + 1)
				}
				return ""
			})
		}
	case Budget:
		for _, o := range q.Options {
			add(q.ID+"."+o.ID, o.Label, "points of 100", func(a Answer) string { return number(a.PointsOf(o.ID)) })
		}
	case Scale, Number:
		add(q.ID, "", strings.TrimSpace("number "+q.Unit), func(a Answer) string { return number(a.Number) })
	case Text:
		add(q.ID, "", "words", func(a Answer) string { return a.Text })
	case Organisations:
		add(q.ID, "", "names, separated by semicolons", func(a Answer) string { return named(a.Orgs, func(n Named) string { return n.Name }) })
		add(q.ID+".ids", "", "ids in the register, as far as they are known", func(a Answer) string { return named(a.Orgs, func(n Named) string { return n.OrgID }) })
	}
	if q.Other {
		add(q.ID+".words", "Other", "words", func(a Answer) string { return a.Other })
	}
	add(q.ID+".state", "", "answered, unknown (does not know), refused, na (does not apply), blank, unasked", func(a Answer) string { return string(a.State) })
	return out
}

// offered are the options with the other one.
func (q Question) offered() []Option {
	out := slices.Clone(q.Options)
	if q.Other {
		o, _ := q.Option(OtherOption)
		out = append(out, o)
	}
	return out
}

func (q Question) coded() string {
	var parts []string
	for _, o := range q.offered() {
		parts = append(parts, o.ID+" = "+o.Label)
	}
	return strings.Join(parts, "; ")
}

// PointsOf are the points that a budget gives to an option.
func (a Answer) PointsOf(option string) float64 {
	for _, p := range a.Points {
		if p.Option == option {
			return p.Points
		}
	}
	return 0
}

func named(orgs []Named, of func(Named) string) string {
	parts := make([]string, len(orgs))
	for i, o := range orgs {
		parts[i] = strings.ReplaceAll(of(o), ";", ",")
	}
	return strings.Join(parts, "; ")
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
