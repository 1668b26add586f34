package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strings"
)

// What the tests of the package, which open stores through storetest, need of its inside.

// Steps makes migrations of texts, each "NAME: SQL", after those of the program.
func Steps(texts ...string) []step {
	out := migrations()
	for _, t := range texts {
		name, text, _ := strings.Cut(t, ": ")
		sum := sha256.Sum256([]byte(text))
		out = append(out, step{Migration{name, hex.EncodeToString(sum[:])}, text})
	}
	return out
}

// OpenSteps opens a store with other migrations than those of the program.
func OpenSteps(ctx context.Context, o Options, texts ...string) (*DB, error) {
	return open(ctx, o, Steps(texts...))
}

// Pools are the connections: to write and to read.
func (d *DB) Pools() (write, read *sql.DB) { return d.write, d.read }

// Schema is what the database says that its tables are.
func (d *DB) Schema(ctx context.Context, q Querier) (map[string][]Column, error) {
	return d.schema(ctx, q)
}

// NoRoom says that the file system of a folder is full.
func NoRoom(dir string) bool { return noRoom(dir) }

// Text is the SQL of a step.
func (s step) Text() string { return s.text }
