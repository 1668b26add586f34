package web

import (
	"slices"

	"milieu/internal/auth"
	"milieu/internal/survey/prospect"
)

// thinking is the path of a new prospect.
func (w *teamWorld) thinking() string {
	w.t.Helper()
	id, err := w.site.prospectBook().New(w.t.Context(), w.people[auth.Editor], prospect.Draft{Name: "A forge that thinks of coming"}, prospect.Step{Stage: prospect.Stages[0].Stage})
	if err != nil {
		w.t.Fatal(err)
	}
	return prospectPath(id)
}

// prospectDeeds are what the forms of prospects do.
func prospectDeeds() []deed {
	on := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			return letter{path: w.thinking() + what, fields: fields(slices.Concat(pairs, []string{"version", "1"})...)}
		}
	}
	return []deed{
		{"/prospects/new", auth.Editor, plain("/prospects/new", "name", "Another forge", "stage", "considering", "day", "2026-11-01")},
		{"/prospects/{id}/change", auth.Editor, on("/change", "name", "A forge by its new name")},
		{"/prospects/{id}/move", auth.Editor, on("/move", "stage", "visited", "day", "2026-11-02")},
		{"/prospects/{id}/land", auth.Editor, on("/land", "organisation", hub, "day", "2026-11-03")},
		{"/prospects/{id}/land-new", auth.Editor, on("/land-new", "name", "A forge of its own", "source", "https://example.org/forge", "reason", because, "day", "2026-11-03")},
		{"/prospects/{id}/erase", auth.Manager, on("/erase")},
	}
}
