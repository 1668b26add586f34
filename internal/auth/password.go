package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

const (
	leastPassword = 12  // characters
	mostPassword  = 200 // bytes: more is no stronger, and somebody has to hash it
	saltBytes     = 16
	keyBytes      = 32
)

// cost is what one Argon2id hash takes.
type cost struct {
	MemoryKiB, Times uint32
	Threads          uint8
}

// owasp is the second of the equal choices in OWASP's Password Storage Cheat Sheet
// (2024): 19 MiB, two passes, one thread.
var owasp = cost{MemoryKiB: 19 * 1024, Times: 2, Threads: 1}

// hasher makes and checks password hashes, at most two at once: each takes 19 MiB,
// and whoever sends many sign-ins must not be able to take all memory.
type hasher struct {
	cost  cost
	turns chan struct{}
	done  atomic.Int64 // hashes made, for tests: work must not tell who has an account
}

func newHasher(c cost) *hasher { return &hasher{cost: c, turns: make(chan struct{}, 2)} }

func (h *hasher) key(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	h.done.Add(1)
	return argon2.IDKey([]byte(password), salt, c.Times, c.MemoryKiB, c.Threads, keyBytes), nil
}

// make hashes a password with a new salt.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	var salt [saltBytes]byte
	_, _ = rand.Read(salt[:]) // it never fails
	key, err := h.key(ctx, password, salt[:], h.cost)
	if err != nil {
		return "", err
	}
	return phc(h.cost, salt[:], key), nil
}

// check says whether the password has the hash, and whether the hash should be made
// anew because its cost is no longer the one in use. With an empty or unreadable
// hash it does the same work and says no.
func (h *hasher) check(ctx context.Context, hash, password string) (right, old bool, err error) {
	c, salt, want, ok := parsePHC(hash)
	if !ok {
		c, salt, want = h.cost, make([]byte, saltBytes), make([]byte, keyBytes)
	}
	if len(password) > mostPassword {
		password, ok = password[:mostPassword], false
	}
	key, err := h.key(ctx, password, salt, c)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(key, want) == 1
	return same && ok, c != h.cost, nil
}

var b64 = base64.RawStdEncoding

// phc writes a hash in the PHC string format
// (github.com/P-H-C/phc-string-format), which other programs read too.
func phc(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Times, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func parsePHC(s string) (c cost, salt, key []byte, ok bool) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Times, &c.Threads); err != nil {
		return c, nil, nil, false
	}
	salt, err := b64.DecodeString(part[4])
	if err != nil {
		return c, nil, nil, false
	}
	key, err = b64.DecodeString(part[5])
	// A hash that asks for unreasonable work is not one of ours.
	ok = err == nil && len(salt) >= 8 && len(key) == keyBytes && c.Times >= 1 && c.Times <= 16 && c.Threads >= 1 && c.MemoryKiB <= 1<<20
	return c, salt, key, ok
}

// commonWords are what most passwords that are guessed first are made of, when
// digits and signs are taken away; sequences and repetitions are told by themselves.
var commonWords = []string{"password", "passwort", "passwordpassword", "passw", "pass", "qwerty", "qwertyuiop", "qwertyui", "qwertz", "qwertzuiop",
	"azerty", "azertyuiop", "asdfghjkl", "zxcvbnm", "qazwsx", "qazwsxedc", "qweasdzxc", "qwertyqwerty", "iloveyou", "letmein", "letmeinnow", "welcome",
	"welcomeback", "changeme", "changemenow", "changeit", "secret", "topsecret", "admin", "administrator", "adminadmin", "root", "login", "default",
	"master", "monkey", "dragon", "football", "baseball", "superman", "sunshine", "princess", "trustno", "abc", "abcd", "abcdef", "milieu", "milieumilieu",
	"correcthorsebatterystaple", "thisismypassword", "mypassword", "newpassword", "yourpassword", "nopassword", "passwordistaco"}

// CheckPassword says what is wrong with a new password; email and name are those of
// its account. Length is what counts, so no kinds of characters are asked for
// (NIST SP 800-63B, 5.1.1.2).
func CheckPassword(password, email, name string) error {
	bad := func(msg string) error { return &InputError{"password", msg} }
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return bad("the password has characters that cannot be read: type another")
	case utf8.RuneCountInString(password) < leastPassword:
		return bad("the password is too short: take at least 12 characters, such as four words that do not belong together")
	case len(password) > mostPassword:
		return bad("the password is too long: take at most 200 characters")
	}
	low := strings.ToLower(strings.TrimSpace(password))
	local, _, _ := strings.Cut(email, "@")
	for _, known := range []string{email, local, name, strings.ReplaceAll(name, " ", "")} {
		if known != "" && low == strings.ToLower(known) {
			return bad("the password is your name or your e-mail: take another")
		}
	}
	if common(low) {
		return bad("this password is one of the first that are guessed: take four words that do not belong together")
	}
	return nil
}

// common says that a password in lower case is a well-known one, or hardly more
// than one character or a run of neighbours.
func common(low string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, low)
	if slices.Contains(commonWords, letters) {
		return true
	}
	different, steps := map[rune]bool{}, 0
	var last rune
	for i, r := range low {
		different[r] = true
		if i > 0 && (r == last+1 || r == last-1 || r == last || last == '9' && r == '0') {
			steps++
		}
		last = r
	}
	return len(different) < 4 || steps >= utf8.RuneCountInString(low)-2
}
