// Package result reckons what a survey says from its answers: weighted shares, means, points and ranks with their intervals,
// by group, with the response and its bounds, and with small cells hidden so that nothing hidden can be worked out from what
// is shown. What a Report holds may be shown to everybody who may see results. It opens no store, knows no name of a firm, and
// writes no page; its methods are those of packages sampling and disclosure.
package result

import (
	"slices"
	"strconv"

	"milieu/internal/sampling"
	"milieu/internal/survey"
)

// Measures of items.
const (
	Share  = "share"  // of those who answered: who chose the option, or gave it any place (rank)
	First  = "first"  // of those who answered: who put the option first (rank)
	Mean   = "mean"   // scale and number
	Points = "points" // mean of the points of 100 (budget)
)

// Together is the key of the part in which groups that are too small to be shown alone stand together.
const Together = "together"

// Arrival is the key of the breakdown by the answers to the question of topic "arrival".
const Arrival = "arrival"

// Report is the results of a survey.
type Report struct {
	SurveyID, Title, Series, Wave string
	Level                         survey.Level
	Invented                      bool
	Threshold                     int // least answers behind what is shown
	Instrument                    int // version that is reported
	Frame, Drawn                  int // firms
	Answers                       Count
	Outside                       Count // answers of firms that were not drawn; they are in no figure
	Weighting                     Weighting
	Response                      []Response  // by stratum; small ones together as the last
	Breakdowns                    []Breakdown // by what tables are broken down
	Questions                     []Question  // in the order of the instrument
	Hidden, Protecting            int         // figures that are hidden, and those of them that are so only to protect others
}

// Count is a number of answers that may be hidden.
type Count struct {
	N      int // 0 where it is hidden
	Hidden bool
}

// Text is the number, or "hidden".
func (c Count) Text() string {
	if c.Hidden {
		return "hidden"
	}
	return strconv.Itoa(c.N)
}

// Weighting says how answers were made to stand for the frame.
type Weighting struct {
	Margins         []string // labels of the groupings that the weights were raked to, beside the strata
	LeftOut         []string // labels of those that they were not, because some weights would have changed too much
	Converged       bool
	Rounds          int
	Gap             float64 // largest relative difference left
	Unmet           []sampling.Unmet
	Kish            float64 // design effect of weighting, 1 + cv², to one decimal; where strata stand together, of the response as it is shown
	Effective       float64 // effective number of answers by Kish, to two digits
	Lowest, Highest float64 // what raking made of a weight, as a multiple of that of its stratum, to one digit; 0 where strata stand together
}

// Response is how many of those who were asked have answered.
type Response struct {
	Stratum, Label string
	Frame, Drawn   int
	Answers        Count
	Rate           float64 // Answers over Drawn; 0 where hidden
}

// Breakdown is groups of firms that are told apart.
type Breakdown struct {
	Key, Label string
	Groups     []Group
}

// Group is a part of a breakdown.
type Group struct {
	Key, Label string
	Members    []string // labels of the groups that stand together; nil where the group stands alone
	Frame      int      // firms; 0 where the frame does not know the groups
	Answers    Count
}

// Question is what a question brought.
type Question struct {
	survey.Question
	Section   string
	SameSince int               // oldest version of the instrument whose answers count
	Whole     Part              // all answers
	By        map[string][]Part // by the key of the breakdown; in the order of its groups. A breakdown that would give away what is hidden is not there
}

// Part is what a group, or all, said to a question.
type Part struct {
	Key, Label string
	Base       Count // answered
	States     []StateCount
	Items      []Item // the same in all parts of a question, but that a group has no shares of a scale, and all answers have them only where none of them has to be hidden; none of questions that are answered in words

	protecting int // figures of it that are hidden only so that others cannot be worked out
}

// StateCount is how many there are without an answer, of each kind.
type StateCount struct {
	State survey.State
	Count Count
}

// Item is an option, or the number, that a question asks for.
type Item struct {
	Option, Label string // "" for a mean
	Measure       string
	Estimate
	// RankLow and RankHigh are the places among the items of the same measure that are shown, from which this one cannot be told
	// apart, all together at 95 % (sampling.Design.Ranks); 0 where there is no ranking.
	RankLow, RankHigh int
}

// Estimate is a weighted share or mean. Where Hidden, all else is 0. It is rounded to Step, because with the weights, which anybody
// can reckon from the frame and the response, a finer figure would tell how many of each stratum are behind it.
type Estimate struct {
	Hidden              bool
	Value, Lower, Upper float64 // 95 %; shares are of 1
	Step                float64 // what Value, Lower and Upper are rounded to: 0.01, 0.05 or 0.1 for shares; 0 for a number, which has two significant digits
	N                   int     // answers behind it
	Method              string  // of the interval
	// Worst and Best are where the figure of all would lie if everybody who was asked and not heard had said the least, or the most
	// (after Manski 1989); reckoned from Value and the least response of a stratum that is shown, so that they tell no more than
	// these; on the wide side. 0 where that cannot be said.
	Worst, Best float64

	count int // how many said so; never published, since count and share together tell the strata
}

// Question finds a question of the report.
func (r Report) Question(id string) (Question, bool) {
	i := slices.IndexFunc(r.Questions, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return Question{}, false
	}
	return r.Questions[i], true
}

// Topic finds the questions on a topic.
func (r Report) Topic(topic string) []Question {
	var out []Question
	for _, q := range r.Questions {
		if q.Topic == topic {
			out = append(out, q)
		}
	}
	return out
}

// Measures are the measures that the question has, in their order.
func (q Question) Measures() []string {
	var out []string
	for _, i := range q.Whole.Items {
		if !slices.Contains(out, i.Measure) {
			out = append(out, i.Measure)
		}
	}
	return out
}

// Ranked are the items of the whole that are shown, the highest first; equal ones in the order of the options. That one stands
// above another says nothing where their ranks overlap.
func (q Question) Ranked(measure string) []Item {
	var out []Item
	for _, i := range q.Whole.Items {
		if i.Measure == measure && !i.Hidden {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		switch {
		case a.Value > b.Value:
			return -1
		case a.Value < b.Value:
			return 1
		}
		return 0
	})
	return out
}

// Item finds an item of the part.
func (p Part) Item(measure, option string) (Item, bool) {
	i := slices.IndexFunc(p.Items, func(i Item) bool { return i.Measure == measure && i.Option == option })
	if i < 0 {
		return Item{}, false
	}
	return p.Items[i], true
}
