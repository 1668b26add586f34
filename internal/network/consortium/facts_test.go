package consortium

import (
	"context"
	"slices"
	"testing"

	"milieu/internal/network"
)

// kind is the number of a kind of tie.
func kind(key string) uint8 {
	return uint8(slices.IndexFunc(network.Kinds(), func(k network.Kind) bool { return k.Key == key }))
}

// Only ties that are alive in the newest year count, parts of one organisation
// share a group, and closed organisations are no members.
func TestFromBook(t *testing.T) {
	nodes := []network.Node{
		{ID: "a", Name: "A", Role: "firm", Employees: -1, Themes: []int32{0}},
		{ID: "b", Name: "B", Role: "driver", Employees: 20, Offers: []int32{1}},
		{ID: "c", Name: "C", Role: "driver", Employees: -1},
		{ID: "d", Name: "D", Role: "firm", Employees: -1},
	}
	links := []network.Link{
		{A: 0, B: 1, Kind: kind("supplies"), First: 2024, Last: network.Forever, Records: 1, Weight: 1},
		{A: 1, B: 2, Kind: kind("part_of"), First: 2010, Last: network.Forever, Records: 1, Weight: 1},
		{A: 0, B: 3, Kind: kind("partner_in_project"), First: 2010, Last: 2013, Records: 1, Weight: 1},
	}
	b, err := network.NewBook(nodes, links, nil, []string{"casting", "welding"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := FromBook(b, nil, func(id string) string { return map[string]string{"d": "dissolved"}[id] })
	if want := []Tie{{0, 1, true}, {1, 2, true}}; !slices.Equal(f.Ties, want) {
		t.Errorf("ties %v, want %v", f.Ties, want)
	}
	if f.Orgs[1].Group != f.Orgs[2].Group || f.Orgs[0].Group == f.Orgs[1].Group {
		t.Errorf("groups %q %q %q, want b and c in one", f.Orgs[0].Group, f.Orgs[1].Group, f.Orgs[2].Group)
	}
	if !slices.Equal(f.Orgs[1].Themes, []string{"welding"}) || f.Orgs[0].Employees != -1 {
		t.Errorf("b offers %v, a has %d employees", f.Orgs[1].Themes, f.Orgs[0].Employees)
	}
	a, err := Propose(context.Background(), f, Call{Needs: []Need{{Role: "firm", AtLeast: 2}}}, Options{})
	if err != nil || len(a.Gaps) != 1 || a.Gaps[0].Have != 1 {
		t.Errorf("%+v, %v: want a gap, since d is dissolved", a.Gaps, err)
	}
}

// Adding to a set: who closes a gap comes first.
func TestSwap_add(t *testing.T) {
	c := Call{Topics: []string{"composites"}, Needs: []Need{{Role: "firm", Themes: []string{"automation"}}}}
	list, err := Swap(context.Background(), district(), c, []string{"lab"}, "")
	if err != nil || len(list) < 2 || list[0].ID != "maker-a" || len(list[0].Gained) != 1 {
		t.Errorf("%+v, %v; want maker A first", list, err)
	}
}
