package em

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// True parameters of the data of splink tests/test_correctness_of_convergence.py.
var (
	trueM = []float64{.7, .9, .95}
	trueU = []float64{.1, .025, .2}
)

func within(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.01*want {
		t.Errorf("%s is %v, want %v within 1 %%", what, got, want)
	}
}

// TestRun_knownParameters recovers the parameters from Splink's data, from which they
// were drawn exactly.
func TestRun_knownParameters(t *testing.T) {
	root := os.Getenv("MILIEU_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(root, "entity_resolution", "splink", "known_params_comparison_vectors.csv"))
	if err != nil {
		t.Skipf("real data are not here (set MILIEU_TESTDATA): %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	counts := Counts{}
	for _, row := range rows[1:] {
		levels := make([]int8, 3)
		for i := range levels {
			g, err := strconv.Atoi(row[i])
			if err != nil {
				t.Fatal(err)
			}
			levels[i] = int8(1 - g) // level 0 is agreement
		}
		counts.Add(levels, 1)
	}
	recover(t, counts)
}

// TestRun_simulated recovers them from drawn patterns: the expected number of each,
// so that chance plays no part.
func TestRun_simulated(t *testing.T) {
	counts := Counts{}
	for p := range 8 {
		levels := make([]int8, 3)
		m, u := 0.5, 0.5
		for i := range levels {
			levels[i] = int8(p >> i & 1)
			if levels[i] == 0 {
				m, u = m*trueM[i], u*trueU[i]
			} else {
				m, u = m*(1-trueM[i]), u*(1-trueU[i])
			}
		}
		counts.Add(levels, 1e6*(m+u))
	}
	recover(t, counts)
}

func recover(t *testing.T, counts Counts) {
	t.Helper()
	start := Params{Prior: 0.3}
	for range trueM {
		start.M, start.U = append(start.M, []float64{.6, .4}), append(start.U, []float64{.3, .7})
	}
	f := Run(counts, start, Options{Most: 5000, Near: 1e-10})
	if !f.Converged {
		t.Error("did not converge")
	}
	within(t, "the prior", f.Prior, 0.5)
	for i := range trueM {
		within(t, "m", f.M[i][0], trueM[i])
		within(t, "u", f.U[i][0], trueU[i])
		within(t, "m of disagreement", f.M[i][1], 1-trueM[i])
		within(t, "u of disagreement", f.U[i][1], 1-trueU[i])
	}
}

// TestRun_rare finds matches that are one pair in fifty, with values missing
// at random, when u is known.
func TestRun_rare(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	counts := Counts{}
	for range 2_000_000 {
		chances := trueU
		if r.Float64() < 0.02 {
			chances = trueM
		}
		levels := make([]int8, 3)
		for i, p := range chances {
			switch {
			case r.Float64() < 0.1:
				levels[i] = -1
			case r.Float64() > p:
				levels[i] = 1
			}
		}
		counts.Add(levels, 1)
	}
	start := Params{Prior: 0.05}
	for _, u := range trueU {
		start.M, start.U = append(start.M, []float64{.8, .2}), append(start.U, []float64{u, 1 - u})
	}
	f := Run(counts, start, Options{FixU: true})
	if math.Abs(f.Prior-0.02) > 0.0006 {
		t.Errorf("prior %v, want 0.02", f.Prior)
	}
	for i := range trueM {
		if math.Abs(f.M[i][0]-trueM[i]) > 0.02 {
			t.Errorf("m of comparison %d is %v, want %v within 0.02", i, f.M[i][0], trueM[i])
		}
	}
}

// TestRun_held keeps what it is told to, and numbers of what it never saw.
func TestRun_held(t *testing.T) {
	counts := Counts{}
	counts.Add([]int8{0, -1, 0}, 10)
	counts.Add([]int8{1, -1, 1}, 90)
	start := Params{Prior: 0.1, M: [][]float64{{.9, .1}, {.8, .2}, {.7, .3}}, U: [][]float64{{.1, .9}, {.2, .8}, {.3, .7}}}
	f := Run(counts, start, Options{Out: []bool{true, false, false}, FixU: true, FixPrior: true})
	if f.Prior != 0.1 || f.M[0][0] != .9 || f.U[2][0] != .3 {
		t.Errorf("what was held moved: %+v", f.Params)
	}
	if f.M[1][0] != .8 {
		t.Errorf("m of a comparison without values moved to %v", f.M[1][0])
	}
	if f.M[2][0] == .7 {
		t.Error("m of a comparison that takes part did not move")
	}
	if start.M[2][0] != .7 {
		t.Error("the start was changed")
	}
}
