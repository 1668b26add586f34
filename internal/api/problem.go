package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/store"
)

// kind is a sort of fault that a program can tell from the others.
type kind struct {
	name   string
	status int
	title  string
}

// The kinds of faults; openapi.yaml describes each under x-problems.
var (
	badParameter     = kind{"bad-parameter", http.StatusBadRequest, "A parameter cannot be taken"}
	unknownParameter = kind{"unknown-parameter", http.StatusBadRequest, "There is no such parameter"}
	badToken         = kind{"bad-token", http.StatusUnauthorized, "The token does not count"}
	tokenNeeded      = kind{"token-needed", http.StatusUnauthorized, "This takes a token"}
	roleTooSmall     = kind{"role-too-small", http.StatusForbidden, "The token's role does not allow this"}
	notFound         = kind{"not-found", http.StatusNotFound, "There is nothing at this address"}
	noDecisions      = kind{"no-decisions", http.StatusNotFound, "This server keeps no decisions"}
	badMethod        = kind{"method-not-allowed", http.StatusMethodNotAllowed, "This can only be read"}
	badFormat        = kind{"not-acceptable", http.StatusNotAcceptable, "There is no such format here"}
	otherRelease     = kind{"other-release", http.StatusConflict, "The release has changed"}
	tooManyRequests  = kind{"too-many-requests", http.StatusTooManyRequests, "Too many requests"}
	internal         = kind{"internal", http.StatusInternalServerError, "Something went wrong on this side"}
	unavailable      = kind{"unavailable", http.StatusServiceUnavailable, "This cannot be answered at the moment"}
)

var kinds = []kind{badParameter, unknownParameter, badToken, tokenNeeded, roleTooSmall, notFound, noDecisions, badMethod, badFormat, otherRelease, tooManyRequests, internal, unavailable}

// typ is the address at which the kind is described.
func (k kind) typ() string { return "/api/v1/openapi.yaml#/x-problems/" + k.name }

// fault is something that who asks can do something about; detail says what.
type fault struct {
	kind   kind
	detail string
	header [2]string // one that goes with it, such as Retry-After
}

func (f *fault) Error() string { return f.kind.title + ": " + f.detail }

func failed(k kind, format string, args ...any) *fault {
	return &fault{kind: k, detail: fmt.Sprintf(format, args...)}
}

func (f *fault) with(name, value string) *fault {
	f.header = [2]string{name, value}
	return f
}

func tooMany(wait time.Duration) *fault {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return failed(tooManyRequests, "An address may ask %d times a second, and %d times at once. Wait %d seconds and go on.", perSecond, burst, seconds).
		with("Retry-After", strconv.Itoa(seconds))
}

// problem is a fault as RFC 9457 writes it.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance"`
}

// fail answers with a problem and hides what is nobody's business.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := known(err)
	if f == nil {
		if r.Context().Err() != nil {
			return // who asked has left
		}
		s.cfg.Log.Error("api request failed", "path", r.URL.Path, "query", r.URL.RawQuery, "err", err)
		f = failed(internal, "It has been written down. Try again; if it stays, tell whoever runs this server at what time you asked.")
	}
	h := w.Header()
	if f.header[0] != "" {
		h.Set(f.header[0], f.header[1])
	}
	for _, of := range []string{"ETag", "Link", "Milieu-Total", "Milieu-Truncated", "Content-Disposition"} {
		h.Del(of) // of the answer that did not come about
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(f.kind.status)
	text, err := json.Marshal(problem{f.kind.typ(), f.kind.title, f.kind.status, f.detail, r.URL.RequestURI()})
	if err != nil {
		panic(err) // texts and a number always have JSON
	}
	_, _ = w.Write(append(text, '\n')) // who asked has left when this fails
}

// known turns the errors of what is below into faults; nil for those that nobody
// outside can do anything about.
func known(err error) *fault {
	var f *fault
	var denied *auth.DeniedError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &denied) && !denied.Signed:
		return failed(tokenNeeded, "It takes the role %s or more. Make a token under your account, and send it with each request as: Authorization: Bearer milieu_…", denied.Least).
			with("WWW-Authenticate", challenge)
	case errors.As(err, &denied):
		return failed(roleTooSmall, "It takes the role %s or more. Use a token of that role, or ask a manager of this workspace for the role.", denied.Least).
			with("WWW-Authenticate", challenge+`, error="insufficient_scope"`)
	case errors.Is(err, auth.ErrSignedOut):
		return failed(badToken, "%s.", sentence(err)).with("WWW-Authenticate", challenge+`, error="invalid_token"`)
	case errors.Is(err, org.ErrNotFound), errors.Is(err, place.ErrNotFound):
		return failed(notFound, "The release that is being served has no such record. It may have gone with a newer release: look it up in the list again.")
	case errors.Is(err, decision.ErrNotFound):
		return failed(notFound, "There is no such decision in this workspace. Look it up under /api/v1/decisions.")
	case errors.Is(err, store.ErrUnsure):
		return failed(unavailable, "The database fell silent while it was written down that you take this: the audit log may say so or not. Nothing else was changed. Ask again in a moment.").
			with("Retry-After", "5")
	case errors.Is(err, store.ErrBusy), errors.Is(err, store.ErrGone), errors.Is(err, store.ErrFull), errors.Is(err, store.ErrUnavailable):
		return failed(unavailable, "The store of people and decisions cannot be reached. Try again in a moment; what needs no token can be read meanwhile.").
			with("Retry-After", "5")
	}
	return nil
}

// sentence is an error's text as the beginning of a sentence.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// challenge says how to prove who one is (RFC 6750).
const challenge = `Bearer realm="milieu"`
