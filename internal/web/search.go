package web

import (
	"net/http"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/live"
)

// SearchPage is what a search found: organisations by name, and the release's
// own areas, facilities and interventions.
type SearchPage struct {
	Base
	Organisations []SearchHit
	Others        []SearchHit
	Truncated     bool
}

// SearchHit is one thing found.
type SearchHit struct{ Kind, Label, Path string }

const (
	searchFragment = 8  // hits while typing
	searchFull     = 50 // hits of the page
)

const otherQuery = `select kind, label, id from (
  select 'Area' as kind, name as label, area_set || '/' || area_id as id from area where contains(lower(name), $1)
  union all select 'Facility', name, coalesce(host_id, '') from facility where contains(lower(name), $1)
  union all select 'Intervention', name, intervention_id from intervention where contains(lower(name), $1)
) t order by position($1 in lower(label)), length(label), label limit $2`

func (s *Server) searchPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	most := searchFull
	if isFragment(r) {
		most = searchFragment
	}
	p := SearchPage{Base: s.base(r, snap, "Search", "")}
	if q == "" {
		return s.render(w, r, "search", p)
	}
	found := snap.Search.Search(q, most)
	p.Truncated = found.Truncated
	for _, h := range found.Hits {
		p.Organisations = append(p.Organisations, SearchHit{"Organisation", h.Name, orgPath(h.Key)})
	}
	rows, err := snap.DB.QueryContext(r.Context(), otherQuery, strings.ToLower(q), most/2)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h SearchHit
		var id string
		if err := rows.Scan(&h.Kind, &h.Label, &id); err != nil {
			return err
		}
		h.Path = otherPath(h.Kind, id)
		p.Others = append(p.Others, h)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return s.render(w, r, "search", p)
}

func otherPath(kind, id string) string {
	switch kind {
	case "Area":
		set, area, _ := strings.Cut(id, "/")
		return areaPath(set, area)
	case "Facility":
		if id == "" {
			return "/map"
		}
		return orgPath(id)
	}
	return "/priorities#" + evidence.Slug(id)
}
