package auth

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestEnter(t *testing.T) {
	each(t, func(w *world) {
		enter := func(secret, address string) (Actor, error) {
			_, a, err := w.a.Enter(w.ctx, secret, address, browser)
			return a, err
		}
		_, err := enter("", "127.0.0.1")
		w.fails(err, ErrNotFound) // there is no link yet
		link := w.a.OwnerLink()
		for _, address := range []string{home, "10.0.0.1:80", "", "localhost", "127.0.0.1.evil.org", "2001:db8::1", "127.0.0.1, 192.0.2.7"} {
			_, err := enter(link, address)
			w.fails(err, ErrDenied)
		}
		_, err = enter(link+"x", "127.0.0.1")
		w.fails(err, ErrNotFound)
		cookie, a, err := w.a.Enter(w.ctx, link, "[::1]:5000", browser)
		w.ok(err)
		if a.Role != Owner || a.Email != machineEmail || a.Name != machineName || a.Workspace != "a" {
			w.t.Errorf("got %+v", a)
		}
		if b, err := w.a.FromSession(w.ctx, cookie); err != nil || b.PersonID != a.PersonID {
			w.t.Errorf("the session: %+v, %v", b, err)
		}
		_, err = enter(link, "127.0.0.1")
		w.fails(err, ErrNotFound)
		old := w.a.OwnerLink()
		link = w.a.OwnerLink()
		_, err = enter(old, "127.0.0.1")
		w.fails(err, ErrNotFound)
		w.clock.Add(OwnerLinkLife)
		_, err = enter(link, "127.0.0.1")
		w.fails(err, ErrNotFound)
		again, err := enter(w.a.OwnerLink(), "::ffff:127.0.0.1")
		w.ok(err)
		if again.PersonID != a.PersonID || w.count(`select count(person_id) from person`) != 1 {
			w.t.Error("a second owner of the machine was made")
		}
		// In another workspace of the store it is a member of its own.
		_, b, err := w.b.Enter(w.ctx, w.b.OwnerLink(), "127.0.0.1", browser)
		w.ok(err)
		if b.PersonID != a.PersonID || b.Role != Owner || w.count(`select count(person_id) from member`) != 2 {
			w.t.Errorf("got %+v", b)
		}
		_, err = w.b.FromSession(w.ctx, cookie)
		w.fails(err, ErrSignedOut)
	})
}

// TestEnter_keepsRole holds that a role which somebody gave the machine's owner stays.
func TestEnter_keepsRole(t *testing.T) {
	each(t, func(w *world) {
		owner := w.add(w.a, "owner", Owner)
		_, a, err := w.a.Enter(w.ctx, w.a.OwnerLink(), "127.0.0.1", browser)
		w.ok(err)
		w.ok(w.a.SetRole(w.ctx, owner, a.PersonID, Reader))
		if _, a, err = w.a.Enter(w.ctx, w.a.OwnerLink(), "127.0.0.1", browser); err != nil || a.Role != Reader {
			w.t.Errorf("got %s, %v", a.Role, err)
		}
		w.badInput(w.a.ChangePassword(w.ctx, a, "", otherPassword), "current")
	})
}

func TestEnter_once(t *testing.T) {
	each(t, func(w *world) {
		link := w.a.OwnerLink()
		var in atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, _, err := w.a.Enter(w.ctx, link, "127.0.0.1", browser); err == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			w.t.Errorf("%d came in by one link", in.Load())
		}
		w.clock.Add(time.Minute)
		w.ok(w.db.Close())
		kept := w.a.OwnerLink()
		if _, _, err := w.a.Enter(w.ctx, kept, "127.0.0.1", browser); err == nil || w.a.link.hash == "" {
			w.t.Errorf("a store that fails used the link up (%v)", err)
		}
	})
}
