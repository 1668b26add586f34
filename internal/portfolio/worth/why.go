package worth

import (
	"context"
	"errors"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
)

// Explainers explain plan/cost, plan/cost-of-ID (of one option), plan/value, plan/count, plan/existing, plan/options,
// plan/unvalued, plan/short, plan/long and plan/sure (how often each is chosen over draws) with the settings of portfolio.Ask. of is where
// what interventions are worth is read from, for whoever asks.
func Explainers(of func(ctx context.Context, q lake.Querier) Input) evidence.Explainers {
	return evidence.Explainers{"plan": func(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		return whyPlan(ctx, of(ctx, q), r)
	}}
}

func whyPlan(ctx context.Context, from Input, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as plan/cost, plan/value, plan/count or plan/existing")
	}
	ask, err := portfolio.ParseAsk(r.Set.Get, portfolio.Ask{Lens: portfolio.Growth})
	if err != nil {
		return evidence.Chain{}, err
	}
	in, err := from.Plan(ctx, ask)
	if err != nil {
		return evidence.Chain{}, asBadRef(err)
	}
	p, err := portfolio.Solve(ctx, in, ask)
	if err != nil {
		return evidence.Chain{}, asBadRef(err)
	}
	if r.Args[0] == "sure" {
		draws, err := p.Robust(ctx, nil)
		if err != nil {
			return evidence.Chain{}, evidence.BadRef("%v", err)
		}
		return p.SureChain(draws), nil
	}
	return p.Chain(r.Args[0])
}

// asBadRef makes a setting that cannot be answered the fault of the reference.
func asBadRef(err error) error {
	var fe portfolio.FieldError
	if errors.As(err, &fe) {
		return evidence.BadRef("%s", fe.Message)
	}
	return err
}
