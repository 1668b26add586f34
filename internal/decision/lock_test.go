package decision

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

const waiting = `select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()`

// onPostgreSQL is a store in which several write at once.
func onPostgreSQL(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(ctx, store.Options{URL: storetest.Database(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// holding runs f while a record is held and act, begun meanwhile, waits for it.
func holding(t *testing.T, b Book, subject string, act func(), f func(q store.Querier) error) {
	t.Helper()
	var wg sync.WaitGroup
	err := b.DB.Update(ctx, func(q store.Querier) error {
		var v int64
		if err := q.QueryRowContext(ctx, versionAny, b.Workspace, Organisations, subject).Scan(&v); err != nil {
			return err
		}
		wg.Go(act)
		for n, end := 0, time.Now().Add(30*time.Second); n == 0; time.Sleep(10 * time.Millisecond) {
			if err := b.DB.Read().QueryRowContext(ctx, waiting).Scan(&n); err != nil {
				return err
			}
			if time.Now().After(end) {
				return errors.New("nobody waits for the record")
			}
		}
		if err := f(q); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `update subject_version set version = version - 1 where subject = $1`, subject) // as it was
		return err
	})
	wg.Wait()
	if err != nil {
		t.Error(err)
	}
}

// TestUndoBatch_locks holds the last record of a batch while the batch is undone: the
// log must be free meanwhile, since whoever holds the record goes on to write there.
func TestUndoBatch_locks(t *testing.T) {
	b, ed, _ := newBook(t, onPostgreSQL(t), "amid")
	var drafts []Draft
	for _, subject := range []string{"a", "b", "c"} {
		d := set(subject, 0, "name", subject)
		d.Batch = "u-1"
		drafts = append(drafts, d)
	}
	if _, err := b.DecideAll(ctx, ed, drafts); err != nil {
		t.Fatal(err)
	}
	undo := func() {
		if n, err := b.UndoBatch(ctx, ed, "u-1", "wrong file"); n != 3 || err != nil {
			t.Errorf("%d undone, %v", n, err)
		}
	}
	holding(t, b, "c", undo, func(q store.Querier) error {
		if _, err := q.ExecContext(ctx, `set local lock_timeout = '200ms'`); err != nil {
			return err
		}
		if err := audit.Hold(ctx, q, "amid"); err != nil {
			return fmt.Errorf("the log is held by who waits for a record: %w", err)
		}
		return nil
	})
}

// TestDecide_withdrawn takes the role away from somebody whose decision is under way:
// that has to wait, so that nothing stands in the log as decided after it.
func TestDecide_withdrawn(t *testing.T) {
	b, ed, _ := newBook(t, onPostgreSQL(t), "amid")
	people := auth.New(auth.Options{DB: b.DB, Workspace: "amid", Now: b.Now})
	decide(t, b, ed, set("acme", 0, "name", "Acme"))
	for name, act := range map[string]func() error{
		"decide": func() error { _, err := b.Decide(ctx, ed, set("acme", 1, "name", "Acme Ltd")); return err },
		"undo":   func() error { return b.Undo(ctx, ed, 1, "why") },
	} {
		under := func() {
			if err := act(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		holding(t, b, "acme", under, func(store.Querier) error {
			soon, stop := context.WithTimeout(ctx, 300*time.Millisecond)
			defer stop()
			if people.SetRole(soon, auth.Machine("amid"), ed.PersonID, auth.Reader) == nil {
				return fmt.Errorf("%s: the role was withdrawn under it", name)
			}
			return nil
		})
		// One at a time: each needs the version that it expects.
		if _, err := b.DB.Read().ExecContext(ctx, `update subject_version set version = 1`); err != nil {
			t.Fatal(err)
		}
	}
}

// TestList_text searches for what editors see, on each kind of store alike.
func TestList_text(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		d := set("acme", 0, "name", "Smith & Sons <Café> Ýr_100%")
		d.Reason, d.Source = "Read it in \"Ärzteblatt\"", "https://example.org/Über?a=1&b=2"
		decide(t, b, ed, d)
		for text, want := range map[string]int{"Smith & Sons": 1, "CAFÉ>": 1, "café": 1, "ÝR_100%": 1, "yr": 0, "\"ärzte": 1, "über?A=1&B": 1, "ACME": 1, "u0026": 0, "_": 1, "100%": 1, "%mith%": 0, "a\x00\xff": 0} {
			if _, total, err := b.List(ctx, re, Filter{Text: text}); err != nil || total != want {
				t.Errorf("%q: %d found, want %d (%v)", text, total, want, err)
			}
		}
	})
}

// TestKeep_others wants what another workspace put aside to stay.
func TestKeep_others(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, _ := newBook(t, db, "amid")
		other, otherEd, _ := newBook(t, db, "scotland")
		for _, x := range []struct {
			b Book
			a auth.Actor
		}{{b, ed}, {other, otherEd}} {
			if _, err := x.b.Keep(ctx, x.a, Upload{Table: Organisations, File: "a.csv", Content: []byte("a")}); err != nil {
				t.Fatal(err)
			}
		}
		b.Now = func() time.Time { return storetest.Start.Add(2 * uploadLives) }
		if _, err := b.Keep(ctx, ed, Upload{Table: Organisations, File: "b.csv", Content: []byte("b")}); err != nil {
			t.Fatal(err)
		}
		for workspace, want := range map[string]int{"amid": 1, "scotland": 1} {
			var n int
			if err := db.Read().QueryRowContext(ctx, `select count(*) from upload where workspace = $1`, workspace).Scan(&n); err != nil || n != want {
				t.Errorf("%s: %d uploads, want %d (%v)", workspace, n, want, err)
			}
		}
		var file string
		if err := db.Read().QueryRowContext(ctx, `select file_name from upload where workspace = 'amid'`).Scan(&file); err != nil || file != "b.csv" {
			t.Errorf("%s is kept (%v)", file, err)
		}
	})
}
