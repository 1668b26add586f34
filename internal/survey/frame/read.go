package frame

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"milieu/internal/lake"
)

// Read makes the frame of a query from a release. What an organisation is like is what the release says: the employees are those
// stated in its last accounts, its industry is that of its main code, its place is that of a site where it works and else its
// registered office; an address of mass registration is no place. The error is a *QueryError, or ErrEmpty.
func Read(ctx context.Context, q lake.Querier, release string, ask Query) (Frame, error) {
	if err := ask.Check(); err != nil {
		return Frame{}, err
	}
	f := Frame{Query: ask, ReleaseID: release}
	anchor, err := anchorPlaces(ctx, q, ask.Anchor)
	if err != nil {
		return Frame{}, err
	}
	areas, err := areaNames(ctx, q, ask.Areas)
	if err != nil {
		return Frame{}, err
	}
	where, args := ask.where()
	rows, err := q.QueryContext(ctx, fmt.Sprintf(unitQuery, where), append([]any{ask.Areas}, args...)...)
	if err != nil {
		return Frame{}, fmt.Errorf("read the frame from release %s: %w", release, err)
	}
	defer rows.Close()
	for rows.Next() {
		u, err := scanUnit(rows, anchor)
		if err != nil {
			return Frame{}, fmt.Errorf("read the frame from release %s: %w", release, err)
		}
		if f.Units = append(f.Units, u); len(f.Units) > Most {
			return Frame{}, &QueryError{"query", fmt.Sprintf("lets more than %d organisations pass; narrow it", Most)}
		}
	}
	if err := rows.Err(); err != nil {
		return Frame{}, fmt.Errorf("read the frame from release %s: %w", release, err)
	}
	if len(f.Units) == 0 {
		return Frame{}, ErrEmpty
	}
	f.group(areas)
	return f, f.stratify()
}

// unitQuery reads the firms that pass with the place, the size and the industry that the release has of each. An organisation
// has one place here: where it works before where it is registered.
const unitQuery = `
with chosen as materialized (
  select o.org_id, o.name, coalesce(o.section, '') as section, o.employees, o.founded, o.main_code, o.source, coalesce(o.register_source, o.source) as founded_source
  from organisation o where %s
),
site_of as (
  select s.org_id, s.site_id, coalesce(s.address, '') as address, coalesce(s.town, '') as town, coalesce(s.postcode, '') as postcode, s.lon, s.lat, s.mass_registration, s.source,
    row_number() over (partition by s.org_id order by s.mass_registration, s.kind = 'registered-office', s.lon is null, s.site_id) as nth
  from site s where s.org_id in (select org_id from chosen)
),
area_of as (
  select a.org_id, a.site_id, min(a.area_id) as area_id from site_area a where a.area_set = $1 group by a.org_id, a.site_id
),
head as (
  select h.org_id, arg_max(h.source, {'period': coalesce(h.period_end, date '1900-01-01'), 'n': h.employees, 'source': h.source}) as source
  from headcount h where h.org_id in (select org_id from chosen) group by h.org_id
),
trade as (
  select a.org_id, arg_min({'label': a.label, 'source': a.source}, {'main': a.code is distinct from c.main_code, 'at': coalesce(a.position, 0), 'label': a.label, 'source': a.source}) as what
  from activity a join chosen c on c.org_id = a.org_id where a.label is not null group by a.org_id
)
select c.org_id, c.name, c.section, c.employees, c.founded, c.source, c.founded_source,
  coalesce(s.address, ''), coalesce(s.town, ''), coalesce(s.postcode, ''), s.lon, s.lat, coalesce(s.mass_registration, false), coalesce(s.source, ''),
  coalesce(a.area_id, ''), coalesce(h.source, ''), coalesce(t.what.label, ''), coalesce(t.what.source, '')
from chosen c
left join site_of s on s.org_id = c.org_id and s.nth = 1
left join area_of a on a.org_id = s.org_id and a.site_id = s.site_id
left join head h on h.org_id = c.org_id
left join trade t on t.org_id = c.org_id
order by c.org_id`

// where is the condition on organisations, with its arguments from $2 on.
func (q Query) where() (string, []any) {
	parts := []string{
		"($2 = '' or list_contains(string_split(o.roles, ';'), $2))", "($3 = '' or o.section = $3)",
		"($4 = '' or o.org_id in (select org_id from site_area where area_set = $4 and area_id = $5))", "($6 = '' or o.origin = $6)",
	}
	args := []any{q.Role, q.Section, q.AreaSet, q.AreaID, q.Origin}
	add := func(part string, arg any) {
		args = append(args, arg)
		parts = append(parts, strings.ReplaceAll(part, "?", "$"+strconv.Itoa(len(args)+1)))
	}
	switch q.Status {
	case "":
	case Running:
		parts = append(parts, "(coalesce(o.status, '') = '' or starts_with(lower(o.status), 'active') and not contains(lower(o.status), 'strike off'))")
	default:
		add("o.status = ?", q.Status)
	}
	if q.Sector != "" {
		add("o.org_id in (select org_id from sector_member where sector = ?)", q.Sector)
	}
	if q.MinEmployees > 0 {
		add("o.employees >= ?", q.MinEmployees)
	}
	if q.MaxEmployees > 0 {
		add("o.employees <= ?", q.MaxEmployees)
	}
	return strings.Join(parts, "\n    and "), args
}

