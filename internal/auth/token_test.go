package auth

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
)

func TestToken(t *testing.T) {
	each(t, func(w *world) {
		ada := w.add(w.a, "ada", Editor)
		text, tok, err := w.a.NewToken(w.ctx, ada, " my script ", Analyst, 30)
		w.ok(err)
		if !strings.HasPrefix(text, tokenPrefix) || len(text) != len(tokenPrefix)+43 {
			w.t.Errorf("the text is %q", text)
		}
		a, err := w.a.FromToken(w.ctx, text)
		w.ok(err)
		want := Actor{Workspace: "a", PersonID: ada.PersonID, Name: "ada", Email: email("ada"), Role: Analyst, Via: ViaAPI, TokenID: tok.ID}
		if a != want {
			w.t.Errorf("got %+v, want %+v", a, want)
		}
		w.ok(Permit(w.ctx, w.db.Read(), a, ExportTables))
		w.fails(Permit(w.ctx, w.db.Read(), a, Decide), ErrDenied)
		list, err := w.a.Tokens(w.ctx, ada, ada.PersonID)
		w.ok(err)
		now := w.clock.Now()
		if d := cmp.Diff([]Token{{ID: tok.ID, Name: "my script", Role: Analyst, CreatedAt: now, ExpiresAt: now.Add(30 * 24 * time.Hour), UsedAt: now}}, list); d != "" {
			w.t.Errorf("(-want +got)\n%s", d)
		}
		for name, text := range map[string]string{"empty": "", "prefix": tokenPrefix, "bare": strings.TrimPrefix(text, tokenPrefix), "wrong": tokenPrefix + store.NewSecret(), "cut": text[:len(text)-1], "id": tokenPrefix + tok.ID} {
			_, err := w.a.FromToken(w.ctx, text)
			w.fails(err, ErrSignedOut)
			if w.t.Failed() {
				w.t.Fatal(name)
			}
		}
		_, err = w.b.FromToken(w.ctx, text)
		w.fails(err, ErrSignedOut)
		_, err = w.a.FromSession(w.ctx, strings.TrimPrefix(text, tokenPrefix))
		w.fails(err, ErrSignedOut)
		w.clock.Add(30 * 24 * time.Hour)
		_, err = w.a.FromToken(w.ctx, text)
		w.fails(err, ErrSignedOut)
		if list, err := w.a.Tokens(w.ctx, ada, ada.PersonID); err != nil || len(list) != 0 {
			w.t.Errorf("listed %+v, %v", list, err)
		}
	})
}

func TestNewToken_refused(t *testing.T) {
	each(t, func(w *world) {
		ada, reader := w.add(w.a, "ada", Editor), w.add(w.a, "reader", Reader)
		try := func(a Actor, name string, role Role, days int) error {
			_, _, err := w.a.NewToken(w.ctx, a, name, role, days)
			return err
		}
		w.badInput(try(ada, " ", Reader, 1), "name")
		w.badInput(try(ada, "x", "king", 1), "role")
		w.badInput(try(ada, "x", Manager, 1), "role")
		w.badInput(try(ada, "x", Reader, 0), "days")
		w.badInput(try(ada, "x", Reader, 367), "days")
		w.ok(try(ada, "x", Editor, 366))
		w.fails(try(reader, "x", Reader, 1), ErrDenied)
		w.fails(try(Machine("a"), "x", Reader, 1), ErrDenied)
		w.fails(try(Actor{}, "x", Reader, 1), ErrDenied)
		text, _, err := w.a.NewToken(w.ctx, ada, "x", Editor, 1)
		w.ok(err)
		program, err := w.a.FromToken(w.ctx, text)
		w.ok(err)
		w.fails(try(program, "heir", Reader, 366), ErrDenied)
	})
}

