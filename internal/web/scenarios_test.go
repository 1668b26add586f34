package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"milieu/internal/auth"
)

// keepPlan keeps the settings of a plan and gives the address of the scenario.
func (w *teamWorld) keepPlan(query, name string) string {
	w.t.Helper()
	rec := w.post(auth.Analyst, "/scenarios", "address", "/plan?"+query, "name", name, "note", "for the board")
	to, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/scenarios/sc-") {
		w.t.Fatalf("status %d to %q\n%s", rec.Code, to, mainOf(readable(rec.Body.String())))
	}
	return to
}

// TestScenarios keeps a plan from its page, changes, undoes and compares it.
func TestScenarios(t *testing.T) {
	w := teamSite(t)
	if !strings.Contains(readable(w.page(auth.Analyst, "/scenarios")), "No scenario is kept yet") {
		t.Error("the empty list does not say what to do")
	}
	one := w.keepPlan("budget=50000000&lens=growth", "Fifty")
	two := w.keepPlan("budget=100000000&lens=growth", "Hundred")
	w.says(w.get(auth.Reader, one), http.StatusOK, "Fifty", "£50", "for the board", "Interventions chosen", "the first")
	w.says(w.get(auth.Reader, "/scenarios"), http.StatusOK, "2 scenarios are kept", "Fifty", "Hundred")
	w.sent(w.post(auth.Analyst, one+"/change", "version", "1", "address", "/plan?budget=60000000&lens=growth"), one+"?said=kept")
	w.says(w.get(auth.Analyst, one), http.StatusOK, "version 2 of 2", "£50m → £60m", "Undo")
	w.sent(w.post(auth.Analyst, one+"/undo", "version", "2"), one+"?said=scenario-back")
	w.says(w.get(auth.Analyst, one), http.StatusOK, "version 1 of 2", "Redo")
	w.sent(w.post(auth.Analyst, one+"/redo", "version", "3"), one+"?said=scenario-on")
	w.sent(w.post(auth.Analyst, one+"/go", "version", "4", "settings", "1"), one+"?said=scenario-back")
	w.says(w.post(auth.Analyst, one+"/undo", "version", "2"), http.StatusConflict, "Somebody else has changed this scenario")
	id := func(at string) string { return strings.TrimPrefix(at, "/scenarios/") }
	compare := "/scenarios/compare?a=" + id(one) + "&b=" + id(two)
	w.says(w.get(auth.Reader, compare), http.StatusOK, "Settings that differ", "Budget, £", "£50m", "£100m", "Only in the second")
	w.says(w.get(auth.Reader, compare+"&format=csv"), http.StatusOK, "setting,", "chosen,")
	w.says(w.get(auth.Reader, "/scenarios/compare?a="+id(one)+"&b="+id(one)), http.StatusOK, "Nothing differs")
	w.says(w.get(auth.Reader, "/scenarios/compare?a="+id(one)+"&b=none"), http.StatusNotFound, "There is no scenario at this address.")
	w.says(w.get(auth.Reader, "/scenarios?format=csv"), http.StatusOK, "id,kind,name")
	w.sent(w.post(auth.Analyst, two+"/delete", "version", "1"), two+"?said=deleted")
	w.says(w.get(auth.Reader, "/scenarios"), http.StatusOK, "1 scenario is kept", "Deleted (1)")
	w.sent(w.post(auth.Analyst, two+"/restore", "version", "2"), two+"?said=restored")
}

// TestScenarios_refused: settings of other pages and addresses elsewhere are not kept, and readers keep nothing.
func TestScenarios_refused(t *testing.T) {
	w := teamSite(t)
	for _, address := range []string{"", "/people", "https://example.org/plan", "//example.org/plan", "javascript:alert(1)"} {
		w.says(w.post(auth.Analyst, "/scenarios", "name", "x", "address", address), http.StatusUnprocessableEntity, "settings")
	}
	w.says(w.post(auth.Analyst, "/scenarios", "name", "x", "address", "/plan?budget=lots"), http.StatusBadRequest, "not an amount")
	w.says(w.post(auth.Analyst, "/scenarios", "name", "", "address", "/plan?budget=1"), http.StatusUnprocessableEntity, "name is missing")
	w.says(w.post(auth.Reader, "/scenarios", "name", "x", "address", "/plan"), http.StatusForbidden)
	if n := w.number(`select count(scenario_id) from scenario`); n != 0 {
		t.Errorf("%d scenarios are kept", n)
	}
	if body := w.page(auth.Reader, "/plan"); strings.Contains(body, `action="/scenarios"`) {
		t.Error("a reader is offered to keep a plan")
	}
}

