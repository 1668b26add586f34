// Package web serves a workspace's release as pages: server-rendered HTML that
// works without scripts, with islands for the map and the network. It owns the
// pages, their addresses and the swap to a newer release; what the pages say
// comes from the domain packages. One page is one file, one struct and one
// template.
package web

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/geo/points"
	"milieu/internal/org"
	"milieu/internal/web/assets"
)

// Config is what a server needs.
type Config struct {
	Workspace  *evidence.Workspace
	Explainers evidence.Explainers
	Log        *slog.Logger
	Now        func() time.Time
}

// Server serves one workspace.
type Server struct {
	cfg       Config
	templates templates
	mu        sync.Mutex // guards swaps
	current   atomic.Pointer[snapshot]
	mux       *http.ServeMux
}

// New opens the newest release and prepares the pages.
func New(ctx context.Context, cfg Config) (*Server, error) {
	t, err := parseTemplates()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, templates: t, mux: http.NewServeMux()}
	rel, err := evidence.Current(cfg.Workspace)
	if err != nil {
		return nil, err
	}
	snap, err := openSnapshot(ctx, cfg.Workspace, rel)
	if err != nil {
		return nil, err
	}
	s.current.Store(snap)
	s.routes()
	go s.warm(snap)
	return s, nil
}

// Close lets go of the release when the last request that reads it is done.
func (s *Server) Close() {
	if snap := s.current.Swap(nil); snap != nil {
		snap.release()
	}
}

// Watch swaps to a newer release as soon as there is one, until ctx ends. Requests
// under way finish on the release that they began with.
func (s *Server) Watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.swap(ctx); err != nil {
				s.cfg.Log.Error("a newer release cannot be opened; the old one stays", "err", err)
			}
		}
	}
}

// swap opens the newest release where it is not the one being served.
func (s *Server) swap(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current.Load()
	id := evidence.CurrentID(s.cfg.Workspace)
	if old == nil || id == "" || id == old.rel.ID {
		return nil
	}
	rel, err := evidence.OpenRelease(s.cfg.Workspace, id)
	if err != nil {
		return err
	}
	snap, err := openSnapshot(ctx, s.cfg.Workspace, rel)
	if err != nil {
		return err
	}
	s.current.Store(snap)
	old.release()
	go s.warm(snap)
	s.cfg.Log.Info("serving a newer release", "release", id)
	return nil
}

// warm reckons what the first visitors of a release would wait for. A fault is
// not told here: nothing of it is kept, and who asks for the page sees it.
func (s *Server) warm(snap *snapshot) {
	if !snap.acquire() {
		return
	}
	defer snap.release()
	ctx := context.Background()
	_, _ = remember(&snap.cache, "overview", func() (OverviewPage, error) { return overviewOf(ctx, snap) })
	_, _ = snap.sizes(ctx)
	_, _ = snap.legend(siteFilter{Filter: points.Filter{FlagsNone: org.FlagMass}})
	_, _ = remember(&snap.cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(ctx, snap) })
}

// handler serves one request on one release.
type handler func(w http.ResponseWriter, r *http.Request, snap *snapshot) error

// page registers a handler for reading.
func (s *Server) page(pattern string, h handler) {
	s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		snap := s.acquire()
		if snap == nil {
			http.Error(w, "the server is stopping", http.StatusServiceUnavailable)
			return
		}
		defer snap.release()
		if err := h(w, r, snap); err != nil {
			s.fail(w, r, snap, err)
		}
	})
}

func (s *Server) acquire() *snapshot {
	for {
		snap := s.current.Load()
		if snap == nil || snap.acquire() {
			return snap
		}
	}
}

// statusError is a fault that the visitor can do something about.
type statusError struct {
	status int
	msg    string
}

func (e statusError) Error() string { return e.msg }

// badRequest says what is wrong with an address.
func badRequest(format string, args ...any) error {
	return statusError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// notFound says what is not there.
func notFound(format string, args ...any) error {
	return statusError{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

// ErrorPage is what a visitor sees when something is wrong.
type ErrorPage struct {
	Base
	Status  int
	Message string
	Next    string
}

// fail maps an error to a status and hides what is not the visitor's business.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, snap *snapshot, err error) {
	p := ErrorPage{Status: http.StatusInternalServerError, Message: "Something went wrong on this side. It has been written down.", Next: "Try again, or go to the overview."}
	var se statusError
	switch {
	case errors.As(err, &se):
		p.Status, p.Message = se.status, se.msg
		p.Next = "Check the address, or search above."
	case errors.Is(err, org.ErrNotFound), errors.Is(err, evidence.ErrNoFigure), errors.Is(err, fs.ErrNotExist):
		p.Status, p.Message = http.StatusNotFound, "There is nothing at this address in the release that is being served."
		p.Next = "It may have gone with a newer release. Search above, or go to the overview."
	case r.Context().Err() != nil:
		return // the visitor has left
	default:
		s.cfg.Log.Error("request failed", "path", r.URL.Path, "query", r.URL.RawQuery, "err", err)
	}
	p.Base = s.base(r, snap, http.StatusText(p.Status), "")
	w.Header().Set("Cache-Control", "no-store")
	s.write(w, r, p.Status, "error", p)
}

// nowhere answers for every address that has no page.
func (s *Server) nowhere(http.ResponseWriter, *http.Request, *snapshot) error {
	return notFound("There is no page at this address.")
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler { return headers(compress(s.mux)) }

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: blob: https:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Vary", "Accept-Encoding, HX-Request")
		next.ServeHTTP(w, r)
	})
}

// compress answers with gzip where the visitor takes it and it is worth it.
func compress(next http.Handler) http.Handler {
	pool := sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(nil, 5)
		return z
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		g := &gzipped{ResponseWriter: w, pool: &pool}
		defer g.close()
		next.ServeHTTP(g, r)
	})
}

// gzipped decides at the first byte whether the answer is text worth packing.
type gzipped struct {
	http.ResponseWriter
	pool    *sync.Pool
	z       *gzip.Writer
	decided bool
}

func (g *gzipped) decide() {
	if g.decided {
		return
	}
	g.decided = true
	t := g.Header().Get("Content-Type")
	packable := strings.HasPrefix(t, "text/") || strings.Contains(t, "json") || strings.Contains(t, "javascript") || strings.Contains(t, "mapbox")
	if !packable || g.Header().Get("Content-Encoding") != "" {
		return
	}
	g.Header().Set("Content-Encoding", "gzip")
	g.Header().Del("Content-Length")
	g.z = g.pool.Get().(*gzip.Writer)
	g.z.Reset(g.ResponseWriter)
}

func (g *gzipped) WriteHeader(status int) {
	if status != http.StatusNotModified && status != http.StatusNoContent {
		g.decide()
	}
	g.ResponseWriter.WriteHeader(status)
}

func (g *gzipped) Write(p []byte) (int, error) {
	g.decide()
	if g.z != nil {
		return g.z.Write(p)
	}
	return g.ResponseWriter.Write(p)
}

func (g *gzipped) close() {
	if g.z == nil {
		return
	}
	_ = g.z.Close() // the visitor has left when this fails
	g.pool.Put(g.z)
}

// serveAsset serves a built file for ever: its address holds the hash of its bytes.
func (s *Server) serveAsset(w http.ResponseWriter, r *http.Request, _ *snapshot) error {
	f, err := assets.Open(r.PathValue("hash"), r.PathValue("name"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err = w.Write(f.Data)
	return err
}
