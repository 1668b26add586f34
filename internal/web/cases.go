package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/draft"
	"milieu/internal/live"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/typed"
)

// CasesPage lists the cases, and starts a new one.
type CasesPage struct {
	Base
	Rows, Deleted []CaseListRow
	MayWrite      bool
	// What was typed.
	CaseTitle string
	Stages    []Choice
	Plan      string // settings; empty for the workspace's own
	PlanSays  []Labelled
	From      []Choice // what the text begins from
	Faults    map[string]string
	FaultList []FaultLink
	Unread    []string // why files of the workspace are no cases
}

// CaseListRow is a case of the list.
type CaseListRow struct {
	casebook.Summary
	Path, StageIs, When, Who string
}

// cases lists the cases.
func (s *Server) cases(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.caseList(r, snap, r.URL.Query())
	if err != nil {
		return err
	}
	return s.render(w, r, "cases", p)
}

// caseList is the page with what was typed in the form of a new case.
func (s *Server) caseList(r *http.Request, snap *live.Snapshot, form url.Values) (CasesPage, error) {
	a := actorOf(r)
	p := CasesPage{Base: s.base(r, snap, "Cases", "/cases"), MayWrite: a.May(auth.WriteCase), CaseTitle: orText(form.Get("title"), orText(snap.WS.Case.Title, "The case for "+snap.WS.Name)), Plan: planSettings(form.Get("plan"))}
	all, err := s.caseBook().List(r.Context(), a, true)
	if err != nil {
		return p, err
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ChangedBy)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return p, err
	}
	for _, c := range all {
		row := CaseListRow{c, casePath(c.ID), c.Stage.Label(), dayTime(c.Changed), nameOf(c.ChangedBy, names)}
		if c.Deleted != "" {
			p.Deleted = append(p.Deleted, row)
		} else {
			p.Rows = append(p.Rows, row)
		}
	}
	if !p.MayWrite {
		return p, nil
	}
	files, err := bizcase.ReadFiles(snap.WS.Dir)
	if err != nil {
		return p, err
	}
	for _, f := range files {
		if f.Err != nil {
			p.Unread = append(p.Unread, f.Err.Error())
		}
	}
	return p, s.startChoices(r, snap, form, &p)
}

// startChoices fills the form of a new case.
func (s *Server) startChoices(r *http.Request, snap *live.Snapshot, form url.Values, p *CasesPage) error {
	p.Stages = caseStages()
	stage, from := orText(form.Get("stage"), string(bizcase.Outline)), orText(form.Get("from"), "plan")
	for k := range p.Stages {
		p.Stages[k].Current = p.Stages[k].Value == stage
	}
	add := func(value, label string) {
		p.From = append(p.From, Choice{Value: value, Label: label, Current: value == from})
	}
	label := "a draft for the workspace’s own plan"
	if p.Plan != "" {
		label = "a draft for the plan that was open"
		p.PlanSays = settingRows("/plan?" + p.Plan)
	}
	add("plan", label)
	kept, err := s.scenarioBook().Scenarios(r.Context(), actorOf(r), false)
	if err != nil {
		return err
	}
	for _, sc := range kept {
		if sc.Kind == scenario.Plan {
			add("scenario:"+sc.ID, "a draft for the plan of the scenario “"+sc.Name+"”")
		}
	}
	files, err := s.caseFiles(snap)
	if err != nil {
		return err
	}
	for _, f := range files {
		add("file:"+f.ID, "the text of the workspace’s file “"+f.Content.Title+"”")
	}
	add("empty", "nothing: the headings alone")
	return nil
}

// startCase starts a case.
func (s *Server) startCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	content, err := s.startContent(r, snap)
	var id string
	if err == nil {
		id, err = s.keepStart(r, snap, content)
	}
	var input *typed.InputError
	if errors.As(err, &input) {
		p, err := s.caseList(r, snap, r.PostForm)
		if err != nil {
			return err
		}
		p.Faults, p.FaultList = input.Fields, faultLinks(input.Fields)
		s.write(w, r, http.StatusUnprocessableEntity, "cases", p)
		return nil
	}
	if err != nil {
		return err
	}
	return see(w, r, casePath(id)+"/write", "kept")
}

