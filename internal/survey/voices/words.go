package voices

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/survey"
)

// InWords writes an answer as a person would say it; "" where nothing was answered.
func InWords(q survey.Question, a survey.Answer) string {
	if a.State != survey.Answered {
		return ""
	}
	switch q.Kind {
	case survey.Single, survey.Multi:
		return strings.Join(choiceLabels(q, a), ", ")
	case survey.Rank:
		labels := choiceLabels(q, a)
		for k := range labels {
			labels[k] = fmt.Sprintf("%d. %s", k+1, labels[k])
		}
		return strings.Join(labels, "; ")
	case survey.Budget:
		return budgetWords(q, a)
	case survey.Scale:
		return strings.TrimSpace(fmt.Sprintf("%s on a scale from %s to %s", plain(a.Number), endWords(q.Min, q.Low), endWords(q.Max, q.High)))
	case survey.Number:
		return strings.TrimSpace(plain(a.Number) + " " + q.Unit)
	case survey.Text:
		return strings.TrimSpace(a.Text)
	case survey.Organisations:
		var names []string
		for _, o := range a.Orgs {
			names = append(names, o.Name)
		}
		return strings.Join(names, ", ")
	}
	return ""
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func endWords(v float64, meaning string) string {
	if meaning == "" {
		return plain(v)
	}
	return plain(v) + " (" + meaning + ")"
}

func choiceLabels(q survey.Question, a survey.Answer) []string {
	var out []string
	for _, c := range a.Choices {
		o, ok := q.Option(c)
		switch {
		case c == survey.OtherOption && strings.TrimSpace(a.Other) != "":
			out = append(out, strings.TrimSpace(a.Other))
		case ok:
			out = append(out, o.Label)
		}
	}
	return out
}

func budgetWords(q survey.Question, a survey.Answer) string {
	given := slices.Clone(a.Points)
	slices.SortStableFunc(given, func(x, y survey.Point) int {
		switch {
		case x.Points > y.Points:
			return -1
		case x.Points < y.Points:
			return 1
		}
		return 0
	})
	var out []string
	for _, p := range given {
		if o, ok := q.Option(p.Option); ok && p.Points > 0 {
			out = append(out, o.Label+": "+plain(p.Points)+" points")
		}
	}
	return strings.Join(out, "; ")
}
