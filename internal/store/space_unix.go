//go:build linux || darwin

package store

import "syscall"

// leastRoom is less than SQLite needs to go on writing: its log grows by pages, and
// the index of the log by 32 KiB.
const leastRoom = 1 << 20

// noRoom says that the file system of dir is full, or out of files.
func noRoom(dir string) bool {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return false // it is not the room that is wrong
	}
	return uint64(s.Bavail)*uint64(s.Bsize) < leastRoom || s.Files > 0 && s.Ffree == 0
}
