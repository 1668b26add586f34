package org

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// ErrNotFound says that no organisation has the id.
var ErrNotFound = errors.New("there is no such organisation in this release")

// Organisation is all that the release holds on one organisation.
type Organisation struct {
	ID, Name, Kind, Status string
	Roles                  []string
	Section, MainCode      string
	Founded, EmployeesAt   sql.NullTime
	Employees              sql.NullInt64
	Note, SourceURL        string
	SourceYear             sql.NullInt64
	Origin                 string
	Record                 evidence.Record
	RegisterKey            string // scheme-value of the register entry joined with it
	RegisterName           string
	Register               evidence.Record
	Identifiers            []Identifier
	Sites                  []Site
	Activities             []Activity
	Headcounts             []Headcount
	Ties                   []Tie
	Facilities             []Facility
}

// Identifier is a scheme and a value, never a bare number.
type Identifier struct {
	Scheme, Value string
	Record        evidence.Record
}

// URL is the page of the identifier's register, "" where it has none.
func (i Identifier) URL() string {
	switch i.Scheme {
	case "GB-COH":
		return "https://find-and-update.company-information.service.gov.uk/company/" + i.Value
	case "ROR":
		return "https://ror.org/" + i.Value
	}
	return ""
}

// Site is a place of an organisation. A registered office is not a place of work.
type Site struct {
	ID, Kind, Address, Town, Postcode, Label string
	Lon, Lat, PrecisionM                     sql.NullFloat64
	LocatedBy                                string
	MassRegistration                         bool
	RegisteredHere                           sql.NullInt64
	Areas                                    []AreaRef
	Record                                   evidence.Record
}

// AreaRef names an area around a site.
type AreaRef struct{ Set, ID, Name string }

// Activity is an industry code or words on what an organisation does.
type Activity struct {
	Scheme, Code, Label string
	Record              evidence.Record
}

// Headcount is the number of employees stated in accounts.
type Headcount struct {
	PeriodEnd sql.NullTime
	Employees int64
	Record    evidence.Record
}

// Tie is a link between two organisations with its evidence, seen from one of them.
type Tie struct {
	ID, Kind         string
	FromID, FromName string
	ToID, ToName     string
	Start, End       sql.NullInt64
	AmountP          sql.NullInt64
	Project          string
	SourceURL        string
	SourceYear       sql.NullInt64
	Record           evidence.Record
}

// Facility is equipment or space that an organisation runs.
type Facility struct {
	ID, Name, Host, HostID, Place, Tags, Description, Access string
	Lon, Lat, PrecisionM                                     sql.NullFloat64
	LocatedBy, SourceURL                                     string
	Record                                                   evidence.Record
}

const findQuery = `
select org_id, name, coalesce(kind, ''), coalesce(status, ''), roles, coalesce(section, ''), coalesce(main_code, ''), founded, employees_at,
  employees, coalesce(note, ''), coalesce(source_url, ''), source_year, origin, source, file, line,
  coalesce(register_key, ''), coalesce(register_name, ''), coalesce(register_source, ''), coalesce(register_file, ''), coalesce(register_line, 0)
from organisation where org_id = $1`

// Find reads one organisation. The error is ErrNotFound where there is none.
func Find(ctx context.Context, q lake.Querier, id string) (Organisation, error) {
	var o Organisation
	var roles string
	err := q.QueryRowContext(ctx, findQuery, id).Scan(&o.ID, &o.Name, &o.Kind, &o.Status, &roles, &o.Section, &o.MainCode, &o.Founded, &o.EmployeesAt,
		&o.Employees, &o.Note, &o.SourceURL, &o.SourceYear, &o.Origin, &o.Record.Source, &o.Record.File, &o.Record.Line,
		&o.RegisterKey, &o.RegisterName, &o.Register.Source, &o.Register.File, &o.Register.Line)
	if errors.Is(err, sql.ErrNoRows) {
		return o, ErrNotFound
	}
	if err != nil {
		return o, fmt.Errorf("organisation %s: %w", id, err)
	}
	o.Roles = strings.Split(roles, ";")
	if o.Origin == "register" {
		o.RegisterKey, o.RegisterName, o.Register = o.ID, o.Name, o.Record
	}
	for _, part := range []func(context.Context, lake.Querier, *Organisation) error{findIdentifiers, findSites, findActivities, findHeadcounts, findTies, findFacilities} {
		if err := part(ctx, q, &o); err != nil {
			return o, fmt.Errorf("organisation %s: %w", id, err)
		}
	}
	return o, nil
}

// each runs a query for one organisation and scans row by row.
func each(ctx context.Context, q lake.Querier, query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func findIdentifiers(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, "select scheme, value, source, file, line from identifier where org_id = $1 order by scheme, value, source", func(r *sql.Rows) error {
		var i Identifier
		err := r.Scan(&i.Scheme, &i.Value, &i.Record.Source, &i.Record.File, &i.Record.Line)
		if n := len(o.Identifiers); n > 0 && o.Identifiers[n-1].Scheme == i.Scheme && o.Identifiers[n-1].Value == i.Value {
			return err // another source says the same
		}
		o.Identifiers = append(o.Identifiers, i)
		return err
	}, o.ID)
}

