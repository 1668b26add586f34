package audit

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"milieu/internal/store"
)

// Report is what a check of the chain found.
type Report struct {
	Events   int64     `json:"events"`
	Head     string    `json:"head"` // hash of the last event, "" when there is none
	Problems []Problem `json:"problems,omitempty"`
}

// Problem is an event at which the chain does not hold.
type Problem struct {
	Seq  int64  `json:"seq"`
	What string `json:"what"`
}

// mostProblems is how many are told; a log with a hole has as many as it likes.
const mostProblems = 20

// checker holds events against the chain one after the other.
type checker struct {
	workspace string
	report    Report
	last      int64
	prev      string
}

func (c *checker) problem(seq int64, format string, args ...any) {
	if len(c.report.Problems) < mostProblems {
		c.report.Problems = append(c.report.Problems, Problem{seq, fmt.Sprintf(format, args...)})
	}
}

func (c *checker) event(e Event, detail string) {
	c.report.Events++
	if e.Seq != c.last+1 {
		c.problem(e.Seq, "it follows event %d: what stood between is gone", c.last)
	}
	if e.PrevHash != c.prev {
		c.problem(e.Seq, "it does not carry the hash of the event before it")
	}
	if e.seal(c.workspace, detail) != e.Hash {
		c.problem(e.Seq, "it has been changed: its hash is not that of what it says")
	}
	c.last, c.prev, c.report.Head = e.Seq, e.Hash, e.Hash
}

// Verify reckons every hash of the log anew and holds it against what stands there, all
// of one moment. A log whose end was cut shows by the head, which stands apart; whoever
// may write both can cut both, which shows only against a head that was noted elsewhere.
func Verify(ctx context.Context, db *store.DB, workspace string) (r Report, err error) {
	err = db.View(ctx, func(q store.Querier) error {
		r, err = verifyOn(ctx, q, workspace)
		return err
	})
	return r, err
}

func verifyOn(ctx context.Context, q store.Querier, workspace string) (Report, error) {
	c := checker{workspace: workspace}
	err := each(ctx, q, workspace, func(e Event, detail string) error {
		c.event(e, detail)
		return nil
	})
	if err != nil {
		return c.report, err
	}
	var seq int64
	var hash string
	err = q.QueryRowContext(ctx, headQuery, workspace).Scan(&seq, &hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return c.report, fmt.Errorf("audit: %w", err)
	}
	if seq != c.last || hash != c.prev {
		c.problem(seq, "the log ends at event %d with another hash than the head says: its end is gone or has been changed", c.last)
	}
	return c.report, nil
}

// mostLine is more than any line of an export has.
const mostLine = 64 << 20

// VerifyExport holds a log that Export wrote against its own chain. Whether its end is
// there shows only against a head that was noted elsewhere.
func VerifyExport(r io.Reader, workspace string) (Report, error) {
	c := checker{workspace: workspace}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), mostLine)
	for n := 1; sc.Scan(); n++ {
		if len(sc.Bytes()) == 0 {
			continue
		}
		var x exported
		if err := json.Unmarshal(sc.Bytes(), &x); err != nil {
			return c.report, fmt.Errorf("line %d is no event of an audit log: %w", n, err)
		}
		e := Event{Seq: x.Seq, At: x.At, Actor: x.Actor, Via: x.Via, Action: x.Action, Subject: x.Subject, PrevHash: x.PrevHash, Hash: x.Hash}
		text, err := line(e, x.Detail)
		if err != nil {
			return c.report, err
		}
		// A name that stands twice, or one that nobody knows, says one thing to one
		// program and another to the next.
		if !bytes.Equal(text, sc.Bytes()) {
			c.problem(e.Seq, "line %d is not written as an export is", n)
		}
		c.event(e, x.Detail)
	}
	return c.report, sc.Err()
}
