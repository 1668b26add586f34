package web

import (
	"fmt"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/portfolio/scenario/outcome"
)

const trialSettings = "/plan?budget=50000000&lens=growth&regions=&stages="

// keptScenario is a scenario that is kept, with a second version of its settings.
func (w *teamWorld) keptScenario() string {
	w.t.Helper()
	b, an := w.site.scenarioBook(), w.people[auth.Analyst]
	d := scenario.Draft{Name: "Trial", Note: "said by Ada", Address: trialSettings, Release: "r1", Outcome: outcome.Outcome{Finding: "3 interventions"}}
	id, err := b.Save(w.t.Context(), an, d)
	if err == nil {
		d.Address = "/plan?budget=60000000"
		err = b.Change(w.t.Context(), an, id, 1, d)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return "/scenarios/" + id
}

// scenarioAfter is a kept scenario after one more change, which is then of version 3.
func (w *teamWorld) scenarioAfter(turn func(id string) error) string {
	w.t.Helper()
	at := w.keptScenario()
	if err := turn(strings.TrimPrefix(at, "/scenarios/")); err != nil {
		w.t.Fatal(err)
	}
	return at
}

// scenarioDeeds are what the forms of scenarios do.
func scenarioDeeds() []deed {
	on := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter { return letter{path: w.keptScenario() + what, fields: fields(pairs...)} }
	}
	after := func(turn func(w *teamWorld, id string) error, what string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			return letter{path: w.scenarioAfter(func(id string) error { return turn(w, id) }) + what, fields: fields("version", "3")}
		}
	}
	return []deed{
		{"/scenarios", auth.Analyst, plain("/scenarios", "name", "Trial", "note", because, "address", trialSettings)},
		{"/scenarios/{id}/change", auth.Analyst, on("/change", "version", "2", "name", "Better", "note", because, "address", trialSettings)},
		{"/scenarios/{id}/undo", auth.Analyst, on("/undo", "version", "2")},
		{"/scenarios/{id}/redo", auth.Analyst, after(func(w *teamWorld, id string) error {
			return w.site.scenarioBook().Undo(w.t.Context(), w.people[auth.Analyst], id, 2)
		}, "/redo")},
		{"/scenarios/{id}/go", auth.Analyst, on("/go", "version", "2", "settings", "1")},
		{"/scenarios/{id}/delete", auth.Analyst, on("/delete", "version", "2")},
		{"/scenarios/{id}/restore", auth.Analyst, after(func(w *teamWorld, id string) error {
			return w.site.scenarioBook().Delete(w.t.Context(), w.people[auth.Analyst], id, 2)
		}, "/restore")},
		{"/scenarios/{id}/share", auth.Analyst, on("/share", "version", "2")},
		{"/scenarios/{id}/unshare", auth.Analyst, after(func(w *teamWorld, id string) error {
			_, err := w.site.scenarioBook().Share(w.t.Context(), w.people[auth.Analyst], id, 2)
			return err
		}, "/unshare")},
		{"/scenarios/{id}/copy", auth.Analyst, on("/copy")},
	}
}

// hostileScenarios puts every payload into what people write about scenarios, and into what is kept with them.
func (w *teamWorld) hostileScenarios() {
	w.t.Helper()
	at := w.keptScenario()
	b, an := w.site.scenarioBook(), w.people[auth.Analyst]
	for i, p := range payloads {
		w.typed(auth.Analyst, at+"/change", fields("version", fmt.Sprint(2+i), "name", p, "note", p))
		w.typed(auth.Analyst, at+"/change", fields("version", p, "name", p, "note", p, "address", p))
		w.typed(auth.Analyst, "/scenarios", fields("name", p, "note", p, "address", trialSettings))
		w.typed(auth.Analyst, "/scenarios", fields("name", p, "note", p, "address", p))
		o := outcome.Outcome{Release: p, Built: p, Finding: p, Chosen: []outcome.Item{{ID: "factory-2050", Name: p}}, Spend: []outcome.Spend{{Funder: p, AmountP: 1}},
			Measures: []outcome.Measure{{Key: p, Label: p, Unit: p, Why: p, Known: i%2 == 0, Ref: "intervention/factory-2050"}}, Cautions: []string{p}}
		if _, err := b.Save(w.t.Context(), an, scenario.Draft{Name: p, Note: p, Address: trialSettings, Release: p, Outcome: o}); err != nil {
			w.t.Fatal(err)
		}
	}
}
