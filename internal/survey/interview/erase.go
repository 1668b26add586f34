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

const (
	interviewErase = `update interview set org_id = '', org_name = '', who = '', consent = '', notes = '', answers = '', state = 'erased', version = version + 1, erased_at = $3, changed_at = $3, changed_by = $4
where workspace = $1 and interview_id = $2 and erased_at = '' returning survey_id`
	excerptsErase = `update excerpt set text = '', permission = 'none', version = version + 1, erased_at = $3 where workspace = $1 and interview_id = $2 and erased_at = ''`
	codingsErase  = `delete from coding where workspace = $1 and excerpt_id in (select e.excerpt_id from excerpt e where e.workspace = $1 and e.interview_id = $2)`
)

// Erase empties an interview with its excerpts and their codes, for a firm that asks for that. That there was one, and
// who erased it, stays. What was handed to a survey is erased there.
func (b Book) Erase(ctx context.Context, a auth.Actor, id string) error {
	err := b.change(ctx, a, auth.EraseAnswers, func(q store.Querier, now time.Time) (audit.Event, error) {
		var of string
		err := q.QueryRowContext(ctx, interviewErase, b.Workspace, id, store.Time(now), a.PersonID).Scan(&of)
		if errors.Is(err, sql.ErrNoRows) {
			if _, err := one(ctx, q, interviewByID, b.Workspace, id); err != nil {
				return audit.Event{}, err
			}
			return audit.Event{}, ErrErased
		}
		if err != nil {
			return audit.Event{}, err
		}
		if _, err := q.ExecContext(ctx, excerptsErase, b.Workspace, id, store.Time(now)); err != nil {
			return audit.Event{}, err
		}
		if _, err := q.ExecContext(ctx, codingsErase, b.Workspace, id); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "interview.erase", Subject: id, Detail: map[string]string{"survey": of}}, nil
	})
	if err == nil {
		b.DB.SettleSoon() // the log of the store holds the words until then
	}
	return err
}
