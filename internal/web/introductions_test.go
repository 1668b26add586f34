package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"milieu/internal/auth"
)

// suggested is the first pair that the page suggests to an editor, as its form sends it.
func (w *teamWorld) suggested() url.Values {
	w.t.Helper()
	return formWith(w.t, w.page(auth.Editor, "/introductions"), "/introductions", "a")
}

// formWith is the first form of a page to an address that has a field.
func formWith(t testing.TB, page, action, field string) url.Values {
	t.Helper()
	for _, f := range forms(page) {
		if f.action == action && f.fields.Has(field) {
			return f.fields
		}
	}
	t.Fatalf("the page has no form to %s with %s\n%s", action, field, mainOf(page))
	return nil
}

// accepted accepts the first pair and gives the address of its page.
func (w *teamWorld) accepted() string {
	w.t.Helper()
	form := w.suggested()
	form.Set("state", "accepted")
	rec := w.do(w.request(auth.Editor, http.MethodPost, "/introductions", form))
	to, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/introductions/i-") {
		w.t.Fatalf("status %d to %q\n%s", rec.Code, to, readable(rec.Body.String()))
	}
	return to
}

// judge says something of a pair and wants the answer to lead to a page.
func (w *teamWorld) judge(form url.Values, state string) {
	w.t.Helper()
	form.Set("state", state)
	if rec := w.do(w.request(auth.Editor, http.MethodPost, "/introductions", form)); rec.Code != http.StatusSeeOther {
		w.t.Fatalf("%s: status %d\n%s", state, rec.Code, readable(rec.Body.String()))
	}
}

// TestIntroductions_public: the ranking is there for everybody, under each choice, and the page is light.
func TestIntroductions_public(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/introductions", "/introductions?theme=aerospace", "/introductions?sector=metals", "/introductions?area=team/amp", "/introductions?org=" + hub, "/introductions?org=Boeing",
		"/champions", "/champions?number=3&share=50%25&by=role&trust=0", "/consortia", "/consortia?need.0.role=driver&need.1.role=firm"} {
		if body := page(t, s, path); len(body) > mostBytes {
			t.Errorf("%s weighs %d bytes; the most is %d", path, len(body), mostBytes)
		}
	}
	body := readable(page(t, s, "/introductions?org="+hub))
	for _, says := range []string{"Advanced Manufacturing Research Centre", "No tie between the two is on record", "src", "How they are linked now"} {
		if !strings.Contains(body, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	for _, hidden := range []string{"Accept", "Given to me", "What has worked"} {
		if strings.Contains(body, hidden) {
			t.Errorf("a site to be read only offers %q", hidden)
		}
	}
	for _, name := range []string{"Sheffield", "no such organisation anywhere"} {
		status, body, _ := get(t, s, "/introductions?org="+url.QueryEscape(name))
		if status != http.StatusOK || strings.Contains(body, "Suggested pairs") {
			t.Errorf("%q: status %d, and pairs of everybody", name, status)
		}
	}
	status, csv, _ := get(t, s, "/introductions?format=csv")
	if status != http.StatusOK || !strings.HasPrefix(csv, "rank,a_id") || strings.Count(csv, "\n") < 20 {
		t.Errorf("status %d: %.200s", status, csv)
	}
}

func TestIntroductions_wrongAddresses(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/introductions?pairs=many":                           {400, "not one of 1 to 100"},
		"/introductions?sector=nothing":                       {400, "no sector"},
		"/introductions?theme=xyzzy":                          {400, "theme"},
		"/introductions?area=nowhere":                         {400, "not written as set/id"},
		"/introductions?area=team/none":                       {404, ""},
		"/introductions?org=" + strings.Repeat("a", 201):      {400, "longer than 200"},
		"/introductions?show=accepted":                        {401, ""},
		"/champions?number=0":                                 {400, "not one of 1 to 50"},
		"/champions?share=lots":                               {400, "write 25% or 0.25"},
		"/champions?trust=NaN":                                {400, "write 30% or 0.3"},
		"/champions?by=size":                                  {400, "by sector or by role"},
		"/champions?sector=none":                              {400, "no sector"},
		"/consortia?call=nonsense":                            {400, "cannot be used"},
		"/consortia?call=" + strings.Repeat("a", 8001):        {400, "longer than 8000 bytes"},
		"/consortia?need.0.role=firm&need.0.place=nowhere":    {400, "set/id"},
		"/consortia?need.0.role=firm&fixed=Sheffield":         {400, "is not sure"},
		"/consortia?need.0.role=firm&need.0.at_least=some":    {400, "whole number"},
		"/consortia?need.0.role=firm&with=nobody":             {400, "o organisation"},
		"/consortia?need.0.role=firm&with=" + hub + "&swap=x": {400, "not in the set"},
	} {
		status, body, _ := get(t, s, path)
		if status != want.status || !strings.Contains(readable(body), want.says) {
			t.Errorf("%.80s: status %d, want %d and %q\n%s", path, status, want.status, want.says, mainOf(body))
		}
		wellFormed(t, path, body)
	}
}

