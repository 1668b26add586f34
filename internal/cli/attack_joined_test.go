package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"milieu/internal/api"
	"milieu/internal/auth"
	"milieu/internal/evidence"
)

// joined is everything that answers requests, as the program wires it, with somebody of
// every role signed in.
type joined struct {
	t      *testing.T
	p      *Program
	ws     *evidence.Workspace
	site   *site
	cookie *http.Cookie
	token  string
}

const joinedPassword = "plum orbit canvas nine"

func openJoined(t *testing.T) *joined {
	t.Helper()
	j := &joined{t: t, p: testProgram(io.Discard, io.Discard), ws: testPlace(t)}
	var err error
	if j.site, err = j.p.open(t.Context(), j.ws, serveOptions{}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.site.close)
	if _, err := j.site.team.Auth.Add(t.Context(), auth.Machine(j.ws.ID), "owner@example.org", "=HYPERLINK(\"x\")", auth.Owner, joinedPassword); err != nil {
		t.Fatal(err)
	}
	rec := j.ask(http.MethodPost, "/sign-in", url.Values{"email": {"owner@example.org"}, "password": {joinedPassword}})
	if len(rec.Result().Cookies()) != 1 {
		t.Fatalf("status %d\n%s", rec.Code, rec.Body)
	}
	j.cookie = rec.Result().Cookies()[0]
	a, err := j.site.team.Auth.FromSession(t.Context(), j.cookie.Value)
	if err == nil {
		j.token, _, err = j.site.team.Auth.NewToken(t.Context(), a, "a program", auth.Owner, 30)
	}
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// ask is a request of whoever has signed in, by a page or with the token.
func (j *joined) ask(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", strings.NewReader(form.Encode()))
	u, err := url.ParseRequestURI(path)
	if err != nil {
		j.t.Fatal(err)
	}
	r.URL, r.RequestURI = u, path
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if j.cookie != nil && !strings.HasPrefix(path, "/api/") {
		r.AddCookie(j.cookie)
	}
	if j.token != "" && strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", "Bearer "+j.token)
	}
	rec := httptest.NewRecorder()
	j.site.handler.ServeHTTP(rec, r)
	return rec
}

// TestAttack_headers: every kind of answer carries what confines a browser, whoever
// gives it.
func TestAttack_headers(t *testing.T) {
	j := openJoined(t)
	for path, want := range map[string]struct {
		status int
		kind   string
	}{
		"/": {200, "text/html"}, "/map": {200, "text/html"}, "/account": {200, "text/html"}, "/decisions": {200, "text/html"}, "/audit": {200, "text/html"}, "/people": {200, "text/html"}, "/nowhere": {404, "text/html"},
		"/organisations?page=x": {400, "text/html"}, "/decisions/D9": {404, "text/html"}, "/%ff": {400, "text/html"}, "/organisations?format=csv": {200, "text/csv"}, "/decisions?format=csv": {200, "text/csv"},
		"/tables/ties/export?format=csv": {200, "text/csv"}, "/tables/ties/export?format=xlsx": {200, "application/vnd.openxmlformats"}, "/audit.jsonl": {200, "application/jsonl"}, "/audit?format=csv": {200, "text/csv"},
		"/case.md": {200, "text/markdown"}, "/plan.lp": {200, "text/plain"}, "/network.json": {200, "application/json"}, "/map/areas.geojson?set=team": {200, "application/geo+json"}, "/tiles/sites/0/0/0.mvt": {200, "application/vnd.mapbox"},
		"/api/v1": {200, "application/json"}, "/api/v1/openapi.yaml": {200, "application/yaml"}, "/api/v1/organisations": {200, "application/json"}, "/api/v1/organisations?format=csv": {200, "text/csv"}, "/api/v1/areas?format=geojson": {200, "application/geo+json"},
		"/api/v1/decisions": {200, "application/json"}, "/api/v1/nothing": {404, "application/problem+json"}, "/api/v1/organisations?x=1": {400, "application/problem+json"}, "/api/v1/organisations/%ff%00": {404, "application/problem+json"}, "/api/": {404, "application/problem+json"},
	} {
		rec := j.ask(http.MethodGet, path, nil)
		if rec.Code != want.status || !strings.HasPrefix(rec.Header().Get("Content-Type"), want.kind) {
			t.Errorf("%s: status %d, %s, want %d, %s", path, rec.Code, rec.Header().Get("Content-Type"), want.status, want.kind)
		}
		confined(t, path, rec)
		if kind := rec.Header().Get("Content-Disposition"); strings.Contains(path, "format=") && !strings.Contains(path, "geojson") && !strings.HasPrefix(kind, "attachment; filename=\"") {
			t.Errorf("%s is no download: %q", path, kind)
		}
		if private := strings.HasPrefix(path, "/a") || strings.HasPrefix(path, "/decisions") || strings.HasPrefix(path, "/tables") || path == "/people"; private && !strings.HasPrefix(path, "/api") && rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", path, rec.Header().Get("Cache-Control"))
		}
	}
	for what, rec := range map[string]*httptest.ResponseRecorder{"a form": j.ask(http.MethodPost, "/builds", nil), "a form at fault": j.ask(http.MethodPost, "/people/invite", nil), "a form without a page": j.ask(http.MethodPost, "/", nil),
		"a change by the API": j.ask(http.MethodPost, "/api/v1/decisions", nil), "too much": j.ask(http.MethodPost, "/people/invite", url.Values{"name": {strings.Repeat("a", 1<<20)}}), "a path that is not clean": j.ask(http.MethodGet, "/a/../b", nil)} {
		confined(t, what, rec)
	}
	r := httptest.NewRequest(http.MethodPost, "/builds", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	j.site.handler.ServeHTTP(rec, r)
	if confined(t, "another site's form", rec); rec.Code != http.StatusForbidden {
		t.Errorf("another site's form: status %d", rec.Code)
	}
}

