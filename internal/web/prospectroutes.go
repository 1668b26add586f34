package web

import (
	"errors"
	"net/http"
	"net/url"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/survey/prospect"
)

// prospectRoutes lists the addresses of prospects, and of what surveys say that the team alone may read.
func (s *Server) prospectRoutes() {
	if s.cfg.Team == nil {
		return
	}
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, evidence.Explainers{prospectsRef: s.explainProspects, namedRef: s.explainNamed})
	s.get("/voices/{id}/ties", auth.ReadAnswers, s.voiceTies)
	s.get("/prospects", auth.ReadSurveys, s.prospects)
	s.get("/prospects/new", auth.RunSurvey, s.newProspect)
	s.post("/prospects/new", auth.RunSurvey, formMost, s.saveProspect)
	s.get("/prospects/{id}", auth.ReadSurveys, s.prospect)
	s.post("/prospects/{id}/change", auth.RunSurvey, formMost, s.changeProspect)
	s.post("/prospects/{id}/move", auth.RunSurvey, formMost, s.moveProspect)
	s.post("/prospects/{id}/land", auth.RunSurvey, formMost, s.landProspect)
	s.post("/prospects/{id}/land-new", auth.Decide, formMost, s.landNewProspect)
	s.post("/prospects/{id}/erase", auth.EraseAnswers, formMost, s.eraseProspect)
}

// prospectBook is the prospects of the workspace. Only a site on which people sign in has their pages.
func (s *Server) prospectBook() prospect.Book {
	b := s.cfg.Team.Book
	return prospect.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}
}

func prospectPath(id string) string { return "/prospects/" + url.PathEscape(id) }

// failProspects maps the errors of prospects to pages; false when it knows nothing of err.
func failProspects(p *ErrorPage, err error) bool {
	var conflict *prospect.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, capital(conflict.Error())+". Nothing was changed."
		p.Next = "Go back and load the page again to see what they did."
	case errors.Is(err, prospect.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is no such prospect in this workspace.", "Check the address, or go to the list of prospects."
	default:
		return false
	}
	return true
}

// doProspect runs a change of a prospect that a form sent, and shows it again.
func (s *Server) doProspect(w http.ResponseWriter, r *http.Request, said string, change func(b prospect.Book, id string, version int64) error) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := change(s.prospectBook(), id, version); err != nil {
		return err
	}
	return see(w, r, prospectPath(id), said)
}

func (s *Server) changeProspect(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doProspect(w, r, "kept", func(b prospect.Book, id string, version int64) error {
		return b.Change(r.Context(), actorOf(r), id, version, draftProspect(r))
	})
}

func (s *Server) moveProspect(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	step, err := s.prospectStep(r)
	if err != nil {
		return err
	}
	return s.doProspect(w, r, "kept", func(b prospect.Book, id string, version int64) error {
		return b.Move(r.Context(), actorOf(r), id, version, step)
	})
}

func (s *Server) eraseProspect(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doProspect(w, r, "erased", func(b prospect.Book, id string, version int64) error {
		return b.Erase(r.Context(), actorOf(r), id, version)
	})
}
