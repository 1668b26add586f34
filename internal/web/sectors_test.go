package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/sector"
)

// keptMetals is a definition that takes two of the example's organisations in, by a word and by name.
const keptMetals = `id = "metals"
name = "Metals"
version = "2"
[[include]]
words = ["advanced manufactur*"]
in = ["name"]
reason = "for the test"
[[include]]
organisations = ["university-of-sheffield"]
[[exclude]]
words = ["catapult"]
in = ["name"]
`

func TestSectors_pages(t *testing.T) {
	site := demoSite(t)
	body := page(t, site, "/sectors")
	for _, want := range []string{"Metals", "/sectors/space", "as shipped"} {
		if !strings.Contains(body, want) {
			t.Errorf("/sectors does not say %q", want)
		}
	}
	body = page(t, site, "/sectors/metals")
	for _, want := range []string{"25.4", "divisions 24 (basic metals) and 25", "/clusters/metals", "definition.toml"} {
		if !strings.Contains(body, want) {
			t.Errorf("/sectors/metals does not say %q", want)
		}
	}
	for path, want := range map[string]int{"/sectors/none": 404, "/sectors/metals?page=9": 400, "/sectors/metals/edit?from=D1": 404, "/sectors/none/edit": 404, "/organisations?sector=none": 400,
		"/organisations?sector=metals": 200, "/sectors?format=csv": 200, "/sectors/metals?format=csv": 200, "/sectors/metals/edit?from=shipped": 200, "/sectors/new/edit": 200} {
		if status, _, _ := get(t, site, path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
	status, body, h := get(t, site, "/sectors/metals/definition.toml")
	if d, err := sector.Parse("metals.toml", body); status != 200 || err != nil || d.ID != "metals" || !strings.Contains(h.Get("Content-Disposition"), "metals.toml") {
		t.Errorf("definition.toml: %d, %v, %v", status, err, h)
	}
}

// TestSectors_edit: look at what a definition changes, change it by lists, keep it, undo it.
func TestSectors_edit(t *testing.T) {
	w := teamSite(t)
	edit := "/sectors/metals/edit"
	w.says(w.get(auth.Nobody, edit), 200, "Everybody can try", "Compare with the shipped one")
	w.says(w.post(auth.Nobody, edit, "definition", "id = \"metals\"\nname = \"M\"\n[[include]]\ncodes = [\"25.8\"]\n"), http.StatusUnprocessableEntity, "Line 4: include rule 1", "the nearest is 25.7")
	rec := w.post(auth.Editor, edit, "definition", keptMetals)
	w.says(rec, 200, "would enter", "advanced manufactur* in its name", "University of Sheffield", "includes “advanced manufactur*” in its name", "no longer includes industry 24, 25")
	// An entry is taken away, another added, without scripts.
	w.says(w.post(auth.Nobody, edit, "definition", keptMetals, "drop", "exclude/1/words/1"), 200, "would enter")
	gone := w.post(auth.Nobody, edit, "definition", keptMetals, "drop", "include/1/words/1").Body.String()
	if strings.Contains(gone, "Take advanced manufactur* away") || !strings.Contains(gone, "Take university-of-sheffield away") {
		t.Error("the word is still an entry of the definition")
	}
	w.says(w.post(auth.Nobody, edit, "definition", keptMetals, "add", "1", "to", "include", "kind", "codes", "entries", "24.1, 25", "because", "the core"), 200, "includes industry 24.1, 25", "the core")
	w.says(w.post(auth.Nobody, edit, "definition", keptMetals, "add", "1", "to", "include", "kind", "codes", "entries", "44"), http.StatusUnprocessableEntity, "has no division 44")
	w.says(w.post(auth.Nobody, edit, "definition", keptMetals, "drop", "include/9/words/1"), http.StatusUnprocessableEntity, "there is no entry")
	// A file is compared in the same way.
	w.says(w.do(w.letterRequest(auth.Nobody, letter{path: edit, name: "metals.toml", file: []byte(keptMetals)})), 200, "would enter", "University of Sheffield")
	// Kept: who, when and why stand beside it; it waits for the next build.
	form := formTo(t, rec.Body.String(), "/sectors/metals/keep")
	form.Set("reason", because)
	form.Set("source", "https://example.org/metals")
	w.says(w.send(auth.Reader, "/sectors/metals/keep", form), http.StatusForbidden)
	w.sent(w.send(auth.Editor, "/sectors/metals/keep", form), edit+"?said=decided")
	w.says(w.get(auth.Reader, edit), 200, "waits for the next build", because, "Compare with D1 of")
	w.says(w.get(auth.Reader, edit+"?from=D1"), 200, "advanced manufactur*")
	w.says(w.get(auth.Nobody, edit+"?from=D1"), http.StatusNotFound)
	if rec := w.send(auth.Editor, "/sectors/metals/keep", form); rec.Code != http.StatusConflict {
		t.Errorf("a form that was shown before somebody's decision: status %d, want a conflict", rec.Code)
	}
	w.sent(w.post(auth.Editor, "/decisions/D1/undo", "reason", "It was a test."), "/decisions/D1?said=undone")
	if body := w.page(auth.Reader, edit); strings.Contains(body, "waits for the next build") {
		t.Error("what was undone waits for the next build")
	}
}

// TestSectors_broken: a text that nobody can read, kept past the form, is shown with what is wrong.
func TestSectors_broken(t *testing.T) {
	w := teamSite(t)
	w.decide(decision.Draft{Kind: decision.Add, Table: sectorTable, Subject: "metals", Fields: map[string]string{"name": "M", "definition": "=1+1"}})
	w.says(w.get(auth.Reader, "/sectors/metals/edit"), 200, "The definition cannot be read", "Line 1", "=1+1")
	w.says(w.get(auth.Nobody, "/sectors/metals/edit"), 200, "25.4")
}

// TestSectors_organisation: an organisation's page says which sectors it is in.
func TestSectors_organisation(t *testing.T) {
	site := demoSite(t)
	rec := httptest.NewRecorder()
	site.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/sectors/digital?format=csv", nil))
	lines := strings.Split(rec.Body.String(), "\n")
	if len(lines) < 3 {
		t.Skip("the example has no member of a sector")
	}
	id := strings.Split(lines[1], ",")[2]
	if body := page(t, site, "/organisations/"+id); !strings.Contains(body, `href="/sectors/digital"`) {
		t.Errorf("the page of %s does not name its sector", id)
	}
}
