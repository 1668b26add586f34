package appraisal

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milieu/internal/chance"
	"milieu/internal/portfolio"
)

// The same model in numpy with other random numbers (oracle/appraisal/draws.py, 4,000,000 draws).
func TestDraws_asNumpy(t *testing.T) {
	i := portfolio.Intervention{ID: "zone", Category: "inward investment", Stage: "in-delivery", EffectType: "enterprise-zones"}
	in := made(t, params(t))
	in.All = []portfolio.Intervention{i}
	in.Priors["enterprise-zones"] = portfolio.Prior{EffectType: "enterprise-zones", Label: "Enterprise zones", Positive: 15, Studies: 27, Reviewed: true}
	in.Register.Costs = []portfolio.Cost{{ID: "c1", Intervention: "zone", AmountP: 80_000_000_00, From: whole(2024), To: whole(2028), Asset: "none"}, {ID: "c2", Intervention: "zone", AmountP: 80_000_000_00, From: whole(2029), To: whole(2033), Asset: "none"}}
	in.Register.Outcomes = []portfolio.Outcome{{ID: "o", Intervention: "zone", Kind: "outcome", Outcome: "jobs", Per: "once", Quantity: real(8000), To: whole(2030)}}
	item, _ := appraised(t, in, Settings{Draws: 100000}).Item("zone")
	jobs, per := item.Measure(KeyJobs), item.Measure(KeyCostPerJob)
	near(t, "cost", item.Measure(KeyCost).Net, 139665881.19, 0.01)
	near(t, "net jobs", jobs.Mean, 2172.04, 4*jobs.Error)
	near(t, "their low end", jobs.Low, 1162.1, 10)
	near(t, "their high end", jobs.High, 3423.5, 15)
	near(t, "cost of a job", per.Mean, 71656.7, 4*per.Error)
	near(t, "its low end", per.Low, 40795.6, 300)
	near(t, "its high end", per.High, 120184, 1000)
	near(t, "its low end with the chance", per.ExpectedLow, 44249, 400)
	near(t, "draws without a job", per.Nothing, 0.44829, 0.006)
	if !math.IsInf(per.ExpectedHigh, 1) || !strings.Contains(per.ExpectedSpan(), "no upper end: nothing is gained in 45 of 100 draws") {
		t.Errorf("a cost of a job that need not come ends at %g: %s", per.ExpectedHigh, per.ExpectedSpan())
	}
	near(t, "high end of jobs with the chance", jobs.ExpectedHigh, 3156.4, 25)
	year := item.Switches[0]
	near(t, "what a job would have to be worth", year.Value, 10331.5346, 1e-3)
	near(t, "its low end", year.Low, 6155, 60)
	near(t, "its high end", year.High, 42612, 600)
	given, _ := appraised(t, in, Settings{Draws: 100000, Assume: assume("worth/jobs/national", "20000")}).Item("zone")
	npsv, bcr, cost := given.Measure(KeyNPSV), given.Measure(KeyBCR), given.Measure(KeyCost)
	near(t, "high end of the ratio with the chance", bcr.ExpectedHigh, 2.9026, 0.03)
	near(t, "its low end", bcr.ExpectedLow, 0, 0)
	near(t, "ratio and net present social value at their high ends", (npsv.ExpectedHigh+cost.Net)/cost.Net, bcr.ExpectedHigh, 1e-9)
}

// BenchmarkAppraise is 90 interventions with 10,000 draws, as the bundled district has.
func BenchmarkAppraise(b *testing.B) {
	in := made(b, params(b))
	categories := []string{"transport", "skills", "finance", "R&D facility", "place-making", "inward investment", "business support", "networks", "digital"}
	for k := range 90 {
		i, c, o := scheme(fmt.Sprintf("s%d", k), categories[k%len(categories)], int64(1+k)*1_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(float64(10 + k))})
		c.Asset = "standard-building"
		with(i, c, o)(&in)
	}
	for b.Loop() {
		if _, err := Appraise(context.Background(), in, Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The summary is that of package chance, without sorting.
func TestSummary(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 200).Draw(rt, "draws")
		if rapid.Bool().Draw(rt, "rounded") {
			for k := range v {
				v[k] = math.Round(v[k] / 1e5)
			}
		}
		want := chance.Summarise(v, Level)
		got := summary(append([]float64{math.NaN(), math.Inf(1)}, v...))
		for k, d := range []float64{got.Mean - want.Mean, got.SD - want.SD, got.Low - want.Low, got.High - want.High, got.Error - want.Error} {
			if math.Abs(d) > 1e-6 {
				rt.Fatalf("figure %d of %v is off by %g", k, v, d)
			}
		}
	})
	if s := summary(nil); !math.IsNaN(s.Mean) {
		t.Errorf("nothing has the mean %g", s.Mean)
	}
}

// The years of costs are those of the plan, whatever of them is stated.
func TestCosts_asPlanned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		year := func(name string) sql.NullInt64 {
			if rapid.Bool().Draw(rt, "no "+name) {
				return sql.NullInt64{}
			}
			return whole(rapid.Int64Range(2010, 2040).Draw(rt, name))
		}
		i := portfolio.Intervention{ID: "a", Start: year("start"), End: year("end"), CostP: whole(rapid.Int64Range(1, 1e9).Draw(rt, "total"))}
		c := portfolio.Cost{ID: "c", Intervention: "a", AmountP: rapid.Int64Range(1, 1e9).Draw(rt, "row"), From: year("from"), To: year("to"), Funder: "F"}
		want := map[int]int64{}
		for _, l := range portfolio.Phase(i, []portfolio.Cost{c}, 0).Lines {
			want[l.Year] += l.AmountP
		}
		got := map[int]int64{}
		costs, _, _ := costsOf(i, []portfolio.Cost{c}, 0)
		for _, y := range costs {
			got[y.Year] += int64(y.Stated)
		}
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatalf("the plan and the appraisal part:\n%s", d)
		}
	})
}

// A national value that is known only within a range gives figures a range where all else is certain, and moves no central figure.
func TestDraws_worth(t *testing.T) {
	in := made(t, params(t), with(scheme("a", "any", 1_000_000, pounds("travel-time", 2_000_000, 2026, 2026))))
	certain, _ := appraised(t, in, Settings{Draws: 20000}).Item("a")
	if m := certain.Measure(KeyBenefits); m.Low != m.High || m.Net != 2_000_000 {
		t.Errorf("certain benefits are %+v", m)
	}
	in.Params = changed(t, `
[[parameter]]
id = "worth/travel-time/national"
low = 0.5
value = 1.0
high = 1.2
`)
	item, _ := appraised(t, in, Settings{Draws: 20000}).Item("a")
	b, n := item.Measure(KeyBenefits), item.Measure(KeyNPSV)
	near(t, "central benefits", b.Net, 2_000_000, 0)
	near(t, "their low end", b.Low, 2_000_000*(1-0.5*(1-math.Sqrt(0.1))), 10_000)
	near(t, "their high end", b.High, 2_000_000*(1+0.2*(1-math.Sqrt(0.1))), 10_000)
	near(t, "width of net present social value", n.High-n.Low, b.High-b.Low, 1e-6)
}
