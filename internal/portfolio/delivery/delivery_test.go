package delivery

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"milieu/internal/portfolio"
)

var today = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)

func num(v float64) sql.NullFloat64 { return sql.NullFloat64{Float64: v, Valid: true} }
func year(y int64) sql.NullInt64    { return sql.NullInt64{Int64: y, Valid: true} }

func one(r portfolio.Register) Status {
	return Reckon([]portfolio.Intervention{{ID: "a", Name: "A", Stage: "in-delivery"}}, r, today).All[0]
}

func status(what, day string) portfolio.Delivered {
	return portfolio.Delivered{ID: "s" + day, Intervention: "a", Kind: "status", What: what, Day: day}
}

func spent(y int64, funder string, actual float64) portfolio.Delivered {
	return portfolio.Delivered{ID: "p", Intervention: "a", Kind: "spend", Year: year(y), Funder: funder, Actual: num(actual)}
}

func cost(amountP, from, to int64, funder, status string) portfolio.Cost {
	return portfolio.Cost{Intervention: "a", AmountP: amountP, From: year(from), To: year(to), Funder: funder, Status: status}
}

func TestFinancialYear(t *testing.T) {
	for day, want := range map[string]int{"2026-03-31": 2025, "2026-04-01": 2026, "2026-12-31": 2026, "2027-01-01": 2026} {
		d, err := parseDay(day)
		if err != nil || portfolio.FinancialYear(d) != want {
			t.Errorf("%s: %d, want %d", day, portfolio.FinancialYear(d), want)
		}
	}
}

// The planned parts of an amount add up to it to the penny, and say that they were spread; money without a year stays without.
func TestSpend_spread(t *testing.T) {
	planned := func(i portfolio.Intervention, c portfolio.Cost) []Spend {
		i.ID, c.ID, c.Intervention = "a", "c", "a"
		return spendOf(i, portfolio.Register{Costs: []portfolio.Cost{c}})
	}
	rows := planned(portfolio.Intervention{}, cost(100_01, 2024, 2026, "", ""))
	if len(rows) != 3 || rows[0].Planned.Int64 != 33_34 || rows[1].Planned.Int64 != 33_34 || rows[2].Planned.Int64 != 33_33 || !rows[0].Spread {
		t.Errorf("%+v", rows)
	}
	own := planned(portfolio.Intervention{Start: year(2024), End: year(2025)}, portfolio.Cost{AmountP: 10})
	if len(own) != 2 || own[0].Year != 2024 || !own[0].Spread {
		t.Errorf("years of the intervention: %+v", own)
	}
	if none := planned(portfolio.Intervention{}, portfolio.Cost{AmountP: 10}); len(none) != 1 || none[0].Year != 0 || none[0].Spread {
		t.Errorf("no year: %+v", none)
	}
}

func TestSpend(t *testing.T) {
	s := one(portfolio.Register{
		Costs: []portfolio.Cost{cost(300_00, 2024, 2026, "MCA", "committed"), cost(50_00, 2024, 2024, "EU", "spent")},
		Delivery: []portfolio.Delivered{spent(2024, "MCA", 80), spent(2024, "MCA", 30), spent(2025, "UKRI", 5),
			{ID: "late", Intervention: "a", Kind: "spend", Day: "2027-01-01", Year: year(2026), Funder: "MCA", Actual: num(9)}},
	})
	total := Sum(s.Spend, 0)
	if total.PlannedP != 300_00 || total.ActualP != 115_00 || total.Compared != 1 || total.LikePlannedP != 100_00 || total.LikeActualP != 110_00 {
		t.Errorf("total %+v of %+v", total, s.Spend)
	}
	if r, ok := total.Ratio(); !ok || r != 1.1 {
		t.Errorf("ratio %v %v", r, ok)
	}
	if _, ok := Sum(nil, 0).Ratio(); ok {
		t.Error("a ratio of nothing")
	}
}

