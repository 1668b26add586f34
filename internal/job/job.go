// Package job runs long work that somebody asked for: one at a time of a kind, with
// progress, a log, cancelling, and resuming when the program was ended in the middle.
// Jobs stand in the store, so that nothing asked for is lost and any server of the
// workspace can take one up. What a job does is for the caller to say.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// States of a job.
const (
	Queued    = "queued"
	Running   = "running"
	Done      = "done"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// Job is a job as it stands.
type Job struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	State     string `json:"state"`
	AskedBy   string `json:"asked_by"`
	AskedAt   string `json:"asked_at"`
	StartedAt string `json:"started_at"`
	EndedAt   string `json:"ended_at"`
	Attempts  int64  `json:"attempts"` // times that it was begun
	Cancelled bool   `json:"cancel_asked"`
	Done      int64  `json:"done"`
	Total     int64  `json:"total"` // 0 while it is not known
	Message   string `json:"message"`
	Result    string `json:"result"`

	worker, seenAt string // who runs it, and the last sign of life
}

// Over says that nothing will happen to the job any more.
func (j Job) Over() bool { return j.State != Queued && j.State != Running }

// Line is one line of a job's log.
type Line struct {
	N    int64  `json:"n"`
	At   string `json:"at"`
	Text string `json:"text"`
}

// Func does the work of a kind of job. It ends soon after ctx does. It may be run again
// from the start after the program was ended in the middle.
type Func func(ctx context.Context, run *Run) error

// Runner asks for jobs and runs them, for one workspace.
type Runner struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
	Log       *slog.Logger
	Kinds     map[string]Func

	wake       chan struct{}
	poll, tell time.Duration // pollEvery and tellEvery; tests are in a hurry
	mu         *sync.Mutex
	seen       map[string]sighting // running jobs of others, by id
}

// New makes a runner.
func New(r Runner) *Runner {
	r.wake = make(chan struct{}, 1)
	r.poll, r.tell = pollEvery, tellEvery
	r.mu, r.seen = &sync.Mutex{}, map[string]sighting{}
	return &r
}

// ErrNotFound says that there is no such job in this workspace.
var ErrNotFound = errors.New("there is no such job")

// ErrOver says that a job has ended already.
var ErrOver = errors.New("this job has ended already")

const columns = `select job_id, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result from job `

func query(ctx context.Context, q store.Querier, text string, args ...any) ([]Job, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	defer rows.Close()
	var out []Job
	for rows.Next() {
		var j Job
		var cancel string
		if err := rows.Scan(&j.ID, &j.Kind, &j.State, &j.AskedBy, &j.AskedAt, &j.StartedAt, &j.EndedAt, &j.worker, &j.seenAt, &j.Attempts, &cancel, &j.Done, &j.Total,
			&j.Message, &j.Result); err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		j.Cancelled = cancel != ""
		out = append(out, j)
	}
	return out, rows.Err()
}

const oneQuery = columns + `where workspace = $1 and job_id = $2`

func one(ctx context.Context, q store.Querier, workspace, id string) (Job, error) {
	js, err := query(ctx, q, oneQuery, workspace, id)
	if err == nil && len(js) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Job{}, err
	}
	return js[0], nil
}

const (
	queuedQuery = columns + `where workspace = $1 and kind = $2 and state = 'queued' and cancel_asked = '' order by asked_at, job_id limit 1`
	askWrite    = `insert into job (job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result)
values ($1, $2, $3, 'queued', $4, $5, '', '', '', '', 0, '', 0, 0, '', '')`
)

