package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/entry"
	"milieu/internal/job"
	"milieu/internal/live"
	"milieu/internal/mail"
	"milieu/internal/portfolio"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Team is what pages need on which people sign in and change things.
type Team struct {
	Auth   *auth.Service
	Book   decision.Book
	Jobs   *job.Runner
	Closed bool // visitors who have not signed in see nothing
	// URL is the address at which people reach the pages, for links that are sent; ""
	// when only requests tell.
	URL      string
	Provider string      // name of the provider at which people may sign in, "" without one
	Mail     mail.Config // server by which links of surveys are sent; without a host there is none
}

// Route is an address of the site with the action that it takes, as the table of
// who may do what names it.
type Route struct {
	Method, Pattern string
	Action          auth.Action
}

// Routes lists all addresses of the site.
func (s *Server) Routes() []Route { return s.routes }

// handler serves one request on one release.
type handler func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error

// get registers a page that changes nothing.
func (s *Server) get(pattern string, action auth.Action, h handler) {
	s.register(http.MethodGet, pattern, action, entry.MostBody, h)
}

// post registers what changes something; most is how much a request may bring.
func (s *Server) post(pattern string, action auth.Action, most int64, h handler) {
	s.register(http.MethodPost, pattern, action, most, func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		err := parseForm(r)
		// The server tidies up after the request that it made, and this one is a copy of it:
		// a large upload would stay in the folder of temporary files.
		if r.MultipartForm != nil {
			defer func() { _ = r.MultipartForm.RemoveAll() }() // a temporary file that stays is no fault of the visitor
		}
		if err != nil {
			return err
		}
		return h(w, r, snap)
	})
}

func (s *Server) register(method, pattern string, action auth.Action, most int64, h handler) {
	s.routes = append(s.routes, Route{method, pattern, action})
	s.mux.HandleFunc(method+" "+pattern, func(w http.ResponseWriter, r *http.Request) {
		snap := s.cfg.Shelf.Acquire()
		if snap == nil {
			http.Error(w, "the server is stopping", http.StatusServiceUnavailable)
			return
		}
		defer snap.Release()
		r.Body = http.MaxBytesReader(w, r.Body, most)
		r, err := s.identify(r)
		if err == nil {
			err = s.admit(r, action)
		}
		if err == nil {
			err = checkAddress(r)
		}
		if err == nil {
			cacheBy(w, r, action)
			err = s.citing(h)(w, r, snap)
		}
		if err != nil {
			s.fail(w, r, snap, err)
		}
	})
}

// cacheBy keeps answers for one person out of everybody else's caches.
func cacheBy(w http.ResponseWriter, r *http.Request, action auth.Action) {
	switch {
	case action != auth.ReadPublic && action != auth.Enter:
		w.Header().Set("Cache-Control", "no-store")
	case actorOf(r).SignedIn():
		w.Header().Set("Cache-Control", "private, no-cache")
	}
}

type actorKey struct{}

// actorOf is who asks; a visitor where nobody has signed in.
func actorOf(r *http.Request) auth.Actor {
	a, _ := r.Context().Value(actorKey{}).(auth.Actor)
	return a
}

// identify finds out who asks. A session that is not known or has ended is a visitor.
func (s *Server) identify(r *http.Request) (*http.Request, error) {
	a := auth.Actor{Via: auth.ViaWeb, Address: entry.Address(r)}
	if s.cfg.Team != nil {
		a.Workspace = s.cfg.Team.Book.Workspace
		if c, err := r.Cookie(cookieName(r, a.Workspace)); err == nil {
			known, err := s.cfg.Team.Auth.FromSession(r.Context(), c.Value)
			switch {
			case err == nil:
				a = known
				a.Via, a.Address = auth.ViaWeb, entry.Address(r)
			case !errors.Is(err, auth.ErrSignedOut):
				return r, err
			}
		}
	}
	return r.WithContext(context.WithValue(r.Context(), actorKey{}, a)), nil
}

