package milp

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWriteLP_golden(t *testing.T) {
	p := Problem{
		Names:     []string{"a b", "a-b", "3e5"},
		Objective: []float64{1.5, -2, 0},
		Rows: []Row{
			{Name: "budget £", Terms: []Term{{0, 0.1}, {1, 1000000}, {0, 0.2}}, RHS: math.Copysign(0, -1)},
			{Terms: []Term{{2, -1}}, Sense: AtLeast, RHS: -1},
			{Name: "empty", Sense: Equal},
		},
	}
	var got bytes.Buffer
	if err := WriteLP(&got, p); err != nil {
		t.Fatal(err)
	}
	want := `Maximize
 obj: + 1.5 x_a_b - 2 x_a_b_2
Subject To
 r_budget__: + 0.3 x_a_b + 1e+06 x_a_b_2 <= 0
 r_row_2: - 1 x_3e5 >= -1
 r_empty: 0 x_a_b = 0
Binary
 x_a_b
 x_a_b_2
 x_3e5
End
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk is full") }

func TestWriteLP_errors(t *testing.T) {
	if err := WriteLP(brokenWriter{}, Problem{}); err == nil {
		t.Error("a writer that fails: no error")
	}
	if err := WriteLP(&bytes.Buffer{}, Problem{Objective: []float64{math.NaN()}}); err == nil {
		t.Error("an invalid problem: no error")
	}
}

var (
	cbcObjective  = regexp.MustCompile(`(?m)^Objective value:\s+(\S+)`)
	glpkObjective = regexp.MustCompile(`(?m)^Objective:\s+\S+ = (\S+) \(MAXimum\)`)
)

// outside solves an LP file with CBC, or else GLPK, and returns the optimum.
func outside(t *testing.T, lp string) (value float64, infeasible bool) {
	t.Helper()
	out := lp + ".txt"
	var cmd *exec.Cmd
	pattern := cbcObjective
	if path, err := exec.LookPath("cbc"); err == nil {
		cmd = exec.Command(path, lp, "ratio", "0", "allow", "0", "solve", "-quit")
	} else if path, err := exec.LookPath("glpsol"); err == nil {
		cmd, pattern = exec.Command(path, "--lp", lp, "--cuts", "-o", out), glpkObjective
	} else {
		t.Skip("neither cbc nor glpsol is installed")
	}
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
	if bytes.Contains(bytes.ToLower(text), []byte("infeasible")) || bytes.Contains(text, []byte("NO PRIMAL FEASIBLE")) {
		return 0, true
	}
	if pattern == glpkObjective {
		if text, err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	m := pattern.FindSubmatch(text)
	if m == nil {
		t.Fatalf("no objective in:\n%s", text)
	}
	if value, err = strconv.ParseFloat(string(m[1]), 64); err != nil {
		t.Fatal(err)
	}
	return value, false
}

func TestSolve_outside(t *testing.T) {
	problems := map[string]Problem{"knapsack": knapsack(40, 5, 9)}
	for seed := range uint64(6) {
		problems[fmt.Sprintf("portfolio %d", seed)] = portfolio(30+10*int(seed%3), 100+seed)
	}
	tight := portfolio(30, 200)
	for i := range 5 {
		tight.Rows[i].RHS = 60_000
	}
	problems["no money"] = tight
	for name, p := range problems {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "problem.lp")
			var text bytes.Buffer
			if err := WriteLP(&text, p); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			value, infeasible := outside(t, file)
			sol := mustSolve(t, p, Options{})
			if infeasible != (sol.Status == Infeasible) {
				t.Fatalf("outside infeasible %v, ours %v", infeasible, sol.Status)
			}
			// CBC prints its objective negated for a maximum in some versions.
			if got := math.Abs(sol.Objective); !infeasible && math.Abs(got-math.Abs(value)) > 1e-6*got {
				t.Errorf("ours %v, outside %v", sol.Objective, value)
			}
		})
	}
}

func FuzzWriteLP_names(f *testing.F) {
	f.Add("a", "b")
	f.Add("a b", "a_b")
	f.Add("", "x_2")
	f.Fuzz(func(t *testing.T, a, b string) {
		taken := map[string]bool{}
		x, y := lpName("x", a, taken), lpName("x", b, taken)
		ok := regexp.MustCompile(`^x_[A-Za-z0-9_]{0,70}$`)
		if x == y || !ok.MatchString(x) || !ok.MatchString(y) {
			t.Errorf("names %q and %q became %q and %q", a, b, x, y)
		}
	})
}

// TestCompare_dump serves oracle/milp/compare.sh: it writes the problems of the
// benchmarks that are solved to the end, with our optimum and time.
func TestCompare_dump(t *testing.T) {
	dir := os.Getenv("MILP_LP_DIR")
	if dir == "" {
		t.Skip("MILP_LP_DIR is not set: run oracle/milp/compare.sh")
	}
	problems := map[string]Problem{}
	for seed := range uint64(3) {
		problems[fmt.Sprintf("portfolio30_%d", seed)] = portfolio(30, seed)
		problems[fmt.Sprintf("portfolio100_%d", seed)] = portfolio(100, seed)
		problems[fmt.Sprintf("knapsack60_%d", seed)] = knapsack(60, 5, seed)
	}
	for name, p := range problems {
		var text bytes.Buffer
		if err := WriteLP(&text, p); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".lp"), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		sol := mustSolve(t, p, Options{})
		fmt.Printf("compare %s %v %.3f\n", name, sol.Objective, time.Since(start).Seconds())
	}
}
