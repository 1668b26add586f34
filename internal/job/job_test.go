package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// notes is where a runner logs to.
type notes struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
}

// shop is a workspace with an editor and a reader, and what its jobs do.
type shop struct {
	t              *testing.T
	db             *store.DB
	clock          *clock
	notes          *notes
	kinds          map[string]Func
	workspace      string
	editor, reader auth.Actor
}

func newShop(t *testing.T, db *store.DB, workspace string) *shop {
	t.Helper()
	s := &shop{t: t, db: db, clock: &clock{t: storetest.Start}, notes: &notes{}, kinds: map[string]Func{}, workspace: workspace}
	err := db.Update(t.Context(), func(q store.Querier) error {
		for _, p := range []struct {
			a    *auth.Actor
			role auth.Role
		}{{&s.editor, auth.Editor}, {&s.reader, auth.Reader}} {
			*p.a = auth.Actor{Workspace: workspace, PersonID: string(p.role) + "-" + workspace, Role: p.role, Via: auth.ViaWeb}
			if _, err := q.ExecContext(t.Context(), `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, p.a.PersonID); err != nil {
				return err
			}
			if _, err := q.ExecContext(t.Context(), `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, p.a.PersonID, p.role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// each runs a test in a shop on each kind of store.
func each(t *testing.T, f func(t *testing.T, s *shop)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newShop(t, db, "amid")) })
}

// runner is another server of the shop.
func (s *shop) runner() *Runner {
	r := New(Runner{DB: s.db, Workspace: s.workspace, Now: s.clock.Now, Log: slog.New(slog.NewTextHandler(s.notes, nil)), Kinds: s.kinds})
	r.poll, r.tell = 5*time.Millisecond, 5*time.Millisecond
	return r
}

func (s *shop) ask(r *Runner, kind string) Job {
	s.t.Helper()
	s.clock.Add(time.Millisecond)
	j, _, err := r.Ask(s.t.Context(), s.editor, kind)
	if err != nil {
		s.t.Fatal(err)
	}
	return j
}

func (s *shop) find(r *Runner, id string) Job {
	s.t.Helper()
	j, err := r.Find(s.t.Context(), s.reader, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return j
}

func (s *shop) lines(r *Runner, id string) (out []string) {
	s.t.Helper()
	lines, err := r.Lines(s.t.Context(), s.reader, id, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

// claim takes the next job, nil when there is none.
func (s *shop) claim(r *Runner) *Run {
	s.t.Helper()
	run, err := r.claim(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return run
}

// work runs the next job to its end, as Work does.
func (s *shop) work(r *Runner) {
	s.t.Helper()
	run := s.claim(r)
	if run == nil {
		s.t.Fatal("there is nothing to do")
	}
	r.run(s.t.Context(), run)
}

// until waits for a state; the test's own limit ends the wait.
func (s *shop) until(r *Runner, id, state string) Job {
	s.t.Helper()
	for {
		if j := s.find(r, id); j.State == state {
			return j
		}
		time.Sleep(time.Millisecond)
	}
}

// told are the events of jobs in the log, oldest first.
func (s *shop) told() (out []string) {
	s.t.Helper()
	events, err := audit.List(s.t.Context(), s.db.Read(), s.workspace, audit.Filter{Action: "job"})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range events {
		text := e.Action + " by " + e.Actor
		if e.Detail["state"] != "" {
			text += ": " + e.Detail["state"]
		}
		out = append([]string{text}, out...)
	}
	return out
}

func (s *shop) same(want, got any) {
	s.t.Helper()
	if d := cmp.Diff(want, got, cmp.AllowUnexported(Job{})); d != "" {
		s.t.Errorf("(-want +got)\n%s", d)
	}
}

func TestRun_done(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(_ context.Context, run *Run) error {
			run.Progress(3, 10, "reading")
			run.Logf("%d rows", 7)
			run.Logf("two\nlines\n")
			run.Result("r-1")
			return nil
		}
		r := s.runner()
		j := s.ask(r, "build")
		s.same(Job{ID: j.ID, Kind: "build", State: Queued, AskedBy: s.editor.PersonID, AskedAt: store.Time(s.clock.Now())}, s.strip(s.find(r, j.ID)))
		s.work(r)
		at := store.Time(s.clock.Now())
		s.same(Job{ID: j.ID, Kind: "build", State: Done, AskedBy: s.editor.PersonID, AskedAt: j.AskedAt, StartedAt: at, EndedAt: at, Attempts: 1, Done: 3, Total: 10, Result: "r-1"}, s.strip(s.find(r, j.ID)))
		s.same([]string{"7 rows", "two", "lines"}, s.lines(r, j.ID))
		s.same([]string{"job.ask by editor-amid", "job.end by machine: done"}, s.told())
		rest, err := r.Lines(t.Context(), s.reader, j.ID, 2)
		if err != nil {
			t.Fatal(err)
		}
		s.same([]Line{{3, at, "lines"}}, rest)
		if run := s.claim(r); run != nil {
			t.Errorf("there is more to do: %+v", run.job)
		}
	})
}

// strip is the job without what only workers know.
func (s *shop) strip(j Job) Job {
	j.worker, j.seenAt = "", ""
	return j
}

func (s *shop) String() string { return s.workspace }

func TestRun_fails(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return errors.New("places.csv:7: no\x00pe\xff") }
		s.kinds["panic"] = func(_ context.Context, run *Run) error {
			run.Result("half")
			panic("no such column")
		}
		s.kinds["long"] = func(context.Context, *Run) error { return errors.New(strings.Repeat("é", 5000)) }
		r := s.runner()
		build, pan, long := s.ask(r, "build"), s.ask(r, "panic"), s.ask(r, "long")
		for range 3 {
			s.work(r)
		}
		j := s.find(r, build.ID)
		if j.State != Failed || j.Message != "places.csv:7: no\ufffdpe\ufffd" || cmp.Diff([]string{"failed: places.csv:7: no\ufffdpe\ufffd"}, s.lines(r, build.ID)) != "" {
			t.Errorf("%+v %q", j, s.lines(r, build.ID))
		}
		j = s.find(r, pan.ID)
		log := strings.Join(s.lines(r, pan.ID), "\n")
		if j.State != Failed || !strings.Contains(j.Message, "the program failed at it: no such column") || !strings.Contains(log, "job_test.go:") || !strings.Contains(log, "failed: the program failed at it") {
			t.Errorf("%+v\n%s", j, log)
		}
		if j = s.find(r, long.ID); j.State != Failed || len(j.Message) > mostLength+10 || !strings.HasSuffix(j.Message, "é …") {
			t.Errorf("%d bytes: %s", len(j.Message), j.State)
		}
		s.same([]string{"job.end by machine: failed", "job.end by machine: failed", "job.end by machine: failed"}, s.told()[3:])
	})
}

func TestAsk_twice(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		s.kinds["pull"] = s.kinds["build"]
		r := s.runner()
		first := s.ask(r, "build")
		again, existed, err := r.Ask(t.Context(), s.editor, "build")
		if err != nil || !existed || again.ID != first.ID {
			t.Errorf("%+v %v %v", again, existed, err)
		}
		s.clock.Add(time.Millisecond) // the one that was asked for first is run first
		if other, existed, err := r.Ask(t.Context(), s.editor, "pull"); err != nil || existed || other.ID == first.ID {
			t.Errorf("of another kind: %+v %v %v", other, existed, err)
		}
		s.same([]string{"job.ask by editor-amid", "job.ask by editor-amid"}, s.told())
		// Once it runs, what is asked for may be more than what it does.
		run := s.claim(r)
		second, existed, err := r.Ask(t.Context(), s.editor, "build")
		if err != nil || existed || second.ID == first.ID || run.job.ID != first.ID {
			t.Errorf("while it runs: %+v %v %v", second, existed, err)
		}
		if _, _, err := r.Ask(t.Context(), s.editor, "bake"); err == nil || !strings.Contains(err.Error(), `"bake"`) {
			t.Errorf("of no kind: %v", err)
		}
	})
}

