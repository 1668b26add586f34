package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
)

// contentOf reads the text of a case that is in force.
func (w *teamWorld) contentOf(at string) casebook.Case {
	w.t.Helper()
	c, err := w.site.caseBook().Read(w.t.Context(), w.people[auth.Editor], strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// shows is says, and gives the answer.
func (w *teamWorld) shows(rec *httptest.ResponseRecorder, status int, texts ...string) string {
	w.t.Helper()
	w.says(rec, status, texts...)
	return rec.Body.String()
}

// fragment sends a form as the island does, and gives the part of the page that comes back.
func (w *teamWorld) fragment(method, path string, pairs ...string) string {
	w.t.Helper()
	r := w.request(auth.Editor, method, path, fields(pairs...))
	r.Header.Set("HX-Request", "true")
	rec := w.do(r)
	if rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), "<html") {
		w.t.Fatalf("%s: status %d\n%s", path, rec.Code, rec.Body)
	}
	return rec.Body.String()
}

// TestCases_start starts a case from each thing that one can begin with.
func TestCases_start(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Reader, "/cases"), http.StatusOK, "No case has been started yet", "Editors of this workspace start them")
	w.says(w.get(auth.Editor, "/cases?plan=budget%3D50000000"), http.StatusOK, "a draft for the plan that was open", "Budget", "£50m")
	w.says(w.post(auth.Editor, "/cases", "title", "", "stage", "never", "from", "plan"), http.StatusUnprocessableEntity, "The title is needed", "The stage is not one of the list")
	w.says(w.post(auth.Editor, "/cases", "title", "X", "stage", "full", "from", "file:none"), http.StatusUnprocessableEntity, "is not one of the list")
	files, err := w.site.caseFiles(served(t, w.site))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases as files, %v", len(files), err)
	}
	for _, from := range []string{"plan", "empty", "file:" + files[0].ID} {
		rec := w.post(auth.Editor, "/cases", "title", "Case by "+from, "stage", "strategic-outline", "from", from, "plan", "budget=50000000")
		if rec.Code != http.StatusSeeOther {
			t.Fatalf("%s: status %d\n%s", from, rec.Code, readable(rec.Body.String()))
		}
		at := strings.TrimSuffix(strings.Split(rec.Header().Get("Location"), "?")[0], "/write")
		c := w.contentOf(at).Content
		if c.Title != "Case by "+from || c.Stage != bizcase.StrategicOutline || len(c.Sections) < 5 {
			t.Errorf("%s: %q, %s, %d sections", from, c.Title, c.Stage, len(c.Sections))
		}
		if from != "empty" && len(c.Seen) < 20 {
			t.Errorf("%s: only %d figures were taken as read", from, len(c.Seen))
		}
		body := w.shows(w.get(auth.Reader, at), http.StatusOK, "Strategic outline case", "Draft")
		if strings.Contains(body, at+"/write") || !strings.Contains(body, at+"/review#") {
			t.Errorf("%s: a reader is offered to write, or not to comment", from)
		}
		w.says(w.get(auth.Editor, at+"/write"), http.StatusOK, "Parts")
	}
	w.says(w.get(auth.Reader, "/cases"), http.StatusOK, "Case by plan", "Case by empty", "nobody is asked")
}

