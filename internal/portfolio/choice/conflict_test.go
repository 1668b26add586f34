package choice

import (
	"os"
	"strings"
	"testing"
)

func problemOf(t *testing.T, file string) Problem {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Of a rule with two limits a conflict names the half that it needs, and that half alone clashes with the rest.
func TestConflict_half(t *testing.T) {
	least, most := Pence(50_00), Pence(90_00)
	p := Problem{Options: []Option{{ID: "a", Value: 1, Cost: ptr(Pence(20_00))}, {ID: "b", Value: 1, Cost: ptr(Pence(20_00))}},
		Budgets: []Budget{{Name: "money", Least: &least, Amount: &most}}}
	s, err := Solve(t.Context(), p, Options{})
	if err != nil || len(s.Conflict) != 1 || s.Conflict[0].Words != "money: at least £50" || !s.ConflictMinimal {
		t.Errorf("%+v, minimal %v, %v", s.Conflict, s.ConflictMinimal, err)
	}
	// A real one, found by a reviewer: the whole rule conflicts with itself, so only a half can be meant.
	s, err = Solve(t.Context(), problemOf(t, "twosided.json"), Options{})
	if err != nil || s.Status != Infeasible || !s.ConflictMinimal {
		t.Fatalf("%+v, %v", s, err)
	}
	for _, r := range s.Conflict {
		if strings.Contains(r.Words, "at least") && strings.Contains(r.Words, "at most") || strings.Contains(r.Words, ": from ") {
			t.Errorf("both halves are named: %s", r.Words)
		}
	}
}

// A cut with a small unit once took the best choice away: the file is what it was found with.
func TestSolve_cut(t *testing.T) {
	p := problemOf(t, "cut.json")
	want := solveAll(p)
	s, err := Solve(t.Context(), p, Options{})
	if err != nil || s.Status != Optimal || s.Value != float(want.best) || s.Value != 16 {
		t.Errorf("%s with %v, want 16 and %v; %v", s.Status, s.Value, float(want.best), err)
	}
}

func TestKeeps(t *testing.T) {
	p := Problem{Budget: ptr(Pence(100)), Options: []Option{{ID: "a", Cost: ptr(Pence(60))}, {ID: "b", Cost: ptr(Pence(40))}},
		Draws: []Draw{{}, {Costs: map[string]Pence{"a": 61}}, {Costs: map[string]Pence{"a": 50, "b": 50}}, {Costs: map[string]Pence{"b": 41}}}}
	for want, ids := range map[float64][]string{0.5: {"a", "b"}, 1: {"a"}} {
		if got, err := Keeps(p, ids); err != nil || got != want {
			t.Errorf("%v keeps its budget in %v of the draws, want %v, %v", ids, got, want, err)
		}
	}
}
