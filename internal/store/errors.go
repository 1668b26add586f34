package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Faults that a caller may tell apart. All else is an internal error.
var (
	// ErrFull says that the disk has no room: nothing was changed, and the same call
	// works again when there is room.
	ErrFull = errors.New("the disk of the store is full; nothing was changed: make room and try again")
	// ErrBusy says that another program holds the store.
	ErrBusy = errors.New("the store is held by another program; nothing was changed: try again in a moment")
	// ErrExists says that a row with the same key is there already.
	ErrExists = errors.New("this exists already")
	// ErrGone says that the database cannot be reached.
	ErrGone = errors.New("the database cannot be reached; nothing was changed: try again in a moment")
	// ErrUnavailable says that the store is there and cannot be read or written.
	ErrUnavailable = errors.New("the store cannot be read or written; nothing was changed: look at its file, its disk and who may write there")
	// ErrUnsure says that the connection was lost while a change was being made final,
	// so that nobody knows whether it was. It is never returned for SQLite.
	ErrUnsure = errors.New("the connection to the database was lost at the last step: look whether the change was made before making it again")
)

// Result codes of SQLite (sqlite.org/rescode.html) and SQLSTATEs of PostgreSQL
// (appendix A of its manual).
const (
	sqlitePerm, sqliteBusy, sqliteLocked, sqliteReadonly, sqliteIOErr = 3, 5, 6, 8, 10
	sqliteCorrupt, sqliteFull, sqliteCantOpen, sqliteNotADB           = 11, 13, 14, 26
	sqliteUnique, sqlitePrimaryKey                                    = 2067, 1555

	pgUnique, pgSerialization, pgDeadlock, pgLockNotAvailable = "23505", "40001", "40P01", "55P03"
	pgDiskFull, pgOutOfMemory, pgTooManyConnections           = "53100", "53200", "53300"
	pgAdminShutdown, pgCrashShutdown, pgCannotConnect         = "57P01", "57P02", "57P03"
	pgDatabaseDropped, pgIdleTimeout                          = "57P04", "57P05"
	pgReadOnly, pgIOError, pgCorrupt, pgIndexCorrupt          = "25006", "58030", "XX001", "XX002"
)

// known marks the faults that callers may tell apart; the cause stays in the chain.
func (d *DB) known(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, ErrUnsure) {
		return err
	}
	// The end of ctx undoes a transaction from outside; what meets it then knows no more.
	if end := ctx.Err(); end != nil && errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("%w (%w)", end, err)
	}
	if kind := d.kindOf(ctx, err); kind != nil && !errors.Is(err, kind) {
		return fmt.Errorf("%w (%w)", kind, err)
	}
	return err
}

func (d *DB) kindOf(ctx context.Context, err error) error {
	var s *sqlite.Error
	if errors.As(err, &s) {
		return d.sqliteKind(s.Code())
	}
	var c *pgconn.ConnectError
	if errors.As(err, &c) && ctx.Err() == nil {
		return ErrGone
	}
	var p *pgconn.PgError
	if errors.As(err, &p) {
		return pgKind(p.Code)
	}
	if d.dialect == PostgreSQL && ctx.Err() == nil && lost(err) {
		return ErrGone
	}
	return nil
}

func (d *DB) sqliteKind(code int) error {
	if code == sqliteUnique || code == sqlitePrimaryKey {
		return ErrExists
	}
	switch code & 0xff {
	case sqliteBusy, sqliteLocked:
		return ErrBusy
	case sqliteFull:
		return ErrFull
	case sqliteIOErr, sqliteCantOpen:
		// A full disk shows so when the log or its index cannot grow.
		if noRoom(d.dir) {
			return ErrFull
		}
		return ErrUnavailable
	case sqlitePerm, sqliteReadonly, sqliteCorrupt, sqliteNotADB:
		return ErrUnavailable
	}
	return nil
}

func pgKind(code string) error {
	switch code {
	case pgUnique:
		return ErrExists
	case pgLockNotAvailable, pgSerialization, pgDeadlock:
		return ErrBusy
	case pgDiskFull:
		return ErrFull
	case pgAdminShutdown, pgCrashShutdown, pgCannotConnect, pgDatabaseDropped, pgIdleTimeout, pgTooManyConnections, pgOutOfMemory:
		return ErrGone
	case pgReadOnly, pgIOError, pgCorrupt, pgIndexCorrupt:
		return ErrUnavailable
	}
	return nil
}

// lost says that the connection broke.
func lost(err error) bool {
	var n *net.OpError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &n)
}

// commitFault marks a commit of which nobody knows how it ended: the server had the
// word, and its answer did not come. The driver's own word on whether anything was
// sent is not taken: it says "conn closed", as if before, when the answer is cut off.
func (d *DB) commitFault(err error) error {
	if err == nil || d.dialect != PostgreSQL {
		return err
	}
	var p *pgconn.PgError
	ended := errors.As(err, &p) && strings.HasPrefix(p.Code, "57P") // the server's session, not the transaction
	if !ended && (p != nil || !lost(err) && !pgconn.Timeout(err)) {
		return err
	}
	return fmt.Errorf("%w (%w)", ErrUnsure, err)
}

// again says whether the same transaction may do better when begun anew. SQLite has
// waited for the other program already (busy_timeout), as long as anybody would.
func again(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && (p.Code == pgSerialization || p.Code == pgDeadlock)
}
