package subsidy

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"milieu/internal/cash"
	"milieu/internal/portfolio/parameter"
)

func limits(t interface {
	Helper()
	Fatal(...any)
}) Limits {
	t.Helper()
	s, err := parameter.Shipped("2026-11-27")
	if err != nil {
		t.Fatal(err)
	}
	l, err := LimitsOf(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func award(id, org string, pounds float64, day, basis string) Award {
	return Award{ID: id, OrgID: org, Org: strings.ToUpper(org), AmountP: cash.FromPounds(pounds), Day: day, Basis: basis, Published: "yes"}
}

// The example is that of the law firm Sharpe Pritchard on minimal financial assistance: the period at 31 March 2023
// begins on 1 April 2020.
func TestWhatIf_published(t *testing.T) {
	l := limits(t)
	b := NewBook([]Award{award("a", "firm", 250_000, "2021-03-31", MFA)}, nil)
	for pounds, want := range map[float64]string{60_000: Within, 65_000: Within, 65_000.01: Over, 70_000: Over} {
		got, err := b.WhatIf("firm", "Firm", cash.FromPounds(pounds), "2023-03-31", l)
		if err != nil || got.After.State != want {
			t.Errorf("£%v more: %s, want %s (%v)", pounds, got.After.State, want, err)
		}
	}
	got, err := b.WhatIf("firm", "Firm", cash.FromPounds(70_000), "2023-03-31", l)
	if err != nil || !strings.Contains(got.Says(), "at most £65,000 may be given") || got.Publish {
		t.Errorf("%s, %v", got.Says(), err)
	}
	// A day later the financial year 2020-21 is out of the period.
	later, err := b.WhatIf("firm", "Firm", cash.FromPounds(315_000), "2023-04-01", l)
	if err != nil || later.After.State != Within || later.Before.Sure != 0 || !later.Publish {
		t.Errorf("a day later: %+v, %v", later.After.State, err)
	}
}

func TestPeriod(t *testing.T) {
	for day, want := range map[string]string{"2023-03-31": "2020-04-01", "2023-04-01": "2021-04-01", "2026-11-27": "2024-04-01"} {
		if from, to, err := Period(day); err != nil || from != want || to != day {
			t.Errorf("on %s the period begins on %s, want %s (%v)", day, from, want, err)
		}
	}
	for _, day := range []string{"", "27.11.2026", "2026-02-30"} {
		if _, _, err := Period(day); err == nil {
			t.Errorf("%q is a day", day)
		}
	}
}

func TestPosition_group(t *testing.T) {
	l := limits(t)
	group := Enterprise{ID: "head", Name: "Head", Grouped: true, Members: []Member{{"head", "Head"}, {"child", "Child"}}}
	b := NewBook([]Award{award("a", "child", 200_000, "2026-05-01", MFA), award("b", "head", 150_000, "2025-05-01", SPEI), award("c", "other", 100_000, "2026-05-01", MFA)}, []Enterprise{group})
	for _, org := range []string{"head", "child"} {
		p, err := b.Position(org, "", "2026-11-27", l)
		if err != nil || p.Sure != cash.FromPounds(350_000) || p.State != Over || p.ID != "head" {
			t.Errorf("%s: %+v, %v", org, p.Sure, err)
		}
		if least, most := p.Headroom(); least != 0 || most != 0 {
			t.Errorf("headroom %d to %d", least, most)
		}
	}
	all, err := b.Positions("2026-11-27", l)
	if err != nil || len(all) != 2 || all[0].ID != "head" || all[1].ID != "other" {
		t.Errorf("%+v, %v", all, err)
	}
	if p, err := b.Position("new", "New", "2026-11-27", l); err != nil || p.Sure != 0 || p.State != Within || p.Name != "New" {
		t.Errorf("of an organisation without awards: %+v, %v", p, err)
	}
}

func TestPosition_uncertain(t *testing.T) {
	l := limits(t)
	const day = "2026-11-27"
	for _, c := range []struct {
		name       string
		a          Award
		sure, most float64
	}{
		{"minimal", award("a", "f", 1000, "2026-11-27", MFA), 1000, 1000},
		{"to come", award("a", "f", 1000, "2026-11-28", MFA), 0, 0},
		{"first day", award("a", "f", 1000, "2024-04-01", MFA), 1000, 1000},
		{"before it", award("a", "f", 1000, "2024-03-31", MFA), 0, 0},
		{"basis unknown", award("a", "f", 1000, "2026-01-01", Unknown), 0, 1000},
		{"scheme", award("a", "f", 1000, "2026-01-01", Scheme), 0, 0},
		{"no subsidy", award("a", "f", 1000, "2026-01-01", None), 0, 0},
		{"year known", Award{ID: "a", OrgID: "f", AmountP: 100_000, Year: 2025, Basis: MFA}, 1000, 1000},
		{"this year", Award{ID: "a", OrgID: "f", AmountP: 100_000, Year: 2026, Basis: MFA}, 0, 1000},
		{"year before", Award{ID: "a", OrgID: "f", AmountP: 100_000, Year: 2023, Basis: MFA}, 0, 0},
		{"next year", Award{ID: "a", OrgID: "f", AmountP: 100_000, Year: 2027, Basis: MFA}, 0, 0},
		{"no time", Award{ID: "a", OrgID: "f", AmountP: 100_000, Basis: MFA}, 0, 1000},
		{"payment", Award{ID: "a", OrgID: "f", AmountP: 100_000, Day: "2026-01-01", Basis: Unknown, Payment: true}, 0, 1000},
	} {
		p, err := NewBook([]Award{c.a}, nil).Position("f", "F", day, l)
		if err != nil || p.Sure != cash.FromPounds(c.sure) || p.Most != cash.FromPounds(c.most) {
			t.Errorf("%s: %d to %d, want %v to %v (%v)", c.name, p.Sure, p.Most, c.sure, c.most, err)
		}
		for _, a := range p.Awards {
			if a.Sure == (a.Why != "") {
				t.Errorf("%s: sure %v because %q", c.name, a.Sure, a.Why)
			}
		}
	}
	p, _ := NewBook([]Award{award("a", "f", 400_000, day, Unknown)}, nil).Position("f", "F", day, l)
	if p.State != Within || p.Most != 0 || len(p.Large) != 1 || len(p.Awards) != 0 {
		t.Errorf("an award above the limit by itself can be no minimal assistance: %+v", p)
	}
	p, _ = NewBook([]Award{award("a", "f", 400_000, day, MFA)}, nil).Position("f", "F", day, l)
	if p.State != Over || len(p.Large) != 0 {
		t.Errorf("one that was given as such counts: %+v", p)
	}
	p, _ = NewBook([]Award{award("a", "f", 200_000, day, Unknown), award("b", "f", 200_000, day, Unknown)}, nil).Position("f", "F", day, l)
	if p.State != MayBeOver {
		t.Errorf("state %s", p.State)
	}
}

func TestReport(t *testing.T) {
	l := limits(t)
	for _, c := range []struct {
		name       string
		a          Award
		want, sure bool
	}{
		{"at the threshold", Award{AmountP: 100_000_00, Day: "2025-01-01", Basis: Scheme, Published: "no"}, false, false},
		{"above", Award{AmountP: 100_000_01, Day: "2025-01-01", Basis: Scheme, Published: "no"}, true, true},
		{"published", Award{AmountP: 200_000_00, Day: "2025-01-01", Basis: Scheme, Published: "yes"}, false, false},
		{"not known", Award{AmountP: 200_000_00, Day: "2025-01-01", Basis: MFA, Published: Unknown}, true, false},
		{"basis not known", Award{AmountP: 200_000_00, Day: "2025-01-01", Basis: Unknown, Published: "no"}, true, false},
		{"no subsidy", Award{AmountP: 200_000_00, Day: "2025-01-01", Basis: None, Published: "no"}, false, false},
		{"before the Act", Award{AmountP: 200_000_00, Day: "2023-01-03", Basis: Scheme, Published: "no"}, false, false},
		{"to come", Award{AmountP: 200_000_00, Day: "2027-01-03", Basis: Scheme, Published: "no"}, false, false},
		{"in the year of the Act", Award{AmountP: 200_000_00, Year: 2022, Basis: Scheme, Published: "no"}, true, false},
		{"year", Award{AmountP: 200_000_00, Year: 2023, Basis: Scheme, Published: "no"}, true, true},
		{"year before", Award{AmountP: 200_000_00, Year: 2021, Basis: Scheme, Published: "no"}, false, false},
	} {
		r, got := report(c.a, l, "2026-11-27")
		if got != c.want || got && (r.Sure != c.sure || r.Why == "") {
			t.Errorf("%s: %v %+v", c.name, got, r)
		}
	}
}

// A grant that stands among the awards and on a list of payments counts once.
func TestNewBook_once(t *testing.T) {
	a := award("a", "f", 1000, "2026-01-01", MFA)
	pay := Award{ID: "p", OrgID: "f", AmountP: a.AmountP, Day: "2025-06-01", Basis: Unknown, Payment: true}
	b := NewBook([]Award{pay, a}, nil)
	if p, err := b.Position("f", "F", "2026-11-27", limits(t)); err != nil || p.Most != a.AmountP || b.Dropped != 1 {
		t.Errorf("%d, dropped %d, %v", p.Most, b.Dropped, err)
	}
}

// More assistance never brings an enterprise back within the limit; the upper figure is never below the lower one.
func TestPositions_grow(t *testing.T) {
	l := limits(t)
	rank := map[string]int{Within: 0, MayBeOver: 1, Over: 2}
	rapid.Check(t, func(t *rapid.T) {
		var awards []Award
		for i := range rapid.IntRange(1, 8).Draw(t, "n") {
			awards = append(awards, award(fmt.Sprint(i), "f", rapid.Float64Range(1, 2e5).Draw(t, "pounds"),
				rapid.SampledFrom([]string{"2023-05-01", "2024-05-01", "2026-05-01", ""}).Draw(t, "day"), rapid.SampledFrom([]string{MFA, SPEI, Unknown, Scheme, None}).Draw(t, "basis")))
		}
		all, err := NewBook(awards, nil).Position("f", "F", "2026-11-27", l)
		if err != nil {
			t.Fatal(err)
		}
		fewer, err := NewBook(awards[1:], nil).Position("f", "F", "2026-11-27", l)
		if err != nil {
			t.Fatal(err)
		}
		if all.Sure > all.Most || fewer.Sure > all.Sure || fewer.Most > all.Most || rank[fewer.State] > rank[all.State] {
			t.Fatalf("with one more: %d to %d, %s; without: %d to %d, %s", all.Sure, all.Most, all.State, fewer.Sure, fewer.Most, fewer.State)
		}
		least, most := all.Headroom()
		if least > most || all.Sure+most < l.MFA {
			t.Fatalf("headroom %d to %d", least, most)
		}
	})
}

func TestPounds(t *testing.T) {
	for p, want := range map[cash.Pence]string{31_500_000: "£315,000", 6_500_001: "£65,000.01", 0: "£0"} {
		if got := Pounds(p); got != want {
			t.Errorf("%d is %s", p, got)
		}
	}
}
