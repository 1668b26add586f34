package workshop

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
	workshopWrite = `insert into workshop (workspace, workshop_id, question, setup, version, made_at, made_by, changed_at, changed_by, deleted_at)
values ($1, $2, $3, $4, 1, $5, $6, $5, $6, '')`
	workshopChange = `update workshop set version = version + 1, question = $4, setup = $5, changed_at = $6, changed_by = $7, deleted_at = $8
where workspace = $1 and workshop_id = $2 and version = $3 returning version`
	workshopNow = `select version, setup, deleted_at from workshop where workspace = $1 and workshop_id = $2`
	workshopOne = `select workshop_id, setup, version, made_at, made_by, changed_at, changed_by, deleted_at from workshop where workspace = $1 and workshop_id = $2`
	workshopAll = `select w.workshop_id, w.setup, w.changed_at, w.changed_by, w.deleted_at, w.version,
  (select count(s.stakeholder_id) from workshop_weight s where s.workspace = w.workspace and s.workshop_id = w.workshop_id and s.deleted_at = '') as stakeholders
from workshop w where w.workspace = $1 order by w.changed_at desc, w.workshop_id`
	versionWrite = `insert into workshop_version (workspace, workshop_id, subject, n, content, what, at, by_person) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	versionAll   = `select n, content, what, at, by_person from workshop_version where workspace = $1 and workshop_id = $2 and subject = $3 order by n desc`
)

// Actions in the log.
const (
	actionChange  = "workshop.change"
	actionRestore = "workshop.restore"
)

// Make keeps a new workshop. Errors are an *typed.InputError, auth.ErrDenied, or of the store.
func (b Book) Make(ctx context.Context, a auth.Actor, s Setup) (string, error) {
	s, err := s.check()
	if err != nil {
		return "", err
	}
	id := store.NewID("w")
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("setup of a workshop: %w", err)
	}
	err = b.change(ctx, a, auth.RunWorkshop, func(q store.Querier, now time.Time) (audit.Event, error) {
		at := store.Time(now)
		if _, err := q.ExecContext(ctx, workshopWrite, b.Workspace, id, s.Question, string(text), at, a.PersonID); err != nil {
			return audit.Event{}, err
		}
		_, err := q.ExecContext(ctx, versionWrite, b.Workspace, id, "", 1, string(text), "made", at, a.PersonID)
		return audit.Event{Action: "workshop.make", Subject: id, Detail: map[string]string{"question": s.Question}}, err
	})
	return id, err
}

// Change keeps another setup, if the workshop still has the version that was shown; what says in a few words what
// is different. A workshop that was deleted is changed by nobody until it is put back. Errors are those of Make, a *ConflictError, or
// ErrNotFound.
func (b Book) Change(ctx context.Context, a auth.Actor, id string, version int64, s Setup, what string) error {
	s, err := s.check()
	if err != nil {
		return err
	}
	return b.put(ctx, a, id, version, s, "", what, actionChange)
}

// put writes a setup that has been checked.
func (b Book) put(ctx context.Context, a auth.Actor, id string, version int64, s Setup, deleted, what, action string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("setup of a workshop: %w", err)
	}
	return b.change(ctx, a, auth.RunWorkshop, func(q store.Querier, now time.Time) (audit.Event, error) {
		if action != actionRestore {
			if _, _, err := b.there(ctx, q, id); err != nil {
				return audit.Event{}, err
			}
		}
		at := store.Time(now)
		gone := ""
		if deleted != "" {
			gone = at
		}
		var n int64
		err := q.QueryRowContext(ctx, workshopChange, b.Workspace, id, version, s.Question, string(text), at, a.PersonID, gone).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			return audit.Event{}, b.lost(ctx, q, id)
		}
		if err != nil {
			return audit.Event{}, err
		}
		_, err = q.ExecContext(ctx, versionWrite, b.Workspace, id, "", n, string(text), what, at, a.PersonID)
		return audit.Event{Action: action, Subject: id, Detail: map[string]string{"question": s.Question, "what": what}}, err
	})
}

// now reads which version of a workshop there is, and when it was deleted.
func (b Book) now(ctx context.Context, q store.Querier, id string) (s Setup, version int64, deleted string, err error) {
	var text string
	err = q.QueryRowContext(ctx, workshopNow, b.Workspace, id).Scan(&version, &text, &deleted)
	if errors.Is(err, sql.ErrNoRows) {
		return s, 0, "", ErrNotFound
	}
	if err != nil {
		return s, 0, "", err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, 0, "", fmt.Errorf("setup of workshop %s: %w", id, err)
	}
	return s, version, deleted, nil
}

// there reads a workshop that may be changed: one that was deleted is put back first.
func (b Book) there(ctx context.Context, q store.Querier, id string) (Setup, int64, error) {
	s, version, deleted, err := b.now(ctx, q, id)
	if err == nil && deleted != "" {
		err = typed.Whole("the workshop was deleted: put it back first")
	}
	return s, version, err
}

// lost says why a version could not be changed.
func (b Book) lost(ctx context.Context, q store.Querier, id string) error {
	_, version, _, err := b.now(ctx, q, id)
	if err != nil {
		return err
	}
	return &ConflictError{What: "options and criteria", Version: version}
}

// Delete takes a workshop out of the list; Restore puts it back. Both want the version that was shown.
func (b Book) Delete(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turn(ctx, a, id, version, "yes", "deleted", "workshop.delete")
}

// Restore puts a workshop that was deleted back.
func (b Book) Restore(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turn(ctx, a, id, version, "", "put back", actionRestore)
}

func (b Book) turn(ctx context.Context, a auth.Actor, id string, version int64, deleted, what, action string) error {
	w, err := b.Get(ctx, a, id)
	if err != nil {
		return err
	}
	return b.put(ctx, a, id, version, w.Setup, deleted, what, action)
}

// Version is what a setup, or a stakeholder's weights, once were.
type Version struct {
	N            int64
	Content      string // JSON
	What, At, By string
}

// Versions are all that a setup (subject "") or a stakeholder's weights were, newest first.
func (b Book) Versions(ctx context.Context, a auth.Actor, id, subject string) ([]Version, error) {
	var out []Version
	err := b.read(ctx, a, func(q store.Querier) error {
		return store.Each(ctx, q, versionAll, []any{b.Workspace, id, subject}, func(scan func(...any) error) error {
			var v Version
			if err := scan(&v.N, &v.Content, &v.What, &v.At, &v.By); err != nil {
				return err
			}
			out = append(out, v)
			return nil
		})
	})
	return out, err
}

// Back makes the setup what it was at an earlier version, as a new version, so that going back can itself be undone.
func (b Book) Back(ctx context.Context, a auth.Actor, id string, version, to int64) error {
	all, err := b.Versions(ctx, a, id, "")
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.N != to {
			continue
		}
		var s Setup
		if err := json.Unmarshal([]byte(v.Content), &s); err != nil {
			return fmt.Errorf("version %d of workshop %s: %w", to, id, err)
		}
		return b.put(ctx, a, id, version, s, "", fmt.Sprintf("back to version %d", to), "workshop.back")
	}
	return ErrNotFound
}

// Get reads a workshop with all weights, also one that was deleted.
func (b Book) Get(ctx context.Context, a auth.Actor, id string) (Workshop, error) {
	var w Workshop
	err := b.read(ctx, a, func(q store.Querier) error {
		var setup string
		err := q.QueryRowContext(ctx, workshopOne, b.Workspace, id).Scan(&w.ID, &setup, &w.Version, &w.MadeAt, &w.MadeBy, &w.Changed, &w.By, &w.Deleted)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(setup), &w.Setup); err != nil {
			return fmt.Errorf("setup of workshop %s: %w", id, err)
		}
		all, err := b.weights(ctx, q, id)
		for _, s := range all {
			if s.Deleted == "" {
				w.Weights = append(w.Weights, s)
			} else {
				w.Gone = append(w.Gone, s)
			}
		}
		return err
	})
	return w, err
}

// List reads all workshops, changed last first; those that were deleted too.
func (b Book) List(ctx context.Context, a auth.Actor) ([]Summary, error) {
	var out []Summary
	err := b.read(ctx, a, func(q store.Querier) error {
		return store.Each(ctx, q, workshopAll, []any{b.Workspace}, func(scan func(...any) error) error {
			var s Summary
			var text string
			if err := scan(&s.ID, &text, &s.Changed, &s.By, &s.Deleted, &s.Version, &s.Stakeholders); err != nil {
				return err
			}
			var setup Setup
			if err := json.Unmarshal([]byte(text), &setup); err != nil {
				return fmt.Errorf("setup of workshop %s: %w", s.ID, err)
			}
			s.Question, s.Options, s.Criteria = setup.Question, len(setup.Options), len(setup.Criteria)
			out = append(out, s)
			return nil
		})
	})
	return out, err
}
