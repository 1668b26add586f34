package introduce

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// world is a made network: 20 places far apart, each with organisations of
// several lines, and ties at random.
type world struct {
	Data
	rnd *rand.Rand
}

const (
	toolThemes, labThemes = 0, 1
)

func newWorld(seed uint64) *world {
	w := &world{rnd: rand.New(rand.NewPCG(seed, 6))}
	w.Now = 2024
	w.Themes = []string{"cutting tools", "materials testing", "logistics", "catering", "software", "printing", "textiles", "glass"}
	return w
}

func (w *world) add(role string, lon, lat float64, themes ...int32) int32 {
	w.Orgs = append(w.Orgs, Org{ID: fmt.Sprintf("o%04d", len(w.Orgs)), Name: fmt.Sprintf("Org %d", len(w.Orgs)), Role: role, Lon: lon, Lat: lat, Placed: true, Themes: themes})
	return int32(len(w.Orgs) - 1)
}

func (w *world) tie(a, b int32) {
	w.Ties = append(w.Ties, Tie{A: a, B: b, First: 2020, Last: 9999, Family: "tie", Working: true})
}

// planted has groups of tool makers and materials labs in some places, tied to
// each other within the place, among others tied by chance, and one place where
// the two groups are not tied. It returns the pairs of that gap.
func planted(seed uint64, places int) (*world, map[uint64]bool) {
	w := newWorld(seed)
	gap := map[uint64]bool{}
	var others []int32
	for place := range places {
		lon, lat := -1.5+float64(place)*0.3, 53.4
		at := func() (float64, float64) { return lon + w.rnd.Float64()*0.03, lat + w.rnd.Float64()*0.02 }
		var tools, labs []int32
		for range 3 {
			x, y := at()
			tools = append(tools, w.add("firm", x, y, toolThemes))
			x, y = at()
			labs = append(labs, w.add("driver", x, y, labThemes))
		}
		for i := range 24 {
			x, y := at()
			role := []string{"firm", "firm", "education", "cultivator", "intermediary"}[i%5]
			others = append(others, w.add(role, x, y, int32(2+w.rnd.IntN(6))))
		}
		for _, t := range tools {
			for _, l := range labs {
				if place == 7 {
					gap[pairKey(t, l)] = true
					continue
				}
				if w.rnd.Float64() < 0.7 {
					w.tie(t, l)
				}
			}
		}
		// so that nobody of the gap stands alone
		for _, v := range slices.Concat(tools, labs) {
			for range 2 {
				w.tie(v, others[w.rnd.IntN(len(others))])
			}
		}
	}
	for range 40 * places {
		a, b := others[w.rnd.IntN(len(others))], others[w.rnd.IntN(len(others))]
		if a != b {
			w.tie(a, b)
		}
	}
	return w, gap
}

func hits(t *testing.T, d Data, gap map[uint64]bool, a Ask) int {
	t.Helper()
	list, err := Of(d, nil).Rank(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range list.Pairs {
		if gap[pairKey(int32(p.A), int32(p.B))] {
			n++
		}
	}
	return n
}

// TestRank_plantedGap: in nine places tool makers and labs are tied, in the tenth
// nobody has tied them. The top five of that place, and of any of its tool
// makers, are those pairs; of the whole network they are pairs of tool makers and
// labs.
func TestRank_plantedGap(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		w, gap := planted(seed, 10)
		near := func(v int) bool { return w.Orgs[v].Lon > 0.55 && w.Orgs[v].Lon < 0.7 }
		if n := hits(t, w.Data, gap, Ask{N: 5, Within: near}); n != 5 {
			t.Errorf("seed %d: %d of the first five of the place are of the gap, want 5", seed, n)
		}
		for key := range gap {
			id := w.Orgs[key>>32].ID
			if n := hits(t, w.Data, gap, Ask{N: 5, Org: id}); n != 3 {
				t.Errorf("seed %d: %d of the first five for %s are of the gap, want its 3", seed, n, id)
			}
		}
	}
}

// TestRank_twoPairs: the groups are tied throughout, but for two pairs whose ties
// were taken away. Both come out in the top five of the whole network, of 300
// organisations, of which every pair is scored, and of 1,800, of which the
// likely ones are; and not when the network is shuffled.
func TestRank_twoPairs(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		for _, places := range []int{10, 60} {
			w, gap := twoPairs(seed, places)
			if n := hits(t, w.Data, gap, Ask{N: 5}); n != 2 {
				t.Errorf("seed %d, %d places: %d of the two pairs are in the first five, want 2", seed, places, n)
			}
			if n := hits(t, shuffled(w, seed), gap, Ask{N: 5}); n != 0 {
				t.Errorf("seed %d, %d places: %d of the two pairs are in the first five of a shuffled network, want none", seed, places, n)
			}
		}
	}
}

// twoPairs ties all tool makers and labs of a place, but for two pairs.
func twoPairs(seed uint64, places int) (*world, map[uint64]bool) {
	w, gap := planted(seed, places)
	clear(gap)
	var tools, labs []int32
	for v := range w.Orgs {
		switch w.Orgs[v].Themes[0] {
		case toolThemes:
			tools = append(tools, int32(v))
		case labThemes:
			labs = append(labs, int32(v))
		}
	}
	gap[pairKey(tools[4], labs[4])], gap[pairKey(tools[20], labs[20])] = true, true
	for i := range tools {
		for j := range labs {
			if i/3 == j/3 && !gap[pairKey(tools[i], labs[j])] {
				w.tie(tools[i], labs[j])
			}
		}
	}
	w.Ties = slices.DeleteFunc(w.Ties, func(t Tie) bool { return gap[pairKey(t.A, t.B)] })
	return w, gap
}

// shuffled deals what organisations do and where they are out anew among them,
// and draws the other ends of ties again, keeping how many ties each has.
func shuffled(w *world, seed uint64) Data {
	rnd := rand.New(rand.NewPCG(seed, 99))
	d := w.Data
	d.Orgs, d.Ties = slices.Clone(d.Orgs), slices.Clone(d.Ties)
	deal := rnd.Perm(len(d.Orgs))
	for v := range d.Orgs {
		o := w.Orgs[deal[v]]
		o.ID, o.Name = w.Orgs[v].ID, w.Orgs[v].Name
		d.Orgs[v] = o
	}
	ends := rnd.Perm(len(d.Ties))
	for i := range d.Ties {
		d.Ties[i].B = w.Ties[ends[i]].B
	}
	return d
}
