package web

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
)

// trialCase is a case with something in each part. Its figure has changed since somebody read it.
func trialCase() bizcase.Content {
	return bizcase.Content{
		Title: "Trial case", Owner: "The team", Stage: bizcase.Outline, Vision: "Firms stay and grow.",
		Goals:    []bizcase.Goal{{Name: "More firms", Baseline: "{{organisations firm}}", By: "2030", Owner: "The team"}},
		Logic:    []bizcase.Step{{ID: "money", Kind: "input", Text: "Money", To: []string{"advice"}}, {ID: "advice", Kind: "activity", Text: "Advice"}},
		Messages: []bizcase.Message{{Audience: "board", Text: "Keep what runs.", Evidence: "{{ties}} ties"}},
		Claims:   []bizcase.Claim{{Text: "Firms work together.", Grade: "weak", For: "{{ties}} ties", Against: "Nobody has asked them."}},
		Sections: []bizcase.Section{{ID: "summary", Text: "There are {{organisations}} organisations here.\n\n{{table goals}}"}, {ID: "strategic", Text: "Said by Ada.\n\n{{table vision}}\n\n{{table claims}}"}},
		Seen:     map[string]string{"organisations": "1"},
	}
}

// keptCase is the address of a case that is kept, in its second version.
func (w *teamWorld) keptCase() string {
	w.t.Helper()
	b, editor := w.site.caseBook(), w.people[auth.Editor]
	c := trialCase()
	c.Sections[1].Text = "Said first."
	id, err := b.Start(w.t.Context(), editor, casebook.Draft{Content: c})
	if err == nil {
		_, err = b.Keep(w.t.Context(), editor, id, 1, casebook.Draft{Content: trialCase(), Note: because})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return casePath(id)
}

// caseDeeds are what the forms do by which cases are started and written.
func caseDeeds() []deed {
	on := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter { return letter{path: w.keptCase() + what, fields: fields(pairs...)} }
	}
	return []deed{
		{"/cases", auth.Editor, plain("/cases", "title", "Trial", "stage", "outline", "from", "empty", "plan", "")},
		{"/cases/{id}/write/{part}", auth.Editor, on("/write/strategic", "version", "2", "f.title", "Why", "f.question", "Why here?", "f.text", "Said by Eve.", "note", because, "do", "keep")},
		{"/cases/{id}/read", auth.Editor, on("/read", "source", "organisations", "now", "183")},
		{"/cases/{id}/delete", auth.Editor, on("/delete", "version", "2")},
		{"/cases/{id}/restore", auth.Editor, func(w *teamWorld) letter {
			at := w.keptCase()
			if err := w.site.caseBook().Delete(w.t.Context(), w.people[auth.Editor], strings.TrimPrefix(at, "/cases/"), 2); err != nil {
				w.t.Fatal(err)
			}
			return letter{path: at + "/restore", fields: fields("version", "3")}
		}},
	}
}

// hostileCases puts every payload into every text of a case, and into every field of the forms by which cases are written.
func (w *teamWorld) hostileCases() {
	w.t.Helper()
	b, editor := w.site.caseBook(), w.people[auth.Editor]
	for i, p := range payloads {
		c := trialCase()
		c.Title, c.Subtitle, c.Owner, c.Plan, c.Vision = p, p, p, "budget=50000000", p
		c.Goals[0] = bizcase.Goal{Name: p, Baseline: p, Target: `{{quote "x" https://example.org/` + p + `}}`, Owner: p, Evidence: p}
		c.Logic[0].Text, c.Logic[0].Assumes = p, p
		c.Messages[0] = bizcase.Message{Audience: p, Text: p, Evidence: p}
		c.Claims[0] = bizcase.Claim{Text: p, Grade: "none", For: p, Against: p}
		c.Sections[0].Title, c.Sections[0].Question = p, p
		c.Sections[0].Text = strings.Join([]string{p, "### " + p, "- " + p, "**" + p + "**", "[" + p + "](" + p + ")", "[x](https://example.org/" + p + ")", "{{" + p + "}}", "{{table " + p + "}}",
			`{{gap "` + p + `" owner="` + p + `" next="` + p + `"}}`, `{{name "` + p + `"}}`, `{{quote "` + p + `" ` + p + `}}`, "{{table goals}}", "{{chart logic}}", "{{table messages}}"}, "\n\n")
		c.Seen = map[string]string{"organisations": p, p: p}
		id, err := b.Start(w.t.Context(), editor, casebook.Draft{Content: c, Note: p})
		if strings.ContainsRune(p, '\u202e') { // it turns figures round: no case may hold it
			if err == nil {
				w.t.Errorf("a case holds %q", p)
			}
			continue
		}
		if err != nil {
			w.t.Fatal(err)
		}
		at := casePath(id)
		w.typed(auth.Editor, at+"/write/"+[]string{"summary", "strategic"}[i%2], fields("version", "1", "f.title", p, "f.question", p, "f.text", p+"{{", "note", p, "do", "keep"))
		w.typed(auth.Editor, at+"/write/strategic/preview", fields("version", "1", "f.title", p, "f.question", p, "f.text", c.Sections[0].Text))
		w.typed(auth.Editor, at+"/write/settings", fields("version", "1", "rows", "1", "f.title", p, "f.stage", p, "f.plan", p, "r0.id", p, "r0.title", p, "do", "keep"))
		for part, names := range map[string][]string{"goals": {"name", "baseline", "target", "by", "owner", "evidence"}, "logic": {"id", "kind", "text", "to", "assumes"}, "messages": {"audience", "text", "evidence"}, "claims": {"text", "grade", "for", "against"}} {
			form := fields("version", "1", "rows", "1", "note", p, "do", "keep")
			for _, name := range names {
				form.Set("r0."+name, p)
			}
			w.typed(auth.Editor, at+"/write/"+part, form)
			form.Set("do", "add")
			w.typed(auth.Editor, at+"/write/"+part, form)
		}
		w.typed(auth.Editor, at+"/read", fields("source", p, "now", p))
		w.typed(auth.Editor, "/cases", fields("title", p, "stage", p, "from", p, "plan", p))
		w.typed(auth.Editor, "/cases", fields("title", p, "stage", "full", "from", "file:"+p, "plan", fmt.Sprintf("budget=%s", p)))
	}
}

// spared says that an address of cases is not asked for with a parameter, the k-th of all, though most others are: making a case takes
// long. Each parameter that these pages read is tried at each, the others at some; files are read as the page of the same case is.
func spared(pattern, parameter string, k int) bool {
	if !strings.HasPrefix(pattern, "/case") && !strings.HasPrefix(pattern, "/published") {
		return false
	}
	if strings.HasSuffix(pattern, ".pdf") || strings.HasSuffix(pattern, ".docx") || strings.HasSuffix(pattern, ".xlsx") {
		return true
	}
	return k%12 != 0 && !slices.Contains([]string{"at", "figure", "from", "to", "show", "q", "plan", "title", "format", "budget", "worth"}, parameter)
}
