package tally

import (
	"encoding/binary"
	"sync"
)

// Basis says which sites of an organisation tell where it is.
type Basis int

// The bases. Any is places of work and, where an organisation has none, its registered office.
const (
	Any Basis = iota
	Work
	OfficeOnly
)

// Rule chooses the sites that count and the one at which employees do. Its zero value is the
// basis any without addresses of mass registration.
type Rule struct {
	Basis Basis
	Mass  bool // addresses of mass registration count too
}

// gate is a rule made ready: a site counts when its flags under mask are as wanted; employees
// count where first is set.
type gate struct{ mask, want, first uint16 }

func (r Rule) gate() gate {
	var g gate
	switch r.Basis {
	case Work:
		g = gate{mask: Office, first: FirstWork}
	case OfficeOnly:
		g = gate{mask: Office, want: Office, first: FirstOffice}
	default:
		g = gate{mask: InAny, want: InAny, first: FirstAny}
	}
	if r.Mass {
		switch r.Basis {
		case OfficeOnly:
			g.first = FirstOfficeMass
		case Any:
			g.first = FirstAnyMass
		}
		return g
	}
	g.mask |= Mass
	return g
}

func (g gate) counts(flags uint16) bool { return flags&g.mask == g.want }

// Counts is what is known of a group of organisations. Employees are those of organisations
// whose first site is inside.
type Counts struct {
	Organisations int
	Known         int    // of those whose first site is inside, with employees on record
	Employees     int64  // of them
	Squares       uint64 // sum of the squares of their employees
}

// Change is the employees of organisations with both numbers on record, at their first site.
type Change struct {
	Organisations, Grew, Shrank            int
	Before, After                          int64
	BeforeSquares, AfterSquares, Crossings uint64 // sums of squares and of products
}

// Sum is what an area holds.
type Sum struct {
	Counts
	Sites       int      // that count
	Approximate int      // of them, placed by hand
	Industry    []Counts // by the caller's number; 0: not known
	Sector      [MaxSectors]Counts
	Founded     []int // organisations by year; 0: not known
	Change      Change
}

// chunk is the number of sites that are worth a goroutine of their own.
const chunk = 1 << 16

// Sum sums up the sites of runs in one pass; an organisation with several sites among them counts
// once. Industries are numbers below industries; others count as not known. Work is divided among
// at most workers goroutines (at least one); the result is the same for any number.
func (x *Index) Sum(runs []Run, rule Rule, industries, workers int) Sum {
	g := rule.gate()
	parts := divide(runs, max(1, workers))
	sums := make([]partial, max(1, len(parts)))
	for k := range sums {
		sums[k].industry = make([]Counts, max(1, industries))
	}
	var wg sync.WaitGroup
	for k := 1; k < len(parts); k++ {
		wg.Go(func() { sums[k].addRuns(x, parts[k], g) })
	}
	if len(parts) > 0 {
		sums[0].addRuns(x, parts[0], g)
	}
	wg.Wait()
	for k := 1; k < len(sums); k++ {
		sums[0].merge(&sums[k])
	}
	sums[0].once(x)
	return sums[0].sum()
}

// divide cuts runs into parts of about the same number of sites.
func divide(runs []Run, workers int) [][]Run {
	total := 0
	for _, r := range runs {
		total += r.To - r.From
	}
	share := max(chunk, (total+workers-1)/workers)
	var parts [][]Run
	room := 0
	for _, r := range runs {
		for r.From < r.To {
			if room == 0 {
				parts, room = append(parts, nil), share
			}
			n := min(room, r.To-r.From)
			parts[len(parts)-1] = append(parts[len(parts)-1], Run{r.From, r.From + n})
			r.From += n
			room -= n
		}
	}
	return parts
}

// partial is the sum of some of the runs.
type partial struct {
	sites, approximate int
	all                Counts
	industry           []Counts
	sector             [MaxSectors]Counts
	founded            [MaxYear + 1]int32
	change             Change
	again              []int32 // sites of organisations that have others, still to be counted once
}

func (p *partial) addRuns(x *Index, runs []Run, g gate) {
	for _, r := range runs {
		for i := r.From; i < r.To; i++ {
			if f := u16(x.flags, i); g.counts(f) {
				p.add(x, i, f, g.first)
			}
		}
	}
}

