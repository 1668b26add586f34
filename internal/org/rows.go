package org

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/place"
	"milieu/internal/rowfile"
)

// rowQuery is one table as sorted text: the facts of an organisation's page, so
// that a page of one among millions costs no search by the engine. Columns are
// in the order in which the readers below take them.
type rowQuery struct {
	file, table, query string
}

var rowQueries = []rowQuery{
	{"organisation.rows", "organisation", `select org_id, name, kind, status, roles, section, main_code, founded, employees_at, employees, note, source_url, source_year, origin,
  source, file, line, register_key, register_name, register_source, register_file, register_line from organisation`},
	{"site.rows", "site", `select org_id, site_id, kind, address, town, postcode, label, lon, lat, precision_m, located_by, mass_registration, registered_here,
  source, file, line from site`},
	{"activity.rows", "activity", "select org_id, scheme, code, label, source, file, line from activity"},
	{"identifier.rows", "identifier", "select org_id, scheme, value, source, file, line from identifier"},
	{"headcount.rows", "headcount", "select org_id, period_end, employees, source, file, line from headcount order by org_id, period_end desc nulls last, employees desc, source, file, line"},
}

// rowStages write the row files. Where a table does not stand in the order of
// its organisations it is sorted here.
func rowStages() []lake.Stage {
	var stages []lake.Stage
	for _, q := range rowQueries {
		stages = append(stages, lake.Stage{Name: q.table + "_rows", File: q.file, Inputs: []string{q.table}, Grain: "one line a row of " + q.table,
			Version: "2 " + q.query, Run: func(ctx context.Context, w lake.Work) error { return spoolRows(ctx, w, q) }})
	}
	return stages
}

func spoolRows(ctx context.Context, w lake.Work, q rowQuery) error {
	path := filepath.Join(w.Dir, q.file)
	if err := w.DB.Spool(ctx, q.query, path); err != nil {
		return err
	}
	if err := checkRows(path); err == nil {
		return nil
	}
	if err := w.DB.Spool(ctx, "from ("+q.query+") order by org_id", path); err != nil {
		return err
	}
	return checkRows(path)
}

func checkRows(path string) error {
	data, done, err := lake.MapFile(path)
	if err != nil {
		return err
	}
	defer func() { _ = done() }() // mapped for reading only
	f, err := rowfile.Open(data)
	if err != nil {
		return err
	}
	return f.Check()
}

// Reader reads organisations of a release.
type Reader struct {
	q     lake.Querier
	rows  rows
	atlas place.Atlas
}

// rows are the row files by the name of their table.
type rows map[string]rowfile.File

// NewReader makes a reader; open gives the bytes of a file of the release, which
// must stay in place as long as the reader is used.
func NewReader(ctx context.Context, q lake.Querier, open func(file string) ([]byte, error)) (Reader, error) {
	r := Reader{q: q, rows: rows{}}
	for _, t := range rowQueries {
		data, err := open(t.file)
		if err != nil {
			return r, err
		}
		if r.rows[t.table], err = rowfile.Open(data); err != nil {
			return r, fmt.Errorf("%s: %w", t.file, err)
		}
	}
	var err error
	r.atlas, err = place.ReadAtlas(ctx, q)
	return r, err
}

// Around lists the areas of the release that contain a position, by set, then by name.
func (r Reader) Around(lon, lat float64) []place.Ref { return r.atlas.Around(lon, lat) }

// fields reads one row in order; the first fault stays.
type fields struct {
	f   []string
	i   int
	err error
}

func (r *fields) text() string {
	if r.i >= len(r.f) {
		r.err = fmt.Errorf("a row has %d fields and should have more", len(r.f))
		return ""
	}
	r.i++
	return r.f[r.i-1]
}

func (r *fields) integer() sql.NullInt64 {
	s := r.text()
	if s == "" {
		return sql.NullInt64{}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	r.fail(err)
	return sql.NullInt64{Int64: n, Valid: err == nil}
}

func (r *fields) number() sql.NullFloat64 {
	s := r.text()
	if s == "" {
		return sql.NullFloat64{}
	}
	n, err := strconv.ParseFloat(s, 64)
	r.fail(err)
	return sql.NullFloat64{Float64: n, Valid: err == nil}
}

func (r *fields) date() sql.NullTime {
	s := r.text()
	if s == "" {
		return sql.NullTime{}
	}
	t, err := time.Parse(time.DateOnly, s)
	r.fail(err)
	return sql.NullTime{Time: t, Valid: err == nil}
}

func (r *fields) record() evidence.Record {
	return evidence.Record{Source: r.text(), File: r.text(), Line: int(r.integer().Int64)}
}

func (r *fields) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// organisation reads the row of the organisation itself.
func (rs rows) organisation(id string) (Organisation, error) {
	found := rs["organisation"].Find(id)
	if len(found) == 0 {
		return Organisation{}, ErrNotFound
	}
	r := fields{f: found[0]}
	o := Organisation{ID: r.text(), Name: r.text(), Kind: r.text(), Status: r.text(), Roles: strings.Split(r.text(), ";"), Section: r.text(), MainCode: r.text(),
		Founded: r.date(), EmployeesAt: r.date(), Employees: r.integer(), Note: r.text(), SourceURL: r.text(), SourceYear: r.integer(), Origin: r.text(),
		Record: r.record(), RegisterKey: r.text(), RegisterName: r.text(), Register: r.record()}
	if r.err != nil {
		return o, fmt.Errorf("organisation %s: %w", id, r.err)
	}
	return o, nil
}

// parts reads what belongs to the organisation.
func (rs rows) parts(o *Organisation) error {
	var faults fields
	take := func(table string, add func(r *fields)) {
		for _, row := range rs[table].Find(o.ID) {
			r := fields{f: row, i: 1}
			add(&r)
			faults.fail(r.err)
		}
	}
	take("site", func(r *fields) {
		o.Sites = append(o.Sites, Site{ID: r.text(), Kind: r.text(), Address: r.text(), Town: r.text(), Postcode: r.text(), Label: r.text(),
			Lon: r.number(), Lat: r.number(), PrecisionM: r.number(), LocatedBy: r.text(), MassRegistration: r.text() == "true", RegisteredHere: r.integer(), Record: r.record()})
	})
	take("activity", func(r *fields) {
		o.Activities = append(o.Activities, Activity{Scheme: r.text(), Code: r.text(), Label: r.text(), Record: r.record()})
	})
	// The identifier by which a register names an organisation is in its id.
	if scheme, value, ok := strings.Cut(strings.TrimPrefix(o.ID, "GB-"), "-"); ok && o.Origin == "register" && strings.HasPrefix(o.ID, "GB-") {
		o.Identifiers = append(o.Identifiers, Identifier{Scheme: "GB-" + scheme, Value: value, Record: o.Record})
	}
	take("identifier", func(r *fields) {
		i := Identifier{Scheme: r.text(), Value: r.text(), Record: r.record()}
		if n := len(o.Identifiers); n > 0 && o.Identifiers[n-1].Scheme == i.Scheme && o.Identifiers[n-1].Value == i.Value {
			return // another source says the same
		}
		o.Identifiers = append(o.Identifiers, i)
	})
	take("headcount", func(r *fields) {
		o.Headcounts = append(o.Headcounts, Headcount{PeriodEnd: r.date(), Employees: r.integer().Int64, Record: r.record()})
	})
	if faults.err != nil {
		return fmt.Errorf("organisation %s: %w", o.ID, faults.err)
	}
	return nil
}
