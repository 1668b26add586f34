package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/typed"
)

var ctx = context.Background()

// newBook is the book of a workspace with an editor and a reader.
func newBook(t *testing.T, db *store.DB, workspace string) (b Book, editor, reader auth.Actor) {
	t.Helper()
	actor := func(p string, r auth.Role) auth.Actor {
		return auth.Actor{Workspace: workspace, PersonID: p + "-" + workspace, Role: r, Via: auth.ViaWeb}
	}
	editor, reader = actor("ed", auth.Editor), actor("re", auth.Reader)
	err := db.Update(ctx, func(q store.Querier) error {
		for _, a := range []auth.Actor{editor, reader} {
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, a.PersonID); err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, a.PersonID, a.Role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return Book{DB: db, Workspace: workspace, Now: storetest.Clock()}, editor, reader
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func accept(t *testing.T, b Book, a auth.Actor, one, other string, keys ...string) Introduction {
	t.Helper()
	d := Draft{A: one, B: other, AName: strings.ToUpper(one), BName: strings.ToUpper(other), State: Accepted, Release: "r1"}
	for _, k := range keys {
		d.Reasons = append(d.Reasons, Reason{Key: k, Text: "because of " + k, Weight: 1.5, Refs: []string{"tied/" + one + "/" + other}})
	}
	i, err := b.Judge(ctx, a, d)
	must(t, err)
	return i
}

// verified wants a log of n events that nothing is wrong with.
func verified(t *testing.T, b Book, n int64) {
	t.Helper()
	r, err := audit.Verify(ctx, b.DB, b.Workspace)
	if err != nil || len(r.Problems) > 0 || r.Events != n {
		t.Errorf("log: %+v %v, want %d events", r, err, n)
	}
}

// TestIntroduction follows one pair from its first word to its undoing.
func TestIntroduction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		i := accept(t, b, ed, "zinc", "acme", "complementary", "distance")
		if i.A != "acme" || i.AName != "ACME" || i.B != "zinc" || i.Version != 1 || i.State != Accepted || i.MadeBy != "ed-amid" || len(i.Reasons) != 2 || i.Release != "r1" {
			t.Fatalf("%+v", i)
		}
		must(t, b.Assign(ctx, ed, i.ID, 1, "re-amid", "2026-12-24", "over to you"))
		must(t, b.Record(ctx, ed, i.ID, 2, "met", "2026-11-20", "at the open day"))
		must(t, b.Record(ctx, ed, i.ID, 3, "contract", "2026-11-25", "a typing error"))
		got, _, err := b.Introduction(ctx, re, i.ID)
		if err != nil || got.Outcome != "contract" || got.AssignedTo != "re-amid" || got.Due != "2026-12-24" {
			t.Fatalf("%+v %v", got, err)
		}
		must(t, b.TakeBack(ctx, ed, i.ID, 4, 4, "it was another firm"))
		must(t, b.EraseNote(ctx, ed, i.ID, 5, 3))
		got, history, err := b.Introduction(ctx, re, i.ID)
		if err != nil || got.Outcome != "met" || got.Version != 6 {
			t.Fatalf("%+v %v", got, err)
		}
		var said []string
		for _, e := range history {
			said = append(said, fmt.Sprintf("%d %s %s %s %q %v", e.N, e.Kind, e.Value, e.Day, e.Note, e.Void))
		}
		want := []string{`1 accepted   "" false`, `2 assigned re-amid 2026-12-24 "over to you" false`, `3 outcome met 2026-11-20 "" false`, `4 outcome contract 2026-11-25 "a typing error" true`,
			`5 taken-back 4  "it was another firm" false`, `6 erased 3  "" false`}
		if d := cmp.Diff(want, said); d != "" {
			t.Errorf("history (-want +got)\n%s", d)
		}
		must(t, b.Reopen(ctx, ed, i.ID, 6, "they merged"))
		if got, _, err = b.Introduction(ctx, re, i.ID); err != nil || got.State != Suggested || got.AssignedTo != "" || got.Due != "" {
			t.Errorf("%+v %v", got, err)
		}
		d := Draft{A: "acme", B: "zinc", State: PutOff, Version: 7}
		got, err = b.Judge(ctx, ed, d)
		if err != nil || got.State != PutOff || got.Due != "2027-02-25" || got.ID != i.ID {
			t.Errorf("%+v %v", got, err)
		}
		list, total, err := b.Introductions(ctx, re, Filter{State: PutOff, Org: "zinc"})
		if err != nil || total != 1 || len(list) != 1 || list[0].Outcome != "met" {
			t.Errorf("%+v %d %v", list, total, err)
		}
		verified(t, b, 8)
	})
}

