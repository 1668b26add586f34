package workshop

import (
	"fmt"
	"math"
	"slices"

	"milieu/internal/mcda"
	"milieu/internal/typed"
)

// Longest texts and lists that are taken.
const (
	MostQuestion     = 300  // characters
	MostText         = 2000 // characters
	MostName         = 120  // characters
	MostOptions      = 60
	MostCriteria     = 12
	MostStakeholders = 60
	mostID           = 200 // bytes
)

// Setup is what stakeholders are asked: options, criteria, and how options score.
type Setup struct {
	Question string      `json:"question"`
	About    string      `json:"about,omitempty"`
	Options  []Option    `json:"options"`
	Criteria []Criterion `json:"criteria"`
	Scores   []Score     `json:"scores,omitempty"`
}

// Option is an intervention that is compared.
type Option struct {
	ID   string `json:"id"`
	Name string `json:"name"` // as it was when it was chosen
}

// Criterion is what options are compared by. Worst and Best are its anchors, in its own unit: fixed by people, and not
// taken from the options at hand, so that adding an option changes no other's value.
type Criterion struct {
	Key    string   `json:"key"` // c1, c2, …; stays when others go
	Name   string   `json:"name"`
	Means  string   `json:"means,omitempty"` // what it means to score high
	Unit   string   `json:"unit,omitempty"`
	Source string   `json:"source,omitempty"` // evidence that fills it (see Sources); empty: scored by hand
	Worst  float64  `json:"worst"`
	Best   float64  `json:"best"`
	Half   *float64 `json:"half,omitempty"` // worth half of the way from worst to best; nil: the middle
}

// Score is how an option does in a criterion by the judgement of people.
type Score struct {
	Option    string  `json:"option"`
	Criterion string  `json:"criterion"`
	Value     float64 `json:"value"`
	Lo        float64 `json:"lo"` // Lo and Hi are Value where nobody doubts it
	Hi        float64 `json:"hi"`
	Reason    string  `json:"reason"`
	By        string  `json:"by,omitempty"` // id of the person who scored
}

// Function is the value function of a criterion.
func (c Criterion) Function() (mcda.Function, error) {
	if c.Half == nil {
		return mcda.Linear(c.Worst, c.Best)
	}
	return mcda.Piecewise([]mcda.Point{{X: c.Worst, V: 0}, {X: *c.Half, V: .5}, {X: c.Best, V: 1}})
}

// Criterion finds a criterion by key.
func (s Setup) Criterion(key string) (Criterion, bool) {
	for _, c := range s.Criteria {
		if c.Key == key {
			return c, true
		}
	}
	return Criterion{}, false
}

// Score finds what people gave an option in a criterion.
func (s Setup) Score(option, criterion string) (Score, bool) {
	for _, x := range s.Scores {
		if x.Option == option && x.Criterion == criterion {
			return x, true
		}
	}
	return Score{}, false
}

// NextKey is a key for a new criterion; keys of others, also of those that went, are not used again while scores or
// weights may name them.
func (s Setup) NextKey(used ...string) string {
	for n := 1; ; n++ {
		key := fmt.Sprintf("c%d", n)
		if _, taken := s.Criterion(key); !taken && !slices.Contains(used, key) {
			return key
		}
	}
}

// check cleans a setup and says what is wrong with it, by field.
func (s Setup) check() (Setup, error) {
	f := typed.Faults{}
	if s.Question = typed.Line(f.Text("question", s.Question, MostQuestion)); s.Question == "" {
		f.Add("question", "is missing: say what is to be decided")
	}
	s.About = f.Text("about", s.About, MostText)
	s.Options = checkOptions(f, s.Options)
	s.Criteria = checkCriteria(f, s.Criteria)
	s.Scores = s.checkScores(f)
	return s, f.Err()
}

func checkOptions(f typed.Faults, options []Option) []Option {
	if len(options) > MostOptions {
		f.Add("option", "list has %d options; at most %d are compared in a workshop", len(options), MostOptions)
		return nil
	}
	seen := map[string]bool{}
	out := []Option{}
	for _, o := range options {
		if o.ID == "" || len(o.ID) > mostID {
			f.Add("option", "is not named")
		}
		if !seen[o.ID] {
			seen[o.ID] = true
			out = append(out, Option{o.ID, typed.Cut(typed.Line(o.Name), MostName*2)})
		}
	}
	return out
}

func checkCriteria(f typed.Faults, criteria []Criterion) []Criterion {
	if len(criteria) > MostCriteria {
		f.Add("name", "of a criterion is one too many: at most %d can be weighed beside each other", MostCriteria)
		return nil
	}
	names, keys := map[string]bool{}, map[string]bool{}
	out := []Criterion{}
	for _, c := range criteria {
		if c.Name = typed.Line(f.Text("name", c.Name, MostName)); c.Name == "" {
			f.Add("name", "of the criterion is missing")
		}
		if names[c.Name] {
			f.Add("name", "%.40q is there already: give each criterion its own", c.Name)
		}
		if keys[c.Key] || c.Key == "" || len(c.Key) > 20 {
			f.Add("", "a criterion has no key of its own; load the page again")
		}
		names[c.Name], keys[c.Key] = true, true
		c.Means = f.Text("means", c.Means, MostText)
		c.Unit = typed.Line(f.Text("unit", c.Unit, 40))
		if _, known := SourceOf(c.Source); c.Source != "" && !known {
			f.Add("source", "%.40q is not evidence that this version can fill a criterion from", c.Source)
		}
		if !usable(c.Worst) || !usable(c.Best) || c.Half != nil && !usable(*c.Half) {
			f.Add("worst", "and best must be numbers")
		} else if _, err := c.Function(); err != nil {
			f.Add("worst", "and best anchor do not fit: %v", err)
		}
		out = append(out, c)
	}
	return out
}

func usable(v float64) bool { return math.Abs(v) <= 1e15 } // not a number fails

// checkScores drops scores of options and criteria that are gone.
func (s Setup) checkScores(f typed.Faults) []Score {
	type cell struct{ option, criterion string }
	seen := map[cell]bool{}
	out := []Score{}
	for _, x := range s.Scores {
		_, known := s.Criterion(x.Criterion)
		at := cell{x.Option, x.Criterion}
		if !known || seen[at] || !slices.ContainsFunc(s.Options, func(o Option) bool { return o.ID == x.Option }) {
			continue
		}
		seen[at] = true
		if !usable(x.Value) || !usable(x.Lo) || !usable(x.Hi) || x.Lo > x.Value || x.Value > x.Hi {
			f.Add("score", "of %.60q has a range that does not hold its value: write lowest, value, highest", x.Option)
		}
		if x.Reason = f.Text("reason", x.Reason, MostText); x.Reason == "" {
			f.Add("reason", "is missing: say on what the score of %.60q stands", x.Option)
		}
		out = append(out, x)
	}
	return out
}
