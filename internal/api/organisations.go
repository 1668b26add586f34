package api

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/place"
)

// nameHits is how many organisations a search by name gives at most.
const nameHits = 1000

// organisationItem is an organisation in a list.
type organisationItem struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Kind      *string  `json:"kind"`
	Roles     []string `json:"roles"`
	Section   *string  `json:"section"`
	Status    *string  `json:"status"`
	Where     *string  `json:"where"`
	Employees *int64   `json:"employees"`
	Ties      int64    `json:"ties"`
	Origin    string   `json:"origin"`
	SourceURL *string  `json:"source_url"`
	Record    record   `json:"record"`
	URL       string   `json:"url"`
}

func organisationOf(o org.Summary) organisationItem {
	return organisationItem{ID: o.ID, Name: o.Name, Kind: optText(o.Kind), Roles: words(o.Roles), Section: optText(o.Section), Status: optText(o.Status), Where: optText(o.Where),
		Employees: optInt(o.Employees), Ties: int64(o.Ties), Origin: o.Origin, SourceURL: optText(o.SourceURL), Record: from(o.Record), URL: at("organisations", o.ID)}
}

var organisationColumns = []string{"id", "name", "kind", "roles", "section", "status", "where", "employees", "ties", "origin", "source_url", "source", "file", "line"}

func (o organisationItem) cells() []string {
	return append([]string{o.ID, o.Name, cell(o.Kind), strings.Join(o.Roles, ";"), cell(o.Section), cell(o.Status), cell(o.Where), cell(o.Employees), cell(&o.Ties), o.Origin,
		cell(o.SourceURL)}, o.Record.cells()...)
}

// organisationPage is a page of organisations; Truncated says that a search by name
// found more than it gives.
type organisationPage struct {
	page[organisationItem]
	Truncated bool `json:"truncated"`
}

// organisationsAsked reads the filters of the list.
func organisationsAsked(a *ask) (f org.Filter, by org.Sort, truncated bool) {
	q := &a.query
	var roles, sections []string
	for _, r := range org.Roles {
		roles = append(roles, r.Key)
	}
	for _, s := range org.SICSections {
		sections = append(sections, s.Letter)
	}
	f = org.Filter{Role: q.choice("role", append(roles, org.RoleOther)...), Section: q.choice("section", sections...), AreaSet: q.text("area_set"), AreaID: q.text("area"),
		Origin: q.choice("origin", "team", "register", "list"), Status: q.text("status")}
	if (f.AreaSet == "") != (f.AreaID == "") {
		q.bad("area_set and area name an area together, such as area_set=team and area=amp. Give both; /api/v1/areas lists them.")
	}
	by = org.Sort(q.choice("sort", "rank", string(org.ByName), string(org.ByNameDown), string(org.ByEmployees), string(org.ByFewest)))
	if by == "rank" {
		by = org.ByRank
	}
	if name := q.text("q"); name != "" && q.fault == nil {
		found := a.snap.Search.Search(name, nameHits)
		f.Docs = []uint32{}
		for _, h := range found.Hits {
			f.Docs = append(f.Docs, h.Doc)
		}
		truncated = found.Truncated || len(found.Hits) == nameHits
	}
	return f, by, truncated
}

func (s *Server) organisations(a *ask) error {
	f, by, truncated := organisationsAsked(a)
	w := a.window()
	if err := a.query.err(); err != nil {
		return err
	}
	ctx := a.r.Context()
	total, err := org.Total(ctx, a.snap.DB, f)
	if err != nil {
		return err
	}
	if total == 0 && f.AreaID != "" {
		if err := wantArea(ctx, a.snap.DB, f.AreaSet, f.AreaID); err != nil {
			return err
		}
	}
	p := newPage[organisationItem](a, w, total)
	a.w.Header().Set("Milieu-Truncated", strconv.FormatBool(truncated))
	if a.format == asCSV {
		return s.table(a, w, p.Total, "organisations", organisationColumns, func(row func(...string) error) error {
			return s.eachOrganisation(ctx, a.snap.DB, f, by, w, func(o org.Summary) error { return row(organisationOf(o).cells()...) })
		})
	}
	if err := s.eachOrganisation(ctx, a.snap.DB, f, by, w, func(o org.Summary) error {
		p.Items = append(p.Items, organisationOf(o))
		return nil
	}); err != nil {
		return err
	}
	if a.format == asJSON {
		return a.send(organisationPage{p, truncated})
	}
	features, err := siteFeatures(ctx, a.snap.DB, p.Items)
	if err != nil {
		return err
	}
	return a.send(p.collection(features))
}

