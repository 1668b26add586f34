package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/live"
)

// SignInPage asks who somebody is.
type SignInPage struct {
	Base
	Email    string
	Next     string // address to go to afterwards
	Fault    string // why it did not work; the same whatever was wrong
	Provider string // who else vouches for people; "" for nobody
	Closed   bool
}

// EnterPage says why the link of the own machine did not work.
type EnterPage struct {
	Base
	Message, Then string
}

// JoinPage is where the link of an invitation, or for a new password, leads.
type JoinPage struct {
	Base
	Gone     string // the link does not work, and why; then nothing else is filled
	Email    string
	Role     auth.Role
	Allows   string
	By       string
	Until    string
	Reset    bool
	Known    bool // the account is there already and is proven by its password
	Name     string
	Show     bool // the password shows as it is typed
	Fault    string
	Faults   map[string]string
	Provider string
}

// signMost is how much a form of these pages may bring.
const signMost = 64 << 10

func (s *Server) accountRoutes() {
	s.get("/sign-in", auth.Enter, s.signInForm)
	s.post("/sign-in", auth.Enter, signMost, s.signIn)
	s.get("/sign-in/oidc", auth.Enter, s.beginProvider)
	s.get("/sign-in/callback", auth.Enter, s.finishProvider)
	s.post("/sign-out", auth.Enter, signMost, s.signOut)
	s.get("/enter/{secret}", auth.Enter, s.enter)
	s.get("/join/{secret}", auth.Enter, s.joinForm)
	s.post("/join/{secret}", auth.Enter, signMost, s.join)
	s.get("/account", auth.OwnAccount, s.account)
	s.post("/account/password", auth.OwnAccount, signMost, s.changePassword)
	s.post("/account/sessions/end", auth.OwnAccount, signMost, s.endOtherSessions)
	s.post("/account/sessions/{id}/end", auth.OwnAccount, signMost, s.endOwnSession)
	s.post("/account/tokens", auth.OwnTokens, signMost, s.makeToken)
	s.post("/account/tokens/{id}/revoke", auth.OwnTokens, signMost, s.revokeToken)
}

// secretly keeps an address that holds a secret to itself: out of caches, out of what
// the browser tells the next page, and out of the log and the links of an error page.
func secretly(w http.ResponseWriter, r *http.Request, path string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	r.URL = &url.URL{Path: path}
}

// enterAs starts the session of somebody who has just proven who they are, and ends
// the one that the browser had.
func (s *Server) enterAs(w http.ResponseWriter, r *http.Request, secret, next, said string) error {
	if err := s.cfg.Team.Auth.SignOut(r.Context(), actorOf(r)); err != nil {
		return err
	}
	startSession(w, r, secret)
	return see(w, r, next, said)
}

// tooMany says in a header how long to wait, when err is about too many tries.
func tooMany(w http.ResponseWriter, err error) bool {
	var rate *auth.RateError
	if !errors.As(err, &rate) {
		return false
	}
	w.Header().Set("Retry-After", strconv.Itoa(rate.Seconds()))
	return true
}

// errSentence makes a page's sentence of an error that is meant for people.
func errSentence(err error) string { return capital(err.Error()) + "." }

// provider names who else vouches for people here.
func (s *Server) provider() string {
	if !s.cfg.Team.Auth.SingleSignOn() {
		return ""
	}
	return orText(s.cfg.Team.Provider, "your organisation's account")
}

func (s *Server) signInForm(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	return s.signInPage(w, r, snap, http.StatusOK, SignInPage{Next: auth.SafeNext(r.URL.Query().Get("next"))})
}

