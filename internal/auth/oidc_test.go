package auth

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"milieu/internal/store"
)

// withProvider gives workspace a a provider.
func (w *world) withProvider() *provider {
	w.t.Helper()
	p := newProvider(w.t, w.clock.Now)
	w.a = New(Options{DB: w.db, Workspace: "a", Now: w.clock.Now, OIDC: p.config()})
	w.a.hasher = newHasher(cheap)
	return p
}

// viaProvider signs somebody in through the provider.
func (w *world) viaProvider(p *provider, subject, email string) (Actor, error) {
	w.t.Helper()
	_, a, _, err := w.finish(w.a, p, subject, email, nil)
	return a, err
}

func (w *world) finish(s *Service, p *provider, subject, email string, change func(map[string]any)) (string, Actor, string, error) {
	w.t.Helper()
	authURL, state, err := s.BeginOIDC(w.ctx, "/people?x=1&y=2")
	w.ok(err)
	s.byAddress.forget(home)
	return s.FinishOIDC(w.ctx, state, p.approve(authURL, subject, email, nil, change), home, browser)
}

func TestOIDC(t *testing.T) {
	each(t, func(w *world) {
		p := w.withProvider()
		ada := w.add(w.a, "ada", Editor)
		cookie, a, next, err := w.finish(w.a, p, "sub-ada", "Ada@Example.org", nil)
		w.ok(err)
		if a.PersonID != ada.PersonID || a.Role != Editor || a.Name != "ada" || next != "/people?x=1&y=2" || a.Address != home {
			w.t.Errorf("got %+v, to %s", a, next)
		}
		if b, err := w.a.FromSession(w.ctx, cookie); err != nil || b.PersonID != ada.PersonID {
			w.t.Errorf("the session: %+v, %v", b, err)
		}
		// From now on the subject counts, whatever the e-mail has become.
		if a, err = w.viaProvider(p, "sub-ada", email("ada.married")); err != nil || a.PersonID != ada.PersonID {
			w.t.Errorf("got %+v, %v", a, err)
		}
		// The same e-mail of another subject is somebody else.
		_, err = w.viaProvider(p, "sub-other", email("ada"))
		w.fails(err, ErrDenied)
		if w.events("a", "provider.link") != 1 || w.events("a", "session.begin") != 3 || !strings.Contains(w.logged("a"), "signin.fail "+ada.PersonID) {
			w.t.Errorf("the log:\n%s", w.logged("a"))
		}
		w.signIn(w.a, "ada") // the password still works
		if n := p.asked.Load(); n != 1 {
			w.t.Errorf("the provider was asked %d times what it is, want once", n)
		}
		// The command line ends the link.
		w.ok(w.a.SetPassword(w.ctx, Machine("a"), email("ada"), otherPassword))
		if a, err = w.viaProvider(p, "sub-other", email("ada")); err != nil || a.PersonID != ada.PersonID {
			w.t.Errorf("got %+v, %v", a, err)
		}
	})
}

