//go:build !unix

package evidence

import "os"

// lockFile only opens the file: this system has no lock that goes with the
// process, and a lock that a crash leaves behind would be worse than none.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}
