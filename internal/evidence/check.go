package evidence

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/lake"
)

// Findings is what a check of a release found.
type Findings struct {
	Release         string          `json:"release"`
	Sources         []SourceFinding `json:"sources"`
	Unresolved      []Unresolved    `json:"unresolved,omitempty"`
	UnresolvedTotal int64           `json:"unresolved_total"`
	Unmatched       int64           `json:"unmatched_employees"` // accounts of companies that no source lists: usual where they cover more than the register
}

// SourceFinding is what was found of one source.
type SourceFinding struct {
	ID          string      `json:"id"`
	Retrieved   string      `json:"retrieved,omitempty"`
	Accepted    int         `json:"accepted"`
	Concerns    []string    `json:"concerns,omitempty"`
	Changed     []string    `json:"changed,omitempty"` // files that differ from those of the release
	Rejects     []RejectRow `json:"rejects,omitempty"`
	MoreRejects int         `json:"more_rejects,omitempty"`
}

// RejectRow is a row or cell that was not taken.
type RejectRow struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Row    bool   `json:"whole_row"`
	Column string `json:"column,omitempty"`
	Reason string `json:"reason"`
	Found  string `json:"found,omitempty"`
}

// Unresolved is a record that names an organisation which no source lists.
type Unresolved struct {
	Source string `json:"source"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	What   string `json:"what"`
	Found  string `json:"found"`
}

// Wrong says whether anything needs attention.
func (f Findings) Wrong() bool {
	for _, s := range f.Sources {
		if len(s.Concerns)+len(s.Changed) > 0 {
			return true
		}
	}
	return f.UnresolvedTotal > 0
}

// Check looks a release over: licences, dates, rejects (at most most for each
// source), records that lead nowhere, and files that have changed since.
func Check(ctx context.Context, ws *Workspace, rel Release, most int) (Findings, error) {
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return Findings{}, err
	}
	defer db.Close()
	f := Findings{Release: rel.ID}
	for _, s := range rel.Manifest.Sources {
		sf := SourceFinding{ID: s.ID, Retrieved: s.Retrieved, Accepted: s.Reading.Accepted, Concerns: Concerns(s), Changed: changed(ws, s)}
		if sf.Rejects, err = Rejects(ctx, db, s.ID, most); err != nil {
			return f, err
		}
		sf.MoreRejects = s.Reading.Rejected + s.Reading.Cells - len(sf.Rejects)
		f.Sources = append(f.Sources, sf)
	}
	if err := db.QueryRowContext(ctx, "select count(*) from unresolved where what = $1", ofEmployees).Scan(&f.Unmatched); err != nil {
		return f, err
	}
	f.Unresolved, f.UnresolvedTotal, err = unresolved(ctx, db, most)
	return f, err
}

// changed lists files of a source that are gone or differ from those read.
func changed(ws *Workspace, s ManifestSource) []string {
	var out []string
	for _, file := range s.Reading.Files {
		sum, _, err := lake.FileHash(ws.Resolve(file.Name))
		switch {
		case err != nil:
			out = append(out, fmt.Sprintf("%s is no longer there", file.Name))
		case sum != file.SHA256:
			out = append(out, fmt.Sprintf("%s has changed since the release was made: build again", file.Name))
		}
	}
	return out
}

const rejectQuery = `select file, line, whole_row, coalesce(column_name, ''), reason, coalesce(found, '')
from reject where source = $1 order by file, line, column_name, reason limit $2`

func scanReject(rows *sql.Rows) (r RejectRow, err error) {
	err = rows.Scan(&r.File, &r.Line, &r.Row, &r.Column, &r.Reason, &r.Found)
	return r, err
}

// Rejects reads the rejects of a source, at most most.
func Rejects(ctx context.Context, q lake.Querier, source string, most int) ([]RejectRow, error) {
	rows, err := q.QueryContext(ctx, rejectQuery, source, most)
	if err != nil {
		return nil, fmt.Errorf("rejects of %s: %w", source, err)
	}
	defer rows.Close()
	var out []RejectRow
	for rows.Next() {
		r, err := scanReject(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// ofEmployees marks accounts in the table unresolved.
const ofEmployees = "employees of"

func unresolved(ctx context.Context, q lake.Querier, most int) ([]Unresolved, int64, error) {
	var n int64
	if err := q.QueryRowContext(ctx, "select count(*) from unresolved where what <> $1", ofEmployees).Scan(&n); err != nil {
		return nil, 0, err
	}
	rows, err := q.QueryContext(ctx, "select source, file, line, what, coalesce(found, '') from unresolved where what <> $2 order by source, file, line limit $1", most, ofEmployees)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var out []Unresolved
	for rows.Next() {
		var u Unresolved
		if err := rows.Scan(&u.Source, &u.File, &u.Line, &u.What, &u.Found); err != nil {
			return nil, 0, err
		}
		out = append(out, u)
	}
	return out, n, rows.Err()
}
