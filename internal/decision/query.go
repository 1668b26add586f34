package decision

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"milieu/internal/auth"
	"milieu/internal/store"
)

// Filter narrows a list of decisions. Empty fields do not narrow.
type Filter struct {
	Kind    Kind
	Table   string
	Subject string
	By      string // person id
	State   string // holds or undone
	Batch   string
	Text    string // in subject, fields, reason or source
	Limit   int    // default 50
	Offset  int
}

// columns are all columns of a decision, in the order in which scan takes them.
const columns = `select seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, undone_at, undone_by, undone_reason,
  version, undone_version from decision `

const (
	oneQuery   = columns + `where workspace = $1 and seq = $2`
	sinceQuery = columns + `where workspace = $1 and table_name = $2 and subject = $3 and (version > $4 or undone_version > $4) order by seq`
	onQuery    = columns + `where workspace = $1 and table_name = $2 and subject = $3 order by seq`
	tableQuery = columns + `where workspace = $1 and table_name = $2 and undone_at = '' order by seq`
	holdQuery  = columns + `where workspace = $1 and undone_at = '' order by seq`
	keyQuery   = columns + `where workspace = $1 and table_name = 'pairs' and (subject like $2 escape '!' or subject like $3 escape '!') order by seq`

	condition = `where workspace = $1 and ($2 = '' or kind = $2) and ($3 = '' or table_name = $3) and ($4 = '' or subject = $4) and ($5 = '' or decided_by = $5)
  and ($6 = '' or ($6 = 'holds' and undone_at = '') or ($6 = 'undone' and undone_at <> '')) and ($7 = '' or batch = $7)
  and ($8 = '' or search like $8 escape '!') `
	listQuery  = columns + condition + `order by seq desc limit $9 offset $10`
	countQuery = `select count(*) from decision ` + condition
)

func query(ctx context.Context, q store.Querier, text string, args ...any) ([]Decision, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	defer rows.Close()
	var out []Decision
	for rows.Next() {
		d, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("decisions: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func scan(rows *sql.Rows) (Decision, error) {
	var d Decision
	var fields, before string
	if err := rows.Scan(&d.Seq, &d.Kind, &d.Table, &d.Subject, &fields, &before, &d.Reason, &d.Source, &d.Batch, &d.At, &d.By, &d.UndoneAt, &d.UndoneBy,
		&d.UndoneReason, &d.Version, &d.UndoneVersion); err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(fields), &d.Fields); err != nil {
		return d, fmt.Errorf("fields of D%d: %w", d.Seq, err)
	}
	if err := json.Unmarshal([]byte(before), &d.Before); err != nil {
		return d, fmt.Errorf("earlier fields of D%d: %w", d.Seq, err)
	}
	return d, nil
}

func one(ctx context.Context, q store.Querier, workspace string, seq int64) (Decision, error) {
	ds, err := query(ctx, q, oneQuery, workspace, seq)
	if err == nil && len(ds) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Decision{}, err
	}
	return ds[0], nil
}

const versionQuery = `select version from subject_version where workspace = $1 and table_name = $2 and subject = $3`

func version(ctx context.Context, q store.Querier, workspace, table, subject string) (int64, error) {
	var v int64
	err := q.QueryRowContext(ctx, versionQuery, workspace, table, subject).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return v, err
}

// read runs reads of one moment for somebody who may read decisions.
func (b Book) read(ctx context.Context, a auth.Actor, f func(store.Querier) error) error {
	return b.DB.View(ctx, func(q store.Querier) error {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadDecisions); err != nil {
			return err
		}
		return f(q)
	})
}

// One finds a decision by number.
func (b Book) One(ctx context.Context, a auth.Actor, seq int64) (d Decision, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		d, err = one(ctx, q, b.Workspace, seq)
		return err
	})
	return d, err
}

// List reads decisions, newest first, and says how many pass the filter.
func (b Book) List(ctx context.Context, a auth.Actor, f Filter) (ds []Decision, total int, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	like := ""
	if f.Text != "" {
		like = "%" + store.Like(fold(f.Text)) + "%"
	}
	args := []any{b.Workspace, string(f.Kind), f.Table, f.Subject, f.By, f.State, f.Batch, like}
	err = b.read(ctx, a, func(q store.Querier) error {
		if err := q.QueryRowContext(ctx, countQuery, args...).Scan(&total); err != nil {
			return err
		}
		ds, err = query(ctx, q, listQuery, append(args, f.Limit, f.Offset)...)
		return err
	})
	return ds, total, err
}

// On reads all decisions on a subject, oldest first, and its version, which the
// next editor has to show.
func (b Book) On(ctx context.Context, a auth.Actor, table, subject string) (ds []Decision, v int64, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		if v, err = version(ctx, q, b.Workspace, table, subject); err != nil {
			return err
		}
		ds, err = query(ctx, q, onQuery, b.Workspace, table, subject)
		return err
	})
	return ds, v, err
}

// About reads all decisions that concern an organisation: on its row, its sites and
// its records, given by their keys.
func (b Book) About(ctx context.Context, a auth.Actor, keys []string) (ds []Decision, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		for _, k := range keys {
			for _, at := range [][2]string{{Organisations, k}, {Sites, k + ":site"}, {Sites, k + ":ro"}} {
				some, err := query(ctx, q, onQuery, b.Workspace, at[0], at[1])
				if err != nil {
					return err
				}
				ds = append(ds, some...)
			}
			some, err := query(ctx, q, keyQuery, b.Workspace, store.Like(k)+"|%", "%|"+store.Like(k))
			if err != nil {
				return err
			}
			ds = append(ds, some...)
		}
		return nil
	})
	return unique(ds), err
}

// Holding reads the decisions on a table that hold, oldest first, and the version
// of every subject of the table that has one, both of one moment.
func (b Book) Holding(ctx context.Context, a auth.Actor, table string) (ds []Decision, at map[string]int64, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		if at, err = versions(ctx, q, b.Workspace, table); err != nil {
			return err
		}
		ds, err = query(ctx, q, tableQuery, b.Workspace, table)
		return err
	})
	return ds, at, err
}

const versionsQuery = `select subject, version from subject_version where workspace = $1 and table_name = $2`

func versions(ctx context.Context, q store.Querier, workspace, table string) (map[string]int64, error) {
	rows, err := q.QueryContext(ctx, versionsQuery, workspace, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var s string
		var v int64
		if err := rows.Scan(&s, &v); err != nil {
			return nil, err
		}
		out[s] = v
	}
	return out, rows.Err()
}
