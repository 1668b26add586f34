package web

import (
	"net/http/httptest"
	"testing"

	"milieu/internal/bizcase"
)

// Drafts of every stage, for plans with much, little and nothing in them, and the demo's own case have nothing that is wrong.
func TestCaseDraft(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	r := httptest.NewRequest("GET", "/case", nil)
	check := func(what string, c bizcase.Content) {
		t.Helper()
		made, err := s.makeCase(r, snap, c, "/case")
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, p := range append(made.Problems, bizcase.Loose(made.Doc)...) {
			t.Errorf("%s: %s %s: %s", what, p.Kind, p.Where, p.Message)
		}
		for _, b := range made.Doc.Sections[1].Blocks {
			if b.Gap != nil && b.Gap.Owner == "" {
				t.Errorf("%s: nobody owes %q", what, b.Gap.What)
			}
		}
	}
	files, err := s.caseFiles(snap)
	if err != nil || len(files) != 1 {
		t.Fatalf("the demo has %d cases: %v", len(files), err)
	}
	check("the demo's case", files[0].Content)
	for settings, stages := range map[string][]bizcase.Stage{"": bizcase.Stages, "budget=1": {bizcase.Full}, "regions=scotland": {bizcase.Full}} {
		for _, stage := range stages {
			c, err := s.draftCase(r, snap, settings, "", stage)
			if err != nil {
				t.Fatalf("%s of %q: %v", stage, settings, err)
			}
			check(string(stage)+" of "+settings, c)
		}
	}
}
