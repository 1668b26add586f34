package api

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
)

// areaItem is an area with what it holds.
type areaItem struct {
	Set           string      `json:"set"`
	ID            string      `json:"id"`
	Name          string      `json:"name"`
	Kind          *string     `json:"kind"`
	Note          *string     `json:"note"`
	Km2           *float64    `json:"km2"`
	Lon           *float64    `json:"lon"` // of a point inside
	Lat           *float64    `json:"lat"`
	Box           *[4]float64 `json:"bbox"` // west, south, east, north
	Organisations int64       `json:"organisations"`
	Crowded       int64       `json:"organisations_at_mass_registration"`
	Counted       int64       `json:"organisations_with_employees"`
	Employees     *int64      `json:"employees"` // of those counted; none is not 0
	Record        record      `json:"record"`
	URL           string      `json:"url"`

	geometry json.RawMessage
}

var areaColumns = []string{"set", "id", "name", "kind", "note", "km2", "lon", "lat", "west", "south", "east", "north", "organisations", "organisations_at_mass_registration",
	"organisations_with_employees", "employees", "source", "file", "line"}

func (i areaItem) cells() []string {
	box := make([]string, 4)
	for n := range box {
		if i.Box != nil {
			box[n] = cell(&i.Box[n])
		}
	}
	row := append([]string{i.Set, i.ID, i.Name, cell(i.Kind), cell(i.Note), cell(i.Km2), cell(i.Lon), cell(i.Lat)}, box...)
	return append(append(row, cell(&i.Organisations), cell(&i.Crowded), cell(&i.Counted), cell(i.Employees)), i.Record.cells()...)
}

func (i areaItem) feature() feature {
	return feature{"Feature", i.Set + "/" + i.ID, i, i.geometry}
}

// setItem is a set of areas.
type setItem struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Drawn bool   `json:"drawn"` // by the team
	Areas int    `json:"areas"`
}

// areaPage is a page of areas with the sets that there are.
type areaPage struct {
	page[areaItem]
	Sets []setItem `json:"sets"`
}

// areaAnswer is an area with its border and what its organisations are and do.
type areaAnswer struct {
	Release  string          `json:"release"`
	Area     areaItem        `json:"area"`
	Roles    []roleCount     `json:"roles"`
	Sections []sectionCount  `json:"sections"`
	Geometry json.RawMessage `json:"geometry"`
}

// areaFeature is an area as GeoJSON.
type areaFeature struct {
	feature
	Release string `json:"release"`
}

type roleCount struct {
	Role          string `json:"role"`
	Organisations int    `json:"organisations"`
}

type sectionCount struct {
	Section       string `json:"section"`
	Label         string `json:"label"`
	Organisations int    `json:"organisations"`
}

// areasQuery reads areas by set, then name. Its gap is the geometry, which is read only
// where it is wanted.
const areasQuery = `select area_set, area_id, coalesce(name, area_id), coalesce(kind, ''), coalesce(note, ''), km2, lon, lat, west, south, east, north, source, file, line, %s
from area where ($1 = '' or area_set = $1) and ($2 = '' or area_id = $2) order by area_set, name, area_id limit $3 offset $4`

