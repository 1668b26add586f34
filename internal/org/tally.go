package org

import (
	"context"
	"database/sql"
	"fmt"

	"milieu/internal/lake"
)

// Count is how many organisations share a value.
type Count struct {
	Key string
	N   int
}

// tallied is the filter over the table tally. Document numbers are not in it.
const tallied = `
  t.area_set = $3 and t.area_id = $4
  and ($2 = '' or t.section = $2)
  and ($5 = '' or t.origin = $5)
  and ($6 = '' or t.status = $6)
  and (not $7 or not t.placed)`

// Total counts the organisations that pass the filter.
func Total(ctx context.Context, q lake.Querier, f Filter) (n int, err error) {
	query := "select coalesce(sum(t.organisations), 0)::bigint from tally t where t.role = $1 and " + tallied
	if f.Docs != nil {
		query = "select count(*) from organisation o where " + f.where()
	}
	if err = q.QueryRowContext(ctx, query, f.args()...).Scan(&n); err != nil {
		err = fmt.Errorf("count organisations: %w", err)
	}
	return n, err
}

// CountByRole counts organisations by role; one that holds several counts in
// each. The filter's role does not narrow.
func CountByRole(ctx context.Context, q lake.Querier, f Filter) ([]Count, error) {
	f.Role = ""
	query := "select t.role, sum(t.organisations)::bigint as n from tally t where t.role <> $1 and " + tallied + " group by t.role order by n desc, t.role"
	if f.Docs != nil {
		query = "select r, count(*) from (select unnest(string_split(o.roles, ';')) as r from organisation o where " + f.where() + ") t group by r order by count(*) desc, r"
	}
	return counts(ctx, q, query, f)
}

// CountBySection counts organisations by section of their first industry code.
// The filter's section does not narrow.
func CountBySection(ctx context.Context, q lake.Querier, f Filter) ([]Count, error) {
	f.Section = ""
	query := "select t.section, sum(t.organisations)::bigint from tally t where t.role = $1 and t.section <> '' and " + tallied + " group by t.section order by t.section"
	if f.Docs != nil {
		query = "select o.section, count(*) from organisation o where o.section is not null and " + f.where() + " group by o.section order by o.section"
	}
	return counts(ctx, q, query, f)
}

func counts(ctx context.Context, q lake.Querier, query string, f Filter) ([]Count, error) {
	var out []Count
	err := each(ctx, q, query, func(rows *sql.Rows) error {
		var c Count
		err := rows.Scan(&c.Key, &c.N)
		out = append(out, c)
		return err
	}, f.args()...)
	if err != nil {
		return nil, fmt.Errorf("count organisations: %w", err)
	}
	return out, nil
}

// AreaCount is what an area holds.
type AreaCount struct {
	Set, ID       string
	Organisations int
	Crowded       int // of them, only at an address of mass registration
	Counted       int // of them, with employees stated in accounts
	Employees     int64
}

// AreaCounts reads what each area holds that holds an organisation, by set and
// id. An empty set is all sets, an empty id all areas of the set.
func AreaCounts(ctx context.Context, q lake.Querier, set, id string) ([]AreaCount, error) {
	const query = `select area_set, area_id, sum(organisations)::bigint, sum(crowded)::bigint, sum(counted)::bigint, sum(employees)::bigint from tally
where role = '' and area_set <> '' and ($1 = '' or area_set = $1) and ($2 = '' or area_id = $2) group by area_set, area_id order by area_set, area_id`
	var out []AreaCount
	err := each(ctx, q, query, func(r *sql.Rows) error {
		var a AreaCount
		err := r.Scan(&a.Set, &a.ID, &a.Organisations, &a.Crowded, &a.Counted, &a.Employees)
		out = append(out, a)
		return err
	}, set, id)
	if err != nil {
		return nil, fmt.Errorf("organisations by area: %w", err)
	}
	return out, nil
}
