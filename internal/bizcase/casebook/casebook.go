// Package casebook owns the cases that people write together: the text with its versions, none of which is ever changed; comments
// and suggested changes; approvals of a version by people in their roles; and documents that were published under a secret link.
// It keeps what a text came to as a document at the moment it was kept; it never makes one. Figures stay in the release.
package casebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/report"
	"milieu/internal/store"
)

// Book is the cases of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// ErrNotFound says that the workspace has nothing of that id, or that a link leads nowhere.
var ErrNotFound = errors.New("there is no such case in this workspace")

// ConflictError says that somebody else has changed what is to be changed since it was shown. Nothing was changed.
type ConflictError struct {
	ID      string // of the case
	N       int64  // version of the text now
	Version int64  // of the record now
}

func (e *ConflictError) Error() string {
	return "somebody else has changed this case since you opened it; look at what they did, then send yours again"
}

// Longest texts that are taken, in characters, and most that is kept.
const (
	MostNote     = 500
	MostComment  = 4000
	MostWords    = 1000 // of an approval, an answer, a reason
	MostVersions = 1000 // of one case
	MostRemarks  = 2000 // comments and suggestions of one case, each
	MostContent  = 2 << 20
	MostDocument = 8 << 20 // packed
)

// Case is a case with the text in force.
type Case struct {
	ID        string
	Version   int64 // of the record: raised by every change of text, approvers or being there
	N, From   int64 // of the text in force, from 1, and of the one it was made from, 0 for the first
	Content   bizcase.Content
	Note      string // of the text in force
	Release   string // on which it was made when it was kept; empty where it was not
	At, By    string // when and by whom the text in force was kept
	Approvers []Approver
	MadeAt    string // as store.Time writes it
	MadeBy    string // id of a person
	Changed   string
	ChangedBy string
	Deleted   string // empty while it is there
}

// Draft is a text that somebody wants to keep.
type Draft struct {
	Content bizcase.Content
	Note    string
	Made    *report.Document // what it comes to on the release of this moment; nil where it was not made
}

// Summary is a case in a list.
type Summary struct {
	ID, Title, Subtitle         string
	Stage                       bizcase.Stage
	Plan                        string
	Version, N                  int64
	Comments, Suggestions       int // open
	Required, Approved          int // roles that must approve, and that have approved the version in force
	Published                   int // links that work
	Changed, ChangedBy, Deleted string
}

const (
	hold    = `update case_paper set current = current where workspace = $1 and case_id = $2`
	columns = `select p.case_id, p.version, p.approvers, p.made_at, p.made_by, p.changed_at, p.changed_by, p.deleted_at,
  v.n, v.from_n, v.content, v.note, v.release_id, v.made_at, v.made_by
from case_paper p join case_version v on v.workspace = p.workspace and v.case_id = p.case_id and v.n = p.current where p.workspace = $1 `
	oneQuery = columns + `and p.case_id = $2`
	allQuery = columns + `and (p.deleted_at = '' or $2 = 1) order by p.changed_at desc, p.case_id`
	change   = `update case_paper set version = version + 1, current = $3, approvers = $4, changed_at = $5, changed_by = $6, deleted_at = $7
where workspace = $1 and case_id = $2`
)

func readCases(ctx context.Context, q store.Querier, query string, args ...any) ([]Case, error) {
	var out []Case
	err := store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var c Case
		var approvers, content string
		if err := scan(&c.ID, &c.Version, &approvers, &c.MadeAt, &c.MadeBy, &c.Changed, &c.ChangedBy, &c.Deleted,
			&c.N, &c.From, &content, &c.Note, &c.Release, &c.At, &c.By); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(approvers), &c.Approvers); err != nil {
			return fmt.Errorf("approvers of case %s: %w", c.ID, err)
		}
		if err := json.Unmarshal([]byte(content), &c.Content); err != nil {
			return fmt.Errorf("text of case %s, version %d: %w", c.ID, c.N, err)
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

func (b Book) one(ctx context.Context, q store.Querier, id string) (Case, error) {
	all, err := readCases(ctx, q, oneQuery, b.Workspace, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Case{}, err
	}
	return all[0], nil
}

// read runs reads of one moment for somebody who may see cases.
func (b Book) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadCases); err != nil {
			return err
		}
		return f(q)
	})
}

