package textindex

import (
	"encoding/binary"
	"math/bits"
	"sort"
)

// A list of ascending document numbers is written as its length (uvarint) followed by
//   - a bit map of all documents, in whole 8-byte words, when that is not longer than a byte a document; else
//   - for lists over skipEvery, a table of (last document of the block, end of the block) in 4+4 bytes for every
//     full block, then
//   - the differences as uvarints; the first document is the difference from 0.
const skipEvery = 128

// dense reports whether a list of n out of docs documents is written as a bit map.
func dense(n int, docs uint32) bool { return n >= skipEvery && n >= bitmapBytes(docs) }

func bitmapBytes(docs uint32) int { return (int(docs) + 63) / 64 * 8 }

// appendList appends the list in its written form.
func appendList(dst []byte, list []uint32, docs uint32) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(list)))
	if dense(len(list), docs) {
		at := len(dst)
		dst = append(dst, make([]byte, bitmapBytes(docs))...)
		for _, d := range list {
			dst[at+int(d/8)] |= 1 << (d % 8)
		}
		return dst
	}
	table, full := len(dst), len(list)/skipEvery
	if len(list) <= skipEvery {
		full = 0
	}
	dst = append(dst, make([]byte, 8*full)...)
	start, prev := len(dst), uint32(0)
	for i, d := range list {
		dst = binary.AppendUvarint(dst, uint64(d-prev))
		prev = d
		if k := (i + 1) / skipEvery; (i+1)%skipEvery == 0 && k <= full {
			e := table + 8*(k-1)
			binary.LittleEndian.PutUint32(dst[e:], d)
			binary.LittleEndian.PutUint32(dst[e+4:], uint32(len(dst)-start))
		}
	}
	return dst
}

// done is what a cursor points at behind its last document; no document has that number.
const done = ^uint32(0)

// cursor walks a written list. Anything wrong in the bytes ends the walk.
type cursor struct {
	docs  uint32
	n     int
	bits  []byte
	skips []byte
	data  []byte
	pos   int
	left  int
	doc   uint32
	moved bool
}

// openList returns a cursor before the first document of a written list.
func openList(b []byte, docs uint32) cursor {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(docs) {
		return cursor{docs: docs}
	}
	c := cursor{docs: docs, n: int(n), left: int(n)}
	b = b[w:]
	if dense(c.n, docs) {
		if len(b) < bitmapBytes(docs) {
			return cursor{docs: docs}
		}
		c.bits = b[:bitmapBytes(docs)]
		return c
	}
	if c.n > skipEvery {
		t := c.n / skipEvery * 8
		if len(b) < t {
			return cursor{docs: docs}
		}
		c.skips, b = b[:t], b[t:]
	}
	c.data = b
	return c
}

// bitmapCursor walks a bit map made for the query.
func bitmapCursor(b []byte, n int, docs uint32) cursor {
	return cursor{docs: docs, n: n, left: n, bits: b}
}

// next moves to the next document and returns it, or done.
func (c *cursor) next() uint32 {
	if c.bits != nil {
		if !c.moved {
			return c.seekBits(0)
		}
		if c.doc == done {
			return done
		}
		return c.seekBits(c.doc + 1)
	}
	if c.left <= 0 {
		c.doc = done
		return done
	}
	if c.pos < len(c.data) && c.data[c.pos] < 0x80 {
		c.doc += uint32(c.data[c.pos])
		c.pos++
	} else {
		v, w := binary.Uvarint(c.data[min(c.pos, len(c.data)):])
		if w <= 0 || v > uint64(c.docs) {
			c.left, c.doc = 0, done
			return done
		}
		c.doc += uint32(v)
		c.pos += w
	}
	c.left--
	c.moved = true
	if c.doc >= c.docs {
		c.left, c.doc = 0, done
	}
	return c.doc
}

// seek moves to the first document at or after d and returns it, or done. It never moves back.
func (c *cursor) seek(d uint32) uint32 {
	if c.moved && c.doc >= d {
		return c.doc
	}
	if c.bits != nil {
		return c.seekBits(d)
	}
	if len(c.skips) > 0 {
		c.skipTo(d)
	}
	for c.next() < d {
	}
	return c.doc
}

// skipTo jumps over the blocks that end before d.
func (c *cursor) skipTo(d uint32) {
	here := (c.n - c.left) / skipEvery
	full := len(c.skips) / 8
	if here >= full || binary.LittleEndian.Uint32(c.skips[8*here:]) >= d {
		return
	}
	k := here + sort.Search(full-here, func(i int) bool {
		return binary.LittleEndian.Uint32(c.skips[8*(here+i):]) >= d
	})
	last := binary.LittleEndian.Uint32(c.skips[8*(k-1):])
	end := binary.LittleEndian.Uint32(c.skips[8*(k-1)+4:])
	if uint64(end) > uint64(len(c.data)) || last >= c.docs {
		c.left, c.pos = 0, len(c.data)
		return
	}
	c.doc, c.pos, c.left, c.moved = last, int(end), c.n-k*skipEvery, true
}

// seekBits finds the first set bit at or after d.
func (c *cursor) seekBits(d uint32) uint32 {
	c.moved = true
	c.doc = done
	if d >= c.docs {
		return done
	}
	w := int(d / 64)
	word := binary.LittleEndian.Uint64(c.bits[8*w:]) >> (d % 64) << (d % 64)
	for word == 0 {
		w++
		if 8*w >= len(c.bits) {
			return done
		}
		word = binary.LittleEndian.Uint64(c.bits[8*w:])
	}
	if f := uint32(w*64 + bits.TrailingZeros64(word)); f < c.docs {
		c.doc = f
	}
	return c.doc
}
