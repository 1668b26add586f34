package auth

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"milieu/internal/store"
)

// invite makes an invitation and gives its secret.
func (w *world) invite(s *Service, a Actor, name string, role Role) string {
	w.t.Helper()
	secret, _, err := s.Invite(w.ctx, a, email(name), "", role)
	w.ok(err)
	return secret
}

// accept uses a link with the good password.
func (w *world) accept(s *Service, secret, name string) (Actor, error) {
	_, a, err := s.Accept(w.ctx, secret, name, goodPassword, home, browser)
	return a, err
}

func TestInvite(t *testing.T) {
	each(t, func(w *world) {
		manager := w.add(w.a, "manager", Manager)
		secret, made, err := w.a.Invite(w.ctx, manager, " New@Example.org", " New  Person ", Editor)
		w.ok(err)
		got, err := w.a.Invitation(w.ctx, secret)
		w.ok(err)
		if got != made || got.Email != email("new") || got.Name != "New Person" || got.HasAccount || got.Reset || !got.ExpiresAt.Equal(w.clock.Now().Add(InvitationLife)) {
			w.t.Errorf("shown %+v, made %+v", got, made)
		}
		if n := w.count(`select count(invitation_id) from invitation where secret_hash = $1`, store.Hash(secret)); n != 1 {
			w.t.Error("the store has another hash")
		}
		_, err = w.b.Invitation(w.ctx, secret)
		w.fails(err, ErrNotFound)
		cookie, a, err := w.a.Accept(w.ctx, secret, "", goodPassword, home, browser)
		w.ok(err)
		if a.Role != Editor || a.Name != "New Person" || a.Email != email("new") || a.Workspace != "a" {
			w.t.Errorf("got %+v", a)
		}
		if b, err := w.a.FromSession(w.ctx, cookie); err != nil || b.PersonID != a.PersonID {
			w.t.Errorf("the session: %+v, %v", b, err)
		}
		_, err = w.accept(w.a, secret, "again")
		w.fails(err, ErrNotFound)
		if log := w.logged("a"); !strings.Contains(log, a.PersonID+" invitation.accept "+made.ID) || !strings.Contains(log, manager.PersonID+" invitation.make "+made.ID) {
			w.t.Errorf("the log:\n%s", log)
		}
	})
}

func TestInvite_refused(t *testing.T) {
	each(t, func(w *world) {
		manager, editor := w.add(w.a, "manager", Manager), w.add(w.a, "editor", Editor)
		try := func(a Actor, address, name string, role Role) error {
			_, _, err := w.a.Invite(w.ctx, a, address, name, role)
			return err
		}
		w.badInput(try(manager, "x", "", Reader), "email")
		w.badInput(try(manager, machineEmail, "", Reader), "email")
		w.badInput(try(manager, email("x"), strings.Repeat("x", 101), Reader), "name")
		w.badInput(try(manager, email("x"), "", Nobody), "role")
		w.badInput(try(manager, email("Editor"), "", Reader), "email")
		w.fails(try(manager, email("x"), "", Owner), ErrDenied)
		w.fails(try(editor, email("x"), "", Reader), ErrDenied)
		w.fails(try(Actor{}, email("x"), "", Reader), ErrDenied)
		w.fails(try(Machine("b"), email("x"), "", Reader), ErrDenied)
		w.ok(try(Machine("a"), email("x"), "", Owner))
	})
}

