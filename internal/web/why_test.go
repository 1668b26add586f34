package web

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/portfolio"
)

// TestWhy_decisions: a figure that a decision changed leads to the decision, on every
// page that adds it up. Who decided and why is not for visitors.
func TestWhy_decisions(t *testing.T) {
	w := teamSite(t)
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	agreed := "decision_id,kind,table,subject,field,value,reason\nA1,set,ties,nobody,kind,supplies,Whispered.\nA2,,ties,nobody,kind,Mumbled.,Mumbled.\n"
	text, err := os.ReadFile(filepath.Join(dir, "milieu.toml"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "milieu.toml"), append(text, "\n[[source]]\nid = \"agreed\"\ntype = \"decisions\"\npath = \"agreed.csv\"\n"...), 0o600)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "agreed.csv"), []byte(agreed), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/plan", nil)
	if err != nil {
		t.Fatal(err)
	}
	plan := func() portfolio.Plan {
		snap := served(t, w.site)
		all, err := readInterventions(r, snap)
		if err != nil {
			t.Fatal(err)
		}
		ask, err := readAsk(r, snap, all)
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.site.solvePlan(r, snap, ask)
		if err != nil || len(p.Chosen) == 0 {
			t.Fatal(err, "nothing is chosen")
		}
		return p
	}
	of := plan().Chosen[0].ID
	const reason, page = "The board told us in private.", "https://example.org/private-minutes"
	w.decide(decision.Draft{Kind: decision.Set, Table: "interventions", Subject: of, Fields: map[string]string{"cost_gbp": "1234567", "notes": "Cut."}, Reason: reason, Source: page})
	reg, err := portfolio.ReadRegister(t.Context(), served(t, w.site).DB)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range reg.Of(of).Costs { // where costs by year and funder are on record, they are what the plan adds up
		amount := map[bool]string{true: "1234567", false: "0"}[k == 0]
		w.decide(decision.Draft{Kind: decision.Set, Table: "costs", Subject: c.ID, Fields: map[string]string{"amount_gbp": amount}, Reason: reason, Source: page})
	}
	w.decide(decision.Draft{Kind: decision.Set, Table: decision.Organisations, Subject: hub, Fields: map[string]string{"notes": "Said."}, Reason: reason, Source: page})
	w.serveBuild(dir)
	snap := served(t, w.site)
	ref := evidence.MakeRef("plan", []string{"cost"}, plan().Settings()...)
	chain, err := w.site.cfg.Explainers.Explain(t.Context(), snap.DB, ref)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	var decided func(step evidence.Chain)
	decided = func(step evidence.Chain) { // the plan holds what is left of it in prices of today; what was decided stands below
		for _, in := range step.Steps {
			if strings.Contains(in.Title, `is "1234567", the source says`) {
				found = true
				holds(t, snap, ref, evidence.Chain{Title: in.Title, Value: "1234567", Records: in.Records})
				continue
			}
			decided(in)
		}
	}
	decided(chain)
	if !found {
		t.Fatalf("the plan does not choose what became cheaper: %+v", chain)
	}
	person := w.people[auth.Editor].PersonID
	for _, ref := range []string{ref, "intervention/" + of + "/cost", "org/" + hub} {
		for _, role := range []auth.Role{auth.Nobody, auth.Reader} {
			body := html.UnescapeString(w.get(role, "/why?ref="+url.QueryEscape(ref)).Body.String())
			if !strings.Contains(body, "Decision D") {
				t.Errorf("%s: %q sees no decision\n%s", ref, role, body)
			}
			for _, secret := range []string{reason, page, person} {
				if strings.Contains(body, secret) != (role == auth.Reader) {
					t.Errorf("%s: %q sees %q: %v", ref, role, secret, role != auth.Reader)
				}
			}
			if strings.Contains(body, "for people who have signed in") != (role == auth.Nobody) {
				t.Errorf("%s: what is withheld from %q", ref, role)
			}
		}
	}
	for path, status := range map[string]int{"/sources/agreed": http.StatusOK, "/sources/agreed?format=csv": http.StatusUnauthorized} {
		rec := w.get(auth.Nobody, path)
		if body := rec.Body.String(); rec.Code == http.StatusOK && status != http.StatusOK || strings.Contains(body, "Mumbled") || status == http.StatusOK && (rec.Code != status || !strings.Contains(body, "is for people who have signed in")) {
			t.Errorf("%s: status %d\n%s", path, rec.Code, body)
		}
		if rec := w.get(auth.Reader, path); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "empty") {
			t.Errorf("%s: status %d for a reader\n%s", path, rec.Code, rec.Body.String())
		}
	}
}
