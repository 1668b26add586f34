package link

import (
	"cmp"
	"maps"
	"slices"
)

// bridges finds the edges whose loss parts a connected set of records (Tarjan 1974)
// into two of more than one record each. Records are in order; there is one edge a pair.
func bridges(records []string, edges []Edge) []Edge {
	if len(records) < 4 {
		return nil
	}
	w := newWalk(records, edges)
	var out []Edge
	for root := range records {
		if w.seen[root] > 0 {
			continue
		}
		before := w.count
		cut := w.from(root)
		whole := w.count - before // records of this connected part
		for _, f := range cut {
			if k := w.below[f.node]; k > 1 && whole-k > 1 {
				out = append(out, edges[f.via])
			}
		}
	}
	slices.SortFunc(out, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return out
}

// walk is a walk through a graph, depth first and without recursion, as clusters may
// be long chains.
type walk struct {
	next  [][]half
	seen  []int // when a record was reached, from 1; 0 not yet
	low   []int // the earliest record that what lies below reaches
	below []int // records from here down
	count int
}

type half struct{ to, edge int }

// frame is a record on the way down, and the edge by which it was reached.
type frame struct{ node, via, at int }

func newWalk(records []string, edges []Edge) *walk {
	n := len(records)
	w := &walk{next: make([][]half, n), seen: make([]int, n), low: make([]int, n), below: make([]int, n)}
	for i, e := range edges {
		a, _ := slices.BinarySearch(records, e.A)
		b, _ := slices.BinarySearch(records, e.B)
		w.next[a] = append(w.next[a], half{b, i})
		w.next[b] = append(w.next[b], half{a, i})
	}
	return w
}

func (w *walk) enter(node int) {
	w.count++
	w.seen[node], w.low[node], w.below[node] = w.count, w.count, 1
}

// from walks all that is connected with root and returns the bridges, as the records
// below them.
func (w *walk) from(root int) (cut []frame) {
	w.enter(root)
	stack := []frame{{root, -1, 0}}
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.at < len(w.next[f.node]) {
			h := w.next[f.node][f.at]
			f.at++
			switch {
			case h.edge == f.via:
			case w.seen[h.to] > 0:
				w.low[f.node] = min(w.low[f.node], w.seen[h.to])
			default:
				w.enter(h.to)
				stack = append(stack, frame{h.to, h.edge, 0})
			}
			continue
		}
		done := *f
		stack = stack[:len(stack)-1]
		if len(stack) == 0 {
			break
		}
		up := stack[len(stack)-1].node
		w.low[up] = min(w.low[up], w.low[done.node])
		w.below[up] += w.below[done.node]
		if w.low[done.node] == w.seen[done.node] {
			cut = append(cut, done)
		}
	}
	return cut
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
