package web

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/sheet"
)

// anew is a form that adds an indicator.
func anew(id string) []string {
	return []string{"id", id, "f.indicator", "Patents", "f.value", "12.5", "f.source_url", "https://example.org/", "reason", "a test", "source", "https://example.org/"}
}

// TestSaveNewRow_again adds a record, undoes that, and adds it again: an id whose
// decisions have all been undone is free.
func TestSaveNewRow_again(t *testing.T) {
	w := teamSite(t)
	w.sent(w.post(auth.Editor, "/tables/indicators/new", anew("x-ind")...), "/tables/indicators/rows/x-ind?said=decided")
	w.says(w.post(auth.Editor, "/tables/indicators/new", anew("x-ind")...), http.StatusUnprocessableEntity, "is taken")
	w.sent(w.post(auth.Editor, "/decisions/D1/undo", "reason", "a mistake"), "/decisions/D1?said=undone")
	w.says(w.get(auth.Editor, "/tables/indicators/rows/x-ind"), http.StatusOK, "every decision on it has been undone")
	w.sent(w.post(auth.Editor, "/tables/indicators/new", anew("x-ind")...), "/tables/indicators/rows/x-ind?said=decided")
}

// TestSaveRow_merge lets three people save the form that all of them opened: each sees
// what stands, keeps what they typed and is shown where both changed a field.
func TestSaveRow_merge(t *testing.T) {
	w := teamSite(t)
	const row = "/tables/organisations/rows/advanced-manufacturing-research-centre"
	save := func(version, field, was, is string) (status int, body string) {
		rec := w.post(auth.Editor, row+"/edit", "version", version, "b."+field, was, "f."+field, is, "reason", "a test", "source", "https://example.org/")
		return rec.Code, rec.Body.String()
	}
	if status, _ := save("0", "kind", "research centre", "catapult centre"); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	// Another field: what the first changed is taken over, and nothing clashes.
	status, body := save("0", "site", "AMP Waverley", "Catcliffe")
	if status != http.StatusConflict || !strings.Contains(body, `name="f.site" value="Catcliffe"`) || !strings.Contains(body, `name="f.kind" value="catapult centre"`) || strings.Contains(body, "They saved") || !strings.Contains(body, `name="version" value="1"`) {
		t.Fatalf("%d\n%s", status, body)
	}
	// The same field: both values are shown, and the own one stays in the form.
	status, body = save("0", "kind", "research centre", "laboratory")
	if status != http.StatusConflict || !strings.Contains(body, `name="f.kind" value="laboratory"`) || !strings.Contains(body, "They saved: catapult centre") {
		t.Fatalf("%d\n%s", status, body)
	}
	if status, _ = save("1", "kind", "catapult centre", "laboratory"); status != http.StatusSeeOther {
		t.Error(status)
	}
}

// TestImport_most brings as many rows as are taken, twice: forms stay small enough to
// be read, and the second time there is nothing to do.
func TestImport_most(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	w := teamSite(t)
	var text strings.Builder
	text.WriteString("id,name,source_url\n")
	for i := range sheet.MostRows {
		fmt.Fprintf(&text, "new-%05d,New %d,https://example.org/\n", i, i)
	}
	at := upload(t, w, "organisations", text.String())
	if page := w.page(auth.Editor, at); !strings.Contains(page, "20,000 new records") || len(page) > 1<<20 {
		t.Errorf("a preview of %d bytes", len(page))
	}
	rec := w.post(auth.Editor, at, "reason", "a test", "source", "a list", "leave", "new-00003", "versions", "")
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", rec.Code, rec.Body)
	}
	if n := w.number(`select count(*) from decision where workspace = $1`, teamWorkspace); n != sheet.MostRows-1 {
		t.Errorf("%d decisions", n)
	}
	again := upload(t, w, "organisations", text.String())
	page := w.page(auth.Editor, again)
	if !strings.Contains(page, "1 new record and 19,999 rows that change nothing") {
		t.Error("the second preview does not find what was imported")
	}
	if r := w.request(auth.Editor, http.MethodPost, again, url.Values{"reason": {"r"}, "source": {"s"}, "leave": {"new-00003"}}); w.do(r).Code != http.StatusUnprocessableEntity {
		t.Error("an import that changes nothing is taken")
	}
	if _, err := w.site.cfg.Team.Book.UndoBatch(t.Context(), w.people[auth.Editor], strings.TrimPrefix(at, "/imports/"), "a test"); err != nil {
		t.Error(err)
	}
	if n := w.number(`select count(*) from decision where workspace = $1 and undone_at = ''`, teamWorkspace); n != 0 {
		t.Errorf("%d decisions hold", n)
	}
}

// upload brings a file for a table and gives the address of its preview.
func upload(t *testing.T, w *teamWorld, table, text string) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "rows.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := w.request(auth.Editor, http.MethodPost, "/tables/"+table+"/import", nil)
	r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
	r.Header.Set("Content-Type", form.FormDataContentType())
	rec := w.do(r)
	at := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/imports/") {
		t.Fatalf("the upload was answered with %d\n%s", rec.Code, rec.Body)
	}
	return at
}
