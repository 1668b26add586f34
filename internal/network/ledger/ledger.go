// Package ledger owns what people do about the network: which organisations they introduce
// to each other and what came of it, which organisations have agreed to be named as champions,
// and which partners they put together for a call. It keeps versions, so that two people do
// not overwrite each other, and writes the audit log in the same transaction. Who should be
// introduced, asked or chosen is reckoned from a release elsewhere; nothing here ranks anything.
//
// Who is assigned, notes and contacts are for people who have signed in. Everybody may have the
// counts of Conversions and the names that Listed gives.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Book is the ledger of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// ErrNotFound says that the workspace has nothing of that id.
var ErrNotFound = errors.New("there is nothing of that id in this workspace")

// ConflictError says that somebody else has changed the same record since it was shown.
type ConflictError struct {
	What    string // "introduction", "consortium"
	ID      string
	Version int64 // now
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("somebody else has changed this %s since you opened it; look at what they did, then send yours again", e.What)
}

// Longest texts that are taken, in characters where nothing else is said.
const (
	MostNote    = 2000
	MostName    = 200
	MostCall    = 20_000 // bytes
	MostMembers = 60
	mostID      = 600 // bytes: an index of PostgreSQL takes 2,700 in all
	mostReasons = 40
)

// change runs a transaction of somebody who may decide. Permission comes first and the log last,
// so that all who write take their locks in one order.
func (b Book) change(ctx context.Context, a auth.Actor, f func(q store.Querier, now time.Time) (audit.Event, error)) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Decide); err != nil {
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

// read runs reads of one moment for somebody who may see who does what.
func (b Book) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadDecisions); err != nil {
			return err
		}
		return f(q)
	})
}

// Member is somebody of the workspace to whom an introduction can be given.
type Member struct{ PersonID, Name string }

const (
	membersQuery = `select p.person_id, p.name from member m join person p on p.person_id = m.person_id where m.workspace = $1 order by p.name, p.person_id`
	memberQuery  = `select count(person_id) from member where workspace = $1 and person_id = $2`
)

// Members are the people of the workspace by name, for those who may give them something to do.
func (b Book) Members(ctx context.Context, a auth.Actor) ([]Member, error) {
	var out []Member
	err := b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.Decide); err != nil {
			return err
		}
		return store.Each(ctx, q, membersQuery, []any{b.Workspace}, func(scan func(...any) error) error {
			var m Member
			if err := scan(&m.PersonID, &m.Name); err != nil {
				return err
			}
			out = append(out, m)
			return nil
		})
	})
	return out, err
}
