package decision

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Upload is a spreadsheet that somebody brought and has not imported yet.
type Upload struct {
	ID      string
	Table   string
	File    string // name that it had
	Content []byte
}

// uploadLives is how long a spreadsheet waits for its import.
const uploadLives = 24 * time.Hour

const (
	uploadOld   = `delete from upload where workspace = $1 and expires_at < $2`
	uploadWrite = `insert into upload (upload_id, workspace, person_id, table_name, file_name, content, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`
	uploadRead  = `select table_name, file_name, content from upload where workspace = $1 and person_id = $2 and upload_id = $3 and expires_at > $4`
	uploadDrop  = `delete from upload where workspace = $1 and person_id = $2 and upload_id = $3`
)

// Keep puts a spreadsheet aside for a day, for the one who brought it, and gives its id.
func (b Book) Keep(ctx context.Context, a auth.Actor, u Upload) (string, error) {
	id, now := store.NewID("u"), b.Now()
	return id, b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Import); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, uploadOld, b.Workspace, store.Time(now)); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, uploadWrite, id, b.Workspace, a.PersonID, u.Table, u.File, u.Content, store.Time(now), store.Time(now.Add(uploadLives)))
		return err
	})
}

// Upload finds a spreadsheet that this person brought; ErrNotFound when it is somebody
// else's, imported or too old.
func (b Book) Upload(ctx context.Context, a auth.Actor, id string) (Upload, error) {
	u := Upload{ID: id}
	err := b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.Import); err != nil {
			return err
		}
		return q.QueryRowContext(ctx, uploadRead, b.Workspace, a.PersonID, id, store.Time(b.Now())).Scan(&u.Table, &u.File, &u.Content)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return u, err
}

// Imported drops a spreadsheet that has become n decisions and writes that down.
func (b Book) Imported(ctx context.Context, a auth.Actor, u Upload, n int) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Import); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, uploadDrop, b.Workspace, a.PersonID, u.ID); err != nil {
			return err
		}
		return b.note(ctx, q, a, "import", u.Table, map[string]string{"file": u.File, "decisions": strconv.Itoa(n), "batch": u.ID})
	})
}

// Exported writes down that somebody takes a whole table away, if their role allows the
// action that it takes.
func (b Book) Exported(ctx context.Context, a auth.Actor, action auth.Action, what, format string, rows int) error {
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, action); err != nil {
			return err
		}
		return b.note(ctx, q, a, "export.table", what, map[string]string{"format": format, "rows": strconv.Itoa(rows)})
	})
}

func (b Book) note(ctx context.Context, q store.Querier, a auth.Actor, action, subject string, detail map[string]string) error {
	_, err := audit.Append(ctx, q, b.Workspace, b.Now(), audit.Event{Actor: a.PersonID, Via: a.Via, Action: action, Subject: subject, Detail: detail})
	return err
}
