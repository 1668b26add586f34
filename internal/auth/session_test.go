package auth

import (
	"errors"
	"testing"
	"time"

	"milieu/internal/store"
)

func TestFromSession(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		secret, a := w.signIn(w.a, "ada")
		got, err := w.a.FromSession(w.ctx, secret)
		w.ok(err)
		a.Address = "" // the caller knows it
		if got != a {
			w.t.Errorf("got %+v, want %+v", got, a)
		}
		// The role is that of this moment.
		w.ok(w.a.SetRole(w.ctx, Machine("a"), a.PersonID, Editor))
		if got, err = w.a.FromSession(w.ctx, secret); err != nil || got.Role != Editor {
			w.t.Errorf("got %s, %v; want editor", got.Role, err)
		}
		for name, secret := range map[string]string{"none": "", "wrong": store.NewSecret(), "cut": secret[1:], "hash": store.Hash(secret), "id": a.SessionID} {
			if _, err := w.a.FromSession(w.ctx, secret); !errors.Is(err, ErrSignedOut) {
				w.t.Errorf("%s: got %v", name, err)
			}
		}
		_, err = w.b.FromSession(w.ctx, secret)
		w.fails(err, ErrSignedOut)
		w.ok(w.a.Remove(w.ctx, Machine("a"), a.PersonID))
		_, err = w.a.FromSession(w.ctx, secret)
		w.fails(err, ErrSignedOut)
	})
}

func TestFromSession_ends(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		idle, _ := w.signIn(w.a, "ada")
		used, _ := w.signIn(w.a, "ada")
		alive := func(secret string, want bool) {
			w.t.Helper()
			if _, err := w.a.FromSession(w.ctx, secret); (err == nil) != want || err != nil && !errors.Is(err, ErrSignedOut) {
				w.t.Errorf("at %v: %v, want alive %v", w.clock.Now(), err, want)
			}
		}
		const day = 24 * time.Hour
		w.clock.Add(13 * day)
		alive(used, true)
		w.clock.Add(day)
		alive(idle, false)
		alive(used, true)
		w.clock.Add(13 * day)
		alive(used, true)
		w.clock.Add(3*day - time.Second)
		alive(used, true)
		w.clock.Add(time.Second)
		alive(used, false)
		// What ended long ago is taken away when the person signs in again.
		w.clock.Add(SessionLife + day)
		w.signIn(w.a, "ada")
		if n := w.count(`select count(session_id) from session`); n != 1 {
			w.t.Errorf("%d sessions are kept, want 1", n)
		}
	})
}

// TestFromSession_seen holds that use is written at most once in five minutes, and
// that reading goes on while it cannot be written.
func TestFromSession_seen(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		secret, a := w.signIn(w.a, "ada")
		seen := func() time.Time {
			w.t.Helper()
			var s string
			w.ok(w.db.Read().QueryRowContext(w.ctx, `select seen_at from session where session_id = $1`, a.SessionID).Scan(&s))
			return store.ParseTime(s)
		}
		read := func() {
			w.t.Helper()
			_, err := w.a.FromSession(w.ctx, secret)
			w.ok(err)
		}
		begun := w.clock.Now()
		w.clock.Add(seenEvery - time.Second)
		read()
		if !seen().Equal(begun) {
			w.t.Error("it was written too early")
		}
		w.clock.Add(time.Second)
		read()
		if !seen().Equal(w.clock.Now()) {
			w.t.Error("it was not written after five minutes")
		}
		last := w.clock.Now()
		w.clock.Add(seenEvery)
		err := w.db.Update(w.ctx, func(q store.Querier) error {
			if _, err := q.ExecContext(w.ctx, `update session set agent = agent`); err != nil {
				return err
			}
			w.a.seenWait = 20 * time.Millisecond
			read() // the row, or the whole store, is held by this transaction
			quiet := w.a.quietUntil.Load()
			if want := w.clock.Now().Add(seenQuiet).UnixNano(); quiet != want {
				w.t.Errorf("it is quiet until %d, want %d", quiet, want)
			}
			w.clock.Add(time.Second)
			read() // had it tried again, it would have failed again and be quiet for longer
			if got := w.a.quietUntil.Load(); got != quiet {
				w.t.Error("the second read tried again")
			}
			return nil
		})
		w.ok(err)
		w.a.seenWait = time.Minute
		if !seen().Equal(last) {
			w.t.Error("it was written while the store was held")
		}
		w.clock.Add(seenQuiet)
		read()
		if !seen().Equal(w.clock.Now()) {
			w.t.Error("it was not written when the store was free again")
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(w *world) {
		ada := w.add(w.a, "ada", Reader)
		w.clock.Add(time.Minute)
		_, newer := w.signIn(w.a, "ada")
		list, err := w.a.Sessions(w.ctx, newer, ada.PersonID)
		w.ok(err)
		if len(list) != 2 || list[0].ID != newer.SessionID || !list[0].Current || list[1].Current || list[0].Address != home || list[0].Agent != browser ||
			!list[0].BegunAt.Equal(w.clock.Now()) || !list[0].ExpiresAt.Equal(w.clock.Now().Add(SessionLife)) {
			w.t.Errorf("got %+v", list)
		}
		n, err := w.a.EndSessions(w.ctx, newer, ada.PersonID)
		w.ok(err)
		if list, _ = w.a.Sessions(w.ctx, newer, ada.PersonID); n != 1 || len(list) != 1 || list[0].ID != newer.SessionID {
			w.t.Errorf("%d ended, left %+v", n, list)
		}
		w.ok(w.a.EndSession(w.ctx, newer, newer.SessionID))
		w.fails(w.a.EndSession(w.ctx, newer, newer.SessionID), ErrNotFound)
		if n, err := w.a.EndSessions(w.ctx, newer, ada.PersonID); n != 0 || err != nil {
			w.t.Errorf("%d ended, %v", n, err)
		}
	})
}

