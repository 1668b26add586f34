package result

import (
	"math"
	"slices"
	"strconv"

	"milieu/internal/survey"
)

// withoutAnswer are the states that are counted apart.
var withoutAnswer = survey.States[1:]

// sensitiveState says of a state that it says something of the firm: that a question was left empty or was not asked does not.
func sensitiveState(s survey.State) bool {
	return s == survey.DoesntKnow || s == survey.Refused || s == survey.NotApply
}

// data is what all said to a question.
type data struct {
	survey.Question
	section  string
	routes   []survey.Condition // under which it is asked
	since    int
	answers  []survey.Answer
	answered []bool
	items    []measured
	routing  map[string]bool // options by which it is decided who is asked something else
}

// measured is an item with what each answer says to it.
type measured struct {
	option, label, measure string
	yes                    []bool    // shares
	y                      []float64 // means and points
	step                   float64   // what a share is rounded to, where it must be coarser than the finest
}

// data collects what was said to a question.
func (s sample) data(q survey.Question, section survey.Section) data {
	d := data{Question: q, section: section.Title, answers: make([]survey.Answer, len(s.rows)), answered: make([]bool, len(s.rows))}
	for _, c := range []survey.Condition{section.ShowIf, q.ShowIf} {
		if c.Question != "" {
			d.routes = append(d.routes, c)
		}
	}
	for n, in := range s.in.Instruments {
		if own, ok := in.Find(q.ID); ok && own.Same(q) && (d.since == 0 || n < d.since) {
			d.since = n
		}
	}
	for i := range s.rows {
		d.answers[i] = s.answer(i, q)
		d.answered[i] = d.answers[i].State == survey.Answered
	}
	d.items = d.measures()
	return d
}

// widestScale is the most steps of a scale whose shares are shown one by one.
const widestScale = 11

func (d data) measures() []measured {
	var out []measured
	number := func(measure, option, label string, of func(survey.Answer) float64) {
		m := measured{option: option, label: label, measure: measure, y: make([]float64, len(d.answers))}
		for i, a := range d.answers {
			if d.answered[i] {
				m.y[i] = of(a)
			}
		}
		out = append(out, m)
	}
	share := func(measure, option, label string, of func(survey.Answer) bool) {
		m := measured{option: option, label: label, measure: measure, yes: make([]bool, len(d.answers))}
		for i, a := range d.answers {
			m.yes[i] = d.answered[i] && of(a)
		}
		out = append(out, m)
	}
	value := func(a survey.Answer) float64 { return a.Number }
	switch d.Kind {
	case survey.Single, survey.Multi:
		for _, o := range d.offered() {
			share(Share, o.ID, o.Label, func(a survey.Answer) bool { return slices.Contains(a.Choices, o.ID) })
		}
	case survey.Rank:
		for _, o := range d.Options {
			share(Share, o.ID, o.Label, func(a survey.Answer) bool { return slices.Contains(a.Choices, o.ID) })
		}
		for _, o := range d.Options {
			share(First, o.ID, o.Label, func(a survey.Answer) bool { return len(a.Choices) > 0 && a.Choices[0] == o.ID })
		}
	case survey.Budget:
		for _, o := range d.Options {
			number(Points, o.ID, o.Label, func(a survey.Answer) float64 { return a.PointsOf(o.ID) })
		}
	case survey.Scale:
		number(Mean, "", "Mean", value)
		if d.Max-d.Min < widestScale {
			for v := d.Min; v <= d.Max; v++ {
				text := strconv.FormatFloat(v, 'f', -1, 64)
				share(Share, text, text, func(a survey.Answer) bool { return math.Round(a.Number) == v })
			}
		}
	case survey.Number:
		number(Mean, "", "Mean", value)
	}
	return out
}

// offered are the options with the other one.
func (d data) offered() []survey.Option {
	out := slices.Clone(d.Options)
	if o, ok := d.Option(survey.OtherOption); ok && d.Other {
		out = append(out, o)
	}
	return out
}

// itemsOf is a measure's items, by their places in d.items.
func (d data) itemsOf(measure string) []int {
	var out []int
	for i, m := range d.items {
		if m.measure == measure {
			out = append(out, i)
		}
	}
	return out
}

// cost is what is lost when an item is hidden that stands for so much; more where other questions would be hidden with it.
func (d data) cost(item int, v int64) float64 {
	if d.routing[d.items[item].option] {
		return 50 + cost(v)
	}
	return cost(v)
}

// tally counts the answers of each row of a table: those who answered and each state without one.
func (d data) tally(rows int, row func(answer int) int) (base []int, states [][]int) {
	base, states = make([]int, rows), make([][]int, rows)
	for r := range states {
		states[r] = make([]int, len(withoutAnswer))
	}
	for i, a := range d.answers {
		r := row(i)
		if d.answered[i] {
			base[r]++
			continue
		}
		// An answer without a state was left empty.
		k := max(slices.Index(withoutAnswer, a.State), 0)
		if a.State == "" {
			k = slices.Index(withoutAnswer, survey.Blank)
		}
		states[r][k]++
	}
	return base, states
}

// counts are how many of each row said so, for an item that is a share.
func (d data) counts(item, rows int, row func(answer int) int) []int {
	out := make([]int, rows)
	for i, yes := range d.items[item].yes {
		if yes {
			out[row(i)]++
		}
	}
	return out
}

// values are what each row said, for an item that is a mean.
func (d data) values(item, rows int, row func(answer int) int) [][]float64 {
	out := make([][]float64, rows)
	for i, v := range d.items[item].y {
		if d.answered[i] {
			out[row(i)] = append(out[row(i)], v)
		}
	}
	return out
}
