package org

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Filter narrows a list of organisations. Empty fields do not narrow.
type Filter struct {
	Role     string // key of a role; an organisation may hold several
	Section  string // letter of the industry classification
	AreaSet  string
	AreaID   string
	Origin   string // team, register or list
	Status   string
	Sector   string   // id of a sector of the release
	Clean    bool     // not those only at addresses of mass registration
	Unplaced bool     // only those without a site on the map
	Docs     []uint32 // only these, by document number of the indexes; nil does not narrow, empty lets none pass
}

const condition = `
  ($1 = '' or list_contains(string_split(o.roles, ';'), $1))
  and ($2 = '' or o.section = $2)
  and ($3 = '' or o.org_id in (select org_id from site_area where area_set = $3 and area_id = $4))
  and ($5 = '' or o.origin = $5)
  and ($6 = '' or o.status = $6)
  and (not $7 or not o.placed)`

func (f Filter) args() []any {
	return []any{f.Role, f.Section, f.AreaSet, f.AreaID, f.Origin, f.Status, f.Unplaced}
}

// where is the condition with the document numbers written into it: as constants
// the engine reads only the parts of the table that hold them.
func (f Filter) where() string {
	condition := condition
	if f.Clean {
		condition += "\n  and not o.crowded"
	}
	if f.Sector != "" {
		condition += "\n  and o.org_id in (select org_id from sector_member where sector = " + lake.Literal(f.Sector) + ")"
	}
	if f.Docs == nil {
		return condition
	}
	if len(f.Docs) == 0 {
		return condition + "\n  and false"
	}
	docs := make([]string, len(f.Docs))
	for i, d := range f.Docs {
		docs[i] = strconv.FormatUint(uint64(d), 10)
	}
	return condition + "\n  and o.doc in (" + strings.Join(docs, ", ") + ")"
}

// Sort is the order of a list.
type Sort string

// Orders of a list. ByRank is by importance: the team's own, then by employees,
// then by name.
const (
	ByRank      Sort = ""
	ByName      Sort = "name"
	ByNameDown  Sort = "-name"
	ByEmployees Sort = "-employees"
	ByFewest    Sort = "employees"
)

var sorts = map[Sort]string{
	ByRank: "o.doc", ByName: "lower(o.name), o.doc", ByNameDown: "lower(o.name) desc, o.doc",
	ByEmployees: "o.employees desc nulls last, o.doc", ByFewest: "o.employees nulls last, o.doc",
}

// Known says that the order exists.
func (s Sort) Known() bool { return sorts[s] != "" }

// Summary is an organisation in a list.
type Summary struct {
	ID        string
	Name      string
	Kind      string
	Roles     []string
	Section   string
	Status    string
	Where     string // site, town or postcode
	Employees sql.NullInt64
	Ties      int
	Origin    string
	Record    evidence.Record
	SourceURL string
}

// listQuery takes the page first and looks up sites and ties for its rows only.
const listQuery = `
with page as materialized (
  select o.org_id, o.name, coalesce(o.kind, '') as kind, o.roles, coalesce(o.section, '') as section, coalesce(o.status, '') as status,
    o.employees, o.origin, o.source, o.file, o.line, coalesce(o.source_url, '') as source_url, o.doc
  from organisation o where %[1]s
  order by %[2]s limit $8 offset $9
),
place as (
  select s.org_id, min(coalesce(s.label, s.town, s.postcode)) as place from site s
  where s.org_id in (select org_id from page) group by s.org_id
),
tied as (
  select org_id as id, count(*) as ties from tie_end where org_id in (select org_id from page) group by org_id
)
select o.org_id, o.name, o.kind, o.roles, o.section, o.status, coalesce(place.place, ''), o.employees, coalesce(tied.ties, 0), o.origin,
  o.source, o.file, o.line, o.source_url
from page o left join place on place.org_id = o.org_id left join tied on tied.id = o.org_id
order by %[2]s`

// Each reads organisations one by one in an order, at most limit after the first
// offset. It ends at the first error of f.
func Each(ctx context.Context, q lake.Querier, f Filter, by Sort, limit, offset int, do func(Summary) error) error {
	order, ok := sorts[by]
	if !ok {
		return fmt.Errorf("list organisations: there is no order %q", by)
	}
	query := fmt.Sprintf(listQuery, f.where(), order)
	err := each(ctx, q, query, func(rows *sql.Rows) error {
		var s Summary
		var roles string
		if err := rows.Scan(&s.ID, &s.Name, &s.Kind, &roles, &s.Section, &s.Status, &s.Where, &s.Employees, &s.Ties, &s.Origin,
			&s.Record.Source, &s.Record.File, &s.Record.Line, &s.SourceURL); err != nil {
			return err
		}
		s.Roles = strings.Split(roles, ";")
		return do(s)
	}, append(f.args(), limit, offset)...)
	if err != nil {
		return fmt.Errorf("list organisations: %w", err)
	}
	return nil
}

// List reads a page of organisations.
func List(ctx context.Context, q lake.Querier, f Filter, by Sort, limit, offset int) ([]Summary, error) {
	var out []Summary
	err := Each(ctx, q, f, by, limit, offset, func(s Summary) error {
		out = append(out, s)
		return nil
	})
	return out, err
}

// Sizes is the number of employees by document number, 0 where there are fewer
// than least or none are known. It ends at the last document that has as many:
// documents are ordered by employees, so it is short.
func Sizes(ctx context.Context, q lake.Querier, least int) ([]int32, error) {
	var out []int32
	err := each(ctx, q, "select doc, employees from organisation where employees >= $1 order by doc", func(r *sql.Rows) error {
		var doc, n int64
		if err := r.Scan(&doc, &n); err != nil {
			return err
		}
		for int64(len(out)) <= doc {
			out = append(out, 0)
		}
		out[doc] = int32(min(n, 1<<31-1))
		return nil
	}, least)
	if err != nil {
		return nil, fmt.Errorf("sizes of organisations: %w", err)
	}
	return out, nil
}
