package web

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
)

// The facts of a case are reckoned once for a release and a plan; who may not read decisions shares them with nobody who may.
func TestCaseFacts(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	r := httptest.NewRequest("GET", "/case", nil)
	ask, err := s.caseAsk(r, snap, "")
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.caseFacts(r, snap, ask)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.caseFacts(r, snap, ask)
	if err != nil || again != f {
		t.Errorf("the same plan has other facts: %v", err)
	}
	other, err := s.caseAsk(r, snap, "budget=50000000")
	if err != nil {
		t.Fatal(err)
	}
	if g, err := s.caseFacts(r, snap, other); err != nil || g == f {
		t.Errorf("another plan has the same facts: %v", err)
	}
	fig, err := f.Figure(r.Context(), []string{"plan", "budget"})
	if err != nil || fig.Text != "£100m" {
		t.Errorf("the budget is %+v, %v", fig, err)
	}
	if actorOf(r).May(auth.ReadDecisions) {
		t.Error("a visitor may read decisions")
	}
	if _, err := s.caseAsk(r, snap, "budget=much"); err == nil {
		t.Error("settings that cannot be read are taken")
	}
}

// A link that carries something else than settings of a plan opens the workspace's case, and not a draft.
func TestAsksPlan(t *testing.T) {
	for query, want := range map[string]bool{"": false, "utm_source=letter": false, "format=csv": false, "budget=50000000": true, "stages=": true, "worth=npsv&q=x": true, "start=tram%3A2030": true, "assume=rate%3A1": true, "seed=7": true} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if asksPlan(q) != want {
			t.Errorf("%q: %t", query, !want)
		}
	}
}

// What only some may read is not kept with a text, which all who read cases open.
func TestDocumentToKeep(t *testing.T) {
	for text, kept := range map[string]bool{"{{organisations}}": true, "A voice of the valley.": true, "- {{ voice firms needs skills }}": false, "{{interviews/skills}}": false} {
		c := bizcase.Content{Sections: []bizcase.Section{{ID: "summary", Text: text}}}
		if got := documentToKeep(c, bizcase.Made{}) != nil; got != kept {
			t.Errorf("%s: %t", text, got)
		}
	}
}