// TestOIDC_untrusted goes through answers that must not be believed.
func TestOIDC_untrusted(t *testing.T) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		key    *rsa.PrivateKey
		claims map[string]any // nil: taken away
		says   string
	}{
		{"wrong nonce", nil, map[string]any{"nonce": "other"}, "another sign-in"},
		{"no nonce", nil, map[string]any{"nonce": nil}, "another sign-in"},
		{"wrong audience", nil, map[string]any{"aud": "other"}, "audience"},
		{"several audiences", nil, map[string]any{"aud": []string{clientID, "other"}}, "another program"},
		{"wrong party", nil, map[string]any{"aud": []string{clientID, "other"}, "azp": "other"}, "another program"},
		{"wrong issuer", nil, map[string]any{"iss": "https://evil.example.org"}, "different provider"},
		{"expired", nil, map[string]any{"exp": time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix()}, "expired"},
		{"wrong key", stranger, nil, "signature"},
		{"unverified e-mail", nil, map[string]any{"email_verified": false}, "verified"},
		{"unverified as text", nil, map[string]any{"email_verified": "false"}, "verified"},
		{"verified as number", nil, map[string]any{"email_verified": 1}, "verified"},
		{"nothing of verified", nil, map[string]any{"email_verified": nil}, "verified"},
		{"no e-mail", nil, map[string]any{"email": nil}, "verified"},
		{"machine's e-mail", nil, map[string]any{"email": machineEmail}, "cannot be used"},
		{"no subject", nil, map[string]any{"sub": nil}, "names nobody"},
	}
	each(t, func(w *world) {
		p := w.withProvider()
		w.add(w.a, "ada", Owner)
		for _, c := range cases {
			w.a.byAddress.forget(home)
			authURL, state, err := w.a.BeginOIDC(w.ctx, "/")
			w.ok(err)
			q := p.approve(authURL, "sub-ada", email("ada"), c.key, func(claims map[string]any) {
				for k, v := range c.claims {
					if claims[k] = v; v == nil {
						delete(claims, k)
					}
				}
			})
			secret, a, _, err := w.a.FinishOIDC(w.ctx, state, q, home, browser)
			if !errors.Is(err, ErrSignOn) || !strings.Contains(err.Error(), c.says) || secret != "" || a != (Actor{}) {
				w.t.Errorf("%s: got %v, %+v", c.name, err, a)
			}
		}
		if n := w.events("a", "signin.fail"); n != len(cases) {
			w.t.Errorf("%d lines in the log, want %d", n, len(cases))
		}
		if n := w.count(`select count(session_id) from session`); n != 1 {
			w.t.Errorf("%d sessions, want the one of the password", n)
		}
		// What is fine stays fine: the party named, and verified as text.
		_, _, _, err := w.finish(w.a, p, "sub-ada", email("ada"), func(c map[string]any) {
			c["aud"], c["azp"], c["email_verified"] = []string{clientID, "other"}, clientID, "true"
		})
		w.ok(err)
	})
}

// TestOIDC_state holds that an answer counts once, in the browser that asked, for ten minutes.
func TestOIDC_state(t *testing.T) {
	each(t, func(w *world) {
		p := w.withProvider()
		w.add(w.a, "ada", Reader)
		begin := func() (string, url.Values) {
			w.t.Helper()
			w.a.byAddress.forget(home)
			authURL, state, err := w.a.BeginOIDC(w.ctx, "//evil.example.org")
			w.ok(err)
			return state, p.approve(authURL, "sub-ada", email("ada"), nil, nil)
		}
		finish := func(state string, q url.Values) error {
			w.t.Helper()
			_, _, next, err := w.a.FinishOIDC(w.ctx, state, q, home, browser)
			if next != "/" {
				w.t.Errorf("it leads to %s", next)
			}
			return err
		}
		state, q := begin()
		other, theirs := begin()
		w.fails(finish("", q), ErrSignOn)                  // no cookie
		w.fails(finish(state, theirs), ErrSignOn)          // another sign-in's answer
		w.fails(finish(other, q), ErrSignOn)               // another browser
		w.fails(finish(state+"A", q), ErrSignOn)           // tampered
		w.fails(finish(state, url.Values{}), ErrSignOn)    // no state
		w.fails(finish(q.Get("state"), q), ErrSignOn)      // not sealed
		w.fails(w.finishElsewhere(p, state, q), ErrSignOn) // sealed by another process
		w.ok(finish(state, q))
		w.fails(finish(state, q), ErrSignOn) // replayed
		p.codes["new"] = grant{}
		q.Set("code", "new")
		w.fails(finish(state, q), ErrSignOn)
		w.clock.Add(flowLife)
		if err := finish(other, theirs); !errors.Is(err, ErrSignOn) || !strings.Contains(err.Error(), "more than 10 minutes ago") {
			w.t.Errorf("too late: got %v", err)
		}

		state, q = begin()
		q.Set("iss", "https://evil.example.org")
		w.fails(finish(state, q), ErrSignOn)
		state, q = begin()
		q.Set("iss", p.server.URL)
		w.ok(finish(state, q))
		state, q = begin()
		if err := finish(state, url.Values{"state": q["state"], "error": {"access_denied\x00<b>"}}); !errors.Is(err, ErrSignOn) || !strings.Contains(err.Error(), "(access_denied<b>)") {
			w.t.Errorf("got %v", err)
		}
		w.fails(finish(state, q), ErrSignOn) // it has ended with the refusal
		state, q = begin()
		q.Set("code", "made-up")
		w.fails(finish(state, q), ErrSignOn)
	})
}

