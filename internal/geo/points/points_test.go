package points

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"milieu/internal/geo/morton"
	"milieu/internal/geo/proj"
)

// crowd draws points as firms lie: in towns of very different size, many at one address.
func crowd(seed uint64, n int) []Point {
	r := rand.New(rand.NewPCG(seed, 6))
	type town struct{ lon, lat, spread float64 }
	towns := make([]town, 300)
	for i := range towns {
		towns[i] = town{-6 + 7.5*r.Float64(), 50 + 8*r.Float64(), 0.01 + 0.1*r.Float64()}
	}
	points := make([]Point, n)
	for i := range points {
		t := towns[int(float64(len(towns))*r.Float64()*r.Float64())]
		p := Point{
			Lon: t.lon + r.NormFloat64()*t.spread, Lat: t.lat + r.NormFloat64()*t.spread*0.6,
			Doc: uint32(i), Class: uint8(r.IntN(5)), Group: uint8(21 * r.Float64() * r.Float64()), Flags: uint16(r.IntN(8)),
		}
		if i > 0 && r.IntN(3) == 0 {
			q := points[r.IntN(i)]
			p.Lon, p.Lat = q.Lon, q.Lat
		}
		points[i] = p
	}
	return points
}

func mustOpen(t testing.TB, points []Point) *Index {
	t.Helper()
	b, err := Build(points)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	return x
}

// naive repeats the filter in the plainest way.
func naive(p Point, f Filter) bool {
	if f.ClassMask != 0 && f.ClassMask&(1<<p.Class) == 0 {
		return false
	}
	if f.GroupMask != 0 && f.GroupMask&(1<<p.Group) == 0 {
		return false
	}
	return p.Flags&f.FlagsNone == 0
}

func anyFilter(r *rand.Rand) Filter {
	var f Filter
	if r.IntN(2) == 0 {
		f.ClassMask = r.Uint64N(32)
	}
	if r.IntN(2) == 0 {
		f.GroupMask = r.Uint64N(1 << 21)
	}
	if r.IntN(2) == 0 {
		f.FlagsNone = uint16(r.IntN(8))
	}
	return f
}

func TestMorton(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, w := rapid.Uint32().Draw(t, "v"), rapid.Uint32().Draw(t, "w")
		key := morton.Spread(v) | morton.Spread(w)<<1
		if morton.Gather(key) != v || morton.Gather(key>>1) != w {
			t.Fatalf("%x, %x comes back as %x, %x", v, w, morton.Gather(key), morton.Gather(key>>1))
		}
		lon := rapid.Float64Range(-179.9, 179.9).Draw(t, "lon")
		lat := rapid.Float64Range(-85, 85).Draw(t, "lat")
		lon2, lat2 := position(mortonKey(lon, lat))
		if d := proj.DistanceM(lon, lat, lon2, lat2); d > 0.01 {
			t.Fatalf("stored %.4f m away", d)
		}
	})
}

func TestBuild_orderDoesNotShow(t *testing.T) {
	points := crowd(1, 5000)
	a, err := Build(points)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(9, 9))
	r.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	var b Builder
	for _, p := range points {
		if err := b.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	var w bytes.Buffer
	n, err := b.WriteTo(&w)
	if err != nil || n != int64(len(a)) || !bytes.Equal(a, w.Bytes()) || !bytes.Equal(a, b.Bytes()) {
		t.Errorf("bytes differ: %d and %d, %v", len(a), n, err)
	}
}

