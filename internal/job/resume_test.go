package job

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"milieu/internal/store"
)

// TestResume_silence takes up a job whose worker says nothing any more, and not before.
func TestResume_silence(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(_ context.Context, run *Run) error {
			run.Logf("second time")
			return nil
		}
		here, there := s.runner(), s.runner()
		j := s.ask(here, "build")
		lost := s.claim(here) // and then the program is gone
		lost.Logf("first time")
		lost.Progress(5, 10, "half")
		if _, ours, err := lost.save(t.Context(), func(store.Querier) error { return nil }); err != nil || !ours {
			t.Fatal(err)
		}
		nothing := func(when string) {
			t.Helper()
			if run := s.claim(there); run != nil {
				t.Fatalf("%s the job was taken away", when)
			}
		}
		nothing("at first sight")
		s.clock.Add(deadAfter - time.Second)
		nothing("too early")
		lost.look(t.Context(), func(error) { t.Error("the work was stopped") }) // a sign of life after all
		s.clock.Add(2 * time.Second)
		nothing("in spite of a sign of life")
		s.clock.Add(deadAfter)
		run := s.claim(there)
		if run == nil {
			t.Fatal("nobody takes the job up")
		}
		if got := s.find(there, j.ID); got.Attempts != 2 || got.Done != 0 || got.State != Running {
			t.Errorf("%+v", got)
		}
		// The first worker comes back: it learns that it is too late, and changes nothing.
		var why error
		lost.Logf("what?")
		lost.look(t.Context(), func(err error) { why = err })
		if !errors.Is(why, errLost) {
			t.Errorf("the first worker hears %v", why)
		}
		here.end(t.Context(), lost, Failed, "no")
		there.run(t.Context(), run)
		if got := s.find(there, j.ID); got.State != Done || got.Attempts != 2 || got.StartedAt != j.AskedAt {
			t.Errorf("%+v", got)
		}
		s.same([]string{"first time", "begun again: the program was ended in the middle", "second time"}, s.lines(there, j.ID))
		s.same([]string{"job.ask by editor-amid", "job.end by machine: done"}, s.told())
	})
}

// TestResume_clocks has two servers whose clocks are hours apart.
func TestResume_clocks(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		here, there := s.runner(), s.runner()
		s.ask(here, "build")
		s.claim(here)
		ahead := &clock{t: s.clock.Now().Add(5 * time.Hour)}
		there.Now = ahead.Now
		if run := s.claim(there); run != nil {
			t.Fatal("a server whose clock is ahead took the job away")
		}
		ahead.Add(deadAfter)
		if run := s.claim(there); run == nil {
			t.Fatal("nobody takes the job up")
		}
	})
}

// TestResume_processGone takes a job up at once when its process on this machine is no more.
func TestResume_processGone(t *testing.T) {
	if machine() == "" {
		t.Skip("on this system the processes of a machine cannot be told apart")
	}
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Skip(err)
	}
	gone := fmt.Sprintf("%s/%d/w-x", machine(), cmd.Process.Pid)
	for worker, want := range map[string]bool{gone: true, newWorker(): false, "elsewhere" + gone: false, strings.Replace(gone, machine(), "", 1): false,
		machine() + "/1/w-x": false, machine() + "/0/w-x": false, machine() + "/-1/w-x": false, machine() + "/x/w-x": false, "": false, "w-x": false} {
		if got := ended(worker); got != want {
			t.Errorf("ended(%q) = %v", worker, got)
		}
	}
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { return nil }
		r := s.runner()
		j := s.ask(r, "build")
		s.claim(r)
		if s.claim(r) != nil {
			t.Fatal("the job was taken from a process that is there")
		}
		err := s.db.Update(t.Context(), func(q store.Querier) error {
			_, err := q.ExecContext(t.Context(), `update job set worker = $1 where job_id = $2`, gone, j.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if run := s.claim(r); run == nil || run.job.ID != j.ID {
			t.Error("nobody takes the job up")
		}
	})
}

// TestResume_givenUp ends a job that ends the program each time.
func TestResume_givenUp(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		begun := 0
		s.kinds["build"] = func(context.Context, *Run) error { begun++; return nil }
		r := s.runner()
		j := s.ask(r, "build")
		for i := range mostBegun {
			if run := s.claim(r); run == nil || run.job.Attempts != int64(i+1) {
				t.Fatalf("attempt %d: %+v", i+1, run)
			}
			s.claim(r) // sees it run
			s.clock.Add(deadAfter)
		}
		s.work(r)
		if j = s.find(r, j.ID); j.State != Failed || !strings.Contains(j.Message, "begun 5 times") || begun != 0 {
			t.Errorf("begun %d: %+v", begun, j)
		}
	})
}

// TestResume_cancelled does not begin anew what somebody wants cancelled.
func TestResume_cancelled(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.kinds["build"] = func(context.Context, *Run) error { t.Error("it was run"); return nil }
		r := s.runner()
		j := s.ask(r, "build")
		s.claim(r)
		if err := r.Cancel(t.Context(), s.editor, j.ID); err != nil {
			t.Fatal(err)
		}
		s.claim(r)
		s.clock.Add(deadAfter)
		s.work(r)
		if j = s.find(r, j.ID); j.State != Cancelled {
			t.Errorf("%+v", j)
		}
	})
}
