package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/tabular"
)

// FormPage is the form by which a row is added or corrected.
type FormPage struct {
	Base
	Table     TableSummary
	ID        string
	New       bool
	Heading   string
	Fields    []FormField
	Reason    string
	Source    string
	Version   int64
	Faults    map[string]string
	Conflict  []DecisionView // what somebody else did meanwhile
	Back      string
	FaultList []FaultLink
	// Interventions are offered where a field names one.
	Interventions []Choice
}

// FaultLink leads from the top of a form to the field at fault.
type FaultLink struct{ Field, Says string }

// FormField is one input.
type FormField struct {
	Name     string
	Meaning  string
	Kind     string // text, number, area, choice, intervention
	Choices  []Choice
	Known    []Choice // values that are on record, offered where others may be typed
	Value    string   // in the input
	Base     string   // what the editor was shown
	Source   string   // what the source says, when it says something else
	Theirs   string   // what somebody else saved meanwhile
	Clashes  bool     // both changed it
	Fault    string
	Required bool
}

func (s *Server) editRow(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	st, err := s.rowOf(r, snap)
	if err != nil {
		return err
	}
	return s.renderForm(w, r, snap, http.StatusOK, s.form(r, snap, st))
}

// form is the form with the row as it is now.
func (s *Server) form(r *http.Request, snap *live.Snapshot, st rowState) FormPage {
	p := FormPage{Base: s.base(r, snap, "Correct "+rowName(st.now, st.id), "/tables"), Table: tableState{table: st.table}.summary(), ID: st.id, Heading: "Correct " + rowName(st.now, st.id),
		Version: st.version, Back: rowPath(st.table.Name, st.id)}
	for _, c := range st.table.Definition.Columns {
		if c.Name == "id" {
			continue
		}
		f := formField(c, st.now[c.Name])
		if st.source != nil && st.source[c.Name] != st.now[c.Name] {
			f.Source = orText(st.source[c.Name], "nothing")
		}
		p.Fields = append(p.Fields, f)
	}
	return p
}

// longTexts are columns that are written in more than a line.
var longTexts = map[string]bool{"notes": true, "description": true, "expected_outputs": true, "basis": true, "status": false, "problem": true, "risk": true, "mitigation": true, "reason": true, "note": true}

func formField(c tabular.Column, value string) FormField {
	f := FormField{Name: c.Name, Meaning: c.Meaning, Kind: "text", Value: value, Base: value, Required: c.NotNull}
	switch {
	case len(c.OneOf) > 0:
		f.Kind = "choice"
		for _, o := range c.OneOf {
			f.Choices = append(f.Choices, Choice{Value: o, Label: words(o), Current: o == value})
		}
	case c.Name == "intervention_id":
		f.Kind = "intervention"
	case longTexts[c.Name] || c.Kind == tabular.Shape:
		f.Kind = "area"
	case c.Kind == tabular.Number || c.Kind == tabular.Integer || c.Kind == tabular.Year:
		f.Kind = "number"
	}
	return f
}

// typed takes what was sent over into the form and gives what was changed in it.
func (p *FormPage) typed(r *http.Request) (fields, before map[string]string) {
	fields, before = map[string]string{}, map[string]string{}
	p.Reason, p.Source = r.PostForm.Get("reason"), r.PostForm.Get("source")
	for i := range p.Fields {
		f := &p.Fields[i]
		if !r.PostForm.Has("f." + f.Name) {
			continue
		}
		// Browsers send line ends as CR LF whatever was in the page.
		value, base := lineEnds(r.PostForm.Get("f."+f.Name)), lineEnds(r.PostForm.Get("b."+f.Name))
		f.set(value)
		if value != base {
			fields[f.Name], before[f.Name] = value, base
		}
	}
	return fields, before
}

func lineEnds(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func (f *FormField) set(value string) {
	f.Value = value
	for i := range f.Choices {
		f.Choices[i].Current = f.Choices[i].Value == value
	}
}

func (s *Server) saveRow(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	st, err := s.rowOf(r, snap)
	if err != nil {
		return err
	}
	p := s.form(r, snap, st)
	fields, before := p.typed(r)
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return badRequest("The form cannot be read: open it again from the page of the record.")
	}
	d := decision.Draft{Kind: decision.Set, Table: st.table.Name, Subject: st.id, Fields: fields, Before: before, Reason: p.Reason, Source: p.Source, Version: version}
	// The first thing that the team says of a company of the register stands alone, so it
	// says all that a row needs.
	if st.source == nil && len(decision.Fold(st.decisions)) == 0 && len(fields) > 0 {
		for _, c := range st.table.Definition.Columns {
			if _, given := fields[c.Name]; !given && c.NotNull && c.Name != "id" {
				fields[c.Name] = st.now[c.Name]
			}
		}
	}
	_, err = s.cfg.Team.Book.Decide(r.Context(), actorOf(r), d)
	if err == nil {
		return see(w, r, rowPath(st.table.Name, st.id), "decided")
	}
	return s.formAgain(w, r, snap, p, st, d, err)
}

