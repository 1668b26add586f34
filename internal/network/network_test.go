package network

import (
	"bytes"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const (
	partner = iota
	partOf
	fundedBy
	_
	memberOf
)

// sample is five organisations: a and b have two joint projects with a gap between, a is a member of c, c is funded by d, e is alone
// and a and e met.
func sample(t *testing.T) *Book {
	t.Helper()
	met := uint8(11)
	if Kinds()[met].Key != "met" {
		t.Fatal("the kinds have another order")
	}
	b, err := NewBook([]Node{
		{ID: "e", Name: "Echo", Role: "firm", Employees: -1},
		{ID: "a", Name: "Alpha", Role: "firm", Sectors: 1, Placed: true, Lon: -1.5, Lat: 53.4, Themes: []int32{0}},
		{ID: "b", Name: "Beta", Role: "firm", Sectors: 2, Placed: true, Lon: -1.3, Lat: 53.4},
		{ID: "c", Name: "Charlie", Role: "driver", Roles: []string{"driver", "education"}},
		{ID: "d", Name: "Delta", Role: "funder"},
	}, []Link{
		{A: 1, B: 2, Kind: partner, First: 2014, Last: 2016, Records: 1, Weight: 1},
		{A: 2, B: 1, Kind: partner, First: 2019, Last: 2020, Records: 1, Weight: 0.5},
		{A: 1, B: 3, Kind: memberOf, First: 2015, Last: Forever, Records: 1, Weight: 1},
		{A: 3, B: 4, Kind: fundedBy, First: 0, Last: Forever, Records: 1, Weight: 1},
		{A: 1, B: 0, Kind: met, First: 2018, Last: 2019, Records: 1, Weight: 1},
	}, []Named{{"metals", "Metals"}, {"digital", "Digital"}}, []string{"welding"}, []Meeting{{ID: "m", Name: "Open day", Year: 2018, Orgs: []int32{1, 0}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func names2(v *View) (nodes, pairs []string) {
	for i := range v.Nodes {
		nodes = append(nodes, v.Node(i).ID)
	}
	for _, p := range v.Pairs {
		pairs = append(pairs, v.Node(int(p.A)).ID+v.Node(int(p.B)).ID)
	}
	return nodes, pairs
}

func TestView(t *testing.T) {
	b := sample(t)
	for _, c := range []struct {
		name         string
		query        string
		nodes, pairs string
		alone        int
	}{
		{"all ties, once a pair, without meetings", "", "abcd", "ab ac cd", 1},
		{"firms among themselves", "role=firm", "ab", "ab", 1},
		{"a kind", "kind=member_of", "ac", "ac", 3},
		{"meetings where they are asked for", "family=met", "ae", "ae", 3},
		{"a kind of another family", "kind=met,member_of", "ace", "ac ae", 2},
		{"a year between two projects: undated ties stay", "from=2017&to=2017", "acd", "ac cd", 2},
		{"and go where they are not wanted", "from=2017&to=2017&undated=no", "ac", "ac", 3},
		{"one end in the sector", "sector=metals", "abc", "ab ac", 0},
		{"both ends in the sectors", "sector=metals,digital&ends=both", "ab", "ab", 0},
		{"strong: two joint projects are", "strength=strong", "ab", "ab", 3},
		{"weak", "strength=weak", "acd", "ac cd", 2},
	} {
		v, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFilter(v)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		view := b.View(f)
		nodes, pairs := names2(view)
		if got, want := [2]string{join(nodes, ""), join(pairs, " ")}, [2]string{c.nodes, c.pairs}; got != want || view.Alone != c.alone {
			t.Errorf("%s: %v and %d alone; want %v and %d", c.name, got, view.Alone, want, c.alone)
		}
		if again, err := ParseFilter(f.Values()); err != nil || again.Key() != f.Key() {
			t.Errorf("%s: the key %q reads as %q, %v", c.name, f.Key(), again.Key(), err)
		}
		if view.Graph.Len() != len(view.Nodes) || view.Graph.Edges() != len(view.Pairs) {
			t.Errorf("%s: the graph has %d nodes and %d ties", c.name, view.Graph.Len(), view.Graph.Edges())
		}
	}
}

func join(list []string, by string) string {
	var out bytes.Buffer
	for i, s := range list {
		if i > 0 {
			out.WriteString(by)
		}
		out.WriteString(s)
	}
	return out.String()
}

func TestView_area(t *testing.T) {
	b := sample(t)
	f := Filter{Area: "team/west", Within: func(lon, _ float64) bool { return lon < -1.4 }}
	_, pairs := names2(b.View(f))
	f.Both = true
	_, both := names2(b.View(f))
	if join(pairs, " ") != "ab ac" || len(both) != 0 {
		t.Errorf("one end in the area: %v, both: %v; want ab and ac, and none: b lies elsewhere and c nowhere", pairs, both)
	}
}

// TestView_pair: what is known of a pair is what all its links say together.
func TestView_pair(t *testing.T) {
	p := sample(t).View(Filter{}).Pairs[0]
	want := Pair{A: 0, B: 1, Kinds: 1 << partner, Records: 2, Weight: 1.5, First: 2014, Last: 2020, Strong: true}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseFilter_wrong(t *testing.T) {
	for _, q := range []string{"from=x", "to=99999", "from=2020&to=2010", "strength=middling", "family=friends"} {
		v, _ := url.ParseQuery(q)
		if f, err := ParseFilter(v); err == nil {
			t.Errorf("%s is taken as %+v", q, f)
		}
	}
}

func TestChanges(t *testing.T) {
	years, undated := sample(t).Changes(Filter{}, 2014, 2022)
	var got []string
	for _, y := range years {
		got = append(got, string(rune('0'+y.Born))+string(rune('0'+y.Ended))+string(rune('0'+y.Stock)))
	}
	// ab lives 2014 to 2016 and 2019 to 2020, ac from 2015 on; cd is not dated.
	if want := []string{"101", "102", "002", "011", "001", "102", "002", "011", "001"}; undated != 1 || !cmp.Equal(want, got) {
		t.Errorf("born, ended, stock: %v with %d undated; want %v and 1", got, undated, want)
	}
}

func TestIndex(t *testing.T) {
	b := sample(t)
	var first, second bytes.Buffer
	if _, err := b.WriteTo(&first); err != nil {
		t.Fatal(err)
	}
	again, err := Open(first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, again, cmp.AllowUnexported(Book{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Node{}, "Roles")); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	if _, err := again.WriteTo(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("written again it has other bytes: %v", err)
	}
	for n := range first.Len() {
		if _, err := Open(first.Bytes()[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are taken as an index", n, first.Len())
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(indexForm))
	b, err := NewBook([]Node{{ID: "a"}, {ID: "b"}}, []Link{{A: 0, B: 1, Last: Forever, Records: 1, Weight: 1}}, nil, []string{"x"}, nil)
	if err != nil {
		f.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := Open(data); err == nil {
			b.View(Filter{}).Quick()
		}
	})
}

// TestAdd: records that overlap or touch are one spell, others are further ones.
func TestAdd(t *testing.T) {
	b := &Book{kinds: Kinds()}
	for _, y := range [][2]int{{0, 0}, {0, 2012}, {2014, 2015}, {2015, 0}, {2019, 0}, {2030, 2010}} {
		b.add(1, 0, partner, y[0], y[1], 1, 0.5)
	}
	want := []Link{{A: 0, B: 1, First: 0, Last: Forever, Records: 2, Weight: 1}, {A: 0, B: 1, First: 2014, Last: 2022, Records: 3, Weight: 1.5}, {A: 0, B: 1, First: 2030, Last: 2030, Records: 1, Weight: 0.5}}
	if diff := cmp.Diff(want, b.links); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestGroups: part of in steps is one group, under its lowest number; other ties make none.
func TestGroups(t *testing.T) {
	b, err := NewBook([]Node{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}}, []Link{
		{A: 4, B: 2, Kind: partOf, Last: Forever, Records: 1, Weight: 1}, {A: 2, B: 1, Kind: partOf, Last: Forever, Records: 1, Weight: 1},
		{A: 0, B: 1, Kind: memberOf, Last: Forever, Records: 1, Weight: 1}}, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := b.Groups(), []int32{0, 1, 1, 3, 1}; !cmp.Equal(want, got) {
		t.Errorf("%v; want %v", got, want)
	}
}
