package structure

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/network"
	"milieu/internal/network/export"
)

// bookOf makes a book of organisations by number, with roles, and undated ties of kind works_with.
func bookOf(t *testing.T, roles []string, ties ...[2]int32) *network.Book {
	t.Helper()
	var nodes []network.Node
	for i, role := range roles {
		nodes = append(nodes, network.Node{ID: fmt.Sprintf("o%02d", i), Name: fmt.Sprintf("Organisation %d", i), Role: role, Roles: []string{role}, Employees: -1, Lon: float64(i) / 100, Lat: 53, Placed: i%5 != 4, Sectors: uint32(i % 3)})
	}
	kind := uint8(slices.IndexFunc(network.Kinds(), func(k network.Kind) bool { return k.Key == "works_with" }))
	var links []network.Link
	for _, tie := range ties {
		links = append(links, network.Link{A: min(tie[0], tie[1]), B: max(tie[0], tie[1]), Kind: kind, Last: network.Forever, Records: 1, Weight: 1})
	}
	b, err := network.NewBook(nodes, links, []network.Named{{ID: "s", Name: "S"}, {ID: "t", Name: "T"}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func firms(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "firm"
	}
	return out
}

// barbell: two triangles joined by the node 3, with a tail 7-8 at the second.
var barbell = [][2]int32{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {4, 6}, {6, 7}, {7, 8}}

// Closed form: without the middle, components of 3 and 5; 8·7/2 = 28 pairs of others before, 3 + 10 after.
func TestLeave(t *testing.T) {
	v := bookOf(t, firms(9), barbell...).View(network.Filter{})
	l := Leave(v, 3)
	if l.Degree != 2 || l.Before.Components != 1 || l.After.Components != 2 || l.Pieces != 1 {
		t.Errorf("%+v", l)
	}
	if diff := cmp.Diff([]int32{0, 1, 2}, l.CutOff); diff != "" {
		t.Error(diff)
	}
	if l.Lost != 28-13 || l.Before.Joined != 36 || l.After.Joined != 13 {
		t.Errorf("lost %v of %v, %v stay", l.Lost, l.Before.Joined, l.After.Joined)
	}
	if math.Abs(l.Before.Density-10.0/36) > 1e-12 || math.Abs(l.After.Density-8.0/28) > 1e-12 {
		t.Errorf("density %v, %v", l.Before.Density, l.After.Density)
	}
	// The triangle has 3 pairs at 1 step; 4,5,6,7,8 have 4-5 4-6 5-6 6-7 7-8 at 1, 4-7 5-7 6-8 at 2, 4-8 5-8 at 3.
	if want := (3.0 + 5 + 6 + 6) / 13; math.Abs(l.After.Distance-want) > 1e-12 {
		t.Errorf("mean steps %v, want %v", l.After.Distance, want)
	}
	if CutOff(v, 3) != 3 || CutOff(v, 0) != 0 || CutOff(v, 7) != 1 {
		t.Error("who is cut off")
	}
	// An end of a cycle that leaves makes nobody's way longer than what was through it.
	if l := Leave(v, 0); l.Lost != 0 || len(l.CutOff) != 0 || l.Longer != 0 {
		t.Errorf("%+v", l)
	}
}

func TestAround(t *testing.T) {
	v := bookOf(t, firms(9), barbell...).View(network.Filter{})
	e := Around(v, 4)
	if diff := cmp.Diff([]int32{3, 5, 6}, e.Alters); diff != "" {
		t.Error(diff)
	}
	if e.Among != 1 || math.Abs(e.Density-1.0/3) > 1e-12 || e.Second != 2 || e.Strong != 3 {
		t.Errorf("%+v", e)
	}
	if _, ok := PairOf(v, 0, 8); ok {
		t.Error("a pair that is not tied")
	}
}

func TestPaths(t *testing.T) {
	v := bookOf(t, firms(6), [2]int32{0, 1}, [2]int32{0, 2}, [2]int32{1, 3}, [2]int32{2, 3}, [2]int32{4, 5}).View(network.Filter{})
	r := Paths(v, 0, 3, 5)
	if diff := cmp.Diff(Route{true, [][]int32{{0, 1, 3}, {0, 2, 3}}, 2}, r); diff != "" {
		t.Error(diff)
	}
	if r := Paths(v, 0, 4, 5); r.Found {
		t.Errorf("%+v", r)
	}
	// Of the parts {0 1 2 3} and {4 5} the positions 3 and 5 are nearest: 4 has none.
	b := NearestBreak(v, 0, 4)
	if b.Here != 3 || b.There != 5 || b.Mine != 4 || b.Yours != 2 || math.Abs(b.Metres-1338) > 5 {
		t.Errorf("%+v", b)
	}
}

func TestCover(t *testing.T) {
	b := bookOf(t, []string{"driver", "cultivator", "firm", "firm", "driver", "firm"}, [2]int32{0, 2}, [2]int32{0, 3}, [2]int32{1, 2}, [2]int32{0, 5})
	v := b.View(network.Filter{})
	columns := Anchors(v, "driver", "cultivator")
	if diff := cmp.Diff([]Column{{0, 3}, {1, 1}, {4, 0}}, columns); diff != "" {
		t.Error(diff)
	}
	c := Cover(v, RoleRows(b), columns)
	want := map[string][]int{"firm": {3, 1, 0}, "driver": {0, 0, 0}, "cultivator": {0, 0, 0}}
	for i, row := range c.Rows {
		if diff := cmp.Diff(want[row.Key], c.Cells[i]); diff != "" {
			t.Errorf("%s: %s", row.Key, diff)
		}
	}
	// Firms are the largest row; a row that holds nobody but the anchor has no gap with it.
	gaps := c.Gaps()
	if len(gaps) != 1+3+2 || c.Rows[gaps[0].Row].Key != "firm" || gaps[0].Column != 2 {
		t.Errorf("%v", gaps)
	}
	near := Nearness(v, columns[:1], columns[1:])
	if diff := cmp.Diff([][]int{{2, 0}}, near.Steps); diff != "" || near.Shared[0][0] != 1 {
		t.Errorf("%v %v", diff, near.Shared)
	}
}

// A star of three groups: 0 in the middle of group a, 1 and 2 in a, 3 and 4 in b, 5 in c: 10 pairs.
func TestBrokerage(t *testing.T) {
	v := bookOf(t, firms(6), [2]int32{0, 1}, [2]int32{0, 2}, [2]int32{0, 3}, [2]int32{0, 4}, [2]int32{0, 5}).View(network.Filter{})
	all, err := Brokerage(v, []int{0, 0, 0, 1, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Brokers{Coordinator: 1, Gatekeeper: 6, Consultant: 1, Liaison: 2}, all[0]); diff != "" || all[0].All() != 10 {
		t.Error(diff)
	}
}

func TestGrouping(t *testing.T) {
	b := bookOf(t, firms(4))
	at := Grouping(b, []Row{{Key: "large", Orgs: []int32{0, 1, 2}}, {Key: "small", Orgs: []int32{1}}})
	if diff := cmp.Diff([]int{0, 1, 0, -1}, at); diff != "" {
		t.Error(diff)
	}
}

// What is taken away is the view: as many nodes, every spell, the same bytes each time.
func TestTaken(t *testing.T) {
	v := bookOf(t, firms(9), barbell...).View(network.Filter{})
	for _, format := range export.Formats() {
		var a, b bytes.Buffer
		for _, out := range []*bytes.Buffer{&a, &b} {
			if err := export.Write(out, format, Taken(v, nil, nil, "Test", nil)); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: other bytes the second time", format)
		}
		if format == "graphml" && (bytes.Count(a.Bytes(), []byte("<node ")) != 9 || bytes.Count(a.Bytes(), []byte("<edge ")) != len(barbell)) {
			t.Errorf("%s", a.Bytes())
		}
	}
}
