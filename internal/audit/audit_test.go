package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

const place = "amid"

// add appends an event in a transaction of its own.
func add(t *testing.T, db *store.DB, workspace string, now time.Time, e Event) Event {
	t.Helper()
	err := db.Update(t.Context(), func(q store.Querier) (err error) {
		e, err = Append(t.Context(), q, workspace, now, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// history writes n events of several people and kinds.
func history(t *testing.T, db *store.DB, workspace string, n int) (out []Event) {
	t.Helper()
	now := storetest.Clock()
	for i := range n {
		out = append(out, add(t, db, workspace, now(), Event{Actor: []string{"p-1", "p-2", ""}[i%3], Via: "web",
			Action: []string{"decision.add", "decision.undo", "session.begin", "decisive"}[i%4], Subject: fmt.Sprintf("D%d", i/2), Detail: map[string]string{"n": fmt.Sprint(i), "a": "x"}}))
	}
	return out
}

func verify(t *testing.T, db *store.DB, workspace string) Report {
	t.Helper()
	r, err := Verify(t.Context(), db, workspace)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func list(t *testing.T, db *store.DB, workspace string, f Filter) []Event {
	t.Helper()
	es, err := List(t.Context(), db.Read(), workspace, f)
	if err != nil {
		t.Fatal(err)
	}
	return es
}

// TestSeal reckons a hash in another way. Its number is also that of Python:
//
//	f = ["milieu-audit-1", "amid", "1", "2026-11-26T09:00:00.001000Z", "p-1", "web", "decision.add", "é|\n", '{"a":"<&>"}', ""]
//	hashlib.sha256(b"".join(b"%d:%s," % (len(x.encode()), x.encode()) for x in f)).hexdigest()
func TestSeal(t *testing.T) {
	const want = "ea28f9ae94a8988e091381dcaa5ab8d46d8c45277e8336b2d9b24eabcd57d0f8"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		e := add(t, db, place, storetest.Clock()(), Event{Actor: "p-1", Via: "web", Action: "decision.add", Subject: "é|\n", Detail: map[string]string{"a": "<&>"}})
		if e.Seq != 1 || e.PrevHash != "" || e.Hash != want {
			t.Errorf("got %+v", e)
		}
	})
	text := ""
	for _, f := range []string{"milieu-audit-1", "amid", "1", "2026-11-26T09:00:00.001000Z", "p-1", "web", "decision.add", "é|\n", `{"a":"<&>"}`, ""} {
		text += fmt.Sprintf("%d:%s,", len(f), f)
	}
	if sum := sha256.Sum256([]byte(text)); hex.EncodeToString(sum[:]) != want {
		t.Errorf("by hand it is %x", sum)
	}
	// What moves from one field into the next gives another hash.
	if (Event{Actor: "ab", Via: "c"}).seal("w", "") == (Event{Actor: "a", Via: "bc"}).seal("w", "") {
		t.Error("fields run into each other")
	}
}

func TestVerify_whole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if r := verify(t, db, place); r.Events != 0 || r.Head != "" || len(r.Problems) > 0 {
			t.Errorf("of nothing: %+v", r)
		}
		events := history(t, db, place, 30)
		history(t, db, "other", 3)
		r := verify(t, db, place)
		if r.Events != 30 || r.Head != events[29].Hash || len(r.Problems) > 0 {
			t.Errorf("got %+v", r)
		}
		for i, e := range events {
			if e.Seq != int64(i+1) || i > 0 && e.PrevHash != events[i-1].Hash {
				t.Errorf("event %d: %+v", i+1, e)
			}
		}
	})
}

