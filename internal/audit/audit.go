// Package audit keeps the log of who did what: append-only, each event chained to
// the one before by a hash, so that a change, a gap or a cut in the middle shows.
// It owns the events, their hashes, the check of the chain and its export; what
// is worth an event is for those who write it to know.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"milieu/internal/store"
)

// Event is one line of the log.
type Event struct {
	Seq      int64             `json:"seq"`
	At       string            `json:"at"`      // as store.Time writes it
	Actor    string            `json:"actor"`   // id of a person, "machine" for the command line, "" for a visitor
	Via      string            `json:"via"`     // web, api, command or job
	Action   string            `json:"action"`  // such as decision.add or session.begin
	Subject  string            `json:"subject"` // what it was done to
	Detail   map[string]string `json:"detail,omitempty"`
	PrevHash string            `json:"prev"`
	Hash     string            `json:"hash"`
}

// seal is the hash of an event: SHA-256 of its fields and of the hash before it, each
// written with its length (LENGTH:BYTES,), so that none can run into the next and any
// program can reckon it anew without a library.
func (e Event) seal(workspace, detail string) string {
	h := sha256.New()
	for _, f := range []string{"milieu-audit-1", workspace, strconv.FormatInt(e.Seq, 10), e.At, e.Actor, e.Via, e.Action, e.Subject, detail, e.PrevHash} {
		fmt.Fprintf(h, "%d:%s,", len(f), f)
	}
	return hex.EncodeToString(h.Sum(nil))
}

const (
	headStart  = `insert into audit_head (workspace, seq, hash) values ($1, 0, '') on conflict (workspace) do nothing`
	headHold   = `update audit_head set seq = seq where workspace = $1`
	headTake   = `update audit_head set seq = seq + 1 where workspace = $1 returning seq, hash`
	headPut    = `update audit_head set hash = $2 where workspace = $1`
	eventWrite = `insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
)

// Hold makes other writers of the workspace's log wait until the transaction q ends,
// for what must be looked up and written with nobody in between.
func Hold(ctx context.Context, q store.Querier, workspace string) error {
	if _, err := q.ExecContext(ctx, headStart, workspace); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if _, err := q.ExecContext(ctx, headHold, workspace); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// Append writes an event in the caller's transaction, so that a change and its line
// in the log stand or fall together. Seq, At and the hashes are set here. Taking the
// head first makes writers of one workspace wait for each other.
func Append(ctx context.Context, q store.Querier, workspace string, now time.Time, e Event) (Event, error) {
	if _, err := q.ExecContext(ctx, headStart, workspace); err != nil {
		return e, fmt.Errorf("audit: %w", err)
	}
	if err := q.QueryRowContext(ctx, headTake, workspace).Scan(&e.Seq, &e.PrevHash); err != nil {
		return e, fmt.Errorf("audit: %w", err)
	}
	e.At = store.Time(now)
	e = e.storable()
	detail, err := detailText(e.Detail)
	if err != nil {
		return e, err
	}
	e.Hash = e.seal(workspace, detail)
	if _, err := q.ExecContext(ctx, eventWrite, workspace, e.Seq, e.At, e.Actor, e.Via, e.Action, e.Subject, detail, e.PrevHash, e.Hash); err != nil {
		return e, fmt.Errorf("audit: %w", err)
	}
	if _, err := q.ExecContext(ctx, headPut, workspace, e.Hash); err != nil {
		return e, fmt.Errorf("audit: %w", err)
	}
	return e, nil
}

// storable is the event as it comes back from the store, so that what is hashed is
// what is kept.
func (e Event) storable() Event {
	for _, f := range []*string{&e.Actor, &e.Via, &e.Action, &e.Subject} {
		*f = store.Storable(*f)
	}
	detail := map[string]string{}
	for k, v := range e.Detail {
		detail[store.Storable(k)] = store.Storable(v)
	}
	e.Detail = detail
	return e
}

// detailText writes the detail with its keys in order.
func detailText(d map[string]string) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