// admit holds the request against the table of who may do what.
func (s *Server) admit(r *http.Request, action auth.Action) error {
	if action == auth.ReadPublic && s.cfg.Team != nil && s.cfg.Team.Closed {
		action = auth.ReadPlace
	}
	a := actorOf(r)
	if a.May(action) {
		return nil
	}
	least, _ := auth.Least(action)
	return &auth.DeniedError{Action: action, Least: least, Signed: a.SignedIn()}
}

// cookieName is the session's cookie. Browsers do not tell servers on one machine apart
// by their port, so the workspace is in the name. On an encrypted way the name itself
// forbids the browser to send or take it otherwise.
func cookieName(r *http.Request, workspace string) string {
	if entry.Secure(r) {
		return "__Host-milieu-" + workspace
	}
	return "milieu-" + workspace
}

// startSession gives the browser its session. It is always a new one, so that no one
// can have planted it before.
func startSession(w http.ResponseWriter, r *http.Request, secret string) {
	http.SetCookie(w, &http.Cookie{Name: cookieName(r, actorOf(r).Workspace), Value: secret, Path: "/", HttpOnly: true, Secure: entry.Secure(r), SameSite: http.SameSiteLaxMode, MaxAge: 30 * 24 * 3600})
}

func endSession(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: cookieName(r, actorOf(r).Workspace), Path: "/", HttpOnly: true, Secure: entry.Secure(r), SameSite: http.SameSiteLaxMode, MaxAge: -1})
}

// parseForm reads what a form sent; uploads are read by those who expect them.
func parseForm(r *http.Request) error {
	err := r.ParseForm()
	if ct := r.Header.Get("Content-Type"); err == nil && len(ct) >= 19 && ct[:19] == "multipart/form-data" {
		err = r.ParseMultipartForm(1 << 20)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) && tooLarge.Limit < 1<<20:
		return statusError{http.StatusRequestEntityTooLarge, fmt.Sprintf("This brings more than %d kB, which is the most that is taken here.", tooLarge.Limit>>10)}
	case errors.As(err, &tooLarge):
		return statusError{http.StatusRequestEntityTooLarge, fmt.Sprintf("This brings more than %d MB, which is the most that is taken here.", tooLarge.Limit>>20)}
	case err != nil || !allText(r.PostForm):
		return badRequest("The form cannot be read: send it again from the page.")
	}
	return nil
}

// checkAddress refuses an address that holds what no text does. Nothing can be there,
// and both the store and the release refuse to be asked for it.
func checkAddress(r *http.Request) error {
	if !isText(r.URL.Path) || !allText(r.URL.Query()) {
		return badRequest("The address cannot be read: it holds bytes that are no text.")
	}
	return nil
}

// isText says that s is UTF-8 without the character zero, which databases do not take.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func allText(v url.Values) bool {
	for name, values := range v {
		if !isText(name) || slices.ContainsFunc(values, func(s string) bool { return !isText(s) }) {
			return false
		}
	}
	return true
}

