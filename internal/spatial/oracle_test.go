package spatial

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

// The answers were written by oracle/spatial/autocorrelation.py (esda 2.9) and
// oracle/spatial/concentration.py (brute force from the papers).

func load(t *testing.T, name string, to any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatal(err)
	}
}

// same compares with what the oracle could compute; null is not defined.
func same(t *testing.T, what string, got float64, want *float64) {
	t.Helper()
	if want == nil {
		if !math.IsNaN(got) {
			t.Errorf("%s = %v, want none", what, got)
		}
		return
	}
	near(t, what, got, *want, 1e-9*max(1, math.Abs(*want)))
}

type answers struct {
	Moran, Geary, Local []*float64
	Quadrant            []int
}

func TestAutocorrelation_esda(t *testing.T) {
	var cases []struct {
		Kind                 string
		Y                    []float64
		Links                [][3]float64
		Plain, Standardised  answers
		G, Gi, Gistar, Girow []*float64
	}
	load(t, "autocorrelation.json", &cases)
	for _, c := range cases {
		t.Run(fmt.Sprint(c.Kind, len(c.Y)), func(t *testing.T) {
			var links []Link
			for _, l := range c.Links {
				links = append(links, Link{int(l[0]), int(l[1]), l[2]})
			}
			w, err := NewWeights(len(c.Y), links)
			if err != nil {
				t.Fatal(err)
			}
			compareWith(t, c.Y, w, c.Plain)
			compareWith(t, c.Y, w.RowStandardised(), c.Standardised)
			if c.G == nil {
				return
			}
			g := GetisOrd(c.Y, w)
			for k, got := range []float64{g.Value, g.Expected, g.Variance, g.Z, g.P} {
				same(t, "G", got, c.G[k])
			}
			for i := range c.Y {
				same(t, "Gi", LocalGs(c.Y, w, LocalGOptions{})[i].Z, c.Gi[i])
				same(t, "Gi*", LocalGs(c.Y, w.WithSelf(1), LocalGOptions{Star: true})[i].Z, c.Gistar[i])
				same(t, "Gi, rows", LocalGs(c.Y, w.RowStandardised(), LocalGOptions{BySum: true})[i].Z, c.Girow[i])
			}
		})
	}
}

func compareWith(t *testing.T, y []float64, w Weights, want answers) {
	t.Helper()
	m := Moran(y, w)
	for k, got := range []float64{m.Value, m.Expected, m.VarianceNorm, m.VarianceRand, m.ZNorm, m.PNorm, m.PRand} {
		same(t, fmt.Sprint("Moran ", k), got, want.Moran[k])
	}
	c := Geary(y, w)
	for k, got := range []float64{c.Value, c.VarianceNorm, c.VarianceRand, c.ZNorm} {
		same(t, fmt.Sprint("Geary ", k), got, want.Geary[k])
	}
	quadrants := []Quadrant{None, HighHigh, LowHigh, LowLow, HighLow} // as esda numbers them
	for i, l := range LocalMorans(y, w, 0, 1) {
		if w.Neighbours(i) == 0 {
			if !math.IsNaN(l.I) || l.Quadrant != None {
				t.Errorf("island %d: %+v", i, l)
			}
			continue
		}
		same(t, "local Moran", l.I, want.Local[i])
		if l.Quadrant != quadrants[want.Quadrant[i]] {
			t.Errorf("place %d is %v, esda says %v", i, l.Quadrant, quadrants[want.Quadrant[i]])
		}
	}
}

func TestConcentration_bruteForce(t *testing.T) {
	var cases []struct {
		X, Y, Weight, Radii []float64
		Type                []string
		Outside             []bool
		AA, AB, Kd          []*float64
		H                   float64
	}
	load(t, "concentration.json", &cases)
	for n, c := range cases {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p := Points{c.X, c.Y, c.Weight, c.Outside}
			var isA, isB []bool
			for _, k := range c.Type {
				isA, isB = append(isA, k == "A"), append(isB, k == "B")
			}
			for name, q := range map[string]MQuestion{"aa": {Neighbour: isA}, "ab": {Neighbour: isB}} {
				q.Points, q.Reference, q.Radii = p, isA, c.Radii
				m, err := MFunction(q)
				if err != nil {
					t.Fatal(err)
				}
				want := c.AA
				if name == "ab" {
					want = c.AB
				}
				for k := range want {
					same(t, fmt.Sprintf("M %s at %v", name, c.Radii[k]), m.Value[k], want[k])
				}
			}
			weighted := false
			for _, w := range c.Weight {
				weighted = weighted || w != 1
			}
			kd, err := KDensity(KdQuestion{Points: p, Reference: isA, Radii: c.Radii, Weighted: weighted, Exact: true})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "bandwidth", kd.Bandwidth, &c.H)
			for k := range c.Kd {
				same(t, "K_d", kd.Value[k], c.Kd[k])
			}
		})
	}
}