func TestIntroduction_refused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, _ := newBook(t, db, "amid")
		for name, d := range map[string]Draft{
			"one":             {A: "acme", State: Accepted},
			"itself":          {A: "acme", B: "acme", State: Accepted},
			"no state":        {A: "acme", B: "zinc"},
			"no reason":       {A: "acme", B: "zinc", State: Declined},
			"long":            {A: "acme", B: "zinc", State: Accepted, Note: strings.Repeat("x", MostNote+1)},
			"until":           {A: "acme", B: "zinc", State: PutOff, Until: "soon"},
			"very long names": {A: strings.Repeat("x", mostID+1), B: "zinc", State: Accepted},
		} {
			var input *typed.InputError
			if _, err := b.Judge(ctx, ed, d); !errors.As(err, &input) || input.Error() == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		i := accept(t, b, ed, "acme", "zinc", "need")
		for name, f := range map[string]func() error{
			"outcome":     func() error { return b.Record(ctx, ed, i.ID, 1, "love", "", "") },
			"future":      func() error { return b.Record(ctx, ed, i.ID, 1, "met", "2026-11-27", "") },
			"no member":   func() error { return b.Assign(ctx, ed, i.ID, 1, "nobody", "", "") },
			"no day":      func() error { return b.Assign(ctx, ed, i.ID, 1, "", "tomorrow", "") },
			"no why":      func() error { return b.Reopen(ctx, ed, i.ID, 1, " ") },
			"long reason": func() error { return b.TakeBack(ctx, ed, i.ID, 1, 1, strings.Repeat("x", MostNote+1)) },
		} {
			var input *typed.InputError
			if err := f(); !errors.As(err, &input) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := b.TakeBack(ctx, ed, i.ID, 1, 1, "x"); !errors.Is(err, ErrNotFound) {
			t.Errorf("what is no outcome is taken back: %v", err)
		}
		if err := b.Record(ctx, ed, "i-none", 1, "met", "", ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("an outcome of nothing: %v", err)
		}
		must(t, b.Reopen(ctx, ed, i.ID, 1, "no longer"))
		var input *typed.InputError
		if err := b.Record(ctx, ed, i.ID, 2, "met", "", ""); !errors.As(err, &input) {
			t.Errorf("an outcome of what is not accepted: %v", err)
		}
		if err := b.Assign(ctx, ed, i.ID, 2, "ed-amid", "", ""); !errors.As(err, &input) {
			t.Errorf("what is not accepted is assigned: %v", err)
		}
		got, history, err := b.Introduction(ctx, ed, i.ID)
		if err != nil || got.Version != 2 || len(history) != 2 {
			t.Errorf("what was refused left something: %+v %v %v", got, history, err)
		}
		verified(t, b, 2)
	})
}

// Two people who look at one introduction at the same time do not overwrite each other.
func TestIntroduction_conflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, _ := newBook(t, db, "amid")
		errs := make([]error, 8)
		var wait sync.WaitGroup
		for k := range errs {
			wait.Go(func() {
				_, errs[k] = b.Judge(ctx, ed, Draft{A: "acme", B: "zinc", State: Declined, Note: fmt.Sprint("mine ", k)})
			})
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			var conflict *ConflictError
			switch {
			case err == nil:
				won++
			case !errors.As(err, &conflict) || conflict.Version != 1 || conflict.ID == "":
				t.Errorf("%v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d of 8 were kept", won)
		}
		all, err := b.All(ctx, ed)
		i := all[[2]string{"acme", "zinc"}]
		if err != nil || i.Version != 1 {
			t.Fatalf("%+v %v", all, err)
		}
		must(t, b.Reopen(ctx, ed, i.ID, 1, "first"))
		var conflict *ConflictError
		if err := b.Reopen(ctx, ed, i.ID, 1, "second"); !errors.As(err, &conflict) || conflict.Version != 2 {
			t.Errorf("%v", err)
		}
		verified(t, b, 2)
	})
}