// confined wants the headers on an answer.
func confined(t *testing.T, what string, rec *httptest.ResponseRecorder) {
	t.Helper()
	h := rec.Header()
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()"} {
		if h.Get(name) != want {
			t.Errorf("%s: %s is %q", what, name, h.Get(name))
		}
	}
	for _, directive := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(h.Get("Content-Security-Policy"), directive) {
			t.Errorf("%s: the policy is %q", what, h.Get("Content-Security-Policy"))
		}
	}
	if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("Access-Control-Allow-Origin") != "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" || rec.Code >= 500 {
		t.Errorf("%s: status %d, %v", what, rec.Code, h)
	}
}

// TestAttack_apiFormulas decides formulas and scripts into the tables, builds, and reads
// all that the API gives: no cell is live, no text stands as it would run in a page.
func TestAttack_apiFormulas(t *testing.T) {
	j := openJoined(t)
	for i, text := range []string{`=HYPERLINK("https://evil.example","x")`, `@SUM(1)`, `-1+cmd|' /C calc'!A0`, "\uff1d1+1", `<script>alert(1)</script>`, `"></title>`} {
		id := "zz-" + strconv.Itoa(i)
		more := url.Values{"reason": {text}, "source": {"a page"}, "id": {id}, "f.name": {text}, "f.source_url": {"https://example.org/"}, "f.kind": {text}, "f.site": {text}, "f.activities": {text}, "f.notes": {text}, "f.role": {"firm"}, "f.lon": {"-1.4"}, "f.lat": {"53.4"}}
		tie := url.Values{"reason": {text}, "source": {"a page"}, "id": {id}, "f.from_id": {id}, "f.to_id": {"university-of-sheffield"}, "f.kind": {text}, "f.project": {text}, "f.source_url": {"https://example.org/"}}
		indicator := url.Values{"reason": {text}, "source": {"a page"}, "id": {id}, "f.indicator": {text}, "f.place": {text}, "f.unit": {text}, "f.value": {"-7"}, "f.source_url": {"https://example.org/"}}
		for table, form := range map[string]url.Values{"organisations": more, "ties": tie, "indicators": indicator} {
			if rec := j.ask(http.MethodPost, "/tables/"+table+"/new", form); rec.Code != http.StatusSeeOther {
				t.Fatalf("%s: status %d\n%s", table, rec.Code, rec.Body)
			}
		}
	}
	if _, err := j.p.build(t.Context(), j.ws, newProgress(j.p, false).report, 512); err != nil {
		t.Fatal(err)
	}
	if err := j.site.shelf.Swap(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/organisations", "/api/v1/ties", "/api/v1/areas", "/api/v1/observations", "/api/v1/decisions"} {
		rec := j.ask(http.MethodGet, path+"?format=csv", nil)
		rows, err := csv.NewReader(rec.Body).ReadAll()
		if err != nil || rec.Code != http.StatusOK || len(rows) < 2 {
			t.Errorf("%s: status %d, %d rows, %v", path, rec.Code, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				first, _ := utf8.DecodeRuneInString(cell)
				if _, err := strconv.ParseFloat(cell, 64); cell != "" && err != nil && strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", first) {
					t.Errorf("%s: a cell is live: %q", path, cell)
				}
			}
		}
		rec = j.ask(http.MethodGet, path+"?limit=1000", nil)
		if body := rec.Body.String(); rec.Code != http.StatusOK || !json.Valid([]byte(body)) || strings.ContainsAny(body, "<>") {
			t.Errorf("%s: status %d, or a text that a page could take for HTML", path, rec.Code)
		}
	}
	if rec := j.ask(http.MethodGet, "/api/v1/organisations?q=hyperlink", nil); !strings.Contains(rec.Body.String(), `=HYPERLINK(\"https://evil.example\",\"x\")`) {
		t.Errorf("the text itself is not given: %s", rec.Body)
	}
}

