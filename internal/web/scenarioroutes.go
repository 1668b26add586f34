package web

import (
	"errors"
	"net/http"
	"net/url"

	"milieu/internal/auth"
	"milieu/internal/portfolio/scenario"
)

// scenarioRoutes lists the addresses of scenarios.
func (s *Server) scenarioRoutes() {
	if s.cfg.Team == nil {
		return
	}
	s.get("/scenarios", auth.ReadScenarios, s.scenarios)
	s.get("/scenarios/compare", auth.ReadScenarios, s.scenarioCompare)
	s.get("/scenarios/{id}", auth.ReadScenarios, s.scenarioPage)
	s.get("/shared/{secret}", auth.OpenShared, s.sharedScenario)
	s.post("/scenarios", auth.KeepScenarios, formMost, s.keepScenario)
	s.post("/scenarios/{id}/change", auth.KeepScenarios, formMost, s.changeScenario)
	s.post("/scenarios/{id}/undo", auth.KeepScenarios, formMost, s.turnScenario(scenario.Book.Undo, "scenario-back"))
	s.post("/scenarios/{id}/redo", auth.KeepScenarios, formMost, s.turnScenario(scenario.Book.Redo, "scenario-on"))
	s.post("/scenarios/{id}/go", auth.KeepScenarios, formMost, s.goToScenario)
	s.post("/scenarios/{id}/delete", auth.KeepScenarios, formMost, s.turnScenario(scenario.Book.Delete, "deleted"))
	s.post("/scenarios/{id}/restore", auth.KeepScenarios, formMost, s.turnScenario(scenario.Book.Restore, "restored"))
	s.post("/scenarios/{id}/share", auth.KeepScenarios, formMost, s.shareScenario)
	s.post("/scenarios/{id}/unshare", auth.KeepScenarios, formMost, s.turnScenario(scenario.Book.Unshare, "unshared"))
	s.post("/scenarios/{id}/copy", auth.KeepScenarios, formMost, s.copyScenario)
}

// sharedPath begins the addresses of shared scenarios; what follows is a secret.
const sharedPath = "/shared/"

// scenarioBook is what people kept of settings.
func (s *Server) scenarioBook() scenario.Book {
	b := s.cfg.Team.Book
	return scenario.Book{DB: b.DB, Workspace: b.Workspace, Now: b.Now}
}

func scenarioPath(id string) string { return "/scenarios/" + url.PathEscape(id) }

// failScenario maps the errors of scenarios to pages; false when it knows nothing of err.
func failScenario(p *ErrorPage, err error) bool {
	var conflict *scenario.ConflictError
	switch {
	case errors.As(err, &conflict):
		p.Status, p.Message = http.StatusConflict, "Somebody else has changed this scenario since you opened the page. Nothing was changed."
		p.Next = "Go back and load the page again to see what they did, then send yours again if it is still needed."
	case errors.Is(err, scenario.ErrNotFound):
		p.Status, p.Message, p.Next = http.StatusNotFound, "There is no scenario at this address.", "It may be of another workspace, or the link that led here was withdrawn: ask those who sent it."
	default:
		return false
	}
	return true
}
