package milp_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"milieu/internal/milp"
	"milieu/internal/milp/sample"
)

var (
	objectiveLine  = regexp.MustCompile(`(?m)^Objective value:\s+(\S+)`)
	infeasibleLine = regexp.MustCompile(`(?m)^(Result - .*infeasible|Problem is infeasible|Pre-processing says infeasible)`)
)

// outsideProblems are plans and schedules of all kinds that both solvers finish
// at once.
func outsideProblems() map[string]milp.Problem {
	out := map[string]milp.Problem{}
	for seed := range uint64(5) {
		for _, w := range sample.Worths {
			p := sample.Programme{
				Options: 20 + 8*int(seed), Years: 3, Funders: 2, Needs: 10, Excludes: 4, Pairs: 4, Groups: 3, Existing: 0.4, Budget: 0.35, Worth: w, Seed: seed,
			}
			out[fmt.Sprintf("programme-%s-%d", w, seed)] = p.Problem()
		}
		s := sample.Schedule{Tasks: 8 + int(seed), Periods: 12, Resources: 2, After: 8, Capacity: 1.4, Seed: seed}
		out[fmt.Sprintf("schedule-%d", seed)] = s.Problem()
		s.Optional, s.Tasks = true, 14
		out[fmt.Sprintf("optional-%d", seed)] = s.Problem()
	}
	fixed := out["programme-tied-1"]
	for j := range 4 {
		fixed.Fixed = append(fixed.Fixed, milp.Fix{Var: j, On: j%2 == 0})
	}
	out["fixed"] = fixed
	return out
}

// CBC, another solver, finds the same optimum in the LP files of thirty problems.
func TestSolve_cbc(t *testing.T) {
	cbc, err := exec.LookPath("cbc")
	if err != nil {
		t.Skip("cbc is not installed: apt-get install coinor-cbc")
	}
	for name, p := range outsideProblems() {
		t.Run(name, func(t *testing.T) {
			var text strings.Builder
			if err := milp.WriteLP(&text, p); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "problem.lp")
			if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(cbc, file, "ratio", "0", "allow", "0", "solve", "-quit").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			sol, err := milp.Solve(context.Background(), p, milp.Options{NoConflict: true})
			if err != nil {
				t.Fatal(err)
			}
			impossible := infeasibleLine.Match(out)
			if impossible || sol.Status == milp.Infeasible {
				if !impossible || sol.Status != milp.Infeasible {
					t.Fatalf("ours %v, CBC infeasible %v", sol.Status, impossible)
				}
				return
			}
			m := objectiveLine.FindSubmatch(out)
			if m == nil {
				t.Fatalf("CBC tells no objective:\n%s", out)
			}
			theirs, err := strconv.ParseFloat(string(m[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			// Some versions of CBC print the objective of a maximum negated.
			if sol.Status != milp.Optimal || math.Abs(math.Abs(theirs)-sol.Objective) > 1e-6*max(1, sol.Objective) {
				t.Errorf("ours %v %v, CBC %v", sol.Status, sol.Objective, theirs)
			}
		})
	}
}

// Problems of the size that is promised are proved, whatever they take.
func TestSolve_programme(t *testing.T) {
	p := sample.Programme{Options: 100, Years: 3, Funders: 3, Needs: 40, Excludes: 10, Pairs: 10, Groups: 4, Existing: 0.4, Budget: 0.4, Worth: sample.Equal, Seed: 1}.Problem()
	sol, err := milp.Solve(context.Background(), p, milp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if sol.Status != milp.Optimal || sol.Objective != 26.51 {
		t.Errorf("%v %v, want optimal 26.51 (CBC's value too)", sol.Status, sol.Objective)
	}
}
