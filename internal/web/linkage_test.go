package web

import (
	"database/sql"
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/link"
	"milieu/internal/org"
)

// linked is the site of testdata/linked, built once for all tests.
var linkedDemo struct {
	once sync.Once
	dir  string
	site *Server
	err  error
}

// linkedSite serves an invented valley whose organisations stand in six sources.
func linkedSite(t testing.TB) *Server {
	t.Helper()
	linkedDemo.once.Do(func() {
		if linkedDemo.dir, linkedDemo.err = os.MkdirTemp("", "milieu-linked-"); linkedDemo.err != nil {
			return
		}
		if linkedDemo.err = os.CopyFS(linkedDemo.dir, os.DirFS(filepath.Join("testdata", "linked"))); linkedDemo.err == nil {
			linkedDemo.site, linkedDemo.err = serveDir(linkedDemo.dir)
		}
	})
	if linkedDemo.err != nil {
		t.Fatal(linkedDemo.err)
	}
	return linkedDemo.site
}

// testLinkage is what a workspace says about linkage, as the program reads it.
func testLinkage(ws *evidence.Workspace) (org.Linkage, error) {
	l := org.Linkage{Accept: ws.Linkage.Accept, Review: ws.Linkage.Review}
	unique, err := ws.UniqueSources()
	if err != nil || ws.Linkage.Model == "" {
		return l, err
	}
	l.Unique = unique
	text, err := os.ReadFile(ws.LocalPath(ws.Linkage.Model))
	if err == nil {
		l.Model, err = link.ParseModel(string(text))
	}
	return l, err
}