// TestToken_capped holds that a token never does more than its owner may now, and
// that it can be limited further.
func TestToken_capped(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "owner", Owner)
		ada := w.add(w.a, "ada", Manager)
		text, _, err := w.a.NewToken(w.ctx, ada, "script", Manager, 30)
		w.ok(err)
		before, err := w.a.FromToken(w.ctx, text)
		w.ok(err)
		w.ok(w.a.SetRole(w.ctx, Machine("a"), ada.PersonID, Analyst))
		w.fails(Permit(w.ctx, w.db.Read(), before, Decide), ErrDenied) // the request was under way
		if a, err := w.a.FromToken(w.ctx, text); err != nil || a.Role != Analyst {
			w.t.Errorf("got %s, %v; want analyst", a.Role, err)
		}
		w.ok(w.a.SetRole(w.ctx, Machine("a"), ada.PersonID, Owner))
		after, err := w.a.FromToken(w.ctx, text)
		w.ok(err)
		if after.Role != Manager {
			w.t.Errorf("got %s, want manager", after.Role)
		}
		w.fails(w.a.SetRole(w.ctx, after, ada.PersonID, Reader), ErrDenied) // it manages, and does not touch owners
		_, _, err = w.a.Invite(w.ctx, after, email("x"), "", Owner)
		w.fails(err, ErrDenied)
		_, _, err = w.a.Invite(w.ctx, after, email("x"), "", Reader)
		w.ok(err)
		if log := w.logged("a"); !strings.Contains(log, `"token":"`+after.TokenID+`"`) {
			w.t.Errorf("the log does not say that a token acted:\n%s", log)
		}
		// A role that may have no tokens ends them, for good.
		w.ok(w.a.SetRole(w.ctx, Machine("a"), ada.PersonID, Reader))
		w.ok(w.a.SetRole(w.ctx, Machine("a"), ada.PersonID, Manager))
		_, err = w.a.FromToken(w.ctx, text)
		w.fails(err, ErrSignedOut)
		w.fails(Permit(w.ctx, w.db.Read(), after, ReadPlace), ErrDenied)
	})
}

func TestRevokeToken(t *testing.T) {
	each(t, func(w *world) {
		owner, manager, ada, bob := w.add(w.a, "owner", Owner), w.add(w.a, "manager", Manager), w.add(w.a, "ada", Editor), w.add(w.a, "bob", Editor)
		foreign := w.add(w.b, "foreign", Owner)
		made := func(s *Service, a Actor) Token {
			w.t.Helper()
			_, tok, err := s.NewToken(w.ctx, a, "script", Reader, 1)
			w.ok(err)
			return tok
		}
		one, two, top, other := made(w.a, ada), made(w.a, ada), made(w.a, owner), made(w.b, foreign)
		w.fails(w.a.RevokeToken(w.ctx, bob, one.ID), ErrNotFound)
		w.fails(w.a.RevokeToken(w.ctx, owner, other.ID), ErrNotFound)
		w.fails(w.b.RevokeToken(w.ctx, foreign, one.ID), ErrNotFound)
		w.fails(w.a.RevokeToken(w.ctx, owner, "t-none"), ErrNotFound)
		w.fails(w.a.RevokeToken(w.ctx, manager, top.ID), ErrDenied)
		w.ok(w.a.RevokeToken(w.ctx, ada, one.ID))
		w.fails(w.a.RevokeToken(w.ctx, ada, one.ID), ErrNotFound)
		w.ok(w.a.RevokeToken(w.ctx, manager, two.ID))
		if w.events("a", "token.end") != 2 {
			w.t.Errorf("the log:\n%s", w.logged("a"))
		}
		_, err := w.a.Tokens(w.ctx, bob, ada.PersonID)
		w.fails(err, ErrDenied)
		_, err = w.a.Tokens(w.ctx, manager, foreign.PersonID)
		w.fails(err, ErrNotFound)
		if list, err := w.a.Tokens(w.ctx, manager, owner.PersonID); err != nil || len(list) != 1 {
			w.t.Errorf("a manager sees %+v, %v", list, err)
		}
	})
}
