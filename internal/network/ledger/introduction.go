package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// State is where an introduction stands.
type State string

// The states. A pair of which nobody has said anything has no row and counts as suggested.
const (
	Suggested State = "suggested" // also one that was taken back
	Accepted  State = "accepted"
	Declined  State = "declined"
	PutOff    State = "put_off" // until its day
)

// States are all states with what they are called.
var States = []struct {
	State State
	Label string
}{{Accepted, "Accepted"}, {PutOff, "Not now"}, {Declined, "Declined"}, {Suggested, "Taken back"}}

// Label is how the state is called in lists.
func (s State) Label() string {
	for _, x := range States {
		if x.State == s {
			return x.Label
		}
	}
	return string(s)
}

// Outcomes are what can come of an introduction, from least to most, with what they are called.
var Outcomes = []struct{ Key, Label string }{{"nothing", "Nothing came of it"}, {"met", "They met"}, {"project", "Joint project"}, {"contract", "Contract"}}

// OutcomeLabel is how an outcome is called in lists.
func OutcomeLabel(key string) string {
	for _, o := range Outcomes {
		if o.Key == key {
			return o.Label
		}
	}
	return key
}

// outcomeRank is the place of an outcome in Outcomes; -1 for what is none.
func outcomeRank(key string) int {
	return slices.IndexFunc(Outcomes, func(o struct{ Key, Label string }) bool { return o.Key == key })
}

// Reason is why two should, or should not, be introduced, as it was shown.
type Reason struct {
	Key     string   `json:"key"`
	Text    string   `json:"text"`
	Weight  float64  `json:"weight"`
	Against bool     `json:"against,omitempty"`
	Refs    []string `json:"refs,omitempty"`
}

// Introduction is one pair of organisations with where it stands.
type Introduction struct {
	ID           string
	A, B         string // ids, A < B
	AName, BName string // as they were when it was first judged
	State        State
	Reasons      []Reason // as shown when it was last judged
	Release      string   // that the reasons are of
	AssignedTo   string   // id of a person; "" nobody
	Due          string   // day as 2026-03-01, "" none; of one put off the day from which it is shown again
	Version      int64
	MadeAt       string // as store.Time writes it
	MadeBy       string
	ChangedAt    string
	Outcome      string // the furthest outcome that stands; "" none yet
}

// Entry is one thing that was done about an introduction.
type Entry struct {
	N     int64  // version that it gave
	Kind  string // accepted, declined, put_off, suggested, assigned, outcome, taken-back, erased
	Value string // outcome, or person; of what takes back or erases the number of the entry
	Day   string // on which it happened or is due
	Note  string
	At    string
	By    string // id of a person
	Void  bool   // an outcome that was taken back
}

// Draft is what somebody says of a pair.
type Draft struct {
	A, B, AName, BName string // in either order
	State              State
	Reasons            []Reason
	Release            string
	Note               string // why; needed to decline and to take back
	Until              string // of what is put off; "" three months
	Version            int64  // that was shown; 0 where nobody had said anything
}

// putOffDays is how long a pair stays away when nobody says how long.
const putOffDays = 91

// check cleans a draft and holds it against the rules.
func (d Draft) check(now time.Time) (Draft, error) {
	f := typed.Faults{}
	if d.B < d.A {
		d.A, d.B, d.AName, d.BName = d.B, d.A, d.BName, d.AName
	}
	if d.A == "" || d.B == "" || d.A == d.B || len(d.A) > mostID || len(d.B) > mostID {
		f.Add("", "an introduction is of two organisations: name both")
	}
	d.AName, d.BName = typed.Cut(d.AName, MostName), typed.Cut(d.BName, MostName)
	d.Note = f.Text("note", d.Note, MostNote)
	d.Until = f.Day("until", d.Until)
	switch d.State {
	case Accepted:
		d.Until = ""
	case PutOff:
		d.Until = cmp.Or(d.Until, now.AddDate(0, 0, putOffDays).Format(time.DateOnly))
	case Declined, Suggested:
		d.Until = ""
		if d.Note == "" {
			f.Add("reason", "is missing: say why, in a sentence that a colleague understands in a year")
		}
	default:
		f.Add("", "there is no state %.20q of an introduction", string(d.State))
	}
	d.Reasons = slices.Clone(d.Reasons[:min(len(d.Reasons), mostReasons)])
	for i, r := range d.Reasons {
		if math.IsNaN(r.Weight) || math.IsInf(r.Weight, 0) {
			d.Reasons[i].Weight = 0
		}
		d.Reasons[i].Text = typed.Cut(r.Text, MostNote)
	}
	return d, f.Err()
}

