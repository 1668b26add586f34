package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

//go:embed migration/*.sql
var migrationFS embed.FS

// Migration names a step of the schema. Steps only go forward; a step that has been
// applied never changes, which its hash proves.
type Migration struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// step is a migration with its text.
type step struct {
	Migration
	text string
}

// migrations are the steps that this program knows, in order.
func migrations() []step {
	files, err := fs.Glob(migrationFS, "migration/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	var out []step
	for _, f := range files {
		text, err := migrationFS.ReadFile(f)
		if err != nil {
			panic(err) // embedded
		}
		sum := sha256.Sum256(text)
		out = append(out, step{Migration{path.Base(f), hex.EncodeToString(sum[:])}, string(text)})
	}
	return out
}

// OpenAt opens a new store and gives it the schema that it had after the named steps,
// for what was dumped then. Migrate brings it up to date.
func OpenAt(ctx context.Context, o Options, named []Migration) (*DB, error) {
	have := map[Migration]step{}
	for _, s := range migrations() {
		have[s.Migration] = s
	}
	var steps []step
	for _, m := range named {
		s, ok := have[m]
		if !ok {
			return nil, fmt.Errorf("it has the migration %q (%.12s), which this program does not know: it was made by a newer milieu, or another line of it; use that one", m.Name, m.Hash)
		}
		steps = append(steps, s)
	}
	return open(ctx, o, steps)
}

// Migrate brings the schema up to date, as Open does.
func (d *DB) Migrate(ctx context.Context) error {
	if err := d.migrate(ctx, migrations()); err != nil {
		return fmt.Errorf("store %s: %w", d.where, err)
	}
	return nil
}

const appliedQuery = `select name, hash from migration order by name`

// Migrations are the steps that a store has been given, in order.
func Migrations(ctx context.Context, q Querier) ([]Migration, error) {
	rows, err := q.QueryContext(ctx, appliedQuery)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Migration
	for rows.Next() {
		var m Migration
		if err := rows.Scan(&m.Name, &m.Hash); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

const makeMigrations = `create table if not exists migration (name text primary key, hash text not null, applied_at text not null)`

// migrate applies the steps that the store lacks, each in a transaction.
func (d *DB) migrate(ctx context.Context, steps []step) error {
	err := d.Update(ctx, func(q Querier) error {
		// Two programs that start at once must not both make the table.
		if d.dialect == PostgreSQL {
			if _, err := q.ExecContext(ctx, "select pg_advisory_xact_lock(7026301)"); err != nil {
				return err
			}
		}
		_, err := q.ExecContext(ctx, makeMigrations)
		return err
	})
	if err != nil {
		return err
	}
	// Before, so that a strange store is left as it is; and after, since a newer program
	// may have come in between.
	if err := d.onlyKnown(ctx, steps); err != nil {
		return err
	}
	for _, s := range steps {
		if err := d.apply(ctx, s); err != nil {
			return err
		}
	}
	return d.onlyKnown(ctx, steps)
}

func (d *DB) apply(ctx context.Context, s step) error {
	return d.Update(ctx, func(q Querier) error {
		if d.dialect == PostgreSQL {
			if _, err := q.ExecContext(ctx, "lock table migration in exclusive mode"); err != nil {
				return err
			}
		}
		var hash string
		err := q.QueryRowContext(ctx, "select hash from migration where name = $1", s.Name).Scan(&hash)
		switch {
		case err == nil && hash == s.Hash:
			return nil
		case err == nil:
			return fmt.Errorf("migration %s was applied with another text (%.12s, this program has %.12s): this store was made by another line of the program; use that one", s.Name, hash, s.Hash)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if _, err := q.ExecContext(ctx, s.text); err != nil {
			return fmt.Errorf("migration %s: %w", s.Name, err)
		}
		_, err = q.ExecContext(ctx, "insert into migration (name, hash, applied_at) values ($1, $2, $3)", s.Name, s.Hash, Time(d.now()))
		return err
	})
}

// onlyKnown refuses a store that has steps which this program does not know.
func (d *DB) onlyKnown(ctx context.Context, steps []step) error {
	known := map[string]bool{}
	for _, s := range steps {
		known[s.Name] = true
	}
	applied, err := Migrations(ctx, d.Read())
	if err != nil {
		return d.known(ctx, err)
	}
	for _, m := range applied {
		if !known[m.Name] {
			return fmt.Errorf("it has the migration %s, which this program does not know: a newer milieu has used it; use that one", m.Name)
		}
	}
	return nil
}