// mainOf is the part of a page that says something.
func mainOf(body string) string {
	_, inner, _ := strings.Cut(readable(body), "<main")
	return inner
}

// TestIntroduction_flow takes one pair from the ranking to a contract and back.
func TestIntroduction_flow(t *testing.T) {
	w := teamSite(t)
	form := w.suggested()
	at := w.accepted()
	if now := w.suggested(); now.Get("a") == form.Get("a") && now.Get("b") == form.Get("b") {
		t.Error("an accepted pair is suggested again")
	}
	body := readable(w.page(auth.Editor, at))
	for _, says := range []string{"Accepted; nobody has it yet", "What came of it", "src", "Person of analyst"} {
		if !strings.Contains(body, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	person := w.people[auth.Editor].PersonID
	w.sent(w.post(auth.Editor, at+"/assign", "version", "1", "person", person, "due", "2026-12-24", "note", "soon"), at+"?said=kept")
	w.says(w.get(auth.Reader, at), 200, "Person of editor has it, due 24 December 2026", "soon")
	w.says(w.get(auth.Editor, "/introductions?show=mine"), 200, "1 introduction is yours", "24 December 2026")
	w.sent(w.post(auth.Editor, at+"/outcome", "version", "2", "outcome", "contract", "day", "2020-01-01", "note", "signed by Ada"), at+"?said=kept")
	w.says(w.get(auth.Editor, "/introductions"), 200, "What has worked", "too few to tell")
	w.says(w.get(auth.Editor, "/introductions?show=accepted"), 200, "Contract")
	w.sent(w.post(auth.Editor, at+"/take-back", "version", "3", "entry", "3", "reason", "another firm"), at+"?said=kept")
	w.says(w.get(auth.Reader, at), 200, "Outcome 3 taken back", "another firm")
	w.sent(w.post(auth.Editor, at+"/erase", "version", "4", "entry", "3"), at+"?said=erased")
	if strings.Contains(w.page(auth.Reader, at), "signed by Ada") {
		t.Error("the note is still there")
	}
	w.sent(w.post(auth.Editor, at+"/reopen", "version", "5", "reason", "they merged"), at+"?said=intro-back")
	if now := w.suggested(); now.Get("a") != form.Get("a") || now.Get("b") != form.Get("b") || now.Get("version") != "6" {
		t.Errorf("what was taken back is not suggested again: %v", now)
	}
	csv := w.get(auth.Reader, "/introductions?show=suggested&format=csv").Body.String()
	if !strings.Contains(csv, form.Get("a")) || !strings.Contains(csv, "introduction_id") {
		t.Errorf("the table: %s", csv)
	}
}

// TestIntroduction_others: who may not see who does what sees the ranking and nothing else; two
// people who look at the same pair do not overwrite each other.
func TestIntroduction_others(t *testing.T) {
	w := teamSite(t)
	visitor := w.page(auth.Nobody, "/introductions")
	form := w.suggested()
	at := w.accepted()
	if strings.Count(w.page(auth.Nobody, "/introductions"), `<li class="card">`) != strings.Count(visitor, `<li class="card">`) {
		t.Error("what the team takes up changes how many pairs visitors see")
	}
	w.says(w.get(auth.Nobody, at), http.StatusUnauthorized)
	w.says(w.get(auth.Nobody, "/introductions?show=accepted&format=csv"), http.StatusUnauthorized)
	if body := w.page(auth.Reader, at); strings.Contains(body, "<textarea") || strings.Contains(body, at+"/assign") {
		t.Error("a reader is offered to change it")
	}
	w.says(w.post(auth.Reader, at+"/outcome", "version", "1", "outcome", "met"), http.StatusForbidden)
	form.Set("state", "declined")
	form.Set("reason", "they compete")
	w.says(w.do(w.request(auth.Owner, http.MethodPost, "/introductions", form)), http.StatusConflict, "Somebody else has changed this")
	w.says(w.post(auth.Owner, at+"/assign", "version", "9", "person", ""), http.StatusConflict)
	w.says(w.post(auth.Editor, at+"/outcome", "version", "1", "outcome", "love"), http.StatusUnprocessableEntity, "one of met, project, contract and nothing")
	w.says(w.post(auth.Editor, at+"/assign", "version", "1", "person", "nobody"), http.StatusUnprocessableEntity, "no member of this workspace")
	w.says(w.post(auth.Editor, "/introductions", "a", hub, "b", "nobody", "version", "0", "state", "accepted"), http.StatusBadRequest, "no organisation")
	w.says(w.post(auth.Editor, "/introductions", "a", hub, "b", hub, "version", "0", "state", "accepted"), http.StatusUnprocessableEntity)
	w.says(w.post(auth.Editor, "/introductions", "a", hub, "b", "university-of-sheffield", "version", "0", "state", "love"), http.StatusUnprocessableEntity)
	w.says(w.get(auth.Owner, "/introductions?show=everything"), http.StatusBadRequest)
}

// TestIntroduction_declined: what is declined or put off stays away and can be found.
func TestIntroduction_declined(t *testing.T) {
	w := teamSite(t)
	first := w.suggested()
	first.Set("back", "/introductions?theme=aerospace")
	first.Set("reason", "they compete")
	w.judge(first, "declined")
	second := w.suggested()
	w.judge(second, "put_off")
	w.says(w.get(auth.Reader, "/introductions?show=declined"), 200, "1 pair was declined")
	w.says(w.get(auth.Reader, "/introductions?show=put_off"), 200, "1 pair is put off")
	third := w.suggested()
	for _, was := range []url.Values{first, second} {
		if third.Get("a") == was.Get("a") && third.Get("b") == was.Get("b") {
			t.Error("it is suggested again")
		}
	}
	for _, back := range []string{"https://evil.example/", "//evil.example", "/introductions/../people", "javascript:alert(1)"} {
		if got := introBack(back); got != "/introductions" && got != "/" {
			t.Errorf("%q leads to %q", back, got)
		}
	}
}

// TestChampions: nobody is named to visitors without a consent that holds, and contacts are for
// people of the workspace.
func TestChampions(t *testing.T) {
	w := teamSite(t)
	const hubName = "Advanced Manufacturing Research Centre"
	visitor := func(shows bool, when string) {
		t.Helper()
		for _, path := range []string{"/champions", "/champions?format=csv", "/champions?number=50"} {
			body := readable(w.page(auth.Nobody, path))
			if strings.Contains(body, hubName) != shows {
				t.Errorf("%s, %s: the champion is shown: %v", when, path, !shows)
			}
			for _, secret := range []string{"Ada", "be asked about machining", "Worth asking", "to be asked"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s, %s: a visitor reads %q", when, path, secret)
				}
			}
		}
	}
	visitor(false, "at first")
	w.says(w.get(auth.Reader, "/champions"), 200, "They are not champions", hubName, "No nominations are on record")
	answer := []string{"organisation", hub, "contact", "Ada, by mail, 3 March", "scope", "be asked about machining"}
	w.says(w.post(auth.Editor, "/champions", append(answer, "listed", "maybe")...), http.StatusUnprocessableEntity)
	w.says(w.post(auth.Editor, "/champions", "organisation", "Sheffield", "contact", "x", "scope", "x", "listed", "team"), http.StatusUnprocessableEntity, "not sure")
	w.sent(w.post(auth.Editor, "/champions", append(answer, "listed", "team")...), "/champions?said=champion")
	visitor(false, "named to the team only")
	w.says(w.post(auth.Editor, "/champions", append(answer, "listed", "public")...), http.StatusConflict)
	w.says(w.get(auth.Reader, "/champions"), 200, "1 champion", "Ada, by mail, 3 March", "Named to the team only")
	consent := regexp.MustCompile(`/champions/c-[a-z0-9]+`)
	at := consent.FindString(w.page(auth.Editor, "/champions"))
	w.sent(w.post(auth.Editor, at+"/withdraw", "reason", "she has left"), "/champions?said=champion-ended")
	w.sent(w.post(auth.Editor, "/champions", append(answer, "listed", "public")...), "/champions?said=champion")
	visitor(true, "named to everybody")
	at = consent.FindString(w.page(auth.Editor, "/champions"))
	w.sent(w.post(auth.Editor, at+"/erase"), "/champions?said=erased")
	visitor(false, "erased")
	w.says(w.get(auth.Reader, "/champions"), 200, "No champion yet", "erased", "she has left")
	w.sent(w.post(auth.Editor, "/champions", "organisation", "university-of-sheffield", "contact", "Bea, by phone", "listed", "refused"), "/champions?said=champion")
	if body := w.page(auth.Owner, "/champions?number=50"); strings.Contains(strings.Split(body, "Said no, or withdrawn")[0], `href="/organisations/university-of-sheffield"`) {
		t.Error("who said no is to be asked again")
	}
}

// TestConsortia proposes, swaps, keeps, changes and deletes.
func TestConsortia(t *testing.T) {
	w := teamSite(t)
	const ask = "/consortia?name=Trial&need.0.role=driver&need.0.themes=composites&need.1.role=firm&need.1.themes=aerospace"
	body := w.page(auth.Nobody, ask)
	if strings.Contains(body, "Keep it") || !strings.Contains(body, "Proposal 1") {
		t.Errorf("a visitor is shown\n%s", mainOf(body))
	}
	alone := regexp.MustCompile(`href="(/consortia\?call=[^"]*)">This set alone`).FindStringSubmatch(body)
	if alone == nil {
		t.Fatal("no link to a set")
	}
	set := readable(alone[1])
	w.says(w.get(auth.Nobody, set), 200, "Your set", "A what-if")
	w.says(w.get(auth.Nobody, set+"&swap="), 200, "One more partner")
	swap := regexp.MustCompile(`href="([^"]*swap=[^"#]+)#swap"`).FindStringSubmatch(w.page(auth.Nobody, set))
	w.says(w.get(auth.Nobody, readable(swap[1])), 200, "In the place of", "nobody: the place stays empty")
	w.says(w.get(auth.Nobody, set+"&format=csv"), 200, "organisation_id")

	form := formWith(t, w.page(auth.Editor, ask), "/consortia", "with")
	form.Set("name", "Trial bid")
	rec := w.do(w.request(auth.Editor, http.MethodPost, "/consortia", form))
	at, _, _ := strings.Cut(rec.Header().Get("Location"), "?")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/consortia/k-") {
		t.Fatalf("status %d to %q\n%s", rec.Code, at, readable(rec.Body.String()))
	}
	w.says(w.get(auth.Reader, at), 200, "Trial bid", "covers", "Person of editor")
	w.says(w.get(auth.Nobody, at), http.StatusUnauthorized)
	w.says(w.get(auth.Reader, "/consortia"), 200, "Trial bid")
	if strings.Contains(w.page(auth.Nobody, "/consortia"), "Trial bid") {
		t.Error("a visitor reads what the team plans")
	}
	w.says(w.get(auth.Editor, at+"?swap="+url.QueryEscape(strings.Split(form.Get("with"), "\n")[0])), 200, "In the place of", "take")
	w.sent(w.post(auth.Editor, at+"/change", "version", "1", "name", "Better bid", "notes", "call Ada"), at+"?said=kept")
	w.says(w.post(auth.Owner, at+"/change", "version", "1", "name", "Mine"), http.StatusConflict)
	w.sent(w.post(auth.Editor, at+"/change", "version", "2", "with", hub+"\nuniversity-of-sheffield"), at+"?said=kept")
	w.says(w.get(auth.Reader, at+"?format=csv"), 200, hub, "university-of-sheffield")
	w.says(w.post(auth.Editor, at+"/change", "version", "3", "with", "nobody"), http.StatusBadRequest)
	w.says(w.post(auth.Reader, at+"/delete", "version", "3"), http.StatusForbidden)
	w.sent(w.post(auth.Editor, at+"/delete", "version", "3"), "/consortia?said=deleted")
	w.says(w.get(auth.Editor, "/consortia"), 200, "Deleted (1)")
	w.sent(w.post(auth.Editor, at+"/restore", "version", "4"), at+"?said=restored")
	w.says(w.get(auth.Reader, at), 200, "Better bid", "call Ada")
}
