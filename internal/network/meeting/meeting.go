// Package meeting says what followed when organisations met: of the pairs that were at one meeting without a tie
// before, how many were tied within some years, by place, theme, kind and meeting, and how many would have been if
// who met whom had nothing to do with who ties. It counts what followed; it does not say that a meeting was the cause.
package meeting

import (
	"cmp"
	"slices"
	"strings"

	"milieu/internal/network"
	"milieu/internal/stat"
)

// Options say what is counted.
type Options struct {
	Years    int // a tie follows when it begins in the year of the meeting or up to so many years later
	Least    int // pairs below which no share is given
	Shuffles int // of the test against chance; 0 is 499, fewer where there are many pairs
	Seed     uint64
}

// Usual are the options where nobody asks for others.
var Usual = Options{Years: 2, Least: 10, Shuffles: 499, Seed: 6}

// Result is what followed all meetings, and those of each place, theme and kind, and each meeting.
type Result struct {
	Options  Options
	All      Group
	Places   []Group
	Themes   []Group
	Kinds    []Group
	Meetings []Group // in the order of the book's meetings, those at which two organisations or more were
	Undated  int     // meetings without a year: left out
	Single   int     // meetings of fewer than two organisations: left out
	Last     int     // newest year of the ties on record: pairs that met less than Years before are not counted
	Shuffles int     // that were drawn
}

// Group is what followed some meetings. A pair counts once, at its first meeting of the group.
type Group struct {
	Key, Name     string
	Meetings      int
	Organisations int
	Pairs         int // pairs that met
	Before        int // of them tied before the year of the meeting
	Undated       int // of them with a tie of which no record says since when, which may be older or younger: left out
	Recent        int // of them that met too lately to be followed for all the years
	Free          int // the rest: free of ties and followed for all the years
	Later         int // of the free, tied from the year of the meeting on
	// Enough says that Free is at least Options.Least; without it what follows means nothing.
	Enough bool
	Share  float64       // Later of Free
	Range  stat.Interval // of the share: Wilson, 95 %, as if pairs were independent, which those of one meeting are not
	// Tested says that there are others of the same roles with whom chance could have mixed them.
	Tested   bool
	Expected float64       // mean share where who met whom is shuffled among attenders of one role
	Chance   stat.Interval // in which the shares of 95 % of the shuffles lie
	P        float64       // how often a shuffle comes to the share or more
	Q        float64       // P adjusted for the groups of its list (Benjamini-Hochberg)
	Ties     []Tie         // that followed, by year
}

// Beyond says that more followed than chance explains, holding false findings among the groups of a list to one in twenty.
func (g Group) Beyond() bool { return g.Enough && g.Tested && g.Q <= 0.05 && g.Share > g.Expected }

// Tie is a tie that followed a meeting.
type Tie struct {
	A, B    int32  // organisations of the book, A < B
	Meeting int    // of Book.Meetings
	Year    int    // in which the tie began
	Kind    string // key of the kind of the tie
}

// pairKey is a pair of organisations, the lower number first.
type pairKey struct{ a, b int32 }

func pairOf(a, b int32) pairKey { return pairKey{min(a, b), max(a, b)} }

// begun is since when two are tied.
type begun struct {
	year    int // of the first dated tie, 0 where none is dated
	kind    string
	undated bool // a tie of theirs has no year
}

// seen is a pair at a meeting.
type seen struct {
	pairKey
	meeting int
	year    int
}

// Follow counts what followed the meetings of a book.
func Follow(b *network.Book, o Options) Result {
	if o.Shuffles <= 0 {
		o.Shuffles = Usual.Shuffles
	}
	r := Result{Options: o}
	_, r.Last = b.Years()
	ties := beginnings(b)
	lists := grouped(b, &r)
	met, from := together(b)
	var all [5][]Group
	var pairs [][]int32
	var of []*Group
	for i, list := range lists {
		all[i] = make([]Group, len(list))
		for j, m := range list {
			g := &all[i][j]
			g.Key, g.Name = m.key, m.name
			first := firstMeetings(b, m.meetings, met, from)
			g.count(b, m.meetings, first, met, ties, r)
			pairs, of = append(pairs, first), append(of, g)
		}
	}
	r.Shuffles = shuffle(b, met, pairs, of, ties, r)
	for _, list := range all {
		adjust(list)
	}
	if len(all[0]) > 0 {
		r.All = all[0][0]
	}
	r.Places, r.Themes, r.Kinds, r.Meetings = all[1], all[2], all[3], all[4]
	return r
}

// beginnings are since when each pair is tied.
func beginnings(b *network.Book) map[pairKey]begun {
	out := map[pairKey]begun{}
	for _, l := range b.Links() {
		kind := b.Kind(l)
		if kind.Family != network.FamilyTie {
			continue
		}
		p := pairOf(l.A, l.B)
		t := out[p]
		switch {
		case l.First == 0:
			t.undated = true
		case t.year == 0 || int(l.First) < t.year:
			t.year, t.kind = int(l.First), kind.Key
		}
		out[p] = t
	}
	return out
}

// some are the meetings of a group.
type some struct {
	key, name string
	meetings  []int
}