// Read reads a case with the text in force, also one that was deleted.
func (b Book) Read(ctx context.Context, a auth.Actor, id string) (Case, error) {
	var out Case
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.one(ctx, q, id)
		return err
	})
	return out, err
}

// List reads the cases that are there, and with deleted those too that were deleted, changed last first.
func (b Book) List(ctx context.Context, a auth.Actor, deleted bool) ([]Summary, error) {
	with := 0
	if deleted {
		with = 1
	}
	var out []Summary
	err := b.read(ctx, a, func(q store.Querier) error {
		all, err := readCases(ctx, q, allQuery, b.Workspace, with)
		if err != nil {
			return err
		}
		counts, err := b.counts(ctx, q)
		if err != nil {
			return err
		}
		for _, c := range all {
			s := Summary{ID: c.ID, Title: c.Content.Title, Subtitle: c.Content.Subtitle, Stage: c.Content.Stage, Plan: c.Content.Plan, Version: c.Version, N: c.N,
				Comments: counts[countKey{c.ID, "comment"}], Suggestions: counts[countKey{c.ID, "suggestion"}], Published: counts[countKey{c.ID, "publication"}],
				Required: len(c.Approvers), Changed: c.Changed, ChangedBy: c.ChangedBy, Deleted: c.Deleted}
			approvals, err := b.approvals(ctx, q, c.ID)
			if err != nil {
				return err
			}
			for _, r := range Stand(c, approvals).Roles {
				if r.Approved {
					s.Approved++
				}
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

type countKey struct{ id, what string }

const countQuery = `select case_id, 'comment', count(*) from case_comment where workspace = $1 and reply_to = '' and resolved_at = '' and erased_at = '' group by case_id
union all select case_id, 'suggestion', count(*) from case_suggestion where workspace = $1 and state = 'open' group by case_id
union all select case_id, 'publication', count(*) from case_publication where workspace = $1 and withdrawn_at = '' group by case_id`

func (b Book) counts(ctx context.Context, q store.Querier) (map[countKey]int, error) {
	out := map[countKey]int{}
	err := store.Each(ctx, q, countQuery, []any{b.Workspace}, func(scan func(...any) error) error {
		var k countKey
		var n int
		if err := scan(&k.id, &k.what, &n); err != nil {
			return err
		}
		out[k] = n
		return nil
	})
	return out, err
}

// keep runs a transaction of somebody who may do the action. Permission comes first and the log last, so that all who write
// take their locks in one order. f gives no action where nothing was changed.
func (b Book) keep(ctx context.Context, a auth.Actor, action auth.Action, f func(q store.Querier, now time.Time) (audit.Event, error)) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, action); err != nil {
			return err
		}
		now := b.Now()
		e, err := f(q, now)
		if err != nil || e.Action == "" {
			return err
		}
		e.Actor, e.Via = a.PersonID, a.Via
		_, err = audit.Append(ctx, q, b.Workspace, now, e)
		return err
	})
}

// held reads a case that nobody else changes until the transaction ends.
func (b Book) held(ctx context.Context, q store.Querier, id string) (Case, error) {
	if _, err := q.ExecContext(ctx, hold, b.Workspace, id); err != nil {
		return Case{}, fmt.Errorf("case %s: %w", id, err)
	}
	return b.one(ctx, q, id)
}

// alter lets f change a case and writes it.
func (b Book) alter(ctx context.Context, a auth.Actor, action auth.Action, id string, f func(q store.Querier, now time.Time, c *Case) (audit.Event, error)) error {
	return b.keep(ctx, a, action, func(q store.Querier, now time.Time) (audit.Event, error) {
		c, err := b.held(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		e, err := f(q, now, &c)
		if err != nil || e.Action == "" {
			return audit.Event{}, err
		}
		approvers, err := json.Marshal(c.Approvers)
		if err != nil {
			return audit.Event{}, fmt.Errorf("approvers of case %s: %w", id, err)
		}
		if _, err := q.ExecContext(ctx, change, b.Workspace, id, c.N, string(approvers), store.Time(now), a.PersonID, c.Deleted); err != nil {
			return audit.Event{}, fmt.Errorf("case %s: %w", id, err)
		}
		e.Subject = id
		return e, nil
	})
}
