package web

import (
	"encoding/csv"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/choice"
	"milieu/internal/report"
)

// mostBytes is the weight of a page without scripts that the design allows.
const mostBytes = 100_000

// TestDecidePages: all pages of this file are there, well formed and light, also
// under filters.
func TestDecidePages(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/network", "/network?role=firm&kind=supplies", "/network?view=table&role=&kind=tenant_of&ties=2&nodes=99", "/network?view=table&sort=name",
		"/priorities", "/priorities?lens=demand", "/priorities?lens=demand&stage=proposed&region=district&benefits=both&scope=cluster&horizon=long", "/priorities?region=scotland&stage=bid",
		"/plan", "/plan?lens=demand&existing=0.25&budget=%C2%A350,000,000", "/plan?budget=0", "/plan?regions=&stages=", "/plan?budget=400000000&existing=30%25",
		"/case", "/case?budget=1", "/case?lens=demand&existing=1", "/sources", "/sources/employment", "/sources/ties"} {
		body := page(t, s, path)
		if strings.HasPrefix(path, "/case") { // a document of many pages: the limit is on what comes over the wire
			b, err := packed([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			body = string(b)
		}
		if len(body) > mostBytes {
			t.Errorf("%s weighs %d bytes; the most is %d", path, len(body), mostBytes)
		}
	}
}

func TestWrongAddresses(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/plan?budget=lots":      {400, `The budget "lots" is not an amount`},
		"/plan?budget=-5":        {400, "is not an amount"},
		"/plan?existing=50":      {400, "write 50% or 0.5"},
		"/plan?existing=NaN":     {400, "write 50% or 0.5"},
		"/plan?lens=both":        {400, "neither growth nor demand"},
		"/plan?regions=atlantis": {400, `region "atlantis"`},
		"/plan?stages=x,y":       {400, `stage "x"`},
		"/plan.lp?budget=lots":   {400, "is not an amount"},
		"/case?lens=sum":         {400, "neither growth nor demand"},
		"/priorities?lens=sum":   {400, "neither growth nor demand"},
		"/priorities/nothing":    {404, "There is no intervention"},
		"/sources/nothing":       {404, "There is no source"},
	} {
		status, body, _ := get(t, s, path)
		if status != want.status || !strings.Contains(html.UnescapeString(body), want.says) {
			t.Errorf("%s: status %d, want %d and %q\n%s", path, status, want.status, want.says, body)
		}
		wellFormed(t, path, body)
	}
	_, body, _ := get(t, s, "/plan?budget=lots")
	if !strings.Contains(body, `value="lots" aria-invalid="true"`) {
		t.Error("the form does not show what was typed, with its fault")
	}
}

// TestInterventionPages: every intervention has its page, and none is silent
// where no public page is on record.
func TestInterventionPages(t *testing.T) {
	s := demoSite(t)
	list := page(t, s, "/priorities")
	for _, i := range interventions(t, s) {
		body := page(t, s, "/priorities/"+i.ID)
		if i.SourceURL == "" && !strings.Contains(body, "no public page recorded") {
			t.Errorf("%s does not say that no public page is on record", i.ID)
		}
		if !strings.Contains(body, html.EscapeString(i.Basis)) {
			t.Errorf("%s does not show the basis of its class", i.ID)
		}
		if !strings.Contains(list, `id="`+evidence.Slug(i.ID)+`"`) {
			t.Errorf("/priorities has no anchor %s, to which the search leads", evidence.Slug(i.ID))
		}
	}
}

