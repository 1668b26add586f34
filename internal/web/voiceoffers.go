package web

import (
	"net/http"
	"slices"

	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/survey"
)

// askedAbout are the interventions that an instrument asks about; nil where it asks about none.
func askedAbout(in survey.Instrument) []string {
	var out []string
	for _, q := range in.Questions() {
		for _, o := range q.Options {
			if q.From == fromInterventions {
				out = append(out, o.ID)
			}
		}
	}
	return out
}

// fromInterventions is the value of Question.From whose options are the interventions of the place.
const fromInterventions = "interventions"

// offersShown is how many interventions stand on the page at once.
const offersShown = 24

// offersFirst is how many interventions are proposed to be asked about: more cannot be weighed against each other on a phone.
const offersFirst = 8

// offers are the interventions of the place that firms could be asked about, those that the plan may choose from first. Without a
// choice the first of them under the plan's lens are proposed.
func (s *Server) offers(r *http.Request, snap *live.Snapshot, chosen []string) ([]Choice, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return nil, err
	}
	plan := snap.WS.Plan
	open := func(i portfolio.Intervention) bool {
		return (len(plan.Regions) == 0 || slices.Contains(plan.Regions, i.Region)) && (len(plan.Stages) == 0 || slices.Contains(plan.Stages, i.Stage))
	}
	var out []Choice
	for _, now := range []bool{true, false} {
		for _, i := range portfolio.ByLens(all, portfolio.Growth) {
			if open(i) == now {
				out = append(out, Choice{Value: i.ID, Label: i.Name, Current: chosen == nil && now && len(out) < offersFirst || slices.Contains(chosen, i.ID)})
			}
		}
	}
	return out, nil
}

// tickedFirst orders what is ticked before what is not.
func tickedFirst(a, b Choice) int {
	switch {
	case a.Current == b.Current:
		return 0
	case a.Current:
		return -1
	}
	return 1
}

// chosenOffers are the interventions that were ticked, in the order of the page, as options.
func chosenOffers(offers []Choice, ticked []string) []survey.Option {
	var out []survey.Option
	for _, c := range offers {
		if slices.Contains(ticked, c.Value) {
			out = append(out, survey.Option{ID: c.Value, Label: c.Label})
		}
	}
	return out
}
