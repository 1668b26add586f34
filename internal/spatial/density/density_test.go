package density

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fixtureB has the 28 points of the project's golden values.
func fixtureB() Points {
	return Points{
		X: []float64{0, 1, 0, 1, .5, .2, .8, .4, 10, 11, 10, 11, 10.5, 10.2, 10.8, 10.4, 5, 5.4, 5.8, 6.2, 5, 5.4, 5.8, 6.2, 3, 20, -8, 14},
		Y: []float64{0, 0, 1, 1, .5, .7, .3, .9, 0, 0, 1, 1, .5, .7, .3, .9, 9, 9, 9, 9, 9.4, 9.4, 9.4, 9.4, 4, 20, 5, -7},
	}
}

func groups(sizes ...int) []int {
	var out []int
	for k, n := range sizes {
		out = append(out, slices.Repeat([]int{k}, n)...)
	}
	return out
}

// The expected values are those of R dbscan 1.1-11: dbscan(x, eps=1, minPts=4), kNNdist(x, 3), hdbscan(x, minPts=4).
func TestFixtureB(t *testing.T) {
	p := fixtureB()
	got, err := DBSCAN(t.Context(), p, 1, 4)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(append(groups(8, 8, 8), -1, -1, -1, -1), got); d != "" {
		t.Error("DBSCAN", d)
	}
	core, err := CoreDistances(t.Context(), p, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{.854400374, 1, .707106781, .728010989} {
		if math.Abs(core[i]-want) > 1e-9 {
			t.Errorf("core distance of point %d: got %v, want %v", i+1, core[i], want)
		}
	}
	r, err := HDBSCAN(t.Context(), p, Options{MinPoints: 4})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(append(groups(8, 8, 8), 0, -1, -1, -1), r.Label); d != "" {
		t.Error("HDBSCAN", d)
	}
}

// shapes are random inputs of the kinds that break clustering: duplicates, lattices, lines, far coordinates.
var shapes = []struct {
	name string
	draw func(r *rand.Rand, n int) Points
}{
	{"even", func(r *rand.Rand, n int) Points {
		return fill(n, func() (float64, float64) { return r.Float64(), r.Float64() })
	}},
	{"blobs", func(r *rand.Rand, n int) Points {
		return fill(n, func() (float64, float64) {
			k := float64(r.IntN(3))
			return 5*k + r.NormFloat64(), 3*k*k + r.NormFloat64()
		})
	}},
	{"lattice", func(r *rand.Rand, n int) Points {
		return fill(n, func() (float64, float64) { return float64(r.IntN(9)), float64(r.IntN(9)) })
	}},
	{"line", func(r *rand.Rand, n int) Points {
		return fill(n, func() (float64, float64) { return float64(r.IntN(50)), 7 })
	}},
	{"steps", func(r *rand.Rand, n int) Points {
		i := -1.0
		return fill(n, func() (float64, float64) { i++; return i, i })
	}},
	{"grid metres", func(r *rand.Rand, n int) Points {
		return fill(n, func() (float64, float64) { return 430000 + float64(r.IntN(40)*100), 390000 + float64(r.IntN(40)*100) })
	}},
	{"far", func(r *rand.Rand, n int) Points {
		return fill(n, func() (float64, float64) { return float64(r.IntN(30)) * 0x1p1015, float64(r.IntN(30)) * -0x1p1015 })
	}},
}

func fill(n int, next func() (float64, float64)) Points {
	p := Points{X: make([]float64, n), Y: make([]float64, n)}
	for i := range n {
		p.X[i], p.Y[i] = next()
	}
	return p
}

// distinct joins equal positions slowly.
func distinct(p Points) (Points, []int) {
	at := map[[2]float64]int{}
	q := Points{Weight: []float64{}}
	of := make([]int, p.Len())
	for i := range p.X {
		k, ok := at[[2]float64{p.X[i], p.Y[i]}]
		if !ok {
			k = len(q.X)
			at[[2]float64{p.X[i], p.Y[i]}] = k
			q.X, q.Y, q.Weight = append(q.X, p.X[i]), append(q.Y, p.Y[i]), append(q.Weight, 0)
		}
		w := 1.0
		if p.Weight != nil {
			w = p.Weight[i]
		}
		q.Weight[k] += w
		of[i] = k
	}
	return q, of
}

// samePartition wants the same groups whatever their numbers.
func samePartition(t *testing.T, name string, want, got []int) {
	t.Helper()
	there, back := map[int]int{}, map[int]int{}
	for i := range want {
		a, b := want[i], got[i]
		x, ok := there[a]
		y, ok2 := back[b]
		if (a == Noise) != (b == Noise) || ok && x != b || ok2 && y != a {
			t.Fatalf("%s: point %d: want %v, got %v\nwant %v\ngot  %v", name, i, a, b, want, got)
		}
		there[a], back[b] = b, a
	}
}

func TestHDBSCAN_bruteForce(t *testing.T) {
	for _, s := range shapes {
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 5))
			p := s.draw(r, r.IntN(60))
			if seed%3 == 1 {
				p.Weight = make([]float64, p.Len())
				for i := range p.Weight {
					p.Weight[i] = float64(1 + r.IntN(4))
				}
			}
			o := Options{MinPoints: float64(2 + r.IntN(6))}
			if seed%4 == 3 {
				o.MinWeight = float64(2 + r.IntN(9))
			}
			name := fmt.Sprintf("%s, seed %d, %+v", s.name, seed, o)
			got, err := HDBSCAN(t.Context(), p, o)
			if err != nil {
				t.Fatal(name, err)
			}
			checkBrute(t, name, s.name, p, o, got)
		}
	}
}