// scanUnit reads one firm; its area is left in its groups as it is, to be named by group.
func scanUnit(rows *sql.Rows, anchor []point) (Unit, error) {
	var section, source, foundedFrom, address, town, postcode, siteFrom, area, headFrom, trade, tradeFrom string
	var employees sql.NullInt64
	var founded sql.NullTime
	var lon, lat sql.NullFloat64
	var mass bool
	u := Unit{Employees: -1, DistanceKM: -1, Groups: map[string]string{}, Known: map[string]string{}, Source: map[string]string{}}
	err := rows.Scan(&u.OrgID, &u.Name, &section, &employees, &founded, &source, &foundedFrom, &address, &town, &postcode, &lon, &lat, &mass, &siteFrom, &area, &headFrom, &trade, &tradeFrom)
	if err != nil {
		return u, err
	}
	u.Name = oneLine(u.Name)
	u.know("name", u.Name, source)
	if employees.Valid {
		u.Employees = int(employees.Int64)
		u.know("employees", strconv.Itoa(u.Employees), cmp.Or(headFrom, source))
	}
	u.know("address", oneLine(address), siteFrom)
	u.know("town", oneLine(town), siteFrom)
	u.know("postcode", oneLine(postcode), siteFrom)
	u.know("industry", oneLine(trade), tradeFrom)
	if founded.Valid {
		u.know("founded", founded.Time.Format(time.DateOnly), foundedFrom)
	}
	if lon.Valid && lat.Valid && !mass {
		u.DistanceKM = nearest(anchor, point{lon.Float64, lat.Float64})
	}
	if mass {
		area = ""
	}
	u.Groups[Size], u.Groups[Section], u.Groups[Area], u.Groups[Distance] = sizeOf(u.Employees), orUnknown(section), orUnknown(area), distanceOf(u.DistanceKM)
	return u, nil
}

// know notes a fact with its source; what is empty is not known.
func (u Unit) know(fact, value, source string) {
	if value != "" {
		u.Known[fact], u.Source[fact] = value, source
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func orUnknown(s string) string {
	if s == "" {
		return Unknown
	}
	return s
}

// point is a place in degrees.
type point struct{ lon, lat float64 }

const anchorQuery = `select s.lon, s.lat from site s where s.org_id = $1 and s.lon is not null and s.lat is not null and not s.mass_registration order by s.site_id`

// anchorPlaces are the places of the organisation from which distance is measured.
func anchorPlaces(ctx context.Context, q lake.Querier, id string) ([]point, error) {
	if id == "" {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, anchorQuery, id)
	if err != nil {
		return nil, fmt.Errorf("places of the frame's anchor %s: %w", id, err)
	}
	defer rows.Close()
	var out []point
	for rows.Next() {
		var p point
		if err := rows.Scan(&p.lon, &p.lat); err != nil {
			return nil, fmt.Errorf("places of the frame's anchor %s: %w", id, err)
		}
		out = append(out, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("places of the frame's anchor %s: %w", id, err)
	}
	if len(out) == 0 {
		return nil, &QueryError{"anchor", fmt.Sprintf("%q is no organisation of the release with a place on the map", id)}
	}
	return out, nil
}

const areaQuery = `select a.area_id, coalesce(a.name, a.area_id) from area a where a.area_set = $1 order by 2, 1`

// areaNames are the areas of a set in the order of their names.
func areaNames(ctx context.Context, q lake.Querier, set string) ([]Category, error) {
	if set == "" {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, areaQuery, set)
	if err != nil {
		return nil, fmt.Errorf("areas of the frame's groups: %w", err)
	}
	defer rows.Close()
	var out []Category
	for rows.Next() {
		var c Category
		if err := rows.Scan(&c.Key, &c.Label); err != nil {
			return nil, fmt.Errorf("areas of the frame's groups: %w", err)
		}
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("areas of the frame's groups: %w", err)
	}
	if len(out) == 0 {
		return nil, &QueryError{"areas", fmt.Sprintf("%q is no set of areas of the release", set)}
	}
	return out, nil
}

// earth is the mean radius of the Earth in km (IUGG). Along a sphere of it a distance is at most 0.6 % off the ellipsoid's.
const earth = 6371.0088

// nearest is the distance from p to the nearest of the places in km, to the metre, along the sphere (haversine); -1 where there is none.
func nearest(places []point, p point) float64 {
	best := -1.0
	const rad = math.Pi / 180
	for _, a := range places {
		sinLat, sinLon := math.Sin((p.lat-a.lat)*rad/2), math.Sin((p.lon-a.lon)*rad/2)
		h := sinLat*sinLat + math.Cos(p.lat*rad)*math.Cos(a.lat*rad)*sinLon*sinLon
		if d := 2 * earth * math.Asin(math.Sqrt(min(h, 1))); best < 0 || d < best {
			best = d
		}
	}
	return math.Round(best*1000) / 1000
}
