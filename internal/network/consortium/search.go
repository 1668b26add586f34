package consortium

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strings"
)

// found is a set with what it is judged by.
type found struct {
	set      []int32 // ascending
	newTies  int
	strength int
}

// solver looks for the set with the fewest new ties. For t = 0, 1, 2 … it
// enumerates the sets that fall into at most t + 1 components: a component grows by
// a neighbour or is closed, which bans its other neighbours, and a new one begins
// at a candidate of the requirement with the fewest candidates. What was tried is
// banned for what follows, so that no set is looked at twice. A branch is cut
// when the members that the deficit needs at least do not fit. When all of a t was
// looked at without a set, no set has t new ties or fewer: that is the proof.
type solver struct {
	*pool
	ctx     context.Context
	without []bool // not to be used in this run
	budget  int
	looked  int
	parts   int // components allowed
	cover   int // most requirements that one organisation meets
	banned  []int32
	in      []bool
	best    *found
}

func newSolver(ctx context.Context, k *pool, budget int) *solver {
	s := &solver{pool: k, ctx: ctx, budget: budget, without: make([]bool, len(k.open)), banned: make([]int32, len(k.open)), in: make([]bool, len(k.open))}
	for _, m := range k.meets {
		s.cover = max(s.cover, bits.OnesCount64(m))
	}
	return s
}

// result is the outcome of a run.
type result struct {
	best     *found
	lower    int  // no set has fewer new ties
	complete bool // all sets with as many new ties as the best were looked at
}

// run looks for the best set; nil when there is none within the most members, or
// none was found.
func (s *solver) run() result {
	upper := s.greedy()
	out := result{best: upper}
	left := s.budget / 4
	for t := 0; t < s.p.most; t++ {
		if upper != nil && t > upper.newTies {
			break
		}
		s.parts, s.best, s.looked = t+1, nil, 0
		if upper != nil && upper.newTies == t {
			s.best = upper
		}
		s.budget = left * 4
		s.grow(nil, 0, 0, slices.Clone(s.want))
		done := s.looked < s.budget && s.ctx.Err() == nil
		if s.best != nil {
			out.best, out.complete = s.best, done
			return out
		}
		if !done {
			return out
		}
		out.lower = t + 1
	}
	out.complete = upper == nil
	return out
}

// least is how many members a deficit needs at the least.
func (s *solver) least(deficit []int) int {
	most, sum := 0, 0
	for _, d := range deficit {
		most = max(most, d)
		sum += d
	}
	if s.cover == 0 {
		return sum
	}
	return max(most, (sum+s.cover-1)/s.cover)
}

// grow extends a set whose last component begins at from.
func (s *solver) grow(set []int32, from, parts int, deficit []int) {
	if s.looked++; s.looked >= s.budget || s.looked%1024 == 0 && s.ctx.Err() != nil {
		s.looked = s.budget
		return
	}
	need := s.least(deficit)
	if need == 0 {
		s.record(set, parts)
		return
	}
	if len(set)+need > s.p.most {
		return
	}
	var mine []int32
	for _, v := range s.beside(set, from, deficit, len(set)+1+need > s.p.most, s.idlers(set) >= s.p.join) {
		s.with(v, set, from, parts, deficit)
		s.banned[v]++
		mine = append(mine, v)
	}
	if parts < s.parts && (len(set) == 0 || !s.idle(set[from:])) {
		// what is beside the closed component is out of reach for the next
		for _, v := range s.around(set[from:]) {
			s.banned[v]++
			mine = append(mine, v)
		}
		for _, v := range s.cands[s.scarcest(deficit)] {
			if s.banned[v] > 0 || s.in[v] || s.without[v] || s.kin(set, v) {
				continue
			}
			s.with(v, set, len(set), parts+1, deficit)
			s.banned[v]++
			mine = append(mine, v)
			if s.looked >= s.budget {
				break
			}
		}
	}
	for _, v := range mine {
		s.banned[v]--
	}
}

func (s *solver) with(v int32, set []int32, from, parts int, deficit []int) {
	next := slices.Clone(deficit)
	for m := s.meets[v]; m != 0; m &= m - 1 {
		if r := bits.TrailingZeros64(m); next[r] > 0 {
			next[r]--
		}
	}
	s.in[v] = true
	s.grow(append(slices.Clone(set), v), from, parts, next)
	s.in[v] = false
}

// kin says that an organisation may not join a set because one of its group is in
// it or is fixed. Fixed members may be of one group: the call says so.
func (k *pool) kin(set []int32, v int32) bool {
	group := k.p.f.Orgs[v].Group
	if !k.p.apart || group == "" || slices.Contains(k.p.fixed, v) {
		return false
	}
	same := func(u int32) bool { return k.p.f.Orgs[u].Group == group }
	return slices.ContainsFunc(set, same) || slices.ContainsFunc(k.p.fixed, same)
}

