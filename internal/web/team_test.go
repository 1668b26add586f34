package web

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/entry"
	"milieu/internal/job"
	"milieu/internal/live"
	"milieu/internal/store"
)

// teamPassword is the password of everybody on a team site.
const teamPassword = "plum orbit canvas nine"

// teamWorkspace is the workspace of team sites.
const teamWorkspace = "amid"

// sessionName is the cookie of their sessions.
const sessionName = "milieu-" + teamWorkspace

// everyRole has the visitor too.
var everyRole = append([]auth.Role{auth.Nobody}, auth.Roles...)

// teamWorld is a site of the example on which a person of every role is signed in.
type teamWorld struct {
	t      testing.TB
	site   *Server
	db     *store.DB
	auth   *auth.Service
	people map[auth.Role]auth.Actor
	secret map[auth.Role]string // of the session

	mu  sync.Mutex
	now time.Time
}

// teamOption changes what a team site is made of.
type teamOption func(t *Team, o *auth.Options)

// closedSite makes the workspace one that visitors cannot read.
func closedSite(t *Team, _ *auth.Options) { t.Closed = true }

// teamFile is a store with a person of every role, made once: hashing passwords takes
// long. Each site has its own copy.
var teamFile struct {
	once   sync.Once
	data   []byte
	people map[auth.Role]auth.Actor
	secret map[auth.Role]string
	err    error
}

