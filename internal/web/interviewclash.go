package web

import (
	"net/http"
	"slices"
	"strings"

	"milieu/internal/survey/interview"
)

// Clash is a field of which the server has something else than the form.
type Clash struct {
	Field  string `json:"field"` // name of the control
	Label  string `json:"label"`
	Mine   string `json:"mine"`
	Theirs string `json:"theirs"`
}

// personName is the name of somebody of the workspace.
func (s *Server) personName(r *http.Request, id string) (string, error) {
	names, err := s.peopleNames(r, id)
	return orText(names[id], "somebody"), err
}

// clashes are the fields of which the server has something else than what was sent.
func (s *Server) clashes(r *http.Request, d interview.Draft, have interview.Interview) ([]Clash, error) {
	yes := func(v bool) string {
		if v {
			return "yes"
		}
		return "no"
	}
	var out []Clash
	add := func(field, label, mine, theirs string) {
		if mine != theirs {
			out = append(out, Clash{field, label, mine, theirs})
		}
	}
	m, t := d.Content, have.Content
	add("_org", "Firm", m.OrgName, t.OrgName)
	add("_day", "Day", m.Day, t.Day)
	add("_who", "Who was there", strings.TrimSpace(m.Who), t.Who)
	add("_agreed", "Who agreed, and how", strings.TrimSpace(m.Consent.By), t.Consent.By)
	add("_quotes", "Permission to quote", m.Consent.Quotes.Label(), t.Consent.Quotes.Label())
	add("_contact", "May be asked again", yes(m.Consent.Contact), yes(t.Consent.Contact))
	add("_named", "Answers with the firm’s name", yes(m.Consent.Named), yes(t.Consent.Named))
	add("_ties", "Organisations into the network", yes(m.Consent.Ties), yes(t.Consent.Ties))
	add("_notes", "Notes", strings.TrimSpace(lineEnds(m.Notes)), t.Notes)
	labels := map[string]string{}
	if have.SurveyID != "" {
		fw, _ := s.voices()
		in, _, err := fw.Instrument(r.Context(), have.SurveyID, 0)
		if err != nil {
			return nil, err
		}
		for _, q := range in.Questions() {
			labels[q.ID] = q.Text
		}
	}
	fields := map[string]bool{}
	for name := range m.Typed {
		fields[name] = true
	}
	for name := range t.Typed {
		fields[name] = true
	}
	text := func(values []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" }), ", ")
	}
	for _, name := range sortedNames(fields) {
		q, _, _ := strings.Cut(name, ".")
		add(name, orText(labels[q], name), text(m.Typed[name]), text(t.Typed[name]))
	}
	return out, nil
}