func TestLinkedPages(t *testing.T) {
	s := linkedSite(t)
	for path, wants := range map[string][]string{
		"/linkage": {"of which", "should be right", "Expected precision", "Expected recall", "95 % interval", "what it means", "Organisations of several records", "/linkage/pair?a=", "/review?list=1",
			"table=clusters", "every block of records that share a key was compared in full", "There is no release before this one"},
		"/linkage/pair?a=360g-gorge-composites-S98-1AD&b=GB-COH-99990015":                                        {"joined by the evidence", "GORGE COMPOSITES LIMITED", "£250k", "Score", "gorge", "bits", "Table behind the picture"},
		"/linkage/pair?b=360g-gorge-composites-S98-1AD&a=GB-COH-99990015":                                        {"joined by the evidence"},
		"/linkage/pair?a=360g-darby-precision-casting-ltd.-S98-1AC&b=360g-darby-precision-engineers-ltd-S98-1AC": {"kept apart", "<mark>Engineers</mark>"},
		"/organisations/ironbridge-university": {"Records that are one organisation", "Research Organization Registry", "Joined by the evidence", "over 99.99 %", "Weight of the evidence", "side by side",
			"Grants, projects and awards", "COLDCAST", "coordinator", "/why?ref=award%2F", "/why?ref=awards%2Fironbridge-university%2FGBP", "€850k", "Other names", "Prifysgol Ironbridge", "in Welsh", "It is the head of its group", "part of this one"},
		"/organisations/severn-forgings":                                  {"Joined by the company number, which is the same", "controls at least 75 % of it", "VALLEY HOLDINGS LIMITED", "at least 50 % controlled by this one", "This page is one legal entity"},
		"/organisations/360g-GB-GOR-IV1":                                  {"What it pays for", "12 awards name it as the funder", "£250k", "/organisations/GB-COH-99990015"},
		"/organisations/GB-COH-99990016":                                  {"BLISTS HILL INSTRUMENTS LIMITED"},
		"/why?ref=award%2Fcordis-990000001-999000011":                     {"University of Ironbridge: COLDCAST", "organization.csv line 2", "EUR 850,000.25"},
		"/why?ref=awards%2Fironbridge-university%2FGBP":                   {"the sum of 2 awards", "GBP 1,434,364.00"},
		"/why?ref=group%2Fsevern-forgings":                                {"VALLEY HOLDINGS LIMITED", "at least 75 %", "control.txt line 1"},
		"/why?ref=link%2F360g-gorge-composites-S98-1AD%2FGB-COH-99990015": {"one organisation?", "Prior", "grants.json", "register.csv"},
	} {
		body := readable(page(t, s, path))
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		if len(body) > pageWeight {
			t.Errorf("%s weighs %d bytes", path, len(body))
		}
	}
	for path, want := range map[string]int{"/linkage/pair": 400, "/linkage/pair?a=x": 400, "/linkage/pair?a=x&b=y": 404, "/linkage?format=csv&table=stars": 400,
		"/why?ref=award%2Fnone": 404, "/why?ref=awards%2Fsevern-forgings%2FXXX": 404, "/why?ref=awards%2Fx": 400, "/why?ref=group%2Fnobody": 404, "/why?ref=link%2Fx": 400} {
		if status, body, _ := get(t, s, path); status != want || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

// Every organisation of the valley has its page, every source mark of it opens, and every pair
// that was compared has its page.
func TestLinkedPages_all(t *testing.T) {
	s := linkedSite(t)
	snap := served(t, s)
	marks, seen := regexp.MustCompile(`href="(/why\?[^"]*|/linkage/pair\?[^"]*)"`), map[string]bool{}
	look := func(path string) {
		for _, m := range marks.FindAllStringSubmatch(page(t, s, path), -1) {
			if to := readable(m[1]); !seen[to] {
				seen[to] = true
				if status, _, _ := get(t, s, to); status != http.StatusOK {
					t.Errorf("%s: %s gives %d", path, to, status)
				}
			}
		}
	}
	all, err := org.List(t.Context(), snap.DB, org.Filter{}, org.ByRank, 1000, 0)
	if err != nil || len(all) < 10 {
		t.Fatal(len(all), err)
	}
	for _, o := range all {
		look(orgPath(o.ID))
	}
	pairs, err := org.Pairs(t.Context(), snap.DB, "", 1000, 0)
	if err != nil || len(pairs) < 20 {
		t.Fatal(len(pairs), err)
	}
	for _, p := range pairs {
		look(pairPath(p.A, p.B))
	}
	look("/linkage")
	look("/review")
	if len(seen) < 50 {
		t.Errorf("only %d marks found", len(seen))
	}
}

func TestLinkedCSV(t *testing.T) {
	s := linkedSite(t)
	for path, want := range map[string]int{"/linkage?format=csv": 4, "/linkage?format=csv&table=probabilities": 7, "/linkage?format=csv&table=clusters": -1, "/linkage?format=csv&table=events": 0,
		"/linkage?format=csv&table=blocks": 0, "/linkage?format=csv&table=pairs": -1, "/organisations/ironbridge-university?format=csv&table=awards": 3, "/organisations/360g-GB-GOR-IV1?format=csv&table=gives": 12, "/organisations/ironbridge-university?format=csv": -1} {
		status, body, header := get(t, s, path)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if status != 200 || err != nil || !strings.HasPrefix(header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s: %d %v", path, status, err)
			continue
		}
		if n := len(rows) - 1; want >= 0 && n != want || want < 0 && n < 5 {
			t.Errorf("%s: %d rows, want %d", path, n, want)
		}
	}
}

// A workspace with one source has nothing to compare, and says what to do.
func TestLinkage_empty(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]string{"/linkage": "Name a second source that lists organisations", "/review": "What the evidence could not settle stands here", "/review?list=1": "No pair waits"} {
		if body := page(t, s, path); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
}

func TestChance(t *testing.T) {
	for p, want := range map[float64]string{1: "over 99.99 % almost certainly the same", 0.9951: "99.51 % very probably the same", 0.87: "87 % probably the same", 0.5: "50 % more likely the same than not", 0.3: "30 % more likely different",
		0.06: "6 % probably different", 0.004: "0.40 % very probably different", 0: "under 0.01 % very probably different"} {
		if got := chance(p) + " " + chanceWords(p); got != want {
			t.Errorf("%v is %q, want %q", p, got, want)
		}
	}
	for in, want := range map[string]string{money("GBP", 123456789): "£1.2m", money("EUR", 85000025): "€850k", money("NOK", 100): "NOK 1", money("", 100): "£1", share(1): "over 99.99 %", share(0.9971): "99.71 %", share(0.8226): "82.3 %"} {
		if in != want {
			t.Errorf("%q, want %q", in, want)
		}
	}
}

// What is odd about an organisation, and what happened to ids, is said in words.
func TestLinkage_words(t *testing.T) {
	c := viewCluster(org.LinkCluster{OrgID: "x", Flag: "bridge,large,numbers", Weakest: sql.NullFloat64{Float64: 0.93, Valid: true}, WeakestA: "a", WeakestB: "b"})
	if got := strings.Join(c.Flags, "; "); got != "hangs on a single pair; is made of very many records; has several numbers of one register" || c.WeakPath != "/linkage/pair?a=a&b=b" || c.Weak != "93 %" {
		t.Errorf("%+v", c)
	}
	if got := bridges([]org.LinkPair{{A: "a", B: "b", AName: "A", BName: "B", AOrg: "o", BOrg: "o"}, {A: "c", B: "d", AName: "C", BName: "D", AOrg: "o", BOrg: "o", Bridge: true}}); len(got) != 1 || got[0] != (BridgeView{"C and D", "/linkage/pair?a=c&b=d"}) {
		t.Errorf("%+v", got)
	}
	if e := idEvent(org.Event{Kind: org.EventMerge, OrgID: "a", OrgName: "A", OtherID: "b"}); e.What != "merged" || e.Path != "/organisations/a" || e.Off != "" {
		t.Errorf("%+v", e)
	}
	if c := calibration([]org.Measure{{Name: "band.0.95-0.99", N: 3, Value: sql.NullFloat64{Float64: 1, Valid: true}}}); c == nil || !strings.Contains(c.SVG, "95 to 99 %, 3 pairs") {
		t.Errorf("%+v", c)
	}
}

// No link of the valley's site leads to nothing, whoever looks.
func TestLinkedPages_crawl(t *testing.T) {
	w := linkedTeam(t)
	for _, role := range []auth.Role{auth.Nobody, auth.Owner} {
		queue, seen := []string{"/", "/review?list=1", "/organisations?role=other", "/organisations?origin=list"}, map[string]bool{}
		for len(queue) > 0 && len(seen) < 500 {
			at := queue[0]
			queue = queue[1:]
			if seen[at] || strings.HasPrefix(at, "/assets/") {
				continue
			}
			seen[at] = true
			rec := w.do(w.request(role, http.MethodGet, at, nil))
			if rec.Code >= 400 {
				t.Errorf("%s as %q: status %d", at, role, rec.Code)
			}
			if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
				wellFormed(t, at, rec.Body.String())
				queue = append(queue, links(rec.Body.String())...)
			}
		}
		if len(seen) < 200 {
			t.Errorf("%q: only %d pages", role, len(seen))
		}
	}
}

// What only lists name is not corrected by hand; it can be added to the table, and left out.
func TestLinked_listed(t *testing.T) {
	w, dir := linkedTeam(t), t.TempDir()
	const id = "360g-GB-CHC-1099991"
	w.says(w.get(auth.Editor, orgPath(id)+"/decide"), 200, "Only lists of other sources name it", "/tables/organisations/new?name=Ironbridge+Museum+Trust")
	form := formTo(t, w.page(auth.Editor, orgPath(id)+"/decide"), rowPath("organisations", id)+"/exclude")
	form.Set("reason", because)
	w.sent(w.send(auth.Editor, rowPath("organisations", id)+"/exclude", form), rowPath("organisations", id)+"?said=decided")
	w.says(w.get(auth.Editor, rowPath("organisations", id)), 200, because)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "linked"))); err != nil {
		t.Fatal(err)
	}
	w.serveBuild(dir)
	w.says(w.get(auth.Nobody, orgPath(id)), http.StatusNotFound)
	w.says(w.post(auth.Editor, rowPath("organisations", "nobody")+"/exclude", "version", "0", "reason", because), http.StatusNotFound)
	w.says(w.post(auth.Editor, rowPath("ties", id)+"/exclude", "version", "0", "reason", because), http.StatusNotFound)
}
