package web

import (
	"net/http"
	"net/url"

	"milieu/internal/auth"
)

// KeepForm offers to keep the settings of a page as a scenario.
type KeepForm struct {
	Shown   bool   // the visitor may keep scenarios
	SignIn  string // where the visitor signs in first; empty where that would not help
	Address string // of the page with all its settings
}

// unsaved are keys of addresses that are no settings.
var unsaved = []string{"said", "format", "q", "release", "page", "sort"}

// keepForm is the form that keeps a page's settings. Address is the page's path with every setting spelled out, so that what
// is kept does not change when the workspace's defaults do.
func (s *Server) keepForm(r *http.Request, address string) KeepForm {
	if s.cfg.Team == nil {
		return KeepForm{}
	}
	u, err := url.Parse(address)
	if err != nil {
		return KeepForm{}
	}
	q := u.Query()
	for _, k := range unsaved {
		q.Del(k)
	}
	u.RawQuery = q.Encode()
	f := KeepForm{Address: u.String(), Shown: actorOf(r).May(auth.KeepScenarios)}
	if !actorOf(r).SignedIn() {
		f.SignIn = "/sign-in?next=" + url.QueryEscape(comeBack(r))
	}
	return f
}
