package web

import (
	"context"
	"net/http"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// voiceResultRoutes lists the addresses of results of surveys. Who may see which is asked of the survey (telling.Read).
func (s *Server) voiceResultRoutes() {
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, evidence.Explainers{telling.Kind: s.explainVoice})
	s.get("/voices/{id}/results", auth.ReadPublic, s.voiceResults)
	s.get("/voices/{id}/method", auth.ReadPublic, s.voiceMethod)
	s.get("/voices/{id}/compare", auth.ReadPublic, s.voiceCompare)
	s.get("/voices/{id}/codebook.csv", auth.ReadPublic, s.voiceCodeBook)
	s.get("/voices/{id}/answers.csv", auth.ReadAnswers, s.voiceAnswers)
}

// told reads the results of the survey of an address. Why says in words why there are none to see, "" where there are.
func (s *Server) told(r *http.Request, b fieldwork.Book, id string) (t telling.Told, why string, err error) {
	t, err = telling.Read(r.Context(), b, actorOf(r), id)
	if telling.Untold(err) {
		return t, capital(err.Error()) + ".", nil
	}
	return t, "", err
}

// resultsOnly is told for what is a file and can say nothing else.
func (s *Server) resultsOnly(r *http.Request) (telling.Told, error) {
	b, ok := s.voices()
	if !ok {
		return telling.Told{}, fieldwork.ErrNotFound
	}
	t, why, err := s.told(r, b, r.PathValue("id"))
	if err == nil && why != "" {
		err = statusError{http.StatusConflict, why}
	}
	return t, err
}

// noted adds to every row of a file of an invented survey that it is one, where its rows do not say so already.
func noted(invented bool, header []string, rows [][]string) ([]string, [][]string) {
	if !invented || slices.Contains(header, "note") {
		return header, rows
	}
	header = append(slices.Clone(header), "note")
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = append(slices.Clone(row), invent.Note)
	}
	return header, out
}

// writeVoices sends a file of a survey.
func writeVoices(w http.ResponseWriter, name string, t telling.Told, table [][]string) error {
	if len(table) == 0 {
		return notFound("There is nothing in this file.")
	}
	if t.Report.Invented {
		name = "invented-" + name
	}
	header, rows := noted(t.Report.Invented, table[0], table[1:])
	return writeCSV(w, name, header, rows)
}

// voiceCodeBook says what the columns of the files mean.
func (s *Server) voiceCodeBook(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	t, err := s.resultsOnly(r)
	if err != nil {
		return err
	}
	in, _ := t.Input.Newest()
	return writeVoices(w, "code-book-"+t.Survey.ID, t, t.Report.CodeBook(in))
}

// voiceAnswers gives single answers without any name, in an order that says nothing.
func (s *Server) voiceAnswers(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	t, err := s.resultsOnly(r)
	if err != nil {
		return err
	}
	table, err := result.AnswerTable(t.Input)
	if err != nil {
		return err
	}
	if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadAnswers, "survey answers "+t.Survey.ID, "csv", max(len(table)-1, 0)); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeVoices(w, "answers-"+t.Survey.ID, t, table)
}

// explainVoice gives the chain behind a figure of a survey, for the person who asks.
func (s *Server) explainVoice(ctx context.Context, _ lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	b, ok := s.voices()
	if !ok {
		return evidence.Chain{}, evidence.ErrNoFigure
	}
	a, _ := ctx.Value(actorKey{}).(auth.Actor)
	a.Workspace = b.Workspace
	return telling.Explain(ctx, b, a, ref)
}
