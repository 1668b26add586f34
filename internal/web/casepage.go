package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"milieu/internal/bizcase"
	"milieu/internal/live"
	"milieu/internal/network"
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
func (s *Server) caseOf(r *http.Request, snap *live.Snapshot) (report.Document, portfolio.Ask, error) {
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
	plan, err := s.solvePlan(r, snap, ask)
	if err != nil {
		return report.Document{}, ask, err
	}
	write := func() (report.Document, error) {
		return bizcase.Write(context.WithoutCancel(r.Context()), network.With(snap.DB, snap.Network), bizcase.Input{Workspace: snap.WS, Release: snap.Rel, Plan: plan, Options: all})
	}
	if _, _, weighed := ask.Workshop(); plan.Stopped || weighed { // not kept, as the plan is not
		d, err := write()
		return d, ask, err
	}
	d, err := live.Remember(&snap.Cache, "case?"+askQuery(ask), write)
	return d, ask, err
}

func (s *Server) caseDocument(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	d, ask, err := s.caseOf(r, snap)
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

func (s *Server) caseMarkdown(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	d, _, err := s.caseOf(r, snap)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	return report.WriteMarkdown(w, d)
}

// releaseForm is the name of a release, which is part of a style sheet here.
var releaseForm = regexp.MustCompile(`^[0-9a-f]{1,64}$`)

// casePrint is the style sheet that puts the release and the number into the
// margins of the printed case. Only a rule can write there, and it stands in a
// file of its own because the policy forbids style elements. The page names the
// release, so that a swap between the two requests cannot part them.
func (s *Server) casePrint(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	release := r.URL.Query().Get("release")
	if !releaseForm.MatchString(release) {
		return badRequest("%q is not the name of a release.", release)
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err := fmt.Fprintf(w, `@page{@bottom-left{content:"Release %s";font:8pt sans-serif;color:#444}@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#444}}`+"\n", release)
	return err
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