// TestVerify_finds damages a log in every way and wants each to be found.
func TestVerify_finds(t *testing.T) {
	cases := []struct{ name, sql string }{
		{"cut tail", `delete from audit_event where workspace = 'amid' and seq = 10`},
		{"cut tail of many", `delete from audit_event where workspace = 'amid' and seq > 4`},
		{"cut all", `delete from audit_event where workspace = 'amid'`},
		{"cut head row", `delete from audit_head where workspace = 'amid'`},
		{"cut beginning", `delete from audit_event where workspace = 'amid' and seq <= 3`},
		{"head moved back", `update audit_head set seq = 9 where workspace = 'amid'`},
		{"head of another", `update audit_head set hash = 'x' where workspace = 'amid'`},
		{"two swapped", `update audit_event set seq = case seq when 3 then -4 when 4 then 3 else seq end where workspace = 'amid'; update audit_event set seq = 4 where seq = -4`},
		{"moved to the front", `update audit_event set seq = 0 where workspace = 'amid' and seq = 5`},
		{"inserted at the end", insertCopy("11")},
		{"inserted at the front", insertCopy("0")},
		{"inserted in the middle", `update audit_event set seq = seq + 100 where workspace = 'amid' and seq > 5; ` + insertCopy("6") +
			`; update audit_event set seq = seq - 99 where workspace = 'amid' and seq > 100`},
		{"tail replaced", `delete from audit_event where workspace = 'amid' and seq = 10; ` + insertCopy("10")},
	}
	for _, seq := range []int{1, 5, 10} {
		cases = append(cases, struct{ name, sql string }{fmt.Sprintf("deleted %d", seq), fmt.Sprintf(`delete from audit_event where workspace = 'amid' and seq = %d`, seq)})
		for _, c := range []string{"workspace", "at", "actor", "via", "action", "subject", "detail", "prev_hash", "hash"} {
			cases = append(cases, struct{ name, sql string }{fmt.Sprintf("%s of %d", c, seq), fmt.Sprintf(`update audit_event set %s = %s || '.' where workspace = 'amid' and seq = %d`, c, c, seq)},
				struct{ name, sql string }{fmt.Sprintf("%s of %d emptied", c, seq), fmt.Sprintf(`update audit_event set %s = '' where workspace = 'amid' and seq = %d and %s <> ''`, c, seq, c)})
		}
		cases = append(cases, struct{ name, sql string }{fmt.Sprintf("seq of %d", seq), fmt.Sprintf(`update audit_event set seq = 99 where workspace = 'amid' and seq = %d`, seq)},
			struct{ name, sql string }{fmt.Sprintf("a blank in the detail of %d", seq), fmt.Sprintf(`update audit_event set detail = replace(detail, ',', ', ') where workspace = 'amid' and seq = %d`, seq)})
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		history(t, db, place, 10)
		if r := verify(t, db, place); len(r.Problems) > 0 {
			t.Fatal(r)
		}
		undo := errors.New("as it was")
		for _, c := range cases {
			err := db.Update(t.Context(), func(q store.Querier) error {
				changed := int64(0)
				for _, text := range strings.Split(c.sql, "; ") {
					res, err := q.ExecContext(t.Context(), text)
					if err != nil {
						return err
					}
					n, err := res.RowsAffected()
					if err != nil {
						return err
					}
					changed += n
				}
				r, err := verifyOn(t.Context(), q, place)
				if err != nil {
					return err
				}
				if changed > 0 && len(r.Problems) == 0 {
					t.Errorf("%s: not found", c.name)
				}
				if changed == 0 && !strings.HasSuffix(c.name, "emptied") {
					t.Errorf("%s: nothing was damaged", c.name)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		if r := verify(t, db, place); len(r.Problems) > 0 {
			t.Error(r)
		}
	})
}

func insertCopy(seq string) string {
	return `insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash)
select workspace, ` + seq + `, at, actor, via, action, 'forged', detail, hash, hash from audit_event where workspace = 'amid' and seq = 9`
}

// TestVerify_bytes changes a text into another that is no text at all: it must not
// hash as the first does.
func TestVerify_bytes(t *testing.T) {
	db := storetest.Open(t) // PostgreSQL does not keep such a text
	add(t, db, place, storetest.Start, Event{Subject: "a\ufffdb"})
	err := db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `update audit_event set subject = cast(x'61ff62' as text)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, db, place); len(r.Problems) != 1 {
		t.Errorf("got %+v", r)
	}
}

func TestVerify_manyProblems(t *testing.T) {
	db := storetest.Open(t)
	history(t, db, place, 100)
	err := db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `update audit_event set actor = 'x'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, db, place); len(r.Problems) != mostProblems || r.Events != 100 {
		t.Errorf("%d problems of %d events", len(r.Problems), r.Events)
	}
}

func TestAppend_concurrent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const writers, times = 8, 20
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range times {
					workspace := []string{place, "other"}[i%2]
					err := db.Update(t.Context(), func(q store.Querier) error {
						_, err := Append(t.Context(), q, workspace, storetest.Start, Event{Actor: fmt.Sprint(w), Action: "a", Subject: fmt.Sprint(i)})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, w := range []string{place, "other"} {
			if r := verify(t, db, w); r.Events != writers*times/2 || len(r.Problems) > 0 {
				t.Errorf("%s: %+v", w, r)
			}
		}
	})
}

// TestAppend_undone wants no gap where a change with its event was undone.
func TestAppend_undone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		history(t, db, place, 2)
		wrong := errors.New("wrong")
		err := db.Update(t.Context(), func(q store.Querier) error {
			if _, err := Append(t.Context(), q, place, storetest.Start, Event{Action: "a"}); err != nil {
				return err
			}
			return wrong
		})
		if !errors.Is(err, wrong) {
			t.Fatal(err)
		}
		if e := add(t, db, place, storetest.Start, Event{Action: "b"}); e.Seq != 3 {
			t.Errorf("event %d follows the second", e.Seq)
		}
		if r := verify(t, db, place); r.Events != 3 || len(r.Problems) > 0 {
			t.Errorf("%+v", r)
		}
	})
}

