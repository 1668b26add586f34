package result

import (
	"slices"
	"strconv"

	"milieu/internal/survey"
)

// steps are what shares are rounded to, the finest first.
var steps = []float64{0.01, 0.05, 0.1}

// Limits of the search for other answers: how many of a class are turned round, with how many others, how many sets of them are tried,
// and how many classes of weights in a group of a breakdown are few enough to be told apart.
const (
	mostOf     = 4
	mostWith   = 20
	mostTried  = 40
	fewWeights = 6
)

// blur rounds the shares of a question until no number of answers behind them can be worked out from them. A weighted share is a sum
// of the numbers of answers in each class of weights, and anybody can reckon the weights from the frame and the response: with
// weights that differ much a fine share has one solution in whole numbers. A number is safe when other answers would give the
// same published figures, interval ends and all, and another number there; it is looked for by changing the answers of up to
// three firms. Where there is none for a number that is hidden, or for a small one of a stratum, the
// groups' shares are rounded to 5 and 10 per cents and then hidden; then those of all; then these are hidden.
type blur struct {
	s       sample
	q       *asked
	cuts    []cut
	weights []float64
	// Of each cut: what a group's shares are rounded to; of a cut whose groups are all hidden 0.
	fine map[string][][]float64 // by row and item
	// Figures as they are published, by item, step and domain.
	before map[figure][3]float64
}

// figure is a share of all, or of a group of a cut, in steps.
type figure struct {
	item int
	step float64
	cut  string
	row  int
}

// blurred sets the steps of the question's shares, and hides those that no rounding protects.
func (s sample) blurred(q *asked, cuts []cut) error {
	b := blur{s: s, q: q, weights: s.design.Weights(), fine: map[string][][]float64{}, before: map[figure][3]float64{}}
	for _, c := range cuts {
		if !q.by[c.Key].none {
			b.cuts = append(b.cuts, c)
			for range c.secret() {
				b.fine[c.Key] = append(b.fine[c.Key], make([]float64, len(q.items)))
			}
		}
	}
	q.fine = b.fine
	for k, m := range q.items {
		if m.yes == nil || q.whole.items[0][k] || q.Kind == survey.Scale {
			continue
		}
		if err := b.item(k); err != nil {
			return err
		}
	}
	return nil
}

// item finds the steps of one share.
func (b *blur) item(k int) error {
	for _, whole := range steps {
		b.q.items[k].step = whole
		ok, err := true, error(nil)
		for _, cuts := range b.views() {
			if ok, err = b.groups(k, cuts); err != nil {
				return err
			}
			if !ok {
				break
			}
		}
		if ok {
			return nil
		}
	}
	b.drop(k)
	return nil
}

// views are what an intruder is taken to look at, one after the other: all answers, and the groups of each cut beside them. In an
// anonymous survey strata make up the groups, so that he sees all such cuts at once.
func (b *blur) views() [][]*cut {
	all, out := []*cut{}, [][]*cut{}
	for i := range b.cuts {
		c := &b.cuts[i]
		if b.s.in.Level == survey.Anonymous && c.Key != Arrival {
			all = append(all, c)
			continue
		}
		out = append(out, []*cut{c})
	}
	return append([][]*cut{all}, out...)
}

// groups finds the steps of the share in the groups of the cuts of a view, and in which of them it is hidden: those of which a number
// would come out are rounded more, then hidden, and then the smallest of the others. It is false where that does not do.
func (b *blur) groups(k int, view []*cut) (bool, error) {
	done := map[string]bool{}
	for {
		failed, from, err := b.fails(k, view, done)
		if err != nil || failed < 0 {
			return err == nil, err
		}
		if from == nil || !b.yield(k, *from, failed) {
			return false, nil
		}
	}
}

// fails gives an answer of a class whose number would come out, and the cut in which it would; -1 where there is none. The cut is nil
// where no cut is in view.
func (b *blur) fails(k int, view []*cut, done map[string]bool) (int, *cut, error) {
	if len(view) != 1 {
		row, err := b.kept(k, nil, view, done)
		if err != nil || row >= 0 {
			var from *cut
			for _, c := range view {
				if from == nil || b.open(k, *c) > b.open(k, *from) {
					from = c
				}
			}
			return row, from, err
		}
	}
	for _, c := range view {
		if row, err := b.kept(k, c, view, done); err != nil || row >= 0 {
			return row, c, err
		}
	}
	return -1, nil, nil
}

// open is in how many groups of a cut the share is shown.
func (b *blur) open(k int, c cut) int {
	n := 0
	for row := range c.Groups {
		if !b.q.by[c.Key].items[row][k] {
			n++
		}
	}
	return n
}

