package schedule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"milieu/internal/milp"
)

// random makes a problem of every kind of rule.
func random(r *rand.Rand, n, horizon int) Problem {
	p := Problem{Horizon: horizon, Origin: 2027}
	if r.IntN(3) > 0 {
		p.Discount = 0.035
	}
	for i := range n {
		t := Task{ID: fmt.Sprintf("t%d", i), Duration: 1 + r.IntN(3)}
		if r.IntN(4) > 0 {
			t.Value = float64(r.IntN(9))
		}
		switch r.IntN(8) {
		case 0:
			t.Earliest = r.IntN(3)
		case 1:
			t.Latest = At(r.IntN(horizon))
		case 2:
			t.Fixed = At(r.IntN(horizon - t.Duration + 1))
		}
		for k := range t.Duration {
			if r.IntN(3) > 0 {
				t.Uses = append(t.Uses, Use{[]string{"a", "b"}[r.IntN(2)], k, int64(1 + r.IntN(5))})
			}
		}
		p.Tasks = append(p.Tasks, t)
		for j := range i {
			if r.IntN(4) == 0 {
				p.Links = append(p.Links, Link{Before: p.Tasks[j].ID, After: t.ID, Kind: Kind(r.IntN(2)), Lag: r.IntN(4) - 1})
			}
		}
	}
	for t := range horizon {
		if r.IntN(2) == 0 {
			p.Capacities = append(p.Capacities, Capacity{Resource: []string{"a", "b", ""}[r.IntN(3)], From: t, To: t + 1, Amount: int64(2 + r.IntN(8))})
		}
	}
	if r.IntN(4) == 0 {
		p.Capacities = append(p.Capacities, Capacity{From: 0, To: horizon / 2, Amount: int64(5 + r.IntN(20))})
	}
	return p
}

// exhaustive tries every start of every task.
func exhaustive(p Problem) (best []int) {
	starts := make([]int, len(p.Tasks))
	var try func(i int)
	try = func(i int) {
		if i == len(starts) {
			if b, _ := Check(p, starts); len(b) == 0 && (best == nil || better(p, starts, best)) {
				best = slices.Clone(starts)
			}
			return
		}
		for s := 0; s+p.Tasks[i].Duration <= p.Horizon; s++ {
			starts[i] = s
			try(i + 1)
		}
	}
	try(0)
	return best
}

func better(p Problem, a, b []int) bool {
	if d := Worth(p, a) - Worth(p, b); math.Abs(d) > 1e-9 {
		return d > 0
	}
	if p.end(a) != p.end(b) {
		return p.end(a) < p.end(b)
	}
	return sum(a) < sum(b)
}

func sum(list []int) int {
	n := 0
	for _, v := range list {
		n += v
	}
	return n
}

func TestSolve_exhaustive(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	none := 0
	for k := range 400 {
		p := random(r, 2+r.IntN(4), 4+r.IntN(4))
		want := exhaustive(p)
		got, err := Solve(context.Background(), p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			none++
			if got.Status != milp.Infeasible || len(got.Conflict) == 0 {
				t.Fatalf("%d: nothing fits, but the answer is %v with the conflict %q", k, got.Status, got.Conflict)
			}
			continue
		}
		if got.Status != milp.Optimal || !got.Shortest {
			t.Fatalf("%d: %v, shortest %v", k, got.Status, got.Shortest)
		}
		if b, _ := Check(p, got.Starts); len(b) > 0 {
			t.Fatalf("%d: the schedule breaks %v", k, b)
		}
		if math.Abs(Worth(p, want)-got.Value) > 1e-6 || p.end(want) != got.End || sum(want) != sum(got.Starts) {
			t.Fatalf("%d: got %v worth %g end %d, want %v worth %g end %d\n%+v", k, got.Starts, got.Value, got.End, want, Worth(p, want), p.end(want), p)
		}
	}
	if none < 20 || none > 300 {
		t.Errorf("%d of 400 problems have no schedule; the test wants a mixture", none)
	}
}

