package audit

import (
	"errors"
	"strings"
	"testing"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// forge changes an event and gives it the hash that it should then have, as somebody can
// who knows how events are sealed: only its neighbours and the head show it.
func forge(t *testing.T, q store.Querier, seq int64, change func(*Event)) Event {
	t.Helper()
	var forged Event
	err := each(t.Context(), q, place, func(e Event, detail string) error {
		if e.Seq == seq {
			change(&e)
			e.Hash = e.seal(place, detail)
			forged = e
		}
		return nil
	})
	if err == nil {
		_, err = q.ExecContext(t.Context(), `update audit_event set actor = $3, prev_hash = $4, hash = $5 where workspace = $1 and seq = $2`, place, seq, forged.Actor, forged.PrevHash, forged.Hash)
	}
	if err != nil {
		t.Fatal(err)
	}
	return forged
}

// TestVerify_sealedAnew damages a log and seals what was damaged anew.
func TestVerify_sealedAnew(t *testing.T) {
	undo := errors.New("as it was")
	run := func(t *testing.T, q store.Querier, text string, args ...any) {
		t.Helper()
		if _, err := q.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatal(err)
		}
	}
	const cut, head = `delete from audit_event where workspace = 'amid' and seq = $1`, `update audit_head set hash = $1 where workspace = 'amid'`
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		events := history(t, db, place, 5)
		for _, c := range []struct {
			name   string
			damage func(q store.Querier)
			says   string
			at     int64
		}{
			{"one changed", func(q store.Querier) { forge(t, q, 3, func(e *Event) { e.Actor = "p-9" }) }, "does not carry the hash", 4},
			{"the last changed", func(q store.Querier) { forge(t, q, 5, func(e *Event) { e.Actor = "p-9" }) }, "another hash than the head says", 5},
			{"one cut out, the next tied to the one before, and the head", func(q store.Querier) {
				run(t, q, cut, 4)
				run(t, q, head, forge(t, q, 5, func(e *Event) { e.PrevHash = events[2].Hash }).Hash)
			}, "what stood between is gone", 5},
			{"the end cut, and the head's hash", func(q store.Querier) {
				run(t, q, cut, 5)
				run(t, q, head, events[3].Hash)
			}, "its end is gone", 5},
		} {
			err := db.Update(t.Context(), func(q store.Querier) error {
				c.damage(q)
				r, err := verifyOn(t.Context(), q, place)
				if err != nil {
					return err
				}
				if len(r.Problems) != 1 || r.Problems[0].Seq != c.at || !strings.Contains(r.Problems[0].What, c.says) {
					t.Errorf("%s: %+v", c.name, r.Problems)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
	})
}
