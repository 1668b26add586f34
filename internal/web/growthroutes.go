package web

import "milieu/internal/auth"

// growthRoutes lists the addresses of what a place could grow into, and places like it.
func (s *Server) growthRoutes() {
	s.get("/growth", auth.ReadPublic, s.growthStart)
	s.get("/growth/{slug}", auth.ReadPublic, s.growth)
	s.get("/similar/{slug}", auth.ReadPublic, s.similar)
}
