package decision

import (
	"errors"
	"strings"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// What one person puts off stays away from that person only, until it says something
// else or a month has gone.
func TestPutOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		now := storetest.Start
		b.Now = func() time.Time { return now }
		put := func(subject, content string) {
			t.Helper()
			if err := b.PutOff(ctx, ed, subject, content); err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Minute)
		}
		list := func(a auth.Actor) string {
			t.Helper()
			all, err := b.PuttingOff(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, p := range all {
				out = append(out, p.Subject+"="+p.Content)
			}
			return strings.Join(out, " ")
		}
		put("a|b", "1")
		put("c|d", "1")
		put("a|b", "2")
		if got := list(ed); got != "c|d=1 a|b=2" {
			t.Errorf("put off: %q", got)
		}
		if got := list(re); got != "" {
			t.Errorf("somebody else has put off %q", got)
		}
		if err := b.PutOff(ctx, re, "a|b", "1"); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a reader puts off: %v", err)
		}
		if err := b.AskAgain(ctx, re, "a|b"); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a reader takes back: %v", err)
		}
		var input *InputError
		for _, subject := range []string{"", strings.Repeat("x", mostSubject+1)} {
			if err := b.PutOff(ctx, ed, subject, "1"); !errors.As(err, &input) {
				t.Errorf("%.20q is put off: %v", subject, err)
			}
		}
		if err := b.AskAgain(ctx, ed, "c|d"); err != nil || list(ed) != "a|b=2" {
			t.Errorf("after asking again: %q, %v", list(ed), err)
		}
		now = now.Add(putOffLives)
		if got := list(ed); got != "" {
			t.Errorf("after a month %q is still away", got)
		}
		put("e|f", "1")
		var n int
		if err := db.Read().QueryRowContext(ctx, `select count(*) from put_off`).Scan(&n); err != nil || n != 1 {
			t.Errorf("%d rows are kept, %v", n, err)
		}
	})
}
