package introduce

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Model gives the probability that two organisations are tied, by role, sector
// and distance.
type Model interface{ Expected(a, b int) float64 }

// By makes a model of a function.
type By func(a, b int) float64

// Expected calls the function.
func (f By) Expected(a, b int) float64 { return f(a, b) }

// Index is what Rank works on: made once of a network, read by many goroutines.
type Index struct {
	orgs    []Org
	sectors []Named
	now     int
	words   *vocabulary
	have    [][]int32 // words of themes and offers of each organisation
	offer   [][]int32 // words of its offers alone
	need    [][]int32 // words of its needs
	tied    rows      // alive in the year now; val: isStrong, isWorking, isOutside
	past    rows      // ended, and not alive in another spell; val: twice the last year, and one more where a source names it
	saw     rows      // met, by encounters and meetings; val: how often
	parents rows      // what it is part of
	parts   rows      // what is part of it
	called  [][]int32 // rare words of its name
	newest  []int     // newest year of a dated tie; 0 for none
	part    []int32   // component by the ties
	size    []int     // organisations in the component
	group   []int32   // community, or nil
	between map[uint64]int
	limit   float64 // number of ties from which on an organisation is crowded
	rate    float64 // probability of a tie of the average pair
	mix     *mixing
	like    []float64 // how much a shared word counts, by what its holders do here
	model   Model
}

// What the ties of two are.
const (
	isStrong  = 1 << iota
	isWorking // they do something together
	isOutside // not only that the one is part of the other
)

// rows is compressed rows of a symmetric or directed relation, ascending.
type rows struct {
	start []int32
	to    []int32
	val   []int32
}

func (r rows) of(v int32) []int32   { return r.to[r.start[v]:r.start[v+1]] }
func (r rows) vals(v int32) []int32 { return r.val[r.start[v]:r.start[v+1]] }
func (r rows) degree(v int32) int   { return int(r.start[v+1] - r.start[v]) }
func (r rows) has(a, b int32) bool  { _, ok := r.at(a, b); return ok }
func (r rows) at(a, b int32) (int32, bool) {
	i, ok := slices.BinarySearch(r.of(a), b)
	if !ok {
		return 0, false
	}
	return r.val[int(r.start[a])+i], true
}

type entry struct{ from, to, val int32 }

// makeRows sorts entries into rows and joins those of the same two: their values
// by join, which must not depend on the order.
func makeRows(n int, list []entry, join func(a, b int32) int32) rows {
	start := make([]int32, n+1)
	for _, e := range list {
		start[e.from+1]++
	}
	for v := range n {
		start[v+1] += start[v]
	}
	at, sorted := slices.Clone(start), make([]entry, len(list))
	for _, e := range list {
		sorted[at[e.from]] = e
		at[e.from]++
	}
	r := rows{start: make([]int32, n+1), to: make([]int32, 0, len(list)), val: make([]int32, 0, len(list))}
	for v := range n {
		row := sorted[start[v]:start[v+1]]
		slices.SortFunc(row, func(a, b entry) int { return cmp.Compare(a.to, b.to) })
		for i, e := range row {
			if i > 0 && row[i-1].to == e.to {
				last := len(r.val) - 1
				r.val[last] = join(r.val[last], e.val)
				continue
			}
			r.to, r.val = append(r.to, e.to), append(r.val, e.val)
		}
		r.start[v+1] = int32(len(r.to))
	}
	return r
}

// Of makes the index of what is known; model may be nil.
func Of(d Data, model Model) *Index {
	x := &Index{orgs: d.Orgs, sectors: d.Sectors, now: d.Now, group: d.Community, model: model, words: newVocabulary(d.Themes)}
	n := len(d.Orgs)
	x.have, x.offer, x.need = make([][]int32, n), make([][]int32, n), make([][]int32, n)
	for v := range d.Orgs {
		o := &d.Orgs[v]
		x.have[v], x.offer[v], x.need[v] = x.words.all(o.Themes, o.Offers), x.words.all(o.Offers), x.words.all(o.Needs)
	}
	x.words.weigh(x.have)
	x.called = rareNames(d.Orgs)
	x.relate(d)
	x.component()
	x.communities()
	degree := make([]int, n)
	for v := range n {
		degree[v] = x.tied.degree(int32(v))
	}
	sort.Ints(degree)
	x.limit = 15
	if n > 0 {
		x.limit = max(x.limit, float64(degree[n*95/100]))
	}
	if n > 1 {
		x.rate = float64(len(x.tied.to)) / (float64(n) * float64(n-1))
	}
	x.mix = newMixing(x, d.Ties)
	x.like = x.mix.likeness(x.words.names)
	return x
}

