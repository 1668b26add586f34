package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/report"
	"milieu/internal/report/format"
	"milieu/internal/report/pdf"
)

// The case that everybody may read is taken away in every format that needs no browser, under a name that says what it is.
func TestCaseExport(t *testing.T) {
	s := demoSite(t)
	for name, begins := range map[string]string{"html": "<!DOCTYPE html>", "docx": "PK", "xlsx": "PK", "md": "# The case"} {
		f, _ := format.Of(name)
		status, body, h := get(t, s, "/case."+name)
		if status != http.StatusOK || !strings.HasPrefix(body, begins) {
			t.Errorf("/case.%s: status %d, begins with %q", name, status, body[:min(30, len(body))])
		}
		if got := h.Get("Content-Type"); got != f.MediaType {
			t.Errorf("/case.%s is of the type %s", name, got)
		}
		if got := h.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="the-case-for-the-advanced-manufacturing`) || !strings.HasSuffix(got, "."+name+`"`) {
			t.Errorf("/case.%s is called %s", name, got)
		}
	}
	if status, _, _ := get(t, s, "/case.html?budget=-1"); status != http.StatusBadRequest {
		t.Errorf("a bad setting: status %d", status)
	}
}

// The file has the release, the same figures as the page, and leads from each to the page of its source.
func TestCaseExport_figures(t *testing.T) {
	s := demoSite(t)
	_, body, _ := get(t, s, "/case.html")
	snap := served(t, s)
	r := httptest.NewRequest(http.MethodGet, "/case", nil)
	c, err := s.openCase(r, snap)
	if err != nil {
		t.Fatal(err)
	}
	stillDocument(t, "/case.html", body)
	if !strings.Contains(body, snap.Rel.ID) {
		t.Error("the file does not name its release")
	}
	for _, f := range c.Made.Doc.Figures() {
		if _, n := c.Made.Doc.Proof(f.Ref); n == 0 {
			t.Errorf("the figure %s (%s) has no chain in the document", f.Text, f.Ref)
		}
	}
	if n := strings.Count(body, `<sup class="ref`); n < len(c.Made.Doc.Figures()) {
		t.Errorf("%d references in the file, the document has %d figures", n, len(c.Made.Doc.Figures()))
	}
	if n := strings.Count(body, "/why?ref="); n < len(c.Made.Doc.Refs()) {
		t.Errorf("%d ways to the site, the document has %d references", n, len(c.Made.Doc.Refs()))
	}
}

func TestCaseExport_pdf(t *testing.T) {
	s := demoSite(t)
	status, body, h := get(t, s, "/case.pdf")
	if _, err := pdf.Find(""); errors.Is(err, pdf.ErrNoBrowser) {
		if status != http.StatusServiceUnavailable || !strings.Contains(body, "MILIEU_CHROMIUM") || !strings.Contains(body, `href="/case.docx`) || !strings.Contains(body, "to print it") {
			t.Errorf("without a browser: status %d\n%s", status, body)
		}
		return
	}
	if status != http.StatusOK || !strings.HasPrefix(body, "%PDF-1.") || h.Get("Content-Type") != "application/pdf" {
		t.Errorf("status %d, type %s, begins with %q", status, h.Get("Content-Type"), body[:min(30, len(body))])
	}
}

