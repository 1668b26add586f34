package mcda

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > tol || math.IsNaN(got[i]) != math.IsNaN(want[i]) {
			t.Errorf("%s[%d] = %.9g, want %.9g", what, i, got[i], want[i])
		}
	}
}

// The table and the weights of the README of pyDecision (AHP).
func TestAHP(t *testing.T) {
	table := [][]float64{
		{1, 1. / 3, 1. / 5, 1, 1. / 4, 1. / 2, 3},
		{3, 1, 1. / 2, 2, 1. / 3, 3, 3},
		{5, 2, 1, 4, 5, 6, 5},
		{1, 1. / 2, 1. / 4, 1, 1. / 4, 1, 2},
		{4, 3, 1. / 5, 4, 1, 3, 2},
		{2, 1. / 3, 1. / 6, 1, 1. / 3, 1, 1. / 3},
		{1. / 3, 1. / 3, 1. / 5, 1. / 2, 1. / 2, 3, 1},
	}
	for _, c := range []struct {
		method string
		want   []float64
		ratio  float64
	}{
		{Geometric, []float64{.065798, .152546, .386202, .075, .198869, .059489, .062095}, .10678},
		{Eigenvector, []float64{.069935, .144922, .383949, .070648, .202546, .06017, .06783}, .108955},
	} {
		p, err := AHP(table, c.method)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.method, p.Weights, c.want, 6e-7)
		near(t, c.method+" ratio", []float64{p.Ratio}, []float64{c.ratio}, 6e-6)
	}
}

func TestAHP_refused(t *testing.T) {
	for what, table := range map[string][][]float64{
		"nothing":           {},
		"not square":        {{1, 2}},
		"zero":              {{1, 0}, {0, 1}},
		"not the inverse":   {{1, 3}, {1, 1}},
		"itself more":       {{2, 3}, {1. / 3, 1}},
		"not a number":      {{1, math.NaN()}, {1, 1}},
		"without an end":    {{1, math.Inf(1)}, {0, 1}},
		"negative judgment": {{1, -2}, {-.5, 1}},
	} {
		if _, err := AHP(table, Geometric); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if _, err := AHP([][]float64{{1}}, "magic"); err == nil {
		t.Error("an unknown method was taken")
	}
	// A judgement typed with two decimals is close enough to its inverse.
	p, err := AHP([][]float64{{1, 3}, {.33, 1}}, Geometric)
	if err != nil || p.Ratio != 0 {
		t.Errorf("%+v %v", p, err)
	}
}

// The case of METHODS section 12, checked with pyDecision.
var cars = [][]float64{{250, 16, 12, 5}, {200, 16, 8, 3}, {300, 32, 16, 4}, {275, 32, 8, 4}, {225, 16, 16, 2}}

var (
	quarter = []float64{.25, .25, .25, .25}
	costly  = []bool{true, false, false, false}
)

func TestTOPSIS(t *testing.T) {
	got, err := TOPSIS(cars, quarter, costly)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "closeness", got, []float64{.534277, .308368, .691632, .534737, .401046}, 6e-7)
	same, err := TOPSIS([][]float64{{1, 2}, {1, 2}}, []float64{.5, .5}, []bool{false, false})
	if err != nil || !math.IsNaN(same[0]) {
		t.Errorf("equal options: %v %v", same, err)
	}
}

func TestPromethee(t *testing.T) {
	got, err := Promethee(cars, quarter, costly, nil)
	if err != nil {
		t.Fatal(err)
	}
	net := make([]float64, len(got))
	for i, f := range got {
		net[i] = f.Net
	}
	near(t, "net flow", net, []float64{.125, -.1875, .1875, -.0625, -.0625}, 1e-12)
	one, err := Promethee(cars[:1], quarter, costly, nil)
	if err != nil || one[0] != (Flows{}) {
		t.Errorf("one option alone: %v %v", one, err)
	}
	// A difference of 2 between indifference at 1 and preference at 5 counts a quarter.
	soft, _ := Promethee([][]float64{{2}, {0}}, []float64{1}, []bool{false}, []Threshold{{1, 5}})
	near(t, "soft", []float64{soft[0].Plus, soft[1].Net}, []float64{.25, -.25}, 1e-12)
}

func TestRankOrderCentroid(t *testing.T) {
	near(t, "centroid of 3", RankOrderCentroid(3), []float64{11. / 18, 5. / 18, 2. / 18}, 1e-12)
}

func TestSwingWeights(t *testing.T) {
	got, err := SwingWeights([]float64{100, 50, 0, 50})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "weights", got, []float64{.5, .25, 0, .25}, 1e-12)
	for _, bad := range [][]float64{nil, {0, 0}, {-1, 2}, {math.NaN()}, {math.Inf(1)}} {
		if _, err := SwingWeights(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}

func TestFunction(t *testing.T) {
	up, _ := Linear(10, 20)
	down, _ := Linear(20, 10)
	bent, err := Piecewise([]Point{{30, 1}, {0, 0}, {10, .8}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "up", []float64{up.At(5), up.At(10), up.At(12.5), up.At(20), up.At(99)}, []float64{0, 0, .25, 1, 1}, 0)
	near(t, "down", []float64{down.At(5), down.At(10), down.At(12.5), down.At(20), down.At(99)}, []float64{1, 1, .75, 0, 0}, 0)
	near(t, "bent", []float64{bent.At(5), bent.At(10), bent.At(20)}, []float64{.4, .8, .9}, 1e-15)
	huge, _ := Linear(-1e308, 1e308)
	near(t, "huge", []float64{huge.At(0), huge.At(1e308)}, []float64{.5, 1}, 0)
	if !up.Outside(9) || up.Outside(10) || up.Outside(20) || (Function{}).Outside(3) || (Function{}).At(3) != 0 {
		t.Error("outside")
	}
	for _, bad := range [][]Point{nil, {{1, 0}}, {{1, 0}, {1, 1}}, {{1, 0}, {2, 1}, {3, 0}}, {{1, 0}, {2, .9}}, {{1, 0}, {2, 1.1}}, {{math.NaN(), 0}, {2, 1}}, {{1, .2}, {2, 1}}} {
		if _, err := Piecewise(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}
