package link

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func groups(c Clustering) string {
	var out []string
	for _, g := range c.Clusters {
		out = append(out, "{"+strings.Join(g.Records, ",")+"}")
	}
	return strings.Join(out, "")
}

func edge(a, b string, p float64) Edge {
	return Edge{A: a, B: b, Weight: logit(p), Probability: p, By: "test"}
}

// TestSingleBest is splink tests/test_cluster_using_single_best_links.py, example 1
// (doc/METHODS.md).
func TestSingleBest(t *testing.T) {
	unique := map[string]string{}
	var records []string
	for i := range 9 {
		records = append(records, fmt.Sprint(i))
		unique[fmt.Sprint(i)] = string("abc"[i%3])
	}
	edges := []Edge{edge("0", "1", .90), edge("1", "2", .70), edge("3", "5", .85), edge("4", "5", .90), edge("6", "5", .80), edge("6", "7", .70)}
	c := SingleBest(records, edges, unique)
	if got := groups(c); got != "{0,1,2}{3,4,5}{6,7}{8}" {
		t.Errorf("clusters %s", got)
	}
	if len(c.Refused) != 1 || c.Refused[0].A != "5" || c.Refused[0].B != "6" || c.Refused[0].Why != "3 and 6 both stand in a, which holds no duplicates" {
		t.Errorf("refused %+v", c.Refused)
	}
}

func TestCluster(t *testing.T) {
	number := Label{"company number", map[string][]string{"a": {"1"}, "c": {"2"}, "d": {"1", "2"}}}
	tests := []struct {
		name    string
		edges   []Edge
		c       Constraints
		want    string
		refused string
		clash   string
	}{
		{"no edge", nil, Constraints{}, "{a}{b}{c}{d}{e}", "", ""},
		{"chain", []Edge{edge("a", "b", .9), edge("b", "c", .8)}, Constraints{}, "{a,b,c}{d}{e}", "", ""},
		{"numbers clash, the weaker link gives way", []Edge{edge("a", "b", .8), edge("b", "c", .9)}, Constraints{Distinct: []Label{number}},
			"{a}{b,c}{d}{e}", "a has company number 1 and c has 2", ""},
		{"a record of both numbers joins both", []Edge{edge("a", "d", .9), edge("c", "d", .8)}, Constraints{Distinct: []Label{number}}, "{a,c,d}{b}{e}", "", ""},
		{"decided to be different", []Edge{edge("a", "b", .9), edge("b", "c", .8), edge("a", "c", .7)}, Constraints{Different: [][2]string{{"c", "a"}}},
			"{a,b}{c}{d}{e}", "a decision keeps a and c apart", ""},
		{"decided to be the same, without an edge", nil, Constraints{Same: [][2]string{{"e", "a"}}}, "{a,e}{b}{c}{d}", "", ""},
		{"the same beats a number", nil, Constraints{Same: [][2]string{{"a", "c"}}, Distinct: []Label{number}}, "{a,c}{b}{d}{e}", "",
			"a and c are decided to be the same, although a has company number 1 and c has 2"},
		{"decisions that contradict", nil, Constraints{Same: [][2]string{{"a", "b"}, {"b", "c"}}, Different: [][2]string{{"a", "c"}}}, "{a,b,c}{d}{e}", "",
			"a and c are decided to be different, and other decisions make them the same"},
		{"a decision reaches those joined later", []Edge{edge("a", "b", .9), edge("c", "d", .9), edge("b", "d", .8)}, Constraints{Different: [][2]string{{"a", "c"}}},
			"{a,b}{c,d}{e}", "a decision keeps a and c apart", ""},
	}
	for _, test := range tests {
		c := Cluster([]string{"e", "d", "c", "b", "a"}, test.edges, test.c)
		if got := groups(c); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		refused := ""
		if len(c.Refused) > 0 {
			refused = c.Refused[0].Why
		}
		if refused != test.refused {
			t.Errorf("%s: refused because %q, want %q", test.name, refused, test.refused)
		}
		if got := strings.Join(c.Conflicts, "; "); got != test.clash {
			t.Errorf("%s: conflicts %q, want %q", test.name, got, test.clash)
		}
	}
}

