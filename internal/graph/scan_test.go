package graph

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"testing"
)

func scanOf(t testing.TB, g *Graph, o ScanOptions) Scan {
	t.Helper()
	s, err := ScanResolution(context.Background(), g, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestScanResolution_ring: the scan shows what one resolution hides. With K = 22 of 2m = 660 in a clique, joining two
// pays up to γ = 660/22² = 1.36; taking a node of four ties out of its clique pays from γ = 4·660/(4·18) = 36.7, an edge
// of the ring's two nodes a little before. Between them there are thirty groups from any start.
func TestScanResolution_ring(t *testing.T) {
	s := scanOf(t, ringOfCliques(t, 30, 5), ScanOptions{})
	if len(s.Steps) != 28 || s.Steps[0].Resolution != 0.1 || s.Steps[10].Resolution != 1 {
		t.Fatalf("%d steps from %v, the eleventh at %v", len(s.Steps), s.Steps[0].Resolution, s.Steps[10].Resolution)
	}
	if one := s.Steps[10]; one.Groups != 15 || math.Abs(one.Modularity-0.8878788) > 5e-8 {
		t.Errorf("at 1: %d groups, modularity %v", one.Groups, one.Modularity)
	}
	if s.Best < 0 {
		t.Fatal("no plateau")
	}
	best := s.Plateaus[s.Best]
	if best.Groups != 30 || best.NVI != 0 || best.Low > 1.6 || best.High < 25 || best.Trivial {
		t.Errorf("best plateau %+v", best)
	}
	for _, step := range s.Steps[best.First : best.Last+1] {
		if step.AMI != 1 || step.VI != 0 || math.Abs(step.Modularity-0.8757576) > 5e-8 || step.Plateau != s.Best {
			t.Errorf("at %v: AMI %v, modularity %v, plateau %d", step.Resolution, step.AMI, step.Modularity, step.Plateau)
		}
	}
	if last := s.Plateaus[len(s.Plateaus)-1]; last.Groups != 150 || !last.Trivial {
		t.Errorf("at the end %+v", last)
	}
}

// TestScanResolution: every step's figures are those of its partition, higher resolutions never give fewer of what the
// null model expects inside, and Leiden by itself finds nothing better.
func TestScanResolution(t *testing.T) {
	g := district(t)
	s := scanOf(t, g, ScanOptions{Seed: 5})
	for i, step := range s.Steps {
		if q := Modularity(g, step.Best, step.Resolution, false); math.Abs(q-step.Quality) > 1e-9 {
			t.Errorf("at %v: quality %v, of its communities %v", step.Resolution, step.Quality, q)
		}
		if q := Modularity(g, step.Best, 1, false); math.Abs(q-step.Modularity) > 1e-9 {
			t.Errorf("at %v: modularity %v, of its communities %v", step.Resolution, step.Modularity, q)
		}
		if p := leidenOf(t, g, LeidenOptions{Resolution: step.Resolution}); p.Quality > step.Quality+0.004 {
			t.Errorf("at %v: quality %v, Leiden finds %v", step.Resolution, step.Quality, p.Quality)
		}
		if p := s.Plateaus[step.Plateau]; i < p.First || i > p.Last {
			t.Errorf("step %d is in plateau %+v", i, p)
		}
	}
}

func TestScanResolution_bits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(1)
	one := scanOf(t, district(t), ScanOptions{Low: 0.5, High: 2, Weighted: true})
	runtime.GOMAXPROCS(5)
	if !reflect.DeepEqual(one, scanOf(t, district(t), ScanOptions{Low: 0.5, High: 2, Weighted: true})) {
		t.Error("five processors give another scan than one")
	}
}

func TestScanResolution_edges(t *testing.T) {
	g, err := New(nil, Options{Nodes: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if s := scanOf(t, g, ScanOptions{}); s.Best != -1 || len(s.Plateaus) != 1 || !s.Plateaus[0].Trivial {
		t.Errorf("no ties: %+v", s.Plateaus)
	}
	if s := scanOf(t, g, ScanOptions{Low: 1, High: 1}); len(s.Steps) != 1 || s.Steps[0].Resolution != 1 {
		t.Errorf("one resolution: %+v", s.Steps)
	}
	for _, o := range []ScanOptions{{Low: -1}, {Low: 2, High: 1}, {High: math.Inf(1)}, {Steps: -1}, {Runs: -2}, {Low: math.NaN()}} {
		if _, err := ScanResolution(context.Background(), g, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ScanResolution(ctx, district(t), ScanOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}
