package web

import "milieu/internal/auth"

// atlasRoutes lists the addresses of maps of values by area, and of concentration by distance.
func (s *Server) atlasRoutes() {
	s.get("/atlas", auth.ReadPublic, s.atlas)
	s.get("/concentration", auth.ReadPublic, s.concentrationStart)
	s.get("/concentration/{sector}", auth.ReadPublic, s.concentration)
}
