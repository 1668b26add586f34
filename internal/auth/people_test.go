package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
)

func TestPeople(t *testing.T) {
	each(t, func(w *world) {
		manager := w.add(w.a, "mia", Manager)
		w.clock.Add(time.Hour)
		_, err := w.a.Add(w.ctx, Machine("a"), email("zoe"), "Ada Z", Reader, goodPassword)
		w.ok(err)
		w.add(w.b, "bea", Owner)
		list, err := w.a.People(w.ctx, manager)
		w.ok(err)
		added := w.clock.Now().Add(-time.Hour)
		want := []Member{
			{PersonID: list[0].PersonID, Email: email("zoe"), Name: "Ada Z", Role: Reader, AddedAt: w.clock.Now(), AddedBy: machine, Password: true},
			{PersonID: manager.PersonID, Email: email("mia"), Name: "mia", Role: Manager, AddedAt: added, AddedBy: machine, SignedInAt: added, Sessions: 1, Password: true},
		}
		if d := cmp.Diff(want, list); d != "" {
			w.t.Errorf("(-want +got)\n%s", d)
		}
		_, zoe := w.signIn(w.a, "zoe")
		_, err = w.a.People(w.ctx, zoe)
		w.fails(err, ErrDenied)
		_, err = w.a.Person(w.ctx, zoe, manager.PersonID)
		w.fails(err, ErrDenied)
		if p, err := w.a.Person(w.ctx, zoe, zoe.PersonID); err != nil || p.Name != "Ada Z" || p.Sessions != 1 {
			w.t.Errorf("oneself: %+v, %v", p, err)
		}
		_, err = w.a.Person(w.ctx, manager, "p-none")
		w.fails(err, ErrNotFound)
		_, err = w.b.People(w.ctx, manager)
		w.fails(err, ErrDenied)
	})
}

func TestNames(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.add(w.a, "ada", Reader), w.add(w.a, "bob", Reader)
		w.ok(w.a.Remove(w.ctx, Machine("a"), bob.PersonID))
		ids := []string{ada.PersonID, bob.PersonID, ada.PersonID, machine, "p-none", ""}
		for range 2 * namesAtOnce {
			ids = append(ids, store.NewID("p"))
		}
		got, err := w.a.Names(w.ctx, ids)
		w.ok(err)
		if d := cmp.Diff(map[string]string{ada.PersonID: "ada", bob.PersonID: "bob", machine: "the command line"}, got); d != "" {
			w.t.Errorf("(-want +got)\n%s", d)
		}
		if got, err := w.a.Names(w.ctx, nil); err != nil || len(got) != 0 {
			w.t.Errorf("of nobody: %v, %v", got, err)
		}
	})
}

func TestAdd(t *testing.T) {
	each(t, func(w *world) {
		owner := w.add(w.a, "owner", Owner)
		add := func(a Actor, email, name string, role Role, password string) error {
			_, err := w.a.Add(w.ctx, a, email, name, role, password)
			return err
		}
		m := Machine("a")
		w.fails(add(owner, email("x"), "x", Reader, goodPassword), ErrDenied)
		w.fails(add(Machine("b"), email("x"), "x", Reader, goodPassword), ErrDenied)
		w.badInput(add(m, "x", "x", Reader, goodPassword), "email")
		w.badInput(add(m, email("x"), " ", Reader, goodPassword), "name")
		w.badInput(add(m, email("x"), "x", "king", goodPassword), "role")
		w.badInput(add(m, email("x"), "x", Reader, "short"), "password")
		w.badInput(add(m, email("OWNER"), "x", Reader, goodPassword), "email")
		w.add(w.b, "bea", Reader)
		w.badInput(add(m, email("bea"), "x", Owner, otherPassword), "email")
		secret, err := w.a.Add(w.ctx, m, email("ivy"), "Ivy", Editor, "")
		w.ok(err)
		if i, err := w.a.Invitation(w.ctx, secret); err != nil || i.Role != Editor || i.Name != "Ivy" {
			w.t.Errorf("got %+v, %v", i, err)
		}
	})
}

