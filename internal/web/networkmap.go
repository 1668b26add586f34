package web

import (
	"fmt"
	"net/http"
	"slices"

	"milieu/internal/chart"
	"milieu/internal/geo"
	"milieu/internal/live"
	"milieu/internal/place"
)

const (
	mapNodes  = 500  // organisations of the map, the best tied
	mapPairs  = 1500 // lines of the map, the strongest
	mapNames  = 14   // names, of the best tied
	mapAreas  = 60   // outlines of areas behind them
	mapMargin = 0.01 // degrees of room around an area
)

// netMap draws the ties as lines between positions; says counts what is not on it.
func (s *Server) netMap(r *http.Request, snap *live.Snapshot, ask netAsk, v *netView) (chart.Chart, string, error) {
	degree := v.basics().degree
	box, within := v.window(ask)
	var nodes []int
	unplaced, beyond := 0, 0
	for i := range v.Nodes {
		n := v.Node(i)
		switch {
		case !n.Placed:
			unplaced++
		case within && !box.Contains(n.Lon, n.Lat):
			beyond++
		default:
			nodes = append(nodes, i)
		}
	}
	placed := len(nodes)
	nodes = topBy(nodes, mapNodes, func(a, b int) bool { return degree[a] > degree[b] })
	sp := chart.MapSpec{Title: "Ties between places", Name: "Organisation or area", Unit: "Tied to", PointUnit: "Tied to", Named: mapNames, Width: 900, MostHeight: 640}
	in := map[int32]bool{}
	for _, i := range nodes {
		in[int32(i)] = true
		n := v.Node(i)
		sp.Points = append(sp.Points, chart.MapPoint{Label: n.Name, Lon: n.Lon, Lat: n.Lat, Size: float64(degree[i]), Mark: chart.Mark(n.Role)})
	}
	var drawn []int
	for i, p := range v.Pairs {
		if in[p.A] && in[p.B] {
			drawn = append(drawn, i)
		}
	}
	lines := len(drawn)
	for _, i := range heaviest(v, drawn, mapPairs) {
		a, b := v.Node(int(v.Pairs[i].A)), v.Node(int(v.Pairs[i].B))
		sp.Lines = append(sp.Lines, chart.MapLine{Label: a.Name + " and " + b.Name, FromLon: a.Lon, FromLat: a.Lat, ToLon: b.Lon, ToLat: b.Lat, Strong: v.Pairs[i].Strong})
	}
	var err error
	if sp.Areas, err = s.backAreas(r, snap, ask, sp.Points); err != nil {
		return chart.Chart{}, "", err
	}
	return chart.Map(sp), mapSays(len(v.Nodes), placed, len(nodes), unplaced, beyond, len(v.Pairs), lines, len(sp.Lines)), nil
}

// window is the part of the earth that is drawn: that of the area of the filter, or else the middle four fifths of the
// positions each way and two fifths of that around them, so that one far partner does not make all others a dot.
func (v *netView) window(ask netAsk) (geo.Box, bool) {
	if ask.filter.Area != "" {
		b := ask.area.Box
		w, h := (b.East-b.West)/4+mapMargin, (b.North-b.South)/4+mapMargin
		return geo.Box{West: b.West - w, South: b.South - h, East: b.East + w, North: b.North + h}, true
	}
	var lons, lats []float64
	for i := range v.Nodes {
		if n := v.Node(i); n.Placed {
			lons, lats = append(lons, n.Lon), append(lats, n.Lat)
		}
	}
	if len(lons) < 20 {
		return geo.Box{}, false
	}
	slices.Sort(lons)
	slices.Sort(lats)
	lo, hi := len(lons)/10, len(lons)-1-len(lons)/10
	w, h := 0.4*(lons[hi]-lons[lo])+mapMargin, 0.4*(lats[hi]-lats[lo])+mapMargin
	return geo.Box{West: lons[lo] - w, South: lats[lo] - h, East: lons[hi] + w, North: lats[hi] + h}, true
}

// backAreas are outlines behind the ties: of the first set in which the positions lie in few areas.
func (s *Server) backAreas(r *http.Request, snap *live.Snapshot, ask netAsk, points []chart.MapPoint) ([]chart.MapArea, error) {
	if ask.filter.Area != "" {
		return []chart.MapArea{{ID: ask.area.ID, Label: ask.area.Name, Geometry: ask.area.Geometry, Us: true}}, nil
	}
	sets, err := areaSets(r.Context(), snap)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		if set.N > areasShown {
			continue
		}
		shapes, err := setShapes(r.Context(), snap, set.Name)
		if err != nil {
			return nil, err
		}
		if out := heldAreas(shapes, points); len(out) > 0 && len(out) <= mapAreas {
			return out, nil
		}
	}
	return nil, nil
}

// heldAreas are the areas whose box holds a point.
func heldAreas(shapes []place.Shape, points []chart.MapPoint) []chart.MapArea {
	var out []chart.MapArea
	for _, a := range shapes {
		if slices.ContainsFunc(points, func(p chart.MapPoint) bool { return a.Box.Contains(p.Lon, p.Lat) }) {
			out = append(out, chart.MapArea{ID: a.ID, Label: a.Name, Geometry: a.Geometry})
		}
	}
	return out
}

// mapSays counts what the map has and what it has not.
func mapSays(nodes, placed, drawn, unplaced, beyond, pairs, lines, shown int) string {
	number := func(n int) string { return chart.Number(float64(n), 0) }
	text := fmt.Sprintf("%s of %s organisations stand on the map, %s of %s ties are drawn.", number(drawn), number(nodes), number(shown), number(pairs))
	if unplaced > 0 {
		text += fmt.Sprintf(" %s have no position on record.", number(unplaced))
	}
	if beyond > 0 {
		text += fmt.Sprintf(" %s lie beyond the edge.", number(beyond))
	}
	if drawn < placed || shown < lines {
		text += " Of the rest the best tied and the strongest are shown; the table has all."
	}
	return text + " Dark lines are strong ties. Organisations stand at their first place of work, or at their registered office."
}
