package portfolio

import (
	"cmp"
	"slices"

	"milieu/internal/cash"
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
	Rows       []Cost // of the register that it was made from; what is stated beyond them stands in the intervention's own row

	Known    bool  // a cost is on record
	Dated    bool  // rows name the years of all of it
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

// NotNamed is how a table says that the funder of a part is not known.
const NotNamed = "Not named"

// Phase is what an intervention costs by year and funder as stated, its years those on record (LayOut). start moves all years so
// that the first is start; 0 leaves them.
func Phase(i Intervention, costs []Cost, start int) Phasing {
	return LayOut(i, costs, 0).phasing(i, start, Counting{}, 0)
}

func funder(name string) string {
	if name == NotNamed {
		return ""
	}
	return name
}

// phasing counts the parts. start moves all years so that the first is start, 0 leaves them;
// what lies before the year now, if that is not 0, has passed.
func (l Layout) phasing(i Intervention, start int, c Counting, now int) Phasing {
	p := Phasing{Assumed: l.Assumed, Rows: rowsOf(l.Parts), Known: l.Known, Dated: l.Dated(), StatedP: l.StatedP}
	shift := 0
	if start != 0 {
		shift = start - l.begins(i)
	}
	lines := map[Spend]float64{}
	private, past := 0.0, 0.0
	for _, k := range l.Parts {
		v, year := c.real(float64(k.AmountP), k.Price), k.Year
		switch {
		case year != 0:
			year += shift
		case start != 0:
			year = start // a beginning was set where none is on record
		}
		switch f := funder(k.Row.Funder); {
		case c.isPrivate(f):
			private += v
		case now != 0 && (k.Row.Status == "spent" || year != 0 && year < now):
			past += v
		default:
			lines[Spend{Year: year, Funder: f}] += v
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

// begins is the first year with money on record, else that of the intervention.
func (l Layout) begins(i Intervention) int {
	first := 0
	for _, k := range l.Parts {
		if k.Year != 0 && (first == 0 || k.Year < first) {
			first = k.Year
		}
	}
	return cmp.Or(first, int(i.Start.Int64))
}

func sortSpend(s []Spend) {
	slices.SortFunc(s, func(a, b Spend) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Funder, b.Funder)) })
}
