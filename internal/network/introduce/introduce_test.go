package introduce

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// small is a lab and firms around it, with everything that reasons are made of.
func small() Data {
	d := Data{Now: 2024, Themes: []string{"composites", "high-rate composites", "carbon capture", "carbon fibre", "welding", "hydrogen"}, Sectors: []Named{{"making", "Making"}}}
	at := func(id, name, role string, km float64, themes ...int32) {
		d.Orgs = append(d.Orgs, Org{ID: id, Name: name, Role: role, Lat: 53 + km/111.195, Placed: km >= 0, Themes: themes})
	}
	at("a-lab", "Rate Laboratory (RL)", "driver", 0, 0)
	at("b-firm", "Wing Works", "firm", 0.5, 1)
	at("c-firm", "Needy", "firm", 3)
	at("d-welder", "Joiners", "firm", 300, 4)
	at("e-welder", "Melters", "firm", -1, 4)
	at("f-hub", "Hub (The)", "intermediary", 1)
	at("g-old", "Gone", "firm", 1, 0)
	at("h-part", "Part of Lab", "driver", 0, 0)
	at("i-money", "Fund", "funder", 0, 0)
	at("j-far", "Capture Co", "firm", 2, 2)
	at("k-fibre", "Fibre Co", "driver", 2, 3)
	d.Orgs[2].Needs = []int32{5}
	d.Orgs[0].Offers = []int32{5}
	d.Orgs[3].Industry, d.Orgs[4].Industry = "25620", "25620"
	d.Orgs[6].Closed = "dissolved"
	d.Orgs[1].Sectors = 1
	tie := func(a, b int32, first, last int) {
		d.Ties = append(d.Ties, Tie{A: a, B: b, First: first, Last: last, Family: "tie", Working: true})
	}
	tie(0, 5, 2020, 9999)
	tie(1, 5, 2020, 9999)
	tie(2, 5, 2008, 9999)
	tie(0, 3, 2015, 2019)
	d.Ties = append(d.Ties, Tie{A: 7, B: 0, First: 2020, Last: 9999, Family: "tie", Inside: true, Strong: true})
	d.Meetings = []Meeting{{Name: "Day", Year: 2024, Orgs: []int32{0, 1, 2}}}
	return d
}

