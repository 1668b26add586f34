package web

import (
	"net/http"

	"milieu/internal/survey"
)

// AnswerBase is what every page of somebody who answers has. It holds nothing of the site's own navigation.
type AnswerBase struct {
	Title       string
	Place       string
	PlaceName   string
	SurveyTitle string
	Link        string // the first page
}

func (s *Server) answerBase(_ *http.Request, v answerVisit, title string) AnswerBase {
	b := AnswerBase{Title: title, Place: v.snap.WS.Short, PlaceName: v.snap.WS.Name, Link: v.path}
	b.SurveyTitle = orText(v.Survey.Title, v.Instrument.Title)
	if b.SurveyTitle == "" {
		b.SurveyTitle = "Survey"
	}
	return b
}

// AnswerPage is the first page behind a link: who asks, what is promised, how long it takes.
type AnswerPage struct {
	AnswerBase
	Heading   string
	About     []string // paragraphs
	Firm      string   // whom the link is for, "" of an anonymous survey
	Promise   Promise
	Minutes   int
	Begin     string // address of the first page, or of that on which to go on
	Started   bool
	Given     int // questions that have an answer
	Refused   bool
	Known     int  // questions that are filled in
	Anonymous bool // answers that are being given stay on the device
}

func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if v.Done {
		return s.answerEnd(w, r, v, nil)
	}
	giveDevice(w, r, v)
	visible := v.Instrument.Visible(v.Answers)
	if len(visible) == 0 {
		return badRequest("This survey asks nothing yet. Ask those who sent you the link.")
	}
	p := AnswerPage{AnswerBase: s.answerBase(r, v, orText(v.Survey.Title, v.Instrument.Title)), Heading: orText(v.Survey.Title, v.Instrument.Title), Firm: v.OrgName, Promise: promiseOf(v.Survey), Minutes: v.Instrument.Minutes, Refused: v.Refused,
		Anonymous: v.Survey.Level == survey.Anonymous, Started: v.Version > 0}
	if about := orText(v.Survey.About, v.Instrument.About); about != "" { // as the letter says it
		p.About = append(p.About, about)
	}
	p.Begin = v.partPath(visible[0].ID)
	if p.Started {
		p.Begin, p.Given = v.goOn(visible)
	}
	for _, q := range v.Instrument.Questions() {
		if q.Prefill != "" && v.Known[q.Prefill] != "" {
			p.Known++
		}
	}
	return s.render(w, r, "answer", p)
}

func (v answerVisit) partPath(section string) string { return v.path + "/part/" + section }

// goOn is where somebody left, and how many questions have an answer: the last page that was seen, where some of it is empty
// still (what is saved as one types says nothing of the rest of the page), else the first that was not seen, else the last step.
func (v answerVisit) goOn(visible []survey.Section) (path string, given int) {
	begun := ""
	for _, sec := range visible {
		unseen, answered, empty := false, false, false
		for _, q := range sec.Questions {
			if q.Kind == survey.Note {
				continue
			}
			switch a, seen := v.Answers[q.ID]; {
			case !seen:
				unseen = true
			case a.State == survey.Blank:
				empty = true
			default:
				answered = true
				given++
			}
		}
		if unseen && path == "" {
			path = v.partPath(sec.ID)
		}
		if path == "" {
			begun = ""
			if answered && empty {
				begun = v.partPath(sec.ID)
			}
		}
	}
	switch {
	case path == "":
		return v.path + "/check", given
	case begun != "":
		return begun, given
	}
	return path, given
}

// AnswerRefusePage asks whether somebody really does not want to answer.
type AnswerRefusePage struct {
	AnswerBase
	Started   bool
	Refused   bool
	Anonymous bool
	Contact   string
}

func (s *Server) answerRefuse(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if v.Done {
		return s.answerEnd(w, r, v, nil)
	}
	p := AnswerRefusePage{AnswerBase: s.answerBase(r, v, "Not taking part"), Started: v.Version > 0, Refused: v.Refused, Anonymous: v.Survey.Level == survey.Anonymous, Contact: v.Survey.Contact}
	return s.render(w, r, "answerrefuse", p)
}

func (s *Server) refuseToAnswer(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if err := v.book.Refuse(r.Context(), v.secret); err != nil {
		return err
	}
	return see(w, r, v.path+"/refuse", "")
}
