package link

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sync/atomic"
)

// work is a run that is ready: the blocks are counted, the values read.
type work struct {
	c       *corpus
	x       *index
	v       *values
	s       *scorer
	o       Options
	order   []uint32 // blocks by chunk
	chunks  []uint32 // by chunk: where its blocks end in order
	changed []bool   // by place: new or changed since the state; nil: all are
	fresh   []bool   // by block: it was over its cap in the state; nil: none was
	scored  atomic.Int64
	done    atomic.Int64
}

// chunkPairs is how many pairs a chunk has, about.
var chunkPairs int64 = 200_000

// mostChunks bounds the files that are open at once when the chunks are merged.
const mostChunks = 256

// cut deals the blocks out to chunks by the hash of their key.
func (w *work) cut() {
	n := int(min(max(1, w.x.pairs/chunkPairs), mostChunks))
	ends := make([]uint32, n+1)
	for _, h := range w.x.hashes {
		ends[h%uint64(n)+1]++
	}
	for i := range n {
		ends[i+1] += ends[i]
	}
	next := slices.Clone(ends[:n])
	w.order = make([]uint32, len(w.x.hashes))
	for b, h := range w.x.hashes {
		c := h % uint64(n)
		w.order[next[c]] = uint32(b)
		next[c]++
	}
	w.chunks = ends[1:]
}

func (w *work) blocks(chunk int) []uint32 {
	from := uint32(0)
	if chunk > 0 {
		from = w.chunks[chunk-1]
	}
	return w.order[from:w.chunks[chunk]]
}

// kept is a pair that reached the least weight, by places; the left one first.
type kept struct {
	a, b   uint32
	weight float64
	levels []int8
}

// before orders records as pairs are given out: by table, then by id.
func (w *work) before(a, b uint32) bool { return w.compareIDs(a, b) < 0 }

func (w *work) compareIDs(a, b uint32) int {
	if a == b {
		return 0
	}
	if d := int(w.v.tables[a]) - int(w.v.tables[b]); d != 0 {
		return d
	}
	return bytes.Compare(w.c.id(w.x.recs[a]), w.c.id(w.x.recs[b]))
}

func (w *work) comparePairs(p, q kept) int {
	if d := w.compareIDs(p.a, q.a); d != 0 {
		return d
	}
	return w.compareIDs(p.b, q.b)
}

// chunk compares the pairs of the blocks of a chunk. The result depends on tables,
// model, state and the number of the chunk alone.
func (w *work) chunk(ctx context.Context, n int, sc *scratch) ([]byte, error) {
	var out []kept
	scored := int64(0)
	for _, b := range w.blocks(n) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		members := w.x.of(b)
		if w.idle(b, members) {
			continue
		}
		out, scored = w.block(b, members, sc, out, scored)
	}
	w.scored.Add(scored)
	slices.SortFunc(out, w.comparePairs)
	return encode(out, scored, len(w.s.comps)), nil
}

// idle says that nothing of a block is new since the state.
func (w *work) idle(b uint32, members []uint32) bool {
	if w.changed == nil || w.fresh != nil && w.fresh[b] {
		return false
	}
	return !slices.ContainsFunc(members, func(p uint32) bool { return w.changed[p] })
}

func (w *work) block(b uint32, members []uint32, sc *scratch, out []kept, scored int64) ([]kept, int64) {
	all := w.changed == nil || w.fresh != nil && w.fresh[b]
	for i, p := range members {
		table := w.v.tables[p]
		// Blocks of p before this one: a pair with one of them in common was theirs.
		earlier := w.x.blocks.at(p)
		at, _ := slices.BinarySearch(earlier, b)
		earlier = earlier[:at]
		j := i + 1
		if w.c.tables[table].unique {
			for j < len(members) && w.v.tables[members[j]] == table {
				j++
			}
		}
		for ; j < len(members); j++ {
			q := members[j]
			if !all && !w.changed[p] && !w.changed[q] {
				continue
			}
			if len(earlier) > 0 && meet(earlier, w.x.blocks.at(q)) {
				continue
			}
			scored++
			weight, ok := w.s.score(sc, p, q)
			if !ok {
				continue
			}
			k := kept{p, q, weight, slices.Clone(sc.levels)}
			if w.before(q, p) {
				k.a, k.b = q, p
			}
			out = append(out, k)
		}
	}
	return out, scored
}

// meet says whether two sorted lists share a number.
func meet(a, b []uint32) bool {
	last := a[len(a)-1]
	for i, j := 0, 0; i < len(a) && j < len(b) && b[j] <= last; {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			return true
		}
	}
	return false
}

// chunkHead is the length of what stands before the pairs of a chunk.
const chunkHead = 16

// encode writes pairs: the number that were scored and that of the pairs, then each
// with its places, its weight and a byte a level.
func encode(list []kept, scored int64, levels int) []byte {
	out := make([]byte, 0, chunkHead+len(list)*(16+levels))
	out = binary.LittleEndian.AppendUint64(out, uint64(scored))
	out = binary.LittleEndian.AppendUint64(out, uint64(len(list)))
	for _, k := range list {
		out = appendKept(out, k)
	}
	return out
}

func appendKept(out []byte, k kept) []byte {
	out = binary.LittleEndian.AppendUint32(out, k.a)
	out = binary.LittleEndian.AppendUint32(out, k.b)
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(k.weight))
	for _, l := range k.levels {
		out = append(out, byte(l))
	}
	return out
}

func decodeKept(b []byte) kept {
	k := kept{a: binary.LittleEndian.Uint32(b), b: binary.LittleEndian.Uint32(b[4:]), weight: math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
	for _, l := range b[16:] {
		k.levels = append(k.levels, int8(l))
	}
	return k
}
