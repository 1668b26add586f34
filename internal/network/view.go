package network

import (
	"milieu/internal/graph"
)

// Pair is two organisations with at least one link that a filter keeps.
type Pair struct {
	A, B        int32 // nodes of the view, A < B
	Kinds       uint32
	Records     int32
	Weight      float64
	First, Last int16 // years; First is 0 where no link is dated
	Undated     bool  // some link is not dated
	Strong      bool
}

// View is the part of the network that a filter keeps: the pairs, once each however many links they have, and the
// organisations that they name.
type View struct {
	Book   *Book
	Filter Filter
	Nodes  []int32 // numbers in the book, ascending; node i of Graph is Nodes[i]
	Pairs  []Pair  // by A, then B
	// Graph is undirected; a tie weighs what its links weigh together. Its nodes have the organisations' ids as names.
	Graph *graph.Graph
	// Links counts the links that were kept; Alone the organisations that the filter would keep and that have no such tie.
	Links, Alone int
	// Undated counts the pairs of which no link is dated: they are in the view whatever the years.
	Undated int
}

// View is the part of the network that the filter keeps.
func (b *Book) View(f Filter) *View {
	v := &View{Book: b, Filter: f}
	in := b.selector(f)
	var pairs []Pair // with numbers of the book
	used := make([]int32, len(b.nodes))
	for i := 0; i < len(b.links); {
		x, y := min(b.links[i].A, b.links[i].B), max(b.links[i].A, b.links[i].B)
		j := i
		for j < len(b.links) && min(b.links[j].A, b.links[j].B) == x && max(b.links[j].A, b.links[j].B) == y {
			j++
		}
		if in.pair(x, y) {
			if p, n := in.join(b, x, y, b.links[i:j]); n > 0 {
				pairs = append(pairs, p)
				used[x], used[y] = 1, 1
				v.Links += n
			}
		}
		i = j
	}
	v.number(used, in)
	from, to, weights := make([]int32, len(pairs)), make([]int32, len(pairs)), make([]float64, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		p.A, p.B = used[p.A], used[p.B]
		from[i], to[i], weights[i] = p.A, p.B, p.Weight
		if p.First == 0 {
			v.Undated++
		}
	}
	v.Pairs = pairs
	names := make([]string, len(v.Nodes))
	for i, n := range v.Nodes {
		names[i] = b.nodes[n].ID
	}
	g, err := graph.Indexed(names, from, to, weights, false)
	if err != nil {
		panic("network: a book has nodes out of order or weights that are none: " + err.Error()) // Open and the build refuse them
	}
	v.Graph = g
	return v
}

// number gives the used nodes their numbers in the view; used then holds them.
func (v *View) number(used []int32, in selector) {
	for n := range used {
		switch {
		case used[n] == 1:
			used[n] = int32(len(v.Nodes))
			v.Nodes = append(v.Nodes, int32(n))
		case in.keeps(int32(n)):
			v.Alone++
		}
	}
}

// Find is the view's node of an organisation.
func (v *View) Find(id string) (int, bool) { return v.Graph.Node(id) }

// Node is the organisation of a node of the view.
func (v *View) Node(i int) *Node { return &v.Book.nodes[v.Nodes[i]] }

// selector is a filter made ready.
type selector struct {
	role, area, sector []bool // by node; nil keeps all
	kinds              [mostKinds]bool
	f                  Filter
}

func (b *Book) selector(f Filter) selector {
	s := selector{f: f}
	if len(f.Roles) > 0 {
		s.role = b.mark(func(n *Node) bool { return contains(f.Roles, n.Role) })
	}
	if f.Area != "" && f.Within != nil {
		s.area = b.mark(func(n *Node) bool { return n.Placed && f.Within(n.Lon, n.Lat) })
	}
	if len(f.Sectors) > 0 {
		var mask uint32
		for i, sec := range b.sectors {
			if contains(f.Sectors, sec.ID) {
				mask |= 1 << i
			}
		}
		s.sector = b.mark(func(n *Node) bool { return n.Sectors&mask != 0 })
	}
	for i, k := range b.kinds {
		s.kinds[i] = f.keepsKind(k)
	}
	return s
}

func (f Filter) keepsKind(k Kind) bool {
	switch {
	case len(f.Kinds) > 0:
		return contains(f.Kinds, k.Key)
	case len(f.Families) > 0:
		return contains(f.Families, k.Family)
	}
	return k.Family == FamilyTie
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func (b *Book) mark(keep func(*Node) bool) []bool {
	out := make([]bool, len(b.nodes))
	for i := range b.nodes {
		out[i] = keep(&b.nodes[i])
	}
	return out
}

// pair says that two nodes may be a pair of the view.
func (s selector) pair(x, y int32) bool {
	return x != y && (s.role == nil || s.role[x] && s.role[y]) && s.ends(s.area, x, y) && s.ends(s.sector, x, y)
}

func (s selector) ends(in []bool, x, y int32) bool {
	switch {
	case in == nil:
		return true
	case s.f.Both:
		return in[x] && in[y]
	}
	return in[x] || in[y]
}

// keeps says that the filter of organisations keeps a node.
func (s selector) keeps(n int32) bool {
	return (s.role == nil || s.role[n]) && (s.area == nil || s.area[n]) && (s.sector == nil || s.sector[n])
}

// join makes one pair of the links that are kept, and counts them.
func (s selector) join(b *Book, x, y int32, links []Link) (Pair, int) {
	p := Pair{A: x, B: y}
	n, joint := 0, int32(0)
	for _, l := range links {
		if !s.kinds[l.Kind] || !l.Alive(s.f.From, s.f.To) || s.f.Dated && l.First == 0 {
			continue
		}
		n++
		p.Kinds |= 1 << l.Kind
		p.Records += l.Records
		p.Weight += l.Weight
		p.Last = max(p.Last, l.Last)
		if l.First == 0 {
			p.Undated = true
		} else if p.First == 0 || l.First < p.First {
			p.First = l.First
		}
		p.Strong = p.Strong || b.kinds[l.Kind].Strong
		if !b.kinds[l.Kind].Directed && b.kinds[l.Kind].Family == FamilyTie {
			joint += l.Records
		}
	}
	p.Strong = p.Strong || joint > 1
	if s.f.Strength == Strong && !p.Strong || s.f.Strength == Weak && p.Strong {
		return p, 0
	}
	return p, n
}
