package telling

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/result"
)

// Explain gives the chain behind a reference of results, for somebody who may see them: how a question's figures were
// reckoned, from how many answers, with which weights. It ends there: what a firm answered is shown to nobody here.
func Explain(ctx context.Context, b fieldwork.Book, a auth.Actor, ref evidence.Ref) (evidence.Chain, error) {
	if ref.Kind != Kind || len(ref.Args) < 1 || len(ref.Args) > 2 {
		return evidence.Chain{}, evidence.BadRef("write it as %s/SURVEY or %s/SURVEY/QUESTION", Kind, Kind)
	}
	t, err := Read(ctx, b, a, ref.Args[0])
	switch {
	case errors.Is(err, fieldwork.ErrNotFound):
		return evidence.Chain{}, fmt.Errorf("survey %s: %w", ref.Args[0], evidence.ErrNoFigure)
	case Untold(err):
		return evidence.Chain{}, evidence.BadRef("%v", err)
	case err != nil:
		return evidence.Chain{}, err
	}
	if len(ref.Args) == 1 {
		return whole(t.Report), nil
	}
	return chain(t.Report, ref.Args[1], ref.Set.Get("by"))
}

// about begins what is said of an invented survey with that it is one.
func about(r result.Report, text string) string {
	if r.Invented {
		return invent.Note + " " + text
	}
	return text
}

// whole explains how many answered and how answers are weighted.
func whole(r result.Report) evidence.Chain {
	c := evidence.Chain{Title: "Answers to " + r.Title, Value: fmt.Sprintf("%s of %s firms that were asked", r.Answers.Text(), number(float64(r.Drawn))), Method: "survey results",
		How: about(r, weighting(r)+" The methods note is at /voices/"+r.SurveyID+"/method.")}
	for _, s := range r.Response {
		c.Steps = append(c.Steps, evidence.Chain{Title: s.Label, Value: s.Answers.Text() + " answers", How: fmt.Sprintf("%s firms in the frame, %s asked", number(float64(s.Frame)), number(float64(s.Drawn)))})
	}
	return c
}

// weighting says how answers are weighted.
func weighting(r result.Report) string {
	w := r.Weighting
	text := "Each answer counts for the firms of its stratum"
	if len(w.Margins) > 0 {
		text = fmt.Sprintf("Answers are weighted so that they add up to the frame by stratum and by %s (raking, %d rounds)", strings.Join(w.Margins, ", "), w.Rounds)
	}
	// Where small strata are hidden these are left out, so that nothing of them can be worked out.
	if w.Kish > 0 {
		text += "; design effect of weighting " + chart.Number(w.Kish, 1)
	}
	if w.Effective > 0 {
		text += "; effective number of answers " + chart.Number(w.Effective, 0)
	}
	return text + "."
}

// chain explains the figures of a question, of all firms or by a grouping.
func chain(r result.Report, question, by string) (evidence.Chain, error) {
	q, ok := r.Question(question)
	if !ok {
		return evidence.Chain{}, fmt.Errorf("question %s of survey %s: %w", question, r.SurveyID, evidence.ErrNoFigure)
	}
	how := "Weighted by the design and raked to the frame; 95 % intervals with finite population correction. Those who do not know, prefer not to say, to whom it does not apply or who left it empty are counted apart and are in no share."
	if q.SameSince > 0 && q.SameSince < r.Instrument {
		how += fmt.Sprintf(" Answers to version %d and later of the instrument count: the question was the same.", q.SameSince)
	}
	c := evidence.Chain{Title: q.Text, Value: q.Whole.Base.Text() + " answers", How: about(r, how), Method: "survey results"}
	if by == "" {
		c.Steps = items(q.Whole)
	} else {
		i := slices.IndexFunc(r.Breakdowns, func(b result.Breakdown) bool { return b.Key == by })
		if i < 0 {
			return evidence.Chain{}, fmt.Errorf("survey %s by %s: %w", r.SurveyID, by, evidence.ErrNoFigure)
		}
		c.Title += " By " + lowered(ByLabel(r.Breakdowns[i])) + "."
		for _, p := range q.By[by] {
			c.Steps = append(c.Steps, evidence.Chain{Title: p.Label, Value: p.Base.Text() + " answers", How: States(p), Steps: items(p)})
		}
	}
	if s := States(q.Whole); s != "" {
		c.Steps = append(c.Steps, evidence.Chain{Title: "Not counted in the figures", How: s})
	}
	w := whole(r)
	c.Steps = append(c.Steps, evidence.Chain{Title: w.Title, Value: w.Value, How: weighting(r)})
	return c, nil
}

// items are the figures of a part, each with how it was reckoned.
func items(p result.Part) []evidence.Chain {
	var out []evidence.Chain
	for _, i := range p.Items {
		c := evidence.Chain{Title: i.Label, Value: plain(Figure(i.Measure, i.Estimate, "-"))}
		switch {
		case i.Hidden:
			c.How = "too few answers stand behind it, or a hidden one could be worked out from it"
		default:
			c.How = number(float64(i.N)) + " answers"
			c.How += "; interval: " + orPlain(i.Method)
			if b := Bounds(i.Measure, i.Estimate); b != "" {
				c.How += "; if all who were asked and did not answer had said no, or yes: " + b
			}
		}
		if c.Title == "" {
			c.Title = "Mean"
		}
		out = append(out, c)
	}
	return out
}

func orPlain(method string) string {
	switch method {
	case "":
		return "none"
	case "korn-graubard":
		return "Korn and Graubard"
	case "wald":
		return "Wald, with t"
	}
	return method
}

func number(v float64) string { return chart.Number(v, 0) }

// lowered is a label in the middle of a sentence.
func lowered(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
