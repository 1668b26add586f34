package stat

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Plant is one establishment of an industry.
type Plant struct {
	Industry, Region string
	Size             float64 // jobs; above 0
}

// Agglomeration is Ellison and Glaeser's index of one industry. Gamma and Z are NaN
// where they are not defined: with one plant (H is 1), and with all jobs in one region.
type Agglomeration struct {
	Industry string
	// Gamma is how much more the plants sit together than random choice by size would
	// have them: 0 none, above 0.05 strong in their reading; it can be negative.
	Gamma   float64
	G       float64 // sum of squared differences between the industry's and all shares of regions
	H       float64 // Herfindahl index of plant sizes
	Z       float64 // (G - E[G]) over its standard deviation when plants choose at random
	Plants  int
	Regions int // that hold a plant
}

// EllisonGlaeser returns the index of each industry, sorted by industry (Ellison &
// Glaeser 1997; the variance is that of their appendix). The totals are all jobs by
// region; without them the sums of the plants given stand for all. It fails on a size
// or a total that is negative or not finite, and on a plant in a region that has no
// total.
func EllisonGlaeser(plants []Plant, totals map[string]float64) ([]Agglomeration, error) {
	by := map[string][]Plant{}
	sums := map[string]float64{}
	for i, p := range plants {
		if err := Exact(p.Size).check(); err != nil {
			return nil, fmt.Errorf("plant %d (industry %q, region %q): %w", i+1, p.Industry, p.Region, err)
		}
		if p.Size > 0 {
			by[p.Industry] = append(by[p.Industry], p)
		} else if _, ok := by[p.Industry]; !ok {
			by[p.Industry] = nil
		}
		sums[p.Region] += p.Size
	}
	if totals == nil {
		totals = sums
	}
	for _, region := range slices.Sorted(maps.Keys(sums)) {
		if sums[region] > 0 && !(totals[region] > 0) {
			return nil, fmt.Errorf("region %q has plants but no total", region)
		}
	}
	shares, err := sharesOf(totals)
	if err != nil {
		return nil, err
	}
	var out []Agglomeration
	for _, industry := range slices.Sorted(maps.Keys(by)) {
		out = append(out, agglomeration(industry, by[industry], shares))
	}
	return out, nil
}

// regionShare is a region's part of all jobs.
type regionShare struct {
	region string
	x      float64
}

func sharesOf(totals map[string]float64) ([]regionShare, error) {
	var values []float64
	regions := slices.Sorted(maps.Keys(totals))
	for _, r := range regions {
		if err := Exact(totals[r]).check(); err != nil {
			return nil, fmt.Errorf("total of region %q: %w", r, err)
		}
		values = append(values, totals[r])
	}
	total, err := sumOfCounts(values)
	if err != nil {
		return nil, fmt.Errorf("totals of regions: %w", err)
	}
	if total == 0 {
		return nil, fmt.Errorf("the totals of all %d regions are 0", len(regions))
	}
	out := make([]regionShare, len(regions))
	for i, r := range regions {
		out[i] = regionShare{r, totals[r] / total}
	}
	return out, nil
}

func agglomeration(industry string, plants []Plant, shares []regionShare) Agglomeration {
	nan := math.NaN()
	a := Agglomeration{Industry: industry, Gamma: nan, G: nan, H: nan, Z: nan, Plants: len(plants)}
	jobs := 0.0
	here := map[string]float64{}
	for _, p := range plants {
		jobs += p.Size
		here[p.Region] += p.Size
	}
	a.Regions = len(here)
	if jobs == 0 {
		return a
	}
	a.G, a.H = 0, 0
	var x2, x3, z4 float64
	for _, s := range shares {
		d := here[s.region]/jobs - s.x
		a.G += d * d
		x2 += s.x * s.x
		x3 += s.x * s.x * s.x
	}
	for _, p := range plants {
		z2 := (p.Size / jobs) * (p.Size / jobs)
		a.H += z2
		z4 += z2 * z2
	}
	if len(plants) < 2 || !(1-x2 > 0) || !(1-a.H > 0) {
		return a
	}
	a.Gamma = (a.G - (1-x2)*a.H) / ((1 - x2) * (1 - a.H))
	if v := 2 * (a.H*a.H*(x2-2*x3+x2*x2) - z4*(x2-4*x3+3*x2*x2)); v > 0 {
		a.Z = (a.G - (1-x2)*a.H) / math.Sqrt(v)
	}
	return a
}
