// Package live holds the release that is being served and swaps to a newer one
// without a failed request. Everything that answers requests shares one Shelf
// and works on a Snapshot that it takes and gives back; what is said about a
// release is not this package's business.
package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"milieu/internal/evidence"
)

// Shelf holds the release of one workspace that is being served.
type Shelf struct {
	ws      *evidence.Workspace
	log     *slog.Logger
	current atomic.Pointer[Snapshot] // nil when closed

	mu    sync.Mutex // guards swaps and hooks
	hooks []func(*Snapshot)
}

// New opens the newest release of the workspace.
func New(ctx context.Context, ws *evidence.Workspace, log *slog.Logger) (*Shelf, error) {
	rel, err := evidence.Current(ws)
	if err != nil {
		return nil, err
	}
	snap, err := openSnapshot(ctx, ws, rel)
	if err != nil {
		return nil, err
	}
	s := &Shelf{ws: ws, log: log}
	s.current.Store(snap)
	return s, nil
}

// Workspace is the workspace whose releases are served.
func (s *Shelf) Workspace() *evidence.Workspace { return s.ws }

// Acquire is the release being served, for the caller to Release when it is done;
// nil when the shelf has been closed.
func (s *Shelf) Acquire() *Snapshot {
	for {
		snap := s.current.Load()
		if snap == nil || snap.Acquire() {
			return snap
		}
	}
}

// OnSwap has f called with the release being served now and with each newer one
// from when it is, so that f can reckon ahead what its visitors would wait for.
// Each call runs beside the requests and holds the release until it is done.
func (s *Shelf) OnSwap(f func(*Snapshot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, f)
	if snap := s.Acquire(); snap != nil {
		go hold(snap, f)
	}
}

// hold calls f with a release that was acquired for it.
func hold(snap *Snapshot, f func(*Snapshot)) {
	defer snap.Release()
	f(snap)
}

// Watch swaps to a newer release as soon as there is one, until ctx ends.
func (s *Shelf) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.Swap(ctx); err != nil {
				s.log.Error("a newer release cannot be opened; the old one stays", "err", err)
			}
		}
	}
}

// Swap looks for a newer release now and serves it where there is one. It is
// opened before it takes the other's place, and whoever has acquired the other
// finishes on it.
func (s *Shelf) Swap(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current.Load()
	id := evidence.CurrentID(s.ws)
	if old == nil || id == "" || id == old.Rel.ID {
		return nil
	}
	rel, err := evidence.OpenRelease(s.ws, id)
	if err != nil {
		return err
	}
	snap, err := openSnapshot(ctx, s.ws, rel)
	if err != nil {
		return err
	}
	for _, f := range s.hooks {
		snap.Acquire()
		go hold(snap, f)
	}
	s.current.Store(snap)
	old.Release()
	s.log.Info("serving a newer release", "release", id)
	return nil
}

// Close lets go of the release when the last that has acquired it is done.
func (s *Shelf) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if snap := s.current.Swap(nil); snap != nil {
		snap.Release()
	}
}
