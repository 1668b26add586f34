// Package lake runs analytical SQL over files: it is the only importer of
// DuckDB. It owns the engine's settings, the stages that turn files into
// Parquet tables (skipped when nothing that they depend on has changed) and the
// opening of finished tables for reading. It knows no nouns: what a table means
// is said by the packages that bring the stages.
package lake

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Options sets the engine's limits. The zero value is good for serving.
type Options struct {
	MemoryMB int    // default 1024
	Threads  int    // default: number of CPUs, at least 2
	TempDir  string // where large sorts spill; default: the system's
}

// DB is one engine in memory.
type DB struct {
	sql *sql.DB
}

// Querier reads rows. Domain packages take it, so that they never open anything.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open starts an engine without any table.
func Open(o Options) (*DB, error) {
	if o.MemoryMB == 0 {
		o.MemoryMB = 1024
	}
	if o.Threads == 0 {
		// With one thread the engine cuts row groups differently, and a release
		// would have other bytes on a machine with one CPU.
		o.Threads = max(2, runtime.GOMAXPROCS(0))
	}
	if o.TempDir == "" {
		o.TempDir = filepath.Join(os.TempDir(), "milieu-spill")
	}
	settings := []string{
		fmt.Sprintf("set memory_limit = '%dMB'", o.MemoryMB),
		fmt.Sprintf("set threads = %d", o.Threads),
		"set temp_directory = " + Literal(o.TempDir),
		"set autoinstall_known_extensions = false",
		"set autoload_known_extensions = false",
		"set parquet_metadata_cache = true",
		"set enable_external_file_cache = false",
		"set preserve_insertion_order = true",
		"set enable_progress_bar = false",
		"set timezone = 'UTC'",
	}
	first := true
	c, err := duckdb.NewConnector("", func(ec driver.ExecerContext) error {
		if !first {
			return nil
		}
		first = false
		for _, s := range settings {
			if _, err := ec.ExecContext(context.Background(), s, nil); err != nil && !strings.Contains(err.Error(), "unrecognized") && !strings.Contains(err.Error(), "not in the catalog") {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lake: start engine: %w", err)
	}
	db := sql.OpenDB(c)
	if err := db.Ping(); err != nil {
		return nil, fmt.Errorf("lake: start engine: %w", err)
	}
	return &DB{db}, nil
}

// Close ends the engine.
func (db *DB) Close() error { return db.sql.Close() }

// QueryContext reads rows.
func (db *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.sql.QueryContext(ctx, query, args...)
}

// QueryRowContext reads one row.
func (db *DB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return db.sql.QueryRowContext(ctx, query, args...)
}

// Exec runs a statement.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := db.sql.ExecContext(ctx, query, args...)
	return err
}

// Version is the engine's version.
func (db *DB) Version(ctx context.Context) (string, error) {
	var v string
	err := db.sql.QueryRowContext(ctx, "select version()").Scan(&v)
	return v, err
}

// OpenTables starts an engine whose views are the Parquet files of dir, each
// named after its file.
func OpenTables(ctx context.Context, dir string, o Options) (*DB, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	db, err := Open(o)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".parquet")
		if err := db.view(ctx, name, f); err != nil {
			db.Close()
			return nil, err
		}
	}
	return db, nil
}

func (db *DB) view(ctx context.Context, name, file string) error {
	if err := db.Exec(ctx, "create or replace view "+Ident(name)+" as from read_parquet("+Literal(file)+")"); err != nil {
		return fmt.Errorf("lake: open table %s: %w", name, err)
	}
	return nil
}

// Literal writes s as an SQL string.
func Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Ident writes s as an SQL name.
func Ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Spool writes a query's rows as text for a reader in Go: one row a line, fields
// parted by the unit separator, nulls empty. It is many times faster than
// reading rows one by one, and what large Go stages use.
func (db *DB) Spool(ctx context.Context, query, file string) error {
	return db.Exec(ctx, "copy ("+query+"\n) to "+Literal(file)+" (format csv, header false, delimiter '\x1f', quote '', escape '', nullstr '')")
}
