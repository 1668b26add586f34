package telling

import (
	"fmt"
	"slices"

	"milieu/internal/chart"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/result"
)

// Headline is a finding in a sentence.
type Headline struct {
	Topic, Label string // the topic, and what it is called
	Question     string // id
	Text         report.Text
	First        bool // one answer comes first whatever the intervals allow
}

// headlineTopics are the topics of which a headline is told, the most telling first.
var headlineTopics = []string{"reason", "benefit", "barrier", "demand", "innovate", "skills", "attract", "deter", "networking", "leisure", "meeting", "trade", "investment", "arrival"}

// namedTogether is the most answers that a sentence lists where intervals do not say which comes first.
const namedTogether = 3

// Headlines are the findings, one a topic. Nothing is said to come first where intervals allow another answer to.
func Headlines(r result.Report) []Headline {
	var out []Headline
	for _, topic := range headlineTopics {
		for _, q := range r.Topic(topic) {
			if h, ok := headline(r, q); ok {
				h.Topic = topic
				h.Label = topicLabel(topic)
				out = append(out, h)
				break
			}
		}
	}
	return out
}

func topicLabel(key string) string {
	if i := slices.IndexFunc(survey.Topics, func(t survey.Topic) bool { return t.Key == key }); i >= 0 {
		return survey.Topics[i].Label
	}
	return key
}

// headline is the finding of a question; false where there is nothing that may be said.
func headline(r result.Report, q result.Question) (Headline, bool) {
	h := Headline{Question: q.ID}
	measure := Main(q.Whole)
	if measure == "" || q.Whole.Base.Hidden {
		return h, false
	}
	ref := Ref(r.SurveyID, q.ID, "")
	from := q.Whole.Base.Text() + " answers."
	if measure == result.Mean {
		if q.Whole.Items[0].Hidden {
			return h, false
		}
		h.Text = report.Say(meanPattern(q)+from, Figure(measure, q.Whole.Items[0].Estimate, ref))
		return h, true
	}
	list := q.Ranked(measure)
	if len(list) == 0 {
		return h, false
	}
	var could []result.Item
	for _, i := range list {
		if i.RankLow == 1 {
			could = append(could, i)
		}
	}
	h.First = len(could) == 1
	h.Text = say(q, measure, list, could, ref, from)
	return h, true
}

func meanPattern(q result.Question) string {
	if q.Kind == survey.Scale {
		ends := ""
		if q.Low != "" && q.High != "" {
			ends = fmt.Sprintf(" (%s) to %g (%s)", q.Low, q.Max, q.High)
		} else {
			ends = fmt.Sprintf(" to %g", q.Max)
		}
		return fmt.Sprintf("“%s” On average %%v on a scale from %g%s. ", q.Text, q.Min, ends)
	}
	return fmt.Sprintf("“%s” On average %%v %s. ", q.Text, q.Unit)
}

// did says what firms did with an option.
func did(q result.Question, measure string) string {
	switch {
	case measure == result.Points:
		return "%v of 100 points"
	case q.Kind == survey.Rank && measure == result.First:
		return "put first by %v of firms"
	case q.Kind == survey.Rank:
		return "among the most important for %v of firms"
	}
	return "%v of firms"
}

// say tells which answer leads. Numbers of answers are words: they share the reference of the figure beside them.
func say(q result.Question, measure string, list, could []result.Item, ref, from string) report.Text {
	fig := func(i result.Item) report.Figure { return Figure(i.Measure, i.Estimate, ref) }
	switch {
	case len(could) == 1:
		return report.Say("“"+could[0].Label+"” comes first, "+did(q, measure)+". "+from, fig(could[0]))
	case len(could) > namedTogether:
		return report.Say("“"+list[0].Label+"” has the highest figure, "+did(q, measure)+"; by their intervals "+chart.Number(float64(len(could)-1), 0)+" others may come before it. "+from, fig(list[0]))
	case len(could) > 1:
		var t report.Text
		for k, i := range could {
			join := ", "
			if k == 0 {
				join = ""
			} else if k == len(could)-1 {
				join = " or "
			}
			t = append(t, report.Say(join+"“"+i.Label+"” (%v)", fig(i))...)
		}
		return append(t, report.Say(" comes first; the intervals do not say which. "+from)...)
	}
	return report.Say("“"+list[0].Label+"” has the highest figure, "+did(q, measure)+". "+from, fig(list[0]))
}
