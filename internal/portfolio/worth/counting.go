package worth

import (
	"context"

	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
)

// counting says how a plan holds money against its budget: as appraisals do, in prices of their base
// year and without private money. Without parameters all of it counts as stated.
func (a appraiser) counting(ctx context.Context) (portfolio.Counting, error) {
	if a.set == nil {
		return portfolio.Counting{}, nil
	}
	res, err := a.appraise(ctx, fewestDraws, appraisal.DefaultSeed)
	if err != nil {
		return portfolio.Counting{}, err
	}
	index, _ := res.Params.Deflator()
	if _, _, err := index.Real(res.BaseYear-1, res.BaseYear); err != nil {
		return portfolio.Counting{}, err
	}
	return portfolio.Counting{
		Base: res.BaseYear,
		Real: func(year int) float64 {
			factor, _, _ := index.Real(year, res.BaseYear) // an index that is wrong is wrong for all years: tried above
			return factor
		},
		Private: func(funder string) bool { return appraisal.PrivateFunder(res.Params, funder) },
		Biased:  biased(res),
	}, nil
}

// fewestDraws is the least that an appraisal takes: what is read of it here is not drawn.
const fewestDraws = 2

// biased is what optimism bias makes of the public cost of each intervention, as a factor. Money that is
// spent has none.
func biased(res appraisal.Result) map[string]float64 {
	out := map[string]float64{}
	for _, item := range res.Items {
		plain, with := 0.0, 0.0
		for _, c := range item.Costs {
			if !c.Private && c.Status != "spent" {
				plain, with = plain+c.Real, with+c.Real*(1+c.Bias)
			}
		}
		if plain > 0 {
			out[item.Intervention.ID] = with / plain
		}
	}
	return out
}
