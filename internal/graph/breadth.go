package graph

import (
	"context"
	"math/bits"
)

// byBreadth is the working memory of one goroutine for paths by the number of their ties. It searches from many
// sources at once: one word of a node holds a bit for each source, so that one look at a tie serves all of them
// (Then and others, "The more the merrier: efficient multi-source graph traversal", PVLDB 8, 2014). What the search
// leaves of each source is the list of the steps of its shortest paths, the nearest first; counting paths and summing
// shares then run along a list, with no decision in the loop that a processor could foresee wrongly.
type byBreadth struct {
	counter
	width     int      // number of sources at once
	room      int      // number of steps that a source may have
	seen      []uint32 // sources that have reached the node
	now, next []uint32 // sources that reach it at this number of ties, and at the next
	active    []int32  // nodes with a bit of now
	touched   []int32  // nodes whose seen is not 0, some more than once
	steps     []step   // of source i: from i*room
	ends      [mostSources]int
	marks     []int  // of a sample: the ends after each level, mostSources a level
	drawn     *drawn // not nil where the sources are a sample
}

// mostSources is the number of bits of a word.
const mostSources = 32

// stepMemory bounds the memory of the steps of one goroutine, in steps of 8 bytes.
const stepMemory = 8 << 20

func newByBreadth(g *skeleton) *byBreadth {
	n, room := len(g.nodes), max(1, g.mostSteps)
	width := min(mostSources, max(1, stepMemory/room))
	return &byBreadth{counter: newCounter(g), width: width, room: room, seen: make([]uint32, n), now: make([]uint32, n),
		next: make([]uint32, n), active: make([]int32, 0, n), steps: make([]step, width*room)}
}

// from adds the dependencies of sources to sum, each as often as times says, until ctx ends.
func (b *byBreadth) from(ctx context.Context, sources []int32, times, sum []float64) {
	for len(sources) > 0 && ctx.Err() == nil {
		k := min(b.width, len(sources))
		b.search(sources[:k])
		for i, s := range sources[:k] {
			if b.drawn != nil {
				b.drawn.collect(b, i, s, sum)
			} else {
				b.collect(s, b.steps[i*b.room:b.ends[i]], times[i], sum)
			}
		}
		sources, times = sources[k:], times[k:]
	}
}

// search lists the steps of the sources.
func (b *byBreadth) search(sources []int32) {
	wipe(b.seen, &b.touched)
	b.active, b.marks = b.active[:0], b.marks[:0]
	for i, s := range sources {
		b.ends[i] = i * b.room
		if b.now[s] == 0 {
			b.active = append(b.active, s)
		}
		b.touched = append(b.touched, s)
		b.now[s] |= 1 << i
		b.seen[s] |= 1 << i
	}
	for len(b.active) > 0 {
		far := b.reach()
		b.list()
		if b.drawn != nil {
			b.marks = append(b.marks, b.ends[:]...)
		}
		for _, v := range b.active {
			b.now[v] = 0
		}
		b.now, b.next = b.next, b.now
		b.active = append(b.active[:0], far...)
		b.touched = append(b.touched, far...)
	}
}

// wipe sets words to 0: those that were touched, or all where that is quicker.
func wipe[T uint32 | uint64](words []T, touched *[]int32) {
	if len(*touched) > len(words)/4 {
		clear(words)
	} else {
		for _, v := range *touched {
			words[v] = 0
		}
	}
	*touched = (*touched)[:0]
}

// reach finds what is one tie behind the active nodes and not yet seen.
func (b *byBreadth) reach() []int32 {
	rows, heads, next, far := b.g.rows, b.g.heads, b.next, b.far
	t := 0
	for _, v := range b.active {
		f := b.now[v]
		for _, w := range heads[rows[v]:rows[v+1]] {
			x := next[w]
			far[t] = w
			t += int((uint64(x) - 1) >> 63) // 1 where x is 0
			next[w] = x | f
		}
	}
	kept := far[:0]
	for _, w := range far[:t] {
		x := next[w] &^ b.seen[w]
		next[w] = x
		b.seen[w] |= x
		if x != 0 {
			kept = append(kept, w)
		}
	}
	// In order of number, neighbours lie close; a few nodes are not worth a look at all.
	if len(kept) > len(next)/16 {
		kept = kept[:0]
		for w, x := range next {
			if x != 0 {
				kept = append(kept, int32(w))
			}
		}
	}
	return kept
}

// list appends the steps from the active nodes to those just reached.
func (b *byBreadth) list() {
	rows, heads, next, steps, ends := b.g.rows, b.g.heads, b.next, b.steps, &b.ends
	for _, v := range b.active {
		f := b.now[v]
		for _, w := range heads[rows[v]:rows[v+1]] {
			for x := f & next[w]; x != 0; x &= x - 1 {
				i := bits.TrailingZeros32(x) % mostSources
				steps[ends[i]] = step{v, w}
				ends[i]++
			}
		}
	}
}

// level returns the steps of the i-th source that end at level+1 ties from it; none where it reaches no farther.
func (b *byBreadth) level(i, level int) []step {
	if (level+1)*mostSources > len(b.marks) {
		return nil
	}
	from := i * b.room
	if level > 0 {
		from = b.marks[(level-1)*mostSources+i]
	}
	return b.steps[from:b.marks[level*mostSources+i]]
}
