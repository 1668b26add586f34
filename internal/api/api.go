// Package api serves what a workspace's release holds as open data under
// /api/v1: lists and single records as JSON, CSV and GeoJSON, each with the
// source record that it comes from, and to people with a token the decisions.
// It only reads, and writes down who takes the decisions away. It owns the addresses, the forms of the data and the words of
// its faults, which openapi.yaml describes; what the data is comes from the domain
// packages, and who may read it from auth.
package api

import (
	"crypto/sha256"
	_ "embed" // openapi.yaml
	"encoding/hex"
	"log/slog"
	"net/http"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/entry"
	"milieu/internal/live"
)

//go:embed openapi.yaml
var document []byte

// Config is what a server needs.
type Config struct {
	Shelf  *live.Shelf
	Auth   *auth.Service  // nil: no token is taken
	Book   *decision.Book // nil: there are no decisions to read
	Closed bool           // who brings no token sees nothing
	Log    *slog.Logger
	Now    func() time.Time
}

// Server serves the open data of one workspace.
type Server struct {
	cfg       Config
	mux       *http.ServeMux
	endpoints []endpoint
	limits    *auth.Limits
	streams   chan struct{}
	part      int    // see partDocs; tests have smaller ones
	shape     string // changes when the form of answers does
}

// New prepares the addresses.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	// Whatever changes in an answer is described, so the description tells forms apart.
	sum := sha256.Sum256(document)
	s := &Server{cfg: cfg, mux: http.NewServeMux(), limits: auth.NewLimits(burst, time.Second/perSecond, mostAddresses), streams: make(chan struct{}, mostStreams), part: partDocs, shape: hex.EncodeToString(sum[:4])}
	s.addRoutes()
	return s
}

// Handler answers everything under /api/.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept, Authorization")
		if wait := s.limits.Take(s.cfg.Now(), auth.Network(entry.Address(r))); wait > 0 {
			s.fail(w, r, tooMany(wait))
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}
