package stat

import (
	"errors"
	"fmt"
	"math"
)

// Presence says which industries a region has, as a matrix of regions by industries.
// It does not change once made.
type Presence struct {
	Regions, Industries []string
	has                 [][]bool // by region, then industry
	Diversity           []int    // industries of each region
	Ubiquity            []int    // regions of each industry
}

// Has says whether region r has industry i.
func (p Presence) Has(r, i int) bool { return p.has[r][i] }

// PresenceBy is how presence is told.
type PresenceBy int

const (
	// ByQuotient: the location quotient is at least 1 (Hidalgo & Hausmann 2009).
	ByQuotient PresenceBy = iota
	// ByValue: the value is above 0.
	ByValue
)

// Present tells the presence in a table from its values without their bounds. Regions
// and industries are sorted; those of which nothing is present stay in, with a
// diversity or ubiquity of 0.
func (t Table) Present(by PresenceBy) Presence {
	p := Presence{Diversity: make([]int, len(t.regions)), Ubiquity: make([]int, len(t.industries)), has: make([][]bool, len(t.regions))}
	for i, r := range t.regions {
		p.Regions = append(p.Regions, r.Name)
		p.has[i] = make([]bool, len(t.industries))
	}
	for _, s := range t.industries {
		p.Industries = append(p.Industries, s.Name)
	}
	_, e := math.Frexp(t.total.Value)
	for _, c := range t.cells {
		v := c.est.Value
		if v > 0 && (by == ByValue || atLeastUsual(v, t.regions[c.region].Value, t.industries[c.industry].Value, t.total.Value, -e)) {
			p.has[c.region][c.industry] = true
			p.Diversity[c.region]++
			p.Ubiquity[c.industry]++
		}
	}
	return p
}

// atLeastUsual says that a quotient is at least 1, cross-multiplied so that exactly 1 is
// not lost to rounding. The power of two brings the total near 1, so that products of very
// large or very small figures stay finite; it changes no digit.
func atLeastUsual(cell, region, industry, total float64, power int) bool {
	return math.Ldexp(cell, power)*math.Ldexp(total, power) >= math.Ldexp(region, power)*math.Ldexp(industry, power)
}

// parts numbers the connected parts of the matrix: those of its regions, and how many
// there are. Regions without an industry are in none (-1).
func (p Presence) parts() ([]int, int) {
	part := make([]int, len(p.Regions))
	for r := range part {
		part[r] = -1
	}
	seen := make([]bool, len(p.Industries))
	n := 0
	for r := range part {
		if part[r] >= 0 || p.Diversity[r] == 0 {
			continue
		}
		part[r] = n
		for queue := []int{r}; len(queue) > 0; queue = queue[1:] {
			for i, has := range p.has[queue[0]] {
				if !has || seen[i] {
					continue
				}
				seen[i] = true
				for q := range part {
					if part[q] < 0 && p.has[q][i] {
						part[q] = n
						queue = append(queue, q)
					}
				}
			}
		}
		n++
	}
	return part, n
}

// Pairs is a symmetric matrix of industries: how often, or how closely, two go
// together. The diagonal is not used.
type Pairs struct {
	Names []string
	at    []float64
}

// NewPairs makes an empty matrix.
func NewPairs(names []string) Pairs { return Pairs{names, make([]float64, len(names)*len(names))} }

// At is the value of two industries; NaN where it is not defined.
func (p Pairs) At(i, j int) float64 { return p.at[i*len(p.Names)+j] }

// Set gives the value of two industries, in both orders.
func (p Pairs) Set(i, j int, v float64) {
	p.at[i*len(p.Names)+j], p.at[j*len(p.Names)+i] = v, v
}

// Cooccurrence counts the regions that have both industries.
func (p Presence) Cooccurrence() Pairs {
	out := NewPairs(p.Industries)
	n := len(p.Industries)
	var here []int
	for _, row := range p.has {
		here = here[:0]
		for i, has := range row {
			if has {
				here = append(here, i)
			}
		}
		for _, i := range here {
			for _, j := range here {
				if i != j {
					out.at[i*n+j]++
				}
			}
		}
	}
	return out
}

