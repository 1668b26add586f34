package scenario

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/portfolio/scenario/outcome"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/typed"
)

var ctx = context.Background()

// newBook is the book of a workspace with an analyst and a reader.
func newBook(t *testing.T, db *store.DB, workspace string) (b Book, analyst, reader auth.Actor) {
	t.Helper()
	actor := func(p string, r auth.Role) auth.Actor {
		return auth.Actor{Workspace: workspace, PersonID: p + "-" + workspace, Role: r, Via: auth.ViaWeb}
	}
	analyst, reader = actor("an", auth.Analyst), actor("re", auth.Reader)
	err := db.Update(ctx, func(q store.Querier) error {
		for _, a := range []auth.Actor{analyst, reader} {
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, a.PersonID); err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, a.PersonID, a.Role); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	return Book{DB: db, Workspace: workspace, Now: storetest.Clock()}, analyst, reader
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func draft(name, query string) Draft {
	return Draft{Name: name, Note: "a note", Address: "/plan?" + query, Release: "r1", Outcome: outcome.Outcome{Finding: "found " + query, Chosen: []outcome.Item{{ID: "a", Name: "A", CostP: 5, Known: true}}}}
}

func get(t *testing.T, b Book, a auth.Actor, id string) Scenario {
	t.Helper()
	s, err := b.Scenario(ctx, a, id)
	must(t, err)
	return s
}

func TestBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, an, re := newBook(t, db, "w")
		id, err := b.Save(ctx, an, draft("One", "budget=2&lens=growth"))
		must(t, err)
		s := get(t, b, re, id)
		if s.Kind != Plan || s.Name != "One" || s.N != 1 || s.From != 0 || s.Newest != 1 || s.Version != 1 || s.Outcome.Finding != "found budget=2&lens=growth" || s.By != an.PersonID {
			t.Fatalf("kept %+v", s)
		}
		must(t, b.Change(ctx, an, id, 1, draft("One", "budget=3")))
		must(t, b.Change(ctx, an, id, 2, draft("One", "budget=4")))
		must(t, b.Undo(ctx, an, id, 3))
		must(t, b.Undo(ctx, an, id, 4))
		if s = get(t, b, an, id); s.N != 1 || s.Newest != 3 || s.Address != "/plan?budget=2&lens=growth" {
			t.Errorf("undone twice: %+v", s)
		}
		must(t, b.Redo(ctx, an, id, 5))
		// Something new after an undo: what was undone stays.
		must(t, b.Change(ctx, an, id, 6, draft("Two", "budget=5")))
		versions, err := b.Versions(ctx, re, id)
		must(t, err)
		var from []int64
		for _, v := range versions {
			from = append(from, v.From)
		}
		if d := cmp.Diff([]int64{0, 1, 2, 2}, from); d != "" {
			t.Errorf("made from (-want +got)\n%s", d)
		}
		must(t, b.GoTo(ctx, an, id, 7, 3))
		if s = get(t, b, an, id); s.Address != "/plan?budget=4" {
			t.Errorf("back at 3: %+v", s)
		}
		copied, err := b.Duplicate(ctx, an, id)
		must(t, err)
		if c := get(t, b, an, copied); c.Name != "Copy of One" || c.Address != s.Address {
			t.Errorf("copy %+v", c)
		}
		if _, err := audit.Verify(ctx, db, "w"); err != nil {
			t.Errorf("the log: %v", err)
		}
	})
}

