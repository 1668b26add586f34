package auth

import (
	"errors"
	"strings"
	"testing"

	"milieu/internal/store"
)

func TestSignIn(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Editor)
		secret, a, err := w.a.SignIn(w.ctx, " Ada@Example.org ", goodPassword, "[2001:db8::1]:80", browser)
		w.ok(err)
		want := Actor{Workspace: "a", PersonID: a.PersonID, Name: "ada", Email: email("ada"), Role: Editor, Via: ViaWeb, SessionID: a.SessionID, Address: "2001:db8::1"}
		if a != want || a.PersonID == "" || a.SessionID == "" || len(secret) != 43 {
			w.t.Errorf("got %+v with a secret of %d", a, len(secret))
		}
		if n := w.count(`select count(session_id) from session where secret_hash = $1`, store.Hash(secret)); n != 1 {
			w.t.Error("the hash of the secret is not in the store")
		}
		if n := w.count(`select count(session_id) from session where secret_hash = $1 or session_id = $1`, secret); n != 0 {
			w.t.Error("the secret itself is in the store")
		}
		if got := w.events("a", "session.begin"); got != 2 {
			w.t.Errorf("%d lines of sessions, want 2", got)
		}
		if w.events("b", "session.begin") != 0 {
			w.t.Error("it was written into the log of another workspace")
		}
	})
}

// TestSignIn_newSession holds that a session has a secret which nobody knew before:
// one that was planted in the browser never becomes signed in.
func TestSignIn_newSession(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		one, a := w.signIn(w.a, "ada")
		two, b := w.signIn(w.a, "ada")
		if one == two || a.SessionID == b.SessionID {
			w.t.Error("signing in twice gave one session")
		}
		w.ok(w.a.SignOut(w.ctx, a))
		w.ok(w.a.SignOut(w.ctx, a))
		w.ok(w.a.SignOut(w.ctx, Actor{}))
		w.signIn(w.a, "ada")
		if _, err := w.a.FromSession(w.ctx, one); !errors.Is(err, ErrSignedOut) {
			w.t.Errorf("a session that ended came back: %v", err)
		}
		if _, err := w.a.FromSession(w.ctx, two); err != nil {
			w.t.Errorf("the other session: %v", err)
		}
	})
}

// TestSignIn_enumeration holds that all failures have one answer and one hash of work.
func TestSignIn_enumeration(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		w.add(w.b, "bea", Owner) // a member of the other workspace only
		_, _, err := w.a.Enter(w.ctx, w.a.OwnerLink(), "127.0.0.1", browser)
		w.ok(err)
		cases := []struct{ name, email, password string }{
			{"wrong password", email("ada"), "wrong"},
			{"unknown account", email("nobody"), goodPassword},
			{"not a member", email("bea"), goodPassword},
			{"not an address", "my secret pass phrase", goodPassword},
			{"account without password", machineEmail, ""},
			{"empty", "", ""},
			{"very long", email("ada"), strings.Repeat("x", 1<<16)},
		}
		for _, c := range cases {
			before, lines := w.a.hasher.done.Load(), w.events("a", "signin.fail")
			_, _, err := w.a.SignIn(w.ctx, c.email, c.password, home, browser)
			if err == nil || err.Error() != ErrWrongCredentials.Error() {
				w.t.Errorf("%s: got %v", c.name, err)
			}
			if n := w.a.hasher.done.Load() - before; n != 1 {
				w.t.Errorf("%s: %d hashes, want 1", c.name, n)
			}
			if n := w.events("a", "signin.fail") - lines; n != 1 {
				w.t.Errorf("%s: %d lines in the log, want 1", c.name, n)
			}
		}
		if log := w.logged("a"); strings.Contains(log, "pass phrase") || strings.Contains(log, "nobody@") || !strings.Contains(log, "signin.fail unknown") {
			w.t.Errorf("the log holds what was typed:\n%s", log)
		}
	})
}

// TestSignIn_rehash holds that a hash of another cost is made anew when its password is shown.
func TestSignIn_rehash(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		dearer := cost{MemoryKiB: 128, Times: 2, Threads: 1}
		w.a.hasher = newHasher(dearer)
		for _, hashes := range []int64{2, 1} { // checked and made anew; then only checked
			before := w.a.hasher.done.Load()
			w.signIn(w.a, "ada")
			if n := w.a.hasher.done.Load() - before; n != hashes {
				w.t.Errorf("%d hashes, want %d", n, hashes)
			}
		}
		if n := w.count(`select count(person_id) from person where password_hash like '$argon2id$v=19$m=128,t=2,p=1$%'`); n != 1 {
			w.t.Error("the hash has the old cost")
		}
	})
}

