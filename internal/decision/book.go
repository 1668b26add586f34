package decision

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Book is the decisions of a workspace.
type Book struct {
	DB        *store.DB
	Workspace string
	Now       func() time.Time
}

// ErrNotFound says that there is no such decision in this workspace.
var ErrNotFound = errors.New("there is no such decision")

// ErrUndone says that a decision has been undone already, or holds already.
var ErrUndone = errors.New("this has been done already")

// mostAtOnce is how many decisions one import may make.
const mostAtOnce = 20_000

// Decide makes one decision. Errors are an *InputError, a *ConflictError, one of
// auth.ErrDenied, or of the store. When it returns nil the decision is on disk.
func (b Book) Decide(ctx context.Context, a auth.Actor, d Draft) (Decision, error) {
	made, err := b.DecideAll(ctx, a, []Draft{d})
	if err != nil {
		return Decision{}, err
	}
	return made[0], nil
}

// DecideAll makes all of the decisions, or none.
func (b Book) DecideAll(ctx context.Context, a auth.Actor, drafts []Draft) ([]Decision, error) {
	if len(drafts) > mostAtOnce {
		return nil, &InputError{map[string]string{"": fmt.Sprintf("that is %d decisions at once; at most %d are taken, so bring them in parts", len(drafts), mostAtOnce)}}
	}
	checked := make([]Draft, len(drafts))
	for i, d := range drafts {
		var err error
		if checked[i], err = Check(d); err != nil {
			return nil, err
		}
	}
	// Everybody takes the records in the same order, so that two imports wait for
	// each other instead of locking each other out.
	order := make([]int, len(checked))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return checked[order[i]].key() < checked[order[j]].key() })
	var made []Decision
	err := b.DB.Update(ctx, func(q store.Querier) error {
		made = make([]Decision, len(checked))
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Decide); err != nil {
			return err
		}
		versions := make([]int64, len(checked))
		for _, i := range order {
			var err error
			if versions[i], err = b.take(ctx, q, checked[i]); err != nil {
				return err
			}
		}
		for i, d := range checked {
			var err error
			if made[i], err = b.write(ctx, q, a, d, versions[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

func (d Draft) key() string { return d.Table + "\x00" + d.Subject }

const (
	versionStart = `insert into subject_version (workspace, table_name, subject, version) values ($1, $2, $3, 0)
on conflict (workspace, table_name, subject) do nothing`
	versionTake = `update subject_version set version = version + 1
where workspace = $1 and table_name = $2 and subject = $3 and version = $4 returning version`
	versionAny = `update subject_version set version = version + 1
where workspace = $1 and table_name = $2 and subject = $3 returning version`
)

// take raises the version of a draft's subject, if it is the one that the editor saw.
func (b Book) take(ctx context.Context, q store.Querier, d Draft) (int64, error) {
	if _, err := q.ExecContext(ctx, versionStart, b.Workspace, d.Table, d.Subject); err != nil {
		return 0, err
	}
	var v int64
	err := q.QueryRowContext(ctx, versionTake, b.Workspace, d.Table, d.Subject, d.Version).Scan(&v)
	if !errors.Is(err, sql.ErrNoRows) {
		return v, err
	}
	c := &ConflictError{Table: d.Table, Subject: d.Subject}
	if c.Version, err = version(ctx, q, b.Workspace, d.Table, d.Subject); err != nil {
		return 0, err
	}
	if c.Since, err = query(ctx, q, sinceQuery, b.Workspace, d.Table, d.Subject, d.Version); err != nil {
		return 0, err
	}
	return 0, c
}

const (
	headStart = `insert into decision_head (workspace, seq) values ($1, 0) on conflict (workspace) do nothing`
	headTake  = `update decision_head set seq = seq + 1 where workspace = $1 returning seq`
	write     = `insert into decision (workspace, seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by,
  undone_at, undone_by, undone_reason, version, undone_version, search)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', $13, 0, $14)`
)

func (b Book) write(ctx context.Context, q store.Querier, a auth.Actor, d Draft, version int64) (Decision, error) {
	now := b.Now()
	out := Decision{Kind: d.Kind, Table: d.Table, Subject: d.Subject, Fields: orEmpty(d.Fields), Before: orEmpty(d.Before), Reason: d.Reason, Source: d.Source, Batch: d.Batch,
		At: store.Time(now), By: a.PersonID, Version: version}
	if _, err := q.ExecContext(ctx, headStart, b.Workspace); err != nil {
		return out, err
	}
	if err := q.QueryRowContext(ctx, headTake, b.Workspace).Scan(&out.Seq); err != nil {
		return out, err
	}
	fields, err := fieldsText(d.Fields)
	if err != nil {
		return out, err
	}
	before, err := fieldsText(d.Before)
	if err != nil {
		return out, err
	}
	if _, err := q.ExecContext(ctx, write, b.Workspace, out.Seq, d.Kind, d.Table, d.Subject, fields, before, d.Reason, d.Source, d.Batch,
		out.At, out.By, version, d.searched()); err != nil {
		return out, err
	}
	detail := map[string]string{"table": d.Table, "subject": d.Subject, "fields": fields, "reason": d.Reason, "source": d.Source}
	if d.Batch != "" {
		detail["batch"] = d.Batch
	}
	_, err = audit.Append(ctx, q, b.Workspace, now, audit.Event{Actor: a.PersonID, Via: a.Via, Action: "decision." + string(d.Kind), Subject: out.ID(), Detail: detail})
	return out, err
}

// fieldsText is fields as the store and the log keep them: as JSON, its keys in order.
func fieldsText(m map[string]string) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(orEmpty(m)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// searched is the text in which a search looks. It is folded here, since the databases
// do not agree on which letters have a small form.
func (d Draft) searched() string {
	parts := []string{d.Subject}
	for _, f := range sortedKeys(d.Fields) {
		parts = append(parts, d.Fields[f])
	}
	return fold(strings.Join(append(parts, d.Reason, d.Source), "\n"))
}

// fold is a text as it is searched in and for.
func fold(s string) string { return strings.ToLower(store.Storable(s)) }

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// Undo takes a decision back: the next build is as if it had never been made. The
// decision stays on record. Undoing is undone by Redo.
func (b Book) Undo(ctx context.Context, a auth.Actor, seq int64, reason string) error {
	return b.turn(ctx, a, []int64{seq}, reason, true)
}

// Redo puts a decision that was undone back.
func (b Book) Redo(ctx context.Context, a auth.Actor, seq int64, reason string) error {
	return b.turn(ctx, a, []int64{seq}, reason, false)
}

// UndoBatch takes back what is left of an import and says how many decisions that was.
func (b Book) UndoBatch(ctx context.Context, a auth.Actor, batch, reason string) (int, error) {
	in, _, err := b.List(ctx, a, Filter{Batch: batch, State: "holds", Limit: mostAtOnce})
	if err != nil {
		return 0, err
	}
	if len(in) == 0 {
		return 0, ErrNotFound
	}
	seqs := make([]int64, len(in))
	for i, d := range in {
		seqs[i] = d.Seq
	}
	return len(seqs), b.turn(ctx, a, seqs, reason, true)
}

const turn = `update decision set undone_at = $3, undone_by = $4, undone_reason = $5, undone_version = $6 where workspace = $1 and seq = $2`

// turn undoes decisions, or puts them back.
func (b Book) turn(ctx context.Context, a auth.Actor, seqs []int64, reason string, undo bool) error {
	if reason = clean(reason); reason == "" {
		return &InputError{map[string]string{"reason": "is missing: say why, in a sentence that a colleague understands in a year"}}
	}
	return b.DB.Update(ctx, func(q store.Querier) error {
		if err := auth.PermitWrite(ctx, q, b.Workspace, a, auth.Decide); err != nil {
			return err
		}
		var ds []Decision
		for _, seq := range seqs {
			d, err := one(ctx, q, b.Workspace, seq)
			if err != nil {
				return err
			}
			if d.Holds() != undo {
				return fmt.Errorf("decision %s: %w", d.ID(), ErrUndone)
			}
			ds = append(ds, d)
		}
		// All records first and in the order in which DecideAll takes them, and only then
		// the log, which everybody takes last.
		sort.Slice(ds, func(i, j int) bool { return ds[i].Table+"\x00"+ds[i].Subject < ds[j].Table+"\x00"+ds[j].Subject })
		versions := make([]int64, len(ds))
		for i, d := range ds {
			if err := q.QueryRowContext(ctx, versionAny, b.Workspace, d.Table, d.Subject).Scan(&versions[i]); err != nil {
				return err
			}
		}
		for i, d := range ds {
			if err := b.turnOne(ctx, q, a, d, versions[i], reason, undo); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b Book) turnOne(ctx context.Context, q store.Querier, a auth.Actor, d Decision, version int64, reason string, undo bool) error {
	// Two people may turn the same decision: the row's lock is had now, so look again.
	now, err := one(ctx, q, b.Workspace, d.Seq)
	if err != nil {
		return err
	}
	if now.Holds() != undo {
		return fmt.Errorf("decision %s: %w", d.ID(), ErrUndone)
	}
	at, by, why, action := store.Time(b.Now()), a.PersonID, reason, "decision.undo"
	if !undo {
		at, by, why, action = "", "", "", "decision.redo"
	}
	if _, err := q.ExecContext(ctx, turn, b.Workspace, d.Seq, at, by, why, version); err != nil {
		return err
	}
	_, err = audit.Append(ctx, q, b.Workspace, b.Now(), audit.Event{Actor: a.PersonID, Via: a.Via, Action: action, Subject: d.ID(),
		Detail: map[string]string{"table": d.Table, "subject": d.Subject, "reason": reason}})
	return err
}
