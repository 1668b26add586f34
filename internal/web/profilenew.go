package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/live"
	"milieu/internal/place"
)

// NewAreaPage makes an area without the map: around a postcode, a position or an organisation, joined
// from others, or brought as a file.
type NewAreaPage struct {
	Base
	Fault  string
	Groups []ChoiceGroup // areas that can be joined
	Site   string        // organisation that is asked for
}

func (s *Server) newArea(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	if code := strings.TrimSpace(q.Get("postcode")); code != "" {
		return s.aroundPostcode(w, r, snap, code)
	}
	p, err := s.newAreaPage(r, snap)
	if err != nil {
		return err
	}
	p.Site = q.Get("site")
	return s.render(w, r, "profilenew", p)
}

// joinable is how many areas a set may have so that the form lists them.
const joinable = 400

func (s *Server) newAreaPage(r *http.Request, snap *live.Snapshot) (NewAreaPage, error) {
	p := NewAreaPage{Base: s.base(r, snap, "New area", "/areas")}
	var err error
	p.Groups, err = s.offeredAreas(r, snap)
	return p, err
}

// offeredAreas are the areas that forms list: those of sets that are not too long, and those that
// wait for a build.
func (s *Server) offeredAreas(r *http.Request, snap *live.Snapshot) ([]ChoiceGroup, error) {
	built, err := live.Remember(&snap.Cache, "areas/offered", func() ([]ChoiceGroup, error) { return builtAreas(r, snap) })
	if err != nil {
		return nil, err
	}
	waiting, err := s.waitingAreas(r, snap)
	if err != nil || len(waiting) == 0 {
		return built, err
	}
	g := ChoiceGroup{Label: "Saved, not built yet"}
	for _, a := range waiting {
		g.Choices = append(g.Choices, Choice{Value: a.Ref, Label: a.Name})
	}
	return append([]ChoiceGroup{g}, built...), nil
}

func builtAreas(r *http.Request, snap *live.Snapshot) ([]ChoiceGroup, error) {
	sets, err := areaSets(r.Context(), snap)
	if err != nil {
		return nil, err
	}
	var out []ChoiceGroup
	for _, set := range sets {
		if set.N > joinable {
			continue
		}
		areas, err := place.Areas(r.Context(), snap.DB, set.Name)
		if err != nil {
			return nil, err
		}
		g := ChoiceGroup{Label: set.Label()}
		for _, a := range areas {
			g.Choices = append(g.Choices, Choice{Value: a.Set + "/" + a.ID, Label: a.Name})
		}
		out = append(out, g)
	}
	return out, nil
}

// aroundPostcode leads to the profile around a postcode at which some organisation is.
func (s *Server) aroundPostcode(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, code string) error {
	m := strings.TrimSpace(r.URL.Query().Get("m"))
	if _, err := metres(m); err != nil {
		return err
	}
	lon, lat, err := postcodePosition(r.Context(), snap, code)
	if err == nil {
		code = strings.ToUpper(code)
		q := url.Values{"near": {fmt.Sprintf("%.5f,%.5f", lon, lat)}, "m": {m}, "name": {fmt.Sprintf("%.20s within %s", code, m+" m")}}
		return see(w, r, "/profile?"+q.Encode(), "")
	}
	var se statusError
	if !errors.As(err, &se) {
		return err
	}
	p, err := s.newAreaPage(r, snap)
	if err != nil {
		return err
	}
	p.Fault = se.msg
	s.write(w, r, http.StatusUnprocessableEntity, "profilenew", p)
	return nil
}

// postcodePosition is where the sites of a postcode are: a release keeps no other postcodes.
func postcodePosition(ctx context.Context, snap *live.Snapshot, code string) (lon, lat float64, err error) {
	key := strings.ToUpper(strings.Join(strings.Fields(code), ""))
	if len(key) < 5 || len(key) > 7 {
		return 0, 0, badRequest("%.12q is not a postcode, such as S60 5WG.", code)
	}
	err = snap.DB.QueryRowContext(ctx, "select lon, lat from site where postcode = $1 and lon is not null order by site_id limit 1", key[:len(key)-3]+" "+key[len(key)-3:]).Scan(&lon, &lat)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, badRequest("No organisation on record is at the postcode %s, so its place is not known here. Give longitude and latitude instead, or draw on the map.", code)
	}
	return lon, lat, err
}
