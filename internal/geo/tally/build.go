package tally

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/bits"
	"slices"
)

// Builder gathers sites. The zero value is ready.
type Builder struct {
	records []record
	docs    uint32
	squares uint64 // of employees, so that no sum of them can be too large
}

type record struct {
	key               uint64
	doc, sectors      uint32
	employees, before int32
	industry, founded uint16
	flags             uint16
}

// Add takes one site. A position off the globe, or a number beyond the limits of [Site], is an
// error and the site is not taken.
func (b *Builder) Add(s Site) error {
	switch {
	case !(math.Abs(s.Lon) <= 180 && math.Abs(s.Lat) <= 90):
		return fmt.Errorf("longitude %g, latitude %g is not on the globe", s.Lon, s.Lat)
	case s.Employees < Unknown || s.Employees > MaxEmployees || s.Before < Unknown || s.Before > MaxEmployees:
		return fmt.Errorf("employees %d and before %d: give 0 to %d, or %d where it is not known", s.Employees, s.Before, MaxEmployees, Unknown)
	case s.Founded > MaxYear:
		return fmt.Errorf("year %d: the last that can be held is %d", s.Founded, MaxYear)
	case s.Doc == math.MaxUint32:
		return fmt.Errorf("document %d: the number is too large", s.Doc)
	}
	carry := uint64(0)
	for _, v := range []int32{s.Employees, s.Before} {
		var over uint64
		b.squares, over = bits.Add64(b.squares, uint64(int64(v)*int64(v)), 0)
		carry |= over
	}
	if carry != 0 {
		return fmt.Errorf("the employees of all organisations are too many to be summed up: check their numbers")
	}
	b.docs = max(b.docs, s.Doc+1)
	b.records = append(b.records, record{mortonKey(s.Lon, s.Lat), s.Doc, s.Sectors, s.Employees, s.Before, s.Industry, s.Founded, s.Flags &^ several})
	return nil
}

// Len is the number of sites taken.
func (b *Builder) Len() int { return len(b.records) }

// WriteTo writes the index. The order in which sites were added does not show in it.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	b.markSeveral()
	slices.SortFunc(b.records, compare)
	var done int64
	buf := b.header()
	flush := func(least int) error {
		if len(buf) < least || len(buf) == 0 {
			return nil
		}
		n, err := w.Write(buf)
		done += int64(n)
		buf = buf[:0]
		return err
	}
	le := binary.LittleEndian
	for _, column := range []func([]byte, record) []byte{
		func(buf []byte, r record) []byte { return le.AppendUint64(buf, r.key) },
		func(buf []byte, r record) []byte { return le.AppendUint32(buf, r.doc) },
		func(buf []byte, r record) []byte { return le.AppendUint32(buf, r.sectors) },
		func(buf []byte, r record) []byte { return le.AppendUint32(buf, uint32(r.employees)) },
		func(buf []byte, r record) []byte { return le.AppendUint32(buf, uint32(r.before)) },
		func(buf []byte, r record) []byte { return le.AppendUint16(buf, r.industry) },
		func(buf []byte, r record) []byte { return le.AppendUint16(buf, r.founded) },
		func(buf []byte, r record) []byte { return le.AppendUint16(buf, r.flags) },
	} {
		for _, r := range b.records {
			buf = column(buf, r)
			if err := flush(1 << 16); err != nil {
				return done, fmt.Errorf("write the index of areas' counts: %w", err)
			}
		}
	}
	if err := flush(0); err != nil {
		return done, fmt.Errorf("write the index of areas' counts: %w", err)
	}
	return done, nil
}

func (b *Builder) header() []byte {
	buf := append([]byte(nil), magic...)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(len(b.records)))
	buf = binary.LittleEndian.AppendUint32(buf, b.docs)
	buf = binary.LittleEndian.AppendUint32(buf, crc32.ChecksumIEEE(buf))
	return append(buf, make([]byte, headerSize-len(buf))...)
}

// markSeveral flags the sites of organisations that have more than one.
func (b *Builder) markSeveral() {
	count := make([]uint8, b.docs)
	for _, r := range b.records {
		count[r.doc] = min(2, count[r.doc]+1)
	}
	for i := range b.records {
		r := &b.records[i]
		r.flags &^= several
		if count[r.doc] > 1 {
			r.flags |= several
		}
	}
}

func compare(a, b record) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.doc, b.doc), cmp.Compare(a.sectors, b.sectors), cmp.Compare(a.employees, b.employees), cmp.Compare(a.before, b.before),
		cmp.Compare(a.industry, b.industry), cmp.Compare(a.founded, b.founded), cmp.Compare(a.flags, b.flags))
}
