package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// waits is work that goes on until its context ends.
func waits(started chan<- *Run) Func {
	return func(ctx context.Context, run *Run) error {
		started <- run
		<-ctx.Done()
		return ctx.Err()
	}
}

func TestCancel_queued(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		r := s.runner()
		j := s.ask(r, "build")
		if err := r.Cancel(t.Context(), s.editor, j.ID); err != nil {
			t.Fatal(err)
		}
		if j = s.find(r, j.ID); j.State != Cancelled || j.EndedAt == "" || !j.Over() {
			t.Errorf("%+v", j)
		}
		if run := s.claim(r); run != nil {
			t.Errorf("it is run all the same: %+v", run.job)
		}
		if err := r.Cancel(t.Context(), s.editor, j.ID); !errors.Is(err, ErrOver) {
			t.Errorf("again: %v", err)
		}
		s.same([]string{"job.ask by editor-amid", "job.cancel by editor-amid"}, s.told())
	})
}

// TestCancel_running cancels on one server what another runs.
func TestCancel_running(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		started, asked := make(chan *Run, 1), make(chan struct{})
		s.kinds["build"] = func(ctx context.Context, run *Run) error {
			err := waits(started)(ctx, run)
			<-asked
			return err
		}
		ctx, stop := context.WithCancel(t.Context())
		here, there := s.runner(), s.runner()
		var wg sync.WaitGroup
		wg.Go(func() { here.Work(ctx) })
		j := s.ask(here, "build")
		(<-started).Logf("half done")
		for range 2 { // the second time is no fault, and no second event
			if err := there.Cancel(t.Context(), s.editor, j.ID); err != nil {
				t.Fatal(err)
			}
		}
		close(asked)
		j = s.until(there, j.ID, Cancelled)
		s.same([]string{"half done"}, s.lines(there, j.ID))
		s.same([]string{"job.ask by editor-amid", "job.cancel by editor-amid", "job.end by machine: cancelled"}, s.told())
		// The worker goes on with what comes next.
		next := s.ask(here, "build")
		<-started
		stop()
		wg.Wait()
		if j := s.find(there, next.ID); j.State != Queued {
			t.Errorf("%+v", j)
		}
	})
}

// TestCancel_tooLate cancels work that comes to its end before it hears of it.
func TestCancel_tooLate(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		r := s.runner()
		s.kinds["build"] = func(ctx context.Context, run *Run) error {
			if err := r.Cancel(ctx, s.editor, run.job.ID); err != nil {
				return err
			}
			<-ctx.Done()
			return nil
		}
		j := s.ask(r, "build")
		s.work(r)
		if j = s.find(r, j.ID); j.State != Done {
			t.Errorf("it is done and said to be %s", j.State)
		}
	})
}

// TestStop_inOrder ends the program in order: the job is in the queue again at once, and
// the attempt does not count.
func TestStop_inOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		started := make(chan *Run, 1)
		s.kinds["build"] = waits(started)
		r := s.runner()
		j := s.ask(r, "build")
		for range mostBegun + 2 {
			ctx, stop := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			wg.Go(func() { r.Work(ctx) })
			(<-started).Logf("begun")
			stop()
			wg.Wait()
			if j = s.find(r, j.ID); j.State != Queued || j.Attempts != 0 || j.worker != "" {
				t.Fatalf("%+v", j)
			}
		}
		if n := len(s.lines(r, j.ID)); n != mostBegun+2 {
			t.Errorf("%d lines", n)
		}
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		s.work(r)
		if j = s.find(r, j.ID); j.State != Done || j.Attempts != 1 {
			t.Errorf("%+v", j)
		}
	})
}

// TestTwoRunners has several servers claim the same jobs at the same moment.
func TestTwoRunners(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var running, most, ran atomic.Int64
		s.kinds["build"] = func(context.Context, *Run) error {
			most.Store(max(most.Load(), running.Add(1)))
			ran.Add(1)
			running.Add(-1)
			return nil
		}
		const rounds, servers = 10, 4
		rs := make([]*Runner, servers)
		for i := range rs {
			rs[i] = s.runner()
		}
		for range rounds {
			j := s.ask(rs[0], "build")
			var wg sync.WaitGroup
			for _, r := range rs {
				wg.Go(func() {
					run, err := r.claim(t.Context())
					if err != nil {
						t.Error(err)
					}
					if run != nil {
						r.run(t.Context(), run)
					}
				})
			}
			wg.Wait()
			if got := s.find(rs[0], j.ID); got.State != Done || got.Attempts != 1 {
				t.Errorf("%+v", got)
			}
		}
		if ran.Load() != rounds || most.Load() != 1 {
			t.Errorf("ran %d times, %d at once", ran.Load(), most.Load())
		}
	})
}