// eachArea reads areas one by one. An empty set is all, and an empty id all of the set.
func eachArea(ctx context.Context, snap *live.Snapshot, set, id string, w window, shapes bool, do func(areaItem) error) error {
	counts, err := live.Remember(&snap.Cache, "api/held", func() (map[[2]string]org.AreaCount, error) { return held(ctx, snap.DB) })
	if err != nil {
		return err
	}
	geometry := "''"
	if shapes {
		geometry = "coalesce(geometry, '')"
	}
	rows, err := snap.DB.QueryContext(ctx, fmt.Sprintf(areasQuery, geometry), set, id, w.limit, w.offset)
	if err != nil {
		return fmt.Errorf("areas: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanArea(rows)
		if err != nil {
			return fmt.Errorf("areas: %w", err)
		}
		a.count(counts[[2]string{a.Set, a.ID}])
		if err := do(a); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanArea(rows *sql.Rows) (areaItem, error) {
	var a areaItem
	var kind, note, shape string
	var km2, lon, lat sql.NullFloat64
	var box [4]sql.NullFloat64
	err := rows.Scan(&a.Set, &a.ID, &a.Name, &kind, &note, &km2, &lon, &lat, &box[0], &box[1], &box[2], &box[3], &a.Record.Source, &a.Record.File, &a.Record.Line, &shape)
	a.Kind, a.Note, a.Km2, a.Lon, a.Lat, a.URL = optText(kind), optText(note), optFloat(km2), optFloat(lon), optFloat(lat), at("areas", a.Set, a.ID)
	if box[0].Valid && box[1].Valid && box[2].Valid && box[3].Valid {
		a.Box = &[4]float64{box[0].Float64, box[1].Float64, box[2].Float64, box[3].Float64}
	}
	if a.geometry = json.RawMessage("null"); shape != "" {
		a.geometry = json.RawMessage(shape)
	}
	return a, err
}

// count fills in what the area holds.
func (i *areaItem) count(c org.AreaCount) {
	i.Organisations, i.Crowded, i.Counted = int64(c.Organisations), int64(c.Crowded), int64(c.Counted)
	if c.Counted > 0 {
		i.Employees = &c.Employees
	}
}

// held is what each area holds, by set and id.
func held(ctx context.Context, q lake.Querier) (map[[2]string]org.AreaCount, error) {
	counts, err := org.AreaCounts(ctx, q, "", "")
	out := make(map[[2]string]org.AreaCount, len(counts))
	for _, c := range counts {
		out[[2]string{c.Set, c.ID}] = c
	}
	return out, err
}

func (s *Server) areas(a *ask) error {
	ctx := a.r.Context()
	sets, err := live.Remember(&a.snap.Cache, "api/sets", func() ([]place.Set, error) { return place.Sets(ctx, a.snap.DB) })
	if err != nil {
		return err
	}
	set, total, names := a.query.text("set"), 0, []string{}
	items := []setItem{}
	for _, one := range sets {
		items, names = append(items, setItem{one.Name, one.Label(), one.Drawn, one.N}), append(names, one.Name)
		if set == "" || set == one.Name {
			total += one.N
		}
	}
	a.query.choice("set", names...)
	w := a.window()
	if err := a.query.err(); err != nil {
		return err
	}
	p := newPage[areaItem](a, w, total)
	if a.format == asCSV {
		return s.table(a, w, p.Total, "areas", areaColumns, func(row func(...string) error) error {
			return eachArea(ctx, a.snap, set, "", w, false, func(i areaItem) error { return row(i.cells()...) })
		})
	}
	var features []feature
	if err := eachArea(ctx, a.snap, set, "", w, a.format == asGeoJSON, func(i areaItem) error {
		p.Items = append(p.Items, i)
		features = append(features, i.feature())
		return nil
	}); err != nil {
		return err
	}
	if a.format == asGeoJSON {
		return a.send(p.collection(features))
	}
	return a.send(areaPage{p, items})
}

func (s *Server) area(a *ask) error {
	ctx, set, id := a.r.Context(), a.r.PathValue("set"), a.r.PathValue("id")
	var found *areaItem
	if err := eachArea(ctx, a.snap, set, id, window{limit: 1}, true, func(i areaItem) error {
		found = &i
		return nil
	}); err != nil {
		return err
	}
	if found == nil {
		return fmt.Errorf("area %s of set %s: %w", id, set, place.ErrNotFound)
	}
	if a.format == asGeoJSON {
		return a.send(areaFeature{found.feature(), a.snap.Rel.ID})
	}
	out := areaAnswer{Release: a.snap.Rel.ID, Area: *found, Roles: []roleCount{}, Sections: []sectionCount{}, Geometry: found.geometry}
	filter := org.Filter{AreaSet: set, AreaID: id}
	roles, err := org.CountByRole(ctx, a.snap.DB, filter)
	if err != nil {
		return err
	}
	for _, c := range roles {
		out.Roles = append(out.Roles, roleCount{c.Key, c.N})
	}
	sections, err := org.CountBySection(ctx, a.snap.DB, filter)
	if err != nil {
		return err
	}
	for _, c := range sections {
		out.Sections = append(out.Sections, sectionCount{c.Key, org.SectionLabel(c.Key), c.N})
	}
	return a.send(out)
}
