package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"milieu/internal/auth"
)

// posted sends a form and wants to be led on; it gives the address without what was said.
func (w *teamWorld) posted(role auth.Role, path string, form url.Values) string {
	w.t.Helper()
	rec := w.do(w.request(role, http.MethodPost, path, form))
	to, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	if rec.Code != http.StatusSeeOther {
		w.t.Fatalf("%s: status %d\n%s", path, rec.Code, mainOf(rec.Body.String()))
	}
	return to
}

// TestProspects_flow takes one from the empty page to its landing, and erases it.
func TestProspects_flow(t *testing.T) {
	w := teamSite(t)
	if empty := readable(w.page(auth.Reader, "/prospects")); !strings.Contains(empty, "No prospect is on record yet") || strings.Contains(empty, `href="/prospects/new"`) {
		t.Errorf("the empty page of a reader\n%s", mainOf(empty))
	}
	form := url.Values{"name": {"Forge <& Sons"}, "from": {"Derby"}, "size": {"small"}, "stage": {"considering"}, "day": {"2026-11-01"}, "contact": {"Ada, on the phone"}, "note": {"asked about space"},
		"attract": {"premises"}, "deter": {"transport"}, "deter.other": {"Where would we park?"}}
	at := w.posted(auth.Editor, "/prospects/new", form)
	body := readable(w.page(auth.Editor, at))
	for _, says := range []string{"Forge <& Sons", "Considering", "Ada, on the phone", "Premises that are ready", "Poor transport; Where would we park?"} {
		if !strings.Contains(body, says) {
			t.Errorf("the page does not say %q\n%s", says, mainOf(body))
		}
	}
	reader := readable(w.page(auth.Reader, at))
	for _, hidden := range []string{"Ada", "asked about space", "What happened", "Erase"} {
		if strings.Contains(reader, hidden) {
			t.Errorf("a reader is shown %q", hidden)
		}
	}
	move := formWith(t, w.page(auth.Editor, at), at+"/move", "version")
	move.Set("stage", "visited")
	w.posted(auth.Editor, at+"/move", move)
	if rec := w.do(w.request(auth.Editor, http.MethodPost, at+"/move", move)); rec.Code != http.StatusConflict {
		t.Errorf("the same form again: status %d", rec.Code)
	}
	found := w.page(auth.Editor, at+"?find="+url.QueryEscape("Advanced Manufacturing Research Centre"))
	land := formWith(t, found, at+"/land", "version")
	land.Set("organisation", hub)
	w.posted(auth.Editor, at+"/land", land)
	for path, says := range map[string]string{at: "Advanced Manufacturing Research Centre", "/organisations/" + hub: "Its way here", "/prospects?show=landed": "Forge", "/why?ref=prospects/attract": "Premises that are ready", "/why?ref=prospects/ended": "1 of 1"} {
		if body := readable(w.page(auth.Reader, path)); !strings.Contains(body, says) {
			t.Errorf("%s does not say %q\n%s", path, says, mainOf(body))
		}
	}
	if body := w.page(auth.Nobody, "/organisations/"+hub); strings.Contains(body, "Its way here") {
		t.Error("a visitor is shown the way of a prospect")
	}
	erase := formWith(t, w.page(auth.Manager, at), at+"/erase", "version")
	w.posted(auth.Manager, at+"/erase", erase)
	for _, path := range []string{at, "/prospects?show=all", "/prospects?show=all&format=csv"} {
		if body := readable(w.page(auth.Manager, path)); strings.Contains(body, "Forge") || strings.Contains(body, "Derby") || strings.Contains(body, "park") {
			t.Errorf("%s still names it\n%s", path, mainOf(body))
		}
	}
}

// TestProspects_landNew: who is in no register becomes a row of the team's table, once.
func TestProspects_landNew(t *testing.T) {
	w := teamSite(t)
	for k, status := range []int{http.StatusSeeOther, http.StatusUnprocessableEntity} {
		at := w.posted(auth.Editor, "/prospects/new", url.Values{"name": {"New Forge Ltd"}, "stage": {"decided"}})
		form := formWith(t, w.page(auth.Editor, at), at+"/land-new", "version")
		form.Set("source", "https://example.org/forge")
		if rec := w.do(w.request(auth.Editor, http.MethodPost, at+"/land-new", form)); rec.Code != status {
			t.Fatalf("landing %d: status %d, want %d\n%s", k, rec.Code, status, mainOf(rec.Body.String()))
		}
		if k == 0 {
			if body := readable(w.page(auth.Editor, at)); !strings.Contains(body, "in the register from the next build on") {
				t.Error(mainOf(body))
			}
		}
	}
	if body := readable(w.page(auth.Editor, "/decisions")); !strings.Contains(body, "New Forge Ltd") {
		t.Error("no decision was made of it")
	}
}

// TestProspects_refused: who may not, and what cannot be read.
func TestProspects_refused(t *testing.T) {
	w := teamSite(t)
	for _, c := range []struct {
		role   auth.Role
		method string
		path   string
		form   url.Values
		status int
		says   string
	}{
		{auth.Nobody, http.MethodGet, "/prospects", nil, 401, ""},
		{auth.Reader, http.MethodGet, "/prospects?show=nothing", nil, 400, "no list"},
		{auth.Reader, http.MethodGet, "/prospects/p-none", nil, 404, "no such prospect"},
		{auth.Reader, http.MethodGet, "/prospects/new", nil, 403, ""},
		{auth.Editor, http.MethodPost, "/prospects/new", url.Values{"name": {""}, "stage": {"visited"}, "note": {"kept as typed"}}, 422, "kept as typed"},
		{auth.Editor, http.MethodPost, "/prospects/p-none/land", url.Values{"version": {"1"}, "organisation": {"nobody"}}, 400, "find it"},
		{auth.Editor, http.MethodPost, "/prospects/p-none/move", url.Values{"version": {"x"}}, 400, "cannot be read"},
		{auth.Editor, http.MethodPost, "/prospects/p-none/erase", url.Values{"version": {"1"}}, 403, ""},
	} {
		rec := w.do(w.request(c.role, c.method, c.path, c.form))
		if body := readable(rec.Body.String()); rec.Code != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s as %q: status %d, want %d and %q\n%s", c.method, c.path, c.role, rec.Code, c.status, c.says, mainOf(body))
		}
	}
}
