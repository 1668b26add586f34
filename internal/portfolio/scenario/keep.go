package scenario

import (
	"context"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Save keeps settings as a new scenario. Errors are an *typed.InputError, one of auth.ErrDenied, or of the store.
func (b Book) Save(ctx context.Context, a auth.Actor, d Draft) (string, error) {
	kind, text, err := d.check()
	if err != nil {
		return "", err
	}
	id := store.NewID("sc")
	err = b.keep(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		at := store.Time(now)
		if _, err := q.ExecContext(ctx, write, b.Workspace, id, string(kind), at, a.PersonID); err != nil {
			return audit.Event{}, err
		}
		_, err := q.ExecContext(ctx, writeVersion, b.Workspace, id, 1, 0, d.Name, d.Note, d.Address, d.Release, text, at, a.PersonID)
		return audit.Event{Action: "scenario.make", Subject: id, Detail: map[string]string{"name": d.Name, "kind": string(kind)}}, err
	})
	return id, err
}

// Change keeps new settings, a new name or note of a scenario that still has the version that was shown. Settings that
// were undone stay, beside the new ones.
func (b Book) Change(ctx context.Context, a auth.Actor, id string, version int64, d Draft) error {
	kind, text, err := d.check()
	if err != nil {
		return err
	}
	return b.alter(ctx, a, id, version, "scenario.change", func(q store.Querier, now time.Time, k *kept) error {
		switch {
		case k.Kind != kind:
			return typed.Whole("the scenario keeps settings of the page %s, these are of the page %s: keep them as a scenario of their own", k.Kind.Label(), kind.Label())
		case k.Deleted != "":
			return typed.Whole("the scenario was deleted: put it back first")
		case k.Newest >= MostVersions:
			return typed.Whole("the scenario has %d versions, which is the most that are kept: go on in a copy of it", MostVersions)
		}
		n := k.Newest + 1
		_, err := q.ExecContext(ctx, writeVersion, b.Workspace, id, n, k.N, d.Name, d.Note, d.Address, d.Release, text, store.Time(now), a.PersonID)
		k.N, k.Name = n, d.Name
		return err
	})
}

// Undo goes back to the settings that those in force were made from.
func (b Book) Undo(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, id, version, "scenario.undo", func(_ store.Querier, _ time.Time, k *kept) error {
		if k.From == 0 {
			return typed.Whole("these are the first settings of the scenario: there is nothing to undo")
		}
		k.N = k.From
		return nil
	})
}

// Redo goes on to the newest settings that were made from those in force.
func (b Book) Redo(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, id, version, "scenario.redo", func(q store.Querier, _ time.Time, k *kept) error {
		all, err := b.versions(ctx, q, id)
		if err != nil {
			return err
		}
		n := After(all, k.N)
		if n == 0 {
			return typed.Whole("no settings were made from these: there is nothing to redo")
		}
		k.N = n
		return nil
	})
}

// After is the n of the newest settings that were made from n; 0 where none were.
func After(all []Settings, n int64) int64 {
	next := int64(0)
	for _, v := range all {
		if v.From == n {
			next = max(next, v.N)
		}
	}
	return next
}

// GoTo puts settings in force that the scenario had before.
func (b Book) GoTo(ctx context.Context, a auth.Actor, id string, version, n int64) error {
	return b.alter(ctx, a, id, version, "scenario.back", func(q store.Querier, _ time.Time, k *kept) error {
		if n < 1 || n > k.Newest {
			return typed.Whole("the scenario has no version %d", n)
		}
		k.N = n
		return nil
	})
}

// Delete takes a scenario out of the list and withdraws its link; Restore puts it back, without the link.
func (b Book) Delete(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, id, version, "scenario.delete", func(_ store.Querier, now time.Time, k *kept) error {
		k.Deleted = store.Time(now)
		k.unshare()
		return nil
	})
}

// Restore puts a scenario that was deleted back.
func (b Book) Restore(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, id, version, "scenario.restore", func(_ store.Querier, _ time.Time, k *kept) error {
		k.Deleted = ""
		return nil
	})
}

func (k *kept) unshare() { k.hash, k.SharedAt, k.SharedBy = "", "", "" }

// Share makes a link that opens the scenario without signing in, and gives its secret, which is shown once. A link that
// there was leads nowhere from then on.
func (b Book) Share(ctx context.Context, a auth.Actor, id string, version int64) (string, error) {
	secret := store.NewSecret()
	err := b.alter(ctx, a, id, version, "scenario.share", func(_ store.Querier, now time.Time, k *kept) error {
		if k.Deleted != "" {
			return typed.Whole("the scenario was deleted: put it back first")
		}
		k.hash, k.SharedAt, k.SharedBy = store.Hash(secret), store.Time(now), a.PersonID
		return nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Unshare withdraws the link.
func (b Book) Unshare(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.alter(ctx, a, id, version, "scenario.unshare", func(_ store.Querier, _ time.Time, k *kept) error {
		k.unshare()
		return nil
	})
}

// Duplicate keeps the settings in force as a scenario of their own, and gives its id.
func (b Book) Duplicate(ctx context.Context, a auth.Actor, id string) (string, error) {
	s, err := b.Scenario(ctx, a, id)
	if err != nil {
		return "", err
	}
	return b.Save(ctx, a, Draft{Name: typed.Cut(fmt.Sprintf("Copy of %s", s.Name), MostName), Note: s.Note, Address: s.Address, Release: s.Release, Outcome: s.Outcome})
}