// TestSetRole goes through who may make whom what.
func TestSetRole(t *testing.T) {
	cases := []struct {
		by, was, to Role
		want        bool
	}{
		{Reader, Reader, Reader, false}, {Editor, Reader, Analyst, false},
		{Manager, Reader, Editor, true}, {Manager, Editor, Manager, true}, {Manager, Manager, Reader, true}, {Manager, Reader, Owner, false},
		{Manager, Owner, Reader, false}, {Manager, Owner, Owner, false}, {Manager, Manager, Owner, false},
		{Owner, Manager, Owner, true}, {Owner, Owner, Reader, true}, {Owner, Reader, Manager, true},
	}
	each(t, func(w *world) {
		w.add(w.a, "first", Owner) // so that none of the others is the last
		actors := map[Role]Actor{}
		for _, r := range Roles {
			actors[r] = w.add(w.a, "by"+string(r), r)
		}
		target := w.add(w.a, "target", Reader)
		for _, c := range cases {
			w.ok(w.a.SetRole(w.ctx, Machine("a"), target.PersonID, c.was))
			err := w.a.SetRole(w.ctx, actors[c.by], target.PersonID, c.to)
			p, perr := w.a.Person(w.ctx, Machine("a"), target.PersonID)
			w.ok(perr)
			if c.want && (err != nil || p.Role != c.to) || !c.want && (!errors.Is(err, ErrDenied) || p.Role != c.was) {
				w.t.Errorf("%s makes %s of %s: %v, is %s", c.by, c.to, c.was, err, p.Role)
			}
		}
		w.badInput(w.a.SetRole(w.ctx, actors[Owner], target.PersonID, "king"), "role")
		w.badInput(w.a.SetRole(w.ctx, actors[Owner], target.PersonID, Nobody), "role")
		w.fails(w.a.SetRole(w.ctx, actors[Owner], "p-none", Reader), ErrNotFound)
		w.fails(w.a.SetRole(w.ctx, actors[Manager], actors[Manager].PersonID, Owner), ErrDenied)
	})
}

func TestSetRole_logged(t *testing.T) {
	each(t, func(w *world) {
		owner, ada := w.add(w.a, "owner", Owner), w.add(w.a, "ada", Reader)
		w.ok(w.a.SetRole(w.ctx, owner, ada.PersonID, Editor))
		w.ok(w.a.SetRole(w.ctx, owner, ada.PersonID, Editor)) // no change, no line
		want := owner.PersonID + " person.role " + ada.PersonID + ` {"from":"reader","to":"editor"}` + "\n"
		if log := w.logged("a"); strings.Count(log, "person.role") != 1 || !strings.Contains(log, want) {
			w.t.Errorf("the log:\n%s", log)
		}
	})
}

// TestLastOwner holds that a workspace keeps an owner, also when two owners unmake
// each other in the same moment.
func TestLastOwner(t *testing.T) {
	each(t, func(w *world) {
		one := w.add(w.a, "one", Owner)
		w.add(w.b, "elsewhere", Owner) // does not count here
		w.fails(w.a.SetRole(w.ctx, one, one.PersonID, Reader), ErrLastOwner)
		w.fails(w.a.Remove(w.ctx, one, one.PersonID), ErrLastOwner)
		w.fails(w.a.Remove(w.ctx, Machine("a"), one.PersonID), ErrLastOwner)
		two := w.add(w.a, "two", Owner)
		var wg sync.WaitGroup
		wg.Go(func() { _ = w.a.SetRole(w.ctx, one, two.PersonID, Reader) })
		wg.Go(func() { _ = w.a.Remove(w.ctx, two, one.PersonID) })
		wg.Wait()
		if n := w.count(`select count(person_id) from member where workspace = 'a' and role = 'owner'`); n != 1 {
			w.t.Errorf("%d owners are left, want 1", n)
		}
	})
}

