package auth

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// testClock stands still until it is told to move.
type testClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *testClock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// cheap hashes need no time, so that tests can make many.
var cheap = cost{MemoryKiB: 64, Times: 1, Threads: 1}

const (
	goodPassword  = "plum orbit canvas nine"
	otherPassword = "lantern gravel sofa hymn"
	home          = "192.0.2.7"
	browser       = "Browser/1.0"
)

// world is a store with two workspaces.
type world struct {
	t     *testing.T
	ctx   context.Context
	db    *store.DB
	clock *testClock
	a, b  *Service
}

func newWorld(t *testing.T, db *store.DB) *world {
	w := &world{t: t, ctx: t.Context(), db: db, clock: &testClock{t: storetest.Start}}
	w.a, w.b = w.service("a"), w.service("b")
	return w
}

func (w *world) service(workspace string) *Service {
	s := New(Options{DB: w.db, Workspace: workspace, Now: w.clock.Now})
	s.hasher = newHasher(cheap)
	s.seenWait = time.Minute // nothing in a test rests on how fast the disk is
	return s
}

// each runs a test in a new world on each kind of store.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(newWorld(t, db)) })
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fails wants an error of the kind.
func (w *world) fails(err, kind error) {
	w.t.Helper()
	if !errors.Is(err, kind) {
		w.t.Errorf("got %v, want %v", err, kind)
	}
}

// badInput wants an error about the field.
func (w *world) badInput(err error, field string) {
	w.t.Helper()
	var in *InputError
	if !errors.As(err, &in) || in.Field != field {
		w.t.Errorf("got %v, want something about %s", err, field)
	}
}

func email(name string) string { return name + "@example.org" }

// add makes a member and gives the actor of a new session.
func (w *world) add(s *Service, name string, role Role) Actor {
	w.t.Helper()
	_, err := s.Add(w.ctx, Machine(s.workspace), email(name), name, role, goodPassword)
	w.ok(err)
	_, a := w.signIn(s, name)
	return a
}

func (w *world) signIn(s *Service, name string) (string, Actor) {
	w.t.Helper()
	secret, a, err := s.SignIn(w.ctx, email(name), goodPassword, home, browser)
	w.ok(err)
	s.byAddress.forget(home) // tests sign in more often than people
	return secret, a
}

// count asks the store for a number.
func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	w.ok(w.db.Read().QueryRowContext(w.ctx, query, args...).Scan(&n))
	return n
}

// events counts lines of the log.
func (w *world) events(workspace, action string) int {
	w.t.Helper()
	return w.count(`select count(seq) from audit_event where workspace = $1 and action = $2`, workspace, action)
}

// logged gives all that the log of a workspace says, as one text.
func (w *world) logged(workspace string) string {
	w.t.Helper()
	rows, err := w.db.Read().QueryContext(w.ctx, `select actor || ' ' || action || ' ' || subject || ' ' || detail from audit_event where workspace = $1 order by seq`, workspace)
	w.ok(err)
	lines, err := collect(rows, func() (string, error) {
		var l string
		err := rows.Scan(&l)
		return l, err
	})
	w.ok(err)
	text := ""
	for _, l := range lines {
		text += l + "\n"
	}
	return text
}
