package format

import (
	"context"
	"errors"
	"io"
	"sync"

	"milieu/internal/report"
	"milieu/internal/report/pdf"
)

// Shared is a browser that is started when it is first needed and used by one at a time. A nil one is none.
type Shared struct {
	path  string
	keep  bool
	turn  chan struct{} // holds one where somebody may go
	mu    sync.Mutex
	found *pdf.Browser
}

// NewShared makes one. Path is as in pdf.Find. Where it is kept the browser stays until Close, for a command that writes several
// files; else it ends after each use, so that a server holds no memory of one.
func NewShared(path string, keep bool) *Shared {
	s := &Shared{path: path, keep: keep, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// Close ends a browser that was kept.
func (s *Shared) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.found
	s.found = nil
	if b == nil {
		return nil
	}
	return b.Close()
}

// Found says whether there is a browser to use.
func (s *Shared) Found() bool {
	if s == nil {
		return false
	}
	_, err := pdf.Find(s.path)
	return err == nil
}

func (s *Shared) open(ctx context.Context) (*pdf.Browser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.found != nil {
		return s.found, nil
	}
	b, err := pdf.Open(ctx, s.path)
	if err == nil {
		s.found = b
	}
	return b, err
}

// use waits for its turn and does something with the browser. A browser that failed is not used again.
func (s *Shared) use(ctx context.Context, do func(*pdf.Browser) error) error {
	if s == nil {
		return pdf.ErrNoBrowser
	}
	select {
	case <-s.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.turn <- struct{}{} }()
	b, err := s.open(ctx)
	if err != nil {
		return err
	}
	err = do(b)
	if err != nil || !s.keep {
		err = errors.Join(err, s.Close())
	}
	return err
}

func (s *Shared) print(ctx context.Context, w io.Writer, d report.Document) error {
	return s.use(ctx, func(b *pdf.Browser) error {
		data, err := b.Print(ctx, d)
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
}

type raster = func(svg string, w, h int) ([]byte, error)

// withPictures does something that draws pictures. Without a browser it is told so by a nil raster.
func (s *Shared) withPictures(ctx context.Context, do func(raster) error) error {
	if !s.Found() {
		return do(nil)
	}
	return s.use(ctx, func(b *pdf.Browser) error {
		return do(func(svg string, w, h int) ([]byte, error) { return b.Raster(ctx, svg, w, h) })
	})
}