// A report of what was planned stands in the place of the forecast from costs.
func TestSpend_reportedPlan(t *testing.T) {
	d := spent(2024, "MCA", 80)
	d.Planned = num(90)
	s := one(portfolio.Register{Costs: []portfolio.Cost{cost(100_00, 2024, 2024, "MCA", "committed")}, Delivery: []portfolio.Delivered{d}})
	if len(s.Spend) != 1 || s.Spend[0].Planned.Int64 != 90_00 || !s.Spend[0].Reported {
		t.Errorf("%+v", s.Spend)
	}
}

// Outturns often hold several years: all up to the last of them is held against the plan up to then.
func TestSpend_toDate(t *testing.T) {
	plan := []portfolio.Cost{cost(80_00, 2024, 2027, "Zone", "committed"), cost(40_00, 2024, 2027, "Firms", "expected")}
	for _, c := range []struct {
		name            string
		reports         []portfolio.Delivered
		planned, actual int64
		compared, until int
	}{
		{"all in one row", []portfolio.Delivered{spent(2025, "Zone", 8)}, 40_00, 8_00, 1, 2025},
		{"a row a year", []portfolio.Delivered{spent(2024, "Zone", 3), spent(2025, "Zone", 5)}, 40_00, 8_00, 1, 2025},
		{"two funders", []portfolio.Delivered{spent(2024, "Zone", 3), spent(2025, "Firms", 5)}, 40_00, 8_00, 2, 2025},
		{"no funder", []portfolio.Delivered{spent(2025, "Not named", 8)}, 60_00, 8_00, 1, 2025},
		{"a funder without a plan", []portfolio.Delivered{spent(2025, "Lottery", 8)}, 0, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Sum(one(portfolio.Register{Costs: plan, Delivery: c.reports}).Spend, 0)
			if got.LikePlannedP != c.planned || got.LikeActualP != c.actual || got.Compared != c.compared || got.Until != c.until {
				t.Errorf("%+v", got)
			}
		})
	}
}

// What a report states together is compared, and nothing else of the intervention.
func TestSpend_stated(t *testing.T) {
	d := spent(2018, "DfT", 75.1)
	d.Planned = num(15)
	s := one(portfolio.Register{Costs: []portfolio.Cost{cost(75_00, 2012, 2018, "DfT", "spent"), cost(9_00, 2012, 2018, "MCA", "committed")}, Delivery: []portfolio.Delivered{d}})
	got := Sum(s.Spend, 0)
	if got.LikePlannedP != 15_00 || got.LikeActualP != 75_10 || got.Compared != 1 || got.ActualP != 75_10 {
		t.Errorf("%+v", got)
	}
}

