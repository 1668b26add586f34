package champion

import (
	"milieu/internal/network"
)

// FromView is what Choose needs to know of a view: its organisations and pairs,
// and the nominations among them (links of family "named"). Betweenness is that of
// the whole network, and left out under a filter; set it from View.Slow where it
// is wanted.
func FromView(v *network.View) Input {
	in := Input{Orgs: make([]Org, len(v.Nodes)), Ties: make([]Edge, len(v.Pairs))}
	sectors := v.Book.Sectors()
	place := make(map[int32]int32, len(v.Nodes))
	groups := v.Book.Groups()
	if v.Filter.Whole() {
		in.Betweenness = make([]float64, len(v.Nodes))
	}
	for i, b := range v.Nodes {
		n := v.Book.Node(int(b))
		place[b] = int32(i)
		o := Org{Node: int(b), ID: n.ID, Name: n.Name, Role: n.Role, Group: v.Book.Node(int(groups[b])).ID}
		for s, named := range sectors {
			if n.Sectors&(1<<s) != 0 {
				o.Sectors = append(o.Sectors, named.ID)
			}
		}
		in.Orgs[i] = o
		if in.Betweenness != nil {
			in.Betweenness[i] = n.Whole.Betweenness
		}
	}
	for i, p := range v.Pairs {
		in.Ties[i] = Edge{p.A, p.B}
	}
	for _, l := range v.Book.Links() {
		by, okBy := place[l.A]
		of, okOf := place[l.B]
		if okBy && okOf && v.Book.Kind(l).Family == network.FamilyNamed {
			in.Names = append(in.Names, Nomination{by, of})
		}
	}
	return in
}