// TestDenied asks everything of everybody who may not have it.
func TestDenied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		_, otherEd, _ := newBook(t, db, "scotland")
		i := accept(t, b, ed, "acme", "zinc", "need")
		c, err := b.Consent(ctx, ed, Consent{Org: "acme", OrgName: "ACME", Listed: ListedPublic, Scope: "be named", Contact: "Ada said yes"})
		must(t, err)
		k, err := b.Save(ctx, ed, Consortium{Name: "Bid", Members: []Partner{{"acme", "ACME"}}})
		must(t, err)
		changes := map[string]func(a auth.Actor) error{
			"judge": func(a auth.Actor) error {
				_, err := b.Judge(ctx, a, Draft{A: "a", B: "b", State: Accepted})
				return err
			},
			"reopen":   func(a auth.Actor) error { return b.Reopen(ctx, a, i.ID, 1, "x") },
			"assign":   func(a auth.Actor) error { return b.Assign(ctx, a, i.ID, 1, "", "", "") },
			"record":   func(a auth.Actor) error { return b.Record(ctx, a, i.ID, 1, "met", "", "") },
			"takeback": func(a auth.Actor) error { return b.TakeBack(ctx, a, i.ID, 1, 1, "x") },
			"erase":    func(a auth.Actor) error { return b.EraseNote(ctx, a, i.ID, 1, 1) },
			"members":  func(a auth.Actor) error { _, err := b.Members(ctx, a); return err },
			"consent": func(a auth.Actor) error {
				_, err := b.Consent(ctx, a, Consent{Org: "x", Listed: ListedTeam, Scope: "x", Contact: "x"})
				return err
			},
			"withdraw": func(a auth.Actor) error { return b.Withdraw(ctx, a, c, "") },
			"erase c":  func(a auth.Actor) error { return b.Erase(ctx, a, c) },
			"save": func(a auth.Actor) error {
				_, err := b.Save(ctx, a, Consortium{Name: "X", Members: []Partner{{"x", ""}}})
				return err
			},
			"delete": func(a auth.Actor) error { return b.Delete(ctx, a, k, 1) },
		}
		reads := map[string]func(a auth.Actor) error{
			"one":        func(a auth.Actor) error { _, _, err := b.Introduction(ctx, a, i.ID); return err },
			"list":       func(a auth.Actor) error { _, _, err := b.Introductions(ctx, a, Filter{}); return err },
			"all":        func(a auth.Actor) error { _, err := b.All(ctx, a); return err },
			"consents":   func(a auth.Actor) error { _, err := b.Consents(ctx, a); return err },
			"consortia":  func(a auth.Actor) error { _, err := b.Consortia(ctx, a, true); return err },
			"consortium": func(a auth.Actor) error { _, err := b.Consortium(ctx, a, k); return err },
		}
		for name, f := range changes {
			for who, a := range map[string]auth.Actor{"a reader": re, "a visitor": {Workspace: "amid"}, "an editor of another workspace": otherEd} {
				if err := f(a); !errors.Is(err, auth.ErrDenied) {
					t.Errorf("%s does %s: %v", who, name, err)
				}
			}
		}
		for name, f := range reads {
			if err := f(re); err != nil {
				t.Errorf("a reader does not read %s: %v", name, err)
			}
			for who, a := range map[string]auth.Actor{"a visitor": {Workspace: "amid"}, "an editor of another workspace": otherEd} {
				if err := f(a); !errors.Is(err, auth.ErrDenied) {
					t.Errorf("%s reads %s: %v", who, name, err)
				}
			}
		}
		verified(t, b, 3)
		other := Book{DB: db, Workspace: "scotland", Now: b.Now}
		if all, err := other.All(ctx, otherEd); err != nil || len(all) > 0 {
			t.Errorf("another workspace has %v, %v", all, err)
		}
		if l, err := other.Listed(ctx); err != nil || len(l) > 0 {
			t.Errorf("another workspace lists %v, %v", l, err)
		}
		if err := other.Withdraw(ctx, otherEd, c, ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("another workspace withdraws: %v", err)
		}
	})
}

