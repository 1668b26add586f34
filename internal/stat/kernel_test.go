package stat

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func nearAll(t *testing.T, name string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", name, got, want)
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Errorf("%s: %v, want %v", name, got, want)
			return
		}
	}
}

// Golden: METHODS section 3 (closed form; PySAL inequality/tests for Atkinson and Theil).
func TestInequalities_golden(t *testing.T) {
	s, err := Inequalities([]float64{10, 20, 30, 40})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "10..40", []float64{s.Gini, s.Hoover, s.HHI, s.TheilT, s.TheilL, NormalisedHHI(s.HHI, 4), CorrectedGini(s.Gini, 4)},
		[]float64{0.25, 0.2, 0.3, 0.1064401353, 0.1217772743, 0.0666666667, 0.3333333333}, 1e-9)
	s, _ = Inequalities([]float64{10, 20, 30, 40, 50})
	nearAll(t, "Atkinson", []float64{s.AtkinsonHalf, s.AtkinsonOne, 30 * (1 - s.AtkinsonHalf), 30 * (1 - s.AtkinsonOne)}, []float64{0.0631533922, 0.1316096384, 28.1053982, 26.0517108}, 1e-7)
	s, _ = Inequalities([]float64{0, 10, 10, 30, 50})
	nearAll(t, "with a 0", []float64{s.Gini, s.AtkinsonOne}, []float64{0.48, 1}, 1e-12)
	if !math.IsNaN(s.TheilL) {
		t.Errorf("Theil L with a value of 0 is %v", s.TheilL)
	}
	g, err := GiniAgainst([]float64{0, 10, 10, 30, 50}, []float64{10, 15, 20, 25, 30})
	if err != nil || math.Abs(g-0.31) > 1e-12 {
		t.Errorf("Hoover-Gini %v, %v; want 0.31", g, err)
	}
	th, err := TheilBetween([]float64{0, 0, 0, 10, 10, 10}, []string{"a", "a", "a", "b", "b", "b"})
	if err != nil || math.Abs(th.Between-math.Ln2) > 1e-12 || th.Within != 0 {
		t.Errorf("Theil %+v, %v; want ln 2 all between", th, err)
	}
	if _, err := Inequalities(nil); err == nil {
		t.Error("no values give no error")
	}
}

// Golden: METHODS section 3, twice the area that EconGeo's locational.Gini returns (fixture A).
func TestGiniAgainst_fixtureA(t *testing.T) {
	rows := [][]float64{{44, 63, 8, 83}, {48, 42, 10, 1}, {74, 54, 96, 16}, {39, 26, 28, 13}, {89, 61, 45, 76}}
	all := make([]float64, 5)
	for r, row := range rows {
		for _, v := range row {
			all[r] += v
		}
	}
	for i, want := range []float64{0.0577024478, 0.0569837931, 0.1812314644, 0.1977051131} {
		var v []float64
		for _, row := range rows {
			v = append(v, row[i])
		}
		if g, err := GiniAgainst(v, all); err != nil || math.Abs(g/2-want) > 1e-9 {
			t.Errorf("I%d: area %v, %v; want %v", i+1, g/2, err, want)
		}
	}
}

// Golden: METHODS section 4 (REAT, Farhauer & Kröll).
func TestEllisonGlaeser(t *testing.T) {
	var plants []Plant
	for region, sizes := range map[string][]float64{"Wien": {200, 650, 12000, 100, 50}, "Linz": {16000, 13000, 1500, 1500}, "Graz": {25000}} {
		for _, s := range sizes {
			plants = append(plants, Plant{"x", region, s})
		}
	}
	plants = append(plants, Plant{"one", "Graz", 10})
	got, err := EllisonGlaeser(plants, map[string]float64{"Wien": 500000, "Linz": 400000, "Graz": 100000})
	if err != nil {
		t.Fatal(err)
	}
	a := got[1]
	nearAll(t, "x", []float64{a.Gamma, a.G, a.Z, a.H}, []float64{0.05990628412, 0.1681632653, 0.195900197, 0.2446887755}, 1e-9)
	if !math.IsNaN(got[0].Gamma) || got[0].H != 1 {
		t.Errorf("one plant: %+v", got[0])
	}
	// A region of the totals without a plant counts with s = 0.
	got, err = EllisonGlaeser([]Plant{{"x", "a", 1}, {"x", "a", 1}}, map[string]float64{"a": 1, "b": 1})
	if err != nil || math.Abs(got[0].G-0.5) > 1e-12 {
		t.Errorf("%+v, %v; want G = 0.5", got, err)
	}
	if _, err := EllisonGlaeser([]Plant{{"x", "c", 1}}, map[string]float64{"a": 1}); err == nil {
		t.Error("a plant in a region without a total gives no error")
	}
}

