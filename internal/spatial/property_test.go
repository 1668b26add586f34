package spatial

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// randomPoints has some on one position, in two types.
func randomPoints(n int, seed uint64) (Points, []bool, []bool) {
	r := rand.New(rand.NewPCG(seed, 0))
	var p Points
	var a, b []bool
	for i := range n {
		x, y := r.Float64()*100, r.Float64()*100
		if i%7 == 3 {
			x, y = p.X[i-1], p.Y[i-1]
		}
		p.X, p.Y = append(p.X, x), append(p.Y, y)
		p.Weight = append(p.Weight, float64(r.IntN(5)))
		a, b = append(a, r.IntN(3) == 0), append(b, r.IntN(4) == 0)
	}
	return p, a, b
}

// bruteM is the definition, over all pairs.
func bruteM(p Points, ref, nei []bool, r float64) float64 {
	var total, wanted float64
	for i := range p.X {
		total += p.weight(i)
		if nei[i] {
			wanted += p.weight(i)
		}
	}
	var local, global float64
	for i := range p.X {
		if !ref[i] {
			continue
		}
		var all, own float64
		for j := range p.X {
			if d2 := square(p.X[i]-p.X[j], p.Y[i]-p.Y[j]); d2 > 0 && d2 <= r*r {
				all += p.weight(j)
				if nei[j] {
					own += p.weight(j)
				}
			}
		}
		if all == 0 {
			continue
		}
		mine := wanted
		if nei[i] {
			mine -= p.weight(i)
		}
		local, global = local+own/all, global+mine/(total-p.weight(i))
	}
	if global == 0 {
		return math.NaN()
	}
	return local / global
}

func TestMFunction_definition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, a, b := randomPoints(rapid.IntRange(2, 200).Draw(rt, "n"), rapid.Uint64().Draw(rt, "seed"))
		radii := rapid.SliceOfN(rapid.Float64Range(0, 150), 1, 8).Draw(rt, "radii")
		m, err := MFunction(MQuestion{Points: p, Reference: a, Neighbour: b, Radii: radii})
		if err != nil {
			rt.Fatal(err)
		}
		for k, r := range radii {
			want := bruteM(p, a, b, r)
			if math.Abs(m.Value[k]-want) > 1e-9 || math.IsNaN(want) != math.IsNaN(m.Value[k]) {
				rt.Errorf("M(%v) = %v, want %v", r, m.Value[k], want)
			}
		}
	})
}