// findSites reads the sites by the range of their ids, which begin with the
// organisation's and a colon: a range of a sorted column is found without reading it.
func findSites(ctx context.Context, q lake.Querier, o *Organisation) error {
	err := each(ctx, q, `select site_id, kind, coalesce(address, ''), coalesce(town, ''), coalesce(postcode, ''), coalesce(label, ''), lon, lat, precision_m,
  coalesce(located_by, ''), mass_registration, registered_here, source, file, line from site where site_id >= $1 and site_id < $2 order by kind desc`, func(r *sql.Rows) error {
		var s Site
		err := r.Scan(&s.ID, &s.Kind, &s.Address, &s.Town, &s.Postcode, &s.Label, &s.Lon, &s.Lat, &s.PrecisionM,
			&s.LocatedBy, &s.MassRegistration, &s.RegisteredHere, &s.Record.Source, &s.Record.File, &s.Record.Line)
		o.Sites = append(o.Sites, s)
		return err
	}, o.ID+":", o.ID+";")
	if err != nil {
		return err
	}
	for i := range o.Sites {
		s := &o.Sites[i]
		if !s.Lon.Valid {
			continue
		}
		err := each(ctx, q, "select p.area_set, p.area_id, a.name from site_area p join area a using (area_set, area_id) where p.site_id = $1 order by p.area_set, a.name", func(r *sql.Rows) error {
			var a AreaRef
			err := r.Scan(&a.Set, &a.ID, &a.Name)
			s.Areas = append(s.Areas, a)
			return err
		}, s.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func findActivities(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, "select scheme, coalesce(code, ''), coalesce(label, ''), source, file, line from activity where org_id = $1 order by scheme desc, position, source", func(r *sql.Rows) error {
		var a Activity
		err := r.Scan(&a.Scheme, &a.Code, &a.Label, &a.Record.Source, &a.Record.File, &a.Record.Line)
		o.Activities = append(o.Activities, a)
		return err
	}, o.ID)
}

func findHeadcounts(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, "select period_end, employees, source, file, line from headcount where org_id = $1 order by period_end desc nulls last", func(r *sql.Rows) error {
		var h Headcount
		err := r.Scan(&h.PeriodEnd, &h.Employees, &h.Record.Source, &h.Record.File, &h.Record.Line)
		o.Headcounts = append(o.Headcounts, h)
		return err
	}, o.ID)
}

const tieColumns = `select t.tie_id, t.kind, t.from_id, f.name, t.to_id, g.name, t.start_year, t.end_year, t.amount_p, coalesce(t.project, ''),
  coalesce(t.source_url, ''), t.source_year, t.source, t.file, t.line
from tie t join organisation f on f.org_id = t.from_id join organisation g on g.org_id = t.to_id `

func scanTie(r *sql.Rows) (Tie, error) {
	var t Tie
	err := r.Scan(&t.ID, &t.Kind, &t.FromID, &t.FromName, &t.ToID, &t.ToName, &t.Start, &t.End, &t.AmountP, &t.Project,
		&t.SourceURL, &t.SourceYear, &t.Record.Source, &t.Record.File, &t.Record.Line)
	return t, err
}

func findTies(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, tieColumns+"where t.from_id = $1 or t.to_id = $1 order by t.kind, f.name, g.name, t.tie_id", func(r *sql.Rows) error {
		t, err := scanTie(r)
		o.Ties = append(o.Ties, t)
		return err
	}, o.ID)
}

// Ties reads all ties, in the order of their ids.
func Ties(ctx context.Context, q lake.Querier) ([]Tie, error) {
	var out []Tie
	err := each(ctx, q, tieColumns+"order by t.tie_id", func(r *sql.Rows) error {
		t, err := scanTie(r)
		out = append(out, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ties: %w", err)
	}
	return out, nil
}

const facilityColumns = `select facility_id, name, coalesce(host, ''), coalesce(host_id, ''), coalesce(place, ''), coalesce(tags, ''), coalesce(description, ''),
  coalesce(access, ''), lon, lat, precision_m, coalesce(located_by, ''), coalesce(source_url, ''), source, file, line from facility `

func scanFacility(r *sql.Rows) (Facility, error) {
	var f Facility
	err := r.Scan(&f.ID, &f.Name, &f.Host, &f.HostID, &f.Place, &f.Tags, &f.Description, &f.Access, &f.Lon, &f.Lat, &f.PrecisionM, &f.LocatedBy,
		&f.SourceURL, &f.Record.Source, &f.Record.File, &f.Record.Line)
	return f, err
}

func findFacilities(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, facilityColumns+"where host_id = $1 order by name", func(r *sql.Rows) error {
		f, err := scanFacility(r)
		o.Facilities = append(o.Facilities, f)
		return err
	}, o.ID)
}

// Facilities reads all facilities by name.
func Facilities(ctx context.Context, q lake.Querier) ([]Facility, error) {
	var out []Facility
	err := each(ctx, q, facilityColumns+"order by name, facility_id", func(r *sql.Rows) error {
		f, err := scanFacility(r)
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("facilities: %w", err)
	}
	return out, nil
}

// SICSections are the sections of the Standard Industrial Classification 2007.
var SICSections = []struct{ Letter, Label string }{
	{"A", "Agriculture, forestry and fishing"}, {"B", "Mining and quarrying"}, {"C", "Manufacturing"}, {"D", "Electricity and gas"},
	{"E", "Water and waste"}, {"F", "Construction"}, {"G", "Wholesale and retail"}, {"H", "Transport and storage"},
	{"I", "Accommodation and food"}, {"J", "Information and communication"}, {"K", "Finance and insurance"}, {"L", "Real estate"},
	{"M", "Professional, scientific and technical"}, {"N", "Administrative and support"}, {"O", "Public administration"}, {"P", "Education"},
	{"Q", "Health and social work"}, {"R", "Arts and recreation"}, {"S", "Other services"}, {"T", "Households as employers"}, {"U", "Extraterritorial bodies"},
}

// SectionLabel is the name of a section.
func SectionLabel(letter string) string {
	for _, s := range SICSections {
		if s.Letter == letter {
			return s.Label
		}
	}
	return letter
}
