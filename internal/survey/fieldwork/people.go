package fieldwork

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// States of a drawn firm. Those of an anonymous survey do not go beyond UnitSent by themselves.
const (
	UnitDrawn      = "drawn"
	UnitSent       = "sent"
	UnitOpened     = "opened"
	UnitStarted    = "started"
	UnitDone       = "done"
	UnitRefused    = "refused"
	UnitBounced    = "bounced"      // the message came back
	UnitOutOfScope = "out_of_scope" // it is not of those whom the survey is about, such as one that has closed
	UnitErased     = "erased"       // it asked for what it said to be erased, and is not asked again
)

// Unit is a firm that was drawn.
type Unit struct {
	ID, OrgID, Name, Stratum    string
	Email, Contact              string // whom to write to; Contact is a person's name
	State, Note                 string
	SentAt                      string
	Reminded                    int
	RemindedAt                  string
	OpenedAt, StartedAt, DoneAt string // "" always of an anonymous survey
	Version                     int64
	Known, Source, Groups       map[string]string // what the frame says of it, and where that comes from
}

// UnitFilter narrows a list of units. Empty fields do not narrow.
type UnitFilter struct {
	Stratum, State string
	Text           string // part of the name, in any case
	NoEmail        bool   // only those without an address
	Limit, Offset  int    // Limit 0: all
}

const (
	unitColumns = `select unit_id, org_id, name, stratum, email, contact, facts, state, note, sent_at, reminded, reminded_at, opened_at, started_at, done_at, version from survey_unit
where workspace = $1 and survey_id = $2 `
	unitsAll   = unitColumns + `order by name, unit_id`
	unitOne    = unitColumns + `and unit_id = $3`
	unitOfOrg  = unitColumns + `and org_id = $3`
	unitPeople = `update survey_unit set version = version + 1, email = $5, contact = $6 where workspace = $1 and survey_id = $2 and unit_id = $3 and (version = $4 or $4 = 0) returning version`
	unitMark   = `update survey_unit set version = version + 1, state = $5, note = $6 where workspace = $1 and survey_id = $2 and unit_id = $3 and version = $4 returning version`
)

func scanUnit(scan func(...any) error) (Unit, error) {
	var u Unit
	var text string
	var reminded int64
	err := scan(&u.ID, &u.OrgID, &u.Name, &u.Stratum, &u.Email, &u.Contact, &text, &u.State, &u.Note, &u.SentAt, &reminded, &u.RemindedAt, &u.OpenedAt, &u.StartedAt, &u.DoneAt, &u.Version)
	u.Reminded = int(reminded)
	if err != nil || text == "" {
		return u, err
	}
	var f facts
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return u, fmt.Errorf("facts of firm %s: %w", u.ID, err)
	}
	u.Known, u.Source, u.Groups = f.Known, f.Source, f.Groups
	return u, nil
}

func (b Book) unitsIn(ctx context.Context, q store.Querier, id string) ([]Unit, error) {
	var out []Unit
	err := store.Each(ctx, q, unitsAll, []any{b.Workspace, id}, func(scan func(...any) error) error {
		u, err := scanUnit(scan)
		out = append(out, u)
		return err
	})
	return out, err
}

func (f UnitFilter) holds(u Unit) bool {
	return (f.Stratum == "" || u.Stratum == f.Stratum) && (f.State == "" || u.State == f.State) && (!f.NoEmail || u.Email == "") &&
		(f.Text == "" || strings.Contains(strings.ToLower(u.Name), strings.ToLower(f.Text)))
}

// Units are the firms that were drawn, by name.
func (b Book) Units(ctx context.Context, a auth.Actor, id string, f UnitFilter) ([]Unit, error) {
	units, _, err := b.UnitPage(ctx, a, id, f)
	return units, err
}

// UnitPage is Units with how many there are without Limit and Offset.
func (b Book) UnitPage(ctx context.Context, a auth.Actor, id string, f UnitFilter) (page []Unit, total int, err error) {
	var all []Unit
	err = b.read(ctx, a, auth.ReadSurveys, func(q store.Querier) error {
		all, err = b.unitsIn(ctx, q, id)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	all = slices.DeleteFunc(all, func(u Unit) bool { return !f.holds(u) })
	total = len(all)
	all = all[min(max(f.Offset, 0), len(all)):]
	if f.Limit > 0 {
		all = all[:min(f.Limit, len(all))]
	}
	return all, total, nil
}

// Unit is one firm that was drawn.
func (b Book) Unit(ctx context.Context, a auth.Actor, id, unit string) (Unit, error) {
	var u Unit
	err := b.read(ctx, a, auth.ReadSurveys, func(q store.Querier) error {
		var err error
		u, err = scanUnit(q.QueryRowContext(ctx, unitOne, b.Workspace, id, unit).Scan)
		return none(err)
	})
	return u, err
}

// address is an e-mail address as it can be written to, "" for none.
func address(s string) (string, error) {
	s = typed.Line(s)
	if s == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil || len(a.Address) > MostEmail || strings.ContainsAny(a.Address, "\"<>, ;") || !strings.Contains(a.Address, ".") {
		return "", fmt.Errorf("%.60q is no e-mail address", s)
	}
	return a.Address, nil
}

// SetContact keeps whom to write to at a firm that was drawn.
func (b Book) SetContact(ctx context.Context, a auth.Actor, id, unit string, version int64, email, contact string) error {
	f := typed.Faults{}
	email, err := address(email)
	if err != nil {
		f.Add("email", "%v", err)
	}
	contact = f.Text("contact", typed.Line(contact), MostName)
	if err := f.Err(); err != nil {
		return err
	}
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, _ time.Time) (audit.Event, error) {
		err := b.unitChange(ctx, q, id, unit, unitPeople, version, email, contact)
		return audit.Event{Action: "survey.contact", Subject: id, Detail: map[string]string{"unit": unit}}, err
	})
}

