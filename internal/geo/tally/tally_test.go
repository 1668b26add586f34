package tally

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"milieu/internal/geo"
)

// crowd draws sites as firms lie: in towns of very different size, many at one address, some with
// several sites; positions have six decimals.
func crowd(seed uint64, n int) []Site {
	r := rand.New(rand.NewPCG(seed, 6))
	type town struct{ lon, lat, spread float64 }
	towns := make([]town, 60)
	for i := range towns {
		towns[i] = town{-6 + 7.5*r.Float64(), 50 + 8*r.Float64(), 0.01 + 0.1*r.Float64()}
	}
	six := func(v float64) float64 { return math.Round(v*1e6) / 1e6 }
	known := func(most int) int32 {
		if r.IntN(3) == 0 {
			return Unknown
		}
		return int32(math.Pow(float64(most), r.Float64()))
	}
	sites := make([]Site, n)
	for i := range sites {
		t := towns[int(float64(len(towns))*r.Float64()*r.Float64())]
		s := Site{Lon: six(t.lon + r.NormFloat64()*t.spread), Lat: six(t.lat + r.NormFloat64()*t.spread*0.6), Doc: uint32(i), Industry: uint16(r.IntN(40)),
			Sectors: r.Uint32() & r.Uint32() & r.Uint32(), Employees: known(5000), Before: known(5000), Flags: uint16(r.IntN(1 << 9))}
		if r.IntN(10) > 0 {
			s.Founded = uint16(1900 + r.IntN(125))
		}
		if i > 0 && r.IntN(3) == 0 {
			s.Lon, s.Lat = sites[i-1].Lon, sites[i-1].Lat
		}
		if i > 0 && r.IntN(8) == 0 { // one more site of an organisation
			o := sites[r.IntN(i)]
			s.Doc, s.Industry, s.Sectors, s.Employees, s.Before, s.Founded = o.Doc, o.Industry, o.Sectors, o.Employees, o.Before, o.Founded
		}
		sites[i] = s
	}
	return sites
}

func mustOpen(t testing.TB, sites []Site) *Index {
	t.Helper()
	var b Builder
	for _, s := range sites {
		if err := b.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	var w bytes.Buffer
	if n, err := b.WriteTo(&w); err != nil || n != int64(w.Len()) {
		t.Fatal(n, w.Len(), err)
	}
	x, err := Open(w.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	return x
}

// star is a simple polygon around a centre with n corners, some far and some near.
func star(r *rand.Rand, lon, lat, radius float64, n int) geom.Geometry {
	var ring []float64
	for k := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		d := radius * (0.2 + 0.8*r.Float64())
		ring = append(ring, lon+d*cos, lat+d*sin)
	}
	ring = append(ring, ring[0], ring[1])
	return geom.NewPolygon([]geom.LineString{geom.NewLineString(geom.NewSequence(ring, geom.DimXY))}).AsGeometry()
}

func holed(r *rand.Rand, lon, lat, radius float64, n int) geom.Geometry {
	outer := star(r, lon, lat, radius, n).MustAsPolygon().ExteriorRing()
	inner := star(r, lon, lat, radius*0.15, n).MustAsPolygon().ExteriorRing()
	return geom.NewPolygon([]geom.LineString{outer, inner}).AsGeometry()
}

// brute asks a locator for every site.
func brute(x *Index, g geom.Geometry) []int {
	l := geo.NewLocator([]geom.Geometry{g})
	var out []int
	for i := range x.Len() {
		if s := x.Site(i); len(l.Locate(s.Lon, s.Lat)) > 0 {
			out = append(out, i)
		}
	}
	return out
}

func listed(runs []Run) []int {
	var out []int
	for _, r := range runs {
		for i := r.From; i < r.To; i++ {
			out = append(out, i)
		}
	}
	return out
}

func TestWithin_equalsLocator(t *testing.T) {
	sites := crowd(1, 6000)
	x := mustOpen(t, sites)
	r := rand.New(rand.NewPCG(2, 2))
	inside := 0
	for k := range 400 {
		at := sites[r.IntN(len(sites))]
		radius := math.Pow(10, -3+4*r.Float64())
		g := star(r, at.Lon, at.Lat, radius, 3+r.IntN(200))
		switch k % 4 {
		case 1:
			g = holed(r, at.Lon, at.Lat, radius, 3+r.IntN(30))
		case 2: // corners and edges that run through sites
			o := sites[r.IntN(len(sites))]
			if at.Lon == o.Lon || at.Lat == o.Lat {
				continue
			}
			g = geom.NewEnvelope(geom.XY{X: at.Lon, Y: at.Lat}, geom.XY{X: o.Lon, Y: o.Lat}).AsGeometry()
		case 3: // two parts
			o := sites[r.IntN(len(sites))]
			a, b := star(r, at.Lon, at.Lat, radius, 9), star(r, o.Lon, o.Lat, radius, 9)
			g = geom.NewMultiPolygon([]geom.Polygon{a.MustAsPolygon(), b.MustAsPolygon()}).AsGeometry()
		}
		got, want := listed(x.Within(g)), brute(x, g)
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %d sites, want %d", g.AsText(), len(got), len(want))
		}
		inside += len(want)
	}
	if inside < 10_000 {
		t.Errorf("only %d sites were inside any shape: the test says little", inside)
	}
}

