// Package web serves a workspace's release as pages: server-rendered HTML that
// works without scripts, with islands for the map and the network. It owns the
// pages and their addresses; what the pages say comes from the domain packages,
// read from the release that package live holds. One page is one file, one struct and one
// template.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/geo/points"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/report/format"
	"milieu/internal/web/assets"
)

// Config is what a server needs.
type Config struct {
	Shelf      *live.Shelf
	Explainers evidence.Explainers
	Log        *slog.Logger
	Now        func() time.Time
	Team       *Team // nil: a site to be read only, without accounts
}

// Server serves one workspace.
type Server struct {
	cfg       Config
	templates templates
	mux       *http.ServeMux
	routes    []Route
	drawn     drawnAreas
	printer   *format.Shared // makes PDFs of cases
}

// New prepares the pages, and has those warmed that the first visitors of a
// release would wait for.
func New(cfg Config) (*Server, error) {
	t, err := parsed()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, templates: t, mux: http.NewServeMux(), printer: format.NewShared("", false)}
	s.addRoutes()
	cfg.Shelf.OnSwap(warm)
	cfg.Shelf.OnSwap(s.warmCase) // last: it needs what the routes add to the explainers
	return s, nil
}

// warm reckons what the first visitors of a release would wait for. A fault is
// not told here: nothing of it is kept, and who asks for the page sees it.
func warm(snap *live.Snapshot) {
	ctx := context.Background()
	_, _ = live.Remember(&snap.Cache, "overview", func() (OverviewPage, error) { return overviewOf(ctx, snap) })
	_, _ = siteSizes(ctx, snap)
	warmNetwork(snap)
	_, _ = squareBreaks(snap)
	_, _ = reviewQueue(ctx, snap)
	_, _ = countLegend(snap, siteFilter{Filter: points.Filter{FlagsNone: org.FlagMass}})
	_, _ = live.Remember(&snap.Cache, "list/areas", func() ([]ChoiceGroup, error) { return areaChoices(ctx, snap) })
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
	SignIn  bool // offer to sign in and come back
}

// fail maps an error to a status and hides what is not the visitor's business.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, err error) {
	p := ErrorPage{Status: http.StatusInternalServerError, Message: "Something went wrong on this side. It has been written down.", Next: "Try again, or go to the overview."}
	var se statusError
	switch {
	case errors.As(err, &se):
		p.Status, p.Message = se.status, se.msg
		p.Next = "Check the address, or search above."
	case errors.Is(err, org.ErrNotFound), errors.Is(err, evidence.ErrNoFigure), errors.Is(err, fs.ErrNotExist):
		p.Status, p.Message = http.StatusNotFound, "There is nothing at this address in the release that is being served."
		p.Next = "It may have gone with a newer release. Search above, or go to the overview."
	case failParameters(&p, err):
		s.cfg.Log.Error("request failed", "path", loggedPath(r), "query", r.URL.RawQuery, "err", err)
	case s.failTeam(&p, err):
	case r.Context().Err() != nil:
		return // the visitor has left
	default:
		s.cfg.Log.Error("request failed", "path", loggedPath(r), "query", r.URL.RawQuery, "err", err)
	}
	p.Base = s.base(r, snap, http.StatusText(p.Status), "")
	w.Header().Set("Cache-Control", "no-store")
	s.write(w, r, p.Status, "error", p)
}

// nowhere answers for every address that has no page.
func (s *Server) nowhere(http.ResponseWriter, *http.Request, *live.Snapshot) error {
	return notFound("There is no page at this address.")
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler { return varies(s.mux) }

// varies tells caches what besides its address an answer hangs on.
func varies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Encoding, HX-Request, Cookie")
		next.ServeHTTP(w, r)
	})
}

// serveAsset serves a built file for ever: its address holds the hash of its bytes.
func (s *Server) serveAsset(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	f, err := assets.Open(r.PathValue("hash"), r.PathValue("name"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err = w.Write(f.Data)
	return err
}
