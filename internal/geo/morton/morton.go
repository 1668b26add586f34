// Package morton puts positions of 32 bits an axis on the Z-order curve, on which every
// square of a map that is halved again and again is one contiguous run, and finds such
// runs among sorted keys. What the axes mean, and what a key stands for, is the caller's.
package morton

import "encoding/binary"

// Key puts a position on the curve: bits of x and y in turn, y first.
func Key(x, y uint32) uint64 { return Spread(x) | Spread(y)<<1 }

// Position is where a key lies.
func Position(key uint64) (x, y uint32) { return Gather(key), Gather(key >> 1) }

// Spread puts a bit of nought before every bit of v.
func Spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// Gather is the inverse of Spread; other bits are dropped.
func Gather(x uint64) uint32 {
	x &= 0x5555555555555555
	x = (x | x>>1) & 0x3333333333333333
	x = (x | x>>2) & 0x0f0f0f0f0f0f0f0f
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return uint32(x | x>>16)
}

// Keys are rising keys, eight bytes each, little-endian, as they lie in a mapped file.
type Keys []byte

// At is the key at a place.
func (k Keys) At(i int) uint64 { return binary.LittleEndian.Uint64(k[8*i:]) }

// Lower returns the first place in [from,to) whose key is at least key, or to. Galloping
// from the front costs little when the answer is near, as it is for the next square.
func (k Keys) Lower(from, to int, key uint64) int {
	step := 1
	lo, hi := from, from
	for hi < to && k.At(hi) < key {
		lo = hi + 1
		hi += step
		step *= 2
	}
	hi = min(hi, to)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if k.At(mid) < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Run returns the places in [from,to) whose keys share the first bits of prefix, 2·depth
// of them: those in one square at that depth.
func (k Keys) Run(prefix uint64, depth, from, to int) (int, int) {
	shift := 64 - 2*depth
	first := k.Lower(from, to, prefix<<shift)
	if next := (prefix + 1) << shift; next != 0 {
		return first, k.Lower(first, to, next)
	}
	return first, to
}