func (p *partial) add(x *Index, i int, f, first uint16) {
	p.sites++
	if f&Approximate != 0 {
		p.approximate++
	}
	if f&several == 0 {
		p.count(x, i)
	} else {
		p.again = append(p.again, int32(i))
	}
	if f&first == 0 {
		return
	}
	e := int32(binary.LittleEndian.Uint32(x.employees[4*i:]))
	if e < 0 {
		return
	}
	p.all.employ(e)
	p.industry[p.number(x, i)].employ(e)
	for s, mask := 0, u32(x.sectors, i); mask != 0; s, mask = s+1, mask>>1 {
		if mask&1 != 0 {
			p.sector[s].employ(e)
		}
	}
	if b := int32(u32(x.before, i)); b >= 0 {
		p.change.add(b, e)
	}
}

// count counts the organisation of a site.
func (p *partial) count(x *Index, i int) {
	p.all.Organisations++
	p.industry[p.number(x, i)].Organisations++
	for s, mask := 0, u32(x.sectors, i); mask != 0; s, mask = s+1, mask>>1 {
		if mask&1 != 0 {
			p.sector[s].Organisations++
		}
	}
	p.founded[min(u16(x.founded, i), MaxYear)]++
}

func (p *partial) number(x *Index, i int) int {
	if n := int(u16(x.industries, i)); n < len(p.industry) {
		return n
	}
	return 0
}

// once counts the organisations with several sites, each once.
func (p *partial) once(x *Index) {
	if len(p.again) == 0 {
		return
	}
	seen := make([]uint64, x.docs/64+1)
	for _, i := range p.again {
		d := x.docOf(int(i))
		if int(d) >= x.docs || seen[d/64]&(1<<(d%64)) != 0 {
			continue
		}
		seen[d/64] |= 1 << (d % 64)
		p.count(x, int(i))
	}
}

func (p *partial) merge(o *partial) {
	p.sites += o.sites
	p.approximate += o.approximate
	p.all.merge(o.all)
	for k := range p.industry {
		p.industry[k].merge(o.industry[k])
	}
	for k := range p.sector {
		p.sector[k].merge(o.sector[k])
	}
	for k := range p.founded {
		p.founded[k] += o.founded[k]
	}
	p.change.merge(o.change)
	p.again = append(p.again, o.again...)
}

func (p *partial) sum() Sum {
	s := Sum{Counts: p.all, Sites: p.sites, Approximate: p.approximate, Industry: p.industry, Sector: p.sector, Change: p.change}
	last := MaxYear
	for last > 0 && p.founded[last] == 0 {
		last--
	}
	s.Founded = make([]int, last+1)
	for y := range s.Founded {
		s.Founded[y] = int(p.founded[y])
	}
	return s
}

func (c *Counts) employ(e int32) {
	c.Known++
	c.Employees += int64(e)
	c.Squares += uint64(int64(e) * int64(e))
}

func (c *Counts) merge(o Counts) {
	c.Organisations += o.Organisations
	c.Known += o.Known
	c.Employees += o.Employees
	c.Squares += o.Squares
}

func (c *Change) add(before, after int32) {
	b, a := int64(before), int64(after)
	c.Organisations++
	switch {
	case a > b:
		c.Grew++
	case a < b:
		c.Shrank++
	}
	c.Before += b
	c.After += a
	c.BeforeSquares += uint64(b * b)
	c.AfterSquares += uint64(a * a)
	c.Crossings += uint64(a * b)
}

func (c *Change) merge(o Change) {
	c.Organisations += o.Organisations
	c.Grew += o.Grew
	c.Shrank += o.Shrank
	c.Before += o.Before
	c.After += o.After
	c.BeforeSquares += o.BeforeSquares
	c.AfterSquares += o.AfterSquares
	c.Crossings += o.Crossings
}

// Each calls f for every site of runs that counts under the rule, in the order of the curve;
// first says that employees count at it.
func (x *Index) Each(runs []Run, rule Rule, f func(i int, s Site, first bool)) {
	g := rule.gate()
	for _, r := range runs {
		for i := r.From; i < r.To; i++ {
			if flags := u16(x.flags, i); g.counts(flags) {
				f(i, x.Site(i), flags&g.first != 0)
			}
		}
	}
}
