package api

import (
	"errors"
	"slices"
	"strings"

	"milieu/internal/live"
	"milieu/internal/org"
)

// tieItem is a link between two organisations with its evidence.
type tieItem struct {
	ID         string  `json:"id"`
	Kind       string  `json:"kind"`
	From       named   `json:"from"`
	To         named   `json:"to"`
	StartYear  *int64  `json:"start_year"`
	EndYear    *int64  `json:"end_year"`
	AmountP    *int64  `json:"amount_p"`
	Project    *string `json:"project"`
	SourceURL  *string `json:"source_url"`
	SourceYear *int64  `json:"source_year"`
	Record     record  `json:"record"`
}

func tieOf(t org.Tie) tieItem {
	return tieItem{ID: t.ID, Kind: t.Kind, From: named{t.FromID, t.FromName}, To: named{t.ToID, t.ToName}, StartYear: optInt(t.Start), EndYear: optInt(t.End), AmountP: optInt(t.AmountP),
		Project: optText(t.Project), SourceURL: optText(t.SourceURL), SourceYear: optInt(t.SourceYear), Record: from(t.Record)}
}

var tieColumns = []string{"id", "kind", "from_id", "from_name", "to_id", "to_name", "start_year", "end_year", "amount_p", "project", "source_url", "source_year", "source", "file", "line"}

func (t tieItem) cells() []string {
	return append([]string{t.ID, t.Kind, t.From.ID, t.From.Name, t.To.ID, t.To.Name, cell(t.StartYear), cell(t.EndYear), cell(t.AmountP), cell(t.Project), cell(t.SourceURL), cell(t.SourceYear)},
		t.Record.cells()...)
}

// tieCollection is the lines of a page; Unplaced is how many of its ties have none,
// because an end has no place on the map.
type tieCollection struct {
	collection
	Unplaced int `json:"unplaced"`
}

func (s *Server) ties(a *ask) error {
	all, err := live.Remember(&a.snap.Cache, "api/ties", func() ([]org.Tie, error) { return org.Ties(a.r.Context(), a.snap.DB) })
	if err != nil {
		return err
	}
	found := tiesAsked(a, all)
	w := a.window()
	if err := a.query.err(); err != nil {
		return err
	}
	if of := a.query.text("organisation"); of != "" && len(found) == 0 {
		if _, err := a.snap.Orgs.Find(a.r.Context(), of); errors.Is(err, org.ErrNotFound) {
			return failed(badParameter, "There is no organisation %q. /api/v1/organisations lists them.", clip(of))
		} else if err != nil {
			return err
		}
	}
	p := newPage[tieItem](a, w, len(found))
	found = found[min(w.offset, len(found)):min(w.offset+w.limit, len(found))]
	if a.format == asCSV {
		return s.table(a, w, p.Total, "ties", tieColumns, func(row func(...string) error) error {
			for _, t := range found {
				if err := row(tieOf(t).cells()...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, t := range found {
		p.Items = append(p.Items, tieOf(t))
	}
	if a.format == asJSON {
		return a.send(p)
	}
	features, err := tieFeatures(a, p.Items)
	if err != nil {
		return err
	}
	return a.send(tieCollection{p.collection(features), len(p.Items) - len(features)})
}

// tiesAsked lets through the ties that are asked for.
func tiesAsked(a *ask, all []org.Tie) []org.Tie {
	kind, of := a.query.text("kind"), a.query.text("organisation")
	var have []string
	var out []org.Tie
	for _, t := range all {
		if !slices.Contains(have, t.Kind) {
			have = append(have, t.Kind)
		}
		if (kind == "" || t.Kind == kind) && (of == "" || t.FromID == of || t.ToID == of) {
			out = append(out, t)
		}
	}
	slices.Sort(have)
	if kind != "" && !slices.Contains(have, kind) {
		a.query.bad("There are no ties of kind %q in this release; there are %s.", clip(kind), strings.Join(have, ", "))
	}
	return out
}

// tieFeatures draws each tie as a straight line between its ends.
func tieFeatures(a *ask, items []tieItem) ([]feature, error) {
	var ids []string
	for _, t := range items {
		ids = append(ids, t.From.ID, t.To.ID)
	}
	slices.Sort(ids)
	sites, err := sitesOf(a.r.Context(), a.snap.DB, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	var out []feature
	for _, t := range items {
		one, other := sites[t.From.ID], sites[t.To.ID]
		if len(one) > 0 && len(other) > 0 {
			out = append(out, feature{"Feature", t.ID, t, line(one[0].position, other[0].position)})
		}
	}
	return out, nil
}
