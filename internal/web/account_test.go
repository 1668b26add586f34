package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
)

// twice signs a person in in another browser too and gives its session.
func (w *teamWorld) twice(role auth.Role, agent string) string {
	w.t.Helper()
	secret, _, err := w.auth.SignIn(w.t.Context(), teamEmail(role), teamPassword, "198.51.100.4", agent)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// counts says whether a session still does.
func (w *teamWorld) counts(secret string) bool {
	_, err := w.auth.FromSession(w.t.Context(), secret)
	return err == nil
}

func TestAccount(t *testing.T) {
	w := teamSite(t)
	for _, role := range auth.Roles {
		body := readable(w.page(role, "/account"))
		for _, text := range []string{"Person of " + string(role), teamEmail(role), "Firefox on Linux", "192.0.2.7", "this one", `autocomplete="current-password"`, `autocomplete="new-password"`} {
			if !strings.Contains(body, text) {
				t.Errorf("%s: the page does not say %q", role, text)
			}
		}
		for _, rule := range auth.Rules {
			yes := "<span class=\"muted\">no</span>"
			if role.May(rule.Action) {
				yes = "<span class=\"ok\">yes</span>"
			}
			if !strings.Contains(body, "<td>"+rule.Meaning+"</td><td>"+yes+"</td>") {
				t.Errorf("%s: the page does not say whether the person may %q", role, rule.Meaning)
			}
		}
		if got := strings.Contains(body, "Access tokens"); got != role.May(auth.OwnTokens) {
			t.Errorf("%s: tokens are shown: %v", role, got)
		}
	}
}

var filledPassword = regexp.MustCompile(`<input[^>]*type="password"[^>]*value=|<input[^>]*value=[^>]*type="password"`)

func TestAccount_password(t *testing.T) {
	w := teamSite(t)
	other := w.twice(auth.Analyst, "")
	const fresh = "lantern gravel sofa hymn"
	for _, c := range []struct{ current, password, says, field string }{
		{"wrong wrong wrong", fresh, "This is not your present password", "current-error"},
		{teamPassword, "short", "The password is too short", "new-password-error"},
		{teamPassword, teamPassword, "The new password is the present one", "new-password-error"},
		{teamPassword, teamEmail(auth.Analyst), "your name or your e-mail", "new-password-error"},
	} {
		rec := w.post(auth.Analyst, "/account/password", "current", c.current, "password", c.password)
		w.says(rec, http.StatusUnprocessableEntity, c.says, c.field)
		if filledPassword.MatchString(rec.Body.String()) {
			t.Error("a password is on the page")
		}
	}
	w.sent(w.post(auth.Analyst, "/account/password", "current", teamPassword, "password", fresh), "/account?said=password")
	if w.counts(other) || !w.counts(w.secret[auth.Analyst]) {
		t.Error("with a new password the other sessions end, and this one goes on")
	}
	w.says(w.get(auth.Analyst, "/account?said=password"), 200, "Your password has been changed")
	w.says(w.post(auth.Nobody, "/sign-in", "email", teamEmail(auth.Analyst), "password", teamPassword), http.StatusUnauthorized)
	w.sent(w.post(auth.Nobody, "/sign-in", "email", teamEmail(auth.Analyst), "password", fresh), "/?said=signed-in")
}

// Whoever finds a browser open cannot try passwords in it for long.
func TestAccount_passwordTooMany(t *testing.T) {
	w := teamSite(t)
	var rec *httptest.ResponseRecorder
	for range 7 {
		rec = w.post(auth.Reader, "/account/password", "current", "wrong wrong wrong", "password", "lantern gravel sofa hymn")
	}
	w.says(rec, http.StatusTooManyRequests, "too many tries")
	if rec.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

var sessionForm = regexp.MustCompile(`action="(/account/sessions/[^"/]+/end)"`)

func TestAccount_sessions(t *testing.T) {
	w := teamSite(t)
	w.later(time.Minute)
	phone := w.twice(auth.Reader, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1")
	w.later(time.Minute)
	third := w.twice(auth.Reader, "")
	body := w.page(auth.Reader, "/account")
	forms := sessionForm.FindAllStringSubmatch(body, -1)
	if len(forms) != 3 || !strings.Contains(body, "Safari on iPhone") || !strings.Contains(body, "a browser that does not say which") || !strings.Contains(body, "198.51.100.4") {
		t.Fatalf("%d sessions on the page\n%s", len(forms), body)
	}
	// The newest comes first, so the second is the phone.
	w.sent(w.post(auth.Reader, forms[1][1]), "/account?said=ended")
	if w.counts(phone) || !w.counts(third) {
		t.Error("another session than the one meant has ended")
	}
	w.says(w.post(auth.Reader, forms[1][1]), http.StatusNotFound)
	w.sent(w.post(auth.Reader, "/account/sessions/end"), "/account?said=ended-others")
	if w.counts(third) || !w.counts(w.secret[auth.Reader]) {
		t.Error("all but this session end")
	}
	w.sent(w.post(auth.Reader, "/account/sessions/end"), "/account?said=nothing")
	// Ending the own session signs out.
	rec := w.post(auth.Reader, forms[2][1])
	w.sent(rec, "/?said=signed-out")
	if w.counts(w.secret[auth.Reader]) || len(rec.Result().Cookies()) != 1 {
		t.Error("the own session goes on")
	}
}

// A session that ran out or was never there is that of a visitor, and no fault.
func TestAccount_sessionOver(t *testing.T) {
	w := teamSite(t)
	for name, secret := range map[string]string{"made up": "none", "empty": "", "long": strings.Repeat("x", 4000)} {
		r := w.request(auth.Nobody, http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: sessionName, Value: secret})
		if rec := w.do(r); rec.Code != 200 || !strings.Contains(rec.Body.String(), "Sign in") {
			t.Errorf("%s: status %d", name, rec.Code)
		}
	}
	w.later(auth.SessionIdle + time.Second)
	w.says(w.get(auth.Owner, "/account"), http.StatusUnauthorized, "Sign in, and you will be brought back here", "/sign-in?next=%2faccount")
	w.says(w.get(auth.Owner, "/"), 200)
}

// Ids of others lead nowhere, neither for who may less nor for who may more but has
// no business there.
func TestAccount_othersSessions(t *testing.T) {
	w := teamSite(t)
	_, token, err := w.auth.NewToken(t.Context(), w.people[auth.Owner], "of the owner", auth.Reader, 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []auth.Role{auth.Reader, auth.Analyst, auth.Editor, auth.Manager} {
		want := http.StatusNotFound
		if role == auth.Manager {
			want = http.StatusForbidden // sees people, but may not touch an owner
		}
		w.says(w.post(role, "/account/sessions/"+w.people[auth.Owner].SessionID+"/end"), want)
		if role.May(auth.OwnTokens) {
			w.says(w.post(role, "/account/tokens/"+token.ID+"/revoke"), want)
		}
		if strings.Contains(w.page(role, "/account"), "of the owner") {
			t.Errorf("%s sees the token of somebody else", role)
		}
	}
	if tokens, err := w.auth.Tokens(t.Context(), w.people[auth.Owner], w.people[auth.Owner].PersonID); err != nil || len(tokens) != 1 || !w.counts(w.secret[auth.Owner]) {
		t.Errorf("something of the owner has ended: %v, %v", tokens, err)
	}
}

var tokenForm = regexp.MustCompile(`milieu_[A-Za-z0-9_-]{20,}`)

func TestAccount_tokens(t *testing.T) {
	w := teamSite(t)
	rec := w.post(auth.Editor, "/account/tokens", "name", "Nightly <script>copy", "role", "analyst", "days", "30")
	w.says(rec, 200, "It is shown this once", "http://example.com/api/v1/", "Authorization: Bearer $TOKEN", "23 Dec 2026")
	found := tokenForm.FindAllString(rec.Body.String(), -1)
	if len(found) != 1 {
		t.Fatalf("the token is %d times on the page, want once", len(found))
	}
	token := found[0]
	if h := rec.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Location") != "" {
		t.Errorf("the page may be kept: %v", h)
	}
	a, err := w.auth.FromToken(t.Context(), token)
	if err != nil || a.Role != auth.Analyst || a.Email != teamEmail(auth.Editor) {
		t.Errorf("the token is that of %+v, %v", a, err)
	}
	// It is on no page again, and signs nobody in to pages.
	for _, path := range []string{"/account", "/account?said=revoked", "/people", "/audit", "/"} {
		if strings.Contains(w.get(auth.Owner, path).Body.String()+w.get(auth.Editor, path).Body.String(), token) {
			t.Errorf("%s shows the token", path)
		}
	}
	for name, set := range map[string]func(r *http.Request){
		"cookie": func(r *http.Request) { r.AddCookie(&http.Cookie{Name: sessionName, Value: token}) },
		"secret": func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: sessionName, Value: strings.TrimPrefix(token, "milieu_")})
		},
		"header": func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) },
	} {
		r := w.request(auth.Nobody, http.MethodGet, "/account", nil)
		set(r)
		if rec := w.do(r); rec.Code != http.StatusUnauthorized {
			t.Errorf("as a %s the token opens a page: status %d", name, rec.Code)
		}
	}
	body := w.page(auth.Editor, "/account")
	if !strings.Contains(readable(body), "Nightly <script>copy") || strings.Contains(body, "<script>copy") {
		t.Error("the name of the token is not shown, or as HTML")
	}
	revoke := regexp.MustCompile(`action="(/account/tokens/[^"/]+/revoke)"`).FindStringSubmatch(body)
	if revoke == nil {
		t.Fatal("the token cannot be revoked")
	}
	w.sent(w.post(auth.Editor, revoke[1]), "/account?said=revoked")
	if _, err := w.auth.FromToken(t.Context(), token); err == nil {
		t.Error("the token still counts")
	}
	w.says(w.get(auth.Editor, "/account"), 200, "You have no tokens")
}

