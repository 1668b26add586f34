package web

import (
	"context"
	"time"

	"milieu/internal/live"
)

const (
	// laterFrom is from how many organisations on a page does not wait for what is reckoned of
	// the whole network: it says that it is being reckoned, and asks again.
	laterFrom = 20_000
	laterWait = 200 * time.Millisecond
)

// laterWork is something that is being reckoned.
type laterWork[T any] struct {
	done chan struct{}
	v    T
	err  error
}

// later gives what f makes, once for a release and key. In a small network it waits for it; in a
// large one only for a moment: then ok is false, and f goes on when the visitor leaves. Faults are
// not kept.
func later[T any](ctx context.Context, snap *live.Snapshot, key string, f func(context.Context) (T, error)) (v T, ok bool, err error) {
	var enough <-chan time.Time
	if snap.Network.Len() >= laterFrom {
		enough = time.After(laterWait)
	}
	return laterUntil(ctx, snap, key, enough, f)
}

// soon is later for what may take seconds in any place: it waits for a moment only.
func soon[T any](ctx context.Context, snap *live.Snapshot, key string, wait time.Duration, f func(context.Context) (T, error)) (v T, ok bool, err error) {
	return laterUntil(ctx, snap, key, time.After(wait), f)
}

// laterUntil gives what f makes when it is there before enough comes; nil waits for it.
func laterUntil[T any](ctx context.Context, snap *live.Snapshot, key string, enough <-chan time.Time, f func(context.Context) (T, error)) (v T, ok bool, err error) {
	key = "later/" + key
	work, err := live.Remember(&snap.Cache, key, func() (*laterWork[T], error) {
		if !snap.Acquire() {
			return nil, live.ErrBusy
		}
		w := &laterWork[T]{done: make(chan struct{})}
		going := context.WithoutCancel(ctx)
		go func() {
			defer snap.Release()
			defer close(w.done)
			w.err = snap.Cache.Slow(going, func() (err error) {
				w.v, err = f(going)
				return err
			})
			if w.err != nil {
				snap.Cache.Forget(key)
			}
		}()
		return w, nil
	})
	if err != nil {
		return v, false, err
	}
	select {
	case <-work.done:
		return work.v, work.err == nil, work.err
	case <-enough:
		return v, false, nil
	case <-ctx.Done():
		return v, false, ctx.Err()
	}
}
