package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"unicode/utf8"

	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/live"
)

// Route is an address of the API with the action that it takes, as the table of
// who may do what names it.
type Route struct {
	Method, Pattern string
	Action          auth.Action
}

// Routes lists all addresses of the API.
func (s *Server) Routes() []Route {
	var out []Route
	for _, e := range s.endpoints {
		out = append(out, Route{http.MethodGet, e.pattern, e.action})
		if e.body != nil {
			out = append(out, Route{http.MethodPost, e.pattern, e.action})
		}
	}
	return out
}

// endpoint is an address with what it knows and how it answers.
type endpoint struct {
	pattern string
	action  auth.Action
	formats []format // that it has; the first for those who do not say
	params  []string // that it takes, beside format
	answer  func(*ask) error
	body    func(*ask) error // answers the same address with POST; nil: it takes none. It changes nothing
}

// ask is one request that may be answered.
type ask struct {
	w      http.ResponseWriter
	r      *http.Request
	snap   *live.Snapshot
	who    auth.Actor
	format format
	query  query
	endpoint
}

// voicesPath is the address of what firms said.
const voicesPath = "/api/v1/voices"

// addRoutes lists every address of the API with the action that it takes.
func (s *Server) addRoutes() {
	list := []string{"limit", "offset", "release"}
	with := func(more ...string) []string { return append(more, list...) }
	for _, e := range []endpoint{
		{"/api/v1", auth.ReadPublic, []format{asJSON}, nil, s.index, nil},
		{"/api/v1/openapi.yaml", auth.ReadPublic, []format{asYAML}, nil, s.openapi, nil},
		{"/api/v1/organisations", auth.ReadPublic, []format{asJSON, asCSV, asGeoJSON}, with("q", "role", "section", "area_set", "area", "origin", "status", "sort"), s.organisations, nil},
		{"/api/v1/organisations/{id}", auth.ReadPublic, []format{asJSON}, nil, s.organisation, nil},
		{"/api/v1/ties", auth.ReadPublic, []format{asJSON, asCSV, asGeoJSON}, with("kind", "organisation"), s.ties, nil},
		{"/api/v1/projects", auth.ReadPublic, []format{asJSON, asCSV}, with("q", "source"), s.projects, nil},
		{"/api/v1/participations", auth.ReadPublic, []format{asJSON, asCSV}, with("organisation", "project", "funder", "role", "source"), s.participations, nil},
		{"/api/v1/linkage/pairs", auth.ReadPublic, []format{asJSON, asCSV}, with("verdict"), s.pairs, nil},
		{"/api/v1/areas", auth.ReadPublic, []format{asJSON, asCSV, asGeoJSON}, with("set"), s.areas, nil},
		{"/api/v1/areas/{set}/{id}", auth.ReadPublic, []format{asJSON, asGeoJSON}, nil, s.area, nil},
		{"/api/v1/areas/{set}/{id}/profile", auth.ReadPublic, []format{asJSON}, profileParams, s.areaProfile, nil},
		{"/api/v1/profile", auth.ReadPublic, []format{asJSON}, profileParams, s.wholeProfile, s.shapeProfile},
		{"/api/v1/observations", auth.ReadPublic, []format{asJSON, asCSV}, with("kind", "indicator", "place", "area", "industry", "scheme", "year"), s.observations, nil},
		{"/api/v1/interventions", auth.ReadPublic, []format{asJSON, asCSV}, with("q", "stage", "region", "category", "benefits", "grade"), s.interventions, nil},
		{"/api/v1/interventions/{id}", auth.ReadPublic, []format{asJSON}, nil, s.intervention, nil},
		{voicesPath, auth.ReadPublic, []format{asJSON, asCSV}, with("survey", "question", "breakdown"), s.voices, nil},
		{"/api/v1/decisions", auth.ReadDecisions, []format{asJSON, asCSV}, []string{"q", "kind", "table", "subject", "by", "state", "batch", "limit", "offset"}, s.decisions, nil},
		{"/api/v1/decisions/{id}", auth.ReadDecisions, []format{asJSON}, nil, s.decision, nil},
	} {
		s.register(e)
	}
	s.mux.HandleFunc("/", s.nowhere)
}

// register makes an address readable. Everything that keeps somebody from reading it
// is in respond.
func (s *Server) register(e endpoint) {
	s.endpoints = append(s.endpoints, e)
	s.mux.HandleFunc("GET "+e.pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := s.respond(w, r, e); err != nil {
			s.fail(w, r, err)
		}
	})
	takes, allow := "GET and HEAD", "GET, HEAD"
	if e.body != nil {
		takes, allow = "GET, HEAD and POST", "GET, HEAD, POST"
		s.mux.HandleFunc("POST "+e.pattern, func(w http.ResponseWriter, r *http.Request) {
			sent := e
			sent.answer = e.body
			if err := s.respond(w, r, sent); err != nil {
				s.fail(w, r, err)
			}
		})
	}
	s.mux.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, failed(badMethod, "This address takes %s: the API only reads. Changes are made on the pages.", takes).with("Allow", allow))
	})
}

