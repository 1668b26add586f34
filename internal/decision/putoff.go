package decision

import (
	"context"
	"time"

	"milieu/internal/auth"
	"milieu/internal/store"
)

// PutOff is a question that a person wants to be asked later.
type PutOff struct {
	Subject string
	Content string // fingerprint of what the person looked at
	At      string // as store.Time writes it
}

// putOffLives is how long a question stays away when nothing about it changes: who does
// not come back to it in a month has forgotten why.
const putOffLives = 30 * 24 * time.Hour

const (
	putOffOld   = `delete from put_off where workspace = $1 and expires_at <= $2`
	putOffWrite = `insert into put_off (workspace, person_id, subject, content, put_off_at, expires_at) values ($1, $2, $3, $4, $5, $6)
on conflict (workspace, person_id, subject) do update set content = excluded.content, put_off_at = excluded.put_off_at, expires_at = excluded.expires_at`
	putOffRead = `select subject, content, put_off_at from put_off where workspace = $1 and person_id = $2 and expires_at > $3 order by put_off_at, subject`
	putOffDrop = `delete from put_off where workspace = $1 and person_id = $2 and subject = $3`
)

// PutOff keeps a question from being asked of this person for a while. It changes no
// evidence and nobody else's queue, and so it is no decision and not in the log.
func (b Book) PutOff(ctx context.Context, a auth.Actor, subject, content string) error {
	if subject == "" || len(subject) > mostSubject || len(content) > mostID {
		return &InputError{map[string]string{"": "what is to be asked later is not named"}}
	}
	now := b.Now()
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Decide); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, putOffOld, b.Workspace, store.Time(now)); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, putOffWrite, b.Workspace, a.PersonID, subject, content, store.Time(now), store.Time(now.Add(putOffLives)))
		return err
	})
}

// AskAgain takes back that a question was put off.
func (b Book) AskAgain(ctx context.Context, a auth.Actor, subject string) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Decide); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, putOffDrop, b.Workspace, a.PersonID, subject)
		return err
	})
}

// PuttingOff reads what this person has put off and not been asked again, oldest first.
func (b Book) PuttingOff(ctx context.Context, a auth.Actor) ([]PutOff, error) {
	var out []PutOff
	err := b.read(ctx, a, func(q store.Querier) error {
		rows, err := q.QueryContext(ctx, putOffRead, b.Workspace, a.PersonID, store.Time(b.Now()))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p PutOff
			if err := rows.Scan(&p.Subject, &p.Content, &p.At); err != nil {
				return err
			}
			out = append(out, p)
		}
		return rows.Err()
	})
	return out, err
}
