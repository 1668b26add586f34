package champion

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func choose(t *testing.T, in Input, a Ask) Set {
	t.Helper()
	s, err := Choose(context.Background(), in, a)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ids(list []Choice) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// orgs makes n organisations o00, o01 … of role firm.
func orgs(n int) Input {
	var in Input
	for i := range n {
		in.Orgs = append(in.Orgs, Org{Node: i, ID: fmt.Sprintf("o%02d", i), Name: fmt.Sprintf("Org %d", i), Role: "firm"})
	}
	return in
}

// TestChoose_path: on a path of nine o02 reaches 0, 1, 3 and 4, as do the others in
// the middle reach four; then o04, o06 and o07 add three each and the first is
// taken. No two reach all eight that would be needed to beat seven: the pairs of
// reaches of four all overlap.
func TestChoose_path(t *testing.T) {
	in := orgs(9)
	for i := range 8 {
		in.Ties = append(in.Ties, Edge{int32(i), int32(i + 1)})
	}
	s := choose(t, in, Ask{K: 2, Share: 1})
	if got, want := ids(s.Order), []string{"o02", "o04"}; !slices.Equal(got, want) {
		t.Errorf("chosen %v, want %v", got, want)
	}
	if s.Reached != 7 || s.Of != 9 || s.Order[1].Gain != 3 || s.Order[1].Together != 7 || s.Order[1].Reach != 4 {
		t.Errorf("reached %d of %d, the second adds %d of %d; want 7 of 9, 3 of 4", s.Reached, s.Of, s.Order[1].Gain, s.Order[1].Reach)
	}
	if s.Bound != 8 {
		t.Errorf("bound %d, want 8: two times four", s.Bound)
	}
}

// randomNet has n organisations and m ties drawn at random.
func randomNet(n, m int, seed uint64) Input {
	rnd := rand.New(rand.NewPCG(seed, 3))
	in := orgs(n)
	for range m {
		in.Ties = append(in.Ties, Edge{rnd.Int32N(int32(n)), rnd.Int32N(int32(n))})
	}
	return in
}

// best is the most that three of the organisations reach, by trying all.
func best(in Input, without func(a, b, c int) bool) int {
	n := len(in.Orgs)
	g, _ := newGreedy(in, Ask{})
	most := 0
	for a := range n {
		for b := a + 1; b < n; b++ {
			for c := b + 1; c < n; c++ {
				if without(a, b, c) {
					continue
				}
				clear(g.reached)
				sum := 0
				for _, v := range []int{a, b, c} {
					_, fresh := g.within(int32(v), true)
					sum += fresh
				}
				most = max(most, sum)
			}
		}
	}
	return most
}

// TestChoose_guarantee holds the choice and its bound against all sets of three
// on 40 random networks, without and with a limit of one for each of four roles.
func TestChoose_guarantee(t *testing.T) {
	for seed := range uint64(40) {
		in := randomNet(24, 22, seed)
		for i := range in.Orgs {
			in.Orgs[i].Role = []string{"firm", "driver", "education", "agency"}[i%4]
		}
		opt := best(in, func(int, int, int) bool { return false })
		s := choose(t, in, Ask{K: 3, Share: 1, By: "role", Least: 1})
		if float64(s.Reached) < s.Guarantee*float64(opt)-1e-9 || s.Bound < opt || s.Reached > opt {
			t.Errorf("seed %d: reached %d, bound %d, best %d", seed, s.Reached, s.Bound, opt)
		}
		opt = best(in, func(a, b, c int) bool { return a%4 == b%4 || b%4 == c%4 || a%4 == c%4 })
		s = choose(t, in, Ask{K: 3, Share: 0.34, By: "role", Least: 1})
		if float64(s.Reached) < s.Guarantee*float64(opt)-1e-9 || s.Bound < opt || s.Reached > opt {
			t.Errorf("seed %d, one of each role: reached %d, bound %d, best %d", seed, s.Reached, s.Bound, opt)
		}
		roles := map[string]int{}
		for _, c := range s.Order {
			if roles[c.Role]++; roles[c.Role] > 1 {
				t.Errorf("seed %d: two of role %s", seed, c.Role)
			}
		}
	}
}

// Eight pairs, five of metals and three of health: at most a quarter of eight may
// come from each.
func TestChoose_share(t *testing.T) {
	in := orgs(16)
	for i := range in.Orgs {
		in.Orgs[i].Sectors = []string{"metals"}
		if i >= 10 {
			in.Orgs[i].Sectors = []string{"health"}
		}
		in.Ties = append(in.Ties, Edge{int32(i), int32(i ^ 1)})
	}
	s := choose(t, in, Ask{K: 8, Share: 0.25, Least: 1})
	count := map[string]int{}
	for _, c := range s.Order {
		count[c.Slot]++
	}
	if len(s.Order) != 4 || count["metals"] != 2 || count["health"] != 2 || !slices.Equal(s.Binding, []string{"health", "metals"}) || s.Guarantee != 0.5 {
		t.Errorf("chosen %v by sector %v, binding %v, guarantee %v; want two of each, both binding, one half", ids(s.Order), count, s.Binding, s.Guarantee)
	}
}

// In a star all reach all; who is named by two comes first. Nominations of oneself
// and those that were returned are left out.
func TestChoose_trust(t *testing.T) {
	in := orgs(13)
	for i := range in.Orgs {
		in.Ties = append(in.Ties, Edge{0, int32(i)})
	}
	in.Names = []Nomination{{3, 1}, {5, 1}, {7, 9}, {9, 7}, {2, 2}}
	s := choose(t, in, Ask{K: 8, Share: 1, Least: 1})
	if s.Order[0].ID != "o01" || s.Order[0].Nominations != 2 || s.Named != 2 || s.Nominators != 2 || s.LeftOut != 3 {
		t.Errorf("first %+v; %d of %d nominators, %d left out; want o01 with both, and three left out", s.Order[0], s.Named, s.Nominators, s.LeftOut)
	}
	if s.Reached != 13 || len(s.Order) != 2 {
		t.Errorf("%d chosen who reach %d, want 2 who reach 13", len(s.Order), s.Reached)
	}
}

// Nobody is a champion without a consent, and who declined is not asked again.
func TestChoose_consent(t *testing.T) {
	in := randomNet(30, 40, 7)
	all := choose(t, in, Ask{K: 4, Share: 1, Least: 1})
	if len(all.Champions) != 0 || len(all.Candidates) != 4 {
		t.Fatalf("%d champions and %d candidates without a consent, want 0 and 4", len(all.Champions), len(all.Candidates))
	}
	first, second := all.Order[0].ID, all.Order[1].ID
	s := choose(t, in, Ask{K: 4, Share: 1, Least: 1, Consented: map[string]bool{second: true}, Declined: map[string]bool{first: true}, Fixed: []string{second}})
	if got := ids(s.Champions); !slices.Equal(got, []string{second}) {
		t.Errorf("champions %v, want %s", got, second)
	}
	if slices.Contains(ids(s.Order), first) || s.Order[0].ID != second {
		t.Errorf("chosen %v: %s declined and %s comes first", ids(s.Order), first, second)
	}
}

func TestChoose_group(t *testing.T) {
	in := orgs(6)
	for i := range 5 {
		in.Ties = append(in.Ties, Edge{int32(i), int32(i + 1)})
	}
	in.Orgs[0].Group, in.Orgs[1].Group = "x", "x"
	in.Names = []Nomination{{0, 1}, {2, 1}}
	s := choose(t, in, Ask{K: 6, Share: 1, Least: 1})
	for _, c := range s.Order {
		if c.ID == "o01" && c.Nominations != 1 {
			t.Errorf("o01 is named by %d, want 1: its own group does not count", c.Nominations)
		}
	}
}

// Who adds fewer than two is not chosen: of a star nobody is needed beside the
// first.
func TestChoose_least(t *testing.T) {
	in := orgs(13)
	for i := range in.Orgs {
		in.Ties = append(in.Ties, Edge{0, int32(i)})
	}
	if s := choose(t, in, Ask{Share: 1}); len(s.Order) != 1 || s.Least != 2 {
		t.Errorf("chosen %v, each to add %d; want one alone, and two", ids(s.Order), s.Least)
	}
}

func TestChoose_faults(t *testing.T) {
	over := 1.5
	for name, a := range map[string]Ask{"share": {Share: 2}, "by": {By: "size"}, "k": {K: -1}, "trust": {Trust: &over}, "sector": {Sector: "none"}, "fixed": {Fixed: []string{"zz"}}} {
		if _, err := Choose(context.Background(), orgs(3), a); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if s := choose(t, Input{}, Ask{}); len(s.Order) != 0 || s.Bound != 0 {
		t.Errorf("of nobody: %+v", s)
	}
}
