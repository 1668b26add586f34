// Package rowfile finds rows by key in sorted text, where it lies: one row a
// line, fields parted by the unit separator, the key first, lines in order of
// their key's bytes. It is how a page reads the few rows of one organisation out
// of millions without asking the engine. It owns the search; who writes the text
// and what the fields mean is the caller's.
package rowfile

import (
	"bytes"
	"fmt"
	"strings"
)

// Separator parts the fields of a row.
const Separator = '\x1f'

// File is sorted text, usually memory-mapped. It does not change and may be used
// by many goroutines at once.
type File struct{ data []byte }

// Open takes text whose lines are in order. It looks at the ends only: see Check.
func Open(data []byte) (File, error) {
	if n := len(data); n > 0 && data[n-1] != '\n' {
		return File{}, fmt.Errorf("rowfile: the text is cut: its last line has no end")
	}
	return File{data}, nil
}

// Check reads the whole text and says where it is out of order.
func (f File) Check() error {
	var last []byte
	rest := f.data
	for line := 1; len(rest) > 0; line++ {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return fmt.Errorf("rowfile: line %d is cut", line)
		}
		key := keyOf(rest[:end])
		if bytes.Compare(last, key) > 0 {
			return fmt.Errorf("rowfile: line %d with key %q comes after key %q", line, key, last)
		}
		last, rest = key, rest[end+1:]
	}
	return nil
}

func keyOf(line []byte) []byte {
	key, _, _ := bytes.Cut(line, []byte{Separator})
	return key
}

// Find returns the rows with the key, in order, each as its fields, the key
// among them. The search is by halving: about 22 lines are looked at among five
// million.
func (f File) Find(key string) [][]string {
	lo, hi := 0, len(f.data)
	for lo < hi {
		at := f.lineStart((lo+hi)/2, lo)
		end := at + bytes.IndexByte(f.data[at:], '\n')
		if bytes.Compare(keyOf(f.data[at:end]), []byte(key)) < 0 {
			lo = end + 1
		} else {
			hi = at
		}
	}
	var rows [][]string
	for lo < len(f.data) {
		end := lo + bytes.IndexByte(f.data[lo:], '\n')
		if string(keyOf(f.data[lo:end])) != key {
			break
		}
		rows = append(rows, strings.Split(string(f.data[lo:end]), string(Separator)))
		lo = end + 1
	}
	return rows
}

// lineStart is the start of the line around i, not before lo.
func (f File) lineStart(i, lo int) int {
	if k := bytes.LastIndexByte(f.data[lo:i], '\n'); k >= 0 {
		return lo + k + 1
	}
	return lo
}