func (s *Server) nowhere(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, failed(notFound, "The API has no such address. /api/v1 lists those that it has."))
}

func (s *Server) respond(w http.ResponseWriter, r *http.Request, e endpoint) error {
	snap := s.cfg.Shelf.Acquire()
	if snap == nil {
		return failed(unavailable, "The server is stopping. Try again in a moment.").with("Retry-After", "5")
	}
	defer snap.Release()
	w.Header().Set("Milieu-Release", snap.Rel.ID)
	who, err := s.identify(r)
	if err != nil {
		return err
	}
	if err := s.admit(who, e.action); err != nil {
		return err
	}
	// The release refuses to be asked for what is no text, and has nothing under it.
	if !utf8.ValidString(r.URL.Path) || strings.Contains(r.URL.Path, "\x00") {
		return failed(notFound, "The address holds bytes that are no text.")
	}
	a := &ask{w: w, r: r, snap: snap, who: who, endpoint: e}
	if a.query, err = parseQuery(r.URL.RawQuery, append([]string{"format"}, e.params...)); err != nil {
		return err
	}
	if a.format, err = negotiate(a.query.text("format"), r.Header.Values("Accept"), e.formats); err != nil {
		return err
	}
	if of := a.query.text("release"); of != "" && of != snap.Rel.ID {
		return failed(otherRelease, "Release %s is served now, and not %s. Begin again with the first page, so that no record is missing or there twice.", snap.Rel.ID, clip(of))
	}
	if s.unchanged(a) {
		return nil
	}
	return e.answer(a)
}

// identify finds out who asks. Only a token says so: cookies do not count here, and a
// token that does not hold is a fault and never a visitor.
func (s *Server) identify(r *http.Request) (auth.Actor, error) {
	visitor := auth.Actor{Via: auth.ViaAPI, Address: entry.Address(r)}
	if s.cfg.Book != nil {
		visitor.Workspace = s.cfg.Book.Workspace
	}
	sent := r.Header.Values("Authorization")
	if len(sent) == 0 {
		return visitor, nil
	}
	refused := func(detail string) error {
		return failed(badToken, "%s", detail).with("WWW-Authenticate", challenge+`, error="invalid_token"`)
	}
	if s.cfg.Auth == nil {
		return visitor, refused("This server has no accounts and takes no tokens. Ask without the header Authorization.")
	}
	scheme, token, _ := strings.Cut(sent[0], " ")
	if token = strings.TrimSpace(token); len(sent) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return visitor, refused("The header Authorization cannot be read. Write it once, as: Authorization: Bearer milieu_…")
	}
	a, err := s.cfg.Auth.FromToken(r.Context(), token)
	if err != nil {
		return visitor, err
	}
	a.Via, a.Address = auth.ViaAPI, entry.Address(r)
	return a, nil
}

// admit holds the request against the table of who may do what.
func (s *Server) admit(a auth.Actor, action auth.Action) error {
	if action == auth.ReadDecisions {
		if !s.holds(action) {
			return failed(noDecisions, "Decisions are kept by a server with accounts, and this one serves its release only. Everything else under /api/v1 can be read.")
		}
		// The book looks up the role that the actor has in the workspace which the actor
		// names: it must be the book's.
		if a.Workspace != s.cfg.Book.Workspace {
			a.Role = auth.Nobody
		}
	}
	action = s.takes(action)
	if a.May(action) {
		return nil
	}
	least, _ := auth.Least(action)
	return &auth.DeniedError{Action: action, Least: least, Signed: a.SignedIn()}
}

// takes is the action that an address takes on this server.
func (s *Server) takes(action auth.Action) auth.Action {
	if action == auth.ReadPublic && s.cfg.Closed {
		return auth.ReadPlace
	}
	return action
}

// holds says that this server has what an address with the action gives.
func (s *Server) holds(action auth.Action) bool {
	return action != auth.ReadDecisions || s.cfg.Book != nil && s.cfg.Auth != nil
}

// unchanged says who may keep the answer, and answers for those who have it already.
// What is read of a release depends on the release, the address and the form only.
func (s *Server) unchanged(a *ask) bool {
	h := a.w.Header()
	switch {
	case a.action != auth.ReadPublic, a.r.Method == http.MethodPost, a.pattern == voicesPath: // results come from the store, not from the release
		h.Set("Cache-Control", "no-store")
		return false
	case s.cfg.Closed:
		h.Set("Cache-Control", "private, no-cache")
	default:
		h.Set("Cache-Control", "public, no-cache")
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{s.shape, a.snap.Rel.ID, a.r.URL.Path, string(a.format), a.query.without("format", "release")}, "\x1f")))
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h.Set("ETag", "W/"+tag) // weak: the answer may be packed on its way
	for _, list := range a.r.Header.Values("If-None-Match") {
		for _, one := range strings.Split(list, ",") {
			if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
				a.w.WriteHeader(http.StatusNotModified)
				return true
			}
		}
	}
	return false
}
