package web

import (
	"time"

	"milieu/internal/auth"
	"milieu/internal/portfolio/parameter"
)

// parameterRoutes lists the addresses of the parameters of appraisal.
func (s *Server) parameterRoutes() {
	s.cfg.Explainers = joinExplainers(s.cfg.Explainers, parameter.Explainers(s.parameters))
	s.get("/parameters", auth.ReadPublic, s.parametersPage)
}

// parameters are those of the workspace that are in force today. They are read anew each time: the files are
// small, and who edits them sees it at once.
func (s *Server) parameters() (parameter.Set, error) {
	return parameter.Load(s.cfg.Shelf.Workspace().Dir, s.today())
}

// today is the day in words of a file.
func (s *Server) today() string { return s.cfg.Now().UTC().Format(time.DateOnly) }
