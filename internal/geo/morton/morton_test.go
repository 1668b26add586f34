package morton

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestKey(t *testing.T) {
	// By hand: x = 101, y = 011 in binary gives y2x2 y1x1 y0x0 = 01 10 11.
	if k := Key(0b101, 0b011); k != 0b011011 {
		t.Errorf("%b", k)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		x, y := r.Uint32(), r.Uint32()
		if a, b := Position(Key(x, y)); a != x || b != y {
			t.Fatalf("%d %d came back as %d %d", x, y, a, b)
		}
	}
}

func TestRun(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	keys := make([]uint64, 500)
	for i := range keys {
		keys[i] = r.Uint64() >> (r.IntN(3) * 8)
	}
	slices.Sort(keys)
	var k Keys
	for _, v := range keys {
		k = binary.LittleEndian.AppendUint64(k, v)
	}
	for depth := range 5 {
		seen := 0
		for prefix := range uint64(1) << (2 * depth) {
			from, to := k.Run(prefix, depth, 0, len(keys))
			seen += to - from
			for i := from; i < to; i++ {
				if depth > 0 && keys[i]>>(64-2*depth) != prefix {
					t.Fatalf("depth %d: key %x is not in the square %x", depth, keys[i], prefix)
				}
			}
		}
		if seen != len(keys) {
			t.Errorf("depth %d: the squares hold %d of %d keys", depth, seen, len(keys))
		}
	}
}