func makeTeamFile() (err error) {
	dir, err := os.MkdirTemp("", "milieu-team-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder that stays is no fault of a test
	ctx, file := context.Background(), filepath.Join(dir, "workspace.db")
	db, err := store.Open(ctx, store.Options{File: file, Now: testNow})
	if err != nil {
		return err
	}
	s := auth.New(auth.Options{DB: db, Workspace: teamWorkspace, Now: testNow})
	teamFile.people, teamFile.secret = map[auth.Role]auth.Actor{}, map[auth.Role]string{}
	for _, role := range auth.Roles {
		if _, err := s.Add(ctx, auth.Machine(teamWorkspace), teamEmail(role), "Person of "+string(role), role, teamPassword); err != nil {
			return err
		}
		if teamFile.secret[role], teamFile.people[role], err = s.SignIn(ctx, teamEmail(role), teamPassword, "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"); err != nil {
			return err
		}
	}
	// Closing writes everything into the one file.
	if err := db.Close(); err != nil {
		return err
	}
	teamFile.data, err = os.ReadFile(file)
	return err
}

func teamEmail(role auth.Role) string { return string(role) + "@example.org" }

// teamSite serves the example to a team: a person of every role is signed in.
func teamSite(t testing.TB, options ...teamOption) *teamWorld {
	t.Helper()
	demoSite(t)
	return teamSiteOn(t, demo.site.cfg.Shelf, options...)
}

// teamSiteOn does so with the releases of a shelf.
func teamSiteOn(t testing.TB, shelf *live.Shelf, options ...teamOption) *teamWorld {
	t.Helper()
	teamFile.once.Do(func() { teamFile.err = makeTeamFile() })
	if teamFile.err != nil {
		t.Fatal(teamFile.err)
	}
	file := filepath.Join(t.TempDir(), "workspace.db")
	if err := os.WriteFile(file, teamFile.data, 0o600); err != nil {
		t.Fatal(err)
	}
	w := &teamWorld{t: t, people: teamFile.people, secret: map[auth.Role]string{}, now: testNow()}
	for role, secret := range teamFile.secret {
		w.secret[role] = secret
	}
	var err error
	if w.db, err = store.Open(t.Context(), store.Options{File: file, Now: w.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.db.Close() })
	o := auth.Options{DB: w.db, Workspace: teamWorkspace, Now: w.clock}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	team := &Team{Book: decision.Book{DB: w.db, Workspace: teamWorkspace, Now: w.clock}, Jobs: job.New(job.Runner{DB: w.db, Workspace: teamWorkspace, Now: w.clock, Log: log,
		Kinds: map[string]job.Func{BuildJob: func(context.Context, *job.Run) error { return nil }}})}
	for _, change := range options {
		change(team, &o)
	}
	w.auth = auth.New(o)
	team.Auth = w.auth
	if w.site, err = New(Config{Shelf: shelf, Explainers: ReleaseExplainers(), Log: log, Now: w.clock, Team: team}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *teamWorld) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// later moves the clock.
func (w *teamWorld) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// request is what a person of the role asks for, with a form when it is a POST.
func (w *teamWorld) request(role auth.Role, method, path string, form url.Values) *http.Request {
	var body io.Reader
	if method != http.MethodGet {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if role != auth.Nobody {
		r.AddCookie(&http.Cookie{Name: sessionName, Value: w.secret[role]})
	}
	return r
}

// do asks the site as the program wires it.
func (w *teamWorld) do(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	entry.Wrap(w.site.Handler(), entry.Options{}).ServeHTTP(rec, r)
	return rec
}

// get asks for a page as a person of the role; a page of HTML must be well formed.
func (w *teamWorld) get(role auth.Role, path string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.checked(path, w.do(w.request(role, http.MethodGet, path, nil)))
}

// post sends a form as a person of the role; pairs are its fields.
func (w *teamWorld) post(role auth.Role, path string, pairs ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return w.checked(path, w.do(w.request(role, http.MethodPost, path, form)))
}

func (w *teamWorld) checked(path string, rec *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	w.t.Helper()
	shown := rec.Header().Get("Content-Disposition") == "" // a file that is taken away is not shown under the site's policy
	if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") && rec.Code != http.StatusSeeOther && shown {
		wellFormed(w.t, path, rec.Body.String())
		for _, found := range inline(rec.Body.String()) {
			w.t.Errorf("%s: the policy refuses %s", path, found)
		}
	}
	return rec
}

// page gets a page that must be there.
func (w *teamWorld) page(role auth.Role, path string) string {
	w.t.Helper()
	rec := w.get(role, path)
	if rec.Code != http.StatusOK {
		w.t.Fatalf("%s as %q: status %d\n%s", path, role, rec.Code, rec.Body)
	}
	return rec.Body.String()
}

// sent wants an answer that sends the browser on to an address.
func (w *teamWorld) sent(rec *httptest.ResponseRecorder, to string) {
	w.t.Helper()
	if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != to {
		w.t.Fatalf("status %d to %q, want %d to %q\n%s", rec.Code, got, http.StatusSeeOther, to, rec.Body)
	}
}

// says wants an answer with the status that holds all the texts, as they read.
func (w *teamWorld) says(rec *httptest.ResponseRecorder, status int, texts ...string) {
	w.t.Helper()
	body := readable(rec.Body.String())
	_, inner, found := strings.Cut(body, `<main`)
	if !found {
		inner = body
	}
	if rec.Code != status {
		w.t.Errorf("status %d, want %d\n%s", rec.Code, status, inner)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			w.t.Errorf("the answer does not say %q\n%s", text, inner)
		}
	}
}

// session is the cookie that an answer gives, nil where it gives none.
func session(rec *httptest.ResponseRecorder) *http.Cookie {
	for _, c := range rec.Result().Cookies() {
		if (c.Name == sessionName || c.Name == "__Host-"+sessionName) && c.MaxAge >= 0 {
			return c
		}
	}
	return nil
}

// renew signs people in again whose session a request has ended.
func (w *teamWorld) renew(role auth.Role) {
	w.t.Helper()
	if role == auth.Nobody {
		return
	}
	if _, err := w.auth.FromSession(w.t.Context(), w.secret[role]); err == nil {
		return
	}
	var err error
	w.later(time.Minute) // the limits of sign-ins count time
	if w.secret[role], _, err = w.auth.SignIn(w.t.Context(), teamEmail(role), teamPassword, "192.0.2.8", ""); err != nil {
		w.t.Fatal(fmt.Errorf("%s: %w", role, err))
	}
}

// readable is a page as its text reads, with entities resolved.
func readable(body string) string { return html.UnescapeString(body) }

// samplePath fills the wildcards of a pattern with what is there for nobody.
func samplePath(pattern string) string {
	if pattern == "/" {
		return "/none" // what has no page of its own
	}
	path := strings.TrimSuffix(pattern, "{$}")
	for wild, value := range map[string]string{"{table}": "organisations", "{id}": "none-at-all", "{slug}": "none", "{set}": "none", "{z}": "0", "{x}": "0", "{y}": "0.mvt", "{hash}": "none", "{name}": "none", "{secret}": "none", "{batch}": "none", "{sector}": "none", "{n}": "1", "{unit}": "none", "{section}": "none", "{criterion}": "none", "{part}": "none"} {
		path = strings.ReplaceAll(path, wild, value)
	}
	return path
}

// refused says whether an answer is the one of the table of who may do what.
func refused(rec *httptest.ResponseRecorder) string {
	body := readable(rec.Body.String())
	switch {
	case rec.Code == http.StatusUnauthorized && strings.Contains(body, "This page is for people who have signed in."):
		return "sign in"
	case rec.Code == http.StatusForbidden && strings.Contains(body, "This takes the role "):
		return "role"
	}
	return ""
}

// TestRoutes_roles asks for every address as everybody, and holds what is let through
// against the table of who may do what.
func TestRoutes_roles(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprintf("closed=%v", closed), func(t *testing.T) {
			var options []teamOption
			if closed {
				options = append(options, closedSite)
			}
			w := teamSite(t, options...)
			asked := 0
			for _, route := range w.site.Routes() {
				path := samplePath(route.Pattern)
				if strings.ContainsAny(path, "{}") {
					t.Fatalf("%s: say in samplePath what stands for its wildcards", route.Pattern)
				}
				least, known := auth.Least(route.Action)
				if !known {
					t.Errorf("%s %s takes %q, which the table does not have", route.Method, route.Pattern, route.Action)
				}
				if closed && route.Action == auth.ReadPublic {
					least, _ = auth.Least(auth.ReadPlace)
				}
				for _, role := range everyRole {
					w.renew(role)
					want := ""
					switch {
					case role.AtLeast(least):
					case role == auth.Nobody:
						want = "sign in"
					default:
						want = "role"
					}
					rec := w.do(w.request(role, route.Method, path, url.Values{}))
					asked++
					if got := refused(rec); got != want || rec.Code == http.StatusInternalServerError || rec.Code == http.StatusMethodNotAllowed {
						t.Errorf("%s %s as %q: status %d, refused %q, want %q", route.Method, path, role, rec.Code, got, want)
					}
					if want != "" && route.Method == http.MethodPost && session(rec) != nil {
						t.Errorf("%s %s as %q: a refused request begins a session", route.Method, path, role)
					}
				}
			}
			t.Logf("%d requests to %d routes", asked, len(w.site.Routes()))
			// Nothing that was refused or sent empty has changed anything.
			if n := w.number(`select count(seq) from decision`); n != 0 {
				t.Errorf("%d decisions were made", n)
			}
			if n := w.number(`select count(person_id) from member`); n != len(auth.Roles) {
				t.Errorf("%d members, want %d", n, len(auth.Roles))
			}
		})
	}
}

// TestRoutes_otherMethods: no address does something by a method that it does not name.
func TestRoutes_otherMethods(t *testing.T) {
	w := teamSite(t)
	methods := map[string][]string{}
	for _, route := range w.site.Routes() {
		methods[route.Pattern] = append(methods[route.Pattern], route.Method)
	}
	for pattern, has := range methods {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if slices.Contains(has, method) {
				continue
			}
			if rec := w.do(w.request(auth.Owner, method, samplePath(pattern), url.Values{})); rec.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: status %d", method, pattern, rec.Code)
			}
		}
	}
}

// number asks the store for one.
func (w *teamWorld) number(query string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.db.Read().QueryRowContext(w.t.Context(), query, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}
