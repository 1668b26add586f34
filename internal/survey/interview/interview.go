// Package interview owns what is said to an adviser in the room: notes with the consent under which they are kept,
// excerpts with the permission to quote them, the code book, and who gave which code to which excerpt. It keeps versions,
// so that a device that was offline and a colleague do not overwrite each other, reckons how far coders agree, and gives
// the quotes that may be shown to everybody. It asks no question and keeps no answers of a survey: those it hands to
// package fieldwork when an interview is finished.
//
// Nothing is kept without consent. Notes, names and words never go to the audit log.
package interview

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Book is what a workspace keeps of interviews.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
	// Telling gives the words of a firm's name that tell it from others, which a quote without name must not hold; nil:
	// only the whole name is looked for.
	Telling func(orgName string) []string
}

// ErrNotFound says that the workspace has nothing of that id.
var ErrNotFound = errors.New("there is nothing of that id among the interviews of this workspace")

// ErrErased says that the firm had the interview erased, so that nothing is kept of it any more.
var ErrErased = errors.New("this interview was erased on request: nothing more is kept of it; remove your own copy too")

// ConflictError says that the record is no longer as it was shown.
type ConflictError struct {
	What    string // "interview", "excerpt", "code"
	ID      string
	Version int64 // now
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("this %s has been changed since you opened it; look at what was done, then send yours again", e.What)
}

// Longest texts that are taken, in characters.
const (
	MostNotes   = 100_000
	MostExcerpt = 3000
	MostWords   = 2000 // definition, who agreed and how
	MostName    = 200
	mostKey     = 64
	mostID      = 600     // bytes: an index of PostgreSQL takes 2,700 in all
	mostTyped   = 200_000 // bytes of what stands in the fields of questions
)

// change runs a transaction of somebody who may do the action. Permission comes first and the log last, so that all who
// write take their locks in one order. An event without action is not written: nothing was changed.
func (b Book) change(ctx context.Context, a auth.Actor, action auth.Action, f func(q store.Querier, now time.Time) (audit.Event, error)) error {
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

// read runs reads of one moment for somebody who may read single answers.
func (b Book) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadAnswers); err != nil {
			return err
		}
		return f(q)
	})
}

// versionOf says how a record stands that an update did not find as it was shown.
func versionOf(ctx context.Context, q store.Querier, what, query string, args ...any) error {
	conflict := &ConflictError{What: what}
	found := false
	err := store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		found = true
		return scan(&conflict.ID, &conflict.Version)
	})
	if err != nil {
		return err
	}
	if !found {
		return ErrNotFound
	}
	return conflict
}
