package job

import (
	"context"
	"sync"
	"testing"

	"milieu/internal/audit"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// TestAsk_cancelledAndPutBack ends the program between somebody's wish to cancel and the
// worker's hearing of it: the job waits only to be called off, and who asks anew must not
// be given that one.
func TestAsk_cancelledAndPutBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		ran := 0
		s.kinds["build"] = func(context.Context, *Run) error { ran++; return nil }
		r := s.runner()
		first := s.ask(r, "build")
		run := s.claim(r)
		if err := r.Cancel(t.Context(), s.editor, first.ID); err != nil {
			t.Fatal(err)
		}
		r.putBack(t.Context(), run)
		second := s.ask(r, "build")
		if second.ID == first.ID {
			t.Fatal("the job that was cancelled is given")
		}
		s.work(r)
		s.work(r)
		if a, b := s.find(r, first.ID), s.find(r, second.ID); a.State != Cancelled || b.State != Done || ran != 1 {
			t.Errorf("%s and %s, ran %d times", a.State, b.State, ran)
		}
	})
}

// TestCancel_putBack cancels what has just been put back, as a job that waits.
func TestCancel_putBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		r := s.runner()
		j := s.ask(r, "build")
		r.putBack(t.Context(), s.claim(r))
		if err := r.Cancel(t.Context(), s.editor, j.ID); err != nil {
			t.Fatal(err)
		}
		if got := s.find(r, j.ID); got.State != Cancelled || got.EndedAt == "" {
			t.Errorf("%+v", got)
		}
	})
}

// TestSave_answerLost has the store take lines whose answer does not come: they are
// written once more, and stand there once.
func TestSave_answerLost(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		r := s.runner()
		j := s.ask(r, "build")
		run := s.claim(r)
		run.Logf("first")
		run.Logf("second")
		waiting := run.lines
		if _, ours, err := run.save(t.Context(), func(store.Querier) error { return nil }); err != nil || !ours {
			t.Fatal(ours, err)
		}
		run.lines = append(waiting, run.lines...) // as after a fault
		run.Logf("third")
		r.end(t.Context(), run, Done, "")
		s.same([]string{"first", "second", "third"}, s.lines(r, j.ID))
		if got := s.find(r, j.ID); got.State != Done {
			t.Errorf("%+v", got)
		}
	})
}

// TestAsk_together has two people ask while the log is held, so that neither can have
// written when the other looks.
func TestAsk_together(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{URL: storetest.Database(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := newShop(t, db, "amid")
	s.kinds["build"] = func(context.Context, *Run) error { return nil }
	ids := make([]string, 2)
	var wg sync.WaitGroup
	err = db.Update(t.Context(), func(q store.Querier) error {
		if err := audit.Hold(t.Context(), q, "amid"); err != nil {
			return err
		}
		for i := range ids {
			wg.Go(func() {
				j, _, err := s.runner().Ask(t.Context(), s.editor, "build")
				if err != nil {
					t.Error(err)
				}
				ids[i] = j.ID
			})
		}
		for waiting := 0; waiting < len(ids); {
			err := db.Read().QueryRowContext(t.Context(), `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting)
			if err != nil {
				return err
			}
		}
		return nil
	})
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if ids[0] != ids[1] {
		t.Errorf("two jobs wait: %v", ids)
	}
}
