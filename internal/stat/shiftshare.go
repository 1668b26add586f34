package stat

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Growth is one cell of a table of two dates.
type Growth struct {
	Region, Industry string
	Start, End       float64
}

// Shift parts a change into what the whole's growth, the mix of industries and the
// region itself bring: Change = National + Mix + Regional (Dunn 1960). Regional is
// further Competitive + Allocation (Esteban-Marquillas 1972): what the region gains as
// if it had the whole's mix, and what it gains for being where it is good.
type Shift struct {
	Region, Industry               string // Industry is "" for a whole region
	Start, End, Change             float64
	National, Mix, Regional        float64
	Competitive, Allocation        float64
	RegionalGrowth, IndustryGrowth float64 // as shares of the start; NaN where it is 0
	NewToAll, NewToRegion          bool    // see Shifts
}

// Shifts is the decomposition of a table.
type Shifts struct {
	Regions []Shift // sorted by region, sums over industries
	Cells   []Shift // sorted by region, then industry
	Growth  float64 // of the whole
	// NewToAll are industries without a start anywhere: no rate of growth exists. What
	// they bring is regional.
	NewToAll []string
	// NewToRegion counts cells without a start in a region where the industry has one
	// elsewhere: the region's rate does not exist, and what they bring is allocation.
	NewToRegion int
}

// ShiftShare parts the change of every region and cell; the whole is the sum of all
// regions given. A cell that is given more than once is summed, one that is not
// given is 0. It fails on values that are negative or not finite and on a whole that
// starts at 0.
func ShiftShare(cells []Growth) (Shifts, error) {
	sum := map[[2]string][2]float64{}
	regions, industries := map[string][2]float64{}, map[string][2]float64{}
	var all [2]float64
	for i, c := range cells {
		for k, v := range [2]float64{c.Start, c.End} {
			if err := Exact(v).check(); err != nil {
				return Shifts{}, fmt.Errorf("cell %d (region %q, industry %q): %w", i+1, c.Region, c.Industry, err)
			}
			add(sum, [2]string{c.Region, c.Industry}, k, v)
			add(regions, c.Region, k, v)
			add(industries, c.Industry, k, v)
			all[k] += v
		}
	}
	if !(all[0] > 0) || !finite(all[1]) || !finite(all[0]) {
		return Shifts{}, fmt.Errorf("all regions together start at %v, so that there is no growth to compare with", all[0])
	}
	out := Shifts{Growth: all[1]/all[0] - 1}
	names := slices.Sorted(maps.Keys(industries))
	for _, n := range names {
		if industries[n][0] == 0 && industries[n][1] > 0 {
			out.NewToAll = append(out.NewToAll, n)
		}
	}
	for _, r := range slices.Sorted(maps.Keys(regions)) {
		region := Shift{Region: r, RegionalGrowth: rate(regions[r]), IndustryGrowth: math.NaN()}
		for _, n := range names {
			c := shiftOf(sum[[2]string{r, n}], regions[r][0], industries[n], all)
			c.Region, c.Industry = r, n
			if c.NewToRegion {
				out.NewToRegion++
			}
			out.Cells = append(out.Cells, c)
			region.add(c)
		}
		out.Regions = append(out.Regions, region)
	}
	return out, nil
}

func add[K comparable](to map[K][2]float64, key K, k int, v float64) {
	pair := to[key]
	pair[k] += v
	to[key] = pair
}

func rate(v [2]float64) float64 {
	if v[0] == 0 {
		return math.NaN()
	}
	return v[1]/v[0] - 1
}

func (s *Shift) add(c Shift) {
	s.Start += c.Start
	s.End += c.End
	s.Change += c.Change
	s.National += c.National
	s.Mix += c.Mix
	s.Regional += c.Regional
	s.Competitive += c.Competitive
	s.Allocation += c.Allocation
}

// shiftOf parts one cell. Where the industry starts at 0 everywhere it has no rate, and all
// that it brings is regional; where it starts at 0 in the region only, the region has
// no rate and what it brings is allocation.
func shiftOf(cell [2]float64, regionStart float64, industry, all [2]float64) Shift {
	s := Shift{Start: cell[0], End: cell[1], Change: cell[1] - cell[0], RegionalGrowth: rate(cell), IndustryGrowth: rate(industry)}
	g := all[1]/all[0] - 1
	gi := s.IndustryGrowth
	if math.IsNaN(gi) {
		gi, s.NewToAll = g, cell[1] > 0
	}
	s.National = cell[0] * g
	s.Mix = cell[0] * (gi - g)
	s.Regional = s.Change - cell[0]*gi
	if cell[0] > 0 {
		alike := regionStart * (industry[0] / all[0])
		s.Competitive = alike * (s.RegionalGrowth - gi)
	} else {
		s.NewToRegion = cell[1] > 0 && industry[0] > 0
	}
	s.Allocation = s.Regional - s.Competitive
	return s
}

// ShiftShareYears is the decomposition of a change over several years as the sum of
// those of each year, which follows the mix as it changes (Barff & Knight 1988). The
// steps are in order of time, each from one year to the next.
func ShiftShareYears(steps [][]Growth) (Shifts, error) {
	var out Shifts
	at := map[string]int{}
	for k, step := range steps {
		one, err := ShiftShare(step)
		if err != nil {
			return Shifts{}, fmt.Errorf("step %d: %w", k+1, err)
		}
		out.NewToRegion += one.NewToRegion
		for _, n := range one.NewToAll {
			if !slices.Contains(out.NewToAll, n) {
				out.NewToAll = append(out.NewToAll, n)
			}
		}
		for _, r := range one.Regions {
			i, ok := at[r.Region]
			if !ok {
				i = len(out.Regions)
				at[r.Region] = i
				out.Regions = append(out.Regions, Shift{Region: r.Region, Start: r.Start, RegionalGrowth: math.NaN(), IndustryGrowth: math.NaN()})
			}
			start := out.Regions[i].Start
			out.Regions[i].add(r)
			out.Regions[i].Start, out.Regions[i].End = start, r.End
		}
	}
	slices.SortFunc(out.Regions, func(a, b Shift) int {
		if a.Region < b.Region {
			return -1
		}
		return 1
	})
	slices.Sort(out.NewToAll)
	for i := range out.Regions {
		out.Regions[i].RegionalGrowth = rate([2]float64{out.Regions[i].Start, out.Regions[i].End})
	}
	return out, nil
}
