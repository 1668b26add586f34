package link

import (
	"encoding/binary"
	"math/bits"
)

// The hash is a short form of wyhash (Wang Yi, public domain): stable over machines
// and runs, because chunks and the state of earlier runs are named by it.
const (
	wyp0 = 0xa0761d6478bd642f
	wyp1 = 0xe7037ed1a0b428db
	wyp2 = 0x8ebc6af09c88c6e3
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hashBytes hashes b, continuing from seed.
func hashBytes(seed uint64, b []byte) uint64 {
	n := uint64(len(b))
	h := seed ^ wyp0
	for len(b) > 16 {
		h = mix(binary.LittleEndian.Uint64(b)^wyp1, binary.LittleEndian.Uint64(b[8:])^h)
		b = b[16:]
	}
	var x, y uint64
	switch {
	case len(b) >= 8:
		x, y = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-8:])
	case len(b) >= 4:
		x, y = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	case len(b) > 0:
		x = uint64(b[0])<<16 | uint64(b[len(b)/2])<<8 | uint64(b[len(b)-1])
	}
	return mix(wyp1^n, mix(x^wyp1, y^h^wyp2))
}

func hashString(s string) uint64 { return hashBytes(0, []byte(s)) }

// hashPair hashes two hashes in order.
func hashPair(a, b uint64) uint64 { return mix(a^wyp1, b^wyp2) ^ bits.RotateLeft64(a, 23) }
