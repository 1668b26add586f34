package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// helperEnv makes the test program another program that uses a store: its value says
// what to do, and its first argument where.
const helperEnv = "MILIEU_STORE_TEST_HELPER"

func TestMain(m *testing.M) {
	what := os.Getenv(helperEnv)
	if what == "" {
		os.Exit(m.Run())
	}
	if err := help(what, os.Args[1]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func help(what, where string) error {
	ctx := context.Background()
	if what == "fold" {
		return store.Fold(ctx, where)
	}
	o := store.Options{File: where}
	if strings.HasPrefix(where, "postgres:") {
		o = store.Options{URL: where}
	}
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	return count(ctx, db, where, 1)
}

// another runs another program on a store.
func another(t *testing.T, what, where string) error {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, where)
	cmd.Env = append(os.Environ(), helperEnv+"="+what)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

const (
	counterMake = `insert into audit_head (workspace, seq, hash) values ($1, 0, '') on conflict (workspace) do nothing`
	counterNext = `update audit_head set seq = seq + 1 where workspace = $1 returning seq`
	counterRead = `select seq from audit_head where workspace = $1`
)

// next counts one up.
func next(ctx context.Context, q store.Querier, name string) (int64, error) {
	if _, err := q.ExecContext(ctx, counterMake, name); err != nil {
		return 0, err
	}
	var n int64
	err := q.QueryRowContext(ctx, counterNext, name).Scan(&n)
	return n, err
}

// count counts up in transactions of their own.
func count(ctx context.Context, db *store.DB, name string, times int) error {
	for range times {
		err := db.Update(ctx, func(q store.Querier) error {
			_, err := next(ctx, q, name)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// counted reads a counter; 0 where there is none.
func counted(t *testing.T, q store.Querier, name string) int64 {
	t.Helper()
	var n int64
	if err := q.QueryRowContext(t.Context(), counterRead, name).Scan(&n); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return n
}

func openStore(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// fails wants an error of the kind.
func fails(t *testing.T, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("got %v, want %v", err, kind)
	}
}

// TestSQLite_settings asks every connection of both pools, not only the first.
func TestSQLite_settings(t *testing.T) {
	db := storetest.Open(t)
	write, read := db.Pools()
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"}
	for _, p := range []struct {
		pool      *sql.DB
		conns     int
		queryOnly string
	}{{write, 1, "0"}, {read, 8, "1"}} {
		want["query_only"] = p.queryOnly
		if most := p.pool.Stats().MaxOpenConnections; most != p.conns {
			t.Errorf("%d connections, want %d", most, p.conns)
		}
		for range p.conns {
			conn, err := p.pool.Conn(t.Context()) // held, so that the next is another
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			got := map[string]string{}
			for name := range want {
				var v string
				if err := conn.QueryRowContext(t.Context(), "pragma "+name).Scan(&v); err != nil {
					t.Fatal(err)
				}
				got[name] = v
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		}
	}
}

func TestPostgreSQL_durable(t *testing.T) {
	u := storetest.Database(t)
	sep := "?"
	if strings.Contains(u, "?") {
		sep = "&"
	}
	db := openStore(t, store.Options{URL: u + sep + "options=-csynchronous_commit%3Doff"})
	var v string
	if err := db.Read().QueryRowContext(t.Context(), "show synchronous_commit").Scan(&v); err != nil || v != "on" {
		t.Errorf("synchronous_commit is %q (%v)", v, err)
	}
}

func TestOpen_fileIsPrivate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "er", "workspace.db")
	db := openStore(t, store.Options{File: file})
	if err := count(t.Context(), db, "a", 1); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		fi, err := os.Stat(file + end)
		if err != nil {
			t.Fatal(err)
		}
		if m := fi.Mode().Perm(); m != 0o600 {
			t.Errorf("%s has mode %o", fi.Name(), m)
		}
	}
}

func TestOpen_names(t *testing.T) {
	for _, name := range []string{"a b.db", "a?b.db", "a#b.db", "a%41b.db", "a&_pragma=synchronous(off).db", "é.db", "a:b.db", "file:x.db", "a'\"b.db", "a;b+c.db", "-x"} {
		dir := filepath.Join(t.TempDir(), "in "+name)
		db := openStore(t, store.Options{File: filepath.Join(dir, name)})
		if err := count(t.Context(), db, "a", 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if d := cmp.Diff([]string{name, name + "-shm", name + "-wal"}, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", name, d)
		}
	}
	t.Run("relative", func(t *testing.T) {
		t.Chdir(t.TempDir())
		for _, name := range []string{"w.db", ".//w2.db"} {
			db := openStore(t, store.Options{File: name})
			if err := count(t.Context(), db, "a", 1); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := os.Stat(name); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("two slashes", func(t *testing.T) {
		file := "/" + filepath.Join(t.TempDir(), "w.db")
		if err := count(t.Context(), openStore(t, store.Options{File: file}), "a", 1); err != nil {
			t.Error(err)
		}
	})
}

func TestOpen_refuses(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is no store\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    store.Options
		kind error
		says string
	}{
		{"no database", store.Options{File: garbage}, store.ErrUnavailable, "garbage.db"},
		{"folder", store.Options{File: dir}, store.ErrUnavailable, dir},
		{"nobody listens", store.Options{URL: "postgres://u:secret@127.0.0.1:1/x?sslmode=disable"}, store.ErrGone, "127.0.0.1:1/x"},
		{"no address", store.Options{URL: "postgres://u:secret@[::1:5432/x"}, nil, "write it as postgres://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := store.Open(t.Context(), c.o)
			if err == nil || c.kind != nil && !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
			if errors.Is(err, store.ErrFull) {
				t.Errorf("it is said to be full: %v", err)
			}
		})
	}
}

// TestOpen_atOnce opens a new store in several programs, and several times in one, at
// the same moment.
func TestOpen_atOnce(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		where := o.File + o.URL
		const programs, opens = 4, 4
		errs := make(chan error, programs+opens)
		var wg sync.WaitGroup
		for range programs {
			wg.Go(func() { errs <- another(t, "open", where) })
		}
		for range opens {
			wg.Go(func() {
				db, err := store.Open(t.Context(), o)
				if err == nil {
					err = errors.Join(count(t.Context(), db, where, 1), db.Close())
				}
				errs <- err
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		if n := counted(t, openStore(t, o).Read(), where); n != programs+opens {
			t.Errorf("counted to %d, want %d", n, programs+opens)
		}
	})
}

// TestOpen_keepsLocks opens and closes a store that this process has open already, and
// wants other programs to see that it is in use none the less.
func TestOpen_keepsLocks(t *testing.T) {
	o := store.Options{File: filepath.Join(t.TempDir(), "workspace.db")}
	db := openStore(t, o)
	if err := count(t.Context(), db, "a", 1); err != nil {
		t.Fatal(err)
	}
	second, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if err := another(t, "fold", o.File); err == nil || !strings.Contains(err.Error(), "held by another program") {
		t.Errorf("another program took the store away: %v", err)
	}
	if err := count(t.Context(), db, "a", 1); err != nil {
		t.Fatal(err)
	}
}

func TestFold(t *testing.T) {
	ctx := t.Context()
	o := store.Options{File: filepath.Join(t.TempDir(), "workspace.db")}
	if err := store.Fold(ctx, o.File); err != nil {
		t.Errorf("where there is none: %v", err)
	}
	if _, err := os.Stat(o.File); err == nil {
		t.Error("it made a file")
	}
	db := openStore(t, o)
	if err := count(ctx, db, "a", 3); err != nil {
		t.Fatal(err)
	}
	fails(t, store.Fold(ctx, o.File), store.ErrBusy)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := store.Fold(ctx, o.File); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"-wal", "-shm", "-journal"} {
		if _, err := os.Stat(o.File + end); err == nil {
			t.Errorf("there is still %s", end)
		}
	}
	moved := store.Options{File: filepath.Join(t.TempDir(), "moved.db")}
	if err := os.Rename(o.File, moved.File); err != nil {
		t.Fatal(err)
	}
	if n := counted(t, openStore(t, moved).Read(), "a"); n != 3 {
		t.Errorf("counted to %d after the move", n)
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2026, 11, 26, 10, 0, 0, 1500, time.FixedZone("", 3600))
	if got, want := store.Time(at), "2026-11-26T09:00:00.000001Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !store.ParseTime(store.Time(at)).Equal(at.Truncate(time.Microsecond)) || !store.ParseTime("").IsZero() || !store.ParseTime("yesterday").IsZero() {
		t.Error("times do not come back")
	}
}

func TestStorable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for in, want := range map[string]string{"plain": "plain", "a\x00b": "a\ufffdb", "a\xffb": "a\ufffdb", "é😀": "é😀", "": ""} {
			got := store.Storable(in)
			if got != want {
				t.Errorf("%q became %q", in, got)
			}
			if err := count(t.Context(), db, "t"+got, 1); err != nil || counted(t, db.Read(), "t"+want) == 0 {
				t.Errorf("%q is not kept: %v", got, err)
			}
		}
	})
}

func TestLike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, name := range []string{"50%!_x", "50 !_x", "50%!ax", "50%_x"} {
			if err := count(t.Context(), db, name, 1); err != nil {
				t.Fatal(err)
			}
		}
		var n int
		err := db.Read().QueryRowContext(t.Context(), `select count(*) from audit_head where workspace like $1 escape '!'`, store.Like("50%!_")+"%").Scan(&n)
		if err != nil || n != 1 {
			t.Errorf("%d rows match (%v)", n, err)
		}
	})
}

func TestID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := store.NewID("p")
		if !strings.HasPrefix(id, "p-") || len(id) != 18 || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
	if s := store.NewSecret(); len(s) != 43 || s == store.NewSecret() || len(store.Hash(s)) != 64 {
		t.Errorf("secret %q", s)
	}
	// Number from: printf secret | sha256sum
	if got := store.Hash("secret"); got != "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b" {
		t.Errorf("the hash is %s", got)
	}
}
