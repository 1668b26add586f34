// Package scenario owns what people keep of their playing with plans: the settings of a page under a name, with a note,
// the release on which they were kept and what they came to there. Settings have versions, none of which is ever
// changed, so that undo and redo only move a mark. A scenario can be opened by a secret link without signing in; the
// link shows the scenario and nothing else, and can be withdrawn. What settings come to is reckoned in package outcome.
package scenario

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/portfolio/scenario/outcome"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Book is the scenarios of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// ErrNotFound says that the workspace has nothing of that id, or that a link leads nowhere.
var ErrNotFound = errors.New("there is no such scenario in this workspace")

// ConflictError says that somebody else has changed the scenario since it was shown.
type ConflictError struct {
	ID      string
	Version int64 // now
}

func (e *ConflictError) Error() string {
	return "somebody else has changed this scenario since you opened it; look at what they did, then send yours again"
}

// Longest texts that are taken, in characters; of an outcome in bytes.
const (
	MostName     = 200
	MostNote     = 2000
	MostOutcome  = 256 << 10
	MostVersions = 500 // of one scenario
)

// Scenario is settings under a name, as they are in force.
type Scenario struct {
	ID      string
	Kind    Kind
	Version int64 // of the record: raised by every change
	Settings
	Newest   int64  // n of the newest settings; more than N where somebody went back
	SharedAt string // "" while no link opens it
	SharedBy string
	MadeAt   string // as store.Time writes it
	MadeBy   string // id of a person
	Changed  string
	By       string // who changed it last
	Deleted  string // "" while it is there
}

// Settings are one version of what a scenario keeps; it never changes.
type Settings struct {
	N, From    int64 // From: the settings that it was made from, 0 for the first
	Name, Note string
	Address    string // of the page with its settings
	Release    string // id
	Outcome    outcome.Outcome
	At, Person string // when and by whom
}

// Draft is what somebody wants to keep.
type Draft struct {
	Name, Note, Address, Release string
	Outcome                      outcome.Outcome
}

// check cleans a draft and gives the kind of its address and its outcome as text.
func (d *Draft) check() (Kind, string, error) {
	f := typed.Faults{}
	if d.Name = typed.Line(f.Text("name", d.Name, MostName)); d.Name == "" {
		f.Add("name", "is missing: give it one under which colleagues find it")
	}
	d.Note = f.Text("note", d.Note, MostNote)
	kind, address, err := ParseAddress(d.Address)
	if err != nil {
		return "", "", err
	}
	d.Address = address
	text, err := json.Marshal(d.Outcome)
	if err != nil {
		return "", "", fmt.Errorf("outcome of a scenario: %w", err)
	}
	if len(text) > MostOutcome {
		f.Add("", "what these settings come to takes %d kB, more than the %d that are kept", len(text)>>10, MostOutcome>>10)
	}
	return kind, string(text), f.Err()
}

