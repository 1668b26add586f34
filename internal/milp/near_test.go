package milp

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// everyKind makes a problem of up to 16 choices with every kind of row that plans
// and schedules have, and fixes.
func everyKind(seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 8))
	n := 4 + rng.IntN(13)
	p := Problem{}
	levels := 1 + rng.IntN(200)
	for range n {
		p.Objective = append(p.Objective, float64(rng.IntN(levels)-levels/20))
	}
	if seed%5 == 4 {
		// A cheapest set that is worth enough.
		enough := Row{Name: "worth", Sense: AtLeast}
		for j, v := range p.Objective {
			enough.Terms = append(enough.Terms, Term{j, v + 0.5})
			enough.RHS += 0.3 * (v + 0.5)
			p.Objective[j] = float64(-rng.IntN(1_000_000))
		}
		enough.RHS = float64(int(enough.RHS))
		p.Rows = append(p.Rows, enough)
	}
	other := func(j int) int { return (j + 1 + rng.IntN(n-1)) % n }
	row := func(name string, s Sense, rhs float64, terms ...Term) {
		p.Rows = append(p.Rows, Row{Name: fmt.Sprintf("%s %d", name, len(p.Rows)+1), Sense: s, RHS: rhs, Terms: terms})
	}
	most := []int{30, 1000, 1_000_000, 300_000_000}[seed%4] // pounds and pence
	for range 1 + rng.IntN(3) {
		var terms []Term
		sum := 0.0
		for j := range n {
			if rng.IntN(3) > 0 {
				c := float64(1 + rng.IntN(most))
				terms, sum = append(terms, Term{j, c}), sum+c
			}
		}
		row("budget", AtMost, float64(int(sum*(0.2+0.5*rng.Float64()))), terms...)
	}
	for range rng.IntN(4) {
		j := rng.IntN(n)
		row("need", AtMost, 0, Term{j, 1}, Term{other(j), -1})
	}
	for range rng.IntN(3) {
		j := rng.IntN(n)
		row("exclude", AtMost, 1, Term{j, 1}, Term{other(j), 1})
	}
	share, count, order := []Term{}, []Term{}, []Term{}
	for j := range n {
		share = append(share, Term{j, float64(rng.IntN(most) - most/2 + most/20)})
		if rng.IntN(2) == 0 {
			count = append(count, Term{j, 1})
		}
		if rng.IntN(4) == 0 {
			order = append(order, Term{j, float64(1 - 2*rng.IntN(2))})
		}
	}
	if rng.IntN(2) == 0 {
		row("share", AtLeast, 0, share...)
	}
	if rng.IntN(2) == 0 {
		row("count", Sense(rng.IntN(3)), float64(1+rng.IntN(3)), count...)
	}
	if rng.IntN(2) == 0 {
		row("order", AtMost, 0, order...)
	}
	if z := n - 1; rng.IntN(2) == 0 && n > 4 {
		a, b := rng.IntN(z), rng.IntN(z)
		row("both", AtMost, 0, Term{z, 1}, Term{a, -1})
		row("both", AtMost, 0, Term{z, 1}, Term{b, -1})
		row("both", AtMost, 1, Term{z, -1}, Term{a, 1}, Term{b, 1})
	}
	for k := range rng.IntN(3) {
		p.Fixed = append(p.Fixed, Fix{fmt.Sprintf("fix %d", k+1), rng.IntN(n), rng.IntN(2) == 0})
	}
	return p
}

// listed is a solution found by looking at every choice.
type listed struct {
	x     []bool
	value float64
}

// allSolutions are the solutions, the best first.
func allSolutions(p Problem) []listed {
	var all []listed
	everySolution(p.withFixes(), func(x []bool) {
		v := 0.0
		for j, on := range x {
			if on {
				v += p.Objective[j]
			}
		}
		all = append(all, listed{slices.Clone(x), v})
	})
	slices.SortStableFunc(all, func(a, b listed) int { return cmp.Compare(b.value, a.value) })
	return all
}

// Optimum, alternatives near it, warm starts and conflicts of 500 problems are
// those that looking at every choice gives.
func TestSolve_everyKind(t *testing.T) {
	const most = 12
	infeasible := 0
	for seed := range uint64(500) {
		p := everyKind(seed)
		all := allSolutions(p)
		loss := float64(seed % 7)
		o := Options{Alternatives: most, NearLoss: loss, Start: make([]bool, len(p.Objective))}
		if seed%3 == 0 {
			for j := range o.Start {
				o.Start[j] = (seed>>uint(j%8))&1 == 1
			}
		} else {
			o.Start = nil
		}
		sol := mustSolve(t, p, o)
		if len(all) == 0 {
			infeasible++
			if sol.Status != Infeasible {
				t.Fatalf("seed %d: %v without a solution", seed, sol.Status)
			}
			checkConflict(t, p.withFixes(), sol)
			continue
		}
		if sol.Status != Optimal || sol.Objective != all[0].value || sol.Bound != sol.Objective {
			t.Fatalf("seed %d: %v %v [%v], want %v", seed, sol.Status, sol.Objective, sol.Bound, all[0].value)
		}
		checkNear(t, seed, sol, all, loss, most)
	}
	if infeasible < 20 || infeasible > 250 {
		t.Errorf("%d of 500 problems have no solution: the mix tests little", infeasible)
	}
}

