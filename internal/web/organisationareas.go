package web

import (
	"context"

	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/place"
)

// areaChoices offers the areas that hold organisations, but for sets of very many.
func areaChoices(ctx context.Context, snap *live.Snapshot) ([]ChoiceGroup, error) {
	sets, err := areaSets(ctx, snap)
	if err != nil {
		return nil, err
	}
	held, err := org.AreaCounts(ctx, snap.DB, "", "")
	if err != nil {
		return nil, err
	}
	n := map[string]int{}
	for _, a := range held {
		n[a.Set+"/"+a.ID] = a.Organisations
	}
	var out []ChoiceGroup
	for _, set := range sets {
		areas, err := place.Areas(ctx, snap.DB, set.Name)
		if err != nil {
			return nil, err
		}
		g := ChoiceGroup{Label: set.Label()}
		for _, a := range areas {
			if key := a.Set + "/" + a.ID; n[key] > 0 {
				g.Choices = append(g.Choices, Choice{Value: key, Label: a.Name, N: n[key]})
			}
		}
		if len(g.Choices) > 0 && len(g.Choices) <= areasShown {
			out = append(out, g)
		}
	}
	return out, nil
}
