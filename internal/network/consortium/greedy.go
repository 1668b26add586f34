package consortium

import (
	"math/bits"
	"slices"
)

// greedy makes a set member by member: who meets most of what is missing, then who
// leaves the fewest parts, then who is most strongly tied. It returns nil when it
// does not cover everything within the most members; it is the upper bound that
// the search starts from.
func (s *solver) greedy() *found {
	set := s.fill()
	if total(s.deficit(set)) > 0 {
		return nil
	}
	f := s.weigh(set)
	for {
		i := s.spare(f)
		if i < 0 && s.joiners(f.set) > s.p.join {
			i = slices.IndexFunc(f.set, func(v int32) bool { return s.joins(f.set, v) })
		}
		if i < 0 {
			return f
		}
		f = s.weigh(slices.Delete(f.set, i, i+1))
	}
}

func (s *solver) weigh(set []int32) *found {
	set = slices.Clone(set)
	slices.Sort(set)
	_, n := s.components(set)
	return &found{set: set, newTies: max(0, n-1), strength: s.strength(set)}
}

// fill is a greedy set that may leave something uncovered.
func (s *solver) fill() []int32 {
	var set []int32
	for _, v := range s.p.fixed {
		if !s.without[v] {
			set = append(set, v)
		}
	}
	for len(set) < s.p.most {
		deficit := s.deficit(set)
		if total(deficit) == 0 {
			break
		}
		v := s.nextMember(set, deficit)
		if v < 0 {
			break
		}
		set = append(set, v)
	}
	return set
}

func (s *solver) nextMember(set []int32, deficit []int) int32 {
	open := uint64(0)
	for r, d := range deficit {
		if d > 0 {
			open |= 1 << r
		}
	}
	of, _ := s.components(set)
	best, key := int32(-1), [3]int{}
	for r := range deficit {
		if open&(1<<r) == 0 {
			continue
		}
		for _, v := range s.cands[r] {
			if s.without[v] || slices.Contains(set, v) || s.kin(set, v) {
				continue
			}
			joins, bond := map[int]bool{}, 0
			for i, u := range set {
				if b := s.bond(u, v); b > 0 {
					joins[of[i]] = true
					bond += b
				}
			}
			k := [3]int{bits.OnesCount64(s.meets[v] & open), len(joins), bond}
			if best < 0 || slices.Compare(k[:], key[:]) > 0 {
				best, key = v, k
			}
		}
	}
	return best
}
