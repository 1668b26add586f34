package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

func export(t *testing.T, db *store.DB, workspace string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Export(t.Context(), db, workspace, allow, Event{Actor: "p-9", Via: "web"}, storetest.Start, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		history(t, db, place, 10)
		history(t, db, "other", 2)
		text := export(t, db, place)
		r, err := VerifyExport(bytes.NewReader(text), place)
		now := verify(t, db, place)
		if err != nil || r.Events != 11 || len(r.Problems) > 0 || r.Head != now.Head {
			t.Errorf("%+v (%v); the store says %+v", r, err, now)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		var last exported
		if err := json.Unmarshal([]byte(lines[10]), &last); err != nil || last.Action != "export.audit" || last.Actor != "p-9" || last.Seq != 11 {
			t.Errorf("the last line is %s (%v)", lines[10], err)
		}
		if r, err := VerifyExport(bytes.NewReader(text), "other"); err != nil || len(r.Problems) == 0 {
			t.Errorf("as the log of another workspace it is taken (%v)", err)
		}
	})
}

// TestVerifyExport_finds damages an export and wants it found.
func TestVerifyExport_finds(t *testing.T) {
	db := storetest.Open(t)
	history(t, db, place, 8)
	lines := strings.SplitAfter(strings.TrimSuffix(string(export(t, db, place)), "\n"), "\n")
	join := func(parts ...[]string) string {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(strings.Join(p, ""))
		}
		return b.String()
	}
	swap := append([]string{}, lines...)
	swap[3], swap[4] = swap[4], swap[3]
	change := func(old, with string) string {
		if !strings.Contains(lines[4], old) {
			t.Fatalf("%q is not in %s", old, lines[4])
		}
		return join(lines[:4], []string{strings.Replace(lines[4], old, with, 1)}, lines[5:])
	}
	for name, text := range map[string]string{
		"first gone":        join(lines[1:]),
		"one gone":          join(lines[:3], lines[4:]),
		"one twice":         join(lines[:4], lines[3:]),
		"swapped":           join(swap),
		"seq":               change(`"seq":5`, `"seq":6`),
		"at":                change(`"at":"2`, `"at":"1`),
		"actor":             change(`"p-2"`, `"p-1"`),
		"via":               change(`"web"`, `"api"`),
		"action":            change(`"decision.add"`, `"decision.set"`),
		"subject":           change(`"D2"`, `"D3"`),
		"detail":            change(`\"n\":\"4\"`, `\"n\":\"5\"`),
		"prev":              change(`"prev":"`, `"prev":"0`),
		"hash":              change(`"hash":"`, `"hash":"0`),
		"name twice":        change(`"actor":"p-2"`, `"actor":"p-1","actor":"p-2"`),
		"name in capital":   change(`"actor"`, `"Actor"`),
		"name unknown":      change(`"actor"`, `"note":"x","actor"`),
		"blank":             change(`"actor":`, `"actor": `),
		"written otherwise": change(`"p-2"`, `"p\u002d2"`),
	} {
		r, err := VerifyExport(strings.NewReader(text), place)
		if err != nil || len(r.Problems) == 0 {
			t.Errorf("%s: not found (%v)", name, err)
		}
	}
	for name, text := range map[string]string{"no JSON": "seq,at\n", "list": "[1]\n", "number": "1\n", "cut": lines[0][:20], "text as seq": `{"seq":"1"}`} {
		if _, err := VerifyExport(strings.NewReader(text), place); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	// Cutting the end shows only against a head that somebody has noted.
	whole, _ := VerifyExport(strings.NewReader(join(lines)), place)
	cut, err := VerifyExport(strings.NewReader(join(lines[:7])), place)
	if err != nil || len(cut.Problems) > 0 || cut.Head == whole.Head {
		t.Errorf("%+v (%v)", cut, err)
	}
	if r, err := VerifyExport(strings.NewReader(""), place); err != nil || r.Events != 0 || r.Head != "" {
		t.Errorf("of nothing: %+v (%v)", r, err)
	}
}

