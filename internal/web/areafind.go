package web

import (
	"errors"
	"net/http"
	"net/url"
	"sort"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/place"
	"milieu/internal/profile"
)

// teamAreas is the table in which the team keeps the areas that it saves, teamSet the set that they
// belong to.
const (
	teamAreas = "areas"
	teamSet   = "team"
)

// drawnSet is the set of an area reference that holds its shape itself.
const drawnSet = profile.DrawnSet

// foundArea is an area that an address names: of the release, saved and not built yet, or only drawn.
type foundArea struct {
	place.Shape
	Text  string // encoded shape of one that is only drawn
	Ref   string // "lad/E08000018" or "shape/TEXT": what ?area= and references take
	Made  string // how a drawn shape came about, in words
	Built bool   // the release has it
	Saved bool   // a decision that holds gives it
}

// path is the address of the area's profile.
func (f foundArea) path() string {
	if f.Text != "" {
		return drawnPath(f.Text, f.Name, f.Made)
	}
	return areaPath(f.Set, f.ID)
}

// drawnPath is the address of the profile of a shape.
func drawnPath(text, name, made string) string {
	q := url.Values{"shape": {text}}
	if name != "" && name != drawnName {
		q.Set("name", name)
	}
	if made != "" {
		q.Set("made", made)
	}
	return "/profile?" + q.Encode()
}

// drawnName is what an area is called to which nobody has given a name.
const drawnName = "Drawn area"

// findArea finds the area that a reference names, "SET/ID" or "shape/TEXT": in the release, or else
// among those that people saved since it was built.
func (s *Server) findArea(r *http.Request, snap *live.Snapshot, ref string) (foundArea, error) {
	set, id, ok := strings.Cut(ref, "/")
	if !ok || set == "" || id == "" {
		return foundArea{}, badRequest("Area %.60q is not written as set/id, as in area=lad/E08000018.", ref)
	}
	if set == drawnSet {
		return drawnArea(id, "", "")
	}
	shape, err := live.Remember(&snap.Cache, "area/shape/"+set+"/"+id, func() (place.Shape, error) { return place.Find(r.Context(), snap.DB, set, id) })
	if err == nil {
		return foundArea{Shape: shape, Ref: ref, Built: true}, nil
	}
	if !errors.Is(err, place.ErrNotFound) || set != teamSet {
		return foundArea{}, err
	}
	saved, err2 := s.savedAreas(r)
	if err2 != nil {
		return foundArea{}, err2
	}
	for _, a := range saved {
		if a.ID == id {
			return a, nil
		}
	}
	return foundArea{}, err
}

// drawnArea is an area that is nothing but its shape.
func drawnArea(text, name, made string) (foundArea, error) {
	g, err := geo.DecodeShape(text)
	if err != nil {
		return foundArea{}, badRequest("The area cannot be read: %v.", err)
	}
	if name == "" {
		name = drawnName
	}
	return foundArea{Shape: place.Measure(place.Area{Name: name, Kind: place.Drawn}, g), Text: text, Ref: drawnSet + "/" + text, Made: made}, nil
}

// shapedArea is a drawn area from its geometry.
func shapedArea(g geom.Geometry, name, made string) (foundArea, error) {
	text, err := geo.EncodeShape(g)
	if err != nil {
		return foundArea{}, badRequest("The area cannot be used: %v.", err)
	}
	return drawnArea(text, name, made)
}

// savedAreas are the areas of the team's table that decisions add, by name, for somebody who may
// read decisions; nobody else knows of them before they are in a release.
func (s *Server) savedAreas(r *http.Request) ([]foundArea, error) {
	if s.cfg.Team == nil || !actorOf(r).May(auth.ReadDecisions) {
		return nil, nil
	}
	ds, _, err := s.cfg.Team.Book.Holding(r.Context(), actorOf(r), teamAreas)
	if err != nil {
		return nil, err
	}
	on := map[string][]decision.Decision{}
	for _, d := range ds {
		on[d.Subject] = append(on[d.Subject], d)
	}
	var out []foundArea
	for id, of := range on {
		if _, gone := decision.Excluded(of); gone {
			continue
		}
		row := decision.Apply(nil, of)
		if row["name"] == "" || row["shape"] == "" {
			continue // corrections of a row that a file holds
		}
		shape, err := place.Measured(place.Area{Set: teamSet, ID: id, Name: row["name"], Kind: place.Drawn, Note: row["note"]}, row["shape"])
		if err != nil {
			continue // it was kept by a file of decisions that nothing checked; the build says so
		}
		out = append(out, foundArea{Shape: shape, Ref: teamSet + "/" + id, Made: row["made_from"], Saved: true})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Name != out[j].Name {
			return out[i].Name < out[j].Name
		}
		return out[i].ID < out[j].ID
	})
	return out, nil
}

// waitingAreas are the saved areas that the release does not have yet.
func (s *Server) waitingAreas(r *http.Request, snap *live.Snapshot) ([]foundArea, error) {
	saved, err := s.savedAreas(r)
	if err != nil || len(saved) == 0 {
		return nil, err
	}
	built, err := place.Areas(r.Context(), snap.DB, teamSet)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, a := range built {
		has[a.ID] = true
	}
	var out []foundArea
	for _, a := range saved {
		if !has[a.ID] {
			out = append(out, a)
		}
	}
	return out, nil
}