// idlers counts the members that meet nothing.
func (s *solver) idlers(set []int32) int {
	n := 0
	for _, v := range set {
		if s.meets[v] == 0 && !slices.Contains(s.p.fixed, v) {
			n++
		}
	}
	return n
}

// idle says that no member of a component meets anything.
func (s *solver) idle(part []int32) bool {
	for _, v := range part {
		if s.meets[v] != 0 {
			return false
		}
	}
	return true
}

func (s *solver) around(part []int32) []int32 {
	var out []int32
	for _, v := range part {
		for _, u := range s.ties(v) {
			if !s.in[u] {
				out = append(out, u)
			}
		}
	}
	return out
}

// beside is the neighbours by which the last component may grow: those that meet
// most of the deficit first, then those most strongly tied to the set, then by
// name. Full says that there is only room for those that meet something missing,
// joined that there are as many connectors as there may be.
func (s *solver) beside(set []int32, from int, deficit []int, full, joined bool) []int32 {
	open := uint64(0)
	for r, d := range deficit {
		if d > 0 {
			open |= 1 << r
		}
	}
	type option struct {
		v           int32
		meets, bond int
	}
	var list []option
	for _, v := range s.around(set[from:]) {
		if s.banned[v] > 0 || s.without[v] || s.kin(set, v) {
			continue
		}
		o := option{v: v, meets: bits.OnesCount64(s.meets[v] & open)}
		if full && o.meets == 0 || joined && s.meets[v] == 0 {
			continue
		}
		for _, u := range set {
			o.bond += s.bond(u, v)
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b option) int {
		return cmp.Or(cmp.Compare(b.meets, a.meets), cmp.Compare(b.bond, a.bond), strings.Compare(s.p.f.Orgs[a.v].Name, s.p.f.Orgs[b.v].Name), cmp.Compare(a.v, b.v))
	})
	var out []int32
	for i, o := range list {
		if i == 0 || list[i-1].v != o.v {
			out = append(out, o.v)
		}
	}
	return out
}

// scarcest is the unmet requirement with the fewest candidates.
func (s *solver) scarcest(deficit []int) int {
	best := -1
	for r, d := range deficit {
		if d > 0 && (best < 0 || len(s.cands[r]) < len(s.cands[best])) {
			best = r
		}
	}
	return best
}

// record keeps a set that covers everything when it is the best so far. A set with
// a member that is not needed is passed over: without it it is looked at as well.
// So is one with too many connectors.
func (s *solver) record(set []int32, parts int) {
	f := &found{set: slices.Clone(set), newTies: max(0, parts-1), strength: s.strength(set)}
	slices.Sort(f.set)
	if s.joiners(f.set) <= s.p.join && s.spare(f) < 0 && s.better(f, s.best) {
		s.best = f
	}
}

// spare is a member that can go without loss of coverage and without a new tie
// more; -1 for none.
func (s *solver) spare(f *found) int {
	for i, v := range f.set {
		if slices.Contains(s.p.fixed, v) {
			continue
		}
		rest := slices.Delete(slices.Clone(f.set), i, i+1)
		if total(s.deficit(rest)) > 0 {
			continue
		}
		if _, n := s.components(rest); n-1 <= f.newTies {
			return i
		}
	}
	return -1
}

// joiners counts the members that are not fixed and without whom everything is
// still covered.
func (s *solver) joiners(set []int32) int {
	n := 0
	for _, v := range set {
		if s.joins(set, v) {
			n++
		}
	}
	return n
}

func (s *solver) joins(set []int32, v int32) bool {
	rest := slices.DeleteFunc(slices.Clone(set), func(u int32) bool { return u == v })
	return !slices.Contains(s.p.fixed, v) && total(s.deficit(rest)) == 0
}

// better compares: fewer new ties, stronger ties, fewer members, names.
func (s *solver) better(f, g *found) bool {
	if g == nil {
		return true
	}
	c := cmp.Or(cmp.Compare(f.newTies, g.newTies), cmp.Compare(g.strength, f.strength), cmp.Compare(len(f.set), len(g.set)))
	if c == 0 {
		c = strings.Compare(s.names(f.set), s.names(g.set))
	}
	return c < 0
}

func (s *solver) names(set []int32) string {
	var out []string
	for _, v := range set {
		out = append(out, s.p.f.Orgs[v].Name)
	}
	slices.Sort(out)
	return strings.Join(out, "\x00")
}
