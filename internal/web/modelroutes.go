package web

import "milieu/internal/auth"

// modelRoutes lists the addresses of the model of expected ties.
func (s *Server) modelRoutes() {
	s.get("/network/model", auth.ReadPublic, s.networkModel)
}
