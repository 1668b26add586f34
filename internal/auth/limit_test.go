package auth

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"milieu/internal/store/storetest"
)

func TestLimits(t *testing.T) {
	l, now := NewLimits(3, 30*time.Second, 2), storetest.Start
	take := func(key string, want time.Duration) {
		t.Helper()
		if got := l.Take(now, key); got != want {
			t.Errorf("%s at %v: wait %v, want %v", key, now.Sub(storetest.Start), got, want)
		}
	}
	for range 3 {
		take("a", 0)
	}
	take("a", 30*time.Second)
	now = now.Add(10 * time.Second)
	take("a", 20*time.Second) // what had to wait did not count
	take("b", 0)
	now = now.Add(20 * time.Second)
	take("a", 0)
	take("a", 30*time.Second)
	take("c", 0) // the third key: b was longest unused
	take("a", 30*time.Second)
	if len(l.byKey) != 2 || l.order.Len() != 2 || l.byKey["b"] != nil {
		t.Errorf("%d keys and %d in order, want 2 without b", len(l.byKey), l.order.Len())
	}
	l.forget("a")
	l.forget("nobody")
	take("a", 0)
}

func TestRateError(t *testing.T) {
	for after, want := range map[time.Duration]int{0: 1, 300 * time.Millisecond: 1, 30 * time.Second: 30, 29*time.Second + 1: 30} {
		if got := (&RateError{after}).Seconds(); got != want {
			t.Errorf("%v: %d, want %d", after, got, want)
		}
	}
}

// TestSignIn_limits holds that who guesses is slowed down by account and by address,
// and learns nothing from it about accounts.
func TestSignIn_limits(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		try := func(name, password, address string) error {
			_, _, err := w.a.SignIn(w.ctx, email(name), password, address, browser)
			return err
		}
		wait := func(err error) time.Duration {
			w.t.Helper()
			var r *RateError
			if !errors.As(err, &r) {
				w.t.Fatalf("got %v, want a RateError", err)
			}
			return r.After
		}
		for i := range accountBurst {
			// From different addresses, and in different spellings.
			w.fails(try([]string{"ada", " ADA"}[i%2], "wrong", fmt.Sprintf("198.51.100.%d", i)), ErrWrongCredentials)
			w.fails(try("nobody", "wrong", fmt.Sprintf("198.51.100.%d", i)), ErrWrongCredentials)
		}
		hashes, lines := w.a.hasher.done.Load(), w.events("a", "signin.fail")
		known, unknown := try("ada", goodPassword, "203.0.113.1"), try("nobody", goodPassword, "203.0.113.2")
		if a, b := wait(known), wait(unknown); a != b || a != accountEvery || known.Error() != unknown.Error() {
			w.t.Errorf("known %v, unknown %v, want both %v", known, unknown, accountEvery)
		}
		if n := w.a.hasher.done.Load(); n != hashes {
			w.t.Errorf("%d hashes were made for tries over the limit", n-hashes)
		}
		if n := w.events("a", "signin.fail"); n != lines {
			w.t.Errorf("%d lines were written for tries over the limit", n-lines)
		}
		w.clock.Add(accountEvery)
		w.ok(try("ada", goodPassword, "203.0.113.1"))
		// Whoever knows the password begins anew.
		for range accountBurst {
			w.fails(try("ada", "wrong", "203.0.113.3"), ErrWrongCredentials)
		}
		for i := range addressBurst - accountBurst {
			w.fails(try(fmt.Sprintf("guess%d", i), "wrong", "203.0.113.3:4711"), ErrWrongCredentials)
		}
		if got := wait(try("another", "wrong", "203.0.113.3")); got != addressEvery {
			w.t.Errorf("an address waits %v, want %v", got, addressEvery)
		}
		w.fails(try("another", "wrong", "203.0.113.4"), ErrWrongCredentials)
	})
}
