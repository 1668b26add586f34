package web

import (
	"context"
	"net/http"
	"slices"

	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
)

// mostKnown is how many values on record a form offers for a field: beyond that a list helps nobody.
const mostKnown = 150

// knownValues are the values on record of columns of the register that take any text, by table and column: whoever
// types one of them again counts with it.
var knownValues = map[string]map[string]func([]portfolio.Intervention, portfolio.Register) []string{
	"interventions": {
		"region":   ofInterventions(func(i portfolio.Intervention) string { return i.Region }),
		"category": ofInterventions(func(i portfolio.Intervention) string { return i.Category }),
		"place":    ofInterventions(func(i portfolio.Intervention) string { return i.Place }),
		"lead":     ofInterventions(func(i portfolio.Intervention) string { return i.Lead }),
	},
	"costs":    {"funder": costFunders},
	"outcomes": {"outcome": outcomeKeys, "place": outcomePlaces},
	"delivery": {"funder": costFunders, "what": func(all []portfolio.Intervention, r portfolio.Register) []string {
		return append(slices.Clone(delivery.Statuses), outcomeKeys(all, r)...)
	}},
}

func ofInterventions(of func(portfolio.Intervention) string) func([]portfolio.Intervention, portfolio.Register) []string {
	return func(all []portfolio.Intervention, _ portfolio.Register) []string { return portfolio.Values(all, of) }
}

// costFunders are the names that costs on record give who pays.
func costFunders(_ []portfolio.Intervention, r portfolio.Register) []string {
	return slices.DeleteFunc(distinct(r.Costs, func(c portfolio.Cost) string { return c.Funder }), func(name string) bool { return name == portfolio.NotNamed })
}

func outcomeKeys(_ []portfolio.Intervention, r portfolio.Register) []string {
	return distinct(r.Outcomes, func(o portfolio.Outcome) string { return o.Outcome })
}

func outcomePlaces(_ []portfolio.Intervention, r portfolio.Register) []string {
	return distinct(r.Outcomes, func(o portfolio.Outcome) string { return o.Place })
}

func distinct[T any](rows []T, of func(T) string) []string {
	seen := map[string]bool{}
	for _, row := range rows {
		if v := of(row); v != "" {
			seen[v] = true
		}
	}
	return sortedNames(seen)
}

// offerKnown lists the values on record beside the fields of the register that take any text, and the types of programme
// that the review knows.
func (p *FormPage) offerKnown(r *http.Request, snap *live.Snapshot) error {
	columns := knownValues[p.Table.Name]
	if columns == nil {
		return nil
	}
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	reg, err := followRegister(r, snap)
	if err != nil {
		return err
	}
	for i := range p.Fields {
		f := &p.Fields[i]
		switch values := columns[f.Name]; {
		case values != nil:
			for _, v := range values(all, reg) {
				f.Known = append(f.Known, Choice{Value: v})
			}
			f.Known = f.Known[:min(len(f.Known), mostKnown)]
		case p.Table.Name == "interventions" && f.Name == "effect_type":
			types, err := live.Remember(&snap.Cache, "effecttypes", func() ([]portfolio.EffectType, error) {
				return portfolio.EffectTypes(context.WithoutCancel(r.Context()), snap.DB)
			})
			if err != nil {
				return err
			}
			for _, t := range types {
				f.Known = append(f.Known, Choice{Value: t.Kind, Label: t.Label})
			}
		}
	}
	return nil
}