func TestConversions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, _ := newBook(t, db, "amid")
		stamp, err := b.Stamp(ctx)
		must(t, err)
		one := accept(t, b, ed, "a", "b", "need", "distance", "need")
		must(t, b.Record(ctx, ed, one.ID, 1, "met", "", ""))
		must(t, b.Record(ctx, ed, one.ID, 2, "project", "", ""))
		two := accept(t, b, ed, "a", "c", "need")
		must(t, b.Record(ctx, ed, two.ID, 1, "nothing", "", ""))
		accept(t, b, ed, "a", "d", "distance")
		_, err = b.Judge(ctx, ed, Draft{A: "a", B: "e", State: Declined, Note: "they compete", Reasons: []Reason{{Key: "need"}, {Key: "overlap", Against: true}}})
		must(t, err)
		_, err = b.Judge(ctx, ed, Draft{A: "a", B: "f", State: PutOff, Reasons: []Reason{{Key: "need"}}})
		must(t, err)
		all, got, err := b.Conversions(ctx)
		must(t, err)
		if d := cmp.Diff(Conversion{Accepted: 3, Declined: 1, Project: 1, Nothing: 1}, all); d != "" {
			t.Errorf("all (-want +got)\n%s", d)
		}
		want := map[string]Conversion{"need": {Accepted: 2, Declined: 1, Project: 1, Nothing: 1}, "distance": {Accepted: 2, Project: 1}}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
		if got["need"].Known() != 2 {
			t.Errorf("%d are known", got["need"].Known())
		}
		after, err := b.Stamp(ctx)
		if err != nil || after == stamp {
			t.Errorf("stamp %q after %q, %v", after, stamp, err)
		}
	})
}

// TestConsent: nobody is listed without a consent that holds, and what is erased is nowhere.
func TestConsent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		listed := func() string {
			t.Helper()
			l, err := b.Listed(ctx)
			must(t, err)
			var out []string
			for _, x := range l {
				out = append(out, x.Org)
			}
			return strings.Join(out, " ")
		}
		give := func(org, to string) string {
			t.Helper()
			id, err := b.Consent(ctx, ed, Consent{Org: org, OrgName: org, Listed: to, Scope: "be asked about machining", Contact: "Ada Secret, by mail, 3 March"})
			must(t, err)
			return id
		}
		var input *typed.InputError
		if _, err := b.Consent(ctx, ed, Consent{Org: "acme", Listed: ListedPublic, Scope: "x"}); !errors.As(err, &input) || input.Fields["contact"] == "" {
			t.Errorf("a consent of nobody: %v", err)
		}
		acme := give("acme", ListedPublic)
		give("team-only", ListedTeam)
		give("said-no", Refused)
		if got := listed(); got != "acme" {
			t.Errorf("listed: %q", got)
		}
		if _, err := b.Consent(ctx, ed, Consent{Org: "acme", Listed: ListedTeam, Scope: "x", Contact: "x"}); !errors.Is(err, store.ErrExists) {
			t.Errorf("a second consent: %v", err)
		}
		must(t, b.Withdraw(ctx, ed, acme, "she has left"))
		if got := listed(); got != "" {
			t.Errorf("listed after it was withdrawn: %q", got)
		}
		var conflict *ConflictError
		if err := b.Withdraw(ctx, ed, acme, "again"); !errors.As(err, &conflict) {
			t.Errorf("withdrawn twice: %v", err)
		}
		again := give("acme", ListedPublic)
		for _, id := range []string{acme, again} {
			must(t, b.Erase(ctx, ed, id))
		}
		if got := listed(); got != "" {
			t.Errorf("listed after it was erased: %q", got)
		}
		all, err := b.Consents(ctx, re)
		must(t, err)
		if len(all) != 4 || all[0].Contact+all[0].Scope+all[0].WithdrawnWhy != "" || all[0].ErasedBy != "ed-amid" || all[0].RecordedAt == "" || !all[1].Holds() || all[2].Holds() || !all[2].Stands() || all[3].Holds() || all[3].ErasedAt == "" {
			t.Errorf("%+v", all)
		}
		if err := b.Erase(ctx, ed, "c-none"); !errors.Is(err, ErrNotFound) {
			t.Errorf("nothing is erased: %v", err)
		}
		verified(t, b, 7)
		must(t, store.Dump(ctx, db.Read(), func(table string, _ []string, row []any) error {
			if strings.Contains(fmt.Sprint(row), "Ada Secret") && table != "champion_consent" || strings.Contains(fmt.Sprint(row), "she has left") {
				t.Errorf("%s still holds %v", table, row)
			}
			return nil
		}))
	})
}

