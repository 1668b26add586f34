package web

import (
	"fmt"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/report"
)

// reviewed is a case in its second version with a comment and two suggestions by a reader, an approval by a reader and a
// publication; the values are the ids of these.
func (w *teamWorld) reviewed() (at string, ids map[string]string) {
	w.t.Helper()
	at = w.keptCase()
	b, ctx, id, reader := w.site.caseBook(), w.t.Context(), strings.TrimPrefix(at, "/cases/"), w.people[auth.Reader]
	ids = map[string]string{}
	var err error
	keep := func(name string, f func() (string, error)) {
		if err == nil {
			ids[name], err = f()
		}
	}
	keep("comment", func() (string, error) {
		return b.Comment(ctx, reader, id, casebook.Comment{Part: "strategic", Sentence: "Said by Ada.", Text: "said by Ada"})
	})
	keep("suggestion", func() (string, error) {
		return b.Suggest(ctx, reader, id, casebook.Suggestion{Part: "strategic", From: "Said by Ada.", To: "Said by Eve.", Reason: because})
	})
	keep("approval", func() (string, error) { return b.Approve(ctx, reader, id, 2, casebook.Approval{Words: because}) })
	keep("secret", func() (string, error) {
		return b.Publish(ctx, w.people[auth.Manager], id, 2, report.Document{Title: "Trial case", Release: "r1"}, because)
	})
	all, err2 := b.Publications(ctx, reader, id)
	if err != nil || err2 != nil || len(all) != 1 {
		w.t.Fatal(err, err2)
	}
	ids["publication"] = all[0].ID
	return at, ids
}

// caseReviewDeeds are what the forms do by which cases are reviewed, approved and published.
func caseReviewDeeds() []deed {
	on := func(what, thing string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			at, ids := w.reviewed()
			return letter{path: at + what, fields: fields(append([]string{thing, ids[thing]}, pairs...)...)}
		}
	}
	resolved := func(w *teamWorld) letter {
		at, ids := w.reviewed()
		if err := w.site.caseBook().Resolve(w.t.Context(), w.people[auth.Reader], strings.TrimPrefix(at, "/cases/"), ids["comment"], 1); err != nil {
			w.t.Fatal(err)
		}
		return letter{path: at + "/reopen", fields: fields("comment", ids["comment"], "version", "2", "part", "strategic")}
	}
	plainly := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter { return letter{path: w.keptCase() + what, fields: fields(pairs...)} }
	}
	return []deed{
		{"/cases/{id}/comment", auth.Reader, plainly("/comment", "part", "strategic", "sentence", "Said by Ada.", "n", "2", "text", because)},
		{"/cases/{id}/resolve", auth.Reader, on("/resolve", "comment", "version", "1", "part", "strategic")},
		{"/cases/{id}/reopen", auth.Reader, resolved},
		{"/cases/{id}/erase", auth.Reader, on("/erase", "comment", "version", "1", "part", "strategic")},
		{"/cases/{id}/suggest", auth.Reader, plainly("/suggest", "part", "strategic", "from", "Said by Ada.", "to", "Said by Eve.", "n", "2", "reason", because)},
		{"/cases/{id}/withdraw", auth.Reader, on("/withdraw", "suggestion", "version", "1", "part", "strategic")},
		{"/cases/{id}/accept", auth.Editor, on("/accept", "suggestion", "version", "1", "n", "2")},
		{"/cases/{id}/reject", auth.Editor, on("/reject", "suggestion", "version", "1", "part", "strategic", "answer", because)},
		{"/cases/{id}/approve", auth.Reader, plainly("/approve", "n", "2", "role", "", "words", because)},
		{"/cases/{id}/unapprove", auth.Reader, on("/unapprove", "approval")},
		{"/cases/{id}/approvers", auth.Manager, func(w *teamWorld) letter {
			return letter{path: w.keptCase() + "/approvers", fields: fields("version", "2", "role", "Chair", "person", w.people[auth.Reader].PersonID)}
		}},
		{"/cases/{id}/back", auth.Editor, plainly("/back", "version", "2", "to", "1")},
		{"/cases/{id}/publish", auth.Manager, plainly("/publish", "version", "2", "note", because)},
		{"/cases/{id}/unpublish", auth.Manager, on("/unpublish", "publication", "version", "1")},
	}
}

