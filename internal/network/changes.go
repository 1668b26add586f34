package network

// Year is what became of the pairs of a view in one year.
type Year struct {
	Year int
	Born int // pairs of which the first tie began in it
	// Ended counts the pairs of which the last tie had its last year in the year before.
	Ended int
	Stock int // pairs tied in the year
	// Organisations with a tie in the year.
	Organisations int
	// Density is the share of the possible pairs of the organisations of the whole view that are tied; its
	// denominator is the same in all years, so that it moves with ties only.
	Density float64
}

// Changes counts ties born and ended a year from first to last, whatever years the view's filter names. Pairs without a dated
// tie are left out: undated counts them.
func (b *Book) Changes(f Filter, first, last int) (years []Year, undated int) {
	f.From, f.To = 0, 0
	v := b.View(f)
	if last < first {
		return nil, v.Undated
	}
	years = make([]Year, last-first+1)
	tied := make([][]bool, len(years))
	for i := range years {
		years[i].Year = first + i
		tied[i] = make([]bool, len(v.Nodes))
	}
	in := b.selector(f)
	for _, p := range v.Pairs {
		if p.First == 0 {
			undated++
			continue
		}
		links := b.between(v.Nodes[p.A], v.Nodes[p.B])
		before := b.tiedIn(in, links, first-1)
		for i := range years {
			now := b.tiedIn(in, links, years[i].Year)
			switch {
			case now && years[i].Year == int(p.First):
				years[i].Born++
			case now && !before:
				years[i].Born++ // taken up again
			case before && !now:
				years[i].Ended++
			}
			if now {
				years[i].Stock++
				tied[i][p.A], tied[i][p.B] = true, true
			}
			before = now
		}
	}
	possible := float64(len(v.Nodes)) * float64(len(v.Nodes)-1) / 2
	for i := range years {
		for _, t := range tied[i] {
			if t {
				years[i].Organisations++
			}
		}
		if possible > 0 {
			years[i].Density = float64(years[i].Stock) / possible
		}
	}
	return years, undated
}

// tiedIn says that a dated link of those was alive in a year.
func (b *Book) tiedIn(in selector, links []Link, year int) bool {
	for _, l := range links {
		if in.kinds[l.Kind] && l.First > 0 && l.Alive(year, year) {
			return true
		}
	}
	return false
}
