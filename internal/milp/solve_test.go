package milp

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSolve_small(t *testing.T) {
	pair := []Term{{0, 1}, {1, 1}}
	tests := []struct {
		name string
		p    Problem
		want Solution
	}{
		{"nothing", Problem{}, Solution{Status: Optimal, X: []bool{}}},
		{
			"no choices, a rule that holds", Problem{Rows: []Row{{Name: "holds"}}},
			Solution{Status: Optimal, X: []bool{}, Binding: []string{"holds"}},
		},
		{
			"no choices, a rule that cannot hold", Problem{Rows: []Row{{Sense: AtLeast, RHS: 1}}},
			Solution{Status: Infeasible, Conflict: []string{"row 1"}, ConflictMinimal: true},
		},
		{
			"no rules", Problem{Objective: []float64{3, -2, 0.5}},
			Solution{Status: Optimal, X: []bool{true, false, true}, Objective: 3.5, Bound: 3.5},
		},
		{
			"decimals that binary does not have",
			Problem{Objective: []float64{0.1, 0.2}, Rows: []Row{{Name: "b", Terms: []Term{{0, 0.1}, {1, 0.2}}, RHS: 0.3}}},
			Solution{Status: Optimal, X: []bool{true, true}, Objective: 0.3, Bound: 0.3, Binding: []string{"b"}},
		},
		{
			"terms of one choice add up",
			Problem{Objective: []float64{1, 1}, Rows: []Row{{Name: "b", Terms: []Term{{0, 2}, {1, 1}, {0, -1}}, RHS: 2}}},
			Solution{Status: Optimal, X: []bool{true, true}, Objective: 2, Bound: 2, Binding: []string{"b"}},
		},
		{
			"equality", Problem{Objective: []float64{5, 3}, Rows: []Row{{Name: "one", Terms: pair, Sense: Equal, RHS: 1}}},
			Solution{Status: Optimal, X: []bool{true, false}, Objective: 5, Bound: 5, Binding: []string{"one"}},
		},
		{
			"parity: even numbers never make 3",
			Problem{Objective: []float64{1, 1}, Rows: []Row{{Name: "odd", Terms: []Term{{0, 2}, {1, 4}}, Sense: Equal, RHS: 3}}},
			Solution{Status: Infeasible, Conflict: []string{"odd"}, ConflictMinimal: true},
		},
		{
			"conflict leaves out what is not part of it",
			Problem{Objective: []float64{1, 1, 1}, Rows: []Row{
				{Name: "budget", Terms: []Term{{0, 5}, {1, 5}, {2, 5}}, RHS: 12},
				{Name: "idle", Terms: pair, RHS: 2},
				{Name: "all three", Terms: []Term{{0, 1}, {1, 1}, {2, 1}}, Sense: AtLeast, RHS: 3},
			}},
			Solution{Status: Infeasible, Conflict: []string{"budget", "all three"}, ConflictMinimal: true},
		},
		{
			"costs only", Problem{Objective: []float64{-3, -2}, Rows: []Row{{Name: "some", Terms: pair, Sense: AtLeast, RHS: 1}}},
			Solution{Status: Optimal, X: []bool{false, true}, Objective: -2, Bound: -2, Binding: []string{"some"}},
		},
	}
	for _, tt := range tests {
		got := mustSolve(t, tt.p, Options{})
		got.Nodes = 0
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestSolve_ties(t *testing.T) {
	// Two of four equal choices: six ways.
	p := Problem{Objective: []float64{1, 1, 1, 1}, Rows: []Row{{Terms: []Term{{0, 1}, {1, 1}, {2, 1}, {3, 1}}, RHS: 2}}}
	sol := mustSolve(t, p, Options{Alternatives: 10})
	if len(sol.Alternatives) != 5 || !sol.AlternativesComplete {
		t.Errorf("%d others, complete %v; want 5, true", len(sol.Alternatives), sol.AlternativesComplete)
	}
	sol = mustSolve(t, p, Options{Alternatives: 3})
	if len(sol.Alternatives) != 3 || sol.AlternativesComplete {
		t.Errorf("%d others, complete %v; want 3, false", len(sol.Alternatives), sol.AlternativesComplete)
	}
}

// checkBounds tests the promise of a search that stopped: the true optimum lies
// between the objective and the bound.
func checkBounds(t tester, sol Solution, optimum float64) {
	t.Helper()
	switch sol.Status {
	case Infeasible:
		t.Fatalf("called infeasible, optimum %v", optimum)
	case Optimal:
		if sol.Objective != optimum {
			t.Fatalf("called %v optimal, optimum %v", sol.Objective, optimum)
		}
	case Feasible:
		if sol.Objective > optimum || sol.Bound < optimum || sol.Gap <= 0 {
			t.Fatalf("[%v, %v] gap %v, optimum %v", sol.Objective, sol.Bound, sol.Gap, optimum)
		}
	case Unknown:
		if sol.X != nil || sol.Bound < optimum {
			t.Fatalf("bound %v, X %v, optimum %v", sol.Bound, sol.X, optimum)
		}
	}
}

func TestSolve_limits(t *testing.T) {
	p := portfolio(60, 7)
	best := mustSolve(t, p, Options{}).Objective
	for _, nodes := range []int{1, 2, 5, 20, 100} {
		checkBounds(t, mustSolve(t, p, Options{MaxNodes: nodes}), best)
	}
	for _, gap := range []float64{0.2, 0.01, 0.001} {
		sol := mustSolve(t, p, Options{Gap: gap})
		checkBounds(t, sol, best)
		if sol.Gap > gap {
			t.Errorf("gap %v, asked for %v", sol.Gap, gap)
		}
	}
}

// stopAfter is a context that ends after a number of looks at it.
type stopAfter struct {
	context.Context
	looks int
}

func (s *stopAfter) Err() error {
	if s.looks--; s.looks < 0 {
		return context.Canceled
	}
	return nil
}

func TestSolve_cancelled(t *testing.T) {
	p := portfolio(60, 7)
	best := mustSolve(t, p, Options{}).Objective
	for _, looks := range []int{0, 1, 3, 10, 50, 200} {
		sol, err := Solve(&stopAfter{context.Background(), looks}, p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkBounds(t, sol, best)
		if looks == 0 && sol.Status != Unknown {
			t.Errorf("status %v before any work", sol.Status)
		}
	}
	// An infeasible problem whose conflict is not fully searched says so.
	bad := Problem{Objective: []float64{1}, Rows: []Row{{Terms: []Term{{0, 1}}, Sense: AtLeast, RHS: 1}, {Terms: []Term{{0, 1}}}}}
	for looks := range 12 {
		sol, err := Solve(&stopAfter{context.Background(), looks}, bad, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if sol.Status == Infeasible && !cmp.Equal(sol.Conflict, []string{"row 1", "row 2"}) {
			t.Errorf("after %d looks: %+v", looks, sol)
		}
	}
}

func TestSolve_same(t *testing.T) {
	p := portfolio(40, 3)
	a, b := mustSolve(t, p, Options{Alternatives: 2}), mustSolve(t, p, Options{Alternatives: 2})
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

func TestSolve_errors(t *testing.T) {
	one := []float64{1}
	tests := []struct {
		p    Problem
		o    Options
		want string
	}{
		{Problem{Objective: one, Names: []string{"a", "b"}}, Options{}, "2 names for 1 variables"},
		{Problem{Objective: []float64{math.NaN()}, Names: []string{"a"}}, Options{}, "variable a is NaN"},
		{Problem{Objective: one, Rows: []Row{{Name: "r", Terms: []Term{{1, 1}}}}}, Options{}, "r: variable 1 does not exist"},
		{Problem{Objective: one, Rows: []Row{{Terms: []Term{{0, math.Inf(1)}}}}}, Options{}, "row 1: coefficient"},
		{Problem{Objective: one, Rows: []Row{{RHS: math.Inf(1)}}}, Options{}, "right-hand side"},
		{Problem{Objective: one, Rows: []Row{{Sense: 7}}}, Options{}, "sense 7"},
		{Problem{}, Options{Gap: -1}, "gap"},
		{Problem{}, Options{Gap: math.NaN()}, "gap"},
		{Problem{}, Options{MaxNodes: -1}, "limits"},
	}
	for _, tt := range tests {
		if _, err := Solve(context.Background(), tt.p, tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q", err, tt.want)
		}
	}
}

// Numbers without short decimals go the way with tolerances.
func TestSolve_fractions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(rt, "n")
		num := rapid.Float64Range(-5, 5)
		var p Problem
		for range n {
			p.Objective = append(p.Objective, num.Draw(rt, "cost")/3)
		}
		for range rapid.IntRange(0, 4).Draw(rt, "rows") {
			r := Row{Sense: Sense(rapid.IntRange(0, 1).Draw(rt, "sense")), RHS: num.Draw(rt, "rhs") / 7}
			for j := range n {
				r.Terms = append(r.Terms, Term{j, num.Draw(rt, "coef") / 3})
			}
			p.Rows = append(p.Rows, r)
		}
		sol := mustSolve(rt, p, Options{NoConflict: true})
		best, _, ok := brute(p)
		if ok && (sol.Status != Optimal || sol.Objective < best-2e-9*max(1, math.Abs(best))) {
			rt.Fatalf("%v %v, want %v", sol.Status, sol.Objective, best)
		}
		if sol.X != nil {
			for i, r := range p.Rows {
				r.RHS += map[Sense]float64{AtMost: 1e-7, AtLeast: -1e-7}[r.Sense]
				if !bruteHolds(r, func(j int) bool { return sol.X[j] }) {
					rt.Fatalf("row %d is broken", i)
				}
			}
		}
	})
}

// More budget never lowers the value, and values in other units scale it.
func TestSolve_properties(t *testing.T) {
	for seed := range uint64(4) {
		p := portfolio(30, seed)
		base := mustSolve(t, p, Options{})
		more := portfolio(30, seed)
		for i := range 5 {
			more.Rows[i].RHS *= 1.1
		}
		if got := mustSolve(t, more, Options{}); got.Objective < base.Objective {
			t.Errorf("seed %d: more budget lowers %v to %v", seed, base.Objective, got.Objective)
		}
		scaled := portfolio(30, seed)
		for j := range scaled.Objective {
			scaled.Objective[j] *= 1000
		}
		if got := mustSolve(t, scaled, Options{}); got.Objective != 1000*base.Objective {
			t.Errorf("seed %d: values times 1000 give %v, want %v", seed, got.Objective, 1000*base.Objective)
		}
	}
}

// A worn or spoilt tableau must not change the answer: the proof is taken from
// the rows.
func TestCertificate_anyTableau(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawProblem(rt)
		best, _, ok := brute(p)
		m := newModel(p)
		l, c := newLP(m), newCertificate(m)
		for i := range l.t {
			for k := range l.t[i] {
				l.t[i][k] += rapid.Float64Range(-1, 1).Draw(rt, "noise")
			}
		}
		c.fromDuals(l)
		if ok && (c.bound+c.err)/m.scale < best-1e-9 {
			rt.Fatalf("bound %v below the optimum %v", c.bound/m.scale, best)
		}
		for l.blocked = range l.basic {
			if c.refutes(l) && ok {
				rt.Fatalf("row %d refutes a problem with solutions", l.blocked)
			}
		}
	})
}

func TestLP_rebuild(t *testing.T) {
	m := newModel(portfolio(40, 1))
	l := newLP(m)
	if st := l.solve(context.Background(), math.Inf(-1)); st != lpOptimal {
		t.Fatal(st)
	}
	z := l.val[len(m.rows)]
	l.rebuild()
	if st := l.solve(context.Background(), math.Inf(-1)); st != lpOptimal || math.Abs(l.val[len(m.rows)]-z) > 1e-8 || l.residual() > 1e-9 {
		t.Errorf("status %v, value %v after rebuild, %v before, residual %v", st, l.val[len(m.rows)], z, l.residual())
	}
}

func ExampleSolve() {
	p := Problem{
		Names:     []string{"training centre", "test rig", "grant scheme"},
		Objective: []float64{6, 5, 4},
		Rows: []Row{
			{Name: "budget", Terms: []Term{{0, 5}, {1, 4}, {2, 3}}, RHS: 8},
			{Name: "rig needs centre", Terms: []Term{{1, 1}, {0, -1}}, RHS: 0},
		},
	}
	sol, err := Solve(context.Background(), p, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sol.Status, sol.Objective, sol.X, sol.Binding)
	// Output: optimal 10 [true false true] [budget]
}
