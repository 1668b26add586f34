package web

import (
	"context"

	"milieu/internal/auth"
	"milieu/internal/lake"
	"milieu/internal/portfolio/worth"
)

// planRoutes lists the addresses of the plan.
func (s *Server) planRoutes() {
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, worth.Explainers(func(ctx context.Context, q lake.Querier) worth.Input { return s.planInput(ctx, q) }))
	s.get("/plan", auth.ReadPublic, s.plan)
	s.get("/plan.lp", auth.ReadPublic, s.planLP)
	s.get("/plan.json", auth.ReadPublic, s.planProblem)
}
