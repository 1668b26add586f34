package consortium

import (
	"milieu/internal/network"
)

// Facts is what is known: organisations ascending by id, and ties by their
// places in the list.
type Facts struct {
	Orgs    []Org
	Ties    []Tie
	Sectors []Named // bit i of Org.Sectors
	// Place says which positions lie in a place of a call; nil when no place can
	// be looked up.
	Place func(place string) (func(lon, lat float64) bool, error)
}

// Named is an id and how it is called.
type Named struct{ ID, Name string }

// Org is an organisation.
type Org struct {
	ID, Name, Role string
	Roles          []string
	Lon, Lat       float64
	Placed         bool
	Industry       string // industry code, "" where none is known
	Employees      int    // -1: not known
	Sectors        uint32
	Themes         []string // what it works on and offers
	Closed         bool
	Group          string // organisations that are part of each other share it; "" for none
}

// Tie is two organisations that are tied now.
type Tie struct {
	A, B   int32
	Strong bool
}

// FromBook is what a network knows of its newest year. Place looks places up;
// closed, by id, tells who cannot be a member (nil: nobody is closed).
func FromBook(b *network.Book, place func(string) (func(lon, lat float64) bool, error), closed func(id string) string) Facts {
	_, now := b.Years()
	f := Facts{Place: place, Orgs: make([]Org, b.Len())}
	for _, s := range b.Sectors() {
		f.Sectors = append(f.Sectors, Named(s))
	}
	themes := b.Themes()
	for v := range b.Len() {
		n := b.Node(v)
		o := Org{ID: n.ID, Name: n.Name, Role: n.Role, Roles: n.Roles, Lon: n.Lon, Lat: n.Lat, Placed: n.Placed, Industry: n.Industry, Employees: n.Employees, Sectors: n.Sectors,
			Closed: closed != nil && closed(n.ID) != ""}
		for _, list := range [][]int32{n.Themes, n.Offers} {
			for _, t := range list {
				o.Themes = append(o.Themes, themes[t])
			}
		}
		f.Orgs[v] = o
	}
	groups := b.Groups()
	for v := range f.Orgs {
		f.Orgs[v].Group = b.Node(int(groups[v])).ID
	}
	view := b.View(network.Filter{From: now})
	for _, p := range view.Pairs {
		f.Ties = append(f.Ties, Tie{view.Nodes[p.A], view.Nodes[p.B], p.Strong})
	}
	return f
}
