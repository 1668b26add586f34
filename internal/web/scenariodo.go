package web

import (
	"context"
	"net/http"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/portfolio/scenario"
)

// scenarioDraft is what a form wants to keep, with what its settings come to on the release that is being served.
func (s *Server) scenarioDraft(r *http.Request, snap *live.Snapshot) (scenario.Draft, error) {
	f := r.PostForm
	d := scenario.Draft{Name: f.Get("name"), Note: f.Get("note"), Release: snap.Rel.ID}
	kind, address, err := scenario.ParseAddress(f.Get("address"))
	if err != nil {
		return d, err
	}
	d.Address, d.Outcome, err = s.outcomeOf(r, snap, kind, address)
	return d, err
}

func (s *Server) keepScenario(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	d, err := s.scenarioDraft(r, snap)
	if err != nil {
		return err
	}
	id, err := s.scenarioBook().Save(r.Context(), actorOf(r), d)
	if err != nil {
		return err
	}
	return see(w, r, scenarioPath(id), "kept")
}

// changeScenario keeps a new name, note or settings. A field that the form does not send stays as it is.
func (s *Server) changeScenario(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b := s.scenarioBook()
	now, err := b.Scenario(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := r.PostForm
	for name, value := range map[string]string{"name": now.Name, "note": now.Note, "address": now.Address} {
		if !f.Has(name) {
			f.Set(name, value)
		}
	}
	d, err := s.scenarioDraft(r, snap)
	if err != nil {
		return err
	}
	if err := b.Change(r.Context(), actorOf(r), now.ID, version, d); err != nil {
		return err
	}
	return see(w, r, scenarioPath(now.ID), "kept")
}

// turnScenario is a change that takes nothing but the version that was shown.
func (s *Server) turnScenario(turn func(scenario.Book, context.Context, auth.Actor, string, int64) error, said string) handler {
	return func(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
		version, err := formVersion(r)
		if err != nil {
			return err
		}
		if err := turn(s.scenarioBook(), r.Context(), actorOf(r), r.PathValue("id"), version); err != nil {
			return err
		}
		return see(w, r, scenarioPath(r.PathValue("id")), said)
	}
}

func (s *Server) goToScenario(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	n, err := formNumber(r, "settings")
	if err != nil {
		return err
	}
	return s.turnScenario(func(b scenario.Book, ctx context.Context, a auth.Actor, id string, version int64) error {
		return b.GoTo(ctx, a, id, version, n)
	}, "scenario-back")(w, r, snap)
}

func (s *Server) copyScenario(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	id, err := s.scenarioBook().Duplicate(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return see(w, r, scenarioPath(id), "kept")
}

// shareScenario makes the link and shows it this once: only its hash is kept.
func (s *Server) shareScenario(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b := s.scenarioBook()
	id := r.PathValue("id")
	secret, err := b.Share(r.Context(), actorOf(r), id, version)
	if err != nil {
		return err
	}
	sc, err := b.Scenario(r.Context(), actorOf(r), id)
	if err != nil {
		return err
	}
	return s.secretPage(w, r, SecretPage{Base: s.base(r, snap, "Link to "+sc.Name, "/scenarios"), Here: "Link", Secret: s.absolute(r, sharedPath+secret), Back: scenarioPath(id), BackLabel: sc.Name,
		Lede: "Whoever has this link sees the scenario with its note and what it comes to, without signing in, and can change nothing. It is shown this once, goes on showing the scenario as it is changed, and can be withdrawn on its page. A link made earlier leads nowhere from now on."})
}