// partDocs is how many organisations are read at once of a whole list: the engine holds
// what it has read until the reader has taken it.
const partDocs = 50_000

// eachOrganisation reads a part of a list. A document's number is its rank, so a list by
// rank is read from one number to another, which spares the engine from sorting all.
func (s *Server) eachOrganisation(ctx context.Context, q lake.Querier, f org.Filter, by org.Sort, w window, do func(org.Summary) error) error {
	everyone := reflect.ValueOf(f).IsZero()
	if by != org.ByRank || f.Docs != nil || !everyone && !w.whole {
		return org.Each(ctx, q, f, by, w.limit, w.offset, do)
	}
	n, err := org.Total(ctx, q, org.Filter{})
	if err != nil {
		return err
	}
	from, to, skip := 0, n, w.offset
	if everyone {
		from, to, skip = min(w.offset, n), min(w.offset+w.limit, n), 0
	}
	for ; from < to; from += s.part {
		f.Docs = nil
		for d := from; d < min(from+s.part, to); d++ {
			f.Docs = append(f.Docs, uint32(d))
		}
		if err := org.Each(ctx, q, f, by, s.part, 0, func(o org.Summary) error {
			if skip > 0 {
				skip--
				return nil
			}
			return do(o)
		}); err != nil {
			return err
		}
	}
	return nil
}

// wantArea is a fault when the release has no such area: an empty list would look as
// if the area held nothing.
func wantArea(ctx context.Context, q lake.Querier, set, id string) error {
	_, err := place.Find(ctx, q, set, id)
	if errors.Is(err, place.ErrNotFound) {
		return failed(badParameter, "There is no area %q in a set %q. /api/v1/areas lists the areas.", clip(id), clip(set))
	}
	return err
}

// siteProperties is what a point on the map says of its site and organisation.
type siteProperties struct {
	Organisation     organisationItem `json:"organisation"`
	Kind             string           `json:"kind"`
	Label            *string          `json:"label"`
	Town             *string          `json:"town"`
	Postcode         *string          `json:"postcode"`
	LocatedBy        *string          `json:"located_by"`
	PrecisionM       *float64         `json:"precision_m"`
	MassRegistration bool             `json:"mass_registration"`
	Record           record           `json:"record"`
}

// site is a placed site.
type site struct {
	id string
	position
	siteProperties
}

// sitesQuery reads the placed sites of some organisations, given in one text. The
// first of each is the best place to draw a line to: one of work before an office,
// and an office of its own before an address that hundreds share.
const sitesQuery = `select s.org_id, s.site_id, s.lon, s.lat, s.kind, coalesce(s.label, ''), coalesce(s.town, ''), coalesce(s.postcode, ''), coalesce(s.located_by, ''), s.precision_m,
  s.mass_registration, s.source, s.file, s.line
from site s where s.lon is not null and s.lat is not null and s.org_id in (select unnest(string_split($1, chr(31))))
order by s.org_id, s.mass_registration, s.kind = 'registered-office', s.site_id`

// sitesOf finds the placed sites of organisations by their ids.
func sitesOf(ctx context.Context, q lake.Querier, ids []string) (map[string][]site, error) {
	rows, err := q.QueryContext(ctx, sitesQuery, strings.Join(ids, "\x1f"))
	if err != nil {
		return nil, fmt.Errorf("sites of organisations: %w", err)
	}
	defer rows.Close()
	out := map[string][]site{}
	for rows.Next() {
		var of, label, town, postcode, by string
		var s site
		var precision sql.NullFloat64
		if err := rows.Scan(&of, &s.id, &s.lon, &s.lat, &s.Kind, &label, &town, &postcode, &by, &precision, &s.MassRegistration, &s.Record.Source, &s.Record.File, &s.Record.Line); err != nil {
			return nil, fmt.Errorf("sites of organisations: %w", err)
		}
		s.Label, s.Town, s.Postcode, s.LocatedBy, s.PrecisionM = optText(label), optText(town), optText(postcode), optText(by), optFloat(precision)
		out[of] = append(out[of], s)
	}
	return out, rows.Err()
}

// siteFeatures are the placed sites of a page's organisations, in its order.
func siteFeatures(ctx context.Context, q lake.Querier, items []organisationItem) ([]feature, error) {
	ids := make([]string, len(items))
	for i, o := range items {
		ids[i] = o.ID
	}
	sites, err := sitesOf(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var out []feature
	for _, o := range items {
		for _, s := range sites[o.ID] {
			s.Organisation = o
			out = append(out, feature{"Feature", s.id, s.siteProperties, point(s.position)})
		}
	}
	return out, nil
}
