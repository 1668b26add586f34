package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/store"
)

// Target is where a backup is restored to.
type Target struct {
	Dir     string        // workspace folder: a new or an empty one, except with Replace
	Store   store.Options // a database, or a file, usually below Dir
	Replace bool          // move what is there aside
	Now     func() time.Time
}

// Restore verifies a backup and makes the workspace that it holds, folder and store.
// Until the end nothing is seen of it, and what is in the way makes it fail before
// anything is written. Nobody is signed in, nobody is invited and no token counts afterwards; work that
// was running is in the queue again; the release has to be built. A database may hold
// other workspaces, which are left alone, and people that it knows keep the account
// that they have there. At the end a line is written into the audit log.
func Restore(ctx context.Context, file string, t Target) (Summary, error) {
	s, err := restore(ctx, file, t)
	if err != nil {
		return Summary{}, fmt.Errorf("restore %s: %w", file, err)
	}
	return s, nil
}

func restore(ctx context.Context, file string, t Target) (Summary, error) {
	a, err := openArchive(file)
	if err != nil {
		return Summary{}, err
	}
	defer a.close()
	if err := a.verify(ctx); err != nil {
		return Summary{}, err
	}
	s, err := findSpot(t)
	if err != nil {
		return Summary{}, err
	}
	if err := s.free(ctx, t.Replace); err != nil {
		return Summary{}, err
	}
	defer s.clear()
	r := restorer{a: a, t: t, spot: s, sum: a.summary()}
	r.sum.Restored = &Restored{Dir: t.Dir, Store: t.Store.File}
	into := r.intoFile
	if t.Store.URL != "" {
		into = r.intoDatabase
	}
	err = into(ctx)
	return r.sum, err
}

// restorer carries out one restore.
type restorer struct {
	a    *archive
	t    Target
	spot *spot
	sum  Summary
}

// make unpacks folder and store beside their place. The store is open.
func (r *restorer) make(ctx context.Context) (db *store.DB, folder, file string, err error) {
	if folder, file, err = r.spot.stage(); err != nil {
		return nil, "", "", err
	}
	if db, err = r.a.load(ctx, file); err != nil {
		return nil, "", "", err
	}
	if err = r.files(ctx, folder); err == nil {
		err = db.Update(ctx, func(q store.Querier) error { return r.settle(ctx, q) })
	}
	if err != nil {
		return nil, "", "", errors.Join(err, db.Close())
	}
	return db, folder, file, nil
}

