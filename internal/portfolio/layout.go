package portfolio

import (
	"cmp"
	"fmt"
	"slices"

	"milieu/internal/cash"
	"milieu/internal/chart"
)

// YearPart is money of one row of costs, or of what the stated total has beyond all rows, in one financial year.
type YearPart struct {
	Row     Cost  // its ID is empty where no row names the money
	Year    int   // 0: nobody states one
	Price   int   // year in whose prices it is; 0: nobody says
	AmountP int64 // as stated
	Dated   bool  // the row says in which year
	Priced  bool  // the row says in whose prices it is
	Even    bool  // it is an even share of an amount over several years
}

// Layout is the cost of an intervention by years, as plan, sequence and appraisal see it.
type Layout struct {
	Parts   []YearPart // rows in the order of the register, each by its years; then the rest of the stated total
	Known   bool       // a cost is on record
	StatedP int64      // all of it
	RowsP   int64      // what the rows come to
	Open    bool       // no end is on record, so that what has no year is spread over assumed ones
	Assumed []string   // in words
}

// DefaultLength is how many years an intervention takes for which no end is on record.
const DefaultLength = 3

// LayOut puts the costs of an intervention in years. Rows of the register come first; what the stated total has
// beyond them has no funder. An amount over several years is spread evenly over them, and one without years over those of
// the intervention; where no end of that is on record and now, the financial year, is not 0, over
// DefaultLength years, or up to the year after now where it is still in delivery. Money whose source
// names no prices is cash of the year in which it is spent; where that year is only assumed and nothing has begun, of the year on
// record; without a year, of the year of the source. All of this is said in Assumed.
func LayOut(i Intervention, costs []Cost, now int) Layout {
	b := layer{i: i}
	if now != 0 && !Finished(i) {
		b.from, b.to, b.Open = openEnd(i, costs, now)
	}
	for _, c := range costs {
		if c.Intervention == i.ID {
			b.RowsP += c.AmountP
			b.row(c)
		}
	}
	b.Known, b.StatedP = i.CostP.Valid || b.RowsP > 0, b.RowsP
	if i.CostP.Valid && i.CostP.Int64 > b.RowsP {
		left := i.CostP.Int64 - b.RowsP
		b.StatedP = i.CostP.Int64
		if b.RowsP > 0 {
			b.assume("%s of the stated cost has no row by year and funder", chart.Money(left))
		}
		b.spread(left, 0, 0, YearPart{})
	}
	if i.CostP.Valid && i.CostP.Int64 < b.RowsP {
		b.assume("its rows by year and funder come to %s, the stated cost is %s: the rows count", chart.Money(b.RowsP), chart.Money(i.CostP.Int64))
	}
	return b.Layout
}

// openEnd finds whether no end of an intervention is on record, and which years are assumed then:
// DefaultLength from the first one on, or up to the year after now where it is still in delivery.
func openEnd(i Intervention, costs []Cost, now int) (from, to int, ok bool) {
	from = int(i.Start.Int64)
	for _, c := range costs {
		if c.Intervention != i.ID {
			continue
		}
		if c.To.Valid {
			return 0, 0, false
		}
		if y := int(c.From.Int64); y != 0 && (from == 0 || y < from) {
			from = y
		}
	}
	if i.End.Valid || from == 0 {
		return 0, 0, false
	}
	to = from + DefaultLength - 1
	if i.Stage == "in-delivery" && to <= now {
		to = now + 1
	}
	return from, to, true
}

// layer makes a layout; from and to are the years over which money without a year is spread where the layout is Open.
type layer struct {
	Layout
	i        Intervention
	from, to int
}

func (b *layer) assume(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	for _, a := range b.Assumed {
		if a == s {
			return
		}
	}
	b.Assumed = append(b.Assumed, s)
}

// years are those of the intervention on record, 0 where there are none.
func (b *layer) years() (from, to int) {
	from, to = int(b.i.Start.Int64), int(b.i.End.Int64)
	return cmp.Or(from, to), cmp.Or(to, from)
}

// row lays out one row. One with a first year alone is of that year, as the table's description says.
func (b *layer) row(c Cost) {
	from, to := int(c.From.Int64), int(c.To.Int64)
	if from == 0 && to != 0 {
		from = to
		if c := int(b.i.Start.Int64); c != 0 {
			from = min(c, to)
		}
	}
	b.spread(c.AmountP, from, max(from, to), YearPart{Row: c, Price: int(c.PriceYear.Int64), Priced: c.PriceYear.Valid, Dated: from != 0})
}

func (b *layer) spread(amount int64, from, to int, p YearPart) {
	first, last := b.years()
	switch {
	case from != 0: // dated
	case b.Open:
		if !UnderWay(b.i) { // a sum that runs is spent in the money of each year
			p.Price = cmp.Or(p.Price, b.from)
		}
		from, to = b.from, b.to
		b.assume("no end is on record: amounts without years are spread evenly over %s", SpanOf(from, to))
	case first != 0:
		from, to = first, last
		b.assume("amounts without years are spread evenly over %s", SpanOf(from, to))
	default:
		b.assume("no year is stated for %s", chart.Money(amount))
		p.AmountP, p.Price = amount, cmp.Or(p.Price, int(b.i.SourceYear.Int64))
		b.Parts = append(b.Parts, p)
		return
	}
	to = max(from, to)
	if p.Even = to > from; p.Even && p.Dated {
		b.assume("amounts of several years are spread evenly over them")
	}
	for n, v := range cash.Split(amount, make([]float64, to-from+1)) {
		q := p
		q.Year, q.AmountP = from+n, v
		q.Price = cmp.Or(q.Price, q.Year)
		b.Parts = append(b.Parts, q)
	}
}

// Dated says that the rows name the years of all money.
func (l Layout) Dated() bool {
	return l.Known && !slices.ContainsFunc(l.Parts, func(p YearPart) bool { return !p.Dated })
}

// last is the last year with money; 0 where none is stated.
func (l Layout) last() int {
	last := 0
	for _, p := range l.Parts {
		last = max(last, p.Year)
	}
	return last
}

// SpanOf is a run of years in words: 2027 or 2027–2029.
func SpanOf(from, to int) string {
	if to <= from {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d–%d", from, to)
}
