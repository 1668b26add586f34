package audit

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"milieu/internal/store"
)

// Filter narrows a list of events. Empty fields do not narrow.
type Filter struct {
	Actor     string
	Action    string // or the beginning of one: decision
	Subject   string
	From, To  string // moments as text, both included: days and years too
	BeforeSeq int64  // only what came before this event; 0: all
	Limit     int    // default 100
}

const eventColumns = `select seq, at, actor, via, action, subject, detail, prev_hash, hash from audit_event `

// LIKE would do for the beginning of an action, but it minds upper and lower case in
// one database and not in the other.
const listQuery = eventColumns + `where workspace = $1 and ($2 = '' or actor = $2)
  and ($3 = '' or action = $3 or substr(action, 1, length($4)) = $4) and ($5 = '' or subject = $5)
  and ($6 = '' or at >= $6) and ($7 = '' or at <= $7) and ($8 = 0 or seq < $8)
order by seq desc limit $9`

// List reads events, newest first, for callers that have asked auth.
func List(ctx context.Context, q store.Querier, workspace string, f Filter) ([]Event, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	for _, s := range []*string{&f.Actor, &f.Action, &f.Subject, &f.From, &f.To} {
		*s = store.Storable(*s)
	}
	rows, err := q.QueryContext(ctx, listQuery, workspace, f.Actor, f.Action, f.Action+".", f.Subject, f.From, f.To, f.BeforeSeq, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		e, _, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// scan reads an event, with its detail as the text that was hashed.
func scan(rows *sql.Rows) (e Event, detail string, err error) {
	if err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.Via, &e.Action, &e.Subject, &detail, &e.PrevHash, &e.Hash); err != nil {
		return e, "", fmt.Errorf("audit: %w", err)
	}
	// A detail that has been damaged is for Verify to find; the event is shown without it.
	if json.Unmarshal([]byte(detail), &e.Detail) != nil {
		e.Detail = map[string]string{"damaged": detail}
	}
	return e, detail, nil
}

const (
	actionsQuery = `select distinct action from audit_event where workspace = $1 order by action`
	actorsQuery  = `select distinct actor from audit_event where workspace = $1 order by actor`
)

// Actions are all actions that the log has, for the choice of a filter, for callers
// that have asked auth.
func Actions(ctx context.Context, q store.Querier, workspace string) ([]string, error) {
	return texts(ctx, q, actionsQuery, workspace)
}

// Permit says, where the log is read, whether it may be. It stands here since auth,
// which knows, writes to the log itself.
type Permit func(ctx context.Context, q store.Querier) error

// Page reads events with all actions and actors there are, where permit lets it.
func Page(ctx context.Context, db *store.DB, workspace string, permit Permit, f Filter) (events []Event, actions, actors []string, err error) {
	err = db.View(ctx, func(q store.Querier) error {
		if err := permit(ctx, q); err != nil {
			return err
		}
		if events, err = List(ctx, q, workspace, f); err != nil {
			return err
		}
		if actions, err = Actions(ctx, q, workspace); err != nil {
			return err
		}
		actors, err = texts(ctx, q, actorsQuery, workspace)
		return err
	})
	return events, actions, actors, err
}

func texts(ctx context.Context, q store.Querier, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

const (
	allQuery  = eventColumns + `where workspace = $1 order by seq`
	partQuery = eventColumns + `where workspace = $1 and seq > $2 and seq <= $3 order by seq limit $4`
	endQuery  = `select max(seq) from audit_event where workspace = $1`
	headQuery = `select seq, hash from audit_head where workspace = $1`
)

// each calls f for every event in order, with its detail as it was hashed.
func each(ctx context.Context, q store.Querier, workspace string, f func(e Event, detail string) error) error {
	return eachOf(ctx, q, f, allQuery, workspace)
}

func eachOf(ctx context.Context, q store.Querier, f func(e Event, detail string) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		e, detail, err := scan(rows)
		if err != nil {
			return err
		}
		if err := f(e, detail); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exported is a line of an export. The detail stands as the text that was hashed, so
// that the file can be verified alone.
type exported struct {
	Seq      int64  `json:"seq"`
	At       string `json:"at"`
	Actor    string `json:"actor"`
	Via      string `json:"via"`
	Action   string `json:"action"`
	Subject  string `json:"subject"`
	Detail   string `json:"detail"`
	PrevHash string `json:"prev"`
	Hash     string `json:"hash"`
}

// line is the line of an export for an event.
func line(e Event, detail string) ([]byte, error) {
	return json.Marshal(exported{e.Seq, e.At, e.Actor, e.Via, e.Action, e.Subject, detail, e.PrevHash, e.Hash})
}

// Export writes down that by takes the log away, where permit lets it, and then writes
// all of it as JSON Lines, up to that event. Of by, actor and way count. It reads part by
// part, so that a slow reader of w holds no connection to the database.
func Export(ctx context.Context, db *store.DB, workspace string, permit Permit, by Event, now time.Time, w io.Writer) error {
	var end int64 // a log that was tampered with may go on after its newest event
	err := db.Update(ctx, func(q store.Querier) error {
		if err := permit(ctx, q); err != nil {
			return err
		}
		if _, err := Append(ctx, q, workspace, now, Event{Actor: by.Actor, Via: by.Via, Action: "export.audit", Subject: "audit"}); err != nil {
			return err
		}
		return q.QueryRowContext(ctx, endQuery, workspace).Scan(&end)
	})
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	for after, n := int64(math.MinInt64), exportPart; n == exportPart; {
		var part []byte
		n = 0
		err := eachOf(ctx, db.Read(), func(e Event, detail string) error {
			text, err := line(e, detail)
			part, after = append(append(part, text...), '\n'), e.Seq
			n++
			return err
		}, partQuery, workspace, after, end, exportPart)
		if err != nil {
			return err
		}
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	return out.Flush()
}

// exportPart is how many events an export reads at once.
const exportPart = 1000
