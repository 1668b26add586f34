package mcda

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"milieu/internal/chance"
)

var unit, _ = Linear(0, 1)

// certain is a problem whose values are between 0 and 1 and known.
func certain(values [][]float64) Problem {
	p := Problem{Functions: make([]Function, len(values[0]))}
	for j := range p.Functions {
		p.Functions[j] = unit
	}
	for _, row := range values {
		cells := make([]chance.Dist, len(row))
		for j, v := range row {
			cells[j] = chance.Dist{Kind: chance.Fixed, A: v}
		}
		p.Cells = append(p.Cells, cells)
	}
	return p
}

func run(t testing.TB, p Problem, o Options) Result {
	t.Helper()
	r, err := Run(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The closed form of METHODS section 12.
func TestRun_closedForm(t *testing.T) {
	r := run(t, certain([][]float64{{1, 0}, {0, 1}, {.6, .6}}), Options{Draws: 400_000, Seed: 1, Pairwise: true, Confidence: true})
	const tol = .003 // four standard errors
	for i, want := range [][]float64{{.4, .1, .5}, {.4, .1, .5}, {.2, .8, 0}} {
		near(t, "rank", r.Rank[i], want, tol)
	}
	for i, want := range [][]float64{{.8, .2}, {.2, .8}, {.5, .5}} {
		near(t, "central", r.Central[i], want, tol)
	}
	near(t, "confidence", r.Confidence, []float64{1, 1, 1}, 0)
	near(t, "pairwise", r.Pairwise[2], []float64{.6, .6, 0}, tol)
	near(t, "value", r.Value, []float64{.5, .5, .6}, tol)
	if r.Rank[2][2] != 0 {
		t.Errorf("the third is last in %g of draws", r.Rank[2][2])
	}
}

// Equal options share the rank, and one that never is first has no central weight.
func TestRun_ties(t *testing.T) {
	r := run(t, certain([][]float64{{.3, .7}, {.1, .2}, {.3, .7}}), Options{Draws: 500, Seed: 9, Pairwise: true, Confidence: true})
	near(t, "first", r.Rank[0], []float64{1, 0, 0}, 0)
	near(t, "same", r.Rank[2], []float64{1, 0, 0}, 0)
	near(t, "dominated", r.Rank[1], []float64{0, 0, 1}, 0)
	if r.Central[1] != nil || !math.IsNaN(r.Confidence[1]) {
		t.Errorf("never first: %v %v", r.Central[1], r.Confidence[1])
	}
	if r.Pairwise[0][2] != 0 || r.Pairwise[0][1] != 1 {
		t.Errorf("pairs %v", r.Pairwise)
	}
}

// Uniform values: an option between 0 and 1 beats one at a half in half of the draws, and loses to a certain 1.
func TestRun_intervals(t *testing.T) {
	p := certain([][]float64{{.5, .5}, {0, 0}})
	p.Cells[1] = []chance.Dist{{Kind: chance.Uniform, A: 0, B: 1}, {Kind: chance.Uniform, A: 0, B: 1}}
	r := run(t, p, Options{Draws: 200_000, Seed: 4, Confidence: true})
	near(t, "first", []float64{r.Rank[0][0], r.Confidence[0]}, []float64{.5, .5}, .02)
	// With the weights fixed at a half each, the mean of two uniform numbers is below .25 in 1/8 of draws.
	p.Weights.Fixed = []float64{.5, .5}
	p.Cells[0] = []chance.Dist{{Kind: chance.Fixed, A: .25}, {Kind: chance.Fixed, A: .25}}
	r = run(t, p, Options{Draws: 200_000, Seed: 4})
	near(t, "fixed", r.Rank[0], []float64{.125, .875}, .003)
}

// Means of weights: uniform 1/m, in a chain the rank-order centroid, swings between their bounds.
func TestWeightSet_draw(t *testing.T) {
	const n = 200_000
	mean := func(w WeightSet, m int) []float64 {
		out, one, gap := make([]float64, m), make([]float64, m), make([]float64, m)
		for d := range n {
			w.draw(chance.Stream{Seed: 5}, d, one, gap)
			sum := 0.0
			for j, v := range one {
				out[j] += v / n
				sum += v
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Fatalf("weights %v", one)
			}
		}
		return out
	}
	near(t, "uniform", mean(WeightSet{}, 4), []float64{.25, .25, .25, .25}, .002)
	near(t, "many", mean(WeightSet{}, 30)[:2], []float64{1. / 30, 1. / 30}, .0005)
	c := RankOrderCentroid(3)
	near(t, "chain", mean(WeightSet{Chains: [][]int{{2, 0, 1}}}, 3), []float64{c[1], c[2], c[0]}, .002)
	near(t, "half chained", mean(WeightSet{Chains: [][]int{{1, 0}}}, 3), []float64{1. / 6, .5, 1. / 3}, .002)
	near(t, "swings", mean(WeightSet{Lo: []float64{100, 50}, Hi: []float64{100, 50}}, 2), []float64{2. / 3, 1. / 3}, 1e-9)
	near(t, "alone", mean(WeightSet{}, 1), []float64{1}, 1e-9)
}

// The result is the same whatever the number of goroutines.
func TestRun_workers(t *testing.T) {
	p := certain([][]float64{{.1, .9, .3}, {.5, .5, .5}, {.9, .2, .2}})
	p.Cells[1][1] = chance.Dist{Kind: chance.Uniform, A: .2, B: .8}
	one := run(t, p, Options{Draws: 70_001, Seed: 3, Workers: 1, Pairwise: true, Confidence: true})
	many := run(t, p, Options{Draws: 70_001, Seed: 3, Workers: 7, Pairwise: true, Confidence: true})
	for i := range one.Rank {
		if !slices.Equal(one.Rank[i], many.Rank[i]) || !slices.Equal(one.Central[i], many.Central[i]) || !slices.Equal(one.Pairwise[i], many.Pairwise[i]) {
			t.Errorf("option %d differs", i)
		}
	}
	if !slices.Equal(one.Value, many.Value) || !slices.Equal(one.Confidence, many.Confidence) {
		t.Error("values differ")
	}
}

// Totals are the values that Run counts.
func TestTotals(t *testing.T) {
	p := certain([][]float64{{.1, .9}, {.5, .5}})
	p.Cells[1][1] = chance.Dist{Kind: chance.Uniform, A: .2, B: .8}
	all, err := Totals(context.Background(), p, Options{Draws: 4000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	few, _ := Totals(context.Background(), p, Options{Draws: 10, Seed: 3})
	won, sum := 0, 0.0
	for d, v := range all[0] {
		if v > all[1][d] {
			won++
		}
		sum += v
	}
	r := run(t, p, Options{Draws: 4000, Seed: 3})
	near(t, "first and value", []float64{float64(won) / 4000, sum / 4000}, []float64{r.Rank[0][0], r.Value[0]}, 1e-12)
	if !slices.Equal(few[1], all[1][:10]) {
		t.Error("draws depend on how many there are")
	}
}

// Both ways of ranking give the same.
func TestRun_manyOptions(t *testing.T) {
	values := make([][]float64, mostPaired+2)
	for i := range values {
		values[i] = []float64{float64(i*7%10) / 10, float64(i*3%10) / 10}
	}
	a := run(t, certain(values), Options{Draws: 300, Seed: 2})
	b := run(t, certain(values), Options{Draws: 300, Seed: 2, Pairwise: true})
	for i := range values {
		if !slices.Equal(a.Rank[i], b.Rank[i]) {
			t.Fatalf("option %d: %v and %v", i, a.Rank[i], b.Rank[i])
		}
	}
}

func TestRun_refused(t *testing.T) {
	good := certain([][]float64{{.1, .9}, {.5, .5}})
	ragged := certain([][]float64{{.1, .9}, {.5, .5}})
	ragged.Cells[1] = ragged.Cells[1][:1]
	with := func(w WeightSet) Problem { p := good; p.Weights = w; return p }
	for what, p := range map[string]Problem{
		"nothing": {}, "ragged": ragged,
		"weights over 1":   with(WeightSet{Fixed: []float64{.6, .6}}),
		"negative weights": with(WeightSet{Fixed: []float64{1.5, -.5}}),
		"one swing":        with(WeightSet{Lo: []float64{1}, Hi: []float64{1}}),
		"swings turned":    with(WeightSet{Lo: []float64{2, 1}, Hi: []float64{1, 1}}),
		"swings of 0":      with(WeightSet{Lo: []float64{0, 0}, Hi: []float64{0, 0}}),
		"chain twice":      with(WeightSet{Chains: [][]int{{0, 0}}}),
		"chain unknown":    with(WeightSet{Chains: [][]int{{0, 2}}}),
	} {
		if _, err := Run(context.Background(), p, Options{Draws: 10}); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if _, err := Run(context.Background(), good, Options{}); err == nil {
		t.Error("no draws were taken")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, good, Options{Draws: 10}); err == nil {
		t.Error("a run without time gave a result")
	}
}

func drawValues(t *rapid.T, n, m int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, m)
		for j := range out[i] {
			out[i][j] = float64(rapid.IntRange(0, 20).Draw(t, "value")) / 20
		}
	}
	return out
}

// With two criteria the acceptability is a length: the options' values are straight in the first weight, and ranks
// change only where two of them cross.
func TestRun_twoCriteria(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := drawValues(t, rapid.IntRange(1, 7).Draw(t, "options"), 2)
		const draws = 20_000
		r, err := Run(context.Background(), certain(values), Options{Draws: draws, Seed: 11})
		if err != nil {
			t.Fatal(err)
		}
		cuts := []float64{0, 1}
		for _, a := range values {
			for _, b := range values {
				if d := (a[0] - a[1]) - (b[0] - b[1]); d != 0 {
					if x := (b[1] - a[1]) / d; x > 0 && x < 1 {
						cuts = append(cuts, x)
					}
				}
			}
		}
		slices.Sort(cuts)
		want := make([][]float64, len(values))
		for i := range want {
			want[i] = make([]float64, len(values))
		}
		for k := 1; k < len(cuts); k++ {
			if cuts[k]-cuts[k-1] < 1e-9 {
				continue
			}
			w := (cuts[k] + cuts[k-1]) / 2
			total := make([]float64, len(values))
			for i, v := range values {
				total[i] = w*v[0] + (1-w)*v[1]
			}
			for i, rank := range Ranks(total) {
				want[i][rank-1] += cuts[k] - cuts[k-1]
			}
		}
		for i := range want {
			for k := range want[i] {
				if p := want[i][k]; math.Abs(r.Rank[i][k]-p) > 5*math.Sqrt(p*(1-p)/draws)+1e-9 {
					t.Fatalf("option %d, rank %d: %g, want %g of %v", i, k+1, r.Rank[i][k], p, values)
				}
			}
		}
	})
}

// A dominated option is never ranked above its dominator, whatever the weights.
func TestRun_dominated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(1, 5).Draw(t, "criteria")
		values := drawValues(t, rapid.IntRange(2, 8).Draw(t, "options"), m)
		p := certain(values)
		r, err := Run(context.Background(), p, Options{Draws: 200, Seed: 3, Pairwise: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, by := range p.Dominated(1) {
			for _, k := range by {
				if r.Pairwise[i][k] != 0 || Additive(values[i], r.weights(k, m)) > Additive(values[k], r.weights(k, m))+1e-12 {
					t.Fatalf("%d is dominated by %d and beats it in %g of draws", i, k, r.Pairwise[i][k])
				}
			}
		}
	})
}

