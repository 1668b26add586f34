package casebook

import (
	"context"
	"encoding/json"
	"fmt"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/report"
	"milieu/internal/store"
)

// Version is a text that a case had or has, without the text.
type Version struct {
	N, From  int64
	Title    string
	Stage    bizcase.Stage
	Note     string
	Release  string // on which it was made when it was kept; empty where it was not
	At, By   string
	Document bool // the document was kept with it
}

const (
	versionColumns = `select n, from_n, title, stage, note, release_id, made_at, made_by, case when release_id = '' then 0 else 1 end`
	versionsQuery  = versionColumns + ` from case_version where workspace = $1 and case_id = $2 order by n`
	textQuery      = versionColumns + `, content from case_version where workspace = $1 and case_id = $2 and n = $3`
	documentQuery  = `select document from case_version where workspace = $1 and case_id = $2 and n = $3`
)

func (v *Version) fields(document *int64) []any {
	return []any{&v.N, &v.From, &v.Title, &v.Stage, &v.Note, &v.Release, &v.At, &v.By, document}
}

// Versions reads all versions of a case, the oldest first.
func (b Book) Versions(ctx context.Context, a auth.Actor, id string) ([]Version, error) {
	var out []Version
	err := b.read(ctx, a, func(q store.Querier) error {
		return store.Each(ctx, q, versionsQuery, []any{b.Workspace, id}, func(scan func(...any) error) error {
			var v Version
			var document int64
			if err := scan(v.fields(&document)...); err != nil {
				return err
			}
			v.Document = document == 1
			out = append(out, v)
			return nil
		})
	})
	if err == nil && len(out) == 0 {
		err = ErrNotFound
	}
	return out, err
}

// Text reads a version with its text.
func (b Book) Text(ctx context.Context, a auth.Actor, id string, n int64) (Version, bizcase.Content, error) {
	var v Version
	var c bizcase.Content
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		v, c, err = b.text(ctx, q, id, n)
		return err
	})
	return v, c, err
}

func (b Book) text(ctx context.Context, q store.Querier, id string, n int64) (v Version, c bizcase.Content, err error) {
	found := false
	err = store.Each(ctx, q, textQuery, []any{b.Workspace, id, n}, func(scan func(...any) error) error {
		var text string
		var document int64
		if err := scan(append(v.fields(&document), &text)...); err != nil {
			return err
		}
		found, v.Document = true, document == 1
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return fmt.Errorf("text of case %s, version %d: %w", id, n, err)
		}
		return nil
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return v, c, err
}

// Document reads what a version came to when it was kept; false where it was not made then.
func (b Book) Document(ctx context.Context, a auth.Actor, id string, n int64) (report.Document, bool, error) {
	var d report.Document
	found, made := false, false
	err := b.read(ctx, a, func(q store.Querier) error {
		return store.Each(ctx, q, documentQuery, []any{b.Workspace, id, n}, func(scan func(...any) error) error {
			var data []byte
			if err := scan(&data); err != nil {
				return err
			}
			var err error
			found = true
			d, made, err = openDocument(data)
			return err
		})
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return d, made, err
}
