package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
)

var idForm = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID is a random id of 80 bits, such as p-7k2m…: it tells rows apart and is no secret.
func NewID(prefix string) string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // it never fails: the program ends where there is no chance to be had
	return prefix + "-" + idForm.EncodeToString(b[:])
}

// NewSecret is a random text of 256 bits that is shown once; the store keeps Hash of it.
func NewSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Hash is how secrets of full length are kept: they need no slow hash, since nobody
// can try 2^256 of them.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
