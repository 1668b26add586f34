// Package network owns the ties between organisations as a network: which there are (kinds, spells, pairs), who is connected how under any
// filter, what became of ties over the years, and the records behind each. It makes the tables network_* and the index network.idx,
// and reads them. The measures are the kernel graph's; the organisations are org's. Packages below it say who should meet, what ties
// are to be expected, and keep what people did about it.
package network

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// Forever is the last year of a tie that goes on.
const Forever = 9999

// Node is an organisation that the network knows: one with a tie, a part in a project, a meeting, a need or an
// offer, or kept by the team.
type Node struct {
	ID, Name string
	Role     string // main role
	Roles    []string
	Origin   string // team, register or list: where its main record comes from
	Town     string
	Lon, Lat float64 // of its first place of work, else its registered office
	Placed   bool
	Industry string // SIC code, "" where none is known
	Section  string
	Status   string // of the register
	// Employees is what its accounts state, -1 where they do not.
	Employees int
	Sectors   uint32 // bit i is Book.Sectors()[i]
	// Themes are what it works on, Offers and Needs what it said or runs, as numbers of Book.Themes().
	Themes, Offers, Needs []int32
	Whole                 Whole
}

// Whole is what a node is in the whole network of family tie, as the build reckoned it.
type Whole struct {
	Tied        bool // it has a tie; without one the rest means nothing
	X, Y        float64
	Degree      int32
	Betweenness float64
	Community   int32
}

// Link is a spell of one kind of tie between two organisations.
type Link struct {
	A, B    int32 // from and to where the kind is directed, else A < B
	Kind    uint8 // of Book.Kinds()
	First   int16 // year, 0 where it is not dated
	Last    int16 // year, Forever where it goes on
	Records int32
	// Weight is the sum over shared projects of 1/(k-1), k being the members of a project (Newman, "Scientific
	// collaboration networks II", Physical Review E 64 (2001)); for other kinds the number of records.
	Weight float64
}

// Alive says that the link lasted in some year from from to to; 0 is open, and a link that is not dated
// counts as begun before all years.
func (l Link) Alive(from, to int) bool {
	return (to == 0 || int(l.First) <= to) && (from == 0 || int(l.Last) >= from)
}

// Named is a sector.
type Named struct{ ID, Name string }

// Meeting is an event at which organisations met.
type Meeting struct {
	ID, Name, Kind, Place, PlaceID, Theme, Date string
	Year                                        int
	Lon, Lat                                    float64
	Placed                                      bool
	Orgs                                        []int32 // ascending
}

// Book is the network of a release in memory: organisations by id, links by pair. It does not change and
// may be used by many goroutines at once.
type Book struct {
	nodes    []Node
	links    []Link // by lower node, higher node, kind, first year
	kinds    []Kind
	sectors  []Named
	themes   []string // ascending
	meetings []Meeting
	quality  Quality
}

// Quality is how the measures of the whole network were reckoned.
type Quality struct {
	Nodes, Pairs int
	Exact        bool    // betweenness from all sources
	Bound        float64 // of sampled betweenness: see graph.BetweennessSampled
	Communities  int
}

// Len is the number of organisations.
func (b *Book) Len() int { return len(b.nodes) }

// Node is the organisation of a number. It belongs to the book: do not change it.
func (b *Book) Node(v int) *Node { return &b.nodes[v] }

// Find is the number of an organisation by id.
func (b *Book) Find(id string) (int, bool) {
	return slices.BinarySearchFunc(b.nodes, id, func(n Node, id string) int { return strings.Compare(n.ID, id) })
}

// Links are all links. The slice belongs to the book.
func (b *Book) Links() []Link { return b.links }

// Kinds are the kinds of the book: those with a meaning and those that its sources name besides.
func (b *Book) Kinds() []Kind { return b.kinds }

// Kind is the kind of a link.
func (b *Book) Kind(l Link) Kind { return b.kinds[l.Kind] }

// Sectors are the sectors of the release in the order of their bits.
func (b *Book) Sectors() []Named { return b.sectors }

// Themes are the words for what organisations work on, need and offer, ascending.
func (b *Book) Themes() []string { return b.themes }

// FindTheme is the number of a theme.
func (b *Book) FindTheme(s string) (int32, bool) {
	i, ok := slices.BinarySearch(b.themes, themeKey(s))
	return int32(i), ok
}

// themeKey is a theme as it is compared: lower case, single blanks.
func themeKey(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// Meetings are the meetings by date, then id.
func (b *Book) Meetings() []Meeting { return b.meetings }

// Quality is how the measures of the whole network were reckoned.
func (b *Book) Quality() Quality { return b.quality }

// Years are the first and the newest year that a link of family tie names, 0 where none is dated. The newest is the "now" of
// the release: the program has no clock where it reads evidence.
func (b *Book) Years() (first, last int) {
	see := func(y int16) {
		if y > 0 && y < Forever {
			if first == 0 || int(y) < first {
				first = int(y)
			}
			last = max(last, int(y))
		}
	}
	for _, l := range b.links {
		if b.kinds[l.Kind].Family == FamilyTie {
			see(l.First)
		}
	}
	return first, last
}

// Brokers are the organisations with the highest betweenness in the whole network, at most most; who lies between no others is
// none.
func (b *Book) Brokers(most int) []*Node {
	var out []*Node
	for i := range b.nodes {
		if b.nodes[i].Whole.Betweenness > 0 {
			out = append(out, &b.nodes[i])
		}
	}
	slices.SortStableFunc(out, func(x, y *Node) int { return cmp.Compare(y.Whole.Betweenness, x.Whole.Betweenness) })
	return out[:min(most, len(out))]
}

// between finds the links of two nodes, whichever stands first.
func (b *Book) between(x, y int32) []Link {
	lo, hi := min(x, y), max(x, y)
	i := sort.Search(len(b.links), func(i int) bool {
		l := b.links[i]
		a, c := min(l.A, l.B), max(l.A, l.B)
		return a > lo || a == lo && c >= hi
	})
	j := i
	for j < len(b.links) && min(b.links[j].A, b.links[j].B) == lo && max(b.links[j].A, b.links[j].B) == hi {
		j++
	}
	return b.links[i:j]
}

// Between are the links of two organisations. The slice belongs to the book.
func (b *Book) Between(x, y int) []Link { return b.between(int32(x), int32(y)) }

// number gives a kind its number, adding it where there is room.
func (b *Book) number(key string) uint8 {
	for i, k := range b.kinds {
		if k.Key == key {
			return uint8(i)
		}
	}
	if len(b.kinds) < mostKinds {
		b.kinds = append(b.kinds, KindOf(key))
		return uint8(len(b.kinds) - 1)
	}
	return b.number("linked")
}
