package auth

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"sync"
	"time"
)

// flowLife is how long somebody may take at the provider.
const flowLife = 10 * time.Minute

// mostSpent bounds how many finished sign-ins are remembered.
const mostSpent = 20_000

// flow is one sign-in through the provider, from its beginning to its end.
type flow struct {
	State, Nonce, Verifier, Next string
	Until                        time.Time
}

// flows keeps sign-ins that were begun, each in the browser that began it: sealed
// with a key that only this process has, so that a flow can neither be read, forged
// nor begun for somebody else, and beginning many takes no memory here. What was
// finished is remembered until it would have run out, so that it cannot be replayed.
type flows struct {
	now  func() time.Time
	aead cipher.AEAD

	mu    sync.Mutex
	spent map[string]time.Time // State: Until
}

func newFlows(now func() time.Time) *flows {
	var key [32]byte
	_, _ = rand.Read(key[:]) // it never fails
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key has a length that AES has
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // the block is one of AES
	}
	return &flows{now: now, aead: aead, spent: map[string]time.Time{}}
}

// flowSeal tells this use of the key from any other.
var flowSeal = []byte("milieu sign-in 1")

func (f *flows) seal(w flow) (string, error) {
	w.Until = f.now().Add(flowLife)
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // an address with many & must still fit into a cookie
	if err := e.Encode(w); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(f.aead.Seal(nil, nil, text.Bytes(), flowSeal)), nil
}

// take opens what seal made, once, when the state that the provider sent back is its own.
func (f *flows) take(sealed, state string) (flow, error) {
	bad := say(ErrSignOn, "this sign-in was begun in another browser or more than 10 minutes ago, or has ended: begin it again")
	var w flow
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return flow{}, bad
	}
	text, err := f.aead.Open(nil, nil, b, flowSeal)
	if err != nil || json.Unmarshal(text, &w) != nil {
		return flow{}, bad
	}
	now := f.now()
	if subtle.ConstantTimeCompare([]byte(w.State), []byte(state)) != 1 || !now.Before(w.Until) {
		return flow{}, bad
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, was := f.spent[w.State]; was {
		return flow{}, bad
	}
	f.makeRoom(now)
	f.spent[w.State] = w.Until
	return w, nil
}

// makeRoom forgets what has run out, and when that is not enough what will run out
// first: its code has been taken by the provider, which takes it once.
func (f *flows) makeRoom(now time.Time) {
	if len(f.spent) < mostSpent {
		return
	}
	var first string
	for state, until := range f.spent {
		if !now.Before(until) {
			delete(f.spent, state)
		} else if first == "" || until.Before(f.spent[first]) {
			first = state
		}
	}
	if len(f.spent) >= mostSpent {
		delete(f.spent, first)
	}
}
