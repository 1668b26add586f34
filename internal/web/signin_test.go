package web

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/entry"
)

func TestSignIn(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Nobody, "/sign-in?next=/plan"), 200, `name="next" value="/plan"`, `autocomplete="username"`, `autocomplete="current-password"`, "Everybody can read")
	rec := w.post(auth.Nobody, "/sign-in", "email", "Editor@Example.org", "password", teamPassword, "next", "/plan?budget=100")
	w.sent(rec, "/plan?budget=100&said=signed-in")
	c := session(rec)
	if c == nil || c.Value == "" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure || c.MaxAge <= 0 {
		t.Fatalf("the cookie: %+v", c)
	}
	w.secret[auth.Editor] = c.Value
	body := w.page(auth.Editor, "/plan?budget=100&said=signed-in")
	if !strings.Contains(body, "You are signed in.") || !strings.Contains(body, "Person of editor") {
		t.Error("the page does not say who is signed in")
	}
	w.says(w.get(auth.Editor, "/sign-in?next=/plan"), 200, "You are signed in already, as Person of editor with the role editor", `href="/plan"`)
	if strings.Contains(w.page(auth.Editor, "/sign-in"), `type="password"`) {
		t.Error("who is signed in is asked for a password")
	}
}

// On an encrypted way the cookie says so in its name.
func TestSignIn_secure(t *testing.T) {
	w := teamSite(t)
	secure := entry.Wrap(w.site.Handler(), entry.Options{HTTPS: true})
	rec := httptest.NewRecorder()
	secure.ServeHTTP(rec, w.request(auth.Nobody, http.MethodPost, "/sign-in", url.Values{"email": {teamEmail(auth.Reader)}, "password": {teamPassword}}))
	c := session(rec)
	if c == nil || c.Name != "__Host-"+sessionName || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Fatalf("the cookie: %+v", c)
	}
	// The name without the prefix does not count there.
	for name, want := range map[string]int{"__Host-" + sessionName: 200, sessionName: 401} {
		r := httptest.NewRequest(http.MethodGet, "/account", nil)
		r.AddCookie(&http.Cookie{Name: name, Value: c.Value})
		rec := httptest.NewRecorder()
		if secure.ServeHTTP(rec, r); rec.Code != want {
			t.Errorf("%s: status %d, want %d", name, rec.Code, want)
		}
	}
}

// Whatever is wrong, the answer is the same.
func TestSignIn_refused(t *testing.T) {
	w := teamSite(t)
	if err := w.auth.Remove(t.Context(), auth.Machine(teamWorkspace), w.people[auth.Analyst].PersonID); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, c := range [][2]string{{"reader@example.org", "lantern gravel sofa hymn"}, {"nobody@example.org", "lantern gravel sofa hymn"}, {"analyst@example.org", teamPassword}, {"owner@this-machine", "lantern gravel sofa hymn"}, {"not an address", teamPassword}, {"", ""}} {
		rec := w.post(auth.Nobody, "/sign-in", "email", c[0], "password", c[1], "next", "/plan")
		w.says(rec, http.StatusUnauthorized, "The e-mail or the password is not right", `aria-describedby="fault"`, `value="/plan"`)
		if session(rec) != nil {
			t.Errorf("%s: a session begins", c[0])
		}
		if c[1] != "" && strings.Contains(rec.Body.String(), c[1]) {
			t.Errorf("%s: the password is on the page", c[0])
		}
		bodies = append(bodies, strings.Replace(rec.Body.String(), `name="email" value="`+c[0]+`"`, `name="email" value=""`, 1))
	}
	for _, b := range bodies[1:] {
		if b != bodies[0] {
			t.Error("the answers differ")
		}
	}
}

