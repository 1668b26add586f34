package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
)

// mostOwnID is how long an id is that is made from a name.
const mostOwnID = 80

// freeID is the id that a new record gets from its name: with a number at its end where others have it. Rows of the
// register, such as costs, have no name of their own and are alike.
func (s *Server) freeID(r *http.Request, snap *live.Snapshot, t evidence.TeamTable, slug string) (string, error) {
	if len(slug) > mostOwnID {
		slug = slug[:mostOwnID]
		if k := strings.LastIndexByte(slug, '-'); k > 0 {
			slug = slug[:k]
		}
	}
	if slug == "" || !registerTables[t.Name] {
		return slug, nil
	}
	for n, id := 2, slug; ; n, id = n+1, fmt.Sprintf("%s-%d", slug, n) {
		_, err := s.readRow(r, snap, t, id)
		var missing statusError
		if errors.As(err, &missing) {
			return id, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// registerTables hold what is kept of interventions beside their own row.
var registerTables = map[string]bool{"costs": true, "outcomes": true, "relations": true, "risks": true, "delivery": true, "awards": true}

// offerInterventions lists the interventions where a field of the form names one.
func (p *FormPage) offerInterventions(r *http.Request, snap *live.Snapshot) error {
	if !registerTables[p.Table.Name] {
		return nil
	}
	names, err := namesOfInterventions(r, snap)
	if err != nil {
		return err
	}
	for i := range p.Fields {
		if f := &p.Fields[i]; p.Table.Name == "relations" && (f.Name == "from_id" || f.Name == "to_id") {
			f.Kind = "intervention"
		}
	}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		p.Interventions = append(p.Interventions, Choice{Value: id, Label: names[id]})
	}
	return nil
}

// renderForm writes the form with what it offers.
func (s *Server) renderForm(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, status int, p FormPage) error {
	if err := p.offerInterventions(r, snap); err != nil {
		return err
	}
	if err := p.offerKnown(r, snap); err != nil {
		return err
	}
	if status == http.StatusOK {
		return s.render(w, r, "rowform", p)
	}
	s.write(w, r, status, "rowform", p)
	return nil
}

// namesOfInterventions are the names of all interventions by id.
func namesOfInterventions(r *http.Request, snap *live.Snapshot) (map[string]string, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return nil, err
	}
	return interventionNamesOf(all), nil
}

// interventionNamesOf are the names of interventions by id.
func interventionNamesOf(all []portfolio.Intervention) map[string]string {
	out := make(map[string]string, len(all))
	for _, i := range all {
		out[i.ID] = i.Name
	}
	return out
}