// hostileReviews puts every payload into what people say of cases, and into what is published.
func (w *teamWorld) hostileReviews() {
	w.t.Helper()
	at, ids := w.reviewed()
	for _, p := range payloads {
		w.typed(auth.Reader, at+"/comment", fields("part", "strategic", "sentence", p, "n", "2", "text", p))
		w.typed(auth.Reader, at+"/comment", fields("part", p, "sentence", p, "n", p, "text", p))
		w.typed(auth.Reader, at+"/comment", fields("reply", ids["comment"], "text", p))
		w.typed(auth.Reader, at+"/comment", fields("reply", p, "text", p))
		w.typed(auth.Reader, at+"/suggest", fields("part", "strategic", "from", "Said by Ada.", "to", p, "n", "2", "reason", p))
		w.typed(auth.Reader, at+"/suggest", fields("part", p, "from", p, "to", p, "n", p, "reason", p))
		for _, do := range []string{"resolve", "reopen", "erase", "withdraw", "accept", "reject", "unapprove", "unpublish", "back"} {
			w.typed(auth.Owner, at+"/"+do, fields("comment", p, "suggestion", p, "approval", p, "publication", p, "version", "1", "n", "2", "to", p, "part", p, "answer", p))
		}
		w.typed(auth.Reader, at+"/approve", fields("n", "2", "role", p, "words", p))
		w.typed(auth.Manager, at+"/approvers", fields("version", "2", "role", p, "person", p))
		d := report.Document{Title: p, Subtitle: p, Owner: p, Status: p, Release: p, Date: p, Assumptions: []report.Assumption{{Name: p, Value: p, Ref: p}}, Sources: []report.SourceNote{{ID: "rows", Title: p, Publisher: p, Licence: p, Attribution: p, Retrieved: p, URL: p}},
			Proofs:   []report.Proof{{Ref: p, Title: p, Value: p, How: p, Method: p, Steps: []report.Step{{Depth: 1, Title: p, Value: p, How: p, URL: p, Source: p, Licence: p, Retrieved: p, File: p, Line: 1, Text: p, Problem: p}}}},
			Sections: []report.Section{{ID: "summary", Title: p, Question: p, Blocks: []report.Block{report.Paragraph("%v", report.Figure{Text: p, Range: p, Ref: p}), report.Paragraph("%v", report.Figure{Text: p, Words: true, Ref: p}), {Text: report.Text{{Words: p, Link: "https://example.org/" + p}, {Quote: &report.Quote{Words: p, URL: p}}}}, report.Missing(p, p)}}}}
		secret, err := w.site.caseBook().Publish(w.t.Context(), w.people[auth.Manager], strings.TrimPrefix(at, "/cases/"), 2, d, p)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, path := range []string{publishedPath + secret, publishedPath + secret + "?figure=1"} {
			rec := w.get(auth.Nobody, path)
			harmless(w.t, path, rec)
			if rec.Code != 200 {
				w.t.Errorf("%s: status %d", path, rec.Code)
			}
			wellFormed(w.t, path, rec.Body.String())
		}
	}
	for _, q := range []string{"/review", "/review?show=all", "/review?at=strategic.1", "/review?at=strategic", "/versions", "/versions/1", "/versions/2", "/compare?from=1&to=2", "/compare", "/publish"} {
		rec := w.get(auth.Owner, at+q)
		harmless(w.t, at+q, rec)
		if rec.Code != 200 {
			w.t.Errorf("%s: status %d", fmt.Sprint(at, q), rec.Code)
		}
		wellFormed(w.t, at+q, rec.Body.String())
	}
}