const (
	introStart = `insert into introduction (workspace, introduction_id, a, b, a_name, b_name, state, reasons, release_id, assigned_to, due, version, made_at, made_by, changed_at)
values ($1, $2, $3, $4, $5, $6, 'suggested', '[]', '', '', '', 0, $7, $8, $7) on conflict (workspace, a, b) do nothing`
	introJudge = `update introduction set version = version + 1, state = $5, reasons = $6, release_id = $7, due = $8, assigned_to = case when $5 = 'accepted' then assigned_to else '' end, changed_at = $9
where workspace = $1 and a = $2 and b = $3 and version = $4 returning introduction_id`
	introReopen = `update introduction set version = version + 1, state = 'suggested', due = '', assigned_to = '', changed_at = $4
where workspace = $1 and introduction_id = $2 and version = $3 returning state`
	introAssign = `update introduction set version = version + 1, assigned_to = $4, due = $5, changed_at = $6
where workspace = $1 and introduction_id = $2 and version = $3 returning state`
	introTouch = `update introduction set version = version + 1, changed_at = $4
where workspace = $1 and introduction_id = $2 and version = $3 returning state`
	eventWrite = `insert into introduction_event (workspace, introduction_id, n, kind, value, day, note, at, by_person, void_n) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)`
)

// Judge accepts a pair, declines it or puts it off. Errors are an *typed.InputError, a *ConflictError
// where somebody has said something of the pair since, one of auth.ErrDenied, or of the store.
func (b Book) Judge(ctx context.Context, a auth.Actor, d Draft) (Introduction, error) {
	d, err := d.check(b.Now())
	if err != nil {
		return Introduction{}, err
	}
	reasons, err := json.Marshal(d.Reasons)
	if err != nil {
		return Introduction{}, fmt.Errorf("reasons of an introduction: %w", err)
	}
	var out Introduction
	err = b.change(ctx, a, func(q store.Querier, now time.Time) (e audit.Event, err error) {
		at := store.Time(now)
		if _, err := q.ExecContext(ctx, introStart, b.Workspace, store.NewID("i"), d.A, d.B, d.AName, d.BName, at, a.PersonID); err != nil {
			return e, err
		}
		var id string
		err = q.QueryRowContext(ctx, introJudge, b.Workspace, d.A, d.B, d.Version, string(d.State), store.Storable(string(reasons)), d.Release, d.Until, at).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return e, b.conflict(ctx, q, introByPair, d.A, d.B)
		}
		if err != nil {
			return e, err
		}
		if err := b.event(ctx, q, id, d.Version+1, Entry{Kind: string(d.State), Day: d.Until, Note: d.Note, At: at, By: a.PersonID}); err != nil {
			return e, err
		}
		if out, err = b.one(ctx, q, id); err != nil {
			return e, err
		}
		return audit.Event{Action: "introduction." + string(d.State), Subject: id, Detail: map[string]string{"a": d.A, "b": d.B, "release": d.Release}}, nil
	})
	return out, err
}

// conflict says of which version an introduction is now, for somebody who showed another.
func (b Book) conflict(ctx context.Context, q store.Querier, query string, args ...any) error {
	var id string
	var version int64
	err := q.QueryRowContext(ctx, query, append([]any{b.Workspace}, args...)...).Scan(&id, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	return &ConflictError{What: "introduction", ID: id, Version: version}
}

func (b Book) event(ctx context.Context, q store.Querier, id string, n int64, e Entry) error {
	_, err := q.ExecContext(ctx, eventWrite, b.Workspace, id, n, e.Kind, e.Value, e.Day, e.Note, e.At, e.By)
	return err
}

// step raises the version of an introduction by an update whose first arguments are workspace,
// id and version, and keeps what was done; the state is that after the update.
func (b Book) step(ctx context.Context, a auth.Actor, id string, version int64, update string, args []any, e Entry, then func(q store.Querier, state State) error) error {
	return b.change(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		at := store.Time(now)
		var state State
		err := q.QueryRowContext(ctx, update, append(append([]any{b.Workspace, id, version}, args...), at)...).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return audit.Event{}, b.conflict(ctx, q, introVersion, id)
		}
		if err != nil {
			return audit.Event{}, err
		}
		if then != nil {
			if err := then(q, state); err != nil {
				return audit.Event{}, err
			}
		}
		e.At, e.By = at, a.PersonID
		if err := b.event(ctx, q, id, version+1, e); err != nil {
			return audit.Event{}, err
		}
		// Notes may name people, who may want them erased: the log, which nobody can change, has none.
		return audit.Event{Action: "introduction." + e.Kind, Subject: id, Detail: map[string]string{"value": e.Value, "day": e.Day}}, nil
	})
}