// Every rule that a conflict names is needed: without it something fits.
func TestSolve_conflict(t *testing.T) {
	p := Problem{Horizon: 6, Origin: 2027, Tasks: []Task{
		{ID: "road", Duration: 2, Earliest: 1},
		{ID: "site", Duration: 2},
		{ID: "school", Duration: 2, Latest: At(3)},
		{ID: "other", Duration: 1},
	}, Links: []Link{{Before: "road", After: "site"}, {Before: "site", After: "school"}}}
	got, err := Solve(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"road begins in 2028 at the earliest", "site begins when road has ended", "school begins when site has ended", "school begins in 2030 at the latest"}
	if got.Status != milp.Infeasible || !slices.Equal(got.Conflict, want) {
		t.Errorf("%v: %q, want %q", got.Status, got.Conflict, want)
	}
	p = Problem{Horizon: 2, Origin: 2027, Tasks: []Task{
		{ID: "x", Duration: 1, Uses: []Use{{"money", 0, 7}}},
		{ID: "y", Duration: 2, Uses: []Use{{"money", 0, 2}, {"money", 1, 5}}},
	}, Capacities: []Capacity{{Resource: "money", From: 0, To: 1, Amount: 8}, {Resource: "money", From: 1, To: 2, Amount: 9}}}
	if got, err = Solve(context.Background(), p, Options{}); err != nil || got.Status != milp.Infeasible || !got.ConflictMinimal {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, w := range []string{"at most 8 of money in 2027", "at most 9 of money in 2028"} {
		if !slices.Contains(got.Conflict, w) {
			t.Errorf("the conflict %q does not name %q", got.Conflict, w)
		}
	}
}

func TestSolve_cycle(t *testing.T) {
	p := Problem{Horizon: 9, Tasks: []Task{{ID: "a", Duration: 1}, {ID: "b", Duration: 1}, {ID: "c", Duration: 1}, {ID: "d", Duration: 1}},
		Links: []Link{{Before: "a", After: "b"}, {Before: "b", After: "c"}, {Before: "c", After: "d"}, {Before: "d", After: "b"}, {Before: "c", After: "b"}}}
	_, err := Solve(context.Background(), p, Options{})
	var c *CycleError
	if !errors.As(err, &c) || strings.Join(c.Cycle, " ") != "b c b" {
		t.Errorf("error %v with the circle %v, want b c b", err, c)
	}
}

func TestSolve_same(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 20 {
		p := random(r, 8, 9)
		a, _ := Solve(context.Background(), p, Options{})
		b, _ := Solve(context.Background(), p, Options{})
		if !slices.Equal(a.Starts, b.Starts) {
			t.Fatalf("%v and %v", a.Starts, b.Starts)
		}
	}
}

// A textbook network (Kelley & Walker's method): A 3; B 4; C 2 after A; D 5 after B;
// E 1 after C and D; F 2 after A. The critical path is B, D, E and lasts 10.
func TestCritical(t *testing.T) {
	p := Problem{Horizon: 20, Tasks: []Task{{ID: "A", Duration: 3}, {ID: "B", Duration: 4}, {ID: "C", Duration: 2}, {ID: "D", Duration: 5}, {ID: "E", Duration: 1}, {ID: "F", Duration: 2}},
		Links: []Link{{Before: "A", After: "C"}, {Before: "B", After: "D"}, {Before: "C", After: "E"}, {Before: "D", After: "E"}, {Before: "A", After: "F"}}}
	got, err := Critical(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Float{{0, 4, 4, 0, false}, {0, 0, 0, 0, true}, {3, 7, 4, 4, false}, {4, 4, 0, 0, true}, {9, 9, 0, 0, true}, {3, 8, 5, 5, false}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestCheck(t *testing.T) {
	p := Problem{Horizon: 5, Origin: 2027, Tasks: []Task{
		{ID: "a", Duration: 2, Earliest: 1, Uses: []Use{{"m", 0, 5}, {"m", 1, 5}}},
		{ID: "b", Duration: 3, Latest: At(1), Uses: []Use{{"m", 0, 4}}},
		{ID: "c", Duration: 1, Fixed: At(2)},
	}, Links: []Link{{Before: "a", After: "b", Lag: 1}}, Capacities: []Capacity{{From: 3, To: 4, Amount: 8}}}
	got, err := Check(p, []int{-1, 3, 0})
	if err != nil {
		t.Fatal(err)
	}
	var says []string
	for _, b := range got {
		says = append(says, fmt.Sprintf("%s %s %d", b.Rule, b.Says, b.By))
	}
	want := []string{"too early a begins in 2028 at the earliest 2", "too late b begins in 2028 at the latest 2", "overruns b ends with 2031 at the latest 1", "too early c begins in 2029 2"}
	if !slices.Equal(says, want) {
		t.Errorf("got %q\nwant %q", says, want)
	}
	if got, _ = Check(p, []int{2, 3, 2}); len(got) != 4 || got[2].Rule != OutOfTurn || got[2].By != 2 || got[3].Rule != TooMuch || got[3].By != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestValidate(t *testing.T) {
	ok := Task{ID: "a", Duration: 1}
	for _, p := range []Problem{
		{Horizon: 0}, {Horizon: 3, Discount: -1}, {Horizon: 3, Discount: math.NaN()}, {Horizon: 3, Tasks: []Task{ok, ok}}, {Horizon: 3, Tasks: []Task{{ID: "a"}}}, {Horizon: 3, Tasks: []Task{{Duration: 1}}},
		{Horizon: 3, Tasks: []Task{{ID: "a", Duration: 1, Value: math.Inf(1)}}}, {Horizon: 3, Tasks: []Task{{ID: "a", Duration: 1, Earliest: -1}}}, {Horizon: 3, Tasks: []Task{{ID: "a", Duration: 1, Uses: []Use{{"m", 1, 1}}}}},
		{Horizon: 3, Tasks: []Task{{ID: "a", Duration: 1, Uses: []Use{{"m", 0, -1}}}}}, {Horizon: 3, Tasks: []Task{ok}, Links: []Link{{Before: "a", After: "x"}}}, {Horizon: 3, Tasks: []Task{ok}, Links: []Link{{Before: "a", After: "a"}}},
		{Horizon: 3, Capacities: []Capacity{{From: 1, To: 1}}}, {Horizon: 3, Capacities: []Capacity{{From: 0, To: 1, Amount: -1}}},
	} {
		if _, err := Solve(context.Background(), p, Options{}); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
	if s, err := Solve(context.Background(), Problem{Horizon: 1}, Options{}); err != nil || s.Status != milp.Optimal {
		t.Errorf("nothing to do: %+v, %v", s, err)
	}
}

// More of everything never makes it worth less, and the order of the tasks changes nothing.
func TestSolve_properties(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 4))
	for range 60 {
		p := random(r, 6, 8)
		a, _ := Solve(context.Background(), p, Options{})
		more := p
		more.Capacities = slices.Clone(p.Capacities)
		for i := range more.Capacities {
			more.Capacities[i].Amount += int64(r.IntN(4))
		}
		if b, _ := Solve(context.Background(), more, Options{}); a.Starts != nil && (b.Starts == nil || b.Value < a.Value-1e-6) {
			t.Fatalf("with more the value falls from %g to %g", a.Value, b.Value)
		}
		turned := p
		turned.Tasks = slices.Clone(p.Tasks)
		slices.Reverse(turned.Tasks)
		b, _ := Solve(context.Background(), turned, Options{})
		if a.Status != b.Status || math.Abs(a.Value-b.Value) > 1e-6 || a.End != b.End || sum(a.Starts) != sum(b.Starts) {
			t.Fatalf("in another order %v %g %d %d, before %v %g %d %d", b.Status, b.Value, b.End, sum(b.Starts), a.Status, a.Value, a.End, sum(a.Starts))
		}
	}
}
