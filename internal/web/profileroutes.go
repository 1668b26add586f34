package web

import (
	"milieu/internal/auth"
	"milieu/internal/geo/shape"
)

// profileRoutes lists the addresses of areas that are drawn, uploaded, buffered, joined or compared.
func (s *Server) profileRoutes() {
	s.get("/profile", auth.ReadPublic, s.profilePage)
	s.post("/profile", auth.ReadPublic, shape.MostBytes+(1<<20), s.uploadArea)
	s.get("/profile/new", auth.ReadPublic, s.newArea)
	s.get("/profile/organisations", auth.ReadPublic, s.profileMembers)
	s.get("/areas/at.json", auth.ReadPublic, s.areasAt)
	s.get("/compare", auth.ReadPublic, s.comparePage)
	if s.cfg.Team != nil {
		s.post("/profile/save", auth.Decide, formMost, s.saveArea)
	}
}