// naive sums up in the plainest way.
func naive(x *Index, in []int, rule Rule, industries int) Sum {
	s := Sum{Industry: make([]Counts, industries), Founded: make([]int, 1)}
	seen := map[uint32]bool{}
	for _, i := range in {
		site := x.Site(i)
		f := site.Flags
		ok, first := f&InAny != 0, FirstAny
		switch rule.Basis {
		case Work:
			ok, first = f&Office == 0, FirstWork
		case OfficeOnly:
			ok, first = f&Office != 0, FirstOffice
		}
		if f&Mass != 0 && !rule.Mass || !ok {
			continue
		}
		if rule.Mass && rule.Basis == OfficeOnly {
			first = FirstOfficeMass
		}
		if rule.Mass && rule.Basis == Any {
			first = FirstAnyMass
		}
		s.Sites++
		if f&Approximate != 0 {
			s.Approximate++
		}
		groups := []*Counts{&s.Counts}
		n := int(site.Industry)
		if n >= industries {
			n = 0
		}
		groups = append(groups, &s.Industry[n])
		for k := range MaxSectors {
			if site.Sectors>>k&1 == 1 {
				groups = append(groups, &s.Sector[k])
			}
		}
		for _, c := range groups {
			if !seen[site.Doc] {
				c.Organisations++
			}
			if f&first != 0 && site.Employees >= 0 {
				c.Known++
				c.Employees += int64(site.Employees)
				c.Squares += uint64(site.Employees) * uint64(site.Employees)
			}
		}
		if !seen[site.Doc] {
			for len(s.Founded) <= int(site.Founded) {
				s.Founded = append(s.Founded, 0)
			}
			s.Founded[site.Founded]++
		}
		seen[site.Doc] = true
		if f&first != 0 && site.Employees >= 0 && site.Before >= 0 {
			a, b := uint64(site.Employees), uint64(site.Before)
			s.Change.Organisations++
			if a > b {
				s.Change.Grew++
			}
			if a < b {
				s.Change.Shrank++
			}
			s.Change.Before += int64(b)
			s.Change.After += int64(a)
			s.Change.BeforeSquares += b * b
			s.Change.AfterSquares += a * a
			s.Change.Crossings += a * b
		}
	}
	return s
}

func TestSum_equalsNaive(t *testing.T) {
	sites := crowd(3, 200_000)
	x := mustOpen(t, sites)
	r := rand.New(rand.NewPCG(4, 4))
	for k := range 60 {
		runs := x.All()
		if k > 2 {
			at := sites[r.IntN(len(sites))]
			runs = x.Within(star(r, at.Lon, at.Lat, 2*r.Float64(), 3+r.IntN(60)))
		}
		rule := Rule{Basis: Basis(r.IntN(3)), Mass: r.IntN(2) == 0}
		industries := []int{40, 25}[r.IntN(2)]
		want := naive(x, listed(runs), rule, industries)
		for _, workers := range []int{1, 2, 3} {
			if d := cmp.Diff(want, x.Sum(runs, rule, industries, workers)); d != "" {
				t.Fatalf("%+v, %d workers: %s", rule, workers, d)
			}
		}
		n := 0
		x.Each(runs, rule, func(int, Site, bool) { n++ })
		if n != want.Sites {
			t.Fatalf("%+v: each names %d sites, want %d", rule, n, want.Sites)
		}
	}
}

func TestBuild_orderDoesNotShow(t *testing.T) {
	sites := crowd(5, 3000)
	write := func() []byte {
		var b Builder
		for _, s := range sites {
			if err := b.Add(s); err != nil {
				t.Fatal(err)
			}
		}
		var w bytes.Buffer
		if _, err := b.WriteTo(&w); err != nil {
			t.Fatal(err)
		}
		return w.Bytes()
	}
	a := write()
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(sites), func(i, j int) { sites[i], sites[j] = sites[j], sites[i] })
	if !bytes.Equal(a, write()) {
		t.Error("the order in which sites were added shows")
	}
}

