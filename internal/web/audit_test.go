package web

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/entry"
	"milieu/internal/store"
)

// TestAudit_subject wants the page to name a person and the table to keep the id, so
// that all rows of the table say what they are about in one way.
func TestAudit_subject(t *testing.T) {
	w := teamSite(t)
	reader := w.people[auth.Reader].PersonID // has signed in, and so acted
	if err := w.auth.SetRole(t.Context(), auth.Machine(teamWorkspace), reader, auth.Analyst); err != nil {
		t.Fatal(err)
	}
	page := w.get(auth.Manager, "/audit?action=person.role").Body.String()
	if !strings.Contains(page, "<td>Person of reader<details>") {
		t.Error("the page does not name the person")
	}
	rows, err := csv.NewReader(w.get(auth.Manager, "/audit?action=person.role&format=csv").Body).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][6] != reader {
		t.Errorf("%q, %v", rows, err)
	}
}

// cut is a connection that breaks after some bytes.
type cut struct {
	*httptest.ResponseRecorder
	left int
}

func (c *cut) Write(p []byte) (int, error) {
	if len(p) > c.left {
		return 0, errors.New("broken")
	}
	c.left -= len(p)
	return c.ResponseRecorder.Write(p)
}

// TestAuditExport_cut wants a log that ends early to end the connection, and no page
// to follow it.
func TestAuditExport_cut(t *testing.T) {
	w := teamSite(t)
	err := w.db.Update(t.Context(), func(q store.Querier) error {
		for range 4 {
			if _, err := audit.Append(t.Context(), q, teamWorkspace, testNow(), audit.Event{Action: "a", Detail: map[string]string{"long": strings.Repeat("x", 100_000)}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rec := &cut{httptest.NewRecorder(), 100}
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("it ended with %v, want the connection to be ended", got)
		}
		if text := rec.Body.String(); strings.Contains(text, "<html") {
			t.Errorf("a page follows the log: %.200s", text)
		}
	}()
	entry.Wrap(w.site.Handler(), entry.Options{}).ServeHTTP(rec, w.request(auth.Manager, http.MethodGet, "/audit.jsonl", nil))
}

// TestAuditExport_closed wants a fault before the first byte to have a page of its own.
func TestAuditExport_closed(t *testing.T) {
	w := teamSite(t)
	rec := w.get(auth.Reader, "/audit.jsonl")
	if rec.Code != http.StatusForbidden || rec.Header().Get("Content-Disposition") != "" || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
	rec = w.get(auth.Manager, "/audit.jsonl")
	if r, err := audit.VerifyExport(rec.Body, teamWorkspace); rec.Code != http.StatusOK || err != nil || len(r.Problems) > 0 || rec.Header().Get("Content-Type") != "application/jsonl; charset=utf-8" {
		t.Errorf("%d %v %+v %v", rec.Code, rec.Header(), r, err)
	}
}
