package champion

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"strings"
)

// greedy is the state of a choice.
type greedy struct {
	in         Input
	k, cap     int
	least      int
	wReach     float64 // value of an organisation reached
	wTrust     float64 // value of a nominator
	start, to  []int32 // ties in compressed rows
	by         [][]int32
	slots      [][]string
	eligible   []bool
	scope      []bool // to be reached
	of         int
	nominators int
	most       int // limits that one organisation counts for, the size of the set included

	chosen  []bool
	reached []bool // by the set
	heard   []bool // nominators of the set
	used    map[string]int
	stamp   []int32
	now     int32
	queue   queue
	consent map[string]bool
	set     Set
}

func newGreedy(in Input, a Ask) (*greedy, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	n := len(in.Orgs)
	g := &greedy{in: in, k: cmp.Or(a.K, defaultK), used: map[string]int{}, consent: a.Consented, chosen: make([]bool, n), reached: make([]bool, n), heard: make([]bool, n),
		stamp: make([]int32, n), eligible: make([]bool, n), scope: make([]bool, n), slots: make([][]string, n)}
	g.cap = max(1, int(float64(g.k)*cmp.Or(a.Share, defaultShare)+1e-9))
	g.rows()
	known := a.Sector == ""
	for v, o := range in.Orgs {
		g.scope[v] = a.Sector == "" || slices.Contains(o.Sectors, a.Sector)
		known = known || g.scope[v]
		if g.scope[v] {
			g.of++
		}
		fits := slices.Contains(a.Roles, o.Role) || len(a.Roles) == 0 && o.Role != "funder" && o.Role != "amenity"
		g.eligible[v] = fits && !a.Declined[o.ID]
		g.slots[v] = slotsOf(o, a.By)
		g.most = max(g.most, len(g.slots[v]))
	}
	if !known {
		return nil, fmt.Errorf("no organisation of the network is in a sector %q", a.Sector)
	}
	if g.most > 1 {
		g.most++ // several shares and the size of the set; one share and the size are one matroid
	}
	if g.least = a.Least; g.least <= 0 {
		g.least = max(2, g.of/1000)
	}
	g.trust()
	g.weigh(a)
	g.fill()
	return g, nil
}

// slotsOf is what an organisation counts for: each of its sectors, or its role
// where it has none.
func slotsOf(o Org, by string) []string {
	if by == "role" || len(o.Sectors) == 0 {
		return []string{"role " + cmp.Or(o.Role, "not known")}
	}
	return o.Sectors
}

func (g *greedy) rows() {
	n := len(g.in.Orgs)
	both := make([]Edge, 0, 2*len(g.in.Ties))
	for _, t := range g.in.Ties {
		if t.A != t.B {
			both = append(both, t, Edge{t.B, t.A})
		}
	}
	slices.SortFunc(both, func(p, q Edge) int { return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B)) })
	both = slices.Compact(both)
	g.start = make([]int32, n+1)
	g.to = make([]int32, len(both))
	for i, t := range both {
		g.to[i] = t.B
		g.start[t.A+1]++
	}
	for v := range n {
		g.start[v+1] += g.start[v]
	}
}

func (g *greedy) ties(v int32) []int32 { return g.to[g.start[v]:g.start[v+1]] }

// trust keeps the distinct nominators of each organisation. Nominations of
// oneself, of one's own group and those that were returned are left out: they
// say that two are friends and not that one is trusted.
func (g *greedy) trust() {
	said := map[Nomination]bool{}
	for _, n := range g.in.Names {
		said[n] = true
	}
	g.by = make([][]int32, len(g.in.Orgs))
	anybody := map[int32]bool{}
	for n := range said {
		group := g.in.Orgs[n.By].Group
		if n.By == n.Of || said[Nomination{n.Of, n.By}] || group != "" && group == g.in.Orgs[n.Of].Group {
			g.set.LeftOut++
			continue
		}
		g.by[n.Of] = append(g.by[n.Of], n.By)
		anybody[n.By] = true
	}
	for _, list := range g.by {
		slices.Sort(list)
	}
	g.nominators = len(anybody)
}

func (g *greedy) weigh(a Ask) {
	trust := defaultTrust
	if a.Trust != nil {
		trust = *a.Trust
	}
	if g.nominators == 0 {
		trust = 0
	} else {
		g.wTrust = trust / float64(g.nominators)
	}
	g.wReach = (1 - trust) / float64(max(1, g.of))
}

