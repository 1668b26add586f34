package web

import (
	"milieu/internal/auth"
	"milieu/internal/sector"
)

// sectorRoutes lists the addresses of sectors.
func (s *Server) sectorRoutes() {
	s.get("/sectors", auth.ReadPublic, s.sectors)
	s.get("/sectors/{id}", auth.ReadPublic, s.sector)
	s.get("/sectors/{id}/definition.toml", auth.ReadPublic, s.sectorFile)
	s.get("/sectors/{id}/edit", auth.ReadPublic, s.sectorEdit)
	s.post("/sectors/{id}/edit", auth.ReadPublic, 4*sector.MaxText, s.sectorPreview)
	if s.cfg.Team != nil {
		s.post("/sectors/{id}/keep", auth.Decide, 4*sector.MaxText, s.sectorKeep)
	}
}
