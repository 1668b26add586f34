package web

import (
	"errors"

	"milieu/internal/auth"
	"milieu/internal/survey/interview"
	"milieu/internal/typed"
)

func (w *teamWorld) interviewBook() interview.Book {
	b, _ := w.site.interviewBook()
	return b
}

// talked is an interview of the example that is being written, new each time.
func (w *teamWorld) talked() interview.Interview {
	w.t.Helper()
	i, err := w.interviewBook().Save(w.t.Context(), w.people[auth.Editor], interview.Draft{Key: clientKey(), Content: interview.Content{OrgID: hub, OrgName: "Advanced Manufacturing Research Centre (AMRC)", Day: "2026-01-05", Who: "the head of machining",
		Consent: interview.Consent{Kept: true, By: "the head of machining, in the room", Quotes: interview.Named}, Notes: "They would like a bus that runs after six."}})
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// quoted is an excerpt of an interview, new each time.
func (w *teamWorld) quoted() (interviewID, excerptID string) {
	w.t.Helper()
	i := w.talked()
	id, err := w.interviewBook().AddExcerpt(w.t.Context(), w.people[auth.Editor], i.ID, "The bus stops at six", interview.Anonymous)
	if err != nil {
		w.t.Fatal(err)
	}
	return i.ID, id
}

// interviewForms are the fields of the form of an interview.
func interviewFields(key, version string, pairs ...string) []string {
	return append([]string{"_key", key, "_version", version, "_survey", "", "_org", hub, "_day", "2026-01-05", "_who", "the works manager", "_kept", "1", "_agreed", "the works manager, in the room", "_quotes", "named", "_notes", because}, pairs...)
}

// interviewDeeds are what the forms of interviews, excerpts and codes do.
func interviewDeeds() []deed {
	onExcerpt := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			of, id := w.quoted()
			return letter{path: "/excerpts/" + id + what, fields: fields(append(pairs, "interview", of, "version", "1")...)}
		}
	}
	return []deed{
		{"/interviews", auth.Editor, func(*teamWorld) letter {
			return letter{path: "/interviews", fields: fields(interviewFields(clientKey(), "0")...)}
		}},
		{"/interviews/{id}/erase", auth.Manager, func(w *teamWorld) letter { return letter{path: interviewPath(w.talked().ID) + "/erase"} }},
		{"/interviews/{id}/excerpts", auth.Editor, func(w *teamWorld) letter {
			return letter{path: interviewPath(w.talked().ID) + "/excerpts", fields: fields("text", "We stay for the people", "permission", "named")}
		}},
		{"/excerpts/{id}/permit", auth.Editor, onExcerpt("/permit", "permission", "none")},
		{"/excerpts/{id}/remove", auth.Editor, onExcerpt("/remove")},
		{"/excerpts/{id}/code", auth.Editor, onExcerpt("/code")},
		{"/codebook", auth.Editor, func(*teamWorld) letter {
			return letter{path: "/codebook", fields: fields("label", "Code "+clientKey(), "definition", because, "topic", "barrier")}
		}},
		{"/codebook/start", auth.Editor, plain("/codebook/start")},
		{"/codebook/{id}/retire", auth.Editor, func(w *teamWorld) letter {
			id, err := w.interviewBook().SaveCode(w.t.Context(), w.people[auth.Editor], interview.Code{Label: "Code " + clientKey(), Definition: because})
			if err != nil {
				w.t.Fatal(err)
			}
			return letter{path: "/codebook/" + id + "/retire", fields: fields("version", "1")}
		}},
	}
}

// hostileInterviews puts every payload into what people write of interviews.
func (w *teamWorld) hostileInterviews() {
	w.t.Helper()
	ctx, ed, b := w.t.Context(), w.people[auth.Editor], w.interviewBook()
	i := w.talked()
	for _, p := range payloads {
		w.typed(auth.Editor, "/interviews", fields("_key", clientKey(), "_version", "0", "_survey", "", "_org", p, "_day", "2026-01-05", "_who", p, "_kept", "1", "_agreed", p, "_quotes", "named", "_notes", p, p, p))
		w.typed(auth.Editor, "/interviews", fields("_key", clientKey(), "_version", p, "_survey", p, "_org", p, "_pick", p, "_day", p, "_kept", p, "_quotes", p, "_do", p))
		w.typed(auth.Editor, "/codebook", fields("label", p, "definition", p, "topic", p))
		w.typed(auth.Editor, interviewPath(i.ID)+"/excerpts", fields("text", p, "permission", p))
		_, err := b.SaveCode(ctx, ed, interview.Code{Label: cutText(p, 70), Definition: p})
		if err == nil {
			_, err = b.AddExcerpt(ctx, ed, i.ID, p, interview.Named)
		}
		var input *typed.InputError
		if err != nil && !errors.As(err, &input) { // blanks alone are no words
			w.t.Fatal(err)
		}
	}
	all, err := b.Codes(ctx, ed)
	if err != nil {
		w.t.Fatal(err)
	}
	excerpts, err := b.Excerpts(ctx, ed)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range excerpts {
		for _, role := range []auth.Role{auth.Editor, auth.Manager} {
			if err := b.Code(ctx, w.people[role], e.ID, []string{all[0].ID, all[len(all)-1].ID}); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}