func (s *Server) signInPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, status int, p SignInPage) error {
	p.Base = s.base(r, snap, "Sign in", "")
	p.Path = p.Next
	p.Provider, p.Closed = s.provider(), s.cfg.Team.Closed
	w.Header().Set("Cache-Control", "no-store")
	s.write(w, r, status, "signin", p)
	return nil
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p := SignInPage{Email: r.PostForm.Get("email"), Next: auth.SafeNext(r.PostForm.Get("next"))}
	secret, _, err := s.cfg.Team.Auth.SignIn(r.Context(), p.Email, r.PostForm.Get("password"), entry.Address(r), r.UserAgent())
	if err != nil {
		return s.signInAgain(w, r, snap, p, err)
	}
	return s.enterAs(w, r, secret, p.Next, "signed-in")
}

// signInAgain shows the form with what was wrong.
func (s *Server) signInAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, p SignInPage, err error) error {
	var input *auth.InputError
	var provider *auth.ProviderError
	status := http.StatusUnauthorized
	switch {
	case errors.As(err, &provider):
		s.cfg.Log.Error("provider failed", "host", provider.Host, "err", provider.Cause)
		status = http.StatusBadGateway
	case errors.As(err, &input):
		s.cfg.Log.Error("provider is not set up", "err", err)
		status = http.StatusServiceUnavailable
	case tooMany(w, err):
		status = http.StatusTooManyRequests
	case errors.Is(err, auth.ErrDenied):
		status = http.StatusForbidden
	case !errors.Is(err, auth.ErrWrongCredentials) && !errors.Is(err, auth.ErrSignOn):
		return err
	}
	p.Fault = errSentence(err)
	return s.signInPage(w, r, snap, status, p)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	// The browser forgets the session even where the store cannot end it.
	endSession(w, r)
	if err := s.cfg.Team.Auth.SignOut(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if s.cfg.Team.Closed {
		return see(w, r, "/sign-in", "signed-out")
	}
	return see(w, r, "/", "signed-out")
}

// flowCookie holds a sign-in through the provider from its beginning to its end.
func flowCookie(r *http.Request, state string, seconds int) *http.Cookie {
	c := &http.Cookie{Name: "milieu-sign-in", Value: state, Path: "/sign-in", HttpOnly: true, Secure: entry.Secure(r), SameSite: http.SameSiteLaxMode, MaxAge: seconds}
	if c.Secure {
		c.Name = "__Secure-" + c.Name
	}
	return c
}

// flowSeconds is how long the browser keeps it: as long as auth takes it.
const flowSeconds = 10 * 60

func (s *Server) beginProvider(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p := SignInPage{Next: auth.SafeNext(r.URL.Query().Get("next"))}
	to, state, err := s.cfg.Team.Auth.BeginOIDC(r.Context(), p.Next)
	if err != nil {
		return s.signInAgain(w, r, snap, p, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, flowCookie(r, state, flowSeconds))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *Server) finishProvider(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	answer := r.URL.Query()
	secretly(w, r, "/sign-in/callback")
	state := ""
	if c, err := r.Cookie(flowCookie(r, "", 0).Name); err == nil {
		state = c.Value
	}
	http.SetCookie(w, flowCookie(r, "", -1))
	secret, _, next, err := s.cfg.Team.Auth.FinishOIDC(r.Context(), state, answer, entry.Address(r), r.UserAgent())
	if err != nil {
		return s.signInAgain(w, r, snap, SignInPage{Next: next}, err)
	}
	return s.enterAs(w, r, secret, next, "signed-in")
}

// enter is the link that the program prints for whoever sits at the machine.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	secret := r.PathValue("secret")
	secretly(w, r, "/enter")
	if r.Method == http.MethodHead {
		return nil // who only looks does not use the link up
	}
	p := EnterPage{Then: "Look at the terminal in which milieu serve runs: it prints the newest link when it starts. If that link has been used, stop the program and start it again."}
	status := http.StatusForbidden
	if !entry.Loopback(r) {
		p.Message = "This link works in a browser on the machine itself only, and not through a proxy."
		p.Then = "Sign in instead, or ask a manager of the workspace to invite you."
	} else {
		session, _, err := s.cfg.Team.Auth.Enter(r.Context(), secret, entry.Address(r), r.UserAgent())
		switch {
		case err == nil:
			return s.enterAs(w, r, session, "/", "welcome")
		case tooMany(w, err):
			status, p.Then = http.StatusTooManyRequests, ""
		case errors.Is(err, auth.ErrNotFound):
			status = http.StatusNotFound
		case !errors.Is(err, auth.ErrDenied):
			return err
		}
		p.Message = errSentence(err)
	}
	p.Base = s.base(r, snap, "This link does not work", "")
	p.Path = "/"
	s.write(w, r, status, "enter", p)
	return nil
}

func (s *Server) joinForm(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	show := shows(r)
	secretly(w, r, "/join")
	i, err := s.cfg.Team.Auth.Invitation(r.Context(), r.PathValue("secret"))
	if err != nil {
		return s.joinGone(w, r, snap, err)
	}
	return s.joinPage(w, r, snap, http.StatusOK, i, JoinPage{Name: i.Name, Show: show})
}

// shows says that the visitor wants to see passwords while typing them. It is asked
// for by a link, which works without scripts and never carries what was typed.
func shows(r *http.Request) bool { return r.URL.Query().Get("show") == "yes" }

func (s *Server) joinPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, status int, i auth.Invitation, p JoinPage) error {
	names, err := s.cfg.Team.Auth.Names(r.Context(), []string{i.CreatedBy})
	if err != nil {
		return err
	}
	title := "Join " + snap.WS.Name
	if i.Reset {
		title = "Set a new password"
	}
	p.Base = s.base(r, snap, title, "")
	p.Path = "/"
	p.Email, p.Role, p.Reset, p.Known = i.Email, i.Role, i.Reset, i.HasAccount
	p.Allows, p.By, p.Until = allows(i.Role), nameOf(i.CreatedBy, names), moment(i.ExpiresAt)
	if !p.Reset {
		p.Provider = s.provider()
	}
	s.write(w, r, status, "join", p)
	return nil
}