// TestCases_write keeps parts, with what others keep meanwhile.
func TestCases_write(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	body := w.shows(w.get(auth.Editor, at+"/write/summary"), http.StatusOK, "In brief", "There are {{organisations}} organisations here.", "What it comes to", "organisations here")
	if !strings.Contains(body, `name="version" value="2"`) {
		t.Error("the form does not carry the version that was shown")
	}
	w.says(w.get(auth.Editor, at+"/write/nothing"), http.StatusNotFound, "The case has no part")
	keep := func(part, version string, pairs ...string) string {
		t.Helper()
		return w.shows(w.post(auth.Editor, at+"/write/"+part, append([]string{"version", version, "do", "keep"}, pairs...)...), http.StatusSeeOther)
	}
	keep("summary", "2", "f.title", "In brief", "f.question", "Why?", "f.text", "There are {{facilities}} facilities.\r\n\r\nAnd more.", "note", "Shorter.")
	c := w.contentOf(at)
	if s := c.Content.Sections[0]; c.N != 3 || s.Title != "" || s.Question != "Why?" || s.Text != "There are {{facilities}} facilities.\n\nAnd more." || c.Note != "Shorter." || c.Release == "" {
		t.Errorf("%+v", c)
	}
	if c.Content.Seen["facilities"] == "" || c.Content.Seen["organisations"] != "" {
		t.Errorf("read are %v", c.Content.Seen)
	}
	// Another part, from the version before: both stand.
	keep("strategic", "2", "f.title", "Strategic case", "f.text", "Written by Eve.")
	if c := w.contentOf(at); c.N != 4 || c.Content.Sections[0].Question != "Why?" || c.Content.Sections[1].Text != "Written by Eve." {
		t.Errorf("%+v", c.Content.Sections)
	}
	// The same part, from a version before: nothing is kept, and both are shown.
	rec := w.post(auth.Editor, at+"/write/summary", "version", "2", "f.text", "Mine.", "do", "keep")
	body = w.shows(rec, http.StatusConflict, "Somebody else kept this part while you had it open", "And more.", "Mine.")
	if !strings.Contains(body, `name="version" value="4"`) || w.contentOf(at).N != 4 {
		t.Error("kept again it would not take the place of theirs, or it was kept at once")
	}
	keep("summary", "4", "f.text", "Mine.")
	if c := w.contentOf(at); c.Content.Sections[0].Text != "Mine." {
		t.Errorf("%+v", c.Content.Sections[0])
	}
	w.says(w.post(auth.Editor, at+"/write/summary", "version", "5", "f.text", strings.Repeat("a", bizcase.MostText+1), "do", "keep"), http.StatusUnprocessableEntity, "This cannot be kept yet", "60001 bytes")
}

// TestCases_rows moves, adds, takes out and keeps rows of the parts that have them.
func TestCases_rows(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	steps := []string{"version", "2", "rows", "2", "r0.id", "money", "r0.kind", "input", "r0.text", "Money", "r0.to", "advice", "r1.id", "advice", "r1.kind", "activity", "r1.text", "Advice"}
	body := w.shows(w.post(auth.Editor, at+"/write/logic", append(steps, "do", "down.0")...), http.StatusOK, "This is not kept yet.", "Step 1")
	if strings.Index(body, ">\nAdvice<") > strings.Index(body, ">\nMoney<") || w.contentOf(at).N != 2 {
		t.Error("the step was not moved, or something was kept")
	}
	w.says(w.post(auth.Editor, at+"/write/logic", append(steps, "do", "add")...), http.StatusOK, "Step 3")
	w.says(w.post(auth.Editor, at+"/write/logic", append(steps, "do", "fly.1")...), http.StatusBadRequest)
	w.says(w.post(auth.Editor, at+"/write/logic", "version", "2", "rows", "4000", "do", "keep"), http.StatusBadRequest)
	steps[3] = "4"
	w.says(w.post(auth.Editor, at+"/write/logic", append(steps, "r2.id", "", "r2.kind", "outcome", "r2.text", "Firms grow in 2030", "r3.kind", "input", "do", "keep")...), http.StatusSeeOther)
	c := w.contentOf(at).Content
	if len(c.Logic) != 3 || c.Logic[2].ID != "firms-grow-in-2030" || len(c.Logic[0].To) != 1 {
		t.Errorf("%+v", c.Logic)
	}
	w.says(w.post(auth.Editor, at+"/write/logic", "version", "3", "rows", "1", "r0.id", "money", "r0.kind", "input", "r0.text", "Money", "r0.to", "advice", "do", "keep"), http.StatusSeeOther)
	if c = w.contentOf(at).Content; len(c.Logic) != 1 || len(c.Logic[0].To) != 0 {
		t.Errorf("a step leads to one that was taken out: %+v", c.Logic)
	}
	body = w.shows(w.post(auth.Editor, at+"/write/goals", "version", "4", "rows", "1", "r0.name", "", "r0.baseline", "{{organisations}}", "r0.by", "soon", "do", "keep"), http.StatusUnprocessableEntity, "Goal 1: Goal is needed", "neither a year nor a day")
	if !strings.Contains(body, `aria-describedby="r0.name-fault`) {
		t.Error("the fault is not tied to its field")
	}
	w.says(w.post(auth.Editor, at+"/write/settings", "version", "4", "rows", "3", "f.title", "New title", "f.stage", "full", "f.plan", "/plan?budget=50000000", "r0.id", "strategic", "r0.title", "Strategic case", "r1.id", "summary", "r1.title", "In brief", "r2.id", "", "r2.title", "Carbon and nature", "do", "keep"), http.StatusSeeOther)
	if c = w.contentOf(at).Content; c.Title != "New title" || c.Stage != bizcase.Full || c.Plan != "budget=50000000" || len(c.Sections) != 3 || c.Sections[0].ID != "strategic" || c.Sections[0].Text == "" || c.Sections[2].ID != "carbon-and-nature" {
		t.Errorf("%+v", c)
	}
	w.says(w.post(auth.Editor, at+"/write/settings", "version", "5", "rows", "0", "f.title", "T", "f.stage", "full", "f.plan", "budget=lots", "do", "keep"), http.StatusUnprocessableEntity, "is not an amount")
}

