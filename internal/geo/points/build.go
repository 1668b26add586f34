package points

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"

	"milieu/internal/geo/proj"
)

// Builder gathers points at sixteen bytes each. The zero value is ready.
type Builder struct{ records []record }

type record struct {
	key  uint64
	doc  uint32
	meta meta
}

// Build indexes points in one step; see [Builder].
func Build(points []Point) ([]byte, error) {
	b := Builder{records: make([]record, 0, len(points))}
	for i, p := range points {
		if err := b.Add(p); err != nil {
			return nil, fmt.Errorf("point %d: %w", i, err)
		}
	}
	return b.Bytes(), nil
}

// Add takes one point. A position that is not on the Web Mercator map, or a class or group above
// [MaxClass], is an error and the point is not taken.
func (b *Builder) Add(p Point) error {
	if !(math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= proj.MaxMercatorLat) {
		return fmt.Errorf("longitude %g, latitude %g is not on the map; longitude is -180 to 180, latitude -85.05 to 85.05", p.Lon, p.Lat)
	}
	if p.Class > MaxClass || p.Group > MaxClass {
		return fmt.Errorf("class %d and group %d: the highest is %d", p.Class, p.Group, MaxClass)
	}
	b.records = append(b.records, record{mortonKey(p.Lon, p.Lat), p.Doc, newMeta(p.Class, p.Group, p.Flags)})
	return nil
}

// Len is the number of points taken.
func (b *Builder) Len() int { return len(b.records) }

// Bytes returns the index. The order in which points were added does not show in it.
func (b *Builder) Bytes() []byte {
	b.sort()
	n := len(b.records)
	out := b.header(make([]byte, 0, headerSize+recordSize*n))
	for _, r := range b.records {
		out = binary.LittleEndian.AppendUint64(out, r.key)
	}
	for _, r := range b.records {
		out = binary.LittleEndian.AppendUint32(out, r.doc)
	}
	for _, r := range b.records {
		out = binary.LittleEndian.AppendUint32(out, uint32(r.meta))
	}
	return out
}

// WriteTo writes the index without holding its bytes beside the points.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	b.sort()
	var done int64
	buf := b.header(nil)
	flush := func(least int) error {
		if len(buf) < least || len(buf) == 0 {
			return nil
		}
		n, err := w.Write(buf)
		done += int64(n)
		buf = buf[:0]
		return err
	}
	columns := []func([]byte, record) []byte{
		func(buf []byte, r record) []byte { return binary.LittleEndian.AppendUint64(buf, r.key) },
		func(buf []byte, r record) []byte { return binary.LittleEndian.AppendUint32(buf, r.doc) },
		func(buf []byte, r record) []byte { return binary.LittleEndian.AppendUint32(buf, uint32(r.meta)) },
	}
	for _, column := range columns {
		for _, r := range b.records {
			buf = column(buf, r)
			if err := flush(1 << 16); err != nil {
				return done, fmt.Errorf("write the index of points: %w", err)
			}
		}
	}
	if err := flush(0); err != nil {
		return done, fmt.Errorf("write the index of points: %w", err)
	}
	return done, nil
}

func (b *Builder) header(buf []byte) []byte {
	buf = append(buf, magic...)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(len(b.records)))
	buf = binary.LittleEndian.AppendUint32(buf, crc32.ChecksumIEEE(buf))
	return append(buf, make([]byte, headerSize-len(buf))...)
}

// sort orders the records: by key with a radix sort, then equal keys by the rest.
func (b *Builder) sort() {
	b.records = radixSort(b.records)
	for i := 0; i < len(b.records); {
		j := i + 1
		for j < len(b.records) && b.records[j].key == b.records[i].key {
			j++
		}
		if j-i > 1 {
			slices.SortFunc(b.records[i:j], func(p, q record) int {
				if p.doc != q.doc {
					if p.doc < q.doc {
						return -1
					}
					return 1
				}
				return int(int64(p.meta) - int64(q.meta))
			})
		}
		i = j
	}
}

// radixSort sorts by key, eleven bits at a time from the lowest. A digit that all records share,
// as the high ones are within one country, costs no move.
func radixSort(a []record) []record {
	const digit = 11
	const mask = 1<<digit - 1
	if len(a) < 2 {
		return a
	}
	var counts [6][mask + 1]int
	for _, r := range a {
		for d := range counts {
			counts[d][r.key>>(d*digit)&mask]++
		}
	}
	out := make([]record, len(a))
	for d := range counts {
		count := &counts[d]
		shift := d * digit
		if count[a[0].key>>shift&mask] == len(a) {
			continue
		}
		sum := 0
		for i, c := range count {
			count[i] = sum
			sum += c
		}
		for _, r := range a {
			i := r.key >> shift & mask
			out[count[i]] = r
			count[i]++
		}
		a, out = out, a
	}
	return a
}
