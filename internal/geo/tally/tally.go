// Package tally is a read-only index of sites as one run of bytes that can be mapped from a
// file: it sums up what lies in any area (organisations, employees, industries, sectors,
// years of founding) in one pass over millions of sites, and names the sites themselves. It
// owns the format of those bytes. It knows an organisation by the caller's document number and
// an industry by the caller's number; it opens no files.
//
// Sites are sorted along the Morton curve of longitude and latitude in steps of 1e-7 degrees
// (about one centimetre), so that every square of the curve is one contiguous run. A square
// that no edge of the area's boundary meets lies wholly inside or outside; its run is summed
// without a test of its points. Points of the other squares are tested one by one by
// [milieu/internal/geo.Locator]. A position with seven decimals or fewer is held without loss.
//
// Format, little-endian: a header of 32 bytes (8 magic, 8 number of sites, 4 number of
// documents, 4 checksum of those 20, 8 zero), then columns: 8-byte Morton keys, 4-byte
// documents, 4-byte sector masks, 4-byte employees, 4-byte employees before, 2-byte industries,
// 2-byte years, 2-byte flags. Sorting is by key, then document, then the rest in that order.
package tally

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"milieu/internal/geo/morton"
)

// Flags of a site. The first site of an organisation under a basis is the one at which its
// employees count.
const (
	Office       uint16 = 1 << iota // a registered office, not a place of work
	Mass                            // an address of mass registration
	Approximate                     // placed by hand, not by postcode
	InAny                           // the basis any counts it (unless it is one of mass registration)
	FirstAny                        // the first under the basis any, mass registration left out
	FirstWork                       // the first place of work
	FirstOffice                     // the first registered office, mass registration left out
	FirstAnyMass                    // the first under the basis any, mass registration too
	FirstOfficeMass
	several // the organisation has other sites in the index; set by the builder
)

// Limits of what a site may hold.
const (
	MaxSectors   = 32
	MaxEmployees = 5_000_000
	MaxYear      = 4095
)

// Unknown stands for employees that are not on record.
const Unknown int32 = -1

// Site is one site with what is known of its organisation.
type Site struct {
	Lon, Lat  float64 // degrees
	Doc       uint32  // the caller's number of the organisation
	Industry  uint16  // the caller's number; 0 where it is not known
	Sectors   uint32  // bit s: the organisation belongs to sector s
	Founded   uint16  // year, 0 where it is not known
	Employees int32   // Unknown, or 0 to MaxEmployees
	Before    int32   // employees a year before, likewise
	Flags     uint16
}

const (
	magic      = "MILTAL01"
	headerSize = 32
	recordSize = 8 + 4 + 4 + 4 + 4 + 2 + 2 + 2
)

// Index answers questions about the sites of one run of bytes. It does not change and may be
// used by many goroutines at once, as long as the bytes stay as they are.
type Index struct {
	n, docs                                                     int
	keys                                                        morton.Keys
	doc, sectors, employees, before, industries, founded, flags []byte
}

// Open makes an index of bytes that a [Builder] wrote, without reading more than the header. Bytes
// that are damaged further on can give wrong answers but do no harm; [Index.Verify] finds them.
func Open(b []byte) (*Index, error) {
	if len(b) < headerSize || string(b[:8]) != magic {
		return nil, errors.New("this is not an index of areas' counts (or of another version); build the release again")
	}
	if crc32.ChecksumIEEE(b[:20]) != binary.LittleEndian.Uint32(b[20:]) {
		return nil, errors.New("the header of the index of areas' counts is damaged; build the release again")
	}
	count := binary.LittleEndian.Uint64(b[8:])
	body := b[headerSize:]
	if count > uint64(len(body))/recordSize || count*recordSize != uint64(len(body)) {
		return nil, fmt.Errorf("the index of areas' counts should hold %d sites but has %d bytes for them; it was cut, build the release again", count, len(body))
	}
	x := &Index{n: int(count), docs: int(binary.LittleEndian.Uint32(b[16:]))}
	for _, c := range []struct {
		column *[]byte
		wide   int
	}{{(*[]byte)(&x.keys), 8}, {&x.doc, 4}, {&x.sectors, 4}, {&x.employees, 4}, {&x.before, 4}, {&x.industries, 2}, {&x.founded, 2}, {&x.flags, 2}} {
		*c.column, body = body[:c.wide*x.n:c.wide*x.n], body[c.wide*x.n:]
	}
	return x, nil
}

// Len is the number of sites.
func (x *Index) Len() int { return x.n }

// Verify reads everything and checks that the sites are in order and within bounds.
func (x *Index) Verify() error {
	for i := range x.n {
		if i > 0 && (x.keys.At(i-1) > x.keys.At(i) || x.keys.At(i-1) == x.keys.At(i) && x.docOf(i-1) > x.docOf(i)) {
			return fmt.Errorf("the index of areas' counts is damaged: site %d is out of order; build the release again", i)
		}
		s := x.Site(i)
		if int(s.Doc) >= x.docs || s.Employees < Unknown || s.Employees > MaxEmployees || s.Before < Unknown || s.Before > MaxEmployees || s.Founded > MaxYear {
			return fmt.Errorf("the index of areas' counts is damaged: site %d holds what no site can; build the release again", i)
		}
	}
	return nil
}

// Site is the i-th site in the order of the curve, 0 <= i < Len. Its flags are those that were given.
func (x *Index) Site(i int) Site {
	lon, lat := position(x.keys.At(i))
	return Site{Lon: lon, Lat: lat, Doc: x.docOf(i), Industry: u16(x.industries, i), Sectors: u32(x.sectors, i), Founded: u16(x.founded, i),
		Employees: int32(u32(x.employees, i)), Before: int32(u32(x.before, i)), Flags: u16(x.flags, i) &^ several}
}

func (x *Index) docOf(i int) uint32 { return u32(x.doc, i) }

func u32(b []byte, i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
func u16(b []byte, i int) uint16 { return binary.LittleEndian.Uint16(b[2*i:]) }

// perDegree is the number of steps in a degree.
const perDegree = 1e7

// mortonKey puts a position on the curve: bits of x and y in turn, y first.
func mortonKey(lon, lat float64) uint64 {
	return morton.Spread(uint32(math.Round((lon+180)*perDegree))) | morton.Spread(uint32(math.Round((lat+90)*perDegree)))<<1
}

// position is where a key lies. A whole number of steps over a power of ten is rounded once, as
// reading the decimals is, so that both give the same number.
func position(key uint64) (lon, lat float64) {
	return (float64(morton.Gather(key)) - 180*perDegree) / perDegree, (float64(morton.Gather(key>>1)) - 90*perDegree) / perDegree
}