// Golden: METHODS section 5 (Farhauer & Kröll via REAT).
func TestShiftShare(t *testing.T) {
	start := map[string][]float64{"A": {90, 20, 10, 60}, "B": {60, 30, 30, 40}, "C": {250, 100, 110, 300}}
	end := map[string][]float64{"A": {100, 40, 10, 55}, "B": {85, 55, 40, 35}, "C": {255, 115, 85, 390}}
	var cells []Growth
	for r := range start {
		for i := range 4 {
			cells = append(cells, Growth{r, string(rune('1' + i)), start[r][i], end[r][i]})
		}
	}
	got, err := ShiftShare(cells)
	if err != nil {
		t.Fatal(err)
	}
	a, b := got.Regions[0], got.Regions[1]
	nearAll(t, "A", []float64{a.Change, a.National, a.Mix, a.Regional, a.Competitive, a.Allocation}, []float64{25, 27, 1, -3, -0.6363636364, -2.3636363636}, 1e-9)
	nearAll(t, "B", []float64{b.Change, b.National, b.Mix, b.Regional}, []float64{55, 24, -1, 32}, 1e-9)
	// One step of several years is the decomposition itself.
	years, err := ShiftShareYears([][]Growth{cells})
	if err != nil || math.Abs(years.Regions[0].Mix-1) > 1e-9 {
		t.Errorf("%+v, %v", years, err)
	}
}

func TestShiftShare_edges(t *testing.T) {
	got, err := ShiftShare([]Growth{{"A", "old", 10, 5}, {"A", "new", 0, 7}, {"B", "old", 10, 20}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.NewToAll) != 1 || got.NewToAll[0] != "new" {
		t.Errorf("new to all: %v", got.NewToAll)
	}
	for _, r := range got.Regions {
		if math.Abs(r.National+r.Mix+r.Regional-r.Change) > 1e-9 || math.Abs(r.Competitive+r.Allocation-r.Regional) > 1e-9 {
			t.Errorf("parts do not add up: %+v", r)
		}
	}
	if _, err := ShiftShare([]Growth{{"A", "x", 0, 1}}); err == nil {
		t.Error("a whole that starts at 0 gives no error")
	}
}

// hh is the nested matrix of METHODS sections 6 and 7: C1 has P1 to P4, C2 P2, C3 P3
// and P4, C4 P4.
func hh(t *testing.T) Presence {
	t.Helper()
	var cells []Cell
	for _, c := range [][2]string{{"C1", "P1"}, {"C1", "P2"}, {"C1", "P3"}, {"C1", "P4"}, {"C2", "P2"}, {"C3", "P3"}, {"C3", "P4"}, {"C4", "P4"}} {
		cells = append(cells, Cell{c[0], c[1], 1})
	}
	table, err := NewTable(cells, None)
	if err != nil {
		t.Fatal(err)
	}
	return table.Present(ByValue)
}

// Golden: METHODS section 6 (Hidalgo; EconGeo without, py-ecomplexity with the diagonal).
func TestRelatedness_golden(t *testing.T) {
	p := hh(t)
	phi := p.Proximity()
	nearAll(t, "proximity", []float64{phi.At(0, 1), phi.At(0, 2), phi.At(0, 3), phi.At(1, 2), phi.At(1, 3), phi.At(2, 3)}, []float64{.5, .5, 1. / 3, .5, 1. / 3, 2. / 3}, 1e-12)
	nearAll(t, "density with the diagonal", p.Density(phi, true)[1], []float64{.2142857143, .4285714286, .1875, .1428571429}, 1e-9)
	prob, err := p.Cooccurrence().Related(Probability)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "probability", []float64{prob.At(0, 1), prob.At(0, 2), prob.At(2, 3)}, []float64{1.2222222222, 0.8730158730, 1.25}, 1e-9)
	nearAll(t, "density", p.Density(prob, false)[1], []float64{.4118, 0, .2914, .2914}, 5e-5)
	for r := range p.Regions {
		nearAll(t, "density of one region", p.DensityOf(r), p.Density(phi, false)[r], 1e-12)
	}
	six := NewPairs([]string{"1", "2", "3", "4", "5", "6"})
	upper := [][]float64{{10, 1, 5, 5, 9}, {0, 1, 5, 7}, {9, 4, 4}, {6, 5}, {1}}
	for i, row := range upper {
		for k, v := range row {
			six.Set(i, i+1+k, v)
		}
	}
	for m, want := range map[Relatedness]float64{Probability: 1.7013876041, Association: 2.0869565217, Cosine: 0.3806934938, Jaccard: 0.2325581395} {
		if got, err := six.Related(m); err != nil || math.Abs(got.At(0, 1)-want) > 1e-9 {
			t.Errorf("%s: %v, %v; want %v", m, got.At(0, 1), err, want)
		}
	}
}

