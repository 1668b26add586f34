package web

import "milieu/internal/auth"

// indicatorRoutes lists the addresses of series of observations.
func (s *Server) indicatorRoutes() {
	s.get("/figures", auth.ReadPublic, s.figures)
	s.get("/figures/{id}", auth.ReadPublic, s.figureSeries)
}
