package consortium

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// pool is who may be a member, and what each meets.
type pool struct {
	p     *problem
	meets []uint64 // by organisation: requirements that it meets
	may   []uint64 // requirements of which facts are not known and nothing speaks against
	open  []bool   // may be a member
	start []int32  // ties in compressed rows, open organisations only
	to    []int32
	bonds []uint8 // 1, or 2 for a strong tie
	want  []int   // what a set must reach: no more than there is
	cands [][]int32
	rules int // organisations left out because a fact for a rule of the whole call is not known
	n     int // organisations that meet some requirement
}

func newPool(p *problem) *pool {
	n := len(p.f.Orgs)
	k := &pool{p: p, meets: make([]uint64, n), may: make([]uint64, n), open: make([]bool, n), want: make([]int, len(p.reqs)), cands: make([][]int32, len(p.reqs))}
	for v := range p.f.Orgs {
		k.admit(int32(v))
	}
	k.rows()
	for r, req := range p.reqs {
		k.want[r] = min(req.want, len(k.cands[r]))
		slices.SortFunc(k.cands[r], k.order)
	}
	return k
}

// admit says whether an organisation may be a member, and judges it.
func (k *pool) admit(v int32) {
	o := &k.p.f.Orgs[v]
	fixed := slices.Contains(k.p.fixed, v)
	k.open[v] = fixed || slices.Contains(k.p.members, v)
	if !fixed && (o.Closed || k.p.excluded[v]) {
		return
	}
	for r, req := range k.p.reqs {
		switch t, _, _ := req.judge(o); t {
		case yes:
			k.meets[v] |= 1 << r
		case unknown:
			k.may[v] |= 1 << r
		}
	}
	if !fixed {
		if t, _, _ := (requirement{conds: k.p.rules}).judge(o); t != yes {
			if t == unknown && k.meets[v] != 0 {
				k.rules++
			}
			k.meets[v], k.may[v] = 0, 0
			return
		}
	}
	k.open[v] = true
	if k.meets[v] != 0 {
		k.n++
	}
	for m := k.meets[v]; m != 0; m &= m - 1 {
		r := bits.TrailingZeros64(m)
		k.cands[r] = append(k.cands[r], v)
	}
}

func (k *pool) rows() {
	n := len(k.p.f.Orgs)
	type end struct {
		from, to int32
		bond     uint8
	}
	var ends []end
	for _, t := range k.p.f.Ties {
		if t.A == t.B || !k.open[t.A] || !k.open[t.B] {
			continue
		}
		bond := uint8(1)
		if t.Strong {
			bond = 2
		}
		ends = append(ends, end{t.A, t.B, bond}, end{t.B, t.A, bond})
	}
	slices.SortFunc(ends, func(a, b end) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(b.bond, a.bond))
	})
	k.start = make([]int32, n+1)
	for i, e := range ends {
		if i > 0 && ends[i-1].from == e.from && ends[i-1].to == e.to {
			continue // the stronger stands first
		}
		k.to, k.bonds = append(k.to, e.to), append(k.bonds, e.bond)
		k.start[e.from+1]++
	}
	for v := range n {
		k.start[v+1] += k.start[v]
	}
}

func (k *pool) ties(v int32) []int32 { return k.to[k.start[v]:k.start[v+1]] }

// bond is how strong the tie of two is: 0 for none, 1, or 2 for a strong one.
func (k *pool) bond(a, b int32) int {
	i, ok := slices.BinarySearch(k.ties(a), b)
	if !ok {
		return 0
	}
	return int(k.bonds[int(k.start[a])+i])
}

// order puts those that meet most first, then those with most ties, then by name.
func (k *pool) order(a, b int32) int {
	return cmp.Or(cmp.Compare(bits.OnesCount64(k.meets[b]), bits.OnesCount64(k.meets[a])), cmp.Compare(len(k.ties(b)), len(k.ties(a))),
		strings.Compare(k.p.f.Orgs[a].Name, k.p.f.Orgs[b].Name), cmp.Compare(a, b))
}

// deficit is what a set still lacks of each requirement.
func (k *pool) deficit(set []int32) []int {
	out := slices.Clone(k.want)
	for _, v := range set {
		for m := k.meets[v]; m != 0; m &= m - 1 {
			out[bits.TrailingZeros64(m)]--
		}
	}
	for r := range out {
		out[r] = max(0, out[r])
	}
	return out
}

// components numbers the parts that a set and the ties in it fall into.
func (k *pool) components(set []int32) (of []int, n int) {
	of = make([]int, len(set))
	for i := range of {
		of[i] = -1
	}
	var stack []int
	for i := range set {
		if of[i] >= 0 {
			continue
		}
		of[i] = n
		stack = append(stack, i)
		for len(stack) > 0 {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for l := range set {
				if of[l] < 0 && k.bond(set[j], set[l]) > 0 {
					of[l] = n
					stack = append(stack, l)
				}
			}
		}
		n++
	}
	return of, n
}

// strength adds up the ties of a set: one each, two for a strong one.
func (k *pool) strength(set []int32) int {
	s := 0
	for i, a := range set {
		for _, b := range set[i+1:] {
			s += k.bond(a, b)
		}
	}
	return s
}

// total is the sum of a deficit.
func total(deficit []int) int {
	n := 0
	for _, d := range deficit {
		n += d
	}
	return n
}
