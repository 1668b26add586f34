package facts

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/report"
	"milieu/internal/survey/telling"
)

// noSurvey is why nothing is known of what firms say.
const noSurvey = "no survey of real firms is in this release: hold one, close it and build again"

// voiceList is what firms said of interventions in the survey by which the lens of demand goes. Invented answers are never in a case.
func (f *Facts) voiceList(ctx context.Context) ([]entry, error) {
	in, err := f.Input(ctx)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, i := range in.All {
		if a := i.Demand.Asked; i.Demand.Known && a != nil && !a.Invented {
			out = append(out, known(a.Figure(), i.Name+": "+a.Says()+", in "+a.Title(), "asked", i.ID))
		}
	}
	if len(out) == 0 {
		out = append(out, unknown(noSurvey, "what firms ask for", "asked", "INTERVENTION"))
	}
	return out, nil
}

// openVoice finds voice SURVEY QUESTION ANSWER: a figure of the results of a survey, for somebody who may see them.
func (f *Facts) openVoice(ctx context.Context, w []string) (report.Figure, error) {
	if w[0] != "voice" || len(w) != 4 {
		return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("“%s”: write voice SURVEY QUESTION ANSWER, or asked INTERVENTION; %s", source(w), noSurvey)}
	}
	ref := telling.Ref(w[1], w[2], "")
	c, err := f.chain(ctx, ref)
	if err != nil {
		if isNone(err) {
			return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("“%s”: %v", source(w), err)}
		}
		return report.Figure{}, err
	}
	if strings.HasPrefix(c.How, evidence.InventedNote) {
		return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("“%s”: these answers are invented, and a case rests on none of them", source(w))}
	}
	var names []string
	for _, s := range c.Steps {
		names = append(names, s.Title)
		if !strings.EqualFold(s.Title, w[3]) && evidence.Slug(s.Title) != evidence.Slug(w[3]) {
			continue
		}
		fig, ok := figureOf(s, ref)
		if !ok || fig.Text == telling.HiddenText {
			return fig, &bizcase.UnknownError{Message: fmt.Sprintf("“%s” is hidden: %s", source(w), s.How)}
		}
		fig.Note = s.How
		return fig, nil
	}
	return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("“%s”: the question has no such answer; it has %s", source(w), strings.Join(names, ", "))}
}

// heard says whether a survey of real firms is behind the lens of demand.
func heard(all []portfolio.Intervention) (portfolio.Asked, bool) {
	a, ok := portfolio.Heard(all, portfolio.Demand)
	return a, ok && !a.Invented
}