// TestAccept_once holds that of several who use a link at the same moment one joins.
func TestAccept_once(t *testing.T) {
	each(t, func(w *world) {
		secret := w.invite(w.a, Machine("a"), "ada", Reader)
		var wg sync.WaitGroup
		var joined atomic.Int64
		for range 4 {
			wg.Go(func() {
				_, _, err := w.a.Accept(w.ctx, secret, "Ada", goodPassword, home, browser)
				var in *InputError
				switch {
				case err == nil:
					joined.Add(1)
				case !errors.Is(err, ErrNotFound) && !errors.As(err, &in):
					w.t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if n := w.count(`select count(person_id) from member`); joined.Load() != 1 || n != 1 || w.events("a", "invitation.accept") != 1 {
			w.t.Errorf("%d joined, %d members", joined.Load(), n)
		}
	})
}

func TestAccept_bad(t *testing.T) {
	each(t, func(w *world) {
		secret := w.invite(w.a, Machine("a"), "ada", Reader)
		accept := func(secret, name, password string) error {
			_, _, err := w.a.Accept(w.ctx, secret, name, password, home, browser)
			return err
		}
		w.badInput(accept(secret, "", goodPassword), "name")
		w.badInput(accept(secret, "Ada", "short"), "password")
		w.badInput(accept(secret, "Ada", email("ADA")), "password")
		w.fails(accept("", "Ada", goodPassword), ErrNotFound)
		w.fails(accept(store.NewSecret(), "Ada", goodPassword), ErrNotFound)
		w.clock.Add(InvitationLife)
		w.fails(accept(secret, "Ada", goodPassword), ErrNotFound)
		secret = w.invite(w.a, Machine("a"), "ada", Reader)
		other := w.invite(w.a, Machine("a"), "ada", Editor)
		w.ok(accept(secret, "Ada", goodPassword))
		w.fails(accept(other, "Ada", otherPassword), ErrNotFound) // it ended with the one that was used
	})
}

// TestAccept_hasAccount holds that the holder of a link cannot set a new password
// for an account that exists: it joins with the password that it has.
func TestAccept_hasAccount(t *testing.T) {
	each(t, func(w *world) {
		bea := w.add(w.b, "bea", Owner)
		secret := w.invite(w.a, Machine("a"), "bea", Reader)
		if i, err := w.a.Invitation(w.ctx, secret); err != nil || !i.HasAccount {
			w.t.Errorf("got %+v, %v", i, err)
		}
		_, _, err := w.a.Accept(w.ctx, secret, "Mallory", otherPassword, home, browser)
		w.fails(err, ErrWrongCredentials)
		w.signIn(w.b, "bea")
		a, err := w.accept(w.a, secret, "Mallory")
		w.ok(err)
		if a.PersonID != bea.PersonID || a.Name != "bea" || a.Role != Reader {
			w.t.Errorf("got %+v", a)
		}
		if p, err := w.b.Person(w.ctx, bea, bea.PersonID); err != nil || p.Role != Owner {
			w.t.Errorf("in the other workspace: %+v, %v", p, err)
		}
		// Guessing through a link is slowed down as guessing at the door.
		w.ok(w.a.Remove(w.ctx, Machine("a"), bea.PersonID))
		secret = w.invite(w.a, Machine("a"), "bea", Reader)
		for range accountBurst {
			_, _, err = w.a.Accept(w.ctx, secret, "", "wrong", "198.51.100.1", browser)
			w.fails(err, ErrWrongCredentials)
		}
		var r *RateError
		if _, _, err = w.a.Accept(w.ctx, secret, "", goodPassword, "198.51.100.1", browser); !errors.As(err, &r) {
			w.t.Errorf("got %v, want a RateError", err)
		}
	})
}

// TestInvitation_maker holds that an invitation counts only as long as who made it
// could make it.
func TestInvitation_maker(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "owner", Owner)
		maker := w.add(w.a, "maker", Manager)
		secret := w.invite(w.a, maker, "friend", Manager)
		w.ok(w.a.SetRole(w.ctx, Machine("a"), maker.PersonID, Editor))
		_, err := w.accept(w.a, secret, "Friend")
		w.fails(err, ErrNotFound)
		if list, err := w.a.Invitations(w.ctx, Machine("a")); err != nil || len(list) != 0 {
			w.t.Errorf("listed %+v, %v", list, err)
		}
		w.ok(w.a.SetRole(w.ctx, Machine("a"), maker.PersonID, Manager))
		_, err = w.accept(w.a, secret, "Friend")
		w.ok(err)
	})
}

func TestWithdraw(t *testing.T) {
	each(t, func(w *world) {
		manager, editor := w.add(w.a, "manager", Manager), w.add(w.a, "editor", Editor)
		foreign := w.add(w.b, "foreign", Owner)
		one := w.invite(w.a, manager, "one", Reader)
		w.clock.Add(time.Second)
		w.invite(w.a, Machine("a"), "two", Owner)
		w.invite(w.b, foreign, "three", Reader)
		list, err := w.a.Invitations(w.ctx, manager)
		w.ok(err)
		if len(list) != 2 || list[0].Email != email("one") || list[1].Role != Owner || list[0].CreatedBy != manager.PersonID {
			w.t.Fatalf("got %+v", list)
		}
		_, err = w.a.Invitations(w.ctx, editor)
		w.fails(err, ErrDenied)
		w.fails(w.a.Withdraw(w.ctx, editor, list[0].ID), ErrDenied)
		w.fails(w.a.Withdraw(w.ctx, manager, list[1].ID), ErrDenied)
		w.fails(w.b.Withdraw(w.ctx, foreign, list[0].ID), ErrNotFound)
		w.ok(w.a.Withdraw(w.ctx, manager, list[0].ID))
		w.fails(w.a.Withdraw(w.ctx, manager, list[0].ID), ErrNotFound)
		_, err = w.accept(w.a, one, "One")
		w.fails(err, ErrNotFound)
		if w.events("a", "invitation.withdraw") != 1 {
			w.t.Error("it is not in the log")
		}
	})
}

// reset makes a link for a new password.
func (w *world) reset(a Actor, personID string) (string, error) {
	secret, i, err := w.a.ResetLink(w.ctx, a, personID)
	if err == nil && (!i.Reset || i.HasAccount || i.Role != Nobody) {
		w.t.Errorf("got %+v", i)
	}
	return secret, err
}

func TestResetLink(t *testing.T) {
	each(t, func(w *world) {
		manager, ada := w.add(w.a, "manager", Manager), w.add(w.a, "ada", Reader)
		cookie, _ := w.signIn(w.a, "ada")
		first, err := w.reset(manager, ada.PersonID)
		w.ok(err)
		second, err := w.reset(manager, ada.PersonID)
		w.ok(err)
		if i, err := w.a.Invitation(w.ctx, second); err != nil || !i.Reset || i.Email != email("ada") {
			w.t.Errorf("shown %+v, %v", i, err)
		}
		use := func(secret, password string) error {
			_, a, err := w.a.Accept(w.ctx, secret, "Mallory", password, home, browser)
			if err == nil && (a.PersonID != ada.PersonID || a.Role != Reader || a.Name != "ada") {
				w.t.Errorf("got %+v", a)
			}
			return err
		}
		w.badInput(use(first, "short"), "password")
		w.ok(use(first, otherPassword))
		w.fails(use(first, goodPassword), ErrNotFound)
		w.fails(use(second, goodPassword), ErrNotFound) // all links end with a new password
		_, err = w.a.FromSession(w.ctx, cookie)
		w.fails(err, ErrSignedOut)
		_, _, err = w.a.SignIn(w.ctx, email("ada"), otherPassword, home, browser)
		w.ok(err)
		if log := w.logged("a"); !strings.Contains(log, ada.PersonID+" password.reset "+ada.PersonID) || !strings.Contains(log, `"by":"`+manager.PersonID) {
			w.t.Errorf("the log:\n%s", log)
		}
	})
}

// TestResetLink_refused holds that a link takes nobody over who is above its maker or
// has a place in another workspace, neither when it is made nor when it is used.
func TestResetLink_refused(t *testing.T) {
	each(t, func(w *world) {
		owner, manager, editor := w.add(w.a, "owner", Owner), w.add(w.a, "manager", Manager), w.add(w.a, "editor", Editor)
		ada, foreign := w.add(w.a, "ada", Reader), w.add(w.b, "foreign", Owner)
		denied := func(a Actor, personID string, kind error) {
			w.t.Helper()
			_, err := w.reset(a, personID)
			w.fails(err, kind)
		}
		denied(editor, ada.PersonID, ErrDenied)
		denied(manager, owner.PersonID, ErrDenied)
		denied(manager, manager.PersonID, ErrDenied)
		denied(manager, foreign.PersonID, ErrNotFound)
		denied(foreign, ada.PersonID, ErrDenied)
		_, machineOwner, err := w.a.Enter(w.ctx, w.a.OwnerLink(), "127.0.0.1", browser)
		w.ok(err)
		denied(owner, machineOwner.PersonID, ErrDenied)

		// The person rises above the maker, or the maker falls.
		link, err := w.reset(manager, ada.PersonID)
		w.ok(err)
		w.ok(w.a.SetRole(w.ctx, owner, ada.PersonID, Owner))
		_, err = w.accept(w.a, link, "")
		w.fails(err, ErrNotFound)
		w.ok(w.a.SetRole(w.ctx, owner, ada.PersonID, Reader))
		w.ok(w.a.SetRole(w.ctx, owner, manager.PersonID, Editor))
		_, err = w.accept(w.a, link, "")
		w.fails(err, ErrNotFound)
		w.ok(w.a.SetRole(w.ctx, owner, manager.PersonID, Manager))

		// The person joins another workspace.
		invitation := w.invite(w.b, foreign, "ada", Reader)
		_, err = w.accept(w.b, invitation, "")
		w.ok(err)
		_, _, err = w.a.Accept(w.ctx, link, "", otherPassword, home, browser)
		w.fails(err, ErrDenied)
		denied(manager, ada.PersonID, ErrDenied)
		denied(owner, ada.PersonID, ErrDenied)
		w.signIn(w.b, "ada") // with the password that it had

		// A person who has left is nobody's to reset.
		w.ok(w.b.Remove(w.ctx, foreign, ada.PersonID))
		w.ok(w.a.Remove(w.ctx, manager, ada.PersonID))
		_, err = w.accept(w.a, link, "")
		w.fails(err, ErrNotFound)
	})
}

// TestResetLink_meanwhile lets a person join another workspace while a link for a new
// password is used: one of the two must see the other.
func TestResetLink_meanwhile(t *testing.T) {
	each(t, func(w *world) {
		manager, foreign := w.add(w.a, "manager", Manager), w.add(w.b, "foreign", Owner)
		for _, name := range []string{"ada", "bob", "cyd", "dan"} {
			person := w.add(w.a, name, Reader)
			link, err := w.reset(manager, person.PersonID)
			w.ok(err)
			invitation := w.invite(w.b, foreign, name, Reader)
			var set, joined error
			var wg sync.WaitGroup
			wg.Go(func() { _, _, set = w.a.Accept(w.ctx, link, "", otherPassword, home, browser) })
			wg.Go(func() { _, _, joined = w.b.Accept(w.ctx, invitation, "", goodPassword, home, browser) })
			wg.Wait()
			if (set == nil) == (joined == nil) {
				w.t.Errorf("%s: the password was set (%v) and the person joined (%v)", name, set, joined)
			}
		}
	})
}
