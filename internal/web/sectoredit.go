package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/live"
	"milieu/internal/sector"
)

// sectorTable is the team's table of sectors.
const sectorTable = "sectors"

// SectorEditPage shows a definition to be changed, and what a change would do.
type SectorEditPage struct {
	Base
	ID, Name string
	New      bool
	Text     string
	Lists    []sector.Listed // the rules of the text, where it can be read
	Versions []Choice        // earlier definitions to compare with
	Fault    string          // what is wrong with the text
	Tried    bool            // the change below is of the text
	Changed  bool            // the text differs from what is in force
	Lines    []string
	Enter    SectorMembers
	Leave    SectorMembers
	EnterN   int
	LeaveN   int
	Stay     int
	Waits    bool // a change is kept already and waits for the next build
	History  []DecisionView
	Version  int64
	Accounts bool
}

// editRows is how many who enter or leave are shown.
const editRows = 50

// newSector is what the page begins with where a sector is made.
const newSector = `id = "my-sector"
name = "My sector"
summary = "What it is, in one sentence."
version = "1"
reference = "The publication that it follows, or: our own"
url = ""
reading = "What it cannot see."
codes = "first"   # or "any": which of an organisation's industry codes count

[[include]]
codes = ["25.5", "25.62"]
reason = "why"

[[include]]
words = ["additive manufactur*"]
in = ["activity", "name"]
reason = "why"

[[exclude]]
organisations = ["00000000"]
reason = "why"
`

// inForce is the definition that the next build will use: the team's last word, else the
// release's; and the state of the team's row, false where there is none.
func (s *Server) inForce(r *http.Request, snap *live.Snapshot, id string) (d sector.Definition, st rowState, kept bool, err error) {
	row, err := sector.Find(r.Context(), snap.DB, id)
	if err != nil && !errors.Is(err, sector.ErrNotFound) {
		return d, st, false, err
	}
	missing, d := err, row.Definition
	if s.cfg.Team == nil || !actorOf(r).May(auth.ReadDecisions) {
		return d, st, false, missing
	}
	t, _, err := decision.TeamTable(sectorTable)
	if err != nil {
		return d, st, false, err
	}
	st, err = s.readRow(r, snap, t, id)
	var none statusError
	switch {
	case errors.As(err, &none) && none.status == http.StatusNotFound:
		return d, st, false, missing
	case err != nil:
		return d, st, false, err
	case st.gone():
		return d, st, false, missing
	}
	if kept, err := sector.Parse("line", st.now["definition"]); err == nil {
		return kept, st, true, nil
	}
	// Somebody kept a text that nobody can read; the page shows it with what is wrong.
	return sector.Definition{ID: id, Name: id, Text: st.now["definition"]}, st, true, nil
}

func (s *Server) sectorEdit(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, st, err := s.sectorEditPage(r, snap)
	if err != nil {
		return err
	}
	from := r.URL.Query().Get("from")
	if from != "" {
		if p.Text, err = p.version(st, from); err != nil {
			return err
		}
	}
	if from != "" || p.Waits {
		if err := p.try(r.Context(), snap); err != nil {
			return err
		}
	}
	p.list()
	return s.render(w, r, "sectoredit", p)
}

// version is the text of another version of the definition: the shipped one, or that of a decision.
func (p *SectorEditPage) version(st rowState, from string) (string, error) {
	if shipped, ok := sector.FindShipped(p.ID); ok && from == sector.FromShipped {
		return shipped.Text, nil
	}
	if p.Who.SignedIn {
		for _, d := range st.decisions {
			if text := d.Fields["definition"]; d.ID() == from && text != "" {
				return plainText(text), nil
			}
		}
	}
	return "", notFound("There is no version %.40q of the sector %q.", from, p.ID)
}

// plainText is a definition as TOML; one that cannot be read stays as it is.
func plainText(text string) string {
	if d, err := sector.Parse("line", text); err == nil && strings.HasPrefix(strings.TrimSpace(text), "{") {
		return d.TOML()
	}
	return text
}

