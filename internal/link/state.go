package link

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"milieu/internal/link/name"
)

// Version names the way of comparing. It goes into the name of every state, so that
// results of an older way are not taken for those of a newer.
var Version = "2 " + name.Version()

// state is what a finished run leaves in Options.Dir: the records that it compared,
// by hashes of id and content, and the pairs that it kept.
type state struct {
	dir     string
	head    stateHead
	records []stateRecord
	over    []uint64 // hashes of blocks that were over their cap, in order
}

type stateHead struct {
	Key     string `json:"key"` // of model, options and sizes
	Levels  int    `json:"levels"`
	Records int    `json:"records"`
	Pairs   int64  `json:"pairs"`
}

type stateRecord struct{ id, content uint64 }

// loadState reads the state of the last finished run; nil when there is none that
// was made with the same model, options and sizes.
func loadState(dir, key string) *state {
	for _, name := range []string{"state", "state.old"} {
		s := &state{dir: filepath.Join(dir, name)}
		text, err := os.ReadFile(filepath.Join(s.dir, "head.json"))
		if err != nil || json.Unmarshal(text, &s.head) != nil || s.head.Key != key {
			continue
		}
		recs, err := readWords(filepath.Join(s.dir, "records"))
		if err != nil || len(recs) != 2*s.head.Records {
			continue
		}
		for i := 0; i < len(recs); i += 2 {
			s.records = append(s.records, stateRecord{recs[i], recs[i+1]})
		}
		if s.over, err = readWords(filepath.Join(s.dir, "over")); err != nil {
			continue
		}
		fi, err := os.Stat(filepath.Join(s.dir, "pairs"))
		if err != nil || fi.Size() != s.head.Pairs*int64(16+s.head.Levels) {
			continue
		}
		return s
	}
	return nil
}

func readWords(path string) ([]uint64, error) {
	b, err := os.ReadFile(path)
	if err != nil || len(b)%8 != 0 {
		return nil, errors.Join(err, errors.New("cut short"))
	}
	out := make([]uint64, len(b)/8)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return out, nil
}

func writeWords(path string, words []uint64) error {
	b := make([]byte, 0, 8*len(words))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return os.WriteFile(path, b, 0o644)
}

// stateKey names what all pairs of a run depend on beside their two records.
func (w *work) stateKey() string {
	h := hashBytes(0, []byte(Version+" "+w.c.m.Hash()))
	h = hashPair(h, math.Float64bits(w.s.prior))
	h = hashPair(h, math.Float64bits(w.s.keep))
	for _, t := range w.c.tables {
		h = hashPair(hashBytes(h, []byte(t.name)), uint64(truth(t.unique)))
	}
	return fmt.Sprintf("%016x", h)
}

// signatures hashes id and content of each compared record: all cells that the
// model reads, the shares of its values, and among how many records they were counted.
func (w *work) signatures() []stateRecord {
	out := make([]stateRecord, len(w.x.recs))
	for p, r := range w.x.recs {
		ref := w.c.ref(r)
		s := stateRecord{id: hashBytes(hashString(w.c.tables[ref.Table].name), w.c.id(r))}
		for col := range w.c.m.columns {
			s.content = hashBytes(s.content+uint64(col), w.c.cell(ref.Table, ref.Row, col))
		}
		for i := range w.v.fields {
			if f, x := &w.v.fields[i], w.v.at(i, uint32(p)); len(f.share) > 0 && x > 0 {
				s.content = hashPair(hashPair(s.content, math.Float64bits(f.share[x-1])), math.Float64bits(f.total))
			}
		}
		out[p] = s
	}
	return out
}

// since finds what is new since a state: it sets changed and fresh, and returns the
// place of each record of the state, -1 for those that are gone or changed.
func (w *work) since(s *state, now []stateRecord) []int {
	order := make([]uint32, len(s.records))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(s.records[a].id, s.records[b].id) })
	places := make([]int, len(s.records))
	for i := range places {
		places[i] = -1
	}
	w.changed = make([]bool, len(now))
	for p, r := range now {
		i, ok := slices.BinarySearchFunc(order, r.id, func(o uint32, id uint64) int { return cmp.Compare(s.records[o].id, id) })
		// Two ids with one hash are never taken for each other: both count as changed.
		twice := ok && i+1 < len(order) && s.records[order[i+1]].id == r.id
		switch {
		case !ok || twice || s.records[order[i]].content != r.content:
			w.changed[p] = true
		case places[order[i]] >= 0:
			w.changed[p], w.changed[places[order[i]]] = true, true
		default:
			places[order[i]] = p
		}
	}
	for i, p := range places {
		if p >= 0 && w.changed[p] {
			places[i] = -1
		}
	}
	if len(s.over) > 0 {
		w.fresh = make([]bool, len(w.x.hashes))
		for b, h := range w.x.hashes {
			_, w.fresh[b] = slices.BinarySearch(s.over, h)
		}
	}
	return places
}

// reuse gives the pairs of the state that stand as they were: both records
// unchanged, and still together in a block.
func (w *work) reuse(s *state, places []int) (stream, func() error, error) {
	f, err := os.Open(filepath.Join(s.dir, "pairs"))
	if err != nil {
		return nil, nil, err
	}
	next := pairStream(bufio.NewReaderSize(f, 64<<10), s.head.Levels)
	return func() (kept, bool, error) {
		for {
			k, ok, err := next()
			if !ok || err != nil {
				return k, false, err
			}
			if int(k.a) >= len(places) || int(k.b) >= len(places) {
				return k, false, fmt.Errorf("%s is damaged: delete the folder and link again", s.dir)
			}
			a, b := places[k.a], places[k.b]
			if a < 0 || b < 0 {
				continue
			}
			if _, ok := w.x.first(uint32(a), uint32(b)); !ok {
				continue
			}
			k.a, k.b = uint32(a), uint32(b)
			return k, true, nil
		}
	}, f.Close, nil
}

// stateWriter writes the state of this run aside; finish puts it in the place of the
// last.
type stateWriter struct {
	dir string
	f   *os.File
	out *bufio.Writer
	n   int64
	buf []byte
}

func newStateWriter(dir string) (*stateWriter, error) {
	part := filepath.Join(dir, "state.part")
	if err := os.RemoveAll(part); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(part, 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(part, "pairs"))
	if err != nil {
		return nil, err
	}
	return &stateWriter{dir: dir, f: f, out: bufio.NewWriterSize(f, 64<<10)}, nil
}

func (s *stateWriter) add(k kept) error {
	s.n++
	s.buf = appendKept(s.buf[:0], k)
	_, err := s.out.Write(s.buf)
	return err
}

func (s *stateWriter) finish(key string, levels int, records []stateRecord, over []uint64) error {
	if err := errors.Join(s.out.Flush(), s.f.Close()); err != nil {
		return err
	}
	part := filepath.Join(s.dir, "state.part")
	words := make([]uint64, 0, 2*len(records))
	for _, r := range records {
		words = append(words, r.id, r.content)
	}
	head, err := json.Marshal(stateHead{key, levels, len(records), s.n})
	if err != nil {
		return err
	}
	err = errors.Join(writeWords(filepath.Join(part, "records"), words), writeWords(filepath.Join(part, "over"), over),
		os.WriteFile(filepath.Join(part, "head.json"), head, 0o644))
	if err != nil {
		return err
	}
	now, old := filepath.Join(s.dir, "state"), filepath.Join(s.dir, "state.old")
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(now, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(part, now); err != nil {
		return err
	}
	return os.RemoveAll(old)
}

// drop leaves a state that is not finished.
func (s *stateWriter) drop() { _ = s.f.Close() }
