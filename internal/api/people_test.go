package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/live"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// Each address answers each role as the table of who may do what says.
func TestWho(t *testing.T) {
	w := demo(t)
	tokens := map[auth.Role]string{auth.Nobody: ""}
	for role, token := range w.tokens {
		tokens[role] = token
	}
	for name, s := range map[string]*Server{"open": w.open, "closed": w.closed} {
		for _, r := range s.Routes() {
			action := r.Action
			if name == "closed" && action == auth.ReadPublic {
				action = auth.ReadPlace
			}
			for role, token := range tokens {
				got := get(t, s, token, an(r.Pattern))
				switch {
				case role.May(action):
					if got.Code != http.StatusOK {
						t.Errorf("%s: %s %q: %d %s", name, r.Pattern, role, got.Code, got.Body)
					}
				case role == auth.Nobody:
					wantProblem(t, got, tokenNeeded)
					if !strings.HasPrefix(got.Header().Get("WWW-Authenticate"), "Bearer ") {
						t.Errorf("%s does not say how to prove who one is", r.Pattern)
					}
				default:
					wantProblem(t, got, roleTooSmall)
				}
			}
		}
	}
}

// A role that is too small is refused with what it would take.
func TestWho_tooSmall(t *testing.T) {
	w := demo(t)
	s := New(w.open.cfg)
	s.register(endpoint{"/api/v1/probe", auth.ReadAudit, []format{asJSON}, nil, func(a *ask) error { return a.send("seen") }, nil})
	wantProblem(t, get(t, s, w.tokens[auth.Editor], "/api/v1/probe"), roleTooSmall)
	if got := get(t, s, w.tokens[auth.Manager], "/api/v1/probe"); got.Code != http.StatusOK {
		t.Errorf("%d", got.Code)
	}
	s.register(endpoint{"/api/v1/unlisted", "no.such.action", []format{asJSON}, nil, func(a *ask) error { return a.send("seen") }, nil})
	wantProblem(t, get(t, s, w.tokens[auth.Owner], "/api/v1/unlisted"), roleTooSmall)
}

// A token that does not hold is never a visitor, wherever it is sent.
func TestTokens_bad(t *testing.T) {
	w := demo(t)
	good := w.tokens[auth.Owner]
	for name, header := range map[string][]string{
		"expired": {"Bearer " + w.expired}, "revoked": {"Bearer " + w.revoked}, "of another workspace": {"Bearer " + w.foreign}, "cut": {"Bearer " + good[:len(good)-1]},
		"without prefix": {"Bearer " + strings.TrimPrefix(good, "milieu_")}, "empty": {"Bearer "}, "nothing": {""}, "another scheme": {"Basic " + good}, "no scheme": {good},
		"two": {"Bearer " + good, "Bearer " + good}, "sql": {"Bearer milieu_' or '1'='1"}, "long": {"Bearer milieu_" + strings.Repeat("a", 10_000)},
	} {
		for _, path := range []string{"/api/v1", "/api/v1/organisations", "/api/v1/decisions", "/api/v1/decisions/D1"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			for _, h := range header {
				r.Header.Add("Authorization", h)
			}
			got := httptest.NewRecorder()
			w.open.Handler().ServeHTTP(got, r)
			wantProblem(t, got, badToken)
			if !strings.Contains(got.Header().Get("WWW-Authenticate"), `error="invalid_token"`) {
				t.Errorf("%s at %s: %v", name, path, got.Header())
			}
			if strings.Contains(got.Body.String(), "milieu_a") || strings.Contains(got.Body.String(), good[:20]) {
				t.Errorf("%s: the answer repeats the token", name)
			}
		}
	}
	wantProblem(t, get(t, w.readOnly, good, "/api/v1/organisations"), badToken)
	wantProblem(t, get(t, w.open, "", "/api/v1/organisations?access_token="+good), unknownParameter)
	if got := get(t, w.open, "", "/api/v1/organisations", "Authorization", "bearer "+good); got.Code != http.StatusOK {
		t.Errorf("a scheme in small letters: %d", got.Code)
	}
}

// Cookies say nothing here.
func TestCookies_ignored(t *testing.T) {
	w := demo(t)
	for _, name := range []string{"milieu", "__Host-milieu"} {
		wantProblem(t, get(t, w.open, "", "/api/v1/decisions", "Cookie", name+"="+w.tokens[auth.Owner]), tokenNeeded)
		if got := get(t, w.open, "", "/api/v1/organisations", "Cookie", name+"=nonsense"); got.Code != http.StatusOK {
			t.Errorf("%d", got.Code)
		}
	}
}

