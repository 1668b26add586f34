package fieldwork

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"milieu/internal/store"
)

// A link's secret is 128 random bits in base32 of lower-case letters and digits, so that it can be read out and typed.
var secretForm = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const (
	secretBytes = 16
	secretChars = 26 // 128 bits of 5 a character
)

// NewSecret makes the secret of a link, or of a device.
func NewSecret() string {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // it never fails: the program ends where there is no chance to be had
	return secretForm.EncodeToString(b[:])
}

// Bind joins a link's secret with one that only the device of the person who answers keeps (a cookie). All functions that take a
// secret take it so joined. In an anonymous survey answers that are being given are then kept for that device alone, so that
// whoever else has the link finds an empty questionnaire, also after it was answered. In others it changes nothing.
func Bind(link, device string) string {
	if !wellFormed(device) {
		return link
	}
	return link + "." + device
}

// key is a secret as it was given: the link, and the link with the device.
type key struct {
	link, whole string
	bound       bool
}

// keyOf reads a secret; false where it cannot be one.
func keyOf(secret string) (key, bool) {
	link, device, bound := strings.Cut(strings.ToLower(strings.TrimSpace(secret)), ".")
	if !wellFormed(link) || bound && !wellFormed(device) {
		return key{}, false
	}
	if !bound {
		return key{link, link, false}, true
	}
	return key{link, link + "." + device, true}, true
}

func wellFormed(s string) bool {
	if len(s) != secretChars {
		return false
	}
	_, err := secretForm.DecodeString(s)
	return err == nil
}

// hash is under what the link is kept.
func (k key) hash() string { return store.Hash(k.link) }

// proof is by what a device is known again as the one that answered; "" where there is none.
func (k key) proof() string {
	if !k.bound {
		return ""
	}
	return store.Hash("proof|" + k.whole)
}

// draft is under what answers that are being given are kept. Links of one firm share them; of an anonymous survey each link, and
// each device, has its own, and nothing ties it to the link but the secret itself.
func (k key) draft(survey, unit string) string {
	if unit != "" {
		return store.Hash("draft|unit|" + survey + "|" + unit)
	}
	return store.Hash("draft|" + k.whole)
}

func (k key) cipher() (cipher.AEAD, error) {
	sum := sha256.Sum256([]byte("draft-text|" + k.whole))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal enciphers the answers of an anonymous survey (AES-256-GCM, a new nonce each time).
func (k key) seal(text []byte) (string, error) {
	c, err := k.cipher()
	if err != nil {
		return "", fmt.Errorf("enciphering answers: %w", err)
	}
	nonce := make([]byte, c.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(c.Seal(nonce, nonce, text, nil)), nil
}

var errSealed = errors.New("the answers that were kept cannot be read with this link")

func (k key) open(sealed string) ([]byte, error) {
	c, err := k.cipher()
	if err != nil {
		return nil, fmt.Errorf("deciphering answers: %w", err)
	}
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) < c.NonceSize() {
		return nil, errSealed
	}
	text, err := c.Open(nil, data[:c.NonceSize()], data[c.NonceSize():], nil)
	if err != nil {
		return nil, errSealed
	}
	return text, nil
}
