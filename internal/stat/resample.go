package stat

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"
)

// Surveyed is the estimate of a survey: a value with the interval that its coefficient
// of variation (standard error over value, 0.184 for 18.4 %) gives at a confidence, cut
// at 0. It fails on a value or coefficient that is negative or not finite.
func Surveyed(value, cv, confidence float64) (Estimate, error) {
	if err := Exact(value).check(); err != nil {
		return Estimate{}, err
	}
	if !(cv >= 0) || math.IsInf(cv, 0) {
		return Estimate{}, fmt.Errorf("coefficient of variation %v is not 0 or more", cv)
	}
	half := normal(confidence) * cv * value
	return Estimate{Value: value, Lo: max(0, value-half), Hi: value + half}, nil
}

// Resampled is one count that the figures allow: even within the bounds, then as a
// count by chance about it (Poisson).
func Resampled(rng *rand.Rand, e Estimate) float64 {
	return poisson(rng, e.Lo+rng.Float64()*(e.Hi-e.Lo))
}

// poisson counts arrivals one exponential wait apart up to a mean of 30, and is a rounded
// normal number above.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 30 {
		return max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	n := 0.0
	for at := rng.ExpFloat64(); at < mean; at += rng.ExpFloat64() {
		n++
	}
	return n
}

// Grid is a whole table of regions by industries with bounds, for work that is done many
// times over. Cells that were not given are 0.
type Grid struct {
	Regions, Industries []string
	cells               []Estimate // by region, then industry
}

// Grid gives the table as a grid, regions and industries sorted.
func (t Table) Grid() Grid {
	g := Grid{cells: make([]Estimate, len(t.regions)*len(t.industries))}
	for _, r := range t.regions {
		g.Regions = append(g.Regions, r.Name)
	}
	for _, s := range t.industries {
		g.Industries = append(g.Industries, s.Name)
	}
	for _, c := range t.cells {
		g.cells[c.region*len(t.industries)+c.industry] = c.est
	}
	return g
}

// At is the cell of a region and an industry.
func (g Grid) At(region, industry int) Estimate { return g.cells[region*len(g.Industries)+industry] }

// Values are the cells without their bounds, by region, then industry.
func (g Grid) Values() []float64 {
	out := make([]float64, len(g.cells))
	for i, c := range g.cells {
		out[i] = c.Value
	}
	return out
}

// Resample draws all cells anew.
func (g Grid) Resample(rng *rand.Rand) []float64 {
	out := make([]float64, len(g.cells))
	for i, c := range g.cells {
		out[i] = Resampled(rng, c)
	}
	return out
}

// Presence tells the presence in values by region, then industry, by a location quotient
// of at least 1.
func (g Grid) Presence(values []float64) Presence {
	p := Presence{Regions: g.Regions, Industries: g.Industries, Diversity: make([]int, len(g.Regions)), Ubiquity: make([]int, len(g.Industries)), has: make([][]bool, len(g.Regions))}
	n := len(g.Industries)
	rows, cols, total := make([]float64, len(g.Regions)), make([]float64, n), 0.0
	for k, v := range values {
		rows[k/n] += v
		cols[k%n] += v
		total += v
	}
	for r := range p.has {
		p.has[r] = make([]bool, n)
		for i := range n {
			if v := values[r*n+i]; v > 0 && v*total >= rows[r]*cols[i] {
				p.has[r][i] = true
				p.Diversity[r]++
				p.Ubiquity[i]++
			}
		}
	}
	return p
}

// DensityOf is the density (Hidalgo et al. 2007, without the diagonal) of all industries
// around one region, by proximity. It is what Density says of that region, quicker.
func (p Presence) DensityOf(region int) []float64 {
	words := (len(p.Regions) + 63) / 64
	sets := make([]uint64, words*len(p.Industries))
	for r, row := range p.has {
		for i, has := range row {
			if has {
				sets[i*words+r/64] |= 1 << (r % 64)
			}
		}
	}
	n := len(p.Industries)
	around, have := make([]float64, n), make([]float64, n)
	own := p.has[region]
	for i := range n {
		for j := range i {
			both := 0
			for w := range words {
				both += bits.OnesCount64(sets[i*words+w] & sets[j*words+w])
			}
			if both == 0 {
				continue
			}
			v := float64(both) / float64(max(p.Ubiquity[i], p.Ubiquity[j]))
			around[i] += v
			around[j] += v
			if own[j] {
				have[i] += v
			}
			if own[i] {
				have[j] += v
			}
		}
	}
	for i := range have {
		have[i] /= around[i]
	}
	return have
}

// Repeated runs f for draws 0 to n-1 on all processors, each with random numbers of its
// own from the seed, and returns the results in order: the same for any number of processors.
func Repeated[T any](n int, seed uint64, workers int, f func(k int, rng *rand.Rand) T) []T {
	out := make([]T, n)
	var wait sync.WaitGroup
	for w := range max(1, workers) {
		wait.Go(func() {
			for k := w; k < n; k += max(1, workers) {
				out[k] = f(k, rand.New(rand.NewPCG(seed, uint64(k))))
			}
		})
	}
	wait.Wait()
	return out
}

// Nearest lists the most industries with the highest density, above 0, that a region does not have
// and that may be named, the highest first, then by order.
func (p Presence) Nearest(region, most int, may []bool) ([]int, []float64) {
	density := p.DensityOf(region)
	var at []int
	for i, d := range density {
		if may[i] && !p.has[region][i] && d > 0 {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int {
		switch {
		case density[a] > density[b]:
			return -1
		case density[a] < density[b]:
			return 1
		}
		return 0
	})
	return at[:min(most, len(at))], density
}

// Stays is how often each industry is among the most nearest to a region when the cells are
// drawn anew: a share of draws. It hangs on the seed, not on the number of workers.
func (g Grid) Stays(region, most int, may []bool, draws int, seed uint64, workers int) []float64 {
	out := make([]float64, len(g.Industries))
	lists := Repeated(draws, seed, workers, func(_ int, rng *rand.Rand) []int {
		list, _ := g.Presence(g.Resample(rng)).Nearest(region, most, may)
		return list
	})
	for _, list := range lists {
		for _, i := range list {
			out[i]++
		}
	}
	for i := range out {
		out[i] /= float64(max(1, draws))
	}
	return out
}