// relate sorts the ties into rows.
func (x *Index) relate(d Data) {
	n := len(d.Orgs)
	x.newest = make([]int, n)
	var tied, past, saw, parents, parts []entry
	for _, t := range d.Ties {
		if t.A == t.B {
			continue
		}
		switch {
		case t.Family == "met":
			saw = append(saw, entry{t.A, t.B, 1}, entry{t.B, t.A, 1})
			continue
		case t.Family != "tie":
			continue
		}
		year := t.First // a tie that goes on is no newer than its last record
		if t.Last < 9999 && t.Last > 0 {
			year = max(t.First, min(t.Last, d.Now))
		}
		x.newest[t.A], x.newest[t.B] = max(x.newest[t.A], year), max(x.newest[t.B], year)
		if t.Last != 0 && t.Last < d.Now {
			val := int32(2 * t.Last)
			if !t.Assumed {
				val++
			}
			past = append(past, entry{t.A, t.B, val}, entry{t.B, t.A, val})
			continue
		}
		what := t.what()
		tied = append(tied, entry{t.A, t.B, what}, entry{t.B, t.A, what})
		if t.Inside {
			parents, parts = append(parents, entry{t.A, t.B, 0}), append(parts, entry{t.B, t.A, 0})
		}
	}
	saw = append(saw, meetingEntries(d.Meetings)...)
	larger := func(a, b int32) int32 { return max(a, b) }
	x.tied = makeRows(n, tied, func(a, b int32) int32 { return a | b })
	past = slices.DeleteFunc(past, func(e entry) bool { return x.tied.has(e.from, e.to) })
	x.past = makeRows(n, past, larger)
	x.saw = makeRows(n, saw, func(a, b int32) int32 { return a + b })
	x.parents, x.parts = makeRows(n, parents, larger), makeRows(n, parts, larger)
}

func (t Tie) what() int32 {
	w := int32(0)
	if t.Strong {
		w |= isStrong
	}
	if t.Working {
		w |= isWorking
	}
	if !t.Inside {
		w |= isOutside
	}
	return w
}

// mostAtMeeting is the size from which on a meeting does not mean that any two
// there have met.
const mostAtMeeting = 60

func meetingEntries(meetings []Meeting) []entry {
	var out []entry
	for _, m := range meetings {
		if len(m.Orgs) > mostAtMeeting {
			continue
		}
		for _, a := range m.Orgs {
			for _, b := range m.Orgs {
				if a != b {
					out = append(out, entry{a, b, 1})
				}
			}
		}
	}
	return out
}

func (x *Index) component() {
	n := len(x.orgs)
	x.part = make([]int32, n)
	for v := range x.part {
		x.part[v] = -1
	}
	var queue []int32
	for v := range n {
		if x.part[v] >= 0 {
			continue
		}
		c := int32(len(x.size))
		x.part[v] = c
		queue = append(queue[:0], int32(v))
		for i := 0; i < len(queue); i++ {
			for _, u := range x.tied.of(queue[i]) {
				if x.part[u] < 0 {
					x.part[u] = c
					queue = append(queue, u)
				}
			}
		}
		x.size = append(x.size, len(queue))
	}
}

// communities counts the ties between each two communities.
func (x *Index) communities() {
	if len(x.group) != len(x.orgs) {
		x.group = nil
		return
	}
	x.between = map[uint64]int{}
	for v := range x.orgs {
		for _, u := range x.tied.of(int32(v)) {
			if int32(v) < u && x.group[v] != x.group[u] {
				x.between[pairKey(x.group[v], x.group[u])]++
			}
		}
	}
}

func (x *Index) find(id string) (int, bool) {
	return sort.Find(len(x.orgs), func(i int) int { return cmp.Compare(id, x.orgs[i].ID) })
}

// holds reports whether an organisation has any of the words, ascending, among
// its themes, offers and needs.
func (x *Index) holds(v int, words []int32) bool {
	found := false
	shared(x.have[v], words, func(int32) { found = true })
	shared(x.need[v], words, func(int32) { found = true })
	return found
}

// kilometres is the great-circle distance, -1 when a position is not known.
func (x *Index) kilometres(a, b int32) float64 {
	p, q := &x.orgs[a], &x.orgs[b]
	if !p.Placed || !q.Placed {
		return -1
	}
	const radius, degree = 6371.0088, math.Pi / 180
	dLat, dLon := math.Sin((q.Lat-p.Lat)*degree/2), math.Sin((q.Lon-p.Lon)*degree/2)
	h := float64(dLat*dLat) + float64(math.Cos(p.Lat*degree)*math.Cos(q.Lat*degree))*float64(dLon*dLon)
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}
