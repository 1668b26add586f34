package textindex

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sort"
	"sync"
)

// Index answers searches over bytes that a Builder wrote. It may be used by several goroutines at once, as long as
// the bytes stay in place and unchanged.
type Index struct {
	data    []byte
	docs    uint32
	tokens  int
	heavies int
	shift   int
	sec     [sections][]byte
	scratch sync.Pool
}

// Open returns the index over data without copying or reading it all: header, sizes and the end are checked, the
// content is not (see Verify). A search over damaged content finds less or nothing but does not fail.
func Open(data []byte) (*Index, error) {
	le := binary.LittleEndian
	if len(data) < headerBytes+footerBytes {
		return nil, fmt.Errorf("textindex: %d bytes are too few for an index (at least %d): build it again", len(data), headerBytes+footerBytes)
	}
	if string(data[:8]) != magic {
		return nil, fmt.Errorf("textindex: begins with %q, not with %q: this is no name index", data[:8], magic)
	}
	if v := le.Uint32(data[8:]); v != version {
		return nil, fmt.Errorf("textindex: written in version %d, this program reads version %d: build it again", v, version)
	}
	if le.Uint32(data[12:]) != headerBytes || crc32.Checksum(data[:headerBytes-4], castagnoli) != le.Uint32(data[headerBytes-4:]) {
		return nil, fmt.Errorf("textindex: the header does not match its checksum: the file is damaged, build it again")
	}
	x := &Index{data: data, docs: le.Uint32(data[16:]), tokens: int(le.Uint32(data[20:])), heavies: int(le.Uint32(data[24:]))}
	for s := range sections {
		from, to := le.Uint64(data[32+8*s:]), le.Uint64(data[40+8*s:])
		if from < headerBytes || to < from || to > uint64(len(data)-footerBytes) {
			return nil, fmt.Errorf("textindex: section %d is at bytes %d to %d of %d: the file is cut short, build it again", s, from, to, len(data))
		}
		x.sec[s] = data[from:to:to]
	}
	if err := x.check(int(le.Uint32(data[28:])), le.Uint64(data[32+8*sections:])); err != nil {
		return nil, err
	}
	x.scratch.New = func() any { return &scratch{} }
	return x, nil
}

// check compares the sizes of the sections with the counts of the header.
func (x *Index) check(bucketBits int, end uint64) error {
	if end != uint64(len(x.data)-footerBytes) || string(x.data[len(x.data)-4:]) != footerMagic {
		return fmt.Errorf("textindex: %d bytes, but the header says %d: the file is cut short, build it again", len(x.data), end+footerBytes)
	}
	if bucketBits > 32 {
		return fmt.Errorf("textindex: %d bits of buckets: the header is damaged, build it again", bucketBits)
	}
	x.shift = 32 - bucketBits
	blocks := (uint64(x.docs) + docsPerBlock - 1) / docsPerBlock
	want := [sections]uint64{secBlocks: 8 * (blocks + 1), secTokenEnds: 4 * uint64(x.tokens), secListEnds: 8 * uint64(x.tokens),
		secHeavy: heavyEntry * uint64(x.heavies), secBuckets: 4 << bucketBits}
	for _, s := range []int{secBlocks, secTokenEnds, secListEnds, secHeavy, secBuckets} {
		if uint64(len(x.sec[s])) != want[s] {
			return fmt.Errorf("textindex: section %d has %d bytes, the counts of the header ask for %d: the file is damaged, build it again", s, len(x.sec[s]), want[s])
		}
	}
	return nil
}

// Len returns the number of documents.
func (x *Index) Len() int { return int(x.docs) }

// Verify reads all bytes and compares them with the checksum written at the end.
func (x *Index) Verify() error {
	n := len(x.data) - footerBytes
	if got, want := crc32.Checksum(x.data[:n], castagnoli), binary.LittleEndian.Uint32(x.data[n:]); got != want {
		return fmt.Errorf("textindex: checksum %08x, written as %08x: the file is damaged, build it again", got, want)
	}
	return nil
}

