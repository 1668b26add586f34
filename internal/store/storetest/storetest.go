// Package storetest opens stores for tests: SQLite always, and PostgreSQL beside
// it where MILIEU_TEST_DATABASE_URL names a server on which databases may be made.
// What is right on one must be right on the other, so tests of the store and of
// everything above it run through Each.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops the databases of tests

	"milieu/internal/store"
)

// ServerEnv names the environment variable with the address of a PostgreSQL server.
const ServerEnv = "MILIEU_TEST_DATABASE_URL"

// Start is the moment at which the clocks of tests begin.
var Start = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

// Clock is a clock that moves one millisecond each time it is read, so that order
// in time is the order of calls, from whichever goroutine.
func Clock() func() time.Time {
	var calls atomic.Int64
	return func() time.Time { return Start.Add(time.Duration(calls.Add(1)) * time.Millisecond) }
}

// Each runs a test on a new, empty store of each kind.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachOptions(t, func(t *testing.T, o store.Options) {
		db, err := store.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		f(t, db)
	})
}

// EachOptions runs a test with the place of a new store of each kind, for tests
// that open it themselves.
func EachOptions(t *testing.T, f func(t *testing.T, o store.Options)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) {
		f(t, store.Options{File: filepath.Join(t.TempDir(), "workspace.db"), Now: fixed})
	})
	t.Run(store.PostgreSQL, func(t *testing.T) {
		f(t, store.Options{URL: Database(t), Now: fixed})
	})
}

func fixed() time.Time { return Start }

// Open opens a new SQLite store, for tests to which the kind does not matter.
func Open(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{File: filepath.Join(t.TempDir(), "workspace.db"), Now: fixed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Database makes a PostgreSQL database for one test and gives its address; the
// test is skipped where there is no server.
func Database(t testing.TB) string {
	t.Helper()
	server := os.Getenv(ServerEnv)
	if server == "" {
		t.Skipf("no PostgreSQL: start one with tools/postgres.sh and set %s to the address that it prints", ServerEnv)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s cannot be read as an address", ServerEnv)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := admin.Exec("create database " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("drop database " + name + " with (force)"); err != nil {
			t.Error(err)
		}
		_ = admin.Close()
	})
	u.Path = "/" + name
	return u.String()
}
