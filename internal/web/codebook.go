package web

import (
	"errors"
	"net/http"
	"strconv"

	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/interview"
	"milieu/internal/typed"
)

// CodebookPage is the code book: what excerpts can be said to be about.
type CodebookPage struct {
	Base
	Finding   string
	Tabs      []Choice
	Codes     []CodeRow
	Retired   []CodeRow
	Topics    []Choice
	Edit      interview.Code // that is in the form
	CanEdit   bool
	Faults    map[string]string
	FaultList []FaultLink
	CSV       string
}

// CodeRow is a code of the book.
type CodeRow struct {
	interview.Code
	TopicLabel string
	Excerpts   report.Figure
	Since      string
}

var codeHeader = []string{"code_id", "label", "definition", "topic", "retired_at", "excerpts"}

func (s *Server) codebook(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, all, err := s.codebookPage(r, snap, r.URL.Query().Get("code"))
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		var rows [][]string
		for _, c := range all {
			rows = append(rows, []string{c.ID, c.Label, c.Definition, c.Topic, c.RetiredAt, strconv.Itoa(c.Given)})
		}
		return writeCSV(w, "codebook", codeHeader, rows)
	}
	return s.render(w, r, "codebook", p)
}

// codebookPage is the book with one code in the form, "" for a new one.
func (s *Server) codebookPage(r *http.Request, snap *live.Snapshot, edit string) (CodebookPage, []interview.Code, error) {
	b, _ := s.interviewBook()
	p := CodebookPage{Base: s.base(r, snap, "Code book", "/interviews"), Tabs: interviewTabs("/codebook"), CanEdit: canInterview(r), CSV: "/codebook?format=csv"}
	all, err := b.Codes(r.Context(), actorOf(r))
	if err != nil {
		return p, nil, err
	}
	labels := map[string]string{}
	for _, t := range survey.Topics {
		labels[t.Key] = t.Label
	}
	for _, c := range all {
		row := CodeRow{Code: c, TopicLabel: labels[c.Topic], Excerpts: report.CountFigure(int64(c.Given), interview.CodedRef(c.ID)), Since: interviewDay(c.MadeAt)}
		if c.RetiredAt == "" {
			p.Codes = append(p.Codes, row)
		} else {
			p.Retired = append(p.Retired, row)
		}
		if c.ID == edit {
			p.Edit = c
		}
	}
	if edit != "" && p.Edit.ID == "" {
		return p, nil, notFound("There is no code %q in the code book.", cutText(edit, 40))
	}
	p.topics()
	p.Finding = "The code book is empty"
	if n := len(p.Codes); n > 0 {
		p.Finding = counted(n, "code", "codes") + " for what is said"
	}
	return p, all, nil
}

// topics offers the topics with that of the code in the form.
func (p *CodebookPage) topics() {
	p.Topics = nil
	for _, t := range survey.Topics {
		p.Topics = append(p.Topics, Choice{Value: t.Key, Label: t.Label, Current: t.Key == p.Edit.Topic})
	}
}

func (s *Server) saveCode(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.interviewBook()
	f := r.PostForm
	c := interview.Code{ID: f.Get("code"), Label: f.Get("label"), Definition: f.Get("definition"), Topic: f.Get("topic")}
	if c.ID != "" {
		var err error
		if c.Version, err = formVersion(r); err != nil {
			return err
		}
	}
	_, err := b.SaveCode(r.Context(), actorOf(r), c)
	var input *typed.InputError
	if !errors.As(err, &input) {
		if err != nil {
			return err
		}
		return see(w, r, "/codebook", "kept")
	}
	p, _, err := s.codebookPage(r, snap, c.ID)
	if err != nil {
		return err
	}
	p.Edit.Label, p.Edit.Definition, p.Edit.Topic, p.Faults = c.Label, c.Definition, c.Topic, input.Fields
	p.topics()
	for _, l := range []struct{ field, label string }{{"label", "The name"}, {"definition", "The definition"}, {"topic", "The topic"}} {
		if says := input.Fields[l.field]; says != "" {
			p.FaultList = append(p.FaultList, FaultLink{l.field, l.label + " " + says})
		}
	}
	s.write(w, r, http.StatusUnprocessableEntity, "codebook", p)
	return nil
}

func (s *Server) startCodes(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	b, _ := s.interviewBook()
	if err := b.StartCodes(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return see(w, r, "/codebook", "kept")
}

func (s *Server) retireCode(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.interviewBook()
	if err := b.RetireCode(r.Context(), actorOf(r), r.PathValue("id"), version, r.PostForm.Get("back") != ""); err != nil {
		return err
	}
	return see(w, r, "/codebook", "kept")
}
