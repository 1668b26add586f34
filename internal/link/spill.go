package link

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"sync"
)

// entry is a record under a key.
type entry struct {
	h   uint64
	rec uint32
}

func byHash(a, b entry) int {
	if a.h != b.h {
		return cmp.Compare(a.h, b.h)
	}
	return cmp.Compare(a.rec, b.rec)
}

const entryBytes = 16 // in memory

// shelf holds entries in parts, in memory up to a limit and beyond it in a file.
type shelf struct {
	mu      sync.Mutex
	parts   [][]entry
	bytes   int64
	limit   int64
	scratch *workspace
	file    *os.File
	at      int64
	segs    [][][2]int64 // by part: from, length
	spilled int64
}

func newShelf(parts int, limit int64, w *workspace) *shelf {
	return &shelf{parts: make([][]entry, parts), segs: make([][][2]int64, parts), limit: limit, scratch: w}
}

// put adds entries to a part; the slice is the caller's again afterwards.
func (s *shelf) put(part int, list []entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts[part] = append(s.parts[part], list...)
	s.bytes += int64(len(list)) * entryBytes
	if s.bytes <= s.limit {
		return nil
	}
	return s.spill()
}

// spill writes all parts to the file.
func (s *shelf) spill() error {
	if s.file == nil {
		f, err := s.scratch.temp("keys")
		if err != nil {
			return err
		}
		s.file = f
	}
	var buf []byte
	for i, p := range s.parts {
		if len(p) == 0 {
			continue
		}
		buf = buf[:0]
		for _, e := range p {
			buf = binary.LittleEndian.AppendUint64(buf, e.h)
			buf = binary.LittleEndian.AppendUint32(buf, e.rec)
		}
		if _, err := s.file.WriteAt(buf, s.at); err != nil {
			return fmt.Errorf("write keys aside: %w", err)
		}
		s.segs[i] = append(s.segs[i], [2]int64{s.at, int64(len(buf))})
		s.at += int64(len(buf))
		s.parts[i] = nil
	}
	s.spilled = s.at
	s.bytes = 0
	return nil
}

// take returns a part in order and lets go of it.
func (s *shelf) take(part int) ([]entry, error) {
	list := s.parts[part]
	s.parts[part] = nil
	for _, seg := range s.segs[part] {
		buf := make([]byte, seg[1])
		if _, err := s.file.ReadAt(buf, seg[0]); err != nil {
			return nil, fmt.Errorf("read keys: %w", err)
		}
		list = slices.Grow(list, len(buf)/12)
		for ; len(buf) > 0; buf = buf[12:] {
			list = append(list, entry{binary.LittleEndian.Uint64(buf), binary.LittleEndian.Uint32(buf[8:])})
		}
	}
	slices.SortFunc(list, byHash)
	return list, nil
}

func (s *shelf) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// workspace is where a run puts what does not fit in memory: the folder of the
// options, or a temporary one that is made when it is first needed.
type workspace struct {
	mu    sync.Mutex
	dir   string
	owned bool // it is temporary
}

func (w *workspace) folder() (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dir == "" {
		dir, err := os.MkdirTemp("", "milieu-link-")
		if err != nil {
			return "", err
		}
		w.dir, w.owned = dir, true
	}
	return w.dir, nil
}

// temp opens a file that is gone when it is closed.
func (w *workspace) temp(name string) (*os.File, error) {
	dir, err := w.folder()
	if err != nil {
		return nil, err
	}
	return os.CreateTemp(dir, name+"-*.tmp")
}

// close removes a temporary folder.
func (w *workspace) close() error {
	if !w.owned {
		return nil
	}
	return os.RemoveAll(w.dir)
}
