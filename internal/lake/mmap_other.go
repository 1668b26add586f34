//go:build !unix

package lake

import "os"

// MapFile reads a file of the release; this system maps none.
func MapFile(path string) (data []byte, close func() error, err error) {
	data, err = os.ReadFile(path)
	return data, func() error { return nil }, err
}