// TestOneOfAKind has a second job of the kind wait until the first has ended, and lets
// others go by. The rule of the database holds even where a server does not look.
func TestOneOfAKind(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		s.kinds["pull"] = s.kinds["build"]
		here, there := s.runner(), s.runner()
		s.ask(here, "build")
		first := s.claim(here)
		second, pull := s.ask(here, "build"), s.ask(here, "pull")
		if run := s.claim(there); run == nil || run.job.ID != pull.ID {
			t.Errorf("%+v", run)
		}
		if run := s.claim(there); run != nil {
			t.Errorf("two of a kind run: %+v", run.job)
		}
		if run, err := there.take(t.Context(), s.find(there, second.ID)); run != nil || err != nil {
			t.Errorf("taken all the same: %+v (%v)", run, err)
		}
		here.end(t.Context(), first, Done, "")
		if run := s.claim(there); run == nil || run.job.ID != second.ID {
			t.Errorf("%+v", run)
		}
	})
}

func TestLog_isCapped(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(_ context.Context, run *Run) error {
			for i := range mostLines + 500 {
				run.Logf("line %d", i+1)
			}
			return nil
		}
		r := s.runner()
		j := s.ask(r, "build")
		s.work(r)
		lines := s.lines(r, j.ID)
		if len(lines) != mostLines+1 || lines[mostLines-1] != fmt.Sprintf("line %d", mostLines) || !strings.HasPrefix(lines[mostLines], "the log is full") {
			t.Errorf("%d lines, the last: %q", len(lines), lines[len(lines)-1])
		}
		if got := s.find(r, j.ID); got.State != Done {
			t.Errorf("%+v", got)
		}
	})
}

// TestProgress_isWritten reads on another server what a job tells.
func TestProgress_isWritten(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		r := s.runner()
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		j := s.ask(r, "build")
		run := s.claim(r)
		for i := range 1000 { // none of these waits for the store
			run.Progress(int64(i), 1000, fmt.Sprintf("stage %d", i))
		}
		if got := s.find(r, j.ID); got.Done != 0 {
			t.Errorf("it is written each time: %+v", got)
		}
		run.look(t.Context(), func(err error) { t.Error(err) })
		if got := s.find(r, j.ID); got.Done != 999 || got.Total != 1000 || got.Message != "stage 999" {
			t.Errorf("%+v", got)
		}
	})
}

func TestLook_outOfReach(t *testing.T) {
	s := newShop(t, storetest.Open(t), "amid")
	s.kinds["build"] = func(context.Context, *Run) error { return nil }
	r := s.runner()
	s.ask(r, "build")
	run := s.claim(r)
	var why error
	stop := func(err error) { why = err }
	run.look(t.Context(), stop)
	broken, cancel := context.WithCancel(t.Context())
	cancel() // the store does not answer
	s.clock.Add(quitAfter - time.Second)
	run.look(broken, stop)
	if why != nil {
		t.Fatalf("stopped too early: %v", why)
	}
	s.clock.Add(2 * time.Second)
	run.look(broken, stop)
	if !errors.Is(why, errLost) {
		t.Errorf("others may have the job by now, and this worker hears %v", why)
	}
}

// TestEnd_isWrittenLater keeps a job that is over from being run once more when the
// store cannot take it at first.
func TestEnd_isWrittenLater(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		r := s.runner()
		j := s.ask(r, "build")
		run := s.claim(r)
		if err := s.rename(t, "audit_event", "away"); err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.end(t.Context(), run, Done, "")
		}()
		for !strings.Contains(s.notes.String(), "cannot be written down") {
			time.Sleep(time.Millisecond)
		}
		if got := s.find(r, j.ID); got.State != Running {
			t.Errorf("%+v", got)
		}
		if err := s.rename(t, "away", "audit_event"); err != nil {
			t.Fatal(err)
		}
		<-done
		if got := s.find(r, j.ID); got.State != Done {
			t.Errorf("%+v", got)
		}
	})
}

// rename takes a table away, so that the store fails.
func (s *shop) rename(t *testing.T, from, to string) error {
	return s.db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), "alter table "+from+" rename to "+to)
		return err
	})
}

// TestWork_wakes has a job begin by asking, and several one after the other.
func TestWork_wakes(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		r := s.runner()
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { r.Work(ctx) })
		for range 3 {
			s.until(r, s.ask(r, "build").ID, Done)
		}
		stop()
		wg.Wait()
	})
}

func TestWork_storeAway(t *testing.T) {
	db := storetest.Open(t)
	s := newShop(t, db, "amid")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	r := s.runner()
	wg.Go(func() { r.Work(ctx) })
	for !strings.Contains(s.notes.String(), "cannot be read") {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()
}
