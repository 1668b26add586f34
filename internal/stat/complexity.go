package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Complexity is the economic complexity of regions and industries (Hidalgo & Hausmann
// 2009; Hausmann et al. 2013). Region is standardised with the population standard
// deviation; Industry is scaled with the regions' mean and deviation, so that a region's index is
// the mean over its industries. Regions without an industry and industries without a
// region are NaN.
type Complexity struct {
	Region, Industry []float64
	// Correlation is that of the regions' index with their diversity, by whose sign the
	// direction was fixed.
	Correlation float64
}

// UndeterminedError says why there is no index of complexity, or none whose direction
// is known, so that it must not be used to rank.
type UndeterminedError struct{ Why string }

func (e *UndeterminedError) Error() string { return "complexity is not determined: " + e.Why }

// leastCorrelation with diversity fixes the direction of the index; its sign is a
// convention otherwise, in which programs differ.
const leastCorrelation = 0.1

// least distance of the second eigenvalue from its neighbours: closer ones leave the vector open.
const leastGap = 1e-9

// Complexity solves the symmetric form D^-1/2 M U^-1 M' D^-1/2, which has the
// eigenvalues of the random walk between regions that share industries, on the smaller
// of the two sides. The error is an *UndeterminedError where the matrix falls into
// parts, where the second eigenvalue is not single, where all regions are alike, and where
// the correlation with diversity is under 0.1.
func (p Presence) Complexity() (Complexity, error) {
	rows, cols := present(p.Diversity), present(p.Ubiquity)
	if len(rows) < 2 || len(cols) < 2 {
		return Complexity{}, &UndeterminedError{fmt.Sprintf("%d regions have an industry and %d industries a region; two of each are the least", len(rows), len(cols))}
	}
	if _, n := p.parts(); n > 1 {
		return Complexity{}, &UndeterminedError{fmt.Sprintf("regions and industries fall into %d parts that share nothing", n)}
	}
	kc, lambda, err := p.second(rows, cols)
	if err != nil {
		return Complexity{}, err
	}
	kp := p.averageOfRegions(kc, cols, lambda)
	mean, sd := meanSD(kc, rows)
	// The vector is of length about 1: what remains of equal entries is rounding.
	if !(sd > 1e-9) {
		return Complexity{}, &UndeterminedError{"all regions have the same value"}
	}
	out := Complexity{Region: standardised(kc, mean, sd, rows), Industry: standardised(kp, mean, sd, cols)}
	out.Correlation = correlation(out.Region, p.Diversity, rows)
	if !(math.Abs(out.Correlation) >= leastCorrelation) {
		return Complexity{}, &UndeterminedError{fmt.Sprintf("its correlation with diversity is %.3f; under %v the direction is not known", out.Correlation, leastCorrelation)}
	}
	if out.Correlation < 0 {
		out.Correlation = -out.Correlation
		negate(out.Region)
		negate(out.Industry)
	}
	return out, nil
}

// present lists what counts at least one.
func present(counts []int) []int {
	var out []int
	for i, n := range counts {
		if n > 0 {
			out = append(out, i)
		}
	}
	return out
}

// second is the eigenvector of the second largest eigenvalue of the walk, by region,
// and that eigenvalue.
func (p Presence) second(rows, cols []int) ([]float64, float64, error) {
	small, turned := rows, len(cols) < len(rows)
	if turned {
		small = cols
	}
	own := p.Diversity
	if turned {
		own = p.Ubiquity
	}
	degrees := make([]float64, len(small))
	for k, i := range small {
		degrees[k] = float64(own[i])
	}
	v, lambda, err := secondOf(p.walk(small, turned), degrees)
	if err != nil {
		return nil, 0, err
	}
	kc := make([]float64, len(p.Regions))
	if !turned {
		for k, r := range rows {
			kc[r] = v[k] / math.Sqrt(float64(p.Diversity[r]))
		}
		return kc, lambda, nil
	}
	// The vector of industries gives that of regions as averages, to scale.
	kp := make([]float64, len(p.Industries))
	for k, i := range cols {
		kp[i] = v[k] / math.Sqrt(float64(p.Ubiquity[i]))
	}
	for _, r := range rows {
		for _, i := range cols {
			if p.has[r][i] {
				kc[r] += kp[i] / float64(p.Diversity[r])
			}
		}
	}
	return kc, lambda, nil
}

// walk is the symmetric matrix of the walk between regions, or between industries when
// turned.
func (p Presence) walk(side []int, turned bool) *mat.SymDense {
	at := make([]int, max(len(p.Regions), len(p.Industries)))
	for k, i := range side {
		at[i] = k
	}
	own, other := p.Diversity, p.Ubiquity
	if turned {
		own, other = other, own
	}
	n := len(side)
	data := make([]float64, n*n)
	var here []int
	for o, degree := range other {
		here = here[:0]
		for _, i := range side {
			if turned && p.has[o][i] || !turned && p.has[i][o] {
				here = append(here, at[i])
			}
		}
		for a, i := range here {
			row := data[i*n:]
			for _, j := range here[a:] {
				row[j] += 1 / float64(degree)
			}
		}
	}
	s := mat.NewSymDense(n, data)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, s.At(i, j)/math.Sqrt(float64(own[side[i]])*float64(own[side[j]])))
		}
	}
	return s
}