func TestAccount_tokenFaults(t *testing.T) {
	w := teamSite(t)
	for _, c := range []struct{ name, role, days, says, field string }{
		{"", "reader", "30", "name the token", "token-name-error"},
		{"x", "owner", "30", "at most your own role, analyst", "token-role-error"},
		{"x", "king", "30", "hoose a role", "token-role-error"},
		{"x", "reader", "0", "from 1 to 366 days", "token-days-error"},
		{"x", "reader", "lots", "from 1 to 366 days", "token-days-error"},
		{"x", "reader", "99999999999999999999", "from 1 to 366 days", "token-days-error"},
	} {
		rec := w.post(auth.Analyst, "/account/tokens", "name", c.name, "role", c.role, "days", c.days)
		w.says(rec, http.StatusUnprocessableEntity, strings.TrimPrefix(c.says, "n"), c.field, `name="name" value="`+c.name+`"`)
	}
	if n := w.number(`select count(token_id) from token`); n != 0 {
		t.Errorf("%d tokens were made", n)
	}
	w.says(w.post(auth.Reader, "/account/tokens", "name", "x", "role", "reader", "days", "30"), http.StatusForbidden, "This takes the role analyst")
}

// What browsers and people write of themselves is text and nothing else.
func TestAccount_hostile(t *testing.T) {
	w := teamSite(t)
	const agent = `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	w.later(time.Minute)
	w.twice(auth.Reader, agent)
	body := w.page(auth.Reader, "/account")
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img") || !strings.Contains(readable(body), agent) {
		t.Error("the name of the browser is not shown, or as HTML")
	}
	r := w.request(auth.Nobody, http.MethodPost, "/sign-in", url.Values{"email": {`"><script>alert(1)</script>`}, "password": {"x"}, "next": {`/"><script>alert(3)</script>`}})
	rec := w.checked("/sign-in", w.do(r))
	if strings.Contains(rec.Body.String(), "<script>alert") {
		t.Error("what was typed is HTML on the page")
	}
}

func TestBrowserWords(t *testing.T) {
	for agent, want := range map[string]string{
		"": "a browser that does not say which",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                            "Chrome on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                      "Safari on macOS",
		"Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                             "Chrome on ChromeOS",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0":                        "Opera on Linux",
		"curl/8.5.0":         "curl",
		"Something else 1.0": "Something else 1.0",
	} {
		if got := browserWords(agent); got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
}
