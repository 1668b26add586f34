package api

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/decision"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/telling/tellingtest"
)

// surveyed is a server with a store of its own that holds a public, a closed and an open survey.
func surveyed(t *testing.T) (s *Server, public string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{File: filepath.Join(t.TempDir(), "workspace.db"), Now: storetest.Clock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b := fieldwork.Book{DB: db, Workspace: "amid", Now: storetest.Clock()}
	tellingtest.Make(t, b, tellingtest.Survey{Title: "For the team"})
	tellingtest.Make(t, b, tellingtest.Survey{Title: "Open", Public: true, StayOpen: true})
	public = tellingtest.Make(t, b, tellingtest.Survey{Title: "Public", Wave: "2026", Public: true})
	book := decision.Book{DB: db, Workspace: "amid", Now: storetest.Clock()}
	return New(Config{Shelf: demo(t).shelf, Book: &book, Now: clock()}), public
}

// Only closed surveys with public results are there, each figure as described, and invented ones say so.
func TestVoices(t *testing.T) {
	s, public := surveyed(t)
	doc, router := described(t)
	n := 0
	for next := "/api/v1/voices?limit=300"; next != ""; {
		validate(t, router, s, "", next, "")
		p := read[page[voiceItem]](t, s, "", next)
		n += len(p.Items)
		for _, v := range p.Items {
			if v.Survey != public || !v.Invented || v.Note == nil || *v.Note != invent.Note {
				t.Fatalf("an item of another survey, or one that does not say that it is invented: %+v", v)
			}
			if v.Hidden != (v.Value == nil) {
				t.Fatalf("what is hidden has a figure, or the other way round: %+v", v)
			}
		}
		if next = ""; p.Next != nil {
			next = *p.Next
		}
	}
	if n < 100 {
		t.Errorf("%d figures", n)
	}
	if d := cmp.Diff(voiceColumns, columnsSaid(doc, "/api/v1/voices")); d != "" {
		t.Errorf("(-has +says)\n%s", d)
	}
	got := get(t, s, "", "/api/v1/voices?question=barriers&breakdown=size&format=csv")
	lines := strings.Split(strings.TrimSpace(got.Body.String()), "\n")
	if got.Code != http.StatusOK || len(lines) < 5 || got.Header().Get("ETag") != "" {
		t.Fatalf("status %d, tag %q\n%s", got.Code, got.Header().Get("ETag"), got.Body)
	}
	for _, l := range lines[1:] {
		if !strings.Contains(l, ",size,") || !strings.Contains(l, "No firm said this.") {
			t.Errorf("another row than asked for: %s", l)
		}
	}
}

func TestVoices_none(t *testing.T) {
	s, _ := surveyed(t)
	wantProblem(t, get(t, s, "", "/api/v1/voices?survey=nosuch"), badParameter)
	for name, s := range map[string]*Server{"no survey": demo(t).open, "no store": demo(t).readOnly} {
		if p := read[page[voiceItem]](t, s, "", "/api/v1/voices"); p.Total != 0 || len(p.Items) != 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
