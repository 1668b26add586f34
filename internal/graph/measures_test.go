package graph

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// measured is one graph with networkx's values, made by oracle/graph/measures.py.
type measured struct {
	Name          string
	Directed      bool
	Nodes         []string
	Edges         [][3]float64
	Density       float64
	Assortativity *float64
	Transitivity  float64
	Articulation  []int32
	Bridges       [][2]int32
	Groups        []int
	Brokerage     [][5]int64
	Scores        [][7]float64
	Values        map[string][]*float64 // nil: not defined
}

func (c measured) graph(t testing.TB) *Graph {
	t.Helper()
	from, to, w := make([]int32, len(c.Edges)), make([]int32, len(c.Edges)), make([]float64, len(c.Edges))
	for i, e := range c.Edges {
		from[i], to[i], w[i] = int32(e[0]), int32(e[1]), e[2]
	}
	g, err := Indexed(c.Nodes, from, to, w, c.Directed)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func measures(t testing.TB) []measured {
	t.Helper()
	b, err := os.ReadFile("testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []measured
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// known returns the case with the given name.
func known(t testing.TB, name string) (measured, *Graph) {
	t.Helper()
	for _, c := range measures(t) {
		if c.Name == name {
			return c, c.graph(t)
		}
	}
	t.Fatalf("no graph %q", name)
	return measured{}, nil
}

// vectors are the measures with one value a node, as the oracle names them; " weighted" is added for those on weights.
var vectors = map[string]func(g *Graph, weighted bool) ([]float64, error){
	"closeness": func(g *Graph, w bool) ([]float64, error) { return Closeness(context.Background(), g, w) },
	"harmonic":  func(g *Graph, w bool) ([]float64, error) { return Harmonic(context.Background(), g, w) },
	"pagerank": func(g *Graph, w bool) ([]float64, error) {
		return PageRank(g, PageRankOptions{Weighted: w}), nil
	},
	"eigenvector":    Eigenvector,
	"constraint":     func(g *Graph, w bool) ([]float64, error) { return Constraint(g, w), nil },
	"effective-size": func(g *Graph, w bool) ([]float64, error) { return EffectiveSize(g, w), nil },
	"clustering":     func(g *Graph, w bool) ([]float64, error) { return Clustering(g, w), nil },
	"core": func(g *Graph, _ bool) ([]float64, error) {
		var out []float64
		for _, k := range Core(g) {
			out = append(out, float64(k))
		}
		return out, nil
	},
}

func TestMeasures(t *testing.T) {
	for _, c := range measures(t) {
		t.Run(c.Name, func(t *testing.T) {
			g := c.graph(t)
			for _, weighted := range []bool{false, true} {
				for what, f := range vectors {
					want, ok := c.Values[what+map[bool]string{true: " weighted"}[weighted]]
					if !ok {
						continue
					}
					got, err := f(g, weighted)
					if want == nil {
						if !errors.Is(err, ErrNotConverged) {
							t.Errorf("%s: error %v, want that it does not converge", what, err)
						}
						continue
					}
					if err != nil {
						t.Errorf("%s, weighted %v: %v", what, weighted, err)
						continue
					}
					for v, x := range want {
						if x == nil != math.IsNaN(got[v]) || x != nil && math.Abs(got[v]-*x) > 1e-9*max(1, *x) {
							t.Errorf("%s, weighted %v, of %s: %v, want %v", what, weighted, g.Name(v), got[v], shown(x))
						}
					}
				}
			}
			c.whole(t, g)
		})
	}
}

// whole compares what is of the whole graph, and brokerage.
func (c measured) whole(t *testing.T, g *Graph) {
	t.Helper()
	close := cmpopts.EquateApprox(0, 1e-12)
	if d := cmp.Diff([]float64{c.Density, c.Transitivity}, []float64{Density(g), Transitivity(g)}, close); d != "" {
		t.Errorf("density, transitivity (-want +got)\n%s", d)
	}
	if r := Assortativity(g); c.Assortativity == nil != math.IsNaN(r) || c.Assortativity != nil && math.Abs(r-*c.Assortativity) > 1e-9 {
		t.Errorf("assortativity %v, want %v", r, c.Assortativity)
	}
	if d := cmp.Diff(c.Articulation, ArticulationPoints(g), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("articulation points (-want +got)\n%s", d)
	}
	if d := cmp.Diff(c.Bridges, Bridges(g), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("bridges (-want +got)\n%s", d)
	}
	roles, err := Brokerage(g, c.Groups)
	if err != nil {
		t.Fatal(err)
	}
	for v, r := range roles {
		if got := [5]int64{r.Coordinator, r.Gatekeeper, r.Representative, r.Consultant, r.Liaison}; got != c.Brokerage[v] {
			t.Errorf("roles of %s: %v, want %v", g.Name(v), got, c.Brokerage[v])
		}
	}
	for i, p := range []Predictor{CommonNeighbours, Jaccard, AdamicAdar, ResourceAllocation, PreferentialAttachment} {
		if g.Directed() {
			break
		}
		s, err := NewScorer(g, p, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range c.Scores {
			if x := s.Of(int(row[0]), int(row[1])); math.Abs(x-row[2+i]) > 1e-9*max(1, x) {
				t.Errorf("score %d of %v and %v: %v, want %v", p, row[0], row[1], x, row[2+i])
			}
		}
	}
}

func shown(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
