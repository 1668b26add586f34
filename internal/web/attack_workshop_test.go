package web

import (
	"milieu/internal/auth"
	"milieu/internal/portfolio/workshop"
)

// comparedSetup is two interventions of the sample and a criterion that people score.
func comparedSetup() workshop.Setup {
	s := workshop.Setup{Question: "Which comes first?", Options: []workshop.Option{{ID: "compass-composites-facility", Name: "COMPASS composites facility"}, {ID: "another", Name: "Another"}},
		Criteria: []workshop.Criterion{{Key: "c1", Name: "Reach", Means: "Firms that take part", Worst: 0, Best: 10}, {Key: "c2", Name: "Speed", Worst: 0, Best: 1}}}
	for _, x := range []workshop.Score{{Option: "compass-composites-facility", Criterion: "c1", Value: 8, Lo: 6, Hi: 9}, {Option: "another", Criterion: "c1", Value: 2, Lo: 2, Hi: 2}, {Option: "another", Criterion: "c2", Value: 1, Lo: 1, Hi: 1}} {
		x.Reason = "agreed in the room"
		s.Scores = append(s.Scores, x)
	}
	return s
}

// workshop is the path of a workshop, with weights that an editor entered for somebody in the room and their id.
func (w *teamWorld) workshop() (path, stakeholder string) {
	w.t.Helper()
	b, editor := w.site.workshopBook(), w.people[auth.Editor]
	id, err := b.Make(w.t.Context(), editor, comparedSetup())
	if err != nil {
		w.t.Fatal(err)
	}
	stakeholder, err = b.Weigh(w.t.Context(), editor, id, workshop.Weights{Name: "Firms", Swings: workshop.Swings{Points: map[string]float64{"c1": 100, "c2": 40}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return workshopPath(id), stakeholder
}

// workshopDeeds are what the forms of workshops do. Whoever may weigh does so under their own name.
func workshopDeeds() []deed {
	on := func(what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			path, _ := w.workshop()
			return letter{path: path + what, fields: fields(append([]string{"version", "1"}, pairs...)...)}
		}
	}
	// own is weights of the person who weighs, in a workshop of their own.
	own := func(what string, version string, out bool, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter {
			path, _ := w.workshop()
			id := path[len("/workshops/"):]
			b, reader := w.site.workshopBook(), w.people[auth.Reader]
			s, err := b.Weigh(w.t.Context(), reader, id, workshop.Weights{Name: "University", Person: reader.PersonID, Swings: workshop.Swings{Points: map[string]float64{"c1": 10, "c2": 100}}})
			if err == nil && out {
				err = b.TakeOut(w.t.Context(), reader, id, s, 1)
			}
			if err != nil {
				w.t.Fatal(err)
			}
			return letter{path: path + what, fields: fields(append([]string{"version", version, "stakeholder", s}, pairs...)...)}
		}
	}
	gone := func(w *teamWorld) letter {
		path, _ := w.workshop()
		if err := w.site.workshopBook().Delete(w.t.Context(), w.people[auth.Editor], path[len("/workshops/"):], 1); err != nil {
			w.t.Fatal(err)
		}
		return letter{path: path + "/restore", fields: fields("version", "2")}
	}
	return []deed{
		{"/workshops", auth.Editor, plain("/workshops", "question", "What next?", "source", "growth")},
		{"/workshops/{id}/options", auth.Editor, on("/options", "question", "What now?", "option", "compass-composites-facility")},
		{"/workshops/{id}/criteria", auth.Editor, on("/criteria", "name", "Fairness", "worst", "0", "best", "10")},
		{"/workshops/{id}/score/{criterion}", auth.Editor, on("/score/c1", "option", "another", "value", "3", "lo", "", "hi", "", "reason", because)},
		{"/workshops/{id}/weigh", auth.Reader, on("/weigh", "name", "Mine", "p.c1", "100", "p.c2", "5", "doubt", "0")},
		{"/workshops/{id}/take-out", auth.Reader, own("/take-out", "1", false)},
		{"/workshops/{id}/put-back", auth.Reader, own("/put-back", "2", true)},
		{"/workshops/{id}/weighed", auth.Reader, own("/weighed", "2", true, "to", "1")},
		{"/workshops/{id}/back", auth.Editor, on("/back", "to", "1")},
		{"/workshops/{id}/delete", auth.Editor, on("/delete")},
		{"/workshops/{id}/restore", auth.Editor, gone},
	}
}