// TestAppend_oddTexts wants odd texts to be kept, hashed and exported.
func TestAppend_oddTexts(t *testing.T) {
	texts := []string{"", "a'b\"c\\d", "l1\nl2\r\n\t", "<script>&amp;", "é 中 😀 \u2028\u2029", "a\x00b", "a\xffb", "\x01\x7f", strings.Repeat("long ", 400), `{"a":"b"}`, "$1 %s"}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, s := range texts {
			add(t, db, place, storetest.Start, Event{Actor: s, Via: s, Action: s, Subject: s, Detail: map[string]string{s: s, "k": s, "<": ">"}})
		}
		if r := verify(t, db, place); r.Events != int64(len(texts)) || len(r.Problems) > 0 {
			t.Errorf("%+v", r)
		}
		for i, e := range list(t, db, place, Filter{}) {
			want := store.Storable(texts[len(texts)-1-i])
			got := Event{Actor: e.Actor, Via: e.Via, Action: e.Action, Subject: e.Subject, Detail: e.Detail}
			if d := cmp.Diff(Event{Actor: want, Via: want, Action: want, Subject: want, Detail: map[string]string{want: want, "k": want, "<": ">"}}, got); d != "" {
				t.Errorf("event %d (-want +got)\n%.2000s", e.Seq, d)
			}
		}
		r, err := VerifyExport(bytes.NewReader(export(t, db, place)), place)
		if err != nil || r.Events != int64(len(texts))+1 || len(r.Problems) > 0 {
			t.Errorf("export: %+v (%v)", r, err)
		}
	})
}

func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		history(t, db, place, 12)
		history(t, db, "other", 12)
		for _, c := range []struct {
			name string
			f    Filter
			want []int64
		}{
			{"all", Filter{}, []int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
			{"limit", Filter{Limit: 3}, []int64{12, 11, 10}},
			{"next page", Filter{Limit: 3, BeforeSeq: 10}, []int64{9, 8, 7}},
			{"actor", Filter{Actor: "p-2"}, []int64{11, 8, 5, 2}},
			{"action", Filter{Action: "decision.add"}, []int64{9, 5, 1}},
			{"beginning of an action", Filter{Action: "decision"}, []int64{10, 9, 6, 5, 2, 1}},
			{"half a word is no beginning", Filter{Action: "decis"}, nil},
			{"letters count", Filter{Action: "Decision"}, nil},
			{"no pattern", Filter{Action: "decision%"}, nil},
			{"nor this", Filter{Action: "_ecision"}, nil},
			{"subject", Filter{Subject: "D3"}, []int64{8, 7}},
			{"from", Filter{From: store.Time(storetest.Start.Add(10 * time.Millisecond))}, []int64{12, 11, 10}},
			{"to", Filter{To: store.Time(storetest.Start.Add(2 * time.Millisecond))}, []int64{2, 1}},
			{"that day", Filter{From: "2026-11-26", To: "2026-11-26T24", Limit: 1}, []int64{12}},
			{"the day after", Filter{From: "2026-11-27"}, nil},
			{"all at once", Filter{Actor: "p-1", Action: "decision", Subject: "D0", From: "2026", To: "2027"}, []int64{1}},
			{"odd", Filter{Actor: "a'b\x00\xff"}, nil},
		} {
			var got []int64
			for _, e := range list(t, db, place, c.f) {
				got = append(got, e.Seq)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got)\n%s", c.name, d)
			}
		}
		actions, err := Actions(t.Context(), db.Read(), place)
		if d := cmp.Diff([]string{"decision.add", "decision.undo", "decisive", "session.begin"}, actions); d != "" || err != nil {
			t.Errorf("%v %s", err, d)
		}
	})
}

func allow(context.Context, store.Querier) error { return nil }

func TestPage(t *testing.T) {
	denied := errors.New("denied")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		want := history(t, db, place, 4)
		events, actions, actors, err := Page(t.Context(), db, place, allow, Filter{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want[3:], events); d != "" || len(actions) != 4 || cmp.Diff([]string{"", "p-1", "p-2"}, actors) != "" {
			t.Errorf("%v %v\n%s", actions, actors, d)
		}
		no := func(context.Context, store.Querier) error { return denied }
		if events, _, _, err := Page(t.Context(), db, place, no, Filter{}); !errors.Is(err, denied) || events != nil {
			t.Errorf("got %v (%v)", events, err)
		}
		var out bytes.Buffer
		if err := Export(t.Context(), db, place, no, Event{}, storetest.Start, &out); !errors.Is(err, denied) || out.Len() > 0 {
			t.Errorf("exported %d bytes (%v)", out.Len(), err)
		}
		if r := verify(t, db, place); r.Events != 4 {
			t.Errorf("an export that was denied is in the log: %+v", r)
		}
	})
}

// TestList_damaged shows a log whose detail is no longer what it was.
func TestList_damaged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		history(t, db, place, 2)
		err := db.Update(t.Context(), func(q store.Querier) error {
			_, err := q.ExecContext(t.Context(), `update audit_event set detail = 'gone' where seq = 2`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if es := list(t, db, place, Filter{}); len(es) != 2 || es[0].Detail["damaged"] != "gone" {
			t.Errorf("%+v", es)
		}
		r, err := VerifyExport(bytes.NewReader(export(t, db, place)), place)
		if err != nil || len(r.Problems) != 1 || r.Problems[0].Seq != 2 {
			t.Errorf("export: %+v (%v)", r, err)
		}
	})
}
