package milp

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// everySolution calls f with each choice that meets the rows.
func everySolution(p Problem, f func(x []bool)) {
	n := len(p.Objective)
	x := make([]bool, n)
	for bits := range 1 << n {
		for j := range x {
			x[j] = bits>>j&1 == 1
		}
		if !slices.ContainsFunc(p.Rows, func(r Row) bool { return !bruteHolds(r, func(j int) bool { return x[j] }) }) {
			f(x)
		}
	}
}

// A cut that takes away a solution would make a wrong proof: none does, at the
// root or at a node, in the problem itself or a smaller one.
func TestCuts_holdForEverySolution(t *testing.T) {
	made := 0
	rapid.Check(t, func(rt *rapid.T) {
		p := drawKnapsacks(rt)
		m := newModel(p)
		s := newSearch(m)
		s.cuts = true
		given := len(m.rows)
		for i := range m.rows {
			s.enqueue(i)
		}
		if !s.propagate() {
			return
		}
		s.keepFixed()
		s.tighten(context.Background())
		// A node: some choices fixed for it alone.
		for j := range m.n {
			if s.free(j) && rapid.IntRange(0, 3).Draw(rt, "fixed") == 0 {
				v := float64(rapid.IntRange(0, 1).Draw(rt, "at"))
				s.l.setBounds(j, v, v)
			}
		}
		if s.l.solve(context.Background(), math.Inf(-1)) == lpOptimal {
			s.cutHere()
		}
		cuts := m.rows[given:]
		made += len(cuts)
		everySolution(p, func(x []bool) {
			for _, c := range cuts {
				act := 0.0
				for k, j := range c.idx {
					if x[j] {
						act += c.val[k]
					}
				}
				// The sum here errs by less; the smallest cut-off that harms is far larger.
				if act > c.rhs+1e-13*float64(1+len(c.idx)) {
					rt.Fatalf("cut %v %v <= %v takes away %v of %+v", c.idx, c.val, c.rhs, x, p)
				}
			}
		})
	})
	if made == 0 {
		t.Error("no cuts were made: the test tests nothing")
	}
}

// drawKnapsacks draws problems whose relaxation is seldom whole.
func drawKnapsacks(t *rapid.T) Problem {
	n := rapid.IntRange(3, 11).Draw(t, "n")
	size := rapid.SampledFrom([]int{5, 30, 1000, 100_000, 90_000_000}).Draw(t, "size")
	var p Problem
	for range n {
		p.Objective = append(p.Objective, float64(rapid.IntRange(1, size).Draw(t, "value")))
	}
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		r := Row{Sense: rapid.SampledFrom([]Sense{AtMost, AtMost, AtLeast, Equal}).Draw(t, "sense")}
		sum := 0
		for j := range n {
			c := rapid.IntRange(-size/4, size).Draw(t, "coef")
			r.Terms = append(r.Terms, Term{j, float64(c)})
			if rapid.Bool().Draw(t, "counts") {
				sum += c
			}
		}
		r.RHS = float64(sum)
		p.Rows = append(p.Rows, r)
	}
	return p
}

// Tableaus with rows added and taken out tell the same as one made afresh.
func TestLP_rowsAddedAndDropped(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(5) {
		m := newModel(portfolio(40, seed))
		s := newSearch(m)
		s.keepFixed()
		s.tighten(ctx)
		if st := s.l.solve(ctx, math.Inf(-1)); st != lpOptimal {
			t.Fatal(st)
		}
		fresh := newLP(m)
		if st := fresh.solve(ctx, math.Inf(-1)); st != lpOptimal {
			t.Fatal(st)
		}
		got, want := s.l.val[len(m.rows)], fresh.val[len(m.rows)]
		if math.Abs(got-want) > 1e-7*math.Abs(want) || s.l.residual() > 1e-7 {
			t.Errorf("seed %d: value %v, afresh %v; residual %v", seed, got, want, s.l.residual())
		}
	}
}

// A model with choices fixed has the solutions of the whole one that agree.
func TestModel_reduced(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawKnapsacks(rt)
		m := newModel(p)
		fixed := make([]int8, m.n)
		for j := range fixed {
			fixed[j] = int8(rapid.IntRange(-1, 1).Draw(rt, "fixed"))
		}
		r := m.reduced(fixed)
		x := make([]bool, r.n)
		for bits := range 1 << r.n {
			for j := range x {
				x[j] = bits>>j&1 == 1
			}
			all := r.whole(x)
			if r.value(x) != m.value(all) {
				rt.Fatalf("value %v, of the whole %v", r.value(x), m.value(all))
			}
			exact := !slices.ContainsFunc(r.exact, func(e exactRow) bool { return e.at(x) == broken })
			if r.meets(x) != m.meets(all) || exact != m.meets(all) {
				rt.Fatalf("meets %v, rows %v, whole %v", r.meets(x), exact, m.meets(all))
			}
		}
	})
}

func ExampleSolve_near() {
	p := Problem{
		Objective: []float64{6, 5, 4, 3},
		Rows:      []Row{{Name: "budget", Terms: []Term{{0, 5}, {1, 4}, {2, 3}, {3, 2}}, RHS: 8}},
	}
	sol, err := Solve(context.Background(), p, Options{Alternatives: 5, NearLoss: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sol.Objective, sol.X)
	for i, x := range sol.Alternatives {
		fmt.Println(sol.AlternativeObjectives[i], x)
	}
	fmt.Println("all:", sol.AlternativesComplete)
	// Output:
	// 10 [true false true false]
	// 9 [true false false true]
	// 9 [false true true false]
	// all: true
}
