package mvt

import "encoding/binary"

// buffer is protocol buffer wire format being written.
type buffer []byte

func (b *buffer) varint(v uint64) { *b = binary.AppendUvarint(*b, v) }

// uint writes a field of wire type 0.
func (b *buffer) uint(field int, v uint64) {
	b.varint(uint64(field) << 3)
	b.varint(v)
}

// fixed64 writes a field of wire type 1.
func (b *buffer) fixed64(field int, v uint64) {
	b.varint(uint64(field)<<3 | 1)
	*b = binary.LittleEndian.AppendUint64(*b, v)
}

// bytes writes a field of wire type 2.
func (b *buffer) bytes(field int, v []byte) {
	b.varint(uint64(field)<<3 | 2)
	b.varint(uint64(len(v)))
	*b = append(*b, v...)
}

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }
