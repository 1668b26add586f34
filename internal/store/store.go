// Package store keeps what people made: accounts, decisions, the audit log,
// jobs. It opens SQLite (a file of the workspace) or PostgreSQL (by URL), brings
// the schema up to date, and gives reads and transactions over one SQL text that
// both understand. It is the only importer of SQL drivers; it knows the tables,
// not their meaning: that belongs to auth, audit, job and the domain.
//
// A change is acknowledged when Update returns nil: it is then on disk (SQLite
// with synchronous=full, PostgreSQL with synchronous_commit=on) and survives the
// loss of the process.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
)

// Dialects of a store.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgresql"
)

// Options say where a store is.
type Options struct {
	URL  string           // postgres://… ; empty: the file
	File string           // SQLite file, made when missing
	Now  func() time.Time // for the time written beside each migration
}

// DB is an open store.
type DB struct {
	dialect string
	where   string
	dir     string  // SQLite: the folder whose disk must have room
	write   *sql.DB // SQLite: one connection, so that writers queue here and not in busy retries
	read    *sql.DB
	now     func() time.Time
	settle  settler
}

// Querier is what statements run on: a transaction, or the store for single reads.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens a store and brings its schema up to date. A store that a newer
// program has migrated is refused.
func Open(ctx context.Context, o Options) (*DB, error) {
	return open(ctx, o, migrations())
}

// open opens a store and applies the steps.
func open(ctx context.Context, o Options, steps []step) (*DB, error) {
	var d *DB
	var err error
	if o.URL != "" {
		d, err = openPostgreSQL(o)
	} else {
		d, err = openSQLite(o)
	}
	if err != nil {
		return nil, err
	}
	if d.now = o.Now; d.now == nil {
		d.now = time.Now
	}
	if err := d.migrate(ctx, steps); err != nil {
		_ = d.Close() // the migration's fault is the one to tell
		return nil, fmt.Errorf("store %s: %w", d.where, err)
	}
	return d, nil
}

// readers is how many connections read at once.
const readers = 8

// common is what every connection to SQLite is told: wait for other programs, write
// through a log beside the file, have each commit on disk before it is answered, and
// write zeros over what is deleted or replaced, so that what was erased is not left in
// free pages of the file.
const common = "_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)"

func openSQLite(o Options) (*DB, error) {
	if err := makeFile(o.File); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	d := &DB{dialect: SQLite, where: o.File, dir: filepath.Dir(o.File)}
	var err error
	if d.write, err = d.pool(o.File, common+"&_txlock=immediate", 1); err != nil {
		return nil, err
	}
	d.read, err = d.pool(o.File, common+"&_pragma=query_only(1)", readers)
	return d, err
}

// making is held while the file of a store is made.
var making sync.Mutex

// makeFile makes the file of a store where there is none. It holds password hashes:
// nobody else on the machine reads it. A file that is there is not touched, since
// closing it would let go of the locks that another store of this process has on it
// (sqlite.org/howtocorrupt.html, section 2.2); for the same reason one store waits
// until another of this process has made the file.
func makeFile(file string) error {
	making.Lock()
	defer making.Unlock()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// pool is a pool of connections to a file.
func (d *DB) pool(file, settings string, most int) (*sql.DB, error) {
	path := filepath.ToSlash(file)
	if strings.HasPrefix(path, "//") {
		path = "//" + path // what follows two slashes would be a host
	}
	base, err := sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", file, err)
	}
	pool := sql.OpenDB(connector{base, d})
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	return pool, nil
}

// connector marks the faults of connecting, which single reads meet too.
type connector struct {
	driver.Connector
	d *DB
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	return conn, c.d.known(ctx, err)
}

// durable undoes a server's or a role's choice to answer commits before they are on disk.
const durable = `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`

func openPostgreSQL(o Options) (*DB, error) {
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		// The driver's text may hold the password of the address.
		return nil, errors.New("store: the address of the PostgreSQL database cannot be read; write it as postgres://user@host:5432/name")
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "milieu"
	}
	d := &DB{dialect: PostgreSQL, where: fmt.Sprintf("%s:%d/%s", cfg.Host, cfg.Port, cfg.Database)}
	pool := sql.OpenDB(connector{stdlib.GetConnector(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, durable)
		return err
	})), d})
	pool.SetMaxOpenConns(2 * readers)
	pool.SetMaxIdleConns(readers)
	d.write, d.read = pool, pool
	return d, nil
}

// Close lets go of the connections.
func (d *DB) Close() error {
	d.settle.end()
	err := d.read.Close()
	if d.write != d.read {
		err = errors.Join(err, d.write.Close())
	}
	return err
}

// Dialect is SQLite or PostgreSQL.
func (d *DB) Dialect() string { return d.dialect }

// Where names the store for people: a file, or host and database, never a password.
func (d *DB) Where() string { return d.where }

// Read is the store for single reads, each of its own moment.
func (d *DB) Read() Querier { return d.read }

// View runs reads that all see one moment.
func (d *DB) View(ctx context.Context, f func(Querier) error) error {
	opts := &sql.TxOptions{}
	if d.dialect == PostgreSQL {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := d.read.BeginTx(ctx, opts)
	if err != nil {
		return d.known(ctx, err)
	}
	defer func() { _ = tx.Rollback() }() // nothing to undo
	return d.known(ctx, f(tx))
}

// attempts is how often a transaction is begun anew when the database asks for it.
const attempts = 5

// Update runs f in a transaction and makes its changes durable. When the database
// asks for it (deadlock, serialization) f runs again from the start, so it must
// change nothing outside the transaction. An error of f, or a panic, undoes everything.
// Only ErrUnsure, and the end of ctx in the last step, leave it open whether the change
// was made.
func (d *DB) Update(ctx context.Context, f func(Querier) error) error {
	var err error
	for try := range attempts {
		if err = d.once(ctx, f); !again(err) || ctx.Err() != nil {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try+1) * 20 * time.Millisecond):
		}
	}
	return d.known(ctx, err)
}

func (d *DB) once(ctx context.Context, f func(Querier) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	// Also when f panics: the one writing connection must not stay in a transaction.
	// An error here means that the database has undone everything by itself.
	defer func() { _ = tx.Rollback() }()
	if err := f(tx); err != nil {
		return err
	}
	return d.commitFault(tx.Commit())
}

const timeForm = "2006-01-02T15:04:05.000000Z"

// Time writes a moment as the store keeps it: UTC, fixed width, so that text order
// is order in time.
func Time(t time.Time) string { return t.UTC().Format(timeForm) }

// ParseTime reads what Time wrote; the zero time for the empty text.
func ParseTime(s string) time.Time {
	t, err := time.Parse(timeForm, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Like escapes text for use in a LIKE pattern with escape '!'.
func Like(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Storable is the text as both databases take it: PostgreSQL refuses what is not
// UTF-8, and the character zero.
func Storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}