// grouped puts the meetings that can be followed into groups: all, by place, theme, kind, and each alone.
func grouped(b *network.Book, r *Result) [5][]some {
	var each []some
	places, themes, kinds := map[string]*some{}, map[string]*some{}, map[string]*some{}
	put := func(into map[string]*some, key, name string, i int) {
		if into[key] == nil {
			into[key] = &some{key: key, name: name}
		}
		into[key].meetings = append(into[key].meetings, i)
	}
	all := some{key: "all", name: "All meetings"}
	for i, m := range b.Meetings() {
		switch {
		case m.Year == 0:
			r.Undated++
			continue
		case len(m.Orgs) < 2:
			r.Single++
			continue
		}
		all.meetings = append(all.meetings, i)
		each = append(each, some{m.ID, m.Name, []int{i}})
		if key, name := PlaceOf(m); key != "" {
			put(places, key, name, i)
		}
		for _, t := range ThemesOf(m) {
			put(themes, t, t, i)
		}
		put(kinds, m.Kind, m.Kind, i)
	}
	out := [5][]some{nil, sorted(places), sorted(themes), sorted(kinds), each}
	if len(all.meetings) > 0 {
		out[0] = []some{all}
	}
	return out
}

// sorted are the groups with the most meetings first, then by name.
func sorted(m map[string]*some) []some {
	out := make([]some, 0, len(m))
	for _, s := range m {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b some) int {
		return cmp.Or(cmp.Compare(len(b.meetings), len(a.meetings)), strings.Compare(a.name, b.name), strings.Compare(a.key, b.key))
	})
	return out
}

// PlaceOf is the place of a meeting: its facility, or else the place in words, the same whatever the letters' case; "" where neither is known.
func PlaceOf(m network.Meeting) (key, name string) {
	if m.Place == "" {
		return m.PlaceID, m.PlaceID
	}
	if m.PlaceID != "" {
		return m.PlaceID, m.Place
	}
	return strings.Join(strings.Fields(strings.ToLower(m.Place)), " "), m.Place
}

// ThemesOf are the themes of a meeting, each once.
func ThemesOf(m network.Meeting) []string {
	var out []string
	for _, t := range strings.Split(m.Theme, ";") {
		if t = strings.Join(strings.Fields(strings.ToLower(t)), " "); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// together are the pairs of each meeting that can be followed, and where those of a meeting begin.
func together(b *network.Book) (met []seen, from []int) {
	from = make([]int, len(b.Meetings())+1)
	for i, m := range b.Meetings() {
		from[i] = len(met)
		for x := range m.Orgs {
			for y := x + 1; y < len(m.Orgs) && m.Year != 0; y++ {
				met = append(met, seen{pairOf(m.Orgs[x], m.Orgs[y]), i, m.Year})
			}
		}
	}
	from[len(b.Meetings())] = len(met)
	return met, from
}

// firstMeetings are the pairs of some meetings, each at the first of them, as numbers of met.
func firstMeetings(b *network.Book, meetings []int, met []seen, from []int) []int32 {
	all := b.Meetings()
	order := slices.Clone(meetings)
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(all[x].Year, all[y].Year) })
	var out []int32
	known := map[pairKey]bool{}
	for _, i := range order {
		for k := from[i]; k < from[i+1]; k++ {
			if len(order) > 1 {
				if known[met[k].pairKey] {
					continue
				}
				known[met[k].pairKey] = true
			}
			out = append(out, int32(k))
		}
	}
	return out
}

// fate is what became of a pair that met.
type fate uint8

const (
	before fate = iota
	undated
	recent
	free
	later
)

// fateOf says what became of a pair that met in a year.
func (r Result) fateOf(t begun, year int) fate {
	switch {
	case t.year != 0 && t.year < year:
		return before
	case t.undated:
		return undated
	case year+r.Options.Years > r.Last:
		return recent
	case t.year != 0 && t.year <= year+r.Options.Years:
		return later
	}
	return free
}

func (g *Group) count(b *network.Book, meetings []int, first []int32, met []seen, ties map[pairKey]begun, r Result) {
	g.Meetings, g.Pairs = len(meetings), len(first)
	orgs := map[int32]bool{}
	for _, i := range meetings {
		for _, o := range b.Meetings()[i].Orgs {
			orgs[o] = true
		}
	}
	g.Organisations = len(orgs)
	for _, k := range first {
		p := met[k]
		t := ties[p.pairKey]
		switch r.fateOf(t, p.year) {
		case before:
			g.Before++
		case undated:
			g.Undated++
		case recent:
			g.Recent++
		case later:
			g.Free++
			g.Later++
			g.Ties = append(g.Ties, Tie{p.a, p.b, p.meeting, t.year, t.kind})
		default:
			g.Free++
		}
	}
	slices.SortFunc(g.Ties, func(x, y Tie) int {
		return cmp.Or(cmp.Compare(x.Year, y.Year), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	if g.Enough = g.Free >= max(r.Options.Least, 1); g.Enough {
		g.Share, g.Range = float64(g.Later)/float64(g.Free), stat.WilsonInterval(g.Later, g.Free, 0.95)
	}
}
