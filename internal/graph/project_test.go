package graph

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// projectionCase is an incidence with networkx's one-mode network, made by oracle/graph/projection.py.
type projectionCase struct {
	Name              string
	Projects, Members int
	List              [][2]int32
	Ties              [][4]float64
}

func incidence(t testing.TB, projects, members int, list [][2]int32) Incidence {
	t.Helper()
	var rows []Membership
	for _, m := range list {
		rows = append(rows, Membership{m[0], m[1]})
	}
	in, err := NewIncidence(projects, members, rows)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestIncidence_oracle(t *testing.T) {
	for _, c := range readJSON[[]projectionCase](t, "testdata/projection.json") {
		in := incidence(t, c.Projects, c.Members, c.List)
		ties := slices.Collect(in.Ties())
		if len(ties) != len(c.Ties) {
			t.Errorf("%s: %d ties, networkx %d", c.Name, len(ties), len(c.Ties))
			continue
		}
		for i, want := range c.Ties {
			got := ties[i]
			if float64(got.A) != want[0] || float64(got.B) != want[1] || float64(got.Shared) != want[2] || math.Abs(got.Weight-want[3]) > 1e-12 {
				t.Errorf("%s: tie %d is %+v, networkx %v", c.Name, i, got, want)
			}
		}
	}
}

// TestIncidence_any: the strength of a member is the number of its projects with a second member, whatever the order
// and the doubles of the list.
func TestIncidence_any(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		projects, members := rapid.IntRange(1, 8).Draw(t, "projects"), rapid.IntRange(1, 9).Draw(t, "members")
		var list []Membership
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			list = append(list, Membership{int32(rapid.IntRange(0, projects-1).Draw(t, "p")), int32(rapid.IntRange(0, members-1).Draw(t, "m"))})
		}
		in, err := NewIncidence(projects, members, list)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(list)
		other, err := NewIncidence(projects, members, append(list, list...))
		if err != nil {
			t.Fatal(err)
		}
		ties := slices.Collect(in.Ties())
		if !slices.Equal(ties, slices.Collect(other.Ties())) {
			t.Fatal("another order or doubles gave other ties")
		}
		strength := make([]float64, members)
		last := Tie{A: -1}
		for _, tie := range ties {
			if tie.A >= tie.B || tie.A < last.A || tie.A == last.A && tie.B <= last.B || tie.Shared < 1 {
				t.Fatalf("%+v follows %+v", tie, last)
			}
			strength[tie.A] += tie.Weight
			strength[tie.B] += tie.Weight
			last = tie
		}
		for m, joint := range in.Joint() {
			if math.Abs(strength[m]-float64(joint)) > 1e-9 {
				t.Fatalf("member %d has strength %v and %d joint projects", m, strength[m], joint)
			}
		}
	})
}

// TestIncidence_large: a project of 3,000 is 4.5 million ties, which are read one by one and may be left at any.
func TestIncidence_large(t *testing.T) {
	const k = 3000
	var list [][2]int32
	for m := range int32(k) {
		list = append(list, [2]int32{0, m})
	}
	in := incidence(t, 1, k, list)
	n, sum := 0, 0.0
	for tie := range in.Ties() {
		n++
		sum += tie.Weight
	}
	if n != k*(k-1)/2 || math.Abs(sum-k/2) > 1e-6 {
		t.Errorf("%d ties of weight %v", n, sum)
	}
	for tie := range in.Ties() {
		if tie.B > 3 {
			break
		}
	}
}

func TestIncidence_edges(t *testing.T) {
	for range (Incidence{}).Ties() {
		t.Error("the zero value has ties")
	}
	if len((Incidence{}).Joint()) != 0 {
		t.Error("the zero value has members")
	}
	for _, m := range []Membership{{-1, 0}, {2, 0}, {0, 3}, {0, -1}} {
		if _, err := NewIncidence(2, 3, []Membership{{0, 0}, m}); err == nil {
			t.Errorf("%+v was taken", m)
		}
	}
	in := incidence(t, 3, 3, [][2]int32{{2, 1}, {0, 1}, {0, 1}, {0, 2}})
	if !slices.Equal(in.Members(0), []int32{1, 2}) || len(in.Members(1)) != 0 || !slices.Equal(in.Projects(1), []int32{0, 2}) {
		t.Errorf("members %v and %v, projects %v", in.Members(0), in.Members(1), in.Projects(1))
	}
}