func TestConsortium(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, ed, re := newBook(t, db, "amid")
		c := Consortium{Name: " Bid ", Call: "name = \"Call\"\n", Members: []Partner{{"b", "B"}, {"a", "A"}, {"b", "B"}}, Notes: "first\r\nsecond"}
		id, err := b.Save(ctx, ed, c)
		must(t, err)
		got, err := b.Consortium(ctx, re, id)
		if err != nil || got.Name != "Bid" || got.Version != 1 || got.Notes != "first\nsecond" || cmp.Diff([]Partner{{"b", "B"}, {"a", "A"}}, got.Members) != "" {
			t.Fatalf("%+v %v", got, err)
		}
		got.Name = "Better bid"
		_, err = b.Save(ctx, ed, got)
		must(t, err)
		var conflict *ConflictError
		if _, err := b.Save(ctx, ed, got); !errors.As(err, &conflict) || conflict.Version != 2 {
			t.Errorf("overwritten: %v", err)
		}
		if err := b.Delete(ctx, ed, id, 1); !errors.As(err, &conflict) {
			t.Errorf("deleted what somebody changed: %v", err)
		}
		must(t, b.Delete(ctx, ed, id, 2))
		if all, err := b.Consortia(ctx, re, false); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
		if all, err := b.Consortia(ctx, re, true); err != nil || len(all) != 1 || all[0].Deleted == "" {
			t.Errorf("%v %v", all, err)
		}
		must(t, b.Restore(ctx, ed, id, 3))
		if all, err := b.Consortia(ctx, re, false); err != nil || len(all) != 1 || all[0].Name != "Better bid" {
			t.Errorf("%v %v", all, err)
		}
		var input *typed.InputError
		for name, c := range map[string]Consortium{
			"no name":   {Members: []Partner{{"a", ""}}},
			"nobody":    {Name: "X"},
			"unnamed":   {Name: "X", Members: []Partner{{"", "A"}}},
			"long call": {Name: "X", Call: strings.Repeat("x", MostCall+1), Members: []Partner{{"a", ""}}},
			"many":      {Name: "X", Members: make([]Partner, MostMembers+1)},
		} {
			if _, err := b.Save(ctx, ed, c); !errors.As(err, &input) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := b.Save(ctx, ed, Consortium{ID: "k-none", Name: "X", Members: []Partner{{"a", ""}}}); !errors.Is(err, ErrNotFound) {
			t.Errorf("changed what is not there: %v", err)
		}
		verified(t, b, 4)
	})
}

func TestMembers(t *testing.T) {
	b, ed, _ := newBook(t, storetest.Open(t), "amid")
	got, err := b.Members(ctx, ed)
	if d := cmp.Diff([]Member{{"ed-amid", "ed-amid"}, {"re-amid", "re-amid"}}, got); d != "" || err != nil {
		t.Error(d, err)
	}
}
