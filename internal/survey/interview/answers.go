package interview

import (
	"net/url"

	"milieu/internal/survey"
)

// Answers reads what was typed as answers to the questions of an instrument that are asked, given one another. Faults say
// by the id of the question what cannot be taken, or what is missing.
func (t Typed) Answers(in survey.Instrument) (survey.Answers, map[string]string) {
	answers, faults := survey.Answers{}, map[string]string{}
	for _, q := range in.Questions() {
		a, fault := q.FromForm(url.Values(t))
		answers[q.ID] = a
		if fault != "" {
			faults[q.ID] = fault
		}
	}
	asked := in.Asked(answers)
	for id := range faults {
		if !asked[id] {
			delete(faults, id)
		}
	}
	for _, q := range in.Missing(answers) {
		if faults[q.ID] == "" {
			faults[q.ID] = "is needed: answer it, or say that they do not know or would rather not say"
		}
	}
	return answers, faults
}
