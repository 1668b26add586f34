package outcome

import (
	"context"
	"fmt"
	"net/url"

	"milieu/internal/portfolio"
	"milieu/internal/portfolio/worth"
)

// ReckonPlan reckons what the settings of an address of the plan come to on a release. The error is a
// portfolio.FieldError where a setting cannot be read.
// What the address does not say is taken from base.
func ReckonPlan(ctx context.Context, in worth.Input, base portfolio.Ask, address string) (Outcome, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Outcome{}, fmt.Errorf("settings of a plan: %w", err)
	}
	ask, err := portfolio.ReadAsk(u.Query(), base)
	if err != nil {
		return Outcome{}, err
	}
	made, err := in.Plan(ctx, ask)
	if err != nil {
		return Outcome{}, err
	}
	p, err := portfolio.Solve(ctx, made, ask)
	if err != nil {
		return Outcome{}, err
	}
	return OfPlan(p), nil
}