func (w *world) finishElsewhere(p *provider, state string, q url.Values) error {
	_, _, _, err := New(Options{DB: w.db, Workspace: "a", Now: w.clock.Now, OIDC: p.config()}).FinishOIDC(w.ctx, state, q, home, browser)
	return err
}

// TestOIDC_invited holds that nobody comes in whom nobody has invited.
func TestOIDC_invited(t *testing.T) {
	each(t, func(w *world) {
		p := w.withProvider()
		_, err := w.viaProvider(p, "sub-new", email("new"))
		var un *UninvitedError
		if !errors.As(err, &un) || un.Email != email("new") || !errors.Is(err, ErrDenied) || !strings.Contains(err.Error(), "invite "+email("new")) {
			w.t.Errorf("got %v", err)
		}
		if n := w.count(`select count(person_id) from person`); n != 0 || strings.Contains(w.logged("a"), "new@") {
			w.t.Errorf("%d people are kept, and the log says:\n%s", n, w.logged("a"))
		}
		w.invite(w.b, Machine("b"), "new", Owner) // of another workspace
		_, err = w.viaProvider(p, "sub-new", email("new"))
		w.fails(err, ErrDenied)
		w.invite(w.a, Machine("a"), "new", Reader)
		w.clock.Add(time.Second)
		link := w.invite(w.a, Machine("a"), "new", Analyst)
		a, err := w.viaProvider(p, "sub-new", email("new"))
		w.ok(err)
		if a.Role != Analyst || a.Name != "Name of sub-new" || a.Email != email("new") {
			w.t.Errorf("got %+v", a)
		}
		_, err = w.accept(w.a, link, "New")
		w.fails(err, ErrNotFound)
		if list, err := w.a.Invitations(w.ctx, Machine("a")); err != nil || len(list) != 0 {
			w.t.Errorf("still open: %+v, %v", list, err)
		}
		if m, err := w.a.Person(w.ctx, a, a.PersonID); err != nil || m.Password || !m.Provider {
			w.t.Errorf("got %+v, %v", m, err)
		}
		// No link gives such an account a password, and no password opens it.
		w.add(w.a, "owner", Owner)
		_, _, err = w.a.ResetLink(w.ctx, Machine("a"), a.PersonID)
		w.fails(err, ErrDenied)
		_, _, err = w.a.SignIn(w.ctx, email("new"), "", home, browser)
		w.fails(err, ErrWrongCredentials)
		// Who was removed is out, until invited again.
		w.ok(w.a.Remove(w.ctx, Machine("a"), a.PersonID))
		_, err = w.viaProvider(p, "sub-new", email("new"))
		w.fails(err, ErrDenied)
		link = w.invite(w.a, Machine("a"), "new", Reader)
		_, _, err = w.a.Accept(w.ctx, link, "", goodPassword, home, browser)
		w.badInput(err, "password")
		back, err := w.viaProvider(p, "sub-new", email("new"))
		w.ok(err)
		if back.PersonID != a.PersonID || back.Role != Reader {
			w.t.Errorf("got %+v", back)
		}
	})
}

// TestOIDC_accountElsewhere holds that whoever made an account for an address in
// another workspace does not come in with its password when the provider vouches for
// the address here.
func TestOIDC_accountElsewhere(t *testing.T) {
	each(t, func(w *world) {
		p := w.withProvider()
		w.add(w.b, "ada", Owner)
		link := w.invite(w.a, Machine("a"), "ada", Manager)
		_, err := w.viaProvider(p, "sub-ada", email("ada"))
		if !errors.Is(err, ErrDenied) || !strings.Contains(err.Error(), "password of that account") {
			w.t.Errorf("got %v", err)
		}
		_, err = w.accept(w.a, link, "")
		w.ok(err)
		_, err = w.viaProvider(p, "sub-ada", email("ada"))
		w.ok(err)
		// The same where the provider has vouched before, in another workspace.
		c := New(Options{DB: w.db, Workspace: "c", Now: w.clock.Now, OIDC: p.config()})
		w.invite(c, Machine("c"), "ada", Manager)
		_, _, _, err = w.finish(c, p, "sub-ada", email("ada"), nil)
		w.fails(err, ErrDenied)
	})
}

