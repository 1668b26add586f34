package density

import (
	"database/sql"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	spatial "milieu/internal/spatial/density"
)

// town is n organisations even over 10 km, of which every tenth is of the sector, and planted more of the sector around each
// of two places 5 km apart.
func town(n, planted int, seed uint64) (*ground, []bool) {
	r := rand.New(rand.NewPCG(seed, 1))
	g := &ground{first: []int32{0}}
	var in []bool
	put := func(x, y float64, is bool) {
		g.at = append(g.at, int32(len(g.x)))
		g.x, g.y = append(g.x, x), append(g.y, y)
		g.first = append(g.first, int32(len(g.at)))
		in = append(in, is)
	}
	for i := range n {
		put(430000+r.Float64()*10000, 390000+r.Float64()*10000, i%10 == 0)
	}
	for i := range 2 * planted {
		put(432000+float64(i%2)*5000+r.NormFloat64()*100, 394000+r.NormFloat64()*100, true)
	}
	g.settle()
	return g, in
}

var testSettings = Settings{MinPoints: 10, MinSize: 30, Cap: 5, MaxShare: 0.3, ReachM: 250, Rounds: 10, Shuffles: 39, Budget: 1e7, Seed: 1}

func TestFind_planted(t *testing.T) {
	g, in := town(3000, 60, 1)
	f, err := testSettings.find(t.Context(), g, in)
	if err != nil {
		t.Fatal(err)
	}
	k := f.cluster[len(g.x)-1]
	if k < 0 {
		t.Fatal("the planted firms are in no cluster")
	}
	c := f.tested[k]
	if c.own < 55 || float64(c.own) < 2*c.expected {
		t.Errorf("the planted cluster has %d firms where %.1f are expected, want about 60 and few", c.own, c.expected)
	}
	chance, err := testSettings.chance(t.Context(), g, in, testSettings.shuffles(len(f.at)), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if p := pValue(c.llr, chance); p != 1.0/40 {
		t.Errorf("p is %v, want the least possible, 1/40", p)
	}
	jaccard, err := testSettings.resampled(t.Context(), g, f)
	if err != nil {
		t.Fatal(err)
	}
	if jaccard[k] < 0.6 { // Hennig: below it is not to be trusted
		t.Errorf("Jaccard %v, want at least 0.6", jaccard)
	}
}

// Without anything planted the least p of a sector is at most 0.05 about one time in twenty.
func TestFind_chance(t *testing.T) {
	s := testSettings
	s.Shuffles = 19
	low := 0
	for seed := range uint64(40) {
		g, in := town(1500, 0, 100+seed)
		r := rand.New(rand.NewPCG(seed, 2))
		in = shuffled(in, r)
		s.MinSize, s.MinPoints = 10, 5
		f, err := s.find(t.Context(), g, in)
		if err != nil {
			t.Fatal(err)
		}
		chance, err := s.chance(t.Context(), g, in, 19, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		least := 1.0
		for _, c := range f.tested {
			least = min(least, pValue(c.llr, chance))
		}
		if least <= significant {
			low++
		}
	}
	// Binomial(40, 0.05): more than 7 has probability 0.001.
	if low > 7 {
		t.Errorf("%d of 40 sectors without clusters have one that is significant at 5 %%, want about 2", low)
	}
}

// A firm of several places counts once in a cluster.
func TestCompare_once(t *testing.T) {
	g := &ground{x: []float64{0, 100, 200}, y: []float64{0, 0, 0}, first: []int32{0, 3, 4}, at: []int32{0, 1, 2, 1}}
	g.settle()
	f := &found{in: []bool{true, false}, n: 1, reach: []int{0, 0, -1}, alone: make([]int32, 3)}
	f.result.Clusters = make([]spatial.Cluster, 1)
	f.compare(g)
	if c := f.tested[0]; c.own != 1 || c.all != 2 || c.expected != 1 {
		t.Errorf("own %d, all %d, expected %v; want 1, 2 and 1", c.own, c.all, c.expected)
	}
}

// Closed form: 8 of 10 inside, 2 of 10 outside, each half of all.
func TestLikelihoodRatio(t *testing.T) {
	want := 2*(8*math.Log(.8)+2*math.Log(.2)) - 20*math.Log(.5)
	if got := likelihoodRatio(8, 10, 10, 20); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, c := range [][4]int{{2, 10, 10, 20}, {5, 10, 10, 20}, {0, 0, 10, 20}, {10, 20, 10, 20}} {
		if got := likelihoodRatio(c[0], c[1], c[2], c[3]); got != 0 {
			t.Errorf("%v: got %v, want 0", c, got)
		}
	}
	if got := likelihoodRatio(10, 10, 10, 20); math.Abs(got-20*math.Log(2)) > 1e-12 {
		t.Errorf("all inside: got %v, want 20 ln 2", got)
	}
}

func TestShuffled(t *testing.T) {
	for _, n := range []int{0, 3, 50, 97, 100} {
		in := make([]bool, 100)
		for i := range n {
			in[i] = true
		}
		got := shuffled(in, rand.New(rand.NewPCG(1, 1)))
		count := 0
		for _, is := range got {
			if is {
				count++
			}
		}
		if count != n || n > 0 && n < 97 && slices.Equal(in, got) {
			t.Errorf("%d labels: %d after the shuffle", n, count)
		}
	}
}

func TestPValue(t *testing.T) {
	chance := []float64{1, 2, 2, 3}
	for llr, want := range map[float64]float64{0: 1, 1: 1, 2: .8, 2.5: .4, 3: .4, 4: .2} {
		if got := pValue(llr, chance); got != want {
			t.Errorf("%v: got %v, want %v", llr, got, want)
		}
	}
}

func TestMoreThanChance(t *testing.T) {
	for _, c := range []struct {
		as, shuffles int
		want         bool
	}{{0, 199, true}, {3, 199, true}, {4, 199, false}, {9, 199, false}, {0, 19, true}, {1, 19, false}, {0, 0, false}} {
		if got := moreThanChance(float64(c.as+1)/float64(c.shuffles+1), c.shuffles); got != c.want {
			t.Errorf("%d of %d shuffles as strong: %v, want %v", c.as, c.shuffles, got, c.want)
		}
	}
}

func TestSettings(t *testing.T) {
	s := Settings{Shuffles: 199, Budget: 1000}
	for positions, want := range map[int]int{0: 199, 5: 199, 10: 100, 500: 19} {
		if got := s.shuffles(positions); got != want {
			t.Errorf("%d positions: %d shuffles, want %d", positions, got, want)
		}
	}
	for n, want := range map[int]int{0: 10, 1049: 10, 1500: 15, 9999: 20} {
		if got := s.sized(n).MinSize; got != want {
			t.Errorf("%d firms: least size %d, want %d", n, got, want)
		}
	}
}

func TestBasisAny(t *testing.T) {
	at := func(id string, office, mass, known bool) site {
		s := site{org: "o", id: id, office: office, mass: mass}
		if known {
			s.lon, s.lat = sql.NullFloat64{Float64: -1.4, Valid: true}, sql.NullFloat64{Float64: 53.4, Valid: true}
		}
		return s
	}
	cases := []struct {
		name   string
		group  []site
		want   []string
		reason int
	}{
		{"work before office", []site{at("ro", true, false, true), at("w", false, false, true)}, []string{"w"}, placedSomewhere},
		{"office alone", []site{at("ro", true, false, true)}, []string{"ro"}, placedSomewhere},
		{"work without position", []site{at("ro", true, false, true), at("w", false, false, false)}, nil, notPlaced},
		{"mass registration", []site{at("ro", true, true, true)}, nil, onlyMass},
		{"office without position", []site{at("ro", true, false, false)}, nil, notPlaced},
		{"no site", []site{at("", false, false, false)}, nil, notPlaced},
	}
	for _, c := range cases {
		kept, reason := basisAny(c.group)
		var ids []string
		for _, s := range kept {
			ids = append(ids, s.id)
		}
		if d := cmp.Diff(c.want, ids); d != "" || reason != c.reason {
			t.Errorf("%s: %v, reason %d; want %v and %d", c.name, ids, reason, c.want, c.reason)
		}
	}
}

func TestNames(t *testing.T) {
	if got := titled("STOKE ON TRENT"); got != "Stoke On Trent" {
		t.Error(got)
	}
	if got := called([]string{"S9", "S4"}, []string{"Sheffield"}); got != "S9 and S4, Sheffield" {
		t.Error(got)
	}
	if got := frequent(map[string]int{"b": 3, "a": 3, "c": 9, "d": 1}, 1, 2); !slices.Equal(got, []string{"c", "a"}) {
		t.Error(got)
	}
}
