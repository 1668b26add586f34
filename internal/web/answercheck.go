package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/typed"
)

// AnswerCheckPage shows somebody all that they have said, asks what may be done with it and sends it.
type AnswerCheckPage struct {
	AnswerBase
	Of        int // pages with this one
	Back      string
	Parts     []SaidPart
	Empty     int // questions that were left empty
	Version   int64
	Promise   Promise
	FaultList []FaultLink
	Says      string
	Named     bool // ask whether it may be shown with the name
	Ties      bool // ask whether organisations that were named may enter the network
	Contact   bool // ask whether the team may come back with questions
	Firm      string
	Consent   survey.Consent // as it was ticked
	Faults    map[string]string
}

// SaidPart is a page of questions with what was answered.
type SaidPart struct {
	Title, Path string
	Said        []Said
}

// Said is an answer in words.
type Said struct {
	ID, Question, Answer string
	Needed               bool // it needs an answer and has none
	Known                bool // it was filled in and left as it was
}

// said puts answers into words, page by page; empty counts questions without an answer.
func said(v answerVisit, answers survey.Answers) (parts []SaidPart, empty int) {
	needed := map[string]bool{}
	for _, q := range v.Instrument.Missing(answers) {
		needed[q.ID] = true
	}
	for _, sec := range v.Instrument.Visible(answers) {
		part := SaidPart{Title: sec.Title, Path: v.partPath(sec.ID)}
		for _, q := range sec.Questions {
			if q.Kind == survey.Note {
				continue
			}
			one := Said{ID: q.ID, Question: q.Text, Answer: answerWords(q, answers[q.ID]), Needed: needed[q.ID], Known: answers[q.ID].Known}
			if one.Answer == "" {
				empty++
			}
			part.Said = append(part.Said, one)
		}
		if len(part.Said) > 0 {
			parts = append(parts, part)
		}
	}
	return parts, empty
}

func (s *Server) checkPage(r *http.Request, v answerVisit) AnswerCheckPage {
	visible := v.Instrument.Visible(v.Answers)
	p := AnswerCheckPage{AnswerBase: s.answerBase(r, v, "Check and send"), Of: len(visible) + 1, Back: v.path, Version: v.Version, Promise: promiseOf(v.Survey), Firm: v.OrgName}
	if len(visible) > 0 {
		p.Back = v.partPath(visible[len(visible)-1].ID)
	}
	p.Parts, p.Empty = said(v, v.Answers)
	p.Named = v.Survey.Level == survey.Attributable
	p.Contact = v.Survey.Level != survey.Anonymous
	for _, q := range v.Instrument.Questions() {
		p.Ties = p.Ties || p.Named && q.Kind == survey.Organisations && len(v.Answers[q.ID].Orgs) > 0
	}
	return p
}

func (s *Server) answerCheck(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if v.Done {
		return s.answerEnd(w, r, v, nil)
	}
	if v.Version == 0 {
		return see(w, r, v.path, "")
	}
	p := s.checkPage(r, v)
	p.missing()
	return s.render(w, r, "answercheck", p)
}

// missing lists what still needs an answer; true where there is any.
func (p *AnswerCheckPage) missing() bool {
	p.FaultList = nil
	for _, part := range p.Parts {
		for _, one := range part.Said {
			if one.Needed {
				p.FaultList = append(p.FaultList, FaultLink{"said-" + one.ID, "“" + one.Question + "” needs an answer."})
			}
		}
	}
	return len(p.FaultList) > 0
}

