package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// How long to wait between tries to empty the log, how often, and how long after SettleSoon.
const (
	settleWait  = 50 * time.Millisecond
	settleTries = 40
	settleAfter = 2 * time.Second
)

// Settle moves all that SQLite's log holds into the file and empties the log, where each change stands by itself and in its order:
// what was erased, and which rows were written together. The error is ErrBusy when readers were in the way for two seconds. PostgreSQL
// keeps such a log itself (pg_wal, and archives of it), which no client empties.
func (d *DB) Settle(ctx context.Context) error {
	if d.dialect != SQLite {
		return nil
	}
	for range settleTries {
		busy, err := d.checkpoint(ctx)
		if err != nil {
			return d.known(ctx, fmt.Errorf("emptying the log of the store: %w", err))
		}
		if !busy {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settleWait):
		}
	}
	return ErrBusy
}

// checkpoint tries once, without waiting for readers while writers wait behind it.
func (d *DB) checkpoint(ctx context.Context) (busy bool, err error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "pragma busy_timeout(0)"); err != nil {
		return false, err
	}
	defer func() {
		_, wrong := conn.ExecContext(context.WithoutCancel(ctx), "pragma busy_timeout(10000)")
		err = errors.Join(err, wrong)
	}()
	var held, frames, moved int64
	err = conn.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&held, &frames, &moved)
	return held != 0, err
}

// settler calls Settle a while after it was asked to, once for all who asked meanwhile.
type settler struct {
	mu      sync.Mutex
	waiting bool
	ended   bool
	work    sync.WaitGroup
	stop    chan struct{}
}

// SettleSoon has Settle called within a few seconds, for changes that come one after the other.
func (d *DB) SettleSoon() {
	s := &d.settle
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.dialect != SQLite || s.waiting || s.ended {
		return
	}
	if s.stop == nil {
		s.stop = make(chan struct{})
	}
	s.waiting = true
	s.work.Go(func() {
		select {
		case <-s.stop:
			return // closing empties the log
		case <-time.After(settleAfter):
		}
		s.mu.Lock()
		s.waiting = false
		s.mu.Unlock()
		if d.Settle(context.Background()) != nil {
			d.SettleSoon()
		}
	})
}

// end lets whoever waits go, and waits for who is at work.
func (s *settler) end() {
	s.mu.Lock()
	if s.stop != nil && !s.ended {
		close(s.stop)
	}
	s.ended = true
	s.mu.Unlock()
	s.work.Wait()
}