// Ask puts a job in the queue. While one of the kind waits for its turn another would do
// nothing more, so that one is given; existed says so.
func (r *Runner) Ask(ctx context.Context, a auth.Actor, kind string) (j Job, existed bool, err error) {
	if r.Kinds[kind] == nil {
		return j, false, fmt.Errorf("there is no kind of job %q", kind)
	}
	err = r.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, r.Workspace, a, auth.RunBuild); err != nil {
			return err
		}
		// Two who ask at the same moment must not both find that none waits.
		if err := audit.Hold(ctx, q, r.Workspace); err != nil {
			return err
		}
		waiting, err := query(ctx, q, queuedQuery, r.Workspace, kind)
		if err != nil {
			return err
		}
		if existed = len(waiting) > 0; existed {
			j = waiting[0]
			return nil
		}
		now := r.Now()
		j = Job{ID: store.NewID("j"), Kind: kind, State: Queued, AskedBy: a.PersonID, AskedAt: store.Time(now)}
		if _, err := q.ExecContext(ctx, askWrite, j.ID, r.Workspace, kind, j.AskedBy, j.AskedAt); err != nil {
			return err
		}
		_, err = audit.Append(ctx, q, r.Workspace, now, audit.Event{Actor: a.PersonID, Via: a.Via, Action: "job.ask", Subject: j.ID, Detail: map[string]string{"kind": kind}})
		return err
	})
	if err == nil {
		r.wakeUp()
	}
	return j, existed, err
}

func (r *Runner) wakeUp() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// A job that is put back into the queue at the same moment is met in either state.
const cancelWrite = `update job set cancel_asked = $3, ended_at = case state when 'queued' then $3 else '' end,
  message = case state when 'queued' then '' else message end, state = case state when 'queued' then 'cancelled' else state end
where workspace = $1 and job_id = $2 and state in ('queued', 'running')`

// Cancel ends a job that waits, and asks one that runs to end.
func (r *Runner) Cancel(ctx context.Context, a auth.Actor, id string) error {
	return r.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, r.Workspace, a, auth.RunBuild); err != nil {
			return err
		}
		j, err := one(ctx, q, r.Workspace, id)
		if err != nil || j.Cancelled && j.State == Running {
			return err // somebody has asked for it already
		}
		now := r.Now()
		res, err := q.ExecContext(ctx, cancelWrite, r.Workspace, id, store.Time(now))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrOver
		}
		_, err = audit.Append(ctx, q, r.Workspace, now, audit.Event{Actor: a.PersonID, Via: a.Via, Action: "job.cancel", Subject: id, Detail: map[string]string{"kind": j.Kind}})
		return err
	})
}

func (r *Runner) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return r.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, r.Workspace, a, auth.ReadJobs); err != nil {
			return err
		}
		return f(q)
	})
}

const listQuery = columns + `where workspace = $1 order by asked_at desc, job_id desc limit $2`

// List reads jobs, newest first.
func (r *Runner) List(ctx context.Context, a auth.Actor, limit int) (js []Job, err error) {
	err = r.read(ctx, a, func(q store.Querier) error {
		js, err = query(ctx, q, listQuery, r.Workspace, limit)
		return err
	})
	return js, err
}

// Find reads one job.
func (r *Runner) Find(ctx context.Context, a auth.Actor, id string) (j Job, err error) {
	err = r.read(ctx, a, func(q store.Querier) error {
		j, err = one(ctx, q, r.Workspace, id)
		return err
	})
	return j, err
}

const logQuery = `select n, at, line from job_log where job_id = $1 and n > $2 order by n`

// Lines reads the log of a job after the line with number after.
func (r *Runner) Lines(ctx context.Context, a auth.Actor, id string, after int64) (lines []Line, err error) {
	err = r.read(ctx, a, func(q store.Querier) error {
		if _, err := one(ctx, q, r.Workspace, id); err != nil {
			return err
		}
		lines, err = logLines(ctx, q, id, after)
		return err
	})
	return lines, err
}

func logLines(ctx context.Context, q store.Querier, id string, after int64) ([]Line, error) {
	rows, err := q.QueryContext(ctx, logQuery, id, after)
	if err != nil {
		return nil, fmt.Errorf("log of job %s: %w", id, err)
	}
	defer rows.Close()
	var out []Line
	for rows.Next() {
		var l Line
		if err := rows.Scan(&l.N, &l.At, &l.Text); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}