// TestSessions_ofOthers holds who may see and end sessions of others, and that what
// is not one's own answers as if it did not exist.
func TestSessions_ofOthers(t *testing.T) {
	each(t, func(w *world) {
		owner, manager, editor, reader := w.add(w.a, "owner", Owner), w.add(w.a, "manager", Manager), w.add(w.a, "editor", Editor), w.add(w.a, "reader", Reader)
		foreign := w.add(w.b, "foreign", Owner)
		w.fails(w.a.EndSession(w.ctx, editor, reader.SessionID), ErrNotFound)
		w.fails(w.a.EndSession(w.ctx, editor, "s-none"), ErrNotFound)
		w.fails(w.a.EndSession(w.ctx, manager, foreign.SessionID), ErrNotFound)
		w.fails(w.a.EndSession(w.ctx, Machine("a"), foreign.SessionID), ErrNotFound)
		w.fails(w.b.EndSession(w.ctx, foreign, reader.SessionID), ErrNotFound)
		w.fails(w.a.EndSession(w.ctx, foreign, reader.SessionID), ErrDenied) // an actor of another workspace is nobody
		w.fails(w.a.EndSession(w.ctx, manager, owner.SessionID), ErrDenied)
		for _, c := range []struct {
			a      Actor
			person string
			kind   error
		}{
			{editor, reader.PersonID, ErrDenied}, {manager, foreign.PersonID, ErrNotFound}, {foreign, reader.PersonID, ErrDenied}, {Actor{}, reader.PersonID, ErrDenied},
			{Machine("b"), reader.PersonID, ErrDenied},
		} {
			_, err := w.a.Sessions(w.ctx, c.a, c.person)
			w.fails(err, c.kind)
			_, err = w.a.EndSessions(w.ctx, c.a, c.person)
			w.fails(err, c.kind)
		}
		_, err := w.a.EndSessions(w.ctx, manager, owner.PersonID)
		w.fails(err, ErrDenied)
		if list, err := w.a.Sessions(w.ctx, manager, reader.PersonID); err != nil || len(list) != 1 || list[0].Current {
			w.t.Errorf("a manager sees %+v, %v", list, err)
		}
		w.ok(w.a.EndSession(w.ctx, manager, reader.SessionID))
		if n, err := w.a.EndSessions(w.ctx, owner, manager.PersonID); err != nil || n != 1 {
			w.t.Errorf("an owner ended %d, %v", n, err)
		}
	})
}

// TestEndSession_otherWorkspace holds that of one person, too, a workspace ends only
// its own sessions and tokens.
func TestEndSession_otherWorkspace(t *testing.T) {
	each(t, func(w *world) {
		here := w.add(w.a, "ada", Editor)
		link := w.invite(w.b, Machine("b"), "ada", Editor)
		there, err := w.accept(w.b, link, "")
		w.ok(err)
		_, token, err := w.b.NewToken(w.ctx, there, "script", Reader, 1)
		w.ok(err)
		w.fails(w.a.EndSession(w.ctx, here, there.SessionID), ErrNotFound)
		w.fails(w.a.RevokeToken(w.ctx, here, token.ID), ErrNotFound)
		w.fails(w.b.EndSession(w.ctx, here, here.SessionID), ErrDenied)
		if _, err := w.a.EndSessions(w.ctx, Machine("a"), here.PersonID); err != nil {
			w.t.Error(err)
		}
		if list, err := w.b.Sessions(w.ctx, there, there.PersonID); err != nil || len(list) != 1 {
			w.t.Errorf("in the other workspace: %+v, %v", list, err)
		}
	})
}
