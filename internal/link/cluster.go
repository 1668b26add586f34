package link

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Edge is a reason to hold two records for one.
type Edge struct {
	A, B        string
	Weight      float64
	Probability float64
	By          string // in words: what joins them
}

// Label is a mark of which a cluster may carry one value only: a company number.
// A record may carry several values (an organisation with two numbers); two groups of
// records clash when both carry the mark and share no value.
type Label struct {
	Name string
	Of   map[string][]string // values by record
}

// Constraints are what no edge may break.
type Constraints struct {
	Same      [][2]string // joined whatever the edges and labels say
	Different [][2]string // never in one cluster, unless Same joins them
	Distinct  []Label
	// Unique names, by record, the table without duplicates in which it stands: a
	// cluster holds one record of each.
	Unique map[string]string
	// Large is the number of records from which a cluster is flagged; 0 means 50.
	Large int
}

const defaultLarge = 50

// Clustering is what Cluster made of the edges.
type Clustering struct {
	Clusters []Group // in the order of their first record
	// Refused are the edges that a constraint holds off, the strongest first.
	Refused []Refusal
	// Conflicts are constraints that contradict each other, in words.
	Conflicts []string
}

// Group is one cluster.
type Group struct {
	Records []string // in order
	// Weakest is the weakest of the links that hold it together: without it and those
	// below it, the cluster falls apart. Empty for a single record.
	Weakest Edge
	// Bridges are single links whose loss would divide the cluster in two parts of
	// more than one record each.
	Bridges []Edge
	// Large says that it has Constraints.Large records or more.
	Large bool
	// Density is the share of its pairs that have a link; 0 for a single record,
	// where it is not defined.
	Density float64
}

// Refusal is an edge that was not followed.
type Refusal struct {
	Edge
	Why string
}

// Cluster joins records by edges, the strongest first, as far as no constraint is
// broken. Records without an edge become clusters of one. The result depends on
// the sets that are given, not on their order.
func Cluster(records []string, edges []Edge, c Constraints) Clustering {
	g := newGrouping(records, edges, c)
	g.decide(c)
	g.follow()
	return g.result(c.Large)
}

// SingleBest clusters records so that each has at most one link into each unique
// table: the best (METHODS, entity resolution). unique names the table by record.
func SingleBest(records []string, edges []Edge, unique map[string]string) Clustering {
	return Cluster(records, edges, Constraints{Unique: unique})
}

// grouping is a clustering at work: union-find over numbered records, with what each
// group carries.
type grouping struct {
	names  []string
	number map[string]int
	edges  []Edge
	parent []int
	size   []int
	marks  []string                 // names of the labels
	values []map[int]map[string]int // by mark, by root: the values and a record that carries each
	foes   map[int]map[int]int      // by root: records that must stay out, and the member that each is kept from
	tree   map[int]Edge             // by root: the weakest link so far
	out    Clustering
}

func newGrouping(records []string, edges []Edge, c Constraints) *grouping {
	g := &grouping{number: map[string]int{}, foes: map[int]map[int]int{}, tree: map[int]Edge{}}
	add := func(list ...string) { g.names = append(g.names, list...) }
	add(records...)
	for _, e := range edges {
		if e.A == e.B {
			continue
		}
		if e.A > e.B {
			e.A, e.B = e.B, e.A
		}
		add(e.A, e.B)
		g.edges = append(g.edges, e)
	}
	for _, p := range slices.Concat(c.Same, c.Different) {
		add(p[0], p[1])
	}
	slices.Sort(g.names)
	g.names = slices.Compact(g.names)
	for i, n := range g.names {
		g.number[n] = i
		g.parent, g.size = append(g.parent, i), append(g.size, 1)
	}
	slices.SortFunc(g.edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), cmp.Compare(a.By, b.By))
	})
	for _, l := range c.Distinct {
		g.mark(l.Name, l.Of)
	}
	if len(c.Unique) > 0 {
		tables := map[string]map[string][]string{}
		for r, t := range c.Unique {
			if tables[t] == nil {
				tables[t] = map[string][]string{}
			}
			tables[t][r] = []string{r}
		}
		for _, t := range sortedKeys(tables) {
			g.mark(uniqueMark+t, tables[t])
		}
	}
	return g
}

// uniqueMark begins the names of marks that stand for tables without duplicates.
const uniqueMark = "\x00"

func (g *grouping) mark(name string, of map[string][]string) {
	byRoot := map[int]map[string]int{}
	for r, values := range of {
		i, ok := g.number[r]
		if !ok || len(values) == 0 {
			continue
		}
		byRoot[i] = map[string]int{}
		for _, v := range values {
			byRoot[i][v] = i
		}
	}
	g.marks, g.values = append(g.marks, name), append(g.values, byRoot)
}

func (g *grouping) find(i int) int {
	for g.parent[i] != i {
		g.parent[i] = g.parent[g.parent[i]]
		i = g.parent[i]
	}
	return i
}