// list shows the rules of the text as lists.
func (p *SectorEditPage) list() {
	if d, err := sector.Parse("line", p.Text); err == nil {
		p.Lists = d.Lists()
	}
}

func (s *Server) sectorEditPage(r *http.Request, snap *live.Snapshot) (*SectorEditPage, rowState, error) {
	id := r.PathValue("id")
	p := &SectorEditPage{Base: s.base(r, snap, "Define a sector", "/sectors"), ID: id, New: id == "new", Accounts: s.cfg.Team != nil}
	if p.New {
		p.Name, p.Text = "A new sector", newSector
		return p, rowState{}, nil
	}
	d, st, kept, err := s.inForce(r, snap, id)
	if err != nil {
		return nil, st, err
	}
	p.Name, p.Text, p.Version = d.Name, plainText(d.Text), st.version
	if row, err := sector.Find(r.Context(), snap.DB, id); err != nil || kept && row.JSON() != d.JSON() {
		p.Waits = true
	}
	if _, shipped := sector.FindShipped(id); shipped {
		p.Versions = append(p.Versions, Choice{Label: "the shipped one", Path: sectorPath(id) + "/edit?from=" + sector.FromShipped})
	}
	if len(st.decisions) > 0 && p.Who.SignedIn {
		if p.History, err = s.viewDecisions(r.Context(), snap, st.decisions); err != nil {
			return nil, st, err
		}
		for i, d := range p.History {
			p.History[i].Changes = definitionChanges(d)
			if d.Fields["definition"] != "" {
				p.Versions = append(p.Versions, Choice{Label: d.ID() + " of " + d.When, Path: sectorPath(id) + "/edit?from=" + d.ID()})
			}
		}
	}
	return p, st, nil
}

// definitionChanges says in words what a decision on a definition changed, rule by rule.
func definitionChanges(d DecisionView) []Change {
	is, ok := d.Fields["definition"]
	now, err := sector.Parse("line", is)
	if !ok || err != nil {
		return d.Changes
	}
	was, _ := sector.Parse("line", d.Before["definition"]) // none, or one that cannot be read, has no rules
	var out []Change
	for _, line := range sector.Differences(was, now) {
		out = append(out, Change{Field: "definition", Is: line})
	}
	return out
}

// try says what the text would change.
func (p *SectorEditPage) try(ctx context.Context, snap *live.Snapshot) error {
	d, err := sector.Parse("line", p.Text)
	if err != nil {
		p.Fault = capital(lineWords(err).Error()) + "."
		return nil
	}
	if !p.New && d.ID != p.ID {
		p.Fault = fmt.Sprintf("The id of this sector is %q; another id is another sector.", p.ID)
		return nil
	}
	now := sector.Definition{}
	if row, err := sector.Find(ctx, snap.DB, d.ID); err == nil {
		if p.New {
			p.Fault = fmt.Sprintf("There is a sector %q already; give yours another id, or change that one.", d.ID)
			return nil
		}
		now = row.Definition
	}
	var change sector.Change
	err = snap.Cache.Slow(ctx, func() (err error) {
		change, err = sector.Compare(ctx, snap.DB, d)
		return err
	})
	if err != nil {
		return err
	}
	p.Tried, p.Changed = true, now.JSON() != d.JSON()
	p.Lines = sector.Differences(now, d)
	p.EnterN, p.LeaveN, p.Stay = len(change.Enter), len(change.Leave), change.Stay
	p.Enter, p.Leave = SectorMembers{Label: "Who would enter"}, SectorMembers{Label: "Who would leave"}
	for _, m := range change.Enter[:min(editRows, len(change.Enter))] {
		row := sectorMember(m)
		row.Ref = ""
		p.Enter.Rows = append(p.Enter.Rows, row)
	}
	for _, m := range change.Leave[:min(editRows, len(change.Leave))] {
		p.Leave.Rows = append(p.Leave.Rows, sectorMember(m))
	}
	return nil
}

