package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestMakeLists_deterministic(t *testing.T) {
	a, b := makeLists(500, 3), makeLists(500, 3)
	if !slices.Equal(a.left, b.left) || !slices.Equal(a.right, b.right) || !slices.Equal(a.truth, b.truth) {
		t.Error("the same seed gave different lists")
	}
	if c := makeLists(500, 4); slices.Equal(a.left, c.left) {
		t.Error("another seed gave the same list")
	}
}

func TestMakeLists_shape(t *testing.T) {
	const n = 20000
	s := makeLists(n, 1)
	if len(s.left) != n || len(s.right) != n || len(s.truth) != n*3/10 {
		t.Fatalf("%d left, %d right, %d true pairs; want %d, %d, %d", len(s.left), len(s.right), len(s.truth), n, n, n*3/10)
	}
	names := map[string]bool{}
	for i, row := range s.left {
		name := strings.Split(row, ",")[1]
		for _, form := range []string{" LIMITED", " LTD", " LLP", " CIC", " PLC"} {
			name = strings.TrimSuffix(name, form)
		}
		if row == "" || names[name] {
			t.Fatalf("left row %d: %q is empty or names an organisation again", i, row)
		}
		names[name] = true
	}
	right := map[string]int{}
	same, missing := 0, 0
	for _, row := range s.truth {
		_, id, _ := strings.Cut(row, ",")
		right[id]++
	}
	for _, row := range s.right {
		if strings.HasSuffix(row, ",") {
			missing++
		}
		if name := strings.ToUpper(strings.Split(row, ",")[1]); names[name] {
			same++
		}
	}
	for id, k := range right {
		if k > 1 {
			t.Errorf("%s is in the truth %d times", id, k)
		}
	}
	// A tenth of the right list lacks its postcode, give or take three standard deviations.
	if missing < n/10-130 || missing > n/10+130 {
		t.Errorf("%d of %d right rows lack a postcode; want about a tenth", missing, n)
	}
	if same > n*3/20 {
		t.Errorf("%d of %d right names are undamaged; the benchmark would be easy", same, n)
	}
}

func TestTypo_keepsNumbers(t *testing.T) {
	d := damager{r: newMakerForTest().r}
	for range 200 {
		if got := d.typo("KELSO SOLAR 14"); !strings.HasSuffix(got, " 14") {
			t.Fatalf("typo changed the number: %q", got)
		}
	}
}

func TestPlacer_postcodesDiffer(t *testing.T) {
	m := newMakerForTest()
	seen := map[string]string{}
	for town := range postTowns {
		name, area := split(postTowns[town])
		units := m.places.count(town)
		for u := range units {
			code := m.places.code(area, town, u, units)
			if other, ok := seen[code]; ok {
				t.Fatalf("%s is in %s and in %s", code, other, name)
			}
			seen[code] = name
		}
	}
}

func newMakerForTest() *maker { return newMaker(rand.New(rand.NewPCG(1, 2)), 100_000) }
