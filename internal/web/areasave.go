package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/place"
)

// saveArea keeps a drawn area in the team's table, as a decision like any other: the next build
// takes it into the release, and undoing it takes it out.
func (s *Server) saveArea(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f := r.PostForm
	var a foundArea
	var err error
	if kept := f.Get("kept"); kept != "" {
		a, err = s.keptArea(kept, "", "")
	} else {
		a, err = drawnArea(f.Get("shape"), "", "")
	}
	if err != nil {
		return err
	}
	name := strings.TrimSpace(f.Get("name"))
	if name == "" {
		return &decision.InputError{Fields: map[string]string{"": "the area has no name: give it one under which colleagues find it"}}
	}
	made := cutText(strings.TrimSpace(f.Get("made")), mostMade)
	id, version, err := s.freeAreaID(r, snap, evidence.Slug(name))
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(f.Get("reason"))
	d := decision.Draft{Kind: decision.Add, Table: teamAreas, Subject: id, Version: version, Reason: reason, Source: orText(made, "drawn on the map"),
		Fields: map[string]string{"name": name, "note": reason, "made_from": orText(made, "drawn on the map"), "shape": a.Text}}
	if _, err := s.cfg.Team.Book.Decide(r.Context(), actorOf(r), d); err != nil {
		return err
	}
	return see(w, r, areaPath(teamSet, id), "area-saved")
}

// mostSameName is how many areas may have names that come to the same id.
const mostSameName = 99

// freeAreaID finds an id that no area of the team has, neither in the release nor by a decision,
// and the version of that id.
func (s *Server) freeAreaID(r *http.Request, snap *live.Snapshot, slug string) (id string, version int64, err error) {
	if len(slug) > 100 {
		slug = strings.Trim(slug[:100], "-")
	}
	if slug == "" {
		slug = "area"
	}
	for n := 1; n <= mostSameName; n++ {
		if id = slug; n > 1 {
			id = fmt.Sprintf("%s-%d", slug, n)
		}
		_, err := place.Find(r.Context(), snap.DB, teamSet, id)
		if err == nil {
			continue
		}
		if !errors.Is(err, place.ErrNotFound) {
			return "", 0, err
		}
		ds, version, err := s.cfg.Team.Book.On(r.Context(), actorOf(r), teamAreas, id)
		if err != nil {
			return "", 0, err
		}
		if len(ds) == 0 {
			return id, version, nil
		}
	}
	return "", 0, &decision.InputError{Fields: map[string]string{"": "there are very many areas of that name already; give it another"}}
}