// Decimals of up to seven places come back as the same number: an area's edge may run through them.
func TestPosition_exact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := float64(rapid.IntRange(-1_800_000_000, 1_800_000_000).Draw(t, "lon"))/1e7, float64(rapid.IntRange(-900_000_000, 900_000_000).Draw(t, "lat"))/1e7
		if a, b := position(mortonKey(lon, lat)); a != lon || b != lat {
			t.Fatalf("%v, %v comes back as %v, %v", lon, lat, a, b)
		}
	})
}

func TestMerge(t *testing.T) {
	got := Merge([]Run{{5, 8}, {20, 30}}, nil, []Run{{1, 5}, {7, 9}, {22, 25}})
	if d := cmp.Diff([]Run{{1, 9}, {20, 30}}, got); d != "" {
		t.Error(d)
	}
}

func TestAdd_errors(t *testing.T) {
	good := Site{Employees: Unknown, Before: Unknown}
	for name, change := range map[string]func(*Site){
		"longitude": func(s *Site) { s.Lon = 181 },
		"latitude":  func(s *Site) { s.Lat = math.NaN() },
		"employees": func(s *Site) { s.Employees = -2 },
		"before":    func(s *Site) { s.Before = MaxEmployees + 1 },
		"year":      func(s *Site) { s.Founded = MaxYear + 1 },
		"document":  func(s *Site) { s.Doc = math.MaxUint32 },
	} {
		s := good
		change(&s)
		if err := new(Builder).Add(s); err == nil {
			t.Errorf("%s gave no error", name)
		}
	}
	var b Builder
	if err := b.Add(good); err != nil {
		t.Fatal(err)
	}
	if _, err := b.WriteTo(failing{}); err == nil {
		t.Error("a failing writer gave no error")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestOpen_damaged(t *testing.T) {
	var b Builder
	for _, s := range crowd(7, 50) {
		if err := b.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	var w bytes.Buffer
	if _, err := b.WriteTo(&w); err != nil {
		t.Fatal(err)
	}
	change := func(f func(b []byte) []byte) []byte { return f(slices.Clone(w.Bytes())) }
	for name, b := range map[string][]byte{
		"empty": nil,
		"short": w.Bytes()[:20],
		"cut":   w.Bytes()[:w.Len()-1],
		"long":  change(func(b []byte) []byte { return append(b, 0) }),
		"magic": change(func(b []byte) []byte { b[0]++; return b }),
		"count": change(func(b []byte) []byte { b[8]++; return b }),
		"docs":  change(func(b []byte) []byte { b[16]++; return b }),
	} {
		if _, err := Open(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	x, err := Open(change(func(b []byte) []byte { b[headerSize+7] = 255; return b }))
	if err != nil || x.Verify() == nil {
		t.Errorf("keys out of order: %v, and Verify found nothing", err)
	}
	x.Sum(x.All(), Rule{}, 10, 2)
}

// An index without sites has answers too.
func TestEmpty(t *testing.T) {
	x := mustOpen(t, nil)
	if s := x.Sum(x.All(), Rule{}, 3, 2); s.Organisations != 0 || len(s.Industry) != 3 {
		t.Errorf("%+v", s)
	}
	if got := x.Within(star(rand.New(rand.NewPCG(1, 1)), 0, 0, 1, 5)); got != nil {
		t.Error(got)
	}
}

func TestForemost_equalsNaive(t *testing.T) {
	x := mustOpen(t, crowd(11, 20_000))
	for _, rule := range []Rule{{}, {Basis: Work}, {Basis: OfficeOnly, Mass: true}} {
		best := map[uint32]entry{}
		x.Each(x.All(), rule, func(i int, s Site, first bool) {
			e := entry{i, s.Doc, Unknown}
			if first {
				e.employees = s.Employees
			}
			if o, known := best[s.Doc]; !known || compareEntries(e, o) < 0 {
				best[s.Doc] = e
			}
		})
		var all []entry
		for _, e := range best {
			all = append(all, e)
		}
		slices.SortFunc(all, compareEntries)
		for _, most := range []int{0, 1, 20, len(all), len(all) + 5} {
			var want []int
			for _, e := range all[:min(most, len(all))] {
				want = append(want, e.at)
			}
			if got := x.Foremost(x.All(), rule, most); !slices.Equal(got, want) {
				t.Errorf("%+v, %d: %d sites, want %d", rule, most, len(got), len(want))
			}
		}
	}
}
