package web

import (
	"context"
	"errors"
	"net/http"

	"milieu/internal/bizcase"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// CasePage is the case for investment, to be read and printed.
type CasePage struct {
	Base
	Doc      report.Document
	Gaps     int
	PlanPath string
	Markdown string
	CSV      string
}

// GapsOf counts the gaps of a section, for the contents.
func (p CasePage) GapsOf(s report.Section) int {
	return report.Document{Sections: []report.Section{s}}.Gaps()
}

// caseOf writes the case for the plan that the address asks for.
func caseOf(r *http.Request, snap *snapshot) (report.Document, portfolio.Ask, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return report.Document{}, portfolio.Ask{}, err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		var fe portfolio.FieldError
		if errors.As(err, &fe) {
			return report.Document{}, ask, badRequest("%s", fe.Message)
		}
		return report.Document{}, ask, err
	}
	plan, err := solvePlan(r, snap, ask)
	if err != nil {
		return report.Document{}, ask, err
	}
	write := func() (report.Document, error) {
		return bizcase.Write(context.WithoutCancel(r.Context()), snap.db, bizcase.Input{Workspace: snap.ws, Release: snap.rel, Plan: plan, Options: all})
	}
	if plan.Stopped { // not kept, as the plan is not
		d, err := write()
		return d, ask, err
	}
	d, err := remember(&snap.cache, "case?"+askQuery(ask), write)
	return d, ask, err
}

func (s *Server) caseDocument(w http.ResponseWriter, r *http.Request, snap *snapshot) error {
	d, ask, err := caseOf(r, snap)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return caseCSV(w, d)
	}
	query := askQuery(ask)
	p := CasePage{Base: s.base(r, snap, "Case", "/case"), Doc: d, Gaps: d.Gaps(), PlanPath: "/plan?" + query, Markdown: "/case.md?" + query, CSV: "/case?" + query + "&format=csv"}
	return s.render(w, r, "case", p)
}

func (s *Server) caseMarkdown(w http.ResponseWriter, r *http.Request, snap *snapshot) error {
	d, _, err := caseOf(r, snap)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	return report.WriteMarkdown(w, d)
}

// caseCSV lists every figure of the case with its reference.
func caseCSV(w http.ResponseWriter, d report.Document) error {
	var rows [][]string
	for _, section := range d.Sections {
		for _, f := range (report.Document{Sections: []report.Section{section}}).Figures() {
			rows = append(rows, []string{section.Title, f.Text, f.Unit, f.Range, f.Ref})
		}
	}
	return writeCSV(w, "case-figures", []string{"part", "figure", "unit", "interval", "ref"}, rows)
}
