package web

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"milieu/internal/evidence"
	"milieu/internal/geo/points"
	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/textindex"
)

// snapshot is an opened release. It is counted, so that it closes only when the
// last request that reads it is done.
type snapshot struct {
	ws     *evidence.Workspace
	rel    evidence.Release
	db     *lake.DB
	search *textindex.Index
	sites  *points.Index
	orgs   org.Reader
	cache  memo

	refs    atomic.Int64
	closers []func() error
}

func openSnapshot(ctx context.Context, ws *evidence.Workspace, rel evidence.Release) (*snapshot, error) {
	s := &snapshot{ws: ws, rel: rel}
	s.refs.Store(1)
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return nil, fmt.Errorf("open release %s: %w", rel.ID, err)
	}
	s.db = db
	s.closers = append(s.closers, db.Close)
	fail := func(err error) (*snapshot, error) {
		s.release()
		return nil, fmt.Errorf("open release %s: %w; build again", rel.ID, err)
	}
	data, err := s.mapped(org.SearchFile)
	if err != nil {
		return fail(err)
	}
	if s.search, err = textindex.Open(data); err != nil {
		return fail(err)
	}
	if data, err = s.mapped(org.SitesFile); err != nil {
		return fail(err)
	}
	if s.sites, err = points.Open(data); err != nil {
		return fail(err)
	}
	if s.orgs, err = org.NewReader(ctx, db, s.mapped); err != nil {
		return fail(err)
	}
	return s, nil
}

func (s *snapshot) mapped(file string) ([]byte, error) {
	data, done, err := lake.MapFile(s.rel.Path(file))
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, done)
	return data, nil
}

// acquire counts one more user; false when the snapshot has been closed.
func (s *snapshot) acquire() bool {
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

func (s *snapshot) release() {
	if s.refs.Add(-1) > 0 {
		return
	}
	var err error
	for i := len(s.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, s.closers[i]())
	}
	_ = err // nobody is left to tell
}