func (s *Server) sectorPreview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, _, err := s.sectorEditPage(r, snap)
	if err != nil {
		return err
	}
	if p.Text, err = sentDefinition(r); err != nil {
		p.Fault = capital(err.Error()) + "."
	} else if err := p.try(r.Context(), snap); err != nil {
		return err
	}
	p.list()
	status := http.StatusOK
	if p.Fault != "" {
		status = http.StatusUnprocessableEntity
	}
	s.write(w, r, status, "sectoredit", p)
	return nil
}

// sentDefinition is the text of a form: that of a file, or what was typed, with the entry
// that a button takes away or adds.
func sentDefinition(r *http.Request) (string, error) {
	f := r.PostForm
	text := strings.ReplaceAll(f.Get("definition"), "\r\n", "\n")
	if file, _, err := r.FormFile("file"); err == nil {
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, sector.MaxText+1))
		if err != nil {
			return text, fmt.Errorf("the file did not arrive whole (%w); send it again", err)
		}
		return strings.ReplaceAll(strings.ToValidUTF8(string(data), "\uFFFD"), "\r\n", "\n"), nil
	}
	drop, add := f.Get("drop"), f.Get("add") != ""
	if drop == "" && !add {
		return text, nil
	}
	d, err := sector.Parse("line", text)
	if err != nil {
		return text, lineWords(err)
	}
	if drop != "" {
		d, err = d.Without(drop)
	} else {
		d, err = d.With(f.Get("to"), f.Get("kind"), strings.Split(f.Get("entries"), ","), strings.TrimSpace(f.Get("because")))
	}
	if err != nil {
		return text, fmt.Errorf("that would leave a definition that cannot be read: %w", lineWords(err))
	}
	return d.TOML(), nil
}

// lineWords says the line of a fault in a definition as people say it.
func lineWords(err error) error {
	return errors.New(strings.Replace(err.Error(), "line:", "line ", 1))
}

// sectorKeep keeps a definition as a decision on the team's table of sectors.
func (s *Server) sectorKeep(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f := r.PostForm
	d, err := sector.Parse("line", strings.ReplaceAll(f.Get("definition"), "\r\n", "\n"))
	if err != nil {
		return badRequest("The definition cannot be kept: %v.", lineWords(err))
	}
	if id := r.PathValue("id"); id != "new" && id != d.ID {
		return badRequest("The definition is of the sector %q, not of %q.", d.ID, id)
	}
	_, st, kept, err := s.inForce(r, snap, d.ID)
	if err != nil && !errors.Is(err, sector.ErrNotFound) {
		return err
	}
	if _, none := sector.Find(r.Context(), snap.DB, d.ID); r.PathValue("id") == "new" && (kept || none == nil) {
		return statusError{http.StatusConflict, fmt.Sprintf("There is a sector %q already, so yours was not kept. Give yours another id, or change that one.", d.ID)}
	}
	version, err := version(f, st.version)
	if err != nil {
		return err
	}
	draft := decision.Draft{Kind: decision.Add, Table: sectorTable, Subject: d.ID, Version: version, Reason: f.Get("reason"), Source: f.Get("source"),
		Fields: map[string]string{"name": d.Name, "definition": d.JSON(), "note": cutText(strings.TrimSpace(f.Get("reason")), mostMade)}}
	if kept {
		draft.Kind = decision.Set
	}
	if _, err := s.cfg.Team.Book.Decide(r.Context(), actorOf(r), draft); err != nil {
		return err
	}
	return see(w, r, sectorPath(d.ID)+"/edit", "decided")
}

// version is that of the row which the form was shown with, so that a change of somebody else
// in between is noticed; a new sector has the row's own.
func version(f url.Values, now int64) (int64, error) {
	text := f.Get("version")
	if text == "" {
		return now, nil
	}
	var v int64
	if _, err := fmt.Sscan(text, &v); err != nil || v < 0 {
		return 0, badRequest("The version %q is not a number; load the page again.", text)
	}
	return v, nil
}
