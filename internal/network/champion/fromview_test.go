package champion

import (
	"slices"
	"testing"

	"milieu/internal/network"
)

// Nominations come from links of the family "named", groups from part of.
func TestFromView(t *testing.T) {
	kind := func(key string) uint8 {
		return uint8(slices.IndexFunc(network.Kinds(), func(k network.Kind) bool { return k.Key == key }))
	}
	nodes := []network.Node{{ID: "a", Role: "firm", Sectors: 2}, {ID: "b", Role: "driver"}, {ID: "c", Role: "driver"}, {ID: "d", Role: "firm"}}
	links := []network.Link{
		{A: 0, B: 1, Kind: kind("supplies"), Last: network.Forever, Records: 1, Weight: 1},
		{A: 2, B: 1, Kind: kind("part_of"), Last: network.Forever, Records: 1, Weight: 1},
		{A: 0, B: 2, Kind: kind("trusts"), First: 2024, Last: 2027, Records: 1, Weight: 1},
		{A: 3, B: 2, Kind: kind("trusts"), First: 2024, Last: 2027, Records: 1, Weight: 1},
	}
	b, err := network.NewBook(nodes, links, []network.Named{{ID: "x"}, {ID: "y"}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := FromView(b.View(network.Filter{}))
	if len(in.Orgs) != 3 || !slices.Equal(in.Orgs[0].Sectors, []string{"y"}) || in.Orgs[1].Group != in.Orgs[2].Group || in.Orgs[0].Group == in.Orgs[1].Group {
		t.Errorf("organisations %+v", in.Orgs)
	}
	if !slices.Equal(in.Names, []Nomination{{0, 2}}) || len(in.Ties) != 2 {
		t.Errorf("nominations %v, ties %v; want one, since d has no tie, and two", in.Names, in.Ties)
	}
}
