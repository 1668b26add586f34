package interview

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

const interviewDone = `update interview set version = version + 1, state = 'done', answers = $6, changed_at = $4, changed_by = $5 where workspace = $1 and interview_id = $2 and version = $3 and state = 'open' returning version`

// Finish ends an open interview, if it still has the version that was shown. Answers to a survey's questions are handed
// to that survey in the same transaction, so that they are there once, or not at all; the interview keeps notes and
// excerpts. Errors are an *InputError by question where answers cannot be taken, a *ConflictError, ErrNotFound, ErrErased,
// one of auth.ErrDenied, of package fieldwork, or of the store.
func (b Book) Finish(ctx context.Context, a auth.Actor, id string, version int64, here bool) error {
	i, _, err := b.Interview(ctx, a, id)
	if err != nil {
		return err
	}
	switch {
	case i.State == Erased:
		return ErrErased
	case i.State != Open || i.Version != version:
		return &ConflictError{What: "interview", ID: id, Version: i.Version}
	}
	hand, left := stays, i.Typed
	if i.SurveyID != "" && !here {
		if hand, err = b.handOver(ctx, a, i); err != nil {
			return err
		}
		left = nil
	}
	typed, err := left.encode()
	if err != nil {
		return err
	}
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		err := q.QueryRowContext(ctx, interviewDone, b.Workspace, id, version, store.Time(now), a.PersonID, typed).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return audit.Event{}, versionOf(ctx, q, "interview", interviewVersion, b.Workspace, id)
		}
		if err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "interview.finish", Subject: id, Detail: about(i.Content)}, hand(q)
	})
}
