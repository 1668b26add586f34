package atlas

import (
	"context"
	"fmt"
	"math"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster/placed"
	"milieu/internal/lake"
	"milieu/internal/spatial"
	"milieu/internal/stat"
)

// Level is the false-discovery rate of the classes.
const Level = 0.05

// Seed of the permutations.
const Seed = 1

// fewestAreas is from how many areas the tests say anything.
const fewestAreas = 10

// Question asks for a value over a set of areas.
type Question struct {
	Set   string
	Value Value
	Basis placed.Basis
}

// Result is a value over a set of areas with its autocorrelation.
type Result struct {
	Question
	Areas        []Area // that hold organisations, by id
	Empty        int    // areas of the set that hold none: they take no part
	Unknown      int    // of Areas, without a value: no part in the tests
	FewAreas     int
	Moran        spatial.Test
	Rule         string // who is whose neighbour
	Permutations int
	Tested       bool // enough areas for the tests
	LeftOut      placed.LeftOut
}

// permutations is how many give the local tests enough digits for the
// false-discovery rate among n areas without anybody waiting long.
func permutations(n int) int {
	switch {
	case n <= 1500:
		return 9999
	case n <= 8000:
		return 1999
	}
	return 999
}

// Map counts, values and tests the areas of a set.
func Map(ctx context.Context, q lake.Querier, ask Question) (Result, error) {
	if ask.Basis == "" {
		ask.Basis = placed.Any
	}
	r := Result{Question: ask}
	if err := r.read(ctx, q); err != nil {
		return r, err
	}
	var tested []Area
	var at []int
	for i := range r.Areas {
		a := &r.Areas[i]
		a.Q, a.GiQ, a.Local.P = math.NaN(), math.NaN(), math.NaN()
		if a.Few {
			r.FewAreas++
		}
		if !known(a.Tested) {
			r.Unknown++
			continue
		}
		tested, at = append(tested, *a), append(at, i)
	}
	if len(tested) < fewestAreas {
		return r, nil
	}
	w, rule, err := neighbours(ctx, q, ask.Set, tested)
	if err != nil {
		return r, err
	}
	r.Rule, r.Permutations, r.Tested = rule, permutations(len(tested)), true
	r.test(tested, at, w)
	return r, nil
}

// read reads the areas and their values.
func (r *Result) read(ctx context.Context, q lake.Querier) (err error) {
	if r.Value.Official() {
		r.Areas, r.Empty, err = readFigures(ctx, q, r.Set, &r.Value)
		return err
	}
	if r.Areas, r.Empty, err = readAreas(ctx, q, r.Set, r.Basis, r.Value); err != nil {
		return err
	}
	r.LeftOut, err = placed.ReadLeftOut(ctx, q, r.Basis)
	r.Value.fill(r.Areas)
	return err
}

func (r *Result) test(tested []Area, at []int, w spatial.Weights) {
	y := make([]float64, len(tested))
	for i, a := range tested {
		y[i] = a.Tested
	}
	r.Moran = spatial.Moran(y, w)
	local := spatial.LocalMorans(y, w, r.Permutations, Seed)
	star := spatial.LocalGs(y, withSelf(w), spatial.LocalGOptions{Star: true})
	p, g := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		p[i], g[i] = local[i].P, star[i].P
		if w.Neighbours(i) == 0 {
			g[i] = math.NaN() // an island has no surroundings
		}
	}
	p, g = stat.BenjaminiHochberg(p), stat.BenjaminiHochberg(g)
	for k, i := range at {
		a := &r.Areas[i]
		a.Neighbours, a.Local, a.Q, a.Gi, a.GiQ = w.Neighbours(k), local[k], p[k], star[k], g[k]
		if a.Q <= Level {
			a.Class = a.Local.Quadrant
		}
	}
}

// withSelf gives each area itself as a neighbour, equal to the others, and
// standardises again.
func withSelf(w spatial.Weights) spatial.Weights {
	var links []spatial.Link
	for i := range w.Len() {
		to, _ := w.Row(i)
		links = append(links, spatial.Link{I: i, J: i, W: 1})
		for _, j := range to {
			links = append(links, spatial.Link{I: i, J: int(j), W: 1})
		}
	}
	out, _ := spatial.NewWeights(w.Len(), links) // weights are 1
	return out.RowStandardised()
}

// Hot is 1 for an area among significantly high values by Gi*, -1 among low ones.
func (a Area) Hot() int {
	switch {
	case !(a.GiQ <= Level):
		return 0
	case a.Gi.Z > 0:
		return 1
	}
	return -1
}

// Classed is how many areas have a class.
func (r Result) Classed(c spatial.Quadrant) int {
	n := 0
	for _, a := range r.Areas {
		if a.Class == c {
			n++
		}
	}
	return n
}

// Summary is the result in a few words.
func (r Result) Summary() string {
	if !r.Tested {
		return "too few areas to test"
	}
	if math.IsNaN(r.Moran.Value) {
		return "all areas have the same value"
	}
	i := "Moran's I " + chart.Number(r.Moran.Value, 2) + ", z " + chart.Number(r.Moran.ZRand, 1) + ", p " + PText(r.Moran.PRand)
	switch {
	case !(r.Moran.PRand <= 0.05):
		return "no pattern that chance would not allow (" + i + ")"
	case r.Moran.Value < r.Moran.Expected:
		return "neighbours are less alike than chance would have it (" + i + ")"
	}
	return "neighbours are more alike than chance would have it (" + i + ")"
}

// PText writes a p-value, "below 0.001" where it is.
func PText(p float64) string {
	switch {
	case math.IsNaN(p):
		return "not known"
	case p < 0.001:
		return "below 0.001"
	}
	return chart.Number(p, 3)
}

// How says how the tests were made.
func (r Result) How() string {
	parts := []string{r.Value.How()}
	if r.Value.Rate() {
		parts = append(parts, "for the tests, rates are smoothed towards that of all areas, the more the fewer organisations an area has (empirical Bayes, Marshall 1991)")
	}
	if r.Tested {
		parts = append(parts, r.Rule)
		if n := r.Moran.Islands; n > 0 {
			parts = append(parts, fmt.Sprintf("%d without a neighbour stay in the mean and have no class", n))
		}
		parts = append(parts, fmt.Sprintf("p of Moran's I under randomisation, two-sided; classes from %s conditional permutations (seed %d), two-sided, with the false-discovery rate held at 5 %% (Benjamini and Hochberg)", chart.Number(float64(r.Permutations), 0), Seed))
	}
	return strings.Join(parts, "; ")
}
