package result

import (
	"cmp"
	"math"
	"slices"

	"milieu/internal/survey"
)

// turn is an answer that could say the other thing of the item, with what that adds to the weighted number of those who say it.
type turn struct {
	row   int
	adds  float64
	class string
}

// other looks for other answers that change the number of a class and nothing that is published in the view: one of the class turned
// round, alone and with one or two others, those first that change the weighted number of all least. It gives the classes whose
// numbers they change.
func (b *blur) other(k int, c *cut, view []*cut, class []int) ([]string, error) {
	of := func(row int) string { return b.class(k, c, row) }
	for _, against := range b.against(k) {
		mine := b.turns(k, against, class, c, of)
		all := b.turns(k, against, nil, c, of)
		for _, r := range mine[:min(len(mine), mostOf)] {
			for _, change := range b.sets(r, all) {
				ok, err := b.same(view, flipsOf(k, against, change))
				if err != nil {
					return nil, err
				}
				if ok {
					var out []string
					for _, t := range change {
						out = append(out, t.class)
					}
					return out, nil
				}
			}
		}
	}
	return nil, nil
}

// against are the items to which an answer can go when it leaves the item: of one choice the others, else none (-1).
func (b *blur) against(k int) []int {
	if !b.single(k) {
		return []int{-1}
	}
	var out []int
	for i, m := range b.q.items {
		if i != k && m.measure == b.q.items[k].measure {
			out = append(out, i)
		}
	}
	return out
}

// turns are answers that can be turned round, of these rows (nil: all); of those that do the same two are enough.
func (b *blur) turns(k, against int, rows []int, c *cut, of func(int) string) []turn {
	type alike struct {
		adds, place float64
		class       string
	}
	seen := map[alike]int{}
	var out []turn
	add := func(i int) {
		if !b.q.answered[i] {
			return
		}
		t := turn{i, b.weights[i], of(i)}
		switch {
		case b.q.items[k].yes[i]:
			t.adds = -t.adds
		case against >= 0 && !b.q.items[against].yes[i]:
			return
		}
		a := alike{round(t.adds, 6), 0, t.class}
		if c != nil {
			a.place = float64(c.row(i))
		}
		if seen[a]++; seen[a] <= 2 {
			out = append(out, t)
		}
	}
	if rows == nil {
		for i := range b.s.rows {
			add(i)
		}
		return out
	}
	for _, i := range rows {
		add(i)
	}
	return out
}

// sets are changes that turn r round, with none, one or two others, such that the number of r's class changes.
func (b *blur) sets(r turn, all []turn) [][]turn {
	even := len(b.q.routing) > 0 || b.q.Topic == Arrival // how many said it is told by how many were asked something else, or by the groups
	type set struct {
		turns []turn
		adds  float64
	}
	var out []set
	add := func(turns ...turn) {
		sum, up, own := 0.0, 0, 0
		for _, t := range turns {
			sum += t.adds
			one := 1
			if t.adds < 0 {
				one = -1
			}
			up += one
			if t.class == r.class {
				own += one
			}
		}
		if own != 0 && (!even || up == 0) {
			out = append(out, set{slices.Clone(turns), math.Abs(sum)})
		}
	}
	near := slices.Clone(all)
	slices.SortStableFunc(near, func(x, y turn) int { return cmp.Compare(math.Abs(x.adds+r.adds), math.Abs(y.adds+r.adds)) })
	near = slices.DeleteFunc(near, func(t turn) bool { return t.row == r.row })
	near = near[:min(len(near), mostWith)]
	add(r)
	for i, x := range near {
		add(r, x)
		for _, y := range near[:i] {
			add(r, x, y)
		}
	}
	slices.SortStableFunc(out, func(x, y set) int { return cmp.Compare(x.adds, y.adds) })
	var sets [][]turn
	for _, o := range out[:min(len(out), mostTried)] {
		sets = append(sets, o.turns)
	}
	return sets
}

// flips are rows whose yes or no to an item is turned round, by item.
type flips map[int][]int

func flipsOf(k, against int, change []turn) flips {
	f := flips{}
	for _, t := range change {
		f[k] = append(f[k], t.row)
		if against >= 0 {
			f[against] = append(f[against], t.row)
		}
	}
	return f
}

// single says that of the measure of the item each answer gives one.
func (b *blur) single(k int) bool {
	return b.q.Kind == survey.Single || b.q.items[k].measure == First
}

// same says that all figures of the view stay as they are published. What is reckoned fast comes first.
func (b *blur) same(view []*cut, change flips) (bool, error) {
	type look struct {
		f       figure
		yes, in []bool
	}
	var looks []look
	for k, rows := range change {
		yes := slices.Clone(b.q.items[k].yes)
		for _, r := range rows {
			yes[r] = !yes[r]
		}
		if !b.q.whole.items[0][k] {
			looks = append(looks, look{figure{k, b.step(k), "", 0}, yes, b.q.answered})
		}
		for _, v := range view {
			looked := map[int]bool{}
			for _, r := range rows {
				g := v.row(r)
				if looked[g] || g >= len(v.Groups) || b.q.by[v.Key].items[g][k] {
					continue
				}
				looked[g] = true
				in := make([]bool, len(b.s.rows))
				for i := range in {
					in[i] = b.q.answered[i] && v.row(i) == g
				}
				looks = append(looks, look{figure{k, max(b.fine[v.Key][g][k], steps[0]), v.Key, g}, yes, in})
			}
		}
	}
	for _, l := range looks {
		if !b.near(l.f, l.yes, l.in) {
			return false, nil
		}
	}
	for _, l := range looks {
		if ok, err := b.stays(l.f, l.yes, l.in); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (b *blur) step(k int) float64 { return max(b.q.items[k].step, steps[0]) }

// near says that the share itself is published the same with other answers.
func (b *blur) near(f figure, yes, in []bool) bool {
	was, now, all := 0.0, 0.0, 0.0
	for i, w := range b.weights {
		if !in[i] {
			continue
		}
		all += w
		if b.q.items[f.item].yes[i] {
			was += w
		}
		if yes[i] {
			now += w
		}
	}
	return math.Abs(roundTo(was/all, f.step)-roundTo(now/all, f.step)) < 1e-9
}

// stays says that the share and its interval are published the same with other answers.
func (b *blur) stays(f figure, yes, in []bool) (bool, error) {
	m := b.q.items[f.item]
	m.step = f.step
	published := func() ([3]float64, error) {
		e, err := b.s.estimate(m, in)
		value, lower, upper := m.rounded(b.q.Question, e)
		return [3]float64{value, lower, upper}, err
	}
	before, ok := b.before[f]
	if !ok {
		var err error
		if before, err = published(); err != nil {
			return false, err
		}
		b.before[f] = before
	}
	m.yes = yes
	after, err := published()
	return before == after, err
}