// Golden: METHODS section 7 (symmetric solve; direction by correlation with diversity).
func TestComplexity_golden(t *testing.T) {
	p := hh(t)
	c, err := p.Complexity()
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "regions", c.Region, []float64{-0.075353, -1.602916, 0.747788, 0.930481}, 1e-6)
	nearAll(t, "industries", c.Industry, []float64{-0.194073, -1.602916, 0.565095, 0.930481}, 1e-6)
	for r := range p.Regions {
		sum := 0.0
		for i := range p.Industries {
			if p.Has(r, i) {
				sum += c.Industry[i] / float64(p.Diversity[r])
			}
		}
		if math.Abs(sum-c.Region[r]) > 1e-9 {
			t.Errorf("region %d is %v, the mean of its industries %v", r, c.Region[r], sum)
		}
	}
	regions, industries := p.Reflections(2)
	nearAll(t, "k_c1", regions[1], []float64{2, 2, 2.5, 3}, 1e-9)
	nearAll(t, "k_c2", regions[2], []float64{2.9583333333, 2.5, 2.6666666667, 2.3333333333}, 1e-9)
	nearAll(t, "k_p1", industries[1], []float64{4, 2.5, 3, 2.3333333333}, 1e-9)
	nearAll(t, "k_p2", industries[2], []float64{2, 2, 2.25, 2.5}, 1e-9)
}

func TestComplexity_undetermined(t *testing.T) {
	for name, cells := range map[string][]Cell{
		"parts that share nothing": {{"A", "1", 1}, {"B", "1", 1}, {"C", "2", 1}, {"D", "2", 1}},
		"all alike":                {{"A", "1", 1}, {"A", "2", 1}, {"B", "1", 1}, {"B", "2", 1}, {"C", "1", 1}, {"C", "2", 1}},
		"one region":               {{"A", "1", 1}},
	} {
		table, err := NewTable(cells, None)
		if err != nil {
			t.Fatal(err)
		}
		var open *UndeterminedError
		if _, err := table.Present(ByValue).Complexity(); !errors.As(err, &open) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A region without an industry, and one that would be, are left out and not a number.
func TestComplexity_leftOut(t *testing.T) {
	p := hh(t)
	p.Regions, p.has, p.Diversity = append(p.Regions, "C5"), append(p.has, make([]bool, 4)), append(p.Diversity, 0)
	c, err := p.Complexity()
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "the others", c.Region[:4], []float64{-0.075353, -1.602916, 0.747788, 0.930481}, 1e-6)
	if !math.IsNaN(c.Region[4]) {
		t.Errorf("a region without an industry has %v", c.Region[4])
	}
}

// Closed form: p = (.5,.5,0), q = (.5,0,.5).
func TestStructuralDistance(t *testing.T) {
	s, err := StructuralDistance([]float64{1, 1, 0}, []float64{3, 0, 3})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "distance", []float64{s.Krugman, s.Hellinger, s.Cosine}, []float64{1, math.Sqrt(.5), .5}, 1e-12)
	nearAll(t, "apart", s.Apart, []float64{0, .25, .25}, 1e-12)
	if s, _ := StructuralDistance([]float64{1, 2}, []float64{2, 4}); s.Hellinger != 0 || s.Krugman != 0 {
		t.Errorf("the same mix: %+v", s)
	}
	for _, bad := range [][2][]float64{{{1}, {1, 2}}, {{0}, {1}}, {{-1}, {1}}} {
		if _, err := StructuralDistance(bad[0], bad[1]); err == nil {
			t.Errorf("%v gives no error", bad)
		}
	}
}

