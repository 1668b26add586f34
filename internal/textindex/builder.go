package textindex

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

const (
	maxKeyBytes  = 255
	maxNameBytes = 1 << 16
	// docsPerBlock documents share one offset: a document is found by stepping over at most seven others.
	docsPerBlock = 8
	chunkBytes   = 1 << 20
	tokenSlots   = 1 << 16
)

// Builder collects documents for an index. The zero value is ready. It holds the names, the keys and about nine
// bytes a token: some 500 MB for 5.5 million companies.
type Builder struct {
	docs     uint32
	docBytes uint64
	chunks   [][]byte
	blockOff []uint64

	tok    tokeniser
	canon  []byte
	hashes []uint32
	perDoc []uint8
	ids    idList

	arena  []byte
	ends   []uint32
	counts []uint32
	slots  []uint32
}

// idList is a long list of numbers in chunks, so that growing never copies.
type idList struct {
	chunks [][]uint32
	n      int
}

func (l *idList) add(v uint32) {
	last := len(l.chunks) - 1
	if last < 0 || len(l.chunks[last]) == cap(l.chunks[last]) {
		l.chunks = append(l.chunks, make([]uint32, 0, chunkBytes/4))
		last++
	}
	l.chunks[last] = append(l.chunks[last], v)
	l.n++
}

// Add appends a document. Documents are added in order of importance: the first is number 0 and comes first among
// equals in every result. The key is what the caller knows the document by, at most 255 bytes; the name is what is
// searched and shown, at most 65,536 bytes.
func (b *Builder) Add(key, name string) error {
	if len(key) > maxKeyBytes {
		return fmt.Errorf("textindex: key of document %d has %d bytes, at most %d are kept: shorten the key",
			b.docs, len(key), maxKeyBytes)
	}
	if len(name) > maxNameBytes {
		return fmt.Errorf("textindex: name of document %d (key %q) has %d bytes, at most %d are kept: shorten the name",
			b.docs, key, len(name), maxNameBytes)
	}
	if b.docs == math.MaxUint32 {
		return fmt.Errorf("textindex: an index holds at most %d documents: split the names over several indexes", b.docs)
	}
	b.store(key, name)
	b.tok.split(name)
	b.canon = b.tok.canonical(b.canon[:0])
	b.hashes = append(b.hashes, hashName(b.canon))
	n := uint8(0)
	for i := range b.tok.len() {
		w := b.tok.token(i)
		if b.repeated(w, i) {
			continue
		}
		id := b.intern(w)
		b.counts[id]++
		b.ids.add(id)
		n++
	}
	b.perDoc = append(b.perDoc, n)
	b.docs++
	return nil
}

// Also lets the last document be found by another name too, whose words count as words of
// the document. The document is shown by its own name and ranks by that. Words beyond the
// 255th of a document are left out.
func (b *Builder) Also(name string) {
	if b.docs == 0 || len(name) > maxNameBytes {
		return
	}
	b.tok.split(name)
	last := &b.perDoc[len(b.perDoc)-1]
	for i := range b.tok.len() {
		w := b.tok.token(i)
		if *last == math.MaxUint8 || b.repeated(w, i) {
			continue
		}
		id := b.intern(w)
		if b.ids.ends(int(*last), id) {
			continue
		}
		b.counts[id]++
		b.ids.add(id)
		*last++
	}
}

// ends reports whether v is among the last n numbers.
func (l *idList) ends(n int, v uint32) bool {
	for c := len(l.chunks) - 1; c >= 0 && n > 0; c-- {
		for i := len(l.chunks[c]) - 1; i >= 0 && n > 0; i, n = i-1, n-1 {
			if l.chunks[c][i] == v {
				return true
			}
		}
	}
	return false
}

// repeated reports whether token i stands earlier in the same name.
func (b *Builder) repeated(w []byte, i int) bool {
	for j := range i {
		if bytes.Equal(b.tok.token(j), w) {
			return true
		}
	}
	return false
}

// store appends the document's key and name in the form of the file.
func (b *Builder) store(key, name string) {
	need := len(key) + len(name) + 2*binary.MaxVarintLen32
	last := len(b.chunks) - 1
	if last < 0 || cap(b.chunks[last])-len(b.chunks[last]) < need {
		b.chunks = append(b.chunks, make([]byte, 0, chunkBytes))
		last++
	}
	if b.docs%docsPerBlock == 0 {
		b.blockOff = append(b.blockOff, b.docBytes)
	}
	c := b.chunks[last]
	before := len(c)
	c = binary.AppendUvarint(c, uint64(len(key)))
	c = binary.AppendUvarint(c, uint64(len(name)))
	c = append(append(c, key...), name...)
	b.docBytes += uint64(len(c) - before)
	b.chunks[last] = c
}

// word returns the text of a token by its number of first appearance.
func (b *Builder) word(id uint32) []byte {
	if id == 0 {
		return b.arena[:b.ends[0]]
	}
	return b.arena[b.ends[id-1]:b.ends[id]]
}

// intern returns the number of a token, adding it when new. Open addressing over one arena: no allocation a token.
func (b *Builder) intern(w []byte) uint32 {
	if len(b.ends)*2 >= len(b.slots) {
		b.grow()
	}
	mask := uint32(len(b.slots) - 1)
	for s := hashName(w) & mask; ; s = (s + 1) & mask {
		v := b.slots[s]
		if v == 0 {
			id := uint32(len(b.ends))
			b.arena = append(b.arena, w...)
			b.ends = append(b.ends, uint32(len(b.arena)))
			b.counts = append(b.counts, 0)
			b.slots[s] = id + 1
			return id
		}
		if bytes.Equal(b.word(v-1), w) {
			return v - 1
		}
	}
}

func (b *Builder) grow() {
	n := max(tokenSlots, 2*len(b.slots))
	b.slots = make([]uint32, n)
	mask := uint32(n - 1)
	for id := range uint32(len(b.ends)) {
		s := hashName(b.word(id)) & mask
		for b.slots[s] != 0 {
			s = (s + 1) & mask
		}
		b.slots[s] = id + 1
	}
}

// sorted returns the tokens' numbers in the order of their text.
func (b *Builder) sorted() []uint32 {
	order := make([]uint32, len(b.ends))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return bytes.Compare(b.word(x), b.word(y)) })
	return order
}

// invert lists the documents of each token: those of the token at place p of the order are docs[from[p]:from[p+1]].
func (b *Builder) invert(order []uint32) (docs, from []uint32) {
	next := make([]uint32, len(order))
	from = make([]uint32, len(order)+1)
	for p, id := range order {
		next[id] = from[p]
		from[p+1] = from[p] + b.counts[id]
	}
	docs = make([]uint32, b.ids.n)
	doc, left := uint32(0), uint8(0)
	if len(b.perDoc) > 0 {
		left = b.perDoc[0]
	}
	for _, c := range b.ids.chunks {
		for _, id := range c {
			for left == 0 {
				doc++
				left = b.perDoc[doc]
			}
			docs[next[id]] = doc
			next[id]++
			left--
		}
	}
	return docs, from
}