func TestMilestones(t *testing.T) {
	step := func(name, planned, actual string) portfolio.Delivered {
		return portfolio.Delivered{Intervention: "a", Kind: "milestone", What: name, PlannedDay: planned, ActualDay: actual}
	}
	s := one(portfolio.Register{Delivery: []portfolio.Delivered{step("late", "2026-01-01", "2026-01-11"), step("over", "2026-11-01", ""), step("soon", "2026-12-07", ""),
		step("far", "2028-01-01", ""), step("none", "", ""), step("future", "2026-12-01", "2026-12-02"), step("soon", "", "2026-11-20")}})
	var got []string
	for _, m := range s.Milestones {
		got = append(got, m.Name+": "+m.Says())
	}
	want := []string{"late: reached 10 days late", "over: overdue by 26 days", "future: due in 4 days", "soon: reached 17 days early", "far: due in 400 days", "none: no day planned"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if n := Count(s.Milestones); n != (MilestoneCount{Reached: 2, Late: 1, Overdue: 1, Soon: 1, Ahead: 1, Undated: 1}) {
		t.Errorf("%+v", n)
	}
}

func TestResults(t *testing.T) {
	s := one(portfolio.Register{
		Outcomes: []portfolio.Outcome{{Intervention: "a", Kind: "outcome", Outcome: "jobs", Quantity: num(60), Additional: "gross", To: year(2024)},
			{Intervention: "a", Kind: "outcome", Outcome: "jobs", Quantity: num(40), Additional: "gross"}, {Intervention: "a", Kind: "output", Outcome: "homes"}},
		Delivery: []portfolio.Delivered{{Intervention: "a", Kind: "outcome", What: "jobs", Day: "2026-01-01", Actual: num(45)}, {Intervention: "a", Kind: "outcome", What: "jobs", Day: "2025-01-01", Actual: num(20)},
			{Intervention: "a", Kind: "output", What: "homes", Day: "2026-01-01", Actual: num(5)}},
	})
	if len(s.Results) != 2 || s.Results[0].Key != "homes" {
		t.Fatalf("%+v", s.Results)
	}
	if share, ok := s.Results[1].Share(); !ok || share != 0.45 {
		t.Errorf("jobs: %v %v", share, ok)
	}
	if _, ok := s.Results[0].Share(); ok {
		t.Error("a share of a forecast that nobody stated")
	}
	if s.Light != Red || !strings.Contains(s.Reasons[0], "jobs: 45 of 100") {
		t.Errorf("%s %q", s.Light, s.Reasons)
	}
}

func TestLight(t *testing.T) {
	plan := []portfolio.Cost{cost(100_00, 2025, 2025, "MCA", "committed")}
	milestone := func(planned string) portfolio.Delivered {
		return portfolio.Delivered{Intervention: "a", Kind: "milestone", What: "m", PlannedDay: planned, Day: "2026-11-01"}
	}
	for _, c := range []struct {
		name    string
		reports []portfolio.Delivered
		want    Light
	}{
		{"nothing", nil, Unknown},
		{"on track", []portfolio.Delivered{status("on-track", "2026-11-01")}, Green},
		{"at risk", []portfolio.Delivered{status("at-risk", "2026-11-01")}, Amber},
		{"late", []portfolio.Delivered{status("late", "2026-11-01")}, Red},
		{"done", []portfolio.Delivered{status("done", "2020-11-01")}, Done},
		{"a later report counts", []portfolio.Delivered{status("on-track", "2026-11-01"), status("late", "2026-10-01")}, Green},
		{"silent for long", []portfolio.Delivered{status("on-track", "2026-01-01")}, Amber},
		{"milestone overdue", []portfolio.Delivered{milestone("2026-11-01")}, Amber},
		{"milestone long overdue", []portfolio.Delivered{milestone("2026-08-01")}, Red},
		{"spend a little over", []portfolio.Delivered{status("on-track", "2026-11-01"), spent(2025, "MCA", 109)}, Green},
		{"spend over", []portfolio.Delivered{status("on-track", "2026-11-01"), spent(2025, "MCA", 115)}, Amber},
		{"spend far over", []portfolio.Delivered{status("on-track", "2026-11-01"), spent(2025, "MCA", 125)}, Red},
		{"spend under", []portfolio.Delivered{status("on-track", "2026-11-01"), spent(2025, "MCA", 75)}, Amber},
		{"this year's spend is not judged", []portfolio.Delivered{status("on-track", "2026-11-01"), spent(2026, "MCA", 500)}, Green},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := one(portfolio.Register{Costs: plan, Delivery: c.reports})
			if s.Light != c.want || len(s.Reasons) == 0 && c.want != Done {
				t.Errorf("%s %q, want %s", s.Light, s.Reasons, c.want)
			}
		})
	}
}

// What lies within another is in its own row and not in the sum.
func TestReport_within(t *testing.T) {
	all := []portfolio.Intervention{{ID: "a", Stage: "in-delivery"}, {ID: "b", Stage: "in-delivery"}, {ID: "c", Stage: "idea"}}
	b := cost(40_00, 2025, 2025, "MCA", "committed")
	b.Intervention = "b"
	r := Reckon(all, portfolio.Register{Costs: []portfolio.Cost{cost(100_00, 2025, 2025, "MCA", "committed"), b}, Relations: []portfolio.Relation{{From: "b", To: "a", Kind: portfolio.PartOf}},
		Delivery: []portfolio.Delivered{{ID: "x", Intervention: "nobody", Kind: "status"}}}, today)
	if len(r.All) != 2 || !slices.Equal(r.Within, []string{"b"}) || r.TotalAll(0).PlannedP != 100_00 || len(r.SpendAll()) != 1 || r.SpendAll()[0].Planned.Int64 != 100_00 {
		t.Errorf("%+v", r)
	}
	if len(r.Unknown) != 1 || r.Silent != 2 {
		t.Errorf("unknown %v, silent %d", r.Unknown, r.Silent)
	}
}