func TestAsk_atOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		ids := make([]string, 8)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				j, _, err := s.runner().Ask(t.Context(), s.editor, "build")
				if err != nil {
					t.Error(err)
				}
				ids[i] = j.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("two jobs wait: %v", ids)
			}
		}
	})
}

// TestPermits asks as everybody who may not, and as somebody of another workspace.
func TestPermits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, other := newShop(t, db, "amid"), newShop(t, db, "other")
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		other.kinds = s.kinds
		r, foreign := s.runner(), other.runner()
		j := s.ask(r, "build")
		mine := other.ask(foreign, "build")
		denied := func(name string, err error) {
			t.Helper()
			if !errors.Is(err, auth.ErrDenied) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		for _, a := range []auth.Actor{{}, {Workspace: "amid"}, s.reader, other.editor, auth.Machine("other"), {Workspace: "amid", PersonID: other.editor.PersonID, Role: auth.Owner}} {
			_, _, err := r.Ask(t.Context(), a, "build")
			denied("ask", err)
			denied("cancel", r.Cancel(t.Context(), a, j.ID))
			if a.PersonID == s.reader.PersonID {
				continue // who may read
			}
			_, err = r.List(t.Context(), a, 10)
			denied("list", err)
			_, err = r.Find(t.Context(), a, j.ID)
			denied("find", err)
			_, err = r.Lines(t.Context(), a, j.ID, 0)
			denied("lines", err)
		}
		// A job of another workspace is not there, whoever asks.
		for _, id := range []string{mine.ID, "", "j-none", "%"} {
			if err := r.Cancel(t.Context(), s.editor, id); !errors.Is(err, ErrNotFound) {
				t.Errorf("cancel %q: %v", id, err)
			}
			if _, err := r.Find(t.Context(), s.editor, id); !errors.Is(err, ErrNotFound) {
				t.Errorf("find %q: %v", id, err)
			}
			if _, err := r.Lines(t.Context(), s.editor, id, 0); !errors.Is(err, ErrNotFound) {
				t.Errorf("lines %q: %v", id, err)
			}
		}
		if js, err := r.List(t.Context(), s.reader, 10); err != nil || len(js) != 1 || js[0].ID != j.ID {
			t.Errorf("%+v (%v)", js, err)
		}
		if got := other.find(foreign, mine.ID); got.State != Queued {
			t.Errorf("%+v", got)
		}
		// Each runner takes up its own.
		if run := s.claim(r); run.job.ID != j.ID || s.claim(r) != nil {
			t.Errorf("%+v", run.job)
		}
		if _, _, err := r.Ask(t.Context(), auth.Machine("amid"), "build"); err != nil {
			t.Errorf("from the command line: %v", err)
		}
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var ids []string
		r := s.runner()
		for i := range 4 {
			kind := fmt.Sprint(i)
			s.kinds[kind] = func(context.Context, *Run) error { return nil }
			ids = append([]string{s.ask(r, kind).ID}, ids...)
		}
		js, err := r.List(t.Context(), s.reader, 3)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, j := range js {
			got = append(got, j.ID)
		}
		s.same(ids[:3], got)
		for i := range 4 { // the oldest is run first
			if run := s.claim(r); run == nil || run.job.ID != ids[3-i] {
				t.Errorf("place %d: %+v", i, run)
			}
		}
	})
}

func TestClaim_unknownKind(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["old"] = func(context.Context, *Run) error { return nil }
		s.kinds["build"] = s.kinds["old"]
		r := s.runner()
		s.ask(r, "old")
		j := s.ask(r, "build")
		delete(s.kinds, "old") // a server that does not do it is not held up by it
		if run := s.claim(r); run == nil || run.job.ID != j.ID {
			t.Errorf("%+v", run)
		}
	})
}