func TestBuild_errors(t *testing.T) {
	bad := []Point{
		{Lon: math.NaN()}, {Lat: math.NaN()}, {Lon: 181}, {Lat: 86}, {Lon: math.Inf(1)}, {Class: 64}, {Group: 64},
	}
	for _, p := range bad {
		if _, err := Build([]Point{{}, p}); err == nil {
			t.Errorf("%+v gave no error", p)
		}
	}
	var b Builder
	if err := b.Add(Point{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.WriteTo(failing{}); err == nil {
		t.Error("a failing writer gave no error")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestOpen_damaged(t *testing.T) {
	good, err := Build(crowd(2, 100))
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(b []byte) []byte) []byte { return f(slices.Clone(good)) }
	for name, b := range map[string][]byte{
		"empty":     nil,
		"short":     good[:20],
		"cut":       good[:len(good)-1],
		"long":      append(slices.Clone(good), 0),
		"magic":     change(func(b []byte) []byte { b[0]++; return b }),
		"count":     change(func(b []byte) []byte { b[8]++; return b }),
		"big count": change(func(b []byte) []byte { b[15] = 255; return b }),
	} {
		if _, err := Open(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	x, err := Open(change(func(b []byte) []byte { b[headerSize+7] = 255; return b }))
	if err != nil || x.Verify() == nil {
		t.Errorf("keys out of order: %v, and Verify found nothing", err)
	}
	x, err = Open(change(func(b []byte) []byte { b[len(b)-4] = 64; return b }))
	if err != nil || x.Verify() == nil {
		t.Errorf("class 64: %v, and Verify found nothing", err)
	}
}

// naiveTile sums up a tile from the points themselves.
func naiveTile(points []Point, z, tx, ty int, f Filter) (total, places int, cells map[[2]int]int) {
	cells = map[[2]int]int{}
	keys := map[uint64]bool{}
	for _, p := range points {
		fx, fy := proj.Mercator(p.Lon, p.Lat)
		scale := math.Ldexp(1, z)
		if int(fx*scale) != tx || int(fy*scale) != ty || !naive(p, f) {
			continue
		}
		total++
		keys[mortonKey(p.Lon, p.Lat)] = true
		cells[[2]int{int(fx*scale*GridSide) % GridSide, int(fy*scale*GridSide) % GridSide}]++
	}
	return total, len(keys), cells
}

func TestTile_equalsNaive(t *testing.T) {
	points := crowd(3, 4000)
	x := mustOpen(t, points)
	r := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		p := points[r.IntN(len(points))]
		z := r.IntN(MaxZoom + 1)
		fx, fy := proj.Mercator(p.Lon, p.Lat)
		tx, ty := int(math.Ldexp(fx, z)), int(math.Ldexp(fy, z))
		f := anyFilter(r)
		limit := r.IntN(300)
		got, err := x.Tile(z, tx, ty, f, limit)
		if err != nil {
			t.Fatal(err)
		}
		total, places, cells := naiveTile(points, z, tx, ty, f)
		if got.Total != total || (got.Cells == nil) != (places <= limit) {
			t.Fatalf("%d/%d/%d: %d points in %d places and %d cells, want %d in %d places, limit %d", z, tx, ty, got.Total, len(got.Places), len(got.Cells), total, places, limit)
		}
		if got.Cells == nil {
			checkPlaces(t, got, places)
			continue
		}
		found := map[[2]int]int{}
		for _, c := range got.Cells {
			found[[2]int{c.X, c.Y}] = c.Count
		}
		if diff := gocmp.Diff(cells, found); diff != "" {
			t.Fatal(diff)
		}
	}
}

func checkPlaces(t *testing.T, got Result, places int) {
	t.Helper()
	sum := 0
	for _, p := range got.Places {
		sum += p.Count
		if len(p.Docs) != min(p.Count, DocsPerPlace) || !slices.IsSorted(p.Docs) {
			t.Fatalf("%d points at a place with documents %v", p.Count, p.Docs)
		}
	}
	if len(got.Places) != places || sum != got.Total {
		t.Fatalf("%d places with %d points, want %d with %d", len(got.Places), sum, places, got.Total)
	}
}

func TestTile_placeAndCell(t *testing.T) {
	points := []Point{
		{Lon: -1.4, Lat: 53.4, Doc: 9, Class: 1, Group: 3},
		{Lon: -1.4, Lat: 53.4, Doc: 2, Class: 2, Group: 2},
		{Lon: -1.4, Lat: 53.4, Doc: 5, Class: 2, Group: 3},
		{Lon: -1.41, Lat: 53.4, Doc: 1, Class: 7, Group: 7, Flags: 4},
	}
	x := mustOpen(t, points)
	got, err := x.Tile(0, 0, 0, Filter{FlagsNone: 4}, 10)
	want := Result{Total: 3, Places: []Place{{Lon: -1.4, Lat: 53.4, Count: 3, Docs: []uint32{2, 5, 9}, Class: 2, Group: 3}}}
	if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-7)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	// At zoom 0 all four lie in one cell: 64 times 253/512 and 331/1024 of the world's side.
	got, err = x.Tile(0, 0, 0, Filter{}, 1)
	mean := (-1.4*3 - 1.41) / 4
	cell := 360.0 / GridSide
	want = Result{Total: 4, Cells: []Cell{{X: 31, Y: 20, Count: 4, Lon: mean, Lat: 53.4, Class: 2, Group: 3, ClassCount: 2, GroupCount: 2}}}
	if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(0, cell/1000)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, bad := range [][3]int{{-1, 0, 0}, {23, 0, 0}, {0, 1, 0}, {3, 0, 8}, {3, -1, 0}} {
		if _, err := x.Tile(bad[0], bad[1], bad[2], Filter{}, 1); err == nil {
			t.Errorf("tile %v gave no error", bad)
		}
	}
}

// Means of deep cells, whose keys have fewer bits left than the sums use, are in their cell.
func TestTile_meansAreInside(t *testing.T) {
	points := crowd(5, 3000)
	x := mustOpen(t, points)
	for z := range MaxZoom + 1 {
		fx, fy := proj.Mercator(points[0].Lon, points[0].Lat)
		tx, ty := int(math.Ldexp(fx, z)), int(math.Ldexp(fy, z))
		got, err := x.Tile(z, tx, ty, Filter{}, 0)
		if err != nil || len(got.Cells) == 0 {
			t.Fatal(got, err)
		}
		for _, c := range got.Cells {
			mx, my := proj.Mercator(c.Lon, c.Lat)
			scale := math.Ldexp(GridSide, z)
			if int(mx*scale) != tx*GridSide+c.X || int(my*scale) != ty*GridSide+c.Y {
				t.Errorf("zoom %d: the mean of cell %d, %d lies outside it", z, c.X, c.Y)
			}
		}
	}
}

func TestInBounds_equalsNaive(t *testing.T) {
	points := crowd(6, 4000)
	x := mustOpen(t, points)
	r := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		p, size := points[r.IntN(len(points))], math.Exp(-8*r.Float64())*4
		w, s := p.Lon-size*r.Float64(), p.Lat-size*r.Float64()
		e, n := w+size, s+size
		f := anyFilter(r)
		var want []uint32
		for _, q := range points {
			if q.Lon >= w && q.Lon <= e && q.Lat >= s && q.Lat <= n && naive(q, f) {
				want = append(want, q.Doc)
			}
		}
		hits, more := x.InBounds(w, s, e, n, f, len(points))
		got := docs(hits)
		slices.Sort(got)
		if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || more {
			t.Fatal(diff, more)
		}
		if len(want) > 1 {
			part, more := x.InBounds(w, s, e, n, f, len(want)-1)
			if !more || !slices.Equal(part, hits[:len(want)-1]) {
				t.Fatal("a limit changes more than the number")
			}
		}
	}
	for _, box := range [][4]float64{{1, 0, 0, 1}, {math.NaN(), 0, 1, 1}, {0, 0, 1, math.NaN()}} {
		if hits, _ := x.InBounds(box[0], box[1], box[2], box[3], Filter{}, 10); hits != nil {
			t.Errorf("box %v has %d points", box, len(hits))
		}
	}
	inf := math.Inf(1)
	if hits, _ := x.InBounds(-inf, -inf, inf, inf, Filter{}, 5000); len(hits) != 4000 {
		t.Errorf("the world has %d points", len(hits))
	}
}

func docs(hits []Hit) []uint32 {
	var out []uint32
	for _, h := range hits {
		out = append(out, h.Doc)
	}
	return out
}

func TestNear_equalsNaive(t *testing.T) {
	points := crowd(8, 3000)
	x := mustOpen(t, points)
	r := rand.New(rand.NewPCG(9, 9))
	for range 100 {
		p, radius := points[r.IntN(len(points))], math.Exp(12*r.Float64())
		type far struct {
			doc uint32
			d   float64
		}
		var want []far
		for _, q := range points {
			qLon, qLat := position(mortonKey(q.Lon, q.Lat))
			if d := proj.DistanceM(p.Lon, p.Lat, qLon, qLat); d <= radius {
				want = append(want, far{q.Doc, d})
			}
		}
		slices.SortFunc(want, func(a, b far) int { return cmp.Or(cmp.Compare(a.d, b.d), cmp.Compare(a.doc, b.doc)) })
		limit := 1 + r.IntN(50)
		hits, more := x.Near(p.Lon, p.Lat, radius, Filter{}, limit)
		if more != (len(want) > limit) || len(hits) != min(limit, len(want)) {
			t.Fatalf("%d hits, more %v, want %d of %d", len(hits), more, limit, len(want))
		}
		for i, h := range hits {
			if h.Doc != want[i].doc || h.DistanceM != want[i].d {
				t.Fatalf("hit %d is %d at %v, want %v", i, h.Doc, h.DistanceM, want[i])
			}
		}
	}
	if hits, _ := x.Near(0, 90, 1e8, Filter{}, 5000); len(hits) != 3000 {
		t.Errorf("from the pole %d points", len(hits))
	}
}

func TestEmptyIndex(t *testing.T) {
	x := mustOpen(t, nil)
	r, err := x.Tile(0, 0, 0, Filter{}, 0)
	if err != nil || r.Total != 0 || r.Places != nil || r.Cells != nil || x.Len() != 0 {
		t.Error(r, err)
	}
	if hits, more := x.InBounds(-180, -85, 180, 85, Filter{}, 1); hits != nil || more {
		t.Error(hits)
	}
}

// Whatever the bytes are, opening and asking must not break.
func FuzzOpen(f *testing.F) {
	good, err := Build(crowd(10, 200))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[headerSize:], uint8(5), uint32(15), uint32(10))
	f.Add([]byte("0123456789abcdef"), uint8(0), uint32(0), uint32(0))
	f.Fuzz(func(t *testing.T, body []byte, z uint8, tx, ty uint32) {
		if _, err := Open(body); err == nil {
			t.Fatal("opened without a header")
		}
		b := Builder{records: make([]record, len(body)/recordSize)}
		b.records = b.records[:len(body)/recordSize]
		x, err := Open(append(b.header(nil), body[:len(body)/recordSize*recordSize]...))
		if err != nil {
			t.Fatal(err)
		}
		_ = x.Verify()
		for _, limit := range []int{0, 3, 1000} {
			_, _ = x.Tile(int(z), int(tx), int(ty), Filter{}, limit)
			_, _ = x.Tile(0, 0, 0, Filter{ClassMask: 5}, limit)
			x.InBounds(-5, 50, float64(z), 60, Filter{}, limit)
			x.Near(float64(z), 50, 1e5, Filter{}, limit)
		}
	})
}
