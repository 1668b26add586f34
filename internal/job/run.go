package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"milieu/internal/store"
)

const (
	mostLines  = 5000 // of a job's log
	mostLength = 2000 // of a line, in bytes
)

// Run is a job while it runs. What it is told is written down by itself, twice a second
// at most, so that telling much does not slow the work.
type Run struct {
	r      *Runner
	job    Job
	worker string

	saving sync.Mutex // one writer at a time, so that lines keep their order

	mu          sync.Mutex
	done, total int64
	message     string
	told        bool // there is progress to write down
	lines       []Line
	last        int64 // number of the last line
	result      string
	beat        time.Time // last sign of life
	contact     time.Time // last time that the store answered
}

// Progress says how far the job is and at what it works. It may be called often.
func (u *Run) Progress(done, total int64, message string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.done, u.total, u.message, u.told = done, total, short(message), true
}

// Logf adds to the log of the job; a text of several lines is several lines there. After
// many lines no more are kept.
func (u *Run) Logf(format string, args ...any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	at := store.Time(u.r.Now())
	for text := range strings.SplitSeq(strings.TrimRight(fmt.Sprintf(format, args...), "\n"), "\n") {
		if u.last > mostLines {
			return
		}
		if u.last++; u.last > mostLines {
			text = "the log is full; what follows is not kept"
		}
		u.lines = append(u.lines, Line{u.last, at, short(text)})
	}
}

// Result is what the job came to, such as the id of a release.
func (u *Run) Result(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.result = short(text)
}

func (u *Run) resultText() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.result
}

// short is a text that fits into a line and that both databases take.
func short(s string) string {
	s = store.Storable(s)
	if len(s) <= mostLength {
		return s
	}
	cut := mostLength
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + " …"
}

const (
	beatWrite = `update job set seen_at = $4, done = $5, total = $6, message = $7
where workspace = $1 and job_id = $2 and worker = $3 and state = 'running' returning cancel_asked`
	wishQuery = `select cancel_asked from job where workspace = $1 and job_id = $2 and worker = $3 and state = 'running'`
	lineLast  = `select coalesce(max(n), 0) from job_log where job_id = $1`
	// A line is there already when the answer to its first writing was lost.
	lineWrite = `insert into job_log (job_id, n, at, line) values ($1, $2, $3, $4) on conflict (job_id, n) do nothing`
)

// save writes down what there is to tell, with a sign of life, and then does more in the
// same transaction. Where the job is another worker's by now nothing is written.
func (u *Run) save(ctx context.Context, more func(store.Querier) error) (cancel string, ours bool, err error) {
	u.saving.Lock()
	defer u.saving.Unlock()
	u.mu.Lock()
	done, total, message, lines := u.done, u.total, u.message, u.lines
	u.told = false
	u.mu.Unlock()
	now := u.r.Now()
	err = u.r.DB.Update(ctx, func(q store.Querier) error {
		err := q.QueryRowContext(ctx, beatWrite, u.r.Workspace, u.job.ID, u.worker, store.Time(now), done, total, message).Scan(&cancel)
		if ours = err == nil; !ours {
			return noRows(err)
		}
		for _, l := range lines {
			if _, err := q.ExecContext(ctx, lineWrite, u.job.ID, l.N, l.At, l.Text); err != nil {
				return err
			}
		}
		return more(q)
	})
	u.mu.Lock()
	defer u.mu.Unlock()
	if err != nil {
		u.told = true
		return cancel, ours, err
	}
	u.lines = u.lines[len(lines):]
	u.beat, u.contact = now, now
	return cancel, ours, nil
}

// noRows is nil for the error of a query that found nothing.
func noRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// watch looks after a job until ctx ends.
func (u *Run) watch(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(u.r.tell)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			u.look(ctx, stop)
		}
	}
}

// look writes down what there is to tell, or only asks how the job stands, and stops the
// work when somebody wants it cancelled or another worker has it.
func (u *Run) look(ctx context.Context, stop context.CancelCauseFunc) {
	now := u.r.Now()
	u.mu.Lock()
	if u.contact.IsZero() {
		u.beat, u.contact = now, now // taking the job was the first sign
	}
	write := u.told || len(u.lines) > 0 || now.Sub(u.beat) >= beatEvery
	u.mu.Unlock()
	cancel, ours, err := "", false, error(nil)
	if write {
		within(ctx, func(ctx context.Context) {
			cancel, ours, err = u.save(ctx, func(store.Querier) error { return nil })
		})
	}
	if !write || err != nil {
		// A disk that is full can be read: the job goes on, and is ours while the row says so.
		within(ctx, func(ctx context.Context) { cancel, ours, err = u.wish(ctx) })
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case err != nil && u.r.Now().Sub(u.contact) < quitAfter:
		return // it may answer the next time
	case err != nil || !ours:
		stop(errLost)
	case cancel != "":
		stop(errCancel)
	}
	if err == nil {
		u.contact = now
	}
}

// within ends what takes too long: a database that is gone without a word must not keep a
// worker from stopping before others begin.
func within(ctx context.Context, f func(context.Context)) {
	ctx, done := context.WithTimeout(ctx, answerIn)
	defer done()
	f(ctx)
}

// wish asks whether somebody wants the job cancelled, and whether it is still ours.
func (u *Run) wish(ctx context.Context) (cancel string, ours bool, err error) {
	err = u.r.DB.Read().QueryRowContext(ctx, wishQuery, u.r.Workspace, u.job.ID, u.worker).Scan(&cancel)
	return cancel, err == nil, noRows(err)
}