func TestDecisions(t *testing.T) {
	w := demo(t)
	token := w.tokens[auth.Reader]
	p := read[page[decisionItem]](t, w.open, token, "/api/v1/decisions")
	if p.Total != 3 || p.Items[0].ID != "D3" || p.Items[2].ID != "D1" {
		t.Fatalf("%+v", p)
	}
	applied, taken, later := p.Items[2], p.Items[1], p.Items[0]
	if applied.State == nil || *applied.State != "applied" || applied.Record == nil || !applied.Holds || applied.Undone != nil || *applied.By.Name != "Pat editor" {
		t.Errorf("%+v", applied)
	}
	if taken.Holds || taken.Undone == nil || *taken.Undone.By.Name != "Pat manager" || taken.State != nil || taken.Undone.Reason != "it is none" {
		t.Errorf("%+v", taken)
	}
	if later.State != nil || later.Record != nil {
		t.Errorf("%+v", later)
	}
	for query, want := range map[string]int{"state=holds": 2, "state=undone": 1, "kind=set": 3, "kind=add": 0, "table=organisations": 3, "subject=injected": 1, "by=editor-amid": 3, "by=nobody": 0, "q=COLLEGE": 1, "q=100%25": 0, "batch=b": 0} {
		if got := read[page[decisionItem]](t, w.open, token, "/api/v1/decisions?"+query).Total; got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	for _, query := range []string{"state=gone", "kind=steal", "limit=5000"} {
		wantProblem(t, get(t, w.open, token, "/api/v1/decisions?"+query), badParameter)
	}
	for _, id := range []string{"D4", "D0", "1", "D-1", "D99999999999999999999", "d1"} {
		wantProblem(t, get(t, w.open, token, "/api/v1/decisions/"+id), notFound)
	}
	for _, path := range []string{"/api/v1/decisions", "/api/v1/decisions/D1"} {
		wantProblem(t, get(t, w.readOnly, "", path), noDecisions)
	}
}

// Who takes the table away stands in the log, with the way and how much it was.
func TestDecisions_exportLogged(t *testing.T) {
	w := demo(t)
	logged := func() []audit.Event {
		list, err := audit.List(ctx, w.db.Read(), "amid", audit.Filter{Action: "export.table"})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := len(logged())
	token := w.tokens[auth.Reader]
	for _, path := range []string{"/api/v1/decisions", "/api/v1/decisions/D1"} {
		get(t, w.open, token, path)
	}
	do(t, w.open, http.MethodHead, token, "/api/v1/decisions?format=csv")
	wantProblem(t, get(t, w.open, "", "/api/v1/decisions?format=csv"), tokenNeeded)
	if n := len(logged()); n != before {
		t.Errorf("%d lines of what took nothing away", n-before)
	}
	if got := get(t, w.open, token, "/api/v1/decisions?format=csv&state=holds"); got.Code != http.StatusOK {
		t.Fatal(got.Code)
	}
	list := logged()
	if len(list) != before+1 {
		t.Fatalf("%d lines more, want 1", len(list)-before)
	}
	if e := list[0]; e.Actor != "analyst-amid" || e.Via != auth.ViaAPI || e.Subject != "decisions" || e.Detail["format"] != "csv" || e.Detail["rows"] != "2" {
		t.Errorf("%+v", e)
	}
}

// A store that fell silent is no fault of ours to hide.
func TestKnown_unsure(t *testing.T) {
	f := known(fmt.Errorf("export: %w", store.ErrUnsure))
	if f == nil || f.kind != unavailable || f.header[0] != "Retry-After" || !strings.Contains(f.detail, "may say so or not") {
		t.Errorf("%+v", f)
	}
}

// Nobody reads a decision of another workspace by its number, whatever the role at home.
func TestDecisions_ofOthers(t *testing.T) {
	w := demo(t)
	for _, path := range []string{"/api/v1/decisions", "/api/v1/decisions/D1"} {
		own := get(t, w.other, w.foreign, path)
		if own.Code != http.StatusOK || !strings.Contains(own.Body.String(), "secret-works") || strings.Contains(own.Body.String(), "university-of-sheffield") {
			t.Errorf("%s at home: %d %s", path, own.Code, own.Body)
		}
		wantProblem(t, get(t, w.other, w.tokens[auth.Owner], path), badToken)
		if got := get(t, w.open, w.tokens[auth.Owner], path); strings.Contains(got.Body.String(), "secret-works") {
			t.Errorf("%s holds a decision of another workspace", path)
		}
	}
	wantProblem(t, get(t, w.other, w.foreign, "/api/v1/decisions/D3"), notFound)
	// A server that is put together wrongly does not read for people of one workspace in
	// the book of another.
	mixed := New(Config{Shelf: w.shelf, Auth: w.people, Book: &decision.Book{DB: w.db, Workspace: "elsewhere", Now: storetest.Clock()}, Now: clock()})
	wantProblem(t, get(t, mixed, w.tokens[auth.Owner], "/api/v1/decisions/D1"), roleTooSmall)
}

// A role that was taken away counts no more, though the token is not touched.
func TestRole_withdrawn(t *testing.T) {
	w := demo(t)
	a := actor("amid", auth.Analyst)
	token, _, err := w.people.NewToken(ctx, a, "short", auth.Analyst, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, w.open, token, "/api/v1/decisions"); got.Code != http.StatusOK {
		t.Fatal(got.Code)
	}
	var made []auth.Token
	if made, err = w.people.Tokens(ctx, a, a.PersonID); err != nil {
		t.Fatal(err)
	}
	if err := w.people.RevokeToken(ctx, a, made[len(made)-1].ID); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, get(t, w.open, token, "/api/v1/decisions"), badToken)
}

func TestReadOnly(t *testing.T) {
	w := demo(t)
	for _, r := range w.open.Routes() {
		allow := "GET, HEAD"
		if r.Pattern == "/api/v1/profile" { // a shape is too long for an address; it is read and not kept
			allow += ", POST"
		} else if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Pattern)
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "BREW"} {
			if strings.Contains(allow, method) {
				continue
			}
			got := do(t, w.open, method, w.tokens[auth.Owner], an(r.Pattern))
			wantProblem(t, got, badMethod)
			if got.Header().Get("Allow") != allow {
				t.Errorf("%s %s: %v", method, r.Pattern, got.Header())
			}
		}
		if got := do(t, w.open, http.MethodHead, w.tokens[auth.Owner], an(r.Pattern)); got.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", r.Pattern, got.Code)
		}
	}
	for _, path := range []string{"/api", "/api/v1/", "/api/v2", "/api/v1/people", "/api/v1/organisations/", "/", "/api/v1/organisations/a/b"} {
		wantProblem(t, get(t, w.open, "", path), notFound)
	}
}

