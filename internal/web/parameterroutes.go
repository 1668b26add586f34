package web

import (
	"errors"
	"regexp"
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
	set, err := parameter.Load(s.cfg.Shelf.Workspace().Dir, s.today())
	if err != nil {
		return set, parametersError{err}
	}
	return set, nil
}

// parametersError says that the parameters of the workspace cannot be read: a fault of its files, not of the visitor.
type parametersError struct{ err error }

// Error implements error.
func (e parametersError) Error() string { return "parameters of the workspace: " + e.err.Error() }

// Unwrap gives the cause.
func (e parametersError) Unwrap() error { return e.err }

// parameterPlace is the file and line in an error of a file of parameters.
var parameterPlace = regexp.MustCompile(parameter.Folder + `/[^/:\s]+(:\d+)?`)

// failParameters maps parameters that cannot be read to a page; false when err is another. What is wrong in the file is for
// those who keep it: milieu check says it.
func failParameters(p *ErrorPage, err error) bool {
	var pe parametersError
	if !errors.As(err, &pe) {
		return false
	}
	p.Message = "The parameters of this workspace cannot be read, so nothing that counts on them can be shown."
	if at := parameterPlace.FindString(pe.err.Error()); at != "" {
		p.Message += " The fault stands in " + at + "."
	}
	p.Next = "It is not the address. Whoever keeps the workspace finds what is wrong with “milieu check”."
	return true
}

// today is the day in words of a file.
func (s *Server) today() string { return s.cfg.Now().UTC().Format(time.DateOnly) }