// joinGone says that a link does not work, or no longer.
func (s *Server) joinGone(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, err error) error {
	if !errors.Is(err, auth.ErrNotFound) {
		return err
	}
	p := JoinPage{Base: s.base(r, snap, "This link does not work", ""), Gone: errSentence(err)}
	p.Path = "/"
	s.write(w, r, http.StatusNotFound, "join", p)
	return nil
}

func (s *Server) join(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	secret, show := r.PathValue("secret"), shows(r)
	secretly(w, r, "/join")
	i, err := s.cfg.Team.Auth.Invitation(r.Context(), secret)
	if err != nil {
		return s.joinGone(w, r, snap, err)
	}
	p := JoinPage{Name: r.PostForm.Get("name"), Show: show}
	session, _, err := s.cfg.Team.Auth.Accept(r.Context(), secret, p.Name, r.PostForm.Get("password"), entry.Address(r), r.UserAgent())
	var input *auth.InputError
	status := http.StatusUnprocessableEntity
	switch {
	case err == nil && i.Reset:
		return s.enterAs(w, r, session, "/", "password")
	case err == nil:
		return s.enterAs(w, r, session, "/", "welcome")
	case errors.As(err, &input) && (input.Field == "name" || input.Field == "password"):
		p.Faults = map[string]string{input.Field: errSentence(err)}
	case errors.As(err, &input):
		p.Fault = errSentence(err)
	case errors.Is(err, auth.ErrWrongCredentials):
		status = http.StatusUnauthorized
		p.Faults = map[string]string{"password": "This is not the password of the account " + i.Email + "."}
	case tooMany(w, err):
		status, p.Fault = http.StatusTooManyRequests, errSentence(err)
	case errors.Is(err, auth.ErrDenied):
		status, p.Fault = http.StatusForbidden, errSentence(err)
	default:
		return s.joinGone(w, r, snap, err)
	}
	return s.joinPage(w, r, snap, status, i, p)
}
