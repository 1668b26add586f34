package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/portfolio"
	"milieu/internal/tabular"
	"milieu/internal/typed"
)

// RowPage is one row of a team table: what the source says beside what the team says.
type RowPage struct {
	Base
	Table    TableSummary
	ID       string
	Heading  string
	Fields   []RowField
	History  []DecisionView
	Excluded string // the decision that leaves it out
	Added    bool   // no source holds it
	Gone     bool   // and every decision on it has been undone
	Ref      string // opens the source's record
	May      bool
	Version  int64
	OrgPath  string
	// ShapePath is the profile of the area that the row holds.
	ShapePath string
	About     []Choice // interventions that the row is about, by address
}

// RowField is one column of a row.
type RowField struct {
	Name    string
	Meaning string
	Source  string // what the source says
	Team    string // what the team says, when it says something else
	Decided bool
	By      string // decision
	ByPath  string
	Link    bool // the value is a web address
}

// rowState is one row of a team table at this moment.
type rowState struct {
	table     evidence.TeamTable
	id        string
	source    map[string]string // nil when no source holds it
	decisions []decision.Decision
	version   int64
	now       map[string]string
}

// gone says that nothing holds the row any more: no source, and every decision on it has
// been undone.
func (st rowState) gone() bool {
	return st.source == nil && !slices.ContainsFunc(st.decisions, decision.Decision.Holds)
}

// rowOf reads the row that an address names.
func (s *Server) rowOf(r *http.Request, snap *live.Snapshot) (rowState, error) {
	t, err := tableOf(r)
	if err != nil {
		return rowState{}, err
	}
	return s.readRow(r, snap, t, r.PathValue("id"))
}

// readRow reads a row that sources hold or that decisions have added. A company of
// the register that the team has said nothing about yet is a row too, to be begun.
func (s *Server) readRow(r *http.Request, snap *live.Snapshot, t evidence.TeamTable, id string) (rowState, error) {
	st := rowState{table: t, id: id}
	rows, err := sourceRows(r.Context(), snap, t)
	if err != nil {
		return st, err
	}
	st.source = rows.source[id]
	if st.decisions, st.version, err = s.cfg.Team.Book.On(r.Context(), actorOf(r), t.Name, id); err != nil {
		return st, err
	}
	base := st.source
	if base == nil && t.Name == decision.Organisations {
		o, err := snap.Orgs.Find(r.Context(), id)
		if err != nil && !errors.Is(err, org.ErrNotFound) {
			return st, err
		}
		if err == nil && strings.HasPrefix(id, "GB-COH-") {
			base = registerRow(o)
		}
	}
	if base == nil && len(st.decisions) == 0 {
		return st, notFound("There is no row %q in the table %s.", id, t.Name)
	}
	st.now = decision.Apply(base, st.decisions)
	st.now["id"] = id
	return st, nil
}

// registerRow is what the register says of a company, as a row of the team's table.
func registerRow(o org.Organisation) map[string]string {
	name := o.RegisterName
	if name == "" {
		name = o.Name
	}
	return map[string]string{"name": name, "company_number": strings.TrimPrefix(o.RegisterKey, "GB-COH-"),
		"source_url": org.Identifier{Scheme: "GB-COH", Value: strings.TrimPrefix(o.RegisterKey, "GB-COH-")}.URL()}
}

func (s *Server) rowPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	st, err := s.rowOf(r, snap)
	if err != nil {
		return err
	}
	t := st.table
	p := RowPage{Base: s.base(r, snap, rowName(st.now, st.id), "/tables"), Table: tableState{table: t}.summary(), ID: st.id, Heading: rowName(st.now, st.id), Added: st.source == nil, Gone: st.gone(),
		May: actorOf(r).May(auth.Decide), Version: st.version}
	if p.History, err = s.viewDecisions(r.Context(), snap, st.decisions); err != nil {
		return err
	}
	if d, out := decision.Excluded(st.decisions); out {
		p.Excluded = d.ID()
	}
	if kind := factKind[t.Name]; kind != "" && st.source != nil {
		p.Ref = evidence.MakeRef(kind, []string{st.id})
	}
	if t.Name == "awards" && p.Ref != "" { // the release passes over awards to organisations that it does not know
		if _, err := s.explain(r.Context(), snap, p.Ref); errors.Is(err, evidence.ErrNoFigure) {
			p.Ref = ""
		} else if err != nil {
			return err
		}
	}
	if t.Name == decision.Organisations {
		p.OrgPath = orgPath(st.id)
	}
	names, err := namesOfInterventions(r, snap)
	if err != nil {
		return err
	}
	p.About = aboutInterventions(t.Name, st.now, names)
	said := decision.Fold(st.decisions)
	for _, c := range t.Definition.Columns {
		d, decided := said[c.Name]
		f := RowField{Name: c.Name, Meaning: c.Meaning, Source: st.source[c.Name], Decided: decided, Link: typed.IsWeb(st.now[c.Name])}
		if c.Kind == tabular.Shape && st.now[c.Name] != "" {
			p.ShapePath = drawnPath(st.now[c.Name], st.now["name"], "")
			f.Source = short(f.Source)
		}
		if decided {
			f.Team, f.By, f.ByPath = d.Fields[c.Name], d.ID(), "/decisions/"+d.ID()
		}
		if c.Kind == tabular.Shape {
			f.Team = short(f.Team)
		}
		if f.Source != "" || f.Decided {
			p.Fields = append(p.Fields, f)
		}
	}
	return s.render(w, r, "row", p)
}

