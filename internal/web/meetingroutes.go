package web

import (
	"milieu/internal/auth"
	"milieu/internal/sheet"
)

// meetingRoutes lists the addresses of meetings, and of bringing an edge list or a survey roster in.
func (s *Server) meetingRoutes() {
	s.get("/meetings", auth.ReadPublic, s.meetings)
	s.get("/meetings/{id}", auth.ReadPublic, s.meeting)
	if s.cfg.Team != nil {
		s.get("/meetings/new", auth.Decide, s.newMeeting)
		s.post("/meetings/new", auth.Decide, formMost, s.saveMeeting)
		s.get("/network/import", auth.Import, s.networkImport)
		s.post("/network/import", auth.Import, sheet.MostBytes+(1<<20), s.uploadEdges)
		s.get("/network/import/{id}", auth.Import, s.edgesPage)
		s.post("/network/import/{id}", auth.Import, 4<<20, s.readEdges)
	}
}
