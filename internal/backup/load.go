package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"milieu/internal/audit"
	"milieu/internal/store"
)

// load puts the tables into a new SQLite store at file and verifies what came of it.
// The store has the newest schema at the end, whatever that of the backup is.
func (a *archive) load(ctx context.Context, file string) (*store.DB, error) {
	db, err := store.OpenAt(ctx, store.Options{File: file}, a.about.Migrations)
	if err != nil {
		return nil, err
	}
	if err := a.loadInto(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (a *archive) loadInto(ctx context.Context, db *store.DB) error {
	if err := db.Update(ctx, func(q store.Querier) error { return a.rows(ctx, db, q) }); err != nil {
		return err
	}
	if err := db.View(ctx, func(q store.Querier) error { return a.counts(ctx, q) }); err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := db.View(ctx, func(q store.Querier) error { return a.own(ctx, q) }); err != nil {
		return err
	}
	return whole(ctx, db, a.about.Workspace, a.about.Audit)
}

// counts looks for each table that the file has, in a SQLite store of the same schema,
// and counts its rows.
func (a *archive) counts(ctx context.Context, q store.Querier) error {
	for _, t := range a.about.Tables {
		var there, rows int64
		if err := q.QueryRowContext(ctx, "select count(*) from sqlite_master where type = 'table' and name = $1", t.Name).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			return fmt.Errorf("a store has no table %s; the file is refused", t.Name)
		}
		if err := q.QueryRowContext(ctx, "select count(*) from "+t.Name).Scan(&rows); err != nil {
			return err
		}
		if rows != t.Rows {
			return fmt.Errorf("table %s has %d rows where %s says %d; the file is refused", t.Name, rows, aboutName, t.Rows)
		}
	}
	return nil
}

// rows loads every table in the order of the file.
func (a *archive) rows(ctx context.Context, db *store.DB, q store.Querier) error {
	l, err := db.Load(ctx, q)
	if err != nil {
		return err
	}
	for _, t := range a.about.Tables {
		if err := a.table(ctx, t, func(row []any) error { return l.Row(t.Name, t.Columns, row) }); err != nil {
			return fmt.Errorf("entry %q: %w", t.entry(), err)
		}
	}
	return l.Close()
}

// table reads the rows of a table, holding them once more against their hash: the
// file may have been changed since it was verified.
func (a *archive) table(ctx context.Context, t aboutTable, f func([]any) error) error {
	at := slices.IndexFunc(a.about.Entries, func(e aboutEntry) bool { return e.Name == t.entry() })
	r, w := io.Pipe()
	copied := make(chan error, 1)
	go func() {
		err := a.copy(ctx, a.about.Entries[at], w)
		_ = w.CloseWithError(err) // it never fails
		copied <- err
	}()
	err := eachRow(r, t.Types, f)
	// Whoever still writes is told to stop.
	_ = r.CloseWithError(err)
	if fault := <-copied; err == nil {
		err = fault
	}
	return err
}

// own holds the rows that belong to the workspace against all that there are: a row
// of another one, or of nobody's, has no place in a backup.
func (a *archive) own(ctx context.Context, q store.Querier) error {
	all, err := store.Counts(ctx, q)
	if err != nil {
		return err
	}
	own, err := store.CountWorkspace(ctx, q, a.about.Workspace)
	if err != nil {
		return err
	}
	var strange []string
	for table, n := range all {
		if own[table] != n {
			strange = append(strange, fmt.Sprintf("%d of %s", n-own[table], table))
		}
	}
	if len(strange) > 0 {
		slices.Sort(strange)
		return fmt.Errorf("it holds rows that do not belong to workspace %s (%s); the file is refused", a.about.Workspace, strings.Join(strange, ", "))
	}
	return nil
}

// whole verifies the audit log of a store, up to its head.
func whole(ctx context.Context, db *store.DB, workspace string, want head) error {
	r, err := audit.Verify(ctx, db, workspace)
	if err != nil {
		return err
	}
	if len(r.Problems) > 0 {
		p := r.Problems[0]
		return fmt.Errorf("the audit log is not whole: event %d: %s (%d faults in all); see: milieu audit verify", p.Seq, p.What, len(r.Problems))
	}
	var got head
	err = db.Read().QueryRowContext(ctx, headQuery, workspace).Scan(&got.Seq, &got.Hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if got != want {
		return fmt.Errorf("the audit log ends at event %d (%.12s) where it should end at event %d (%.12s)", got.Seq, got.Hash, want.Seq, want.Hash)
	}
	return nil
}
