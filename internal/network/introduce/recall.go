package introduce

import (
	"context"
	"slices"
)

// Check is how well the ranking finds ties that there are: each is taken away in
// turn, the partners of each of its two ends are ranked without it, and the place
// of the other end is noted.
type Check struct {
	Ties   int   // pairs that are tied
	Tried  int   // ends ranked
	Ranks  []int // place of the tie that was taken away, 0 where it was not in the list, by end
	First  int   // ends for which it was first
	Five   int   // among the first five
	Ten    int   // among the first ten
	Recall float64
	// Chance is the recall at ten of a random order of all untied partners.
	Chance float64
}

// Recall takes away, one after the other, the ties of pairs that are tied now, of
// most pairs at even steps (0: all). It makes the index anew each time and so is
// for small networks, tests and the command.
func Recall(ctx context.Context, d Data, m Model, most int) (Check, error) {
	var pairs []uint64
	for _, t := range d.Ties {
		if t.Family == "tie" && t.A != t.B && (t.Last == 0 || t.Last >= d.Now) {
			pairs = append(pairs, pairKey(t.A, t.B))
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	c := Check{Ties: len(pairs)}
	n := len(pairs)
	if most > 0 {
		n = min(n, most)
	}
	for i := range n {
		key := pairs[i*len(pairs)/n]
		without := d
		without.Ties = slices.DeleteFunc(slices.Clone(d.Ties), func(t Tie) bool { return pairKey(t.A, t.B) == key })
		x := Of(without, m)
		a, b := int(key>>32), int(uint32(key))
		for _, end := range [][2]int{{a, b}, {b, a}} {
			rank, partners, err := x.place(ctx, end[0], end[1])
			if err != nil {
				return c, err
			}
			c.note(rank, partners)
		}
	}
	if c.Tried > 0 {
		c.Recall = float64(c.Ten) / float64(c.Tried)
		c.Chance /= float64(c.Tried)
	}
	return c, nil
}

// place is the rank of b among the partners of a, 0 when it is not listed, and how
// many partners there could be.
func (x *Index) place(ctx context.Context, a, b int) (rank, partners int, err error) {
	list, err := x.Rank(ctx, Ask{Org: x.orgs[a].ID, N: len(x.orgs)})
	if err != nil {
		return 0, 0, err
	}
	for i, p := range list.Pairs {
		if p.B == b {
			rank = i + 1
		}
	}
	return rank, list.Scored, nil
}

func (c *Check) note(rank, partners int) {
	c.Tried++
	c.Ranks = append(c.Ranks, rank)
	c.Chance += min(1, 10/float64(max(1, partners)))
	if rank == 0 {
		return
	}
	if rank == 1 {
		c.First++
	}
	if rank <= 5 {
		c.Five++
	}
	if rank <= 10 {
		c.Ten++
	}
}