func TestChangePassword(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		stays, a := w.signIn(w.a, "ada")
		goes, _ := w.signIn(w.a, "ada")
		w.badInput(w.a.ChangePassword(w.ctx, a, "wrong", otherPassword), "current")
		w.badInput(w.a.ChangePassword(w.ctx, a, goodPassword, "short"), "password")
		w.badInput(w.a.ChangePassword(w.ctx, a, goodPassword, goodPassword), "password")
		w.fails(w.a.ChangePassword(w.ctx, Actor{}, goodPassword, otherPassword), ErrDenied)
		w.fails(w.b.ChangePassword(w.ctx, a, goodPassword, otherPassword), ErrDenied)
		w.ok(w.a.ChangePassword(w.ctx, a, goodPassword, otherPassword))
		if _, err := w.a.FromSession(w.ctx, stays); err != nil {
			w.t.Errorf("the session that changed it: %v", err)
		}
		if _, err := w.a.FromSession(w.ctx, goes); !errors.Is(err, ErrSignedOut) {
			w.t.Errorf("another session stayed: %v", err)
		}
		_, _, err := w.a.SignIn(w.ctx, email("ada"), goodPassword, home, browser)
		w.fails(err, ErrWrongCredentials)
		_, _, err = w.a.SignIn(w.ctx, email("ada"), otherPassword, home, browser)
		w.ok(err)
		if w.events("a", "password.change") != 1 || w.events("a", "signin.fail") != 2 {
			w.t.Errorf("the log:\n%s", w.logged("a"))
		}
		// The present password cannot be guessed without end by whoever finds a session.
		for range accountBurst {
			w.badInput(w.a.ChangePassword(w.ctx, a, "wrong", goodPassword), "current")
		}
		var r *RateError
		if err = w.a.ChangePassword(w.ctx, a, "wrong", goodPassword); !errors.As(err, &r) {
			w.t.Errorf("got %v, want a RateError", err)
		}
	})
}

// TestSetPassword holds that the command line sets any password of the store, and
// nobody else does.
func TestSetPassword(t *testing.T) {
	each(t, func(w *world) {
		owner := w.add(w.a, "owner", Owner)
		w.add(w.b, "bea", Reader)
		bea, _ := w.signIn(w.b, "bea")
		w.fails(w.a.SetPassword(w.ctx, owner, email("bea"), otherPassword), ErrDenied)
		w.fails(w.a.SetPassword(w.ctx, Machine("a"), email("nobody"), otherPassword), ErrNotFound)
		w.badInput(w.a.SetPassword(w.ctx, Machine("a"), "bea", otherPassword), "email")
		w.badInput(w.a.SetPassword(w.ctx, Machine("a"), email("bea"), email("bea")), "password")
		w.ok(w.a.SetPassword(w.ctx, Machine("a"), email("Bea"), otherPassword))
		if _, err := w.b.FromSession(w.ctx, bea); !errors.Is(err, ErrSignedOut) {
			w.t.Errorf("a session in the other workspace stayed: %v", err)
		}
		_, _, err := w.b.SignIn(w.ctx, email("bea"), otherPassword, home, browser)
		w.ok(err)
		if w.events("a", "password.set") != 1 {
			w.t.Error("it is not in the log")
		}
	})
}

// TestSignIn_changedMeanwhile holds that a password which was right when it was
// hashed does not count when it was changed before the session began.
func TestSignIn_changedMeanwhile(t *testing.T) {
	each(t, func(w *world) {
		a := w.add(w.a, "ada", Reader)
		acc, proof, err := w.a.prove(w.ctx, email("ada"), goodPassword)
		w.ok(err)
		w.ok(w.a.ChangePassword(w.ctx, a, goodPassword, otherPassword))
		err = w.db.Update(w.ctx, func(q store.Querier) error {
			_, err := w.a.provenStill(w.ctx, q, acc, proof)
			return err
		})
		w.fails(err, ErrWrongCredentials)
	})
}
