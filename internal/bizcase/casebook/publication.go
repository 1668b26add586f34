package casebook

import (
	"context"
	"fmt"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/report"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Publication is a document that was published under a secret link. It never changes; the link can be withdrawn.
type Publication struct {
	ID, CaseID, Title        string
	N                        int64 // version of the text
	Release, Note            string
	At, By                   string
	WithdrawnAt, WithdrawnBy string
	Version                  int64
}

const (
	writePublication = `insert into case_publication (workspace, publication_id, case_id, n, link_hash, title, release_id, document, note, version, made_at, made_by, withdrawn_at, withdrawn_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, '', '')`
	unpublishAll       = `update case_publication set withdrawn_at = $3, withdrawn_by = $4, version = version + 1 where workspace = $1 and case_id = $2 and withdrawn_at = ''`
	unpublish          = `update case_publication set withdrawn_at = $4, withdrawn_by = $5, version = version + 1 where workspace = $1 and case_id = $2 and publication_id = $3`
	publicationColumns = `select publication_id, case_id, title, n, release_id, note, made_at, made_by, withdrawn_at, withdrawn_by, version`
	publicationsQuery  = publicationColumns + ` from case_publication where workspace = $1 and case_id = $2 order by made_at desc, publication_id`
	publishedQuery     = publicationColumns + `, document from case_publication where workspace = $1 and link_hash = $2 and withdrawn_at = ''`
)

func (p *Publication) fields() []any {
	return []any{&p.ID, &p.CaseID, &p.Title, &p.N, &p.Release, &p.Note, &p.At, &p.By, &p.WithdrawnAt, &p.WithdrawnBy, &p.Version}
}

// Publish freezes a document of version n, which is in force, under a secret link, and gives the secret, which is shown once.
// Links made earlier go on to show what they showed.
func (b Book) Publish(ctx context.Context, a auth.Actor, id string, n int64, d report.Document, note string) (string, error) {
	f := typed.Faults{}
	note = f.Text("note", note, MostNote)
	if d.Release == "" {
		f.Add("", "a document that names no release cannot be published")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	data, err := packDocument(d)
	if err != nil {
		return "", err
	}
	secret := store.NewSecret()
	err = b.keep(ctx, a, auth.PublishCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		c, err := b.held(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if err := c.open(n); err != nil {
			return audit.Event{}, err
		}
		_, err = q.ExecContext(ctx, writePublication, b.Workspace, store.NewID("pu"), id, n, store.Hash(secret), typed.Cut(typed.Line(d.Title), 300), d.Release, data, note, store.Time(now), a.PersonID)
		return audit.Event{Action: "case.publish", Subject: id, Detail: map[string]string{"title": c.Content.Title, "version": fmt.Sprint(n), "release": d.Release}}, err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Unpublish withdraws a link that has the version that was shown.
func (b Book) Unpublish(ctx context.Context, a auth.Actor, id, publication string, version int64) error {
	return b.keep(ctx, a, auth.PublishCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		c, err := b.held(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		all, err := b.publications(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		for _, p := range all {
			if p.ID != publication {
				continue
			}
			if p.Version != version || p.WithdrawnAt != "" {
				return audit.Event{}, &ConflictError{id, c.N, c.Version}
			}
			_, err := q.ExecContext(ctx, unpublish, b.Workspace, id, publication, store.Time(now), a.PersonID)
			return audit.Event{Action: "case.unpublish", Subject: id, Detail: map[string]string{"title": p.Title, "version": fmt.Sprint(p.N)}}, err
		}
		return audit.Event{}, ErrNotFound
	})
}

// Publications reads what was published of a case, the newest first, with what was withdrawn.
func (b Book) Publications(ctx context.Context, a auth.Actor, id string) ([]Publication, error) {
	var out []Publication
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.publications(ctx, q, id)
		return err
	})
	return out, err
}

func (b Book) publications(ctx context.Context, q store.Querier, id string) ([]Publication, error) {
	var out []Publication
	err := store.Each(ctx, q, publicationsQuery, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var p Publication
		if err := scan(p.fields()...); err != nil {
			return err
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// Published opens a document by the secret of its link: the link itself is the right. ErrNotFound where it leads nowhere or was
// withdrawn.
func (b Book) Published(ctx context.Context, secret string) (Publication, report.Document, error) {
	var p Publication
	var d report.Document
	if len(secret) < 32 || len(secret) > 100 {
		return p, d, ErrNotFound
	}
	found := false
	err := b.DB.View(ctx, func(q store.Querier) error {
		return store.Each(ctx, q, publishedQuery, []any{b.Workspace, store.Hash(secret)}, func(scan func(...any) error) error {
			var data []byte
			if err := scan(append(p.fields(), &data)...); err != nil {
				return err
			}
			var err error
			d, found, err = openDocument(data)
			return err
		})
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return p, d, err
}