func (r Result) weights(i, m int) []float64 {
	if r.Central[i] != nil {
		return r.Central[i]
	}
	w := make([]float64, m)
	for j := range w {
		w[j] = 1 / float64(m)
	}
	return w
}

// Other names of the options permute the result, and other units of a criterion change nothing.
func TestRun_relabelled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(1, 4).Draw(t, "criteria")
		values := drawValues(t, rapid.IntRange(2, 6).Draw(t, "options"), m)
		turn := rapid.Permutation(Order(make([]float64, len(values)))).Draw(t, "names")
		other := make([][]float64, len(values))
		for a, b := range turn {
			other[b] = values[a]
		}
		p, q := certain(values), certain(other)
		for j := range q.Functions { // in pence instead of pounds
			q.Functions[j], _ = Linear(0, 128)
			for i := range q.Cells {
				q.Cells[i][j].A *= 128
			}
		}
		x, err := Run(context.Background(), p, Options{Draws: 300, Seed: 6})
		if err != nil {
			t.Fatal(err)
		}
		y, err := Run(context.Background(), q, Options{Draws: 300, Seed: 6})
		if err != nil {
			t.Fatal(err)
		}
		for a, b := range turn {
			if !slices.Equal(x.Rank[a], y.Rank[b]) || !slices.Equal(x.Central[a], y.Central[b]) {
				t.Fatalf("option %d: %v, under another name %v", a, x.Rank[a], y.Rank[b])
			}
		}
	})
}

func BenchmarkRun(b *testing.B) {
	values := make([][]float64, 30)
	for i := range values {
		values[i] = make([]float64, 8)
		for j := range values[i] {
			values[i][j] = chance.Stream{Seed: 1}.Uniform(i, j)
		}
	}
	for b.Loop() {
		run(b, certain(values), Options{Draws: 1_000_000, Seed: 1})
	}
}