// formAgain shows a form that could not be saved, with what was typed and what is
// wrong; where somebody else was first, with what they saved beside it.
func (s *Server) formAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, p FormPage, st rowState, d decision.Draft, err error) error {
	var input *decision.InputError
	var conflict *decision.ConflictError
	status := http.StatusUnprocessableEntity
	switch {
	case errors.As(err, &input):
		p.Version = d.Version
		p.fault(input.Fields)
		for i := range p.Fields {
			p.Fields[i].Base = lineEnds(r.PostForm.Get("b." + p.Fields[i].Name))
		}
	case errors.As(err, &conflict):
		status = http.StatusConflict
		if p.Conflict, err = s.viewDecisions(r.Context(), snap, conflict.Since); err != nil {
			return err
		}
		// The row was read before the other's decision came: what stands now is merged, under
		// the version that it has now.
		if st, err = s.readRow(r, snap, st.table, st.id); err != nil {
			return err
		}
		p.Version = st.version
		p.merge(st.now, d)
	default:
		return err
	}
	return s.renderForm(w, r, snap, status, p)
}

// merge keeps what this editor changed and takes over what the other one did. Where
// both changed the same field, this editor sees both and chooses.
func (p *FormPage) merge(now map[string]string, d decision.Draft) {
	for i := range p.Fields {
		f := &p.Fields[i]
		mine, changed := d.Fields[f.Name]
		theirs := now[f.Name]
		f.Base = theirs
		if !changed {
			f.set(theirs)
			continue
		}
		if theirs != d.Before[f.Name] && theirs != mine {
			f.Theirs, f.Clashes = orText(theirs, "nothing"), true
		}
	}
}

// fault puts messages beside their fields and in a list at the top.
func (p *FormPage) fault(faults map[string]string) {
	p.Faults = faults
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Fault = faults[f.Name]; f.Fault != "" {
			p.FaultList = append(p.FaultList, FaultLink{"f." + f.Name, capital(columnLabel(f.Name)) + " " + f.Fault})
		}
	}
	for _, k := range []string{"id", "reason", "source"} {
		if faults[k] != "" {
			p.FaultList = append(p.FaultList, FaultLink{k, map[string]string{"id": "The id", "reason": "The reason", "source": "The source"}[k] + " " + faults[k]})
		}
	}
	if faults[""] != "" {
		p.FaultList = append(p.FaultList, FaultLink{"main", capital(faults[""])})
	}
}

func (s *Server) newRow(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	p := s.newForm(r, snap, t)
	for i := range p.Fields {
		name := p.Fields[i].Name
		if v := orText(r.URL.Query().Get("f."+name), r.URL.Query().Get(name)); v != "" {
			p.Fields[i].set(v)
		}
	}
	return s.renderForm(w, r, snap, http.StatusOK, p)
}

func (s *Server) newForm(r *http.Request, snap *live.Snapshot, t evidence.TeamTable) FormPage {
	p := s.form(r, snap, rowState{table: t})
	p.New, p.Heading, p.Title, p.Back = true, "Add to "+t.Name, "Add to "+t.Name, tablePath(t.Name)
	return p
}

func (s *Server) saveNewRow(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	p := s.newForm(r, snap, t)
	fields, _ := p.typed(r)
	p.ID = strings.TrimSpace(r.PostForm.Get("id"))
	if p.ID == "" {
		if p.ID, err = s.freeID(r, snap, t, evidence.Slug(rowName(fields, ""))); err != nil {
			return err
		}
	}
	d := decision.Draft{Kind: decision.Add, Table: t.Name, Subject: p.ID, Fields: fields, Reason: p.Reason, Source: p.Source}
	st, err := s.readRow(r, snap, t, p.ID)
	var missing statusError
	switch {
	case err == nil && st.gone():
		d.Version = st.version
		_, err = s.cfg.Team.Book.Decide(r.Context(), actorOf(r), d)
	case err == nil:
		err = &decision.InputError{Fields: map[string]string{"id": "is taken: a record with it is there already; correct that one, or choose another id"}}
	case errors.As(err, &missing):
		_, err = s.cfg.Team.Book.Decide(r.Context(), actorOf(r), d)
	}
	if err == nil {
		return see(w, r, rowPath(t.Name, p.ID), "decided")
	}
	return s.formAgain(w, r, snap, p, st, d, err)
}
