package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/workshop"
)

// workshopRoutes lists the addresses of workshops. How somebody weighs is for people who have signed in.
func (s *Server) workshopRoutes() {
	if s.cfg.Team == nil {
		return
	}
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, evidence.Explainers{workshop.Kind: s.explainWorkshop})
	s.get("/workshops", auth.ReadWeights, s.workshops)
	s.post("/workshops", auth.RunWorkshop, formMost, s.makeWorkshop)
	s.get("/workshops/{id}", auth.ReadWeights, s.workshop)
	s.get("/workshops/{id}/options", auth.RunWorkshop, s.workshopOptions)
	s.post("/workshops/{id}/options", auth.RunWorkshop, formMost, s.keepOptions)
	s.post("/workshops/{id}/criteria", auth.RunWorkshop, formMost, s.keepCriterion)
	s.get("/workshops/{id}/score/{criterion}", auth.RunWorkshop, s.workshopScore)
	s.post("/workshops/{id}/score/{criterion}", auth.RunWorkshop, formMost, s.keepScores)
	s.get("/workshops/{id}/weigh", auth.Weigh, s.weigh)
	s.post("/workshops/{id}/weigh", auth.Weigh, formMost, s.keepWeights)
	s.post("/workshops/{id}/take-out", auth.Weigh, formMost, s.takeOutWeights)
	s.post("/workshops/{id}/put-back", auth.Weigh, formMost, s.putBackWeights)
	s.post("/workshops/{id}/weighed", auth.Weigh, formMost, s.backWeights)
	s.post("/workshops/{id}/back", auth.RunWorkshop, formMost, s.backWorkshop)
	s.post("/workshops/{id}/delete", auth.RunWorkshop, formMost, s.deleteWorkshop)
	s.post("/workshops/{id}/restore", auth.RunWorkshop, formMost, s.restoreWorkshop)
}

// workshopBook is the workshops of the workspace. Only a site on which people sign in has their pages.
func (s *Server) workshopBook() workshop.Book {
	b := s.cfg.Team.Book
	return workshop.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}
}

func workshopPath(id string) string { return "/workshops/" + url.PathEscape(id) }

// workshopFacts is what the evidence of the release says of interventions.
func workshopFacts(r *http.Request, snap *live.Snapshot) (workshop.Facts, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return nil, err
	}
	register, err := followRegister(r, snap)
	if err != nil {
		return nil, err
	}
	return live.Remember(&snap.Cache, "workshop/facts", func() (workshop.Facts, error) {
		return workshop.FactsOf(all, register), nil
	})
}

// explainWorkshop gives the chain behind a figure of a workshop, for the person who asks.
func (s *Server) explainWorkshop(ctx context.Context, q lake.Querier, ref evidence.Ref) (evidence.Chain, error) {
	all, err := portfolio.Interventions(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	register, err := portfolio.ReadRegister(ctx, q)
	if err != nil {
		return evidence.Chain{}, err
	}
	a, _ := ctx.Value(actorKey{}).(auth.Actor)
	a.Workspace = s.workshopBook().Workspace
	return workshop.Explain(ctx, s.workshopBook(), a, workshop.FactsOf(all, register), ref)
}

// failWorkshop maps the errors of workshops to pages; false when it knows nothing of err.
func failWorkshop(p *ErrorPage, err error) bool {
	var conflict *workshop.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, capital(conflict.Error())+". Nothing was changed."
		p.Next = "Go back and load the page again to see what they did."
	case errors.Is(err, workshop.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is no such workshop, criterion or stakeholder in this workspace.", "Check the address, or go to the list of workshops."
	default:
		return false
	}
	return true
}

// doWorkshop runs a change that a form with a version sent, and shows the page at the path again.
func (s *Server) doWorkshop(w http.ResponseWriter, r *http.Request, path, said string, change func(b workshop.Book, id string, version int64) error) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	if err := change(s.workshopBook(), r.PathValue("id"), version); err != nil {
		return err
	}
	return see(w, r, path, said)
}

func (s *Server) deleteWorkshop(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doWorkshop(w, r, "/workshops", "deleted", func(b workshop.Book, id string, version int64) error {
		return b.Delete(r.Context(), actorOf(r), id, version)
	})
}

func (s *Server) restoreWorkshop(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doWorkshop(w, r, workshopPath(r.PathValue("id")), "restored", func(b workshop.Book, id string, version int64) error {
		return b.Restore(r.Context(), actorOf(r), id, version)
	})
}

// backWorkshop makes options and criteria what they were.
func (s *Server) backWorkshop(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	to, err := formNumber(r, "to")
	if err != nil {
		return err
	}
	return s.doWorkshop(w, r, workshopPath(r.PathValue("id"))+"/options", "kept", func(b workshop.Book, id string, version int64) error {
		return b.Back(r.Context(), actorOf(r), id, version, to)
	})
}

func (s *Server) takeOutWeights(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doWorkshop(w, r, workshopPath(r.PathValue("id")), "deleted", func(b workshop.Book, id string, version int64) error {
		return b.TakeOut(r.Context(), actorOf(r), id, r.PostForm.Get("stakeholder"), version)
	})
}

func (s *Server) putBackWeights(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doWorkshop(w, r, workshopPath(r.PathValue("id")), "restored", func(b workshop.Book, id string, version int64) error {
		return b.PutBack(r.Context(), actorOf(r), id, r.PostForm.Get("stakeholder"), version)
	})
}

// backWeights makes a stakeholder's weights what they were.
func (s *Server) backWeights(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	to, err := formNumber(r, "to")
	if err != nil {
		return err
	}
	who := r.PostForm.Get("stakeholder")
	path := workshopPath(r.PathValue("id")) + "/weigh?" + url.Values{"as": {who}}.Encode()
	return s.doWorkshop(w, r, path, "kept", func(b workshop.Book, id string, version int64) error {
		return b.BackWeights(r.Context(), actorOf(r), id, who, version, to)
	})
}
