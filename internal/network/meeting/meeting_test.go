package meeting_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/network"
	"milieu/internal/network/meeting"
)

// kindNumber is the number of a kind.
func kindNumber(t testing.TB, key string) uint8 {
	t.Helper()
	for i, k := range network.Kinds() {
		if k.Key == key {
			return uint8(i)
		}
	}
	t.Fatalf("there is no kind %s", key)
	return 0
}

func book(t testing.TB, nodes []network.Node, links []network.Link, meetings []network.Meeting) *network.Book {
	t.Helper()
	b, err := network.NewBook(nodes, links, nil, nil, meetings)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func firms(n int) []network.Node {
	out := make([]network.Node, n)
	for i := range out {
		out[i] = network.Node{ID: fmt.Sprintf("n%03d", i), Name: fmt.Sprintf("Firm %d", i), Role: "firm", Employees: -1}
	}
	return out
}

// TestFollow_byHand counts a small book by hand: five firms, three meetings, ties of every fate.
func TestFollow_byHand(t *testing.T) {
	works, met, supplies := kindNumber(t, "works_with"), kindNumber(t, "met"), kindNumber(t, "supplies")
	links := []network.Link{
		{A: 0, B: 1, Kind: works, First: 2015, Last: 2016, Records: 1, Weight: 1},               // tied before, though it has ended
		{A: 0, B: 2, Kind: supplies, First: 2018, Last: network.Forever, Records: 1, Weight: 1}, // follows in the same year
		{A: 2, B: 1, Kind: supplies, First: 2020, Last: network.Forever, Records: 1, Weight: 1}, // follows two years later
		{A: 0, B: 3, Kind: works, Last: network.Forever, Records: 1, Weight: 1},                 // nobody knows since when
		{A: 1, B: 3, Kind: works, First: 2021, Last: network.Forever, Records: 1, Weight: 1},    // too late
		{A: 2, B: 3, Kind: met, First: 2018, Last: 2019, Records: 1, Weight: 1},                 // no tie
		{A: 3, B: 4, Kind: works, First: 2023, Last: network.Forever, Records: 1, Weight: 1},    // the newest year
		{A: 0, B: 4, Kind: supplies, First: 2023, Last: network.Forever, Records: 1, Weight: 1}, // follows a meeting that is too recent
		{A: 1, B: 4, Kind: works, First: 2019, Last: 2020, Records: 1, Weight: 1},               // they never met
	}
	meetings := []network.Meeting{
		{ID: "fair", Name: "Fair", Kind: "event", Place: "The  Hall", Theme: "Castings; robots", Year: 2018, Orgs: []int32{0, 1, 2, 3}},
		{ID: "lunch", Name: "Lunch", Kind: "encounter", Place: "the hall", Theme: "castings;castings", Year: 2022, Orgs: []int32{0, 4}},
		{ID: "again", Name: "Again", Kind: "event", Place: "Elsewhere", Year: 2019, Orgs: []int32{1, 2}},
		{ID: "undated", Name: "Undated", Kind: "event", Orgs: []int32{0, 4}},
		{ID: "alone", Name: "Alone", Kind: "talk", Year: 2018, Orgs: []int32{0}},
	}
	o := meeting.Usual
	o.Least = 1
	r := meeting.Follow(book(t, firms(5), links, meetings), o)
	if r.Undated != 1 || r.Single != 1 || r.Last != 2023 {
		t.Errorf("undated %d, single %d, last %d", r.Undated, r.Single, r.Last)
	}
	type counts struct {
		Key                                                                       string
		Meetings, Organisations, Pairs, Before, Undated, Recent, Free, Later, Tie int
	}
	var got []counts
	for _, list := range [][]meeting.Group{{r.All}, r.Places, r.Themes, r.Kinds, r.Meetings} {
		for _, g := range list {
			got = append(got, counts{g.Key, g.Meetings, g.Organisations, g.Pairs, g.Before, g.Undated, g.Recent, g.Free, g.Later, len(g.Ties)})
		}
	}
	want := []counts{
		// Of six pairs at the fair one was tied before, one is undated, two followed, two did not.
		{"all", 3, 5, 7, 1, 1, 1, 4, 2, 2},
		{"the hall", 2, 5, 7, 1, 1, 1, 4, 2, 2},
		{"elsewhere", 1, 2, 1, 0, 0, 0, 1, 1, 1},
		{"castings", 2, 5, 7, 1, 1, 1, 4, 2, 2},
		{"robots", 1, 4, 6, 1, 1, 0, 4, 2, 2},
		{"event", 2, 4, 6, 1, 1, 0, 4, 2, 2},
		{"encounter", 1, 2, 1, 0, 0, 1, 0, 0, 0},
		{"fair", 1, 4, 6, 1, 1, 0, 4, 2, 2},
		{"lunch", 1, 2, 1, 0, 0, 1, 0, 0, 0},
		{"again", 1, 2, 1, 0, 0, 0, 1, 1, 1},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if g := r.All; g.Share != 0.5 || g.Ties[0] != (meeting.Tie{A: 0, B: 2, Meeting: 0, Year: 2018, Kind: "supplies"}) {
		t.Errorf("%+v", g)
	}
}

// season is a book of firms that met in twenty meetings of ten: any pair is tied at some time at one rate, and those that met
// a year later at another.
func season(t testing.TB, seed uint64, met, other float64) *network.Book {
	const n = 60
	rng := rand.New(rand.NewPCG(seed, 0))
	together := map[[2]int32]int{}
	var meetings []network.Meeting
	for k := range 20 {
		m := network.Meeting{ID: fmt.Sprintf("m%02d", k), Name: fmt.Sprintf("Meeting %d", k), Kind: "event", Place: fmt.Sprintf("Place %d", k%4), Year: 2010 + k%5}
		for _, v := range rng.Perm(n)[:10] {
			m.Orgs = append(m.Orgs, int32(v))
		}
		meetings = append(meetings, m)
		for _, x := range m.Orgs {
			for _, y := range m.Orgs {
				if x < y && (together[[2]int32{x, y}] == 0 || together[[2]int32{x, y}] > m.Year) {
					together[[2]int32{x, y}] = m.Year
				}
			}
		}
	}
	works := kindNumber(t, "works_with")
	links := []network.Link{{A: 0, B: n, Kind: works, First: 2020, Last: network.Forever, Records: 1, Weight: 1}} // the newest year
	for x := range int32(n) {
		for y := x + 1; y < n; y++ {
			// Whether or not they met, some are tied in any year; of those that met some are because of it.
			year, tied := 2010+rng.IntN(8), rng.Float64() < other
			if at := together[[2]int32{x, y}]; at > 0 && rng.Float64() < met {
				year, tied = at+1, true
			}
			if tied {
				links = append(links, network.Link{A: x, B: y, Kind: works, First: int16(year), Last: network.Forever, Records: 1, Weight: 1})
			}
		}
	}
	return book(t, firms(n+1), links, meetings)
}

// TestFollow_chance: meetings that ties follow four times as often as elsewhere are seen, and those that nothing follows are not.
func TestFollow_chance(t *testing.T) {
	r := meeting.Follow(season(t, 1, 0.3, 0.1), meeting.Usual)
	if !r.All.Beyond() || r.All.Chance.Hi >= r.All.Share || math.Abs(r.All.Share-0.33) > 0.06 {
		t.Errorf("a planted effect is missed: %+v", r.All)
	}
	found := 0
	for seed := range uint64(20) {
		r := meeting.Follow(season(t, 100+seed, 0, 0.3), meeting.Options{Years: 2, Least: 10, Shuffles: 199, Seed: 3})
		for _, g := range r.Places {
			if g.Beyond() {
				found++
			}
		}
	}
	if found > 4 {
		t.Errorf("of 80 places at which nothing happened %d stand out", found)
	}
}

// TestFollow_same: the same book gives the same result.
func TestFollow_same(t *testing.T) {
	a, b := meeting.Follow(season(t, 1, 0.3, 0.1), meeting.Usual), meeting.Follow(season(t, 1, 0.3, 0.1), meeting.Usual)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

// TestFollow_guards: few pairs have no share, and one of each role cannot change places.
func TestFollow_guards(t *testing.T) {
	nodes := []network.Node{{ID: "a", Role: "firm"}, {ID: "b", Role: "driver"}, {ID: "c", Role: "funder"}}
	links := []network.Link{{A: 0, B: 1, Kind: kindNumber(t, "works_with"), First: 2020, Last: network.Forever, Records: 1, Weight: 1}}
	b := book(t, nodes, links, []network.Meeting{{ID: "m", Year: 2012, Orgs: []int32{0, 1, 2}}})
	if g := meeting.Follow(b, meeting.Usual).All; g.Enough || g.Tested || g.Share != 0 || g.Free != 3 {
		t.Errorf("%+v", g)
	}
	if g := meeting.Follow(b, meeting.Options{Years: 2, Least: 1}).All; !g.Enough || g.Tested || g.Beyond() {
		t.Errorf("%+v", g)
	}
	if r := meeting.Follow(book(t, nodes, links, nil), meeting.Usual); r.All.Meetings != 0 || len(r.Places) > 0 {
		t.Errorf("%+v", r)
	}
}

// BenchmarkFollow follows 1,000 meetings of 20 among 5,000 organisations with 100,000 ties.
func BenchmarkFollow(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	nodes := firms(5000)
	seen := map[[2]int32]bool{}
	var links []network.Link
	for len(links) < 100_000 {
		x, y := int32(rng.IntN(5000)), int32(rng.IntN(5000))
		if x >= y || seen[[2]int32{x, y}] {
			continue
		}
		seen[[2]int32{x, y}] = true
		links = append(links, network.Link{A: x, B: y, First: int16(2000 + rng.IntN(25)), Last: network.Forever, Records: 1, Weight: 1})
	}
	var meetings []network.Meeting
	for k := range 1000 {
		m := network.Meeting{ID: fmt.Sprint(k), Place: fmt.Sprint(k % 50), Year: 2005 + k%15, Kind: "event"}
		for _, v := range rng.Perm(5000)[:20] {
			m.Orgs = append(m.Orgs, int32(v))
		}
		meetings = append(meetings, m)
	}
	book := book(b, nodes, links, meetings)
	for b.Loop() {
		meeting.Follow(book, meeting.Usual)
	}
}
