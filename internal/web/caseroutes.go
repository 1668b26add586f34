package web

import (
	"net/url"

	"milieu/internal/auth"
)

// caseRoutes lists the addresses at which cases are read and written.
func (s *Server) caseRoutes() {
	s.get("/case", auth.ReadPublic, s.caseDocument)
	s.get("/case/print.css", auth.ReadPublic, s.casePrint)
	if s.cfg.Team == nil {
		return
	}
	s.get("/cases", auth.ReadCases, s.cases)
	s.get("/cases/{id}", auth.ReadCases, s.casePage)
	s.get("/cases/{id}/write", auth.WriteCase, s.mendCase)
	s.get("/cases/{id}/write/{part}", auth.WriteCase, s.writeCase)
	s.get("/cases/{id}/figures", auth.WriteCase, s.caseFigures)
	s.post("/cases", auth.WriteCase, formMost, s.startCase)
	s.post("/cases/{id}/write/{part}", auth.WriteCase, formMost, s.keepCase)
	s.post("/cases/{id}/write/{part}/preview", auth.WriteCase, formMost, s.previewCase)
	s.post("/cases/{id}/read", auth.WriteCase, formMost, s.readCase)
	s.post("/cases/{id}/delete", auth.WriteCase, formMost, s.deleteCase)
	s.post("/cases/{id}/restore", auth.WriteCase, formMost, s.restoreCase)
}

// casePath is the page of a case that is kept.
func casePath(id string) string { return "/cases/" + url.PathEscape(id) }

// writePath is the page on which a part of a case is written: the id of a section, or one of casePartLabels.
func writePath(id, part string) string { return casePath(id) + "/write/" + url.PathEscape(part) }

// caseTabs are the pages of a case that somebody may use; here is the last part of the address of the one that is shown.
func caseTabs(a auth.Actor, id, here string) []Choice {
	var out []Choice
	for _, t := range []struct {
		here, label string
		needs       auth.Action
	}{{"", "Read", auth.ReadCases}, {"write", "Write", auth.WriteCase}, {"review", "Review", auth.ReadCases}, {"versions", "Versions", auth.ReadCases}, {"publish", "Publish", auth.PublishCase}} {
		if !a.May(t.needs) {
			continue
		}
		path := casePath(id)
		if t.here != "" {
			path += "/" + t.here
		}
		out = append(out, Choice{Value: t.here, Label: t.label, Path: path, Current: t.here == here})
	}
	return out
}
