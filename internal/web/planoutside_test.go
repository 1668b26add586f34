package web

import (
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"milieu/internal/portfolio/choice"
)

// CBC, another solver, finds the value of the plan in the LP file that the page
// offers for just that.
func TestPlan_outside(t *testing.T) {
	cbc, err := exec.LookPath("cbc")
	if err != nil {
		t.Skip("cbc is not installed: apt-get install coinor-cbc")
	}
	objective := regexp.MustCompile(`(?m)^Objective value:\s+(\S+)`)
	for _, query := range []string{"", "?budget=50000000&lens=demand", "?budget=200000000&existing=60%25"} {
		status, text, _ := get(t, demoSite(t), "/plan.json"+query)
		if status != http.StatusOK {
			t.Fatalf("%s: status %d: %s", query, status, text)
		}
		p, err := choice.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		sol, err := choice.Solve(t.Context(), p, choice.Options{})
		if err != nil {
			t.Fatal(err)
		}
		status, text, _ = get(t, demoSite(t), "/plan.lp"+query)
		if status != http.StatusOK {
			t.Fatalf("%s: status %d: %s", query, status, text)
		}
		file := filepath.Join(t.TempDir(), "plan.lp")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(cbc, file, "ratio", "0", "allow", "0", "solve", "-quit").CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		m := objective.FindSubmatch(out)
		if m == nil {
			t.Fatalf("%s: CBC tells no objective:\n%s", query, out)
		}
		theirs, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		// Some versions of CBC print the objective of a maximum negated.
		if !sol.Proven || sol.Value <= 0 || math.Abs(math.Abs(theirs)-sol.Value) > 1e-6*sol.Value {
			t.Errorf("%s: ours %v, proven %v, CBC %v", query, sol.Value, sol.Proven, theirs)
		}
	}
}