func TestSignIn_tooMany(t *testing.T) {
	w := teamSite(t)
	var seen []string
	for _, email := range []string{"reader@example.org", "nobody@example.org"} {
		var rec *httptest.ResponseRecorder
		for range 7 {
			rec = w.post(auth.Nobody, "/sign-in", "email", email, "password", "lantern gravel sofa hymn")
		}
		w.says(rec, http.StatusTooManyRequests, "There were too many tries: wait ", `role="alert"`)
		if n, err := strconv.Atoi(rec.Header().Get("Retry-After")); err != nil || n < 1 || n > 60 {
			t.Errorf("Retry-After is %q", rec.Header().Get("Retry-After"))
		}
		seen = append(seen, strings.Replace(rec.Body.String(), email, "", 1))
		// The right password has to wait too.
		w.says(w.post(auth.Nobody, "/sign-in", "email", email, "password", teamPassword), http.StatusTooManyRequests)
	}
	if seen[0] != seen[1] {
		t.Error("the limit tells accounts that exist from those that do not")
	}
	w.later(time.Minute)
	w.sent(w.post(auth.Nobody, "/sign-in", "email", "reader@example.org", "password", teamPassword), "/?said=signed-in")
}

// A session that somebody planted in the browser is not the one after signing in, and
// the session that the browser had ends.
func TestSignIn_fixation(t *testing.T) {
	w := teamSite(t)
	for name, planted := range map[string]string{"made up": "planted-session-planted-session", "of somebody else": w.secret[auth.Reader]} {
		r := w.request(auth.Nobody, http.MethodPost, "/sign-in", url.Values{"email": {teamEmail(auth.Owner)}, "password": {teamPassword}})
		r.AddCookie(&http.Cookie{Name: sessionName, Value: planted})
		c := session(w.do(r))
		if c == nil || c.Value == planted {
			t.Fatalf("%s: the planted session goes on", name)
		}
		if a, err := w.auth.FromSession(t.Context(), planted); err == nil {
			t.Errorf("%s: the planted session is that of %s", name, a.Email)
		}
		if a, err := w.auth.FromSession(t.Context(), c.Value); err != nil || a.Email != teamEmail(auth.Owner) {
			t.Errorf("%s: the new session is %+v, %v", name, a, err)
		}
	}
}

// Nobody is sent to another site, or out again.
func TestSignIn_next(t *testing.T) {
	w := teamSite(t)
	for next, want := range map[string]string{
		"/plan?budget=1&x=%2F": "/plan?budget=1&said=signed-in&x=%2F", "": "/?said=signed-in", "plan": "/?said=signed-in",
		"//evil.example": "", "///evil.example": "", `/\evil.example`: "", `\\evil.example`: "", "https://evil.example/": "", "http:evil.example": "", "javascript:alert(1)": "",
		"/%2Fevil.example": "", "/%5Cevil.example": "", "/.//evil.example": "", "/../evil": "", "/\tevil": "", "/\n/evil": "", "/ok\r\nSet-Cookie: a=b": "", "//evil.example:80/%2e%2e": "", "/sign-out": "", "/sign-in?next=//evil": "", "/Sign-Out/": "", "/enter/x": "",
		"@evil.example": "", "data:text/html,x": "", "/%00": "",
	} {
		if want == "" {
			want = "/?said=signed-in"
		}
		rec := w.post(auth.Nobody, "/sign-in", "email", teamEmail(auth.Reader), "password", teamPassword, "next", next)
		if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != want {
			t.Errorf("next %q: status %d to %q, want %q", next, rec.Code, got, want)
		}
		w.later(10 * time.Second) // the limit of the address
		if body := readable(w.get(auth.Nobody, "/sign-in?next="+url.QueryEscape(next)).Body.String()); strings.Contains(body, "evil") {
			t.Errorf("next %q is on the page", next)
		}
	}
}

// What another site's page sends is not done.
func TestSignIn_otherSite(t *testing.T) {
	w := teamSite(t)
	for _, path := range []string{"/sign-in", "/sign-out", "/account/password"} {
		r := w.request(auth.Reader, http.MethodPost, path, url.Values{"email": {teamEmail(auth.Owner)}, "password": {teamPassword}})
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if rec := w.do(r); rec.Code != http.StatusForbidden || len(rec.Result().Cookies()) > 0 {
			t.Errorf("%s: status %d", path, rec.Code)
		}
	}
}