// The result, envelopes included, is the same on one processor and on many, and a
// curve of pure chance keeps within the bands it made.
func TestMFunction_processors(t *testing.T) {
	p, a, b := randomPoints(1500, 3)
	ask := func(workers int) M {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
		m, err := MFunction(MQuestion{Points: p, Reference: a, Neighbour: b, Radii: []float64{20, 1, 5}, Simulations: 39, Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	one, many := ask(1), ask(7)
	for name, lists := range map[string][2][]float64{"value": {one.Value, many.Value}, "lo": {one.Lo, many.Lo}, "hi": {one.Hi, many.Hi}, "band": {one.GlobalHi, many.GlobalHi}} {
		if !slices.Equal(lists[0], lists[1]) {
			t.Errorf("%s: %v on one processor, %v on seven", name, lists[0], lists[1])
		}
	}
	if one.P != many.P || one.P <= 0.01 {
		t.Errorf("p = %v and %v for labels without pattern", one.P, many.P)
	}
	for k := range one.Value {
		if one.GlobalLo[k] > one.Lo[k]+1e-9 || one.GlobalHi[k] < one.Hi[k]-1e-9 {
			t.Errorf("radius %v: the global band %v..%v is narrower than the pointwise %v..%v", one.Radii[k], one.GlobalLo[k], one.GlobalHi[k], one.Lo[k], one.Hi[k])
		}
	}
}

// Labellings that look again around each reference give what those give that
// remember all surroundings.
func TestMFunction_rare(t *testing.T) {
	p, _, _ := randomPoints(2000, 12)
	few := make([]bool, p.Len())
	few[10], few[500], few[900] = true, true, true
	for _, sims := range []int{19, 1999} { // below and above one reference a point
		q := MQuestion{Points: p, Reference: few, Neighbour: few, Radii: []float64{30, 90}, Simulations: sims, Seed: 3}
		m, err := MFunction(q)
		if err != nil {
			t.Fatal(err)
		}
		f := newMField(q, q.Radii)
		ref, nei := f.shuffled(source(q.Seed, 0).Perm(p.Len()))
		want, _ := f.curve(ref, nei)
		f.ready(3)
		got, _ := f.curveAlone(ref, nei)
		for k := range want {
			near(t, "M of a labelling", got[k], want[k], 1e-12)
		}
		if m.P < .01 {
			t.Errorf("p = %v for three points at random", m.P)
		}
	}
}

// Chance is called significant about as often as the level says; a curve is out of
// the global band exactly when its p is at most 5 %.
func TestMFunction_falseAlarms(t *testing.T) {
	alarms := 0
	const runs = 200
	for run := range runs {
		p, a, _ := randomPoints(120, uint64(run)+100)
		m, err := MFunction(MQuestion{Points: p, Reference: a, Neighbour: a, Radii: []float64{5, 10, 20, 40}, Simulations: 39, Seed: uint64(run)})
		if err != nil {
			t.Fatal(err)
		}
		out := false
		for k, v := range m.Value {
			out = out || v > m.GlobalHi[k]+1e-12 || v < m.GlobalLo[k]-1e-12
		}
		if out != (m.P <= .05) {
			t.Errorf("run %d: outside the band is %v, p is %v", run, out, m.P)
		}
		if m.P <= .05 {
			alarms++
		}
	}
	if alarms > 20 { // 10 expected; more than 20 has probability 0.001
		t.Errorf("%d of %d curves of chance are significant at 5 %%", alarms, runs)
	}
}

func TestKDensity_bins(t *testing.T) {
	p, a, _ := randomPoints(1000, 11)
	q := KdQuestion{Points: p, Reference: a, Radii: []float64{0, 1, 10, 40}, Simulations: 3, Seed: 2}
	binned, err := KDensity(q)
	if err != nil {
		t.Fatal(err)
	}
	q.Exact = true
	exact, err := KDensity(q)
	if err != nil {
		t.Fatal(err)
	}
	if binned.BinError <= 0 || exact.BinError != 0 || binned.Pairs != exact.Pairs || binned.ZeroPairs != exact.ZeroPairs {
		t.Errorf("%+v against %+v", binned, exact)
	}
	for k := range q.Radii {
		near(t, "K_d in bins", binned.Value[k], exact.Value[k], 2*binned.BinError)
	}
}

func TestKDensity_none(t *testing.T) {
	p := Points{X: []float64{1, 2}, Y: []float64{1, 2}}
	k, err := KDensity(KdQuestion{Points: p, Reference: []bool{true, false}, Radii: []float64{1}})
	if err != nil || !math.IsNaN(k.Value[0]) || k.Pairs != 0 {
		t.Errorf("one point: %+v, %v", k, err)
	}
}

func TestMFunction_single(t *testing.T) {
	p := Points{X: []float64{0, 1, 5}, Y: []float64{0, 0, 0}}
	m, err := MFunction(MQuestion{Points: p, Reference: []bool{true, false, false}, Neighbour: []bool{false, true, false}, Radii: []float64{1, 9}})
	if err != nil || m.References != 1 {
		t.Fatal(m, err)
	}
	near(t, "M(1)", m.Value[0], 2, 1e-12)
	near(t, "M(9)", m.Value[1], 1, 1e-12)
	if _, err := MFunction(MQuestion{Points: Points{X: []float64{0}, Y: []float64{math.NaN()}}, Reference: []bool{true}, Neighbour: []bool{true}, Radii: []float64{1}}); err == nil {
		t.Error("a position that is not a number was taken")
	}
}

func TestNeighbours_definition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, _, _ := randomPoints(rapid.IntRange(1, 60).Draw(rt, "n"), rapid.Uint64().Draw(rt, "seed"))
		k := rapid.IntRange(1, 8).Draw(rt, "k")
		d := rapid.Float64Range(0, 60).Draw(rt, "d")
		nearest, band := NearestNeighbours(p.X, p.Y, k), DistanceBand(p.X, p.Y, d)
		for i := range p.X {
			var others []int
			within := 0
			for j := range p.X {
				if j != i {
					others = append(others, j)
					if square(p.X[i]-p.X[j], p.Y[i]-p.Y[j]) <= d*d {
						within++
					}
				}
			}
			slices.SortStableFunc(others, func(a, b int) int {
				return compare(square(p.X[i]-p.X[a], p.Y[i]-p.Y[a]), square(p.X[i]-p.X[b], p.Y[i]-p.Y[b]))
			})
			others = others[:min(k, len(others))]
			slices.Sort(others)
			to, _ := nearest.Row(i)
			if len(to) != len(others) {
				rt.Fatalf("point %d has %d nearest, want %d", i, len(to), len(others))
			}
			for n, j := range others {
				if int(to[n]) != j {
					rt.Fatalf("point %d: nearest %v, want %v", i, to, others)
				}
			}
			if band.Neighbours(i) != within {
				rt.Fatalf("point %d has %d within %v, want %d", i, band.Neighbours(i), d, within)
			}
		}
	})
}

