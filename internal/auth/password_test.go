package auth

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"
)

func TestHasher(t *testing.T) {
	h := newHasher(owasp)
	hash, err := h.make(t.Context(), goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || len(strings.Split(hash, "$")) != 6 {
		t.Errorf("%s is not what the store should keep", hash)
	}
	again, err := h.make(t.Context(), goodPassword)
	if err != nil || again == hash {
		t.Errorf("two hashes of one password are the same, or %v", err)
	}
	other := phc(cheap, []byte("saltsaltsaltsalt"), argon2.IDKey([]byte(goodPassword), []byte("saltsaltsaltsalt"), cheap.Times, cheap.MemoryKiB, cheap.Threads, keyBytes))
	longest := strings.Repeat("long ", mostPassword/5)
	long, err := h.make(t.Context(), longest)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, hash, password string
		right, old           bool
	}{
		{"longest", long, longest, true, false},
		{"longer than the longest", long, longest + "x", false, false},
		{"right", hash, goodPassword, true, false},
		{"wrong", hash, goodPassword + " ", false, false},
		{"empty password", hash, "", false, false},
		{"other cost", other, goodPassword, true, true},
		{"no hash", "", goodPassword, false, false},
		{"no hash, empty", "", "", false, false},
		{"cut", hash[:len(hash)-2], goodPassword, false, false},
		{"other kind", strings.Replace(hash, "argon2id", "argon2i", 1), goodPassword, false, false},
		{"unreasonable", "$argon2id$v=19$m=19456,t=999,p=1$" + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43), goodPassword, false, false},
		{"too long", hash, goodPassword + strings.Repeat("x", 1<<20), false, false},
	}
	for _, c := range cases {
		before := h.done.Load()
		right, old, err := h.check(t.Context(), c.hash, c.password)
		if err != nil || right != c.right || right && old != c.old {
			t.Errorf("%s: got %v, %v, %v", c.name, right, old, err)
		}
		if n := h.done.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", c.name, n)
		}
	}
}

// TestHasher_vector holds the parameters against the reference implementation: the
// value is that of `argon2` (Debian's package argon2 0~20171227), run as
// printf password | argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -l 32 -r.
func TestHasher_vector(t *testing.T) {
	key, err := newHasher(owasp).key(t.Context(), "password", []byte("somesaltsomesalt"), owasp)
	if err != nil {
		t.Fatal(err)
	}
	const want = "2b5dc4054886ec957ef59c73b661c54dd6fb274590b278f657c6d96aac8fa6d1"
	if got := hex.EncodeToString(key); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHasher_twoAtOnce(t *testing.T) {
	h := newHasher(cheap)
	h.turns <- struct{}{}
	h.turns <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.make(ctx, goodPassword); !errors.Is(err, context.Canceled) {
		t.Errorf("a third hash did not wait: %v", err)
	}
	<-h.turns
	<-h.turns
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := h.make(t.Context(), goodPassword); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(h.turns) != 0 {
		t.Error("a turn was not given back")
	}
}

func TestCheckPassword(t *testing.T) {
	good := []string{goodPassword, otherPassword, "Tr0ub4dor&3-and-more", "日本語のパスワードは長いです", "k7#mQ2!xV9pz", strings.Repeat("äb7 ", 25)}
	bad := []string{"", "short", "elevenchars", strings.Repeat("a", 201), strings.Repeat("ä7bc ", 40), "aaaaaaaaaaaaaaaa", "abababababab", "123456789012", "1234567890123",
		"abcdefghijkl", "zyxwvutsrqpo", "password1234", "a1b2c3d4e5f6", "Password-2026!", "qwertyuiop123", "P a s s w o r d 1", "letmein-12345", "correct horse battery staple", "milieu milieu",
		"ada.lovelace", "Ada.Lovelace@example.org", "Ada Lovelace", "adalovelace ", "has\x00a zero in", "\xff\xfe broken text"}
	for _, p := range good {
		if err := CheckPassword(p, "ada.lovelace@example.org", "Ada Lovelace"); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	for _, p := range bad {
		err := CheckPassword(p, "ada.lovelace@example.org", "Ada Lovelace")
		var in *InputError
		if !errors.As(err, &in) || in.Field != "password" {
			t.Errorf("%q is taken (%v)", p, err)
		}
	}
}
