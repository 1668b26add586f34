package auth

import (
	"context"
	"path/filepath"
	"testing"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// BenchmarkFromSession is what each request of somebody who is signed in costs.
func BenchmarkFromSession(b *testing.B) {
	clock := &testClock{t: storetest.Start}
	db, err := store.Open(context.Background(), store.Options{File: filepath.Join(b.TempDir(), "workspace.db"), Now: clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	s := New(Options{DB: db, Workspace: "a", Now: clock.Now})
	if _, err := s.Add(b.Context(), Machine("a"), email("ada"), "Ada", Reader, goodPassword); err != nil {
		b.Fatal(err)
	}
	secret, _, err := s.SignIn(b.Context(), email("ada"), goodPassword, home, browser)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.FromSession(b.Context(), secret); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHash is nearly all that a sign-in costs.
func BenchmarkHash(b *testing.B) {
	h := newHasher(owasp)
	for b.Loop() {
		if _, err := h.make(b.Context(), goodPassword); err != nil {
			b.Fatal(err)
		}
	}
}
