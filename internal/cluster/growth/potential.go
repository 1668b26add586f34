package growth

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"milieu/internal/stat"
)

// Guards: an industry below them is listed, not ranked, because a few firms decide where it is.
const (
	LeastJobs  = 1000 // in all areas together
	LeastHomes = 3    // areas with a quotient of 1 or more
	mostOfOne  = 0.5  // of all its jobs in one area
	Shortlist  = 20   // or a fifth of the ranked, but three: of a coarse classification all would be near
	steady     = 0.8  // share of draws from which an industry counts as steady
)

// Candidate is an industry that an area does not have, by a location quotient under 1.
type Candidate struct {
	Code, Name string
	Jobs       stat.Estimate // in the area
	Quotient   stat.Quotient
	Wider      stat.Estimate // jobs in all areas of the table
	Density    float64       // share of the relatedness around it that the area has, 0 to 1
	Complexity float64       // index of the industry; NaN when not determined
	Gain       float64       // what it would add to the area's outlook; NaN when not determined
	Stays      float64       // share of draws in which it is on the shortlist; NaN when it was not drawn
	Guard      string        // why it is not ranked, or ""
	Ref        string
}

// Steady says that the industry stays on the shortlist in most draws.
func (c Candidate) Steady() bool { return c.Stays >= steady }

// Potential is what an area could grow into.
type Potential struct {
	Table      Table
	Has        int         // industries that it has
	Candidates []Candidate // those that stay on the shortlist most often first, then by density; guarded ones behind
	Ranked     int         // candidates that are not guarded
	Listed     int         // of which the shortlist holds the nearest
	Open       string      // why complexity is not determined, or ""
	Direction  float64     // correlation of the areas' index with their diversity
	Outlook    float64     // complexity within reach of the area; NaN when not determined
	Draws      int
	Seed       uint64
}

// Top is the shortlist.
func (p Potential) Top() []Candidate { return p.Candidates[:min(p.Listed, p.Ranked)] }

// Guarded are the candidates that are listed, not ranked.
func (p Potential) Guarded() []Candidate { return p.Candidates[p.Ranked:] }

// undirected says why complexity is not to be read as more or less, or "": the sign of the index
// is a convention, which its correlation with diversity fixes only where chance could not make that
// correlation (Fisher's z at 95 %).
func undirected(c stat.Complexity, areas int) string {
	if math.Abs(math.Atanh(c.Correlation))*math.Sqrt(float64(areas-3)) >= 1.96 {
		return ""
	}
	return fmt.Sprintf("its correlation with the number of industries of an area is %.2f, which chance alone could make among %d areas, so which end is the complex one is open", c.Correlation, areas)
}

// Reach reckons what the table's area could grow into. With draws, the shortlist is made
// anew from tables drawn within the bounds.
func Reach(t Table, draws int) (Potential, error) {
	p := Potential{Table: t, Draws: draws, Seed: Seed, Outlook: math.NaN()}
	present := t.grid.Presence(t.grid.Values())
	p.Has = present.Diversity[t.Own]
	density := present.DensityOf(t.Own)
	quotients, wider := t.quotients(t.Own)
	guards := t.guards(present, wider, quotients)
	complexity, gain, err := p.complexity(present)
	if err != nil {
		return p, err
	}
	for i, d := range density {
		if guards[i] == "" && d == 0 {
			guards[i] = "nothing that goes with it is there"
		}
	}
	for i, g := range guards {
		if g == "" && !present.Has(t.Own, i) && !math.IsNaN(density[i]) {
			p.Ranked++
		}
	}
	p.Listed = min(Shortlist, max(3, p.Ranked/5))
	stays := t.stays(guards, p.Listed, draws)
	for i, code := range t.grid.Industries {
		if present.Has(t.Own, i) || math.IsNaN(density[i]) {
			continue
		}
		c := Candidate{Code: code, Name: t.Name(code), Jobs: t.grid.At(t.Own, i), Quotient: quotients[i], Wider: wider[i], Density: density[i],
			Complexity: at(complexity, i), Gain: at(gain, i), Stays: stays[i], Guard: guards[i], Ref: t.ref("potential", code, fmt.Sprint(t.Year))}
		p.Candidates = append(p.Candidates, c)
	}
	slices.SortStableFunc(p.Candidates, func(a, b Candidate) int {
		if (a.Guard == "") != (b.Guard == "") {
			if a.Guard == "" {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Stays, a.Stays), cmp.Compare(b.Density, a.Density), cmp.Compare(a.Code, b.Code))
	})
	return p, nil
}

