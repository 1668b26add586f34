package web

import (
	"errors"
	"net/http"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/network/ledger"
)

// introRoutes lists the addresses of introductions, champions and consortia.
func (s *Server) introRoutes() {
	s.cfg.Shelf.OnSwap(s.warmIntroductions)
	s.get("/introductions", auth.ReadPublic, s.introductions)
	s.get("/champions", auth.ReadPublic, s.champions)
	s.get("/consortia", auth.ReadPublic, s.consortia)
	if s.cfg.Team == nil {
		return
	}
	s.get("/introductions/{id}", auth.ReadDecisions, s.introduction)
	s.post("/introductions", auth.Decide, formMost, s.judgePair)
	s.post("/introductions/{id}/assign", auth.Decide, formMost, s.assignIntroduction)
	s.post("/introductions/{id}/outcome", auth.Decide, formMost, s.recordOutcome)
	s.post("/introductions/{id}/reopen", auth.Decide, formMost, s.reopenIntroduction)
	s.post("/introductions/{id}/take-back", auth.Decide, formMost, s.takeBackOutcome)
	s.post("/introductions/{id}/erase", auth.Decide, formMost, s.eraseNote)
	s.post("/champions", auth.Decide, formMost, s.recordConsent)
	s.post("/champions/{id}/withdraw", auth.Decide, formMost, s.withdrawConsent)
	s.post("/champions/{id}/erase", auth.Decide, formMost, s.eraseConsent)
	s.get("/consortia/{id}", auth.ReadDecisions, s.consortium)
	s.post("/consortia", auth.Decide, formMost, s.saveConsortium)
	s.post("/consortia/{id}/change", auth.Decide, formMost, s.changeConsortium)
	s.post("/consortia/{id}/delete", auth.Decide, formMost, s.deleteConsortium)
	s.post("/consortia/{id}/restore", auth.Decide, formMost, s.restoreConsortium)
}

// ledger is what people do about the network; false on a site to be read only.
func (s *Server) ledger() (ledger.Book, bool) {
	if s.cfg.Team == nil {
		return ledger.Book{}, false
	}
	b := s.cfg.Team.Book
	return ledger.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}, true
}

// readsLedger is the ledger for somebody who may see who does what; false for everybody else.
func (s *Server) readsLedger(r *http.Request) (ledger.Book, bool) {
	b, ok := s.ledger()
	return b, ok && actorOf(r).May(auth.ReadDecisions)
}

// failLedger maps the errors of the ledger to pages; false when it knows nothing of err.
func failLedger(p *ErrorPage, err error) bool {
	var conflict *ledger.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, "Somebody else has changed this since you opened the page. Nothing was changed."
		p.Next = "Go back and load the page again to see what they did, then send yours again if it is still needed."
	case errors.Is(err, ledger.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is nothing at this address in this workspace.", "Check the address, or go to the overview."
	default:
		return false
	}
	return true
}

// formVersion is the version of a record that a form was shown.
func formVersion(r *http.Request) (int64, error) {
	v, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil || v < 0 {
		return 0, badRequest("The form cannot be read: open it again from its page.")
	}
	return v, nil
}

// formNumber is a number of a form that no person types.
func formNumber(r *http.Request, name string) (int64, error) {
	v, err := strconv.ParseInt(r.PostForm.Get(name), 10, 64)
	if err != nil || v < 1 {
		return 0, badRequest("The form cannot be read: open it again from its page.")
	}
	return v, nil
}

// peopleNames are the names of people by id.
func (s *Server) peopleNames(r *http.Request, ids ...string) (map[string]string, error) {
	set := map[string]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return s.cfg.Team.Auth.Names(r.Context(), sortedNames(set))
}

// doIntroduction runs a change of an introduction that a form sent, and shows it again.
func (s *Server) doIntroduction(w http.ResponseWriter, r *http.Request, change func(b ledger.Book, id string, version int64) error, said string) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.ledger()
	id := r.PathValue("id")
	if err := change(b, id, version); err != nil {
		return err
	}
	return see(w, r, introPath(id), said)
}

func (s *Server) assignIntroduction(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	f := r.PostForm
	return s.doIntroduction(w, r, func(b ledger.Book, id string, version int64) error {
		return b.Assign(r.Context(), actorOf(r), id, version, f.Get("person"), f.Get("due"), f.Get("note"))
	}, "kept")
}

func (s *Server) recordOutcome(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	f := r.PostForm
	return s.doIntroduction(w, r, func(b ledger.Book, id string, version int64) error {
		return b.Record(r.Context(), actorOf(r), id, version, f.Get("outcome"), f.Get("day"), f.Get("note"))
	}, "kept")
}

func (s *Server) reopenIntroduction(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	return s.doIntroduction(w, r, func(b ledger.Book, id string, version int64) error {
		return b.Reopen(r.Context(), actorOf(r), id, version, r.PostForm.Get("reason"))
	}, "intro-back")
}

func (s *Server) takeBackOutcome(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	n, err := formNumber(r, "entry")
	if err != nil {
		return err
	}
	return s.doIntroduction(w, r, func(b ledger.Book, id string, version int64) error {
		return b.TakeBack(r.Context(), actorOf(r), id, version, n, r.PostForm.Get("reason"))
	}, "kept")
}

func (s *Server) eraseNote(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	n, err := formNumber(r, "entry")
	if err != nil {
		return err
	}
	return s.doIntroduction(w, r, func(b ledger.Book, id string, version int64) error {
		return b.EraseNote(r.Context(), actorOf(r), id, version, n)
	}, "erased")
}
