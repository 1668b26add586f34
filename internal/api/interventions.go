package api

import (
	"context"
	"slices"
	"strings"

	"milieu/internal/live"
	"milieu/internal/portfolio"
)

// interventionItem is something proposed, under way or done.
type interventionItem struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Problem      *string    `json:"problem"`
	ProblemURL   *string    `json:"problem_url"`
	Lead         *string    `json:"lead"`
	Partners     []string   `json:"partners"`
	Category     *string    `json:"category"`
	Classes      []string   `json:"classes"`
	Place        *string    `json:"place"`
	Region       *string    `json:"region"`
	Stage        *string    `json:"stage"`
	Status       *string    `json:"status"`
	Horizon      *string    `json:"horizon"`
	Benefits     *string    `json:"benefits"`
	Scope        *string    `json:"scope"`
	CostP        *int64     `json:"cost_p"` // the stated total, in prices of its own year
	StartYear    *int64     `json:"start_year"`
	EndYear      *int64     `json:"end_year"`
	Outputs      *string    `json:"expected_outputs"`
	EffectType   *string    `json:"effect_type"`
	Grade        *string    `json:"grade"`
	ClassifiedBy *string    `json:"classified_by"`
	Growth       *scoreItem `json:"growth"` // null: no evidence, which is not a low score
	Demand       *scoreItem `json:"demand"`
	SourceURL    *string    `json:"source_url"`
	SourceYear   *int64     `json:"source_year"`
	Record       record     `json:"record"`
}

// scoreItem is what the evidence says under a lens: a share from 0 to 1 with its interval. Lenses are never added.
type scoreItem struct {
	Value float64 `json:"value"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
	Basis string  `json:"basis"`
}

func scoreOf(s portfolio.Score) *scoreItem {
	if !s.Known {
		return nil
	}
	return &scoreItem{s.Value, s.Lo, s.Hi, s.Basis}
}

func interventionOf(i portfolio.Intervention) interventionItem {
	return interventionItem{ID: i.ID, Name: i.Name, Problem: optText(i.Problem), ProblemURL: optText(i.ProblemURL), Lead: optText(i.Lead), Partners: words(i.Partners), Category: optText(i.Category),
		Classes: words(i.Classes), Place: optText(i.Place), Region: optText(i.Region), Stage: optText(i.Stage), Status: optText(i.Status), Horizon: optText(i.Horizon), Benefits: optText(i.Benefits),
		Scope: optText(i.Scope), CostP: optInt(i.CostP), StartYear: optInt(i.Start), EndYear: optInt(i.End), Outputs: optText(i.Outputs), EffectType: optText(i.EffectType), Grade: optText(i.Grade),
		ClassifiedBy: optText(i.ClassifiedBy), Growth: scoreOf(i.Growth), Demand: scoreOf(i.Demand), SourceURL: optText(i.SourceURL), SourceYear: optInt(i.SourceYear), Record: from(i.Record)}
}

var interventionColumns = []string{"id", "name", "problem", "problem_url", "lead", "partners", "category", "classes", "place", "region", "stage", "status", "horizon", "benefits", "scope", "cost_p", "start_year", "end_year",
	"expected_outputs", "effect_type", "grade", "classified_by", "growth", "growth_lower", "growth_upper", "growth_basis", "demand", "demand_lower", "demand_upper", "demand_basis", "source_url", "source_year", "source", "file", "line"}

func (s *scoreItem) cells() []string {
	if s == nil {
		return []string{"", "", "", ""}
	}
	return []string{cell(&s.Value), cell(&s.Lower), cell(&s.Upper), s.Basis}
}

func (i interventionItem) cells() []string {
	return slices.Concat([]string{i.ID, i.Name, cell(i.Problem), cell(i.ProblemURL), cell(i.Lead), strings.Join(i.Partners, ";"), cell(i.Category), strings.Join(i.Classes, ";"), cell(i.Place), cell(i.Region),
		cell(i.Stage), cell(i.Status), cell(i.Horizon), cell(i.Benefits), cell(i.Scope), cell(i.CostP), cell(i.StartYear), cell(i.EndYear), cell(i.Outputs), cell(i.EffectType), cell(i.Grade), cell(i.ClassifiedBy)},
		i.Growth.cells(), i.Demand.cells(), []string{cell(i.SourceURL), cell(i.SourceYear)}, i.Record.cells())
}

// interventionFilters are the properties by which the list can be narrowed.
var interventionFilters = []struct {
	name string
	of   func(portfolio.Intervention) string
}{
	{"stage", func(i portfolio.Intervention) string { return i.Stage }},
	{"region", func(i portfolio.Intervention) string { return i.Region }},
	{"category", func(i portfolio.Intervention) string { return i.Category }},
	{"benefits", func(i portfolio.Intervention) string { return i.Benefits }},
	{"grade", func(i portfolio.Intervention) string { return i.Grade }},
}

// allInterventions are those of the release, read once.
func allInterventions(a *ask) ([]portfolio.Intervention, error) {
	return live.Remember(&a.snap.Cache, "api/interventions", func() ([]portfolio.Intervention, error) {
		return portfolio.Interventions(context.WithoutCancel(a.r.Context()), a.snap.DB)
	})
}

func (s *Server) interventions(a *ask) error {
	all, err := allInterventions(a)
	if err != nil {
		return err
	}
	found := interventionsAsked(a, all)
	w := a.window()
	if err := a.query.err(); err != nil {
		return err
	}
	p := newPage[interventionItem](a, w, len(found))
	found = found[min(w.offset, len(found)):min(w.offset+w.limit, len(found))]
	if a.format == asCSV {
		return s.table(a, w, p.Total, "interventions", interventionColumns, func(row func(...string) error) error {
			for _, i := range found {
				if err := row(interventionOf(i).cells()...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, i := range found {
		p.Items = append(p.Items, interventionOf(i))
	}
	return a.send(p)
}

// interventionsAsked lets through those that are asked for. A value that nothing has is a fault, not an empty list.
func interventionsAsked(a *ask, all []portfolio.Intervention) []portfolio.Intervention {
	for _, f := range interventionFilters {
		if v := a.query.text(f.name); v != "" {
			if have := portfolio.Values(all, f.of); !slices.Contains(have, v) {
				a.query.bad("No intervention of this release has the %s %q; there are %s.", f.name, clip(v), strings.Join(have, ", "))
			}
		}
	}
	q := strings.ToLower(a.query.text("q"))
	var out []portfolio.Intervention
	for _, i := range all {
		keep := q == "" || strings.Contains(strings.ToLower(i.Name+"\n"+i.Problem), q)
		for _, f := range interventionFilters {
			v := a.query.text(f.name)
			keep = keep && (v == "" || f.of(i) == v)
		}
		if keep {
			out = append(out, i)
		}
	}
	return out
}
