package link

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// results are the chunks that are done: in memory up to a limit, otherwise one file
// a chunk. With a folder of its own they are files from the start, and those that an
// interrupted run left are taken as they are.
type results struct {
	mu      sync.Mutex
	dir     string // of the files; "" until one is needed
	fixed   bool   // the folder is the caller's: all chunks become files
	scratch *workspace
	limit   int64
	inside  [][]byte
	bytes   int64
	spilled int64
}

func newResults(n int, dir string, limit int64, w *workspace) (*results, error) {
	r := &results{dir: dir, fixed: dir != "", scratch: w, limit: limit, inside: make([][]byte, n)}
	if dir == "" {
		return r, nil
	}
	return r, os.MkdirAll(dir, 0o755)
}

func (r *results) path(n int) string { return filepath.Join(r.dir, fmt.Sprintf("%04d.pairs", n)) }

// has says whether a chunk was done by an earlier run, and how many pairs it scored. A
// file that is not as long as it says is none: it is written again.
func (r *results) has(n, levels int) (scored int64, ok bool) {
	if !r.fixed {
		return 0, false
	}
	f, err := os.Open(r.path(n))
	if err != nil {
		return 0, false
	}
	defer f.Close()
	var head [chunkHead]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return 0, false
	}
	fi, err := f.Stat()
	if err != nil {
		return 0, false
	}
	body, each, pairs := uint64(fi.Size()-chunkHead), uint64(16+levels), binary.LittleEndian.Uint64(head[8:])
	if body%each != 0 || body/each != pairs {
		return 0, false
	}
	return int64(binary.LittleEndian.Uint64(head[:])), true
}

// put keeps the result of a chunk. Files are written aside and renamed, so that one
// that is there is whole; those of the caller's folder reach the disk first, so that
// this holds after a loss of power.
func (r *results) put(n int, data []byte) error {
	r.mu.Lock()
	if !r.fixed && r.bytes+int64(len(data)) <= r.limit {
		r.inside[n] = data
		r.bytes += int64(len(data))
		r.mu.Unlock()
		return nil
	}
	if r.dir == "" {
		dir, err := r.scratch.folder()
		if err != nil {
			r.mu.Unlock()
			return err
		}
		r.dir = dir
	}
	r.spilled += int64(len(data))
	r.mu.Unlock()
	return writeAside(r.path(n), data, r.fixed)
}

func writeAside(path string, data []byte, sync bool) error {
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && sync {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// open returns the pairs of a chunk.
func (r *results) open(n int) (io.Reader, func() error, error) {
	if data := r.inside[n]; data != nil {
		return bytes.NewReader(data[chunkHead:]), func() error { return nil }, nil
	}
	f, err := os.Open(r.path(n))
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReaderSize(f, 16<<10)
	if _, err := in.Discard(chunkHead); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", r.path(n), err), f.Close())
	}
	return in, f.Close, nil
}

// stream gives pairs in order; ok is false at the end.
type stream func() (k kept, ok bool, err error)

// pairStream reads encoded pairs.
func pairStream(in io.Reader, levels int) stream {
	buf := make([]byte, 16+levels)
	return func() (kept, bool, error) {
		_, err := io.ReadFull(in, buf)
		if errors.Is(err, io.EOF) {
			return kept{}, false, nil
		}
		if err != nil {
			return kept{}, false, fmt.Errorf("read pairs: %w", err)
		}
		return decodeKept(buf), true, nil
	}
}

// cursors is a heap of streams by their next pair.
type cursors struct {
	w    *work
	head []kept
	rest []stream
}

func (c *cursors) Len() int           { return len(c.head) }
func (c *cursors) Less(i, j int) bool { return c.w.comparePairs(c.head[i], c.head[j]) < 0 }
func (c *cursors) Push(any)           {}
func (c *cursors) Pop() any {
	c.head, c.rest = c.head[:len(c.head)-1], c.rest[:len(c.rest)-1]
	return nil
}
func (c *cursors) Swap(i, j int) {
	c.head[i], c.head[j] = c.head[j], c.head[i]
	c.rest[i], c.rest[j] = c.rest[j], c.rest[i]
}

// merge gives the pairs of sorted streams in order, those that several have once.
func (w *work) merge(streams []stream, each func(kept) error) error {
	c := &cursors{w: w}
	for _, s := range streams {
		k, ok, err := s()
		if err != nil {
			return err
		}
		if ok {
			c.head, c.rest = append(c.head, k), append(c.rest, s)
		}
	}
	heap.Init(c)
	var last kept
	for first := true; c.Len() > 0; first = false {
		k := c.head[0]
		next, ok, err := c.rest[0]()
		if err != nil {
			return err
		}
		if ok {
			c.head[0] = next
			heap.Fix(c, 0)
		} else {
			heap.Remove(c, 0)
		}
		if !first && last.a == k.a && last.b == k.b {
			continue
		}
		last = k
		if err := each(k); err != nil {
			return err
		}
	}
	return nil
}
