package textindex

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/bits"
	"sort"
)

// The file: header, sections one behind the other, footer. All numbers are little-endian.
const (
	magic       = "MILIEUTX"
	footerMagic = "XTUE"
	version     = 1
	headerBytes = 8 + 4 + 4 + 4 + 4 + 4 + 4 + 8*(sections+1) + 4
	footerBytes = 8
)

// Sections in the order of the file.
const (
	secBlocks     = iota // offset of every eighth document, 8 bytes, and the end
	secDocs              // documents: key length, name length (uvarint), key, name
	secTokenEnds         // end of every token, 4 bytes
	secTokens            // tokens, sorted, one behind the other
	secListEnds          // end of every token's list, 8 bytes
	secLists             // lists of the tokens (list.go)
	secHeavy             // heavy prefixes, sorted: token, length, end of list: 4+4+8 bytes
	secHeavyLists        // lists of the heavy prefixes
	secBuckets           // end of every bucket of the exact names, 4 bytes
	secNames             // documents by bucket, 4 bytes
	sections
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// heavy is how many postings a prefix may have before its own list is written; below, a query joins the lists.
func heavy(docs uint32) int { return max(64, int(docs/64)) }

// WriteTo writes the index. The same documents give the same bytes. The builder may be added to and written again.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	body, err := b.layout()
	if err != nil {
		return 0, err
	}
	sum := crc32.New(castagnoli)
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), chunkBytes)
	n := int64(0)
	put := func(p []byte) error {
		k, err := out.Write(p)
		n += int64(k)
		return err
	}
	if err := put(b.header(body)); err != nil {
		return n, fmt.Errorf("textindex: write header: %w", err)
	}
	for s, parts := range body {
		for _, p := range parts {
			if err := put(p); err != nil {
				return n, fmt.Errorf("textindex: write section %d: %w", s, err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return n, fmt.Errorf("textindex: write: %w", err)
	}
	foot := binary.LittleEndian.AppendUint32(nil, sum.Sum32())
	k, err := w.Write(append(foot, footerMagic...))
	if err != nil {
		return n + int64(k), fmt.Errorf("textindex: write footer: %w", err)
	}
	return n + int64(k), nil
}

// layout makes all sections, each as parts to be written one behind the other.
func (b *Builder) layout() ([sections][][]byte, error) {
	var out [sections][][]byte
	if len(b.arena) > math.MaxUint32 || b.ids.n > math.MaxUint32 {
		return out, fmt.Errorf("textindex: %d tokens are more than one index holds: split the names over several indexes", b.ids.n)
	}
	blocks := make([]byte, 0, 8*(len(b.blockOff)+1))
	for _, o := range b.blockOff {
		blocks = binary.LittleEndian.AppendUint64(blocks, o)
	}
	out[secBlocks] = [][]byte{binary.LittleEndian.AppendUint64(blocks, b.docBytes)}
	out[secDocs] = b.chunks

	order := b.sorted()
	docs, from := b.invert(order)
	tokens, tokenEnds := make([]byte, 0, len(b.arena)), make([]byte, 0, 4*len(order))
	lists, listEnds := make([]byte, 0, 2*len(docs)), make([]byte, 0, 8*len(order))
	for p, id := range order {
		tokens = append(tokens, b.word(id)...)
		tokenEnds = binary.LittleEndian.AppendUint32(tokenEnds, uint32(len(tokens)))
		lists = appendList(lists, docs[from[p]:from[p+1]], b.docs)
		listEnds = binary.LittleEndian.AppendUint64(listEnds, uint64(len(lists)))
	}
	out[secTokenEnds], out[secTokens] = [][]byte{tokenEnds}, [][]byte{tokens}
	out[secListEnds], out[secLists] = [][]byte{listEnds}, [][]byte{lists}

	h := heavyWriter{docs: docs, from: from, count: b.docs, limit: heavy(b.docs),
		word: func(p int) []byte { return b.word(order[p]) }, marks: make([]byte, bitmapBytes(b.docs))}
	h.walk(0, len(order), 0)
	out[secHeavy], out[secHeavyLists] = [][]byte{h.table}, [][]byte{h.lists}
	out[secBuckets], out[secNames] = b.buckets()
	return out, nil
}

// header returns the header for the sections.
func (b *Builder) header(body [sections][][]byte) []byte {
	h := append(make([]byte, 0, headerBytes), magic...)
	le := binary.LittleEndian
	h = le.AppendUint32(h, version)
	h = le.AppendUint32(h, headerBytes)
	h = le.AppendUint32(h, b.docs)
	h = le.AppendUint32(h, uint32(len(b.ends)))
	h = le.AppendUint32(h, uint32(size(body[secHeavy])/heavyEntry))
	h = le.AppendUint32(h, uint32(bucketBits(b.docs)))
	at := uint64(headerBytes)
	h = le.AppendUint64(h, at)
	for _, parts := range body {
		at += size(parts)
		h = le.AppendUint64(h, at)
	}
	return le.AppendUint32(h, crc32.Checksum(h, castagnoli))
}

func size(parts [][]byte) (n uint64) {
	for _, p := range parts {
		n += uint64(len(p))
	}
	return n
}

// bucketBits gives buckets of four to eight documents.
func bucketBits(docs uint32) int { return max(0, bits.Len32(docs)-3) }

// buckets orders the documents by the hash of their canonical name, so that an exact name is found in one look.
func (b *Builder) buckets() (ends, names [][]byte) {
	shift := 32 - bucketBits(b.docs)
	count := make([]uint32, 1<<bucketBits(b.docs)+1)
	for d, h := range b.hashes {
		if b.perDoc[d] > 0 {
			count[uint64(h)>>shift+1]++
		}
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	e := make([]byte, 0, 4*(len(count)-1))
	for _, c := range count[1:] {
		e = binary.LittleEndian.AppendUint32(e, c)
	}
	n := make([]byte, 4*count[len(count)-1])
	for d, h := range b.hashes {
		if b.perDoc[d] > 0 {
			k := uint64(h) >> shift
			binary.LittleEndian.PutUint32(n[4*count[k]:], uint32(d))
			count[k]++
		}
	}
	return [][]byte{e}, [][]byte{n}
}

const heavyEntry = 16

// heavyWriter writes a list for every prefix that many documents have through more than one token.
type heavyWriter struct {
	docs, from []uint32
	count      uint32
	limit      int
	word       func(int) []byte
	marks      []byte
	list       []uint32
	table      []byte
	lists      []byte
}

// walk visits the prefixes of depth+1 bytes among the tokens lo..hi, which share their first depth bytes, in the
// order of their text.
func (h *heavyWriter) walk(lo, hi, depth int) {
	for lo < hi && len(h.word(lo)) <= depth {
		lo++
	}
	for lo < hi {
		c := h.word(lo)[depth]
		next := lo + 1
		end := next + sort.Search(hi-next, func(i int) bool { return h.word(next + i)[depth] > c })
		if end-lo > 1 && int(h.from[end]-h.from[lo]) > h.limit {
			h.write(lo, end, depth+1)
			h.walk(lo, end, depth+1)
		}
		lo = end
	}
}

// write adds the list of the prefix of n bytes that the tokens lo..hi share.
func (h *heavyWriter) write(lo, hi, n int) {
	clear(h.marks)
	for _, d := range h.docs[h.from[lo]:h.from[hi]] {
		h.marks[d/8] |= 1 << (d % 8)
	}
	h.list = h.list[:0]
	c := bitmapCursor(h.marks, 0, h.count)
	for d := c.next(); d != done; d = c.next() {
		h.list = append(h.list, d)
	}
	h.lists = appendList(h.lists, h.list, h.count)
	h.table = binary.LittleEndian.AppendUint32(h.table, uint32(lo))
	h.table = binary.LittleEndian.AppendUint32(h.table, uint32(n))
	h.table = binary.LittleEndian.AppendUint64(h.table, uint64(len(h.lists)))
}
