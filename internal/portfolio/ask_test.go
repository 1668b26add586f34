package portfolio

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milieu/internal/evidence"
	"milieu/internal/portfolio/choice"
	"milieu/internal/stat"
)

// 1000.29 times 100 is a little below 100,029 in binary: no penny is lost.
func TestDefaultAsk(t *testing.T) {
	a := DefaultAsk(evidence.Plan{BudgetGBP: 1000.29, Lens: "growth", Caps: []evidence.Cap{{Year: 2027, AmountGBP: 0.285}}})
	if a.BudgetP != 1000_29 || a.Caps[0].AmountP != 29 {
		t.Errorf("%d and %+v", a.BudgetP, a.Caps)
	}
}

func TestParseAsk(t *testing.T) {
	def := Ask{BudgetP: 5_000_00, Lens: Growth, MinExisting: 0.5, Regions: []string{"here"}}
	for _, c := range []struct {
		name  string
		set   map[string]string
		want  Ask
		field string
	}{
		{"nothing said", nil, def, ""},
		{"pounds as people write them", map[string]string{"budget": "£1,200,000"}, Ask{BudgetP: 120_000_000, Lens: Growth, MinExisting: 0.5, Regions: []string{"here"}, Stages: nil}, ""},
		{"pence are kept", map[string]string{"budget": "1000.29"}, Ask{BudgetP: 1000_29, Lens: Growth, MinExisting: 0.5, Regions: []string{"here"}, Stages: nil}, ""},
		{"percentage", map[string]string{"existing": "25 %", "lens": "demand"}, Ask{BudgetP: 5_000_00, Lens: Demand, MinExisting: 0.25, Regions: []string{"here"}, Stages: nil}, ""},
		{"lists", map[string]string{"regions": "a,b", "stages": "idea"}, Ask{BudgetP: 5_000_00, Lens: Growth, MinExisting: 0.5, Regions: []string{"a", "b"}, Stages: []string{"idea"}}, ""},
		{"not an amount", map[string]string{"budget": "much"}, def, "budget"},
		{"not a number", map[string]string{"budget": "NaN"}, def, "budget"},
		{"negative", map[string]string{"budget": "-1"}, def, "budget"},
		{"too large to be exact", map[string]string{"budget": "1e13"}, def, "budget"},
		{"percentage without its sign", map[string]string{"existing": "50"}, def, "existing"},
		{"share that is not a number", map[string]string{"existing": "NaN"}, def, "existing"},
		{"no such lens", map[string]string{"lens": "sum"}, def, "lens"},
	} {
		got, err := ParseAsk(func(k string) string { return c.set[k] }, def)
		var fe FieldError
		if errors.As(err, &fe); fe.Field != c.field || (err != nil) != (c.field != "") {
			t.Errorf("%s: error %v, want one of field %q", c.name, err, c.field)
		}
		if err == nil {
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
	}
}

// What Settings writes, ParseAsk reads: references lead back to the same plan.
func TestAskSettings_roundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ask := Ask{BudgetP: rapid.Int64Range(0, 1e14).Draw(t, "pence"), Lens: rapid.SampledFrom([]Lens{Growth, Demand}).Draw(t, "lens"),
			MinExisting: round6(rapid.Float64Range(0, 1).Draw(t, "share")), Regions: []string{"a", "b"}}
		set := map[string]string{}
		for s, k := ask.Settings(), 0; k < len(s); k += 2 {
			set[s[k]] = s[k+1]
		}
		got, err := ParseAsk(func(k string) string { return set[k] }, Ask{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ask, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func option(id string, pounds int64, growth, lo, hi float64, benefits string) Intervention {
	return Intervention{ID: id, Name: id, CostP: sql.NullInt64{Int64: pounds * 100, Valid: true}, Benefits: benefits, Horizon: "long",
		Growth: Score{Known: true, Value: growth, Lo: lo, Hi: hi, Basis: "studies of " + id}}
}

func TestSolve_problem(t *testing.T) {
	all := []Intervention{option("park", 30, 0.5, 0.3, 0.7, "existing"), option("fund", 20, 0.25, 0.1, 0.4, "new"), {ID: "unknown", Name: "unknown"}}
	var b strings.Builder
	p, err := Solve(t.Context(), Input{All: all, Worth: LensWorth(all, Growth)}, Ask{BudgetP: 40_00, Lens: Growth, MinExisting: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if err := choice.WriteLP(&b, p.Problem); err != nil {
		t.Fatal(err)
	}
	// By hand: weights 1 and 0 less the share of 0.5, times the costs in pounds.
	want := "Maximize\n obj: + 0.5 x_park + 0.25 x_fund\nSubject To\n r_budget: + 30 x_park + 20 x_fund <= 40\n r_share_for_existing_businesses: + 15 x_park - 10 x_fund >= 0\nBinary\n x_park\n x_fund\nEnd\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A plan whose time has run out says so, and claims no proof.
func TestSolve_stopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var all []Intervention
	for _, id := range strings.Split("abcdefghijklmnop", "") {
		all = append(all, option(id, 3+int64(id[0]%7), 0.1+float64(id[0]%5)/10, 0, 1, "existing"))
	}
	p, err := Solve(ctx, Input{All: all, Worth: LensWorth(all, Growth)}, Ask{BudgetP: 30_00, Lens: Growth})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.Left {
		if strings.Contains(l.Reason, "cannot be met") {
			t.Errorf("%s: %s, which nobody has proven", l.ID, l.Reason)
		}
	}
	if !p.Stopped && !p.Proven {
		t.Error("a plan that is not proven does not say that it was stopped")
	}
}

func TestBands(t *testing.T) {
	// By hand: a and b overlap; c overlaps b but not a, so it begins a band; d shares the evidence of c.
	all := []Intervention{option("a", 1, 0.9, 0.8, 1, ""), option("b", 1, 0.75, 0.6, 0.85, ""), option("c", 1, 0.6, 0.5, 0.7, ""), option("d", 1, 0.6, 0.5, 0.7, ""), {ID: "e"}}
	all[3].Growth.Basis = all[2].Growth.Basis
	rank(all)
	var got [][3]int
	for _, b := range Bands(all, Growth) {
		got = append(got, [3]int{b.First, b.Last, len(b.Groups)})
	}
	if diff := cmp.Diff([][3]int{{1, 2, 2}, {3, 4, 1}}, got); diff != "" {
		t.Errorf("first, last, groups (-want +got):\n%s", diff)
	}
	if want := (stat.RankRange{Best: 1, Worst: 4}); all[1].GrowthRank != want {
		t.Errorf("b can take %v, want %v", all[1].GrowthRank, want)
	}
	if got := Bands(all, Demand); got != nil {
		t.Errorf("bands without evidence: %v", got)
	}
}

func TestDisagreements(t *testing.T) {
	// By hand: x is surely first for growth and surely last for demand; y is the other way round.
	x, y := option("x", 1, 0.9, 0.8, 1, ""), option("y", 1, 0.2, 0.1, 0.3, "")
	x.Demand = Score{Known: true, Value: 0.1, Lo: 0.05, Hi: 0.15, Basis: "few"}
	y.Demand = Score{Known: true, Value: 0.6, Lo: 0.5, Hi: 0.7, Basis: "many"}
	got := Disagreements([]Intervention{x, y, option("z", 1, 0.5, 0.4, 0.6, "")})
	if len(got) != 2 || !got[0].Sure || !got[1].Sure || got[0].Gap != 0.5 || got[1].Gap != -0.5 {
		t.Errorf("%+v", got)
	}
}
