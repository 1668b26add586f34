package live

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"milieu/internal/evidence"
	"milieu/internal/geo/points"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/profile"
	"milieu/internal/textindex"
)

// Snapshot is an opened release with its indexes. It is counted, so that it closes
// only when the last request that reads it is done; read nothing of it after
// Release.
type Snapshot struct {
	WS     *evidence.Workspace
	Rel    evidence.Release
	DB     *lake.DB
	Search *textindex.Index
	Sites  *points.Index
	Orgs   org.Reader
	Book   *profile.Book
	// Network is who is tied to whom.
	Network *network.Book
	Cache   Memo

	refs    atomic.Int64
	closers []func() error
}

func openSnapshot(ctx context.Context, ws *evidence.Workspace, rel evidence.Release) (*Snapshot, error) {
	s := &Snapshot{WS: ws, Rel: rel}
	s.refs.Store(1)
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return nil, fmt.Errorf("open release %s: %w", rel.ID, err)
	}
	s.DB = db
	s.closers = append(s.closers, db.Close)
	fail := func(err error) (*Snapshot, error) {
		s.Release()
		return nil, fmt.Errorf("open release %s: %w; build again", rel.ID, err)
	}
	data, err := s.mapped(org.SearchFile)
	if err != nil {
		return fail(err)
	}
	if s.Search, err = textindex.Open(data); err != nil {
		return fail(err)
	}
	if data, err = s.mapped(org.SitesFile); err != nil {
		return fail(err)
	}
	if s.Sites, err = points.Open(data); err != nil {
		return fail(err)
	}
	if s.Orgs, err = org.NewReader(ctx, db, s.mapped); err != nil {
		return fail(err)
	}
	if s.Book, err = profile.Open(ctx, db, s.mapped); err != nil {
		return fail(err)
	}
	if data, err = s.mapped(network.IndexFile); err != nil {
		return fail(err)
	}
	if s.Network, err = network.Open(data); err != nil {
		return fail(err)
	}
	return s, nil
}

func (s *Snapshot) mapped(file string) ([]byte, error) {
	data, done, err := lake.MapFile(s.Rel.Path(file))
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, done)
	return data, nil
}

// Acquire counts one more user; false when the snapshot has been closed.
func (s *Snapshot) Acquire() bool {
	for {
		n := s.refs.Load()
		if n <= 0 {
			return false
		}
		if s.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Release gives back what was acquired; the last one closes the snapshot.
func (s *Snapshot) Release() {
	if s.refs.Add(-1) > 0 {
		return
	}
	var err error
	for i := len(s.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, s.closers[i]())
	}
	_ = err // nobody is left to tell
}
