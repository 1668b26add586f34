package network

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/org"
)

func sample() Network {
	tie := func(id, from, to, kind string) org.Tie { return org.Tie{ID: id, FromID: from, ToID: to, Kind: kind} }
	return Network{Nodes: []Node{{ID: "a", Role: "firm", Betweenness: 2}, {ID: "b", Role: "firm"}, {ID: "c", Role: "driver", Betweenness: 5}, {ID: "d", Role: "funder"}},
		Ties: []org.Tie{tie("1", "a", "b", "supplies"), tie("2", "a", "c", "member_of"), tie("3", "c", "d", "funded_by")}}
}

func ids(n Network) (nodes, ties []string) {
	for _, v := range n.Nodes {
		nodes = append(nodes, v.ID)
	}
	for _, t := range n.Ties {
		ties = append(ties, t.ID)
	}
	return nodes, ties
}

func TestOnly(t *testing.T) {
	for _, c := range []struct {
		name        string
		f           Filter
		nodes, ties []string
	}{
		{"all", Filter{}, []string{"a", "b", "c", "d"}, []string{"1", "2", "3"}},
		{"a role keeps those without a tie among them", Filter{Roles: []string{"firm", "funder"}}, []string{"a", "b", "d"}, []string{"1"}},
		{"a kind drops those without such a tie", Filter{Kinds: []string{"member_of"}}, []string{"a", "c"}, []string{"2"}},
		{"both", Filter{Roles: []string{"firm"}, Kinds: []string{"member_of"}}, nil, nil},
	} {
		nodes, ties := ids(sample().Only(c.f))
		if diff := cmp.Diff([][]string{c.nodes, c.ties}, [][]string{nodes, ties}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBrokers(t *testing.T) {
	got := sample().Brokers(3)
	if len(got) != 2 || got[0].ID != "c" || got[1].ID != "a" {
		t.Errorf("%v; want c and a: the others lie between nobody", got)
	}
}
