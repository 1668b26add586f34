package consortium

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// mostAlternatives is how many alternatives Swap lists.
const mostAlternatives = 12

// Alternative is a set with one member exchanged, against the set before. ID "" is
// the set with the place left empty.
type Alternative struct {
	Node         int
	ID, Name     string
	NewTies      int      // of the set with it
	Change       int      // new ties more than before
	Lost, Gained []string // requirements covered before and no more, and the other way round
	Strength     int
}

// Swap lists what could stand in the place of a member (out), or with out "" what
// each organisation added would do: who keeps most covered first, then fewest new
// ties, strongest ties, names. Leaving the place empty is listed last. Only who
// meets a requirement or is tied to a member is looked at.
func Swap(ctx context.Context, f Facts, c Call, members []string, out string) ([]Alternative, error) {
	k, set, err := judged(&f, c, members)
	if err != nil {
		return nil, err
	}
	base := set
	if out != "" {
		v, ok := f.find(out)
		i := slices.Index(set, v)
		if !ok || i < 0 {
			return nil, fmt.Errorf("%q is no member of the set", out)
		}
		base = slices.Delete(slices.Clone(set), i, i+1)
	}
	before := k.unmet(set)
	_, parts := k.components(set)
	of, n := k.components(base)
	var list []Alternative
	for v := range f.Orgs {
		if v%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !k.open[v] || f.Orgs[v].ID == out || slices.Contains(set, int32(v)) || k.meets[v] == 0 || k.kin(base, int32(v)) {
			continue
		}
		a := Alternative{Node: v, ID: f.Orgs[v].ID, Name: f.Orgs[v].Name, Strength: k.strength(base)}
		joins := map[int]bool{}
		for i, u := range base {
			if b := k.bond(u, int32(v)); b > 0 {
				joins[of[i]] = true
				a.Strength += b
			}
		}
		a.NewTies = n - len(joins)
		a.Change = a.NewTies - max(0, parts-1)
		a.Lost, a.Gained = compare(before, k.unmet(append(slices.Clone(base), int32(v))))
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b Alternative) int {
		return cmp.Or(cmp.Compare(len(a.Lost)-len(a.Gained), len(b.Lost)-len(b.Gained)), cmp.Compare(a.NewTies, b.NewTies), cmp.Compare(b.Strength, a.Strength), strings.Compare(a.Name, b.Name))
	})
	list = slices.Clip(list[:min(mostAlternatives, len(list))])
	if out != "" {
		a := Alternative{Node: -1, NewTies: max(0, n-1), Change: max(0, n-1) - max(0, parts-1), Strength: k.strength(base)}
		a.Lost, a.Gained = compare(before, k.unmet(base))
		list = append(list, a)
	}
	return list, nil
}

// compare is what is unmet after and was met before, and the other way round.
func compare(before, after []string) (lost, gained []string) {
	for _, r := range after {
		if !slices.Contains(before, r) {
			lost = append(lost, r)
		}
	}
	for _, r := range before {
		if !slices.Contains(after, r) {
			gained = append(gained, r)
		}
	}
	return lost, gained
}

// Judge judges a set that people made as Propose judges its own, and lists the gaps
// of the call. Members that the call would not admit are kept and meet nothing.
func Judge(f Facts, c Call, members []string) (Proposal, []Gap, error) {
	k, set, err := judged(&f, c, members)
	if err != nil {
		return Proposal{}, nil, err
	}
	return k.proposal(set), k.gaps(), nil
}

// judged makes the pool of a call, and of members their numbers, ascending.
func judged(f *Facts, c Call, members []string) (*pool, []int32, error) {
	p, err := newProblem(f, c)
	if err != nil {
		return nil, nil, err
	}
	var set []int32
	for _, id := range members {
		v, ok := f.find(id)
		if !ok {
			return nil, nil, fmt.Errorf("no organisation %q is in the network", id)
		}
		set = append(set, v)
	}
	slices.Sort(set)
	set = slices.Compact(set)
	p.members = set
	return newPool(p), set, nil
}