// Proximity is the lesser of the two conditional probabilities that a region with one
// industry has the other (Hidalgo et al. 2007); NaN for an industry that no region has.
func (p Presence) Proximity() Pairs {
	out := p.Cooccurrence()
	for i := range p.Industries {
		for j := range i {
			out.Set(i, j, out.At(i, j)/float64(max(p.Ubiquity[i], p.Ubiquity[j])))
		}
	}
	return out
}

// Relatedness is a measure of how much two industries go together, from counts of
// co-occurrence.
type Relatedness string

// The measures, with C the count of two industries, S the sums of rows without the
// diagonal and T the sum of all (van Eck & Waltman 2009; Steijn 2017).
const (
	Probability Relatedness = "probability" // C / ((S_i/T * S_j/(T-S_i) + S_j/T * S_i/(T-S_j)) * T/2)
	Association Relatedness = "association" // C T / (S_i S_j)
	Cosine      Relatedness = "cosine"      // C / sqrt(S_i S_j)
	Jaccard     Relatedness = "jaccard"     // C / (S_i + S_j - C)
)

// Related turns counts of co-occurrence into a measure of relatedness. A pair of which
// an industry co-occurs with none is NaN.
func (p Pairs) Related(measure Relatedness) (Pairs, error) {
	n := len(p.Names)
	sums, total := make([]float64, n), 0.0
	for i := range n {
		for j := range n {
			if i == j {
				continue
			}
			v := p.At(i, j)
			if !(v >= 0) || math.IsInf(v, 0) {
				return Pairs{}, fmt.Errorf("the count of %q and %q is %v; a count is not negative", p.Names[i], p.Names[j], v)
			}
			sums[i] += v
		}
		total += sums[i]
	}
	if math.IsInf(total, 0) {
		return Pairs{}, errors.New("the counts are too large to add: check the units")
	}
	out := NewPairs(p.Names)
	for i := range n {
		for j := range i {
			v, err := related(measure, p.At(i, j), sums[i], sums[j], total)
			if err != nil {
				return Pairs{}, err
			}
			if sums[i] == 0 || sums[j] == 0 || !finite(v) {
				v = math.NaN()
			}
			out.Set(i, j, v)
		}
	}
	return out, nil
}

func related(measure Relatedness, c, si, sj, t float64) (float64, error) {
	switch measure {
	case Probability:
		return c / t / ((si/t*(sj/(t-si)) + sj/t*(si/(t-sj))) / 2), nil
	case Association:
		return c / si * (t / sj), nil
	case Cosine:
		return c / (math.Sqrt(si) * math.Sqrt(sj)), nil
	case Jaccard:
		return c / (si + sj - c), nil
	}
	return 0, fmt.Errorf("relatedness %q is none of probability, association, cosine and jaccard", measure)
}

// Density is for each region and industry the share of the relatedness around the
// industry that lies in industries which the region has (Hidalgo et al. 2007):
// sum_j M_rj phi_ij / sum_j phi_ij. With the diagonal (py-ecomplexity) an industry is related
// to itself with 1, without it (Boschma, Balland & Kogler 2015) it does not count. It is
// NaN where nothing is related to the industry; pairs that are NaN count as 0.
func (p Presence) Density(phi Pairs, diagonal bool) [][]float64 {
	out := make([][]float64, len(p.Regions))
	for r := range out {
		out[r] = make([]float64, len(p.Industries))
	}
	for i := range p.Industries {
		around := 0.0
		have := make([]float64, len(p.Regions))
		for j := range p.Industries {
			v := phi.At(i, j)
			switch {
			case i == j && diagonal:
				v = 1
			case i == j || math.IsNaN(v):
				continue
			}
			around += v
			for r := range have {
				if p.has[r][j] {
					have[r] += v
				}
			}
		}
		for r := range have {
			out[r][i] = have[r] / around // 0/0 is NaN
		}
	}
	return out
}