// piece returns the part of a section that entry i of a table of ends names; nil when the table is damaged.
func piece(sec, ends []byte, i, entry, at, width int) []byte {
	read := func(i int) uint64 {
		e := ends[i*entry+at:]
		if width == 4 {
			return uint64(binary.LittleEndian.Uint32(e))
		}
		return binary.LittleEndian.Uint64(e)
	}
	from := uint64(0)
	if i > 0 {
		from = read(i - 1)
	}
	to := read(i)
	if from > to || to > uint64(len(sec)) {
		return nil
	}
	return sec[from:to]
}

func (x *Index) token(i int) []byte { return piece(x.sec[secTokens], x.sec[secTokenEnds], i, 4, 0, 4) }

func (x *Index) list(i int) []byte { return piece(x.sec[secLists], x.sec[secListEnds], i, 8, 0, 8) }

// tokenRange returns the tokens lo..hi that begin with p, and whether the first of them is p itself.
func (x *Index) tokenRange(p []byte) (lo, hi int, whole bool) {
	lo = sort.Search(x.tokens, func(i int) bool { return bytes.Compare(x.token(i), p) >= 0 })
	hi = lo + sort.Search(x.tokens-lo, func(i int) bool { return !bytes.HasPrefix(x.token(lo+i), p) })
	return lo, hi, lo < hi && len(x.token(lo)) == len(p)
}

// heavyText returns the text of heavy prefix i.
func (x *Index) heavyText(i int) []byte {
	e := x.sec[secHeavy][i*heavyEntry:]
	t, n := binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint32(e[4:])
	if uint64(t) >= uint64(x.tokens) {
		return nil
	}
	w := x.token(int(t))
	return w[:min(uint64(n), uint64(len(w)))]
}

// heavyList returns the ready list of prefix p, if it has one.
func (x *Index) heavyList(p []byte) ([]byte, bool) {
	i := sort.Search(x.heavies, func(i int) bool { return bytes.Compare(x.heavyText(i), p) >= 0 })
	if i == x.heavies || !bytes.Equal(x.heavyText(i), p) {
		return nil, false
	}
	return piece(x.sec[secHeavyLists], x.sec[secHeavy], i, heavyEntry, 8, 8), true
}

// doc returns key and name of a document; empty when the bytes are damaged.
func (x *Index) doc(d uint32) (key, name string) {
	at := binary.LittleEndian.Uint64(x.sec[secBlocks][8*(d/docsPerBlock):])
	if at > uint64(len(x.sec[secDocs])) {
		return "", ""
	}
	b := x.sec[secDocs][at:]
	for i := d % docsPerBlock; ; i-- {
		k, w := binary.Uvarint(b)
		if w <= 0 {
			return "", ""
		}
		n, v := binary.Uvarint(b[w:])
		if v <= 0 || k > maxKeyBytes || n > maxNameBytes || uint64(len(b)-w-v) < k+n {
			return "", ""
		}
		b = b[w+v:]
		if i == 0 {
			return string(b[:k]), string(b[k : k+n])
		}
		b = b[k+n:]
	}
}

// bucket returns the documents, 4 bytes each, that share the bucket of a hash.
func (x *Index) bucket(hash uint32) []byte {
	i := int(uint64(hash) >> x.shift)
	ends, from := x.sec[secBuckets], uint64(0)
	if i > 0 {
		from = uint64(binary.LittleEndian.Uint32(ends[4*(i-1):]))
	}
	to := uint64(binary.LittleEndian.Uint32(ends[4*i:]))
	if from > to || 4*to > uint64(len(x.sec[secNames])) {
		return nil
	}
	return x.sec[secNames][4*from : 4*to]
}

// Document returns the key and name of a document by its number, and false when
// there is none.
func (x *Index) Document(doc uint32) (key, name string, ok bool) {
	if int(doc) >= x.Len() {
		return "", "", false
	}
	key, name = x.doc(doc)
	return key, name, true
}