func rank(t *testing.T, d Data, a Ask) List {
	t.Helper()
	l, err := Of(d, nil).Rank(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// pair finds a pair and the keys of its reasons.
func pair(d Data, l List, a, b string) (p Pair, keys []string, ok bool) {
	for _, p := range l.Pairs {
		x, y := d.Orgs[p.A].ID, d.Orgs[p.B].ID
		if x == a && y == b || x == b && y == a {
			for _, r := range slices.Concat(p.For, p.Against) {
				keys = append(keys, r.Key)
			}
			slices.Sort(keys)
			return p, keys, true
		}
	}
	return Pair{}, nil, false
}

func TestRank_reasons(t *testing.T) {
	d := small()
	l := rank(t, d, Ask{N: 50, PerOrg: 50})
	for _, c := range []struct {
		a, b string
		keys []string
		text string
	}{
		{"a-lab", "b-firm", []string{"met", "near", "shared-partner", "theme"}, "both work on composite, one as driver, the other as firm"},
		{"a-lab", "c-firm", []string{"met", "near", "need-offer", "old-evidence", "shared-partner"}, "Needy needs hydrogen; RL offers it"},
		{"a-lab", "d-welder", []string{"bridges", "dormant", "far"}, "were tied until 2019"},
		{"b-firm", "h-part", []string{"near", "theme", "bridges"}, "within walking distance (500 m)"},
	} {
		p, keys, ok := pair(d, l, c.a, c.b)
		slices.Sort(c.keys)
		if c.b == "h-part" {
			keys = slices.DeleteFunc(keys, func(k string) bool { return k == "bridges" || k == "shared-partner" || k == "peers" })
			c.keys = []string{"near", "theme"}
		}
		if !ok || !slices.Equal(keys, c.keys) {
			t.Errorf("%s and %s: listed %v with %v, want %v", c.a, c.b, ok, keys, c.keys)
		}
		texts := ""
		sum := 0.0
		for _, r := range p.For {
			texts += r.Text + "\n"
			sum += r.Points
		}
		for _, r := range p.Against {
			texts += r.Text + "\n"
			sum -= r.Points
		}
		if ok && !strings.Contains(texts, c.text) {
			t.Errorf("%s and %s: %q is not in\n%s", c.a, c.b, c.text, texts)
		}
		if ok && math.Abs(sum-p.Score) > 1e-9 {
			t.Errorf("%s and %s: points add up to %v, score %v", c.a, c.b, sum, p.Score)
		}
	}
	if p, _, _ := pair(d, l, "a-lab", "b-firm"); p.Via != 5 {
		t.Errorf("could introduce lab and firm: %d, want the hub", p.Via)
	}
	for _, no := range [][2]string{{"a-lab", "f-hub"}, {"a-lab", "h-part"}, {"a-lab", "i-money"}, {"a-lab", "g-old"}, {"d-welder", "e-welder"}, {"j-far", "k-fibre"}} {
		if p, keys, ok := pair(d, l, no[0], no[1]); ok {
			t.Errorf("%v is listed: %v %v", no, p.Score, keys)
		}
	}
}

func TestRank_asks(t *testing.T) {
	d := small()
	all := rank(t, d, Ask{N: 50, PerOrg: 50})
	if again := rank(t, d, Ask{N: 50, PerOrg: 50}); !reflect.DeepEqual(again, all) {
		t.Error("the same ask gave another list")
	}
	for _, p := range rank(t, d, Ask{Org: "b-firm", N: 50}).Pairs {
		if p.A != 1 {
			t.Errorf("a partner list for b-firm begins a pair with %d", p.A)
		}
	}
	for _, p := range rank(t, d, Ask{N: 50, PerOrg: 1}).Pairs {
		if p.A == p.B {
			t.Error("paired with itself")
		}
	}
	used := map[int]int{}
	for _, p := range rank(t, d, Ask{N: 50, PerOrg: 1}).Pairs {
		used[p.A]++
		used[p.B]++
		if used[p.A] > 1 || used[p.B] > 1 {
			t.Errorf("pair %d %d: an organisation stands twice in a list with one each", p.A, p.B)
		}
	}
	_, _, ok := pair(d, rank(t, d, Ask{N: 50, PerOrg: 50, Hidden: []Couple{{"b-firm", "a-lab"}}}), "a-lab", "b-firm")
	if ok {
		t.Error("a hidden pair is listed")
	}
	p, keys, ok := pair(d, rank(t, d, Ask{N: 50, PerOrg: 50, Declined: []Couple{{"b-firm", "a-lab"}}}), "a-lab", "b-firm")
	before, _, _ := pair(d, all, "a-lab", "b-firm")
	if ok && (!slices.Contains(keys, "declined") || p.Score >= before.Score) {
		t.Errorf("declined: score %v after %v, reasons %v", p.Score, before.Score, keys)
	}
	for _, p := range rank(t, d, Ask{N: 50, PerOrg: 50, Theme: "welding"}).Pairs {
		if !slices.Contains(d.Orgs[p.A].Themes, 4) && !slices.Contains(d.Orgs[p.B].Themes, 4) {
			t.Errorf("theme welding: neither %d nor %d holds it", p.A, p.B)
		}
	}
	for _, p := range rank(t, d, Ask{N: 50, PerOrg: 50, Sector: "making"}).Pairs {
		if p.A != 1 && p.B != 1 {
			t.Errorf("sector: %d and %d are not in it", p.A, p.B)
		}
	}
	for _, p := range rank(t, d, Ask{N: 50, PerOrg: 50, Within: func(v int) bool { return v < 3 }}).Pairs {
		if p.A > 2 || p.B > 2 {
			t.Errorf("area: %d or %d is not in it", p.A, p.B)
		}
	}
	for name, a := range map[string]Ask{"org": {Org: "nobody"}, "theme": {Theme: "pottery"}, "sector": {Sector: "nothing"}} {
		if _, err := Of(d, nil).Rank(context.Background(), a); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if l := rank(t, Data{}, Ask{}); len(l.Pairs) != 0 {
		t.Error("pairs of nobody")
	}
}

// likely is a model by which every pair is tied with the same probability.
type likely float64

func (l likely) Expected(a, b int) float64 { return float64(l) }

// The null model's reason needs a pair three times as likely as the average.
func TestRank_expected(t *testing.T) {
	d := small()
	x := Of(d, nil)
	for times, want := range map[float64]bool{2: false, 4: true} {
		l, err := Of(d, likely(times*x.rate)).Rank(context.Background(), Ask{N: 50, PerOrg: 50})
		if err != nil {
			t.Fatal(err)
		}
		_, keys, _ := pair(d, l, "a-lab", "b-firm")
		if slices.Contains(keys, "expected") != want {
			t.Errorf("%v times the density: reasons %v", times, keys)
		}
	}
}

// Worked by hand: three reasons, ten introductions with theme of which eight
// became projects, ten with near of which none did. p0 = (8+1)/(20+2) = .40909.
// theme: p = (8 + 20 p0)/30 = .53939, logit .15789 - logit p0 (-.36772) = .52561;
// near: p = 20 p0/30 = .27273, logit -.98083, so -.61311.
func TestLearned(t *testing.T) {
	w := Learned{"theme": {Project: 8, Nothing: 2}, "near": {Declined: 10}}.Weights()
	for _, c := range []struct {
		key  string
		move float64
	}{{"theme", 0.52561}, {"near", -0.61311}, {"met", 0}} {
		k, _ := KindOf(c.key)
		for _, got := range w {
			if got.Key == c.key && math.Abs(got.Now-max(0, k.Weight+c.move)) > 1e-4 {
				t.Errorf("%s: weight %v, want %v", c.key, got.Now, k.Weight+c.move)
			}
		}
	}
	bad := Learned{"near": {Declined: 10_000}, "theme": {Contract: 10_000}}.Weights()
	for _, got := range bad {
		if got.Now < 0 || got.Now > 2*got.Prior {
			t.Errorf("%s: weight %v left the range of nothing to twice %v", got.Key, got.Now, got.Prior)
		}
	}
	// an introduction that failed in spite of a reason against makes it heavier
	for _, got := range (Learned{"far": {Nothing: 30}, "theme": {Project: 30}}).Weights() {
		if got.Key == "far" && got.Now <= got.Prior {
			t.Errorf("far: weight %v, want more than %v", got.Now, got.Prior)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{"Titanium castings": {"titanium", "casting"}, "carbon-fibre chassis": {"carbon", "fibre", "chassis"}, "5G": {"5g"}, "batteries": {"battery"},
		"advanced manufacturing": {}, "glass": {"glass"}, "": {}} {
		if got := split(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for name, want := range map[string]string{"Advanced Manufacturing Research Centre (AMRC)": "AMRC", "Alcoa (Sheffield area)": "Alcoa", "Rolls-Royce": "Rolls-Royce", "(AB)": "(AB)", "Making (Town) Limited (MTL)": "MTL", "Making (Town) Limited": "Making (Town) Limited", "Foo (AB": "Foo (AB"} {
		if got := short(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