func interventions(t *testing.T, s *Server) []portfolio.Intervention {
	t.Helper()
	all, err := portfolio.Interventions(t.Context(), served(t, s).DB)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Costs that hold one another are flagged where both could be taken for a sum.
func TestPlanWarnsOfDoubleCounting(t *testing.T) {
	s := demoSite(t)
	body := html.UnescapeString(page(t, s, "/plan?budget=1000000000&existing=0&regions=&stages="))
	chosen, _, _ := strings.Cut(body, `id="unvalued"`)
	for _, words := range []string{"Local Growth Fund bid for AMID", "GBP 37m of it was won and is a row of its own: do not add both"} {
		if !strings.Contains(chosen, words) {
			t.Errorf("the plan does not show %q", words)
		}
	}
	if !strings.Contains(chosen, `class="flag"`) {
		t.Error("the warning is not flagged")
	}
}

func TestPlanFormKeepsTheQuestion(t *testing.T) {
	s := demoSite(t)
	def := page(t, s, "/plan")
	if !strings.Contains(def, `value="100,000,000"`) || !strings.Contains(def, `value="50%"`) { // plan of the example's milieu.toml
		t.Error("the form does not begin with the workspace's own question")
	}
	link := regexp.MustCompile(`href="(/case\?[^"]*)">Make the case`).FindStringSubmatch(def)
	if link == nil {
		t.Fatal("no link to the case")
	}
	body := page(t, s, html.UnescapeString(link[1]))
	if !strings.Contains(body, "A draft that nobody has edited") || !strings.Contains(body, strings.Replace(link[0][:len(link[0])-len(`">Make the case`)], "/case?", "/plan?", 1)) {
		t.Error("the case of a plan is not a draft that leads back to it")
	}
	_, lp, _ := get(t, s, "/plan.lp")
	if !strings.HasPrefix(lp, "Maximize") || !strings.Contains(lp, "r_share_for_existing_businesses") {
		t.Errorf("the LP file begins with %q", lp[:min(40, len(lp))])
	}
}

// Plans that no form leads to: rules that conflict, and a search that ran out of time.
func TestPlanWithoutSet(t *testing.T) {
	s := demoSite(t)
	for want, plan := range map[string]portfolio.Plan{
		"Ask for a smaller share":                {Conflict: []string{"budget", "share for existing businesses"}, Solution: choice.Solution{Conflict: []choice.RuleName{{Kind: choice.KindBudget, Name: "budget", Words: "budget: at most £1"}, {Kind: choice.KindShare, Words: "share for existing businesses"}}}},
		"No plan was found in the time":          {Stopped: true},
		"Nothing fits this budget":               {Proven: true},
		"Not proven best in the time a page may": {Chosen: interventions(t, s)[:1], Bound: 2, Stopped: true},
		"Another set is worth just as much":      {Chosen: interventions(t, s)[:1], Proven: true, Alternative: true},
		"No other set is worth as much":          {Chosen: interventions(t, s)[:1], Proven: true, Only: true},
		"is worth as much was not settled":       {Chosen: interventions(t, s)[:1], Proven: true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/plan", nil)
		p := PlanPage{Base: s.base(r, served(t, s), "Plan", "/plan"), Plan: plan}
		p.show(make([]portfolio.Intervention, 90))
		w := httptest.NewRecorder()
		if err := s.render(w, r, "plan", p); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, want, w.Body.String())
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestTablesAsCSV: each table has as many rows as its page says.
func TestTablesAsCSV(t *testing.T) {
	s := demoSite(t)
	m := served(t, s).Rel.Manifest
	for path, want := range map[string]int64{"/network?format=csv": m.Rows("network_node"), "/priorities?format=csv": m.Rows("intervention"),
		"/sources?format=csv": int64(len(m.Sources)), "/sources/ties?format=csv": 0, "/priorities/compass-composites-facility?format=csv": 1} {
		status, body, header := get(t, s, path)
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: status %d, %v", path, status, err)
		}
		if int64(len(rows)-1) != want {
			t.Errorf("%s: %d rows, want %d", path, len(rows)-1, want)
		}
	}
}

// A ranking says no more than its intervals: whoever shares a band overlaps.
func TestBandsCannotBeToldApart(t *testing.T) {
	s := demoSite(t)
	for _, l := range []portfolio.Lens{portfolio.Growth, portfolio.Demand} {
		place := 0
		for _, b := range portfolio.Bands(interventions(t, s), l) {
			if b.First != place+1 {
				t.Errorf("%s: a band begins at %d after %d", l, b.First, place)
			}
			place = b.Last
			for _, g := range b.Groups {
				for _, h := range b.Groups {
					if g.Score.Lo > h.Score.Hi {
						t.Errorf("%s: %v and %v are in one band", l, g.Score, h.Score)
					}
				}
			}
		}
	}
}

var digits = regexp.MustCompile(`[0-9][0-9,]*`)

// TestCaseFigures: every figure of the case of the workspace and of drafts has a chain that ends at lines of files; the lines behind a
// cost or a quotient hold the very number. Settings and what is none by definition stand on no line.
func TestCaseFigures(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	for _, query := range []string{"", "budget=400000000&existing=0.3"} {
		c, err := s.openCase(httptest.NewRequest(http.MethodGet, "/case?"+query, nil), snap)
		if err != nil {
			t.Fatal(err)
		}
		d := c.Made.Doc
		if refs := d.Refs(); len(refs) < 30 {
			t.Fatalf("case?%s has only %d figures", query, len(refs))
		}
		for _, ref := range d.Refs() {
			proof, n := d.Proof(ref)
			lines := 0
			for _, step := range proof.Steps {
				if step.File != "" && step.Text != "" && step.Problem == "" {
					lines++
				}
			}
			paged := strings.HasPrefix(ref, "parameter/") && slices.ContainsFunc(proof.Steps, func(step report.Step) bool { return step.URL != "" }) // it stands on a page
			if n == 0 || lines == 0 && !paged && !strings.HasPrefix(ref, "plan/budget?") && !strings.HasPrefix(ref, "plan/way-bau-") {
				t.Errorf("case?%s: %s leads to no line of a file: %+v", query, ref, proof)
			}
			if !strings.HasSuffix(ref, "/cost") && !strings.HasPrefix(ref, "lq/") && !strings.HasPrefix(ref, "jobs/") {
				continue
			}
			chain, err := s.cfg.Explainers.Explain(t.Context(), snap.DB, ref)
			if err != nil {
				t.Fatal(err)
			}
			steps := append(chain.Steps, chain)
			if strings.HasSuffix(ref, "/cost") {
				steps = []evidence.Chain{chain}
			}
			for _, step := range steps {
				if len(step.Records) == 1 && step.More == 0 {
					holds(t, snap, ref, step)
				}
			}
		}
	}
}

// holds checks that a line behind the chain has the number that the chain shows.
func holds(t *testing.T, snap *live.Snapshot, ref string, c evidence.Chain) {
	t.Helper()
	number := strings.ReplaceAll(digits.FindString(c.Value), ",", "")
	for _, rec := range c.Records {
		if number != "" && strings.Contains(evidence.Cite(snap.WS, snap.Rel.Manifest, rec, true).Text, number) {
			return
		}
	}
	t.Errorf("%s: no line behind %q holds %q", ref, c.Title, number)
}

// The case names its gaps, its release and its sources, on the page and as Markdown.
func TestCaseSaysWhereItIsFrom(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	body := html.UnescapeString(page(t, s, "/case"))
	_, md, _ := get(t, s, "/case.md")
	for _, src := range snap.Rel.Manifest.Sources {
		for _, text := range []string{src.Title, src.Licence, src.Attribution, src.Retrieved} {
			if !strings.Contains(body, text) || !strings.Contains(md, text) {
				t.Errorf("the case does not say %q of source %s", text, src.ID)
			}
		}
	}
	if !strings.Contains(body, "Release "+snap.Rel.ID) || !strings.Contains(body, "/case/print.css?release="+snap.Rel.ID) || !strings.Contains(md, snap.Rel.ID) {
		t.Error("the release is not on the page, or not on the printed pages")
	}
	if n := strings.Count(body, `class="gap"`); n < 5 || n != strings.Count(md, "**Gap.**") {
		t.Errorf("%d gaps on the page, %d as Markdown; each part has at least one", n, strings.Count(md, "**Gap.**"))
	}
}

// A case for a plan of which nothing can be chosen says so and stays whole.
func TestCaseWithoutPlan(t *testing.T) {
	s := demoSite(t)
	body := html.UnescapeString(page(t, s, "/case?budget=0&existing=100%25"))
	for _, p := range bizcase.Parts {
		if !strings.Contains(body, `<section class="case-part" id="`+p.ID+`">`) {
			t.Errorf("the case has no part %q", p.ID)
		}
	}
	if strings.Contains(body, "{{") {
		t.Error("an insertion of the draft is broken")
	}
	if n := strings.Count(body, `class="gap"`); n < 5 {
		t.Errorf("%d gaps", n)
	}
}

// Every source mark of the pages opens.
func TestSourceMarksOpen(t *testing.T) {
	s := demoSite(t)
	mark := regexp.MustCompile(`href="/why\?ref=([^"]*)"`)
	seen := map[string]bool{}
	for _, path := range []string{"/network", "/priorities?lens=demand&benefits=new", "/plan", "/case"} {
		for _, m := range mark.FindAllStringSubmatch(page(t, s, path), -1) {
			ref, err := url.QueryUnescape(html.UnescapeString(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(ref, "/")
			if seen[ref] || seen["kind "+path+kind] {
				continue // one of a kind on each page; TestCaseFigures walks all of the case
			}
			seen[ref], seen["kind "+path+kind] = true, true
			if status, body, _ := get(t, s, "/why?ref="+url.QueryEscape(ref)); status != http.StatusOK {
				t.Errorf("%s: the mark %s gives %d\n%s", path, ref, status, body)
			}
		}
	}
}