// FuzzVerifyExport wants no panic, and no change of a line to go unnoticed.
func FuzzVerifyExport(f *testing.F) {
	e := Event{Seq: 1, At: "2026-11-26T09:00:00.000000Z", Actor: "p-1", Via: "web", Action: "decision.add", Subject: "D1"}
	e.Hash = e.seal(place, `{"a":"b"}`)
	text, err := line(e, `{"a":"b"}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("{}\n{}"))
	f.Add([]byte("\n\n"))
	f.Add([]byte(`{"seq":1,"seq":2}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := VerifyExport(bytes.NewReader(in), place)
		if err != nil || r.Events == 0 || len(r.Problems) > 0 {
			return
		}
		// Only the very line, and what follows it by right, is taken: there is one event
		// here for which the fuzzer could know the hash.
		if got := bytes.Trim(in, "\r\n"); r.Events == 1 && !bytes.Equal(got, text) {
			if r.Head == e.Hash {
				t.Errorf("%q is taken for %q", got, text)
			}
		}
	})
}

// TestExport_long wants every event of a log of several parts, once.
func TestExport_long(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, n := range []int{exportPart - 1, exportPart, exportPart + 1} {
			place := fmt.Sprint("of ", n)
			err := db.Update(t.Context(), func(q store.Querier) error {
				for range n {
					if _, err := Append(t.Context(), q, place, storetest.Start, Event{Action: "a"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := VerifyExport(bytes.NewReader(export(t, db, place)), place)
			if now := verify(t, db, place); err != nil || r.Events != int64(n)+1 || len(r.Problems) > 0 || r.Head != now.Head {
				t.Errorf("%d events: %+v (%v)", n, r, err)
			}
		}
	})
}

// TestExport_tampered wants events that stand where none can be to be exported, so
// that whoever verifies the file finds them.
func TestExport_tampered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, seq := range []int{-7, 0, 100} {
			place := fmt.Sprint("at ", seq)
			history(t, db, place, 5)
			err := db.Update(t.Context(), func(q store.Querier) error {
				_, err := q.ExecContext(t.Context(), `insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash)
select workspace, $2, at, actor, via, action, 'forged', detail, hash, hash from audit_event where workspace = $1 and seq = 5`, place, seq)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if text := export(t, db, place); !bytes.Contains(text, []byte("forged")) {
				t.Errorf("event %d is not exported", seq)
			}
		}
	})
}

// slow is a reader that takes nothing until it is let go.
type slow struct {
	reached chan<- struct{}
	let     <-chan struct{}
}

func (s slow) Write(p []byte) (int, error) {
	s.reached <- struct{}{}
	<-s.let
	return len(p), nil
}

// TestExport_slow has more readers than there are connections, who all take their time.
func TestExport_slow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const readers = 20
		for range 3 { // more than an export gathers before it writes
			add(t, db, place, storetest.Start, Event{Detail: map[string]string{"long": strings.Repeat("x", 50_000)}})
		}
		reached, let := make(chan struct{}, 100*readers), make(chan struct{})
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		defer stop()
		var wg sync.WaitGroup
		defer wg.Wait()
		defer sync.OnceFunc(func() { close(let) })()
		for range readers {
			wg.Go(func() {
				if err := Export(ctx, db, place, allow, Event{}, storetest.Start, slow{reached, let}); err != nil {
					t.Error(err)
				}
			})
		}
		for n := range readers {
			select {
			case <-reached:
			case <-ctx.Done():
				t.Errorf("%d exports are under way, and the next one waits for them", n)
				return
			}
		}
		var n int
		if err := db.Read().QueryRowContext(ctx, `select count(*) from audit_head`).Scan(&n); err != nil || n != 1 {
			t.Errorf("meanwhile: %d, %v", n, err)
		}
	})
}