func TestReferenceClasses(t *testing.T) {
	var all []portfolio.Intervention
	var r portfolio.Register
	for k := range 6 {
		id := string(rune('a' + k))
		all = append(all, portfolio.Intervention{ID: id, Name: id, Stage: "delivered"})
		c := cost(100_00, 2020, 2020, "F", "committed")
		c.Intervention = id
		d := spent(2020, "F", 100+10*float64(k))
		d.Intervention = id
		r.Costs, r.Delivery = append(r.Costs, c), append(r.Delivery, d)
	}
	all = append(all, portfolio.Intervention{ID: "z", Stage: "in-delivery"})
	classes := ReferenceClasses(all, r)
	c := classes[0]
	if c.Of != 6 || c.Median != 1.25 || !c.Sure || c.Interval.Lo != 1 || c.Interval.Hi != 1.5 {
		t.Errorf("%+v", c)
	}
	if few := ReferenceClasses(all[:4], r)[0]; few.Sure || few.Of != 4 || !strings.Contains(few.Says(), "too few") {
		t.Errorf("of four: %+v", few)
	}
	if classes[2].Of != 0 || !strings.Contains(classes[2].Says(), "nothing is known") {
		t.Errorf("outcomes: %q", classes[2].Says())
	}
}

// A milestone is no report: with nothing else on record it is amber, never green.
func TestJudge_milestoneAlone(t *testing.T) {
	s := one(portfolio.Register{Delivery: []portfolio.Delivered{{Intervention: "a", Kind: "milestone", What: "built", PlannedDay: "2024-12-31", ActualDay: "2024-12-31"}}})
	if s.Light != Amber || s.Reports != 0 || !strings.Contains(s.Reasons[0], "only milestones") {
		t.Errorf("%s %d %q", s.Light, s.Reports, s.Reasons)
	}
}

// What is done says beside it what was over plan.
func TestWord(t *testing.T) {
	d := spent(2024, "MCA", 200)
	d.Planned = num(100)
	s := one(portfolio.Register{Delivery: []portfolio.Delivered{d, status(Finished, "2026-11-01")}})
	if s.Light != Done || s.Word() != "done, over plan" {
		t.Errorf("%s: %q", s.Light, s.Word())
	}
	d.Actual = num(50)
	if s = one(portfolio.Register{Delivery: []portfolio.Delivered{d, status(Finished, "2026-11-01")}}); s.Word() != "done, under plan" {
		t.Errorf("%q", s.Word())
	}
	if s = one(portfolio.Register{Delivery: []portfolio.Delivered{status(OnTrack, "2026-11-01")}}); s.Word() != "green" {
		t.Errorf("%q", s.Word())
	}
}

func TestOddStatuses(t *testing.T) {
	r := portfolio.Register{Delivery: []portfolio.Delivered{status("going well", "2026-11-01"), status(Late, "2026-11-02"), spent(2024, "MCA", 1)}}
	if odd := OddStatuses(r); len(odd) != 1 || odd[0].What != "going well" {
		t.Errorf("%+v", odd)
	}
}

func TestReport_In(t *testing.T) {
	all := []portfolio.Intervention{{ID: "a", Region: "here", Stage: "approved"}, {ID: "b", Region: "there", Stage: "approved"}}
	rep := Reckon(all, portfolio.Register{Delivery: []portfolio.Delivered{status(OnTrack, "2026-11-01")}}, today)
	if in := rep.In([]string{"here"}, nil); len(in.All) != 1 || in.All[0].ID != "a" || in.Silent != 0 || !strings.Contains(in.RefAll("spend"), "regions=here") {
		t.Errorf("%+v", in)
	}
	if in := rep.In(nil, nil); len(in.All) != 2 || in.Silent != 1 {
		t.Errorf("%+v", in)
	}
}
