package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"milieu/internal/cluster/atlas"
	"milieu/internal/geo"
	"milieu/internal/live"
)

var atlasHeader = []string{"set", "id", "name", "measure", "basis", "value", "low", "high", "too_few", "organisations", "of", "counted", "employees", "km2", "tested_value", "neighbours", "local_moran", "quadrant", "p", "p_adjusted", "class", "gi_star_z", "gi_star_p", "gi_star_p_adjusted", "hot"}

func atlasTable(r atlas.Result) [][]string {
	n := func(v float64) string {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	var out [][]string
	for _, a := range r.Areas {
		row := []string{r.Set, a.ID, a.Name, r.Value.String(), string(r.Basis), n(a.Value), "", "", strconv.FormatBool(a.Few), strconv.Itoa(a.Organisations), strconv.Itoa(a.Base), strconv.Itoa(a.Events), strconv.FormatInt(a.Employees, 10), n(a.Km2), n(a.Tested)}
		if a.Hi > 0 {
			row[6], row[7] = n(a.Lo), n(a.Hi)
		}
		if r.Tested {
			row = append(row, strconv.Itoa(a.Neighbours), n(a.Local.I), a.Local.Quadrant.String(), n(a.Local.P), n(a.Q), a.Class.String(), n(a.Gi.Z), n(a.Gi.P), n(a.GiQ), strconv.Itoa(a.Hot()))
		} else {
			row = append(row, make([]string, 10)...)
		}
		out = append(out, row)
	}
	return out
}

func (s *Server) atlasGeo(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, name string, result atlas.Result) error {
	shapes, err := setShapes(r.Context(), snap, result.Set)
	if err != nil {
		return err
	}
	rows := map[string][]string{}
	for _, row := range atlasTable(result) {
		rows[row[1]] = row
	}
	var features []geo.Feature
	left := 0
	for _, shape := range shapes {
		row := rows[shape.ID]
		if row == nil {
			continue
		}
		if len(features) == mostGeoValues {
			left++
			continue
		}
		props := map[string]string{}
		for i, key := range atlasHeader {
			if row[i] != "" {
				props[key] = row[i]
			}
		}
		features = append(features, geo.Feature{Properties: props, Geometry: shape.Geometry})
	}
	text := ""
	if left > 0 {
		text = fmt.Sprintf("%d more areas; a file holds at most %d", left, mostGeoValues)
	}
	return s.writeGeo(w, r, snap, name, features, text)
}
