package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
)

// Promise is what somebody who is asked is told before the first question.
type Promise struct {
	Level, Meaning string
	Contact        string
	KeepUntil      string // in words
}

func promiseOf(s fieldwork.Survey) Promise {
	p := Promise{Level: voiceLevels[s.Level], Meaning: s.Level.Meaning(), Contact: s.Contact}
	if s.KeepUntil != "" {
		p.KeepUntil = "Kept until " + daySay(s.KeepUntil) + ". " + fieldwork.KeepMeaning
	}
	return p
}

// readAnswer reads the answer to a question from a form. Without a script an answer and "I do not know" may both be sent:
// what is newer than before holds, and of two that are new the one that says that there is no answer.
func readAnswer(q survey.Question, form url.Values, before survey.Answer) (survey.Answer, string) {
	state := survey.State(form.Get(q.ID + ".state"))
	isState := state == survey.DoesntKnow || state == survey.Refused || state == survey.NotApply
	if isState && state != before.State {
		return survey.Answer{State: state}, ""
	}
	if q.Kind == survey.Single && q.Other && form.Get(q.ID) == "" && strings.TrimSpace(form.Get(q.ID+".other")) != "" {
		form = url.Values{q.ID: {survey.OtherOption}, q.ID + ".other": form[q.ID+".other"]}
	}
	return q.FromForm(form)
}

// isKnown says that an answer is what the register says, left as it was filled in.
func isKnown(q survey.Question, a survey.Answer, known string) bool {
	if known == "" || a.State != survey.Answered {
		return false
	}
	if q.Kind == survey.Number {
		return formNumberText(a.Number) == known
	}
	return a.Text == strings.Join(strings.Fields(known), " ")
}

// readSection reads what a form sent of the questions of one page: those that the form showed, as it says itself. It gives
// the answers with these in place of the earlier ones, and what cannot be taken by the id of the question; of that the
// earlier answer stays.
func readSection(sec survey.Section, before survey.Answers, form url.Values, known map[string]string) (survey.Answers, map[string]string) {
	after := survey.Answers{}
	for id, a := range before {
		after[id] = a
	}
	faults := map[string]string{}
	for _, q := range sec.Questions {
		if q.Kind == survey.Note || !slices.Contains(form["shown"], q.ID) {
			continue
		}
		a, fault := readAnswer(q, form, before[q.ID])
		if fault != "" {
			faults[q.ID] = capital(fault) + "."
			continue
		}
		a.Known = q.Prefill != "" && isKnown(q, a, known[q.Prefill])
		after[q.ID] = a
	}
	return after, faults
}

// unseen are the questions of a page that are asked after these answers and were not on the form.
func unseen(in survey.Instrument, sec survey.Section, answers survey.Answers, form url.Values) []survey.Question {
	asked := in.Asked(answers)
	var out []survey.Question
	for _, q := range sec.Questions {
		if q.Kind != survey.Note && asked[q.ID] && !slices.Contains(form["shown"], q.ID) {
			out = append(out, q)
		}
	}
	return out
}

// missingIn are the questions of a page that need an answer and have none, with words for it.
func missingIn(in survey.Instrument, sec survey.Section, answers survey.Answers) map[string]string {
	out := map[string]string{}
	for _, q := range in.Missing(answers) {
		if slices.ContainsFunc(sec.Questions, func(o survey.Question) bool { return o.ID == q.ID }) {
			out[q.ID] = "This needs an answer. If you cannot give one, say so below the question."
		}
	}
	return out
}

// sectionMark stands for the answers of a page as they are kept. A form that brings the mark of what is kept now changes
// nothing that somebody else has typed, whatever was done on other pages meanwhile.
func sectionMark(sec survey.Section, answers survey.Answers) string {
	part := survey.Answers{}
	for _, q := range sec.Questions {
		if a, ok := answers[q.ID]; ok {
			part[q.ID] = a
		}
	}
	text, err := json.Marshal(part) // keys of maps come sorted
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// answerWords is an answer in words, for who gave it.
func answerWords(q survey.Question, a survey.Answer) string {
	switch a.State {
	case survey.Answered:
	case survey.DoesntKnow:
		return "I do not know"
	case survey.Refused:
		return "I prefer not to say"
	case survey.NotApply:
		return "It does not apply to us"
	default:
		return ""
	}
	label := func(id string) string {
		o, _ := q.Option(id)
		return orText(o.Label, id)
	}
	var parts []string
	switch q.Kind {
	case survey.Single, survey.Multi:
		for _, c := range a.Choices {
			if c == survey.OtherOption && a.Other != "" {
				parts = append(parts, a.Other)
				continue
			}
			parts = append(parts, label(c))
		}
	case survey.Rank:
		for i, c := range a.Choices {
			parts = append(parts, formNumberText(float64(i+1))+". "+label(c))
		}
	case survey.Budget:
		for _, p := range a.Points {
			parts = append(parts, label(p.Option)+": "+formNumberText(p.Points))
		}
	case survey.Organisations:
		for _, o := range a.Orgs {
			parts = append(parts, o.Name)
		}
	case survey.Scale, survey.Number:
		return strings.TrimSpace(formNumberText(a.Number) + " " + q.Unit)
	case survey.Text:
		return a.Text
	}
	return strings.Join(parts, "\n")
}
