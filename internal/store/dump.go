package store

import (
	"context"
	"fmt"
	"slices"
)

// One database may hold several workspaces. What follows copies and counts the rows of
// one of them.

// Rows that carry no workspace of their own belong to it by those that do.
const (
	// People are those whom a row of the workspace names: members, and former ones who
	// decided, asked or acted, whose names stand beside what they did.
	personOf = `person_id in (
  select person_id from member where workspace = $1
  union select person_id from session where workspace = $1
  union select person_id from token where workspace = $1
  union select person_id from upload where workspace = $1
  union select decided_by from decision where workspace = $1
  union select undone_by from decision where workspace = $1
  union select asked_by from job where workspace = $1
  union select actor from audit_event where workspace = $1)`
	jobLogOf = `job_id in (select job_id from job where workspace = $1)`
)

// of is the condition under which a row belongs to workspace $1. It fails for a table
// of which nobody has said it, so that a new one is not left out of copies unseen.
func (t Table) of() (string, error) {
	switch {
	case slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == "workspace" }):
		return "workspace = $1", nil
	case t.Name == "person":
		return personOf, nil
	case t.Name == "job_log":
		return jobLogOf, nil
	}
	return "", fmt.Errorf("table %s: nothing says to which workspace its rows belong", t.Name)
}

// DumpWorkspace gives the rows of one workspace to w, of those tables that are asked
// for, as Dump does. Account rows hold password hashes.
func DumpWorkspace(ctx context.Context, q Querier, workspace string, tables []Table, w func(table string, columns []string, row []any) error) error {
	for _, t := range tables {
		where, err := t.of()
		if err != nil {
			return err
		}
		if err := t.dump(ctx, q, w, where, workspace); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

// CountWorkspace is how many rows of one workspace each table has.
func CountWorkspace(ctx context.Context, q Querier, workspace string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, t := range Tables {
		where, err := t.of()
		if err != nil {
			return nil, err
		}
		var n int64
		if err := q.QueryRowContext(ctx, "select count(*) from "+t.Name+" where "+where, workspace).Scan(&n); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		out[t.Name] = n
	}
	return out, nil
}
