package web

import (
	"milieu/internal/auth"
	"milieu/internal/portfolio/appraisal"
)

// appraisalRoutes lists the addresses of appraisals.
func (s *Server) appraisalRoutes() {
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, appraisal.Explainers(s.parameters))
	s.cfg.Shelf.OnSwap(s.warmAppraisal)
	s.get("/appraisal", auth.ReadPublic, s.appraisalList)
	s.get("/appraisal/{id}", auth.ReadPublic, s.appraisalOne)
}
