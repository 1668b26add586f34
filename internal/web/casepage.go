package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/live"
	"milieu/internal/report"
)

// CasePage is a case for investment, to be read and printed.
type CasePage struct {
	Base
	ID       string // of a case that is kept; empty for the one that everybody may read
	Doc      report.Document
	Gaps     int
	State    string // where it stands, in words
	Stage    string // of a case that is kept
	Tabs     []Choice
	PlanPath string
	Exports  []Choice
	CSV      string
	Start    string // where a case is started from this one, for those who may
	MayWrite bool
	Comments bool
	Problems []ProblemView // what is wrong with it, for those who write
	Deleted  bool
	Version  int64
}

// GapsOf counts the gaps of a section, for the contents.
func (p CasePage) GapsOf(s report.Section) int { return s.Gaps() }

// exportsOf are the links by which a document is taken away as a file: path with its format behind it.
func exportsOf(path, query string) []Choice {
	var out []Choice
	for _, f := range []struct{ name, label string }{{"html", "HTML"}, {"pdf", "PDF"}, {"docx", "Word"}, {"xlsx", "Excel"}, {"md", "Markdown"}} {
		to := path + "." + f.name
		if query != "" {
			to += "?" + query
		}
		out = append(out, Choice{Value: f.name, Label: f.label, Path: to})
	}
	return out
}

// caseDocument is the case that everybody may read.
func (s *Server) caseDocument(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	c, err := s.openCaseBy(r, snap, s.readMade)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return caseCSV(w, c.Made.Doc)
	}
	p := CasePage{Base: s.base(r, snap, "Case", "/case"), Doc: c.Made.Doc, Gaps: c.Made.Doc.Gaps(), State: c.Made.Doc.Status, PlanPath: withSettings("/plan", c.Content.Plan, ""),
		Exports: exportsOf("/case", c.Query), CSV: withSettings("/case", c.Query, "format=csv")}
	if actorOf(r).May(auth.WriteCase) {
		start := url.Values{"plan": {c.Content.Plan}}
		if c.File != "" {
			start.Set("from", "file:"+c.File)
		}
		p.Start = "/cases?" + start.Encode() + "#new"
		p.problems(c.Content, c.Made, nil)
	}
	return s.render(w, r, "case", p)
}

// withSettings is an address with settings, and more behind them.
func withSettings(path, query, more string) string {
	if query != "" && more != "" {
		more = "&" + more
	}
	if query+more == "" {
		return path
	}
	return path + "?" + query + more
}

// problems marks what is wrong with a case for those who write; path is where one can be mended, nil for nowhere.
func (p *CasePage) problems(c bizcase.Content, made bizcase.Made, path func(bizcase.Problem) string) {
	p.Problems = problemViews(c, made.Of(bizcase.Broken, bizcase.Syntax, bizcase.Unbound, bizcase.Changed), path)
	p.Doc.Sections = slices.Clone(p.Doc.Sections)
	for k := range p.Doc.Sections {
		p.Doc.Sections[k].Blocks = markProblems(p.Doc.Sections[k].Blocks, p.Problems, made.Bound)
	}
}

// casePage is a case that is kept, to be read.
func (s *Server) casePage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	c, made, err := s.storedCaseBy(r, snap, r.PathValue("id"), s.readMade)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return caseCSV(w, made.Doc)
	}
	a, at := actorOf(r), casePath(c.ID)
	p := CasePage{Base: s.base(r, snap, c.Content.Title, "/cases"), ID: c.ID, Doc: made.Doc, Gaps: made.Doc.Gaps(), State: made.Doc.Status, Stage: c.Content.Stage.Label(), Tabs: caseTabs(a, c.ID, ""),
		PlanPath: withSettings("/plan", c.Content.Plan, ""), Exports: exportsOf(at+"/export", ""), CSV: at + "?format=csv",
		MayWrite: a.May(auth.WriteCase), Comments: a.May(auth.CommentCase), Deleted: c.Deleted != "", Version: c.Version}
	if p.MayWrite {
		p.problems(c.Content, made, func(q bizcase.Problem) string { return writePath(c.ID, q.Part) })
	}
	return s.render(w, r, "case", p)
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
