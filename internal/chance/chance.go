// Package chance makes random numbers that are addressed instead of drawn in turn: the
// number of a draw and of an input gives the same value on every machine, in whatever
// order and on however many cores they are asked for. It owns the generator, the
// distributions of inputs and their correlation; it does not know what the inputs are.
//
// Method: Philox 4x64 with 10 rounds (Salmon, Moraes, Dror & Shaw 2011), a counter-based
// generator. Its blocks are those of numpy's Philox.
package chance

import "math/bits"

// Multipliers and key increments of Philox 4x64.
const (
	multA, multB = 0xD2E7470EE14C6C93, 0xCA5A826395121157
	weylA, weylB = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
	rounds       = 10
)

// Stream is the numbers of a seed. The zero value is the stream of seed 0. Streams of one seed with
// different purposes have different numbers.
type Stream struct {
	Seed    uint64
	Purpose uint64
}

// Block returns the four words at an address: a draw, an input of it, and k for inputs
// that need more than four.
func (s Stream) Block(draw, input, k uint64) [4]uint64 {
	c := [4]uint64{draw, input, k, 0}
	a, b := s.Seed, s.Purpose
	for range rounds {
		hi0, lo0 := bits.Mul64(multA, c[0])
		hi1, lo1 := bits.Mul64(multB, c[2])
		c = [4]uint64{hi1 ^ c[1] ^ a, lo1, hi0 ^ c[3] ^ b, lo0}
		a += weylA
		b += weylB
	}
	return c
}

// Unit turns a word into a number strictly between 0 and 1, of 53 bits.
func Unit(w uint64) float64 { return (float64(w>>11) + 0.5) / (1 << 53) }

// Uniform is the number between 0 and 1, ends left out, of an input in a draw.
func (s Stream) Uniform(draw, input int) float64 {
	b := s.Block(uint64(draw), uint64(input), 0)
	return Unit(b[0])
}

// Fill sets out to numbers between 0 and 1 of one input that needs several.
func (s Stream) Fill(draw, input int, out []float64) {
	for k := 0; k < len(out); k += 4 {
		b := s.Block(uint64(draw), uint64(input), uint64(k/4))
		for j := 0; j < 4 && k+j < len(out); j++ {
			out[k+j] = Unit(b[j])
		}
	}
}
