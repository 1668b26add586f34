package ledger

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

// Consortium is a set of organisations put together for a call.
type Consortium struct {
	ID      string
	Name    string
	Call    string // requirements of the call, as TOML
	Members []Partner
	Notes   string
	Version int64
	MadeAt  string // as store.Time writes it
	MadeBy  string // id of a person
	Changed string
	By      string // who changed it last
	Deleted string // "" while it is there
}

// Partner is an organisation of a consortium.
type Partner struct {
	Org  string `json:"org"`
	Name string `json:"name"` // as it was when it was chosen
}

func (c Consortium) check() (Consortium, error) {
	f := typed.Faults{}
	if c.Name = f.Text("name", c.Name, MostName); c.Name == "" {
		f.Add("name", "is missing: give it one under which colleagues find it")
	}
	if len(c.Call) > MostCall {
		f.Add("call", "is longer than %d bytes", MostCall)
	}
	c.Call = typed.Clean(c.Call)
	c.Notes = f.Text("notes", c.Notes, MostNote)
	if len(c.Members) == 0 {
		f.Add("", "a consortium without partners is not kept: choose some")
	}
	if len(c.Members) > MostMembers {
		f.Add("", "that is %d partners; at most %d are kept", len(c.Members), MostMembers)
		return c, f.Err()
	}
	seen := map[string]bool{}
	members := []Partner{}
	for _, m := range c.Members {
		if m.Org == "" || len(m.Org) > mostID {
			f.Add("", "a partner is not named")
		}
		if !seen[m.Org] {
			seen[m.Org] = true
			members = append(members, Partner{m.Org, typed.Cut(m.Name, MostName)})
		}
	}
	c.Members = members
	return c, f.Err()
}

const (
	consortiumWrite = `insert into consortium (workspace, consortium_id, name, call_text, members, notes, version, made_at, made_by, changed_at, changed_by, deleted_at)
values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $7, $8, '')`
	consortiumChange = `update consortium set version = version + 1, name = $4, call_text = $5, members = $6, notes = $7, changed_at = $8, changed_by = $9, deleted_at = $10
where workspace = $1 and consortium_id = $2 and version = $3 returning version`
	consortiumVersion = `select version from consortium where workspace = $1 and consortium_id = $2`
	consortiumColumns = `select consortium_id, name, call_text, members, notes, version, made_at, made_by, changed_at, changed_by, deleted_at from consortium where workspace = $1 `
	consortiumOne     = consortiumColumns + `and consortium_id = $2`
	consortiumAll     = consortiumColumns + `and (deleted_at = '' or $2 = 1) order by changed_at desc, consortium_id`
)

// Save keeps a consortium: a new one where it has no id, else the one of that id if it still has
// the version that was shown. Errors are an *typed.InputError, a *ConflictError, ErrNotFound, one of
// auth.ErrDenied, or of the store.
func (b Book) Save(ctx context.Context, a auth.Actor, c Consortium) (string, error) {
	c, err := c.check()
	if err != nil {
		return "", err
	}
	c.Deleted = ""
	if c.ID != "" {
		return c.ID, b.putConsortium(ctx, a, c, "consortium.change")
	}
	c.ID = store.NewID("k")
	members, err := json.Marshal(c.Members)
	if err != nil {
		return "", fmt.Errorf("partners of a consortium: %w", err)
	}
	err = b.change(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		_, err := q.ExecContext(ctx, consortiumWrite, b.Workspace, c.ID, c.Name, c.Call, string(members), c.Notes, store.Time(now), a.PersonID)
		return audit.Event{Action: "consortium.make", Subject: c.ID, Detail: map[string]string{"name": c.Name, "members": fmt.Sprint(len(c.Members))}}, err
	})
	return c.ID, err
}

func (b Book) putConsortium(ctx context.Context, a auth.Actor, c Consortium, action string) error {
	members, err := json.Marshal(c.Members)
	if err != nil {
		return fmt.Errorf("partners of a consortium: %w", err)
	}
	return b.change(ctx, a, func(q store.Querier, now time.Time) (audit.Event, error) {
		at := store.Time(now)
		deleted := ""
		if c.Deleted != "" {
			deleted = at
		}
		var version int64
		err := q.QueryRowContext(ctx, consortiumChange, b.Workspace, c.ID, c.Version, c.Name, c.Call, string(members), c.Notes, at, a.PersonID, deleted).Scan(&version)
		if !errors.Is(err, sql.ErrNoRows) {
			return audit.Event{Action: action, Subject: c.ID, Detail: map[string]string{"name": c.Name, "members": fmt.Sprint(len(c.Members))}}, err
		}
		err = q.QueryRowContext(ctx, consortiumVersion, b.Workspace, c.ID).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return audit.Event{}, ErrNotFound
		}
		if err != nil {
			return audit.Event{}, err
		}
		return audit.Event{}, &ConflictError{What: "consortium", ID: c.ID, Version: version}
	})
}

// Delete takes a consortium out of the list, if it still has the version that was shown; Restore
// puts it back.
func (b Book) Delete(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turnConsortium(ctx, a, id, version, "now", "consortium.delete")
}

// Restore puts a consortium that was deleted back.
func (b Book) Restore(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.turnConsortium(ctx, a, id, version, "", "consortium.restore")
}

func (b Book) turnConsortium(ctx context.Context, a auth.Actor, id string, version int64, deleted, action string) error {
	c, err := b.Consortium(ctx, a, id)
	if err != nil {
		return err
	}
	if c.Version != version {
		return &ConflictError{What: "consortium", ID: id, Version: c.Version}
	}
	c.Deleted = deleted
	return b.putConsortium(ctx, a, c, action)
}

// Consortium reads one, also one that was deleted.
func (b Book) Consortium(ctx context.Context, a auth.Actor, id string) (Consortium, error) {
	all, err := b.consortia(ctx, a, consortiumOne, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Consortium{}, err
	}
	return all[0], nil
}

// Consortia reads those that are there, and with all those that were deleted too, changed last first.
func (b Book) Consortia(ctx context.Context, a auth.Actor, all bool) ([]Consortium, error) {
	deleted := 0
	if all {
		deleted = 1
	}
	return b.consortia(ctx, a, consortiumAll, deleted)
}

func (b Book) consortia(ctx context.Context, a auth.Actor, query string, arg any) ([]Consortium, error) {
	var out []Consortium
	err := b.read(ctx, a, func(q store.Querier) error {
		return store.Each(ctx, q, query, []any{b.Workspace, arg}, func(scan func(...any) error) error {
			var c Consortium
			var members string
			if err := scan(&c.ID, &c.Name, &c.Call, &members, &c.Notes, &c.Version, &c.MadeAt, &c.MadeBy, &c.Changed, &c.By, &c.Deleted); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(members), &c.Members); err != nil {
				return fmt.Errorf("partners of consortium %s: %w", c.ID, err)
			}
			out = append(out, c)
			return nil
		})
	})
	return out, err
}
