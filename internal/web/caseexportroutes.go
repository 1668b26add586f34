package web

import (
	"milieu/internal/auth"
	"milieu/internal/report/format"
)

// caseExportRoutes lists the addresses at which a case is taken away as a file.
func (s *Server) caseExportRoutes() {
	for _, f := range format.All {
		s.get("/case."+f.Name, auth.ReadPublic, s.exportOpenCase(f))
		s.get("/cases/{id}/export."+f.Name, auth.ReadCases, s.exportStoredCase(f))
	}
}