// checkBrute wants the chosen clusters to have the distances and stabilities that brute finds, and, where no two pairs
// are equally far apart, the same points. On a lattice it is a convention (place in space) which of several equal
// pairs at the level of a split joins a point first, and it changes no cluster's stability.
func checkBrute(t *testing.T, name, shape string, p Points, o Options, got Result) {
	t.Helper()
	q, of := distinct(p)
	far := 1.0
	if shape == "far" { // brute squares distances: bring it near, exactly
		far = 0x1p1015
		for i := range q.X {
			q.X[i], q.Y[i] = q.X[i]/far, q.Y[i]/far
		}
	}
	b := newBrute(q, o)
	small := b.run()
	var want, have []float64
	for k, chosen := range b.chosen {
		if chosen {
			want = append(want, 1/b.birth[k], b.stability[k])
		}
	}
	for _, c := range got.Clusters {
		have = append(have, c.Distance/far, c.Stability*far)
	}
	slices.Sort(want)
	slices.Sort(have)
	near := cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) })
	if d := cmp.Diff(want, have, near); d != "" {
		t.Fatalf("%s: distances and stabilities (-brute +got)\n%s", name, d)
	}
	if shape == "even" || shape == "blobs" {
		labels := make([]int, p.Len())
		for i := range labels {
			labels[i] = small[of[i]]
		}
		samePartition(t, name, labels, got.Label)
	}
}

func kinds(label []int) int {
	seen := map[int]bool{}
	for _, l := range label {
		if l != Noise {
			seen[l] = true
		}
	}
	return len(seen)
}

func TestDBSCAN_bruteForce(t *testing.T) {
	for _, s := range shapes {
		if s.name == "far" {
			continue
		}
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 6))
			p := s.draw(r, r.IntN(150))
			if seed%3 == 1 {
				p.Weight = make([]float64, p.Len())
				for i := range p.Weight {
					p.Weight[i] = float64(1 + r.IntN(4))
				}
			}
			eps := map[string]float64{"even": .1, "blobs": .6, "lattice": 1, "line": 1, "steps": 1.5, "grid metres": 223.7}[s.name]
			least := float64(1 + r.IntN(6))
			got, err := DBSCAN(t.Context(), p, eps, least)
			if err != nil {
				t.Fatal(err)
			}
			samePartition(t, fmt.Sprintf("%s, seed %d, least %v", s.name, seed, least), bruteDBSCAN(p, eps, least), got)
		}
	}
}

// TestOrder wants the same clusters when the points come in another order, and on one processor.
func TestOrder(t *testing.T) {
	for _, s := range shapes {
		r := rand.New(rand.NewPCG(7, 7))
		p := s.draw(r, 7000)
		o := Options{MinPoints: 5}
		first, err := HDBSCAN(t.Context(), p, o)
		if err != nil {
			t.Fatal(err)
		}
		old := runtime.GOMAXPROCS(1)
		alone, err := HDBSCAN(t.Context(), p, o)
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(first, alone); d != "" {
			t.Errorf("%s: one processor: %s", s.name, d)
		}
		order := r.Perm(p.Len())
		q := Points{X: make([]float64, p.Len()), Y: make([]float64, p.Len())}
		for i, k := range order {
			q.X[i], q.Y[i] = p.X[k], p.Y[k]
		}
		other, err := HDBSCAN(t.Context(), q, o)
		if err != nil {
			t.Fatal(err)
		}
		back := make([]int, p.Len())
		for i, k := range order {
			back[k] = other.Label[i]
		}
		samePartition(t, s.name, first.Label, back)
	}
}