// TestOIDC_down holds that a provider that is out of order is said so, is not asked
// at each click, and keeps nobody with a password out.
func TestOIDC_down(t *testing.T) {
	each(t, func(w *world) {
		p := w.withProvider()
		w.add(w.a, "ada", Reader)
		p.down.Store(true)
		down := func() {
			w.t.Helper()
			_, _, err := w.a.BeginOIDC(w.ctx, "/")
			var pe *ProviderError
			if !errors.As(err, &pe) || pe.Host != strings.TrimPrefix(p.server.URL, "http://") || pe.Cause == nil || !strings.Contains(err.Error(), "sign in with a password") {
				w.t.Errorf("got %v", err)
			}
		}
		down()
		w.signIn(w.a, "ada")
		p.down.Store(false)
		down() // remembered for some seconds
		w.clock.Add(providerAgain)
		authURL, state, err := w.a.BeginOIDC(w.ctx, "/")
		w.ok(err)
		q := p.approve(authURL, "sub-ada", email("ada"), nil, nil)
		p.down.Store(true)
		_, _, _, err = w.a.FinishOIDC(w.ctx, state, q, home, browser)
		var pe *ProviderError
		if !errors.As(err, &pe) {
			w.t.Errorf("got %v", err)
		}
	})
}

func TestOIDC_none(t *testing.T) {
	each(t, func(w *world) {
		if w.a.SingleSignOn() {
			w.t.Error("there is no provider")
		}
		_, _, err := w.a.BeginOIDC(w.ctx, "/")
		w.fails(err, ErrNotFound)
		_, _, _, err = w.a.FinishOIDC(w.ctx, "x", url.Values{}, home, browser)
		w.fails(err, ErrNotFound)
	})
}

func TestOIDCConfig_Check(t *testing.T) {
	good := OIDCConfig{Issuer: "https://id.example.org/realm", ClientID: "x", RedirectURL: redirectURL}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*OIDCConfig){
		"no issuer":      func(c *OIDCConfig) { c.Issuer = "" },
		"plain issuer":   func(c *OIDCConfig) { c.Issuer = "http://id.example.org" },
		"issuer's query": func(c *OIDCConfig) { c.Issuer += "?x=1" },
		"no client":      func(c *OIDCConfig) { c.ClientID = "" },
		"local redirect": func(c *OIDCConfig) { c.RedirectURL = "/sign-in/callback" },
		"no redirect":    func(c *OIDCConfig) { c.RedirectURL = "" },
	} {
		c := good
		change(&c)
		var in *InputError
		if err := c.Check(); !errors.As(err, &in) || in.Field != "provider" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestFlows_bounded holds that finished sign-ins do not fill the memory.
func TestFlows_bounded(t *testing.T) {
	w := &testClock{t: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)}
	f := newFlows(w.Now)
	for i := range mostSpent {
		f.spent[store.NewID("f")] = w.Now().Add(time.Duration(i+1) * time.Millisecond)
	}
	sealed, err := f.seal(flow{State: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.take(sealed, "x"); err != nil || len(f.spent) != mostSpent {
		t.Errorf("%d remembered, %v", len(f.spent), err)
	}
	w.Add(time.Minute)
	if sealed, err = f.seal(flow{State: "y"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.take(sealed, "y"); err != nil || len(f.spent) != 2 {
		t.Errorf("%d remembered, %v", len(f.spent), err)
	}
	// An address as long as is taken still fits into a cookie of 4096 bytes.
	if sealed, err = f.seal(flow{State: store.NewSecret(), Nonce: store.NewSecret(), Verifier: store.NewSecret(), Next: "/" + strings.Repeat("&", mostNext-1)}); err != nil || len(sealed) > 3500 {
		t.Errorf("%d bytes, %v", len(sealed), err)
	}
}