// decide joins what must be joined and notes what must stay apart.
func (g *grouping) decide(c Constraints) {
	for _, p := range ordered(c.Same) {
		a, b := g.find(g.number[p[0]]), g.find(g.number[p[1]])
		if a == b {
			continue
		}
		if why := g.clash(a, b); why != "" {
			g.out.Conflicts = append(g.out.Conflicts, fmt.Sprintf("%s and %s are decided to be the same, although %s", p[0], p[1], why))
		}
		g.union(a, b)
	}
	for _, p := range ordered(c.Different) {
		a, b := g.number[p[0]], g.number[p[1]]
		ra, rb := g.find(a), g.find(b)
		if ra == rb {
			g.out.Conflicts = append(g.out.Conflicts, fmt.Sprintf("%s and %s are decided to be different, and other decisions make them the same", p[0], p[1]))
			continue
		}
		for _, f := range [][3]int{{ra, b, a}, {rb, a, b}} {
			if g.foes[f[0]] == nil {
				g.foes[f[0]] = map[int]int{}
			}
			g.foes[f[0]][f[1]] = f[2]
		}
	}
}

// ordered brings pairs, and the records in them, into order.
func ordered(pairs [][2]string) [][2]string {
	out := slices.Clone(pairs)
	for i := range out {
		if out[i][0] > out[i][1] {
			out[i][0], out[i][1] = out[i][1], out[i][0]
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return slices.Compact(out)
}

// follow follows the edges, the strongest first.
func (g *grouping) follow() {
	for _, e := range g.edges {
		a, b := g.find(g.number[e.A]), g.find(g.number[e.B])
		if a == b {
			continue
		}
		if why := g.clash(a, b); why != "" {
			g.out.Refused = append(g.out.Refused, Refusal{e, why})
			continue
		}
		// Edges come in falling order: this one is the weakest that holds the new group.
		g.tree[g.union(a, b)] = e
	}
}

// clash says which constraint keeps two groups apart, "" when none does.
func (g *grouping) clash(a, b int) string {
	if len(g.foes[a]) > len(g.foes[b]) {
		a, b = b, a
	}
	best := -1
	for f := range g.foes[a] {
		if g.find(f) == b && (best < 0 || f < best) {
			best = f
		}
	}
	if best >= 0 {
		x, y := g.names[g.foes[a][best]], g.names[best]
		return fmt.Sprintf("a decision keeps %s and %s apart", min(x, y), max(x, y))
	}
	for i, byRoot := range g.values {
		va, vb := byRoot[a], byRoot[b]
		if len(va) == 0 || len(vb) == 0 || shared(va, vb) {
			continue
		}
		x, y := sortedKeys(va)[0], sortedKeys(vb)[0]
		if table, ok := strings.CutPrefix(g.marks[i], uniqueMark); ok {
			return fmt.Sprintf("%s and %s both stand in %s, which holds no duplicates", min(x, y), max(x, y), table)
		}
		return fmt.Sprintf("%s has %s %s and %s has %s", g.names[va[x]], g.marks[i], x, g.names[vb[y]], y)
	}
	return ""
}

func shared(a, b map[string]int) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for v := range a {
		if _, ok := b[v]; ok {
			return true
		}
	}
	return false
}

// union joins two groups, the smaller into the larger, and returns the root.
func (g *grouping) union(a, b int) int {
	if g.size[a] < g.size[b] || g.size[a] == g.size[b] && a > b {
		a, b = b, a
	}
	g.parent[b] = a
	g.size[a] += g.size[b]
	for _, byRoot := range g.values {
		if len(byRoot[b]) == 0 {
			continue
		}
		if byRoot[a] == nil {
			byRoot[a] = map[string]int{}
		}
		for v, r := range byRoot[b] {
			if was, ok := byRoot[a][v]; !ok || r < was {
				byRoot[a][v] = r
			}
		}
		delete(byRoot, b)
	}
	for f, own := range g.foes[b] {
		if g.foes[a] == nil {
			g.foes[a] = map[int]int{}
		}
		if was, ok := g.foes[a][f]; !ok || own < was {
			g.foes[a][f] = own
		}
	}
	delete(g.foes, b)
	return a
}

// result gathers the groups and looks for bridges.
func (g *grouping) result(large int) Clustering {
	if large == 0 {
		large = defaultLarge
	}
	members := map[int][]int{}
	for i := range g.names {
		r := g.find(i)
		members[r] = append(members[r], i)
	}
	inside := map[int][]Edge{}
	for _, e := range g.edges {
		if r := g.find(g.number[e.A]); r == g.find(g.number[e.B]) {
			inside[r] = append(inside[r], e)
		}
	}
	for i := range g.names {
		r := g.find(i)
		list := members[r]
		if list[0] != i {
			continue
		}
		group := Group{Large: len(list) >= large, Weakest: g.tree[r]}
		for _, m := range list {
			group.Records = append(group.Records, g.names[m])
		}
		if n := len(list); n > 1 {
			edges := onePerPair(inside[r])
			group.Density = float64(len(edges)) / (float64(n) * float64(n-1) / 2)
			group.Bridges = bridges(group.Records, edges)
		}
		g.out.Clusters = append(g.out.Clusters, group)
	}
	return g.out
}

// onePerPair keeps the strongest edge of each pair of records.
func onePerPair(edges []Edge) []Edge {
	seen := map[[2]string]bool{}
	var out []Edge
	for _, e := range edges {
		if p := [2]string{e.A, e.B}; !seen[p] {
			seen[p] = true
			out = append(out, e)
		}
	}
	return out
}