func (s *Server) keepStart(r *http.Request, snap *live.Snapshot, content bizcase.Content) (string, error) {
	made, err := s.makeCase(r, snap, content, "")
	if err != nil {
		return "", err
	}
	content.Seen = readSeen(nil, made.Bound)
	return s.caseBook().Start(r.Context(), actorOf(r), casebook.Draft{Content: content, Note: "Started.", Made: documentToKeep(content, made)})
}

// startContent is the text that a new case begins with.
func (s *Server) startContent(r *http.Request, snap *live.Snapshot) (bizcase.Content, error) {
	f := r.PostForm
	title, stage := typed.Line(f.Get("title")), bizcase.Stage(f.Get("stage"))
	faults := typed.Faults{}
	if title == "" {
		faults.Add("title", "is needed")
	}
	title = faults.Text("title", title, 200)
	if bizcase.Stage(stage).Label() == string(stage) {
		faults.Add("stage", "is not one of the list")
	}
	if err := faults.Err(); err != nil {
		return bizcase.Content{}, err
	}
	from, id, _ := strings.Cut(f.Get("from"), ":")
	settings := planSettings(f.Get("plan"))
	switch from {
	case "empty":
		c := bizcase.Content{Title: title, Owner: snap.WS.Case.Owner, Stage: stage, Plan: settings}
		for _, p := range bizcase.Parts {
			c.Sections = append(c.Sections, bizcase.Section{ID: p.ID})
		}
		return c, nil
	case "file":
		files, err := s.caseFiles(snap)
		if err != nil {
			return bizcase.Content{}, err
		}
		for _, file := range files {
			if file.ID == id {
				file.Content.Title, file.Content.Stage = title, stage
				return file.Content, nil
			}
		}
	case "scenario":
		sc, err := s.scenarioBook().Scenario(r.Context(), actorOf(r), id)
		if err != nil {
			return bizcase.Content{}, err
		}
		if sc.Kind != scenario.Plan {
			return bizcase.Content{}, badRequest("The scenario is not one of a plan.")
		}
		return s.draftCase(r, snap, planSettings(sc.Address), title, stage)
	case "plan":
		return s.draftCase(r, snap, settings, title, stage)
	}
	return bizcase.Content{}, typed.Faults{"from": "is not one of the list"}.Err()
}

// draftCase writes the first text for a plan from what is known of it.
func (s *Server) draftCase(r *http.Request, snap *live.Snapshot, settings, title string, stage bizcase.Stage) (bizcase.Content, error) {
	ask, err := s.caseAsk(r, snap, settings)
	if err != nil {
		return bizcase.Content{}, err
	}
	f, err := s.caseFacts(r, snap, ask)
	if err != nil {
		return bizcase.Content{}, err
	}
	return draft.Write(r.Context(), f, draftOpts(snap, settings, title, stage))
}

// draftOpts is what a draft takes from the workspace.
func draftOpts(snap *live.Snapshot, settings, title string, stage bizcase.Stage) draft.Opts {
	ws := snap.WS
	if title == "" {
		title = orText(ws.Case.Title, "The case for "+ws.Name)
	}
	return draft.Opts{Stage: stage, Plan: settings, Title: title, Subtitle: ws.Summary, Owner: ws.Case.Owner, Place: ws.Short, Area: ws.Focus.Area, Reference: ws.Focus.Reference}
}

// deleteCase and restoreCase carry the version of the record that was shown.
func (s *Server) deleteCase(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	if err := s.caseBook().Delete(r.Context(), actorOf(r), r.PathValue("id"), version); err != nil {
		return err
	}
	return see(w, r, "/cases", "deleted")
}

func (s *Server) restoreCase(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	if err := s.caseBook().Restore(r.Context(), actorOf(r), r.PathValue("id"), version); err != nil {
		return err
	}
	return see(w, r, casePath(r.PathValue("id")), "restored")
}
