package graph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sampled(t testing.TB, g *Graph, o SampleOptions) Sampled {
	t.Helper()
	s, err := BetweennessSampled(context.Background(), g, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBetweennessSampled_all: with every node a pivot nothing is left to chance.
func TestBetweennessSampled_all(t *testing.T) {
	for _, c := range oracle(t) {
		g := c.graph(t)
		for _, b := range []BetweennessOptions{{}, {Weighted: true}, {Normalised: true}} {
			s := sampled(t, g, SampleOptions{Weighted: b.Weighted, Normalised: b.Normalised, Pivots: g.Len()})
			near(t, c.Name, s.Values, between(t, g, b))
			if s.Epsilon != 0 || s.Relative != 0 || sum(s.StdErr) != 0 || s.Pivots != g.Len() {
				t.Errorf("%s: all %d of %d nodes are pivots, yet epsilon %v and relative error %v", c.Name, s.Pivots, s.Of, s.Epsilon, s.Relative)
			}
		}
	}
}

// TestBetweennessSampled_unbiased: over many seeds the mean is the value, the spread is what the standard errors say,
// and the bound holds far more often than it must.
func TestBetweennessSampled_unbiased(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		w    bool
	}{{"plain", Options{}, false}, {"weighted", Options{}, true}, {"directed", Options{Directed: true}, false}} {
		var edges []Edge
		p := planted(t, 200)
		for v := range p.Len() {
			nodes, weights := p.Neighbours(v)
			for i, w := range nodes {
				if int(w) > v {
					edges = append(edges, Edge{p.Name(v), p.Name(int(w)), weights[i]})
				}
			}
		}
		edges = append(edges, Edge{p.Name(0), "leaf", 1}, Edge{"leaf", "leaf2", 1})
		g, err := New(edges, c.o)
		if err != nil {
			t.Fatal(err)
		}
		exact := between(t, g, BetweennessOptions{Weighted: c.w})
		n := float64(g.Len())
		pairs := (n - 1) * (n - 2) / 2
		if c.o.Directed {
			pairs *= 2
		}
		const runs = 150
		mean, claimed, seen, broken := make([]float64, g.Len()), 0.0, 0.0, 0
		for seed := range uint64(runs) {
			s := sampled(t, g, SampleOptions{Weighted: c.w, Seed: seed, Pivots: 40})
			for v, x := range s.Values {
				mean[v] += x / runs
				claimed += s.StdErr[v] * s.StdErr[v]
				seen += (x - exact[v]) * (x - exact[v])
				if math.Abs(x-exact[v]) > s.Epsilon*pairs {
					broken++
				}
			}
		}
		if broken > 0 || seen/claimed > 1.1 || seen/claimed < 0.9 {
			t.Errorf("%s: %d values outside the bound; variance %.3f times what was claimed", c.name, broken, seen/claimed)
		}
		off := 0.0
		for v := range mean {
			off += (mean[v] - exact[v]) * (mean[v] - exact[v]) * runs / seen * runs
		}
		if off > 1.3 {
			t.Errorf("%s: the mean of %d runs is off by %.2f of what chance explains", c.name, runs, off)
		}
		if leaf, _ := g.Node("leaf2"); mean[leaf] != 0 {
			t.Errorf("%s: a node at an end has %v", c.name, mean[leaf])
		}
	}
}

// TestBetweennessSampled_stops: without a number of pivots the draw goes on until both errors are small enough.
func TestBetweennessSampled_stops(t *testing.T) {
	g := planted(t, 800)
	s := sampled(t, g, SampleOptions{Seed: 1, Epsilon: 0.2, Relative: 0.1})
	if s.Pivots >= g.Len() || s.Epsilon > 0.2 || s.Relative > 0.1 || s.Confidence != 0.95 {
		t.Errorf("%d pivots, epsilon %v, relative error %v", s.Pivots, s.Epsilon, s.Relative)
	}
	exact := between(t, g, BetweennessOptions{})
	for v, x := range s.Values {
		if math.Abs(x-exact[v]) > s.Epsilon*float64(g.Len()-1)*float64(g.Len()-2)/2 {
			t.Errorf("node %d: %v, exact %v", v, x, exact[v])
		}
	}
	if all := sampled(t, g, SampleOptions{Epsilon: 1e-9}); all.Pivots != g.Len() || all.Epsilon != 0 {
		t.Errorf("%d pivots with epsilon %v; want all and none", all.Pivots, all.Epsilon)
	}
	was := runtime.GOMAXPROCS(1)
	one := sampled(t, g, SampleOptions{Seed: 1, Pivots: 300})
	runtime.GOMAXPROCS(5)
	five := sampled(t, g, SampleOptions{Seed: 1, Pivots: 300})
	runtime.GOMAXPROCS(was)
	if d := cmp.Diff(one, five); d != "" {
		t.Errorf("the number of processors changed a bit\n%s", d)
	}
}

func TestBetweennessSampled_errors(t *testing.T) {
	g := planted(t, 100)
	for _, o := range []SampleOptions{{Confidence: 1}, {Confidence: -1}, {Epsilon: -1}, {Relative: math.NaN()}, {Pivots: -1}} {
		if _, err := BetweennessSampled(context.Background(), g, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := BetweennessSampled(ctx, g, SampleOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
	empty, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := sampled(t, empty, SampleOptions{}); len(s.Values) != 0 {
		t.Error("an empty graph has values")
	}
}

// TestBetweennessSampled_uncountable: 2,400 diamonds in a row have more paths than a floating point number can count.
func TestBetweennessSampled_uncountable(t *testing.T) {
	var edges []Edge
	name := func(i int) string { return fmt.Sprintf("%05d", i) }
	for i := range 2400 {
		for side := 1; side <= 2; side++ {
			edges = append(edges, Edge{name(3 * i), name(3*i + side), 1}, Edge{name(3*i + side), name(3*i + 3), 1})
		}
	}
	g, err := New(edges, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := BetweennessSampled(context.Background(), g, SampleOptions{Pivots: 3}); err == nil || !strings.Contains(err.Error(), "more shortest paths") {
		t.Errorf("2 to the power of 2400 paths: %v, want an error", err)
	}
}
