package web

import "milieu/internal/auth"

// priorityRoutes lists the addresses of the register of interventions.
func (s *Server) priorityRoutes() {
	s.get("/priorities", auth.ReadPublic, s.priorities)
	s.get("/priorities/register", auth.ReadPublic, s.registerPage)
	s.get("/priorities/{id}", auth.ReadPublic, s.intervention)
}