// intoFile makes a workspace whose store is a SQLite file.
func (r *restorer) intoFile(ctx context.Context) error {
	db, folder, file, err := r.make(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(r.seal(ctx, db), db.Close()); err != nil {
		return err
	}
	if err := store.Fold(ctx, file); err != nil {
		return err
	}
	r.sum.Restored.Aside, err = r.spot.settle(folder, file, clock(r.t.Now))
	return err
}

// intoDatabase makes a workspace whose store is a database that is there. The rows go
// in before the folder is seen: a folder without its rows would be taken for a place
// where nobody has decided anything.
func (r *restorer) intoDatabase(ctx context.Context) error {
	to, err := store.Open(ctx, r.t.Store)
	if err != nil {
		return err
	}
	defer to.Close()
	r.sum.Restored.Store = to.Where()
	if err := to.View(ctx, func(q store.Querier) error { return r.vacant(ctx, q, to) }); err != nil {
		return err
	}
	from, folder, file, err := r.make(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := to.Update(ctx, func(q store.Querier) error { return r.fill(ctx, from, to, q) }); err != nil {
		return err
	}
	if err := r.seal(ctx, to); err != nil {
		return fmt.Errorf("the rows are in the database %s, and the folder has not been made: %w", to.Where(), err)
	}
	if r.sum.Restored.Aside, err = r.spot.settle(folder, file, clock(r.t.Now)); err != nil {
		return fmt.Errorf("the rows are in the database %s, but the folder could not be put to its place: %w; mend that, and restore into an empty database", to.Where(), err)
	}
	return nil
}

// seal verifies the log of a store that has been filled, and writes down in it that it
// was restored.
func (r *restorer) seal(ctx context.Context, db *store.DB) error {
	about := r.a.about
	if err := whole(ctx, db, about.Workspace, about.Audit); err != nil {
		return err
	}
	detail := map[string]string{"made_at": about.At, "events": strconv.FormatInt(about.Audit.Seq, 10), "audit_head": about.Audit.Hash}
	return db.Update(ctx, func(q store.Querier) error {
		return note(ctx, q, about.Workspace, clock(r.t.Now), "backup.restore", filepath.Base(r.a.file), detail)
	})
}

// files unpacks the folder.
func (r *restorer) files(ctx context.Context, folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, e := range r.a.about.Entries {
		name, ok := strings.CutPrefix(e.Name, filesPrefix)
		if !ok {
			continue
		}
		// Readable and writable by the owner whatever it was; more than that as it was.
		mode := r.a.entries[e.Name].Mode().Perm() | 0o600
		err := extract(root, name, mode, func(f *os.File) error { return r.a.copy(ctx, e, f) })
		if err != nil {
			return fmt.Errorf("file %s: %w", name, err)
		}
		// When a file was last changed is for people to see; nothing rests on it.
		at := r.a.entries[e.Name].Modified
		if err := root.Chtimes(name, at, at); err != nil && !errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("file %s: %w", name, err)
		}
	}
	return nil
}

const requeue = `update job set state = 'queued', worker = '', seen_at = '', done = 0, total = 0, message = '' where workspace = $1 and state = 'running'`

const tokensEnd = `update token set revoked_at = $2 where workspace = $1 and revoked_at = ''`

// settle takes out of a copy what was true only where it was made. Backups have no rows
// of the tables that are not kept, but a file may come from anywhere.
func (r *restorer) settle(ctx context.Context, q store.Querier) error {
	for _, t := range notKept {
		if _, err := q.ExecContext(ctx, "delete from "+t); err != nil {
			return err
		}
	}
	// One that was revoked after the backup must not count again, and nothing here tells it
	// from the others. The rows stay for their names.
	if _, err := q.ExecContext(ctx, tokensEnd, r.a.about.Workspace, store.Time(clock(r.t.Now))); err != nil {
		return err
	}
	res, err := q.ExecContext(ctx, requeue, r.a.about.Workspace)
	if err != nil {
		return err
	}
	r.sum.Restored.Requeued, err = res.RowsAffected()
	return err
}

// vacant refuses a database that has rows of this workspace. They are not taken out:
// of what others share, only its keeper can say what may go.
func (r *restorer) vacant(ctx context.Context, q store.Querier, to *store.DB) error {
	counts, err := store.CountWorkspace(ctx, q, r.a.about.Workspace)
	if err != nil {
		return err
	}
	var n int64
	for _, c := range counts {
		n += c
	}
	if n > 0 {
		return fmt.Errorf("the database %s has %d rows of workspace %s already, which are left alone: make an empty database, name it in MILIEU_DATABASE_URL and restore into that; "+
			"the old one can be dropped when the new one is in use", to.Where(), n, r.a.about.Workspace)
	}
	return nil
}

// fill copies the rows from the store that was made into the database.
func (r *restorer) fill(ctx context.Context, from, to *store.DB, q store.Querier) error {
	r.sum.Restored.Accounts = 0 // it may be begun anew
	if err := r.vacant(ctx, q, to); err != nil {
		return err
	}
	l, err := to.Load(ctx, q)
	if err != nil {
		return err
	}
	err = from.View(ctx, func(src store.Querier) error {
		return store.DumpWorkspace(ctx, src, r.a.about.Workspace, keptTables(), func(table string, columns []string, row []any) error {
			if table == "person" {
				known, err := knownPerson(ctx, q, columns, row)
				if known {
					r.sum.Restored.Accounts++
				}
				if known || err != nil {
					return err
				}
			}
			return l.Row(table, columns, row)
		})
	})
	if err != nil {
		return err
	}
	return l.Close()
}

const personQuery = `select person_id from person where person_id = $1 or email = $2 or (oidc_subject <> '' and oidc_issuer = $3 and oidc_subject = $4)`

// knownPerson says that the database has this account. Another account with the same
// address or the same link to a provider is somebody else as far as anybody can tell.
func knownPerson(ctx context.Context, q store.Querier, columns []string, row []any) (bool, error) {
	cell := func(name string) any { return row[slices.Index(columns, name)] }
	rows, err := q.QueryContext(ctx, personQuery, cell("person_id"), cell("email"), cell("oidc_issuer"), cell("oidc_subject"))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	known := false
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return false, err
		}
		if id == cell("person_id") {
			known = true
			continue
		}
		return false, fmt.Errorf("the database has another account for %v (%s, in the backup %v): restore into a database of its own", cell("email"), id, cell("person_id"))
	}
	return known, rows.Err()
}