// secondOf finds the second eigenvalue and its vector. The first is 1, and its vector the
// square roots of the degrees, which are given. The third is found to know that the second is single.
func secondOf(s *mat.SymDense, degrees []float64) ([]float64, float64, error) {
	if len(degrees) < 2 {
		return nil, 0, &UndeterminedError{"one region or industry has nothing to be compared with"}
	}
	first := make([]float64, len(degrees))
	for i, d := range degrees {
		first[i] = math.Sqrt(d)
	}
	scale(first, 1/math.Sqrt(dot(first, first)))
	lambda, v, ok := largest(s, [][]float64{first})
	switch {
	case !ok || math.IsNaN(lambda):
		return nil, 0, &UndeterminedError{"its eigenvalues cannot be found"}
	case !(lambda > leastGap):
		return nil, 0, &UndeterminedError{"all regions have the same industries"}
	}
	third, _, more := largest(s, [][]float64{first, v})
	if more && lambda-third < leastGap || 1-lambda < leastGap {
		return nil, 0, &UndeterminedError{"its second eigenvalue is not single, so that several indices would do"}
	}
	return v, lambda, nil
}

// averageOfRegions is the mean of the regions that have an industry, over the eigenvalue: then
// the mean over a region's industries is the region's value.
func (p Presence) averageOfRegions(kc []float64, cols []int, lambda float64) []float64 {
	kp := make([]float64, len(p.Industries))
	for r, row := range p.has {
		for _, i := range cols {
			if row[i] {
				kp[i] += kc[r]
			}
		}
	}
	for _, i := range cols {
		kp[i] /= lambda * float64(p.Ubiquity[i])
	}
	return kp
}

func meanSD(v []float64, at []int) (mean, sd float64) {
	n := float64(len(at))
	for _, i := range at {
		mean += v[i] / n
	}
	for _, i := range at {
		sd += (v[i] - mean) * (v[i] - mean) / n
	}
	return mean, math.Sqrt(sd)
}

// standardised scales the values named; all others are NaN.
func standardised(v []float64, mean, sd float64, at []int) []float64 {
	out := make([]float64, len(v))
	for i := range out {
		out[i] = math.NaN()
	}
	for _, i := range at {
		out[i] = (v[i] - mean) / sd
	}
	return out
}

func correlation(v []float64, counts []int, at []int) float64 {
	c := make([]float64, len(counts))
	for i, n := range counts {
		c[i] = float64(n)
	}
	mv, sv := meanSD(v, at)
	mc, sc := meanSD(c, at)
	if sc == 0 {
		return 0
	}
	sum := 0.0
	for _, i := range at {
		sum += (v[i] - mv) * (c[i] - mc)
	}
	return sum / (float64(len(at)) * sv * sc)
}

func negate(v []float64) {
	for i := range v {
		v[i] = -v[i]
	}
}

// Reflections are the first n steps of the method of reflections (Hidalgo & Hausmann
// 2009): averages of the other side's last step, from diversity and ubiquity as step 0.
// What has no partner stays 0.
func (p Presence) Reflections(n int) (regions, industries [][]float64) {
	regions, industries = [][]float64{floats(p.Diversity)}, [][]float64{floats(p.Ubiquity)}
	for k := range n {
		kr, ki := make([]float64, len(p.Regions)), make([]float64, len(p.Industries))
		for r, row := range p.has {
			for i, has := range row {
				if has {
					kr[r] += industries[k][i] / float64(p.Diversity[r])
					ki[i] += regions[k][r] / float64(p.Ubiquity[i])
				}
			}
		}
		regions, industries = append(regions, kr), append(industries, ki)
	}
	return regions, industries
}

func floats(counts []int) []float64 {
	out := make([]float64, len(counts))
	for i, n := range counts {
		out[i] = float64(n)
	}
	return out
}

// Outlook is the complexity within reach (Hausmann et al. 2013): Index of a region is
// the sum of the complexity of the industries that it lacks, weighted by their density around what it
// has; Gain of a region and an industry that it lacks is what having it would add to
// the outlook of the others. Industries without an index, and densities that are not
// defined, count as nothing.
type Outlook struct {
	Index []float64   // by region
	Gain  [][]float64 // by region, then industry; NaN where it has the industry
}

// Outlook reckons the outlook from relatedness without its diagonal.
func (p Presence) Outlook(phi Pairs, c Complexity) Outlook {
	density, around := p.Density(phi, false), phi.around()
	out := Outlook{Index: make([]float64, len(p.Regions)), Gain: make([][]float64, len(p.Regions))}
	for r := range p.Regions {
		out.Index[r], out.Gain[r] = p.outlook(r, density[r], around, phi, c)
	}
	return out
}

// OutlookOf is the outlook of one region: its index, and the gain of each industry that it
// lacks.
func (p Presence) OutlookOf(region int, phi Pairs, c Complexity) (index float64, gain []float64) {
	return p.outlook(region, p.DensityOf(region), phi.around(), phi, c)
}

// around is the sum of the relatedness of each industry to all others.
func (p Pairs) around() []float64 {
	out := make([]float64, len(p.Names))
	for i := range out {
		for j := range out {
			if v := p.At(i, j); i != j && !math.IsNaN(v) {
				out[i] += v
			}
		}
	}
	return out
}

func (p Presence) outlook(r int, density, around []float64, phi Pairs, c Complexity) (float64, []float64) {
	n := len(p.Industries)
	// What each industry that the region lacks is worth to its neighbours.
	worth := make([]float64, n)
	for j := range n {
		if !p.has[r][j] && around[j] > 0 && !math.IsNaN(c.Industry[j]) {
			worth[j] = c.Industry[j] / around[j]
		}
	}
	index, gains := 0.0, make([]float64, n)
	for i := range n {
		gains[i] = math.NaN()
		if p.has[r][i] || math.IsNaN(density[i]) {
			continue
		}
		own := 0.0
		if !math.IsNaN(c.Industry[i]) {
			own = density[i] * c.Industry[i]
		}
		index += own
		gain := -own
		for j, w := range worth {
			if v := phi.At(i, j); j != i && !math.IsNaN(v) {
				gain += v * w
			}
		}
		gains[i] = gain
	}
	return index, gains
}