// checkNear compares the alternatives with all solutions within the loss: the same
// values in the same order, each solution real and once.
func checkNear(t *testing.T, seed uint64, sol Solution, all []listed, loss float64, most int) {
	t.Helper()
	var want []float64
	for _, l := range all {
		if l.value >= sol.Objective-loss {
			want = append(want, l.value)
		}
	}
	got := append([]float64{sol.Objective}, sol.AlternativeObjectives...)
	if !slices.Equal(got, want[:min(len(want), most+1)]) {
		t.Fatalf("seed %d: values %v, want %v", seed, got, want)
	}
	if complete := len(want) <= most; sol.AlternativesComplete != complete {
		t.Fatalf("seed %d: complete %v with %d within the loss", seed, sol.AlternativesComplete, len(want))
	}
	for i, x := range append([][]bool{sol.X}, sol.Alternatives...) {
		at := slices.IndexFunc(all, func(l listed) bool { return slices.Equal(l.x, x) })
		if at < 0 || all[at].value != got[i] {
			t.Fatalf("seed %d: alternative %d is no solution, or listed twice", seed, i)
		}
		all = slices.Delete(slices.Clone(all), at, at+1)
	}
}

// Solutions that differ in other variables only are one.
func TestSolve_distinct(t *testing.T) {
	for seed := range uint64(60) {
		p := everyKind(seed)
		over := []int{0, 1, 2}
		sol := mustSolve(t, p, Options{Alternatives: 10, NearLoss: 1e9, Distinct: over, NoConflict: true})
		best := map[[3]bool]float64{}
		for _, l := range allSolutions(p) {
			key := [3]bool{l.x[0], l.x[1], l.x[2]}
			if _, seen := best[key]; !seen {
				best[key] = l.value
			}
		}
		got := map[[3]bool]float64{}
		if sol.X != nil {
			got[[3]bool{sol.X[0], sol.X[1], sol.X[2]}] = sol.Objective
		}
		for i, x := range sol.Alternatives {
			got[[3]bool{x[0], x[1], x[2]}] = sol.AlternativeObjectives[i]
		}
		if len(got) != len(best) || len(best) > 0 && !sol.AlternativesComplete {
			t.Fatalf("seed %d: %v, want %v, complete %v", seed, got, best, sol.AlternativesComplete)
		}
		for k, v := range best {
			if got[k] != v {
				t.Fatalf("seed %d: %v has %v, want %v", seed, k, got[k], v)
			}
		}
	}
}

// A start changes the time and never the optimum, whatever it is.
func TestSolve_start(t *testing.T) {
	for seed := range uint64(4) {
		p := portfolio(40, seed)
		want := mustSolve(t, p, Options{})
		rng := rand.New(rand.NewPCG(seed, 1))
		for range 5 {
			start := slices.Clone(want.X)
			for range rng.IntN(20) {
				start[rng.IntN(len(start))] = rng.IntN(2) == 0
			}
			got := mustSolve(t, p, Options{Start: start})
			if got.Status != Optimal || got.Objective != want.Objective {
				t.Fatalf("seed %d: %v %v, want %v", seed, got.Status, got.Objective, want.Objective)
			}
		}
		// The optimum as a start is kept when nothing else is done.
		got, err := Solve(context.Background(), p, Options{Start: want.X, MaxNodes: 1})
		if err != nil || got.Objective != want.Objective || got.Bound < want.Objective {
			t.Errorf("seed %d: %v [%v], %v", seed, got.Objective, got.Bound, err)
		}
	}
}

// Numbering the variables anew changes the numbers and not the optimum.
func TestSolve_relabelled(t *testing.T) {
	for seed := range uint64(100) {
		p := everyKind(seed)
		perm := rand.New(rand.NewPCG(seed, 2)).Perm(len(p.Objective))
		q := Problem{Objective: make([]float64, len(perm))}
		for j, to := range perm {
			q.Objective[to] = p.Objective[j]
		}
		for _, r := range p.Rows {
			r.Terms = slices.Clone(r.Terms)
			for k := range r.Terms {
				r.Terms[k].Var = perm[r.Terms[k].Var]
			}
			q.Rows = append(q.Rows, r)
		}
		for _, f := range p.Fixed {
			f.Var = perm[f.Var]
			q.Fixed = append(q.Fixed, f)
		}
		a, b := mustSolve(t, p, Options{NoConflict: true}), mustSolve(t, q, Options{NoConflict: true})
		if a.Status != b.Status || a.Objective != b.Objective {
			t.Fatalf("seed %d: %v %v, relabelled %v %v", seed, a.Status, a.Objective, b.Status, b.Objective)
		}
	}
}
