// Package workshop owns workshops, in which stakeholders weigh criteria by which interventions are compared: what is asked,
// which options and criteria there are, how options score and why, and each stakeholder's own weights under a name. It keeps
// them with versions in the store, and reckons from them and a release what ranks they allow (kernel mcda). It never makes one
// set of weights of several, and nothing here says which stakeholder is right.
package workshop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Book keeps the workshops of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// ErrNotFound says that the workspace has no such workshop, stakeholder or version.
var ErrNotFound = errors.New("there is no workshop or stakeholder of that id in this workspace")

// ConflictError says that somebody else has changed the same thing since it was shown.
type ConflictError struct {
	What    string // workshop or weights
	Version int64  // now
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("somebody else has changed these %s since you opened them; look at what they did, then send yours again", e.What)
}

// Workshop is what is kept of one.
type Workshop struct {
	ID      string
	Setup   Setup
	Weights []Weights // those that are not deleted, by name
	Gone    []Weights // those that are
	Version int64
	MadeAt  string // as store.Time writes it
	MadeBy  string // id of a person
	Changed string
	By      string // who changed the setup last
	Deleted string // "" while it is there
}

// Summary is a workshop in a list.
type Summary struct {
	ID, Question, Changed, By, Deleted string
	Options, Criteria, Stakeholders    int
	Version                            int64
}

// change runs a transaction of somebody who may do the action. Permission comes first and the log last, so that
// all who write take their locks in one order.
func (b Book) change(ctx context.Context, a auth.Actor, action auth.Action, f func(q store.Querier, now time.Time) (audit.Event, error)) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, action); err != nil {
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

// read runs reads of one moment for somebody who may see how others weigh.
func (b Book) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadWeights); err != nil {
			return err
		}
		return f(q)
	})
}
