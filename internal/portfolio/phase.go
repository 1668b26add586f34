package portfolio

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"

	"milieu/internal/cash"
	"milieu/internal/chart"
)

// Spend is money of one year and funder. Year 0 is a year that nobody states, an empty
// funder one that nobody names.
type Spend struct {
	Year    int
	Funder  string
	AmountP int64
}

// Phasing is what an intervention costs by year and funder: as stated (Phase), or as it is
// held against a budget (Input.Phase), with what is not held against it beside.
type Phasing struct {
	Lines      []Spend // in the order of year, then funder
	Start, End int     // first and last year with money; 0: not stated
	Assumed    []string

	Known    bool  // a cost is on record
	StatedP  int64 // all of it, as stated
	PrivateP int64 // money of firms and investors, beside Lines
	PastP    int64 // public money that is spent or of years that have passed, beside Lines
}

// TotalP is the cost of all years in pence.
func (p Phasing) TotalP() int64 {
	var t int64
	for _, l := range p.Lines {
		t += l.AmountP
	}
	return t
}

// Years are the years with money, in order; year 0 is left out.
func (p Phasing) Years() []int {
	var out []int
	for _, l := range p.Lines {
		if l.Year != 0 && (len(out) == 0 || out[len(out)-1] != l.Year) {
			out = append(out, l.Year)
		}
	}
	return out
}

// notNamed is how a table says that the funder of a part is not known.
const notNamed = "Not named"

// Phase puts the costs of an intervention in years. Rows of the register come first; what
// the stated total has beyond them has no funder. An amount over several years is spread
// evenly over them, and one without years over those of the intervention: both are
// assumed, and said. start moves all years so that the first is start; 0 leaves them.
func Phase(i Intervention, costs []Cost, start int) Phasing {
	b := phaser{i: i, sum: map[part]int64{}}
	b.fill(costs)
	return b.phasing(start, Counting{}, 0)
}

// fill puts all costs of the intervention in years.
func (b *phaser) fill(costs []Cost) {
	i := b.i
	var rows int64
	for _, c := range costs {
		if c.Intervention != i.ID {
			continue
		}
		rows += c.AmountP
		from, to := int(c.From.Int64), int(c.To.Int64)
		switch {
		case from != 0 && to == 0:
			to = from // that one year, as the table's description says
		case from == 0 && to != 0:
			from = to
			if first := b.first(); first != 0 {
				from = min(first, to)
			}
		}
		b.spread(c.AmountP, from, to, part{funder: funder(c.Funder), price: int(c.PriceYear.Int64), spent: c.Status == "spent"})
	}
	b.known, b.stated = i.CostP.Valid || rows > 0, rows
	if i.CostP.Valid && i.CostP.Int64 > rows {
		left := i.CostP.Int64 - rows
		b.stated = i.CostP.Int64
		if rows > 0 {
			b.assume("%s of the stated cost has no row by year and funder", chart.Money(left))
		}
		k := part{price: b.source()}
		if b.from != 0 && underWay(i) {
			k.price = 0
		}
		b.spread(left, 0, 0, k)
	}
	if i.CostP.Valid && i.CostP.Int64 < rows {
		b.assume("its rows by year and funder come to %s, the stated cost is %s: the rows count", chart.Money(rows), chart.Money(i.CostP.Int64))
	}
}

func funder(name string) string {
	if name == notNamed {
		return ""
	}
	return name
}

// part is money that is counted alike.
type part struct {
	year   int
	funder string
	price  int // year of its prices; 0: the year of the money itself
	spent  bool
}

type phaser struct {
	i        Intervention
	sum      map[part]int64
	from, to int // years over which all money is spread, assumed; 0: those on record
	known    bool
	stated   int64
	assumed  []string
}

func (b *phaser) assume(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	for _, a := range b.assumed {
		if a == s {
			return
		}
	}
	b.assumed = append(b.assumed, s)
}

func (b *phaser) first() int { return int(b.i.Start.Int64) }

func (b *phaser) last() int {
	if b.i.End.Valid {
		return int(b.i.End.Int64)
	}
	return b.first()
}

// source is the year of the prices of a stated total: that of the source where it is older than the first year.
func (b *phaser) source() int {
	first, source := b.first(), int(b.i.SourceYear.Int64)
	if source != 0 && (first == 0 || source < first) {
		return source
	}
	return first
}

func (b *phaser) spread(amount int64, from, to int, k part) {
	if b.from != 0 {
		if !underWay(b.i) { // a sum that runs is spent in the money of each year
			k.price = cmp.Or(k.price, from, b.first())
		}
		from, to = b.from, b.to
	}
	if from == 0 {
		from, to = b.first(), b.last()
		if from == 0 {
			from = to
		}
		if from != 0 {
			b.assume("amounts without years are spread evenly over %s", span(from, to))
		}
	}
	if from == 0 {
		b.assume("no year is stated for %s", chart.Money(amount))
		b.sum[k] += amount
		return
	}
	to = max(from, to)
	if to > from && b.from == 0 {
		b.assume("amounts of several years are spread evenly over them")
	}
	for n, v := range cash.Split(amount, make([]float64, to-from+1)) {
		k.year = from + n
		b.sum[k] += v
	}
}

func span(from, to int) string {
	if to <= from {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d–%d", from, to)
}

// phasing counts the parts. start moves all years so that the first is start, 0 leaves them;
// what lies before the year now, if that is not 0, has passed.
func (b *phaser) phasing(start int, c Counting, now int) Phasing {
	p := Phasing{Assumed: b.assumed, Known: b.known, StatedP: b.stated}
	shift := 0
	if start != 0 {
		shift = start - b.begins()
	}
	lines := map[Spend]float64{}
	private, past := 0.0, 0.0
	for _, k := range b.parts() {
		v := c.real(float64(b.sum[k]), k)
		switch {
		case k.year != 0:
			k.year += shift
		case start != 0:
			k.year = start // a beginning was set where none is on record
		}
		gone := now != 0 && (k.spent || k.year != 0 && k.year < now)
		switch {
		case c.isPrivate(k.funder):
			private += v
		case gone:
			past += v
		default:
			lines[Spend{Year: k.year, Funder: k.funder}] += v
		}
	}
	for k, v := range lines {
		p.Lines = append(p.Lines, Spend{k.Year, k.Funder, cash.Round(v)})
	}
	p.PrivateP, p.PastP = cash.Round(private), cash.Round(past)
	sortSpend(p.Lines)
	if y := p.Years(); len(y) > 0 {
		p.Start, p.End = y[0], y[len(y)-1]
	}
	return p
}

// parts are in a fixed order, so that sums are the same every time.
func (b *phaser) parts() []part {
	out := slices.Collect(maps.Keys(b.sum))
	slices.SortFunc(out, func(x, y part) int {
		return cmp.Or(cmp.Compare(x.year, y.year), cmp.Compare(x.funder, y.funder), cmp.Compare(x.price, y.price), when(x.spent)-when(y.spent))
	})
	return out
}

func when(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// begins is the first year with money on record.
func (b *phaser) begins() int {
	first := 0
	for k := range b.sum {
		if k.year != 0 && (first == 0 || k.year < first) {
			first = k.year
		}
	}
	if first == 0 {
		return b.first()
	}
	return first
}

func sortSpend(s []Spend) {
	sort.Slice(s, func(i, j int) bool {
		if s[i].Year != s[j].Year {
			return s[i].Year < s[j].Year
		}
		return s[i].Funder < s[j].Funder
	})
}
