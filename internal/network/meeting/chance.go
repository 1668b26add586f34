package meeting

import (
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/network"
	"milieu/internal/stat"
)

// mostLookups bounds the work of a test; leastShuffles is what a test takes all the same.
const (
	mostLookups   = 10_000_000
	leastShuffles = 99
)

// attenders are the organisations that were at the meetings that are followed, by main role.
func attenders(b *network.Book, met []seen) [][]int32 {
	there := map[int32]bool{}
	for _, p := range met {
		there[p.a], there[p.b] = true, true
	}
	all := make([]int32, 0, len(there))
	for v := range there {
		all = append(all, v)
	}
	slices.Sort(all)
	byRole := map[string][]int32{}
	var roles []string
	for _, v := range all {
		role := b.Node(int(v)).Role
		if byRole[role] == nil {
			roles = append(roles, role)
		}
		byRole[role] = append(byRole[role], v)
	}
	slices.Sort(roles)
	out := make([][]int32, len(roles))
	for i, role := range roles {
		out[i] = byRole[role]
	}
	return out
}

// shuffle reckons for each group what share would be expected if who met whom had nothing to do with who ties: the
// organisations that go to meetings change places among those of their role, the ties stay (quadratic assignment
// procedure: Hubert, "Assignment methods in combinatorial data analysis", 1987; Krackhardt, Social Networks 10 (1988)).
// All pairs of an organisation move with it, so that pairs need not be independent. It gives the number of shuffles.
func shuffle(b *network.Book, met []seen, pairs [][]int32, groups []*Group, ties map[pairKey]begun, r Result) int {
	var tested []int
	for i, g := range groups {
		if g.Enough {
			tested = append(tested, i)
		}
	}
	if len(tested) == 0 {
		return 0
	}
	n := max(leastShuffles, min(r.Options.Shuffles, mostLookups/max(len(met), 1)))
	classes := attenders(b, met)
	to, fates := make([]int32, b.Len()), make([]fate, len(met))
	shares := make([][]float64, len(groups))
	for k := range n {
		rng := rand.New(rand.NewPCG(r.Options.Seed, uint64(k)))
		for _, class := range classes {
			place := slices.Clone(class)
			rng.Shuffle(len(place), func(i, j int) { place[i], place[j] = place[j], place[i] })
			for i, v := range class {
				to[v] = place[i]
			}
		}
		for i, p := range met {
			fates[i] = r.fateOf(ties[pairOf(to[p.a], to[p.b])], p.year)
		}
		for _, i := range tested {
			if share, ok := shareOf(pairs[i], fates); ok {
				shares[i] = append(shares[i], share)
			}
		}
	}
	can := map[int32]bool{} // who may change places
	for _, class := range classes {
		for _, v := range class {
			can[v] = len(class) > 1
		}
	}
	for _, i := range tested {
		moves := slices.ContainsFunc(pairs[i], func(k int32) bool { return can[met[k].a] || can[met[k].b] })
		if moves && len(shares[i]) >= leastShuffles {
			groups[i].hold(shares[i])
		}
	}
	return n
}

// shareOf is the share of pairs that are tied later; not ok where none is free of ties.
func shareOf(pairs []int32, fates []fate) (share float64, ok bool) {
	n, k := 0, 0
	for _, i := range pairs {
		switch fates[i] {
		case later:
			n, k = n+1, k+1
		case free:
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	return float64(k) / float64(n), true
}

// hold puts the share beside those of the shuffles.
func (g *Group) hold(shares []float64) {
	g.Tested = true
	slices.Sort(shares)
	sum, more := 0.0, 0
	for _, s := range shares {
		sum += s
		if s >= g.Share {
			more++
		}
	}
	n := len(shares)
	g.Expected = sum / float64(n)
	g.Chance = stat.Interval{Lo: shares[int(math.Floor(0.025*float64(n-1)))], Hi: shares[int(math.Ceil(0.975*float64(n-1)))]}
	g.P = float64(more+1) / float64(n+1)
}

// adjust fills the adjusted p-values of the groups of a list.
func adjust(list []Group) {
	p := make([]float64, len(list))
	for i, g := range list {
		if p[i] = math.NaN(); g.Tested {
			p[i] = g.P
		}
	}
	for i, q := range stat.BenjaminiHochberg(p) {
		if list[i].Tested {
			list[i].Q = q
		}
	}
}
