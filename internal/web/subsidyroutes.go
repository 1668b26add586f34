package web

import (
	"errors"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/subsidy"
)

// subsidyRoutes lists the addresses of subsidy control.
func (s *Server) subsidyRoutes() {
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, subsidy.Explainers(s.subsidyGround))
	s.get("/subsidies", auth.ReadPublic, s.subsidies)
}

// subsidyGround is what awards are held against: the parameters, and which sources list public payments.
func (s *Server) subsidyGround() (parameter.Set, evidence.Manifest, error) {
	set, err := s.parameters()
	snap := s.cfg.Shelf.Acquire()
	if snap == nil {
		return set, evidence.Manifest{}, errors.New("no release is being served")
	}
	defer snap.Release()
	return set, snap.Rel.Manifest, err
}
