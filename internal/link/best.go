package link

import (
	"cmp"
	"slices"
)

// best chooses among matches, the strongest first, so that no record has two links
// into the same unique table.
func (w *work) best(matches []kept) map[[2]uint32]bool {
	slices.SortFunc(matches, func(p, q kept) int { return cmp.Or(cmp.Compare(q.weight, p.weight), w.comparePairs(p, q)) })
	type link struct {
		place uint32
		table uint8
	}
	taken := map[link]bool{}
	out := map[[2]uint32]bool{}
	for _, k := range matches {
		ta, tb := w.v.tables[k.a], w.v.tables[k.b]
		if taken[link{k.a, tb}] || taken[link{k.b, ta}] {
			continue
		}
		out[[2]uint32{k.a, k.b}] = true
		if w.c.tables[tb].unique {
			taken[link{k.a, tb}] = true
		}
		if w.c.tables[ta].unique {
			taken[link{k.b, ta}] = true
		}
	}
	return out
}
