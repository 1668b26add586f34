package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

const (
	pollEvery = 2 * time.Second        // between looks at the queue when nobody wakes the worker
	tellEvery = 500 * time.Millisecond // between writings of progress, and looks for a wish to cancel
	beatEvery = 5 * time.Second        // between signs of life
	answerIn  = 2 * time.Second        // for the store to answer a sign of life or a look
	quitAfter = 10 * time.Second       // without an answer from the store a worker leaves its job
	deadAfter = 15 * time.Second       // without a sign of life a job's worker is taken to be gone
	mostBegun = 5                      // times that a job is begun before it is given up
	lastWords = 10 * time.Second       // for writing down how a job ended when the program ends
)

// system is who ends jobs in the audit log.
const system = "job"

// Work takes jobs from the queue and runs them until ctx ends. Jobs that another worker
// left in the middle are begun again. It returns when the job that it runs has ended.
func (r *Runner) Work(ctx context.Context) {
	told := false
	for ctx.Err() == nil {
		run, err := r.claim(ctx)
		if err != nil && !told && ctx.Err() == nil {
			r.Log.Error("the queue of jobs cannot be read; it is tried again and again", "err", err)
		}
		told = err != nil
		if run != nil {
			r.run(ctx, run)
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-time.After(r.poll):
		}
	}
}

// sighting is the last sign of life of a worker, and when it was seen first here: the
// clocks of two machines need not agree.
type sighting struct {
	worker, seenAt string
	since          time.Time
}

const openQuery = columns + `where workspace = $1 and state in ('queued', 'running') order by asked_at, job_id`

// claim takes the next job, nil when there is none.
func (r *Runner) claim(ctx context.Context) (*Run, error) {
	open, err := query(ctx, r.DB.Read(), openQuery, r.Workspace)
	if err != nil {
		return nil, err
	}
	left := r.leftBehind(open)
	busy := map[string]bool{}
	for _, j := range open {
		busy[j.Kind] = busy[j.Kind] || j.State == Running
	}
	for _, j := range open {
		free := j.State == Queued && !busy[j.Kind] || left[j.ID]
		if r.Kinds[j.Kind] == nil || !free {
			continue
		}
		run, err := r.take(ctx, j)
		if run != nil || err != nil {
			return run, err
		}
	}
	return nil, nil
}

// leftBehind are the running jobs whose worker is gone: its process is no more, or it has
// given no sign of life for a while.
func (r *Runner) leftBehind(open []Job) map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, seen, left := r.Now(), map[string]sighting{}, map[string]bool{}
	for _, j := range open {
		if j.State != Running {
			continue
		}
		s, ok := r.seen[j.ID]
		if !ok || s.worker != j.worker || s.seenAt != j.seenAt {
			s = sighting{j.worker, j.seenAt, now}
		}
		seen[j.ID] = s
		left[j.ID] = ended(j.worker) || now.Sub(s.since) >= deadAfter
	}
	r.seen = seen
	return left
}

// newWorker names a worker for one beginning of one job: the machine, the process, and
// what tells this beginning from all others.
func newWorker() string {
	return machine() + "/" + strconv.Itoa(os.Getpid()) + "/" + store.NewID("w")
}

// ended says that a worker's process is known to be no more, which can be known of the
// own machine only. A number that is in use again says nothing.
func ended(worker string) bool {
	parts := strings.Split(worker, "/")
	if len(parts) != 3 || parts[0] == "" || parts[0] != machine() {
		return false
	}
	pid, err := strconv.Atoi(parts[1])
	return err == nil && pid > 0 && pid != os.Getpid() && noProcess(pid)
}

// The row must be as it was when it was looked at: another worker may have been faster.
const take = `update job set state = 'running', worker = $5, seen_at = $6, started_at = case state when 'queued' then $6 else started_at end,
  attempts = attempts + 1, done = 0, total = 0, message = ''
where workspace = $1 and job_id = $2 and state in ('queued', 'running') and worker = $3 and seen_at = $4`

// take makes a job this runner's own, nil when another was faster.
func (r *Runner) take(ctx context.Context, j Job) (*Run, error) {
	run := &Run{r: r, job: j, worker: newWorker()}
	taken := false
	err := r.DB.Update(ctx, func(q store.Querier) error {
		res, err := q.ExecContext(ctx, take, r.Workspace, j.ID, j.worker, j.seenAt, run.worker, store.Time(r.Now()))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if taken = n > 0; err != nil || !taken {
			return err
		}
		return q.QueryRowContext(ctx, lineLast, j.ID).Scan(&run.last)
	})
	switch {
	case errors.Is(err, store.ErrExists):
		return nil, nil // another server has just begun one of the same kind
	case err != nil || !taken:
		return nil, err
	}
	run.job.Attempts++
	return run, nil
}

