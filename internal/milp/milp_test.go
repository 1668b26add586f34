package milp

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustSolve(t tester, p Problem, o Options) Solution {
	t.Helper()
	sol, err := Solve(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return sol
}

// brute returns the optimum by looking at every choice, and how many choices
// reach it; ok is false when none is allowed.
func brute(p Problem) (best float64, count int, ok bool) {
	n := len(p.Objective)
	best = math.Inf(-1)
	for bits := range 1 << n {
		on := func(j int) bool { return bits>>j&1 == 1 }
		if !slices.ContainsFunc(p.Rows, func(r Row) bool { return !bruteHolds(r, on) }) {
			v := 0.0
			for j, c := range p.Objective {
				if on(j) {
					v += c
				}
			}
			switch {
			case v > best:
				best, count = v, 1
			case v == best:
				count++
			}
		}
	}
	return best, count, count > 0
}

func bruteHolds(r Row, on func(int) bool) bool {
	sum := 0.0
	for _, t := range r.Terms {
		if on(t.Var) {
			sum += t.Coef
		}
	}
	switch r.Sense {
	case AtMost:
		return sum <= r.RHS
	case AtLeast:
		return sum >= r.RHS
	}
	return sum == r.RHS
}

// checkAgainstBrute is for problems with whole numbers, on which brute is exact.
func checkAgainstBrute(t tester, p Problem) {
	t.Helper()
	const most = 40
	sol := mustSolve(t, p, Options{Alternatives: most})
	best, count, ok := brute(p)
	if !ok {
		if sol.Status != Infeasible {
			t.Fatalf("status %v with no solution: %+v", sol.Status, p)
		}
		checkConflict(t, p, sol)
		return
	}
	if sol.Status != Optimal || sol.Objective != best || sol.Bound != best || sol.Gap != 0 {
		t.Fatalf("%v %v bound %v, want %v: %+v", sol.Status, sol.Objective, sol.Bound, best, p)
	}
	if got := 1 + len(sol.Alternatives); got != min(count, most+1) || sol.AlternativesComplete != (count <= most) {
		// With exactly `most` others, completeness is not looked for.
		if !(count == most+1 && got == count) {
			t.Fatalf("%d optimal solutions, complete %v; want %d: %+v", got, sol.AlternativesComplete, count, p)
		}
	}
	checkSolution(t, p, sol)
}

func checkSolution(t tester, p Problem, sol Solution) {
	t.Helper()
	seen := map[string]bool{}
	for _, x := range append([][]bool{sol.X}, sol.Alternatives...) {
		on := func(j int) bool { return x[j] }
		v, key := 0.0, ""
		for j, c := range p.Objective {
			if on(j) {
				v += c
				key += "1"
			} else {
				key += "0"
			}
		}
		if v != sol.Objective || seen[key] {
			t.Fatalf("solution %s has value %v, want %v, once", key, v, sol.Objective)
		}
		seen[key] = true
		for i, r := range p.Rows {
			if !bruteHolds(r, on) {
				t.Fatalf("solution %s breaks %s", key, p.rowName(i))
			}
		}
	}
	var binding []string
	for i, r := range p.Rows {
		sum := 0.0
		for _, term := range r.Terms {
			if sol.X[term.Var] {
				sum += term.Coef
			}
		}
		if sum == r.RHS {
			binding = append(binding, p.rowName(i))
		}
	}
	if diff := cmp.Diff(binding, sol.Binding); diff != "" {
		t.Fatalf("binding (-want +got):\n%s", diff)
	}
}

// checkConflict needs different row names.
func checkConflict(t tester, p Problem, sol Solution) {
	t.Helper()
	if !sol.ConflictMinimal {
		t.Fatalf("conflict %v is not proved minimal", sol.Conflict)
	}
	only := func(names []string) Problem {
		q := Problem{Objective: p.Objective}
		for i, r := range p.Rows {
			if slices.Contains(names, p.rowName(i)) {
				q.Rows = append(q.Rows, r)
			}
		}
		return q
	}
	if _, _, ok := brute(only(sol.Conflict)); ok {
		t.Fatalf("conflict %v is possible: %+v", sol.Conflict, p)
	}
	for i := range sol.Conflict {
		rest := slices.Delete(slices.Clone(sol.Conflict), i, i+1)
		if _, _, ok := brute(only(rest)); !ok {
			t.Fatalf("conflict %v is impossible without %q", sol.Conflict, sol.Conflict[i])
		}
	}
}

// A relaxation that gives up at once must cost nodes and not the answer.
func TestSolve_stalledRelaxation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawProblem(rt)
		m := newModel(p)
		s := newSearch(m)
		s.l.limit = rapid.IntRange(1, 3).Draw(rt, "pivots")
		s.run(context.Background())
		sol := s.solution(p, len(p.Rows))
		best, _, ok := brute(p)
		if ok != (sol.Status == Optimal) || (ok && sol.Objective != best) {
			rt.Fatalf("%v %v, want %v", sol.Status, sol.Objective, best)
		}
	})
}

func drawProblem(t *rapid.T) Problem {
	n := rapid.IntRange(0, 14).Draw(t, "n")
	size := rapid.SampledFrom([]int{1, 3, 20, 1000}).Draw(t, "size")
	coef := rapid.IntRange(-size, size)
	var p Problem
	for range n {
		p.Objective = append(p.Objective, float64(coef.Draw(t, "cost")))
	}
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		r := Row{Sense: Sense(rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, "sense"))}
		sum := 0
		for range rapid.IntRange(0, n+1).Draw(t, "terms") {
			if n == 0 {
				break
			}
			c := coef.Draw(t, "coef")
			r.Terms = append(r.Terms, Term{rapid.IntRange(0, n-1).Draw(t, "var"), float64(c)})
			if rapid.Bool().Draw(t, "counts") {
				sum += c
			}
		}
		r.RHS = float64(sum + rapid.IntRange(-1, 1).Draw(t, "shift"))
		p.Rows = append(p.Rows, r)
	}
	return p
}

func TestSolve_bruteForce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { checkAgainstBrute(rt, drawProblem(rt)) })
}

// fuzzProblem reads a problem of up to 12 choices and 6 rows from bytes.
func fuzzProblem(data []byte) Problem {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(int8(b))
	}
	abs := func(x int) int { return max(x, -x) }
	n := abs(next()) % 13
	rows := abs(next()) % 7
	var p Problem
	for range n {
		p.Objective = append(p.Objective, float64(next()))
	}
	for range rows {
		r := Row{Sense: Sense(abs(next()) % 3), RHS: float64(next())}
		for j := range n {
			if c := next(); c != 0 {
				r.Terms = append(r.Terms, Term{j, float64(c)})
			}
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

func FuzzSolve(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{3, 1, 5, 4, 3, 0, 5, 2, 3, 1})
	f.Add([]byte{4, 2, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 3, 1, 1, 0, 0})
	f.Add([]byte{2, 2, 250, 7, 1, 2, 1, 1, 0, 1, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) { checkAgainstBrute(t, fuzzProblem(data)) })
}
