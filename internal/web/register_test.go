package web

import (
	"database/sql"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/portfolio"
)

func askPage(t *testing.T, s *Server, path string, status int) string {
	t.Helper()
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	if rec.Code != status {
		t.Fatalf("%s: %d\n%s", path, rec.Code, rec.Body)
	}
	return rec.Body.String()
}

// TestRegister lists, filters and orders, and says how much is missing.
func TestRegister(t *testing.T) {
	s := demoSite(t)
	page := askPage(t, s, "/priorities/register", http.StatusOK)
	for _, want := range []string{"90 interventions", "Dearest first", "The target of at least 50 % is met", "South Yorkshire Investment Zone"} {
		if !strings.Contains(page, want) {
			t.Errorf("the register does not say %q", want)
		}
	}
	if len(page) > 100<<10 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if page := askPage(t, s, "/priorities/register?category=skills&order=cost", http.StatusOK); strings.Count(page, "<tr><th scope=\"row\">") != 5 || strings.Index(page, "AMRC Training Centre") > strings.Index(page, "Inclusive growth") {
		t.Errorf("filter or order do not hold: %d rows", strings.Count(page, "<tr><th scope=\"row\">"))
	}
	if page := askPage(t, s, "/priorities/register?category=skills&grade=reasoned&lead=nobody", http.StatusOK); strings.Contains(page, "No intervention passes") {
		t.Error("an unknown value of a filter hides all")
	}
	askPage(t, s, "/priorities/register?order=luck", http.StatusBadRequest)
	rows, err := csv.NewReader(strings.NewReader(askPage(t, s, "/priorities/register?format=csv", http.StatusOK))).ReadAll()
	if err != nil || len(rows) != 91 || rows[0][0] != "id" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// TestIntervention_register holds the page of an intervention against its register.
func TestIntervention_register(t *testing.T) {
	s := demoSite(t)
	page := askPage(t, s, "/priorities/blade-capacity-expansion-project-canaveral", http.StatusOK)
	for _, want := range []string{"Demand for blades will exceed", "evidence: reasoned", "Investment Zone", "21,300", "Needs <a href=\"/priorities/south-yorkshire-investment-zone\"", "no jobs are stated", "the firm might have invested anyway",
		"/appraisal/blade-capacity-expansion-project-canaveral", "What is missing", "Editors add it here"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "/tables/costs/new") {
		t.Error("a visitor is offered a form")
	}
	if page := askPage(t, s, "/priorities/light-weighting-research-centre", http.StatusOK); !strings.Contains(page, "Jobs and GVA are both stated") {
		t.Error("double counting is not warned of")
	}
	if page := askPage(t, s, "/priorities/south-yorkshire-investment-zone", http.StatusOK); !strings.Contains(page, "Is needed by") || !strings.Contains(page, "Holds") {
		t.Error("relations do not show at the other end")
	}
}

// TestIntervention_sums adds the cells of every cost table up: rows, columns and the corner must agree as shown.
func TestIntervention_sums(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	all, err := portfolio.Interventions(t.Context(), snap.DB)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := portfolio.ReadRegister(t.Context(), snap.DB)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, i := range all {
		c := costTable(i, reg.Of(i.ID).Costs)
		if len(c.Rows) == 0 {
			continue
		}
		n++
		columns := make([]int, len(c.Years))
		all := 0
		for _, row := range c.Rows {
			sum := 0
			for k, cell := range row.Cells {
				v := shownNumber(t, cell)
				sum += v
				columns[k] += v
			}
			if sum != shownNumber(t, row.Sum) {
				t.Errorf("%s: %s adds up to %d, shown %s", i.ID, row.Funder, sum, row.Sum)
			}
			all += sum
		}
		for k, v := range columns {
			if v != shownNumber(t, c.Total.Cells[k]) {
				t.Errorf("%s: %s adds up to %d, shown %s", i.ID, c.Years[k], v, c.Total.Cells[k])
			}
		}
		if all != shownNumber(t, c.Total.Sum) {
			t.Errorf("%s: all add up to %d, shown %s", i.ID, all, c.Total.Sum)
		}
	}
	if n < 40 {
		t.Errorf("only %d tables of costs", n)
	}
}

func shownNumber(t *testing.T, s string) int {
	t.Helper()
	if s == "–" {
		return 0
	}
	v, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var registerWhy = regexp.MustCompile(`href="/why\?ref=([^"&]+)"`)

// TestIntervention_why opens the source of every figure of some pages.
func TestIntervention_why(t *testing.T) {
	s := demoSite(t)
	seen := map[string]bool{}
	for _, path := range []string{"/priorities/register", "/priorities/compass-composites-facility", "/priorities/sheffield-rotherham-tram-train-pilot", "/priorities/national-demonstrator-science-and-innovation-programme"} {
		for _, m := range registerWhy.FindAllStringSubmatch(askPage(t, s, path, http.StatusOK), -1) {
			ref, err := url.QueryUnescape(strings.ReplaceAll(m[1], "&amp;", "&"))
			if err != nil {
				t.Fatal(err)
			}
			if !seen[ref] {
				seen[ref] = true
				askPage(t, s, "/why?ref="+url.QueryEscape(ref), http.StatusOK)
			}
		}
	}
	for _, ref := range []string{"cost/c001", "costs/compass-composites-facility", "outcome/o001", "relation/r001", "risk/k001", "delivery/d001", "public-award/a001", "kept/costs", "kept/costed"} {
		askPage(t, s, "/why?ref="+url.QueryEscape(ref), http.StatusOK)
	}
	for _, ref := range []string{"cost/none", "costs/none", "kept/none", "existing/closed", "outcome"} {
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/why?ref="+url.QueryEscape(ref), nil))
		if rec.Code == http.StatusOK || rec.Code >= http.StatusInternalServerError {
			t.Errorf("%s answers %d", ref, rec.Code)
		}
	}
	if len(seen) < 80 {
		t.Errorf("only %d references", len(seen))
	}
}

// TestRegister_forms adds rows of the register from the page of an intervention: the form knows which, and rows without
// a name get an id.
func TestRegister_forms(t *testing.T) {
	w := teamSite(t)
	const page = "/priorities/ferretworks-venture-de-risking"
	body := w.page(auth.Editor, page)
	for _, table := range registerTablesOf {
		at := addPath(table, "ferretworks-venture-de-risking")
		if !strings.Contains(body, strings.ReplaceAll(at, "&", "&amp;")) {
			t.Errorf("the page does not offer %s", at)
		}
		form := w.page(auth.Editor, at)
		if !strings.Contains(form, `value="ferretworks-venture-de-risking"`) || !strings.Contains(form, `<datalist id="interventions">`) {
			t.Errorf("%s does not know the intervention", at)
		}
	}
	risk := []string{"f.intervention_id", "ferretworks-venture-de-risking", "f.risk", "Nobody founds a firm", "f.likelihood", "medium", "reason", "a test", "source", "https://example.org/"}
	const id = "/tables/risks/rows/risk-nobody-founds-a-firm-ferretworks-venture-de-risking"
	w.sent(w.post(auth.Editor, "/tables/risks/new", risk...), id+"?said=decided")
	w.sent(w.post(auth.Editor, "/tables/risks/new", risk...), id+"-2?said=decided")
	w.says(w.get(auth.Editor, id), http.StatusOK, "See FerretWorks venture de-risking")
	w.says(w.get(auth.Editor, "/tables/interventions/rows/ferretworks-venture-de-risking"), http.StatusOK, "See FerretWorks venture de-risking")
	cost := []string{"f.intervention_id", "ferretworks-venture-de-risking", "f.amount_gbp", "12", "f.funder", "SYMCA", "reason", "a test", "source", "https://example.org/"}
	w.sent(w.post(auth.Editor, "/tables/costs/new", cost...), "/tables/costs/rows/cost-symca-ferretworks-venture-de-risking?said=decided")
	w.says(w.post(auth.Editor, "/tables/costs/new", "f.intervention_id", "x", "reason", "a test", "source", "https://example.org/"), http.StatusUnprocessableEntity, "amount")
}

// TestExistingShare shows a target that is missed, one that is met, and none.
func TestExistingShare(t *testing.T) {
	all := []portfolio.Intervention{{ID: "a", Benefits: "both", CostP: sql.NullInt64{Int64: 100, Valid: true}}, {ID: "b", Benefits: "existing"}}
	share := func(target float64) *ExistingShare {
		return existingShare(portfolio.Ask{MinExisting: target}, all, portfolio.Register{})
	}
	if s := share(0.6); s.Breach != "10 percentage points below the target" || s.Share.Text != "50" || s.N != 1 || s.Unstated != 1 {
		t.Errorf("%+v", s)
	}
	if s := share(0.5); s.Breach != "" || s.Target != "50 %" {
		t.Errorf("%+v", s)
	}
	if s := share(0); s.Breach != "" || s.Target != "" {
		t.Errorf("%+v", s)
	}
	if s := existingShare(portfolio.Ask{}, all[1:], portfolio.Register{}); s != nil {
		t.Errorf("%+v", s)
	}
}