// TestCluster_measures: density 0.4 for five records and four links (doc/METHODS.md),
// bridges, the weakest link and the flag of size.
func TestCluster_measures(t *testing.T) {
	c := Cluster([]string{"z"}, []Edge{edge("a", "b", .9), edge("b", "c", .8), edge("c", "d", .7), edge("d", "e", .95)}, Constraints{Large: 5})
	g := c.Clusters[0]
	if g.Density != 0.4 || !g.Large || g.Weakest.A != "c" || g.Weakest.B != "d" {
		t.Errorf("chain: %+v", g)
	}
	var cut []string
	for _, b := range g.Bridges {
		cut = append(cut, b.A+b.B)
	}
	if d := cmp.Diff([]string{"cd", "bc"}, cut); d != "" {
		t.Errorf("bridges of a chain, the ends left alone:\n%s", d)
	}
	if z := c.Clusters[1]; z.Density != 0 || z.Large || z.Bridges != nil || z.Weakest.By != "" {
		t.Errorf("single record: %+v", z)
	}
	ring := Cluster(nil, []Edge{edge("a", "b", .9), edge("b", "c", .9), edge("c", "d", .9), edge("d", "a", .9)}, Constraints{})
	if len(ring.Clusters[0].Bridges) != 0 {
		t.Errorf("a ring has bridges: %+v", ring.Clusters[0].Bridges)
	}
	two := Cluster(nil, []Edge{edge("a", "b", .9), edge("b", "c", .9), edge("c", "a", .9), edge("c", "d", .6), edge("d", "e", .9), edge("e", "f", .9), edge("f", "d", .9)}, Constraints{})
	if b := two.Clusters[0].Bridges; len(b) != 1 || b[0].A != "c" || b[0].B != "d" {
		t.Errorf("two triangles: bridges %+v", b)
	}
}

// TestCluster_order: the order of records and edges changes nothing, and no
// constraint is broken.
func TestCluster_order(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 3))
		var edges []Edge
		var different [][2]string
		number, unique := map[string][]string{}, map[string]string{}
		name := func() string { return fmt.Sprint("r", r.IntN(30)) }
		for range 60 {
			if a, b := name(), name(); a != b {
				edges = append(edges, edge(a, b, float64(1+r.IntN(9))/10))
			}
		}
		for range 5 {
			if a, b := name(), name(); a != b {
				different = append(different, [2]string{a, b})
			}
			number[name()] = []string{fmt.Sprint(r.IntN(3))}
			unique[name()] = "u"
		}
		c := Constraints{Different: different, Distinct: []Label{{"n", number}}, Unique: unique}
		want := Cluster(nil, edges, c)
		shuffled := slices.Clone(edges)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range shuffled {
			if r.IntN(2) == 0 {
				shuffled[i].A, shuffled[i].B = shuffled[i].B, shuffled[i].A
			}
		}
		if d := cmp.Diff(want, Cluster(nil, shuffled, c)); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
		for _, g := range want.Clusters {
			numbers, tables := map[string]bool{}, 0
			for _, rec := range g.Records {
				for _, v := range number[rec] {
					numbers[v] = true
				}
				if unique[rec] != "" {
					tables++
				}
			}
			if len(numbers) > 1 || tables > 1 {
				t.Errorf("seed %d: cluster %v has %d numbers and %d rows of one table", seed, g.Records, len(numbers), tables)
			}
			for _, p := range different {
				if slices.Contains(g.Records, p[0]) && slices.Contains(g.Records, p[1]) {
					t.Errorf("seed %d: %v in one cluster", seed, p)
				}
			}
		}
	}
}