// Closed form: 6-MP arm of Freireich et al. 1963 (Kalbfleisch & Prentice 1980): S(6) = .857,
// S(7) = .807, S(10) = .753, S(13) = .690, S(16) = .627, S(22) = .538, S(23) = .448; 95 % log-log at 6: .620 to .952
// (R survival, conf.type "log-log").
func TestKaplanMeier(t *testing.T) {
	lives := []Life{{6, true}, {6, true}, {6, true}, {6, false}, {7, true}, {9, false}, {10, true}, {10, false}, {11, false}, {13, true}, {16, true}, {17, false},
		{19, false}, {20, false}, {22, true}, {23, true}, {25, false}, {32, false}, {32, false}, {34, false}, {35, false}}
	got, err := KaplanMeier(lives, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	var shares []float64
	for _, s := range got {
		shares = append(shares, s.Share.Value)
	}
	nearAll(t, "shares", shares, []float64{.857, .807, .753, .690, .627, .538, .448}, 5e-4)
	nearAll(t, "interval", []float64{got[0].Share.Lo, got[0].Share.Hi}, []float64{.620, .952}, 5e-4)
	if got, err := KaplanMeier([]Life{{1, true}}, 0.95); err != nil || got[0].Share != (Estimate{0, 0, 1}) {
		t.Errorf("all ended: %+v, %v", got, err)
	}
	if _, err := CohortSurvival(10, []int{8, 9}, 0.95); err == nil {
		t.Error("a cohort that grows gives no error")
	}
	if e, err := CohortSurvival(10, []int{8}, 0.95); err != nil || e[0].Value != 0.8 || !(e[0].Lo < 0.8 && e[0].Hi > 0.8) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestSurveyed(t *testing.T) {
	e, err := Surveyed(100, 0.2, 0.95)
	if err != nil || math.Abs(e.Hi-139.199279690801) > 1e-9 || math.Abs(e.Lo-60.800720309199) > 1e-9 {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := Surveyed(1, -1, .95); err == nil {
		t.Error("a negative coefficient gives no error")
	}
	if e, _ := Surveyed(100, 2, 0.95); e.Lo != 0 {
		t.Errorf("%+v is negative", e)
	}
}

// What is drawn anew hangs on the seed and not on the number of workers, and has the mean that it should.
func TestStays(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var cells []Cell
	for r := range 12 {
		for i := range 30 {
			cells = append(cells, Cell{string(rune('A' + r)), string(rune('a' + i)), float64(rng.IntN(200))})
		}
	}
	table, err := NewTable(cells, PublicRelaxed)
	if err != nil {
		t.Fatal(err)
	}
	g := table.Grid()
	may := make([]bool, 30)
	for i := range may {
		may[i] = i != 3
	}
	one, two := g.Stays(0, 5, may, 50, 7, 1), g.Stays(0, 5, may, 50, 7, 3)
	nearAll(t, "workers", two, one, 0)
	sum := 0.0
	for _, v := range one {
		sum += v
	}
	if math.Abs(sum-5) > 1e-9 || one[3] != 0 {
		t.Errorf("shares add up to %v, want 5; what may not be named has %v", sum, one[3])
	}
	for _, mean := range []float64{0, 3, 100} {
		total := 0.0
		for range 20000 {
			total += poisson(rng, mean)
		}
		if got := total / 20000; math.Abs(got-mean) > 4*math.Sqrt(mean/20000)+1e-9 {
			t.Errorf("mean %v of counts about %v", got, mean)
		}
	}
}

// A table of 400 regions and 1,200 industries.
func BenchmarkComplexity(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var cells []Cell
	for r := range 400 {
		for i := range 1200 {
			if rng.Float64() < 0.1+0.3*float64(400-r)/400 {
				cells = append(cells, Cell{string(rune(0x4e00 + r)), string(rune(0x4e00 + i)), rng.ExpFloat64() * 100})
			}
		}
	}
	table, err := NewTable(cells, None)
	if err != nil {
		b.Fatal(err)
	}
	p := table.Present(ByQuotient)
	for b.Loop() {
		if _, err := p.Complexity(); err != nil {
			b.Fatal(err)
		}
	}
}

// A second eigenvalue that stands twice: a ring of regions, each sharing an industry with
// the next, has its cosine and sine.
func TestComplexity_twice(t *testing.T) {
	var cells []Cell
	for r := range 8 {
		cells = append(cells, Cell{string(rune('A' + r)), string(rune('a' + r)), 1}, Cell{string(rune('A' + r)), string(rune('a' + (r+1)%8)), 1})
	}
	table, err := NewTable(cells, None)
	if err != nil {
		t.Fatal(err)
	}
	var open *UndeterminedError
	if _, err := table.Present(ByValue).Complexity(); !errors.As(err, &open) {
		t.Errorf("%v", err)
	}
}
