package textindex

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestList checks the walk of every form of a list against the plain slice.
func TestList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := uint32(rapid.SampledFrom([]int{1, 63, 64, 65, 1000, 5000, 60000}).Draw(t, "docs"))
		share := rapid.SampledFrom([]float64{0, 0.002, 0.02, 0.1, 0.3, 1}).Draw(t, "share")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var list []uint32
		for d := range docs {
			if r.Float64() < share {
				list = append(list, d)
			}
		}
		written := append(appendList(nil, list, docs), 0xff, 0xff)
		c := openList(written, docs)
		var got []uint32
		for d := c.next(); d != done; d = c.next() {
			got = append(got, d)
		}
		if !slices.Equal(got, list) || c.n != len(list) {
			t.Fatalf("docs %d share %v: walk of %d gave %d", docs, share, len(list), len(got))
		}
		c = openList(written, docs)
		at := 0
		for range 200 {
			if r.IntN(3) == 0 {
				if d := c.next(); at < len(list) && d != list[at] || at >= len(list) && d != done {
					t.Fatalf("next at %d gave %d", at, d)
				}
				at++
				continue
			}
			d := uint32(r.IntN(int(docs)/20 + 2))
			if at > 0 && at <= len(list) {
				d += list[at-1]
			}
			moved := max(at-1, 0)
			if at > len(list) {
				moved = len(list)
			}
			i, _ := slices.BinarySearch(list[moved:], d)
			i += moved
			g := c.seek(d)
			if i < len(list) && g != list[i] || i == len(list) && g != done {
				t.Fatalf("seek(%d) from %d gave %d, want item %d of %d", d, at, g, i, len(list))
			}
			at = i + 1
		}
	})
}
