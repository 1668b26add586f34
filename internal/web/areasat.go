package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/place"
)

// areasAt tells the map which areas lie around a position, those that wait for a build too.
func (s *Server) areasAt(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	lonText, latText, ok := strings.Cut(r.URL.Query().Get("at"), ",")
	lon, err1 := strconv.ParseFloat(lonText, 64)
	lat, err2 := strconv.ParseFloat(latText, 64)
	if !ok || err1 != nil || err2 != nil || !world.Contains(lon, lat) {
		return badRequest("A position is longitude and latitude, as in at=-1.38,53.39.")
	}
	type answer struct {
		Ref  string `json:"ref"`
		Name string `json:"name"`
		Set  string `json:"set"`
	}
	out := []answer{}
	for _, a := range snap.Orgs.Around(lon, lat) {
		out = append(out, answer{a.Set + "/" + a.ID, a.Name, place.SetLabel(a.Set)})
	}
	waiting, err := s.waitingAreas(r, snap)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if a.Contains(lon, lat) {
			out = append(out, answer{a.Ref, a.Name, "saved, not built yet"})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}
