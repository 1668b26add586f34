package result

import (
	"math"

	"milieu/internal/disclosure"
	"milieu/internal/survey"
)

// shown says what of a table of a question is hidden, by row: the whole is one row, a breakdown has one for each group.
type shown struct {
	base   []bool   // hidden
	states [][]bool // by row and state
	items  [][]bool // by row and item
	none   bool     // nothing of the table is published, not even that it hides something
}

func allHidden(rows, items int) shown {
	out := shown{base: make([]bool, rows), states: make([][]bool, rows), items: make([][]bool, rows)}
	yes := func(n int) []bool {
		v := make([]bool, n)
		for i := range v {
			v[i] = true
		}
		return v
	}
	for r := range rows {
		out.base[r], out.states[r], out.items[r] = true, yes(len(withoutAnswer)), yes(items)
	}
	return out
}

// settle leaves the shares of a scale out where one of them would have to be hidden: the means of the groups, each of which is a
// sum of the scale's steps, bound what is hidden of the shares too narrowly.
func (d *data) settle(r rule) {
	if d.Kind != survey.Scale {
		return
	}
	base := 0
	for _, yes := range d.answered {
		if yes {
			base++
		}
	}
	for _, i := range d.itemsOf(Share) {
		if n := d.counts(i, 1, func(int) int { return 0 })[0]; n > 0 && r.share(n, base) {
			d.items = d.items[:1]
			return
		}
	}
}

// unaskedState is the place of NotAsked among the states.
var unaskedState = len(withoutAnswer) - 1

// whole protects what all said. With forced nothing is shown, because it would give away what another question hides.
func (d data) whole(r rule, forced bool) (shown, error) {
	out := allHidden(1, len(d.items))
	base, states := d.tally(1, func(int) int { return 0 })
	if forced {
		return out, nil
	}
	var p disclosure.Problem
	cells := []int{p.Add(disclosure.Cell{Name: "answered", Value: int64(base[0]), Sensitive: r.small(base[0]), Cost: 50})}
	for k, s := range withoutAnswer {
		c := disclosure.Cell{Name: string(s), Value: int64(states[0][k]), Sensitive: sensitiveState(s) && r.small(states[0][k])}
		if k == unaskedState {
			c.Kind = disclosure.Public // an earlier question says it
		}
		cells = append(cells, p.Add(c))
	}
	p.Total(p.Add(disclosure.Cell{Name: "answers", Value: int64(len(d.answers)), Kind: disclosure.Public}), cells...)
	t, err := r.protect(p)
	if err != nil || len(t.Open) > 0 {
		return out, err
	}
	out.base[0] = t.Hidden[cells[0]]
	for k := range withoutAnswer {
		out.states[0][k] = t.Hidden[cells[k+1]]
	}
	if out.base[0] {
		return out, nil
	}
	return out, d.wholeItems(r, base[0], &out)
}

// wholeItems protects the items of the whole, whose number of answers is shown.
func (d data) wholeItems(r rule, base int, out *shown) error {
	hidden := out.items[0]
	one := func(int) int { return 0 }
	sensitive := func(i int) bool {
		if d.items[i].yes != nil {
			n := d.counts(i, 1, one)[0]
			return n > 0 && r.share(n, base)
		}
		return r.value(d, d.values(i, 1, one)[0])
	}
	switch d.Kind {
	case survey.Single, survey.Budget:
		return d.wholeTable(r, sensitive, hidden)
	}
	for i := range d.items {
		hidden[i] = sensitive(i)
	}
	if d.Kind != survey.Rank {
		return nil
	}
	return d.wholeFirst(r, sensitive, hidden)
}

// wholeTable protects items that sum to what is known: shares of one choice, and points.
func (d data) wholeTable(r rule, sensitive func(int) bool, hidden []bool) error {
	var p disclosure.Problem
	one := func(int) int { return 0 }
	cells := make([]int, len(d.items))
	total := int64(0)
	for i, m := range d.items {
		c := disclosure.Cell{Name: m.label, Sensitive: sensitive(i)}
		if m.yes != nil {
			c.Value = int64(d.counts(i, 1, one)[0])
		} else {
			c.Value = whole(d.values(i, 1, one)[0], 0)
		}
		c.Cost = d.cost(i, c.Value)
		cells[i], total = p.Add(c), total+c.Value
	}
	p.Total(p.Add(disclosure.Cell{Name: "all", Value: total, Kind: disclosure.Public}), cells...)
	t, err := r.protect(p)
	for i, c := range cells {
		hidden[i] = err != nil || len(t.Open) > 0 || t.Hidden[c]
	}
	return err
}

// whole is the sum of values above the least as a whole number.
func whole(values []float64, least float64) int64 {
	sum := 0.0
	for _, v := range values {
		sum += v - least
	}
	return int64(math.Round(math.Abs(sum)))
}

// wholeFirst protects the shares of those put first, which sum to all, and each of which is no more than those that gave the
// option a place.
func (d data) wholeFirst(r rule, sensitive func(int) bool, hidden []bool) error {
	firsts, places := d.itemsOf(First), d.itemsOf(Share)
	g := newGrid(make([]bool, 1), make([]column, len(firsts)))
	g.room = [][]int64{make([]int64, len(firsts))}
	one := func(int) int { return 0 }
	for k, i := range firsts {
		g.columns[k].shown = true
		g.put(0, k, int64(d.counts(i, 1, one)[0]), sensitive(i))
		g.room[0][k] = int64(d.counts(places[k], 1, one)[0])
	}
	// A column of one row is its cell: the sum must not be known where the cell is not.
	for k := range g.columns {
		g.columns[k].inner = true
	}
	got, ok, err := g.protect(r)
	for k, i := range firsts {
		hidden[i] = !ok || err != nil || got[0][k]
	}
	return err
}
