package auth

import (
	"context"
	"errors"
	"strings"
	"testing"

	"milieu/internal/store"
)

// TestRules holds that the table is whole, and that each role may do what the roles
// before it may.
func TestRules(t *testing.T) {
	seen := map[Action]bool{}
	for _, r := range Rules {
		if seen[r.Action] || r.Meaning == "" || r.Least != Nobody && !r.Least.Known() {
			t.Errorf("the line of %s is not right", r.Action)
		}
		seen[r.Action] = true
		for i, role := range Roles {
			if i > 0 && Roles[i-1].May(r.Action) && !role.May(r.Action) {
				t.Errorf("%s may %s and %s may not", Roles[i-1], r.Action, role)
			}
		}
		if !Owner.May(r.Action) {
			t.Errorf("nobody may %s", r.Action)
		}
	}
	if Owner.May("no.such.action") || Role("king").May(ReadPlace) || Role("king").Known() || Nobody.Known() {
		t.Error("an unknown role or action is allowed")
	}
	meant := map[string]bool{}
	for _, role := range append([]Role{Nobody}, Roles...) {
		meant[role.Meaning()] = true
	}
	if len(meant) != len(Roles)+1 {
		t.Error("two roles mean the same")
	}
}

func TestErrors(t *testing.T) {
	for err, says := range map[error]string{
		&DeniedError{Least: Editor}:               "sign in as editor",
		&DeniedError{Least: Editor, Signed: true}: "takes the role editor",
		&RateError{}:                           "wait a second",
		&UninvitedError{"ada@example.org"}:     "invite ada@example.org",
		&ProviderError{Host: "id.example.org"}: "id.example.org",
	} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q does not say %q", err, says)
		}
	}
	if !errors.Is(&DeniedError{}, ErrDenied) || !errors.Is(&UninvitedError{}, ErrDenied) || !errors.Is(&ProviderError{Cause: store.ErrGone}, store.ErrGone) {
		t.Error("a fault hides its kind")
	}
}

// TestSignIn_storeFails holds that a store which cannot be written answers alike for
// right and wrong passwords, and never lets in.
func TestSignIn_storeFails(t *testing.T) {
	each(t, func(w *world) {
		w.add(w.a, "ada", Reader)
		ctx, cancel := context.WithCancel(w.ctx)
		cancel()
		for _, password := range []string{goodPassword, "wrong"} {
			secret, a, err := w.a.SignIn(ctx, email("ada"), password, home, browser)
			if !errors.Is(err, context.Canceled) || secret != "" || a != (Actor{}) {
				w.t.Errorf("%s: got %v, %+v", password, err, a)
			}
		}
	})
}
