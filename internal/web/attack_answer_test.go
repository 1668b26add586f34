package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/survey"
)

// answerDeeds are what the forms of somebody who answers do.
func answerDeeds() []deed {
	link := func(w *teamWorld) string {
		_, links, _ := w.askFirms(survey.Confidential)
		return "/answer/" + links[0]
	}
	part := fields("section", "firm", "version", "0", "was", "", "shown", "staff", "shown", "came", "staff", "7", "came", "no")
	return []deed{
		{"/answer/{secret}/part/{section}", auth.Nobody, func(w *teamWorld) letter {
			f := fields("go", goNext)
			for name, values := range part {
				f[name] = values
			}
			return letter{path: link(w) + "/part/firm", fields: f}
		}},
		{"/answer/{secret}/save", auth.Nobody, func(w *teamWorld) letter { return letter{path: link(w) + "/save", fields: part} }},
		{"/answer/{secret}/check", auth.Nobody, func(w *teamWorld) letter {
			at := link(w)
			w.do(w.request(auth.Nobody, http.MethodPost, at+"/save", part))
			return letter{path: at + "/check", fields: fields("version", "1", "contact", "yes", "by", "Ann")}
		}},
		{"/answer/{secret}/copy", auth.Nobody, func(w *teamWorld) letter {
			return letter{path: link(w) + "/copy", fields: fields("answers", "{}")}
		}},
		{"/answer/{secret}/refuse", auth.Nobody, func(w *teamWorld) letter { return letter{path: link(w) + "/refuse"} }},
	}
}

// What somebody types into a survey, or sends to it past its form, stays text on every page and is live in no table.
func TestAttack_answers(t *testing.T) {
	w := answerSite(t, survey.Attributable)
	ask := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		return w.do(w.request(auth.Nobody, method, path, form))
	}
	harmless := func(rec *httptest.ResponseRecorder) {
		if rec.Code == http.StatusInternalServerError {
			t.Errorf("status %d", rec.Code)
		}
		if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") && rec.Code != http.StatusSeeOther {
			for _, found := range append(unsafe(rec.Body.String()), standing(rec.Body.String())...) {
				t.Errorf("the page holds %s", found)
			}
		}
	}
	for k, p := range payloads {
		if k >= len(w.links) {
			break
		}
		at := "/answer/" + w.links[k]
		f := fields("section", "firm", "version", "0", "was", "", "go", goNext, "staff", p, "came", "other", "came.other", p, "called", p)
		f["shown"] = []string{"staff", "called", "came", p}
		harmless(ask(http.MethodPost, at+"/part/firm", f))
		f = fields("section", "place", "version", "1", "was", "", "go", goNext, "happy", p, "first.1", p, "money.bus", p, "buys.1", p, "buys.1.id", p, "words", p, "words.state", p)
		f["shown"] = []string{"happy", "first", "money", "buys", "words"}
		harmless(ask(http.MethodPost, at+"/part/place", f))
		for _, page := range []string{"", "/part/firm", "/part/place", "/check", "/refuse"} {
			harmless(ask(http.MethodGet, at+page, nil))
		}
		for _, line := range strings.Split(ask(http.MethodGet, at+"/copy", nil).Body.String(), "\n") {
			for _, cell := range strings.Split(line, ",") {
				if strings.HasPrefix(strings.Trim(cell, "\""), "=") {
					t.Errorf("the copy holds the live cell %q", cell)
				}
			}
		}
		harmless(ask(http.MethodPost, at+"/check", url.Values{"version": {p}, "named": {"yes"}, "by": {p}}))
		ask(http.MethodPost, at+"/copy", url.Values{"answers": {p}})
	}
}