// Where nothing can print the visitor is told what to do, and offered what there is.
func TestCaseExport_noBrowser(t *testing.T) {
	s, err := New(demoSite(t).cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.printer = format.NewShared("no-such-browser-here", false)
	status, body, _ := get(t, s, "/case.pdf?budget=99999000")
	if status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	wellFormed(t, "/case.pdf", body)
	for _, want := range []string{"MILIEU_CHROMIUM", `href="/case.html?`, `href="/case.docx?`, "Open the case to print it", "budget=99999000"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// A case with a broken insertion is not exported, and the page says where it stands; one with loose numbers is exported as a draft.
func TestCaseExport_problems(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	html, _ := format.Of("html")
	send := func(made bizcase.Made) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/cases/x/export.html", nil)
		if err := s.exportCase(w, r, snap, html, exported{made: made, back: "/cases/x", path: "/cases/x/export", write: "/cases/x/write/"}); err != nil {
			t.Fatal(err)
		}
		return w
	}
	doc := report.Document{Title: "Trial", Release: "ab", Date: "2026-01-01", Sections: []report.Section{{ID: "summary", Title: "In brief", Blocks: []report.Block{report.Paragraph("There are 17 firms.")}}}}
	w := send(bizcase.Made{Doc: doc, Problems: []bizcase.Problem{{Kind: bizcase.Broken, Part: "summary", Where: "the section summary", Line: 3, Message: "nothing is called “organisatons”", Sentence: "There are {{organisatons}}."}}})
	for _, want := range []string{`<a href="/cases/x/write/summary">the section summary, line 3</a>`, "organisatons", `href="/cases/x"`} {
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), want) {
			t.Errorf("status %d, the page lacks %q", w.Code, want)
		}
	}
	w = send(bizcase.Made{Doc: doc, Problems: []bizcase.Problem{{Kind: bizcase.Unbound, Part: "summary", Where: "the section summary", Line: 1, Source: "17", Sentence: "There are 17 firms."}}})
	for _, want := range []string{"Before this is approved", `<p class="status">Draft`, "the section summary, line 1"} {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("status %d, the draft lacks %q", w.Code, want)
		}
	}
	if got := w.Header().Get("Content-Disposition"); !strings.Contains(got, "-draft.html") {
		t.Errorf("the draft is called %s", got)
	}
}

// A case that is kept is taken away by those who may read it, and by nobody else.
func TestCaseExport_kept(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	for _, name := range []string{"html", "md", "docx", "xlsx"} {
		if rec := w.get(auth.Reader, at+"/export."+name); rec.Code != http.StatusOK || rec.Header().Get("Content-Disposition") == "" {
			t.Errorf("%s: status %d for a reader", name, rec.Code)
		}
		if rec := w.get(auth.Nobody, at+"/export."+name); rec.Code == http.StatusOK {
			t.Errorf("%s: a visitor gets a case that is not published", name)
		}
		if rec := w.get(auth.Reader, "/cases/ca-nothing/export."+name); rec.Code != http.StatusNotFound {
			t.Errorf("%s: status %d for a case that is not there", name, rec.Code)
		}
	}
}

var (
	lively  = regexp.MustCompile(`(?i)\son[a-z]+\s*=`)
	leading = regexp.MustCompile(`\s(?:href|src|action)="([^"]*)"`)
)

// stillDocument wants of a document that is taken away as HTML that nothing in it runs, loads or leads to what runs: it is opened
// without the site's policy, and has its own.
func stillDocument(t testing.TB, what, body string) {
	t.Helper()
	if !strings.Contains(body, `content="default-src &#39;none&#39;`) && !strings.Contains(body, `content="default-src 'none'`) {
		t.Errorf("%s: the file has no policy", what)
	}
	if strings.Contains(body, "ZgotmplZ") {
		t.Errorf("%s: a value is in the wrong place", what)
	}
	for _, m := range tagForm.FindAllStringSubmatch(body, -1) {
		switch strings.ToLower(m[2]) {
		case "script", "iframe", "object", "embed", "form", "base", "link", "img", "foreignobject":
			t.Errorf("%s: a tag that no document has: %.100s", what, m[0])
		}
		if lively.MatchString(m[3]) {
			t.Errorf("%s: a tag that does something: %.100s", what, m[0])
		}
		for _, to := range leading.FindAllStringSubmatch(m[3], -1) {
			if !strings.HasPrefix(to[1], "#") && !strings.HasPrefix(to[1], "https://") && !strings.HasPrefix(to[1], "http://") {
				t.Errorf("%s: an address that leads astray: %.100s", what, m[0])
			}
		}
	}
}
