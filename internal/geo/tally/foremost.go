package tally

import "slices"

// Foremost returns the sites of the organisations of runs with most employees, at most most of them, the
// most first and then by document: each organisation by its first site where that is among them
// (its employees count there), or else by the first of its sites on the curve, without
// employees. It looks at every site and holds no more than most.
func (x *Index) Foremost(runs []Run, rule Rule, most int) []int {
	g := rule.gate()
	var top []entry // sorted; a new one that belongs is rare once it is full
	for _, r := range runs {
		for i := r.From; i < r.To; i++ {
			f := u16(x.flags, i)
			if !g.counts(f) {
				continue
			}
			e := entry{i, x.docOf(i), Unknown}
			if f&g.first != 0 {
				e.employees = int32(u32(x.employees, i))
			}
			if full := len(top) >= most; full && (most <= 0 || compareEntries(e, top[most-1]) >= 0) {
				continue
			}
			top = insert(top, e, f&several != 0, most)
		}
	}
	out := make([]int, len(top))
	for k, e := range top {
		out[k] = e.at
	}
	return out
}

type entry struct {
	at        int
	doc       uint32
	employees int32
}

func compareEntries(a, b entry) int {
	if a.employees != b.employees {
		if a.employees > b.employees {
			return -1
		}
		return 1
	}
	if a.doc != b.doc {
		if a.doc < b.doc {
			return -1
		}
		return 1
	}
	return a.at - b.at
}

// insert puts an entry in its place; twice says that its organisation may stand there already.
func insert(top []entry, e entry, twice bool, most int) []entry {
	if twice {
		if k := slices.IndexFunc(top, func(o entry) bool { return o.doc == e.doc }); k >= 0 {
			if compareEntries(e, top[k]) >= 0 {
				return top
			}
			top = slices.Delete(top, k, k+1)
		}
	}
	k, _ := slices.BinarySearchFunc(top, e, compareEntries)
	top = slices.Insert(top, k, e)
	return top[:min(len(top), most)]
}
