package org

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/place"
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
	Joined                 []JoinedRecord // all records of an organisation that is made of several, its own first
	Identifiers            []Identifier
	Sites                  []Site
	Activities             []Activity
	Headcounts             []Headcount
	Ties                   []Tie
	Facilities             []Facility
	Names                  []Name          // other names than Name
	Projects               []Participation // what it takes part in, the newest first
	Group                  Group
}

// JoinedRecord is one of several records that are one organisation.
type JoinedRecord struct {
	Key, Origin, Name string
	JoinedBy          string // own, company number or another identifier, evidence, or decision D12
	// Weight and Probability are those of the pair with the record With, where the two
	// were compared.
	Weight, Probability sql.NullFloat64
	With                string
	Record              evidence.Record
}

// ByEvidence says that neither an identifier nor a decision joins the record.
func (j JoinedRecord) ByEvidence() bool { return j.JoinedBy == byEvidence }

// ByDecision is the id of the decision that joins the record, "" where none does.
func (j JoinedRecord) ByDecision() string {
	id, ok := strings.CutPrefix(j.JoinedBy, byDecision)
	if !ok {
		return ""
	}
	return id
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
	Areas                                    []place.Ref
	Record                                   evidence.Record
}

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

// Find reads one organisation. The error is ErrNotFound where there is none.
func (r Reader) Find(ctx context.Context, id string) (Organisation, error) {
	o, err := r.rows.organisation(id)
	if err != nil {
		return o, err
	}
	if o.Origin == "register" {
		o.RegisterKey, o.RegisterName, o.Register = o.ID, o.Name, o.Record
	}
	if err := r.rows.parts(&o); err != nil {
		return o, err
	}
	for i := range o.Sites {
		if s := &o.Sites[i]; s.Lon.Valid {
			s.Areas = r.atlas.Around(s.Lon.Float64, s.Lat.Float64)
		}
	}
	for _, part := range []func(context.Context, lake.Querier, *Organisation) error{findJoined, findTies, findFacilities, findNames, findProjects, findGroup} {
		if err := part(ctx, r.q, &o); err != nil {
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

const joinedQuery = `select key, origin, name, joined_by, weight, probability, coalesce(with_key, ''), source, file, line from record
where org_id = $1 order by joined_by <> 'own', case origin when 'team' then 0 when 'register' then 1 else 2 end, key, source, file, line`

func joined(ctx context.Context, q lake.Querier, id string) ([]JoinedRecord, error) {
	var out []JoinedRecord
	err := each(ctx, q, joinedQuery, func(r *sql.Rows) error {
		var j JoinedRecord
		err := r.Scan(&j.Key, &j.Origin, &j.Name, &j.JoinedBy, &j.Weight, &j.Probability, &j.With, &j.Record.Source, &j.Record.File, &j.Record.Line)
		out = append(out, j)
		return err
	}, id)
	return out, err
}

func findJoined(ctx context.Context, q lake.Querier, o *Organisation) (err error) {
	o.Joined, err = joined(ctx, q, o.ID)
	return err
}

const tieColumns = `select tie_id, kind, from_id, from_name, to_id, to_name, start_year, end_year, amount_p, coalesce(project, ''),
  coalesce(source_url, ''), source_year, source, file, line `

func scanTie(r *sql.Rows) (Tie, error) {
	var t Tie
	err := r.Scan(&t.ID, &t.Kind, &t.FromID, &t.FromName, &t.ToID, &t.ToName, &t.Start, &t.End, &t.AmountP, &t.Project,
		&t.SourceURL, &t.SourceYear, &t.Record.Source, &t.Record.File, &t.Record.Line)
	return t, err
}

func findTies(ctx context.Context, q lake.Querier, o *Organisation) error {
	return each(ctx, q, tieColumns+"from tie_end where org_id = $1 order by kind, from_name, to_name, tie_id", func(r *sql.Rows) error {
		t, err := scanTie(r)
		o.Ties = append(o.Ties, t)
		return err
	}, o.ID)
}

// Ties reads all ties, in the order of their ids.
func Ties(ctx context.Context, q lake.Querier) ([]Tie, error) {
	var out []Tie
	err := each(ctx, q, tieColumns+"from tie order by tie_id", func(r *sql.Rows) error {
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
