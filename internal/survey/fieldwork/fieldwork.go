// Package fieldwork owns surveys while they are made, asked and answered: the instrument's draft and its published versions, the
// frozen frame, who was drawn from it, the links by which they answer, the answers that are being given and those that were. It
// keeps the promise of the survey's level, and erases. It reckons no result, sends nothing by itself and renders nothing.
//
// # Anonymity
//
// Links of an anonymous survey are drawn from a pool. They are paired with firms at random, in memory, while they are handed to
// a Sender, and that pairing is never kept. A response holds a random id, the version of the instrument, the stratum and the answers: no firm, no
// time, no link. Answers that are being given are enciphered with the link itself, and with a secret of the device where the
// caller gives one (Bind), so that neither the store nor who kept a copy of the links can read them. A stratum holds ten firms of
// the frame or more, and as many of them as the survey's threshold are asked or none.
//
// What this cannot keep from anybody: who holds a copy of the links that were sent (a mail-merge file) can see whether one has been
// used while the survey is open (a stratum of which a single answer came is joined by that); and who watches the database itself,
// or its log, while answers come in sees when a link is used and which row is new. When the survey is closed links are forgotten.
package fieldwork

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Book is the surveys of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// Faults that a caller may tell apart.
var (
	// ErrNotFound says that the workspace has no survey, unit or link of that name.
	ErrNotFound = errors.New("there is nothing of that id in this workspace")
	// ErrDone says that these answers have been given already; they were kept, and nothing was changed now.
	ErrDone = errors.New("these answers have been given already")
	// ErrClosed says that the survey takes no answers now.
	ErrClosed = errors.New("this survey takes no answers now")
	// ErrNotYet says that nobody may see what has come in so far, or not this person: the survey takes answers.
	ErrNotYet = errors.New("what has come in is shown when the survey is closed: whoever sees it before and after an answer would know that answer")
	// ErrWithheld says that too few answers have come since others could see results.
	ErrWithheld = errors.New("results are held back until more answers have come since they were last shown: the difference would say what the few new ones are")
	// ErrAnonymous says that there are no answers by firm, because nobody can join them.
	ErrAnonymous = errors.New("the answers of an anonymous survey belong to no firm: nobody can say who gave which")
)

// ConflictError says that somebody else has changed the same record since it was shown.
type ConflictError struct {
	What    string // "survey", "firm" or "answers"
	ID      string // "" of answers
	Version int64  // now
}

func (e *ConflictError) Error() string {
	if e.What == "answers" {
		return "these answers have been changed elsewhere since this page was opened; open the link again to see them"
	}
	return fmt.Sprintf("somebody else has changed this %s since you opened it; look at what they did, then send yours again", e.What)
}

// Longest texts that are taken, in characters where nothing else is said.
const (
	MostTitle   = 200
	MostNote    = 2000
	MostName    = 200
	MostEmail   = 254       // RFC 5321, 4.5.3.1.3
	MostAnswers = 256 << 10 // bytes of all answers of one firm
	mostID      = 600       // bytes: an index of PostgreSQL takes 2,700 in all
)

// change runs a transaction of somebody who may do the action. Permission comes first and the log last, so that all who write
// take their locks in one order.
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

// read runs reads of one moment for somebody who may do the action.
func (b Book) read(ctx context.Context, a auth.Actor, action auth.Action, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, action); err != nil {
			return err
		}
		return f(q)
	})
}

// none makes the absence of a row an ErrNotFound.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// ignoreNone takes the absence of a row for nothing.
func ignoreNone(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