func at(v []float64, i int) float64 {
	if v == nil {
		return math.NaN()
	}
	return v[i]
}

// complexity is the index and the gain of each industry, nil where there is none.
func (p *Potential) complexity(present stat.Presence) (index, gain []float64, err error) {
	c, err := present.Complexity()
	var open *stat.UndeterminedError
	if errors.As(err, &open) {
		p.Open = open.Why
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p.Direction = c.Correlation
	if p.Open = undirected(c, len(p.Table.Areas)); p.Open != "" {
		return nil, nil, nil
	}
	p.Outlook, gain = present.OutlookOf(p.Table.Own, present.Proximity(), c)
	return c.Industry, gain, nil
}

// guards say of each industry why it is not ranked.
func (t Table) guards(present stat.Presence, wider []stat.Estimate, quotients []stat.Quotient) []string {
	out := make([]string, len(wider))
	for i := range out {
		most := 0.0
		for r := range t.grid.Regions {
			most = max(most, t.grid.At(r, i).Value)
		}
		switch {
		case wider[i].Value < LeastJobs:
			out[i] = fmt.Sprintf("under %d jobs in all areas together", LeastJobs)
		case present.Ubiquity[i] < LeastHomes:
			out[i] = fmt.Sprintf("at home in fewer than %d areas", LeastHomes)
		case most > mostOfOne*wider[i].Value:
			out[i] = "more than half of its jobs are in one area"
		case quotients[i].Hi >= 1 && !present.Has(t.Own, i):
			out[i] = "rounding leaves open whether the area has it already"
		}
	}
	return out
}

// stays is how often each industry is on the shortlist, NaN without draws.
func (t Table) stays(guards []string, listed, draws int) []float64 {
	if draws == 0 {
		out := make([]float64, len(guards))
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	may := make([]bool, len(guards))
	for i, g := range guards {
		may[i] = g == ""
	}
	return t.grid.Stays(t.Own, listed, may, draws, Seed, workers())
}

// Ranked is one area with its index of complexity.
type Ranked struct {
	Area      Area
	Index     float64
	Lo, Hi    float64 // range of nine draws in ten
	Diversity int
	Own       bool
}

// Complexities is the complexity of all areas of a table.
type Complexities struct {
	Areas     []Ranked // by index, the highest first
	Open      string   // why there is none, or why its direction is not determined, or ""
	Direction float64
	Draws     int
	Lost      int // draws in which it was not determined
	Ref       string
}

// Complex reckons the complexity of the table's areas, and how far it moves when the table is
// drawn anew.
func Complex(t Table, draws int) (Complexities, error) {
	out := Complexities{Draws: draws, Ref: t.ref("complexity", fmt.Sprint(t.Year))}
	present := t.grid.Presence(t.grid.Values())
	c, err := present.Complexity()
	var open *stat.UndeterminedError
	if errors.As(err, &open) {
		out.Open = open.Why
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Direction, out.Open = c.Correlation, undirected(c, len(t.Areas))
	if out.Open != "" {
		draws = 0 // nothing is ranked, so nothing needs a range
	}
	drawn := make([][]float64, len(t.Areas))
	for _, index := range stat.Repeated(draws, Seed, workers(), func(_ int, rng *rand.Rand) []float64 {
		c, err := t.grid.Presence(t.grid.Resample(rng)).Complexity()
		if err != nil {
			return nil
		}
		return c.Region
	}) {
		if index == nil {
			out.Lost++
			continue
		}
		for r, v := range index {
			if !math.IsNaN(v) {
				drawn[r] = append(drawn[r], v)
			}
		}
	}
	for r, a := range t.Areas {
		if math.IsNaN(c.Region[r]) {
			continue
		}
		lo, hi := middle(drawn[r])
		out.Areas = append(out.Areas, Ranked{Area: a, Index: c.Region[r], Lo: lo, Hi: hi, Diversity: present.Diversity[r], Own: r == t.Own})
	}
	slices.SortStableFunc(out.Areas, func(a, b Ranked) int { return cmp.Compare(b.Index, a.Index) })
	return out, nil
}

// middle holds nine of ten values.
func middle(v []float64) (lo, hi float64) {
	if len(v) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(v)
	at := func(share float64) float64 { return v[int(math.Round(share*float64(len(v)-1)))] }
	return at(0.05), at(0.95)
}