var (
	errCancel = errors.New("cancelled")
	errLost   = errors.New("another worker has taken the job, or will")
)

// run does a job and writes down how it ended.
func (r *Runner) run(ctx context.Context, run *Run) {
	// Signs of life go on until the end is written down.
	alive, rest := context.WithCancel(context.WithoutCancel(ctx))
	inner, stop := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		run.watch(alive, stop)
	}()
	defer func() {
		stop(nil)
		rest()
		<-watched
	}()
	if run.job.Cancelled {
		r.end(ctx, run, Cancelled, "")
		return
	}
	if run.job.Attempts > mostBegun {
		r.end(ctx, run, Failed, fmt.Sprintf("it was begun %d times, and each time the program ended in the middle; look at the log, then ask for it anew", mostBegun))
		return
	}
	if run.job.State == Running {
		run.Logf("begun again: the program was ended in the middle")
	}
	err := r.do(inner, run)
	cause := context.Cause(inner)
	switch {
	case errors.Is(cause, errLost):
		r.Log.Warn("a job was taken over by another worker, or the store could not be told of it", "job", run.job.ID)
	case err == nil:
		r.end(ctx, run, Done, "")
	case errors.Is(cause, errCancel):
		r.end(ctx, run, Cancelled, "")
	case ctx.Err() != nil:
		r.putBack(ctx, run)
	default:
		run.Logf("failed: %v", err)
		r.end(ctx, run, Failed, err.Error())
	}
}

// do runs the function of a kind; a panic in it is a failure like any other.
func (r *Runner) do(ctx context.Context, run *Run) (err error) {
	defer func() {
		if p := recover(); p != nil {
			run.Logf("%s", debug.Stack())
			err = fmt.Errorf("the program failed at it: %v", p)
		}
	}()
	return r.Kinds[run.job.Kind](ctx, run)
}

const (
	endWrite  = `update job set state = $4, ended_at = $5, message = $6, result = $7 where workspace = $1 and job_id = $2 and worker = $3 and state = 'running'`
	backWrite = `update job set state = 'queued', worker = '', seen_at = '', attempts = attempts - 1, message = '' where workspace = $1 and job_id = $2 and worker = $3 and state = 'running'`
)

// end writes down how a job ended. While the store cannot take it, it tries again: a job
// that is over must not be run once more because the disk was full.
func (r *Runner) end(ctx context.Context, run *Run, state, message string) {
	message = short(message)
	for told := false; ; told = true {
		err := r.lastly(ctx, run, func(ctx context.Context, q store.Querier) error {
			now := r.Now()
			if _, err := q.ExecContext(ctx, endWrite, r.Workspace, run.job.ID, run.worker, state, store.Time(now), message, run.resultText()); err != nil {
				return err
			}
			detail := map[string]string{"kind": run.job.Kind, "state": state}
			if message != "" {
				detail["message"] = message
			}
			_, err := audit.Append(ctx, q, r.Workspace, now, audit.Event{Actor: auth.Machine("").PersonID, Via: system, Action: "job.end", Subject: run.job.ID, Detail: detail})
			return err
		})
		if err == nil {
			return
		}
		if !told || ctx.Err() != nil {
			r.Log.Error("how a job ended cannot be written down", "job", run.job.ID, "state", state, "err", err)
		}
		if ctx.Err() != nil {
			return // it is run again when the program comes back
		}
		select {
		case <-ctx.Done():
		case <-time.After(r.poll):
		}
	}
}

// putBack leaves a job for whoever comes next, since this program ends in order.
func (r *Runner) putBack(ctx context.Context, run *Run) {
	err := r.lastly(ctx, run, func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, backWrite, r.Workspace, run.job.ID, run.worker)
		return err
	})
	if err != nil {
		r.Log.Error("a job could not be put back into the queue; it is taken up again when it is found without a worker", "job", run.job.ID, "err", err)
	}
}

// lastly makes the last change to a job together with what is left of its log, in a time
// of its own: the program may be ending. A job that is another's by now stays as it is.
func (r *Runner) lastly(ctx context.Context, run *Run, f func(context.Context, store.Querier) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	_, ours, err := run.save(ctx, func(q store.Querier) error { return f(ctx, q) })
	if err == nil && !ours {
		r.Log.Warn("a job was taken over by another worker", "job", run.job.ID)
	}
	return err
}