// TestCases_preview shows what a text comes to while it is typed, with what is wrong and where.
func TestCases_preview(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	before := w.kept()
	text := "There are {{organisations}} of them.\n\nAnd {{organisation}}, or 42.\n\n{{table goals}}\n\n{{chart logic}}"
	body := w.fragment(http.MethodPost, at+"/write/strategic/preview", "version", "2", "f.text", text)
	for _, want := range []string{`id="says"`, `/why?ref=count%2Forganisations`, `data-line="3" data-column="5"`, "Strategic case, line 3", "Broken", "Number without a source", "More firms", `class="chart`} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview does not hold %q\n%s", want, body)
		}
	}
	w.says(w.post(auth.Editor, at+"/write/strategic/preview", "version", "2", "f.text", text), http.StatusOK, "This is not kept yet.", "of them")
	goals := w.fragment(http.MethodPost, at+"/write/goals/preview", "version", "2", "rows", "1", "r0.name", "Fewer gaps", "r0.target", "{{nothing}}")
	if !strings.Contains(goals, "Fewer gaps") || !strings.Contains(goals, "The goal Fewer gaps") {
		t.Error(goals)
	}
	w.same(before, "previews")
}

// TestCases_figures finds what can be inserted.
func TestCases_figures(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	w.says(w.get(auth.Editor, at+"/figures"), http.StatusOK, "Figures to insert", "{{organisations}}", "Beside figures")
	list := w.fragment(http.MethodGet, at+"/figures?q=Cost+PLAN")
	if !strings.Contains(list, `data-insert="{{plan cost}}"`) || strings.Contains(list, `data-insert="{{facilities}}"`) {
		t.Error(list)
	}
	if list = w.fragment(http.MethodGet, at+"/figures?q=logic&kind=chart"); !strings.Contains(list, `data-insert="{{chart logic}}" data-alone`) {
		t.Error(list)
	}
	w.says(w.get(auth.Editor, at+"/figures?q=zzzz"), http.StatusOK, "Nothing is called so")
	w.says(w.get(auth.Editor, at+"/figures?kind=poem"), http.StatusBadRequest, "There is no kind")
	if rec := w.get(auth.Editor, at+"/figures?format=csv&q=facilities"); !strings.Contains(rec.Body.String(), "{{facilities}},figure") {
		t.Error(rec.Body)
	}
}

// TestCases_read marks a figure that has changed, and takes it as read.
func TestCases_read(t *testing.T) {
	w := teamSite(t)
	at := w.keptCase()
	body := w.page(auth.Editor, at)
	if !strings.Contains(body, `<a class="flag" href="#problem-1">changed</a>`) || !strings.Contains(body, `id="problem-1"`) {
		t.Error("the page does not mark the figure that changed")
	}
	if strings.Contains(w.page(auth.Reader, at), "changed</a>") {
		t.Error("the mark is shown to who cannot write")
	}
	w.says(w.get(auth.Editor, at+"/write"), http.StatusOK, "1 figure has changed since", "Take as read", "In brief, line 1")
	w.says(w.post(auth.Editor, at+"/read", "source", "organisations", "now", "182"), http.StatusSeeOther)
	if c := w.contentOf(at); c.N != 2 {
		t.Error("a figure that has changed again was taken as read")
	}
	w.says(w.get(auth.Editor, at+"/write/summary"), http.StatusOK, "Take as read", `name="part" value="summary"`)
	w.sentTo(w.post(auth.Editor, at+"/read", "source", "organisations", "now", "183", "part", "summary"), at+"/write/summary?said=kept")
	if c := w.contentOf(at); c.N != 3 || c.Content.Seen["organisations"] != "183" {
		t.Errorf("version %d, read are %v", c.N, c.Content.Seen)
	}
	w.says(w.get(auth.Editor, at+"/write"), http.StatusOK, "Nothing to mend")
	w.says(w.post(auth.Editor, at+"/delete", "version", "3"), http.StatusSeeOther)
	w.says(w.get(auth.Editor, at), http.StatusOK, "It was deleted")
	w.says(w.get(auth.Editor, at+"/write/summary"), http.StatusBadRequest, "put it back")
	w.says(w.get(auth.Editor, "/cases"), http.StatusOK, "Deleted (1)")
}
