// Package points is a read-only index of map points as one run of bytes that can be mapped from
// a file: it answers what lies in a map tile, in a box or near a place, with filters, for
// millions of points. It owns the format of those bytes. It knows a point only by the caller's
// document number, two small classes and sixteen flags, and it opens no files.
//
// Points are sorted along the Morton curve of Web Mercator (32 bits an axis, a step of about one
// centimetre), so that every map tile is one contiguous run, and so are its sub-squares.
//
// Format, little-endian: a header of 32 bytes (8 magic, 8 number of points, 4 checksum of those
// 16, 12 zero), then three columns: 8-byte Morton keys, 4-byte document numbers, and 4 bytes of
// class, group and two of flags. Sorting is by key, then document, then the last column.
package points

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"milieu/internal/geo/morton"
	"milieu/internal/geo/proj"
)

// MaxClass is the highest class or group: a filter has one bit for each.
const MaxClass = 63

const (
	magic      = "MILPTS01"
	headerSize = 32
	recordSize = 16
)

// Point is one point to be indexed.
type Point struct {
	Lon, Lat float64 // degrees
	Doc      uint32  // the caller's number
	Class    uint8   // 0 to MaxClass, for instance a role
	Group    uint8   // 0 to MaxClass, for instance an industry section
	Flags    uint16
}

// Filter chooses points. Its zero value lets every point pass.
type Filter struct {
	ClassMask uint64 // bit c set: class c passes; 0: every class
	GroupMask uint64 // bit g set: group g passes; 0: every group
	FlagsNone uint16 // points with any of these flags do not pass
}

// Index answers questions about the points of one run of bytes. It does not change and may be
// used by many goroutines at once, as long as the bytes stay as they are.
type Index struct {
	n           int
	keys        morton.Keys
	docs, metas []byte
}

// Open makes an index of bytes that [Build] wrote, without reading more than the header. Bytes
// that are damaged further on can give wrong answers but do no harm; [Index.Verify] finds them.
func Open(b []byte) (*Index, error) {
	if len(b) < headerSize || string(b[:8]) != magic {
		return nil, errors.New("this is not an index of points (or of another version); build the release again")
	}
	if crc32.ChecksumIEEE(b[:16]) != binary.LittleEndian.Uint32(b[16:]) {
		return nil, errors.New("the header of the index of points is damaged; build the release again")
	}
	count := binary.LittleEndian.Uint64(b[8:])
	body := b[headerSize:]
	if count > uint64(len(body))/recordSize || count*recordSize != uint64(len(body)) {
		return nil, fmt.Errorf("the index of points should hold %d points but has %d bytes for them; it was cut, build the release again", count, len(body))
	}
	n := int(count)
	return &Index{n: n, keys: body[:8*n], docs: body[8*n : 12*n], metas: body[12*n:]}, nil
}

// Len is the number of points.
func (x *Index) Len() int { return x.n }

// Verify reads everything and checks that the points are in order.
func (x *Index) Verify() error {
	for i := 1; i < x.n; i++ {
		a, b := x.keys.At(i-1), x.keys.At(i)
		if a > b || (a == b && x.doc(i-1) > x.doc(i)) {
			return fmt.Errorf("the index of points is damaged: point %d is out of order; build the release again", i)
		}
	}
	for i := range x.n {
		if m := x.meta(i); m.class() > MaxClass || m.group() > MaxClass {
			return fmt.Errorf("the index of points is damaged: point %d has class %d and group %d; build the release again", i, m.class(), m.group())
		}
	}
	return nil
}

func (x *Index) doc(i int) uint32 { return binary.LittleEndian.Uint32(x.docs[4*i:]) }
func (x *Index) meta(i int) meta  { return meta(binary.LittleEndian.Uint32(x.metas[4*i:])) }

// meta is class, group and flags in one word.
type meta uint32

func newMeta(class, group uint8, flags uint16) meta {
	return meta(class) | meta(group)<<8 | meta(flags)<<16
}

func (m meta) class() uint8  { return uint8(m) }
func (m meta) group() uint8  { return uint8(m >> 8) }
func (m meta) flags() uint16 { return uint16(m >> 16) }

// pass is a filter made ready: masks are never nought.
type pass struct {
	class, group uint64
	none         meta
}

func (f Filter) ready() pass {
	p := pass{class: f.ClassMask, group: f.GroupMask, none: meta(f.FlagsNone) << 16}
	if p.class == 0 {
		p.class = math.MaxUint64
	}
	if p.group == 0 {
		p.group = math.MaxUint64
	}
	return p
}

func (p *pass) ok(m meta) bool { return p.bit(m) != 0 }

// bit is 1 for a point that passes and 0 for another: the last term is 1 only when none of the
// unwanted flags is set.
func (p *pass) bit(m meta) uint64 {
	return p.class >> (m & 63) & (p.group >> (m >> 8 & 63)) & ((uint64(m&p.none) - 1) >> 63)
}

// mortonKey puts a position on the curve: bits of x and y in turn, y first.
func mortonKey(lon, lat float64) uint64 {
	fx, fy := proj.Mercator(lon, lat)
	return morton.Spread(uint32(fx*(1<<32))) | morton.Spread(uint32(fy*(1<<32)))<<1
}

// position is the middle of a key's square in degrees.
func position(key uint64) (lon, lat float64) {
	return proj.FromMercator((float64(morton.Gather(key))+0.5)/(1<<32), (float64(morton.Gather(key>>1))+0.5)/(1<<32))
}