// Reopen takes back what was said of a pair: it is suggested again, with its history. The
// reasons that it was last judged by stay until it is judged again.
func (b Book) Reopen(ctx context.Context, a auth.Actor, id string, version int64, why string) error {
	f := typed.Faults{}
	if why = f.Text("reason", why, MostNote); why == "" {
		f.Add("reason", "is missing: say why, in a sentence that a colleague understands in a year")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return b.step(ctx, a, id, version, introReopen, nil, Entry{Kind: string(Suggested), Note: why}, nil)
}

// Assign gives an accepted introduction to a member of the workspace, or to nobody, with the day
// on which it is due, if there is one.
func (b Book) Assign(ctx context.Context, a auth.Actor, id string, version int64, person, due, note string) error {
	f := typed.Faults{}
	due, note = f.Day("due", due), f.Text("note", note, MostNote)
	if err := f.Err(); err != nil {
		return err
	}
	return b.step(ctx, a, id, version, introAssign, []any{person, due}, Entry{Kind: "assigned", Value: person, Day: due, Note: note}, func(q store.Querier, state State) error {
		if state != Accepted {
			return &typed.InputError{Fields: map[string]string{"": "only an accepted introduction is given to somebody: accept it first"}}
		}
		var n int
		if person == "" {
			return nil
		}
		if err := q.QueryRowContext(ctx, memberQuery, b.Workspace, person).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return &typed.InputError{Fields: map[string]string{"person": "is no member of this workspace: choose one of the list"}}
		}
		return nil
	})
}

// Record keeps what came of an accepted introduction, on a day.
func (b Book) Record(ctx context.Context, a auth.Actor, id string, version int64, outcome, day, note string) error {
	f := typed.Faults{}
	day, note = f.Day("day", day), f.Text("note", note, MostNote)
	if outcomeRank(outcome) < 0 {
		f.Add("outcome", "is one of met, project, contract and nothing")
	}
	today := b.Now().UTC().Format(time.DateOnly)
	if day = cmp.Or(day, today); day > today {
		f.Add("day", "has not come yet: an outcome is what has happened")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return b.step(ctx, a, id, version, introTouch, nil, Entry{Kind: "outcome", Value: outcome, Day: day, Note: note}, func(_ store.Querier, state State) error {
		if state != Accepted {
			return &typed.InputError{Fields: map[string]string{"": "only of an accepted introduction can something come: accept it first"}}
		}
		return nil
	})
}

const (
	eventVoid  = `update introduction_event set void_n = $4 where workspace = $1 and introduction_id = $2 and n = $3 and kind = 'outcome' and void_n = 0 returning n`
	eventErase = `update introduction_event set note = '' where workspace = $1 and introduction_id = $2 and n = $3 returning n`
)

// TakeBack says that an outcome, named by its number, was recorded in error. It stays in the history.
func (b Book) TakeBack(ctx context.Context, a auth.Actor, id string, version, n int64, why string) error {
	return b.on(ctx, a, id, version, n, "taken-back", why, eventVoid, version+1)
}

// EraseNote empties the note of an entry, for somebody who is named in it and asks for that.
func (b Book) EraseNote(ctx context.Context, a auth.Actor, id string, version, n int64) error {
	return b.on(ctx, a, id, version, n, "erased", "", eventErase)
}

// on changes an entry of the history by its number.
func (b Book) on(ctx context.Context, a auth.Actor, id string, version, n int64, kind, note, update string, more ...any) error {
	f := typed.Faults{}
	note = f.Text("reason", note, MostNote)
	if err := f.Err(); err != nil {
		return err
	}
	return b.step(ctx, a, id, version, introTouch, nil, Entry{Kind: kind, Value: fmt.Sprint(n), Note: note}, func(q store.Querier, _ State) error {
		err := q.QueryRowContext(ctx, update, append([]any{b.Workspace, id, n}, more...)...).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
}