func TestLimit(t *testing.T) {
	now := storetest.Start
	cfg := demo(t).open.cfg
	cfg.Now = func() time.Time { return now }
	s := New(cfg)
	ask := func(address string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/openapi.yaml", nil)
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w
	}
	for i := range burst {
		if w := ask("192.0.2.7:1"); w.Code != http.StatusOK {
			t.Fatalf("request %d: %d", i, w.Code)
		}
	}
	refused := ask("192.0.2.7:2")
	wantProblem(t, refused, tooManyRequests)
	if refused.Header().Get("Retry-After") != "1" {
		t.Errorf("%v", refused.Header())
	}
	if w := ask("192.0.2.8:1"); w.Code != http.StatusOK {
		t.Errorf("another address: %d", w.Code)
	}
	now = now.Add(time.Second)
	for i := range perSecond {
		if w := ask("192.0.2.7:1"); w.Code != http.StatusOK {
			t.Fatalf("request %d a second later: %d", i, w.Code)
		}
	}
	wantProblem(t, ask("192.0.2.7:1"), tooManyRequests)
	for i := range burst {
		if w := ask("[2001:db8::" + string(rune('a'+i%6)) + "]:1"); w.Code != http.StatusOK {
			t.Fatalf("%d", w.Code)
		}
	}
	wantProblem(t, ask("[2001:db8::ffff]:1"), tooManyRequests)
}

func TestStopping(t *testing.T) {
	w := demo(t)
	shelf, err := live.New(ctx, w.shelf.Workspace(), w.open.cfg.Log)
	if err != nil {
		t.Fatal(err)
	}
	shelf.Close()
	got := get(t, New(Config{Shelf: shelf}), "", "/api/v1")
	wantProblem(t, got, unavailable)
	if got.Header().Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
}