func TestSignOut(t *testing.T) {
	for _, closed := range []bool{false, true} {
		to, options := "/?said=signed-out", []teamOption{}
		if closed {
			to, options = "/sign-in?said=signed-out", append(options, closedSite)
		}
		w := teamSite(t, options...)
		rec := w.post(auth.Reader, "/sign-out")
		w.sent(rec, to)
		if c := rec.Result().Cookies(); len(c) != 1 || c[0].Name != sessionName || c[0].MaxAge >= 0 || c[0].Value != "" || c[0].Path != "/" {
			t.Errorf("the cookie stays: %v", c)
		}
		w.says(w.get(auth.Reader, "/account"), http.StatusUnauthorized)
		w.says(w.get(auth.Reader, to), 200, "You are signed out.")
		w.sent(w.post(auth.Nobody, "/sign-out"), to)
	}
}

// fromMachine is a request that a browser on the machine itself makes.
func (w *teamWorld) fromMachine(path string) *http.Request {
	r := w.request(auth.Nobody, http.MethodGet, path, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	return r
}

func TestEnter(t *testing.T) {
	w := teamSite(t)
	link := "/enter/" + w.auth.OwnerLink()
	// Neither from elsewhere nor through a proxy, and whoever only looks does not use it up.
	w.says(w.get(auth.Nobody, link), http.StatusForbidden, "on the machine itself only")
	r := w.fromMachine(link)
	r.Header.Set("X-Forwarded-For", "127.0.0.1")
	w.says(w.do(r), http.StatusForbidden, "not through a proxy")
	r = w.fromMachine(link)
	r.Method = http.MethodHead
	if rec := w.do(r); session(rec) != nil {
		t.Error("a look at the link uses it up")
	}
	rec := w.do(w.fromMachine(link))
	w.sent(rec, "/?said=welcome")
	c := session(rec)
	if c == nil {
		t.Fatal("no session begins")
	}
	w.secret[auth.Owner] = c.Value
	w.says(w.get(auth.Owner, "/account"), 200, "Owner of this machine", "This account has no password", "the link that the program prints")
	for name, path := range map[string]string{"used": link, "made up": "/enter/abc"} {
		rec := w.checked(name, w.do(w.fromMachine(path)))
		w.says(rec, http.StatusNotFound, "This link has been used", "start it again", "terminal")
		if session(rec) != nil || rec.Header().Get("Referrer-Policy") != "no-referrer" || rec.Header().Get("Cache-Control") != "no-store" || strings.Contains(rec.Body.String(), strings.TrimPrefix(path, "/enter/")) {
			t.Errorf("%s: the address is told: %v", name, rec.Header())
		}
	}
	old := "/enter/" + w.auth.OwnerLink()
	w.later(auth.OwnerLinkLife)
	w.says(w.do(w.fromMachine(old)), http.StatusNotFound, "older than 15 minutes")
}

// A proxy that is believed does not make its visitors sit at the machine.
func TestEnter_proxy(t *testing.T) {
	w := teamSite(t)
	site := entry.Wrap(w.site.Handler(), entry.Options{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	for _, forwarded := range []string{"203.0.113.9", "127.0.0.1", "203.0.113.9, 127.0.0.1", "::1"} {
		r := w.fromMachine("/enter/" + w.auth.OwnerLink())
		r.Header.Set("X-Forwarded-For", forwarded)
		rec := httptest.NewRecorder()
		site.ServeHTTP(rec, r)
		if rec.Code != http.StatusForbidden || session(rec) != nil {
			t.Errorf("%s: status %d", forwarded, rec.Code)
		}
	}
}

var linkForm = regexp.MustCompile(`http://example\.com(/join/[A-Za-z0-9_-]+)`)

// inviteLink has the owner make an invitation and gives its path.
func (w *teamWorld) inviteLink(email, name, role string) string {
	w.t.Helper()
	rec := w.post(auth.Owner, "/people/invite", "email", email, "name", name, "role", role)
	w.says(rec, 200)
	m := linkForm.FindStringSubmatch(rec.Body.String())
	if m == nil {
		w.t.Fatalf("no link on the page\n%s", rec.Body)
	}
	return m[1]
}

func TestJoin(t *testing.T) {
	w := teamSite(t)
	link := w.inviteLink("ada@example.org", "Ada", "editor")
	rec := w.get(auth.Nobody, link)
	w.says(rec, 200, "Person of owner has invited you to", "as editor", "30 Nov 2026", `value="Ada"`, `value="ada@example.org"`, `type="password"`, `autocomplete="new-password"`, `autocomplete="name"`)
	if h := rec.Header(); h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("the address is told: %v", h)
	}
	if strings.Contains(rec.Body.String(), strings.TrimPrefix(link, "/join/")) {
		t.Error("the secret of the address is in the page, and so in its links")
	}
	w.says(w.get(auth.Nobody, link+"?show=yes"), 200, `id="password" name="password" type="text"`)
	// What is wrong is said beside the field, and what was typed stays, but for the password.
	rec = w.post(auth.Nobody, link, "name", "Ada L", "password", "short")
	w.says(rec, http.StatusUnprocessableEntity, "The password is too short", `value="Ada L"`, `aria-describedby="password-hint password-error"`)
	if strings.Contains(rec.Body.String(), `value="short"`) {
		t.Error("the password is on the page")
	}
	w.says(w.post(auth.Nobody, link, "name", strings.Repeat("a", 101), "password", teamPassword), http.StatusUnprocessableEntity, "name of at most 100 characters", "name-error")
	rec = w.post(auth.Nobody, link, "name", "Ada L", "password", "lantern gravel sofa hymn", "email", "owner@example.org", "role", "owner")
	w.sent(rec, "/?said=welcome")
	a, err := w.auth.FromSession(t.Context(), session(rec).Value)
	if err != nil || a.Email != "ada@example.org" || a.Name != "Ada L" || a.Role != auth.Editor {
		t.Errorf("the session is %+v, %v", a, err)
	}
	for _, rec := range []*httptest.ResponseRecorder{w.get(auth.Nobody, link), w.post(auth.Nobody, link, "name", "Eve", "password", teamPassword), w.get(auth.Nobody, "/join/made-up")} {
		w.says(rec, http.StatusNotFound, "This link has been used or withdrawn")
		if rec.Header().Get("Referrer-Policy") != "no-referrer" || session(rec) != nil {
			t.Error("the link still does something")
		}
	}
}

// Who opens a link while signed in as somebody else leaves that session.
func TestJoin_signedIn(t *testing.T) {
	w := teamSite(t)
	link := w.inviteLink("ada@example.org", "", "reader")
	w.says(w.get(auth.Reader, link), 200, "You are signed in as Person of reader")
	w.sent(w.post(auth.Reader, link, "name", "Ada", "password", "lantern gravel sofa hymn"), "/?said=welcome")
	if _, err := w.auth.FromSession(t.Context(), w.secret[auth.Reader]); err == nil {
		t.Error("the session before goes on")
	}
}

// An account of another workspace is proven by its password; a link sets none.
func TestJoin_known(t *testing.T) {
	w := teamSite(t)
	other := auth.New(auth.Options{DB: w.db, Workspace: "other", Now: w.clock})
	if _, err := other.Add(t.Context(), auth.Machine("other"), "ada@example.org", "Ada", auth.Owner, "lantern gravel sofa hymn"); err != nil {
		t.Fatal(err)
	}
	link := w.inviteLink("ada@example.org", "", "reader")
	body := readable(w.get(auth.Nobody, link).Body.String())
	if !strings.Contains(body, `autocomplete="current-password"`) || strings.Contains(body, `name="name"`) {
		t.Errorf("the page does not ask for the password of the account\n%s", body)
	}
	w.says(w.post(auth.Nobody, link, "password", teamPassword), http.StatusUnauthorized, "This is not the password of the account ada@example.org")
	rec := w.post(auth.Nobody, link, "password", "lantern gravel sofa hymn")
	w.sent(rec, "/?said=welcome")
	if a, err := w.auth.FromSession(t.Context(), session(rec).Value); err != nil || a.Name != "Ada" || a.Role != auth.Reader {
		t.Errorf("the session is %+v, %v", a, err)
	}
}

func TestJoin_tooMany(t *testing.T) {
	w := teamSite(t)
	other := auth.New(auth.Options{DB: w.db, Workspace: "other", Now: w.clock})
	if _, err := other.Add(t.Context(), auth.Machine("other"), "ada@example.org", "Ada", auth.Owner, "lantern gravel sofa hymn"); err != nil {
		t.Fatal(err)
	}
	link := w.inviteLink("ada@example.org", "", "reader")
	var rec *httptest.ResponseRecorder
	for range 7 {
		rec = w.post(auth.Nobody, link, "password", "wrong wrong wrong wrong")
	}
	w.says(rec, http.StatusTooManyRequests, "too many tries")
	if rec.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// When something is wrong on this side, neither the log nor the page tells the secret of
// the address.
func TestSecretly(t *testing.T) {
	w := teamSite(t)
	link := w.inviteLink("ada@example.org", "", "reader")
	var log bytes.Buffer
	w.site.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, rec := range []*httptest.ResponseRecorder{w.get(auth.Nobody, link), w.post(auth.Nobody, link, "name", "Ada", "password", teamPassword), w.do(w.fromMachine("/enter/" + w.auth.OwnerLink()))} {
		if rec.Code < 500 {
			t.Errorf("status %d", rec.Code)
		}
		for _, text := range []string{rec.Body.String(), log.String()} {
			if strings.Contains(text, strings.TrimPrefix(link, "/join/")) || strings.Contains(text, "/enter/") || strings.Contains(text, teamPassword) {
				t.Errorf("a secret is told:\n%s", text)
			}
		}
		if rec.Header().Get("Referrer-Policy") != "no-referrer" || rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the address is told: %v", rec.Header())
		}
	}
}

// fakeProvider vouches for whomever a test names.
type fakeProvider struct {
	*httptest.Server
	key   *rsa.PrivateKey
	email string
	nonce string
}

func newFakeProvider(t *testing.T, now func() time.Time) *fakeProvider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &fakeProvider{key: key}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // the visitor has left when this fails
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/ask", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "kid": "k", "alg": "RS256", "use": "sig", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.sign(map[string]any{"iss": p.URL, "sub": "sub of " + p.email, "aud": "milieu", "email": p.email, "email_verified": true, "nonce": p.nonce,
			"name": "Ada <b>", "iat": now().Unix(), "exp": now().Add(time.Hour).Unix()})})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *fakeProvider) sign(claims map[string]any) string {
	text, _ := json.Marshal(claims) // plain values
	body := b64([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + b64(text)
	sum := sha256.Sum256([]byte(body))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return body + "." + b64(sig)
}

func (p *fakeProvider) option(t *Team, o *auth.Options) {
	t.Provider = "Example <University>"
	o.OIDC = &auth.OIDCConfig{Issuer: p.URL, ClientID: "milieu", ClientSecret: "s", RedirectURL: "http://example.com/sign-in/callback"}
}

func TestSignIn_provider(t *testing.T) {
	p := newFakeProvider(t, testNow)
	w := teamSite(t, p.option)
	w.says(w.get(auth.Nobody, "/sign-in?next=/plan"), 200, "Sign in with Example <University>", `href="/sign-in/oidc?next=%2fplan"`)
	begin := func(next string) (*http.Cookie, url.Values) {
		t.Helper()
		rec := w.get(auth.Nobody, "/sign-in/oidc?next="+url.QueryEscape(next))
		to, err := url.Parse(rec.Header().Get("Location"))
		if err != nil || rec.Code != http.StatusSeeOther || !strings.HasPrefix(to.String(), p.URL+"/ask?") || to.Query().Get("redirect_uri") != "http://example.com/sign-in/callback" {
			t.Fatalf("status %d to %s", rec.Code, to)
		}
		c := rec.Result().Cookies()
		if len(c) != 1 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode || c[0].Path != "/sign-in" || c[0].MaxAge <= 0 || c[0].MaxAge > 600 {
			t.Fatalf("the cookie: %v", c)
		}
		p.nonce = to.Query().Get("nonce")
		return c[0], url.Values{"state": {to.Query().Get("state")}, "code": {"the-code"}}
	}
	finish := func(c *http.Cookie, q url.Values) *httptest.ResponseRecorder {
		r := w.request(auth.Nobody, http.MethodGet, "/sign-in/callback?"+q.Encode(), nil)
		if c != nil {
			r.AddCookie(c)
		}
		return w.checked("/sign-in/callback", w.do(r))
	}
	p.email = teamEmail(auth.Manager)
	c, q := begin("/people")
	rec := finish(c, q)
	w.sent(rec, "/people?said=signed-in")
	if a, err := w.auth.FromSession(t.Context(), session(rec).Value); err != nil || a.Email != p.email {
		t.Errorf("the session is %+v, %v", a, err)
	}
	if !slices.ContainsFunc(rec.Result().Cookies(), func(c *http.Cookie) bool { return c.Path == "/sign-in" && c.MaxAge < 0 }) {
		t.Error("the state stays in the browser")
	}
	// The answer counts once, and only in the browser that asked.
	w.says(finish(c, q), http.StatusUnauthorized, "begin it again")
	_, q = begin("/")
	other, _ := begin("/")
	for _, rec := range []*httptest.ResponseRecorder{finish(nil, q), finish(other, q)} {
		w.says(rec, http.StatusUnauthorized, "begun in another browser")
		if session(rec) != nil || rec.Header().Get("Referrer-Policy") != "no-referrer" || rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the answer of the provider is told: %v", rec.Header())
		}
		if strings.Contains(rec.Body.String(), "the-code") || strings.Contains(rec.Body.String(), q.Get("state")) {
			t.Error("the provider's answer is on the page")
		}
	}
	p.email = "stranger@example.org"
	c, q = begin("//evil.example")
	w.says(finish(c, q), http.StatusForbidden, "You are not a member here: ask a manager to invite stranger@example.org", `name="next" value="/"`)
	link := w.inviteLink("stranger@example.org", "", "analyst")
	w.says(w.get(auth.Nobody, link), 200, "sign in with Example <University>")
	c, q = begin("/")
	w.sent(finish(c, q), "/?said=signed-in")
	if body := w.page(auth.Owner, "/people"); strings.Contains(body, "Ada <b>") || !strings.Contains(readable(body), "Ada <b>") {
		t.Error("the provider's name for the person is not shown, or as HTML")
	}
}

func TestSignIn_providerGone(t *testing.T) {
	p := newFakeProvider(t, testNow)
	w := teamSite(t, p.option)
	p.Close()
	w.says(w.get(auth.Nobody, "/sign-in/oidc?next=/plan"), http.StatusBadGateway, "does not answer as it should", `name="next" value="/plan"`)
	// Without a provider there is no such address.
	w = teamSite(t)
	for _, path := range []string{"/sign-in/oidc", "/sign-in/callback?code=a&state=b"} {
		w.says(w.get(auth.Nobody, path), http.StatusNotFound)
	}
	if strings.Contains(w.page(auth.Nobody, "/sign-in"), "/sign-in/oidc") {
		t.Error("the page leads to a provider that is not there")
	}
}