// within counts the organisations to be reached within two ties of v, all of
// them and those that the set does not reach.
func (g *greedy) within(v int32, mark bool) (all, fresh int) {
	g.now++
	g.stamp[v] = g.now
	see := func(u int32) {
		if g.stamp[u] == g.now {
			return
		}
		g.stamp[u] = g.now
		if !g.scope[u] {
			return
		}
		all++
		if !g.reached[u] {
			fresh++
			g.reached[u] = mark
		}
	}
	for _, u := range g.ties(v) {
		see(u)
	}
	for _, u := range g.ties(v) {
		for _, w := range g.ties(u) {
			see(w)
		}
	}
	return all, fresh
}

// value is what v adds to the set, nothing when that is too little.
func (g *greedy) value(v int32) float64 {
	_, fresh := g.within(v, false)
	named := 0
	for _, b := range g.by[v] {
		if !g.heard[b] {
			named++
		}
	}
	if fresh < g.least && named == 0 {
		return 0
	}
	return float64(g.wReach*float64(fresh)) + float64(g.wTrust*float64(named))
}

// item is an organisation with an upper bound of what it adds; the bound is exact
// when size is the size of the set.
type item struct {
	v     int32
	value float64
	size  int
}

type queue []item

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	return q[i].value > q[j].value || q[i].value == q[j].value && q[i].v < q[j].v
}
func (q *queue) Push(x any) { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (g *greedy) fill() {
	for v := range g.in.Orgs {
		if g.eligible[v] {
			g.queue = append(g.queue, item{int32(v), g.value(int32(v)), 0})
		}
	}
	heap.Init(&g.queue)
}

// next is the organisation that adds most and whose sectors have room; -1 when
// nobody adds anything. What one adds only falls as the set grows, so that
// an old value is an upper bound and most need not be reckoned again.
func (g *greedy) next() int32 {
	size := len(g.set.Order)
	for len(g.queue) > 0 {
		top := g.queue[0]
		switch {
		case g.chosen[top.v] || g.full(top.v):
			heap.Pop(&g.queue) // a full sector never has room again
		case top.value <= 0:
			return -1
		case top.size == size:
			return top.v
		default:
			g.queue[0].value, g.queue[0].size = g.value(top.v), size
			heap.Fix(&g.queue, 0)
		}
	}
	return -1
}

func (g *greedy) full(v int32) bool {
	for _, s := range g.slots[v] {
		if g.used[s] >= g.cap {
			return true
		}
	}
	return false
}

func (g *greedy) take(v int32) {
	o := g.in.Orgs[v]
	all, fresh := g.within(v, true)
	for _, b := range g.by[v] {
		if !g.heard[b] {
			g.heard[b] = true
			g.set.Named++
		}
	}
	g.chosen[v] = true
	for _, s := range g.slots[v] {
		g.used[s]++
	}
	g.set.Reached += fresh
	c := Choice{Node: o.Node, ID: o.ID, Name: o.Name, Role: o.Role, Slot: strings.Join(g.slots[v], ", "), Reach: all, Gain: fresh, Together: g.set.Reached,
		Nominations: len(g.by[v]), Betweenness: -1, Consented: g.consent[o.ID]}
	if g.in.Betweenness != nil {
		c.Betweenness = g.in.Betweenness[v]
	}
	c.Why = say(c, g.of)
	g.set.Order = append(g.set.Order, c)
}

// bound is the most that any K organisations add to what is reached now: the sum
// of the K largest reaches that each adds alone (Nemhauser, Wolsey & Fisher 1978).
func (g *greedy) bound() int {
	var adds []int
	for v := range g.in.Orgs {
		if g.eligible[v] {
			_, fresh := g.within(int32(v), false)
			adds = append(adds, fresh)
		}
	}
	slices.SortFunc(adds, func(p, q int) int { return cmp.Compare(q, p) })
	sum := 0
	for _, a := range adds[:min(g.k, len(adds))] {
		sum += a
	}
	return sum
}

// binding is the slots that are used up and that somebody who was not chosen
// counts for.
func (g *greedy) binding() []string {
	var out []string
	for v := range g.in.Orgs {
		if g.chosen[v] || !g.eligible[v] || len(g.set.Order) == 0 {
			continue
		}
		for _, s := range g.slots[v] {
			if g.used[s] >= g.cap && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	slices.Sort(out)
	return out
}
