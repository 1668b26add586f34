package prospect

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

const (
	insert = `insert into prospect (workspace, prospect_id, name, org_id, stage, comes_from, sector, size, contact, version, made_at, made_by, changed_at, erased_at)
values ($1, $2, $3, '', $4, $5, $6, $7, $8, 1, $9, $10, $9, '')`
	insertStep = `insert into prospect_event (workspace, prospect_id, n, stage, reasons, went_to, day, note, at, by_person) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	update     = `update prospect set version = version + 1, name = $4, comes_from = $5, sector = $6, size = $7, contact = $8, changed_at = $9
where workspace = $1 and prospect_id = $2 and version = $3 and erased_at = '' returning version`
	updateStage = `update prospect set version = version + 1, stage = $4, org_id = $5, changed_at = $6
where workspace = $1 and prospect_id = $2 and version = $3 and erased_at = '' returning version`
	versionOf = `select version, stage, org_id from prospect where workspace = $1 and prospect_id = $2`
	eraseOne  = `update prospect set version = version + 1, name = '', org_id = '', comes_from = '', sector = '', size = '', contact = '', changed_at = $4, erased_at = $4
where workspace = $1 and prospect_id = $2 and version = $3 and erased_at = '' returning version`
	eraseSteps = `update prospect_event set went_to = '', note = '', reasons = $3 where workspace = $1 and prospect_id = $2 and n = $4`
	ofOrg      = `select prospect_id, version from prospect where workspace = $1 and org_id = $2 and erased_at = '' order by prospect_id`
)

// New keeps a prospect with its first step, and gives its id.
func (b Book) New(ctx context.Context, a auth.Actor, d Draft, first Step) (string, error) {
	f := typed.Faults{}
	d, first = d.check(f), first.check(f, b.today())
	if first.Stage == Landed {
		f.Add("stage", "cannot be landed yet: keep the prospect first, then say which organisation it is")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	id := store.NewID("p")
	return id, b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		if _, err := q.ExecContext(ctx, insert, b.Workspace, id, d.Name, string(first.Stage), d.ComesFrom, d.Sector, d.Size, d.Contact, store.Time(now), a.PersonID); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "prospect.new", Subject: id, Detail: map[string]string{"stage": string(first.Stage)}}, b.step(ctx, q, a, id, 1, first, now)
	})
}

// Change corrects what is said of a prospect.
func (b Book) Change(ctx context.Context, a auth.Actor, id string, version int64, d Draft) error {
	f := typed.Faults{}
	d = d.check(f)
	if err := f.Err(); err != nil {
		return err
	}
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		err := b.raise(ctx, q, id, update, b.Workspace, id, version, d.Name, d.ComesFrom, d.Sector, d.Size, d.Contact, store.Time(now))
		return audit.Event{Action: "prospect.change", Subject: id}, err
	})
}

// Move takes a prospect to a stage, or adds reasons and a note at the stage where it is. One that had landed is joined to no
// organisation any more, and the note says why. To let one land use Land.
func (b Book) Move(ctx context.Context, a auth.Actor, id string, version int64, s Step) error {
	f := typed.Faults{}
	s = s.check(f, b.today())
	if err := f.Err(); err != nil {
		return err
	}
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		_, was, org, err := b.now(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		switch {
		case s.Stage == Landed && was != Landed:
			return audit.Event{}, &typed.InputError{Fields: map[string]string{"stage": "is landed: say which organisation it is"}}
		case s.Stage != Landed && was == Landed && s.Note == "":
			return audit.Event{}, &typed.InputError{Fields: map[string]string{"note": "is missing: say why it has not landed after all"}}
		case s.Stage != Landed:
			org = ""
		}
		return b.moved(ctx, q, a, id, version, org, s, now)
	})
}

// Land says that a prospect has come, and which organisation it is: from then on its way here stands with that organisation.
func (b Book) Land(ctx context.Context, a auth.Actor, id string, version int64, orgID string, s Step) error {
	f := typed.Faults{}
	s.Stage = Landed
	s = s.check(f, b.today())
	if orgID == "" || len(orgID) > mostID {
		f.Add("organisation", "is missing: say which organisation it is")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		return b.moved(ctx, q, a, id, version, orgID, s, now)
	})
}

func (b Book) moved(ctx context.Context, q store.Querier, a auth.Actor, id string, version int64, org string, s Step, now time.Time) (audit.Event, error) {
	if err := b.raise(ctx, q, id, updateStage, b.Workspace, id, version, string(s.Stage), org, store.Time(now)); err != nil {
		return audit.Event{}, err
	}
	detail := map[string]string{"stage": string(s.Stage)}
	if org != "" {
		detail["organisation"] = org
	}
	return audit.Event{Action: "prospect.move", Subject: id, Detail: detail}, b.step(ctx, q, a, id, version+1, s, now)
}

func (b Book) step(ctx context.Context, q store.Querier, a auth.Actor, id string, n int64, s Step, now time.Time) error {
	reasons, err := json.Marshal(append([]Reason{}, s.Reasons...))
	if err != nil {
		return fmt.Errorf("reasons of prospect %s: %w", id, err)
	}
	_, err = q.ExecContext(ctx, insertStep, b.Workspace, id, n, string(s.Stage), store.Storable(string(reasons)), s.WentTo, s.Day, s.Note, store.Time(now), a.PersonID)
	return err
}

// raise runs an update that gives the new version where the version was that which was shown.
func (b Book) raise(ctx context.Context, q store.Querier, id, query string, args ...any) error {
	var v int64
	err := q.QueryRowContext(ctx, query, args...).Scan(&v)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	now, _, _, err := b.now(ctx, q, id)
	if err != nil {
		return err
	}
	return &ConflictError{ID: id, Version: now}
}

func (b Book) now(ctx context.Context, q store.Querier, id string) (version int64, stage Stage, org string, err error) {
	err = q.QueryRowContext(ctx, versionOf, b.Workspace, id).Scan(&version, &stage, &org)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return version, stage, org, err
}

// Erase empties what is said of a prospect, on its request. That there was one, its stages, the reasons that were chosen from
// a list, and who erased it stay.
func (b Book) Erase(ctx context.Context, a auth.Actor, id string, version int64) error {
	err := b.change(ctx, a, auth.EraseAnswers, func(q store.Querier, now time.Time) (audit.Event, error) {
		return audit.Event{Action: "prospect.erase", Subject: id}, b.empty(ctx, q, id, version, now)
	})
	if err == nil {
		b.DB.SettleSoon() // the log of the store holds the words until then
	}
	return err
}

// EraseOrg does the same to all prospects that landed as an organisation, and says how many there were.
func (b Book) EraseOrg(ctx context.Context, a auth.Actor, orgID string) (n int, err error) {
	err = b.change(ctx, a, auth.EraseAnswers, func(q store.Querier, now time.Time) (audit.Event, error) {
		found := map[string]int64{}
		err := store.Each(ctx, q, ofOrg, []any{b.Workspace, orgID}, func(scan func(...any) error) error {
			var id string
			var version int64
			err := scan(&id, &version)
			found[id] = version
			return err
		})
		for _, id := range sorted(found) {
			if err := errors.Join(err, b.empty(ctx, q, id, found[id], now)); err != nil {
				return audit.Event{}, err
			}
		}
		n = len(found)
		return audit.Event{Action: "prospect.erase", Subject: orgID, Detail: map[string]string{"prospects": fmt.Sprint(n)}}, err
	})
	if err == nil {
		b.DB.SettleSoon()
	}
	return n, err
}

func (b Book) empty(ctx context.Context, q store.Querier, id string, version int64, now time.Time) error {
	if err := b.raise(ctx, q, id, eraseOne, b.Workspace, id, version, store.Time(now)); err != nil {
		return err
	}
	steps, err := b.steps(ctx, q, id)
	if err != nil {
		return err
	}
	for _, s := range steps {
		kept := []Reason{}
		for _, r := range s.Reasons {
			if r.Option != "" { // words of its own go, what was chosen from a list stays
				kept = append(kept, r)
			}
		}
		reasons, err := json.Marshal(kept)
		if err != nil {
			return fmt.Errorf("reasons of prospect %s: %w", id, err)
		}
		if _, err := q.ExecContext(ctx, eraseSteps, b.Workspace, id, string(reasons), s.N); err != nil {
			return err
		}
	}
	return nil
}