// TestAttack_apiTexts puts what no text holds, and what would mean something to a
// database, into every parameter and every part of an address of the API.
func TestAttack_apiTexts(t *testing.T) {
	j := openJoined(t)
	before := j.rows()
	texts := []string{`' or 1=1 --`, `"; drop table decision; --`, "a\x00b", "\xff\xfe", strings.Repeat("a", 3000), "%", "_", "../../etc/passwd", "<script>alert(1)</script>", "9223372036854775808", "NaN", "\u202e"}
	asked := 0
	for _, route := range api.New(api.Config{Shelf: j.site.shelf, Auth: j.site.team.Auth, Book: &j.site.team.Book, Log: slog.New(slog.DiscardHandler)}).Routes() {
		for _, text := range texts {
			path := strings.NewReplacer("{id}", url.PathEscape(text), "{set}", url.PathEscape(text)).Replace(route.Pattern)
			paths := []string{path}
			for _, p := range []string{"q", "kind", "table", "subject", "by", "state", "batch", "limit", "offset", "release", "format", "role", "section", "area_set", "area", "origin", "status", "sort", "organisation", "set", "indicator", "place", "industry", "scheme", "year", text} {
				paths = append(paths, strings.NewReplacer("{id}", "x", "{set}", "team").Replace(route.Pattern)+"?"+url.Values{p: {text}}.Encode())
			}
			for _, path := range paths {
				if asked++; asked%150 == 0 {
					j.site.handler = j.reopened() // so that the limit of requests does not answer instead
				}
				rec := j.ask(http.MethodGet, path, nil)
				if rec.Code >= 500 || strings.Contains(rec.Body.String(), "<script>") || !json.Valid(rec.Body.Bytes()) && strings.Contains(rec.Header().Get("Content-Type"), "json") {
					t.Errorf("%.200s: status %d\n%.300s", path, rec.Code, rec.Body)
				}
			}
		}
	}
	t.Logf("%d requests", asked)
	if after := j.rows(); after != before {
		t.Errorf("the store holds %s, %s before", after, before)
	}
}

// reopened is the API again, with nothing counted yet.
func (j *joined) reopened() http.Handler {
	return api.New(api.Config{Shelf: j.site.shelf, Auth: j.site.team.Auth, Book: &j.site.team.Book, Log: slog.New(slog.DiscardHandler), Now: j.p.Now}).Handler()
}

// rows counts what people have made.
func (j *joined) rows() string {
	j.t.Helper()
	out := ""
	for _, table := range []string{"decision", "member", "person", "token", "session", "invitation", "job", "upload", "audit_event"} {
		var n int
		if err := j.site.team.Book.DB.Read().QueryRowContext(j.t.Context(), "select count(*) from "+table).Scan(&n); err != nil {
			j.t.Fatal(err)
		}
		out += fmt.Sprintf("%s %d ", table, n)
	}
	return out
}