// see sends the browser to a page after something was done. said is a key of notices.
func see(w http.ResponseWriter, r *http.Request, path, said string) error {
	if said != "" {
		u, err := url.Parse(path)
		if err != nil {
			return err
		}
		q := u.Query()
		q.Set("said", said)
		u.RawQuery = q.Encode()
		path = u.String()
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// failTeam maps the errors of what people do to pages; false when it knows nothing of err.
func (s *Server) failTeam(p *ErrorPage, err error) bool {
	var denied *auth.DeniedError
	var input *decision.InputError
	var conflict *decision.ConflictError
	var person *auth.InputError
	var form *typed.InputError
	var rate *auth.RateError
	var ask portfolio.FieldError
	switch {
	case errors.As(err, &ask):
		p.Status, p.Message, p.Next = http.StatusBadRequest, ask.Message, "Go back and write it otherwise."
	case errors.As(err, &conflict):
		p.Status, p.Message, p.Next = http.StatusConflict, "Somebody else has decided on the same record since you opened the page. Nothing was changed.", "Go back and load the page again to see what they did, then decide again if it is still needed."
	case errors.As(err, &denied) && !denied.Signed:
		p.Status, p.Message, p.Next = http.StatusUnauthorized, "This page is for people who have signed in.", "Sign in, and you will be brought back here."
		p.SignIn = true
	case errors.As(err, &denied):
		p.Status, p.Message, p.Next = http.StatusForbidden, capital(denied.Error())+".", "Ask a manager of this workspace for that role."
	case errors.As(err, &input):
		p.Status, p.Message, p.Next = http.StatusUnprocessableEntity, capital(input.Error())+".", "Go back, mend it and send it again: what you typed is still there."
	case errors.As(err, &form):
		p.Status, p.Message, p.Next = http.StatusUnprocessableEntity, capital(form.Error())+".", "Go back, mend it and send it again: what you typed is still there."
	case errors.As(err, &person):
		p.Status, p.Message, p.Next = http.StatusUnprocessableEntity, errSentence(person), "Go back, mend it and send it again: what you typed is still there."
	case errors.As(err, &rate):
		p.Status, p.Message, p.Next = http.StatusTooManyRequests, errSentence(rate), "Nothing was changed."
	case errors.Is(err, auth.ErrLastOwner):
		p.Status, p.Message, p.Next = http.StatusConflict, errSentence(err), "Nothing was changed."
	case errors.Is(err, auth.ErrDenied):
		p.Status, p.Message, p.Next = http.StatusForbidden, errSentence(err), "Nothing was changed."
	case errors.Is(err, auth.ErrSignedOut), errors.Is(err, auth.ErrWrongCredentials), errors.Is(err, auth.ErrSignOn):
		p.Status, p.Message, p.Next, p.SignIn = http.StatusUnauthorized, errSentence(err), "Nothing was changed.", true
	case errors.Is(err, store.ErrExists):
		p.Status, p.Message, p.Next = http.StatusConflict, "Somebody else has made the same a moment before. Nothing was changed.", "Go back and load the page again to see how it is now."
	case errors.Is(err, store.ErrFull):
		p.Status, p.Message, p.Next = http.StatusInsufficientStorage, "The disk on which decisions are kept is full. Nothing was changed.", "Make room on the server and send it again; reading goes on meanwhile."
	case errors.Is(err, store.ErrUnsure):
		p.Status, p.Message, p.Next = http.StatusServiceUnavailable, "The database fell silent while this was being kept: it may have been done, or not.", "Load the page of the record again and look before you send it once more."
	case errors.Is(err, live.ErrBusy):
		p.Status, p.Message, p.Next = http.StatusServiceUnavailable, "The server is reckoning for others at the moment.", "Ask again in half a minute."
	case errors.Is(err, store.ErrBusy), errors.Is(err, store.ErrGone), errors.Is(err, store.ErrUnavailable):
		p.Status, p.Message, p.Next = http.StatusServiceUnavailable, "The store cannot be reached at the moment. Nothing was changed.", "Try again in a moment."
	case errors.Is(err, job.ErrOver):
		p.Status, p.Message, p.Next = http.StatusConflict, "This build has ended already. Nothing was changed.", "Go back and load the page again to see how it ended."
	case errors.Is(err, decision.ErrUndone):
		p.Status, p.Message, p.Next = http.StatusConflict, "Somebody has done this already.", "Go back and load the page again to see how it is now."
	case errors.Is(err, decision.ErrNotFound), errors.Is(err, auth.ErrNotFound), errors.Is(err, job.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is nothing at this address in this workspace.", "Check the address, or go to the overview."
	default:
		return failLedger(p, err) || failVoices(p, err) || failProspects(p, err) || failInterview(p, err) || failWorkshop(p, err) || failScenario(p, err) || failCase(p, err)
	}
	return true
}