// TestScenarios_shared: a link opens a scenario for everybody, also where a workspace is closed, until it is withdrawn; it shows
// nothing that changes anything.
func TestScenarios_shared(t *testing.T) {
	for _, closed := range []bool{false, true} {
		var options []teamOption
		if closed {
			options = append(options, closedSite)
		}
		w := teamSite(t, options...)
		at := w.keepPlan("budget=50000000&lens=growth", "Fifty")
		rec := w.post(auth.Analyst, at+"/share", "version", "1")
		_, link, ok := strings.Cut(rec.Body.String(), sharedPath)
		if !ok {
			t.Fatalf("no link: %s", mainOf(rec.Body.String()))
		}
		link, _, _ = strings.Cut(link, "<")
		rec = w.get(auth.Nobody, sharedPath+link)
		w.says(rec, http.StatusOK, "Fifty", "Interventions chosen", "shared with you by this link")
		if h := rec.Header(); h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") == "" {
			t.Errorf("headers %v", h)
		}
		if body := mainOf(rec.Body.String()); strings.Contains(body, `method="post"`) || strings.Contains(body, "sc-") || strings.Contains(body, teamEmail(auth.Analyst)) {
			t.Errorf("the shared page shows more than it should\n%s", body)
		}
		w.says(w.get(auth.Nobody, sharedPath+link+"?format=csv"), http.StatusOK, "measure,count")
		w.says(w.get(auth.Nobody, at), http.StatusUnauthorized)
		w.sent(w.post(auth.Analyst, at+"/unshare", "version", "2"), at+"?said=unshared")
		w.says(w.get(auth.Nobody, sharedPath+link), http.StatusNotFound, "the link that led here was withdrawn")
	}
}

func TestDelivery(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/delivery", "/delivery?light=" + url.QueryEscape("not known"), "/delivery/factory-2050"} {
		if body := page(t, s, path); len(body) > mostBytes {
			t.Errorf("%s weighs %d bytes; the most is %d", path, len(body), mostBytes)
		}
	}
	for path, want := range map[string]int{"/delivery?light=blue": 400, "/delivery/nothing": 404} {
		if status, _, _ := get(t, s, path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
	for _, path := range []string{"/delivery?format=csv", "/delivery/factory-2050?format=csv"} {
		status, csv, _ := get(t, s, path)
		if status != http.StatusOK || !strings.Contains(csv, "planned") {
			t.Errorf("%s: status %d: %.200s", path, status, csv)
		}
	}
	body := readable(page(t, s, "/delivery"))
	for _, says := range []string{"The rule behind the lights", "What own evaluations change", "reference class", "Spend against plan"} {
		if !strings.Contains(body, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
}

// TestScenarios_twins: two of one name are kept, and it is said of both; lists tell them apart. A plan and a sequence say
// why their costs differ.
func TestScenarios_twins(t *testing.T) {
	w := teamSite(t)
	one := w.keepPlan("budget=50000000&lens=growth", "Base")
	two := w.keepPlan("budget=60000000&lens=growth", "Base")
	w.says(w.get(auth.Reader, one), http.StatusOK, "Another scenario has this name too")
	id := func(at string) string { return strings.TrimPrefix(at, "/scenarios/") }
	w.says(w.get(auth.Reader, "/scenarios"), http.StatusOK, "Base (plan, made ", id(two))
	rec := w.post(auth.Analyst, "/scenarios", "address", "/plan/sequence?budget=50000000", "name", "In time")
	seq, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	w.says(w.get(auth.Reader, "/scenarios/compare?a="+id(one)+"&b="+id(seq)), http.StatusOK, "different things", "only years from")
}