func TestContiguity(t *testing.T) {
	var shapes []geom.Geometry
	for _, wkt := range []string{
		"POLYGON((0 0,1 0,1 1,0 1,0 0))",
		"POLYGON((1 0,2 0,2 1,1 1,1 0))",
		"POLYGON((1 1,2 1,2 2,1 2,1 1))",
		"MULTIPOLYGON(((2.05 0,3 0,3 1,2.05 1,2.05 0)),((9 9,10 9,10 10,9 10,9 9)))",
		"POINT(0 0)",
	} {
		g, err := geom.UnmarshalWKT(wkt)
		if err != nil {
			t.Fatal(err)
		}
		shapes = append(shapes, g)
	}
	for _, c := range []struct {
		name string
		opt  ContiguityOptions
		want [][]int32
	}{
		{"queen", ContiguityOptions{}, [][]int32{{1, 2}, {0, 2}, {0, 1}, nil, nil}},
		{"rook", ContiguityOptions{Rook: true}, [][]int32{{1}, {0, 2}, {1}, nil, nil}},
		{"near", ContiguityOptions{Near: .1}, [][]int32{{1, 2}, {0, 2, 3}, {0, 1, 3}, {1, 2}, nil}},
	} {
		w := Contiguity(shapes, c.opt)
		for i, want := range c.want {
			if to, _ := w.Row(i); !slices.Equal(to, want) && len(to)+len(want) > 0 {
				t.Errorf("%s: neighbours of %d are %v, want %v", c.name, i, to, want)
			}
		}
	}
	if got := Contiguity(shapes, ContiguityOptions{}).Islands(); !slices.Equal(got, []int{3, 4}) {
		t.Errorf("islands %v", got)
	}
}

// A checkerboard of one half high, one half low: the middles are significant, the
// seam is not; the mean of the local values is S0/n times the global one.
func TestLocalMorans(t *testing.T) {
	const side = 10
	var x, y, v []float64
	for i := range side * side {
		x, y = append(x, float64(i%side)), append(y, float64(i/side))
		v = append(v, float64(i%side/5)+float64(i)*1e-3)
	}
	w := DistanceBand(x, y, 1).RowStandardised()
	local := LocalMorans(v, w, 999, 4)
	var sum float64
	for _, l := range local {
		sum += l.I
	}
	near(t, "mean local I", sum/side/side, Moran(v, w).Value, 1e-12)
	if l := local[0]; l.Quadrant != LowLow || l.P > .5 {
		t.Errorf("corner: %+v", l)
	}
	if l := local[55]; l.Quadrant != HighHigh || l.P < .01 { // its left neighbour is low
		t.Errorf("seam: %+v", l)
	}
	if l := local[58]; l.Quadrant != HighHigh {
		t.Errorf("inside: %+v", l)
	}
	again := LocalMorans(v, w, 999, 4)
	if !slices.Equal(local, again) {
		t.Error("two runs differ")
	}
	for i, q := range []Quadrant{None, HighHigh, LowLow, HighLow, LowHigh} {
		if got := q.String(); got != []string{"", "high-high", "low-low", "high-low", "low-high"}[i] {
			t.Errorf("quadrant %d is %q", i, got)
		}
	}
}

// The p of conditional permutation is uniform where values have no pattern.
func TestLocalMorans_chance(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	var x, y, v []float64
	for range 600 {
		x, y, v = append(x, r.Float64()), append(y, r.Float64()), append(v, r.NormFloat64())
	}
	low := 0
	for _, l := range LocalMorans(v, NearestNeighbours(x, y, 6).RowStandardised(), 199, 1) {
		if l.P <= .05 {
			low++
		}
	}
	if low < 10 || low > 50 { // 30 expected; places share neighbours, so the spread is wide
		t.Errorf("%d of 600 places without pattern have p <= 5 %%", low)
	}
}

func TestMoran_undefined(t *testing.T) {
	w, _ := NewWeights(3, []Link{{0, 1, 1}})
	if m := Moran([]float64{2, 2, 2}, w); !math.IsNaN(m.Value) || !math.IsNaN(m.ZNorm) || m.Islands != 2 {
		t.Errorf("equal values: %+v", m)
	}
	if m := Moran([]float64{.1, .1, .1}, w); !math.IsNaN(m.Value) {
		t.Errorf("equal values that round: %+v", m)
	}
	none, _ := NewWeights(3, nil)
	if m := Moran([]float64{1, 2, 3}, none); !math.IsNaN(m.Value) || m.Islands != 3 {
		t.Errorf("no weights: %+v", m)
	}
	if m := Moran([]float64{1, 2, 3}, w); math.IsNaN(m.Value) || !math.IsNaN(m.VarianceRand) {
		t.Errorf("three places: %+v", m)
	}
	if _, err := NewWeights(2, []Link{{0, 1, math.Inf(1)}}); err == nil {
		t.Error("a weight without end was taken")
	}
}

// Marshall's estimator by hand: rates .1 and .3 of 100 and 100; m = .2, spread =
// .01 - .2/100 = .008, own weight .008/(.008+.002) = .8.
func TestEmpiricalBayes(t *testing.T) {
	got := EmpiricalBayes([]float64{10, 30, 0}, []float64{100, 100, 0})
	// With the empty place the mean base is 200/3: spread .01 - .2/(200/3) = .007.
	own := .007 / (.007 + .002)
	for i, want := range []float64{own*.1 + (1-own)*.2, own*.3 + (1-own)*.2, .2} {
		near(t, "smoothed rate", got[i], want, 1e-12)
	}
	if got := EmpiricalBayes([]float64{0}, []float64{0}); !math.IsNaN(got[0]) {
		t.Errorf("no base at all: %v", got)
	}
}