func TestRemove(t *testing.T) {
	each(t, func(w *world) {
		manager, owner, gone := w.add(w.a, "manager", Manager), w.add(w.a, "owner", Owner), w.add(w.a, "gone", Manager)
		cookie, _ := w.signIn(w.a, "gone")
		text, _, err := w.a.NewToken(w.ctx, gone, "script", Reader, 30)
		w.ok(err)
		link, _, err := w.a.Invite(w.ctx, gone, email("friend"), "", Manager)
		w.ok(err)
		w.fails(w.a.Remove(w.ctx, manager, owner.PersonID), ErrDenied)
		w.fails(w.a.Remove(w.ctx, manager, "p-none"), ErrNotFound)
		w.ok(w.a.Remove(w.ctx, manager, gone.PersonID))
		_, err = w.a.FromSession(w.ctx, cookie)
		w.fails(err, ErrSignedOut)
		_, err = w.a.FromToken(w.ctx, text)
		w.fails(err, ErrSignedOut)
		_, err = w.a.Invitation(w.ctx, link)
		w.fails(err, ErrNotFound)
		_, _, err = w.a.SignIn(w.ctx, email("gone"), goodPassword, home, browser)
		w.fails(err, ErrWrongCredentials)
		// Coming back takes a new invitation and brings nothing of that back.
		back := w.invite(w.a, manager, "gone", Manager)
		_, err = w.accept(w.a, back, "")
		w.ok(err)
		_, err = w.a.Invitation(w.ctx, link)
		w.fails(err, ErrNotFound)
		_, err = w.a.FromSession(w.ctx, cookie)
		w.fails(err, ErrSignedOut)
		_, err = w.a.FromToken(w.ctx, text)
		w.fails(err, ErrSignedOut)
	})
}

// TestPermitWrite_holds wants a change of the role to wait for a transaction that rests
// on it, and others to go on.
func TestPermitWrite_holds(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "owner", Owner)
		was, other := w.add(w.a, "was", Editor), w.add(w.a, "other", Editor)
		err := w.db.Update(w.ctx, func(q store.Querier) error {
			if err := PermitWrite(w.ctx, q, "a", was, Decide); err != nil {
				return err
			}
			for name, change := range map[string]func(context.Context) error{
				"role":   func(ctx context.Context) error { return w.a.SetRole(ctx, Machine("a"), was.PersonID, Reader) },
				"member": func(ctx context.Context) error { return w.a.Remove(ctx, Machine("a"), was.PersonID) },
			} {
				soon, stop := context.WithTimeout(w.ctx, 300*time.Millisecond)
				if err := change(soon); err == nil {
					w.t.Errorf("%s: it was changed under a transaction that rests on it", name)
				}
				stop()
			}
			if w.db.Dialect() != store.PostgreSQL {
				return nil // one writes at a time
			}
			return w.db.Update(w.ctx, func(q store.Querier) error { return PermitWrite(w.ctx, q, "a", other, Decide) })
		})
		w.ok(err)
		w.ok(w.a.SetRole(w.ctx, Machine("a"), was.PersonID, Reader))
		err = w.db.Update(w.ctx, func(q store.Querier) error { return PermitWrite(w.ctx, q, "a", was, Decide) })
		w.fails(err, ErrDenied)
	})
}

// TestPermit_now holds that Permit judges by the role of the moment, inside the
// transaction, and not by what the actor was when the request began.
func TestPermit_now(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "owner", Owner)
		was := w.add(w.a, "was", Manager)
		err := w.db.Update(w.ctx, func(q store.Querier) error {
			if err := Permit(w.ctx, q, was, ManagePeople); err != nil {
				return err
			}
			if _, err := q.ExecContext(w.ctx, memberRole, "a", was.PersonID, Reader); err != nil {
				return err
			}
			return Permit(w.ctx, q, was, ManagePeople)
		})
		w.fails(err, ErrDenied)
		w.ok(Permit(w.ctx, w.db.Read(), was, ManagePeople)) // the transaction was undone
		w.ok(w.a.SetRole(w.ctx, Machine("a"), was.PersonID, Reader))
		if !was.May(ManagePeople) {
			w.t.Fatal("the actor of the request does not know it yet")
		}
		_, _, err = w.a.Invite(w.ctx, was, email("x"), "", Reader)
		w.fails(err, ErrDenied)
		w.fails(w.a.SetRole(w.ctx, was, was.PersonID, Manager), ErrDenied)
		w.fails(Permit(w.ctx, w.db.Read(), was, "no.such.action"), ErrDenied)
		w.ok(Permit(w.ctx, w.db.Read(), Actor{}, ReadPublic))
		w.fails(Permit(w.ctx, w.db.Read(), Actor{}, ReadPlace), ErrDenied)
		// Only the command line is the machine.
		w.fails(Permit(w.ctx, w.db.Read(), Actor{Workspace: "a", PersonID: machine, Role: Owner, Via: ViaWeb}, ReadPlace), ErrDenied)
	})
}
