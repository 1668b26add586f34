package web

import (
	"context"

	"milieu/internal/auth"
	"milieu/internal/lake"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/worth"
)

// sequenceRoutes lists the addresses of the sequence of a plan.
func (s *Server) sequenceRoutes() {
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, sequence.Explainers(func(ctx context.Context, q lake.Querier) worth.Input { return s.planInput(ctx, q) }))
	s.get("/plan/sequence", auth.ReadPublic, s.sequencePage)
}
