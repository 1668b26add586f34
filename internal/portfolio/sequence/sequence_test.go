package sequence

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"milieu/internal/portfolio"
)

func year(y int) sql.NullInt64 { return sql.NullInt64{Int64: int64(y), Valid: y != 0} }

func item(id, stage string, from, to int, pounds int64) portfolio.Intervention {
	return portfolio.Intervention{ID: id, Name: strings.ToUpper(id), Stage: stage, Start: year(from), End: year(to), CostP: sql.NullInt64{Int64: pounds * 100, Valid: pounds != 0}}
}

// district is a plan with one of everything.
func district(edit func(*Input)) Input {
	all := []portfolio.Intervention{
		item("road", "proposed", 2020, 2021, 20), item("school", "proposed", 0, 0, 30), item("lab", "in-delivery", 2025, 2029, 50), item("old", "approved", 2017, 2019, 5),
		item("zone", "in-delivery", 2024, 2033, 0), item("study", "delivered", 2020, 2020, 1), item("hub", "idea", 2031, 2031, 10),
	}
	in := Input{All: all, Setting: Default(2027), Relations: []portfolio.Relation{
		{From: "school", To: "road", Kind: portfolio.After, Lag: 0.5},
		{From: "road", To: "zone", Kind: portfolio.Needs},
		{From: "hub", To: "study", Kind: portfolio.After},
	}}
	in.Items = Items([]portfolio.Intervention{all[0], all[1], all[2], all[3], all[6]}, nil, asStated, 2026, func(string) float64 { return 0.5 })
	if edit != nil {
		edit(&in)
	}
	return in
}

// asStated counts all money as the register states it, with what is only proposed where it can begin.
func asStated(i portfolio.Intervention) portfolio.Phasing {
	return portfolio.Input{}.Phase(i, portfolio.Ask{Now: 2026})
}

