package spatial

import (
	"math"
	"testing"
)

// Expected numbers without another source are of METHODS sections 8 and 10: dbmss 2.11
// on fixture B, esda's tests, closed forms.

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

func fixtureB() (p Points, isA, isB []bool) {
	p.X = []float64{0, 1, 0, 1, .5, .2, .8, .4, 10, 11, 10, 11, 10.5, 10.2, 10.8, 10.4, 5, 5.4, 5.8, 6.2, 5, 5.4, 5.8, 6.2, 3, 20, -8, 14}
	p.Y = []float64{0, 0, 1, 1, .5, .7, .3, .9, 0, 0, 1, 1, .5, .7, .3, .9, 9, 9, 9, 9, 9.4, 9.4, 9.4, 9.4, 4, 20, 5, -7}
	for i := range p.X {
		p.Weight = append(p.Weight, float64(i+1))
		isA = append(isA, i%2 == 0)
		isB = append(isB, i%2 == 1)
	}
	return p, isA, isB
}

func TestMFunction_fixtureB(t *testing.T) {
	p, isA, isB := fixtureB()
	m, err := MFunction(MQuestion{Points: p, Reference: isA, Neighbour: isA, Radii: []float64{0, .5, 1, 2, 5, 10}})
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(m.Value[0]) {
		t.Errorf("M(0) = %v, want no value", m.Value[0])
	}
	for k, want := range []float64{.7720878712, .8727181899, .8547933072, 1.047727531, 1.113947449} {
		near(t, "M", m.Value[k+1], want, 1e-9)
	}
	if m.References != 14 || m.Neighbours != 14 || m.ZeroPairs != 0 {
		t.Errorf("%d references, %d neighbours, %d pairs at 0", m.References, m.Neighbours, m.ZeroPairs)
	}
	if _, err = MFunction(MQuestion{Points: p, Reference: isA, Neighbour: isB, Radii: []float64{1}}); err != nil {
		t.Fatal(err)
	}
}

// Three points at distance 1 from each other, all of one type: M is 1 (closed form).
func TestMFunction_three(t *testing.T) {
	all := []bool{true, true, true}
	m, err := MFunction(MQuestion{Points: Points{X: []float64{0, 1, .5}, Y: []float64{0, 0, math.Sqrt(.75)}}, Reference: all, Neighbour: all, Radii: []float64{1.0000001}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "M", m.Value[0], 1, 1e-12)
}

func TestKDensity_fixtureB(t *testing.T) {
	p, isA, _ := fixtureB()
	for _, exact := range []bool{true, false} {
		k, err := KDensity(KdQuestion{Points: p, Reference: isA, Radii: []float64{0, .5, 1, 2, 5, 10}, Exact: exact})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{.1016463582, .0969437479, .0840296071, .0478811040, .0248586514, .1721998066} {
			near(t, "K_d", k.Value[i], want, 1e-3)
		}
	}
}

// lattice is the 3 by 3 lattice with rook neighbours.
func lattice(t *testing.T) ([]float64, Weights) {
	t.Helper()
	var links []Link
	for i := range 9 {
		for j := range 9 {
			if dx, dy := i%3-j%3, i/3-j/3; dx*dx+dy*dy == 1 {
				links = append(links, Link{i, j, 1})
			}
		}
	}
	w, err := NewWeights(9, links)
	if err != nil {
		t.Fatal(err)
	}
	return []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, w
}

func TestMoran_lattice(t *testing.T) {
	y, w := lattice(t)
	m := Moran(y, w)
	near(t, "I", m.Value, .5, 1e-12)
	near(t, "E", m.Expected, -.125, 1e-12)
	near(t, "variance, normality", m.VarianceNorm, .053125, 1e-12)
	near(t, "variance, randomisation", m.VarianceRand, .0596875, 1e-12)
	near(t, "Geary C", Geary(y, w).Value, 1./3, 1e-12)
	near(t, "I of row-standardised weights", Moran(y, w.RowStandardised()).Value, .5555555555555556, 1e-9)
}

func TestGetisOrd(t *testing.T) {
	w := DistanceBand([]float64{10, 20, 40, 15, 30, 30}, []float64{10, 10, 10, 20, 20, 30}, 15)
	y := []float64{2, 3, 3.2, 5, 8, 7}
	g := GetisOrd(y, w)
	near(t, "G", g.Value, .55709779, 1e-8)
	near(t, "p", g.P, .172936, 1e-5)
	near(t, "Gi", LocalGs(y, w, LocalGOptions{})[0].Z, -1.0136729, 1e-7)
	// esda's row-standardised figure takes the variance by the sum of weights alone.
	near(t, "Gi, row-standardised", LocalGs(y, w.RowStandardised(), LocalGOptions{BySum: true})[0].Z, -.62074534, 1e-7)
	near(t, "Gi, row-standardised, whole variance", LocalGs(y, w.RowStandardised(), LocalGOptions{})[0].Z, -1.0136729, 1e-7)
	near(t, "Gi*", LocalGs(y, w.WithSelf(1), LocalGOptions{Star: true})[0].Z, -1.39727626, 1e-7)
}