// unitChange runs a change of a unit that still has the version that was shown.
func (b Book) unitChange(ctx context.Context, q store.Querier, id, unit, query string, version int64, args ...any) error {
	var v int64
	err := q.QueryRowContext(ctx, query, append([]any{b.Workspace, id, unit, version}, args...)...).Scan(&v)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	u, err := scanUnit(q.QueryRowContext(ctx, unitOne, b.Workspace, id, unit).Scan)
	if err != nil {
		return none(err)
	}
	return &ConflictError{What: "firm", ID: unit, Version: u.Version}
}

// Mark says what became of a firm: UnitRefused, UnitBounced or UnitOutOfScope, or "" to take that back. A firm that has answered
// stays so.
func (b Book) Mark(ctx context.Context, a auth.Actor, id, unit string, version int64, state, note string) error {
	f := typed.Faults{}
	note = f.Text("note", note, MostNote)
	if !slices.Contains([]string{"", UnitRefused, UnitBounced, UnitOutOfScope}, state) {
		f.Add("state", "cannot be %.20q: it is %s, %s, %s or nothing", state, UnitRefused, UnitBounced, UnitOutOfScope)
	}
	if err := f.Err(); err != nil {
		return err
	}
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, _ time.Time) (audit.Event, error) {
		u, err := scanUnit(q.QueryRowContext(ctx, unitOne, b.Workspace, id, unit).Scan)
		if err != nil {
			return audit.Event{}, none(err)
		}
		if u.State == UnitDone || u.State == UnitErased {
			return audit.Event{}, typed.Whole("this firm's state is %s and stays so", u.State)
		}
		to := state
		if to == "" {
			to = u.reached()
		}
		err = b.unitChange(ctx, q, id, unit, unitMark, version, to, note)
		return audit.Event{Action: "survey.mark", Subject: id, Detail: map[string]string{"unit": unit, "state": to}}, err
	})
}

// reached is how far a firm has come by its times.
func (u Unit) reached() string {
	switch {
	case u.DoneAt != "":
		return UnitDone
	case u.StartedAt != "":
		return UnitStarted
	case u.OpenedAt != "":
		return UnitOpened
	case u.SentAt != "":
		return UnitSent
	}
	return UnitDrawn
}

// ContactRow is a line of a file of addresses. The firm is named by OrgID or, where that is empty, by its name.
type ContactRow struct {
	Line                        int
	OrgID, Name, Email, Contact string
}

// Reject is a line that was not taken.
type Reject struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Imported says what became of a file of addresses.
type Imported struct {
	Taken   int // firms whose address was set
	Rejects []Reject
}

// ImportContacts sets the addresses of firms that were drawn. Lines that cannot be taken are named and leave the others alone.
func (b Book) ImportContacts(ctx context.Context, a auth.Actor, id string, rows []ContactRow) (Imported, error) {
	var out Imported
	err := b.change(ctx, a, auth.RunSurvey, func(q store.Querier, _ time.Time) (audit.Event, error) {
		units, err := b.unitsIn(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if len(units) == 0 {
			return audit.Event{}, typed.Whole("nobody has been drawn yet: draw first, then import the addresses of those who were")
		}
		out = Imported{}
		find := finder(units)
		seen := map[string]int{}
		for _, r := range rows {
			u, email, reason := r.match(find)
			if reason == "" && seen[u.ID] > 0 {
				reason = fmt.Sprintf("%s has an address in line %d already", u.Name, seen[u.ID])
			}
			if reason != "" {
				out.Rejects = append(out.Rejects, Reject{r.Line, reason})
				continue
			}
			seen[u.ID] = r.Line
			if err := b.unitChange(ctx, q, id, u.ID, unitPeople, 0, email, typed.Cut(typed.Line(r.Contact), MostName)); err != nil {
				return audit.Event{}, err
			}
			out.Taken++
		}
		return audit.Event{Action: "survey.contacts", Subject: id, Detail: map[string]string{"taken": fmt.Sprint(out.Taken), "rejected": fmt.Sprint(len(out.Rejects))}}, nil
	})
	return out, err
}

// finder gives the units of an id or of a name.
func finder(units []Unit) func(orgID, name string) []Unit {
	byID, byName := map[string][]Unit{}, map[string][]Unit{}
	for _, u := range units {
		byID[u.OrgID] = append(byID[u.OrgID], u)
		byName[strings.ToLower(typed.Line(u.Name))] = append(byName[strings.ToLower(typed.Line(u.Name))], u)
	}
	return func(orgID, name string) []Unit {
		if orgID != "" {
			return byID[orgID]
		}
		return byName[strings.ToLower(typed.Line(name))]
	}
}

func (r ContactRow) match(find func(orgID, name string) []Unit) (u Unit, email, reason string) {
	id, name := typed.Line(r.OrgID), typed.Line(r.Name)
	found := find(id, name)
	email, err := address(r.Email)
	switch {
	case id == "" && name == "":
		return u, "", "it names no firm"
	case len(found) == 0:
		return u, "", fmt.Sprintf("no firm that was drawn is called %.80q", orElse(id, name))
	case len(found) > 1:
		return u, "", fmt.Sprintf("%d firms that were drawn are called %.80q: give the id of the organisation", len(found), name)
	case err != nil:
		return u, "", err.Error()
	case email == "":
		return u, "", "it gives no e-mail address"
	}
	return found[0], email, ""
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