// yield rounds the share more in the group of the answer, or hides it there; where it is hidden already, the smallest group in which
// it is shown is hidden as well. It is false where it is shown in none.
func (b *blur) yield(k int, c cut, answer int) bool {
	row := c.row(answer)
	if got := b.q.by[c.Key]; row < len(c.Groups) && !got.items[row][k] {
		for _, step := range steps[1:] {
			if b.fine[c.Key][row][k] < step {
				b.fine[c.Key][row][k] = step
				return true
			}
		}
		b.hide(k, c, row)
		if b.open(k, c) == len(c.Groups)-1 { // one alone would be the rest of all
			b.hide(k, c, b.smallest(k, c))
		}
		return true
	}
	smallest := b.smallest(k, c)
	if smallest < 0 {
		return false
	}
	b.hide(k, c, smallest)
	return true
}

// smallest is the group with the fewest answers in which the share is shown and somebody answered; -1 where there is none.
func (b *blur) smallest(k int, c cut) int {
	got := b.q.by[c.Key]
	base, _ := b.q.tally(len(got.base), c.row)
	out := -1
	for row := range c.Groups {
		if !got.items[row][k] && base[row] > 0 && (out < 0 || base[row] < base[out]) {
			out = row
		}
	}
	return out
}

// hide hides the share in a group; of one choice, all shares, since they sum to one.
func (b *blur) hide(k int, c cut, row int) {
	if row < 0 {
		return
	}
	for i := range b.q.items {
		if i == k || b.q.Kind == survey.Single || b.q.items[k].measure == First && b.q.items[i].measure == First {
			b.q.by[c.Key].items[row][i] = true
		}
	}
}

// drop hides the share everywhere; of one choice, all of them.
func (b *blur) drop(k int) {
	for _, c := range b.cuts {
		got := b.q.by[c.Key]
		base, _ := b.q.tally(len(got.base), c.row)
		for row := range c.Groups {
			if got.base[row] || base[row] > 0 {
				b.hide(k, c, row)
			}
		}
	}
	for i := range b.q.items {
		if i == k || b.q.Kind == survey.Single || b.q.items[k].measure == First && b.q.items[i].measure == First {
			b.q.whole.items[0][i] = true
		}
	}
}

// kept looks whether each number of a class that must not be known, of the strata or of the groups of a cut, has another that agrees
// with what is published in the view; it gives an answer of one that has none, or -1. Those that are done have had one already, and
// since no less is hidden than then they still have it.
func (b *blur) kept(k int, c *cut, view []*cut, done map[string]bool) (int, error) {
	name := ""
	if c != nil {
		name = c.Key
	}
	classes, order := b.classes(k, c)
	for _, key := range order {
		if done[name+"\x00"+key] {
			continue
		}
		with, err := b.other(k, c, view, classes[key])
		if err != nil {
			return -1, err
		}
		if with == nil {
			return classes[key][0], nil
		}
		for _, i := range with {
			done[name+"\x00"+i] = true
		}
	}
	return -1, nil
}

// class is the class of an answer in the view: of all, its stratum; of a cut, its group where the share of the group is hidden, else
// its stratum within the group.
func (b *blur) class(k int, c *cut, row int) string {
	stratum := b.s.rows[row].Stratum
	if c == nil {
		return stratum
	}
	g := strconv.Itoa(c.row(row))
	if c.row(row) >= len(c.Groups) || b.q.by[c.Key].items[c.row(row)][k] {
		return g
	}
	return g + "\x00" + stratum
}

// classes are the answers of each class whose number must not be known: hidden groups, and strata of which few said it.
func (b *blur) classes(k int, c *cut) (map[string][]int, []string) {
	in := map[string][]int{}
	yes := map[string]int{}
	inside := map[int]map[string]bool{}
	for i := range b.s.rows {
		if !b.q.answered[i] {
			continue
		}
		key := b.class(k, c, i)
		in[key] = append(in[key], i)
		if b.q.items[k].yes[i] {
			yes[key]++
		}
		if c != nil {
			if inside[c.row(i)] == nil {
				inside[c.row(i)] = map[string]bool{}
			}
			inside[c.row(i)][b.s.rows[i].Stratum] = true
		}
	}
	var order []string
	for key, rows := range in {
		wanted := b.s.rule.small(yes[key])
		if c != nil {
			row := c.row(rows[0])
			hidden := row >= len(c.Groups) || b.q.by[c.Key].items[row][k]
			switch {
			case row >= len(c.Groups):
			case hidden:
				wanted = true
			default:
				wanted = wanted && len(inside[row]) > 1 && len(inside[row]) <= fewWeights
			}
		}
		if wanted {
			order = append(order, key)
		}
	}
	slices.Sort(order)
	return in, order
}