const (
	write = `insert into scenario (workspace, scenario_id, kind, current, share_hash, shared_at, shared_by, version, made_at, made_by, changed_at, changed_by, deleted_at)
values ($1, $2, $3, 1, '', '', '', 1, $4, $5, $4, $5, '')`
	writeVersion = `insert into scenario_version (workspace, scenario_id, n, from_n, name, note, address, release_id, outcome, made_at, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	change = `update scenario set version = version + 1, current = $4, share_hash = $5, shared_at = $6, shared_by = $7, changed_at = $8, changed_by = $9, deleted_at = $10
where workspace = $1 and scenario_id = $2 and version = $3 returning version`
	columns = `select s.scenario_id, s.kind, s.version, s.share_hash, s.shared_at, s.shared_by, s.made_at, s.made_by, s.changed_at, s.changed_by, s.deleted_at,
  (select max(w.n) from scenario_version w where w.workspace = s.workspace and w.scenario_id = s.scenario_id),
  v.n, v.from_n, v.name, v.note, v.address, v.release_id, v.outcome, v.made_at, v.made_by
from scenario s join scenario_version v on v.workspace = s.workspace and v.scenario_id = s.scenario_id and v.n = s.current where s.workspace = $1 `
	oneQuery    = columns + `and s.scenario_id = $2`
	allQuery    = columns + `and (s.deleted_at = '' or $2 = 1) order by s.changed_at desc, s.scenario_id`
	sharedQuery = columns + `and s.share_hash = $2 and s.share_hash <> '' and s.deleted_at = ''`
	versionsOf  = `select n, from_n, name, note, address, release_id, outcome, made_at, made_by from scenario_version where workspace = $1 and scenario_id = $2 order by n`
)

// kept is a scenario with what only this package sees of it.
type kept struct {
	Scenario
	hash string // of its link
}

func readKept(ctx context.Context, q store.Querier, query string, args ...any) ([]kept, error) {
	var out []kept
	err := store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var k kept
		var text string
		if err := scan(&k.ID, &k.Kind, &k.Version, &k.hash, &k.SharedAt, &k.SharedBy, &k.MadeAt, &k.MadeBy, &k.Changed, &k.By, &k.Deleted, &k.Newest,
			&k.N, &k.From, &k.Name, &k.Note, &k.Address, &k.Release, &text, &k.At, &k.Person); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &k.Outcome); err != nil {
			return fmt.Errorf("outcome of scenario %s: %w", k.ID, err)
		}
		out = append(out, k)
		return nil
	})
	return out, err
}

func (b Book) one(ctx context.Context, q store.Querier, id string) (kept, error) {
	all, err := readKept(ctx, q, oneQuery, b.Workspace, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return kept{}, err
	}
	return all[0], nil
}

// read runs reads of one moment for somebody who may see scenarios.
func (b Book) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadScenarios); err != nil {
			return err
		}
		return f(q)
	})
}

// Scenario reads one as it is in force, also one that was deleted.
func (b Book) Scenario(ctx context.Context, a auth.Actor, id string) (Scenario, error) {
	var out kept
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.one(ctx, q, id)
		return err
	})
	return out.Scenario, err
}

// Scenarios reads those that are there, and with deleted those too that were deleted, changed last first.
func (b Book) Scenarios(ctx context.Context, a auth.Actor, deleted bool) ([]Scenario, error) {
	with := 0
	if deleted {
		with = 1
	}
	var out []Scenario
	err := b.read(ctx, a, func(q store.Querier) error {
		all, err := readKept(ctx, q, allQuery, b.Workspace, with)
		for _, k := range all {
			out = append(out, k.Scenario)
		}
		return err
	})
	return out, err
}

// Versions reads all settings that a scenario has had, the oldest first.
func (b Book) Versions(ctx context.Context, a auth.Actor, id string) ([]Settings, error) {
	var out []Settings
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.versions(ctx, q, id)
		return err
	})
	if err == nil && len(out) == 0 {
		err = ErrNotFound
	}
	return out, err
}

func (b Book) versions(ctx context.Context, q store.Querier, id string) ([]Settings, error) {
	var out []Settings
	err := store.Each(ctx, q, versionsOf, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var v Settings
		var text string
		if err := scan(&v.N, &v.From, &v.Name, &v.Note, &v.Address, &v.Release, &text, &v.At, &v.Person); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &v.Outcome); err != nil {
			return fmt.Errorf("outcome of scenario %s, version %d: %w", id, v.N, err)
		}
		out = append(out, v)
		return nil
	})
	return out, err
}

// Shared opens a scenario by the secret of its link: the link itself is the right. ErrNotFound where it leads nowhere,
// was withdrawn, or the scenario was deleted.
func (b Book) Shared(ctx context.Context, secret string) (Scenario, error) {
	if len(secret) < 32 || len(secret) > 100 {
		return Scenario{}, ErrNotFound
	}
	var out []kept
	err := b.DB.View(ctx, func(q store.Querier) (err error) {
		out, err = readKept(ctx, q, sharedQuery, b.Workspace, store.Hash(secret))
		return err
	})
	if err == nil && len(out) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Scenario{}, err
	}
	return out[0].Scenario, nil
}

// keep runs a transaction of somebody who may keep scenarios. Permission comes first and the log last, so that all who
// write take their locks in one order.
func (b Book) keep(ctx context.Context, a auth.Actor, f func(q store.Querier, now time.Time) (audit.Event, error)) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.KeepScenarios); err != nil {
			return err
		}
		now := b.Now()
		e, err := f(q, now)
		if err != nil {
			return err
		}
		e.Actor, e.Via = a.PersonID, a.Via
		_, err = audit.Append(ctx, q, b.Workspace, now, e)
		return err
	})
}

// alter reads a scenario that has the version that was shown, lets f change it, and writes it.
func (b Book) alter(ctx context.Context, a auth.Actor, id string, version int64, action string, f func(q store.Querier, now time.Time, k *kept) error) error {
	return b.keep(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		k, err := b.one(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if k.Version != version {
			return audit.Event{}, &ConflictError{id, k.Version}
		}
		if err := f(q, now, &k); err != nil {
			return audit.Event{}, err
		}
		var v int64
		err = q.QueryRowContext(ctx, change, b.Workspace, id, version, k.N, k.hash, k.SharedAt, k.SharedBy, store.Time(now), a.PersonID, k.Deleted).Scan(&v)
		if errors.Is(err, sql.ErrNoRows) {
			return audit.Event{}, &ConflictError{id, k.Version}
		}
		return audit.Event{Action: action, Subject: id, Detail: map[string]string{"name": k.Name, "settings": fmt.Sprint(k.N)}}, err
	})
}
