package result

import (
	"math"

	"milieu/internal/disclosure"
	"milieu/internal/survey"
)

// broken is a question by the groups of a cut, that is being protected.
type broken struct {
	data
	cut
	rule   rule
	whole  shown
	rows   int // of the cut's groups, and one for those in none
	base   []int
	secret []bool // by row: its items are not published
	out    shown
}

// broken protects a question by the groups of a cut. Of forced groups nothing is shown, because it would give away what another
// question hides there. What is known of the whole is taken as known; what is hidden there stays hidden here.
func (d data) broken(r rule, c cut, whole shown, forced []bool) (shown, error) {
	b := broken{data: d, cut: c, rule: r, whole: whole, rows: len(c.secret())}
	b.out = allHidden(b.rows, len(d.items))
	defer b.empty()
	b.out.none = whole.base[0]
	if b.out.none {
		return b.out, nil
	}
	ok, err := b.states(forced)
	if err != nil || !ok {
		b.out.none = true
		return b.out, err
	}
	b.secret = c.secret()
	for row := range b.secret {
		b.secret[row] = b.secret[row] || b.out.base[row]
	}
	switch d.Kind {
	case survey.Single:
		err = b.table(b.itemsOf(Share), nil)
	case survey.Budget:
		err = b.table(b.itemsOf(Points), nil)
	case survey.Scale, survey.Number:
		err = b.mean(b.itemsOf(Mean)[0])
	case survey.Multi:
		for _, i := range b.itemsOf(Share) {
			if err = b.places(i, nil); err != nil {
				break
			}
		}
	case survey.Rank:
		err = b.ranks()
	}
	return b.out, err
}

// empty shows what is known without any table: that nobody of a group is in a state in which nobody at all is, and that nobody
// said anything of a group of which it is shown that nobody answered.
func (b *broken) empty() {
	_, all := b.tally(1, func(int) int { return 0 })
	for row := range b.out.states {
		for k, n := range all[0] {
			b.out.states[row][k] = b.out.states[row][k] && (n > 0 || b.whole.states[0][k])
		}
		if !b.out.base[row] && b.base[row] == 0 {
			clear(b.out.items[row])
		}
	}
}

// states protects how many of each group answered, and how many did not for which reason.
func (b *broken) states(forced []bool) (bool, error) {
	columns := []column{{shown: true, cost: 30}}
	for k := range withoutAnswer {
		columns = append(columns, column{shown: !b.whole.states[0][k]})
	}
	columns[unaskedState+1].cost = 100
	g := newGrid(b.cut.secret(), columns)
	g.known, g.force = map[[2]int]bool{}, map[[2]int]bool{}
	base, states := b.tally(b.rows, b.row)
	b.base = base
	for row := range b.rows {
		hide := row < len(forced) && forced[row]
		g.put(row, 0, int64(base[row]), b.rule.small(base[row]))
		for k, n := range states[row] {
			g.put(row, k+1, int64(n), sensitiveState(withoutAnswer[k]) && b.rule.small(n))
		}
		for col := range columns {
			if hide {
				g.force[[2]int{row, col}] = true
			}
		}
		if !hide {
			g.known[[2]int{row, unaskedState + 1}] = true
		}
	}
	hidden, ok, err := g.protect(b.rule)
	if err != nil || !ok {
		return false, err
	}
	for row := range b.rows {
		b.out.base[row] = hidden[row][0]
		copy(b.out.states[row], hidden[row][1:])
	}
	return true, nil
}

// table protects items that sum to what is known of each group.
func (b *broken) table(items []int, room [][]int64) error {
	g := newGrid(b.secret, make([]column, len(items)))
	g.room = room
	for k, i := range items {
		g.columns[k].shown = !b.whole.items[0][i]
		if b.routing[b.items[i].option] {
			g.columns[k].cost = 10
		}
		if b.items[i].yes == nil {
			for row, v := range b.values(i, b.rows, b.row) {
				sum := whole(v, 0)
				g.put(row, k, sum, sum > 0 && b.rule.mean(v))
			}
			continue
		}
		for row, n := range b.counts(i, b.rows, b.row) {
			g.put(row, k, int64(n), n > 0 && b.rule.share(n, b.base[row]))
		}
	}
	hidden, ok, err := g.protect(b.rule)
	if err != nil || !ok {
		return err
	}
	for k, i := range items {
		for row := range b.rows {
			b.out.items[row][i] = hidden[row][k]
		}
	}
	return nil
}

// places protects how many chose an option, or gave it a place; at least those who put it first did, where that is given.
func (b *broken) places(item int, first []int) error {
	known := !b.whole.items[0][item]
	g := newGrid(b.secret, []column{{kind: disclosure.Inner, shown: true}, {shown: known}, {kind: disclosure.Inner, shown: known}})
	g.known = map[[2]int]bool{}
	for row, n := range b.counts(item, b.rows, b.row) {
		least := 0
		if first != nil {
			least = first[row]
		}
		g.put(row, 0, int64(least), false)
		g.put(row, 1, int64(n-least), n > 0 && b.rule.share(n, b.base[row]))
		g.put(row, 2, int64(b.base[row]-n), false)
		g.known[[2]int{row, 0}] = true
	}
	hidden, ok, err := g.protect(b.rule)
	if err != nil || !ok {
		return err
	}
	for row := range b.rows {
		b.out.items[row][item] = hidden[row][1]
	}
	return nil
}

// ranks protects the places of a ranking: who gave an option any, and who put it first.
func (b *broken) ranks() error {
	firsts, places := b.itemsOf(First), b.itemsOf(Share)
	room := make([][]int64, b.rows)
	for row := range room {
		room[row] = make([]int64, len(firsts))
	}
	for k, i := range places {
		first := b.counts(firsts[k], b.rows, b.row)
		if err := b.places(i, first); err != nil {
			return err
		}
		for row, n := range b.counts(i, b.rows, b.row) {
			room[row][k] = int64(n)
		}
	}
	return b.table(firsts, room)
}

// mean protects a mean: a group's cannot be worked out where those of two groups or more are hidden. Sums stand as whole numbers
// of a like size; a scale's have an end above as well.
func (b *broken) mean(item int) error {
	known := !b.whole.items[0][item]
	g := newGrid(b.secret, []column{{shown: known}, {kind: disclosure.Inner, shown: known && b.Kind == survey.Scale}})
	values := b.values(item, b.rows, b.row)
	total := 0.0
	for _, v := range values {
		for _, x := range v {
			total += math.Abs(x)
		}
	}
	for row, v := range values {
		if b.Kind == survey.Scale {
			sum := whole(v, b.Min)
			g.put(row, 0, sum, b.rule.value(b.data, v))
			g.put(row, 1, max(0, int64(math.Round(float64(len(v))*(b.Max-b.Min)))-sum), false)
			continue
		}
		sum := 0.0
		for _, x := range v {
			sum += math.Abs(x)
		}
		g.put(row, 0, int64(math.Ceil(1000*sum/max(total, 1e-300))), b.rule.value(b.data, v))
		g.put(row, 1, 1_000_000, false)
	}
	hidden, ok, err := g.protect(b.rule)
	if err != nil || !ok {
		return err
	}
	for row := range b.rows {
		b.out.items[row][item] = hidden[row][0]
	}
	return nil
}