func TestBook_refuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, an, re := newBook(t, db, "w")
		other, foreign, _ := newBook(t, db, "v")
		id, err := b.Save(ctx, an, draft("One", "budget=2"))
		must(t, err)
		var conflict *ConflictError
		if err := b.Change(ctx, an, id, 9, draft("One", "")); !errors.As(err, &conflict) || conflict.Version != 1 {
			t.Errorf("an old version: %v", err)
		}
		var input *typed.InputError
		for name, err := range map[string]error{
			"undo of the first": b.Undo(ctx, an, id, 1), "redo of the newest": b.Redo(ctx, an, id, 1), "a version that is not": b.GoTo(ctx, an, id, 1, 2),
			"another page": b.Change(ctx, an, id, 1, Draft{Name: "x", Address: "/appraisal"}), "no name": b.Change(ctx, an, id, 1, Draft{Address: "/plan"}),
		} {
			if !errors.As(err, &input) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := b.Save(ctx, re, draft("One", "")); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a reader keeps: %v", err)
		}
		if _, err := b.Scenarios(ctx, auth.Actor{}, false); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("a visitor reads: %v", err)
		}
		if _, err := b.Scenario(ctx, foreign, id); !errors.Is(err, auth.ErrDenied) {
			t.Errorf("somebody of another workspace: %v", err)
		}
		if _, err := other.Scenario(ctx, foreign, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("in another workspace: %v", err)
		}
	})
}

func TestBook_share(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, an, _ := newBook(t, db, "w")
		other, _, _ := newBook(t, db, "v")
		id, err := b.Save(ctx, an, draft("One", "budget=2"))
		must(t, err)
		secret, err := b.Share(ctx, an, id, 1)
		must(t, err)
		if s, err := b.Shared(ctx, secret); err != nil || s.ID != id || s.SharedBy != an.PersonID {
			t.Errorf("shared: %+v %v", s, err)
		}
		if _, err := other.Shared(ctx, secret); !errors.Is(err, ErrNotFound) {
			t.Errorf("in another workspace: %v", err)
		}
		second, err := b.Share(ctx, an, id, 2)
		must(t, err)
		for name, s := range map[string]string{"replaced": secret, "empty": "", "cut": second[:20], "of nothing": store.NewSecret(), "the hash": store.Hash(second)} {
			if _, err := b.Shared(ctx, s); !errors.Is(err, ErrNotFound) {
				t.Errorf("a link that is %s: %v", name, err)
			}
		}
		must(t, b.Delete(ctx, an, id, 3))
		must(t, b.Restore(ctx, an, id, 4))
		if _, err := b.Shared(ctx, second); !errors.Is(err, ErrNotFound) {
			t.Errorf("after it was deleted and put back: %v", err)
		}
		third, err := b.Share(ctx, an, id, 5)
		must(t, err)
		must(t, b.Unshare(ctx, an, id, 6))
		if _, err := b.Shared(ctx, third); !errors.Is(err, ErrNotFound) {
			t.Errorf("withdrawn: %v", err)
		}
		var n int
		must(t, db.Read().QueryRowContext(ctx, `select count(*) from audit_event where detail like '%' || $1 || '%'`, third).Scan(&n))
		if n > 0 {
			t.Error("the secret is in the log")
		}
	})
}

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"/plan": "plan /plan", "/plan?b=1&a=2": "plan /plan?a=2&b=1", "/plan/sequence?from=2027": "sequence /plan/sequence?from=2027",
		"/appraisal/x-1?draws=10": "appraisal /appraisal/x-1?draws=10", "/workshops/w-1": "workshop /workshops/w-1",
	} {
		kind, got, err := ParseAddress(in)
		if err != nil || string(kind)+" "+got != want {
			t.Errorf("%s: %s %s %v", in, kind, got, err)
		}
	}
	for _, in := range []string{"", "plan", "//example.org/plan", "https://example.org/plan", "/plan#x", "/plan/../people", "/people", "/plan?%zz", "/plan?" + strings.Repeat("a", MostAddress), "javascript:alert(1)", "/workshops/a/weigh", "/appraisal/.."} {
		if kind, got, err := ParseAddress(in); err == nil {
			t.Errorf("%.60s was taken as %s %s", in, kind, got)
		}
	}
}

func TestDiffer(t *testing.T) {
	got := Differ("/plan?budget=1&cap=2027::5&cap=2026::4&lens=growth", "/plan?budget=2&cap=2026::4&cap=2027::5&stages=")
	if d := cmp.Diff([]Change{{"budget", "1", "2"}, {"worth", "growth", ""}}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if got := Pairs("/plan?budget=1&stages=&cap=b&cap=a"); len(got) != 2 || got[1].A != "a; b" {
		t.Errorf("pairs %+v", got)
	}
}