func mustMake(t *testing.T, in Input) Sequence {
	t.Helper()
	s, err := Make(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lines(s Sequence) []string {
	var out []string
	for _, r := range s.Rows {
		out = append(out, fmt.Sprintf("%s %d-%d slack %d £%d", r.ID, r.From, r.To, r.Slack, r.CostP/100))
	}
	return out
}

func TestMake(t *testing.T) {
	s := mustMake(t, district(nil))
	// The lab keeps its years and has three of five left; the road could have begun in 2020; the
	// school waits for the road's two years and a lag of half a year, taken as one.
	want := []string{"lab 2025-2029 slack 0 £30", "road 2027-2028 slack 0 £20", "school 2030-2032 slack 0 £30", "hub 2031-2031 slack 1 £10"}
	if got := lines(s); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if len(s.Past) != 1 || s.Past[0].ID != "old" || !s.Proven() || s.End != 2032 || s.CostP != 90_00 {
		t.Errorf("past %v, proven %v, end %d, cost %d", s.Past, s.Proven(), s.End, s.CostP)
	}
	var spent []int64
	for _, y := range s.Years {
		spent = append(spent, y.AmountP/100)
	}
	if want := []int64{20, 20, 10, 10, 20, 10, 0, 0, 0, 0}; !slices.Equal(spent, want) {
		t.Errorf("spent %v, want %v", spent, want)
	}
	value := 0.0
	for _, end := range []float64{3, 2, 6, 5} {
		value += 0.5 * math.Pow(1.035, -end)
	}
	if math.Abs(s.Value-value) > 1e-12 {
		t.Errorf("value %g, want %g", s.Value, value)
	}
	for _, r := range s.Rows {
		if r.ID == "road" && (len(r.Waits) != 1 || r.Waits[0] != "needs ZONE, which is under way") {
			t.Errorf("the road waits: %q", r.Waits)
		}
	}
}

func TestMake_caps(t *testing.T) {
	s := mustMake(t, district(func(in *Input) { in.Ask.Caps = []portfolio.Cap{{Year: 2027, AmountP: 15_00}} }))
	if got := lines(s); got[1] != "road 2028-2029 slack 0 £20" || !s.Years[0].Capped || s.Years[0].AmountP != 10_00 {
		t.Errorf("got %q, %+v", got, s.Years[0])
	}
	s = mustMake(t, district(func(in *Input) { in.Setting.YearlyP = 5_00 }))
	if len(s.Conflict) == 0 || len(s.Years) != 0 || !slices.Contains(s.Conflict, "LAB is under way in 2027 with £10") {
		t.Errorf("a cap below what is under way: %+v", s.Conflict)
	}
}

func TestMake_moved(t *testing.T) {
	s := mustMake(t, district(func(in *Input) { in.Ask = in.Ask.WithStart("road", 2029) }))
	if got := lines(s); got[1] != "road 2029-2030 slack 0 £20" || got[3] != "school 2032-2034 slack 0 £30" || s.Kept || s.Free == nil || s.Free.From["road"] != 2027 || s.Free.Value <= s.Value {
		t.Errorf("got %q, %+v", got, s.Free)
	}
	// The school before its road: it stands where it was put, and what breaks is named.
	s = mustMake(t, district(func(in *Input) { in.Ask = in.Ask.WithStart("school", 2028).WithStart("road", 2028) }))
	if !s.Kept || len(s.Breaches) != 1 || s.Breaches[0].Says != "SCHOOL begins 1 year after ROAD has ended" || s.Breaches[0].By != 3 || s.Proven() {
		t.Errorf("kept %v, breaches %+v", s.Kept, s.Breaches)
	}
	_, err := Make(context.Background(), district(func(in *Input) { in.Ask = in.Ask.WithStart("road", 2020) }))
	var fe portfolio.FieldError
	if !errors.As(err, &fe) || fe.Field != "start" {
		t.Errorf("a start in the past gives %v", err)
	}
}

func TestMake_circle(t *testing.T) {
	s := mustMake(t, district(func(in *Input) {
		in.Relations = append(in.Relations, portfolio.Relation{From: "road", To: "school", Kind: portfolio.Needs})
	}))
	if strings.Join(s.Cycle, " ") != "ROAD SCHOOL ROAD" || len(s.Rows) != 4 || len(s.Years) != 0 {
		t.Errorf("circle %q, rows %q", s.Cycle, lines(s))
	}
}

func TestMake_needs(t *testing.T) {
	in := district(func(in *Input) {
		in.Relations = []portfolio.Relation{{From: "school", To: "road", Kind: portfolio.Needs}}
		in.Setting.NeedsBegun = true
	})
	if got := lines(mustMake(t, in)); got[2] != "school 2027-2029 slack 2 £30" {
		t.Errorf("begun: %q", got)
	}
	in.Setting.NeedsBegun = false
	if got := lines(mustMake(t, in)); got[2] != "school 2029-2031 slack 0 £30" {
		t.Errorf("ended: %q", got)
	}
}

func TestPilots(t *testing.T) {
	in := district(func(in *Input) {
		in.All[0].Growth = portfolio.Score{Known: true, Value: 0.5, Lo: 0.3, Hi: 0.7}
		in.Relations = append(in.Relations, portfolio.Relation{From: "hub", To: "road", Kind: portfolio.PilotOf}, portfolio.Relation{From: "study", To: "road", Kind: portfolio.PilotOf})
		in.Delivery = []portfolio.Delivered{{Intervention: "study", Kind: portfolio.KindEvaluation, Finding: "positive"}}
		in.Setting.Pilot = PilotSetting{Sensitivity: 0.8, Specificity: 0.8, Return: 2.5}
	})
	s := mustMake(t, in)
	if len(s.Pilots) != 2 {
		t.Fatalf("%d pilots", len(s.Pilots))
	}
	// The hub costs half of the road: 0.5*(0.8*2.5-1) - 0.5 = 0 against 0.5*2.5-1 = 0.25.
	p := s.Pilots[0]
	if !p.CostKnown || p.CostShare != 0.5 || !p.Decided || math.Abs(p.Waiting.Now-0.25) > 1e-12 || math.Abs(p.Waiting.First) > 1e-12 || p.Waiting.Best != "scale now" {
		t.Errorf("%+v", p)
	}
	if p.Low > p.Waiting.Worth || p.High < p.Waiting.Worth {
		t.Errorf("the value of waiting %g is not in %g to %g", p.Waiting.Worth, p.Low, p.High)
	}
	if p = s.Pilots[1]; !p.Over || p.Finding != "positive" || math.Abs(p.Updated-0.8) > 1e-12 {
		t.Errorf("%+v", p)
	}
}

func TestSetting(t *testing.T) {
	set := Default(2027)
	q, _ := url.ParseQuery("years=12&yearly=£1,000,000&rate=3%25&length=2&also=unvalued&needs=begun&hit=90%25&reject=0.7&trial=20%25&wait=1&returns=2.5&from=2028")
	got, err := ParseSetting(q.Get, set)
	if err != nil {
		t.Fatal(err)
	}
	want := Setting{2028, 12, 1_000_000_00, 0.03, 2, true, AlsoUnvalued, PilotSetting{0.9, 0.7, 0.2, 1, 2.5}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	back := Query(portfolio.Ask{Lens: portfolio.Growth}, got)
	if again, err := ParseSetting(back.Get, set); err != nil || again != want {
		t.Errorf("written as %v it reads as %+v, %v", back, again, err)
	}
	for _, bad := range []string{"years=0", "years=x", "yearly=-1", "rate=NaN", "rate=60%25", "length=1.5", "also=x", "needs=x", "hit=0.4", "returns=x", "from=1066", "wait=99", "trial=2"} {
		q, _ := url.ParseQuery(bad)
		var fe portfolio.FieldError
		if _, err := ParseSetting(q.Get, set); !errors.As(err, &fe) || fe.Field != strings.Split(bad, "=")[0] {
			t.Errorf("%s gives %v", bad, err)
		}
	}
}

func TestFirstYear(t *testing.T) {
	if y := FirstYear([]string{"2025-02-01", "", "2026-11-22", "soon"}, nil); y != 2027 {
		t.Errorf("first year %d", y)
	}
	if y := FirstYear([]string{"2027-03-31"}, nil); y != 2027 {
		t.Errorf("first year %d", y)
	}
	if portfolio.YearName(2099) != "2099-00" || portfolio.YearName(2027) != "2027-28" {
		t.Error(portfolio.YearName(2099))
	}
}
