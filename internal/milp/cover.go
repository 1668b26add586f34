package milp

import (
	"cmp"
	"slices"
)

// Limits of a lifting, whose table is as long as its right-hand side.
const (
	mostCover = 100 // choices of a cover
	mostRight = 500 // right-hand side of a cut
)

// item is a choice of a row, complemented where its coefficient is negative, so
// that all weights are positive.
type item struct {
	j      int
	weight int64
	at     float64 // in the relaxed solution
	neg    bool
}

// covers makes lifted cover cuts from one row of whole numbers (Balas 1975;
// Gu, Nemhauser & Savelsbergh 1998).
type covers struct {
	l     *lp
	fixed []bool // for the whole search
	// least[v] is the least weight of the lifted choices with value v or more.
	least []int64
	coef  map[int]int64 // by number of the item
}

// cut returns the cut of a row, ok false when none is far enough from the
// relaxed solution.
func (c *covers) cut(e *exactRow) (row, bool) {
	items, room := c.items(e)
	if room < 0 || len(items) < 2 {
		return row{}, false
	}
	cover := pickCover(items, room)
	if cover == nil || len(cover) > mostCover {
		return row{}, false
	}
	return c.lift(items, room, cover)
}

// items returns the free choices of a row with positive weights and what they
// may weigh together.
func (c *covers) items(e *exactRow) ([]item, int64) {
	room := e.rhsNum
	var out []item
	for k, j := range e.idx {
		a, x := e.num[k], c.l.choice(j)
		switch {
		case c.fixed[j]:
			if c.l.up[j] == 1 {
				room -= a
			}
		case a < 0:
			out = append(out, item{j, -a, 1 - x, true})
			room -= a
		default:
			out = append(out, item{j, a, x, false})
		}
	}
	return out, room
}

// pickCover chooses numbers of items that together weigh more than room, by the
// greedy rule for the separation problem, and drops those that are not needed.
func pickCover(items []item, room int64) []int {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	key := func(i int) float64 { return (1 - items[i].at) / float64(items[i].weight) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(key(a), key(b)) })
	var sum int64
	var cover []int
	for _, i := range order {
		if items[i].at <= wholeTol {
			continue
		}
		cover = append(cover, i)
		if sum += items[i].weight; sum > room {
			break
		}
	}
	if sum <= room {
		return nil
	}
	// Least needed are those that the relaxation takes least of.
	slices.SortStableFunc(cover, func(a, b int) int { return cmp.Compare(items[a].at, items[b].at) })
	return slices.DeleteFunc(cover, func(i int) bool {
		if sum-items[i].weight > room {
			sum -= items[i].weight
			return true
		}
		return false
	})
}

// lift makes the cut of a minimal cover: those of it that the relaxation takes
// whole are set aside at 1, the rest give the first inequality, and all others
// are lifted in turn.
func (c *covers) lift(items []item, room int64, cover []int) (row, bool) {
	c.coef = map[int]int64{}
	var ones, parts []int
	for _, i := range cover {
		if items[i].at >= 1-wholeTol {
			ones = append(ones, i)
			room -= items[i].weight
		} else {
			parts = append(parts, i)
		}
	}
	if len(parts) < 2 {
		// All but one are lifted downwards from a single choice, which says little.
		for len(parts) < 2 && len(ones) > 0 {
			room += items[ones[0]].weight
			parts, ones = append(parts, ones[0]), ones[1:]
		}
	}
	if len(parts) < 2 || room < 0 {
		return row{}, false
	}
	rhs := int64(len(parts) - 1)
	c.least = []int64{0}
	for _, i := range parts {
		c.take(i, 1, items[i].weight)
	}
	rest := others(items, cover)
	for _, i := range rest {
		if items[i].at > wholeTol {
			c.up(items, i, room, rhs)
		}
	}
	for _, i := range ones {
		room += items[i].weight
		if a := c.most(room) - rhs; a > 0 {
			rhs += a
			c.take(i, a, items[i].weight)
		}
	}
	for _, i := range rest {
		if items[i].at <= wholeTol {
			c.up(items, i, room, rhs)
		}
	}
	if rhs > mostRight {
		return row{}, false
	}
	return c.finish(items, rhs)
}

// others are the items outside the cover, those with most in the relaxation
// first, then the heaviest.
func others(items []item, cover []int) []int {
	var rest []int
	for i := range items {
		if !slices.Contains(cover, i) {
			rest = append(rest, i)
		}
	}
	slices.SortStableFunc(rest, func(a, b int) int {
		return cmp.Or(cmp.Compare(items[b].at, items[a].at), cmp.Compare(items[b].weight, items[a].weight))
	})
	return rest
}

// up lifts an item that is 0 so far: it gets what is left of rhs beside it.
func (c *covers) up(items []item, i int, room, rhs int64) {
	left := room - items[i].weight
	a := rhs // an item for which there is no room excludes all others
	if left >= 0 {
		a = rhs - c.most(left)
	}
	if a > 0 {
		c.take(i, a, items[i].weight)
	}
}

// most is the largest value of the lifted choices that weigh at most room.
func (c *covers) most(room int64) int64 {
	for v := len(c.least) - 1; v > 0; v-- {
		if c.least[v] <= room {
			return int64(v)
		}
	}
	return 0
}

// take puts an item with its coefficient into the table.
func (c *covers) take(i int, coef, weight int64) {
	c.coef[i] = coef
	old := len(c.least)
	for range coef {
		c.least = append(c.least, 1<<62)
	}
	for v := len(c.least) - 1; v > 0; v-- {
		from := max(0, v-int(coef))
		if from < old && c.least[from]+weight < c.least[v] {
			c.least[v] = c.least[from] + weight
		}
	}
}

// finish writes the cut in the choices.
func (c *covers) finish(items []item, rhs int64) (row, bool) {
	r := row{rhs: float64(rhs), unit: 1}
	act, norm := 0.0, 0.0
	for i := range items {
		a := float64(c.coef[i])
		if a == 0 {
			continue
		}
		if items[i].neg {
			a = -a
			r.rhs += a
		}
		r.idx, r.val = append(r.idx, items[i].j), append(r.val, a)
		act += a * c.l.choice(items[i].j)
		norm += a * a
	}
	return r.scored(act, norm)
}
