//go:build !linux && !darwin

package store

// noRoom does not know: on these systems a full disk shows by SQLite's own code alone.
func noRoom(string) bool { return false }
