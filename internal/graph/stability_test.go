package graph

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

func stabilityOf(t testing.TB, g *Graph, p Partition, o StabilityOptions) Stability {
	t.Helper()
	s, err := Stabilities(context.Background(), g, p, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStabilities: cliques are found again whatever ties are missing; wrong pairs of cliques are not, although the
// modularity prefers them; what chance drew is not.
func TestStabilities(t *testing.T) {
	ring := ringOfCliques(t, 30, 5)
	right := LeidenOptions{Resolution: 3}
	s := stabilityOf(t, ring, leidenOf(t, ring, right), StabilityOptions{Leiden: right})
	for c, jaccard := range s.Community {
		if jaccard < 0.9 || s.Dissolved[c] > 0.1 {
			t.Errorf("clique %d: %v, dissolved in %v of the runs", c, jaccard, s.Dissolved[c])
		}
	}
	pairs := stabilityOf(t, ring, leidenOf(t, ring, LeidenOptions{}), StabilityOptions{})
	if mean := meanOf(pairs.Community); mean > 0.85 || pairs.AMI > s.AMI-0.05 {
		t.Errorf("pairs of cliques: %v, AMI %v; cliques %v", mean, pairs.AMI, s.AMI)
	}
	drawn := byChance(t, 300, 900)
	p := leidenOf(t, drawn, LeidenOptions{})
	if s := stabilityOf(t, drawn, p, StabilityOptions{}); meanOf(s.Community) > 0.5 || p.Modularity < 0.3 {
		t.Errorf("communities of modularity %v in a graph without any: %v", p.Modularity, meanOf(s.Community))
	}
}

// byChance ties n nodes by chance.
func byChance(t testing.TB, n, ties int) *Graph {
	t.Helper()
	r := rand.New(rand.NewPCG(8, 9))
	var edges []Edge
	for range ties {
		edges = append(edges, Edge{fmt.Sprintf("%06d", r.IntN(n)), fmt.Sprintf("%06d", r.IntN(n)), 1})
	}
	g, err := New(edges, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestStabilities_seeds: without ties left out karate's optimum is found again in every run.
func TestStabilities_seeds(t *testing.T) {
	g := oracle(t)[0].graph(t)
	p := leidenOf(t, g, LeidenOptions{})
	s := stabilityOf(t, g, p, StabilityOptions{Leiden: LeidenOptions{Starts: 24}, Omit: -1, Runs: 5, Pairs: [][2]int{{0, 1}, {0, 33}}})
	if !slices.Equal(s.Pair, []float64{1, 0}) {
		t.Errorf("nodes 0 and 1, 0 and 33 are together in %v of the runs", s.Pair)
	}
	if s.AMI != 1 || meanOf(s.Community) != 1 || meanOf(s.Node) != 1 || s.Runs != 5 {
		t.Errorf("%+v", s)
	}
}

func TestStabilities_bits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	g := district(t)
	p := leidenOf(t, g, LeidenOptions{})
	runtime.GOMAXPROCS(1)
	one := stabilityOf(t, g, p, StabilityOptions{Runs: 4})
	runtime.GOMAXPROCS(3)
	if !reflect.DeepEqual(one, stabilityOf(t, g, p, StabilityOptions{Runs: 4})) {
		t.Error("three processors give another stability than one")
	}
	for v, share := range one.Node {
		if share < 0 || share > 1 {
			t.Errorf("node %d: %v", v, share)
		}
	}
}

func TestStabilities_edges(t *testing.T) {
	g := oracle(t)[0].graph(t)
	p := leidenOf(t, g, LeidenOptions{})
	for _, o := range []StabilityOptions{{Runs: -1}, {Omit: 1}, {Leiden: LeidenOptions{Resolution: -1}}} {
		if _, err := Stabilities(context.Background(), g, p, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Stabilities(ctx, g, p, StabilityOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
