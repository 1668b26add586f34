package place

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
)

// ErrNotFound says that there is no such area.
var ErrNotFound = fmt.Errorf("there is no such area in this release: %w", fs.ErrNotExist)

// Drawn is the kind of areas that the team draws; others are official.
const Drawn = "drawn"

// Area is an area without its shape.
type Area struct {
	Set, ID, Name, Kind, Note string
	Km2                       float64
	Box                       geo.Box
	Record                    evidence.Record
}

// Set is a set of areas: the wards, or those that the team drew.
type Set struct {
	Name  string
	Drawn bool // the team drew all of them
	N     int
}

// setLabels are how common sets are called.
var setLabels = map[string]string{
	"team": "Drawn by the team", "lad": "Local authority districts", "ctry": "Countries", "country": "Countries", "rgn": "Regions", "region": "Regions",
	"itl1": "ITL 1 regions", "itl2": "ITL 2 regions", "itl3": "ITL 3 regions", "cauth": "Combined authorities", "ttwa": "Travel to work areas",
	"ward": "Wards", "msoa": "Middle layer output areas", "lsoa": "Lower layer output areas", "oa": "Output areas", "lep": "Local enterprise partnerships",
}

// Label is how the set is called.
func (s Set) Label() string { return SetLabel(s.Name) }

// SetLabel is how a set of areas is called.
func SetLabel(name string) string {
	if l := setLabels[name]; l != "" {
		return l
	}
	return "Areas " + strings.ReplaceAll(name, "-", " ")
}

// Sets lists the sets: the drawn ones first, then by number of areas.
func Sets(ctx context.Context, q lake.Querier) ([]Set, error) {
	const query = `select area_set, bool_and(coalesce(kind, '') = 'drawn') as drawn, count(*) as n from area group by area_set order by drawn desc, n, area_set`
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("sets of areas: %w", err)
	}
	defer rows.Close()
	var out []Set
	for rows.Next() {
		var s Set
		if err := rows.Scan(&s.Name, &s.Drawn, &s.N); err != nil {
			return nil, fmt.Errorf("sets of areas: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

const areaColumns = `area_set, area_id, coalesce(name, area_id), coalesce(kind, ''), coalesce(note, ''), coalesce(km2, 0), west, south, east, north, source, file, line`

func scanArea(scan func(...any) error, more ...any) (Area, error) {
	var a Area
	err := scan(append([]any{&a.Set, &a.ID, &a.Name, &a.Kind, &a.Note, &a.Km2, &a.Box.West, &a.Box.South, &a.Box.East, &a.Box.North,
		&a.Record.Source, &a.Record.File, &a.Record.Line}, more...)...)
	return a, err
}

// Areas lists the areas of a set by name; an empty set is all.
func Areas(ctx context.Context, q lake.Querier, set string) ([]Area, error) {
	rows, err := q.QueryContext(ctx, "select "+areaColumns+" from area where $1 = '' or area_set = $1 order by area_set, name, area_id", set)
	if err != nil {
		return nil, fmt.Errorf("areas: %w", err)
	}
	defer rows.Close()
	var out []Area
	for rows.Next() {
		a, err := scanArea(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("areas: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// Shape is an area with its geometry.
type Shape struct {
	Area
	Geometry geom.Geometry
}

// Find reads one area with its geometry. The error is ErrNotFound where there
// is none.
func Find(ctx context.Context, q lake.Querier, set, id string) (Shape, error) {
	var text string
	a, err := scanArea(q.QueryRowContext(ctx, "select "+areaColumns+", geometry from area where area_set = $1 and area_id = $2", set, id).Scan, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return Shape{}, fmt.Errorf("area %s of set %s: %w", id, set, ErrNotFound)
	}
	if err != nil {
		return Shape{}, fmt.Errorf("area %s of set %s: %w", id, set, err)
	}
	g, err := geom.UnmarshalGeoJSON([]byte(text))
	if err != nil {
		return Shape{}, fmt.Errorf("area %s of set %s: %w", id, set, err)
	}
	return Shape{a, g}, nil
}

// Contains says whether the position lies in the area.
func (s Shape) Contains(lon, lat float64) bool {
	return s.Box.Contains(lon, lat) && len(geo.NewLocator([]geom.Geometry{s.Geometry}).Locate(lon, lat)) > 0
}

// Shapes reads the shapes of a set that meet a box, thinned for display: no line
// moves by more than toleranceDeg. An empty set is every area that was drawn.
func Shapes(ctx context.Context, q lake.Querier, set string, within geo.Box, toleranceDeg float64) ([]Shape, error) {
	const query = "select " + areaColumns + `, geometry from area
where ($1 = '' and coalesce(kind, '') = 'drawn' or area_set = $1) and west <= $4 and east >= $2 and south <= $5 and north >= $3 order by area_set, area_id`
	rows, err := q.QueryContext(ctx, query, set, within.West, within.South, within.East, within.North)
	if err != nil {
		return nil, fmt.Errorf("shapes of areas: %w", err)
	}
	defer rows.Close()
	var out []Shape
	for rows.Next() {
		var text string
		a, err := scanArea(rows.Scan, &text)
		if err != nil {
			return nil, fmt.Errorf("shapes of areas: %w", err)
		}
		g, err := geom.UnmarshalGeoJSON([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("area %s of set %s: %w", a.ID, a.Set, err)
		}
		out = append(out, Shape{a, geo.Simplify(g, toleranceDeg)})
	}
	return out, rows.Err()
}

// Backdrop reads the schematic lines and points of the map as features with
// kind and name.
func Backdrop(ctx context.Context, q lake.Querier) ([]geo.Feature, error) {
	rows, err := q.QueryContext(ctx, "select coalesce(kind, ''), coalesce(name, ''), geometry from context order by source, file, line")
	if err != nil {
		return nil, fmt.Errorf("backdrop of the map: %w", err)
	}
	defer rows.Close()
	var out []geo.Feature
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			return nil, fmt.Errorf("backdrop of the map: %w", err)
		}
		g, err := geom.UnmarshalGeoJSON([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("backdrop of the map: %s: %w", name, err)
		}
		out = append(out, geo.Feature{Properties: map[string]string{"kind": kind, "name": name}, Geometry: g})
	}
	return out, rows.Err()
}

// Extent is the box that holds the sites but for the outermost hundredth on each
// side, so that one wrong point does not move the map; false without sites.
func Extent(ctx context.Context, q lake.Querier) (geo.Box, bool, error) {
	var w, s, e, n sql.NullFloat64
	const query = `select quantile_cont(lon, 0.01), quantile_cont(lat, 0.01), quantile_cont(lon, 0.99), quantile_cont(lat, 0.99) from site where lon is not null`
	if err := q.QueryRowContext(ctx, query).Scan(&w, &s, &e, &n); err != nil {
		return geo.Box{}, false, fmt.Errorf("extent of the sites: %w", err)
	}
	return geo.Box{West: w.Float64, South: s.Float64, East: e.Float64, North: n.Float64}, w.Valid, nil
}