// submitAnswers gives the answers. A second time it thanks as the first time did.
func (s *Server) submitAnswers(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if v.Done {
		return s.answerEnd(w, r, v, nil)
	}
	p := s.checkPage(r, v)
	f := r.PostForm
	p.Consent = survey.Consent{Named: p.Named && f.Get("named") == "yes", Ties: p.Ties && f.Get("ties") == "yes", Contact: p.Contact && f.Get("contact") == "yes"}
	agreed := p.Consent.Named || p.Consent.Ties || p.Consent.Contact
	if agreed {
		p.Consent.By = cutText(f.Get("by"), fieldwork.MostName)
	}
	again := func(status int) error {
		s.write(w, r, status, "answercheck", p)
		return nil
	}
	if p.missing() {
		return again(http.StatusUnprocessableEntity)
	}
	if agreed && p.Consent.By == "" {
		p.Faults = map[string]string{"by": "Say who agrees, so that it is on record: a name, or what you are in the firm."}
		p.FaultList = []FaultLink{{"by", p.Faults["by"]}}
		return again(http.StatusUnprocessableEntity)
	}
	if f.Get("version") != strconv.FormatInt(v.Version, 10) {
		p.Says = "Some answers have changed since this page was opened. Look at them as they are now, then send them."
		return again(http.StatusConflict)
	}
	if agreed {
		p.Consent.At = s.cfg.Now().UTC().Format(time.DateOnly)
	}
	answers, err := joinNames(r.Context(), v.snap, v.Answers)
	if err != nil {
		return err
	}
	err = v.book.Submit(r.Context(), v.secret, v.Version, answers, p.Consent)
	var conflict *fieldwork.ConflictError
	var input *typed.InputError
	switch {
	case errors.As(err, &conflict):
		p.Says = "Some answers were changed elsewhere at the same moment. Open your link again and look at them before you send them."
		return again(http.StatusConflict)
	case errors.As(err, &input):
		for id, says := range input.Fields {
			p.FaultList = append(p.FaultList, FaultLink{"said-" + id, says})
		}
		return again(http.StatusUnprocessableEntity)
	case errors.Is(err, fieldwork.ErrDone):
		p.Says = "This link has been used already, and each link counts once. What you have just sent was not added."
		return again(http.StatusConflict)
	case err != nil:
		return err
	}
	return s.answerEnd(w, r, v, v.Answers)
}

// AnswerEndPage is what somebody sees when there is nothing to answer: after sending, or where a link leads to nothing that
// takes answers.
type AnswerEndPage struct {
	AnswerBase
	Finding, Says string
	Contact       string
	Parts         []SaidPart // what was sent, just after sending
	Copy          string     // the same for taking away
	Anonymous     bool
	KeepUntil     string
}

// answerEnd thanks. Answers that have just been sent are shown once more and can be taken away; later no link shows them.
func (s *Server) answerEnd(w http.ResponseWriter, r *http.Request, v answerVisit, answers survey.Answers) error {
	p := AnswerEndPage{AnswerBase: s.answerBase(r, v, "Thank you"), Finding: "Thank you: your answers are in", Contact: v.Survey.Contact, Anonymous: v.Survey.Level == survey.Anonymous, KeepUntil: promiseOf(v.Survey).KeepUntil}
	p.Says = "They have been given by this link, and each link counts once. Nothing more is to be done."
	if answers != nil {
		p.Parts, _ = said(v, answers)
		text, err := json.Marshal(answers)
		if err != nil {
			return err
		}
		p.Copy = string(text)
	}
	s.write(w, r, http.StatusOK, "answerend", p)
	return nil
}

// answerCopy gives somebody what they have said, as a table: what is kept so far or, once it was sent and can no longer be
// read by the link, what the page that thanks has brought back.
func (s *Server) answerCopy(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	answers := v.Answers
	if r.Method == http.MethodPost {
		answers = survey.Answers{}
		if err := json.Unmarshal([]byte(r.PostForm.Get("answers")), &answers); err != nil {
			return badRequest("The form cannot be read: send it again from the page.")
		}
	}
	rows := [][]string{}
	parts, _ := said(v, answers)
	for _, part := range parts {
		for _, one := range part.Said {
			rows = append(rows, []string{part.Title, one.Question, one.Answer})
		}
	}
	return writeCSV(w, "my-answers", []string{"part", "question", "answer"}, rows)
}