// mostRun is how many characters without a space are shown on a page.
const mostRun = 100

// short stands for a text that nobody can read, such as an encoded shape, and leaves others alone.
func short(text string) string {
	if r := []rune(text); len(r) > mostRun && !strings.ContainsAny(text, " /") {
		return fmt.Sprintf("%s… (%d characters)", string(r[:24]), len(r))
	}
	return text
}

// factKind is the kind of reference that explains a row of a table.
var factKind = map[string]string{"organisations": "org", "ties": "tie", "facilities": "facility", "indicators": "indicator", "interventions": "intervention", "events": "meeting", "needs": "need",
	"costs": portfolio.RefCost, "outcomes": portfolio.RefOutcome, "relations": portfolio.RefRelation, "risks": portfolio.RefRisk, "delivery": portfolio.RefDelivery, "awards": "public-award"}

// rowName is what a row is called.
func rowName(row map[string]string, id string) string {
	switch {
	case row["name"] != "":
		return row["name"]
	case row["indicator"] != "":
		return row["indicator"]
	case row["kind"] != "" && row["from_id"] != "":
		return orText(row["from_name"], row["from_id"]) + ": " + words(row["kind"]) + ": " + orText(row["to_name"], row["to_id"])
	case row["granter"] != "":
		return row["granter"] + ": award to " + row["organisation"]
	case row["intervention_id"] != "":
		return partOfIntervention(row)
	}
	return id
}

// partOfIntervention names a row of the register by what it says of which intervention.
func partOfIntervention(row map[string]string) string {
	what := "Cost, " + row["funder"]
	switch {
	case row["risk"] != "":
		what = "Risk: " + row["risk"]
	case row["outcome"] != "":
		what = capital(words(row["outcome"]))
	case row["amount_gbp"] == "":
		what = strings.TrimSpace(capital(row["kind"]) + " " + row["what"])
	}
	return strings.TrimSuffix(what, ", ") + " (" + row["intervention_id"] + ")"
}

// aboutInterventions are the pages of the interventions that a row of the register is about.
func aboutInterventions(table string, row map[string]string, names map[string]string) []Choice {
	ids := []string{row["intervention_id"]}
	switch table {
	case "interventions":
		ids = []string{row["id"]}
	case "relations":
		ids = []string{row["from_id"], row["to_id"]}
	}
	var out []Choice
	for _, id := range ids {
		if name, ok := names[id]; ok {
			out = append(out, Choice{Value: interventionPath(id), Label: name})
		}
	}
	return out
}

func interventionPath(id string) string { return "/priorities/" + url.PathEscape(id) }

// listedRow is an organisation that no table and no register holds, but the list of some
// source: it has no facts to correct, and can be left out.
func (s *Server) listedRow(r *http.Request, snap *live.Snapshot) (st rowState, err error) {
	if st.table, err = tableOf(r); err != nil || st.table.Name != decision.Organisations {
		return st, errors.Join(err, org.ErrNotFound)
	}
	st.id = r.PathValue("id")
	o, err := snap.Orgs.Find(r.Context(), st.id)
	if err == nil && o.Origin != org.OriginList {
		err = org.ErrNotFound
	}
	if err == nil {
		st.version, err = s.versionOf(r, st.table.Name, st.id)
	}
	return st, err
}

func (s *Server) excludeRow(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	st, err := s.rowOf(r, snap)
	if err != nil {
		listed, notListed := s.listedRow(r, snap)
		if notListed != nil {
			return err
		}
		st = listed
	}
	t, id := st.table, st.id
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return badRequest("The form cannot be read: open it again from the page of the record.")
	}
	keys := []string{id}
	if t.Name == decision.Organisations {
		if keys, err = recordKeys(r.Context(), snap, id); err != nil {
			return err
		}
	}
	d := decision.Draft{Kind: decision.Exclude, Table: t.Name, Subject: st.id, Fields: map[string]string{"keys": strings.Join(keys, ";")}, Reason: r.PostForm.Get("reason"), Version: version}
	if _, err := s.cfg.Team.Book.Decide(r.Context(), actorOf(r), d); err != nil {
		return err
	}
	return see(w, r, rowPath(t.Name, id), "decided")
}

// recordKeys are the keys of all records of which an organisation is made.
func recordKeys(ctx context.Context, snap *live.Snapshot, id string) ([]string, error) {
	o, err := snap.Orgs.Find(ctx, id)
	if errors.Is(err, org.ErrNotFound) {
		return []string{id}, nil
	}
	if err != nil {
		return nil, err
	}
	return keysOf(o), nil
}

func keysOf(o org.Organisation) []string {
	keys := []string{o.ID}
	if o.RegisterKey != "" && o.RegisterKey != o.ID {
		keys = append(keys, o.RegisterKey)
	}
	for _, j := range o.Joined {
		if j.Key != o.ID && j.Key != o.RegisterKey {
			keys = append(keys, j.Key)
		}
	}
	return keys
}