// A weight counts like that many points on one place.
func TestWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	p := shapes[1].draw(r, 300)
	p.Weight = make([]float64, p.Len())
	var many Points
	for i := range p.X {
		p.Weight[i] = float64(1 + r.IntN(3))
		for range int(p.Weight[i]) {
			many.X, many.Y = append(many.X, p.X[i]), append(many.Y, p.Y[i])
		}
	}
	a, err := HDBSCAN(t.Context(), p, Options{MinPoints: 6})
	if err != nil {
		t.Fatal(err)
	}
	b, err := HDBSCAN(t.Context(), many, Options{MinPoints: 6})
	if err != nil {
		t.Fatal(err)
	}
	var want []int
	for i, l := range a.Label {
		want = append(want, slices.Repeat([]int{l}, int(p.Weight[i]))...)
	}
	samePartition(t, "weights", want, b.Label)
	for k := range a.Clusters {
		if a.Clusters[k].Weight != b.Clusters[k].Weight || math.Abs(a.Clusters[k].Stability-b.Clusters[k].Stability) > 1e-9*a.Clusters[k].Stability {
			t.Errorf("cluster %d: weighted %+v, repeated %+v", k, a.Clusters[k], b.Clusters[k])
		}
	}
}

// Three blobs, two of them near each other: the pair is one cluster until it is too heavy; a blob without parts stays.
func TestOptions(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	i := 0
	p := fill(300, func() (float64, float64) {
		i++
		return []float64{0, 12, 200}[i%3] + r.NormFloat64()*3, r.NormFloat64() * 3
	})
	for name, c := range map[string]struct {
		o    Options
		want int
	}{
		"as it is":          {Options{MinPoints: 10, MinWeight: 40}, 2},
		"at most 150":       {Options{MinPoints: 10, MinWeight: 40, MaxWeight: 150}, 3},
		"at most 50":        {Options{MinPoints: 10, MinWeight: 40, MaxWeight: 50}, 3},
		"apart by 20 again": {Options{MinPoints: 10, MinWeight: 40, MaxWeight: 150, MinDistance: 20}, 2},
	} {
		got, err := HDBSCAN(t.Context(), p, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Clusters) != c.want {
			t.Errorf("%s: %d clusters, want %d: %+v", name, len(got.Clusters), c.want, got.Clusters)
		}
	}
}

func TestFew(t *testing.T) {
	for n := range 4 {
		p := fill(n, func() (float64, float64) { return 1, 2 })
		for i := range p.X {
			p.X[i] += float64(i)
		}
		r, err := HDBSCAN(t.Context(), p, Options{MinPoints: 5})
		if err != nil {
			t.Fatal(err)
		}
		d, err := DBSCAN(t.Context(), p, 10, 5)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Repeat([]int{Noise}, n)
		if !slices.Equal(want, r.Label) || !slices.Equal(want, d) || len(r.Clusters) != 0 {
			t.Errorf("%d points: HDBSCAN %v, DBSCAN %v; want noise", n, r.Label, d)
		}
	}
}

// All on one place: no split, so no cluster but the root, which is none; scikit-learn says the same.
func TestOnePlace(t *testing.T) {
	p := fill(20, func() (float64, float64) { return 3, 4 })
	r, err := HDBSCAN(t.Context(), p, Options{MinPoints: 5})
	if err != nil || kinds(r.Label) != 0 {
		t.Errorf("HDBSCAN: %v, %v; want noise", r.Label, err)
	}
	d, err := DBSCAN(t.Context(), p, 1, 5)
	if err != nil || !slices.Equal(d, make([]int, 20)) {
		t.Errorf("DBSCAN: %v, %v; want one cluster", d, err)
	}
}

func TestBadInput(t *testing.T) {
	nan := Points{X: []float64{1, math.NaN()}, Y: []float64{1, 1}}
	light := Points{X: []float64{1, 2}, Y: []float64{1, 1}, Weight: []float64{1, 0}}
	for name, err := range map[string]error{
		"density: point 1 has no finite position":                                   second(HDBSCAN(t.Context(), nan, Options{MinPoints: 5})),
		"density: point 1 has weight 0; a weight is above 0":                        second(DBSCAN(t.Context(), light, 1, 5)),
		"density: the least number of points is 1; it is a number from 2 upwards":   second(HDBSCAN(t.Context(), fixtureB(), Options{MinPoints: 1})),
		"density: the distance eps is -1; it is a number from 5e-324 upwards":       second(DBSCAN(t.Context(), fixtureB(), -1, 5)),
		"density: the least number of points is NaN; it is a number from 1 upwards": second(CoreDistances(t.Context(), fixtureB(), math.NaN())),
		"density: subsampling of 2 of the points in 20 rounds is not possible":      second(Jaccard(nil, 0, Resampling{Share: 2}, nil)),
		"density: the reach of an outline is 0; it is a number from 5e-324 upwards": second(NewOutline(t.Context(), fixtureB(), 0, 1)),
	} {
		if err == nil || err.Error() != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

func second[T any](_ T, err error) error { return err }
